// Package parallel sets a text and its translation beside each other.
//
// A text is taken in units: each of its fields, and each outermost block of its
// body. A unit of a translation belongs to the unit of the original that has the
// same id. What somebody said about a unit is kept as a [Made]: which state of the
// original, named by its [Print], which state of the translation was made from. So
// a text that is restored is judged by what was said of it, not of what came later.
package parallel

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"stet/prose"
	"stet/prose/redline"
)

// Field is a line of a text.
type Field struct{ Name, Text string }

// FieldPrefix begins the id of a unit that is a field; no block has it in its id.
const FieldPrefix = "field:"

// Text is a text in one language.
type Text struct {
	Fields []Field
	Body   *prose.Doc // nil for none
}

// Made says which state of the original a state of the translation was made from.
type Made struct {
	Unit   string // its id
	Source string // the Print of the original's
	Target string // the Print of the translation's; that of nothing where it was left out
	Was    string // what the original said then, as Unit.JSON has it; empty where that is not known any more
}

// State is how far a unit of a translation is.
type State string

const (
	Fresh     State = "fresh"     // it follows the original, or there is nothing to translate
	Missing   State = "missing"   // nothing was made of it yet
	Stale     State = "stale"     // the original has changed since
	Unchecked State = "unchecked" // nobody has said what it was made from
	Gone      State = "gone"      // the original does not have it any more
)

// Unit is a field or a block of an original with what was made of it.
type Unit struct {
	ID     string
	State  State
	Source any    // string of a field, *prose.Node of a block; nil where it is Gone
	Target any    // the same of the translation; nil for nothing
	Print  string // of the Source
	Was    string // of a Stale or Gone unit: what the original said, as JSON; empty where that is not known any more
}

// Settled reports whether nobody has to look at the unit.
func (u *Unit) Settled() bool { return u.State == Fresh }

// JSON returns what the unit of the original says, for Made.Was.
func (u *Unit) JSON() string {
	switch v := u.Source.(type) {
	case string:
		return v
	case *prose.Node:
		return string(v.JSON())
	}
	return ""
}

// Compare returns the units of an original in its order, each with what was made
// of it, and behind them those that it does not have any more. made is what was
// said, the oldest first.
func Compare(source, target Text, made []Made) []Unit {
	said := map[string][]Made{}
	for _, m := range made {
		said[m.Unit] = append(said[m.Unit], m)
	}
	have := target.units()
	var out []Unit
	there := map[string]bool{}
	for _, s := range source.list() {
		there[s.id] = true
		u := Unit{ID: s.id, Source: s.value, Print: Print(s.value), Target: have[s.id]}
		m, ok := last(said[s.id], Print(u.Target))
		switch {
		case ok && m.Source == u.Print:
			u.State = Fresh
		case ok:
			u.State, u.Was = Stale, m.Was
		case wordless(s.value) && (u.Target != nil || empty(s.value)):
			u.State = Fresh
		case wordless(u.Target) && (!wordless(s.value) || u.Target == nil):
			u.State = Missing
		default:
			u.State = Unchecked
		}
		out = append(out, u)
	}
	for _, t := range target.list() {
		m, ok := last(said[t.id], Print(t.value))
		if ok && !there[t.id] && !empty(t.value) {
			out = append(out, Unit{ID: t.id, State: Gone, Target: t.value, Was: m.Was})
		}
	}
	return out
}

// Paired reports whether a translation has anything that belongs to a unit of its
// original's body.
func Paired(source, target Text) bool {
	have := target.units()
	return slices.ContainsFunc(source.list(), func(s unit) bool {
		return !strings.HasPrefix(s.id, FieldPrefix) && have[s.id] != nil
	})
}

// last is what was said last of a state of the translation, else, of what is
// there, what was said last at all.
func last(said []Made, target string) (Made, bool) {
	for _, m := range slices.Backward(said) {
		if m.Target == target {
			return m, true
		}
	}
	if len(said) == 0 || target == "" {
		return Made{}, false
	}
	return said[len(said)-1], true
}

type unit struct {
	id    string
	value any
}

func (t Text) list() []unit {
	var out []unit
	for _, f := range t.Fields {
		out = append(out, unit{FieldPrefix + f.Name, f.Text})
	}
	if t.Body != nil {
		for _, n := range t.Body.Content {
			if id := n.Attrs.Get("id"); id != "" {
				out = append(out, unit{id, n})
			}
		}
	}
	return out
}

func (t Text) units() map[string]any {
	out := map[string]any{}
	for _, u := range t.list() {
		out[u.id] = u.value
	}
	return out
}

// wordAttributes are the attributes that hold words of a language.
var wordAttributes = []string{"alt", "caption", "title", "attribution"}

