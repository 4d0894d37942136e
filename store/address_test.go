package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

// found says in one line what stands at an address.
func found(t *testing.T, db *store.DB, p stet.Path) string {
	t.Helper()
	f, err := db.Public().Find(ctx, p)
	switch {
	case stet.Is(err, stet.NotFound):
		return "nothing"
	case err != nil:
		t.Fatalf("%q: %v", p, err)
	case f.Kind == stet.FoundMoved:
		return "to " + f.To
	case f.Kind == stet.FoundGone:
		return "gone: " + f.Reason
	}
	return string(f.Article)
}

func create(t *testing.T, db *store.DB, id stet.ArticleID, d stet.Draft, at time.Time) *stet.Article {
	t.Helper()
	return change(t, db, id, func(a *stet.Article) error { return a.Create(storetest.Editor, d, at) })
}

func change(t testing.TB, db *store.DB, id stet.ArticleID, fn func(*stet.Article) error) *stet.Article {
	t.Helper()
	a, err := db.UpdateArticle(ctx, id, fn)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// edited publishes a change of the text.
func edited(t testing.TB, db *store.DB, id stet.ArticleID, at time.Time, fn func(*stet.Content)) *stet.Article {
	t.Helper()
	return change(t, db, id, func(a *stet.Article) error {
		c := a.Latest().Content
		fn(&c)
		if err := a.Edit(storetest.Editor, c, at); err != nil {
			return err
		}
		return a.Publish(storetest.Editor, time.Time{}, at)
	})
}

// TestAddressesAreUnique: whatever the headlines are.
func TestAddressesAreUnique(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		long := strings.Repeat("word ", 40)
		for i, c := range []struct {
			headline, slug string
			want           stet.Path
		}{
			{"Weather", "", "/en/2026/01/weather"},
			{"Weather", "", "/en/2026/01/weather-2"},
			{"Weather!", "", "/en/2026/01/weather-3"},
			{"Weather 3", "", "/en/2026/01/weather-3-2"},
			{"X", "weather", "/en/2026/01/weather-4"},
			{"Weather", "", "/en/2026/01/weather-5"},
			{"…", "", "/en/2026/01/id-6"},
			{long, "", stet.Path("/en/2026/01/" + strings.Repeat("word-", 15) + "word")},
			{long, "", stet.Path("/en/2026/01/" + strings.Repeat("word-", 15) + "2")},
		} {
			d := draft("en", c.headline)
			d.Content.Slug = c.slug
			id := stet.ArticleID(fmt.Sprint("id-", i))
			if a := publish(t, db, id, d, storetest.Noon); a.Path != c.want {
				t.Errorf("%d: %s, want %s", i, a.Path, c.want)
			}
			if got := found(t, db, c.want); got != string(id) {
				t.Errorf("%d: at %s stands %s", i, c.want, got)
			}
		}
		if a := publish(t, db, "ru", draft("ru", "Weather"), storetest.Noon); a.Path != "/ru/2026/01/weather" {
			t.Errorf("in another edition: %s", a.Path)
		}
		page := draft("en", "About us")
		page.Kind, page.Content.Slug = stet.PageKind, "about"
		if a := publish(t, db, "page", page, storetest.Noon); a.Path != "/en/pages/about" || found(t, db, "/en/pages/about") != "page" {
			t.Errorf("a page: %s", a.Path)
		}
		sound(t, db)
	})
}

