package prose

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// Loss is something a source had and the document has not.
type Loss struct {
	What   string // "element script", "attribute onclick", "link (javascript:)"
	Count  int
	Sample string // the beginning of the first of them, in one line
}

// Types of nodes and marks, and names of attributes, that live only until fit
// has made a document of what the builder gathered.
const (
	figure     = "figure"
	figcaption = "figcaption"
	caption    = "caption"

	cite      = "cite"
	credit    = "credit"
	altText   = "alt"
	titleText = "title"

	classAttr = "class"
	wordAttr  = "word" // the level of an item of Word, and the kind of its list
)

const (
	maxFrames  = 200
	maxInlines = 100
	maxSample  = 80
)

// A frame is an open element.
type frame struct {
	tag      atom.Atom
	node     *Node // takes the blocks inside
	lang     string
	nodeLang string // the language known from the nodes around
	text     string // the type of the text blocks inside
	level    int
	pre      bool
	base     int // the inline elements before this are out of sight
	class    string
	word     *string // the list marker of a paragraph of Word
}

// An inlineElement is an open inline element.
type inlineElement struct {
	tag   atom.Atom
	name  string
	marks []Mark
	off   []string // marks of outer elements that end here
	lang  string
	depth int // frames open at its start
	added int // how much text there was before
}

// A builder gathers blocks and texts into a tree that need not obey the
// schema; its parts may stand anywhere and are put right by fit.
type builder struct {
	o       FromOptions
	root    *Node
	frames  []frame
	inlines []inlineElement

	cur      *Node // the open text block
	buf      []byte
	bufMarks []Mark
	last     rune
	added    int // bytes of text so far
	space    int // white space owed: none, a space, a line's end
	marks    []Mark
	stale    bool // marks must be found again
	preStart bool // a newline here does not count
	codeName string
	queue    []*Node // pictures met inside the open text block
	anchors  map[string]*Node
	here     []string // those of the open text block
	waiting  []string // those of the next
	hasLinks bool     // to places in the document

	losses map[string]*Loss
}

const (
	noSpace = iota
	oneSpace
	lineEnd
)

func (b *builder) init(o FromOptions) {
	o.Lang = canonicalLang(o.Lang)
	b.o = o
	b.root = &Node{Type: "doc"}
	b.frames = append(make([]frame, 0, 16), frame{node: b.root, lang: o.Lang, nodeLang: o.Lang, text: Paragraph})
}

// bounded cuts off what of a source is beyond size.
func (b *builder) bounded(src string, size int) string {
	src = strings.TrimPrefix(src, "\ufeff")
	if len(src) <= size {
		return strings.ToValidUTF8(src, "\uFFFD")
	}
	end := size
	for end > size-utf8.UTFMax && !utf8.RuneStart(src[end]) {
		end--
	}
	b.lose("text beyond the size limit", src[end:min(len(src), end+400)])
	return strings.ToValidUTF8(src[:end], "\uFFFD")
}

func (b *builder) lose(what, sample string) {
	l := b.losses[what]
	if l == nil {
		if len(b.losses) >= 200 {
			what = "other things"
			if l = b.losses[what]; l != nil {
				l.Count++
				return
			}
		}
		if b.losses == nil {
			b.losses = make(map[string]*Loss)
		}
		l = &Loss{What: what, Sample: cut(foldLine(clean(strings.ToValidUTF8(sample, "\uFFFD"))), maxSample)}
		b.losses[what] = l
	}
	l.Count++
}

// finish closes everything and makes the document.
func (b *builder) finish() (*Doc, []Loss) {
	b.flush()
	d := b.fit()
	var losses []Loss
	for _, l := range b.losses {
		losses = append(losses, *l)
	}
	sort.Slice(losses, func(i, j int) bool { return losses[i].What < losses[j].What })
	return d, losses
}

func (b *builder) top() *frame { return &b.frames[len(b.frames)-1] }

func (b *builder) inside(tag atom.Atom) bool {
	for i := range b.frames {
		if b.frames[i].tag == tag {
			return true
		}
	}
	return false
}