// wordless reports whether there is nothing in a unit to translate.
func wordless(v any) bool {
	switch v := v.(type) {
	case string:
		return v == ""
	case *prose.Node:
		words := false
		(&prose.Doc{Content: []*prose.Node{v}}).Walk(func(n *prose.Node) bool {
			words = words || strings.ContainsFunc(n.Text, func(r rune) bool { return !unicode.IsSpace(r) })
			for _, name := range wordAttributes {
				words = words || n.Attrs.Get(name) != ""
			}
			return !words
		})
		return !words
	}
	return true
}

// empty reports whether readers see nothing of a unit.
func empty(v any) bool {
	n, ok := v.(*prose.Node)
	return wordless(v) && (!ok || (&prose.Doc{Content: []*prose.Node{n}}).Empty())
}

// Print names a state of a unit: equal prints, equal words, marks and pictures.
// Ids do not count. That of nothing is empty.
func Print(v any) string {
	if v == nil || empty(v) {
		return ""
	}
	h := sha256.New()
	switch v := v.(type) {
	case string:
		h.Write([]byte(v))
	case *prose.Node:
		print(h, v)
	}
	return hex.EncodeToString(h.Sum(nil)[:12])
}

func print(h hash.Hash, n *prose.Node) {
	word := func(s string) {
		h.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
	}
	attrs := func(list prose.Attrs) {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b prose.Attr) int { return strings.Compare(a.Name, b.Name) })
		for _, a := range list {
			if a.Name != "id" {
				word(a.Name)
				word(a.Value)
			}
		}
	}
	word(n.Type)
	attrs(n.Attrs)
	word(n.Text)
	for _, m := range n.Marks {
		word(m.Type)
		attrs(m.Attrs)
	}
	h.Write([]byte{'('})
	for _, c := range n.Content {
		print(h, c)
	}
	h.Write([]byte{')'})
}

// Changes tells word by word what has changed in a unit since it said was. ok is
// false where that is not known.
func Changes(u Unit) (parts []redline.Part, ok bool) {
	if u.Was == "" {
		return nil, false
	}
	if now, field := u.Source.(string); field || strings.HasPrefix(u.ID, FieldPrefix) {
		return []redline.Part{{Runs: redline.Line(u.Was, now)}}, true
	}
	was, err := prose.Parse([]byte(`{"type":"doc","content":[` + u.Was + `]}`))
	if err != nil {
		return nil, false
	}
	now := &prose.Doc{}
	if n, is := u.Source.(*prose.Node); is {
		now.Content = []*prose.Node{n}
	}
	for _, b := range redline.Compare(was, now).Blocks {
		parts = append(parts, b.Parts...)
	}
	return parts, true
}

// Carry returns what a translation of a body begins with: pictures, embeds and
// dividers as they are, under their ids, without words of the original.
func Carry(body *prose.Doc) *prose.Doc {
	out := &prose.Doc{}
	if body == nil {
		return out
	}
	for _, n := range body.Content {
		switch n.Type {
		case prose.Picture, prose.Gallery, prose.Embed, prose.Divider:
			out.Content = append(out.Content, carried(n))
		}
	}
	return out
}

func carried(n *prose.Node) *prose.Node {
	out := &prose.Node{Type: n.Type}
	for _, a := range n.Attrs {
		if !slices.Contains(wordAttributes, a.Name) && a.Name != "lang" {
			out.Attrs = append(out.Attrs, a)
		}
	}
	for _, c := range n.Content {
		out.Content = append(out.Content, carried(c))
	}
	return out
}

// maxPairs bounds the work of Pair, in pairs of blocks.
const maxPairs = 1 << 20

// Pair gives the blocks of a translation that was made elsewhere the ids of the
// original's blocks that they seem to belong to: the longest sequence of blocks of
// the same type, in order. No words change, and no id comes twice. It returns nil
// where nothing belongs together, or the texts are too long.
func Pair(source, target *prose.Doc) *prose.Doc {
	if source == nil || target == nil || len(source.Content)*len(target.Content) > maxPairs {
		return nil
	}
	a, b := source.Content, target.Content
	best := make([][]int, len(a)+1)
	for i := range best {
		best[i] = make([]int, len(b)+1)
	}
	alike := func(i, j int) bool {
		return a[i].Type == b[j].Type && a[i].Attrs.Get("id") != "" && b[j].Attrs.Get("id") != ""
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if best[i][j] = max(best[i+1][j], best[i][j+1]); alike(i, j) {
				best[i][j] = max(best[i][j], best[i+1][j+1]+1)
			}
		}
	}
	if best[0][0] == 0 {
		return nil
	}
	used := map[string]bool{}
	target.Walk(func(n *prose.Node) bool {
		used[n.Attrs.Get("id")] = true
		return true
	})
	out := &prose.Doc{Content: slices.Clone(b)}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case alike(i, j) && best[i][j] == best[i+1][j+1]+1:
			if id := a[i].Attrs.Get("id"); !used[id] {
				used[id] = true
				n := *b[j]
				n.Attrs = slices.Clone(n.Attrs)
				n.Attrs.Set("id", id)
				out.Content[j] = &n
			}
			i, j = i+1, j+1
		case best[i+1][j] >= best[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}
