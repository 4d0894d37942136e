package store_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/storetest"
)

// busy fills a newsroom with something of everything.
func busy(t *testing.T, db *store.DB) {
	t.Helper()
	storetest.Init(t, db, "en", "ru")
	at := storetest.Noon
	for i := range 12 {
		d := draft([]stet.Lang{"en", "ru"}[i%2], fmt.Sprint("Story ", i/2))
		d.Content.Topics, d.Content.Bylines = []string{"eu"}, []stet.Byline{{Key: "jd", Name: "J. Doe"}}
		if i%2 == 1 {
			d.Group = stet.ArticleID(fmt.Sprint("s", i-1))
		}
		publish(t, db, stet.ArticleID(fmt.Sprint("s", i)), d, at)
	}
	for i := range 3 {
		edited(t, db, "s0", at.Add(time.Duration(i)*time.Hour), func(c *stet.Content) { c.Headline += "!"; c.Slug = fmt.Sprint("slug-", i) })
	}
	change(t, db, "s1", func(a *stet.Article) error { return a.Correct(storetest.Editor, "It was nine.", at) })
	change(t, db, "s2", func(a *stet.Article) error { return a.Withdraw(storetest.Editor, "It was wrong.", at) })
	change(t, db, "s3", func(a *stet.Article) error {
		if err := a.Edit(storetest.Editor, draft("ru", "Next").Content, at); err != nil {
			return err
		}
		return a.Publish(storetest.Editor, at.Add(24*time.Hour), at)
	})
	create(t, db, "draft", stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: stet.Content{Headline: "No body yet"}}, at)
	d := draft("en", "Old")
	d.OldPaths = []stet.Path{"/old/1", "/?p=1"}
	publish(t, db, "old", d, at)
	create(t, db, "scheduled", draft("en", "Tomorrow"), at)
	change(t, db, "scheduled", func(a *stet.Article) error { return a.Publish(storetest.Editor, at.Add(24*time.Hour), at) })
	page := draft("en", "About")
	page.Kind = stet.PageKind
	publish(t, db, "page", page, at)
	if _, err := db.SaveTerms(ctx, storetest.Editor, []stet.Term{{Kind: stet.SectionTerm, Key: "politics", Names: map[stet.Lang]stet.TermName{"en": {Name: "Politics", Slug: "public"}}}}, at); err != nil {
		t.Fatal(err)
	}
	if _, err := db.SaveRedirects(ctx, []stet.Redirect{{From: "/x", To: "/en/public/"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := db.AddToken(ctx, stet.Operator, "test", []stet.Scope{stet.ScopeWrite}, at); err != nil {
		t.Fatal(err)
	}
}

func TestDoctorFindsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		busy(t, db)
		r, err := db.Examine(ctx)
		if err != nil || len(r.Damage) > 0 {
			t.Fatalf("%v, %v", r, err)
		}
		if r.Articles != 16 || r.Published != 13 || r.Revisions != 17 || r.Events != head(t, db) || r.Paused {
			t.Errorf("%+v", r)
		}
	})
}

