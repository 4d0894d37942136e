package site

import (
	"fmt"
	"maps"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stet"
)

func TestAddresses(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	f.publish(draft("/ru/2021/06/gone", "Снятая", time.Date(2021, 6, 3, 0, 0, 0, 0, baku)))
	f.withdraw("/ru/2021/06/gone", "ошибка в существе")
	f.publish(draft("/ru/2021/06/кафе", "Кафе", time.Date(2021, 6, 2, 0, 0, 0, 0, baku)))
	f.moved["/news/123.html"] = "/ru/2021/06/report"
	f.moved["/?p=1"] = "/ru/2021/06/report"
	f.moved["/index.php?id=7"] = "/ru/2021/06/report"
	f.moved["/old"] = "/news/123.html"
	f.moved["/to-section"] = "/ru/politics"
	f.moved["/was-gone"] = "/ru/2021/06/gone"
	f.moved["/loop"] = "/loop2"
	f.moved["/loop2"] = "/loop"
	f.moved["/spaced"] = "/ru/2021/06/кафе?первый шаг#конец"
	f.moved["/encoded"] = "/ru/2021/06/%D0%BA%D0%B0%D1%84%D0%B5/"
	f.moved["/slashes"] = "//evil.example/"
	f.moved["/away"] = "https://archive.example/1?x=2"
	s := newSite(t, f)
	const report = "/ru/2021/06/report"
	for _, c := range []struct {
		path   string
		status int
		to     string
	}{
		{"/ru/", 200, ""},
		{"/ru", 301, "/ru/"},
		{"/xx/", 404, ""},
		{report, 200, ""},
		{report + "/", 301, report},
		{report + "?utm_source=x", 200, ""},
		{"//ru//2021/06/report", 301, report},
		{"/ru/./2021/06/../06/report", 301, report},
		{"/ru/2021%2F06/report", 404, ""},
		{"/ru/2021/06/absent", 404, ""},
		{"/ru/2021/06/gone", 410, ""},
		{"/ru/2021/06/gone/", 410, ""},
		{"/ru/2021/06/%D0%BA%D0%B0%D1%84%D0%B5", 200, ""},
		{"/ru/2021/06/%D0%BA%D0%B0%D1%84%D0%B5/", 301, "/ru/2021/06/%D0%BA%D0%B0%D1%84%D0%B5"},
		{"/ru/politics/", 200, ""},
		{"/ru/politics", 301, "/ru/politics/"},
		{"/ru/politics?x=1", 301, "/ru/politics/"},
		{"/ru/economy/", 404, ""}, // no story there yet
		{"/en/politics/", 404, ""},
		{"/ru/politics/2021/06", 200, ""},
		{"/ru/politics/2021/06/", 301, "/ru/politics/2021/06"},
		{"/ru/politics/2020/06", 404, ""},
		{"/ru/topics/", 200, ""},
		{"/ru/topics", 301, "/ru/topics/"},
		{"/ru/topics/eu/", 200, ""},
		{"/ru/topics/eu", 301, "/ru/topics/eu/"},
		{"/ru/topics/nato/", 404, ""},
		{"/ru/authors/", 200, ""},
		{"/ru/authors/a-mamedova/", 200, ""},
		{"/ru/latest", 200, ""},
		{"/ru/latest/", 301, "/ru/latest"},
		{"/ru/latest/2021", 200, ""},
		{"/ru/latest/2021/06", 200, ""},
		{"/ru/latest/2021/06/02", 200, ""},
		{"/ru/latest/2021/06/02/", 301, "/ru/latest/2021/06/02"},
		{"/ru/latest/2023/02/28", 200, ""}, // nothing then, but between stories
		{"/ru/latest/2023/02/29", 404, ""},
		{"/ru/latest/2023", 200, ""},
		{"/ru/latest/2021/13", 404, ""},
		{"/ru/latest/2021/6", 404, ""},
		{"/ru/latest/2021/06/01", 404, ""}, // before the first
		{"/ru/latest/2026/01/14", 200, ""}, // today
		{"/ru/latest/2026/01/15", 404, ""},
		{"/ru/latest/2999", 404, ""},
		{"/ru/latest/3000", 404, ""},
		{"/en/latest", 200, ""}, // an empty edition
		{"/en/latest/2021", 404, ""},
		{"/ru/feed.xml", 200, ""},
		{"/ru/feed.xml/", 301, "/ru/feed.xml"},
		{"/ru/politics/feed.xml", 200, ""},
		{"/ru/topics/eu/feed.xml", 200, ""},
		{"/ru/authors/a-mamedova/feed.xml", 200, ""},
		{"/ru/topics/feed.xml", 404, ""},
		{"/ru/atom.xml", 200, ""},
		{"/ru/feed.json", 200, ""},
		{"/ru/topics/eu/atom.xml", 200, ""},
		{"/ru/politics/feed.json", 200, ""},
		{"/ru/politics/feed.json/", 301, "/ru/politics/feed.json"},
		{"/to-section/atom.xml", 301, "/ru/politics/atom.xml"},
		{"/ru/economy/atom.xml", 404, ""},
		{"/ru/2021/06/report/feed.xml", 404, ""},
		{"/ru/2021/06/gone/feed.xml", 404, ""},
		{"/loop/feed.xml", 404, ""},
		{"/away/feed.xml", 404, ""},
		{"/sitemap.xml", 200, ""},
		{"/sitemap/ru/2021-06.xml", 200, ""},
		{"/sitemap/ru/2021-06-2.xml", 404, ""},
		{"/sitemap/ru/2021-07.xml", 404, ""},
		{"/sitemap/ru/pages.xml", 200, ""},
		{"/sitemap/xx/pages.xml", 404, ""},
		{"/news-sitemap.xml", 200, ""},
		{"/robots.txt", 200, ""},
		{"/llms.txt", 200, ""},
		{"/ru/llms.txt", 200, ""},
		{"/ru/politics/llms.txt", 404, ""},
		{"/.well-known/tdmrep.json", 404, ""}, // nothing is reserved
		{s.theme().Style, 200, ""},
		{s.theme().Icons.Vector, 200, ""},
		{s.theme().Icons.Small, 200, ""},
		{s.theme().Icons.Large, 200, ""},
		{"/favicon.ico", 200, ""},
		{"/apple-touch-icon.png", 200, ""},
		{"/ru/site.webmanifest", 200, ""},
		{"/xx/site.webmanifest", 404, ""},
		{"/assets/style.css", 404, ""},
		{"/news/123.html", 301, report},
		{"/news/123.html/", 301, report},
		{"/news/123.html?utm=1", 301, report},
		{"/index.php?id=7", 301, report},
		{"/index.php?id=8", 404, ""},
		{"/index.php", 404, ""},
		{"/?p=1", 301, report},
		{"/?p=2", 302, "/ru/"},
		{"/", 302, "/ru/"},
		{"/old", 301, report},                 // two redirects are one hop
		{"/to-section", 301, "/ru/politics/"}, // so are a redirect and a slash
		{"/was-gone", 410, ""},
		{"/spaced", 301, "/ru/2021/06/%D0%BA%D0%B0%D1%84%D0%B5?%D0%BF%D0%B5%D1%80%D0%B2%D1%8B%D0%B9%20%D1%88%D0%B0%D0%B3#%D0%BA%D0%BE%D0%BD%D0%B5%D1%86"},
		{"/encoded", 301, "/ru/2021/06/%D0%BA%D0%B0%D1%84%D0%B5"},
		{"/slashes", 301, "/evil.example/"},
		{"//evil.example/", 404, ""},
		{"/away", 301, "https://archive.example/1?x=2"},
		{"/ru/search", 200, ""},
		{"/ru/search/", 301, "/ru/search"},
	} {
		res := fetch(s, c.path)
		if res.StatusCode != c.status || res.Header.Get("Location") != c.to {
			t.Errorf("%s: %d %q, want %d %q", c.path, res.StatusCode, res.Header.Get("Location"), c.status, c.to)
		}
		text := body(t, res)
		if res.StatusCode == 301 && res.Header.Get("Cache-Control") != "public, max-age=3600" {
			t.Errorf("%s: Cache-Control %q", c.path, res.Header.Get("Cache-Control"))
		}
		if strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			if n := parse(t, c.path, text); res.Header.Get("Cache-Control") != "no-store" {
				check(t, c.path, n)
			}
		}
	}
	if code := fetch(s, "/loop").StatusCode; code != 301 && code != 404 {
		t.Errorf("a loop of redirects: %d", code)
	}
}

