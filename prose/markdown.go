package prose

import (
	"strconv"
	"strings"
)

// Markdown returns the document as CommonMark with the tables and the
// strikethrough of GitHub. What Markdown cannot say is written as HTML
// (sub, sup, languages), or simplified: spans of cells are lost, a fact box
// becomes a quote that begins with its title. The base, like
// https://example.org, is put before addresses that begin with a slash.
func (d *Doc) Markdown(base string) string {
	w := mdWriter{base: base}
	w.blocks(d.Content, "")
	if w.b.Len() == 0 {
		return ""
	}
	return w.b.String() + "\n"
}

// mdWriter writes blocks; prefix is what every line of the current block
// begins with, inside quotes and list items.
type mdWriter struct {
	b    strings.Builder
	base string
}

// lines writes text whose further lines take the prefix.
func (w *mdWriter) lines(text, prefix string) {
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			w.newline(prefix)
		}
		w.b.WriteString(line)
	}
}

func (w *mdWriter) newline(prefix string) {
	w.b.WriteByte('\n')
	w.b.WriteString(prefix)
}

func (w *mdWriter) blank(prefix string) {
	w.b.WriteByte('\n')
	w.b.WriteString(strings.TrimRight(prefix, " "))
	w.newline(prefix)
}

func (w *mdWriter) blocks(nodes []*Node, prefix string) {
	for i, n := range nodes {
		if i > 0 {
			w.blank(prefix)
			if last := nodes[i-1].Type; last == n.Type && (last == BulletList || last == OrderedList) {
				w.b.WriteString("<!-- -->") // else the two lists would be one
				w.blank(prefix)
			}
		}
		w.block(n, prefix)
	}
}

func (w *mdWriter) block(n *Node, prefix string) {
	switch n.Type {
	case Paragraph:
		w.lines(w.inline(n.Content, "\\\n"), prefix)
	case Heading:
		w.b.WriteString(strings.Repeat("#", n.Attrs.Int("level")) + " ")
		w.b.WriteString(w.inline(n.Content, " "))
	case BulletList, OrderedList:
		for i, it := range n.Content {
			if i > 0 {
				if loose(n) {
					w.blank(prefix)
				} else {
					w.newline(prefix)
				}
			}
			bullet := "- "
			if n.Type == OrderedList {
				bullet = strconv.Itoa(n.Attrs.Int("start")+i) + ". "
			}
			w.b.WriteString(bullet)
			w.item(it.Content, prefix+strings.Repeat(" ", len(bullet)), loose(n))
		}
	case Quote:
		w.b.WriteString("> ")
		w.blocks(n.Content, prefix+"> ")
		if by := n.Attrs.Get("attribution"); by != "" {
			w.blank(prefix + "> ")
			w.b.WriteString("— " + mdEscape(by, true))
		}
	case Picture:
		w.b.WriteString(w.picture(n))
	case Gallery:
		for i, p := range n.Content {
			if i > 0 {
				w.blank(prefix)
			}
			w.b.WriteString(w.picture(p))
		}
		if caption := n.Attrs.Get("caption"); caption != "" {
			w.blank(prefix)
			w.b.WriteString("*" + mdEscape(caption, false) + "*")
		}
	case Embed:
		title := n.Attrs.Get("title")
		if title == "" {
			title = n.Attrs.Get("url")
		}
		w.b.WriteString("[" + mdEscape(title, false) + "](" + w.address(n.Attrs.Get("url")) + ")")
	case Table:
		w.table(n, prefix)
	case FactBox:
		w.b.WriteString("> ")
		if title := n.Attrs.Get("title"); title != "" {
			w.b.WriteString("**" + mdEscape(title, false) + "**")
			w.blank(prefix + "> ")
		}
		w.blocks(n.Content, prefix+"> ")
	case Divider:
		w.b.WriteString("---")
	case CodeBlock:
		text := inlineText(n.Content)
		fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
		w.b.WriteString(fence + n.Attrs.Get("language"))
		w.newline(prefix)
		w.lines(text, prefix)
		w.newline(prefix)
		w.b.WriteString(fence)
	}
}

