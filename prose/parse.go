package prose

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parse reads a document from JSON and holds it to the schema; the first
// breach is returned as an *Error that names the place. Refused are also:
// more than MaxBytes, invalid UTF-8, U+0000, lone surrogates, doubled keys,
// nesting deeper than MaxDepth, and ids that are not unique. Controls and
// bidirectional overrides in texts are taken away silently, as the package
// comment says.
func Parse(data []byte) (doc *Doc, err error) {
	if len(data) > MaxBytes {
		return nil, &Error{Message: "the document has " + strconv.Itoa(len(data)) + " bytes, more than " + strconv.Itoa(MaxBytes)}
	}
	if !utf8.Valid(data) {
		return nil, &Error{Message: "the document is not valid UTF-8"}
	}
	p := parser{scanner: scanner{data: string(data)}, ids: make(map[string]bool)}
	defer func() {
		if problem := recover(); problem != nil {
			e, ok := problem.(*Error)
			if !ok {
				panic(problem)
			}
			doc, err = nil, e
		}
	}()
	doc = p.doc()
	if p.peek(); p.pos < len(p.data) {
		p.syntax("more after the document")
	}
	return doc, nil
}

type parser struct {
	scanner
	ids map[string]bool
}

func (p *parser) doc() *Doc {
	d := new(Doc)
	kind := ""
	p.members("a document", func(key string) {
		switch key {
		case "type":
			kind = p.str("type")
		case "content":
			d.Content = p.content(1)
		case "attrs":
			if !p.null() {
				p.members("attrs", func(string) { p.fail("a document has no attributes") })
			}
		default:
			p.fail("unknown field " + quoted(key))
		}
	})
	if kind != "doc" {
		p.fail(`the type of a document is "doc"`)
	}
	p.children("a document", d.Content, docAccepts)
	return d
}

// rawAttr is an attribute before its owner's type is known.
type rawAttr struct {
	name, value string
	null, num   bool
}

func (p *parser) content(depth int) []*Node {
	var nodes []*Node
	merge := false
	p.elements("content", func() {
		n := p.node(depth)
		if n.Type == Text {
			if n.Text == "" {
				return // it held nothing but unwanted characters
			}
			if len(nodes) > 0 && nodes[len(nodes)-1].Type == Text {
				merge = true
			}
		}
		nodes = append(nodes, n)
	})
	if merge {
		nodes = mergeText(nodes)
	}
	return nodes
}

func (p *parser) node(depth int) *Node {
	if depth > MaxDepth {
		p.fail("nested deeper than " + strconv.Itoa(MaxDepth))
	}
	n := new(Node)
	var attrs []rawAttr
	hasContent, hasText, hasMarks := false, false, false
	p.members("a node", func(key string) {
		switch key {
		case "type":
			n.Type = p.str("type")
		case "attrs":
			attrs = p.attrs()
		case "content":
			hasContent = true
			n.Content = p.content(depth + 1)
		case "marks":
			hasMarks = true
			n.Marks = p.marks()
		case "text":
			hasText = true
			n.Text = p.str("text")
		default:
			p.fail("unknown field " + quoted(key))
		}
	})
	spec := schema[n.Type]
	switch {
	case n.Type == "":
		p.fail("a node needs a type")
	case spec == nil:
		p.fail("unknown node " + quoted(n.Type))
	case hasText != (n.Type == Text):
		p.fail("text nodes have text, others have not")
	case hasText && n.Text == "":
		p.fail("the text is empty")
	case hasMarks && spec.in&inline == 0:
		p.fail(n.Type + " has no marks")
	case hasContent && spec.accepts == 0 && len(n.Content) > 0:
		p.fail(n.Type + " has no content")
	}
	if n.Type == HardBreak {
		n.Marks = nil // it looks like its neighbours
	}
	n.Text = clean(n.Text)
	n.Attrs = p.check(attrs, spec.attrs, n.Type)
	p.children(n.Type, n.Content, spec.accepts)
	if spec.filled && len(n.Content) == 0 {
		p.fail(n.Type + " is empty")
	}
	if spec.led && n.Content[0].Type != Paragraph {
		p.fail(n.Type + " begins with a paragraph")
	}
	if n.Type == Picture && (n.Attrs.Get("ref") == "") == (n.Attrs.Get("url") == "") {
		p.fail("a picture has either ref or url")
	}
	if id := n.Attrs.Get("id"); id != "" {
		if p.ids[id] {
			p.enter("attrs.id")
			p.fail("the id " + quoted(id) + " stands twice")
		}
		p.ids[id] = true
	}
	return n
}

