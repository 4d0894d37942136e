package redline

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"github.com/aymanbagabas/go-udiff/lcs"
	"github.com/clipperhouse/uax29/v2/words"

	"stet/prose"
)

// A token is a word, a run of white space, or a sign, with the marks on it; or
// the break of a line, whose text is a newline.
type token struct {
	text  string
	marks []prose.Mark
	hard  bool // a hard_break
}

// word reports whether the token is something to read, not space or a sign.
func (t *token) word() bool {
	return strings.ContainsFunc(t.text, wordRune)
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// tokens cuts the inline content of a block. A change of marks inside a word
// cuts the word there.
func tokens(content []*prose.Node) []token {
	var out []token
	for _, n := range content {
		if n.Type == prose.HardBreak {
			out = append(out, token{text: "\n", hard: true})
			continue
		}
		out = appendWords(out, n.Text, n.Marks)
	}
	return out
}

func appendWords(out []token, text string, marks []prose.Mark) []token {
	for w := words.FromString(text); w.Next(); {
		out = append(out, token{text: w.Value(), marks: marks})
	}
	return out
}

// inline makes content of tokens again.
func inline(tokens []token) []*prose.Node {
	var out []*prose.Node
	for i := 0; i < len(tokens); {
		t := &tokens[i]
		if t.hard {
			out = append(out, &prose.Node{Type: prose.HardBreak})
			i++
			continue
		}
		var b strings.Builder
		for i < len(tokens) && !tokens[i].hard && sameMarks(tokens[i].marks, t.marks) {
			b.WriteString(tokens[i].text)
			i++
		}
		out = append(out, &prose.Node{Type: prose.Text, Text: b.String(), Marks: t.marks})
	}
	return out
}

// plain returns what the tokens say.
func plain(tokens []token) string {
	var b strings.Builder
	for i := range tokens {
		b.WriteString(tokens[i].text)
	}
	return b.String()
}

// key tells apart tokens that differ in text or marks.
func (t *token) key() string {
	if t.hard {
		return "\n\x00"
	}
	if len(t.marks) == 0 {
		return t.text
	}
	return t.text + "\x00" + markKey(t.marks)
}

func markKey(marks []prose.Mark) string {
	var b strings.Builder
	for _, m := range marks {
		b.WriteString(m.Type)
		for _, a := range m.Attrs {
			b.WriteString("\x01" + a.Name + "\x02" + a.Value)
		}
		b.WriteByte('\x00')
	}
	return b.String()
}

func sameMarks(a, b []prose.Mark) bool {
	return len(a) == 0 && len(b) == 0 || markKey(a) == markKey(b)
}

func keys(tokens []token) []string {
	out := make([]string, len(tokens))
	for i := range tokens {
		out[i] = tokens[i].key()
	}
	return out
}

// A hunk says that a[a0:a1] became b[b0:b1].
type hunk struct{ a0, a1, b0, b1 int }

// changes returns what makes b of a, in order. The library looks for a shortest
// list only so far; what it leaves in the middle is looked into again.
func changes(a, b []string) []hunk {
	ids := make(map[string]rune, len(a))
	numbered := func(list []string) []rune {
		out := make([]rune, len(list))
		for i, s := range list {
			id, ok := ids[s]
			if !ok {
				id = rune(len(ids))
				ids[s] = id
			}
			out[i] = id
		}
		return out
	}
	x, y := numbered(a), numbered(b)
	var out []hunk
	open := []hunk{{0, len(x), 0, len(y)}}
	for len(open) > 0 {
		whole := open[len(open)-1]
		open = open[:len(open)-1]
		for _, d := range lcs.DiffRunes(x[whole.a0:whole.a1], y[whole.b0:whole.b1]) {
			h := hunk{whole.a0 + d.Start, whole.a0 + d.End, whole.b0 + d.ReplStart, whole.b0 + d.ReplEnd}
			if h != whole && h.a1-h.a0 > small && h.b1-h.b0 > small {
				open = append(open, h)
			} else {
				out = append(out, h)
			}
		}
	}
	slices.SortFunc(out, func(g, h hunk) int { return cmp.Or(cmp.Compare(g.a0, h.a0), cmp.Compare(g.b0, h.b0)) })
	return out
}

// small is how long a changed stretch may be before it is looked into again.
const small = 25
