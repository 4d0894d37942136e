package site

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"stet"
)

// mapped is an address in a sitemap.
type mapped struct {
	Loc     string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 loc"`
	Lastmod string `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 lastmod"`
	Others  []struct {
		Rel      string `xml:"rel,attr"`
		Hreflang string `xml:"hreflang,attr"`
		Href     string `xml:"href,attr"`
	} `xml:"http://www.w3.org/1999/xhtml link"`
	News []struct {
		Publication struct {
			Name     string `xml:"http://www.google.com/schemas/sitemap-news/0.9 name"`
			Language string `xml:"http://www.google.com/schemas/sitemap-news/0.9 language"`
		} `xml:"http://www.google.com/schemas/sitemap-news/0.9 publication"`
		Date  string `xml:"http://www.google.com/schemas/sitemap-news/0.9 publication_date"`
		Title string `xml:"http://www.google.com/schemas/sitemap-news/0.9 title"`
	} `xml:"http://www.google.com/schemas/sitemap-news/0.9 news"`
}

// readMap reads a sitemap strictly.
func readMap(t testing.TB, s *Site, path string) []mapped {
	t.Helper()
	res := fetch(s, path)
	text := body(t, res)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/xml; charset=utf-8" || len(text) > 50_000_000 {
		t.Fatalf("%s: %d %s, %d bytes", path, res.StatusCode, res.Header.Get("Content-Type"), len(text))
	}
	var v struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
		URLs    []mapped `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 url"`
	}
	readXML(t, path, text, &v)
	for _, u := range v.URLs {
		if a, err := url.Parse(u.Loc); err != nil || a.Scheme != "https" || a.Host != "news.example" {
			t.Errorf("%s: address %q", path, u.Loc)
		}
		if _, err := time.Parse(time.RFC3339, u.Lastmod); u.Lastmod != "" && err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	return v.URLs
}

// readMaps reads the sitemaps that the index names, by file.
func readMaps(t testing.TB, s *Site) map[string][]mapped {
	t.Helper()
	var v struct {
		XMLName xml.Name `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
		Maps    []mapped `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemap"`
	}
	readXML(t, "/sitemap.xml", body(t, fetch(s, "/sitemap.xml")), &v)
	out := map[string][]mapped{}
	for _, m := range v.Maps {
		path, ok := strings.CutPrefix(m.Loc, "https://news.example")
		if _, twice := out[path]; !ok || twice {
			t.Errorf("the index names %s", m.Loc)
		}
		out[path] = readMap(t, s, path)
	}
	return out
}

// addressesOf are the addresses of all sitemaps, none of which is in two.
func addressesOf(t testing.TB, maps map[string][]mapped) []string {
	t.Helper()
	var out []string
	for _, urls := range maps {
		for _, u := range urls {
			out = append(out, strings.TrimPrefix(u.Loc, "https://news.example"))
		}
	}
	slices.Sort(out)
	if len(slices.Compact(slices.Clone(out))) != len(out) {
		t.Errorf("an address stands twice: %q", out)
	}
	return out
}

func TestSitemaps(t *testing.T) {
	f := newFake("ru", "en", "az")
	seed(f)
	f.publish(draft("/ru/pages/about", "О редакции", morning))
	s := newSite(t, f)
	en := draft("/en/2022/07/report", "Report", time.Date(2022, 7, 1, 0, 0, 0, 0, baku))
	en.Group = "/ru/2021/06/report"
	english := draft("/en/pages/about", "About us", morning)
	english.Group = "/ru/pages/about"
	readMaps(t, s)
	reprint(t, s, f.publish(en))
	reprint(t, s, f.publish(english))

	maps := readMaps(t, s)
	for file, want := range map[string]int{"/sitemap/ru/2021-06.xml": 1, "/sitemap/ru/2026-01.xml": 11, "/sitemap/en/2022-07.xml": 1, "/sitemap/az/pages.xml": 2} {
		if got := len(maps[file]); got != want {
			t.Errorf("%s has %d addresses, want %d", file, got, want)
		}
	}
	all := addressesOf(t, maps)
	for _, want := range []string{"/ru/", "/ru/politics/", "/ru/topics/", "/ru/topics/eu/", "/ru/authors/", "/ru/authors/a-mamedova/", "/ru/pages/about",
		"/ru/latest", "/ru/latest/2021", "/ru/latest/2021/06", "/ru/latest/2026/01", "/en/2022/07/report"} {
		if !slices.Contains(all, want) {
			t.Errorf("no sitemap has %s", want)
		}
	}
	for _, p := range all {
		if res := fetch(s, p); res.StatusCode != 200 {
			t.Errorf("a sitemap has %s, which answers %d", p, res.StatusCode)
		}
	}
	if got := maps["/sitemap/ru/2021-06.xml"][0]; got.Lastmod != "2021-06-02T10:05:00Z" {
		t.Errorf("%+v", got)
	}

	// Every language of a story names all of them, itself and the original, as its page does.
	alternates := map[string]string{}
	for _, urls := range maps {
		for _, u := range urls {
			var said []string
			for _, o := range u.Others {
				if o.Rel != "alternate" {
					t.Errorf("%s: %+v", u.Loc, o)
				}
				said = append(said, o.Hreflang+" "+o.Href)
			}
			path := strings.TrimPrefix(u.Loc, "https://news.example")
			alternates[path] = strings.Join(said, "|")
			if len(said) == 0 {
				continue
			}
			var page []string
			for _, l := range get(t, s, path, 200).all(tag("link", "rel", "alternate")) {
				if h := l.attr("hreflang"); h != "" {
					page = append(page, h+" "+l.attr("href"))
				}
			}
			if !slices.Equal(page, said) {
				t.Errorf("%s: the sitemap says %q, the page %q", path, said, page)
			}
		}
	}
	const site = "https://news.example"
	for path, want := range map[string]string{
		"/ru/2021/06/report": "ru " + site + "/ru/2021/06/report|en " + site + "/en/2022/07/report|x-default " + site + "/ru/2021/06/report",
		"/ru/pages/about":    "ru " + site + "/ru/pages/about|en " + site + "/en/pages/about|x-default " + site + "/ru/pages/about",
		"/ru/":               "ru " + site + "/ru/|en " + site + "/en/|az " + site + "/az/|x-default " + site + "/",
		"/ru/2026/01/n0":     "",
	} {
		if alternates[path] != want {
			t.Errorf("%s: %s\nwant %s", path, alternates[path], want)
		}
	}
	if alternates["/en/2022/07/report"] != alternates["/ru/2021/06/report"] || alternates["/en/pages/about"] != alternates["/ru/pages/about"] {
		t.Error("the languages of a story disagree")
	}

	reprint(t, s, f.withdraw("/en/2022/07/report", "ошибка"))
	reprint(t, s, f.withdraw("/en/pages/about", "ошибка"))
	maps = readMaps(t, s)
	if maps["/sitemap/en/2022-07.xml"] != nil || len(maps["/sitemap/ru/2021-06.xml"][0].Others) != 0 {
		t.Error("the sitemaps name what was withdrawn")
	}
	for _, u := range maps["/sitemap/ru/pages.xml"] {
		if strings.HasSuffix(u.Loc, "/about") && len(u.Others) != 0 {
			t.Errorf("%+v", u)
		}
	}
}

