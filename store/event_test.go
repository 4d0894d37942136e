package store_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/storetest"
)

// pair opens a new newsroom twice, as two processes do.
func pair(t *testing.T, engine string, langs ...stet.Lang) (a, b *store.DB) {
	t.Helper()
	dsn := storetest.DSN(t, engine)
	a, b = storetest.Open(t, dsn), storetest.Open(t, dsn)
	storetest.Init(t, a, langs...)
	return a, b
}

// TestEventsWithoutGaps: 16 writers in two processes; a follower that reads
// meanwhile sees every event once, in order, and each with what it tells of.
func TestEventsWithoutGaps(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			a, b := pair(t, engine, "en", "ru")
			const writers, rounds = 16, 8
			following, stop := context.WithCancel(ctx)
			defer stop()
			var seen []stet.Event
			var reader, group sync.WaitGroup
			reader.Go(func() {
				for last := int64(0); following.Err() == nil; {
					changed := b.Changed()
					events, err := b.EventsAfter(ctx, last, 7)
					if err != nil {
						t.Error(err)
						return
					}
					for _, e := range events {
						if e.N != last+1 {
							t.Errorf("after event %d came %d", last, e.N)
						}
						last = e.N
						if e.Article == "" {
							continue
						}
						// What an event tells is there for whoever reads it.
						v, err := b.Article(ctx, e.Article)
						if err != nil || v.Event < e.N {
							t.Errorf("event %d of %s, which is at event %d: %v", e.N, e.Article, v.Event, err)
						}
					}
					seen = append(seen, events...)
					if len(events) == 0 {
						select {
						case <-changed:
						case <-following.Done():
						}
					}
				}
			})
			for w := range writers {
				group.Go(func() {
					db := []*store.DB{a, b}[w%2]
					for r := range rounds {
						id := stet.ArticleID(fmt.Sprintf("w%d-%d", w, r))
						publish(t, db, id, draft("en", "One headline for all"), storetest.Noon)
						if r%3 == 0 {
							_, err := db.UpdateArticle(ctx, id, func(v *stet.Article) error { return v.Withdraw(storetest.Editor, "wrong", storetest.Noon) })
							if err != nil {
								t.Error(err)
							}
						}
						if r%4 == 0 {
							term := stet.Term{Kind: stet.TopicTerm, Key: fmt.Sprintf("t%d", w), Names: map[stet.Lang]stet.TermName{"en": {Name: fmt.Sprint("Name ", r)}}}
							if _, err := db.SaveTerms(ctx, storetest.Editor, []stet.Term{term}, storetest.Noon); err != nil {
								t.Error(err)
							}
						}
					}
				})
			}
			group.Wait()
			head, err := a.Head(ctx)
			if err != nil {
				t.Fatal(err)
			}
			all, err := a.EventsAfter(ctx, 0, 1<<20)
			if err != nil || int64(len(all)) != head || len(all) != 1+writers*(rounds*2+3+2) {
				t.Fatalf("%d events, the counter is at %d, %v", len(all), head, err)
			}
			paths := map[stet.Path]stet.ArticleID{}
			for i, e := range all {
				if e.N != int64(i+1) {
					t.Fatalf("event %d stands at place %d", e.N, i+1)
				}
				if e.Kind == stet.Published {
					if was, ok := paths[e.Is.Path]; ok {
						t.Errorf("%s and %s have the address %s", was, e.Article, e.Is.Path)
					}
					paths[e.Is.Path] = e.Article
				}
			}
			// The follower is woken by the other process, or a second later.
			for deadline := time.After(30 * time.Second); ; {
				changed := b.Changed()
				stop()
				reader.Wait()
				if len(seen) == len(all) {
					break
				}
				rest, err := b.EventsAfter(ctx, int64(len(seen)), 1<<20)
				if err != nil {
					t.Fatal(err)
				}
				if seen = append(seen, rest...); len(seen) == len(all) {
					break
				}
				select {
				case <-changed:
				case <-deadline:
					t.Fatal("the follower never came to the end")
				}
			}
			for i := range seen {
				if seen[i].N != all[i].N {
					t.Fatalf("the follower saw event %d at place %d", seen[i].N, i+1)
				}
			}
			sound(t, a)
		})
	}
}

