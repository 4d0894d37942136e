package store_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

// TestEraseText: the words are nowhere afterwards, and everything else is where it
// was.
func TestEraseText(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			db := storetest.Open(t, dsn)
			storetest.Init(t, db, "en")
			canaries := []string{"qorvexheadline", "qorvexstandfirst", "qorvexbody", "qorvexcredit", "qorvexdraft"}
			content := func(draft bool) stet.Content {
				c := stet.Content{Slug: "bridge", Section: "city", Headline: "Qorvexheadline", Standfirst: "Qorvexstandfirst", Body: prose.FromText("Qorvexbody."),
					Picture: &stet.PictureUse{URL: "https://example.org/a.jpg", Credit: "Qorvexcredit"}}
				if draft {
					c.Dateline = "Qorvexdraft"
				}
				return c
			}
			clean := func(headline string) stet.Content {
				return stet.Content{Slug: "bridge", Section: "city", Headline: headline, Body: prose.FromText("Clean.")}
			}
			at := 0
			do := func(id stet.ArticleID, fn func(*stet.Article) error) {
				t.Helper()
				at += 24 * 60
				change(t, db, id, fn)
			}
			// Published with the words, changed in steps, published without.
			do("a", func(a *stet.Article) error {
				return a.Create(ann, stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: clean("Before")}, minute(at))
			})
			do("a", func(a *stet.Article) error { return a.Save(ann, content(true), minute(at)) })
			do("a", func(a *stet.Article) error { return a.Submit(ann, "", "", minute(at)) })
			do("a", func(a *stet.Article) error { return a.Save(eve, content(false), minute(at)) })
			do("a", func(a *stet.Article) error { return a.Publish(eve, time.Time{}, minute(at)) })
			do("a", func(a *stet.Article) error {
				c := content(false)
				c.Kicker = "Still there"
				return a.Save(ann, c, minute(at))
			})
			do("a", func(a *stet.Article) error { return a.Save(eve, clean("Without"), minute(at)) })
			do("a", func(a *stet.Article) error { return a.Publish(eve, time.Time{}, minute(at)) })
			do("a", func(a *stet.Article) error { return a.Save(ann, clean("More"), minute(at)) })
			// Published with the words, and withdrawn.
			do("b", func(a *stet.Article) error {
				return a.Create(ann, stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: content(true)}, minute(at))
			})
			do("b", func(a *stet.Article) error { return a.Publish(eve, time.Time{}, minute(at)) })

			boss := stet.User{ID: "user:boss", Role: stet.Administrator, Origin: stet.ByPerson}
			erase := func(who stet.User, id stet.ArticleID, number int, reason string, want stet.ErrorKind) {
				t.Helper()
				_, err := db.EraseText(ctx, who, id, number, reason, minute(at))
				if want < 0 && err != nil || want >= 0 && !stet.Is(err, want) {
					t.Errorf("%s erases %d of %s: %v", who.Role, number, id, err)
				}
			}
			erase(boss, "b", 1, "The law", stet.Conflict) // readers see it
			do("b", func(a *stet.Article) error { return a.Withdraw(eve, "It was wrong.", minute(at)) })
			erase(eve, "b", 1, "The law", stet.Forbidden)
			erase(stet.User{Role: stet.Machine, Scopes: stet.Scopes}, "b", 1, "The law", stet.Forbidden)
			erase(boss, "b", 1, " ", stet.Invalid)
			erase(boss, "b", 2, "The law", stet.NotFound)
			erase(boss, "b", 0, "The law", stet.NotFound)
			erase(boss, "none", 1, "The law", stet.NotFound)

			holds := func() string {
				t.Helper()
				words, err := db.Words(ctx)
				if err != nil {
					t.Fatal(err)
				}
				text := []byte(words)
				if engine == "sqlite" {
					for _, suffix := range []string{"", "-wal"} {
						file, err := os.ReadFile(dsn + suffix)
						if err != nil {
							t.Fatal(err)
						}
						text = append(text, file...)
					}
				}
				var found []string
				for _, c := range canaries {
					if bytes.Contains(bytes.ToLower(text), []byte(c)) {
						found = append(found, c)
					}
				}
				return strings.Join(found, " ")
			}
			hashes := func() (out string) {
				t.Helper()
				for _, id := range []string{"a", "b"} {
					for n := range 2 {
						n, err := db.Number(ctx, fmt.Sprintf(`SELECT count(*) FROM revisions WHERE article = '%s' AND number = %d AND length(hash) = 32`, id, n+1))
						if err != nil {
							t.Fatal(err)
						}
						out += fmt.Sprint(n)
					}
				}
				return out
			}
			if got := holds(); got != strings.Join(canaries, " ") {
				t.Fatalf("the test is blind: before there is only %q", got)
			}
			before, was := hashes(), head(t, db)
			erase(boss, "a", 2, "The law", stet.Conflict)
			erase(boss, "a", 1, "A court said so", -1)
			erase(boss, "a", 1, "A court said so", stet.Conflict)
			if holds() == "" {
				t.Fatal("one text took the other with it")
			}
			erase(boss, "b", 1, "Somebody's wish", -1)
			erase(boss, "b", 1, "Somebody's wish", stet.Conflict)
			if got := holds(); got != "" {
				t.Errorf("there is %q", got)
			}
			if got := hashes(); got != before || before != "1110" {
				t.Errorf("the rows are %s, were %s", got, before)
			}
			if r, err := db.Examine(ctx); err != nil || len(r.Damage) > 0 {
				t.Errorf("%+v, %v", r, err)
			}
			events, err := db.EventsAfter(ctx, was, 10)
			if err != nil || len(events) != 2 || events[0].Kind != stet.Erased || events[0].Note != "A court said so" || events[0].Actor != boss.ID ||
				events[0].Text != "r1" || events[0].Public() || events[1].Article != "b" {
				t.Errorf("the log has %+v, %v", events, err)
			}
			for _, ref := range []string{"r1", "s1", "s2"} {
				if r, err := db.Version(ctx, "a", ref); !stet.Is(err, stet.NotFound) {
					t.Errorf("%s is %+v, %v", ref, r, err)
				}
			}
			if r, err := db.Version(ctx, "a", "r2"); err != nil || r.Headline != "Without" {
				t.Errorf("what is live is %+v, %v", r, err)
			}
			if r, err := db.Version(ctx, "a", store.RefWorking); err != nil || r.Headline != "More" {
				t.Errorf("what is being written is %+v, %v", r, err)
			}
			var lines []string
			history, err := db.History(ctx, "a")
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range history {
				lines = append(lines, fmt.Sprintf("%s %s %q %v", l.Kind, l.Ref, l.Headline, l.Erased))
			}
			t.Log(strings.Join(lines, "\n"))
			b, err := db.Article(ctx, "b")
			if err != nil || b.Current.Headline != "" || b.Current.Section != "city" || b.Current.Body != nil || b.Withdrawal != "It was wrong." {
				t.Errorf("%+v, %v", b.Current, err)
			}
			// What was erased does not go live again; something new does.
			if _, err := db.UpdateArticle(ctx, "b", func(a *stet.Article) error { return a.Publish(eve, time.Time{}, minute(at)) }); !stet.Is(err, stet.Invalid) {
				t.Errorf("published again: %v", err)
			}
			do("b", func(a *stet.Article) error { return a.Save(eve, clean("New"), minute(at)) })
			do("b", func(a *stet.Article) error { return a.Publish(eve, time.Time{}, minute(at)) })
			if st, err := db.Public().Story(ctx, "b"); err != nil || st.Headline != "New" {
				t.Errorf("%+v, %v", st, err)
			}
			if r, err := db.Examine(ctx); err != nil || len(r.Damage) > 0 {
				t.Errorf("%+v, %v", r, err)
			}
		})
	}
}
