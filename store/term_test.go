package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/storetest"
	"stet/store/term"
)

// tagged is a draft with topics and authors.
func tagged(l stet.Lang, headline, section string, topics []string, authors ...stet.Byline) stet.Draft {
	d := draft(l, headline)
	d.Content.Section, d.Content.Topics, d.Content.Bylines = section, topics, authors
	return d
}

func newTerm(t *testing.T, db *store.DB, kind stet.TermKind, key string, names map[stet.Lang]stet.TermName) {
	t.Helper()
	if _, err := db.ChangeTerm(t.Context(), storetest.Editor, stet.Term{Kind: kind, Key: key, Names: names}, storetest.Noon); err != nil {
		t.Fatal(err)
	}
}

func keysOf(t *testing.T, db *store.DB, l stet.Lang, kind stet.TermKind, key string) string {
	t.Helper()
	heads, err := db.Public().Heads(t.Context(), stet.HeadQuery{Lang: l, Term: kind, Key: key})
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, h := range heads {
		ids = append(ids, string(h.ID))
	}
	slices.Sort(ids)
	return strings.Join(ids, " ")
}

// last is the newest event, as the log has it.
func last(t *testing.T, db *store.DB) stet.Event {
	t.Helper()
	events, err := db.EventsAfter(t.Context(), head(t, db)-1, 1)
	if err != nil || len(events) != 1 {
		t.Fatal(events, err)
	}
	return events[0]
}

