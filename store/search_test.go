package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

// answers lists the ids of the stories that answer a question.
func answers(t *testing.T, db *store.DB, lang stet.Lang, text string) string {
	t.Helper()
	r, err := db.Public().Search(ctx, stet.SearchQuery{Lang: lang, Text: text, Limit: 100})
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	var ids []string
	for _, f := range r.Matches {
		ids = append(ids, string(f.ID))
	}
	if r.Total != len(ids) {
		t.Errorf("%q: %d in all, %d listed", text, r.Total, len(ids))
	}
	return strings.Join(ids, " ")
}

func withBody(d stet.Draft, text string) stet.Draft {
	d.Content.Body = prose.FromText(text)
	return d
}

// TestSearchFollowsStories: found the moment it is published, by its new words
// the moment they are there, and gone the moment it is withdrawn.
func TestSearchFollowsStories(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		d := withBody(draft("en", "Bridge opens"), "Ferries were suspended.")
		d.Content.Topics, d.Content.Bylines = []string{"lesta-river"}, []stet.Byline{{Key: "berg", Name: "Anna Berg"}}
		id := create(t, db, "a", d, storetest.Noon).ID
		expect := func(question, want string) {
			t.Helper()
			if got := answers(t, db, "en", question); got != want {
				t.Errorf("%q finds %q, want %q", question, got, want)
			}
		}
		expect("bridges", "")
		publish(t, db, "a", d, storetest.Noon)
		for _, q := range []string{"bridges", "OPENING", "ferry suspends", "the bridge of ferries", "lesta", "berg"} {
			expect(q, "a")
		}
		for _, q := range []string{"tunnel", "bridge tunnel", "", "…", "en", "story", "§en", "headline"} {
			expect(q, "")
		}
		if got := answers(t, db, "ru", "bridge"); got != "" {
			t.Errorf("another edition finds %q", got)
		}

		// What is being written is found by nobody.
		edit := func(fn func(*stet.Content)) {
			t.Helper()
			change(t, db, id, func(a *stet.Article) error {
				c := a.Latest().Content
				fn(&c)
				return a.Edit(storetest.Editor, c, storetest.Noon)
			})
		}
		edit(func(c *stet.Content) { c.Headline = "Tunnel opens" })
		expect("tunnel", "")
		expect("bridge", "a")
		change(t, db, id, func(a *stet.Article) error { return a.Correct(storetest.Editor, "It is a tunnel.", storetest.Noon) })
		expect("tunnel", "a")
		expect("bridge", "")

		if _, err := db.SaveTerms(ctx, stet.Operator, []stet.Term{{Kind: stet.TopicTerm, Key: "lesta-river", Names: map[stet.Lang]stet.TermName{"en": {Name: "Great Lesta"}}}}, storetest.Noon); err != nil {
			t.Fatal(err)
		}
		expect("great tunnel", "a")

		edit(func(c *stet.Content) { c.Access = "members" })
		change(t, db, id, func(a *stet.Article) error { return a.Publish(storetest.Editor, time.Time{}, storetest.Noon) })
		expect("tunnel", "a")
		expect("ferries", "")
		r, err := db.Public().Search(ctx, stet.SearchQuery{Lang: "en", Text: "tunnel", Limit: 1})
		if err != nil || r.Matches[0].Text != "" {
			t.Errorf("%q is open to everybody, %v", r.Matches[0].Text, err)
		}

		change(t, db, id, func(a *stet.Article) error { return a.Withdraw(storetest.Editor, "wrong", storetest.Noon) })
		expect("tunnel", "")
		change(t, db, id, func(a *stet.Article) error { return a.Publish(storetest.Editor, time.Time{}, storetest.Noon) })
		expect("tunnel", "a")
		sound(t, db)
	})
}

// TestSearchOrder: where the words stand counts most, then how new a story is.
func TestSearchOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		add := func(id, headline, standfirst, body string, years int) {
			d := withBody(draft("en", headline), body)
			d.Content.Standfirst = standfirst
			publish(t, db, stet.ArticleID(id), d, storetest.Noon.AddDate(-years, 0, 0))
		}
		add("body-new", "Nothing today", "", "A word of the bridge.", 0)
		add("head-old", "A bridge opens", "", "Nothing of note.", 20)
		add("standfirst", "Nothing today", "Of the bridge", "Nothing of note.", 0)
		add("body-old", "Nothing today", "", "A word of the bridge.", 9)
		if got, want := answers(t, db, "en", "bridge"), "head-old standfirst body-new body-old"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	})
}

