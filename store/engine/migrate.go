package engine

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// Migration is one step of a schema.
type Migration struct {
	Number     int64
	Name       string
	Statements []string
}

// Migrations reads the migrations for an engine in order from the folder
// "migrations". A pair of files NAME.sqlite.sql and NAME.postgres.sql stands where one
// text cannot serve both.
func Migrations(files fs.FS, engine string) ([]Migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var out []Migration
	for _, f := range names {
		name := strings.TrimSuffix(strings.TrimPrefix(f, "migrations/"), ".sql")
		if base, only, ok := strings.Cut(name, "."); ok {
			if only != engine {
				continue
			}
			name = base
		}
		number, _, _ := strings.Cut(name, "_")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("migration %s: its name must start with a number", f)
		}
		text, err := fs.ReadFile(files, f)
		if err != nil {
			return nil, err
		}
		out = append(out, Migration{n, name, Statements(string(text))})
	}
	return out, nil
}

// Schema is what a database should hold.
type Schema struct {
	Files  fs.FS    // its migrations
	Tables []string // all of them, in an order in which rows can be written
	// After holds what a migration cannot say in SQL, by its name. It follows the
	// last migration, as what it writes with is made for the newest schema.
	After map[string]func(context.Context, Tx) error
}

// Migrate brings the schema up to date. An SQLite database that has one is
// copied beside itself before it is changed.
func (db *DB) Migrate(ctx context.Context, schema Schema) error {
	all, err := Migrations(schema.Files, db.Name())
	if err != nil {
		return err
	}
	newest := all[len(all)-1].Number
	version, err := db.version(ctx, schema.Tables)
	if err != nil {
		return err
	}
	if version == newest {
		return nil
	}
	if version > newest {
		return fmt.Errorf("the database has schema %d and this program knows only %d: it was used by a newer version of stet", version, newest)
	}
	if version > 0 && !IsPostgres(db.dsn) {
		if err := db.CopyFile(ctx, fmt.Sprintf("%s.schema-%d", db.dsn, version)); err != nil {
			return fmt.Errorf("copy the database before changing its schema: %w", err)
		}
	}
	return db.Transact(ctx, func(t Tx) error {
		// Two nodes may start at once: the second one waits here and finds nothing to do.
		if _, err := t.Exec(ctx, `CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL)`); err != nil {
			return err
		}
		var left []func(context.Context, Tx) error
		for _, m := range all {
			if n, err := t.Exec(ctx, `INSERT INTO migrations (number, name) VALUES ($1, $2) ON CONFLICT DO NOTHING`, m.Number, m.Name); err != nil {
				return err
			} else if n == 0 {
				continue
			}
			for _, stmt := range m.Statements {
				if _, err := t.Exec(ctx, stmt); err != nil {
					return fmt.Errorf("migration %s: %w", m.Name, err)
				}
			}
			if fill := schema.After[m.Name]; fill != nil {
				left = append(left, fill)
			}
		}
		for _, fill := range left {
			if err := fill(ctx, t); err != nil {
				return fmt.Errorf("bring the newsroom up to date: %w", err)
			}
		}
		return nil
	})
}

// version returns the number of the last migration, 0 for a database
// without tables of ours.
func (db *DB) version(ctx context.Context, tables []string) (int64, error) {
	there, err := db.engine.tables(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the schema: %w", err)
	}
	if slices.Contains(there, "migrations") {
		var n sql.NullInt64
		err := Row(ctx, db, `SELECT max(number) FROM migrations`).Scan(&n)
		return n.Int64, err
	}
	for _, table := range tables {
		if slices.Contains(there, table) {
			return 0, fmt.Errorf("the database has a table %q of another program; give stet a database or a schema of its own", table)
		}
	}
	return 0, nil
}

// Statements splits a migration. Its text has no semicolon but at the end of a
// statement, which a test holds.
func Statements(text string) []string {
	var out []string
	for s := range strings.SplitSeq(text, ";\n") {
		var lines []string
		for line := range strings.SplitSeq(s, "\n") {
			if !strings.HasPrefix(strings.TrimSpace(line), "--") {
				lines = append(lines, line)
			}
		}
		if s = strings.TrimSpace(strings.Join(lines, "\n")); s != "" {
			out = append(out, strings.TrimSuffix(s, ";"))
		}
	}
	return out
}