func TestMergeTopics(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		storetest.Init(t, db, "ru", "en")
		newTerm(t, db, stet.TopicTerm, "ec", map[stet.Lang]stet.TermName{"ru": {Name: "Евросообщество", Slug: "ec"}, "en": {Name: "Community", Slug: "community"}})
		newTerm(t, db, stet.TopicTerm, "eu", map[stet.Lang]stet.TermName{"ru": {Name: "Евросоюз", Slug: "eu"}})
		a := publish(t, db, "a", tagged("ru", "Первый", "city", []string{"ec"}), storetest.Noon)
		publish(t, db, "b", tagged("ru", "Второй", "city", []string{"ec", "eu"}), storetest.Noon)
		publish(t, db, "c", tagged("en", "Third", "city", []string{"ec"}), storetest.Noon)
		begun := begin(t, db, "d", "Четвёртый")
		c := begun.Latest().Content
		c.Topics = []string{"ec"}
		change(t, db, "d", func(a *stet.Article) error { return a.Save(storetest.Editor, c, minute(1)) })
		before := a.Event

		use, err := db.TermUse(ctx, stet.TopicTerm, "ec")
		if err != nil || use.Stories["ru"] != 2 || use.Stories["en"] != 1 || use.Texts != 1 || use.None() {
			t.Fatalf("%+v, %v", use, err)
		}
		// A first rename, so that an address before leads there by one hop after all.
		ec, err := db.Term(ctx, stet.TopicTerm, "ec")
		if err != nil {
			t.Fatal(err)
		}
		ec.Names = map[stet.Lang]stet.TermName{"ru": {Name: "ЕЭС", Slug: "ees"}, "en": ec.Names["en"]}
		if _, err := db.ChangeTerm(ctx, storetest.Editor, *ec, storetest.Noon); err != nil {
			t.Fatal(err)
		}
		if got := answers(t, db, "ru", "ЕЭС"); got == "" {
			t.Error("stories are not found by the new name")
		}
		event, err := db.MergeTerm(ctx, storetest.Editor, stet.TopicTerm, "ec", "eu", minute(2))
		if err != nil {
			t.Fatal(err)
		}
		e := last(t, db)
		if site, _ := db.Site(ctx); e.N != event || e.Kind != stet.Renamed || site.Stamp != event || e.Actor != storetest.Editor.ID ||
			!strings.Contains(e.Note, "topic ec merged into eu: stories 3, texts 1") || !strings.Contains(e.Note, `ru "ЕЭС" /ees`) {
			t.Errorf("%+v", e)
		}
		if ru, en, old := keysOf(t, db, "ru", stet.TopicTerm, "eu"), keysOf(t, db, "en", stet.TopicTerm, "eu"), keysOf(t, db, "ru", stet.TopicTerm, "ec"); ru != "a b" || en != "c" || old != "" {
			t.Errorf("%q %q %q", ru, en, old)
		}
		for _, path := range []stet.Path{"/ru/topics/ec/", "/ru/topics/ees/"} {
			if got, err := db.Public().Find(ctx, path); err != nil || got.Kind != stet.FoundMoved || got.To != "/ru/topics/eu/" {
				t.Errorf("%s: %+v, %v", path, got, err)
			}
		}
		// Where the other had no name, this one's name and address are its own now.
		if got, err := db.Public().Term(ctx, "en", stet.TopicTerm, "community"); err != nil || got.Key != "eu" {
			t.Errorf("%+v, %v", got, err)
		}
		for id, want := range map[stet.ArticleID]string{"a": "[eu]", "b": "[eu]", "c": "[eu]", "d": "[eu]"} {
			if got := fmt.Sprint(read(t, db, id).Latest().Topics); got != want {
				t.Errorf("%s has %s, want %s", id, got, want)
			}
		}
		if st, err := db.Public().Story(ctx, "b"); err != nil || fmt.Sprint(st.Topics) != "[eu]" {
			t.Errorf("%+v, %v", st, err)
		}
		if got := answers(t, db, "ru", "ЕЭС"); got != "" {
			t.Errorf("the old name still finds %q", got)
		}
		if got := strings.Fields(answers(t, db, "ru", "Евросоюз")); len(got) != 2 {
			t.Errorf("the new name finds %q", got)
		}
		if _, err := db.MergeTerm(ctx, storetest.Editor, stet.TopicTerm, "ec", "eu", minute(3)); !stet.Is(err, stet.NotFound) {
			t.Error(err)
		}

		// Texts and files that name the old one mean the new one.
		publish(t, db, "late", tagged("ru", "Поздний", "city", []string{"ec"}), minute(4))
		if n, err := db.SaveTerms(ctx, stet.Importer, []stet.Term{{Kind: stet.TopicTerm, Key: "ec", Names: map[stet.Lang]stet.TermName{"ru": {Name: "Старое"}}},
			{Kind: stet.TopicTerm, Key: "eu", Names: map[stet.Lang]stet.TermName{"ru": {Name: "Из файла"}}}}, minute(5)); n != 0 || err != nil {
			t.Errorf("an import changed %d, %v", n, err)
		}
		if got := keysOf(t, db, "ru", stet.TopicTerm, "eu"); got != "a b late" {
			t.Errorf("%q", got)
		}
		if got, err := db.Term(ctx, stet.TopicTerm, "ec"); err != nil || got.Key != "eu" {
			t.Errorf("%+v, %v", got, err)
		}
		// A chain of merges is one.
		newTerm(t, db, stet.TopicTerm, "europe", map[stet.Lang]stet.TermName{"ru": {Name: "Европа", Slug: "europe"}})
		if _, err := db.MergeTerm(ctx, storetest.Editor, stet.TopicTerm, "eu", "europe", minute(6)); err != nil {
			t.Fatal(err)
		}
		if got, err := db.Public().Find(ctx, "/ru/topics/ec/"); err != nil || got.To != "/ru/topics/europe/" {
			t.Errorf("%+v, %v", got, err)
		}
		if got := fmt.Sprint(read(t, db, "a").Latest().Topics); got != "[europe]" {
			t.Error(got)
		}
		if now := read(t, db, "a"); now.Event != before {
			t.Errorf("the story changed by event %d", now.Event)
		}
		sound(t, db)
	})
}

