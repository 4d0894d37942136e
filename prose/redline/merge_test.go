package redline

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stet/prose"
)

// An author makes documents, and changes them, with words nobody wrote before.
type author struct {
	t    *rapid.T
	name string // begins every word and id that is new
	ids  bool   // every part has one
	stay bool   // nothing is moved
	n    int
}

func (a *author) below(n int) int { return rapid.IntRange(0, n-1).Draw(a.t, "n") }

func (a *author) new() string { a.n++; return a.name + strconv.Itoa(a.n) }

func (a *author) words() []*prose.Node {
	var out []*prose.Node
	for i := range a.below(4) {
		if i > 0 && a.below(6) == 0 {
			out = append(out, &prose.Node{Type: prose.HardBreak})
		}
		n := &prose.Node{Type: prose.Text}
		for range 1 + a.below(4) {
			n.Text += a.new() + " "
		}
		switch a.below(6) {
		case 0:
			n.Marks = []prose.Mark{{Type: prose.Strong}}
		case 1:
			n.Marks = []prose.Mark{{Type: prose.Link, Attrs: prose.Attrs{{Name: "href", Value: "https://example.org/" + a.new()}}}}
		}
		out = append(out, n)
	}
	return out
}

func (a *author) node(kind string) *prose.Node {
	n := &prose.Node{Type: kind}
	if (a.ids || a.below(4) > 0) && !strings.HasPrefix(kind, "table_") {
		n.Attrs.Set("id", a.new())
	}
	add := func(kinds ...string) {
		n.Content = append(n.Content, a.node(rapid.SampledFrom(kinds).Draw(a.t, "kind")))
	}
	switch kind {
	case prose.Heading:
		n.Attrs.Set("level", "2")
		fallthrough
	case prose.Paragraph:
		n.Content = a.words()
	case prose.CodeBlock:
		n.Content = []*prose.Node{{Type: prose.Text, Text: a.new() + " " + a.new()}}
	case prose.Picture, prose.Embed:
		n.Attrs.Set("url", "https://example.org/"+a.new())
		n.Attrs.Set("caption", a.new())
		if kind == prose.Embed {
			n.Attrs.Set("caption", "")
			n.Attrs.Set("title", a.new())
		}
	case prose.BulletList, prose.OrderedList:
		for range 1 + a.below(3) {
			add(prose.ListItem)
		}
	case prose.ListItem:
		add(prose.Paragraph)
		for range a.below(2) {
			add(prose.Paragraph, prose.BulletList)
		}
	case prose.Quote:
		n.Attrs.Set("attribution", a.new())
		for range 1 + a.below(2) {
			add(prose.Paragraph, prose.BulletList)
		}
	case prose.FactBox:
		n.Attrs.Set("title", a.new())
		add(prose.Paragraph, prose.Picture, prose.Table)
	case prose.Gallery:
		add(prose.Picture)
		add(prose.Picture)
	case prose.Table:
		n.Attrs.Set("caption", a.new())
		for range 1 + a.below(2) {
			add(prose.TableRow)
		}
	case prose.TableRow:
		add(prose.TableCell)
		add(prose.TableHeader)
	case prose.TableCell, prose.TableHeader:
		add(prose.Paragraph)
	}
	return n
}

var someKinds = []string{prose.Paragraph, prose.Paragraph, prose.Paragraph, prose.Paragraph, prose.Heading, prose.BulletList, prose.OrderedList,
	prose.Quote, prose.Picture, prose.Gallery, prose.Embed, prose.Table, prose.FactBox, prose.Divider, prose.CodeBlock}

func (a *author) doc() *prose.Doc {
	d := &prose.Doc{}
	for range a.below(6) {
		d.Content = append(d.Content, a.node(rapid.SampledFrom(someKinds).Draw(a.t, "kind")))
	}
	return d
}

// lists returns every list of nodes in a document.
func lists(d *prose.Doc) []*[]*prose.Node {
	all := []*[]*prose.Node{&d.Content}
	d.Walk(func(n *prose.Node) bool {
		if len(n.Content) > 0 && n.Content[0].Type != prose.Text && n.Content[0].Type != prose.HardBreak {
			all = append(all, &n.Content)
		}
		return true
	})
	return all
}

func nodesOf(d *prose.Doc) []*prose.Node {
	var all []*prose.Node
	d.Walk(func(n *prose.Node) bool {
		if n.Type != prose.Text && n.Type != prose.HardBreak {
			all = append(all, n)
		}
		return true
	})
	return all
}

