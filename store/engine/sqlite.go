package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// applicationID marks our files: "Stet".
const applicationID = 0x53746574

// sqliteEngine has one writer, a connection of its own with kept statements,
// and a pool of readers.
type sqliteEngine struct {
	path    string
	read    *sql.DB
	pool    *sql.DB       // of the one writing connection
	writing chan struct{} // holds one token while a transaction writes
	conn    *sql.Conn
	stmts   map[string]*sql.Stmt
	names   // that are locked
}

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	dsn := func(pragmas ...string) string {
		return fileDSN(path, append([]string{"busy_timeout(10000)", "synchronous(FULL)",
			"foreign_keys(ON)", "temp_store(MEMORY)"}, pragmas...)...)
	}
	// An import touches indexes all over: what it holds of them it need not write
	// out and read back within a transaction, and the log goes into the file less often.
	e := &sqliteEngine{path: path, writing: make(chan struct{}, 1), stmts: map[string]*sql.Stmt{}}
	var err error
	if e.pool, err = sql.Open("sqlite", dsn("cache_size(-64000)", "wal_autocheckpoint(4000)")); err != nil {
		return nil, err
	}
	if e.conn, err = e.pool.Conn(ctx); err != nil {
		e.pool.Close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	// Nothing is written before the file is known to be ours.
	var id int64
	var tables int
	err = e.conn.QueryRowContext(ctx, `SELECT application_id, (SELECT count(*) FROM sqlite_master) FROM pragma_application_id`).Scan(&id, &tables)
	switch {
	case err != nil:
		e.close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	case tables > 0 && id != applicationID:
		e.close()
		return nil, fmt.Errorf("%s is an SQLite database of another program", path)
	case tables == 0:
		if err := e.patiently(ctx, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID)); err != nil {
			e.close()
			return nil, fmt.Errorf("open %s: %w", path, err)
		}
	}
	if err := e.patiently(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		e.close()
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	if e.read, err = sql.Open("sqlite", dsn("cache_size(-16000)", "query_only(ON)")); err != nil {
		e.close()
		return nil, err
	}
	e.read.SetMaxOpenConns(max(4, 2*runtime.NumCPU()))
	e.read.SetMaxIdleConns(max(4, 2*runtime.NumCPU()))
	return &DB{engine: e, read: e.read}, nil
}

// patiently runs a statement for which SQLite does not wait as busy_timeout
// says: where two processes open one file at once, it would rather give up.
func (e *sqliteEngine) patiently(ctx context.Context, q string) error {
	wait, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for {
		_, err := e.conn.ExecContext(ctx, q)
		if err == nil || !e.again(err) {
			return err
		}
		select {
		case <-wait.Done():
			return err
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func fileDSN(path string, pragmas ...string) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + url.Values{"_pragma": pragmas}.Encode()
}

func (e *sqliteEngine) name() string { return "sqlite" }
func (e *sqliteEngine) keeps() bool  { return true }

func (e *sqliteEngine) again(err error) bool {
	var se *sqlite.Error
	return errors.As(err, &se) && se.Code()&0xff == sqlite3.SQLITE_BUSY
}

// close lets go of every statement: as long as one is open, SQLite keeps the
// connection and does not move its log into the file.
func (e *sqliteEngine) close() {
	if e.read != nil {
		e.read.Close()
	}
	for _, s := range e.stmts {
		s.Close()
	}
	if e.conn != nil {
		e.conn.Close()
	}
	e.pool.Close()
}

func (e *sqliteEngine) begin(ctx context.Context) (conn, error) {
	select {
	case e.writing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	c := &sqliteConn{e: e}
	if _, err := c.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		<-e.writing
		return nil, err
	}
	return c, nil
}

// sqliteConn looks at the caller's context between statements only: the driver
// may call a BEGIN or a COMMIT cancelled that has been carried out, and sets up
// a goroutine for every statement that can be cancelled.
type sqliteConn struct {
	e    *sqliteEngine
	done bool
}

func (c *sqliteConn) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if s := c.e.stmts[query]; s != nil {
		return s, nil
	}
	s, err := c.e.conn.PrepareContext(context.WithoutCancel(ctx), query)
	if err == nil {
		c.e.stmts[query] = s
	}
	return s, err
}

func (c *sqliteConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(context.WithoutCancel(ctx), args...)
}

func (c *sqliteConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := c.stmt(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(context.WithoutCancel(ctx), args...)
}

func (c *sqliteConn) commit(ctx context.Context) error {
	if _, err := c.ExecContext(ctx, `COMMIT`); err != nil {
		return err
	}
	c.done = true
	<-c.e.writing
	return nil
}

func (c *sqliteConn) rollback() {
	if c.done {
		return
	}
	c.done = true
	// Not with the caller's context: it may have ended, and the transaction must.
	c.ExecContext(context.Background(), `ROLLBACK`) // fails only where there is nothing left to undo
	<-c.e.writing
}

// watch asks ten times a second whether another process has committed: a read
// of one counter in shared memory.
func (e *sqliteEngine) watch(ctx context.Context, wake func()) {
	c, err := e.read.Conn(ctx)
	if err != nil {
		return
	}
	defer c.Close()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	var last int64
	for {
		var now int64
		if err := c.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&now); err == nil && now != last {
			last = now
			wake()
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

func (e *sqliteEngine) search() *Search { return sqliteSearch }

// together is one: its driver looks a parameter up among all of a statement, and
// there is no way to save.
func (e *sqliteEngine) together() int { return 1 }

func (e *sqliteEngine) lockRows() string { return "" }

func (e *sqliteEngine) tables(ctx context.Context) ([]string, error) {
	rows, err := e.read.QueryContext(ctx, `SELECT name FROM sqlite_master WHERE type = 'table'`)
	if err != nil {
		return nil, err
	}
	return collect[string](rows)
}

func (e *sqliteEngine) check(ctx context.Context) error {
	rows, err := e.read.QueryContext(ctx, `PRAGMA integrity_check(20)`)
	if err != nil {
		return err
	}
	found, err := collect[string](rows)
	if err != nil {
		return err
	}
	if len(found) != 1 || found[0] != "ok" {
		return fmt.Errorf("SQLite finds damage: %q", found)
	}
	return nil
}

func collect[T any](rows *sql.Rows) ([]T, error) {
	defer rows.Close()
	var out []T
	for rows.Next() {
		var v T
		if err := rows.Scan(&v); err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// scrub writes the file anew and empties the log beside it. The index of the
// search gives its old terms up only when it is merged.
func (e *sqliteEngine) scrub(ctx context.Context, _ []string) error {
	select {
	case e.writing <- struct{}{}:
		defer func() { <-e.writing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for _, q := range []string{`INSERT INTO search (search) VALUES ('optimize')`, `VACUUM`} {
		if err := e.patiently(ctx, q); err != nil {
			return err
		}
	}
	var busy, pages, moved int
	if err := e.conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &moved); err != nil {
		return err
	}
	if busy != 0 {
		return errors.New("somebody reads for so long that the log cannot be emptied")
	}
	return nil
}