func TestMergeAuthors(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		storetest.Init(t, db, "ru")
		publish(t, db, "a", tagged("ru", "Первый", "city", nil, stet.Byline{Key: "anna", Name: "Анна Иванова"}), storetest.Noon)
		publish(t, db, "b", tagged("ru", "Второй", "city", nil, stet.Byline{Key: "ana", Name: "Жанна Иванова"}, stet.Byline{Key: "petr", Name: "Пётр"}), storetest.Noon)
		if _, err := db.MergeTerm(ctx, storetest.Editor, stet.AuthorTerm, "ana", "anna", minute(1)); err != nil {
			t.Fatal(err)
		}
		if got := keysOf(t, db, "ru", stet.AuthorTerm, "anna"); got != "a b" {
			t.Errorf("%q", got)
		}
		heads, err := db.Public().Heads(ctx, stet.HeadQuery{Lang: "ru"})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range heads {
			if h.ID == "b" && fmt.Sprint(h.Bylines) != "[{anna } {petr Пётр}]" {
				t.Errorf("a list signs %v", h.Bylines)
			}
		}
		if st, err := db.Public().Story(ctx, "b"); err != nil || fmt.Sprint(st.Bylines) != "[{anna } {petr Пётр}]" {
			t.Errorf("%v, %v", st.Bylines, err)
		}
		if got := answers(t, db, "ru", "Жанна"); got != "" {
			t.Errorf("the misspelt name finds %q", got)
		}
		if got := strings.Fields(answers(t, db, "ru", "Анна")); len(got) != 2 {
			t.Errorf("the name finds %q", got)
		}
		p := bring(t, db, "anna", stet.Description{})
		anna, err := db.Term(ctx, stet.AuthorTerm, "anna")
		if err != nil {
			t.Fatal(err)
		}
		anna.Card = stet.Card{Email: "anna@example.org", Links: []string{"https://anna.example"}, Picture: p.ID}
		if _, err := db.ChangeTerm(ctx, storetest.Editor, *anna, minute(2)); err != nil {
			t.Fatal(err)
		}
		got, err := db.Public().Term(ctx, "ru", stet.AuthorTerm, anna.Names["ru"].Slug)
		if err != nil || got.Portrait == nil || got.Card.Email != "anna@example.org" {
			t.Errorf("%+v, %v", got, err)
		}
		if err := db.RemovePicture(ctx, storetest.Editor, p.ID); !stet.Is(err, stet.Conflict) {
			t.Errorf("the portrait was removed: %v", err)
		}
		anna.Version++
		anna.Card.Picture = "none"
		if _, err := db.ChangeTerm(ctx, storetest.Editor, *anna, minute(2)); !stet.Is(err, stet.Invalid) {
			t.Error(err)
		}
		sound(t, db)
	})
}

func TestCloseSection(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		storetest.Init(t, db, "ru")
		for _, key := range []string{"news", "sport", "football", "city"} {
			newTerm(t, db, stet.SectionTerm, key, map[stet.Lang]stet.TermName{"ru": {Name: strings.ToUpper(key)}})
		}
		move := func(key, parent, before string) int64 {
			t.Helper()
			event, err := db.MoveSection(ctx, storetest.Editor, key, parent, before, storetest.Noon)
			if err != nil {
				t.Fatal(err)
			}
			return event
		}
		order := func() string {
			t.Helper()
			all, err := db.Sections(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, b := range stet.Nested(all) {
				out = append(out, strings.Repeat("-", b.Depth)+b.Key)
			}
			return strings.Join(out, " ")
		}
		a := publish(t, db, "a", tagged("ru", "Матч", "sport", nil), storetest.Noon)
		stamp := func() int64 { s, _ := db.Site(ctx); return s.Stamp }
		was := stamp()
		move("football", "sport", "")
		if event := move("sport", "", "news"); stamp() != was || event != head(t, db) || !slices.Contains([]stet.EventKind{stet.Moved}, last(t, db).Kind) {
			t.Errorf("the order of sections made every page anew: %+v", last(t, db))
		}
		if event := move("sport", "", "news"); event != 0 || order() != "sport -football news city" {
			t.Errorf("event %d, %s", event, order())
		}
		if _, err := db.MoveSection(ctx, storetest.Editor, "sport", "football", "", storetest.Noon); !stet.Is(err, stet.Invalid) {
			t.Error(err)
		}

		change(t, db, "a", func(a *stet.Article) error {
			c := a.Latest().Content
			c.Headline = "Матч, дальше"
			return a.Save(storetest.Editor, c, minute(1))
		})
		who := addPerson(t, db, "sport@example.org")
		limit := func(to ...string) {
			t.Helper()
			if err := db.UpdatePerson(ctx, stet.Operator, who.ID, minute(1), func(p *stet.Person) error { p.Sections = to; return nil }); err != nil {
				t.Fatal(err)
			}
		}
		limit("sport")
		if _, err := db.MergeTerm(ctx, storetest.Editor, stet.SectionTerm, "sport", "news", minute(2)); !stet.Is(err, stet.Conflict) || !strings.Contains(err.Error(), who.Name) {
			t.Errorf("somebody may work nowhere now: %v", err)
		}
		limit("news")
		if _, err := db.MergeTerm(ctx, storetest.Editor, stet.SectionTerm, "sport", "news", minute(2)); err != nil {
			t.Fatal(err)
		}
		if order() != "football news city" {
			t.Error(order())
		}
		if got, err := db.Public().Find(ctx, "/ru/sport/"); err != nil || got.To != "/ru/news/" {
			t.Errorf("%+v, %v", got, err)
		}
		if st, err := db.Public().Story(ctx, "a"); err != nil || st.Section != "news" || st.Path != a.Path {
			t.Errorf("%+v, %v", st, err)
		}
		rows, _, err := db.Board(ctx, store.BoardQuery{Actor: who.User(), Section: "news", Limit: 10})
		if err != nil || len(rows) != 1 {
			t.Errorf("the board has %v, %v", rows, err)
		}
		sound(t, db)
		change(t, db, "a", func(a *stet.Article) error { return a.Publish(storetest.Editor, time.Time{}, minute(3)) })
		if got := keysOf(t, db, "ru", stet.SectionTerm, "news"); got != "a" {
			t.Errorf("%q", got)
		}
		sound(t, db)
	})
}