// push opens an element. With a kind it gets a node of its own, else its
// blocks belong to the node around. Beyond maxFrames the element is not
// opened, and the frame returned has no effect.
func (b *builder) push(tag atom.Atom, kind, lang string) *frame {
	top := b.top()
	f := frame{tag: tag, node: top.node, lang: top.lang, nodeLang: top.nodeLang, text: top.text, level: top.level, pre: top.pre, base: top.base}
	if f.lang = b.language(); lang != "" {
		f.lang = lang
	}
	if kind != "" {
		f.node = &Node{Type: kind}
		f.text, f.pre = Paragraph, false
		if (hasID(kind) || kind == figure) && f.lang != f.nodeLang && f.lang != "" {
			f.node.Attrs.Set("lang", f.lang)
			f.nodeLang = f.lang
		}
	}
	if len(b.frames) >= maxFrames {
		f.node = &Node{Type: kind}
		return &f
	}
	if kind != "" {
		top.node.Content = append(top.node.Content, f.node)
		if kind == TableCell || kind == TableHeader || kind == caption {
			f.base = len(b.inlines)
		}
	}
	b.frames = append(b.frames, f)
	b.stale = true
	return b.top()
}

// pop closes the innermost element, and the inline elements in it that HTML
// does not carry on behind it.
func (b *builder) pop() {
	depth := len(b.frames)
	base := b.frames[depth-1].base
	outer := b.frames[depth-2].base
	b.frames = b.frames[:depth-1]
	if base != outer {
		b.inlines = b.inlines[:min(base, len(b.inlines))]
	}
	kept := b.inlines[:0]
	for _, e := range b.inlines {
		if e.depth < depth || carriedOn(e.tag) {
			e.depth = min(e.depth, depth-1)
			kept = append(kept, e)
		}
	}
	b.inlines = kept
	b.stale = true
}

// carriedOn reports the elements that HTML opens again in the next block when
// they were not closed.
func carriedOn(t atom.Atom) bool {
	switch t {
	case atom.A, atom.B, atom.Big, atom.Code, atom.Em, atom.Font, atom.I, atom.Nobr, atom.S, atom.Small, atom.Strike, atom.Strong, atom.Tt, atom.U:
		return true
	}
	return false
}

// popTo closes the elements up to the innermost that is wanted, unless a
// barrier stands before it.
func (b *builder) popTo(wanted, barrier func(atom.Atom) bool) {
	for i := len(b.frames) - 1; i > 0; i-- {
		if wanted(b.frames[i].tag) {
			for len(b.frames) > i {
				b.pop()
			}
			return
		}
		if barrier(b.frames[i].tag) {
			return
		}
	}
}

// popUntil closes the elements inside the innermost that is wanted; without
// one it closes none.
func (b *builder) popUntil(wanted func(atom.Atom) bool) {
	for i := len(b.frames) - 1; i > 0; i-- {
		if wanted(b.frames[i].tag) {
			for len(b.frames) > i+1 {
				b.pop()
			}
			return
		}
	}
}

// closeParagraph closes an open <p>, as the start of a block does.
func (b *builder) closeParagraph() {
	b.popTo(func(t atom.Atom) bool { return t == atom.P }, func(t atom.Atom) bool {
		return isScope(t) || t == atom.Li || t == atom.Blockquote || t == atom.Div || t == atom.Figure
	})
}

func (b *builder) pushInline(tag atom.Atom, name string, marks []Mark, off []string, lang string) {
	if len(b.inlines) >= maxInlines {
		return
	}
	b.inlines = append(b.inlines, inlineElement{tag, name, marks, off, lang, len(b.frames), b.added})
	b.stale = b.stale || len(marks)+len(off) > 0 || lang != ""
}

// popInline closes the innermost inline element of the name.
func (b *builder) popInline(tag atom.Atom, name string) (e inlineElement, ok bool) {
	for i := len(b.inlines) - 1; i >= b.top().base; i-- {
		e = b.inlines[i]
		if e.tag != tag || e.name != name {
			continue
		}
		b.inlines = append(b.inlines[:i], b.inlines[i+1:]...)
		b.stale = b.stale || len(e.marks)+len(e.off) > 0 || e.lang != ""
		return e, true
	}
	return e, false
}

// language returns the language of text that is added now.
func (b *builder) language() string {
	for i := len(b.inlines) - 1; i >= b.top().base; i-- {
		e := &b.inlines[i]
		if e.lang != "" && e.depth >= len(b.frames) {
			return e.lang
		}
	}
	return b.top().lang
}

