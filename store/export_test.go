package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"stet/store/engine"
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
	var lines []string
	err := engine.Each(ctx, db.engine, query, nil, func(scan func(...any) error) error {
		lines = append(lines, "")
		return scan(&lines[len(lines)-1])
	})
	slices.Sort(lines)
	return lines, err
}

// ExamineWith examines the tables as they would be after a statement that plants
// damage, which is then undone.
func (db *DB) ExamineWith(ctx context.Context, plant string) (*Report, error) {
	free := []string{`PRAGMA defer_foreign_keys = ON`, `DROP TRIGGER events_stay`, `DROP TRIGGER events_remain`}
	if db.Engine() == "postgres" {
		free = []string{`SET LOCAL session_replication_role = replica`}
	}
	var r Report
	undo := errors.New("to be undone")
	err := db.engine.Transact(ctx, func(t engine.Tx) error {
		r = Report{}
		for _, s := range append(free, plant) {
			if _, err := t.Exec(ctx, s); err != nil {
				return err
			}
		}
		return cmp.Or(r.examine(ctx, t, t.Search()), undo)
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
		var path string
		if err := engine.Row(ctx, db.engine, `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&path); err != nil {
			return err
		}
		pool, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=foreign_keys(OFF)")
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
	return db.engine.Transact(ctx, func(t engine.Tx) error {
		for _, s := range append([]string{`SET LOCAL session_replication_role = replica`}, statements...) {
			if _, err := t.Exec(ctx, s); err != nil {
				return err
			}
		}
		return nil
	})
}

// Do executes a statement as the program would.
func (db *DB) Do(ctx context.Context, statement string) error { return db.engine.Exec(ctx, statement) }

// Number asks for one number.
func (db *DB) Number(ctx context.Context, query string) (n int64, err error) {
	err = engine.Row(ctx, db.engine, query).Scan(&n)
	return n, err
}

// Migrations are the files of the migrations.
var Migrations = migrations

// CopyAsOf makes a newsroom at dsn with the schema of a version and what is in
// this one, as far as there was a place for it then.
func (db *DB) CopyAsOf(ctx context.Context, dsn string, version int64) error {
	old, err := engine.Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer old.Close()
	all, err := engine.Migrations(migrations, old.Name())
	if err != nil {
		return err
	}
	return old.Transact(ctx, func(t engine.Tx) error {
		if _, err := t.Exec(ctx, `CREATE TABLE migrations (number BIGINT PRIMARY KEY, name TEXT NOT NULL)`); err != nil {
			return err
		}
		var made string
		for _, m := range all[:version] {
			made += strings.Join(m.Statements, "\n")
			for _, stmt := range append(m.Statements, fmt.Sprintf(`INSERT INTO migrations (number, name) VALUES (%d, '%s')`, m.Number, m.Name)) {
				if _, err := t.Exec(ctx, stmt); err != nil {
					return err
				}
			}
		}
		for _, table := range tables {
			if !strings.Contains(made, "CREATE TABLE "+table+" ") {
				continue
			}
			if _, err := t.Exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
			there, err := t.Query(ctx, `SELECT * FROM `+table)
			if err != nil {
				return err
			}
			columns, err := there.Columns()
			there.Close()
			if err != nil {
				return err
			}
			rows, err := db.engine.Query(ctx, `SELECT `+strings.Join(columns, ", ")+` FROM `+table)
			if err != nil {
				return err
			}
			if err := engine.CopyRows(ctx, table, rows, t); err != nil {
				return err
			}
		}
		_, err := t.Exec(ctx, `DELETE FROM settings WHERE key = '`+settingSearch+`'`) // there was no search
		return err
	})
}

// Words returns all that the tables hold, bodies unpacked.
func (db *DB) Words(ctx context.Context) (string, error) {
	list := `SELECT name FROM sqlite_master WHERE type = 'table'`
	if db.Engine() == "postgres" {
		list = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`
	}
	var tables []string
	err := engine.Each(ctx, db.engine, list, nil, func(scan func(...any) error) error {
		tables = append(tables, "")
		return scan(&tables[len(tables)-1])
	})
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, table := range tables {
		rows, err := db.engine.Query(ctx, `SELECT * FROM `+table)
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
