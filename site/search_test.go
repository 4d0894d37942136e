package site

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"stet/prose"
	"stet/search"
	"stet/web"
)

// asking is the address of a question to the search of the Russian edition.
func asking(q string) string { return "/ru/search?q=" + url.QueryEscape(q) }

// manyBridges are stories with one word in their headlines.
func manyBridges(f *fake, n int) {
	for i := range n {
		f.publish(draft(fmt.Sprintf("/ru/2026/01/bridge-%d", i), fmt.Sprintf("Мост %d", i), morning.Add(time.Duration(i)*time.Minute)))
	}
}

func TestSearchPage(t *testing.T) {
	f := newFake("ru", "en")
	st := draft("/ru/2026/01/ferry", "Паром отменён", morning)
	st.Standfirst, st.Body = "", prose.FromText("До переправы далеко. Новый мост открыт <b>ночью</b>.")
	f.publish(st)
	s := newSite(t, f)

	empty := get(t, s, "/ru/search", 200)
	form := empty.one(t, tag("form", "role", "search"))
	if in := form.one(t, tag("input", "name", "q")); form.attr("action") != "/ru/search" || in.attr("value") != "" || in.attr("enterkeyhint") != "search" {
		t.Errorf("the form %v %v", form.Attr, in.Attr)
	}
	page := get(t, s, asking("мост"), 200)
	if got := page.one(t, tag("h1")).text(); got != "Результаты поиска: мост" {
		t.Errorf("h1 %q", got)
	}
	if got := page.one(t, tag("mark")).text(); got != "мост" {
		t.Errorf("marked %q", got)
	}
	if got := page.one(t, tag("ol", "class", "list")).text(); !strings.Contains(got, "Паром отменён") || !strings.Contains(got, "<b>ночью</b>") {
		t.Errorf("the list %q", got)
	}
	page.one(t, tag("meta", "name", "robots", "content", "noindex"))
	if got := page.one(t, tag("input", "name", "q")).attr("value"); got != "мост" {
		t.Errorf("the field holds %q", got)
	}
	none := get(t, s, asking("тоннель"), 200)
	if got := none.one(t, tag("main")).text(); !strings.Contains(got, "По запросу «тоннель» ничего не найдено.") || !strings.Contains(got, "нет ли опечаток") {
		t.Errorf("nothing is found: %q", got)
	}
	// No edition, no search; and a question without words is the empty search.
	for path, status := range map[string]int{
		"/xx/search?q=a": 404, "/ru/search/x?q=a": 404, "/search?q=a": 404, "/ru/search?q=": 200, "/ru/search?q=%20%00": 200, "/ru/search?x=y": 200,
		"/ru/search/?q=a": 301,
	} {
		if res := fetch(s, path); res.StatusCode != status {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, status)
		}
	}
}

// TestOpenSearch: front and search tell browsers how the search is asked.
func TestOpenSearch(t *testing.T) {
	f := newFake("ru", "en")
	f.paper.Editions[0].Name = "A & Ω, the very long name of a paper"
	s := newSite(t, f)
	for _, path := range []string{"/ru/", "/ru/search", asking("мост")} {
		link := get(t, s, path, 200).one(t, tag("link", "rel", "search"))
		if link.attr("href") != "/ru/opensearch.xml" || link.attr("type") != "application/opensearchdescription+xml" || link.attr("title") == "" {
			t.Errorf("%s: %v", path, link.Attr)
		}
	}
	res := fetch(s, "/ru/opensearch.xml")
	var v struct {
		ShortName string
		Url       struct {
			Template string `xml:"template,attr"`
		}
	}
	if err := xml.Unmarshal([]byte(body(t, res)), &v); err != nil || res.StatusCode != 200 {
		t.Fatalf("%d %v", res.StatusCode, err)
	}
	if v.ShortName != "A & Ω, the very" || v.Url.Template != "https://news.example/ru/search?q={searchTerms}" {
		t.Errorf("%+v", v)
	}
}

