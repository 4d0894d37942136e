package site

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
)

// heard is what any form of a feed says of a story, for comparing forms.
type heard struct {
	ID, Title, Address, Summary, HTML string
	Published, Updated                time.Time
	Authors, Categories               []string
}

// hear reads a feed as strictly as its standard allows, and returns what it
// says of its stories. Faults fail the test.
func hear(t testing.TB, s *Site, path string) []heard {
	t.Helper()
	res := fetch(s, path)
	text := body(t, res)
	if res.StatusCode != 200 {
		t.Fatalf("%s: %d", path, res.StatusCode)
	}
	fault := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s: %s", path, fmt.Sprintf(format, args...))
	}
	address := func(what, a string) {
		t.Helper()
		if u, err := url.Parse(a); err != nil || u.Scheme != "https" || u.Host == "" || strings.ContainsFunc(a, func(r rune) bool { return r <= ' ' || r > '~' }) {
			fault("%s: %q is no absolute address", what, a)
		}
	}
	in := func(layout, at string) time.Time {
		t.Helper()
		v, err := time.Parse(layout, at)
		if err != nil {
			fault("time: %v", err)
		}
		return v
	}
	must := func(what, v string) {
		t.Helper()
		if strings.TrimSpace(v) == "" {
			fault("%s is missing", what)
		}
	}
	var out []heard
	var language, self string
	switch mediaType := res.Header.Get("Content-Type"); path[strings.LastIndexByte(path, '/')+1:] {
	case "feed.xml":
		var v struct {
			XMLName xml.Name `xml:"rss"`
			Version string   `xml:"version,attr"`
			Channel []struct {
				Title       string `xml:"title"`
				Description string `xml:"description"`
				Language    string `xml:"language"`
				Built       string `xml:"lastBuildDate"`
				Image       struct {
					URL, Title, Link string
				} `xml:"image"`
				Links []struct {
					XMLName xml.Name
					Rel     string `xml:"rel,attr"`
					Type    string `xml:"type,attr"`
					Href    string `xml:"href,attr"`
					Text    string `xml:",chardata"`
				} `xml:"link"`
				Items []struct {
					Title       string   `xml:"title"`
					Link        string   `xml:"link"`
					Date        string   `xml:"pubDate"`
					Updated     string   `xml:"http://www.w3.org/2005/Atom updated"`
					Description string   `xml:"description"`
					Content     string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
					Creators    []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
					Categories  []string `xml:"category"`
					GUID        struct {
						ID        string `xml:",chardata"`
						PermaLink string `xml:"isPermaLink,attr"`
					} `xml:"guid"`
				} `xml:"item"`
			} `xml:"channel"`
		}
		readXML(t, path, text, &v)
		if mediaType != "application/rss+xml; charset=utf-8" || v.Version != "2.0" || len(v.Channel) != 1 || len(v.Channel[0].Links) != 2 {
			fault("%s %+v", mediaType, v)
			return nil
		}
		c := v.Channel[0]
		must("title", c.Title)
		must("description", c.Description)
		for _, l := range c.Links {
			if l.XMLName.Space == "" {
				address("link", l.Text)
			} else if self = l.Href; l.Rel != "self" || l.Type != "application/rss+xml" {
				fault("%+v", l)
			}
		}
		language = c.Language
		if len(c.Items) > 0 {
			in(time.RFC1123Z, c.Built)
		}
		for _, i := range c.Items {
			if i.GUID.PermaLink != "false" {
				fault("a guid that is an address")
			}
			out = append(out, heard{i.GUID.ID, i.Title, i.Link, unescape(t, i.Description), i.Content,
				in(time.RFC1123Z, i.Date).UTC(), in(time.RFC3339, i.Updated), i.Creators, i.Categories})
		}
	case "atom.xml":
		type link struct {
			Rel  string `xml:"rel,attr"`
			Type string `xml:"type,attr"`
			Href string `xml:"href,attr"`
		}
		type person struct {
			Name string `xml:"name"`
			URI  string `xml:"uri"`
		}
		var v struct {
			XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
			Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
			ID      []string `xml:"id"`
			Title   []string `xml:"title"`
			Updated []string `xml:"updated"`
			Links   []link   `xml:"link"`
			Author  []person `xml:"author"`
			Icon    string   `xml:"icon"`
			Entries []struct {
				ID         []string `xml:"id"`
				Title      []string `xml:"title"`
				Updated    []string `xml:"updated"`
				Published  string   `xml:"published"`
				Links      []link   `xml:"link"`
				Authors    []person `xml:"author"`
				Summary    string   `xml:"summary"`
				Categories []struct {
					Term  string `xml:"term,attr"`
					Label string `xml:"label,attr"`
				} `xml:"category"`
				Content struct {
					Type string `xml:"type,attr"`
					Text string `xml:",chardata"`
				} `xml:"content"`
			} `xml:"entry"`
		}
		readXML(t, path, text, &v)
		if mediaType != "application/atom+xml; charset=utf-8" || len(v.ID) != 1 || len(v.Title) != 1 || len(v.Updated) != 1 ||
			len(v.Author) != 1 || len(v.Links) != 2 || v.Links[0].Rel != "self" || v.Links[1].Rel != "alternate" {
			fault("%s %+v", mediaType, v)
			return nil
		}
		must("title", v.Title[0])
		must("author", v.Author[0].Name)
		for _, a := range []string{v.ID[0], v.Links[0].Href, v.Links[1].Href, v.Icon, v.Author[0].URI} {
			address("feed", a)
		}
		newest := in(time.RFC3339, v.Updated[0])
		self, language = v.Links[0].Href, v.Lang
		for _, i := range v.Entries {
			if len(i.ID) != 1 || len(i.Title) != 1 || len(i.Updated) != 1 || len(i.Links) != 1 || i.Links[0].Rel != "alternate" ||
				i.Content.Text != "" && i.Content.Type != "html" {
				fault("entry %+v", i)
				return nil
			}
			h := heard{ID: i.ID[0], Title: i.Title[0], Address: i.Links[0].Href, Summary: i.Summary, HTML: i.Content.Text,
				Published: in(time.RFC3339, i.Published), Updated: in(time.RFC3339, i.Updated[0])}
			for _, a := range i.Authors {
				must("name", a.Name)
				if a.URI != "" {
					address("author", a.URI)
				}
				h.Authors = append(h.Authors, a.Name)
			}
			for _, c := range i.Categories {
				must("term", c.Term)
				h.Categories = append(h.Categories, c.Label)
			}
			if h.Updated.After(newest) {
				fault("an entry of %v in a feed of %v", h.Updated, newest)
			}
			out = append(out, h)
		}
	case "feed.json":
		type person struct{ Name, URL string }
		var v struct {
			Version     string
			Title       string
			HomePageURL string `json:"home_page_url"`
			FeedURL     string `json:"feed_url"`
			Description string
			Icon        string
			Favicon     string
			Language    string
			Authors     []person
			Items       []struct {
				ID            string
				URL           string
				Title         string
				ContentHTML   string `json:"content_html"`
				ContentText   string `json:"content_text"`
				Summary       string
				DatePublished string `json:"date_published"`
				DateModified  string `json:"date_modified"`
				Authors       []person
				Tags          []string
				Language      string
			}
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&v); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if mediaType != "application/feed+json" || v.Version != "https://jsonfeed.org/version/1.1" || !strings.Contains(text, `"items":[`) {
			fault("%s %q", mediaType, v.Version)
		}
		must("title", v.Title)
		for _, a := range []string{v.HomePageURL, v.FeedURL, v.Icon, v.Favicon} {
			address("feed", a)
		}
		self, language = v.FeedURL, v.Language
		for _, i := range v.Items {
			if (i.ContentHTML == "") == (i.ContentText == "") || i.Language != v.Language {
				fault("item %+v", i)
			}
			h := heard{ID: i.ID, Title: i.Title, Address: i.URL, Summary: i.Summary, HTML: i.ContentHTML,
				Published: in(time.RFC3339, i.DatePublished), Updated: in(time.RFC3339, i.DateModified), Categories: i.Tags}
			for _, a := range i.Authors {
				h.Authors = append(h.Authors, a.Name)
			}
			out = append(out, h)
		}
	}
	if language != strings.Split(path, "/")[1] || self != "https://news.example"+path {
		fault("language %q, itself at %q", language, self)
	}
	if len(out) > feedLength {
		fault("%d stories", len(out))
	}
	ids := map[string]bool{}
	for _, h := range out {
		address("entry", h.Address)
		if u, err := url.Parse(h.ID); err != nil || u.Scheme == "" || ids[h.ID] {
			fault("id %q: %v", h.ID, err)
		}
		ids[h.ID] = true
		for _, e := range (&node{parse(t, path, h.HTML).Node}).all(func(*node) bool { return true }) {
			for _, a := range e.Attr {
				if a.Key == "href" || a.Key == "src" {
					address("link", a.Val)
				}
			}
			if e.Data == "script" || e.Data == "iframe" || e.Data == "img" && !strings.HasPrefix(e.attr("src"), "https://news.example/media/") {
				fault("<%s> in a text", e.Data)
			}
		}
	}
	return out
}