// currentMarks returns the marks of text that is added now.
func (b *builder) currentMarks() []Mark {
	if !b.stale {
		return b.marks
	}
	b.stale = false
	b.marks = nil
	var marks []Mark
	lang := b.top().lang
	for i := b.top().base; i < len(b.inlines); i++ {
		e := &b.inlines[i]
		for _, name := range e.off {
			marks = withoutMark(marks, name)
		}
		for _, m := range e.marks {
			marks = append(withoutMark(marks, m.Type), m)
		}
		if e.lang != "" && e.depth >= len(b.frames) {
			lang = e.lang
		}
	}
	blockLang := b.top().nodeLang
	if b.cur != nil {
		if l := b.cur.Attrs.Get("lang"); l != "" {
			blockLang = l
		}
	}
	if lang != blockLang && lang != "" {
		marks = append(marks, Mark{Type: Lang, Attrs: Attrs{{"lang", lang}}})
	}
	sortMarks(marks)
	b.marks = marks
	return marks
}

func sortMarks(marks []Mark) {
	if len(marks) > 1 {
		sort.SliceStable(marks, func(i, j int) bool { return rank(marks[i].Type) < rank(marks[j].Type) })
	}
}

func rank(mark string) int {
	if r, ok := markRank[mark]; ok {
		return r
	}
	return len(markOrder)
}

func addMark(marks []Mark, off []string, name string) []Mark {
	for _, o := range off {
		if o == name {
			return marks
		}
	}
	return append(marks, Mark{Type: name})
}

func withoutMark(marks []Mark, name string) []Mark {
	for i := range marks {
		if marks[i].Type == name {
			return append(append([]Mark(nil), marks[:i]...), marks[i+1:]...)
		}
	}
	return marks
}

// anchor notes that links may point here.
func (b *builder) anchor(name string) {
	if _, taken := b.anchors[name]; taken || len(name) > 200 || len(b.anchors) >= 10000 {
		return
	}
	if b.anchors == nil {
		b.anchors = make(map[string]*Node)
	}
	b.anchors[name] = b.cur
	if b.cur == nil {
		b.waiting = append(b.waiting, name)
	} else {
		b.here = append(b.here, name)
	}
}

// openText makes sure that there is a text block.
func (b *builder) openText() {
	if b.cur != nil {
		return
	}
	f := b.top()
	b.cur = &Node{Type: f.text}
	if f.pre {
		b.cur.Type = CodeBlock
	}
	if f.text == Heading {
		b.cur.Attrs.Set("level", string(rune('0'+f.level)))
	}
	if f.lang != f.nodeLang && f.lang != "" {
		b.cur.Attrs.Set("lang", f.lang)
	}
	if f.class != "" && (f.class == "embed" || f.class == "fact-box-title") {
		b.cur.Attrs.Set(classAttr, f.class)
	}
	for _, name := range b.waiting {
		b.anchors[name] = b.cur
	}
	b.here, b.waiting = append(b.here, b.waiting...), b.waiting[:0]
	b.space = noSpace
	b.stale = true
}

// text adds text, folding white space unless it is preformatted.
func (b *builder) text(s string) {
	if b.top().pre {
		b.preformatted(s)
		return
	}
	for s = clean(s); s != ""; {
		end := lineLength(s)
		if end > 0 {
			b.words(s[:end])
		}
		i, kind := end, oneSpace
		for i < len(s) && isSpace(s[i]) {
			if s[i] == '\n' || s[i] == '\r' {
				kind = lineEnd
			}
			i++
		}
		if b.cur != nil && i > end {
			b.space = max(b.space, kind)
		}
		s = s[i:]
	}
}

// lineLength returns how much of s may be taken over as it is: words with
// single spaces between them.
func lineLength(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' && isSpace(c) && (c != ' ' || i == 0 || i+1 == len(s) || isSpace(s[i+1])) {
			return i
		}
	}
	return len(s)
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// words adds text that needs no folding, after the space that is owed. The
// space takes the marks that both its neighbours have.
func (b *builder) words(s string) {
	b.openText()
	marks := b.currentMarks()
	if b.space != noSpace && b.midLine() {
		first, _ := utf8.DecodeRuneInString(s)
		if b.space == oneSpace || !eastAsian(b.last) || !eastAsian(first) {
			b.add(" ", commonMarks(b.bufMarks, marks))
		}
	}
	b.space = noSpace
	b.add(s, marks)
	b.last, _ = utf8.DecodeLastRuneInString(s)
}

// eastAsian reports the characters between which the end of a source line is no
// space: those of Chinese and Japanese.
func eastAsian(r rune) bool {
	return r >= 0x2e80 && (r <= 0x312f || r >= 0x3190 && r <= 0x9fff || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe4f ||
		r >= 0xff00 && r <= 0xff9f || r >= 0x20000 && r <= 0x3ffff)
}

