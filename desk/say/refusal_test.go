package say

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stet"
)

// elsewhere are files whose refusals nobody at the desk meets: they are those
// of commands, of tokens, of files that are imported and of readers' addresses.
var elsewhere = []string{"settings.go", "address.go", "backup.go", "library.go", "search.go"}

// refusalFormats returns the sentences in which code refuses something, and
// the files they stand in.
func refusalFormats(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, pattern := range []string{"../picture*.go", "../pictures/*.go", "../newsroom/*.go", "../setup/*.go", "../translate/*.go", "../terms/*.go", "../plan/*.go", "../../*.go", "../../store/*.go", "../../store/*/*.go", "../../auth/*.go", "../../media/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(source, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				at := -1
				switch fn := call.Fun.(type) {
				case *ast.Ident:
					if i, ok := map[string]int{"Errorf": 2, "bad": 1, "refuse": 0}[fn.Name]; ok {
						at = i
					}
				case *ast.SelectorExpr:
					if x, ok := fn.X.(*ast.Ident); ok && x.Name == "stet" && fn.Sel.Name == "Errorf" {
						at = 2
					}
				}
				if at < 0 || len(call.Args) <= at {
					return true
				}
				if lit, ok := call.Args[at].(*ast.BasicLit); ok {
					format, err := strconv.Unquote(lit.Value)
					if err != nil {
						t.Fatal(err)
					}
					if _, known := out[format]; !known || slices.Contains(elsewhere, filepath.Base(out[format])) {
						out[format] = file
					}
				}
				return true
			})
		}
	}
	return out
}

var verb = regexp.MustCompile(`%[.0-9]*[a-z]`)

// TestRefusalsInEveryLanguage: what the law and storage refuse has words in
// every language of the desk, and the words have values for all they name.
func TestRefusalsInEveryLanguage(t *testing.T) {
	formats := refusalFormats(t)
	if len(formats) < 60 {
		t.Fatalf("found only %d sentences: the scan is blind", len(formats))
	}
	for format, file := range formats {
		said, ok := refusals[format]
		if !ok {
			machine := strings.Contains(format, "token") || strings.Contains(format, "stet init") || strings.Contains(format, "Authorization")
			if !slices.Contains(elsewhere, filepath.Base(file)) && !machine {
				t.Errorf("%s: no words for %q", file, format)
			}
			continue
		}
		var args []any
		for _, v := range verb.FindAllString(format, -1) {
			if strings.HasSuffix(v, "d") {
				args = append(args, 7)
			} else {
				args = append(args, "value")
			}
		}
		for _, s := range said {
			if got := fmt.Sprintf(s, args...); strings.Contains(got, "%!") || got == "" {
				t.Errorf("%q in other words is %q", format, got)
			}
		}
	}
	for format := range refusals {
		if _, ok := formats[format]; !ok {
			t.Errorf("nobody says %q any more", format)
		}
	}
}

func TestRefused(t *testing.T) {
	baku, err := time.LoadLocation("Asia/Baku")
	if err != nil {
		t.Fatal(err)
	}
	book, err := NewBook()
	if err != nil {
		t.Fatal(err)
	}
	reporter := stet.User{ID: "user:1", Name: "Лейла", Role: stet.Reporter}
	until := time.Date(2026, 3, 1, 5, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		lang stet.Lang
		err  error
		want string
	}{
		{"ru", stet.May(reporter, stet.ActPublish, nil), "Роль «Корреспондент» не даёт права публиковать"},
		{"az", stet.May(reporter, stet.ActPublish, nil), "«Müxbir» rolu icazə vermir: dərc etmək"},
		{"en", stet.May(reporter, stet.ActPublish, nil), "a reporter may not publish articles"},
		{"ru", stet.Errorf(stet.Conflict, "", "the article is %q; it must be %q for this", stet.WorkApproved, stet.WorkDraft), `материал сейчас «одобрено», а для этого нужно «черновик»`},
		{"en", stet.Errorf(stet.Conflict, "expires", "the article expires on %s; change the time of expiry first", stet.Moment{Time: until}),
			"expires: the article expires on March 1, 2026 at 9:00 AM; change the time of expiry first"},
		{"ru", errors.New("internal"), "internal"},
		{"ru", stet.Errorf(stet.Invalid, "", "no words for this"), "no words for this"},
	} {
		w := book.In(tt.lang)
		if got := w.Refused(tt.err, baku).Error(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.lang, got, tt.want)
		}
	}
}
