package stet_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const leaves = "prose press search blob lang dial mail"

// layers is the house: what a package may import of ours. A package that is not
// in the table has no place yet, and fails the test.
var layers = map[string]string{
	"stet/prose":          "",
	"stet/press":          "",
	"stet/search":         "",
	"stet/blob":           "",
	"stet/lang":           "",
	"stet/dial":           "",
	"stet/mail":           "",
	"stet":                "prose prose/redline prose/parallel lang",
	"stet/native":         ". prose lang",
	"stet/store":          ". store/engine store/access store/audit store/picture store/plan store/term store/translation " + leaves,
	"stet/auth":           ". store store/access store/audit " + leaves,
	"stet/jobs":           ". store store/audit " + leaves,
	"stet/media":          ". store store/picture " + leaves,
	"stet/delivery":       ". store prose search blob lang dial mail",
	"stet/transfer":       ". native store media prose search blob lang dial mail",
	"stet/web":            ". lang",
	"stet/site":           ". web prose press search lang site/theme site/format site/card",
	"stet/site/theme":     "press lang",
	"stet/site/format":    ". prose lang",
	"stet/site/card":      "",
	"stet/desk":           ". store store/picture auth media web prose prose/redline search lang desk/say desk/frame desk/access desk/front desk/newsroom desk/plan desk/terms desk/translate",
	"stet/desk/frame":     ". store store/access auth web lang desk/say",
	"stet/desk/access":    ". store store/access store/audit auth web desk/say desk/frame",
	"stet/desk/front":     ". store web lang desk/say desk/frame",
	"stet/desk/translate": ". store store/translation web prose prose/parallel prose/redline search lang desk/say desk/frame",
	"stet/desk/newsroom":  ". store store/access store/audit auth lang desk/say desk/frame",
	"stet/desk/plan":      ". store store/plan lang desk/say desk/frame",
	"stet/desk/terms":     ". store store/term lang desk/say desk/frame",
	"stet/desk/setup":     ". store store/access auth lang desk/say desk/frame",
	"stet/desk/say":       ". lang",
	"stet/api":            ". native store store/picture auth media web prose search lang",
	"stet/desk/editor":    "", // bundles the editor
	"stet/cmd/stet":       "*",
	"stet/bench":          "*", // measures the whole system
	"stet/press/lane":     "press",

	"stet/prose/redline":  "prose",
	"stet/prose/parallel": "prose prose/redline",

	"stet/store/engine":      "search lang", // knows nothing of news
	"stet/store/access":      ". store/engine store/audit",
	"stet/store/audit":       ". store/engine",
	"stet/store/picture":     ". store/engine",
	"stet/store/plan":        ". store/access store/audit store/engine",
	"stet/store/term":        ". store/engine",
	"stet/store/translation": ". prose/parallel store/engine",
	"stet/store/storetest":   ". store", // for tests

	"stet/cmd/stet/scene": "", // paints the sample newsroom's pictures
}

type goPackage struct {
	ImportPath string
	Standard   bool
	Imports    []string
	CgoFiles   []string
	Deps       []string
}

func goList(t *testing.T, args ...string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports,CgoFiles,Deps"}, args...)...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1") // else files with cgo would be left out of the list
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var list []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
}

func ours(path string) bool { return path == "stet" || strings.HasPrefix(path, "stet/") }

// TestLayers: who imports whom is what the table says.
func TestLayers(t *testing.T) {
	for _, p := range goList(t, "./...") {
		row, ok := layers[p.ImportPath]
		if !ok {
			t.Errorf("%s is not in the table of layers", p.ImportPath)
			continue
		}
		may := map[string]bool{}
		for _, name := range strings.Fields(row) {
			may[strings.TrimSuffix("stet/"+name, "/.")] = true
		}
		for _, path := range p.Imports {
			switch {
			case !ours(path):
			case path == "stet/cmd/stet" || path == "stet/bench":
				t.Errorf("%s imports a command", p.ImportPath)
			case path == "stet/store/storetest":
				t.Errorf("%s imports test code", p.ImportPath)
			case row != "*" && !may[path]:
				t.Errorf("%s must not import %s", p.ImportPath, path)
			}
		}
	}
}

// TestSiteNeverReachesTheStore: not by way of others either. Nor may what
// readers' pages are made of do I/O with a database or act as a client.
func TestSiteNeverReachesTheStore(t *testing.T) {
	for _, p := range goList(t, "./site", ".") {
		for _, path := range p.Deps {
			switch path {
			case "stet/store", "stet/auth", "stet/desk", "stet/api", "database/sql":
				t.Errorf("%s depends on %s", p.ImportPath, path)
			case "net/http":
				if p.ImportPath == "stet" {
					t.Error("the domain knows HTTP")
				}
			}
		}
	}
}

// TestNoCgo: the program is built without a C compiler.
func TestNoCgo(t *testing.T) {
	for _, p := range goList(t, "-deps", "./cmd/stet") {
		if !p.Standard && len(p.CgoFiles) > 0 {
			t.Errorf("%s needs cgo: %v", p.ImportPath, p.CgoFiles)
		}
	}
}

// sourceFiles calls fn for every Go file that is not a test's.
func sourceFiles(t *testing.T, fn func(path string, set *token.FileSet, f *ast.File)) {
	t.Helper()
	set := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "node_modules" || len(d.Name()) > 1 && d.Name()[0] == '.') {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		fn(path, set, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

var sqlText = regexp.MustCompile(`(?s)\b(SELECT\s.+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX|UNIQUE|SCHEMA)\s|PRAGMA\s+\w)`)

// TestSQLIsInTheStore: and nowhere else.
func TestSQLIsInTheStore(t *testing.T) {
	found := 0
	sourceFiles(t, func(path string, set *token.FileSet, f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING || !sqlText.MatchString(lit.Value) {
				return true
			}
			if found++; !strings.HasPrefix(path, "store"+string(filepath.Separator)) {
				t.Errorf("%s: SQL: %.60s", set.Position(lit.Pos()), lit.Value)
			}
			return true
		})
	})
	if found < 50 {
		t.Errorf("found only %d statements: the scan is blind", found)
	}
}

// TestDomainHasNoClock: package stet and the packages that readers' pages are
// made of take the time of day as an argument.
func TestDomainHasNoClock(t *testing.T) {
	clock := []string{"Now", "Since", "Until"}
	sourceFiles(t, func(path string, set *token.FileSet, f *ast.File) {
		dir := filepath.Dir(path)
		if dir != "." && dir != "prose" && dir != "lang" && dir != "store" && dir != filepath.Join("store", "access") && dir != filepath.Join("store", "audit") && dir != filepath.Join("store", "picture") && dir != filepath.Join("site", "format") {
			return
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == "time" && slices.Contains(clock, sel.Sel.Name) {
				t.Errorf("%s: time.%s", set.Position(sel.Pos()), sel.Sel.Name)
			}
			return true
		})
	})
}

// TestFilesStaySmall: a file that grows over 800 lines has two subjects.
func TestFilesStaySmall(t *testing.T) {
	sourceFiles(t, func(path string, set *token.FileSet, f *ast.File) {
		if lines := set.File(f.Pos()).LineCount(); lines > 800 {
			t.Errorf("%s has %d lines", path, lines)
		}
	})
}