// TestAddressesForEver: every address an article ever had leads to where it is,
// in one hop, and nobody else gets it.
func TestAddressesForEver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		july := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
		a := create(t, db, "one", draft("en", "Bridge opens"), storetest.Noon)
		first := a.Path
		if first != "/en/2026/01/bridge-opens" || found(t, db, first) != "nothing" {
			t.Errorf("a draft's address %s answers %s", first, found(t, db, first))
		}
		a = change(t, db, "one", func(a *stet.Article) error { return a.Publish(storetest.Editor, time.Time{}, july) })
		if a.Path != "/en/2026/07/bridge-opens" || found(t, db, first) != "to /en/2026/07/bridge-opens" {
			t.Errorf("published in another month at %s: the old address answers %s", a.Path, found(t, db, first))
		}
		addresses := []stet.Path{first, a.Path}
		for _, slug := range []string{"bridge-is-open", "bridge", "bridge-opens-at-last", "bridge"} {
			a = edited(t, db, "one", july.AddDate(0, 1, 0), func(c *stet.Content) { c.Slug = slug })
			want := stet.Path("/en/2026/07/" + slug)
			if a.Path != want || found(t, db, want) != "one" {
				t.Errorf("with the slug %s: %s, where stands %s", slug, a.Path, found(t, db, want))
			}
			addresses = append(addresses, want)
			for _, old := range addresses {
				if got := found(t, db, old); old != a.Path && got != "to "+string(a.Path) {
					t.Errorf("at %s stands %s, the article is at %s", old, got, a.Path)
				}
			}
		}
		// Neither a new headline nor a text in progress moves it.
		edited(t, db, "one", july, func(c *stet.Content) { c.Headline, c.Section = "Tunnel opens", "city" })
		a = change(t, db, "one", func(a *stet.Article) error {
			c := a.Latest().Content
			c.Slug = "in-progress"
			return a.Edit(storetest.Editor, c, july)
		})
		if a.Path != "/en/2026/07/bridge" {
			t.Errorf("it moved to %s", a.Path)
		}
		// Nobody else gets an address that was in use.
		if b := publish(t, db, "two", draft("en", "Bridge opens"), july); b.Path != "/en/2026/07/bridge-opens-2" {
			t.Errorf("another article got %s", b.Path)
		}
		change(t, db, "one", func(a *stet.Article) error { return a.Withdraw(storetest.Editor, "It was wrong.", july) })
		for _, old := range addresses {
			if got := found(t, db, old); got != "gone: It was wrong." {
				t.Errorf("withdrawn: at %s stands %s", old, got)
			}
		}
		change(t, db, "one", func(a *stet.Article) error { return a.Publish(storetest.Editor, time.Time{}, july) })
		if got := found(t, db, first); got != "to /en/2026/07/in-progress" {
			t.Errorf("published again: at %s stands %s", first, got)
		}
		sound(t, db)
	})
}

// TestOldAddresses: those of another system, in every way they are written.
func TestOldAddresses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "ru")
		old := func(urls ...string) (out []stet.Path) {
			for _, u := range urls {
				p, err := stet.OldPath(u)
				if err != nil {
					t.Fatal(err)
				}
				out = append(out, p)
			}
			return out
		}
		d := draft("ru", "Мост открыт")
		d.OldPaths = old("/news/123.html", "https://old.example/?p=123", "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/%D0%B9/", "/", "/a?id=1&x=%D0%B0")
		a := publish(t, db, "one", d, storetest.Noon)
		to := "to " + string(a.Path)
		if fmt.Sprint(a.OldTaken) != "[/]" { // the site's own
			t.Errorf("taken: %v", a.OldTaken)
		}
		for p, want := range map[stet.Path]string{
			"/news/123.html": to, "/news/123.html/": to, "/news/123.html?x=1": "nothing",
			"/?p=123": to, "/?p=124": "nothing", "/": "nothing", "/новости/й": to, "/новости/и\u0306/": to,
			"/a?id=1&x=%D0%B0": to, "/a": "nothing", "/a/?id=1&x=%D0%B0": to, "/A?id=1&x=%D0%B0": "nothing",
			a.Path: "one", a.Path + "/": to, a.Path + "?x=1": "nothing",
			"/\xff": "nothing", "/a\x00": "nothing", "": "nothing",
		} {
			if got := found(t, db, p); got != want {
				t.Errorf("at %q stands %s, want %s", p, got, want)
			}
		}
		// The second to claim an address does not get it, and is told.
		e := draft("ru", "Другое")
		e.OldPaths = old("/news/123.html", "/mine", string(a.Path))
		b := publish(t, db, "two", e, storetest.Noon)
		if fmt.Sprint(b.OldTaken) != fmt.Sprint([]stet.Path{"/news/123.html", a.Path}) {
			t.Errorf("taken: %v", b.OldTaken)
		}
		if found(t, db, "/mine") != "to "+string(b.Path) || found(t, db, "/news/123.html") != to || found(t, db, a.Path) != "one" {
			t.Error("an address changed hands")
		}
		// A new address gives way to an old one in use.
		f := draft("ru", "Третье")
		f.OldPaths = old("/ru/2026/01/chetvertoe")
		publish(t, db, "three", f, storetest.Noon)
		if c := publish(t, db, "four", draft("ru", "Четвёртое"), storetest.Noon); c.Path != "/ru/2026/01/chetvertoe-2" {
			t.Errorf("it got %s", c.Path)
		}
		sound(t, db)
	})
}

