package prose

import (
	"bytes"
	"reflect"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

var someText = rapid.OneOf(
	rapid.StringMatching(`[a-zA-Z <>&"'*_\[\]|#.-]{1,12}`),
	rapid.StringMatching("[а-яәğ אבجد漢字\u200c\u200d\u00a0]{1,8}"),
	rapid.StringN(1, 10, 40),
)

// anyText draws a text that is already clean.
func anyText(t *rapid.T) string {
	if s := clean(someText.Draw(t, "text")); s != "" {
		return s
	}
	return "x"
}

func anyLine(t *rapid.T) string {
	if rapid.Bool().Draw(t, "none") {
		return ""
	}
	return oneLine(anyText(t))
}

var someHref = rapid.SampledFrom([]string{"https://example.org/?a=1&b='\"", "/ru/2021/06/x", "#p", "mailto:a@b.example", "tel:+1", "page.html"})

var someLang = rapid.SampledFrom([]string{"", "", "", "ar", "az-Latn", "ru", "zh-Hans"})

type generator struct {
	t   *rapid.T
	ids int
}

func (g *generator) node(kind string, depth int) *Node {
	n := &Node{Type: kind}
	s := schema[kind]
	for i := range s.attrs {
		a := &s.attrs[i]
		value := ""
		switch a.kind {
		case idAttr:
			if rapid.Bool().Draw(g.t, "id") {
				g.ids++
				value = "n" + strconv.Itoa(g.ids)
			}
		case langAttr:
			value = someLang.Draw(g.t, "lang")
		case lineAttr:
			value = anyLine(g.t)
		case urlAttr:
			value = "https://example.org/" + strconv.Itoa(g.ids)
		case nameAttr:
			value = rapid.SampledFrom([]string{"", "go", "c++"}).Draw(g.t, "language")
		case intAttr:
			if n := rapid.IntRange(a.min, min(a.max, 12)).Draw(g.t, a.name); n != defaults[a.name] || a.required {
				value = strconv.Itoa(n)
			}
		}
		n.Attrs.Set(a.name, value)
	}
	switch {
	case s.accepts&inline != 0:
		n.Content = g.inline()
	case s.accepts == plain:
		if rapid.Bool().Draw(g.t, "code") {
			n.Content = []*Node{{Type: Text, Text: anyText(g.t)}}
		}
	case s.accepts != 0:
		if s.led {
			n.Content = append(n.Content, g.node(Paragraph, depth+1))
		}
		n.Content = append(n.Content, g.blocks(s.accepts, depth+1, 1)...)
	}
	return n
}

func (g *generator) blocks(accepts group, depth, least int) []*Node {
	var kinds []string
	for _, kind := range []string{Paragraph, Heading, BulletList, OrderedList, ListItem, Quote, Picture, Gallery, Embed, Table, TableRow, TableCell,
		TableHeader, FactBox, Divider, CodeBlock} {
		leaf := schema[kind].accepts&^(inline|plain) == 0 || accepts&flow == 0
		if schema[kind].in&accepts != 0 && (depth < 8 || leaf) {
			kinds = append(kinds, kind)
		}
	}
	var nodes []*Node
	for range rapid.IntRange(least, 3).Draw(g.t, "count") {
		nodes = append(nodes, g.node(rapid.SampledFrom(kinds).Draw(g.t, "kind"), depth))
	}
	return nodes
}

func (g *generator) inline() []*Node {
	var nodes []*Node
	for range rapid.IntRange(0, 4).Draw(g.t, "texts") {
		if rapid.IntRange(0, 5).Draw(g.t, "break") == 0 {
			nodes = append(nodes, &Node{Type: HardBreak})
			continue
		}
		n := &Node{Type: Text, Text: anyText(g.t)}
		for _, name := range markOrder {
			if rapid.IntRange(0, 4).Draw(g.t, name) != 0 {
				continue
			}
			m := Mark{Type: name}
			switch name {
			case Link:
				m.Attrs.Set("href", someHref.Draw(g.t, "href"))
				m.Attrs.Set("title", anyLine(g.t))
			case Lang:
				m.Attrs.Set("lang", "fa")
			}
			n.Marks = append(n.Marks, m)
		}
		nodes = append(nodes, n)
	}
	return mergeText(nodes)
}

func TestAnyDocument(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		g := generator{t: rt}
		d := &Doc{Content: g.blocks(docAccepts, 1, 0)}
		data := d.JSON()
		again, err := Parse(data)
		if err != nil {
			rt.Fatalf("%v in %s", err, data)
		}
		if !bytes.Equal(data, again.JSON()) {
			rt.Fatalf("%s became %s", data, again.JSON())
		}
		if len(d.Content) > 0 && !reflect.DeepEqual(tidy(d.Content), tidy(again.Content)) {
			rt.Fatalf("another document for %s", data)
		}
		checkSound(t, d)
		if d.Words() < 0 || d.Empty() && countWords(d.Text()) > 1000 {
			rt.Fatal("words")
		}
		read, _ := FromHTML(d.HTML(HTMLOptions{}), FromOptions{})
		checkSound(t, read)
		checkStable(t, "", read)
		marked, _ := FromMarkdown(d.Markdown(""), FromOptions{})
		checkSound(t, marked)
		d.AssignIDs("x")
		seen := make(map[string]bool)
		d.Walk(func(n *Node) bool {
			if id := n.Attrs.Get("id"); hasID(n.Type) && (id == "" || seen[id]) {
				rt.Fatalf("id %q", id)
			} else if id != "" {
				seen[id] = true
			}
			return true
		})
	})
}

// tidy makes empty lists nil, for comparing.
func tidy(nodes []*Node) []*Node {
	walk(nodes, func(n *Node) bool {
		if len(n.Attrs) == 0 {
			n.Attrs = nil
		}
		if len(n.Content) == 0 {
			n.Content = nil
		}
		if len(n.Marks) == 0 {
			n.Marks = nil
		}
		for i := range n.Marks {
			if len(n.Marks[i].Attrs) == 0 {
				n.Marks[i].Attrs = nil
			}
		}
		return true
	})
	return nodes
}
