package store_test

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"stet/store"
	"stet/store/engine"
	"stet/store/storetest"
)

var update = flag.Bool("update", false, "write what the schema is to testdata")

// TestSchema: a fresh database has the schema that was committed.
func TestSchema(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		lines, err := db.Dump(ctx)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(lines, "\n") + "\n"
		file := "testdata/schema." + db.Engine() + ".txt"
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("the schema is\n%s\nand was\n%s\na change needs a new migration", got, want)
		}
	})
}

// TestOpenAgain: opening an up-to-date newsroom changes nothing.
func TestOpenAgain(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			db := storetest.Open(t, dsn)
			storetest.Init(t, db, "en")
			publish(t, db, "a", draft("en", "Bridge opens"), storetest.Noon)
			before, err := db.Dump(ctx)
			if err != nil {
				t.Fatal(err)
			}
			again := storetest.Open(t, dsn)
			after, err := again.Dump(ctx)
			if err != nil || !slices.Equal(before, after) {
				t.Errorf("the schema became %q, %v", after, err)
			}
			if _, err := again.Public().Story(ctx, "a"); err != nil {
				t.Error(err)
			}
			if engine == "sqlite" {
				files, err := filepath.Glob(dsn + ".schema-*")
				if err != nil || len(files) > 0 {
					t.Errorf("copies were made for no change: %v, %v", files, err)
				}
			}
		})
	}
}

var engines = []string{"sqlite", "postgres"}

// TestManyOpenAtOnce: nodes that start together on an empty database.
func TestManyOpenAtOnce(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			var group sync.WaitGroup
			for range 6 {
				group.Go(func() {
					db, err := store.Open(ctx, dsn)
					if err != nil {
						t.Error(err)
						return
					}
					defer db.Close()
					if err := db.Ping(ctx); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
		})
	}
}

func refused(t *testing.T, dsn, want string) {
	t.Helper()
	db, err := store.Open(ctx, dsn)
	if err == nil {
		db.Close()
	}
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want a word of %q", err, want)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			db := storetest.Open(t, dsn)
			if err := db.Raw(ctx, `INSERT INTO migrations (number, name) VALUES (9999, 'of the future')`); err != nil {
				t.Fatal(err)
			}
			refused(t, dsn, "newer version of stet")
		})
	}
}

func TestForeignFilesAreRefused(t *testing.T) {
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign.db")
	pool, err := sql.Open("sqlite", foreign)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := pool.Exec(`CREATE TABLE bookmarks (url TEXT)`); err != nil {
		t.Fatal(err)
	}
	pool.Close()
	before, err := os.ReadFile(foreign)
	if err != nil {
		t.Fatal(err)
	}
	refused(t, foreign, "another program")
	if after, err := os.ReadFile(foreign); err != nil || string(after) != string(before) {
		t.Errorf("the file of another program was changed, %v", err)
	}
	text := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(text, []byte(strings.Repeat("Dear diary. ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, text, "not a database")
	refused(t, filepath.Join(dir, "none", "stet.db"), "no such file")
	refused(t, dir, "open")
}

func TestForeignPostgresIsRefused(t *testing.T) {
	dsn := storetest.DSN(t, "postgres")
	admin, err := sql.Open("pgx", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.Exec(`CREATE TABLE schema_migrations (version TEXT)`); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(ctx, dsn) // a table that is not in our way
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	if _, err := admin.Exec(`DROP TABLE migrations`); err != nil {
		t.Fatal(err)
	}
	refused(t, dsn, "of another program")
	refused(t, "postgres://%zz", "address")
}

func TestOtherEncodingIsRefused(t *testing.T) {
	base := storetest.DSN(t, "postgres")
	admin, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	name := "stet_ascii_" + strconv.Itoa(os.Getpid())
	if _, err := admin.Exec(`CREATE DATABASE ` + name + ` ENCODING 'SQL_ASCII' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'`); err != nil {
		t.Skip("the server makes no databases:", err)
	}
	defer admin.Exec(`DROP DATABASE ` + name)
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query() // which may name the server's socket
	q.Del("search_path")
	u.Path, u.RawQuery = "/"+name, q.Encode()
	refused(t, u.String(), "ENCODING 'UTF8'")
}

// sqlTexts calls fn with every SQL text in the sources of the store, with the
// parts put together that are joined by +.
func sqlTexts(t *testing.T, fn func(where token.Position, text string)) {
	t.Helper()
	set := token.NewFileSet()
	var files []string
	for _, pattern := range []string{"*.go", "*/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	constants := map[string]string{}
	var flat func(e ast.Expr) string
	flat = func(e ast.Expr) string {
		switch e := e.(type) {
		case *ast.BasicLit:
			s, _ := strconv.Unquote(e.Value)
			return s
		case *ast.Ident:
			return constants[e.Name]
		case *ast.BinaryExpr:
			return flat(e.X) + flat(e.Y)
		}
		return " "
	}
	var parsed []*ast.File
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
				for _, s := range g.Specs {
					if v := s.(*ast.ValueSpec); len(v.Values) == 1 {
						constants[v.Names[0].Name] = flat(v.Values[0])
					}
				}
			}
		}
	}
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			e, ok := n.(ast.Expr)
			if !ok {
				return true
			}
			switch e := e.(type) {
			case *ast.BasicLit, *ast.BinaryExpr:
				text := flat(e)
				if strings.ContainsAny(text, "$") || strings.Contains(text, "ORDER BY") {
					fn(set.Position(e.Pos()), text)
				}
				return false
			}
			return true
		})
	}
}