func TestRedirects(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		a := publish(t, db, "one", draft("en", "Bridge opens"), storetest.Noon)
		save := func(pairs ...string) string {
			t.Helper()
			var rs []stet.Redirect
			for i := 0; i < len(pairs); i += 2 {
				rs = append(rs, stet.Redirect{From: stet.Path(pairs[i]), To: pairs[i+1]})
			}
			taken, err := db.SaveRedirects(ctx, rs)
			if err != nil {
				t.Fatal(err)
			}
			return fmt.Sprint(taken)
		}
		if got := save("/a", "/en/latest", "/b", "https://example.org/b", string(a.Path), "/x", "/self", "/self/"); got != "["+string(a.Path)+" /self]" {
			t.Errorf("taken: %s", got)
		}
		save("/c", "/d/", "/d", "/e/", "/0", "/c", "/e", "/f/") // a chain, made in any order, is one hop
		for p, want := range map[stet.Path]string{
			"/a": "to /en/latest", "/b": "to https://example.org/b", "/c": "to /f/", "/d/": "to /f/", "/e": "to /f/", "/0": "to /f/",
			"/self": "nothing", a.Path: "one",
		} {
			if got := found(t, db, p); got != want {
				t.Errorf("at %s stands %s, want %s", p, got, want)
			}
		}
		save("/a", "/en/politics/")
		if got := found(t, db, "/a"); got != "to /en/politics/" {
			t.Errorf("changed: %s", got)
		}
		if got := save("/f", "/c"); got != "[/f]" {
			t.Errorf("a circle was made: %s", got)
		}
		if b := publish(t, db, "two", draft("en", "X"), storetest.Noon); b.Path != "/en/2026/01/x" {
			t.Errorf("%s", b.Path)
		}
		sound(t, db)
	})
}

// TestTerms: names come and go; addresses of terms stay good.
func TestTerms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en", "ru")
		lib := db.Public()
		stamp := func() int64 {
			t.Helper()
			s, err := lib.Site(ctx)
			if err != nil {
				t.Fatal(err)
			}
			return s.Stamp
		}
		save := func(want int, terms ...stet.Term) {
			t.Helper()
			before, headBefore := stamp(), head(t, db)
			n, err := db.SaveTerms(ctx, storetest.Editor, terms, storetest.Noon)
			if err != nil || n != want {
				t.Fatalf("%d changed, want %d: %v", n, want, err)
			}
			switch {
			case want > 0 && (stamp() != before && stamp() != headBefore+1 || head(t, db) != headBefore+1): // before readers have a story of it, no page changes
				t.Errorf("the stamp went from %d to %d, the head from %d to %d", before, stamp(), headBefore, head(t, db))
			case want == 0 && (stamp() != before || head(t, db) != headBefore):
				t.Errorf("nothing changed, and the stamp went from %d to %d", before, stamp())
			}
		}
		slugOf := func(kind stet.TermKind, key string, l stet.Lang) string {
			t.Helper()
			ts, err := lib.Names(ctx, kind, []string{key})
			if err != nil || ts[key] == nil {
				t.Fatalf("%s: %v, %v", key, ts, err)
			}
			return ts[key].Names[l].Slug
		}
		named := func(key, name, slug string) stet.Term {
			return stet.Term{Kind: stet.SectionTerm, Key: key, Names: map[stet.Lang]stet.TermName{"en": {Name: name, Slug: slug}}}
		}
		save(1, named("politics", "Politics", ""))
		save(0, named("politics", "Politics", ""))
		save(0, named("politics", "", "politics"))
		save(1, named("politics", "Public life", ""))
		if got := slugOf(stet.SectionTerm, "politics", "en"); got != "politics" {
			t.Errorf("the slug became %q", got)
		}
		// Words that are addresses of their own, and slugs that are taken.
		for key, want := range map[string]string{"latest": "latest-1", "2021": "2021-1", "ru": "ru-1", "topics": "topics-1", "fa": "fa-1", "war": "war"} {
			save(1, named(key, "N", ""))
			if got := slugOf(stet.SectionTerm, key, "en"); got != want {
				t.Errorf("the section %s got the slug %q, want %q", key, got, want)
			}
			save(0, named(key, "N", key))
		}
		save(1, stet.Term{Kind: stet.TopicTerm, Key: "latest", Names: map[stet.Lang]stet.TermName{"en": {Name: "Latest"}}})
		if got := slugOf(stet.TopicTerm, "latest", "en"); got != "latest" {
			t.Errorf("a topic may be called latest, and got %q", got)
		}
		save(1, named("Politics", "Again", ""))
		if got := slugOf(stet.SectionTerm, "Politics", "en"); got != "politics-2" {
			t.Errorf("the second got %q", got)
		}
		// A slug that is given up leads on, in one hop, also by its old names, and
		// back.
		save(1, named("politics", "", "public-life"))
		save(1, named("politics", "", "society"))
		for p, want := range map[stet.Path]string{"/en/politics": "to /en/society/", "/en/politics/": "to /en/society/", "/en/public-life/": "to /en/society/", "/en/society/": "nothing"} {
			if got := found(t, db, p); got != want {
				t.Errorf("at %s stands %s, want %s", p, got, want)
			}
		}
		save(1, named("news", "News", "public-life")) // in use as a redirect
		if got := slugOf(stet.SectionTerm, "news", "en"); got != "public-life-2" {
			t.Errorf("a new section got %q", got)
		}
		save(1, named("politics", "", "politics"))
		for p, want := range map[stet.Path]string{"/en/politics": "nothing", "/en/public-life/": "to /en/politics/", "/en/society/": "to /en/politics/"} {
			if got := found(t, db, p); got != want {
				t.Errorf("back: at %s stands %s, want %s", p, got, want)
			}
		}
		// A term that an article names is there, under its key until it is named.
		d := draft("ru", "Мост открыт")
		d.Content.Section, d.Content.Topics, d.Content.Bylines = "city", []string{"eu"}, []stet.Byline{{Key: "jd", Name: "Джон"}}
		publish(t, db, "one", d, storetest.Noon)
		ts, err := lib.Terms(ctx, "ru", stet.AuthorTerm)
		if err != nil || len(ts) != 1 || ts[0].In("ru") != (stet.TermName{Name: "Джон", Slug: "jd"}) {
			t.Errorf("%+v, %v", ts, err)
		}
		if ts, err := lib.Terms(ctx, "en", stet.AuthorTerm); err != nil || len(ts) != 0 {
			t.Errorf("in an edition without a story of theirs: %+v, %v", ts, err)
		}
		for key, want := range map[string][]stet.Lang{"city": {"ru"}, "politics": nil} {
			if langs, err := lib.Editions(ctx, stet.SectionTerm, key); err != nil || !slices.Equal(langs, want) {
				t.Errorf("%s has stories in %v, %v", key, langs, err)
			}
		}
		if _, err := lib.Term(ctx, "ru", stet.SectionTerm, "politics"); !stet.Is(err, stet.NotFound) {
			t.Errorf("a section without stories: %v", err)
		}
		term, err := lib.Term(ctx, "ru", stet.SectionTerm, "city")
		if err != nil || term.Key != "city" {
			t.Errorf("%+v, %v", term, err)
		}
		for _, slug := range []string{"\xff", "a\x00", ""} {
			if _, err := lib.Term(ctx, "ru", stet.SectionTerm, slug); !stet.Is(err, stet.NotFound) {
				t.Errorf("%q: %v", slug, err)
			}
		}
		save(1, stet.Term{Kind: stet.TopicTerm, Key: "eu", Topic: "organisation"})
		names, err := lib.Names(ctx, stet.TopicTerm, []string{"eu", "none", "eu"})
		if err != nil || len(names) != 1 || names["eu"].Topic != "organisation" || names["eu"].In("en") != (stet.TermName{Name: "eu", Slug: "eu"}) {
			t.Errorf("%+v, %v", names, err)
		}
		sound(t, db)
	})
}

