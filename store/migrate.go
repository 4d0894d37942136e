package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

//go:embed migrations/*.sql
var migrations embed.FS

type migration struct {
	number int64
	name   string
	sql    string
}

// steps returns the migrations for an engine in order. A pair of files
// NAME.sqlite.sql and NAME.postgres.sql stands where one text cannot serve both.
func steps(engine string) ([]migration, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var out []migration
	for _, f := range files {
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
		text, err := migrations.ReadFile(f)
		if err != nil {
			return nil, err
		}
		out = append(out, migration{n, name, string(text)})
	}
	return out, nil
}

// after holds what a migration cannot say in SQL, by its name. It follows the
// last migration, as what it writes with is made for the newest schema.
var after = map[string]func(context.Context, tx) error{"0003_desk": fillLists, "0010_frames": fillFrames}

// migrate brings the schema up to date. An SQLite database that has one is
// copied beside itself before it is changed.
func (db *DB) migrate(ctx context.Context, dsn string) error {
	all, err := steps(db.Engine())
	if err != nil {
		return err
	}
	newest := all[len(all)-1].number
	version, err := db.schemaVersion(ctx)
	if err != nil {
		return err
	}
	if version == newest {
		return nil
	}
	if version > newest {
		return fmt.Errorf("the database has schema %d and this program knows only %d: it was used by a newer version of stet", version, newest)
	}
	if version > 0 && !IsPostgres(dsn) {
		if err := db.vacuumInto(ctx, fmt.Sprintf("%s.schema-%d", dsn, version)); err != nil {
			return fmt.Errorf("copy the database before changing its schema: %w", err)
		}
	}
	return db.transact(ctx, func(t tx) error {
		// Two nodes may start at once: the second one waits here and finds nothing to do.
		if _, err := t.exec(ctx, `CREATE TABLE IF NOT EXISTS migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL)`); err != nil {
			return err
		}
		var left []func(context.Context, tx) error
		for _, m := range all {
			if n, err := t.exec(ctx, `INSERT INTO migrations (number, name) VALUES ($1, $2) ON CONFLICT DO NOTHING`, m.number, m.name); err != nil {
				return err
			} else if n == 0 {
				continue
			}
			for _, stmt := range statements(m.sql) {
				if _, err := t.exec(ctx, stmt); err != nil {
					return fmt.Errorf("migration %s: %w", m.name, err)
				}
			}
			if fill := after[m.name]; fill != nil {
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

// schemaVersion returns the number of the last migration, 0 for a database
// without tables of ours.
func (db *DB) schemaVersion(ctx context.Context) (int64, error) {
	there, err := db.engine.tables(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the schema: %w", err)
	}
	if slices.Contains(there, "migrations") {
		var n sql.NullInt64
		err := row(ctx, db, `SELECT max(number) FROM migrations`).scan(&n)
		return n.Int64, err
	}
	for _, table := range tables {
		if slices.Contains(there, table) {
			return 0, fmt.Errorf("the database has a table %q of another program; give stet a database or a schema of its own", table)
		}
	}
	return 0, nil
}

// statements splits a migration. Its text has no semicolon but at the end of a
// statement, which a test holds.
func statements(text string) []string {
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