func TestMalformedPaths(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	get(t, s, "/ru/", 200)
	before := f.asked
	for _, path := range []string{"/ru/\xff\xfe", "/ru/a\x00b", "/ru/a\nb", "/" + strings.Repeat("x", 2000), "*", ""} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL = &url.URL{Path: path}
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 404 {
			t.Errorf("%.20q: %d", path, w.Code)
		}
		if !strings.Contains(w.Body.String(), `<html lang="ru"`) {
			t.Errorf("%.20q: %s", path, w.Body)
		}
	}
	if f.asked != before {
		t.Error("the library was asked")
	}
}

func TestMethods(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	fetch(s, "/ru/") // from now on the site knows its languages
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "BREW"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(method, "/ru/", nil))
		if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
		if !strings.Contains(w.Body.String(), "<h1>Запрос не принят</h1>") {
			t.Errorf("%s: %s", method, w.Body)
		}
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("HEAD", "/ru/", nil))
	if w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: %d, %d bytes", w.Code, w.Body.Len())
	}
}

func TestChooseEdition(t *testing.T) {
	f := newFake("ru", "en", "az")
	s := newSite(t, f)
	for header, want := range map[string]string{
		"": "/ru/", "en-GB,en;q=0.9": "/en/", "fr": "/ru/", "az;q=0.5, en;q=0.4": "/az/", "*": "/ru/",
	} {
		res := fetch(s, "/", "Accept-Language", header)
		if res.StatusCode != 302 || res.Header.Get("Location") != want ||
			res.Header.Get("Cache-Control") != "private, no-store" || res.Header.Get("Vary") != "Accept-Language" {
			t.Errorf("%q: %d %v", header, res.StatusCode, res.Header)
		}
	}
}

