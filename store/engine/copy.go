package engine

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// CopyFile writes a consistent copy of an SQLite database to a file that is not
// there yet.
func (db *DB) CopyFile(ctx context.Context, path string) error {
	// On a connection of its own that may write: readers here are query_only.
	pool, err := sql.Open("sqlite", fileDSN(db.dsn, "busy_timeout(10000)"))
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
		return fmt.Errorf("copy the database to %s: %w", path, err)
	}
	return nil
}

// Snapshot lets fn ask the database as it is at one moment.
func (db *DB) Snapshot(ctx context.Context, fn func(Querier) error) error {
	snapshot, err := db.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer snapshot.Rollback()
	return fn(reader{snapshot})
}

type reader struct{ tx *sql.Tx }

func (r reader) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return r.tx.QueryContext(ctx, q, args...)
}

// CopyTables replaces what is in some tables, given in an order in which rows can be
// written, by what another database has. The two may be of different engines.
func CopyTables(ctx context.Context, tables []string, from Querier, to Tx) error {
	for i := range tables {
		if _, err := to.Exec(ctx, `DELETE FROM `+tables[len(tables)-1-i]); err != nil {
			return err
		}
	}
	for _, table := range tables {
		rows, err := from.Query(ctx, `SELECT * FROM `+table)
		if err != nil {
			return fmt.Errorf("read %s: %w", table, err)
		}
		if err := CopyRows(ctx, table, rows, to); err != nil {
			return fmt.Errorf("copy %s: %w", table, err)
		}
	}
	return nil
}

// CopyRows writes rows, which it closes, into a table.
func CopyRows(ctx context.Context, table string, rows *sql.Rows, to Tx) error {
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	types, err := rows.ColumnTypes()
	if err != nil {
		return err
	}
	numbers := make([]string, len(columns))
	for i := range numbers {
		numbers[i] = fmt.Sprintf("$%d", i+1)
	}
	insert := `INSERT INTO ` + table + ` (` + strings.Join(columns, ", ") + `) VALUES (` + strings.Join(numbers, ", ") + `)`
	values := make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		for i, v := range values {
			// What SQLite's driver makes of an empty blob would be written as NULL, and
			// PostgreSQL takes no number for a boolean.
			switch v := v.(type) {
			case []byte:
				if len(v) == 0 {
					values[i] = []byte{}
				}
			case int64:
				if types[i].DatabaseTypeName() == "BOOLEAN" {
					values[i] = v != 0
				}
			}
		}
		if _, err := to.Exec(ctx, insert, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}
