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