// TestMissing: pages that are not there speak the language of the address and
// help.
func TestMissing(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	f.withdraw("/ru/2026/01/n3", "по просьбе <b>автора</b>")
	s := newSite(t, f)
	n := get(t, s, "/ru/absent", 404).one(t, tag("main"))
	if !strings.Contains(n.text(), "Страница не найдена") || !strings.Contains(n.text(), "Политика") || !strings.Contains(n.text(), "Архив") {
		t.Errorf("404: %q", n.text())
	}
	if n := get(t, s, "/en/absent", 404); n.one(t, tag("html")).attr("lang") != "en" {
		t.Error("404 in another language")
	}
	n = get(t, s, "/absent", 404)
	if len(n.one(t, tag("main")).all(tag("a", "href", "/en/"))) != 1 {
		t.Error("404 outside the editions does not lead to all")
	}
	n = get(t, s, "/ru/2026/01/n3", 410).one(t, tag("main"))
	if !strings.Contains(n.text(), "Причина: по просьбе <b>автора</b>") {
		t.Errorf("410: %q", n.text())
	}
	if st := s.Stats(); st.Press.Pages != 0 {
		t.Errorf("%d pages are held that anybody can think up", st.Press.Pages)
	}
}

// TestEmptyDay: a day without stories leads to the nearest with some.
func TestEmptyDay(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	nav := get(t, s, "/ru/latest/2023/05/01", 200).one(t, tag("nav", "class", "turn"))
	links := nav.all(tag("a"))
	if len(links) != 2 || links[0].attr("href") != "/ru/latest/2021/06/02" || links[1].attr("href") != "/ru/latest/2026/01/01" {
		t.Fatalf("%q", nav.text())
	}
	if links[0].text() != "Ближайший предыдущий день: 2 июня 2021 г." {
		t.Errorf("%q", links[0].text())
	}
	nav = get(t, s, "/ru/latest/2026/01/04", 200).one(t, tag("nav", "class", "turn"))
	if !strings.Contains(nav.text(), "Предыдущий день: 3 января 2026 г.") || !strings.Contains(nav.text(), "Следующий день: 5 января 2026 г.") {
		t.Errorf("%q", nav.text())
	}
	main := get(t, s, "/ru/latest/2026/01/04", 200).one(t, tag("main"))
	if got := len(main.one(t, tag("ol")).all(tag("li"))); got != 2 {
		t.Errorf("%d stories", got)
	}
}

