//go:build !race

package site

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"stet/lang"
	"stet/prose"
	"stet/site/theme"
)

// faults are what theme.Load says of a theme of one file.
func faults(t *testing.T, file, text string) string {
	t.Helper()
	_, err := theme.Load(fstest.MapFS{file: &fstest.MapFile{Data: []byte(text)}}, views)
	var list theme.Faults
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &list):
		t.Errorf("%T: %v", err, err)
	}
	return err.Error()
}

// TestThemeFaults: a theme that cannot work, or that readers could suffer from,
// is refused with the line.
func TestThemeFaults(t *testing.T) {
	for _, c := range []struct{ file, text, want string }{
		// What is not there.
		{"article.html", "\n\n<p>{{.Headlin}}</p>", `article.html:3: there is no field Headlin in the struct articlePage`},
		{"article.html", "{{if .Kicker}}{{if .Dateline}}\n{{.Nothing}}{{end}}{{end}}", "article.html:2: there is no field Nothing"},
		{"list.html", `{{range .Items}}{{.Nothing}}{{end}}`, "list.html:1: there is no field Nothing in the struct item"},
		{"list.html", `{{range $i, $s := .Items}}{{$s.Headline.Length}}{{end}}`, "no field Length in a string"},
		{"list.html", `{{$x := .Up}}{{with $x}}{{.Nowhere}}{{end}}`, "no field Nowhere in the struct link"},
		{"list.html", `{{.frame}}`, "no field frame"},
		{"list.html", `{{with .Up}}{{$.Here}}{{end}}`, "no field Here"},
		{"front.html", "\n{{weather}}", `front.html:2: there is no function "weather"`},
		{"front.html", `{{template "nothing" .}}`, `there is no template "nothing"`},
		{"front.html", `{{.L.Text "no_such_text"}}`, `no text "no_such_text"`},
		{"front.html", `{{.L.Text .Paper}}`, "with the name of a text"},
		{"front.html", `{{.L.Text "copyright" "year"}}`, "pairs"},
		{"front.html", `{{.L.Upper .Paper}}`, "no field Upper"},
		{"front.html", `<img src="{{asset "logo.svg"}}" alt="">`, `no file "logo.svg"`},
		{"front.html", `{{$x := 1}}{{$x.Foo}}`, "no field Foo in a number"},
		{"blocks/weather.html", `x`, "no page or block is called that"},
		{"front.html", ` `, "front.html: is empty"},
		{"front.html", `{{if .Paper}}`, "front.html:1: unexpected EOF"},
		{"front.html", "<p>\n{{.Paper}", "front.html:2: bad character"},

		// What may be missing.
		{"article.html", `{{.Section.Text}}`, "article.html:1: what has the field Text may be missing; put {{with …}} around"},
		{"article.html", `{{if .Kicker}}{{.Source.Name}}{{end}}`, "may be missing"},
		{"article.html", `{{if .Source}}x{{else}}{{.Source.Name}}{{end}}`, "may be missing"},
		{"article.html", `{{if or .Source .Section}}{{.Source.Name}}{{end}}`, "may be missing"},
		{"article.html", `{{if not .Source}}{{.Source.Name}}{{end}}`, "may be missing"},
		{"article.html", `{{template "x" .Source}}{{define "x"}}{{.Name}}{{end}}`, "may be missing"},
		{"article.html", `{{$s := .Source}}{{$s.Name}}`, "may be missing"},

		// What would not end, or fail.
		{"front.html", `{{range 1000000000}}x{{end}}`, "range goes through lists of the view only, not through a number"},
		{"front.html", `{{range .Paper}}x{{end}}`, "not through a string"},
		{"front.html", `{{$n := 1000000000}}{{range $n}}x{{end}}`, "not through a number"},
		{"list.html", `{{range len .Items}}x{{end}}`, "not through a number"},
		{"list.html", `{{range .Items}}{{range $.Items}}x{{end}}{{end}}`, "again and again"},
		{"list.html", `{{$all := .Items}}{{range .Items}}{{range $all}}x{{end}}{{end}}`, "again and again"},
		{"list.html", `{{range .Items}}{{template "x" $}}{{end}}{{define "x"}}{{range .Items}}x{{end}}{{end}}`, "again and again"},
		{"list.html", `{{range .Items}}{{with or $.Items $.Items}}{{range .}}x{{end}}{{end}}{{end}}`, "again and again"},
		{"front.html", `{{template "a" .}}{{define "a"}}{{template "b" .}}{{end}}{{define "b"}}{{template "a" .}}{{end}}`, `the template "a" calls itself`},
		{"front.html", bomb(16), "more than 20000 nodes"},
		{"front.html", `{{printf "%1000000d" 1}}`, "printf is not allowed"},
		{"list.html", `{{index .Items 0}}`, "index is not allowed: it fails where the list is shorter"},
		{"list.html", `{{range slice .Items 0 3}}{{end}}`, "slice is not allowed"},
		{"list.html", `{{if eq .Items 1}}x{{end}}`, "eq cannot compare a list with a number"},
		{"list.html", `{{if gt .Name 1}}x{{end}}`, "gt cannot compare"},
		{"list.html", `{{if lt (len .Items) 1.5}}x{{end}}`, "whole numbers"},
		{"list.html", `{{len .Up}}`, "has no length"},
		{"list.html", `{{.Name "x"}}`, "is no function"},
		{"list.html", `{{.Items}}`, "a list cannot be printed"},
		{"list.html", `{{$x := .Up}}{{$x = .Older}}`, "only a variable that holds a string"},
		{"front.html", `{{block "x" 1}}{{.Paper}}{{end}}`, "no field Paper in a number"},

		// Pictures.
		{"pictures.json", `{}`, `does not say how pictures are shown in the place "lead"`},
		{"pictures.json", `{"lead": 1}`, "cannot unmarshal"},
		{"pictures.json", `{"lead": {"height": 1}}`, `unknown field "height"`},
		{"pictures.json", `{"lead": {"shape": "3x2", "sizes": "92vw", "widest": 1}}`, `lead: "3x2" is no shape`},
		{"pictures.json", `{"lead": {"shape": "1x1", "sizes": "(min-width: 4em) 4em, (min-width: 2em)", "widest": 1}}`, "without a condition"},
		{"pictures.json", `{"lead": {"shape": "1x1", "sizes": "92vw\" onload=x", "widest": 1}}`, "lead: sizes says how wide"},
		{"pictures.json", `{"lead": {"shape": "1x1", "sizes": "92vw"}}`, "lead: widest is the width"},
		{"pictures.json", `{"top": {"shape": "1x1", "sizes": "92vw", "widest": 1}}`, `there is no place "top"`},

		// Blocks.
		{"front.html", `<p title="{{masthead}}"></p>`, "no HTML text"},
		{"front.html", `<title>{{masthead}}</title>`, "no HTML text"},
		{"blocks/foot.html", `{{masthead}}`, "a block cannot hold another"},
		{"missing.html", `{{range .Sections}}{{foot}}{{end}}`, "too many pieces"},
		{"front.html", strings.Repeat(`<p>{{masthead}}</p>`, 5), "8"},
		{"list.html", strings.Repeat(`{{with .Period}}x{{latest 3}}{{end}}`, 4) + "x", "laid of 9 blocks"},
		{"front.html", `{{latest 51}}`, "from 1 to 50"},
		{"front.html", `{{$x := masthead}}`, "a block stands by itself"},

		// What is not escaped, or not safe where it stands.
		{"front.html", `{{.Paper | html}}`, "html is not allowed: what is printed is escaped already"},
		{"front.html", `<a href={{.Home}}>x</a>`, `stands in quotes`},
		{"front.html", `<p {{.Paper}}>x</p>`, "only whole attributes"},
		{"front.html", `{{range .Head.Feeds}}{{.Type}}{{end}}`, "whole attribute; it stands in a tag"},
		{"front.html", `<{{.Paper}}>x`, "name of an element is written out"},
		{"front.html", `<scr{{if .Paper}}ipt{{end}}>x`, "name of an element is written out"},
		{"front.html", `<scr{{if .Paper}} a="1"{{else}}ipt{{end}}>x`, "stands a space"},
		{"front.html", `<p on{{if .Paper}}click{{end}}="x">y</p>`, "name of an attribute is written out"},
		{"front.html", "<p>\n<script>alert(1)</script>", "front.html:2: a theme has no script"},
		{"front.html", `<script src="/x.js"></script>`, "no script"},
		{"front.html", `<script src="/x.js" defer></script>`, "no script"},
		{"front.html", `<script src="{{.Head.Script}}" defer async></script>`, "no script"},
		{"front.html", `<script src="{{.Head.Script}}"></script>`, "no script"},
		{"front.html", `<script src="{{.Home}}{{.Head.Script}}" defer></script>`, "no script"},
		{"front.html", `<script type="application/ld+json">{"a": {{.Paper}}}</script>`, "nothing else"},
		{"front.html", `<script type="application/ld+json" src="/x"></script>`, "no script"},
		{"front.html", `<svg><script>alert(1)</script></svg>`, "no script"},
		{"front.html", `<style>p{}</style>`, "<style> is not allowed"},
		{"front.html", `<p style="color:red">x</p>`, "style= is not allowed"},
		{"front.html", `<p ONCLICK="x()">x</p>`, "onclick= is script"},
		{"front.html", `<p class="a"{{if .Paper}} onclick="x()"{{end}}>x</p>`, "onclick= is script"},
		{"front.html", `<iframe src="/x"></iframe>`, "<iframe> is not allowed"},
		{"front.html", `<base href="/">`, "<base> is not allowed"},
		{"front.html", `<meta http-equiv="refresh" content="0">`, "http-equiv= is not allowed"},
		{"front.html", `<a href="javascript:x()">x</a>`, "only http:"},
		{"front.html", "<a href=\"java\nscript:x()\">x</a>", "only http:"},
		{"front.html", `<a href="{{.Home}}:x">x</a>`, "only http:"},
		{"front.html", `<img src="https://example.org/x.png" alt="">`, "another host"},
		{"front.html", `<img src="//example.org/x.png" alt="">`, "another host"},
		{"front.html", `<img srcset="/x.png 1x, https://example.org/x.png 2x" alt="">`, "another host"},
		{"front.html", `<img src="/x.png">`, "has an alt"},
		{"parts.html", `{{define "head"}}<link rel="stylesheet" href="https://example.org/x.css">{{end}}`, "another host"},
		{"parts.html", `{{define "head"}}<link rel="preconnect" href="https://example.org">{{end}}`, "another host"},
		{"front.html", `<p title="{{.Paper}}`, "ends in"},
		{"front.html", `<p>{{if .Paper}}<a href="{{end}}`, "different contexts"},

		// Other files.
		{"colours.json", `{"light": "#fffdf8", "dark": "black"}`, `"black" is no colour`},
		{"colours.json", `{"light": "#fffdf8", "dark": "#000000", "blue": 1}`, `unknown field`},
		{"style.css", "p{}\n@import url(x.css);", "style.css:2: @import is not allowed"},
		{"style.css", "p{}\n/* url(//a) \n*/ p{background: url('https://example.org/x.png')}", `style.css:3: loads "https://example.org/x.png"`},
		{"style.css", `p{background: url(//example.org/x.png)}`, "loads"},
		{"style.css", `p{background: image-set("https://example.org/x.png" 1x)}`, "loads"},
		{"style.css", `p{background: u\72l(https://example.org/x.png)}`, "without an escape"},
		{"style.css", `p{background: u\rl(https://example.org/x.png)}`, "without an escape"},
		{"style.css", `p::before{content: "/*"; background: url(https://example.org/x.png)} p::after{content: "*/"}`, "loads"},
		{"style.css", `p{background: url("fonts/none.woff2")}`, "no file"},
		{"style.css", random(100_000), "KB compressed"},
		{"icon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\">\n<script/></svg>", "icon.svg:2: <script> is not allowed"},
		{"icon.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>`, "onload= is script"},
		{"icon.svg", `<svg xmlns="http://www.w3.org/2000/svg"><image href="https://example.org/x"/></svg>`, "holds all it shows"},
		{"icon.svg", `<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>`, "no <!"},
		{"icon.svg", `<p/>`, "no SVG"},
		{"icon-192.png", "GIF89a", "not what its name says"},
		{"favicon.ico", "\x89PNG", "not what its name says"},
		{"menu.js", "x()", "no script"},
		{"other.css", "", "one stylesheet"},
		{"Logo.svg", "", "small letters"},
		{"notes.docx", "", "no use for such a file"},
		{"a/b/c/d/e/x.svg", "", "folders"},
		{"front.html", strings.Repeat("x", 1<<20+1), "longer than 1024 KB"},
		{"front.html", "<p>\n\x00", "front.html:2: holds a byte that is no text"},
		{"front.html", "\xff", "no text"},
	} {
		if got := faults(t, c.file, c.text); !strings.Contains(got, c.want) {
			t.Errorf("%s %.80q: %s\n\twant %s", c.file, c.text, got, c.want)
		}
	}
	many := fstest.MapFS{}
	for i := range 201 {
		many[fmt.Sprintf("p%d.svg", i)] = &fstest.MapFile{Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)}
	}
	if _, err := theme.Load(many, views); err == nil || !strings.Contains(err.Error(), "more than 200 files") {
		t.Error(err)
	}
	large := fstest.MapFS{}
	for i := range 9 {
		large[fmt.Sprintf("p%d.png", i)] = &fstest.MapFile{Data: []byte("\x89PNG\r\n\x1a\n" + strings.Repeat("x", 1<<20-8))}
	}
	if _, err := theme.Load(large, views); err == nil || !strings.Contains(err.Error(), "more than 8 MB") {
		t.Error(err)
	}
	link := fstest.MapFS{"style.css": &fstest.MapFile{Mode: fs.ModeSymlink, Data: []byte("/etc/passwd")}}
	if _, err := theme.Load(link, views); err == nil || !strings.Contains(err.Error(), "no regular file") {
		t.Error(err)
	}
}