func head(t testing.TB, db *store.DB) int64 {
	t.Helper()
	n, err := db.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestOrderOfTerms: sections as the newsroom has them, the others by key, alike
// on both engines whatever their collation.
func TestOrderOfTerms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		keys := []string{"Zeta", "alpha", "Beta", "ёлка", "a-b", "ab", "ä"}
		for i, key := range keys {
			d := draft("en", "A headline")
			d.Content.Section, d.Content.Topics, d.Content.Body = key, []string{key}, prose.FromText("x")
			publish(t, db, stet.ArticleID(fmt.Sprint(i)), d, storetest.Noon)
		}
		for kind, want := range map[stet.TermKind]string{
			stet.SectionTerm: "Zeta alpha Beta ёлка a-b ab ä",
			stet.TopicTerm:   "Beta Zeta a-b ab alpha ä ёлка",
		} {
			ts, err := db.Public().Terms(ctx, "en", kind)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, term := range ts {
				got = append(got, term.Key)
			}
			if strings.Join(got, " ") != want {
				t.Errorf("%s: %v, want %s", kind, got, want)
			}
		}
	})
}

// TestAnotherZone: what was published keeps its address when the newsroom moves
// to another zone, whatever is written on it later.
func TestAnotherZone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		storetest.Init(t, db, "en")
		newYear := time.Date(2025, 12, 31, 21, 0, 0, 0, time.UTC) // in Baku it is January
		publish(t, db, "one", draft("en", "Bridge opens"), newYear)
		if err := db.Raw(ctx, `UPDATE settings SET value = 'America/New_York' WHERE key = 'zone'`); err != nil {
			t.Fatal(err)
		}
		a := change(t, db, "one", func(a *stet.Article) error {
			return a.Edit(storetest.Editor, draft("en", "In progress").Content, newYear)
		})
		if a.Path != "/en/2026/01/bridge-opens" || found(t, db, a.Path) != "one" {
			t.Errorf("after an edit it is at %s, where stands %s", a.Path, found(t, db, a.Path))
		}
		sound(t, db)
		a = change(t, db, "one", func(a *stet.Article) error { return a.Publish(storetest.Editor, time.Time{}, newYear) })
		if got := found(t, db, "/en/2026/01/bridge-opens"); got != "one" && got != "to "+string(a.Path) {
			t.Errorf("after an update the old address answers %s", got)
		}
		sound(t, db)
	})
}