// TestLongYear: a year lists its newest thousand and leads to its months.
func TestLongYear(t *testing.T) {
	f := newFake("ru")
	for i := range 1100 {
		at := time.Date(2020, 1, 1, 0, 0, 0, 0, baku).Add(time.Duration(i) * 7 * time.Hour)
		f.publish(draft(fmt.Sprintf("/ru/2020/01/n%d", i), fmt.Sprintf("Номер %d", i), at))
	}
	s := newSite(t, f)
	main := get(t, s, "/ru/latest/2020", 200).one(t, tag("main"))
	if n := len(main.all(tag("li"))); n != 1000+11 {
		t.Errorf("%d items", n)
	}
	if len(main.all(tag("a", "href", "/ru/latest/2020/01"))) == 0 {
		t.Error("no link to the months")
	}
}

// TestOlder: from the page of a section every story can be reached.
func TestOlder(t *testing.T) {
	f := newFake("ru")
	want := map[string]bool{}
	for i := range 90 {
		at := time.Date(2020, time.Month(1+i/7), 1+i%7, 0, 0, 0, 0, baku)
		path := fmt.Sprintf("/ru/2020/01/n%d", i)
		want[path] = true
		f.publish(draft(path, "Текст", at))
	}
	s := newSite(t, f)
	for path := "/ru/politics/"; path != ""; {
		main := get(t, s, path, 200).one(t, tag("main"))
		for _, a := range main.one(t, tag("ol", "class", "list")).all(tag("a")) {
			delete(want, a.attr("href"))
		}
		path = ""
		for _, a := range main.all(tag("a", "rel", "next")) {
			path = a.attr("href")
		}
	}
	if len(want) > 0 {
		t.Errorf("%d stories cannot be reached", len(want))
	}
}

// TestDown: without the library, what is held is served, the rest is an error
// that says so.
func TestDown(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	get(t, s, "/ru/2021/06/report", 200)
	f.mu.Lock()
	f.down = true
	f.mu.Unlock()
	get(t, s, "/ru/2021/06/report", 200)
	res := fetch(s, "/ru/2026/01/n1")
	text := body(t, res)
	if res.StatusCode != 503 || res.Header.Get("Retry-After") == "" || res.Header.Get("Cache-Control") != "no-store" || !strings.Contains(text, "Код ошибки") {
		t.Errorf("%d %s", res.StatusCode, text)
	}
	parse(t, "503", text)
	if strings.Contains(text, "database") {
		t.Error("the page tells what went wrong inside")
	}
}

