package redline

import (
	"slices"
	"strconv"

	"stet/prose"
)

// A Clash is a part that both sides changed, each in a way of its own.
type Clash struct {
	// ID is the id of the part; empty for one that has none, or one that names
	// something else in the merged document, and for the whole document, which
	// clashes when the parts cannot be brought together.
	ID string

	// The part as it was in each document, nil for one that it was not in. One
	// that holds others holds in all three what it holds in the merged document,
	// so that any of them may take its place there. All three are nil when the
	// whole document clashes.
	Base, Mine, Theirs *prose.Node

	// After is the id of the last block of the document itself that stands
	// before the place of a part which theirs has deleted; empty at the start.
	After string
}

// Merge brings together what mine and theirs made of base, as the package
// comment says. The documents obey the schema, and so does the merged one; it
// shares nothing with them. Ids in it are unique; a part without one may be
// given it by the caller.
func Merge(base, mine, theirs *prose.Doc) (merged *prose.Doc, clashes []Clash) {
	m := &merger{parts: make(map[string]*part)}
	own := named(mine, base, theirs)
	for side, d := range []*prose.Doc{base, own, named(theirs, base, own)} {
		m.enter("", side, &prose.Node{Type: "doc", Content: d.Content}, "", make(map[string]int))
	}
	for _, key := range m.order[1:] {
		m.settle(m.parts[key])
	}
	m.place()
	merged = &prose.Doc{Content: m.children(m.parts[""])}
	m.locate(merged)
	again, err := prose.Parse(merged.JSON())
	if err != nil {
		return copyOf(theirs), []Clash{{}}
	}
	return again, m.clashes
}

// A part is what one id or key names in the three documents: base, mine, theirs.
type part struct {
	key    string
	in     [3]*prose.Node
	parent [3]string
	kids   [3][]string

	made    *prose.Node // what stands in the merged document, without its children
	kept    bool        // for its own sake; else only while something stands in it
	home    string
	clashes bool
	clash   int // the number of its clash
}

const (
	base = iota
	mine
	theirs
)

type merger struct {
	parts   map[string]*part
	order   []string            // of keys, as met; the document's own, "", is the first
	kids    map[string][]string // by home, in no order
	clashes []Clash
}

// named returns a copy of a side in which blocks without an id have that of the
// block with the same content in the base or on the other side, if it is free
// and the base has no such block without one.
func named(side, base, other *prose.Doc) *prose.Doc {
	side = copyOf(side)
	used := make(map[string]bool)
	free := make(map[string][]string) // ids by content, "" for a block of the base that has none
	for _, n := range blocks(side) {
		used[n.Attrs.Get("id")] = true
	}
	for _, d := range []*prose.Doc{base, other} {
		for _, n := range blocks(d) {
			if id := n.Attrs.Get("id"); id != "" && !used[id] || id == "" && d == base {
				used[id] = true
				free[contentKey(n)] = append(free[contentKey(n)], id)
			}
		}
	}
	for _, n := range blocks(side) {
		key := contentKey(n)
		if ids := free[key]; n.Attrs.Get("id") == "" && len(ids) > 0 {
			n.Attrs.Set("id", ids[0])
			free[key] = ids[1:]
		}
	}
	return side
}

// blocks returns the blocks of a document that hold no others.
func blocks(d *prose.Doc) []*prose.Node {
	var out []*prose.Node
	d.Walk(func(n *prose.Node) bool {
		if textBlock(n.Type) || atom(n.Type) {
			out = append(out, n)
			return false
		}
		return true
	})
	return out
}

// contentKey is the same for nodes that are the same but for their own id.
func contentKey(n *prose.Node) string {
	bare := *n
	bare.Attrs = slices.DeleteFunc(slices.Clone(n.Attrs), func(a prose.Attr) bool { return a.Name == "id" })
	return string(bare.JSON())
}

// enter notes what a document has.
func (m *merger) enter(key string, side int, n *prose.Node, parent string, seen map[string]int) {
	p := m.parts[key]
	if p == nil {
		p = &part{key: key}
		m.parts[key] = p
		m.order = append(m.order, key)
	}
	p.in[side], p.parent[side] = n, parent
	if textBlock(n.Type) || atom(n.Type) {
		return
	}
	for _, kid := range n.Content {
		k := keyOf(kid, seen)
		p.kids[side] = append(p.kids[side], k)
		m.enter(k, side, kid, key, seen)
	}
}

// keyOf names a node: by its id, by the first id inside a row or cell, else by
// its content. seen counts what has been named so in this document.
func keyOf(n *prose.Node, seen map[string]int) string {
	key := ""
	if id := n.Attrs.Get("id"); id != "" {
		key = sort(n.Type) + "#" + id
	} else if id := firstID(n); id != "" && (n.Type == prose.TableRow || n.Type == prose.TableCell || n.Type == prose.TableHeader) {
		key = sort(n.Type) + ">" + id
	} else {
		key = "=" + string(n.JSON())
	}
	if seen[key]++; seen[key] > 1 {
		key += "=" + strconv.Itoa(seen[key])
	}
	return key
}

func firstID(n *prose.Node) string {
	for _, kid := range n.Content {
		if id := kid.Attrs.Get("id"); id != "" {
			return id
		}
		if id := firstID(kid); id != "" {
			return id
		}
	}
	return ""
}

// sort names what a node can become without being another: an id that names
// another sort of thing in another document names another thing.
func sort(kind string) string {
	switch kind {
	case prose.Paragraph, prose.Heading, prose.CodeBlock:
		return "text"
	case prose.BulletList, prose.OrderedList:
		return "list"
	case prose.TableCell, prose.TableHeader:
		return "cell"
	}
	return kind
}

