//go:build !race

package redline

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"stet/prose"
)

// TestHostileSizes compares and merges what nobody writes. Time is measured
// against that of reading the documents.
func TestHostileSizes(t *testing.T) {
	text := func(make func(i int) string, n int) *prose.Node {
		var b strings.Builder
		for i := range n {
			b.WriteString(make(i))
		}
		return &prose.Node{Type: prose.Paragraph, Attrs: prose.Attrs{{Name: "id", Value: "p"}}, Content: []*prose.Node{{Type: prose.Text, Text: b.String()}}}
	}
	many := func(make func(i int) string, n int) *prose.Doc {
		d := &prose.Doc{}
		for i := range n {
			d.Content = append(d.Content, text(func(int) string { return make(i) }, 1))
			d.Content[i].Attrs.Set("id", make(i))
		}
		return d
	}
	one := func(n *prose.Node) *prose.Doc { return &prose.Doc{Content: []*prose.Node{n}} }
	const words, blocks = 12_000, 6_000
	number := func(f string) func(int) string { return func(i int) string { return fmt.Sprintf(f, i) } }
	start := time.Now()
	if _, err := prose.Parse(one(text(number("a%d "), 150_000)).JSON()); err != nil {
		t.Fatal(err)
	}
	usual := time.Since(start)
	letter := func(s string) func(int) string { return func(int) string { return s } }
	for name, docs := range map[string][3]*prose.Doc{
		"other words":  {one(text(number("a%d "), words)), one(text(number("b%d "), words)), one(text(number("c%d "), words))},
		"few words":    {one(text(func(i int) string { return string(rune('a'+i%7)) + " " }, words)), one(text(func(i int) string { return string(rune('a'+i%5)) + " " }, words)), one(text(func(i int) string { return string(rune('a'+i*i%7)) + " " }, words))},
		"same word":    {one(text(letter("a "), words)), one(text(letter("a "), words/2)), one(text(letter("a "), words/3))},
		"long word":    {one(text(letter("a"), 1_000_000)), one(text(letter("b"), 1_000_000)), one(text(letter("a"), 900_000))},
		"signs":        {one(text(func(int) string { return ",;" }, words)), one(text(func(int) string { return ",." }, words)), one(text(func(int) string { return "." }, words))},
		"too many":     {one(text(number("a%d "), 150_000)), one(text(number("b%d "), 150_000)), one(text(number("c%d "), 150_000))},
		"other blocks": {many(number("a%d"), blocks), many(number("b%d"), blocks), many(number("c%d"), blocks)},
		"turned round": {many(number("a%d"), blocks), many(func(i int) string { return fmt.Sprintf("a%d", blocks-1-i) }, blocks), many(number("a%d"), blocks)},
		"shuffled":     {many(number("a%d"), blocks), many(func(i int) string { return fmt.Sprintf("a%d", i*7919%blocks) }, blocks), many(func(i int) string { return fmt.Sprintf("a%d", i*104729%blocks) }, blocks)},
	} {
		start := time.Now()
		c := Compare(docs[0], docs[1])
		compared := time.Since(start)
		start = time.Now()
		checkMerge(t, docs[0], docs[1], docs[2])
		merged := time.Since(start)
		if c.Coarse != (name == "too many") {
			t.Errorf("%s: coarse: %v", name, c.Coarse)
		}
		if most := 1000 * usual; compared > most || merged > most {
			t.Errorf("%s takes more than %v", name, most)
		}
		t.Logf("%-14s compared in %v, merged in %v", name, compared.Round(time.Millisecond), merged.Round(time.Millisecond))
	}
}