// TestTermLock: of two who change one term, the second is told, and nothing of the
// first is lost.
func TestTermLock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		storetest.Init(t, db, "ru")
		newTerm(t, db, stet.TopicTerm, "eu", map[stet.Lang]stet.TermName{"ru": {Name: "ЕС"}})
		mine, err := db.Term(ctx, stet.TopicTerm, "eu")
		if err != nil {
			t.Fatal(err)
		}
		theirs := *mine
		theirs.Topic = "organisation"
		if _, err := db.ChangeTerm(ctx, storetest.Editor, theirs, minute(1)); err != nil {
			t.Fatal(err)
		}
		mine.Names = map[stet.Lang]stet.TermName{"ru": {Name: "Евросоюз", Slug: mine.Names["ru"].Slug}}
		if _, err := db.ChangeTerm(ctx, storetest.Editor, *mine, minute(2)); !stet.Is(err, stet.Stale) {
			t.Fatal(err)
		}
		now, err := db.Term(ctx, stet.TopicTerm, "eu")
		if err != nil || now.Topic != "organisation" || now.Names["ru"].Name != "ЕС" || now.Version != mine.Version+1 {
			t.Errorf("%+v, %v", now, err)
		}
		if e := last(t, db); e.Kind != stet.Filed || e.Note != `topic eu: kind "" → "organisation"` {
			t.Errorf("%+v", e)
		}
		reporter := stet.User{ID: "user:r", Role: stet.Reporter}
		if _, err := db.ChangeTerm(ctx, reporter, *mine, minute(2)); !stet.Is(err, stet.Forbidden) {
			t.Error(err)
		}
		for _, to := range []stet.Term{{Kind: stet.TopicTerm, Key: "eu"}, {Kind: stet.TopicTerm, Key: "none", Version: 1}} {
			if _, err := db.ChangeTerm(ctx, storetest.Editor, to, minute(2)); err == nil {
				t.Errorf("%+v was changed", to)
			}
		}
		before := head(t, db)
		if event, err := db.ChangeTerm(ctx, storetest.Editor, *now, minute(3)); event != 0 || err != nil || head(t, db) != before {
			t.Errorf("the same again is event %d, %v", event, err)
		}
	})
}

// TestDeleteTerm: only what nothing uses.
func TestDeleteTerm(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		storetest.Init(t, db, "ru")
		for _, key := range []string{"live", "written", "free", "merged"} {
			newTerm(t, db, stet.TopicTerm, key, map[stet.Lang]stet.TermName{"ru": {Name: key}})
		}
		if _, err := db.MergeTerm(ctx, storetest.Editor, stet.TopicTerm, "merged", "free", minute(1)); err != nil {
			t.Fatal(err)
		}
		publish(t, db, "a", tagged("ru", "Первый", "city", []string{"live"}), storetest.Noon)
		a := publish(t, db, "b", tagged("ru", "Второй", "city", []string{"written"}), storetest.Noon)
		change(t, db, a.ID, func(a *stet.Article) error { return a.Withdraw(storetest.Editor, "wrong", storetest.Noon) })
		for key, kept := range map[string]bool{"live": true, "written": true, "free": false} {
			err := db.DeleteTerm(ctx, storetest.Editor, stet.TopicTerm, key, minute(2))
			if kept != stet.Is(err, stet.Conflict) || !kept && err != nil {
				t.Errorf("%s: %v", key, err)
			}
		}
		if err := db.DeleteTerm(ctx, storetest.Editor, stet.TopicTerm, "free", minute(2)); !stet.Is(err, stet.NotFound) {
			t.Error(err)
		}
		if _, err := db.Public().Find(ctx, "/ru/topics/merged/"); !stet.Is(err, stet.NotFound) {
			t.Errorf("an address leads to what is not there: %v", err)
		}
		newTerm(t, db, stet.TopicTerm, "merged", nil)
		sound(t, db)
	})
}

