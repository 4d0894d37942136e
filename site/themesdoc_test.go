package site

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"stet/site/theme"
)

// TestThemesDoc: doc/themes.md tells of the fields that templates are given what
// the source says. "go test ./site -run TestThemesDoc -update" writes it anew.
func TestThemesDoc(t *testing.T) {
	const file, begin, end = "../doc/themes.md", "<!-- fields, from the source -->\n", "<!-- end of fields -->\n"
	text := string(must(os.ReadFile(file)))
	before, rest, ok := strings.Cut(text, begin)
	was, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the fields", file)
	}
	now := fieldTables(t)
	if *update && was != now {
		if err := os.WriteFile(file, []byte(before+begin+now+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if was != now {
		t.Errorf("%s does not have the fields of the source; run this test with -update", file)
	}
	for _, name := range theme.Names() {
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("%s does not name the theme %s", file, name)
		}
	}
}

// fieldTables writes a table of fields for every template and for every struct
// that their fields hold.
func fieldTables(t *testing.T) string {
	structs, docs := map[string]*ast.StructType{}, map[string]string{}
	set := token.NewFileSet()
	files := must(filepath.Glob("*.go"))
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, d := range must(parser.ParseFile(set, name, nil, parser.ParseComments)).Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, s := range g.Specs {
				spec := s.(*ast.TypeSpec)
				if st, ok := spec.Type.(*ast.StructType); ok {
					structs[spec.Name.Name] = st
					doc := spec.Doc
					if doc == nil {
						doc = g.Doc
					}
					docs[spec.Name.Name] = sentence(spec.Name.Name, doc.Text())
				}
			}
		}
	}
	var b strings.Builder
	queue, seen := []string{}, map[string]bool{}
	table := func(title, name string) {
		st := structs[name]
		if st == nil {
			t.Fatalf("no struct %s", name)
		}
		fmt.Fprintf(&b, "### %s\n\n", title)
		if docs[name] != "" {
			fmt.Fprintf(&b, "%s\n\n", docs[name])
		}
		b.WriteString("| field | type | what it is |\n|---|---|---|\n")
		for _, f := range st.Fields.List {
			kind, of := kindOf(f.Type)
			if len(f.Names) == 0 {
				fmt.Fprintf(&b, "| | %s | its fields are fields here too |\n", kind)
			}
			for _, n := range f.Names {
				said := strings.TrimSpace(f.Doc.Text() + " " + f.Comment.Text())
				fmt.Fprintf(&b, "| `.%s` | %s | %s |\n", n.Name, kind, strings.Join(strings.Fields(said), " "))
			}
			if structs[of] != nil && !seen[of] {
				seen[of] = true
				queue = append(queue, of)
			}
		}
		b.WriteString("\n")
	}
	for _, name := range slices.Sorted(maps.Keys(views.Pages)) {
		table("Page `"+name+".html`", fmt.Sprintf("%T", views.Pages[name])[len("site."):])
	}
	for _, name := range slices.Sorted(maps.Keys(views.Blocks)) {
		table("Block `blocks/"+name+".html`", fmt.Sprintf("%T", views.Blocks[name])[len("site."):])
	}
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		table("Struct `"+name+"`", name)
	}
	return "\n" + b.String()
}

// kindOf says in words what a field holds, and of which struct.
func kindOf(e ast.Expr) (words, of string) {
	switch e := e.(type) {
	case *ast.StarExpr:
		words, of = kindOf(e.X)
		if words != "language" {
			words += ", or nothing"
		}
		return words, of
	case *ast.ArrayType:
		words, of = kindOf(e.Elt)
		return "list of " + words, of
	case *ast.SelectorExpr:
		return strings.ToLower(e.Sel.Name), ""
	case *ast.Ident:
		switch e.Name {
		case "bool":
			return "truth", ""
		case "int":
			return "number", ""
		case "safeHTML":
			return "HTML", ""
		case "safeAttr":
			return "whole attribute", ""
		case "safeData":
			return "JSON-LD", ""
		}
		return e.Name, e.Name
	}
	return fmt.Sprintf("%T", e), ""
}

// sentence makes a sentence of the comment of a type.
func sentence(name, doc string) string {
	doc = strings.Join(strings.Fields(doc), " ")
	for _, begin := range []string{name + " is ", name + " are ", "A " + name + " is ", "An " + name + " is "} {
		if rest, ok := strings.CutPrefix(doc, begin); ok {
			r, n := utf8.DecodeRuneInString(rest)
			return string(unicode.ToUpper(r)) + rest[n:]
		}
	}
	return doc
}
