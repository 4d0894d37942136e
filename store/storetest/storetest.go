// Package storetest opens databases for tests: a fresh one for each test, on
// both engines.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // makes and drops the schemas

	"stet"
	"stet/store"
)

// PostgresEnv names the variable that holds the address of a PostgreSQL
// database in which tests may create schemas. make test sets it.
const PostgresEnv = "STET_TEST_POSTGRES"

// Each runs fn on an empty SQLite database and on an empty PostgreSQL schema.
// Without a PostgreSQL server the second run is skipped, unless STET_TEST_ALL
// demands it.
func Each(t *testing.T, fn func(t *testing.T, db *store.DB)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { fn(t, Open(t, DSN(t, engine))) })
	}
}

// DSN returns the address of a new empty database.
func DSN(t testing.TB, engine string) string {
	t.Helper()
	if engine == "sqlite" {
		return filepath.Join(t.TempDir(), "stet.db")
	}
	base := os.Getenv(PostgresEnv)
	if base == "" {
		if os.Getenv("STET_TEST_ALL") != "" {
			t.Fatalf("%s is not set: make test sets it", PostgresEnv)
		}
		t.Skipf("%s is not set: make test sets it", PostgresEnv)
	}
	admin, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	schema := "t_" + strings.ToLower(rand.Text())
	if _, err := admin.Exec("CREATE SCHEMA " + schema); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP SCHEMA " + schema + " CASCADE"); err != nil {
			t.Error(err)
		}
		admin.Close()
	})
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// empty is an empty database of SQLite. To make one takes longer than most tests.
var empty = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "stet-empty-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	dsn := filepath.Join(dir, "stet.db")
	db, err := store.Open(context.Background(), dsn)
	if err != nil {
		return nil, err
	}
	db.Close()
	return os.ReadFile(dsn)
})

// Open opens a database and closes it at the end of the test.
func Open(t testing.TB, dsn string) *store.DB {
	t.Helper()
	if _, err := os.Stat(dsn); !store.IsPostgres(dsn) && errors.Is(err, fs.ErrNotExist) {
		data, err := empty()
		if err == nil {
			err = os.WriteFile(dsn, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	db, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(db.Close)
	return db
}

// Noon is when tests happen, unless they say otherwise.
var Noon = time.Date(2026, 1, 14, 8, 0, 0, 0, time.UTC)

// Editor may do everything.
var Editor = stet.User{ID: "user:editor", Name: "Editor", Role: stet.ChiefEditor, Origin: stet.ByPerson}

// Init sets a newsroom up in Baku with editions in these languages.
func Init(t testing.TB, db *store.DB, langs ...stet.Lang) {
	t.Helper()
	var editions []stet.Edition
	for _, l := range langs {
		editions = append(editions, stet.Edition{Lang: l, Name: "Herald " + string(l)})
	}
	if err := db.Init(context.Background(), "Asia/Baku", editions, Noon); err != nil {
		t.Fatal(err)
	}
}