// edit returns a document with some changes; those that the schema forbids are
// left out.
func (a *author) edit(d *prose.Doc) *prose.Doc {
	for range a.below(5) {
		c := copyOf(d)
		a.change(c)
		if again, err := prose.Parse(c.JSON()); err == nil {
			d = again
		}
	}
	return d
}

func (a *author) change(d *prose.Doc) {
	all := lists(d)
	list := all[a.below(len(all))]
	at := a.below(len(*list) + 1)
	switch what := a.below(8); {
	case a.stay && what >= 2 && what <= 4:
	case what == 0:
		*list = slices.Insert(*list, at, a.node(rapid.SampledFrom(someKinds).Draw(a.t, "kind")))
	case what == 1 && at < len(*list):
		*list = slices.Delete(*list, at, at+1)
	case what == 2 && at < len(*list): // moved, also into another
		n := (*list)[at]
		*list = slices.Delete(*list, at, at+1)
		all = lists(d)
		list = all[a.below(len(all))]
		*list = slices.Insert(*list, a.below(len(*list)+1), n)
	case what == 3 && at < len(*list): // wrapped
		q := &prose.Node{Type: prose.Quote, Content: []*prose.Node{(*list)[at]}}
		q.Attrs.Set("id", a.new())
		(*list)[at] = q
	case what == 4 && at < len(*list): // unwrapped
		*list = slices.Replace(*list, at, at+1, (*list)[at].Content...)
	default:
		nodes := nodesOf(d)
		if len(nodes) == 0 {
			return
		}
		n := nodes[a.below(len(nodes))]
		switch {
		case textBlock(n.Type):
			a.write(n)
		default:
			name := rapid.SampledFrom([]string{"caption", "title", "attribution", "url", "alt", "lang", "start"}).Draw(a.t, "attr")
			n.Attrs.Set(name, a.new())
			if name == "url" {
				n.Attrs.Set(name, "https://example.org/"+a.new())
			}
		}
	}
}

// write changes some of a block's words.
func (a *author) write(n *prose.Node) {
	if len(n.Content) == 0 || a.below(10) == 0 {
		n.Content = a.words()
		return
	}
	t := n.Content[a.below(len(n.Content))]
	if t.Type != prose.Text {
		return
	}
	parts := strings.SplitAfter(t.Text, " ")
	at := a.below(len(parts))
	switch a.below(4) {
	case 0:
		parts[at] = ""
	case 1:
		parts[at] = a.new() + " "
	case 2:
		t.Marks = []prose.Mark{{Type: prose.Em}}
	default:
		parts[at] += a.new() + " "
	}
	t.Text = strings.Join(parts, "")
	n.Content = slices.DeleteFunc(n.Content, func(n *prose.Node) bool { return n.Type == prose.Text && n.Text == "" })
}

var written = regexp.MustCompile(`\b[bmt][0-9]+\b`)

