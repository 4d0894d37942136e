package prose

import (
	"strings"
	"testing"
)

// TestRefused names for every kind of breach the place and the message.
func TestRefused(t *testing.T) {
	p := func(inside string) string {
		return `{"type":"doc","content":[{"type":"paragraph","content":[` + inside + `]}]}`
	}
	link := func(href string) string {
		return p(`{"type":"text","text":"x","marks":[{"type":"em"},{"type":"link","attrs":{"href":"` + href + `"}}]}`)
	}
	deep := strings.Repeat(`{"type":"quote","content":[`, MaxDepth)
	const href = "content[0].content[0].marks[1].attrs.href: "
	for _, c := range []struct{ src, want string }{
		{``, `a document must be an object`},
		{`[]`, `a document must be an object`},
		{`{"type":"doc"} x`, `not JSON: more after the document at byte 15`},
		{`{"type":"doc"`, `not JSON: expected ',' at byte 13`},
		{`{"type":"dog"}`, `the type of a document is "doc"`},
		{`{"type":"doc","type":"doc"}`, `the key "type" stands twice`},
		{`{"type":"doc","x":1}`, `unknown field "x"`},
		{`{"type":"doc","attrs":{"x":1}}`, `a document has no attributes`},
		{`{"type":"doc","content":{}}`, `content: must be an array`},
		{`{"type":"doc","content":[1]}`, `content[0]: a node must be an object`},
		{`{"type":"doc","content":[{}]}`, `content[0]: a node needs a type`},
		{`{"type":"doc","content":[{"type":"script"}]}`, `content[0]: unknown node "script"`},
		{`{"type":"doc","content":[{"type":"text","text":"x"}]}`, `content[0]: text may not stand in a document`},
		{`{"type":"doc","content":[{"type":"list_item","content":[{"type":"paragraph"}]}]}`, `content[0]: list_item may not stand in a document`},
		{`{"type":"doc","content":[{"type":"bullet_list"}]}`, `content[0]: bullet_list is empty`},
		{`{"type":"doc","content":[{"type":"bullet_list","content":[{"type":"paragraph"}]}]}`, `content[0].content[0]: paragraph may not stand in bullet_list`},
		{`{"type":"doc","content":[{"type":"bullet_list","content":[{"type":"list_item","content":[{"type":"divider"}]}]}]}`, `content[0].content[0]: list_item begins with a paragraph`},
		{`{"type":"doc","content":[{"type":"divider","content":[{"type":"paragraph"}]}]}`, `content[0]: divider has no content`},
		{`{"type":"doc","content":[{"type":"paragraph","marks":[]}]}`, `content[0]: paragraph has no marks`},
		{`{"type":"doc","content":[{"type":"paragraph","attrs":{"style":"x"}}]}`, `content[0].attrs.style: paragraph has no such attribute`},
		{`{"type":"doc","content":[{"type":"paragraph","attrs":{"id":"a b"}}]}`, `content[0].attrs.id: an id is 1 to 64 letters, digits, hyphens or underscores`},
		{`{"type":"doc","content":[{"type":"paragraph","attrs":{"id":"a"}},{"type":"divider","attrs":{"id":"a"}}]}`, `content[1].attrs.id: the id "a" stands twice`},
		{`{"type":"doc","content":[{"type":"paragraph","attrs":{"lang":"x y"}}]}`, `content[0].attrs.lang: not a language tag`},
		{`{"type":"doc","content":[{"type":"paragraph","attrs":{"id":[]}}]}`, `content[0].attrs.id: must be a string, a whole number or null`},
		{`{"type":"doc","content":[{"type":"heading"}]}`, `content[0].attrs.level: heading needs it`},
		{`{"type":"doc","content":[{"type":"heading","attrs":{"level":1}}]}`, `content[0].attrs.level: must be from 2 to 4`},
		{`{"type":"doc","content":[{"type":"heading","attrs":{"level":"2"}}]}`, `content[0].attrs.level: must be a whole number`},
		{`{"type":"doc","content":[{"type":"heading","attrs":{"level":2.0}}]}`, `content[0].attrs.level: must be a whole number`},
		{`{"type":"doc","content":[{"type":"picture"}]}`, `content[0]: a picture has either ref or url`},
		{`{"type":"doc","content":[{"type":"picture","attrs":{"url":"javascript:x"}}]}`, `content[0].attrs.url: a link leads to http, https, mailto or tel, or to a page of this site`},
		{`{"type":"doc","content":[{"type":"embed","attrs":{"url":"#x"}}]}`, `content[0].attrs.url: not the address of a file or page`},
		{`{"type":"doc","content":[{"type":"quote","attrs":{"attribution":"` + strings.Repeat("я", 501) + `"},"content":[{"type":"paragraph"}]}]}`, `content[0].attrs.attribution: longer than 500 characters`},
		{`{"type":"doc","content":[{"type":"code_block","content":[{"type":"text","text":"x","marks":[{"type":"em"}]}]}]}`, `content[0].content[0]: text in code_block has no marks`},
		{p(`{"type":"text"}`), `content[0].content[0]: text nodes have text, others have not`},
		{p(`{"type":"hard_break","text":"x"}`), `content[0].content[0]: text nodes have text, others have not`},
		{p(`{"type":"text","text":""}`), `content[0].content[0]: the text is empty`},
		{p(`{"type":"text","text":"a\u0000"}`), `content[0].content[0]: the text holds U+0000`},
		{p(`{"type":"text","text":"\ud83d"}`), `content[0].content[0]: the text holds half of a surrogate pair`},
		{p(`{"type":"text","text":"\ude00\ud83d"}`), `content[0].content[0]: the text holds half of a surrogate pair`},
		{p(`{"type":"text","text":"x","marks":[{"type":"blink"}]}`), `content[0].content[0].marks[0]: unknown mark "blink"`},
		{p(`{"type":"text","text":"x","marks":[{"type":"em"},{"type":"em"}]}`), `content[0].content[0].marks[1]: the mark em stands twice`},
		{p(`{"type":"text","text":"x","marks":[{"type":"em","attrs":{"style":"x"}}]}`), `content[0].content[0].marks[0].attrs.style: em has no such attribute`},
		{p(`{"type":"text","text":"x","marks":[{"type":"link"}]}`), `content[0].content[0].marks[0].attrs.href: link needs it`},
		{p(`{"type":"text","text":"x","marks":[{"type":"link","attrs":{"href":"/","rel":"x"}}]}`), `content[0].content[0].marks[0].attrs.rel: link has no such attribute`},
		{link(`javascript:alert(1)`), href + `a link leads to http, https, mailto or tel, or to a page of this site`},
		{link(`data:,x`), href + `a link leads to http, https, mailto or tel, or to a page of this site`},
		{link(`:x`), href + `a link leads to http, https, mailto or tel, or to a page of this site`},
		{link(`//host.example`), href + `an address of another host names http or https`},
		{link(`https:/x`), href + `the address has no host`},
		{link(`https://`), href + `the address has no valid host`},
		{link(`https://a@b.example`), href + `an address carries no user name`},
		{link(`/\\host.example`), href + `an address has no spaces, control characters or backslashes`},
		{link(`java\tscript:x`), href + `an address has no spaces, control characters or backslashes`},
		{link(`/` + strings.Repeat("x", maxURL)), href + `longer than 4096 bytes`},
		{`{"type":"doc","content":[` + deep + strings.Repeat(`]}`, MaxDepth) + `]}`, strings.TrimSuffix(strings.Repeat("content[0].", MaxDepth), ".") + `: quote is empty`},
		{`{"type":"doc","content":[` + deep + `{"type":"paragraph"}` + strings.Repeat(`]}`, MaxDepth) + `]}`, strings.TrimSuffix(strings.Repeat("content[0].", MaxDepth+1), ".") + `: nested deeper than 32`},
		{"{\"type\":\"doc\xff\"}", `the document is not valid UTF-8`},
		{`{"type":"doc"}` + strings.Repeat(" ", MaxBytes), `the document has 2097166 bytes, more than 2097152`},
	} {
		_, err := Parse([]byte(c.src))
		if err == nil {
			t.Errorf("%.300s passes, want %s", c.src, c.want)
		} else if err.Error() != c.want {
			t.Errorf("%.300s\n got %s\nwant %s", c.src, err, c.want)
		}
	}
}