func commonMarks(a, b []Mark) []Mark {
	var both []Mark
	for _, m := range a {
		for _, n := range b {
			if sameMark(m, n) {
				both = append(both, m)
			}
		}
	}
	return both
}

// midLine reports whether text stands before this place in its line.
func (b *builder) midLine() bool {
	if len(b.buf) > 0 {
		return true
	}
	n := len(b.cur.Content)
	return n > 0 && b.cur.Content[n-1].Type == Text
}

func (b *builder) add(s string, marks []Mark) {
	if len(b.buf) > 0 && !sameMarks(b.bufMarks, marks) {
		b.emit()
	}
	b.added += len(s)
	b.buf = append(b.buf, s...)
	b.bufMarks = marks
}

// emit makes a text node of what was added.
func (b *builder) emit() {
	if len(b.buf) > 0 {
		b.cur.Content = append(b.cur.Content, &Node{Type: Text, Text: string(b.buf), Marks: copyMarks(b.bufMarks)})
		b.buf = b.buf[:0]
	}
}

// copyMarks gives a node marks of its own, so that changing them changes no
// other.
func copyMarks(marks []Mark) []Mark {
	marks = slices.Clone(marks)
	for i := range marks {
		marks[i].Attrs = slices.Clone(marks[i].Attrs)
	}
	return marks
}

func (b *builder) preformatted(s string) {
	if b.preStart && s != "" {
		b.preStart = false
		s = strings.TrimPrefix(strings.TrimPrefix(s, "\r"), "\n")
	}
	if s = clean(s); s != "" {
		b.openText()
		b.add(s, nil)
	}
}

// lineBreak adds a line break. The second in a row begins a new paragraph.
func (b *builder) lineBreak() {
	switch {
	case b.top().pre:
		b.preformatted("\n")
	case b.cur == nil:
	case b.midLine():
		b.emit()
		b.cur.Content = append(b.cur.Content, &Node{Type: HardBreak})
		b.space = noSpace
	case b.cur.Type == Paragraph:
		b.flush()
	}
}

// flush closes the open text block.
func (b *builder) flush() {
	if b.cur != nil {
		n := b.cur
		b.emit()
		if n.Type == CodeBlock {
			n.Content[0].Text = strings.TrimRight(n.Content[0].Text, " \t\n")
			n.Attrs.Set("language", b.codeName)
			b.codeName = ""
		} else {
			trim(n)
		}
		if visible(n) {
			b.append(n)
			b.here = b.here[:0]
		}
		b.cur, b.space, b.stale = nil, noSpace, true
		b.waiting = append(b.waiting, b.here...)
		b.here = b.here[:0]
	}
	for _, n := range b.queue {
		b.append(n)
	}
	b.queue = b.queue[:0]
}

// trim takes white space, the unbreakable too, and line breaks off the ends of
// a text block.
func trim(n *Node) {
	for len(n.Content) > 0 {
		t := n.Content[len(n.Content)-1]
		if t.Text = strings.TrimRight(t.Text, " \u00a0"); t.Text != "" {
			break
		}
		n.Content = n.Content[:len(n.Content)-1]
	}
	for len(n.Content) > 0 {
		t := n.Content[0]
		if t.Text = strings.TrimLeft(t.Text, " \u00a0"); t.Text != "" {
			break
		}
		n.Content = n.Content[1:]
	}
}

// append adds a block to the node that is open.
func (b *builder) append(n *Node) {
	top := b.top()
	top.node.Content = append(top.node.Content, n)
}

// object adds a picture or embed: at once where no text has begun, else
// behind the text block, so that no sentence is cut in two.
func (b *builder) object(n *Node) {
	if f := b.top(); f.lang != f.nodeLang && f.lang != "" {
		n.Attrs.Set("lang", f.lang)
	}
	if b.cur == nil {
		b.append(n)
		return
	}
	b.queue = append(b.queue, n)
}

// visible reports whether a text block shows anything.
func visible(n *Node) bool {
	return slices.ContainsFunc(n.Content, func(t *Node) bool { return shows(t.Text) })
}

// shows reports whether a text has anything that readers see.
func shows(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsSpace(r) && !(r >= 0x200b && r <= 0x200f) && r != 0xfeff && r != 0xad
	})
}

// foldLine makes one line of text, its white space folded.
func foldLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < 0x80 && isSpace(byte(r)) }), " ")
}
