package store_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

const canary = "canary"

// secret is a text with the canary in every field.
func secret(lang stet.Lang) stet.Content {
	return stet.Content{
		Headline: "A canary headline", Standfirst: canary, Kicker: canary, Slug: "canary-slug", Section: "canary-section",
		Topics: []string{"canary-topic"}, Bylines: []stet.Byline{{Key: "canary-author", Name: canary}}, Dateline: canary,
		Source: &stet.Source{Name: canary, URL: "https://canary.example/"}, Picture: &stet.PictureUse{ID: canary, Alt: canary},
		Canonical: "https://canary.example/", Licence: canary, Body: prose.FromText("The canary sings."),
	}
}

// told is all that a library says, as one text.
func told(t *testing.T, db *store.DB, ids []stet.ArticleID, paths []stet.Path) string {
	t.Helper()
	lib := db.Public()
	var b strings.Builder
	say := func(v any, err error) {
		t.Helper()
		if err != nil && !stet.Is(err, stet.NotFound) {
			t.Fatal(err)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "%T %s\n", v, text)
	}
	say(lib.Site(ctx))
	for _, p := range paths {
		say(lib.Find(ctx, p))
	}
	for _, id := range ids {
		s, err := lib.Story(ctx, id)
		say(s, err)
		if err == nil && s.Body != nil {
			b.WriteString(s.Body.Text())
		}
	}
	say(lib.Translations(ctx, ids))
	for _, l := range []stet.Lang{"", "en", "ru"} {
		for _, kind := range []stet.Kind{"", stet.StoryKind, stet.PageKind} {
			say(lib.Heads(ctx, stet.HeadQuery{Lang: l, Kind: kind}))
			say(lib.Heads(ctx, stet.HeadQuery{Lang: l, Kind: kind, From: "1600-01-01", To: "2999-12-31", UpdatedSince: time.UnixMilli(1)}))
		}
		for kind, key := range map[stet.TermKind]string{stet.SectionTerm: "canary-section", stet.TopicTerm: "canary-topic", stet.AuthorTerm: "canary-author"} {
			say(lib.Heads(ctx, stet.HeadQuery{Lang: l, Term: kind, Key: key}))
			say(lib.Terms(ctx, l, kind))
			say(lib.Term(ctx, l, kind, key))
			say(lib.Editions(ctx, kind, key))
		}
		say(lib.Months(ctx, l))
		earlier, later, err := lib.Near(ctx, l, "2999-01-01", "1600-01-01")
		say([]stet.Day{earlier, later}, err)
	}
	return b.String()
}

