package store

import (
	"context"
	"fmt"
	"os"

	"stet"
	"stet/store/engine"
	"stet/store/picture"
)

// A backup is an SQLite database with our schema, from either engine, so that
// it can be opened with any SQLite tool and restored into either.

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
		if err := db.engine.CopyFile(ctx, part); err != nil {
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

// copyOut copies a PostgreSQL newsroom, as one snapshot of it, into a file.
func (db *DB) copyOut(ctx context.Context, path string) error {
	to, err := Open(ctx, path)
	if err != nil {
		return err
	}
	defer to.Close()
	err = db.engine.Snapshot(ctx, func(from engine.Querier) error {
		return to.engine.Transact(ctx, func(t engine.Tx) error { return copyTables(ctx, from, t) })
	})
	if err != nil {
		return err
	}
	var busy, pages, moved int
	return engine.Row(ctx, to.engine, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved)
}

// copyTables replaces what is in all tables by what another newsroom has.
func copyTables(ctx context.Context, from engine.Querier, to engine.Tx) error {
	if err := engine.CopyTables(ctx, tables, from, to); err != nil {
		return err
	}
	// The index of the search is not copied: whoever opens the newsroom makes it anew.
	_, err := to.Exec(ctx, `DELETE FROM settings WHERE key = $1`, settingSearch)
	return err
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
	return to.engine.Transact(ctx, func(t engine.Tx) error {
		if err := copyTables(ctx, from.engine, t); err != nil {
			return err
		}
		// Who was signed in when the backup was made may have been signed out since.
		for _, table := range []string{"sessions", "links", "challenges"} {
			if _, err := t.Exec(ctx, `DELETE FROM `+table); err != nil {
				return err
			}
		}
		// What was made is in no backup.
		if err := picture.Unmake(ctx, t); err != nil {
			return err
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
