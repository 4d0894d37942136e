package store_test

import (
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/storetest"
)

func TestChangeSettings(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru")
		settings := func() (stet.Settings, int64) {
			t.Helper()
			s, err := db.Site(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return s.Settings, s.Stamp
		}
		if s, _ := settings(); s != (stet.Settings{}) {
			t.Errorf("a new newsroom has %+v", s)
		}
		before := head(t, db)
		if err := db.ChangeSettings(ctx, stet.Operator, map[string]string{"feeds": "summary", "ai": "deny"}, storetest.Noon); err != nil {
			t.Fatal(err)
		}
		want := stet.Settings{Feeds: stet.FeedSummary, AI: stet.AIDeny}
		if s, stamp := settings(); s != want || stamp != before+1 {
			t.Errorf("%+v, stamp %d after event %d", s, stamp, before)
		}
		events, err := db.EventsAfter(ctx, before, 10)
		if err != nil || len(events) != 1 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		if e := events[0]; e.Kind != stet.Set || e.Note != "ai=deny (was allow) feeds=summary (was full)" || e.Actor != "operator" || e.Origin != stet.ByPerson {
			t.Errorf("%+v", e)
		}

		// What is not a change writes nothing; a refusal changes nothing, not even half.
		for _, c := range []struct {
			actor stet.User
			set   map[string]string
			kind  stet.ErrorKind
			fails bool
		}{
			{stet.Operator, map[string]string{"feeds": "summary"}, 0, false},
			{stet.Operator, map[string]string{"ai": "allow", "feeds": "none"}, stet.Invalid, true},
			{stet.Operator, map[string]string{"ai": "allow", "zone": "UTC"}, stet.Invalid, true},
			{storetest.Editor, map[string]string{"ai": "allow"}, stet.Forbidden, true},
		} {
			err := db.ChangeSettings(ctx, c.actor, c.set, storetest.Noon)
			if (err != nil) != c.fails || c.fails && !stet.Is(err, c.kind) {
				t.Errorf("%v: %v", c.set, err)
			}
			if s, _ := settings(); s != want || head(t, db) != before+1 {
				t.Errorf("%v: %+v, event %d", c.set, s, head(t, db))
			}
		}
	})
}

// TestUnicodeSlugs: the setting holds for addresses made from then on; what
// has an address keeps it.
func TestUnicodeSlugs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru", "az", "fa")
		path := func(id stet.ArticleID, l stet.Lang, headline string) string {
			t.Helper()
			d := draft(l, headline)
			d.Content.Topics = []string{"Южный Кавказ " + string(id)}
			return string(publish(t, db, id, d, storetest.Noon).Path)
		}
		set := func(v string) {
			t.Helper()
			if err := db.ChangeSettings(ctx, stet.Operator, map[string]string{"slugs": v}, storetest.Noon); err != nil {
				t.Fatal(err)
			}
		}
		if got := path("a", "ru", "Мост открыт"); got != "/ru/2026/01/most-otkryt" {
			t.Error(got)
		}
		set("unicode")
		for _, c := range []struct {
			id       stet.ArticleID
			lang     stet.Lang
			headline string
			want     string
		}{
			{"b", "ru", "Мост открыт", "/ru/2026/01/мост-открыт"},
			{"c", "ru", "Мост открыт", "/ru/2026/01/мост-открыт-2"},
			{"d", "az", "Körpü açıldı", "/az/2026/01/körpü-açıldı"},
			{"e", "fa", "پل باز شد", "/fa/2026/01/پل-باز-شد"},
		} {
			if got := path(c.id, c.lang, c.headline); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if got := found(t, db, stet.Path(c.want)); got != string(c.id) {
				t.Errorf("%s: %s", c.want, got)
			}
		}
		term, err := db.Public().Term(ctx, "ru", stet.TopicTerm, "южный-кавказ-b")
		if err != nil || term.Key != "Южный Кавказ b" {
			t.Errorf("%+v %v", term, err)
		}
		a := edited(t, db, "a", storetest.Noon.Add(time.Hour), func(c *stet.Content) { c.Headline = "Мост закрыт" })
		if a.Path != "/ru/2026/01/most-otkryt" {
			t.Errorf("a new headline moved the story to %s", a.Path)
		}
		set("ascii")
		if got := path("f", "ru", "Тоннель"); got != "/ru/2026/01/tonnel" {
			t.Error(got)
		}
	})
}