func textBlock(kind string) bool { return sort(kind) == "text" }

func atom(kind string) bool {
	return kind == prose.Picture || kind == prose.Embed || kind == prose.Divider
}

// settle finds out what becomes of a part: whether it stays, and with what.
func (m *merger) settle(p *part) {
	b, mn, t := p.in[base], p.in[mine], p.in[theirs]
	switch {
	case mn != nil && t != nil:
		p.kept = true
		p.made = m.mergeNodes(p, b, mn, t)
	case b == nil && t != nil:
		p.kept, p.made = true, shell(t)
	case b == nil && mn != nil:
		p.kept, p.made = true, shell(mn)
	case t != nil:
		p.made = shell(t)
		if !sameShell(b, t) {
			p.kept = true
			m.clash(p)
		}
	case mn != nil:
		p.made = shell(mn)
		if !sameShell(b, mn) {
			m.clash(p)
		}
	}
}

func (m *merger) clash(p *part) {
	if p.clashes {
		return
	}
	c := Clash{Base: p.in[base], Mine: p.in[mine], Theirs: p.in[theirs]}
	for _, n := range []*prose.Node{c.Theirs, c.Mine} {
		if n != nil && c.ID == "" {
			c.ID = n.Attrs.Get("id")
		}
	}
	p.clashes, p.clash = true, len(m.clashes)
	m.clashes = append(m.clashes, c)
}

// shell returns a copy of a node without the parts in it.
func shell(n *prose.Node) *prose.Node {
	c := &prose.Node{Type: n.Type, Attrs: slices.Clone(n.Attrs)}
	if textBlock(n.Type) {
		c.Content = n.Content
	}
	return c
}

func sameShell(a, b *prose.Node) bool { return string(shell(a).JSON()) == string(shell(b).JSON()) }

// mergeNodes merges what a part itself says, without the parts in it.
func (m *merger) mergeNodes(p *part, b, mn, t *prose.Node) *prose.Node {
	switch {
	case sameShell(mn, t):
		return shell(t)
	case b == nil:
		b = &prose.Node{Type: t.Type}
	case sameShell(b, mn):
		return shell(t)
	case sameShell(b, t):
		return shell(mn)
	}
	from := t // what it is and how it looks, in one
	if form(b) == form(t) {
		from = mn
	}
	made := &prose.Node{Type: from.Type}
	var variants [3]*prose.Node // of a part that holds others
	for side := range variants {
		variants[side] = &prose.Node{Type: from.Type}
	}
	clashing := false
	for _, name := range attrNames {
		vb, vm, vt := b.Attrs.Get(name), mn.Attrs.Get(name), t.Attrs.Get(name)
		v, ok := vt, true
		switch {
		case slices.Contains(formAttrs, name):
			v = from.Attrs.Get(name)
		case name == "url" || name == "ref": // a picture has one of them
			switch {
			case address(b) == address(t):
				v = vm
			case address(b) != address(mn) && address(mn) != address(t):
				ok = false
			}
		case vm == vt || vm == vb || name == "lang" && vt != vb:
		case vt == vb:
			v = vm
		default:
			var line string
			if line, ok = MergeLine(vb, vm, vt); ok && len(line) <= maxLine {
				v = line
			} else {
				ok = false
			}
		}
		made.Attrs.Set(name, v)
		for side, own := range []string{vb, vm, vt} {
			if ok {
				own = v
			}
			variants[side].Attrs.Set(name, own)
		}
		clashing = clashing || !ok
	}
	if textBlock(made.Type) {
		content, ok := mergeContent(b, mn, t)
		made.Content = content
		clashing = clashing || !ok || made.Type == prose.CodeBlock && !bare(content)
	}
	if !clashing {
		return made
	}
	m.clash(p)
	if textBlock(t.Type) || atom(t.Type) {
		return shell(t)
	}
	c := &m.clashes[p.clash]
	c.Mine, c.Theirs = variants[mine], variants[theirs]
	if p.in[base] != nil {
		c.Base = variants[base]
	}
	return made
}

func mergeContent(b, mn, t *prose.Node) ([]*prose.Node, bool) {
	kb, km, kt := contentOf(b), contentOf(mn), contentOf(t)
	switch {
	case km == kt || km == kb:
		return t.Content, true
	case kt == kb:
		return mn.Content, true
	}
	return mergeInline(b.Content, mn.Content, t.Content)
}

func contentOf(n *prose.Node) string {
	return string((&prose.Node{Type: prose.Paragraph, Content: n.Content}).JSON())
}

// bare reports whether content is text without marks, as code is.
func bare(content []*prose.Node) bool {
	for _, n := range content {
		if n.Type != prose.Text || len(n.Marks) > 0 {
			return false
		}
	}
	return true
}

// The attributes in the schema's order.
var attrNames = []string{"id", "level", "start", "lang", "attribution", "ref", "url", "alt", "caption", "credit", "title", "provider", "language", "colspan", "rowspan"}

// formAttrs go with the type: where both sides changed any of them, theirs stand.
var formAttrs = []string{"id", "level", "start", "language", "colspan", "rowspan"}

func form(n *prose.Node) string {
	s := n.Type
	for _, name := range formAttrs[1:] {
		s += "\x00" + n.Attrs.Get(name)
	}
	return s
}

func address(n *prose.Node) string { return n.Attrs.Get("url") + "\x00" + n.Attrs.Get("ref") }

// maxLine is the longest line that the words of two make, in bytes: no attribute
// allows less in characters.
const maxLine = 500