// TestSearchIsHeldNowhere: answers are the asking reader's own.
func TestSearchIsHeldNowhere(t *testing.T) {
	f := newFake("ru", "en")
	manyBridges(f, 3)
	s := newSite(t, f)
	get(t, s, asking("мост"), 200)
	before := s.Stats().Press.Pages
	for i := range 50 {
		res := fetch(s, asking("мост")+"&page="+strconv.Itoa(i)+"&x="+strconv.Itoa(i))
		if got := res.Header.Get("Cache-Control"); got != "private, no-store" {
			t.Errorf("Cache-Control %q", got)
		}
	}
	if got := s.Stats().Press.Pages; got != before {
		t.Errorf("%d pages are held, there were %d", got, before)
	}
	// Gone in the same moment, without an event being followed.
	f.withdraw("/ru/2026/01/bridge-1", "wrong")
	if got := get(t, s, asking("мост 1"), 200).one(t, tag("main")).all(tag("li")); len(got) > 0 {
		t.Errorf("a withdrawn story is found: %q", got[0].text())
	}
}

// TestSearchPages: pages of results stay put, and lead to each other.
func TestSearchPages(t *testing.T) {
	f := newFake("ru", "en")
	manyBridges(f, 50)
	s := newSite(t, f)
	page, seen := get(t, s, asking("мост"), 200), map[string]bool{}
	for i := 1; ; i++ {
		items := page.one(t, tag("ol", "class", "list")).all(tag("h2"))
		for _, h := range items {
			if seen[h.text()] {
				t.Errorf("page %d has %q again", i, h.text())
			}
			seen[h.text()] = true
		}
		f.publish(draft(fmt.Sprintf("/ru/2026/01/later-%d", i), "Мост потом", morning.Add(time.Hour)))
		next := page.all(tag("a", "rel", "next"))
		if i > 1 {
			page.one(t, tag("a", "rel", "prev"))
		}
		if len(next) == 0 {
			break
		}
		page = get(t, s, next[0].attr("href"), 200)
	}
	if len(seen) != 50 {
		t.Errorf("%d stories on all pages", len(seen))
	}
	beyond := get(t, s, asking("мост")+"&page=900", 200)
	if href := beyond.one(t, tag("a", "rel", "prev")).attr("href"); !strings.Contains(href, "page=3") {
		t.Errorf("from far beyond, the way back is %q", href)
	}
}

func TestHostileSearch(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	s := newSite(t, f)
	for _, h := range append(hostile, strings.Repeat("a", search.MaxQuery), "\u202eabc\u2066", strings.Repeat("ё ", search.MaxQuery/2-1), `"'`+"`") {
		page := get(t, s, asking(h), 200)
		if n := len(page.all(tag("script"))); n > 0 {
			t.Errorf("%q: a script", h)
		}
		if h1 := page.one(t, tag("h1")).text(); strings.ContainsAny(h1, "\u202e\u2066") {
			t.Errorf("%q: %q", h, h1)
		}
	}
	for _, long := range []string{strings.Repeat("a", search.MaxQuery+1), strings.Repeat("мост ", 2000)} {
		asked := f.asked
		if got := get(t, s, asking(long), 200).one(t, tag("main")).text(); !strings.Contains(got, "Запрос длиннее 200 символов.") {
			t.Errorf("%d characters: %q", len(long), got)
		}
		if f.asked != asked {
			t.Error("the library was asked")
		}
	}
}

func TestSearchIsLimited(t *testing.T) {
	f := newFake("ru", "en")
	now := morning
	s, err := New(Options{Library: f, URL: "https://news.example", Now: func() time.Time { return now },
		Limit: web.NewLimiter(2, 3, nil, func() time.Time { return now })})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		get(t, s, asking("мост"), 200)
	}
	res := fetch(s, asking("мост"))
	if res.StatusCode != http.StatusTooManyRequests || res.Header.Get("Retry-After") != "1" || res.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	if text := body(t, res); !strings.Contains(text, "Слишком много запросов") {
		t.Errorf("%q", text)
	}
	get(t, s, "/ru/search", 200) // the form can always be had
	now = now.Add(time.Second)
	get(t, s, asking("мост"), 200)
}

// TestSearchWithoutTheDatabase says so, in the reader's language.
func TestSearchWithoutTheDatabase(t *testing.T) {
	f := newFake("ru", "en")
	s := newSite(t, f)
	get(t, s, "/ru/search", 200)
	f.down = true
	res := fetch(s, asking("мост"))
	if text := body(t, res); res.StatusCode != http.StatusServiceUnavailable || res.Header.Get("Retry-After") == "" || !strings.Contains(text, "Сайт временно недоступен") {
		t.Errorf("%d %q", res.StatusCode, text)
	}
	get(t, s, "/ru/search", 200)
	f.down = false
	get(t, s, asking("мост"), 200)
}