func TestAssignIDs(t *testing.T) {
	d, _ := FromHTML("<p>a<p>b<ul><li>c</ul>", FromOptions{})
	d.AssignIDs("wp:host:1")
	first := string(d.JSON())
	again, _ := FromHTML("<p>a<p>b<ul><li>c</ul>", FromOptions{})
	again.AssignIDs("wp:host:1")
	if string(again.JSON()) != first {
		t.Error("ids differ for the same document")
	}
	again, _ = FromHTML("<p>a<p>b<ul><li>c</ul>", FromOptions{})
	again.AssignIDs("wp:host:2")
	if again.Content[0].Attrs.Get("id") == d.Content[0].Attrs.Get("id") {
		t.Error("ids equal for another article")
	}
	d.Content = append([]*Node{{Type: Paragraph}}, d.Content...)
	d.AssignIDs("wp:host:1")
	if _, err := Parse(d.JSON()); err != nil {
		t.Error(err)
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"", 0}, {"one two", 2}, {"don't e-mail 3.5", 4}, {"Слово за словом", 3}, {"می‌خواهم بروم", 2}, {"東京都庁", 2}, {"кафе́ «да»", 2}, {"— … !", 0}, {"ภาษาไทยง่าย", 3},
	} {
		if got := FromText(c.text).Words(); got != c.want {
			t.Errorf("%q: %d words, want %d", c.text, got, c.want)
		}
	}
}

func TestDirection(t *testing.T) {
	for lang, want := range map[string]string{"ar": "rtl", "fa-AF": "rtl", "he": "rtl", "ckb": "rtl", "ug": "rtl", "ur": "rtl", "az-Arab": "rtl", "az": "ltr",
		"ru": "ltr", "ku": "ltr", "": "ltr", "xx-yy": "ltr"} {
		if got := Direction(lang); got != want {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

func BenchmarkFromHTML(b *testing.B) {
	src := strings.Repeat(`<p>The council has <b>elected</b> a <a href="https://town.example/board">board</a> to guide the town, and more of that kind follows in this sentence.</p>
<ul><li>one</li><li>two <i>and</i> a half</li></ul>
`, 20)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		FromHTML(src, FromOptions{Lang: "en"})
	}
}

func BenchmarkParse(b *testing.B) {
	d := benchmarkDoc()
	src := d.JSON()
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		if _, err := Parse(src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTML(b *testing.B) {
	d := benchmarkDoc()
	var buf []byte
	for b.Loop() {
		buf = d.AppendHTML(buf[:0], HTMLOptions{})
	}
	b.SetBytes(int64(len(buf)))
}

func benchmarkDoc() *Doc {
	d, _ := FromHTML(strings.Repeat(`<h2>Head</h2><p>The council has <b>elected</b> a <a href="/board">board</a> to guide the town.</p><ul><li>one<li lang=ar>two</ul>`, 20), FromOptions{})
	d.AssignIDs("x")
	return d
}
