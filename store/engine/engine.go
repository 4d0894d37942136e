// Package engine is what SQLite and PostgreSQL have in common and in what they
// differ: connections, write transactions that are tried again where writers
// collide, schema migrations, and the few statements that each has for itself. It
// knows nothing of news: the tables are those of whoever opens it.
//
// One SQL text serves both. Parameters are $1, $2 and so on, numbered in the order in
// which they first appear.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

// DB is an open database. It is safe for concurrent use.
type DB struct {
	engine  engine
	dsn     string
	read    *sql.DB
	stmts   sync.Map // SQL text -> *sql.Stmt on the read pool, where we keep them
	changed signal
	stop    func()
}

// engine holds what differs between SQLite and PostgreSQL.
type engine interface {
	name() string
	// begin starts a write transaction.
	begin(ctx context.Context) (conn, error)
	// keeps reports whether we must keep prepared statements ourselves.
	keeps() bool
	// again reports whether an error means that a transaction should be tried again.
	again(err error) bool
	// watch calls wake whenever another process may have committed, until ctx ends.
	watch(ctx context.Context, wake func())
	// lockRows is what makes a SELECT of a write transaction keep its rows from
	// other transactions until the end.
	lockRows() string
	// lock waits until nobody else has a name, on any node, and takes it.
	lock(ctx context.Context, name string) (unlock func(), err error)
	// tables lists the tables that are there.
	tables(ctx context.Context) ([]string, error)
	// together is how many rows go best with one statement.
	together() int
	// search is how it holds and finds terms.
	search() *Search
	// check looks for damage below our tables.
	check(ctx context.Context) error
	// scrub sees to it that the files hold nothing of what was removed from tables.
	scrub(ctx context.Context, tables []string) error
	close()
}

// conn is a running write transaction.
type conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	commit(ctx context.Context) error
	rollback()
}

// Open opens the database that dsn names: a postgres:// address, else the path
// of an SQLite file, which is created when it is not there.
func Open(ctx context.Context, dsn string) (*DB, error) {
	var db *DB
	var err error
	if IsPostgres(dsn) {
		db, err = openPostgres(ctx, dsn)
	} else {
		db, err = openSQLite(ctx, dsn)
	}
	if err != nil {
		return nil, err
	}
	db.dsn = dsn
	return db, nil
}

// Watch lets Changed tell what other processes commit, until Close.
func (db *DB) Watch() {
	watching, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		db.engine.watch(watching, db.changed.send)
	}()
	db.stop = func() {
		cancel()
		<-done
	}
}

// Changed returns a channel that closes when something may have been committed,
// here or by another process. Take it before looking.
func (db *DB) Changed() <-chan struct{} { return db.changed.wait() }

// IsPostgres reports whether a DSN names a PostgreSQL database.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Close ends all work on the database.
func (db *DB) Close() {
	if db.stop != nil {
		db.stop()
	}
	for _, s := range db.stmts.Range {
		s.(*sql.Stmt).Close()
	}
	db.engine.close()
}

// Name returns "sqlite" or "postgres".
func (db *DB) Name() string { return db.engine.name() }

// Search returns how the engine holds and finds terms.
func (db *DB) Search() *Search { return db.engine.search() }

// Check looks for damage below the tables.
func (db *DB) Check(ctx context.Context) error { return db.engine.check(ctx) }

// Scrub sees to it that the database's files hold nothing of what was removed from
// some tables. SQLite writes its file anew, for which nobody can write meanwhile;
// PostgreSQL is asked to make the room free, and fills it in time.
func (db *DB) Scrub(ctx context.Context, tables ...string) error {
	return db.engine.scrub(ctx, tables)
}

