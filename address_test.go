package stet

import (
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"stet/lang"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// TestCheckTime: a time is refused if anywhere on earth its year is outside.
func TestCheckTime(t *testing.T) {
	for s, ok := range map[string]bool{
		"1600-01-01T14:00:00Z": true, "1600-01-01T13:59:59Z": false, "1599-12-31T23:59:59Z": false,
		"2999-12-31T09:59:59Z": true, "2999-12-31T10:00:00Z": false, "3000-01-01T00:00:00Z": false,
		"2021-06-02T14:05:00+04:00": true, "0001-01-01T00:00:01Z": false,
	} {
		at, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		err = CheckTime("published_at", at)
		if (err == nil) != ok || err != nil && (!Is(err, Invalid) || fieldsOf(err) != "published_at") {
			t.Errorf("%s: %v", s, err)
		}
	}
	if err := CheckTime("f", time.Time{}); err != nil {
		t.Errorf("no time: %v", err)
	}
}

func TestValidID(t *testing.T) {
	for id, ok := range map[string]bool{
		"a": true, "wp:host:123": true, "!~": true, "a/b?c#d%20": true, strings.Repeat("x", 200): true,
		"": false, strings.Repeat("x", 201): false, "a b": false, "a\n": false, "ä": false, "\x7f": false, "\x00": false,
	} {
		if ValidID(id) != ok {
			t.Errorf("the id %q is accepted: %v", id, !ok)
		}
	}
}

// TestWanted: which address an article should have.
func TestWanted(t *testing.T) {
	baku := zoneOf(t, "Asia/Baku")
	newYear := time.Date(2025, 12, 31, 20, 30, 0, 0, time.UTC) // 00:30 of 1 January in Baku
	june := time.Date(2021, 6, 30, 12, 0, 0, 0, time.UTC)
	rev := func(headline, slug string) *Revision {
		return &Revision{Content: Content{Headline: headline, Slug: slug}}
	}
	first := func(r *Revision) *Revision { r.Number = 1; return r }
	for _, c := range []struct {
		what string
		a    Article
		want string
	}{
		{"a draft", Article{Lang: "en", Working: rev("Bridge opens", "")}, "/en/2026/01/bridge-opens"},
		{"a draft with a time", Article{Lang: "en", Asked: june, Working: rev("Bridge opens", "")}, "/en/2021/06/bridge-opens"},
		{"a scheduled text", Article{Lang: "en", Asked: june, ScheduledFor: june.AddDate(0, 2, 0), Scheduled: rev("Bridge opens", "")}, "/en/2021/08/bridge-opens"},
		{"a published text", Article{Lang: "en", FirstLive: june, PublishedAt: newYear, Current: rev("Bridge opens", "")}, "/en/2021/06/bridge-opens"},
		{"a draft over a published text", Article{Lang: "en", FirstLive: june, Wants: "/en/2021/06/old", Current: rev("Bridge opens", ""), Working: rev("X", "new")}, "/en/2021/06/old"},
		{"a given slug", Article{Lang: "en", Working: rev("Bridge opens", "the-bridge")}, "/en/2026/01/the-bridge"},
		{"a new headline of a draft", Article{Lang: "en", Wants: "/en/2026/01/bridge-opens", Working: rev("Tunnel opens", "")}, "/en/2026/01/bridge-opens"},
		{"the first publication of what was begun here", Article{Lang: "en", FirstLive: june, Wants: "/en/2021/06/br", Current: first(rev("Bridge opens", "")), pending: []Event{{Kind: Published}}}, "/en/2021/06/bridge-opens"},
		{"the first publication of what came by the API", Article{Lang: "en", ImportHash: "h", FirstLive: june, Wants: "/en/2021/06/br", Current: first(rev("Bridge opens", "")), pending: []Event{{Kind: Published}}}, "/en/2021/06/br"},
		{"what happens to it later", Article{Lang: "en", FirstLive: june, Wants: "/en/2021/06/br", Current: first(rev("Bridge opens", "")), pending: []Event{{Kind: Corrected}}}, "/en/2021/06/br"},
		{"a new month of a draft", Article{Lang: "en", Wants: "/en/2025/11/bridge-opens", Working: rev("Bridge opens", "")}, "/en/2026/01/bridge-opens"},
		{"no letters", Article{ID: "id-7", Lang: "en", Working: rev("…", "")}, "/en/2026/01/id-7"},
		{"a page", Article{Lang: "ru", Kind: PageKind, FirstLive: june, Working: rev("О нас", "about")}, "/ru/pages/about"},
	} {
		if dir, slug := c.a.Wanted(&Site{Zone: baku}, newYear); dir+slug != c.want {
			t.Errorf("%s: %s%s, want %s", c.what, dir, slug, c.want)
		}
	}
}

func TestReservedSlug(t *testing.T) {
	s := &Site{Editions: []Edition{{Lang: "ru"}, {Lang: "sr-latn"}}}
	for slug, want := range map[string]bool{
		"latest": true, "search": true, "topics": true, "authors": true, "pages": true, "feed": true, "atom": true,
		"2021": true, "0000": true, "ru": true, "sr-latn": true, "202": false, "20211": false, "latest-1": false,
		"politics": false, "war": false, "eu": false,
	} {
		if s.ReservedSlug(slug) != want {
			t.Errorf("%q is reserved: %v", slug, !want)
		}
	}
	for _, code := range lang.Codes() {
		if !s.ReservedSlug(code) {
			t.Errorf("%q is a language that may get an edition", code)
		}
	}
}

func TestOldPath(t *testing.T) {
	for in, want := range map[string]Path{
		"/news/123.html":                 "/news/123.html",
		"https://old.example/news/1":     "/news/1",
		"http://old.example:8080/news/1": "/news/1",
		"//old.example/news/1":           "/news/1",
		"https://old.example":            "/",
		"https://old.example/":           "/",
		"/":                              "/",
		"/a/":                            "/a",
		"/a//":                           "/a",
		"/?p=1":                          "/?p=1",
		"https://old.example?p=1":        "/?p=1",
		"/a/?p=1&q=%D0%B0":               "/a?p=1&q=%D0%B0",
		"/a#part":                        "/a",
		"/%D0%BD%D0%BE%D0%B2%D0%BE":      "/ново",
		"/и\u0306":                       "/й", // NFC
		"/%D0%B8%CC%86":                  "/й",
		"/a%2Fb":                         "/a/b",
		"/a%3Fb":                         "/a?b",
		" /a ":                           "/a",
		"/" + strings.Repeat("x", 999):   Path("/" + strings.Repeat("x", 999)),
	} {
		got, err := OldPath(in)
		if err != nil || got != want {
			t.Errorf("OldPath(%q) = %q, %v; want %q", in, got, err, want)
		}
		if again := Path(ComparePath(string(want))); !strings.Contains(string(want), "?") && again != want {
			t.Errorf("%q is not in the form that paths are compared in: %q", want, again)
		}
	}
	for _, in := range []string{"", "a", "a/b", "mailto:x@y.z", "?p=1", "#x", "/%", "/%zz", "/%00", "/%FF", "/a\x00", "http://[", "/" + strings.Repeat("x", 1000), "/a\nb"} {
		if got, err := OldPath(in); err == nil || fieldsOf(err) != "old_urls" {
			t.Errorf("OldPath(%q) = %q, %v", in, got, err)
		}
	}
}

func TestRedirectTargets(t *testing.T) {
	for in, want := range map[string]string{
		"/ru/latest": "/ru/latest", "/ru/politics/": "/ru/politics/", "/%D0%B9": "/й", "/и\u0306": "/й",
		"/ru/search?q=a": "/ru/search?q=a", "https://example.org/a?b#c": "https://example.org/a?b#c",
	} {
		if got, err := CheckTarget(in); err != nil || got != want {
			t.Errorf("%q becomes %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"", "ru/x", "//evil.example/", "javascript:alert(1)", "ftp://x/", "https://", "/%00", "/%FF",
		"https://u@h/", "/" + strings.Repeat("x", 1000), "/?" + strings.Repeat("x", 1000), "/a\nb"} {
		if got, err := CheckTarget(in); err == nil || fieldsOf(err) != "to" {
			t.Errorf("%q becomes %q, %v", in, got, err)
		}
	}
}

// TestNextDay: days that are longer, shorter, begin late or come back.
func TestNextDay(t *testing.T) {
	for _, c := range []struct{ zone, at, want string }{
		{"UTC", "2026-01-14T08:00:00Z", "2026-01-15T00:00:00Z"},
		{"UTC", "2026-01-14T00:00:00Z", "2026-01-15T00:00:00Z"},
		{"UTC", "2026-01-14T23:59:59.999999999Z", "2026-01-15T00:00:00Z"},
		{"Asia/Baku", "2026-01-14T20:30:00Z", "2026-01-16T00:00:00+04:00"},
		{"Europe/Berlin", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00"}, // 23 hours
		{"Europe/Berlin", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00"}, // 25 hours
		{"Asia/Beirut", "2026-03-28T12:00:00+02:00", "2026-03-29T01:00:00+03:00"},   // no midnight
		{"Asia/Beirut", "2026-10-24T12:00:00+03:00", "2026-10-25T00:00:00+02:00"},   // 24:00 becomes 23:00
		{"Africa/Cairo", "2014-05-15T12:00:00+02:00", "2014-05-16T01:00:00+03:00"},
		{"Africa/Cairo", "2025-04-24T12:00:00+02:00", "2025-04-25T01:00:00+03:00"},
		{"America/Havana", "2026-03-07T12:00:00-05:00", "2026-03-08T01:00:00-04:00"},
		{"America/Havana", "2026-10-31T12:00:00-04:00", "2026-11-01T00:00:00-04:00"}, // whose first hour comes twice
		{"America/Havana", "2026-11-01T00:30:00-04:00", "2026-11-02T00:00:00-05:00"},
		{"America/Sao_Paulo", "2018-11-03T12:00:00-03:00", "2018-11-04T01:00:00-02:00"},
		{"Pacific/Apia", "2011-12-29T12:00:00-10:00", "2011-12-31T00:00:00+14:00"}, // the 30th was left out
		{"Pacific/Kwajalein", "1993-08-20T12:00:00-12:00", "1993-08-22T00:00:00+12:00"},
		{"America/St_Johns", "2005-10-29T12:00:00-02:30", "2005-10-30T00:00:00-02:30"}, // at 00:01 it is yesterday again
		{"America/St_Johns", "2005-10-30T00:00:30-02:30", "2005-10-29T23:01:00-03:30"},
		{"America/St_Johns", "2005-10-29T23:30:00-03:30", "2005-10-30T00:00:00-03:30"},
		{"Asia/Manila", "1844-12-30T12:00:00-15:56", "1845-01-01T00:00:00+08:04"},
	} {
		zone := zoneOf(t, c.zone)
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		want, err := time.Parse(time.RFC3339, c.want)
		if err != nil {
			t.Fatal(err)
		}
		got := NextDay(at, zone)
		if d := got.Sub(want); d < -time.Minute || d > time.Minute { // local mean time has seconds
			t.Errorf("in %s the day after %s begins at %s, want %s", c.zone, c.at, got.Format(time.RFC3339), c.want)
		}
		if DayOf(got, zone) == DayOf(at, zone) || DayOf(got.Add(-1), zone) != DayOf(at, zone) {
			t.Errorf("in %s %s is not the first instant of another day than %s", c.zone, got.Format(time.RFC3339Nano), c.at)
		}
	}
}

// TestEveryDayOfEveryZone: no zone ever stops the midnights.
func TestEveryDayOfEveryZone(t *testing.T) {
	for _, name := range []string{"Asia/Beirut", "Africa/Cairo", "America/Havana", "America/St_Johns", "Asia/Tehran",
		"Asia/Gaza", "Antarctica/Troll", "Australia/Lord_Howe", "Africa/Casablanca", "America/Asuncion", "Asia/Baku", "Asia/Yerevan"} {
		zone := zoneOf(t, name)
		at := time.Date(1985, 1, 1, 0, 0, 0, 0, time.UTC)
		for at.Year() < 2030 {
			next := NextDay(at, zone)
			if d := next.Sub(at); d <= 0 || d > 26*time.Hour || DayOf(next, zone) == DayOf(at, zone) || DayOf(next.Add(-1), zone) != DayOf(at, zone) {
				t.Fatalf("%s: after %s comes %s", name, at.In(zone), next)
			}
			at = next
		}
	}
}

func TestOwn(t *testing.T) {
	site := &Site{Editions: []Edition{{Lang: "ru"}, {Lang: "en"}}}
	for p, want := range map[Path]bool{
		"/": true, "/?p=1": false, "/robots.txt": true, "/robots.txt?x=1": true, "/robots": false,
		"/sitemap.xml": true, "/sitemap": true, "/sitemap/ru/2021-06.xml": true, "/sitemaps/a": false,
		"/api": true, "/api/v1/articles": true, "/apis": false, "/desk/articles": true, "/assets/style.css": true,
		"/ru": true, "/ru/": true, "/ru?x=1": true, "/fr": false, "/fr/latest": false,
		"/en/latest": true, "/en/latest/2021/06": true, "/en/latest.html": false, "/ru/feed.xml": true, "/ru/search?q=a": true,
		"/ru/topics": true, "/ru/topics/eu": false, "/ru/2021/06/slug": false, "/news/123.html": false, "/latest": false,
	} {
		if got := site.Own(p); got != want {
			t.Errorf("%s: %v", p, got)
		}
	}
}