// TestReadersNeverSeeDrafts: nothing that is not published reaches a reader, by
// whatever way it is asked for.
func TestReadersNeverSeeDrafts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		bringAs(t, db, canary, stet.PictureFile{Hash: canary, Width: 3, Height: 2}, stet.Description{Credit: canary})
		at, later := storetest.Noon, storetest.Noon.Add(time.Hour)
		hidden := stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: secret("en")}
		page := hidden
		page.Kind = stet.PageKind
		translation := hidden
		translation.Lang, translation.Group = "ru", "plain"
		steps := map[stet.ArticleID]func(*stet.Article) error{
			"draft":       func(a *stet.Article) error { return nil },
			"translation": func(a *stet.Article) error { return nil },
			"page":        func(a *stet.Article) error { return nil },
			"in review":   func(a *stet.Article) error { return a.Submit(storetest.Editor, "", "", at) },
			"approved":    func(a *stet.Article) error { return a.Approve(storetest.Editor, "", at) },
			"scheduled":   func(a *stet.Article) error { return a.Publish(storetest.Editor, later, at) },
			"withdrawn": func(a *stet.Article) error {
				if err := a.Publish(storetest.Editor, at, at); err != nil {
					return err
				}
				return a.Withdraw(storetest.Editor, "A plain reason.", at)
			},
		}
		var ids []stet.ArticleID
		var paths []stet.Path
		for id, step := range steps {
			ids = append(ids, stet.ArticleID(strings.ReplaceAll(string(id), " ", "-")))
			d := hidden
			switch id {
			case "page":
				d = page
			case "translation":
				d = translation
			}
			a := change(t, db, ids[len(ids)-1], func(a *stet.Article) error {
				if err := a.Create(storetest.Editor, d, at); err != nil {
					return err
				}
				return step(a)
			})
			paths = append(paths, a.Path)
		}
		// A published story whose next text, and the one after, are secret.
		publish(t, db, "plain", draft("en", "A plain headline"), at)
		change(t, db, "plain", func(a *stet.Article) error {
			if err := a.Edit(storetest.Editor, secret("en"), at); err != nil {
				return err
			}
			if err := a.Publish(storetest.Editor, later, at); err != nil {
				return err
			}
			return a.Edit(storetest.Editor, secret("en"), at)
		})
		// One whose body is for members.
		members := draft("en", "A plain headline for members")
		members.Content.Access, members.Content.Body = "members", prose.FromText("The canary sings to members.")
		publish(t, db, "members", members, at)
		ids = append(ids, "plain", "members")

		text := told(t, db, ids, paths)
		for line := range strings.Lines(text) {
			if strings.Contains(line, canary) {
				t.Errorf("it told %s", line)
			}
		}
		if n := strings.Count(text, "A plain headline"); n < 10 {
			t.Errorf("only %d headlines were told: the test asks nothing", n)
		}
		sound(t, db)

		// The same texts, published, are told: the canary is alive.
		change(t, db, "draft", func(a *stet.Article) error { return a.Publish(storetest.Editor, at, at) })
		if text := told(t, db, ids, paths); strings.Count(text, canary) < 20 {
			t.Errorf("published, it told\n%s", text)
		}
	})
}

// TestStory: what a story says, its group and its stamp.
func TestStory(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru", "en", "az")
		lib := db.Public()
		story := func(id stet.ArticleID) *stet.Story {
			t.Helper()
			s, err := lib.Story(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		d := draft("en", "Bridge opens")
		d.UpdatedAt = storetest.Noon.Add(time.Hour)
		publish(t, db, "en", d, storetest.Noon)
		alone := story("en")
		if alone.Original != alone.Path || len(alone.Translations) != 1 || alone.Stamp != 3 || !alone.UpdatedAt.Equal(d.UpdatedAt) {
			t.Errorf("%+v", alone)
		}
		for _, l := range []stet.Lang{"ru", "az"} {
			d := draft(l, "Translation "+string(l))
			d.Group = "en"
			publish(t, db, stet.ArticleID(l), d, storetest.Noon)
		}
		ru := story("ru")
		var langs []string
		for _, tr := range ru.Translations {
			langs = append(langs, string(tr.Lang)+" "+string(tr.Path)+" "+tr.Headline)
		}
		want := []string{"ru /ru/2026/01/translation-ru Translation ru", "en /en/2026/01/bridge-opens Bridge opens", "az /az/2026/01/translation-az Translation az"}
		if !slices.Equal(langs, want) || ru.Original != alone.Path || ru.Group != "en" {
			t.Errorf("original %s, translations %q", ru.Original, langs)
		}
		for _, id := range []stet.ArticleID{"en", "ru", "az"} {
			if got := story(id).Stamp; got != head(t, db) {
				t.Errorf("%s has the stamp %d after event %d added a language link", id, got, head(t, db))
			}
		}
		// The same by groups, however many, known or not.
		groups := []stet.ArticleID{"en", "none"}
		for i := range 1200 {
			groups = append(groups, stet.ArticleID(fmt.Sprint("other", i)))
		}
		publish(t, db, "other1100", draft("ru", "Another"), storetest.Noon)
		by, err := lib.Translations(ctx, groups)
		if err != nil || len(by) != 2 || !slices.Equal(by["en"], ru.Translations) || by["en"][0].Day != "2026-01-14" || len(by["other1100"]) != 1 {
			t.Errorf("%+v %v", by, err)
		}
		heads, err := lib.Heads(ctx, stet.HeadQuery{Lang: "ru"})
		if err != nil || len(heads) != 2 || heads[0].Group != "other1100" || heads[1].Group != "en" {
			t.Errorf("%+v %v", heads, err)
		}
		// What readers do not see leaves the stamp alone.
		before := story("en").Stamp
		change(t, db, "en", func(a *stet.Article) error {
			if err := a.Edit(storetest.Editor, draft("en", "In progress").Content, storetest.Noon); err != nil {
				return err
			}
			return a.Submit(storetest.Editor, "", "", storetest.Noon)
		})
		if got := story("en"); got.Stamp != before || got.Headline != "Bridge opens" {
			t.Errorf("an unpublished edit made the stamp %d of %d, headline %q", got.Stamp, before, got.Headline)
		}
		// A withdrawn original: the others go on by themselves.
		change(t, db, "en", func(a *stet.Article) error { return a.Withdraw(storetest.Editor, "wrong", storetest.Noon) })
		if s := story("ru"); s.Original != s.Path || len(s.Translations) != 2 || s.Stamp != head(t, db) {
			t.Errorf("without the original: %+v", s)
		}
		if _, err := lib.Story(ctx, "en"); !stet.Is(err, stet.NotFound) {
			t.Errorf("the withdrawn one: %v", err)
		}
		// A translation that turns out to be of another story.
		change(t, db, "az", func(a *stet.Article) error {
			a.HandEdited = false
			d := draft("az", "Translation az")
			if err := a.Reimport(stet.Importer, d, storetest.Noon); err != nil {
				return err
			}
			return a.Publish(stet.Importer, time.Time{}, storetest.Noon)
		})
		if s := story("ru"); len(s.Translations) != 1 || s.Stamp != head(t, db) {
			t.Errorf("after the other left: %+v", s)
		}
		if s := story("az"); len(s.Translations) != 1 || s.Group != "az" {
			t.Errorf("the one that left: %+v", s)
		}
		sound(t, db)
	})
}

