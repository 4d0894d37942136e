package site

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stet"
)

// What is read of a page's JSON-LD.
type (
	dataThing struct {
		Type string `json:"@type"`
		ID   string `json:"@id"`
		Name string
		URL  string
	}
	dataArticle struct {
		Type        string `json:"@type"`
		ID          string `json:"@id"`
		Headline    string
		Description string
		Published   string      `json:"datePublished"`
		Modified    string      `json:"dateModified"`
		Authors     []dataThing `json:"author"`
		Dateline    string
		Section     string `json:"articleSection"`
		Keywords    []string
		About       []dataThing
		Image       string
		Words       int  `json:"wordCount"`
		Open        bool `json:"isAccessibleForFree"`
		BasedOn     *struct {
			URL      string
			Provider dataThing
		} `json:"isBasedOn"`
		Citation    *dataThing
		Corrections []struct {
			Text string
			At   string `json:"datePublished"`
		} `json:"correction"`
		Original     *dataThing  `json:"translationOfWork"`
		Translations []dataThing `json:"workTranslation"`
	}
	dataList struct {
		Type  string `json:"@type"`
		Items []struct {
			Position        int
			Name, Item, URL string
		} `json:"itemListElement"`
	}
)

// nodes returns what a page says of itself, its own node first.
func nodes(t testing.TB, n *node) []json.RawMessage {
	t.Helper()
	var g struct {
		Context string            `json:"@context"`
		Nodes   []json.RawMessage `json:"@graph"`
	}
	text := n.one(t, tag("head")).one(t, tag("script", "type", "application/ld+json")).text()
	if err := json.Unmarshal([]byte(text), &g); err != nil {
		t.Fatal(err)
	}
	if g.Context != "https://schema.org" || len(g.Nodes) < 2 {
		t.Fatalf("JSON-LD: %s", text)
	}
	return g.Nodes
}

