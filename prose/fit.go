package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// fit makes of what was gathered a document that obeys the schema.
func (b *builder) fit() *Doc {
	f := fitter{builder: b}
	nodes := f.blocks(b.root.Content, docAccepts, 1)
	dropKnownLang(nodes, b.o.Lang)
	if b.hasLinks {
		b.linkPlaces(nodes)
	}
	budget := MaxBytes - len(`{"type":"doc","content":[]}`)
	nodes = limit(nodes, &budget)
	if budget < 0 {
		b.lose("text beyond the size limit", "")
	}
	return &Doc{Content: nodes}
}

// dropKnownLang takes away languages that are those of the node around.
func dropKnownLang(nodes []*Node, around string) {
	for _, n := range nodes {
		lang := around
		if own := n.Attrs.Get("lang"); own == around {
			n.Attrs.Set("lang", "")
		} else if own != "" {
			lang = own
		}
		if n.Type == Text {
			for i := range n.Marks {
				if n.Marks[i].Type == Lang && n.Marks[i].Attrs.Get("lang") == lang {
					n.Marks = withoutMark(n.Marks, Lang)
					break
				}
			}
			continue
		}
		dropKnownLang(n.Content, lang)
		n.Content = mergeText(n.Content)
	}
}

type fitter struct{ *builder }

// blocks returns what of the nodes may stand where accepts says, at a depth.
// What may not stand there as it is is taken apart.
func (f *fitter) blocks(nodes []*Node, accepts group, depth int) []*Node {
	out := make([]*Node, 0, len(nodes))
	for i := 0; i < len(nodes); i++ {
		n := nodes[i]
		switch n.Type {
		case Paragraph, Heading, CodeBlock:
			out = append(out, f.textBlock(n)...)
		case BulletList, OrderedList:
			out = append(out, f.list(n, depth)...)
		case ListItem:
			list, size := listOf(nodes[i:])
			i += size - 1
			out = append(out, f.list(list, depth)...)
		case Quote:
			out = append(out, f.quote(n, depth)...)
		case figure:
			parts := f.figure(n, accepts, depth)
			for _, p := range parts {
				setMissing(p, "lang", n.Attrs.Get("lang"))
			}
			out = append(out, parts...)
		case Table:
			out = append(out, f.table(n, accepts, depth)...)
		case FactBox:
			out = append(out, f.factBox(n, accepts, depth)...)
		case Picture, Embed, Divider:
			out = append(out, n)
		default: // captions, rows and cells gone astray
			out = append(out, f.blocks(n.Content, accepts, depth)...)
		}
	}
	return out
}

// listOf makes a list of the items that nodes begin with, and tells how many it
// took. The items of Word are paragraphs that name their level.
func listOf(nodes []*Node) (list *Node, size int) {
	first := nodes[0].Attrs.Get(wordAttr)
	list = &Node{Type: BulletList}
	if strings.HasSuffix(first, wordNumber) {
		list.Type = OrderedList
	}
	for size < len(nodes) && nodes[size].Type == ListItem {
		switch at := nodes[size].Attrs.Get(wordAttr); {
		case at == first:
			list.Content = append(list.Content, nodes[size])
			size++
		case first != "" && at != "" && at[0] > first[0]:
			inner, n := listOf(nodes[size:])
			last := list.Content[len(list.Content)-1]
			last.Content = append(last.Content, inner)
			size += n
		default:
			return list, size
		}
	}
	return list, size
}

// textBlock cleans the working marks out of a text block.
func (f *fitter) textBlock(n *Node) []*Node {
	if n.Attrs.Get(classAttr) == "embed" {
		if e := embedded(n); e != nil {
			return []*Node{e}
		}
	}
	n.Attrs.Set(classAttr, "")
	bold := n.Type == Heading
	for _, t := range n.Content {
		t.Marks = finalMarks(t.Marks)
		bold = bold && (t.Type != Text || hasMark(t, Strong))
	}
	if bold {
		for _, t := range n.Content {
			t.Marks = withoutMark(t.Marks, Strong)
		}
	}
	n.Content = mergeText(n.Content)
	return []*Node{n}
}

func hasMark(n *Node, name string) bool {
	for i := range n.Marks {
		if n.Marks[i].Type == name {
			return true
		}
	}
	return false
}

