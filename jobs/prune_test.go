package jobs_test

import (
	"fmt"
	"testing"
	"time"

	"stet"
	"stet/jobs"
	"stet/store"
	"stet/store/storetest"
)

// TestPrune: texts of the way go when the newsroom says, and not while its clock
// rests.
func TestPrune(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		day := func(n int) time.Time { return storetest.Noon.AddDate(0, 0, n) }
		for i := range 3 { // days 0, 100 and 200; the last is what is being written
			_, err := db.UpdateArticle(ctx, "a", func(a *stet.Article) error {
				d := draft(fmt.Sprint("Story ", i))
				if a.New() {
					return a.Create(storetest.Editor, d, day(0))
				}
				return a.Save(storetest.Editor, d.Content, day(100*i))
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		look := func(now time.Time, want int64) {
			t.Helper()
			if n, err := jobs.PruneOnce(ctx, db, now); err != nil || n != want {
				t.Errorf("on day %.0f it forgets %d, %v, want %d", now.Sub(day(0)).Hours()/24, n, err, want)
			}
		}
		set := func(days string) {
			t.Helper()
			if err := db.ChangeSettings(ctx, stet.Operator, map[string]string{"snapshots": days}, day(0)); err != nil {
				t.Fatal(err)
			}
		}
		look(day(90), 0)
		set("forever")
		look(day(1000), 0)
		set("365")
		look(day(365), 0)
		set("90")
		if err := db.Pause(ctx, stet.Operator, true, time.Now()); err != nil {
			t.Fatal(err)
		}
		look(day(91), 0)
		if err := db.Pause(ctx, stet.Operator, false, time.Now()); err != nil {
			t.Fatal(err)
		}
		look(day(91), 1)
		look(day(91), 0)
		set("30")
		look(day(131), 1)
		look(day(1000), 0)
	})
}