// TestSameForAll: nothing in a request but its path changes an answer.
func TestSameForAll(t *testing.T) {
	f := newFake("ru", "en", "ar")
	seed(f)
	f.withdraw("/ru/2026/01/n3", "ошибка")
	f.moved["/old"] = "/ru/2021/06/report"
	s := newSite(t, f)
	paths := []string{
		"/ru/", "/en/", "/ru/2021/06/report", "/ru/2021/06/report/", "/ru/2026/01/n3", "/ru/absent", "/absent", "/ru/politics/",
		"/ru/latest", "/ru/latest/2021/06", "/ru/latest/2023", "/ru/feed.xml", "/sitemap.xml", "/news-sitemap.xml", "/robots.txt", "/old",
		"/ru/2021/06/report.md", "/ru/2021/06/report.oembed.json", "/ru/2026/01/n3.ninjs.json", "/ru/site.webmanifest", "/favicon.ico",
	}
	type answer struct {
		status int
		header string
		body   string
	}
	ask := func(path string, header ...string) answer {
		res := fetch(s, path, header...)
		res.Header.Del("Date")
		return answer{res.StatusCode, fmt.Sprint(res.Header), body(t, res)}
	}
	want := map[string]answer{}
	for _, p := range paths {
		want[p] = ask(p)
	}
	names := []string{
		"Accept-Language", "Cookie", "User-Agent", "Accept", "Authorization", "Range", "X-Forwarded-For", "X-Forwarded-Host",
		"X-Forwarded-Proto", "Forwarded", "X-Request-Id", "Origin", "Referer", "Sec-Fetch-Mode", "Save-Data", "DNT", "If-Modified-Since",
		"If-Range", "If-Unmodified-Since", "Upgrade-Insecure-Requests", "X-Original-URL", "Content-Type", "Prefer", "Cache-Control", "Pragma",
	}
	rapid.Check(t, func(rt *rapid.T) {
		path := rapid.SampledFrom(paths).Draw(rt, "path")
		var header []string
		for range rapid.IntRange(0, 6).Draw(rt, "fields") {
			value := rapid.OneOf(rapid.StringMatching(`[ -~]{0,40}`), rapid.SampledFrom([]string{
				"en-GB,en;q=0.9", "bytes=0-10", "no-cache", "ar", "session=1; theme=dark", "evil.example", "https", "Wed, 14 Jan 2026 00:00:00 GMT",
			})).Draw(rt, "value")
			header = append(header, rapid.SampledFrom(names).Draw(rt, "name"), value)
		}
		query := url.Values{}
		for range rapid.IntRange(0, 3).Draw(rt, "parameters") {
			query.Add(rapid.StringMatching(`[a-z_]{1,8}`).Draw(rt, "key"), rapid.String().Draw(rt, "value"))
		}
		asked := path
		if len(query) > 0 {
			asked += "?" + query.Encode()
		}
		if got := ask(asked, header...); got != want[path] {
			rt.Fatalf("%s %q: %d %s, want %d %s", asked, header, got.status, got.header, want[path].status, want[path].header)
		}
	})
}

// TestObserve: every answer is told.
func TestObserve(t *testing.T) {
	f := newFake("ru")
	seed(f)
	var told []Answer
	s, err := New(Options{Library: f, URL: "https://news.example", Observe: func(a Answer) { told = append(told, a) }})
	if err != nil {
		t.Fatal(err)
	}
	front := body(t, fetch(s, "/ru/"))
	missing := body(t, fetch(s, "/ru/nothing"))
	fetch(s, "/")
	for i, want := range []Answer{
		{"GET", "/ru/", 200, int64(len(front)), 0},
		{"GET", "/ru/nothing", 404, int64(len(missing)), 0},
		{"GET", "/", 302, 0, 0},
	} {
		if told[i].Took = 0; told[i] != want {
			t.Errorf("told %+v, want %+v", told[i], want)
		}
	}
}

var _ stet.Library = (*fake)(nil)

// What the site itself answers is in the law's list of its own addresses, so
// that nobody is promised a redirect from there.
func TestOwnAddresses(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	f.paper.Settings.AI = stet.AIDeny
	s := newSite(t, f)
	paper, err := s.site(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	addresses := []string{
		"/robots.txt", "/llms.txt", "/sitemap.xml", "/news-sitemap.xml", "/.well-known/tdmrep.json", "/sitemap/ru/pages.xml",
		"/ru/", "/ru/latest", "/ru/latest/2021", "/ru/latest/2021/06", "/ru/latest/2021/06/02", "/ru/topics/", "/ru/authors/",
		"/ru/feed.xml", "/ru/atom.xml", "/ru/feed.json", "/ru/llms.txt", "/ru/site.webmanifest", "/ru/opensearch.xml",
	}
	addresses = slices.AppendSeq(addresses, maps.Keys(s.theme().Assets()))
	addresses = slices.AppendSeq(addresses, maps.Keys(s.theme().Fixed()))
	for _, p := range addresses {
		if make, err := s.own(t.Context(), paper, p); make == nil || err != nil {
			t.Errorf("%s: the site has nothing there, %v", p, err)
		}
		if !paper.Own(stet.Path(p)) || !paper.Own(stet.Path(stet.ComparePath(p))) {
			t.Errorf("%s is not known to be the site's own", p)
		}
	}
}