// TestSearchPages: pages of results stay put while stories come.
func TestSearchPages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		for i := range 5 {
			publish(t, db, stet.ArticleID(fmt.Sprint("s", i)), draft("en", "Bridge opens"), storetest.Noon.Add(time.Duration(i)*time.Hour))
		}
		ask := func(offset int, asOf int64) stet.SearchResults {
			t.Helper()
			r, err := db.Public().Search(ctx, stet.SearchQuery{Lang: "en", Text: "bridge", Offset: offset, Limit: 2, AsOf: asOf})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		first := ask(0, 0)
		publish(t, db, "later", draft("en", "Bridge opens"), storetest.Noon.Add(9*time.Hour))
		var ids []string
		for _, r := range []stet.SearchResults{first, ask(2, first.AsOf), ask(4, first.AsOf), ask(6, first.AsOf), ask(-1, first.AsOf)} {
			if r.Total != 5 || r.Most != 5 || r.AsOf != first.AsOf {
				t.Errorf("%+v", r)
			}
			for _, f := range r.Matches {
				ids = append(ids, string(f.ID))
			}
		}
		if want := []string{"s4", "s3", "s2", "s1", "s0", "s4", "s3"}; !slices.Equal(ids, want) {
			t.Errorf("%q, want %q", ids, want)
		}
		if r := ask(0, 0); r.Total != 6 || r.Matches[0].ID != "later" {
			t.Errorf("%+v", r)
		}
	})
}

// TestSearchManyTerms: a text of any length is taken, and found by its beginning.
func TestSearchManyTerms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru")
		var b strings.Builder
		for i := 0; b.Len() < 1_900_000; i++ {
			fmt.Fprintf(&b, "длинноеслово%d ", i)
		}
		publish(t, db, "long", withBody(draft("ru", "Длинный"), b.String()), storetest.Noon)
		publish(t, db, "same", withBody(draft("ru", "Одно"), strings.Repeat("слово ", 150_000)), storetest.Noon)
		if got := answers(t, db, "ru", "длинноеслово17"); got != "long" {
			t.Errorf("%q", got)
		}
		if got := answers(t, db, "ru", "слова"); got != "same" {
			t.Errorf("%q", got)
		}
		sound(t, db)
	})
}

// TestHostileQuestions: nothing that is asked is syntax.
func TestHostileQuestions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		publish(t, db, "a", draft("en", "Bridge opens near"), storetest.Noon)
		for _, q := range []string{
			`"`, `'`, `\`, `*`, `bridge*`, `^bridge`, `-bridge`, `headline:bridge`, `bridge AND`, `bridge OR`, `NOT`, `NEAR(bridge, 5)`, `{headline} : bridge`,
			`(bridge`, `bridge)`, `bridge & !`, `bridge:A`, `bridge <-> opens`, `!`, `|`, `'bridge':*`, "bridge\x00", "\xff", "$1", "?", "; DROP TABLE stories; --",
			strings.Repeat("bridge ", 3000), strings.Repeat("x", 10_000), strings.Repeat("(", 500), "\u202ebridge\u2066", "§en", `"§en"`, strings.Repeat("a-", 300),
		} {
			for _, l := range []stet.Lang{"en", "xx", `"`, "en' OR 1", ""} {
				if _, err := db.Public().Search(ctx, stet.SearchQuery{Lang: l, Text: q, Limit: 10}); err != nil {
					t.Errorf("%.40q in %q: %v", q, l, err)
				}
			}
		}
		for _, q := range []string{"bridge*", "^bridge", `"bridge"`, "'bridge':A", "bridge\x00", "\u202ebridge\u2066"} {
			if got := answers(t, db, "en", q); q != "'bridge':A" && got != "a" {
				t.Errorf("%q finds %q", q, got)
			}
		}
	})
}

// TestIndexIsMade: a newsroom of before, or with an index of another analyser, has
// the whole index when it is open; so has one that was restored, on either engine.
func TestIndexIsMade(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			db := storetest.Open(t, dsn)
			storetest.Init(t, db, "en")
			for i := range 450 { // more than are read at once
				publish(t, db, stet.ArticleID(fmt.Sprint("s", i)), draft("en", fmt.Sprint("Bridge ", i)), storetest.Noon)
			}
			whole := func(db *store.DB) {
				t.Helper()
				r, err := db.Public().Search(ctx, stet.SearchQuery{Lang: "en", Text: "bridge", Limit: 1})
				if err != nil || r.Total != 450 {
					t.Errorf("%d stories, %v", r.Total, err)
				}
				sound(t, db)
			}
			whole(db)
			if err := db.Raw(ctx, `DELETE FROM search`, `DELETE FROM settings WHERE key = 'search'`); err != nil {
				t.Fatal(err)
			}
			if r, err := db.Examine(ctx); err != nil || len(r.Damage) == 0 {
				t.Errorf("nothing is missing: %v", err)
			}
			done := make(chan *store.DB)
			for range 3 { // nodes that start at once
				go func() {
					db, err := store.Open(context.Background(), dsn)
					if err != nil {
						t.Error(err)
					}
					done <- db
				}()
			}
			for range 3 {
				again := <-done
				whole(again)
				again.Close()
			}
			file := t.TempDir() + "/backup"
			if err := db.Backup(ctx, file); err != nil {
				t.Fatal(err)
			}
			for _, to := range engines {
				into := storetest.DSN(t, to)
				if err := store.Restore(ctx, file, into); err != nil {
					t.Fatal(err)
				}
				whole(storetest.Open(t, into))
			}
		})
	}
}