// finalMarks turns the name of a work into emphasis, and drops the other
// working marks and attributes.
func finalMarks(marks []Mark) []Mark {
	plain := true
	for _, m := range marks {
		if _, ok := markRank[m.Type]; !ok || m.Type == Link && m.Attrs.Get("provider") != "" {
			plain = false
		}
	}
	if plain {
		return marks
	}
	var out []Mark
	for _, m := range marks {
		if m.Type == cite {
			m.Type = Em
		}
		if _, ok := markRank[m.Type]; !ok {
			continue
		}
		if m.Type == Link {
			m.Attrs = append(Attrs(nil), m.Attrs...)
			m.Attrs.Set("provider", "")
		}
		out = append(withoutMark(out, m.Type), m)
	}
	sortMarks(out)
	return out
}

// embedded makes an embed of a paragraph that our renderer wrote for one.
func embedded(n *Node) *Node {
	title := ""
	for _, t := range n.Content {
		if hasMark(t, titleText) {
			title += t.Text
		}
	}
	for _, t := range n.Content {
		for _, m := range t.Marks {
			if m.Type != Link {
				continue
			}
			address, problem := checkURL(m.Attrs.Get("href"))
			if problem != "" {
				return nil
			}
			e := &Node{Type: Embed, Attrs: Attrs{{"url", address}}}
			e.Attrs.Set("title", cut(oneLine(title), maxLine))
			e.Attrs.Set("provider", m.Attrs.Get("provider"))
			e.Attrs.Set("lang", n.Attrs.Get("lang"))
			return e
		}
	}
	return nil
}

// leaves returns the text blocks and pictures in the nodes, without the
// containers around them.
func (f *fitter) leaves(nodes []*Node) []*Node {
	var out []*Node
	for _, n := range nodes {
		switch n.Type {
		case Paragraph, Heading, CodeBlock:
			out = append(out, f.textBlock(n)...)
		case Picture, Embed, Divider:
			out = append(out, n)
		default:
			out = append(out, f.leaves(n.Content)...)
		}
	}
	return out
}

func (f *fitter) list(n *Node, depth int) []*Node {
	if depth+3 > MaxDepth {
		return f.leaves(n.Content)
	}
	var items []*Node
	add := func(it *Node, content []*Node) {
		if len(content) == 0 {
			return
		}
		if content[0].Type != Paragraph {
			content = append([]*Node{{Type: Paragraph}}, content...)
		}
		it.Content = content
		items = append(items, it)
	}
	for i := 0; i < len(n.Content); i++ {
		child := n.Content[i]
		switch child.Type {
		case ListItem:
			child.Attrs.Set(wordAttr, "")
			add(child, f.blocks(child.Content, flow, depth+2))
		case BulletList, OrderedList: // a list right in a list belongs to the item before
			content := f.blocks([]*Node{child}, flow, depth+2)
			if len(items) > 0 {
				last := items[len(items)-1]
				last.Content = append(last.Content, content...)
			} else {
				add(&Node{Type: ListItem}, content)
			}
		default: // text right in a list is an item of its own
			start := i
			for i+1 < len(n.Content) && n.Content[i+1].Type != ListItem && n.Content[i+1].Type != BulletList && n.Content[i+1].Type != OrderedList {
				i++
			}
			add(&Node{Type: ListItem}, f.blocks(n.Content[start:i+1], flow, depth+2))
		}
	}
	if len(items) == 0 {
		return nil
	}
	n.Content = items
	return []*Node{n}
}

func (f *fitter) quote(n *Node, depth int) []*Node {
	if depth+2 > MaxDepth {
		return f.leaves(n.Content)
	}
	n.Attrs.Set(classAttr, "")
	by := attribution(n)
	if n.Content = f.blocks(n.Content, flow, depth+1); len(n.Content) == 0 {
		return nil
	}
	n.Attrs.Set("attribution", by)
	return []*Node{n}
}

