package site

import (
	"bytes"
	"compress/gzip"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"stet/lang"
	"stet/prose"
)

// TestThemeErrors: a theme that cannot work is refused when it is loaded.
func TestThemeErrors(t *testing.T) {
	for name, c := range map[string]struct{ file, text, want string }{
		"unknown field":      {"article.html", `<!doctype html><p>{{.Headlin}}</p>`, "Headlin"},
		"field in a list":    {"list.html", `{{range .Items}}{{.Nothing}}{{end}}`, "Nothing"},
		"unknown block":      {"front.html", `{{weather}}`, "weather"},
		"block in attribute": {"front.html", `<p title="{{masthead}}"></p>`, "no HTML text"},
		"block in title":     {"front.html", `<title>{{masthead}}</title>`, "no HTML text"},
		"block in script":    {"front.html", `<script>{{masthead}}</script>`, "no HTML text"},
		"block in a block":   {"blocks/foot.html", `{{masthead}}`, "block"},
		"too many":           {"front.html", strings.Repeat(`<p>{{masthead}}</p>`, 5), "8"},
		"too long":           {"front.html", `{{latest 51}}`, "from 1 to 50"},
		"no colour":          {"colours.json", `{"light": "#fffdf8", "dark": "black"}`, `"black" is no colour`},
		"open tag":           {"front.html", `<p title="{{.Paper}}`, "ends in"},
	} {
		_, err := loadTheme(fstest.MapFS{c.file: &fstest.MapFile{Data: []byte(c.text)}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestOverlay: a theme replaces what it has and keeps the rest.
func TestOverlay(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s, err := New(Options{Library: f, URL: "https://news.example", Theme: fstest.MapFS{
		"article.html": &fstest.MapFile{Data: []byte(`<!doctype html><title>{{.Head.Title}}</title><h1>{{.Headline}}</h1>{{latest 3}} {{foot}}`)},
		"style.css":    &fstest.MapFile{Data: []byte(`p{color:red}`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	text := body(t, fetch(s, "/ru/2021/06/report"))
	if !strings.Contains(text, "<h1>Сторона") || strings.Count(text, "<li>") < 3 || strings.Contains(text, "masthead") {
		t.Error(text)
	}
	reprint(t, s, f.publish(draft("/ru/2026/01/new", "Новее", morning)))
	if text := body(t, fetch(s, "/ru/2021/06/report")); !strings.Contains(text, "Новее") || strings.Contains(text, "номер 2<") {
		t.Error(text)
	}
	if got := body(t, fetch(s, s.theme().Style)); got != "p{color:red}" {
		t.Error(got)
	}
	get(t, s, "/ru/", 200) // the front is the default theme's, with ten
}

// TestWords: templates ask for texts that every language has.
func TestWords(t *testing.T) {
	word := regexp.MustCompile(`\.L\.Text "([^"]*)"`)
	err := fs.WalkDir(embedded, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := embedded.ReadFile(path)
		for _, m := range word.FindAllSubmatch(data, -1) {
			for _, code := range lang.Codes() {
				if key := string(m[1]); lang.Get(code).Text(lang.Key(key)) == key {
					t.Errorf("%s: %s has no text %q", path, code, m[1])
				}
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestStylesheet: no styles of other hosts, no physical sides, everything
// within the budget.
func TestStylesheet(t *testing.T) {
	css := string(must(embedded.ReadFile("theme/default/style.css")))
	if m := regexp.MustCompile(`@import|url\(|//[a-z]`).FindString(fontFile.ReplaceAllString(css, "")); m != "" {
		t.Errorf("the stylesheet loads %q", m)
	}
	if m := regexp.MustCompile(`(margin|padding|border)-(left|right)|text-align: (left|right)|float: (left|right)`).FindString(css); m != "" {
		t.Errorf("the stylesheet has a physical side: %q", m)
	}

	for _, rule := range []string{
		`.prose :is(pre, code) { direction: ltr; unicode-bidi: isolate; }`,
		`.prose:lang(fa) ol { list-style-type: persian; }`,
		`:is(:lang(ar), :lang(fa)) .small-caps { letter-spacing: 0; }`,
	} {
		if !strings.Contains(css, rule) {
			t.Errorf("the stylesheet lost what right-to-left languages need: %s", rule)
		}
	}

	f := newFake("ru", "en", "ar")
	seed(f)
	long := draft("/ru/2026/01/long", "Длинный репортаж", morning)
	long.Body = prose.FromText(varied(2500))
	f.publish(long)
	s := newSite(t, f)
	page := packed(t, body(t, fetch(s, "/ru/2026/01/long")))
	short := packed(t, body(t, fetch(s, "/ru/2021/06/report")))
	style := packed(t, css)
	t.Logf("gzip: stylesheet %d, short article %d, article of 2,500 words %d bytes", style, short, page)
	if page+style > 20<<10 {
		t.Errorf("an article takes %d bytes", page+style)
	}
}

func packed(t *testing.T, text string) int {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write([]byte(text))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}

// varied is a text of n words that compresses no better than prose does.
func varied(n int) string {
	stems := strings.Fields("вод город мост рек дорог поезд совет договор выбор школ порт театр наук спор берег год врем закон")
	ends := strings.Fields("а у ом е ы ами ах ов ной ского ному ный ности енный ившая ует или ались")
	var b strings.Builder
	x := uint32(1)
	for i := range n {
		x = x*1664525 + 1013904223
		b.WriteString(stems[x>>8%18] + ends[x>>16%18])
		if i%60 == 59 {
			b.WriteString(".\n\n")
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}
