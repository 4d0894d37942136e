package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Dump lists the schema in a form that two databases can be compared by.
func (db *DB) Dump(ctx context.Context) ([]string, error) {
	query := `SELECT sql FROM sqlite_master WHERE sql IS NOT NULL`
	if db.Engine() == "postgres" {
		query = `
			SELECT format('%s.%s %s%s%s', table_name, column_name, data_type, CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END,
				' DEFAULT ' || column_default)
			FROM information_schema.columns WHERE table_schema = current_schema()
			UNION ALL
			SELECT replace(indexdef, current_schema() || '.', '') FROM pg_indexes WHERE schemaname = current_schema()
			UNION ALL
			SELECT format('%s %s %s', conrelid::regclass, conname, replace(pg_get_constraintdef(oid), current_schema() || '.', ''))
			FROM pg_constraint WHERE connamespace = current_schema()::regnamespace`
	}
	rows, err := db.read.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	lines, err := collect[string](rows)
	slices.Sort(lines)
	return lines, err
}

// ExamineWith examines the tables as they would be after a statement that plants
// damage, which is then undone.
func (db *DB) ExamineWith(ctx context.Context, plant string) (*Report, error) {
	free := `PRAGMA defer_foreign_keys = ON`
	if db.Engine() == "postgres" {
		free = `SET LOCAL session_replication_role = replica`
	}
	var r Report
	undo := errors.New("to be undone")
	err := db.transact(ctx, func(t tx) error {
		r = Report{}
		for _, s := range []string{free, plant} {
			if _, err := t.exec(ctx, s); err != nil {
				return err
			}
		}
		return cmp.Or(r.examine(ctx, t, db.engine), undo)
	})
	if err == undo {
		err = nil
	}
	return &r, err
}

// Raw runs a statement behind the back of everything that keeps the tables
// sound, to plant damage.
func (db *DB) Raw(ctx context.Context, statements ...string) error {
	if db.Engine() == "sqlite" {
		pool, err := sql.Open("sqlite", fileDSN(db.engine.(*sqliteEngine).path, "busy_timeout(10000)", "foreign_keys(OFF)"))
		if err != nil {
			return err
		}
		defer pool.Close()
		for _, s := range statements {
			if _, err := pool.ExecContext(ctx, s); err != nil {
				return err
			}
		}
		return nil
	}
	c, err := db.read.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	for _, s := range append([]string{`SET session_replication_role = replica`}, append(statements, `SET session_replication_role = origin`)...) {
		if _, err := c.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// Number asks for one number.
func (db *DB) Number(ctx context.Context, query string) (n int64, err error) {
	err = row(ctx, db, query).scan(&n)
	return n, err
}

// Statements splits a migration.
var Statements = statements

// Migrations are the files of the migrations.
var Migrations = migrations

// CopyAsOf makes a newsroom at dsn with the schema of a version and what is in
// this one, as far as there was a place for it then.
func (db *DB) CopyAsOf(ctx context.Context, dsn string, version int64) error {
	old, err := open(ctx, dsn)
	if err != nil {
		return err
	}
	defer old.Close()
	all, err := steps(old.Engine())
	if err != nil {
		return err
	}
	return old.transact(ctx, func(t tx) error {
		if _, err := t.exec(ctx, `CREATE TABLE migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL)`); err != nil {
			return err
		}
		var made string
		for _, m := range all[:version] {
			made += m.sql
			for _, stmt := range append(statements(m.sql), fmt.Sprintf(`INSERT INTO migrations (number, name) VALUES (%d, '%s')`, m.number, m.name)) {
				if _, err := t.exec(ctx, stmt); err != nil {
					return err
				}
			}
		}
		for _, table := range tables {
			if !strings.Contains(made, "CREATE TABLE "+table+" ") {
				continue
			}
			if _, err := t.exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
			there, err := t.query(ctx, `SELECT * FROM `+table)
			if err != nil {
				return err
			}
			columns, err := there.Columns()
			there.Close()
			if err != nil {
				return err
			}
			rows, err := db.query(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+table)
			if err != nil {
				return err
			}
			if err := copyRows(ctx, table, rows, t); err != nil {
				return err
			}
		}
		_, err := t.exec(ctx, `DELETE FROM settings WHERE key = '`+settingSearch+`'`) // there was no search
		return err
	})
}

// Words returns all that the tables hold, bodies unpacked.
func (db *DB) Words(ctx context.Context) (string, error) {
	tables, err := db.engine.tables(ctx)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, table := range tables {
		rows, err := db.read.QueryContext(ctx, `SELECT * FROM `+table)
		if err != nil {
			return "", err
		}
		columns, err := rows.Columns()
		if err != nil {
			return "", err
		}
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(values...); err != nil {
				return "", err
			}
			for _, v := range values {
				v := *v.(*any)
				if packed, ok := v.([]byte); ok {
					if text, err := unpackText(packed); err == nil {
						v = text
					}
				}
				fmt.Fprintf(&b, "%s ", v)
			}
		}
		if err := rows.Err(); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}