// attribution takes off the end of a quote what stands in <cite>, if anything
// else is left.
func attribution(n *Node) string {
	if len(n.Content) == 0 {
		return ""
	}
	last := n.Content[len(n.Content)-1]
	if last.Type != Paragraph {
		return ""
	}
	from := len(last.Content)
	for from > 0 && (hasMark(last.Content[from-1], cite) || !visible(&Node{Content: last.Content[from-1 : from]})) {
		from--
	}
	if from == len(last.Content) || from == 0 && len(n.Content) == 1 {
		return ""
	}
	by := oneLine(strings.TrimLeftFunc(foldLine(inlineText(last.Content[from:])), isDash))
	rest := last.Content[:from]
	for len(rest) > 0 {
		t := rest[len(rest)-1]
		text := strings.TrimRightFunc(t.Text, isDash)
		if text == t.Text && t.Type == Text {
			break
		}
		if t.Text = text; text == "" {
			rest = rest[:len(rest)-1]
		}
	}
	if len(rest) == 0 && len(n.Content) == 1 || by == "" {
		return ""
	}
	if last.Content = rest; len(rest) == 0 {
		n.Content = n.Content[:len(n.Content)-1]
	}
	return cut(by, maxLine)
}

func isDash(r rune) bool {
	return unicode.IsSpace(r) || r == '-' || r == '–' || r == '—' || r == '―'
}

func (f *fitter) figure(n *Node, accepts group, depth int) []*Node {
	class := n.Attrs.Get(classAttr)
	var body []*Node
	var text, by string
	for _, child := range n.Content {
		if child.Type == figcaption {
			t, c := f.captionText(child)
			text, by = joined(" ", text, t), joined(" ", by, c)
		} else {
			body = append(body, child)
		}
	}
	text, by = cut(text, maxCaption), cut(by, maxLine)
	if hasClass(class, "picture") {
		if p := pictured(body); p != nil {
			body = []*Node{p}
		}
	}
	body = f.blocks(body, accepts, depth)
	if len(body) == 1 && strings.Contains(class, "embed") && body[0].Type == Paragraph {
		if e := embedOf(strings.TrimSpace(inlineText(body[0].Content))); e != nil {
			body[0] = e
		}
	}
	var pictures, others []*Node
	for _, c := range body {
		if c.Type == Picture {
			pictures = append(pictures, c)
		} else {
			others = append(others, c)
		}
	}
	switch {
	case len(pictures) == 1 && !hasClass(class, "gallery"):
		setMissing(pictures[0], "caption", text)
		setMissing(pictures[0], "credit", by)
		return body
	case len(pictures) > 0 && accepts&wide != 0:
		g := &Node{Type: Gallery, Content: pictures}
		g.Attrs.Set("caption", cut(joined(" ", text, by), maxCaption))
		return append([]*Node{g}, others...)
	}
	text = joined(" ", text, by)
	if text != "" && len(pictures) == 0 {
		for _, c := range body {
			name := map[string]string{Quote: "attribution", Table: "caption", Embed: "title"}[c.Type]
			if name != "" && c.Attrs.Get(name) == "" {
				limit := maxLine
				if c.Type == Table {
					limit = maxCaption
				}
				if c.Type == Quote {
					text = strings.TrimLeftFunc(text, isDash)
				}
				c.Attrs.Set(name, cut(text, limit))
				return body
			}
		}
	}
	if text != "" {
		body = append(body, &Node{Type: Paragraph, Content: []*Node{{Type: Text, Text: text}}})
	}
	return body
}

func setMissing(n *Node, name, value string) {
	if value != "" && n.Attrs.Get(name) == "" {
		n.Attrs.Set(name, value)
	}
}

// captionText returns the text of a caption, and the credit in it.
func (f *fitter) captionText(n *Node) (text, by string) {
	for _, p := range f.captionBlocks(n.Content) {
		t, c := "", ""
		for _, part := range p.Content {
			s := part.Text
			if part.Type == HardBreak {
				s = " "
			}
			if hasMark(part, credit) {
				c += s
			} else {
				t += s
			}
			if hasMark(part, Link) {
				f.lose("link in a caption", s)
			}
		}
		text, by = joined(" ", text, strings.TrimSpace(t)), joined(" ", by, strings.TrimSpace(c))
	}
	return oneLine(foldLine(text)), oneLine(foldLine(by))
}

func (f *fitter) captionBlocks(nodes []*Node) []*Node {
	var out []*Node
	for _, n := range nodes {
		switch n.Type {
		case Paragraph, Heading, CodeBlock:
			out = append(out, n)
		case Picture:
			f.lose("picture in a caption", n.Attrs.Get("url"))
		default:
			out = append(out, f.captionBlocks(n.Content)...)
		}
	}
	return out
}