// wordsIn returns the words and addresses that a document says, ids aside.
func wordsIn(nodes ...*prose.Node) []string {
	var b strings.Builder
	(&prose.Doc{Content: nodes}).Walk(func(n *prose.Node) bool {
		b.WriteString(n.Text + " ")
		for _, attr := range n.Attrs {
			if attr.Name != "id" {
				b.WriteString(attr.Value + " ")
			}
		}
		for _, mark := range n.Marks {
			b.WriteString(mark.Attrs.Get("href") + " ")
		}
		return true
	})
	all := written.FindAllString(b.String(), -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// saidIn returns the words of a document's texts, attributes aside.
func saidIn(d *prose.Doc) []string {
	c := copyOf(d)
	c.Walk(func(n *prose.Node) bool { n.Attrs = nil; return true })
	return wordsIn(c.Content...)
}

func has(sorted []string, w string) bool { _, ok := slices.BinarySearch(sorted, w); return ok }

// anonymous returns a document's JSON without ids.
func anonymous(d *prose.Doc) string {
	c := copyOf(d)
	c.Walk(func(n *prose.Node) bool { n.Attrs.Set("id", ""); return true })
	return string(c.JSON())
}

func TestMergeProperties(t *testing.T) {
	merges, clashing := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		ids, stay := rapid.Bool().Draw(rt, "ids"), rapid.Bool().Draw(rt, "stay")
		base := (&author{t: rt, name: "b", ids: ids}).doc()
		if again, err := prose.Parse(base.JSON()); err != nil {
			rt.Fatal(err)
		} else {
			base = again
		}
		mine := (&author{t: rt, name: "m", ids: ids}).edit(base)
		theirs := (&author{t: rt, name: "t", ids: ids, stay: stay}).edit(base)
		before := fmt.Sprintf("base   %s\nmine   %s\ntheirs %s", base.JSON(), mine.JSON(), theirs.JSON())

		for _, same := range []struct {
			m, t, want *prose.Doc
		}{{mine, base, mine}, {base, theirs, theirs}, {mine, mine, mine}} {
			got, clashes := Merge(base, same.m, same.t)
			if len(clashes) > 0 || anonymous(got) != anonymous(same.want) {
				rt.Fatalf("of a change on one side\n%s\ncame\n%s\nnot\n%s\n%v", before, got.JSON(), same.want.JSON(), clashes)
			}
		}

		merged, clashes := checkMerge(rt, base, mine, theirs)
		merges++
		if len(clashes) > 0 {
			clashing++
		}
		if ids && len(clashes) == 0 {
			// A quote or table that one side deleted goes on with its title while the other has something new in it.
			inMine, inTheirs, inMerged := saidIn(mine), saidIn(theirs), saidIn(merged)
			for _, w := range saidIn(base) {
				both := has(inMine, w) && has(inTheirs, w)
				if there := has(inMerged, w); both != there {
					rt.Fatalf("%s is in mine: %v, theirs: %v, merged: %v\n%s\nmerged %s", w, has(inMine, w), has(inTheirs, w), has(inMerged, w), before, merged.JSON())
				}
			}
		}
		if !ids || !stay { // what both moved stands where theirs put it; what has no id is another when it changes
			return
		}
		other, backwards := Merge(base, theirs, mine)
		if (len(clashes) == 0) != (len(backwards) == 0) {
			rt.Fatalf("%d clashes, and %d with the sides changed\n%s\nmerged %s\nand %s\n%+v", len(clashes), len(backwards), before, merged.JSON(), other.JSON(), backwards)
		}
		if len(clashes) == 0 && !slices.Equal(wordsIn(merged.Content...), wordsIn(other.Content...)) {
			rt.Fatalf("other words with the sides changed\n%s\nmerged %s\nand %s", before, merged.JSON(), other.JSON())
		}
	})
	t.Logf("%d merges, %d with clashes", merges, clashing)
}

// withPart returns a document with another node in place of the one with its
// id, nil if there is none.
func withPart(d *prose.Doc, n *prose.Node) *prose.Doc {
	d = copyOf(d)
	for _, list := range lists(d) {
		for i, old := range *list {
			if id := n.Attrs.Get("id"); id != "" && old.Attrs.Get("id") == id {
				(*list)[i] = n
				return d
			}
		}
	}
	return nil
}

// checkMerge merges, and checks what holds for every merge: nothing that was
// written is lost, the result obeys the schema, and the sources are not touched.
func checkMerge(t interface{ Fatalf(string, ...any) }, base, mine, theirs *prose.Doc) (*prose.Doc, []Clash) {
	before := fmt.Sprintf("base   %s\nmine   %s\ntheirs %s", base.JSON(), mine.JSON(), theirs.JSON())
	merged, clashes := Merge(base, mine, theirs)
	if after := fmt.Sprintf("base   %s\nmine   %s\ntheirs %s", base.JSON(), mine.JSON(), theirs.JSON()); after != before {
		t.Fatalf("Merge changed\n%s\nto\n%s", before, after)
	}
	if again, err := prose.Parse(merged.JSON()); err != nil || !bytes.Equal(again.JSON(), merged.JSON()) {
		t.Fatalf("%s\nmerged %s\n%v", before, merged.JSON(), err)
	}
	kept := wordsIn(merged.Content...)
	for _, c := range clashes {
		if c.Base == nil && c.Mine == nil && c.Theirs == nil {
			t.Fatalf("the documents could not be brought together\n%s", before)
		}
		for _, n := range []*prose.Node{c.Base, c.Mine, c.Theirs} {
			if n == nil {
				continue
			}
			kept = append(kept, wordsIn(n)...)
			if d := withPart(merged, n); c.ID != "" && d != nil {
				if _, err := prose.Parse(d.JSON()); err != nil {
					t.Fatalf("%s\nmerged %s\nwith %s: %v", before, merged.JSON(), n.JSON(), err)
				}
			}
		}
	}
	slices.Sort(kept)
	for _, side := range []*prose.Doc{mine, theirs} {
		was := wordsIn(base.Content...)
		for _, w := range wordsIn(side.Content...) {
			if !has(was, w) && !has(kept, w) {
				t.Fatalf("%s is lost\n%s\nmerged %s\nclashes %+v", w, before, merged.JSON(), clashes)
			}
		}
	}
	return merged, clashes
}
