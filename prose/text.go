package prose

import (
	"strconv"
	"strings"
	"unicode"
)

// Text returns the document as plain text: blocks separated by a blank line,
// list items and table rows on lines of their own, captions and credits of
// pictures, titles of embeds and attributions of quotes included, alternative
// texts not.
func (d *Doc) Text() string {
	var w textWriter
	w.blocks(d.Content, "\n\n", "")
	return w.b.String()
}

type textWriter struct {
	b   strings.Builder
	gap string // owed before the next text
}

// write adds text after the gap that is owed.
func (w *textWriter) write(s string) {
	if s == "" {
		return
	}
	if w.b.Len() > 0 {
		w.b.WriteString(w.gap)
	}
	w.gap = ""
	w.b.WriteString(s)
}

func (w *textWriter) blocks(nodes []*Node, gap, indent string) {
	for _, n := range nodes {
		before := w.b.Len()
		w.block(n, gap, indent)
		if w.b.Len() > before {
			w.gap = gap + indent
		}
	}
}

// then writes text after a gap, whatever is owed.
func (w *textWriter) then(gap, s string) {
	if s != "" {
		w.gap = gap
		w.write(s)
	}
}

func (w *textWriter) block(n *Node, gap, indent string) {
	switch n.Type {
	case Paragraph, Heading, CodeBlock:
		text := inlineText(n.Content)
		if indent != "" {
			text = strings.ReplaceAll(text, "\n", "\n"+indent)
		}
		w.write(text)
	case BulletList, OrderedList:
		number := n.Attrs.Int("start")
		for i, it := range n.Content {
			if i > 0 {
				w.gap = "\n" + indent
			}
			bullet := "- "
			if n.Type == OrderedList {
				bullet = strconv.Itoa(number+i) + ". "
			}
			w.write(bullet)
			w.blocks(it.Content, "\n", indent+"  ")
		}
	case Quote:
		w.blocks(n.Content, gap, indent)
		if by := n.Attrs.Get("attribution"); by != "" {
			w.then("\n"+indent, "— "+by)
		}
	case Picture:
		w.write(joined(" ", n.Attrs.Get("caption"), n.Attrs.Get("credit")))
	case Gallery:
		w.blocks(n.Content, "\n", indent)
		w.then("\n"+indent, n.Attrs.Get("caption"))
	case Embed:
		w.write(n.Attrs.Get("title"))
	case Table:
		if caption := n.Attrs.Get("caption"); caption != "" {
			w.write(caption)
			w.gap = "\n" + indent
		}
		for _, r := range n.Content {
			cells := make([]string, len(r.Content))
			for i, c := range r.Content {
				cells[i] = cellText(c)
			}
			if line := strings.TrimRight(strings.Join(cells, "\t"), "\t"); line != "" {
				w.write(line)
				w.gap = "\n" + indent
			}
		}
	case FactBox:
		if title := n.Attrs.Get("title"); title != "" {
			w.write(title)
			w.gap = gap + indent
		}
		w.blocks(n.Content, gap, indent)
	}
}

// cellText returns the text of a cell on one line.
func cellText(c *Node) string {
	var w textWriter
	w.blocks(c.Content, "\n", "")
	return foldLine(w.b.String())
}

func inlineText(nodes []*Node) string {
	if len(nodes) == 1 && nodes[0].Type == Text {
		return nodes[0].Text
	}
	var b strings.Builder
	for _, n := range nodes {
		if n.Type == HardBreak {
			b.WriteByte('\n')
		}
		b.WriteString(n.Text)
	}
	return b.String()
}

func joined(sep string, parts ...string) string {
	out := ""
	for _, p := range parts {
		if p != "" && out != "" {
			out += sep
		}
		out += p
	}
	return out
}

// FromText makes a paragraph of every stretch of text between blank lines;
// line breaks inside stay as breaks.
func FromText(src string) *Doc {
	var b builder
	b.init(FromOptions{})
	src = clean(strings.ReplaceAll(b.bounded(src, MaxBytes), "\r\n", "\n"))
	for line := range strings.SplitSeq(src, "\n") {
		if line = strings.TrimFunc(line, unicode.IsSpace); line == "" {
			b.flush()
			continue
		}
		if b.cur != nil {
			b.lineBreak()
		}
		b.text(line)
	}
	d, _ := b.finish()
	return d
}

// Words counts the words of the document as a reader meets them: captions,
// titles and attributions included. In scripts without spaces between words
// two characters (Thai, Lao, Khmer, Burmese: four) count as one.
func (d *Doc) Words() int { return countWords(d.Text()) }

func countWords(s string) int {
	count, dense, sparse := 0, 0, 0
	inWord := false
	for _, r := range s {
		switch {
		case r < 0x80:
			if r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' {
				if !inWord {
					count++
				}
				inWord = true
			} else if r != '\'' && r != '-' {
				inWord = false
			}
		case r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
			dense++
			inWord = false
		case r >= 0xe00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
			sparse++
			inWord = false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !inWord {
				count++
			}
			inWord = true
		case unicode.IsMark(r) || r == '’' || r == '\u00ad' || r >= 0x200b && r <= 0x200f:
		default:
			inWord = false
		}
	}
	return count + (dense+1)/2 + (sparse+3)/4
}

// Empty reports whether there is nothing to read or see: no text, picture or
// embed.
func (d *Doc) Empty() bool {
	empty := true
	d.Walk(func(n *Node) bool {
		switch n.Type {
		case Text:
			empty = empty && strings.TrimFunc(n.Text, unicode.IsSpace) == ""
		case Picture, Embed:
			empty = false
		}
		return empty
	})
	return empty
}