var number = regexp.MustCompile(`\$(\d+)`)

// TestNumbersAscend: $1, $2 … first appear in that order, so that the text means
// the same to drivers that bind by order.
func TestNumbersAscend(t *testing.T) {
	seen := 0
	sqlTexts(t, func(where token.Position, text string) {
		last := 0
		for _, m := range number.FindAllStringSubmatch(text, -1) {
			n, _ := strconv.Atoi(m[1])
			if n > last+1 {
				t.Errorf("%s: $%d follows $%d in %.80s", where, n, last, text)
			}
			last = max(last, n)
			seen++
		}
	})
	if seen < 100 {
		t.Errorf("saw only %d numbers: the scan is blind", seen)
	}
}

// TestNothingSortsByText: but ids. The engines differ in how they order texts.
func TestNothingSortsByText(t *testing.T) {
	may := []string{"at", "id", "article", "number", "n", "ord", "published", "position", "scheduled", "day", "touched", "created", "rowid", "rank", "since", "width", "slot", "begins", "plan"}
	seen := 0
	sqlTexts(t, func(where token.Position, text string) {
		_, rest, ok := strings.Cut(text, "ORDER BY")
		if !ok {
			return
		}
		rest, _, _ = strings.Cut(rest, "LIMIT")
		rest, _, _ = strings.Cut(rest, "FOR UPDATE")
		for column := range strings.SplitSeq(rest, ",") {
			column = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(column), "DESC"))
			_, name, ok := strings.Cut(column, ".")
			if !ok {
				name = column
			}
			if name = strings.Trim(name, " ."); name == "" || name == "1" {
				continue // put in by code
			}
			if seen++; !slices.Contains(may, name) {
				t.Errorf("%s: ordered by %q", where, name)
			}
		}
	})
	if seen < 8 {
		t.Errorf("saw only %d columns: the scan is blind", seen)
	}
}

// TestMigrationTexts: a semicolon ends a statement and stands nowhere else, the
// texts stay within what both engines know, and the numbers have no gaps.
func TestMigrationTexts(t *testing.T) {
	files, err := fs.Glob(store.Migrations, "migrations/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	comment := regexp.MustCompile(`(?m)^\s*--.*$`)
	last := 0
	for i, name := range files {
		if base, isPair := strings.CutSuffix(name, ".sqlite.sql"); !isPair || files[i-1] != base+".postgres.sql" {
			last++
		}
		if want := fmt.Sprintf("migrations/%04d_", last); !strings.HasPrefix(name, want) {
			t.Errorf("%s does not begin with %s", name, want)
		}
		text, err := fs.ReadFile(store.Migrations, name)
		if err != nil {
			t.Fatal(err)
		}
		bare := comment.ReplaceAllString(string(text), "")
		if n := strings.Count(strings.ReplaceAll(bare, "; END", ""), ";"); n != strings.Count(bare, ";\n") || n != len(engine.Statements(string(text))) {
			t.Errorf("%s: %d semicolons, %d at the end of a line, %d statements", name, n, strings.Count(bare, ";\n"), len(engine.Statements(string(text))))
		}
		for _, s := range engine.Statements(string(text)) {
			for _, word := range []string{"COLLATE", "AUTOINCREMENT", "SERIAL", "DATETIME", "TIMESTAMP", " BLOB", "INTEGER", "VARCHAR", "JSONB", "now()", "--", "STRICT"} {
				if strings.Contains(s, word) {
					t.Errorf("%s: %q in %.60s", name, word, s)
				}
			}
		}
	}
}

// TestCancelledOpen: a context that has ended opens nothing and hangs nowhere.
func TestCancelledOpen(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			ended, cancel := context.WithCancel(ctx)
			cancel()
			if db, err := store.Open(ended, dsn); err == nil {
				db.Close()
				t.Error("it was opened")
			}
			storetest.Open(t, dsn)
		})
	}
}