// bomb is a template that doubles n times.
func bomb(n int) string {
	var b strings.Builder
	b.WriteString(`{{template "t0" .}}`)
	for i := range n {
		fmt.Fprintf(&b, `{{define "t%d"}}{{template "t%d" .}}{{template "t%d" .}}{{end}}`, i, i+1, i+1)
	}
	fmt.Fprintf(&b, `{{define "t%d"}}x{{end}}`, n)
	return b.String()
}

// random is a text that cannot be compressed.
func random(n int) string {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = 'a' + byte(x>>24)%26
	}
	return string(b)
}

// TestThemeAllows: what a theme may do.
func TestThemeAllows(t *testing.T) {
	for _, c := range []struct{ file, text string }{
		{"article.html", `{{with .Section}}{{.Text}}{{end}}{{if .Source}}{{.Source.Name}}{{end}}{{if and .Up0 .Source}}{{end}}`},
		{"article.html", `{{if and .Kicker .Source}}{{.Source.Name}}{{end}}{{with $s := .Section}}{{$s.Href}}{{end}}`},
		{"list.html", `{{range $i, $s := .Items}}{{if eq $i 0}}<h2>{{$s.Headline}}</h2>{{else if lt $i 3}}{{$s.Headline}}{{else}}{{break}}{{end}}{{end}}`},
		{"list.html", `{{with or .Older .Newest}}<a href="{{.Href}}">{{.Text}}</a>{{end}}{{if gt (len .Items) 1}}x{{end}}`},
		{"archive.html", `{{range .Groups}}{{range .Items}}{{$.Title}}{{end}}{{end}}{{range .Years}}{{range .Months}}{{.Text}}{{end}}{{end}}`},
		{"front.html", `<p class="a {{if .Paper}}b{{end}}"{{if .About}} hidden{{end}}><a href="/x/{{.Home}}" title='{{.Paper}}'>x</a><a href="https://example.org/">y</a></p>`},
		{"front.html", `<li{{if .Paper}} class="x"{{end}}><svg viewBox="0 0 1 1"><use href="#a"/></svg></li>`},
		{"front.html", `{{$n := "a"}}{{if .Paper}}{{$n = "b"}}{{end}}{{block "own" .}}{{.Paper}}{{$n := 2}}{{end}}{{/* a note */}}`},
		{"front.html", `{{masthead}}{{with .About}}<p>{{.}}</p>{{end}}{{latest 5}}{{foot}}<p>{{.L.Text "copyright" "year" "1" "name" .Paper}}</p>`},
		{"style.css", `p{background: url(data:image/gif;base64,R0) url("icon.svg")} a[href^="https://"]::after{content: "url"} @media print{p{}}`},
		{"style.css", `.sm\:p:not(.a) ::after{content: "\2014\a0" attr(href); quotes: "\201C" "\201D"} /* it's url(//x) */`},
		{"LICENSE", "words"}, {"notes/read.md", "words"}, {".git/config", "x"}, {"front.html~", "{{"},
	} {
		c.text = strings.ReplaceAll(c.text, "{{if and .Up0 .Source}}{{end}}", "")
		if got := faults(t, c.file, c.text); got != "" {
			t.Errorf("%s %s: %s", c.file, c.text, got)
		}
	}
}