// children checks that a parent may have them.
func (p *parser) children(parent string, nodes []*Node, accepts group) {
	for i, n := range nodes {
		if schema[n.Type].in&accepts == 0 {
			p.enterIndex("content", i)
			p.fail(n.Type + " may not stand in " + parent)
		}
		if accepts == plain && len(n.Marks) > 0 {
			p.enterIndex("content", i)
			p.fail("text in " + parent + " has no marks")
		}
	}
}

func (p *parser) attrs() []rawAttr {
	if p.null() {
		return nil
	}
	var list []rawAttr
	mark := p.enter("attrs")
	p.members("attrs", func(key string) {
		inner := p.enter(printable(key))
		a := rawAttr{name: key}
		switch c := p.peek(); {
		case p.null():
			a.null = true
		case c == '"':
			a.value = p.str("it")
		case c == '-' || c >= '0' && c <= '9':
			a.num = true
			a.value = p.integer()
		default:
			p.fail("must be a string, a whole number or null")
		}
		p.leave(inner)
		list = append(list, a)
	})
	p.leave(mark)
	return list
}

// check holds attributes to their specification and puts them in its order.
func (p *parser) check(raw []rawAttr, specs []attrSpec, owner string) Attrs {
	mark := p.enter("attrs")
	defer p.leave(mark)
	for _, a := range raw {
		known := false
		for i := range specs {
			known = known || specs[i].name == a.name
		}
		if !known {
			p.enter(printable(a.name))
			p.fail(owner + " has no such attribute")
		}
	}
	var attrs Attrs
	for i := range specs {
		spec := &specs[i]
		value := ""
		for _, a := range raw {
			if a.name == spec.name && !a.null {
				inner := p.enter(spec.name)
				value = p.attr(spec, a)
				p.leave(inner)
			}
		}
		if value == "" && spec.required {
			p.enter(spec.name)
			p.fail(owner + " needs it")
		}
		if value != "" {
			attrs = append(attrs, Attr{spec.name, value})
		}
	}
	return attrs
}

func (p *parser) attr(spec *attrSpec, a rawAttr) string {
	switch {
	case spec.kind == nullAttr:
		p.fail("must be null")
	case a.num != (spec.kind == intAttr):
		if a.num {
			p.fail("must be a string")
		}
		p.fail("must be a whole number")
	case a.num:
		n, _ := strconv.Atoi(a.value)
		if n < spec.min || n > spec.max {
			p.fail("must be from " + strconv.Itoa(spec.min) + " to " + strconv.Itoa(spec.max))
		}
		if n == defaults[spec.name] && !spec.required {
			return ""
		}
		return a.value
	case a.value == "":
		return ""
	}
	value, problem := spec.normal(a.value)
	if problem != "" {
		p.fail(problem)
	}
	return value
}

func (p *parser) marks() []Mark {
	if p.null() {
		return nil
	}
	var marks []Mark
	p.elements("marks", func() {
		var m Mark
		var raw []rawAttr
		p.members("a mark", func(key string) {
			switch key {
			case "type":
				m.Type = p.str("type")
			case "attrs":
				raw = p.attrs()
			default:
				p.fail("unknown field " + quoted(key))
			}
		})
		if _, ok := markRank[m.Type]; !ok {
			p.fail("unknown mark " + quoted(m.Type))
		}
		for _, other := range marks {
			if other.Type == m.Type {
				p.fail("the mark " + m.Type + " stands twice")
			}
		}
		m.Attrs = p.check(raw, markAttrs[m.Type], m.Type)
		marks = append(marks, m)
	})
	sort.Slice(marks, func(i, j int) bool { return markRank[marks[i].Type] < markRank[marks[j].Type] })
	return marks
}

func quoted(s string) string { return strconv.Quote(cut(s, 40)) }

// printable makes an unknown name fit for a path.
func printable(s string) string {
	return cut(strings.Map(func(r rune) rune {
		if r <= ' ' || !strconv.IsPrint(r) {
			return '?'
		}
		return r
	}, s), 40)
}
