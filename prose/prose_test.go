package prose

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// checkSound checks what every document must hold.
func checkSound(t *testing.T, d *Doc) {
	t.Helper()
	data := d.JSON()
	again, err := Parse(data)
	if err != nil {
		t.Fatalf("Parse refuses: %v\n%.20000s", err, data)
	}
	if !bytes.Equal(again.JSON(), data) {
		t.Fatalf("Parse changes\n%.2000s\nto\n%.2000s", data, again.JSON())
	}
	checkMarkup(t, d.HTML(HTMLOptions{HeadingIDs: true, Player: told}))
}

// checkStable checks that what our renderer writes is read back unchanged.
func checkStable(t *testing.T, lang string, d *Doc) {
	t.Helper()
	first, err := Parse(d.JSON())
	if err != nil {
		t.Fatalf("Parse refuses: %v\n%.20000s", err, d.JSON())
	}
	once := first.HTML(HTMLOptions{})
	second, _ := FromHTML(once, FromOptions{Lang: lang})
	if twice := second.HTML(HTMLOptions{}); twice != once || !bytes.Equal(first.JSON(), second.JSON()) {
		a, b := string(first.JSON()), string(second.JSON())
		i := 0
		for i < len(a) && i < len(b) && a[i] == b[i] {
			i++
		}
		i = max(i-200, 0)
		t.Fatalf("read back changed:\n%.700s\n---\n%.700s\n---HTML\n%.2000s", a[min(i, len(a)):], b[min(i, len(b)):], once)
	}
}

func told(host string) (link, note string) { return "Of <" + host + ">", "from <" + host + ">" }

var allowed = map[string][]string{
	"p": {"class", "id", "lang", "dir"}, "h2": {"id", "lang", "dir"}, "h3": {"id", "lang", "dir"}, "h4": {"id", "lang", "dir"},
	"ul": {"id", "lang", "dir"}, "ol": {"id", "lang", "dir", "start"}, "li": {"id", "lang", "dir"},
	"blockquote": {"id", "lang", "dir"}, "figure": {"class", "id", "lang", "dir"}, "figcaption": {},
	"div": {"class", "role", "tabindex", "aria-label"}, "table": {"id", "lang", "dir"}, "caption": {}, "thead": {}, "tbody": {}, "tr": {},
	"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"},
	"aside": {"class", "id", "lang", "dir"}, "hr": {"id", "lang", "dir"}, "pre": {"id", "lang", "dir"}, "code": {"class"},
	"a": {"href", "title", "hreflang", "data-embed", "data-player", "data-shape", "data-referrer"}, "span": {"class", "lang", "dir"},
	"strong": {}, "em": {}, "s": {}, "sub": {}, "sup": {}, "br": {}, "small": {"class"},
}

// checkMarkup reads HTML as a browser does and looks for anything that our
// renderer should never write.
func checkMarkup(t *testing.T, markup string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader("<!DOCTYPE html><html><head></head><body>" + markup + "</body></html>"))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		switch n.Type {
		case html.CommentNode:
			t.Fatalf("a comment in %.2000s", markup)
		case html.ElementNode:
			if n.Data == "html" || n.Data == "head" || n.Data == "body" {
				continue
			}
			names, ok := allowed[n.Data]
			if !ok || n.Namespace != "" {
				t.Fatalf("element %s in %.2000s", n.Data, markup)
			}
			for _, a := range n.Attr {
				if !slices.Contains(names, a.Key) {
					t.Fatalf("attribute %s of %s in %.2000s", a.Key, n.Data, markup)
				}
				if a.Key != "href" {
					continue
				}
				scheme, _ := splitScheme(a.Val)
				if !slices.Contains([]string{"", "http", "https", "mailto", "tel"}, scheme) || strings.HasPrefix(a.Val, "//") {
					t.Fatalf("address %q", a.Val)
				}
			}
		}
	}
}

// TestBase: with the page's address, every address is absolute.
func TestBase(t *testing.T) {
	link := func(href string) string {
		return `{"type":"paragraph","content":[{"type":"text","marks":[{"type":"link","attrs":{"href":"` + href + `"}}],"text":"x"}]}`
	}
	for href, want := range map[string]string{
		"/ru/latest":        "https://news.example/ru/latest",
		"other?a=b#c":       "https://news.example/ru/2021/06/other?a=b#c",
		"#p1":               "https://news.example/ru/2021/06/report#text-p1",
		"https://b.example": "https://b.example",
		"mailto:a@b.c":      "mailto:a@b.c",
	} {
		d, err := Parse([]byte(`{"type":"doc","content":[` + link(href) + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := d.HTML(HTMLOptions{Base: "https://news.example/ru/2021/06/report", IDPrefix: "text-"}); !strings.Contains(got, `href="`+want+`"`) {
			t.Errorf("%s: %s, want %s", href, got, want)
		}
	}
}

// A line that shows nothing is no line.
func TestInvisibleLines(t *testing.T) {
	for _, line := range []string{"\u200c", " \u00a0", "\ufeff\u200d", "\u00ad"} {
		doc, err := Parse([]byte(`{"type":"doc","content":[{"type":"quote","attrs":{"attribution":"` + line + `"},"content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]}]}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(doc.JSON()); strings.Contains(got, "attribution") {
			t.Errorf("%+q stays: %s", line, got)
		}
	}
}
