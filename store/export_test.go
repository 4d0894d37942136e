package store

import (
	"context"
	"database/sql"
	"slices"
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
