package store_test

import (
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/storetest"
)

// TestBreaking: a line an edition, whose history the log has.
func TestBreaking(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru", "en")
		read := func(l stet.Lang) stet.Breaking {
			t.Helper()
			b, err := db.Public().Breaking(ctx, l)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		if b := read("ru"); b != (stet.Breaking{Lang: "ru"}) {
			t.Errorf("a new newsroom has %+v", b)
		}
		site, err := db.Site(ctx)
		if err != nil {
			t.Fatal(err)
		}
		before := head(t, db)
		line := stet.Breaking{Lang: "ru", Text: "Мост закрыт", Path: "/ru/2026/11/most", Until: storetest.Noon.Add(time.Hour)}
		for range 2 { // the second time it is there already
			b, err := db.Announce(ctx, storetest.Editor, line, storetest.Noon)
			if err != nil || b.Event != before+1 || !b.Since.Equal(storetest.Noon) {
				t.Fatalf("%+v, %v", b, err)
			}
		}
		want := line
		want.Since, want.Event = storetest.Noon, before+1
		if b := read("ru"); b.Text != want.Text || b.Path != want.Path || !b.Since.Equal(want.Since) || !b.Until.Equal(want.Until) || b.Event != want.Event {
			t.Errorf("%+v, want %+v", b, want)
		}
		if b := read("en"); b.Text != "" {
			t.Errorf("the other edition has %+v", b)
		}
		line.Text = "Мост открыт"
		if b, err := db.Announce(ctx, storetest.Editor, line, storetest.Noon); err != nil || b.Event != before+2 {
			t.Errorf("%+v, %v", b, err)
		}
		if b, err := db.EndBreaking(ctx, storetest.Editor, "ru", storetest.Noon); err != nil || b.Event != before+3 || b.Text != "" {
			t.Errorf("%+v, %v", b, err)
		}
		if b := read("ru"); b != (stet.Breaking{Lang: "ru"}) {
			t.Errorf("after its end: %+v", b)
		}
		if _, err := db.EndBreaking(ctx, storetest.Editor, "ru", storetest.Noon); !stet.Is(err, stet.NotFound) {
			t.Errorf("ending nothing: %v", err)
		}
		for _, c := range []struct {
			actor stet.User
			lang  stet.Lang
			kind  stet.ErrorKind
		}{{storetest.Editor, "az", stet.NotFound}, {stet.User{Role: stet.Reporter}, "ru", stet.Forbidden}} {
			line.Lang = c.lang
			if _, err := db.Announce(ctx, c.actor, line, storetest.Noon); !stet.Is(err, c.kind) {
				t.Errorf("%s in %s: %v", c.actor.Role, c.lang, err)
			}
		}

		events, err := db.EventsAfter(ctx, before, 10)
		if err != nil || len(events) != 3 || head(t, db) != before+3 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		for i, want := range []struct {
			kind    stet.EventKind
			note    string
			was, is bool
		}{{stet.Announced, "Мост закрыт", false, true}, {stet.Announced, "Мост открыт", true, true}, {stet.Ended, "Мост открыт", true, false}} {
			e := events[i]
			if e.Kind != want.kind || e.Note != want.note || (e.Was != nil) != want.was || (e.Is != nil) != want.is || e.Actor != storetest.Editor.ID {
				t.Errorf("event %d: %+v", i, e)
			}
		}
		if now, err := db.Site(ctx); err != nil || now.Stamp != site.Stamp {
			t.Errorf("the site's stamp went from %d to %d, which makes every page anew", site.Stamp, now.Stamp)
		}
	})
}
