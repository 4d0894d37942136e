package jobs_test

import (
	"testing"
	"time"

	"stet"
	"stet/jobs"
	"stet/store"
	"stet/store/storetest"
)

// TestGateIsDue: languages that wait for one another go live at one moment, or,
// where one of them is not ready, none does.
func TestGateIsDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		noon := storetest.Noon
		at := noon.Add(time.Hour)
		for id, l := range map[stet.ArticleID]stet.Lang{"one": "en", "two": "ru"} {
			d := draft("Story " + string(id))
			d.Lang, d.Group, d.Gate = l, "one", true
			if _, err := db.UpdateArticle(ctx, id, func(a *stet.Article) error { return a.Create(storetest.Editor, d, noon) }); err != nil {
				t.Fatal(err)
			}
		}
		schedule := func() {
			t.Helper()
			if _, err := db.UpdateGroup(ctx, "one", func(as []*stet.Article) error { return stet.PublishTogether(as, storetest.Editor, at, noon) }); err != nil {
				t.Fatal(err)
			}
		}
		look := func(now time.Time) { jobs.PublishDue(ctx, db, quiet, func() time.Time { return now }) }
		schedule()
		if _, err := db.UpdateArticle(ctx, "two", func(a *stet.Article) error { return a.Unschedule(storetest.Editor, "", noon) }); err != nil {
			t.Fatal(err)
		}
		look(at)
		if a, b := live(t, db, "one"), live(t, db, "two"); a.Live != stet.LiveNever || b.Live != stet.LiveNever {
			t.Errorf("one of two went out: %s, %s", a.Live, b.Live)
		}
		if late, err := db.Late(ctx, storetest.Editor, at.Add(time.Minute)); err != nil || len(late) != 1 {
			t.Errorf("late are %v, %v", late, err)
		}
		schedule()
		look(at)
		a, b := live(t, db, "one"), live(t, db, "two")
		if a.Live != stet.LivePublished || b.Live != stet.LivePublished || !a.PublishedAt.Equal(b.PublishedAt) || a.Gate || b.Gate {
			t.Errorf("together: %+v, %+v", a, b)
		}
		events, err := db.EventsAfter(ctx, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		if last := events[len(events)-2:]; last[0].Kind != stet.Published || last[1].Kind != stet.Published || !last[0].At.Equal(last[1].At) {
			t.Errorf("events %+v", last)
		}
	})
}