func dataOf[T any](t testing.TB, n *node) (v T) {
	t.Helper()
	if err := json.Unmarshal(nodes(t, n)[0], &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// crumbs returns a page's trail as "name address".
func crumbs(t testing.TB, n *node) (out []string) {
	t.Helper()
	for _, raw := range nodes(t, n) {
		var b dataList
		if err := json.Unmarshal(raw, &b); err != nil || b.Type != "BreadcrumbList" {
			continue
		}
		for i, it := range b.Items {
			if it.Position != i+1 {
				t.Errorf("position %d of %d", it.Position, i+1)
			}
			out = append(out, it.Name+" "+strings.TrimPrefix(it.Item, "https://news.example"))
		}
	}
	return out
}

// metas returns the values of a property of the page.
func metas(n *node, property string) (out []string) {
	for _, m := range n.all(tag("meta", "property", property)) {
		out = append(out, m.attr("content"))
	}
	return out
}

// TestDataIsVisible: what a story's page tells machines is what readers see.
func TestDataIsVisible(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	en := draft("/en/2021/06/report", "A side is ready to talk", time.Date(2021, 6, 2, 16, 0, 0, 0, baku))
	en.Group = "/ru/2021/06/report"
	f.publish(en)
	f.correct("/ru/2021/06/report", "Имя было </script> неверно.", morning)
	s := newSite(t, f)
	n := get(t, s, "/ru/2021/06/report", 200)
	article := n.one(t, tag("article"))
	a := dataOf[dataArticle](t, n)

	if got := article.one(t, tag("h1")).text(); a.Headline != got {
		t.Errorf("headline %q, the page has %q", a.Headline, got)
	}
	if got := article.one(t, tag("p", "class", "standfirst")).text(); a.Description != got {
		t.Errorf("description %q, the page has %q", a.Description, got)
	}
	byline := article.one(t, tag("p", "class", "byline"))
	for _, p := range a.Authors {
		if !strings.Contains(byline.text(), p.Name) {
			t.Errorf("%q does not sign %q", p.Name, byline.text())
		}
		if p.URL != "" && len(byline.all(tag("a", "href", strings.TrimPrefix(p.URL, "https://news.example")))) != 1 {
			t.Errorf("%q is not linked to %s", p.Name, p.URL)
		}
	}
	if len(a.Authors) != 2 || a.Authors[0].ID != "https://news.example/ru/authors/a-mamedova/#person" || a.Authors[1].URL != "" {
		t.Errorf("authors %+v", a.Authors)
	}
	if got := article.all(tag("time")); a.Published != got[0].attr("datetime") || a.Modified != got[1].attr("datetime") {
		t.Errorf("published %s, modified %s", a.Published, a.Modified)
	}
	if got := article.one(t, tag("span", "class", "dateline")).text(); a.Dateline != got {
		t.Errorf("dateline %q, the page has %q", a.Dateline, got)
	}
	if !strings.Contains(article.one(t, tag("p", "class", "kicker")).text(), a.Section) || a.Section != "Политика" {
		t.Errorf("section %q", a.Section)
	}
	notes := article.one(t, tag("section", "data-block", "corrections"))
	if len(a.Corrections) != 1 || !strings.Contains(notes.text(), a.Corrections[0].Text) || a.Corrections[0].At != notes.one(t, tag("time")).attr("datetime") {
		t.Errorf("corrections %+v", a.Corrections)
	}
	if a.BasedOn == nil || a.BasedOn.Provider.Name != "пресс-служба" || a.BasedOn.URL != "https://press.example/1" || a.Citation != nil {
		t.Errorf("based on %+v", a.BasedOn)
	}
	if len(a.About) != 1 || a.About[0] != (dataThing{"Organization", "https://news.example/ru/topics/eu/#topic", "Европейский Союз", "https://news.example/ru/topics/eu/"}) {
		t.Errorf("about %+v", a.About)
	}
	if !slices.Equal(a.Keywords, []string{"Европейский Союз"}) || a.Words != 4 || !a.Open || a.Image != "" {
		t.Errorf("keywords %q, %d words, open %t, image %q", a.Keywords, a.Words, a.Open, a.Image)
	}
	if len(a.Translations) != 1 || a.Translations[0].URL != "https://news.example/en/2021/06/report" || a.Original != nil {
		t.Errorf("translations %+v of %+v", a.Translations, a.Original)
	}
	other := dataOf[dataArticle](t, get(t, s, "/en/2021/06/report", 200))
	if other.Original == nil || other.Original.ID != a.ID || len(other.Translations) != 0 {
		t.Errorf("the translation's original: %+v", other.Original)
	}
	want := []string{"Каспийский листок /ru/", "Политика /ru/politics/", a.Headline + " /ru/2021/06/report"}
	if got := crumbs(t, n); !slices.Equal(got, want) {
		t.Errorf("trail %q", got)
	}
	for property, want := range map[string][]string{
		"og:type": {"article"}, "og:locale": {"ru_RU"}, "og:locale:alternate": {"en_US"}, "og:title": {a.Headline},
		"article:published_time": {a.Published}, "article:modified_time": {a.Modified}, "article:section": {a.Section},
		"article:tag": a.Keywords, "article:author": {"https://news.example/ru/authors/a-mamedova/"}, "og:image:width": {"1200"}, "og:image:height": {"630"}, "og:image:alt": {a.Headline},
	} {
		if got := metas(n, property); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", property, got, want)
		}
	}

	reprint(t, s, f.withdraw("/ru/2021/06/report", "ошибка"))
	if other := dataOf[dataArticle](t, get(t, s, "/en/2021/06/report", 200)); other.Original != nil {
		t.Errorf("a translation of what is not there: %+v", other.Original)
	}
}

// TestLinkTypes: whoever looks for a feed or for oEmbed without decoding what
// stands in an attribute finds it.
func TestLinkTypes(t *testing.T) {
	f := newFake("ru")
	seed(f)
	text := body(t, fetch(newSite(t, f), "/ru/2021/06/report"))
	for _, want := range []string{"application/rss+xml", "application/json+oembed", "text/markdown"} {
		if !strings.Contains(text, `<link rel="alternate" type="`+want+`"`) {
			t.Errorf("no link of the type %s", want)
		}
	}
}

// TestDataInScript: whatever stands in a text, the script around it goes on to
// its own end.
func TestDataInScript(t *testing.T) {
	f := newFake("ru")
	st := draft("/ru/2026/01/script", "</script><!--<script> \u2028\u2029]]>", morning)
	st.Standfirst = st.Headline
	f.publish(st)
	s := newSite(t, f)
	text := body(t, fetch(s, string(st.Path)))
	_, rest, _ := strings.Cut(text, `<script type="application/ld+json">`)
	data, _, _ := strings.Cut(rest, "</script>")
	for _, bad := range []string{"<", "\u2028", "\u2029"} {
		if strings.Contains(data, bad) {
			t.Errorf("%q stands in the script: %s", bad, data)
		}
	}
	if got := dataOf[dataArticle](t, parse(t, "", text)); got.Headline != st.Headline {
		t.Errorf("headline %q", got.Headline)
	}
}

// TestPageData: every page says what it is and which way leads there.
func TestPageData(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	f.publish(draft("/ru/pages/about", "О редакции", morning))
	s := newSite(t, f)
	for _, c := range []struct{ path, kind, trail string }{
		{"/ru/", "WebSite", ""},
		{"/ru/politics/", "CollectionPage", "Политика /ru/politics/"},
		{"/ru/politics/2021/06", "CollectionPage", "Политика /ru/politics/, июнь 2021 г. /ru/politics/2021/06"},
		{"/ru/topics/eu/", "CollectionPage", "Темы /ru/topics/, Европейский Союз /ru/topics/eu/"},
		{"/ru/authors/a-mamedova/", "ProfilePage", "Авторы /ru/authors/, Айтен Мамедова /ru/authors/a-mamedova/"},
		{"/ru/topics/", "CollectionPage", "Темы /ru/topics/"},
		{"/ru/latest", "CollectionPage", "Архив /ru/latest"},
		{"/ru/latest/2021/06/02", "CollectionPage", "Архив /ru/latest, 2021 /ru/latest/2021, июнь 2021 г. /ru/latest/2021/06, 2 июня 2021 г. /ru/latest/2021/06/02"},
		{"/ru/pages/about", "AboutPage", "О редакции /ru/pages/about"},
	} {
		n := get(t, s, c.path, 200)
		page := dataOf[dataThing](t, n)
		if page.Type != c.kind || !strings.HasPrefix(page.ID, "https://news.example"+c.path) {
			t.Errorf("%s is a %s with the id %s", c.path, page.Type, page.ID)
		}
		got := strings.Join(crumbs(t, n), ", ")
		if c.trail != "" && got != "Каспийский листок /ru/, "+c.trail {
			t.Errorf("%s: trail %s", c.path, got)
		}
		if d := n.one(t, tag("meta", "name", "description")).attr("content"); d == "" {
			t.Errorf("%s has no description", c.path)
		}
	}
	all := nodes(t, get(t, s, "/ru/", 200))
	var p struct {
		dataThing
		Logo dataThing
	}
	if err := json.Unmarshal(all[len(all)-1], &p); err != nil || p.Type != "NewsMediaOrganization" || p.Name != "Каспийский листок" ||
		p.Logo.URL != "https://news.example"+s.theme().Icons.Large {
		t.Errorf("publisher %+v %v", p, err)
	}
	if got := dataOf[struct {
		Main dataList `json:"mainEntity"`
	}](t, get(t, s, "/ru/politics/", 200)); len(got.Main.Items) != 12 || got.Main.Items[0].URL != "https://news.example/ru/2026/01/n0" {
		t.Errorf("the stories of the section: %+v", got.Main)
	}
}

// alternates returns a page's addresses by language.
func alternates(t testing.TB, n *node) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, l := range n.one(t, tag("head")).all(tag("link", "rel", "alternate")) {
		if code := l.attr("hreflang"); code != "" {
			if out[code] != "" {
				t.Errorf("%s stands twice", code)
			}
			out[code] = strings.TrimPrefix(l.attr("href"), "https://news.example")
		}
	}
	return out
}

