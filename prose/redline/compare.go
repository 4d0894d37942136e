package redline

import (
	"strings"

	"stet/prose"
)

// Change is what happened to a block or a run of words.
type Change string

const (
	Same     Change = "same"
	Added    Change = "added"
	Removed  Change = "removed"
	Changed  Change = "changed"  // of a block: some of its words or attributes
	Restyled Change = "restyled" // of a run: the same words with other marks
)

// Comparison is what differs between two versions, to be shown from the first
// block to the last.
type Comparison struct {
	Blocks []Block
	Coarse bool // some texts were too long to be compared word by word
}

// Block is a block that holds no others, or the words that a block of others has
// of its own: a quote's attribution, a table's caption.
type Block struct {
	Change Change
	Moved  bool     // it stands elsewhere; it may be changed as well
	Type   string   // of the node, in the new version if it is there
	Was    string   // its type before, if that was another
	Inside []string // the types of the nodes around, the outermost first
	Parts  []Part
}

// Part is the text of a block, or one of its attributes that is or was there.
type Part struct {
	Name string // empty for the text; else the attribute's: caption, level, url
	Runs []Run
}

// Run is a stretch of words.
type Run struct {
	Change Change // never Changed
	Text   string // a newline is the break of a line
	Marks  []prose.Mark
	Were   []prose.Mark // of Restyled: the marks before
}

// Compare sets a version of a document beside one before it. Blocks are known by
// their ids, else by what they say.
func Compare(before, after *prose.Doc) Comparison {
	c := comparer{work: maxWork}
	c.pair(units(before), units(after))
	return c.out
}

// Line compares texts of one line.
func Line(before, after string) []Run {
	c := comparer{work: maxWork}
	return c.runs(appendWords(nil, before, nil), appendWords(nil, after, nil))
}

// A unit is what becomes a Block.
type unit struct {
	node   *prose.Node
	inside []string
	key    string
}

// units lists a document's, in order.
func units(d *prose.Doc) []unit {
	var out []unit
	seen := make(map[string]int)
	var enter func(nodes []*prose.Node, inside []string)
	enter = func(nodes []*prose.Node, inside []string) {
		for _, n := range nodes {
			leaf := textBlock(n.Type) || atom(n.Type)
			if leaf || ownWords(n) {
				u := unit{node: n, inside: inside, key: keyOf(n, seen)}
				out = append(out, u)
			}
			if !leaf {
				enter(n.Content, append(inside[:len(inside):len(inside)], n.Type))
			}
		}
	}
	enter(d.Content, nil)
	return out
}

// ownWords reports whether a block that holds others has anything to show of its
// own.
func ownWords(n *prose.Node) bool {
	for _, a := range n.Attrs {
		if a.Name != "id" && a.Name != "colspan" && a.Name != "rowspan" {
			return true
		}
	}
	return false
}

type comparer struct {
	out  Comparison
	work int // tokens left to be compared word by word
}

// pair finds for every unit the one it was, and lists them in the order of the
// new version; what was removed stands where it was.
func (c *comparer) pair(before, after []unit) {
	old := make(map[string]int, len(before))
	for i, u := range before {
		old[u.key] = i
	}
	was := make([]int, len(after)) // the number of the unit before, or -1
	taken := make([]bool, len(before))
	for i, u := range after {
		was[i] = -1
		if j, ok := old[u.key]; ok {
			was[i], taken[j] = j, true
		}
	}
	var kb, ka []string
	for i, u := range before {
		if taken[i] {
			kb = append(kb, u.key)
		}
	}
	for i, u := range after {
		if was[i] >= 0 {
			ka = append(ka, u.key)
		}
	}
	elsewhere := make(map[string]bool)
	for _, h := range changes(kb, ka) {
		for _, key := range ka[h.b0:h.b1] {
			elsewhere[key] = true
		}
	}
	next := 0 // of before
	for i := 0; i < len(after); {
		if was[i] >= 0 {
			if u := after[i]; !elsewhere[u.key] {
				c.removed(before, taken, next, was[i])
				next = was[i] + 1
			}
			c.block(&before[was[i]], &after[i], elsewhere[after[i].key])
			i++
			continue
		}
		// New ones: those that are like what was removed here are those, rewritten.
		end := i
		for end < len(after) && was[end] < 0 {
			end++
		}
		to := next
		for to < len(before) && (!taken[to] || elsewhere[before[to].key]) {
			to++
		}
		for ; i < end; i++ {
			if j := c.alike(before, taken, next, to, &after[i]); j >= 0 {
				c.removed(before, taken, next, j)
				taken[j], next = true, j+1
				c.block(&before[j], &after[i], false)
			} else {
				c.block(nil, &after[i], false)
			}
		}
	}
	c.removed(before, taken, next, len(before))
}

// removed lists what of before, from a place to another, is there no more.
func (c *comparer) removed(before []unit, taken []bool, from, to int) {
	for i := from; i < to; i++ {
		if !taken[i] {
			c.block(&before[i], nil, false)
		}
	}
}