// TestThemeSaysAll: every fault is named at once.
func TestThemeSaysAll(t *testing.T) {
	got := faults(t, "front.html", "{{.A}}\n{{.B}}\n<iframe>\n{{range 3}}{{end}}")
	if n := strings.Count(got, "\n") + 1; n != 4 {
		t.Errorf("%d faults:\n%s", n, got)
	}
}

// TestOverlay: a theme replaces what it has and keeps the rest.
func TestOverlay(t *testing.T) {
	f := newFake("ru")
	seed(f)
	other, err := theme.Load(fstest.MapFS{
		"article.html":    &fstest.MapFile{Data: []byte(`<!doctype html><title>{{.Head.Title}}</title><h1>{{.Headline}}</h1><img src="{{asset "images/logo.svg"}}" alt="">{{latest 3}} {{foot}}`)},
		"style.css":       &fstest.MapFile{Data: []byte(`p{color:red;background:url(images/logo.svg)}`)},
		"images/logo.svg": &fstest.MapFile{Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
	}, views)
	if err != nil {
		t.Fatal(err)
	}
	s, err := New(Options{Library: f, URL: "https://news.example", Theme: other})
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
	logo := regexp.MustCompile(`/assets/images/logo-[0-9a-f]+\.svg`).FindString(text)
	if got := body(t, fetch(s, s.theme().Style)); got != `p{color:red;background:url("`+logo+`")}` {
		t.Error(got)
	}
	if res := fetch(s, logo); res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/svg+xml" {
		t.Error(logo, res.Status)
	}
	get(t, s, "/ru/", 200) // the front is the default theme's, with ten
}