// readXML decodes a document and holds it to the rules of all XML.
func readXML(t testing.TB, path, text string, v any) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	for _, r := range text {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			t.Errorf("%s: XML has no %U", path, r)
		}
	}
	if err := xml.Unmarshal([]byte(text), v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func unescape(t testing.TB, s string) string {
	t.Helper()
	return parse(t, "", s).text()
}

// hearAll reads a feed in all its forms, which must say the same.
func hearAll(t testing.TB, s *Site, under string) []heard {
	t.Helper()
	var first []heard
	for i, f := range feedForms {
		got := hear(t, s, under+f.file)
		if i == 0 {
			first = got
		} else if a, b := fmt.Sprintf("%+v", first), fmt.Sprintf("%+v", got); a != b {
			t.Errorf("%s says\n%s\n%s says\n%s", under+feedForms[0].file, a, under+f.file, b)
		}
	}
	return first
}

func TestFeeds(t *testing.T) {
	f := newFake("ru", "ar")
	seed(f)
	report := f.at("/ru/2021/06/report")
	report.Corrections = []stet.Correction{{At: morning, Note: "Имя <было> названо неверно."}}
	report.UpdatedAt = morning
	report.Picture = &stet.PictureUse{URL: "https://pictures.example/1.jpg", Caption: "Переговоры"}
	report.Body = must(prose.Parse([]byte(`{"type":"doc","content":[{"type":"paragraph","content":[` +
		`{"type":"text","text":"Подробности – "},{"type":"text","marks":[{"type":"link","attrs":{"href":"/ru/latest"}}],"text":"здесь"}]}]}`)))
	arabic := draft("/ar/2026/01/khabar", "خبر عاجل", morning)
	f.publish(arabic)
	s := newSite(t, f)

	for _, under := range []string{"/ru/", "/ru/politics/", "/ru/topics/eu/", "/ru/authors/a-mamedova/", "/ar/", "/ar/politics/"} {
		if len(hearAll(t, s, under)) == 0 {
			t.Errorf("%s: no stories", under)
		}
	}
	all := hearAll(t, s, "/ru/politics/")
	if len(all) != 12 || all[0].Title != "Новость номер 0" || all[0].Summary != "Первый абзац." || all[0].Address != "https://news.example/ru/2026/01/n0" {
		t.Fatalf("%d, %+v", len(all), all[0])
	}
	last := all[11]
	if last.Summary != "Стороны говорили по телефону." || !slices.Equal(last.Authors, []string{"Айтен Мамедова", "Гость Редакции"}) ||
		!slices.Equal(last.Categories, []string{"Политика", "Европейский Союз"}) || !last.Updated.Equal(morning) {
		t.Errorf("%+v", last)
	}
	for _, want := range []string{
		`<div lang="ru" dir="ltr">`, `href="https://pictures.example/1.jpg"`, `href="https://news.example/ru/latest"`, "Подробности",
		"Имя &lt;было&gt; названо неверно.", "пресс-служба",
	} {
		if !strings.Contains(last.HTML, want) {
			t.Errorf("%s lacks %s", last.HTML, want)
		}
	}
	paid := draft("/ru/2026/01/paid", "Скидки", morning)
	paid.Genre = "sponsored"
	reprint(t, s, f.publish(paid))
	if got := hearAll(t, s, "/ru/")[0]; !strings.HasPrefix(got.Summary, "На правах рекламы. ") || !strings.Contains(got.HTML, "<p>На правах рекламы</p>") ||
		!slices.Contains(got.Categories, "На правах рекламы") {
		t.Errorf("advertising: %+v", got)
	}
	if got := hearAll(t, s, "/ar/")[0].HTML; !strings.HasPrefix(got, `<div lang="ar" dir="rtl">`) {
		t.Error(got)
	}
	if text := body(t, fetch(s, "/ru/politics/feed.xml")); !strings.Contains(text, "<title>Каспийский листок: Политика</title>") ||
		!strings.Contains(text, "<link>https://news.example/ru/politics/</link>") || !strings.Contains(text, "<pubDate>Fri, 09 Jan 2026 14:00:00 +0000</pubDate>") {
		t.Error(text)
	}
}

// TestFeedIDs: a story keeps its id whatever else of it changes, the host too.
func TestFeedIDs(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	before := hearAll(t, s, "/ru/politics/")[11].ID
	reprint(t, s, f.change("/ru/2021/06/report", stet.Updated, func(t *told) { t.Path, t.Section = "/ru/2021/06/other", "economy" }))
	elsewhere, err := New(Options{Library: f, URL: "https://other.example", Now: s.now})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*Site{s, elsewhere} {
		for _, form := range feedForms {
			if text := body(t, fetch(s, "/ru/economy/"+form.file)); !strings.Contains(text, before) {
				t.Errorf("%s/ru/economy/%s has no %s", s.url, form.file, before)
			}
		}
	}
}

// TestFeedText: by the setting; what is not for everybody never; and no more
// than there is room for.
func TestFeedText(t *testing.T) {
	f := newFake("ru")
	const canary = "Канарейка"
	closed := draft("/ru/2026/01/closed", "Для подписчиков", morning)
	closed.Access, closed.Body = "members", prose.FromText(canary)
	f.publish(closed)
	for i := range 4 {
		long := draft(fmt.Sprintf("/ru/2026/01/long%d", i), "Длинная", morning.Add(-time.Duration(i+1)*time.Hour))
		long.Body = prose.FromText(strings.Repeat("слово ", feedRoom/11/3))
		f.publish(long)
	}
	s := newSite(t, f)
	for _, form := range feedForms {
		if strings.Contains(body(t, fetch(s, "/ru/"+form.file)), canary) {
			t.Errorf("%s holds a closed text", form.file)
		}
	}
	texts := func() (n int) {
		for _, h := range hearAll(t, s, "/ru/") {
			if h.HTML != "" {
				n++
			}
		}
		return n
	}
	if n := texts(); n < 2 || n > 3 {
		t.Errorf("%d texts of a third of the room each", n)
	}
	f.mu.Lock()
	f.paper.Settings.Feeds = stet.FeedSummary
	f.mu.Unlock()
	reprint(t, s, stet.Event{Kind: stet.Set})
	if n := texts(); n != 0 {
		t.Errorf("%d texts among summaries", n)
	}
	if h := hear(t, s, "/ru/feed.json"); len(h) != 5 || h[1].Summary == "" {
		t.Errorf("%d stories", len(h))
	}
}

// TestFeedsFollow: every form of every feed shows what has happened.
func TestFeedsFollow(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	unders := []string{"/ru/", "/ru/politics/", "/ru/topics/eu/", "/ru/authors/a-mamedova/"}
	see := func(when, title string, updated time.Time) {
		t.Helper()
		for _, under := range unders {
			got := hearAll(t, s, under)
			i := slices.IndexFunc(got, func(h heard) bool { return h.Title == title })
			if (i < 0) != updated.IsZero() || i >= 0 && !got[i].Updated.Equal(updated) {
				t.Errorf("%s: %s has %d of %+v", when, under, i, got)
			}
		}
	}
	see("before", "Срочно", time.Time{})
	story := draft("/ru/2026/01/urgent", "Срочно", morning)
	story.Topics, story.Bylines = []string{"eu"}, []stet.Byline{{Key: "a-mamedova"}}
	reprint(t, s, f.publish(story))
	see("published", "Срочно", morning)
	reprint(t, s, f.correct("/ru/2026/01/urgent", "Не так.", morning.Add(time.Hour)))
	see("corrected", "Срочно", morning.Add(time.Hour))
	reprint(t, s, f.change("/ru/2026/01/urgent", stet.Updated, func(t *told) { t.Headline = "Срочно!" }))
	see("updated", "Срочно!", morning.Add(time.Hour))
	f.mu.Lock()
	f.terms[stet.SectionTerm][0].Names = map[stet.Lang]stet.TermName{"ru": {Name: "Власть", Slug: "power"}}
	f.moved["/ru/politics"] = "/ru/power/"
	f.mu.Unlock()
	reprint(t, s, stet.Event{Kind: stet.Renamed})
	unders[1] = "/ru/power/"
	see("renamed", "Срочно!", morning.Add(time.Hour))
	for _, form := range feedForms {
		res := fetch(s, "/ru/politics/"+form.file)
		if res.StatusCode != 301 || res.Header.Get("Location") != "/ru/power/"+form.file {
			t.Errorf("the old address of %s: %d %s", form.file, res.StatusCode, res.Header.Get("Location"))
		}
		if !strings.Contains(body(t, fetch(s, "/ru/power/"+form.file)), "Власть") {
			t.Errorf("%s does not know the new name", form.file)
		}
	}
	if res := fetch(s, "/ru/none/feed.xml"); res.StatusCode != 404 {
		t.Errorf("no section: %d", res.StatusCode)
	}
	reprint(t, s, f.withdraw("/ru/2026/01/urgent", "ошибка"))
	see("withdrawn", "Срочно!", time.Time{})
}

// TestFeedLinks: every page of the edition names its feeds in all forms.
func TestFeedLinks(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	for path, unders := range map[string][]string{
		"/ru/": {"/ru/"}, "/ru/2021/06/report": {"/ru/"}, "/ru/latest": {"/ru/"},
		"/ru/politics/": {"/ru/politics/", "/ru/"}, "/ru/topics/eu/": {"/ru/topics/eu/", "/ru/"},
		"/ru/authors/a-mamedova/": {"/ru/authors/a-mamedova/", "/ru/"},
	} {
		n := get(t, s, path, 200)
		var want, got []string
		for _, under := range unders {
			for _, form := range feedForms {
				want = append(want, form.mediaType+" "+under+form.file)
			}
		}
		titles := map[string]bool{}
		for _, l := range n.all(tag("link", "rel", "alternate")) {
			for _, form := range feedForms {
				if l.attr("type") == form.mediaType {
					got = append(got, l.attr("type")+" "+l.attr("href"))
					titles[l.attr("title")] = true
				}
			}
		}
		if !slices.Equal(got, want) || len(titles) != len(want) {
			t.Errorf("%s: %q, titles %v", path, got, titles)
		}
	}
}

// TestFeedCharacters: what XML forbids does not reach a feed, whoever wrote it.
func TestFeedCharacters(t *testing.T) {
	f := newFake("ru")
	bad := "a\x00b\x0bc\ufffed\uffffe\x1b"
	st := draft("/ru/2026/01/bad", bad, morning)
	st.Standfirst, st.Bylines = bad, []stet.Byline{{Key: "b", Name: bad}}
	st.Body = prose.FromText("x")
	st.Corrections = []stet.Correction{{At: morning, Note: bad}}
	f.publish(st)
	s := newSite(t, f)
	var v struct{}
	readXML(t, "RSS", body(t, fetch(s, "/ru/feed.xml")), &v)
	readXML(t, "Atom", body(t, fetch(s, "/ru/atom.xml")), &v)
	if text := body(t, fetch(s, "/ru/feed.json")); !json.Valid([]byte(text)) {
		t.Error(text)
	}
}