// pictured makes a picture of a figure that our renderer wrote for one.
func pictured(body []*Node) *Node {
	if len(body) != 1 || body[0].Type != Paragraph {
		return nil
	}
	alt, address := "", ""
	for _, t := range body[0].Content {
		if hasMark(t, altText) {
			alt += t.Text
		}
		for _, m := range t.Marks {
			if m.Type == Link {
				address = m.Attrs.Get("href")
			}
		}
	}
	address, problem := checkURL(address)
	if problem != "" || address == "" {
		return nil
	}
	p := &Node{Type: Picture, Attrs: Attrs{{"url", address}}}
	p.Attrs.Set("alt", cut(oneLine(alt), maxCaption))
	p.Attrs.Set("lang", body[0].Attrs.Get("lang"))
	return p
}

func (f *fitter) factBox(n *Node, accepts group, depth int) []*Node {
	content := n.Content
	title := ""
	if len(content) > 0 && content[0].Attrs.Get(classAttr) == "fact-box-title" && accepts&boxed != 0 {
		title = cut(oneLine(foldLine(inlineText(content[0].Content))), maxLine)
		content = content[1:]
	}
	if accepts&boxed == 0 {
		return f.blocks(content, accepts, depth)
	}
	if n.Content = f.blocks(content, flow|wide, depth+1); len(n.Content) == 0 {
		if title == "" {
			return nil
		}
		n.Content = []*Node{{Type: Paragraph}}
	}
	n.Attrs.Set("title", title)
	return []*Node{n}
}

func (f *fitter) table(n *Node, accepts group, depth int) []*Node {
	var out, rows []*Node
	text := ""
	role := n.Attrs.Get("role")
	n.Attrs.Set("role", "")
	headers, most, nested := false, 0, false
	for _, child := range n.Content {
		switch child.Type {
		case TableRow:
			var cells, stray []*Node
			for _, c := range child.Content {
				if c.Type != TableCell && c.Type != TableHeader {
					stray = append(stray, c)
					continue
				}
				cells = append(cells, c)
				headers = headers || c.Type == TableHeader
				nested = nested || holdsTable(c)
			}
			out = append(out, f.blocks(stray, accepts, depth)...)
			if child.Content = cells; len(cells) > 0 {
				rows = append(rows, child)
				most = max(most, len(cells))
			}
		case caption:
			t, c := f.captionText(child)
			text = joined(" ", text, t, c)
		default: // HTML puts what stands between the rows before the table
			out = append(out, f.blocks([]*Node{child}, accepts, depth)...)
		}
	}
	text = cut(text, maxCaption)
	layout := role == "presentation" || role == "none" || text == "" && !headers && (most <= 1 || nested)
	if accepts&wide == 0 || layout {
		return append(out, f.unwrap(rows, text, accepts, depth)...)
	}
	full := false
	for _, r := range rows {
		head := r.Attrs.Get(classAttr) == "head"
		r.Attrs = nil
		for _, c := range r.Content {
			if head {
				c.Type = TableHeader
			}
			c.Content = f.blocks(c.Content, flow, depth+3)
			full = full || len(c.Content) > 0
			if len(c.Content) == 0 {
				c.Content = []*Node{{Type: Paragraph}}
			}
		}
	}
	if !full {
		return out
	}
	n.Content = rows
	n.Attrs.Set("caption", text)
	return append(out, n)
}

func holdsTable(n *Node) bool {
	for _, c := range n.Content {
		if c.Type == Table || holdsTable(c) {
			return true
		}
	}
	return false
}

// unwrap returns what stands in the cells of a table that may not stay one. A
// row of short texts becomes one paragraph.
func (f *fitter) unwrap(rows []*Node, text string, accepts group, depth int) []*Node {
	var out []*Node
	if text != "" {
		out = append(out, &Node{Type: Paragraph, Content: []*Node{{Type: Text, Text: text}}})
	}
	for _, r := range rows {
		var line *Node
		for _, c := range r.Content {
			blocks := f.blocks(c.Content, accepts, depth)
			if line != nil && len(blocks) == 1 && blocks[0].Type == Paragraph && blocks[0].Attrs.Get("lang") == line.Attrs.Get("lang") {
				line.Content = append(append(line.Content, &Node{Type: Text, Text: " | "}), blocks[0].Content...)
				line.Content = mergeText(line.Content)
				continue
			}
			out = append(out, blocks...)
			if line = nil; len(blocks) == 1 && blocks[0].Type == Paragraph {
				line = blocks[0]
			}
		}
	}
	return out
}

