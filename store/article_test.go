package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

var ctx = context.Background()

// draft is a text that may be published.
func draft(lang stet.Lang, headline string) stet.Draft {
	return stet.Draft{Kind: stet.StoryKind, Lang: lang, Content: stet.Content{
		Headline: headline, Section: "politics", Body: prose.FromText("First paragraph.\n\nSecond paragraph."),
	}}
}

// publish creates and publishes an article at a time.
func publish(t testing.TB, db *store.DB, id stet.ArticleID, d stet.Draft, at time.Time) *stet.Article {
	t.Helper()
	a, err := db.UpdateArticle(ctx, id, func(a *stet.Article) error {
		if a.New() {
			if err := a.Create(storetest.Editor, d, at); err != nil {
				return err
			}
		}
		return a.Publish(storetest.Editor, at, at)
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestPublishedStoryIsInTheLibrary(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru", "en")
		a := publish(t, db, "one", draft("en", "Bridge opens"), storetest.Noon)
		if want := stet.Path("/en/2026/01/bridge-opens"); a.Path != want {
			t.Errorf("path %q, want %q", a.Path, want)
		}
		lib := db.Public()
		f, err := lib.Find(ctx, a.Path)
		if err != nil || f.Kind != stet.FoundStory || f.Article != "one" {
			t.Fatalf("Find: %+v, %v", f, err)
		}
		s, err := lib.Story(ctx, "one")
		if err != nil {
			t.Fatal(err)
		}
		if s.Headline != "Bridge opens" || s.Day != "2026-01-14" || s.Body.Text() != "First paragraph.\n\nSecond paragraph." {
			t.Errorf("story: %+v", s)
		}
		heads, err := lib.Heads(ctx, stet.HeadQuery{Lang: "en", Limit: 10})
		if err != nil || len(heads) != 1 {
			t.Fatalf("heads: %v, %v", heads, err)
		}
	})
}

func TestManyArticlesAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		var ids []stet.ArticleID
		for i := range 300 {
			ids = append(ids, stet.ArticleID(fmt.Sprintf("id-%d", i)))
		}
		start := time.Now()
		as, err := db.UpdateArticles(ctx, ids, func(as []*stet.Article) error {
			for _, a := range as {
				if err := a.Create(stet.Importer, draft("en", "Same headline"), storetest.Noon); err != nil {
					return err
				}
				if err := a.Publish(stet.Importer, storetest.Noon, storetest.Noon); err != nil {
					return err
				}
			}
			return nil
		})
		t.Log(time.Since(start))
		if err != nil {
			t.Fatal(err)
		}
		if as[299].Path != "/en/2026/01/same-headline-300" {
			t.Errorf("the last address is %q", as[299].Path)
		}
		events, err := db.EventsAfter(ctx, 0, 10000)
		if err != nil || len(events) != 601 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		for i, e := range events {
			if e.N != int64(i+1) {
				t.Fatalf("event %d has number %d", i+1, e.N)
			}
		}
	})
}

// TestChangedMeanwhile: what somebody else does to an article between its being
// read and its being written is not lost, and is done to what is there then.
func TestChangedMeanwhile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		for step, want := range []string{"first, second", "first, second, third, fourth"} {
			calls := 0
			_, err := db.UpdateInTurn(ctx, []stet.ArticleID{"a", "b"}, func(as []*stet.Article) error {
				calls++
				return sign(as[0], []string{"second", "fourth"}[step])
			}, func() error {
				_, err := db.UpdateArticle(ctx, "a", func(a *stet.Article) error { return sign(a, []string{"first", "third"}[step]) })
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			a, err := db.Article(ctx, "a")
			if err != nil || a.Current.Headline != want || a.Version != int64(2*step+2) || calls != 2 {
				t.Errorf("version %d after %d calls: %q, %v", a.Version, calls, a.Current.Headline, err)
			}
		}
		if r, err := db.Examine(ctx); err != nil || len(r.Damage) > 0 {
			t.Errorf("%+v, %v", r, err)
		}
		failed := stet.Errorf(stet.Conflict, "", "not now")
		_, err := db.UpdateInTurn(ctx, []stet.ArticleID{"c"}, func(as []*stet.Article) error { return sign(as[0], "first") }, func() error { return failed })
		if err != failed {
			t.Errorf("whose turn never comes: %v", err)
		}
		if _, err := db.Article(ctx, "c"); !stet.Is(err, stet.NotFound) {
			t.Errorf("was written all the same: %v", err)
		}
	})
}

// sign adds a word to a headline, of a story that is new if need be.
func sign(a *stet.Article, word string) error {
	at := storetest.Noon.Add(time.Duration(a.Version) * time.Minute)
	if a.New() {
		if err := a.Create(storetest.Editor, draft("en", word), at); err != nil {
			return err
		}
	} else {
		c := a.Latest().Content
		c.Headline += ", " + word
		if err := a.Edit(storetest.Editor, c, at); err != nil {
			return err
		}
	}
	return a.Publish(storetest.Editor, time.Time{}, at)
}

// TestDayItWas: the place that a story leaves has the day of the newsroom's zone.
func TestDayItWas(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		late := storetest.Noon.Add(13 * time.Hour)
		publish(t, db, "a", draft("en", "At night"), late)
		_, err := db.UpdateArticle(ctx, "a", func(a *stet.Article) error { return a.Withdraw(storetest.Editor, "not true", late.Add(time.Hour)) })
		if err != nil {
			t.Fatal(err)
		}
		events, err := db.EventsAfter(ctx, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		last := events[len(events)-1]
		if last.Was == nil || last.Was.Day != "2026-01-15" {
			t.Errorf("%+v", last.Was)
		}
	})
}