// TestListsAndPaging: newest first, of one instant the one published later
// first; pages meet without gap or overlap whatever their size.
func TestListsAndPaging(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		lib := db.Public()
		day := 24 * time.Hour
		var order []string
		for i := range 40 {
			lang := []stet.Lang{"en", "ru"}[i%2]
			d := draft(lang, fmt.Sprint("Story ", i))
			d.Content.Section = []string{"politics", "city", "sport"}[i%3]
			d.Content.Topics = []string{"all", fmt.Sprint("t", i%5)}
			at := storetest.Noon.Add(-time.Duration(i/8) * day) // eight at each instant
			publish(t, db, stet.ArticleID(fmt.Sprint(i)), d, at)
		}
		for group := range 5 {
			for i := 7; i >= 0; i-- {
				order = append(order, fmt.Sprint(group*8+i))
			}
		}
		var queries []stet.HeadQuery
		page := draft("en", "About")
		page.Kind = stet.PageKind
		publish(t, db, "page", page, storetest.Noon)

		only := func(keep func(i int) bool) (out []string) {
			for _, id := range order {
				var i int
				fmt.Sscan(id, &i)
				if keep(i) {
					out = append(out, id)
				}
			}
			return out
		}
		for name, c := range map[string]struct {
			q    stet.HeadQuery
			want []string
		}{
			"all":             {stet.HeadQuery{}, order},
			"an edition":      {stet.HeadQuery{Lang: "ru"}, only(func(i int) bool { return i%2 == 1 })},
			"a section":       {stet.HeadQuery{Term: stet.SectionTerm, Key: "city"}, only(func(i int) bool { return i%3 == 1 })},
			"one in it":       {stet.HeadQuery{Lang: "en", Term: stet.SectionTerm, Key: "city"}, only(func(i int) bool { return i%6 == 4 })},
			"a topic":         {stet.HeadQuery{Lang: "en", Term: stet.TopicTerm, Key: "t0"}, only(func(i int) bool { return i%10 == 0 })},
			"no such topic":   {stet.HeadQuery{Term: stet.TopicTerm, Key: "city"}, nil},
			"a day":           {stet.HeadQuery{From: "2026-01-13", To: "2026-01-13"}, only(func(i int) bool { return i/8 == 1 })},
			"days of a topic": {stet.HeadQuery{Term: stet.TopicTerm, Key: "all", From: "2026-01-12", To: "2026-01-13"}, only(func(i int) bool { return i/8 == 1 || i/8 == 2 })},
			"since":           {stet.HeadQuery{Since: storetest.Noon.Add(-day)}, only(func(i int) bool { return i/8 < 2 })},
			"since, a topic":  {stet.HeadQuery{Term: stet.TopicTerm, Key: "all", Since: storetest.Noon}, only(func(i int) bool { return i/8 == 0 })},
			"updated":         {stet.HeadQuery{UpdatedSince: storetest.Noon.Add(time.Millisecond)}, nil},
			"pages":           {stet.HeadQuery{Kind: stet.PageKind}, []string{"page"}},
			"no edition":      {stet.HeadQuery{Lang: "xx"}, nil},
			"hostile":         {stet.HeadQuery{Lang: "\xff", Term: stet.TopicTerm, Key: "a\x00"}, nil},
		} {
			for _, size := range []int{0, 1, 3, 7, 40, 100} {
				var got []string
				q := c.q
				q.Limit = size
				for {
					heads, err := lib.Heads(ctx, q)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					for _, h := range heads {
						got = append(got, string(h.ID))
					}
					if size == 0 || len(heads) < size {
						break
					}
					last := heads[len(heads)-1]
					q.Before = &stet.Mark{At: last.PublishedAt, Order: last.Order}
				}
				if !slices.Equal(got, c.want) {
					t.Errorf("%s, by %d: %v, want %v", name, size, got, c.want)
				}
			}
		}
		for _, q := range []stet.HeadQuery{{Lang: "ru"}, {Lang: "xx"}, {Term: stet.TopicTerm, Key: "t0"}, {Key: "\x00"}, {Lang: "en", Limit: 3}} {
			queries = append(queries, q, stet.HeadQuery{Lang: "en", Term: stet.SectionTerm, Key: "city", Limit: 4})
		}
		lists, err := lib.HeadsOf(ctx, queries)
		if err != nil || len(lists) != len(queries) {
			t.Fatalf("%d lists, %v", len(lists), err)
		}
		for i, q := range queries {
			alone, err := lib.Heads(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(lists[i], alone) {
				t.Errorf("%+v: with others %d heads, alone %d", q, len(lists[i]), len(alone))
			}
		}
		if none, err := lib.HeadsOf(ctx, nil); len(none) > 0 || err != nil {
			t.Errorf("of no queries: %v, %v", none, err)
		}
		heads, err := lib.Heads(ctx, stet.HeadQuery{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		if h := heads[0]; h.Headline != "Story 7" || h.Section != "city" || h.Path != "/ru/2026/01/story-7" || h.Kind != stet.StoryKind ||
			!h.PublishedAt.Equal(storetest.Noon) || h.Bylines == nil || len(h.Bylines) > 0 {
			t.Errorf("%+v", h)
		}
		// A story that is published while somebody turns the pages moves none of
		// the others, and an update does not move its own.
		first, err := lib.Heads(ctx, stet.HeadQuery{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		publish(t, db, "news", draft("en", "News"), storetest.Noon.Add(day))
		edited(t, db, "20", storetest.Noon.Add(day), func(c *stet.Content) { c.Headline = "Changed" })
		last := first[9]
		rest, err := lib.Heads(ctx, stet.HeadQuery{Before: &stet.Mark{At: last.PublishedAt, Order: last.Order}})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, h := range append(first, rest...) {
			got = append(got, string(h.ID))
		}
		if !slices.Equal(got, order) {
			t.Errorf("turning the pages: %v, want %v", got, order)
		}
		// Withdrawn and published again, it is the last of its instant.
		change(t, db, "0", func(a *stet.Article) error {
			if err := a.Withdraw(storetest.Editor, "wrong", storetest.Noon); err != nil {
				return err
			}
			return nil
		})
		change(t, db, "0", func(a *stet.Article) error { return a.Publish(storetest.Editor, time.Time{}, storetest.Noon) })
		heads, err = lib.Heads(ctx, stet.HeadQuery{Limit: 3})
		if err != nil || heads[1].ID != "0" || heads[2].ID != "7" {
			t.Errorf("%v, %v", heads, err)
		}
		sound(t, db)
	})
}

// TestArchive: months, days and what lies near an empty day.
func TestArchive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru") // in Baku, four hours ahead
		lib := db.Public()
		for i, at := range []string{"1600-02-01T00:00:00Z", "2019-12-31T19:59:59Z", "2019-12-31T20:00:00Z", "2021-06-02T10:05:00Z", "2021-06-02T10:05:00Z", "2021-06-30T23:00:00Z"} {
			when, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			publish(t, db, stet.ArticleID(fmt.Sprint(i)), draft("en", "A story"), when)
		}
		page := draft("en", "About")
		page.Kind = stet.PageKind
		publish(t, db, "page", page, storetest.Noon)
		months, err := lib.Months(ctx, "en")
		if err != nil {
			t.Fatal(err)
		}
		want := []stet.MonthCount{{Month: "2021-07-01", Count: 1}, {Month: "2021-06-01", Count: 2}, {Month: "2020-01-01", Count: 1}, {Month: "2019-12-01", Count: 1}, {Month: "1600-02-01", Count: 1}}
		if !slices.Equal(months, want) {
			t.Errorf("months %v, want %v", months, want)
		}
		if months, err := lib.Months(ctx, "ru"); err != nil || len(months) > 0 {
			t.Errorf("of an empty edition: %v, %v", months, err)
		}
		for _, c := range []struct{ before, after, earlier, later stet.Day }{
			{"2021-06-02", "2021-06-02", "2020-01-01", "2021-07-01"},
			{"2020-06-01", "2020-06-30", "2020-01-01", "2021-06-02"},
			{"1600-02-01", "2021-07-01", "", ""},
			{"2999-12-31", "1600-01-01", "2021-07-01", "1600-02-01"},
		} {
			earlier, later, err := lib.Near(ctx, "en", c.before, c.after)
			if err != nil || earlier != c.earlier || later != c.later {
				t.Errorf("near %s and %s: %q and %q, %v", c.before, c.after, earlier, later, err)
			}
		}
		heads, err := lib.Heads(ctx, stet.HeadQuery{Lang: "en", From: "2020-01-01", To: "2020-01-31"})
		if err != nil || len(heads) != 1 || heads[0].Path != "/en/2020/01/a-story" {
			t.Errorf("%v, %v", heads, err)
		}
	})
}

