package prose

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

const editorSchema = "../desk/editor/schema.json"

// editorNodes are the nodes in the order in which an editor prefers them where
// several fit.
var editorNodes = []string{Paragraph, Heading, BulletList, OrderedList, ListItem, Quote, Picture, Gallery, Embed,
	Table, TableRow, TableCell, TableHeader, FactBox, Divider, CodeBlock, Text, HardBreak}

type (
	editorAttr struct {
		Name     string `json:"name"`
		Kind     string `json:"kind"`
		Required bool   `json:"required,omitempty"`
		Min      int    `json:"min,omitempty"`
		Max      int    `json:"max,omitempty"`
		Default  int    `json:"default,omitempty"`
	}
	editorNode struct {
		Name    string       `json:"name"`
		Group   string       `json:"group,omitempty"`
		Content string       `json:"content,omitempty"`
		Attrs   []editorAttr `json:"attrs,omitempty"`
	}
	editorMark struct {
		Name  string       `json:"name"`
		Attrs []editorAttr `json:"attrs,omitempty"`
	}
)

var groupNames = map[group]string{flow: "flow", wide: "wide", boxed: "boxed", item: "item", row: "row",
	cell: "cell", image: "image", inline: "inline", plain: "plain"}

var kindNames = map[attrKind]string{idAttr: "id", langAttr: "lang", lineAttr: "line", hrefAttr: "href", urlAttr: "url",
	refAttr: "ref", nameAttr: "name", intAttr: "int", nullAttr: "null"}

func groupsOf(g group) (names []string) {
	for bit := flow; bit <= plain; bit <<= 1 {
		if g&bit != 0 {
			names = append(names, groupNames[bit])
		}
	}
	return names
}

func editorAttrs(specs []attrSpec) (out []editorAttr) {
	for _, s := range specs {
		out = append(out, editorAttr{s.name, kindNames[s.kind], s.required, s.min, s.max, defaults[s.name]})
	}
	return out
}

// TestEditorSchema: the desk's editor knows exactly the nodes, attributes and
// marks that Parse accepts, for it is made from the same table.
func TestEditorSchema(t *testing.T) {
	var out struct {
		Doc      string       `json:"doc"`
		MaxBytes int          `json:"maxBytes"`
		Nodes    []editorNode `json:"nodes"`
		Marks    []editorMark `json:"marks"`
	}
	if len(editorNodes) != len(schema) {
		t.Fatalf("%d nodes are listed here, the schema has %d", len(editorNodes), len(schema))
	}
	out.Doc, out.MaxBytes = strings.Join(groupsOf(docAccepts), "|"), MaxBytes
	for _, name := range editorNodes {
		s, n := schema[name], editorNode{Name: name}
		n.Group, n.Attrs = strings.Join(groupsOf(s.in), " "), editorAttrs(s.attrs)
		switch accepts := strings.Join(groupsOf(s.accepts), "|"); {
		case accepts == "":
		case s.led:
			n.Content = Paragraph + " (" + accepts + ")*"
		case s.filled:
			n.Content = "(" + accepts + ")+"
		default:
			n.Content = "(" + accepts + ")*"
		}
		out.Nodes = append(out.Nodes, n)
	}
	for _, name := range markOrder {
		out.Marks = append(out.Marks, editorMark{name, editorAttrs(markAttrs[name])})
	}
	want, err := json.MarshalIndent(out, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile(editorSchema, want, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(editorSchema)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("the editor's schema is not prose's: go test ./prose -run EditorSchema -update, then go run ./desk/editor")
	}
}