// Querier is what can be asked: the read pool or a write transaction.
type Querier interface {
	Query(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}

// Query asks the read pool.
func (db *DB) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if !db.engine.keeps() {
		return db.read.QueryContext(ctx, q, args...)
	}
	s, ok := db.stmts.Load(q)
	if !ok {
		made, err := db.read.PrepareContext(ctx, q)
		if err != nil {
			return nil, err
		}
		var loaded bool
		if s, loaded = db.stmts.LoadOrStore(q, made); loaded {
			made.Close()
		}
	}
	return s.(*sql.Stmt).QueryContext(ctx, args...)
}

// Tx is a write transaction.
type Tx struct {
	conn   conn
	engine engine
}

// Query asks within the transaction.
func (t Tx) Query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return t.conn.QueryContext(ctx, q, args...)
}

// LockRows is what makes a SELECT of the transaction, appended to it, keep its rows
// from other transactions until the end.
func (t Tx) LockRows() string { return t.engine.lockRows() }

// Search returns how the engine holds and finds terms.
func (t Tx) Search() *Search { return t.engine.search() }

// Exec runs a statement and returns how many rows it touched.
func (t Tx) Exec(ctx context.Context, q string, args ...any) (int64, error) {
	res, err := t.conn.ExecContext(ctx, q, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", firstWords(q), err)
	}
	return res.RowsAffected()
}

// firstWords names a statement in an error.
func firstWords(q string) string {
	words := strings.Fields(q)
	return strings.Join(words[:min(4, len(words))], " ")
}

// Each runs fn for every row of a query; fn scans it.
func Each(ctx context.Context, on Querier, q string, args []any, fn func(scan func(...any) error) error) error {
	rows, err := on.Query(ctx, q, args...)
	if err != nil {
		return fmt.Errorf("%s: %w", firstWords(q), err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows.Scan); err != nil {
			return fmt.Errorf("%s: %w", firstWords(q), err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s: %w", firstWords(q), err)
	}
	return nil
}

// OneRow is a query for at most one row.
type OneRow struct {
	ctx  context.Context
	on   Querier
	q    string
	args []any
}

// Row is a query for at most one row.
func Row(ctx context.Context, on Querier, q string, args ...any) OneRow {
	return OneRow{ctx, on, q, args}
}

// Scan reads the row; NoRows holds for its error if there is none.
func (r OneRow) Scan(into ...any) error {
	found := false
	err := Each(r.ctx, r.on, r.q, r.args, func(scan func(...any) error) error {
		found = true
		return scan(into...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// NoRows reports whether an error says that there is no such row.
func NoRows(err error) bool { return errors.Is(err, sql.ErrNoRows) }

// ErrAgain makes a transaction start over: what it read has changed meanwhile.
var ErrAgain = errors.New("changed meanwhile")

const tries = 20

// Transact runs fn in a write transaction and commits it. It may run fn again
// where concurrent writers collide.
func (db *DB) Transact(ctx context.Context, fn func(Tx) error) error {
	var err error
	for try := range tries {
		if err = db.once(ctx, fn); err == nil {
			db.changed.send()
			return nil
		}
		if !errors.Is(err, ErrAgain) && !db.engine.again(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(try) * time.Millisecond):
		}
	}
	return fmt.Errorf("gave up after %d tries: %w", tries, err)
}

// Exec runs one statement by itself.
func (db *DB) Exec(ctx context.Context, q string, args ...any) error {
	return db.Transact(ctx, func(t Tx) error {
		_, err := t.Exec(ctx, q, args...)
		return err
	})
}

func (db *DB) once(ctx context.Context, fn func(Tx) error) error {
	c, err := db.engine.begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer c.rollback() // a no-op after the commit
	if err := fn(Tx{c, db.engine}); err != nil {
		return err
	}
	if err := c.commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// signal wakes any number of waiters.
type signal struct {
	mu sync.Mutex
	ch chan struct{}
}

// wait returns a channel that closes at the next send.
func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
	}
	return s.ch
}

func (s *signal) send() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil {
		close(s.ch)
		s.ch = nil
	}
}