// linkPlaces gives ids to the blocks that links point at, and takes away links
// that point nowhere.
func (b *builder) linkPlaces(nodes []*Node) {
	d := Doc{Content: nodes}
	there := make(map[*Node]bool)
	d.Walk(func(n *Node) bool {
		there[n] = hasID(n.Type)
		return true
	})
	used := make(map[string]bool)
	d.Walk(func(n *Node) bool {
		if n.Type != Text {
			return true
		}
		for i, m := range n.Marks {
			name, ok := strings.CutPrefix(m.Attrs.Get("href"), "#")
			if m.Type != Link || !ok {
				continue
			}
			target := b.anchors[name]
			if target == nil || !there[target] {
				b.lose("link to a place that is not there", "#"+name)
				n.Marks = withoutMark(n.Marks, Link)
				break
			}
			id := target.Attrs.Get("id")
			if id == "" {
				if id = name; !validID(id) || used[id] {
					id = makeID("#", len(used)+1, 0)
				}
				used[id] = true
				target.Attrs.Set("id", id)
			}
			n.Marks = append([]Mark(nil), n.Marks...)
			n.Marks[i].Attrs = append(Attrs(nil), m.Attrs...)
			n.Marks[i].Attrs.Set("href", "#"+id)
			break
		}
		return true
	})
	d.Walk(func(n *Node) bool {
		n.Content = mergeText(n.Content)
		return true
	})
}

// limit cuts nodes off once the budget of bytes as JSON is spent; it leaves
// room for the ids that AssignIDs may add.
func limit(nodes []*Node, budget *int) []*Node {
	for i, n := range nodes {
		size := nodeSize(n)
		if n.Type == Text && size > *budget && *budget > 200 {
			n.Text = fitting(n.Text, *budget-(size-escapedSize(n.Text)))
			size = nodeSize(n)
			*budget -= size
			if n.Text != "" {
				i++
			}
			*budget = -1
			return nodes[:i]
		}
		if *budget -= size; *budget < 0 {
			*budget = -1
			return nodes[:i]
		}
		full := len(n.Content) > 0
		n.Content = limit(n.Content, budget)
		if *budget >= 0 {
			continue
		}
		s := schema[n.Type]
		if full && len(n.Content) == 0 && (s.filled || s.accepts&(inline|plain) != 0) && !s.led && s.in&cell == 0 {
			return nodes[:i]
		}
		if len(n.Content) == 0 && (s.led || s.in&cell != 0) {
			n.Content = []*Node{{Type: Paragraph}} // its size was counted with the node
		}
		return nodes[:i+1]
	}
	return nodes
}

// nodeSize bounds the size of a node as JSON, without its children.
func nodeSize(n *Node) int {
	size := len(`{"type":"","content":[]},`) + len(n.Type) + escapedSize(n.Text)
	if n.Type == Text {
		size += len(`"text":"",`)
	}
	if s := schema[n.Type]; hasID(n.Type) {
		size += len(`"attrs":{"id":""},`) + idLength
	} else if s.in&(item|cell) != 0 || len(n.Attrs) > 0 {
		size += len(`"attrs":{},`)
	}
	if s := schema[n.Type]; s.led || s.in&cell != 0 {
		size += 80 // for a paragraph that may have to be added
	}
	size += attrsSize(n.Attrs)
	for _, m := range n.Marks {
		size += len(`"marks":[],{"type":"","attrs":{}},`) + len(m.Type) + attrsSize(m.Attrs)
	}
	return size
}

func attrsSize(attrs Attrs) int {
	size := 0
	for _, a := range attrs {
		size += len(`"":"",`) + len(a.Name) + escapedSize(a.Value)
	}
	return size
}

func escapedSize(s string) int {
	size := len(s)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\' || c == '\n' || c == '\t':
			size++
		case c < ' ':
			size += 5
		}
	}
	return size
}

// fitting returns the beginning of a text that takes at most size bytes.
func fitting(s string, size int) string {
	for i, r := range s {
		size -= utf8.RuneLen(r)
		if r == '"' || r == '\\' || r == '\n' || r == '\t' {
			size--
		}
		if size < 0 {
			return s[:i]
		}
	}
	return s
}