func TestDoctorFindsDamage(t *testing.T) {
	damages := []struct{ want, plant string }{
		{"s0: revision 2 is not what was published", `UPDATE revisions SET meta = replace(meta, '!', '?') WHERE article = 's0' AND number = 2`},
		{"s0: revision 3 is not what was published", `UPDATE revisions SET body = (SELECT body FROM revisions WHERE article = 'page') WHERE article = 's0' AND number = 3`},
		{"s4: revision 1 cannot be read", `UPDATE revisions SET body = hash WHERE article = 's4' AND number = 1`},
		{"s4: revision 1 cannot be read", `UPDATE revisions SET meta = 'x' WHERE article = 's4' AND number = 1`},
		{"s0: revision 3 does not follow the one before it", `DELETE FROM revisions WHERE article = 's0' AND number = 2`},
		{"s0: revision 2 does not follow the one before it", `UPDATE revisions SET prev = hash WHERE article = 's0' AND number = 2`},
		{"s0: the article's published text is missing", `DELETE FROM revisions WHERE article = 's0' AND number = 4`},
		{"s4: the article is published and readers cannot find it", `DELETE FROM stories WHERE article = 's4'`},
		{"s4: readers can find an article that is not published", `UPDATE articles SET live = 'withdrawn' WHERE id = 's4'`},
		{"s0: the story shows another revision than the article's", `UPDATE stories SET revision = 1 WHERE article = 's0'`},
		{"s4: the story shows another revision than the article's", `UPDATE stories SET path = '/en/x' WHERE article = 's4'`},
		{"s4: the article's address does not lead to it", `DELETE FROM addresses WHERE article = 's4'`},
		{"s4: the article's address does not lead to it", `UPDATE addresses SET article = 's5' WHERE article = 's4'`},
		{"s4: the story is in no section", `DELETE FROM story_terms WHERE article = 's4' AND kind = 'section'`},
		{"scheduled: the article is scheduled and has no text for it", `DELETE FROM revisions WHERE article = 'scheduled'`},
		{"draft: the text that is being written is missing", `DELETE FROM revisions WHERE article = 'draft'`},
		{"scheduled: a text of its way is missing", `DELETE FROM snapshots WHERE article = 'scheduled'`},
		{"scheduled: the text s1 cannot be read", `UPDATE snapshots SET meta = 'x' WHERE article = 'scheduled'`},
		{"scheduled: the text s1 cannot be read", `UPDATE snapshots SET body = (SELECT hash FROM revisions WHERE article = 's4' AND number = 1) WHERE article = 'scheduled'`},
		{"scheduled: an event is about a text that is not there", `UPDATE events SET ref = 's9' WHERE article = 'scheduled' AND kind = 'scheduled'`},
		{"s0: an event is about a text that is not there", `UPDATE events SET ref = 'r9' WHERE article = 's0' AND kind = 'published'`},
		{"scheduled: the counts of the board are wrong for it", `UPDATE board_counts SET n = n + 1 WHERE live = 'never' AND work = 'scheduled'`},
		{"scheduled: the counts of the board are wrong for it", `DELETE FROM board_counts`},
		{"of nothing: the board counts articles that are not there", `INSERT INTO board_counts (live, work, lang, section, section_next, section_live, n) VALUES ('never', 'draft', 'en', 'of nothing', '', '', 1)`},
		{"/y: the redirect leads to another redirect", `INSERT INTO addresses (path, target) VALUES ('/y', '/x/')`},
		{"/y: the address leads nowhere", `INSERT INTO addresses (path) VALUES ('/y')`},
		{"eu: the term has no name in a language of its stories", `DELETE FROM term_names WHERE key = 'eu' AND lang = 'ru'`},
		{"counter: events are missing from the log", `DELETE FROM events WHERE n = 5`},
		{"counter: events are missing from the log", `UPDATE counter SET n = n + 1`},
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		busy(t, db)
		for _, c := range damages {
			t.Run(c.want, func(t *testing.T) {
				r, err := db.ExamineWith(ctx, c.plant)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(strings.Join(r.Damage, "\n"), c.want) {
					t.Errorf("found %q, want %q", r.Damage, c.want)
				}
			})
		}
		if r, err := db.Examine(ctx); err != nil || len(r.Damage) > 0 {
			t.Errorf("all was undone, and it finds %q, %v", r.Damage, err)
		}
	})
}

// TestDoctorListsAHundred: and no more.
func TestDoctorListsAHundred(t *testing.T) {
	db := storetest.Open(t, storetest.DSN(t, "sqlite"))
	storetest.Init(t, db, "en")
	for i := range 120 {
		if err := db.Raw(ctx, fmt.Sprintf(`INSERT INTO addresses (path) VALUES ('/%d')`, i)); err != nil {
			t.Fatal(err)
		}
	}
	r, err := db.Examine(ctx)
	if err != nil || len(r.Damage) != 100 {
		t.Errorf("%d findings, %v", len(r.Damage), err)
	}
}

// TestDoctorFindsABrokenFile: damage below the tables.
func TestDoctorFindsABrokenFile(t *testing.T) {
	dsn := storetest.DSN(t, "sqlite")
	db, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	busy(t, db)
	db.Close()
	data, err := os.ReadFile(dsn)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	for i := 10 * page; i < 14*page; i++ {
		data[i] ^= 0xff
	}
	if err := os.WriteFile(dsn, data, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err = store.Open(ctx, dsn)
	if err != nil {
		return // that is clear enough, too
	}
	defer db.Close()
	if r, err := db.Examine(ctx); err == nil && len(r.Damage) == 0 {
		t.Error("nothing was found")
	}
}

// TestChain: every published text is kept, each hash follows from the one before.
func TestChain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		publish(t, db, "a", draft("en", "One"), storetest.Noon)
		for i := range 3 {
			edited(t, db, "a", storetest.Noon, func(c *stet.Content) { c.Headline = fmt.Sprint("Edit ", i) })
		}
		for query, want := range map[string]int64{
			`SELECT count(*) FROM revisions WHERE article = 'a'`:                                                                         4,
			`SELECT count(*) FROM revisions r JOIN revisions p ON p.article = r.article AND p.number = r.number - 1 AND r.prev = p.hash`: 3,
			`SELECT count(DISTINCT hash) FROM revisions`:                                                                                 4,
			`SELECT max(number) FROM revisions`:                                                                                          4,
		} {
			if n, err := db.Number(ctx, query); err != nil || n != want {
				t.Errorf("%s: %d, %v", query, n, err)
			}
		}
	})
}
