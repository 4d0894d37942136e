package site

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"stet"
	"stet/site/theme"
)

var morning = time.Date(2026, 1, 14, 9, 30, 0, 0, baku)

func newSite(t testing.TB, f *fake) *Site {
	t.Helper()
	s, err := New(Options{Library: f, URL: "https://news.example", Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// reprint follows events and fails the test if that is not possible.
func reprint(t testing.TB, s *Site, events ...stet.Event) []string {
	t.Helper()
	names, err := s.Reprint(context.Background(), events)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func fetch(s *Site, path string, header ...string) *http.Response {
	r := httptest.NewRequest("GET", "http://reader.test/", nil)
	p, query, _ := strings.Cut(path, "?")
	r.URL = &url.URL{Path: must(url.PathUnescape(p)), RawPath: p, RawQuery: query}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

func body(t testing.TB, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// get fetches a page, holds it to the rules of all pages and returns it parsed.
func get(t testing.TB, s *Site, path string, status int) *node {
	t.Helper()
	res := fetch(s, path)
	text := body(t, res)
	if res.StatusCode != status {
		t.Fatalf("%s: status %d, want %d", path, res.StatusCode, status)
	}
	n := parse(t, path, text)
	check(t, path, n)
	if got := res.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, "default-src 'none'; ") {
		t.Errorf("%s: policy %q", path, got)
	}
	return n
}

// node is an element with the questions that tests ask.
type node struct{ *html.Node }

func (n *node) all(is func(*node) bool) []*node {
	var out []*node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && is(&node{d}) {
			out = append(out, &node{d})
		}
	}
	return out
}

func (n *node) one(t testing.TB, is func(*node) bool) *node {
	t.Helper()
	found := n.all(is)
	if len(found) != 1 {
		t.Fatalf("%d elements where one should be", len(found))
	}
	return found[0]
}

func (n *node) attr(name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func (n *node) text() string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func tag(name string, attrs ...string) func(*node) bool {
	return func(n *node) bool {
		for i := 0; i < len(attrs); i += 2 {
			if n.attr(attrs[i]) != attrs[i+1] {
				return false
			}
		}
		return n.Data == name
	}
}

// void elements have no end tag.
var void = map[string]bool{"input": true, "meta": true, "link": true, "br": true, "hr": true, "img": true, "source": true}

// parse reads HTML of which every tag must be closed in order, every id once.
func parse(t testing.TB, path, text string) *node {
	t.Helper()
	var open []string
	ids := map[string]bool{}
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		tok := z.Token()
		switch tok.Type {
		case html.StartTagToken:
			if !void[tok.Data] {
				open = append(open, tok.Data)
			}
			for _, a := range tok.Attr {
				if a.Key == "id" && ids[a.Val] {
					t.Errorf("%s: the id %q stands twice", path, a.Val)
				} else if a.Key == "id" {
					ids[a.Val] = true
				}
			}
		case html.EndTagToken:
			if len(open) == 0 || open[len(open)-1] != tok.Data {
				t.Fatalf("%s: </%s> closes %v", path, tok.Data, open)
			}
			open = open[:len(open)-1]
		}
	}
	if z.Err() != io.EOF || len(open) > 0 {
		t.Errorf("%s: %v; open at the end: %v", path, z.Err(), open)
	}
	if strings.Contains(text, "\x00") || strings.Contains(text, "�") {
		t.Errorf("%s: holds a NUL or a replacement character", path)
	}
	doc, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return &node{doc}
}

// check holds a page to what is true of all pages.
func check(t testing.TB, path string, n *node) {
	t.Helper()
	root := n.one(t, tag("html"))
	if root.attr("lang") == "" || root.attr("dir") == "" {
		t.Errorf("%s: html without lang or dir", path)
	}
	if c := len(n.all(tag("h1"))); c != 1 {
		t.Errorf("%s: %d h1", path, c)
	}
	if c := len(n.all(tag("main"))); c != 1 {
		t.Errorf("%s: %d main", path, c)
	}
	level := 0
	for _, h := range n.all(func(n *node) bool {
		return len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6'
	}) {
		if h.attr("id") == "breaking" { // it stands over the page, not in it
			continue
		}
		if l := int(h.Data[1] - '0'); l > level+1 {
			t.Errorf("%s: %s follows h%d", path, h.Data, level)
		} else {
			level = l
		}
	}
	for _, e := range n.all(func(*node) bool { return true }) {
		if e.attr("style") != "" || e.Data == "style" || e.Data == "iframe" {
			t.Errorf("%s: %s %v", path, e.Data, e.Attr)
		}
		if e.Data == "img" && !strings.HasPrefix(e.attr("src"), "/media/") && !strings.HasPrefix(e.attr("src"), "data:image/") {
			t.Errorf("%s: a picture of another host: %v", path, e.Attr)
		}
		if e.Data == "script" && (e.attr("type") != "application/ld+json" && e.attr("src") != theme.Script || e.Parent.Data != "head") {
			t.Errorf("%s: a script that is not ours, or outside the head", path)
		}
		if e.Data == "link" && e.attr("rel") == "stylesheet" && !strings.HasPrefix(e.attr("href"), "/assets/") {
			t.Errorf("%s: a foreign stylesheet", path)
		}
		for _, a := range e.Attr {
			if strings.HasPrefix(a.Key, "on") {
				t.Errorf("%s: attribute %s", path, a.Key)
			}
		}
		if id := e.attr("aria-labelledby"); id != "" && len(n.all(func(n *node) bool { return n.attr("id") == id })) != 1 {
			t.Errorf("%s: nothing has the id %q", path, id)
		}
	}
	n.one(t, tag("time", "data-block", "today"))
	latest(t, n)
}

// latest returns the headlines of the latest news, held to its shape.
func latest(t testing.TB, n *node) []string {
	t.Helper()
	block := n.one(t, tag("section", "data-block", "latest"))
	headings := block.all(func(n *node) bool { return len(n.Data) == 2 && n.Data[0] == 'h' && n.Data != "hr" })
	if len(headings) != 1 || headings[0].attr("id") != block.attr("aria-labelledby") {
		t.Error("the latest news has no one heading that names it")
	}
	list := block.one(t, tag("ol"))
	var out []string
	for c := list.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		li := &node{c}
		out = append(out, li.one(t, tag("a")).text())
		if _, err := time.Parse(time.RFC3339, li.one(t, tag("time")).attr("datetime")); err != nil {
			t.Error(err)
		}
	}
	return out
}

// The seed: a report of June 2021, read on 14 January 2026.
func seed(f *fake) []stet.Event {
	report := draft("/ru/2021/06/report", "Сторона готова к переговорам – глава делегации",
		time.Date(2021, 6, 2, 14, 5, 0, 0, baku))
	report.Standfirst = "Стороны говорили по телефону."
	report.Topics = []string{"eu"}
	report.Bylines = []stet.Byline{{Key: "a-mamedova"}, {Key: "guest", Name: "Гость Редакции"}}
	report.Dateline = "Баку"
	report.Source = &stet.Source{Name: "пресс-служба", URL: "https://press.example/1", Kind: "release"}
	events := []stet.Event{f.publish(report)}
	for i, day := range []int{9, 8, 7, 6, 5, 4, 4, 3, 3, 2, 1} {
		at := time.Date(2026, 1, day, 18-i, 0, 0, 0, baku)
		events = append(events, f.publish(draft(fmt.Sprintf("/ru/2026/01/n%d", i), fmt.Sprintf("Новость номер %d", i), at)))
	}
	return events
}

func TestSeedPage(t *testing.T) {
	f := newFake("ru", "en", "ar")
	seed(f)
	en := draft("/en/2021/06/report", "A side is ready to talk", time.Date(2021, 6, 2, 16, 0, 0, 0, baku))
	en.Group = "/ru/2021/06/report"
	f.publish(en)
	s := newSite(t, f)
	n := get(t, s, "/ru/2021/06/report", 200)

	want := []string{}
	for i := range 10 {
		want = append(want, fmt.Sprintf("Новость номер %d", i))
	}
	if got := latest(t, n); !slices.Equal(got, want) {
		t.Errorf("latest news: %q", got)
	}
	block := n.one(t, tag("section", "data-block", "latest"))
	if got := block.all(tag("time"))[0]; got.text() != "9 января 2026 г." || got.attr("datetime") != "2026-01-09T14:00:00Z" {
		t.Errorf("date of the newest: %q %q", got.text(), got.attr("datetime"))
	}
	today := n.one(t, tag("time", "data-block", "today"))
	if today.text() != "среда, 14 января 2026 г." || today.attr("datetime") != "2026-01-14" {
		t.Errorf("today: %q %q", today.text(), today.attr("datetime"))
	}
	root := n.one(t, tag("html"))
	article := n.one(t, tag("article"))
	for _, e := range []*node{root, article} {
		if e.attr("lang") != "ru" || e.attr("dir") != "ltr" {
			t.Errorf("%s: lang %q, dir %q", e.Data, e.attr("lang"), e.attr("dir"))
		}
	}
	headline := "Сторона готова к переговорам – глава делегации"
	if got := article.one(t, tag("h1")).text(); got != headline {
		t.Errorf("h1: %q", got)
	}
	if got := article.one(t, tag("p", "class", "byline")); got.text() != "Айтен Мамедова и Гость Редакции" ||
		len(got.all(tag("a"))) != 1 || got.one(t, tag("a")).attr("href") != "/ru/authors/a-mamedova/" {
		t.Errorf("byline: %q", got.text())
	}
	if got := article.one(t, tag("p", "data-block", "source")); !strings.HasPrefix(got.text(), "Источник: пресс-служба") {
		t.Errorf("source: %q", got.text())
	}
	if got := article.all(tag("time"))[0]; !strings.HasPrefix(got.text(), "2 июня 2021 г.") || got.attr("datetime") != "2021-06-02T10:05:00Z" {
		t.Errorf("published: %q %q", got.text(), got.attr("datetime"))
	}
	if len(article.all(tag("script"))) != 0 {
		t.Error("a script in the article")
	}

	data := dataOf[dataArticle](t, n)
	if data.Headline != headline || data.Type != "NewsArticle" || data.Published != "2021-06-02T10:05:00Z" ||
		data.Description != "Стороны говорили по телефону." || data.Section != "Политика" ||
		len(data.Authors) != 2 || data.Authors[0].Name != "Айтен Мамедова" || data.Keywords[0] != "Европейский Союз" {
		t.Errorf("JSON-LD: %+v", data)
	}

	var alternates []string
	for _, l := range n.one(t, tag("head")).all(tag("link", "rel", "alternate")) {
		if l.attr("hreflang") != "" {
			alternates = append(alternates, l.attr("hreflang")+" "+l.attr("href"))
		}
	}
	wantAlternates := []string{
		"ru https://news.example/ru/2021/06/report", "en https://news.example/en/2021/06/report",
		"x-default https://news.example/ru/2021/06/report",
	}
	if !slices.Equal(alternates, wantAlternates) {
		t.Errorf("hreflang: %q", alternates)
	}
	if got := n.one(t, tag("link", "rel", "canonical")).attr("href"); got != "https://news.example/ru/2021/06/report" {
		t.Errorf("canonical: %q", got)
	}
	if n := get(t, s, "/ar/", 200); n.one(t, tag("html")).attr("dir") != "rtl" {
		t.Error("Arabic does not run from right to left")
	}
}

func TestArticleParts(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	closed := draft("/ru/2026/01/closed", "Для подписчиков", morning.Add(-time.Hour))
	closed.Access, closed.Standfirst = "members", "Начало."
	f.publish(closed)
	imprint := draft("/ru/pages/about", "О редакции", morning)
	f.publish(imprint)
	f.correct("/ru/2021/06/report", "Имя было написано неверно.", morning)
	s := newSite(t, f)

	n := get(t, s, "/ru/2021/06/report", 200)
	c := n.one(t, tag("section", "data-block", "corrections"))
	if !strings.Contains(c.text(), "14 января 2026 г. Имя было написано неверно.") {
		t.Errorf("corrections: %q", c.text())
	}
	if !strings.Contains(n.one(t, tag("article")).text(), "Обновлено 14 января 2026 г.") {
		t.Error("no word of the update")
	}
	if text := get(t, s, "/ru/2026/01/closed", 200).one(t, tag("article")).text(); strings.Contains(text, "абзац") || !strings.Contains(text, "Начало.") {
		t.Errorf("a closed story shows %q", text)
	}
	n = get(t, s, "/ru/pages/about", 200)
	article := n.one(t, tag("article"))
	if len(article.all(tag("time"))) != 0 || !strings.Contains(article.text(), "Второй абзац.") {
		t.Errorf("the imprint: %q", article.text())
	}
	if !strings.Contains(n.one(t, tag("footer", "class", "foot")).text(), "О редакции") {
		t.Error("the foot does not name the imprint")
	}
	for _, h := range latest(t, n) {
		if h == "О редакции" {
			t.Error("an imprint among the news")
		}
	}
}

// TestNamesByLetter: a long list of authors is in the language's order and
// divided by its letters.
func TestNamesByLetter(t *testing.T) {
	f := newFake("az")
	st := draft("/az/2026/01/hamı", "Hamı", morning)
	for i := range 14 {
		for _, name := range []string{"Zaur", "Çingiz", "Əli", "Elçin", "İsmayıl", "Adam"} {
			key := fmt.Sprintf("%s-%d", name, i)
			f.name(stet.AuthorTerm, key, map[stet.Lang]string{"az": fmt.Sprintf("%s %02d", name, i)})
			st.Bylines = append(st.Bylines, stet.Byline{Key: key})
		}
	}
	f.publish(st)
	n := get(t, newSite(t, f), "/az/authors/", 200)
	var letters []string
	for _, group := range n.all(tag("div", "class", "terms")) {
		letters = append(letters, group.one(t, tag("h2")).text())
		if names := group.all(tag("a")); len(names) != 14 {
			t.Errorf("%d names under %s", len(names), letters[len(letters)-1])
		}
	}
	if want := []string{"A", "Ç", "E", "Ə", "İ", "Z"}; !slices.Equal(letters, want) {
		t.Errorf("%q, want %q", letters, want)
	}
}

func TestStoriesOfYear(t *testing.T) {
	f := newFake("ru")
	seed(f)
	n := get(t, newSite(t, f), "/ru/latest", 200)
	var got []string
	for _, year := range n.one(t, tag("nav", "class", "calendar")).all(tag("h3")) {
		got = append(got, year.text())
	}
	if want := []string{"2026 11 материалов", "2021 1 материал"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