// sound holds that the doctor finds nothing.
func sound(t testing.TB, db *store.DB) {
	t.Helper()
	r, err := db.Examine(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range r.Damage {
		t.Error("damage:", d)
	}
}

// TestChangedByAnother: a commit of another process wakes who waits here.
func TestChangedByAnother(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			a, b := pair(t, engine, "en")
			head, err := a.Head(ctx)
			if err != nil {
				t.Fatal(err)
			}
			publish(t, a, "one", draft("en", "Bridge opens"), storetest.Noon)
			for deadline := time.After(30 * time.Second); ; {
				changed := b.Changed()
				events, err := b.EventsAfter(ctx, head, 10)
				if err != nil {
					t.Fatal(err)
				}
				if len(events) == 2 {
					return
				}
				select {
				case <-changed:
				case <-deadline:
					t.Fatal("nothing was heard of it")
				}
			}
		})
	}
}

// TestNoEditIsLost: 16 writers in two processes add a word each to one text,
// again and again; in the end every word is there.
func TestNoEditIsLost(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			a, b := pair(t, engine, "en")
			publish(t, a, "one", draft("en", "Start"), storetest.Noon)
			const writers, rounds = 16, 5
			var calls atomic.Int64
			var group sync.WaitGroup
			for w := range writers {
				group.Go(func() {
					db := []*store.DB{a, b}[w%2]
					for r := range rounds {
						_, err := db.UpdateArticle(ctx, "one", func(v *stet.Article) error {
							calls.Add(1)
							c := v.Latest().Content
							c.Headline += fmt.Sprintf(" %d-%d", w, r)
							return v.Edit(storetest.Editor, c, storetest.Noon)
						})
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
			group.Wait()
			v, err := a.Article(ctx, "one")
			if err != nil {
				t.Fatal(err)
			}
			words := strings.Fields(v.Working.Headline)
			slices.Sort(words)
			if len(slices.Compact(words)) != writers*rounds+1 {
				t.Errorf("%d words of %d are there: %v", len(words)-1, writers*rounds, words)
			}
			if want := int64(1 + writers*rounds); v.Version != want {
				t.Errorf("version %d after %d changes, %d calls", v.Version, want, calls.Load())
			}
		})
	}
}

// TestOneOfTwoCreates: writers that create one article together make one.
func TestOneOfTwoCreates(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			a, b := pair(t, engine, "en")
			var made, there atomic.Int64
			var group sync.WaitGroup
			for w := range 8 {
				group.Go(func() {
					_, err := []*store.DB{a, b}[w%2].UpdateArticle(ctx, "same", func(v *stet.Article) error {
						return v.Create(storetest.Editor, draft("en", fmt.Sprint("By ", w)), storetest.Noon)
					})
					switch {
					case err == nil:
						made.Add(1)
					case stet.Is(err, stet.Conflict):
						there.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			group.Wait()
			if made.Load() != 1 || there.Load() != 7 {
				t.Errorf("%d made it, %d found it there", made.Load(), there.Load())
			}
		})
	}
}

// TestGroupsAreChangedTogether: writers that change two articles at once, in
// both orders, never leave one of them behind, nor wait for each other for ever.
func TestGroupsAreChangedTogether(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			a, b := pair(t, engine, "en")
			ids := []stet.ArticleID{"p", "q", "r"}
			for _, id := range ids {
				publish(t, a, id, draft("en", "0"), storetest.Noon)
			}
			var group sync.WaitGroup
			for w := range 8 {
				group.Go(func() {
					for range 5 {
						mine := slices.Clone(ids)
						rand.Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
						_, err := []*store.DB{a, b}[w%2].UpdateArticles(ctx, mine, func(as []*stet.Article) error {
							for _, v := range as {
								c := v.Latest().Content
								c.Headline += "0"
								if err := v.Edit(storetest.Editor, c, storetest.Noon); err != nil {
									return err
								}
							}
							return nil
						})
						if err != nil {
							t.Error(err)
						}
					}
				})
			}
			group.Wait()
			for _, id := range ids {
				v, err := a.Article(ctx, id)
				if err != nil || len(v.Working.Headline) != 41 {
					t.Errorf("%s was changed %d times, %v", id, len(v.Working.Headline)-1, err)
				}
			}
		})
	}
}