// TestAlternates: pages of all kinds name their like in other editions and
// themselves; each of these answers and names the same.
func TestAlternates(t *testing.T) {
	f := newFake("ru", "en", "ar")
	seed(f)
	en := draft("/en/2021/06/report", "A side is ready to talk", time.Date(2021, 6, 2, 16, 0, 0, 0, baku))
	en.Group, en.Topics = "/ru/2021/06/report", []string{"eu"}
	f.publish(en)
	f.publish(draft("/ru/pages/about", "О редакции", morning))
	about := draft("/en/pages/about", "About us", morning)
	about.Group = "/ru/pages/about"
	f.publish(about)
	s := newSite(t, f)
	for path, want := range map[string]string{
		"/ru/":                    "ar /ar/, en /en/, ru /ru/, x-default /",
		"/ru/2021/06/report":      "en /en/2021/06/report, ru /ru/2021/06/report, x-default /ru/2021/06/report",
		"/ru/2026/01/n0":          "ru /ru/2026/01/n0, x-default /ru/2026/01/n0",
		"/ru/pages/about":         "en /en/pages/about, ru /ru/pages/about, x-default /ru/pages/about",
		"/ru/politics/":           "en /en/politics/, ru /ru/politics/, x-default /ru/politics/",
		"/ru/topics/eu/":          "en /en/topics/eu/, ru /ru/topics/eu/, x-default /ru/topics/eu/",
		"/ru/authors/a-mamedova/": "ru /ru/authors/a-mamedova/, x-default /ru/authors/a-mamedova/",
		"/ru/topics/":             "ar /ar/topics/, en /en/topics/, ru /ru/topics/, x-default /ru/topics/",
		"/ru/authors/":            "ar /ar/authors/, en /en/authors/, ru /ru/authors/, x-default /ru/authors/",
		"/ru/latest":              "ar /ar/latest, en /en/latest, ru /ru/latest, x-default /ru/latest",
		"/ru/latest/2021/06":      "", // what one edition had in a month is no version of what another had
		"/ru/politics/2021/06":    "",
	} {
		all := alternates(t, get(t, s, path, 200))
		var got []string
		for code, at := range all {
			got = append(got, code+" "+at)
			if code == "x-default" {
				continue
			}
			if there := alternates(t, get(t, s, at, 200)); fmt.Sprint(there) != fmt.Sprint(all) {
				t.Errorf("%s names %v, %s names %v", path, all, at, there)
			}
		}
		slices.Sort(got)
		if got := strings.Join(got, ", "); got != want {
			t.Errorf("%s: %s", path, got)
		}
	}
}