func TestTermList(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru", "en")
		newTerm(t, db, stet.TopicTerm, "baku", map[stet.Lang]stet.TermName{"ru": {Name: "Баку"}, "en": {Name: "Baku"}})
		newTerm(t, db, stet.TopicTerm, "eu", map[stet.Lang]stet.TermName{"ru": {Name: "Европейский союз"}})
		publish(t, db, "a", tagged("ru", "Первый", "city", []string{"baku"}), storetest.Noon)
		for want, q := range map[string]term.Query{
			"2: baku eu": {Order: "ru"}, "1: baku": {Text: "бак"}, "1: eu": {Text: "союз"}, "0:": {Text: "акы"},
			"1: eu ": {Lacks: "en"}, "1: baku ": {Lang: "en"}, "0: ": {Topic: "place"}, "2: baku eu ": {Topic: "none"}, "2: eu": {Offset: 1, Order: "ru", Limit: 1},
		} {
			q.Kind = stet.TopicTerm
			lines, n, err := db.Terms(t.Context(), q)
			got := fmt.Sprintf("%d:", n)
			for _, l := range lines {
				got += " " + l.Key
				if l.Key == "baku" && l.Count() != 1 {
					t.Errorf("%+v", l)
				}
			}
			if err != nil || got != strings.TrimSpace(want) {
				t.Errorf("%+v: %q, want %q, %v", q, got, want, err)
			}
		}
	})
}

// TestMergeWhilePublishing: no story is left behind under a term that became
// another while it was published.
func TestMergeWhilePublishing(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			a, b := pair(t, engine, "ru")
			ctx := context.Background()
			newTerm(t, a, stet.TopicTerm, "into", map[stet.Lang]stet.TermName{"ru": {Name: "Общая"}})
			const rounds = 6
			for i := range rounds {
				newTerm(t, a, stet.TopicTerm, fmt.Sprint("t", i), map[stet.Lang]stet.TermName{"ru": {Name: fmt.Sprint("Тема ", i)}})
				newTerm(t, a, stet.SectionTerm, fmt.Sprint("s", i), map[stet.Lang]stet.TermName{"ru": {Name: fmt.Sprint("Рубрика ", i)}})
			}
			var group sync.WaitGroup
			group.Go(func() {
				for i := range rounds {
					for j := range 4 {
						publish(t, a, stet.ArticleID(fmt.Sprintf("p%d-%d", i, j)), tagged("ru", "Новость", fmt.Sprint("s", i), []string{fmt.Sprint("t", i)}), storetest.Noon)
					}
				}
			})
			group.Go(func() {
				for i := range rounds {
					if _, err := b.MergeTerm(ctx, storetest.Editor, stet.TopicTerm, fmt.Sprint("t", i), "into", storetest.Noon); err != nil {
						t.Error(err)
					}
					if i > 0 {
						if _, err := b.MergeTerm(ctx, storetest.Editor, stet.SectionTerm, fmt.Sprint("s", i), "s0", storetest.Noon); err != nil {
							t.Error(err)
						}
					}
				}
			})
			group.Wait()
			if got := len(strings.Fields(keysOf(t, a, "ru", stet.TopicTerm, "into"))); got != rounds*4 {
				t.Errorf("%d stories are there, want %d", got, rounds*4)
			}
			if got := len(strings.Fields(keysOf(t, a, "ru", stet.SectionTerm, "s0"))); got != rounds*4 {
				t.Errorf("%d stories are in the section, want %d", got, rounds*4)
			}
			sound(t, a)
		})
	}
}
