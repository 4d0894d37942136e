package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/storetest"
)

// pinned are the stories that readers see pinned, by their slots.
func pinned(t testing.TB, db *store.DB, l stet.Lang, section string) string {
	t.Helper()
	heads, err := db.Public().Pinned(ctx, l, section)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, h := range heads {
		s := fmt.Sprintf("%d=%s", h.Slot, h.ID)
		if !h.Until.IsZero() {
			s += h.Until.UTC().Format("@15:04:05")
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func pin(ids ...stet.ArticleID) stet.Pins {
	var out stet.Pins
	for _, id := range ids {
		out = append(out, stet.Pin{Story: id})
	}
	return out
}

// TestFront: what is decided about a front is there for readers as far as they
// may see it, with its history, and can be taken back.
func TestFront(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		for _, id := range []stet.ArticleID{"a", "b", "c"} {
			publish(t, db, id, draft("en", "Story "+string(id)), storetest.Noon)
		}
		publish(t, db, "ru", draft("ru", "Новость"), storetest.Noon)
		if _, err := db.UpdateArticle(ctx, "later", func(a *stet.Article) error {
			return a.Create(storetest.Editor, draft("en", "Later"), storetest.Noon)
		}); err != nil {
			t.Fatal(err)
		}
		arrange := func(section string, base int, pins stet.Pins, number, clashes int) stet.Front {
			t.Helper()
			before := head(t, db)
			f, k, err := db.ArrangeFront(ctx, storetest.Editor, "en", section, base, pins, storetest.Noon)
			if err != nil || f.Number != number || len(k) != clashes {
				t.Fatalf("%+v, %+v, %v", f, k, err)
			}
			if now := head(t, db); number > base && clashes == 0 && (now != before+1 || f.Event != now) || clashes > 0 && now != before {
				t.Errorf("%d events, and the front is of %d", now-before, f.Event)
			}
			return f
		}
		sees := func(section, want string) {
			t.Helper()
			if got := pinned(t, db, "en", section); got != want {
				t.Errorf("readers of %q have %q, want %q", section, got, want)
			}
		}
		sees("", "")
		arrange("", 0, pin("", "a", "later"), 1, 0)
		arrange("", 1, pin("", "a", "later"), 1, 0) // like that already
		sees("", "1=a")
		arrange("", 0, pin("b"), 2, 0) // who did not see the first
		sees("", "0=b 1=a")
		arrange("", 1, pin("c", "a", "later"), 2, 1)
		arrange("politics", 0, pin("c"), 1, 0)
		sees("politics", "0=c")
		sees("", "0=b 1=a")
		if got := pinned(t, db, "ru", ""); got != "" {
			t.Errorf("the other edition has %q", got)
		}

		// What is not there for readers is not on the front, and comes back.
		withdraw := func(a *stet.Article) error { return a.Withdraw(storetest.Editor, "wrong", storetest.Noon) }
		if _, err := db.UpdateArticle(ctx, "b", withdraw); err != nil {
			t.Fatal(err)
		}
		sees("", "1=a")
		for _, id := range []stet.ArticleID{"b", "later"} {
			if _, err := db.UpdateArticle(ctx, id, func(a *stet.Article) error {
				if a.Working == nil {
					if err := a.Save(storetest.Editor, a.Current.Content, storetest.Noon); err != nil {
						return err
					}
				}
				return a.Publish(storetest.Editor, time.Time{}, storetest.Noon)
			}); err != nil {
				t.Fatal(err)
			}
		}
		sees("", "0=b 1=a 2=later")
		if _, err := db.UpdateArticle(ctx, "c", func(a *stet.Article) error {
			c := a.Current.Content
			c.Section = "culture"
			if err := a.Save(storetest.Editor, c, storetest.Noon); err != nil {
				return err
			}
			return a.Publish(storetest.Editor, time.Time{}, storetest.Noon)
		}); err != nil {
			t.Fatal(err)
		}
		sees("politics", "") // it is in another section now

		// Undo is one more change, and leaves alone what others did.
		if f, clashes, err := db.UndoFront(ctx, storetest.Editor, "en", "", 1, storetest.Noon); err != nil || len(clashes) > 0 || f.Number != 3 {
			t.Errorf("%+v, %v, %v", f, clashes, err)
		}
		sees("", "0=b")
		history, err := db.FrontHistory(ctx, "en", "", 0, 2)
		if err != nil || len(history) != 2 {
			t.Fatal(history, err)
		}
		older, err := db.FrontHistory(ctx, "en", "", history[1].Number, 2)
		if err != nil || len(older) != 1 {
			t.Fatal(older, err)
		}
		states := []string{"b", "b a later", ". a later", ""}
		for i, c := range append(history, older...) {
			after, before := states[i], states[i+1]
			if ids(c.Before) != before || ids(c.After) != after || c.Number != 3-i || c.Actor != storetest.Editor.ID || !c.At.Equal(storetest.Noon) || c.Origin != stet.ByPerson {
				t.Errorf("change %d: %+v, from %q to %q", i, c, ids(c.Before), ids(c.After))
			}
		}

		for _, c := range []struct {
			actor   stet.User
			lang    stet.Lang
			section string
			base    int
			pins    stet.Pins
			kind    stet.ErrorKind
		}{
			{storetest.Editor, "az", "", 0, nil, stet.NotFound},
			{storetest.Editor, "en", "sport", 0, nil, stet.NotFound},
			{storetest.Editor, "en", "\x00", 0, nil, stet.NotFound},
			{storetest.Editor, "en", "", 9, nil, stet.NotFound},
			{storetest.Editor, "en", "", -1, nil, stet.NotFound},
			{storetest.Editor, "en", "", 3, pin("ru"), stet.Invalid},
			{storetest.Editor, "en", "", 3, pin("no such"), stet.Invalid},
			{storetest.Editor, "en", "", 3, pin("\x00"), stet.Invalid},
			{storetest.Editor, "en", "politics", 1, pin("c", "ru"), stet.Invalid},
			{stet.User{Role: stet.Reporter}, "en", "", 3, nil, stet.Forbidden},
		} {
			if _, _, err := db.ArrangeFront(ctx, c.actor, c.lang, c.section, c.base, c.pins, storetest.Noon); !stet.Is(err, c.kind) {
				t.Errorf("%s of %q, %q after %d: %v", c.actor.Role, c.lang, c.section, c.base, err)
			}
		}
		if _, _, err := db.UndoFront(ctx, storetest.Editor, "en", "", 0, storetest.Noon); !stet.Is(err, stet.NotFound) {
			t.Errorf("undoing nothing: %v", err)
		}
	})
}

func ids(pins stet.Pins) string {
	var out []string
	for _, p := range pins {
		if p.Story == "" {
			p.Story = "."
		}
		out = append(out, string(p.Story))
	}
	return strings.TrimRight(strings.Join(out, " "), " .")
}

// TestPinsRunOut: at their time and not before, in all fronts, and it is told.
func TestPinsRunOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		for _, id := range []stet.ArticleID{"a", "b"} {
			publish(t, db, id, draft("en", "Story "+string(id)), storetest.Noon)
		}
		for i, section := range []string{"", "politics"} {
			pins := stet.Pins{{Story: "a", Until: minute(i + 1)}, {Story: "b"}}
			if _, _, err := db.ArrangeFront(ctx, storetest.Editor, "en", section, 0, pins, storetest.Noon); err != nil {
				t.Fatal(err)
			}
		}
		before := head(t, db)
		for _, c := range []struct {
			now, next   time.Time
			front, sect string
			events      int64
		}{
			{minute(1).Add(-time.Millisecond), minute(1), "0=a@08:01:00 1=b", "0=a@08:02:00 1=b", 0},
			{minute(1), minute(2), "1=b", "0=a@08:02:00 1=b", 1},
			{minute(60), time.Time{}, "1=b", "1=b", 2},
			{minute(90), time.Time{}, "1=b", "1=b", 2},
		} {
			next, err := db.RunOutPins(ctx, c.now)
			if err != nil || !next.Equal(c.next) {
				t.Errorf("at %s: the next at %s, %v", c.now, next, err)
			}
			if f, s := pinned(t, db, "en", ""), pinned(t, db, "en", "politics"); f != c.front || s != c.sect || head(t, db) != before+c.events {
				t.Errorf("at %s: %q, %q, %d events", c.now, f, s, head(t, db)-before)
			}
		}
		events, err := db.EventsAfter(ctx, before, 9)
		if err != nil || len(events) != 2 || events[0].Kind != stet.Arranged || events[0].Actor != stet.Schedule.ID || events[1].Is.Section != "politics" {
			t.Errorf("%+v, %v", events, err)
		}
	})
}