// TestLongSitemaps: what is too long for one sitemap is in several, complete.
func TestLongSitemaps(t *testing.T) {
	f := newFake("ru")
	seed(f)
	for i := range 4 {
		f.publish(draft(fmt.Sprintf("/ru/pages/p%d", i), "Страница", morning))
	}
	s := newSite(t, f)
	whole := addressesOf(t, readMaps(t, s))
	for _, length := range []int{1, 3, 11, 12} {
		f.mu.Lock()
		f.n++
		f.mu.Unlock()
		s := newSite(t, f)
		s.sitemapLength = length
		maps := readMaps(t, s)
		for file, urls := range maps {
			if len(urls) > length || len(urls) == 0 {
				t.Errorf("%s has %d addresses of %d", file, len(urls), length)
			}
		}
		if got := addressesOf(t, maps); !slices.Equal(got, whole) {
			t.Errorf("at most %d in one: %q, want %q", length, got, whole)
		}
		if files := (11 + length - 1) / length; files > 1 {
			if _, ok := maps[fmt.Sprintf("/sitemap/ru/2026-01-%d.xml", files)]; !ok {
				t.Errorf("there is no sitemap %d of the month", files)
			}
			if code := fetch(s, fmt.Sprintf("/sitemap/ru/2026-01-%d.xml", files+1)).StatusCode; code != 404 {
				t.Errorf("sitemap %d of the month: %d", files+1, code)
			}
		}
	}
	for _, path := range []string{"/sitemap/ru/pages-2.xml", "/sitemap/ru/pages-1.xml", "/sitemap/ru/pages-02.xml", "/sitemap/ru/2026-01-1.xml", "/sitemap/ru/2026-01.xml.xml"} {
		if code := fetch(s, path).StatusCode; code != 404 {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// TestNewsSitemap: the stories of two days, which leave it by the clock.
func TestNewsSitemap(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	f.publish(draft("/ru/2026/01/new", "Новая & <важная>", morning.Add(-time.Hour)))
	f.publish(draft("/en/2026/01/old", "Older", morning.Add(-47*time.Hour)))
	f.publish(draft("/ru/pages/about", "О редакции", morning))
	paid := draft("/ru/2026/01/paid", "Реклама", morning)
	paid.Genre = "sponsored"
	f.publish(paid)
	var mu sync.Mutex
	now := morning
	s, err := New(Options{Library: f, URL: "https://news.example", Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}})
	if err != nil {
		t.Fatal(err)
	}
	titles := func() (out []string) {
		t.Helper()
		for _, u := range readMap(t, s, "/news-sitemap.xml") {
			if len(u.News) != 1 {
				t.Fatalf("%+v", u)
			}
			n := u.News[0]
			if _, err := time.Parse(time.RFC3339, n.Date); err != nil || len(n.Publication.Language) != 2 || n.Publication.Name == "" {
				t.Errorf("%+v", n)
			}
			out = append(out, n.Publication.Name+": "+n.Title)
		}
		return out
	}
	if got := titles(); !slices.Equal(got, []string{"Каспийский листок: Новая & <важная>", "The Caspian Sheet: Older"}) {
		t.Errorf("%q", got)
	}
	mu.Lock()
	now = morning.Add(time.Hour)
	mu.Unlock()
	if got := titles(); !slices.Equal(got, []string{"Каспийский листок: Новая & <важная>"}) {
		t.Errorf("an hour later: %q", got)
	}
	mu.Lock()
	now = morning.Add(47 * time.Hour)
	mu.Unlock()
	if got := titles(); len(got) != 0 {
		t.Errorf("two days later: %q", got)
	}
	for i := range newsLength + 5 {
		f.publish(draft(fmt.Sprintf("/ru/2026/01/many%d", i), "Много", morning.Add(46*time.Hour)))
	}
	reprint(t, s, stet.Event{Kind: stet.Set})
	if got := titles(); len(got) != newsLength {
		t.Errorf("%d stories", len(got))
	}
}
