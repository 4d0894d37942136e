// Package store keeps a newsroom in SQLite or PostgreSQL. It is the only place
// with SQL, one text for both engines; the few facts in which they differ are
// in sqlite.go and postgres.go.
//
// There is one way to change articles, [DB.UpdateArticles]: storage loads them,
// calls the law of package stet and saves, in one transaction with the events
// that tell what happened. Readers' pages see a [stet.Library] only, from
// [DB.Public].
package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
)

// DB is an open newsroom. It is safe for concurrent use.
type DB struct {
	engine  engine
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
	search() *searchSQL
	// check looks for damage below our tables.
	check(ctx context.Context) error
	// scrub sees to it that the files hold nothing of what was removed.
	scrub(ctx context.Context) error
	close()
}

// conn is a running write transaction.
type conn interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	commit(ctx context.Context) error
	rollback()
}

// Open opens the newsroom that dsn names: a postgres:// address, else the path
// of an SQLite file, which is created when it is not there. It brings the
// schema and the index of the search up to date.
func Open(ctx context.Context, dsn string) (*DB, error) {
	db, err := open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if err := db.migrate(ctx, dsn); err != nil {
		db.Close()
		return nil, err
	}
	if err := db.upToDate(ctx); err != nil {
		db.Close()
		return nil, err
	}
	if err := db.framesUpToDate(ctx); err != nil {
		db.Close()
		return nil, err
	}
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
	return db, nil
}

func open(ctx context.Context, dsn string) (*DB, error) {
	if IsPostgres(dsn) {
		return openPostgres(ctx, dsn)
	}
	return openSQLite(ctx, dsn)
}

// IsPostgres reports whether a DSN names a PostgreSQL database.
func IsPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// Close ends all work on the newsroom.
func (db *DB) Close() {
	if db.stop != nil {
		db.stop()
	}
	for _, s := range db.stmts.Range {
		s.(*sql.Stmt).Close()
	}
	db.engine.close()
}

// Engine returns "sqlite" or "postgres".
func (db *DB) Engine() string { return db.engine.name() }

// Ping returns nil if the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var n int64
	return row(ctx, db, `SELECT n FROM counter`).scan(&n)
}

// querier is what can be asked: the read pool or a write transaction.
type querier interface {
	query(ctx context.Context, q string, args ...any) (*sql.Rows, error)
}

func (db *DB) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
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

// tx is a write transaction.
type tx struct {
	conn
	engine engine
}

func (t tx) query(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	return t.conn.QueryContext(ctx, q, args...)
}

// exec runs a statement and returns how many rows it touched.
func (t tx) exec(ctx context.Context, q string, args ...any) (int64, error) {
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

// each runs fn for every row of a query; fn scans it.
func each(ctx context.Context, on querier, q string, args []any, fn func(scan func(...any) error) error) error {
	rows, err := on.query(ctx, q, args...)
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

// oneRow is a query for at most one row.
type oneRow struct {
	ctx  context.Context
	on   querier
	q    string
	args []any
}

func row(ctx context.Context, on querier, q string, args ...any) oneRow {
	return oneRow{ctx, on, q, args}
}

// scan reads the row; it returns sql.ErrNoRows if there is none.
func (r oneRow) scan(into ...any) error {
	found := false
	err := each(r.ctx, r.on, r.q, r.args, func(scan func(...any) error) error {
		found = true
		return scan(into...)
	})
	if err == nil && !found {
		return sql.ErrNoRows
	}
	return err
}

// errAgain makes a transaction start over: what it read has changed meanwhile.
var errAgain = errors.New("changed meanwhile")

const tries = 20

// transact runs fn in a write transaction and commits it. It may run fn again
// where concurrent writers collide.
func (db *DB) transact(ctx context.Context, fn func(tx) error) error {
	var err error
	for try := range tries {
		if err = db.once(ctx, fn); err == nil {
			db.changed.send()
			return nil
		}
		if !errors.Is(err, errAgain) && !db.engine.again(err) {
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

// exec runs one statement by itself.
func (db *DB) exec(ctx context.Context, q string, args ...any) error {
	return db.transact(ctx, func(t tx) error {
		_, err := t.exec(ctx, q, args...)
		return err
	})
}

func (db *DB) once(ctx context.Context, fn func(tx) error) error {
	c, err := db.engine.begin(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer c.rollback() // a no-op after the commit
	if err := fn(tx{c, db.engine}); err != nil {
		return err
	}
	if err := c.commit(ctx); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// bulk gathers rows of one table, so that many go with one statement: what an
// import costs on a server is the number of its round trips.
type bulk struct {
	head, tail string // around the rows: INSERT INTO … VALUES, ON CONFLICT …
	width      int
	args       []any
	texts      map[int]string // the statement for so many rows
	refused    int64          // rows that ON CONFLICT DO NOTHING left out
}

func (b *bulk) add(ctx context.Context, t tx, row ...any) error {
	b.width = len(row)
	b.args = append(b.args, row...)
	if len(b.args) < t.engine.together()*b.width {
		return nil
	}
	return b.flush(ctx, t)
}

// flush writes what is there, by powers of two, so that few texts are prepared.
func (b *bulk) flush(ctx context.Context, t tx) error {
	args := b.args
	for n := t.engine.together(); n > 0; n /= 2 {
		for len(args) >= n*b.width && len(args) > 0 {
			wrote, err := t.exec(ctx, b.text(n), args[:n*b.width]...)
			if err != nil {
				return err
			}
			b.refused += int64(n) - wrote
			args = args[n*b.width:]
		}
	}
	b.args = b.args[:0]
	return nil
}

// text is the statement that writes n rows.
func (b *bulk) text(n int) string {
	if q, ok := b.texts[n]; ok {
		return q
	}
	var q strings.Builder
	q.WriteString(b.head)
	for i := range n {
		if i > 0 {
			q.WriteByte(',')
		}
		q.WriteString(numbers(1+i*b.width, b.width))
	}
	q.WriteString(b.tail)
	if b.texts == nil {
		b.texts = map[int]string{}
	}
	b.texts[n] = q.String()
	return b.texts[n]
}

// in returns "($1,$2,…)" for a list of n values whose first number is from.
// Lengths are rounded up to a power of two, so that few texts are prepared;
// args pads the values to match.
func in(from, n int) string { return numbers(from, padded(n)) }

func numbers(from, n int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	b.WriteByte(')')
	return b.String()
}

func padded(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// list returns values as arguments for in: the last one repeated to its length.
func list[S ~string](values []S) []any {
	out := make([]any, padded(len(values)))
	for i := range out {
		out[i] = string(values[min(i, len(values)-1)])
	}
	return out
}

// millis is a nullable time as it is stored.
func millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}

// when reads a time as it is stored, asJSON what is stored as JSON.
type (
	when   struct{ into *time.Time }
	asJSON struct{ into any }
)

func (w when) Scan(v any) error {
	var ms sql.NullInt64
	err := ms.Scan(v)
	if *w.into = (time.Time{}); ms.Valid {
		*w.into = time.UnixMilli(ms.Int64).UTC()
	}
	return err
}

func (j asJSON) Scan(v any) error {
	var text []byte
	switch v := v.(type) {
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		return fmt.Errorf("a %T is no JSON", v)
	}
	return json.Unmarshal(text, j.into)
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