// TestAllOrNothing: what fails midway leaves no trace.
func TestAllOrNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		publish(t, db, "there", draft("en", "There"), storetest.Noon)
		before := everything(t, db)
		boom := errors.New("boom")
		for name, fn := range map[string]func([]*stet.Article) error{
			"an error at the end": func(as []*stet.Article) error {
				for i, a := range as[:2] {
					if err := a.Create(storetest.Editor, draft("en", fmt.Sprint(i)), storetest.Noon); err != nil {
						return err
					}
					if err := a.Publish(storetest.Editor, storetest.Noon, storetest.Noon); err != nil {
						return err
					}
				}
				return boom
			},
			"a refusal midway": func(as []*stet.Article) error {
				if err := as[0].Create(storetest.Editor, draft("en", "New"), storetest.Noon); err != nil {
					return err
				}
				return as[1].Create(storetest.Editor, stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: stet.Content{Slug: "No Slug"}}, storetest.Noon)
			},
		} {
			_, err := db.UpdateArticles(ctx, []stet.ArticleID{"new-1", "new-2", "there"}, fn)
			if err == nil {
				t.Errorf("%s: it passed", name)
			}
			if after := everything(t, db); after != before {
				t.Errorf("%s left\n%s, before it was\n%s", name, after, before)
			}
		}
		// A function that changes nothing writes nothing.
		if _, err := db.UpdateArticle(ctx, "unknown", func(*stet.Article) error { return nil }); err != nil {
			t.Error(err)
		}
		if _, err := db.UpdateArticles(ctx, nil, func([]*stet.Article) error { return nil }); err != nil {
			t.Error(err)
		}
		if after := everything(t, db); after != before {
			t.Errorf("doing nothing left\n%s", after)
		}
	})
}

// everything counts the rows of all tables.
func everything(t *testing.T, db *store.DB) string {
	t.Helper()
	var b strings.Builder
	for _, table := range []string{"settings", "editions", "terms", "term_names", "articles", "revisions", "stories", "story_terms", "addresses", "events", "tokens", "snapshots", "inbox"} {
		n, err := db.Number(ctx, `SELECT count(*) FROM `+table)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, table, n)
	}
	head, err := db.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(&b, "head ", head)
	return b.String()
}