// loose reports whether a list needs blank lines: an item holds more than one
// paragraph and lists.
func loose(list *Node) bool {
	for _, it := range list.Content {
		for i, n := range it.Content {
			if i > 0 && n.Type != BulletList && n.Type != OrderedList {
				return true
			}
		}
	}
	return false
}

func (w *mdWriter) item(nodes []*Node, prefix string, loose bool) {
	if len(nodes) > 1 && len(nodes[0].Content) == 0 {
		nodes = nodes[1:] // the empty paragraph that the schema asks for
	}
	for i, n := range nodes {
		if i > 0 {
			if loose {
				w.blank(prefix)
			} else {
				w.newline(prefix)
			}
		}
		w.block(n, prefix)
	}
}

func (w *mdWriter) table(n *Node, prefix string) {
	columns := 0
	for _, r := range n.Content {
		columns = max(columns, len(r.Content))
	}
	if caption := n.Attrs.Get("caption"); caption != "" {
		w.b.WriteString("**" + mdEscape(caption, false) + "**")
		w.blank(prefix)
	}
	rows := n.Content
	var head *Node
	if len(rows) > 0 && allHeaders(rows[0]) {
		head, rows = rows[0], rows[1:]
	}
	w.row(head, columns)
	w.newline(prefix)
	w.b.WriteString("|" + strings.Repeat(" --- |", columns))
	for _, r := range rows {
		w.newline(prefix)
		w.row(r, columns)
	}
}

func (w *mdWriter) row(r *Node, columns int) {
	w.b.WriteByte('|')
	for i := range columns {
		w.b.WriteByte(' ')
		if r != nil && i < len(r.Content) {
			w.b.WriteString(w.cell(r.Content[i]))
		}
		w.b.WriteString(" |")
	}
}

// mdCell writes a cell on one line.
func (w *mdWriter) cell(c *Node) string {
	var parts []string
	var collect func(nodes []*Node)
	collect = func(nodes []*Node) {
		for _, n := range nodes {
			switch n.Type {
			case Paragraph, Heading, CodeBlock:
				if s := w.inline(n.Content, "<br>"); s != "" {
					parts = append(parts, strings.ReplaceAll(s, "\n", " "))
				}
			case Picture:
				parts = append(parts, w.picture(n))
			default:
				collect(n.Content)
			}
		}
	}
	collect(c.Content)
	return barred(strings.Join(parts, "<br>"))
}

// barred escapes the bars in a cell that are not escaped yet.
func barred(s string) string {
	if strings.IndexByte(s, '|') < 0 {
		return s
	}
	var b strings.Builder
	slash := false
	for i := 0; i < len(s); i++ {
		if s[i] == '|' && !slash {
			b.WriteByte('\\')
		}
		slash = s[i] == '\\' && !slash
		b.WriteByte(s[i])
	}
	return b.String()
}