// TestTwoEditors: changes of one moment, from two machines, are all there, each
// in the history.
func TestTwoEditors(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			nodes := []*store.DB{storetest.Open(t, dsn), storetest.Open(t, dsn)}
			storetest.Init(t, nodes[0], "en")
			const n = 12
			var want []string
			for i := range n {
				id := stet.ArticleID(fmt.Sprint("s", i))
				publish(t, nodes[0], id, draft("en", "Story "+string(id)), storetest.Noon)
				want = append(want, fmt.Sprintf("%d=%s", i, id))
			}
			var group sync.WaitGroup
			for i := range n {
				group.Go(func() {
					pins := make(stet.Pins, i+1)
					pins[i].Story = stet.ArticleID(fmt.Sprint("s", i))
					if _, clashes, err := nodes[i%2].ArrangeFront(ctx, storetest.Editor, "en", "", 0, pins, storetest.Noon); err != nil || len(clashes) > 0 {
						t.Errorf("%v, %v", clashes, err)
					}
				})
			}
			group.Wait()
			if got := pinned(t, nodes[1], "en", ""); got != strings.Join(want, " ") {
				t.Errorf("readers have %q", got)
			}
			history, err := nodes[0].FrontHistory(ctx, "en", "", 0, 100)
			if err != nil || len(history) != n || history[0].Number != n {
				t.Errorf("%d changes, %v", len(history), err)
			}
		})
	}
}
