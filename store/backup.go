package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"

	"stet"
)

// A backup is an SQLite database with our schema, from either engine, so that
// it can be opened with any SQLite tool and restored into either.

// tables lists all tables in an order in which rows can be written.
var tables = []string{"settings", "editions", "terms", "term_names", "pictures", "articles", "revisions", "stories", "story_terms",
	"addresses", "events", "counter", "tokens", "people", "sessions", "links", "passkeys", "identities", "challenges", "snapshots", "inbox", "preview_links", "breaking",
	"headline_words", "board_counts", "picture_words", "picture_alts", "picture_uses", "frames", "renditions", "front_changes", "front_pins"}

// Backup writes a consistent copy of the newsroom to a file that is not there
// yet. The newsroom may be written to meanwhile.
func (db *DB) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("%s is there already", path)
	}
	part := path + ".part"
	remove := func() {
		for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
			os.Remove(part + suffix) // what is not there need not go
		}
	}
	remove()
	defer remove()
	if db.Engine() == "sqlite" {
		if err := db.vacuumInto(ctx, part); err != nil {
			return err
		}
	} else if err := db.copyOut(ctx, part); err != nil {
		return err
	}
	f, err := os.OpenFile(part, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Chmod(part, 0o600); err != nil {
		return err
	}
	return os.Rename(part, path)
}

func (db *DB) vacuumInto(ctx context.Context, path string) error {
	e := db.engine.(*sqliteEngine)
	// On a connection of its own that may write: readers here are query_only.
	pool, err := sql.Open("sqlite", fileDSN(e.path, "busy_timeout(10000)"))
	if err != nil {
		return err
	}
	defer pool.Close()
	if _, err := pool.ExecContext(ctx, `VACUUM INTO $1`, path); err != nil {
		return fmt.Errorf("copy the database to %s: %w", path, err)
	}
	return nil
}

// copyOut copies a PostgreSQL newsroom, as one snapshot of it, into a file.
func (db *DB) copyOut(ctx context.Context, path string) error {
	to, err := Open(ctx, path)
	if err != nil {
		return err
	}
	defer to.Close()
	snapshot, err := db.read.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return err
	}
	defer snapshot.Rollback()
	err = to.transact(ctx, func(t tx) error {
		return copyTables(ctx, txReader{snapshot}, t)
	})
	if err != nil {
		return err
	}
	_, err = to.read.ExecContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`)
	return err
}

type txReader struct{ tx *sql.Tx }

func (r txReader) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return r.tx.QueryContext(ctx, q, args...)
}

// copyTables replaces what is in all tables by what another newsroom has.
func copyTables(ctx context.Context, from querier, to tx) error {
	for i := range tables {
		if _, err := to.exec(ctx, `DELETE FROM `+tables[len(tables)-1-i]); err != nil {
			return err
		}
	}
	for _, table := range tables {
		rows, err := from.query(ctx, `SELECT * FROM `+table)
		if err != nil {
			return fmt.Errorf("read %s: %w", table, err)
		}
		if err := copyRows(ctx, table, rows, to); err != nil {
			return fmt.Errorf("copy %s: %w", table, err)
		}
	}
	// The index of the search is not copied: whoever opens the newsroom makes it anew.
	_, err := to.exec(ctx, `DELETE FROM settings WHERE key = $1`, settingSearch)
	return err
}

func copyRows(ctx context.Context, table string, rows *sql.Rows, to tx) error {
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
		if _, err := to.exec(ctx, insert, values...); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Restore opens an empty newsroom at dsn and fills it from a backup, whose
// schedule then rests until it is resumed, and where nobody is signed in. A newsroom that is not empty is
// refused, and a file that is no sound backup is refused before anything is
// written.
func Restore(ctx context.Context, backup, dsn string) error {
	if _, err := os.Stat(backup); err != nil {
		return err
	}
	if log, err := os.Stat(backup + "-wal"); err == nil && log.Size() > 0 {
		return fmt.Errorf("%s is a database in use, not a backup; make one with stet backup", backup)
	}
	// A copy of our own: opening a database may write to it, and brings it up to date.
	dir, err := os.MkdirTemp("", "stet-restore-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	work := dir + "/backup.db"
	if err := copyFile(backup, work); err != nil {
		return err
	}
	from, err := Open(ctx, work)
	if err != nil {
		return fmt.Errorf("%s is no backup: %w", backup, err)
	}
	defer from.Close()
	if _, err := from.Site(ctx); err != nil {
		return fmt.Errorf("%s holds no newsroom: %w", backup, err)
	}
	report, err := from.Examine(ctx)
	if err != nil {
		return fmt.Errorf("%s is damaged: %w", backup, err)
	}
	if len(report.Damage) > 0 {
		return fmt.Errorf("%s is damaged in %d places, the first: %s", backup, len(report.Damage), report.Damage[0])
	}
	to, err := Open(ctx, dsn)
	if err != nil {
		return err
	}
	defer to.Close()
	if head, err := to.Head(ctx); err != nil {
		return err
	} else if head > 0 {
		return stet.Errorf(stet.Conflict, "", "there is a newsroom already; restore into an empty one")
	}
	return to.transact(ctx, func(t tx) error {
		if err := copyTables(ctx, from, t); err != nil {
			return err
		}
		// Who was signed in when the backup was made may have been signed out since.
		for _, table := range []string{"sessions", "links", "challenges"} {
			if _, err := t.exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		// What was made is in no backup: it is made anew, or when it is asked for.
		for _, q := range []string{
			`UPDATE renditions SET holder = '', due = 0, tries = 0, bytes = 0, state = $1`,
			`DELETE FROM renditions WHERE state = $1 AND frame NOT IN (SELECT key FROM frames WHERE current)`,
		} {
			if _, err := t.exec(ctx, q, renditionWanted); err != nil {
				return err
			}
		}
		if err := reindexAll(ctx, t); err != nil {
			return err
		}
		return set(ctx, t, settingPaused, "true")
	})
}

func copyFile(from, to string) error {
	data, err := os.Open(from)
	if err != nil {
		return err
	}
	defer data.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := out.ReadFrom(data); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}