// TestElsewhere: whatever is published and withdrawn, the pages of a term name
// those editions that have one, and no page is made anew without a reason.
func TestElsewhere(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		langs := []stet.Lang{"ru", "en", "ar"}
		f := newFake(langs...)
		s := newSite(t, f)
		var live []string
		var waiting []stet.Event
		look := func(path string) { body(t, fetch(s, path)) }
		pages := func(l stet.Lang) []string {
			h := "/" + string(l)
			return []string{h + "/politics/", h + "/economy/", h + "/topics/eu/", h + "/authors/a-mamedova/"}
		}
		for i := range rapid.IntRange(1, 25).Draw(rt, "steps") {
			switch rapid.IntRange(0, 3).Draw(rt, "step") {
			case 0:
				path := fmt.Sprintf("/%s/2026/01/s%d", rapid.SampledFrom(langs).Draw(rt, "lang"), i)
				st := draft(path, "Текст", morning.Add(-time.Duration(i)*time.Hour))
				st.Section = rapid.SampledFrom([]string{"politics", "economy"}).Draw(rt, "section")
				if rapid.Bool().Draw(rt, "credits") {
					st.Topics, st.Bylines = []string{"eu"}, []stet.Byline{{Key: "a-mamedova"}}
				}
				waiting = append(waiting, f.publish(st))
				live = append(live, path)
			case 1:
				if len(live) > 0 {
					i := rapid.IntRange(0, len(live)-1).Draw(rt, "which")
					waiting = append(waiting, f.withdraw(live[i], "ошибка"))
					live = slices.Delete(live, i, i+1)
				}
			case 2: // a page may be made of what is not announced yet
				look(rapid.SampledFrom(pages(rapid.SampledFrom(langs).Draw(rt, "edition"))).Draw(rt, "page"))
			case 3:
				reprint(t, s, waiting...)
				waiting = nil
			}
		}
		reprint(t, s, waiting...)
		for i := range 4 {
			want := map[string]string{}
			for _, l := range langs {
				if p := pages(l)[i]; fetch(s, p).StatusCode == 200 {
					want[string(l)] = p
				}
			}
			for l, p := range want {
				got := alternates(t, get(t, s, p, 200))
				delete(got, "x-default")
				if fmt.Sprint(got) != fmt.Sprint(want) {
					rt.Fatalf("%s of %s names %v, want %v", p, l, got, want)
				}
			}
		}
	})
}

// TestElsewhereOnce: a story of a term that the edition has already leaves the
// other editions' pages alone.
func TestElsewhereOnce(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	s := newSite(t, f)
	get(t, s, "/ru/politics/", 200)
	first := reprint(t, s, f.publish(draft("/en/2026/01/one", "One", morning)))
	if !slices.Contains(first, "/ru/politics/") {
		t.Errorf("the first story of the section touches %q", first)
	}
	get(t, s, "/ru/politics/", 200)
	laid := s.Stats().Laid["list"]
	second := reprint(t, s, f.publish(draft("/en/2026/01/two", "Two", morning)))
	get(t, s, "/ru/politics/", 200)
	if slices.Contains(second, "/ru/politics/") || s.Stats().Laid["list"] != laid {
		t.Errorf("the second story touches %q", second)
	}
	last := append(reprint(t, s, f.withdraw("/en/2026/01/one", "x")), reprint(t, s, f.withdraw("/en/2026/01/two", "x"))...)
	if !slices.Contains(last, "/ru/politics/") {
		t.Errorf("the last story of the section touches %q", last)
	}
}