// TestCancelledWriters: writers whose requests are broken off at any moment
// leave the newsroom whole and open to others.
func TestCancelledWriters(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		var group sync.WaitGroup
		for w := range 4 {
			group.Go(func() {
				for r := range 25 {
					short, cancel := context.WithTimeout(ctx, time.Duration(rand.IntN(3000))*time.Microsecond)
					id := stet.ArticleID(fmt.Sprintf("c%d-%d", w, r))
					_, err := db.UpdateArticle(short, id, func(a *stet.Article) error {
						if err := a.Create(storetest.Editor, draft("en", "Cut off"), storetest.Noon); err != nil {
							return err
						}
						return a.Publish(storetest.Editor, storetest.Noon, storetest.Noon)
					})
					cancel()
					if err == nil {
						if _, err := db.Article(ctx, id); err != nil {
							t.Errorf("%s was promised: %v", id, err)
						}
					}
				}
			})
		}
		group.Wait()
		publish(t, db, "after", draft("en", "After"), storetest.Noon)
		sound(t, db)

		ended, cancel := context.WithCancel(ctx)
		held := make(chan struct{})
		release := make(chan struct{})
		group.Go(func() {
			_, err := db.UpdateArticle(ctx, "held", func(a *stet.Article) error {
				close(held)
				<-release
				return a.Create(storetest.Editor, draft("en", "Held"), storetest.Noon)
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-held
		cancel()
		if _, err := db.UpdateArticle(ended, "x", func(*stet.Article) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("who gave up waiting got %v", err)
		}
		close(release)
		group.Wait()
	})
}

// TestEventsTell: what is in them comes back as it was written.
func TestEventsTell(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		d := draft("en", "Bridge opens")
		d.Content.Topics, d.Content.Bylines = []string{"eu"}, []stet.Byline{{Key: "jd", Name: "J. Doe"}}
		publish(t, db, "one", d, storetest.Noon)
		r := draft("ru", "Мост открыт")
		r.Group = "one"
		publish(t, db, "two", r, storetest.Noon)
		if _, err := db.UpdateArticle(ctx, "one", func(a *stet.Article) error {
			c := a.Latest().Content
			c.Section = "city"
			if err := a.Edit(storetest.Editor, c, storetest.Noon); err != nil {
				return err
			}
			return a.Correct(storetest.Editor, "It was nine.", storetest.Noon)
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := db.UpdateArticle(ctx, "two", func(a *stet.Article) error {
			return a.Withdraw(storetest.Editor, "It was wrong.", storetest.Noon)
		}); err != nil {
			t.Fatal(err)
		}
		events, err := db.EventsAfter(ctx, 1, 100)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, e := range events {
			line := fmt.Sprint(e.N, " ", e.Kind, " ", e.Article)
			for _, p := range []*stet.Place{e.Was, e.Is} {
				if p == nil {
					line += " -"
				} else {
					line += fmt.Sprintf(" %s,%s,%v,%v,%s", p.Path, p.Section, p.Topics, p.Authors, p.Day)
				}
			}
			got = append(got, fmt.Sprint(line, " ", e.Siblings, " ", e.Note))
			if !e.At.Equal(storetest.Noon) || e.Actor != storetest.Editor.ID || e.Origin != stet.ByPerson {
				t.Errorf("%+v", e)
			}
		}
		want := []string{
			"2 created one - - [] ",
			"3 published one - /en/2026/01/bridge-opens,politics,[eu],[jd],2026-01-14 [] ",
			"4 created two - - [] ",
			"5 published two - /ru/2026/01/most-otkryt,politics,[],[],2026-01-14 [/en/2026/01/bridge-opens] ",
			"6 edited one - - [] ",
			"7 corrected one /en/2026/01/bridge-opens,politics,[eu],[jd],2026-01-14 /en/2026/01/bridge-opens,city,[eu],[jd],2026-01-14 [/ru/2026/01/most-otkryt] It was nine.",
			"8 overtaken two - - [] It was nine.",
			"9 withdrawn two /ru/2026/01/most-otkryt,politics,[],[],2026-01-14 - [/en/2026/01/bridge-opens] It was wrong.",
		}
		if !slices.Equal(got, want) {
			t.Errorf("events\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// TestFunctionStartsAfresh: a function that is called again gets the articles as
// they are now, with nothing of its first call.
func TestFunctionStartsAfresh(t *testing.T) {
	a, b := pair(t, "postgres", "en") // SQLite has one writer, which nobody overtakes
	calls := 0
	v, err := a.UpdateArticle(ctx, "one", func(v *stet.Article) error {
		if calls++; calls == 1 {
			publish(t, b, "one", draft("en", "By another"), storetest.Noon)
		}
		if v.New() != (calls == 1) || len(v.Pending()) > 0 {
			t.Errorf("call %d: new %v, pending %v", calls, v.New(), v.Pending())
		}
		if v.New() {
			return v.Create(storetest.Editor, draft("en", "By me"), storetest.Noon)
		}
		c := v.Latest().Content
		c.Headline += ", and by me"
		return v.Edit(storetest.Editor, c, storetest.Noon)
	})
	if err != nil {
		t.Fatal(err)
	}
	if calls != 2 || v.Working.Headline != "By another, and by me" || v.Version != 2 {
		t.Errorf("%d calls, version %d, %q", calls, v.Version, v.Working.Headline)
	}
	sound(t, a)
}
