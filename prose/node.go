package prose

import (
	"crypto/sha256"
	"encoding/base32"
	"strconv"
	"strings"
)

// MaxBytes is the size a document may have as JSON.
const MaxBytes = 2 << 20

// MaxDepth is how deep nodes may be nested; a paragraph of the document has
// depth 1 and its text depth 2.
const MaxDepth = 32

// The types of nodes.
const (
	Paragraph   = "paragraph"
	Heading     = "heading"
	BulletList  = "bullet_list"
	OrderedList = "ordered_list"
	ListItem    = "list_item"
	Quote       = "quote"
	Picture     = "picture"
	Gallery     = "gallery"
	Embed       = "embed"
	Table       = "table"
	TableRow    = "table_row"
	TableCell   = "table_cell"
	TableHeader = "table_header"
	FactBox     = "fact_box"
	Divider     = "divider"
	CodeBlock   = "code_block"
	Text        = "text"
	HardBreak   = "hard_break"
)

// The types of marks, in canonical order: a link is the outermost.
const (
	Link      = "link"
	Lang      = "lang"
	Strong    = "strong"
	Em        = "em"
	Strike    = "strike"
	SmallCaps = "small_caps"
	Sub       = "sub"
	Sup       = "sup"
	Code      = "code"
)

// Doc is a document. What Parse, FromHTML, FromMarkdown and FromText return
// obeys the schema; a document changed by hand does so when Parse(d.JSON())
// says so. Reading one from several goroutines is safe.
type Doc struct {
	Content []*Node
}

// Node is a block or an inline node. Text and Marks belong to text nodes only.
type Node struct {
	Type    string
	Attrs   Attrs
	Content []*Node
	Text    string
	Marks   []Mark
}

// Mark is a property of a stretch of text.
type Mark struct {
	Type  string
	Attrs Attrs
}

// Attr is one attribute. Numbers are kept in decimal.
type Attr struct{ Name, Value string }

// Attrs are the attributes of a node or mark. An attribute that is not there
// and one that is empty mean the same.
type Attrs []Attr

// Get returns the value of an attribute, or "".
func (a Attrs) Get(name string) string {
	for i := range a {
		if a[i].Name == name {
			return a[i].Value
		}
	}
	return ""
}

// Int returns the value of a numeric attribute, or what the schema takes for
// an absent one.
func (a Attrs) Int(name string) int {
	n, err := strconv.Atoi(a.Get(name))
	if err != nil {
		return defaults[name]
	}
	return n
}

// Set gives an attribute a value; an empty value removes it.
func (a *Attrs) Set(name, value string) {
	for i := range *a {
		if (*a)[i].Name != name {
			continue
		}
		if value == "" {
			*a = append((*a)[:i:i], (*a)[i+1:]...)
		} else {
			(*a)[i].Value = value
		}
		return
	}
	if value != "" {
		*a = append(*a, Attr{name, value})
	}
}

// Walk calls f for every node in document order, parents first. When f
// returns false the node's children are passed over.
func (d *Doc) Walk(f func(*Node) bool) { walk(d.Content, f) }

func walk(nodes []*Node, f func(*Node) bool) {
	for _, n := range nodes {
		if f(n) {
			walk(n.Content, f)
		}
	}
}

// AssignIDs gives an id to every node that may have one and lacks it. The id
// follows from the prefix (the article's id) and the node's position, so the
// same document always gets the same ids; ids that are there stay.
func (d *Doc) AssignIDs(prefix string) {
	used := make(map[string]bool)
	d.Walk(func(n *Node) bool {
		if id := n.Attrs.Get("id"); id != "" {
			used[id] = true
		}
		return true
	})
	position := 0
	d.Walk(func(n *Node) bool {
		if !hasID(n.Type) {
			return true
		}
		position++
		for try := 0; n.Attrs.Get("id") == ""; try++ {
			if id := makeID(prefix, position, try); !used[id] {
				used[id] = true
				n.Attrs.Set("id", id)
			}
		}
		return true
	})
}

// idLength is the length of a made id.
const idLength = 12

func makeID(prefix string, position, try int) string {
	key := prefix + "\x00" + strconv.Itoa(position)
	if try > 0 {
		key += "\x00" + strconv.Itoa(try)
	}
	sum := sha256.Sum256([]byte(key))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:8]))[:idLength]
}

func sameMarks(a, b []Mark) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !sameMark(a[i], b[i]) {
			return false
		}
	}
	return true
}

func sameMark(a, b Mark) bool {
	if a.Type != b.Type || len(a.Attrs) != len(b.Attrs) {
		return false
	}
	for _, attr := range a.Attrs {
		if b.Attrs.Get(attr.Name) != attr.Value {
			return false
		}
	}
	return true
}

// mergeText joins neighbouring texts with equal marks and drops empty ones.
func mergeText(nodes []*Node) []*Node {
	out := nodes[:0]
	for start := 0; start < len(nodes); {
		n := nodes[start]
		end := start + 1
		if n.Type == Text {
			size := len(n.Text)
			for end < len(nodes) && nodes[end].Type == Text && sameMarks(n.Marks, nodes[end].Marks) {
				size += len(nodes[end].Text)
				end++
			}
			if end > start+1 {
				var b strings.Builder
				b.Grow(size)
				for _, part := range nodes[start:end] {
					b.WriteString(part.Text)
				}
				n = &Node{Type: Text, Text: b.String(), Marks: n.Marks}
			}
		}
		if n.Type != Text || n.Text != "" {
			out = append(out, n)
		}
		start = end
	}
	return out
}
