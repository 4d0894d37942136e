package store_test

import (
	"slices"
	"testing"

	"stet"
	"stet/store"
	"stet/store/storetest"
)

// TestNewsroomOfBefore: what was there before there was a desk comes through
// with nothing missing, and with all that boards and histories need.
func TestNewsroomOfBefore(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			now := storetest.Open(t, storetest.DSN(t, engine))
			busy(t, now)
			dsn := storetest.DSN(t, engine)
			if err := now.CopyAsOf(ctx, dsn, 2); err != nil {
				t.Fatal(err)
			}
			then := storetest.Open(t, dsn)
			sound(t, then)
			want, err := now.Dump(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := then.Dump(ctx); err != nil || !slices.Equal(got, want) {
				t.Errorf("the schema is %q, want %q, %v", got, want, err)
			}
			q := store.BoardQuery{Actor: storetest.Editor, Limit: 1000}
			rows, _, err := now.Board(ctx, q)
			if err != nil || len(rows) < 15 {
				t.Fatal(len(rows), err)
			}
			if got, _, err := then.Board(ctx, q); err != nil || !slices.Equal(got, rows) {
				t.Errorf("the board is\n%+v, want\n%+v, %v", got, rows, err)
			}
			for _, r := range rows {
				if r.ScheduledFor.IsZero() {
					same(t, now, then, r.ID)
				} else if a := read(t, then, r.ID); a.Scheduled == nil || a.Scheduled.Headline != r.Headline {
					t.Errorf("what is scheduled of %s: %+v", r.ID, a.Scheduled)
				} else if v, err := then.History(ctx, r.ID); err != nil || !slices.ContainsFunc(v, func(v store.Version) bool { return v.Ref == store.RefScheduled }) {
					t.Errorf("%s: %+v, %v", r.ID, v, err)
				}
			}
			q.Text = "stor"
			found, _, err := then.Board(ctx, q)
			if err != nil || len(found) != 11 {
				t.Errorf("%d headlines are found, %v", len(found), err)
			}
			old, err := then.History(ctx, "s0")
			if err != nil {
				t.Fatal(err)
			}
			var refs []string
			for _, v := range old {
				if v.Ref != "" {
					refs = append(refs, v.Ref)
				}
			}
			if slices.Sort(refs); !slices.Equal(refs, []string{"r1", "r2", "r3", "r4"}) {
				t.Errorf("its history has %q", refs)
			}
			edited(t, then, "s0", storetest.Noon, func(c *stet.Content) { c.Kicker = "New" })
			save(t, then, "draft", ann, "A body now", minute(1))
			sound(t, then)
		})
	}
}