// alike returns which of some removed units a new one was made of: the first of
// the same sort that shares as many words as half of what the two have on
// average. It is -1 for none.
func (c *comparer) alike(before []unit, taken []bool, from, to int, u *unit) int {
	words := make(map[string]int)
	n := 0
	for _, t := range c.fewTokens(u) {
		if t.word() {
			words[t.text]++
			n++
		}
	}
	for i := from; i < min(to, from+mostAlike) && n > 0; i++ {
		if taken[i] || sort(before[i].node.Type) != sort(u.node.Type) {
			continue
		}
		shared, all := 0, n
		seen := make(map[string]int, len(words))
		for _, t := range c.fewTokens(&before[i]) {
			if !t.word() {
				continue
			}
			all++
			if seen[t.text]++; seen[t.text] <= words[t.text] {
				shared++
			}
		}
		if 4*shared >= all {
			return i
		}
	}
	return -1
}

// mostAlike is how many removed blocks a new one is compared with, and
// maxAlike how long they may be, in bytes.
const (
	mostAlike = 20
	maxAlike  = 20_000
)

// fewTokens returns the tokens of a block that is not too long to look for what
// is like it.
func (c *comparer) fewTokens(u *unit) []token {
	size := 0
	for _, n := range u.node.Content {
		size += len(n.Text)
	}
	if !textBlock(u.node.Type) || size > maxAlike || c.work <= 0 {
		return nil
	}
	out := tokens(u.node.Content)
	c.work -= len(out) / 4
	return out
}

func (c *comparer) block(before, after *unit, moved bool) {
	b := Block{Change: Same, Moved: moved}
	u, old := after, &prose.Node{}
	switch {
	case after == nil:
		b.Change, u = Removed, before
		old = before.node
	case before == nil:
		b.Change = Added
	default:
		old = before.node
		if b.Moved = moved || strings.Join(before.inside, " ") != strings.Join(after.inside, " "); old.Type != after.node.Type {
			b.Change, b.Was = Changed, old.Type
		}
	}
	b.Type, b.Inside = u.node.Type, u.inside
	now := &prose.Node{}
	if after != nil {
		now = after.node
	}
	if textBlock(b.Type) {
		b.Parts = append(b.Parts, Part{Runs: c.runs(tokens(old.Content), tokens(now.Content))})
	}
	for _, name := range attrNames {
		vb, va := old.Attrs.Get(name), now.Attrs.Get(name)
		if name == "id" || vb == "" && va == "" {
			continue
		}
		b.Parts = append(b.Parts, Part{Name: name, Runs: c.runs(appendWords(nil, vb, nil), appendWords(nil, va, nil))})
	}
	for _, p := range b.Parts {
		for _, r := range p.Runs {
			if b.Change == Same && r.Change != Same {
				b.Change = Changed
			}
		}
	}
	c.out.Blocks = append(c.out.Blocks, b)
}

// runs compares two texts word by word.
func (c *comparer) runs(before, after []token) []Run {
	var w runWriter
	total := len(before) + len(after)
	var hunks []hunk
	if total > maxTokens || total > c.work {
		c.out.Coarse = true
		if plain(before) != plain(after) {
			w.put(Removed, before, nil)
			w.put(Added, after, nil)
			return w.runs
		}
		// the marks of texts as long as that are not compared
	} else {
		c.work -= total
		hunks = readable(before, texts(before), texts(after))
	}
	b, a := 0, 0
	for _, h := range hunks {
		w.put(Same, after[a:h.b0], before[b:h.a0])
		w.put(Removed, before[h.a0:h.a1], nil)
		w.put(Added, after[h.b0:h.b1], nil)
		b, a = h.a1, h.b1
	}
	w.put(Same, after[a:], before[b:])
	return w.runs
}

// texts returns the texts of tokens, without their marks.
func texts(tokens []token) []string {
	out := make([]string, len(tokens))
	for i := range tokens {
		out[i] = tokens[i].text
	}
	return out
}

// readable returns the changes from a to b with those joined that only spaces
// and signs stand between: nobody reads a sentence that is crossed out around
// every comma.
func readable(before []token, a, b []string) []hunk {
	var out []hunk
	for _, h := range changes(a, b) {
		if n := len(out); n > 0 {
			last := &out[n-1]
			joined := last.a1 > last.a0 && last.b1 > last.b0 || h.a1 > h.a0 && h.b1 > h.b0
			for i := last.a1; i < h.a0; i++ {
				joined = joined && !before[i].word()
			}
			if joined {
				last.a1, last.b1 = h.a1, h.b1
				continue
			}
		}
		out = append(out, h)
	}
	return out
}

type runWriter struct{ runs []Run }

// put writes tokens; were are the same ones as they stood before.
func (w *runWriter) put(change Change, tokens, were []token) {
	for i := 0; i < len(tokens); {
		r := style(change, tokens, were, i)
		end := i + 1
		for end < len(tokens) && sameStyle(style(change, tokens, were, end), r) {
			end++
		}
		r.Text = plain(tokens[i:end])
		i = end
		if n := len(w.runs); n > 0 && sameStyle(w.runs[n-1], r) {
			w.runs[n-1].Text += r.Text
			continue
		}
		w.runs = append(w.runs, r)
	}
}

// style returns the run that a token belongs to, without its text.
func style(change Change, tokens, were []token, i int) Run {
	if were != nil && !sameMarks(tokens[i].marks, were[i].marks) {
		return Run{Change: Restyled, Marks: tokens[i].marks, Were: were[i].marks}
	}
	return Run{Change: change, Marks: tokens[i].marks}
}

func sameStyle(a, b Run) bool {
	return a.Change == b.Change && sameMarks(a.Marks, b.Marks) && sameMarks(a.Were, b.Were)
}