func (w *mdWriter) picture(n *Node) string {
	address := n.Attrs.Get("url")
	if address == "" {
		return joined(" — ", mdEscape(n.Attrs.Get("alt"), true), mdEscape(n.Attrs.Get("caption"), false))
	}
	caption := joined(" ", n.Attrs.Get("caption"), n.Attrs.Get("credit"))
	return "![" + mdEscape(n.Attrs.Get("alt"), false) + "](" + w.address(address) + mdTitle(caption) + ")"
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := 0; i < len(s); i++ {
		if s[i] == c {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// address writes an address, checked once more as in HTML.
func (w *mdWriter) address(s string) string {
	s, problem := checkHref(s)
	switch {
	case problem != "":
		s = ""
	case strings.HasPrefix(s, "/"):
		s = w.base + s
	}
	s = strings.NewReplacer("<", "%3C", ">", "%3E").Replace(s)
	if s == "" || strings.ContainsAny(s, "()") {
		return "<" + s + ">"
	}
	return s
}

var mdTags = map[string][2]string{
	Strong:    {"**", "**"},
	Em:        {"*", "*"},
	Strike:    {"~~", "~~"},
	SmallCaps: {`<span style="font-variant:small-caps">`, "</span>"},
	Sub:       {"<sub>", "</sub>"},
	Sup:       {"<sup>", "</sup>"},
}

// mdInline writes texts and breaks. Emphasis may not begin or end with a
// space, so spaces at the edges of a text are written outside its marks.
func (w *mdWriter) inline(nodes []*Node, lineBreak string) string {
	var b strings.Builder
	var open []Mark
	shut := func(keep int) {
		for len(open) > keep {
			b.WriteString(w.close(open[len(open)-1]))
			open = open[:len(open)-1]
		}
	}
	for _, n := range nodes {
		if n.Type == HardBreak {
			shut(0)
			b.WriteString(lineBreak)
			continue
		}
		body := strings.Trim(n.Text, " \t\n")
		if body == "" {
			shut(0)
			b.WriteByte(' ')
			continue
		}
		marks := n.Marks
		code := len(marks) > 0 && marks[len(marks)-1].Type == Code
		if code {
			marks = marks[:len(marks)-1]
		}
		keep := 0
		for keep < len(open) && keep < len(marks) && sameMark(open[keep], marks[keep]) {
			keep++
		}
		shut(keep)
		if body[0] != n.Text[0] {
			b.WriteByte(' ')
		}
		for _, m := range marks[keep:] {
			b.WriteString(mdOpen(m))
			open = append(open, m)
		}
		if code {
			b.WriteString(mdCode(body))
		} else {
			b.WriteString(mdEscape(body, b.Len() == 0 || strings.HasSuffix(b.String(), "\n")))
		}
		if n.Text[len(n.Text)-1] != body[len(body)-1] {
			shut(0)
			b.WriteByte(' ')
		}
	}
	shut(0)
	return b.String()
}

func mdOpen(m Mark) string {
	switch m.Type {
	case Link:
		return "["
	case Lang:
		return `<span lang="` + m.Attrs.Get("lang") + `">`
	}
	return mdTags[m.Type][0]
}

func (w *mdWriter) close(m Mark) string {
	switch m.Type {
	case Link:
		return "](" + w.address(m.Attrs.Get("href")) + mdTitle(m.Attrs.Get("title")) + ")"
	case Lang:
		return "</span>"
	}
	return mdTags[m.Type][1]
}

func mdCode(s string) string {
	fence := strings.Repeat("`", longestRun(s, '`')+1)
	if s[0] == '`' || s[len(s)-1] == '`' {
		s = " " + s + " "
	}
	return fence + strings.ReplaceAll(s, "\n", " ") + fence
}

// mdEscape escapes what Markdown would read as markup; first tells that the
// text begins a line.
func mdEscape(s string, first bool) string {
	var b strings.Builder
	digits := first
	for i := 0; i < len(s); i++ {
		c := s[i]
		escape := false
		switch c {
		case '\\', '`', '*', '[', ']', '<', '~', '|':
			escape = true
		case '_':
			escape = i == 0 || i+1 == len(s) || !isAlnum(s[i-1]) || !isAlnum(s[i+1])
		case '!':
			escape = i+1 == len(s) || s[i+1] == '['
		case '&':
			escape = i+1 < len(s) && (isAlnum(s[i+1]) || s[i+1] == '#')
		case '#', '>', '+', '-', '=':
			escape = first && i == 0
		case '.', ')':
			escape = digits && i > 0
		case '\n', '\t':
			c = ' '
		}
		if escape {
			b.WriteByte('\\')
		}
		digits = digits && c >= '0' && c <= '9'
		b.WriteByte(c)
	}
	return b.String()
}

// mdTitle writes the title of a link or picture.
func mdTitle(s string) string {
	if s == "" {
		return ""
	}
	return ` "` + strings.ReplaceAll(mdEscape(s, false), `"`, `\"`) + `"`
}