// TestWords: templates ask for texts that every language has.
func TestWords(t *testing.T) {
	word := regexp.MustCompile(`\.L\.Text "([^"]*)"`)
	shipped := os.DirFS("theme")
	err := fs.WalkDir(shipped, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".html") {
			return err
		}
		data, err := fs.ReadFile(shipped, path)
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
	css := string(must(os.ReadFile(themeFolder + "style.css")))
	if m := regexp.MustCompile(`@import|url\(|//[a-z]`).FindString(regexp.MustCompile(`url\("fonts/[a-z]{4}\.woff2"\)`).ReplaceAllString(css, "")); m != "" {
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

// TestShippedThemes: the themes that ship pass what others must pass.
func TestShippedThemes(t *testing.T) {
	for _, name := range theme.Names() {
		if _, err := LoadTheme(theme.Shipped(name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestThemeContract: what readers and other people's tools rely on is missed on
// the sample pages.
func TestThemeContract(t *testing.T) {
	for _, c := range []struct{ file, was, now, want string }{
		{"article.html", `<h1>{{.Headline}}</h1>`, `<h2>{{.Headline}}</h2>`, "article.html: a page of the newsroom in ru: the page has 0 <h1>"},
		{"article.html", `<h1>{{.Headline}}</h1>`, `<h1>{{.Kicker}} {{.Headline}}</h1>`, "must be the headline alone"},
		{"article.html", `<html lang="{{.L.Code}}" dir="{{.L.Dir}}">`, `<html lang="en">`, "must say its language"},
		{"article.html", `<article lang="{{.L.Code}}"`, `<article`, "story must say its language"},
		{"article.html", `data-block="corrections"`, ``, `data-block="corrections"`},
		{"article.html", `{{.Note}}`, ``, "does not show"},
		{"article.html", `data-block="source"`, ``, `data-block="source"`},
		{"article.html", `{{- with .Label}} <span class="label">{{.}}</span>{{end}}`, ``, "does not show"},
		{"article.html", `<p class="byline">`, `<p id="main" class="byline">`, `two elements have the id "main"`},
		{"article.html", `<main id="main">`, `<main id="matter">`, "first link of the page"},
		{"article.html", "<!doctype html>\n", ``, "must begin with <!doctype html>"},
		{"article.html", "{{latest 10}}", ``, "the page has no {{latest}}"},
		{"article.html", "{{foot}}", ``, "the page has no {{foot}}"},
		{"article.html", `{{template "head" .Head}}`, `<title>{{.Headline}}</title>`, "that .Head.Title gives"},
		{"article.html", `{{template "head" .Head}}`, `{{template "head" .Head}}<title>x</title>`, "<title>"},
		{"article.html", `<div class="prose">`, `<img src="{{$.Head.Image}}" alt=""><div class="prose">`, "another host"},
		{"parts.html", `{{- if .NoIndex}}`, `{{- if .Canonical}}`, "noindex"},
		{"parts.html", `<link rel="canonical" href="{{.}}">`, ``, "canonical link"},
		{"parts.html", `<link rel="stylesheet" href="{{.Style}}">`, ``, "stylesheet"},
		{"parts.html", `<link rel="alternate" hreflang="{{.Lang}}" href="{{.Href}}">`, ``, "all languages"},
		{"parts.html", `initial-scale=1`, `initial-scale=1, user-scalable=no`, "zoom"},
		{"parts.html", `<script type="application/ld+json">{{.}}</script>`, ``, "JSON-LD"},
		{"parts.html", `<script src="{{.}}" defer></script>`, ``, "that .Head.Script gives, once"},
		{"parts.html", `{{- with .Script}}`, `{{- with .Style}}`, "a page without embeds has no script"},
		{"blocks/latest.html", `data-block="latest"`, ``, `data-block="latest"`},
		{"blocks/latest.html", `{{.Headline}}`, `{{.Headline}}!`, "headline alone"},
		{"blocks/latest.html", `<time datetime="{{.Published.Machine}}">`, `<time>`, "datetime="},
		{"blocks/latest.html", `{{if .Sponsored}}<span class="label">{{.Label}}</span> {{end}}`, ``, "paid for"},
		{"parts.html", `<span class="label">{{.}}</span> {{end}}{{with .Kicker}}`, `{{end}}{{with .Kicker}}`, "На правах рекламы"},
		{"blocks/latest.html", `aria-labelledby="latest"`, ``, "labelled by its heading"},
		{"blocks/latest.html", `<ol>`, `<ol><li>x</li>`, "items where there are"},
		{"blocks/masthead.html", `data-block="today"`, ``, `data-block="today"`},
		{"blocks/foot.html", `<a href="{{.Href}}">{{.Text}}</a>`, ``, "no link leads to /ru/pages/about"},
		{"blocks/front.html", `<h1 class="unseen">{{.Paper}}</h1>`, ``, "0 <h1>"},
	} {
		was, err := os.ReadFile(themeFolder + c.file)
		if err != nil {
			t.Fatal(err)
		}
		now := strings.Replace(string(was), c.was, c.now, 1)
		if now == string(was) {
			t.Errorf("%s holds no %s", c.file, c.was)
			continue
		}
		_, err = LoadTheme(fstest.MapFS{c.file: &fstest.MapFile{Data: []byte(now)}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s with %q for %q: %v\n\twant %s", c.file, c.now, c.was, err, c.want)
		}
	}
}

// FuzzTheme: whatever a template says, the check ends, and what it lets pass
// prints.
func FuzzTheme(f *testing.F) {
	for _, name := range []string{"article", "front", "list", "archive", "missing", "terms"} {
		text, err := os.ReadFile(themeFolder + name + ".html")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(name, string(text))
	}
	f.Add("list", `{{range $i, $s := .Items}}{{if lt $i 3}}{{with $s.Picture}}<img src="{{.Src}}" alt="">{{else}}{{break}}{{end}}{{end}}{{end}}`)
	f.Add("article", `{{block "x" .Section}}{{if .}}{{.Text}}{{end}}{{end}}{{$x := or .Section .Source}}`)
	f.Add("front", `<p {{if .Paper}} a="{{.About}}"{{end}}>{{.L.Text "copyright" "year" 2 "name" .Paper}}{{asset "icon.svg" | len}}`)
	f.Add("archive", `{{range .Groups}}{{range $.Groups}}{{template "y" .}}{{end}}{{end}}{{define "y"}}{{range .Items}}{{end}}{{end}}`)
	p := newTrialPaper(must(defaultTheme()), "ru", 40)
	f.Fuzz(func(t *testing.T, name, text string) {
		if views.Pages[name] == nil {
			return
		}
		other, err := theme.Load(fstest.MapFS{name + ".html": &fstest.MapFile{Data: []byte(text)}}, views)
		if err != nil {
			return
		}
		for _, tr := range slices.Concat(p.articles(), p.lists(), p.archives(), p.fronts()) {
			if tr.template == name {
				if _, err := other.Page(name, "ru", tr.view); err != nil {
					t.Fatalf("%s: %v\n%s", tr.name, err, text)
				}
				tr.run(other)
			}
		}
	})
}