// TestSite: what was set up is what is there, and only once.
func TestSite(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if _, err := db.Site(ctx); !stet.Is(err, stet.Conflict) {
			t.Errorf("before it is set up: %v", err)
		}
		if _, err := db.UpdateArticle(ctx, "a", func(*stet.Article) error { return nil }); !stet.Is(err, stet.Conflict) {
			t.Errorf("writing before it is set up: %v", err)
		}
		for _, zone := range []string{"", "Local", "Mars/Olympus"} {
			if err := db.Init(ctx, zone, []stet.Edition{{Lang: "en", Name: "N"}}, storetest.Noon); !stet.Is(err, stet.Invalid) {
				t.Errorf("the zone %q: %v", zone, err)
			}
		}
		if err := db.Init(ctx, "Asia/Baku", nil, storetest.Noon); !stet.Is(err, stet.Invalid) {
			t.Errorf("no languages: %v", err)
		}
		editions := []stet.Edition{{Lang: "ru", Name: "Вестник", About: "О мире"}, {Lang: "az", Name: "Xəbər"}, {Lang: "en", Name: "Herald"}}
		if err := db.Init(ctx, "Asia/Baku", editions, storetest.Noon); err != nil {
			t.Fatal(err)
		}
		if err := db.Init(ctx, "UTC", editions[:1], storetest.Noon); !stet.Is(err, stet.Conflict) {
			t.Errorf("twice: %v", err)
		}
		s, err := db.Site(ctx)
		if err != nil || s.Zone.String() != "Asia/Baku" || !slices.Equal(s.Editions, editions) || s.Stamp != 1 {
			t.Errorf("%+v, %v", s, err)
		}
	})
}
