package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

type postgresEngine struct {
	pool   *sql.DB
	config *pgx.ConnConfig
}

// channel is what a commit notifies on, so that other nodes wake.
const channel = "stet_events"

func openPostgres(ctx context.Context, dsn string) (*DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("the database address is not one: %w", err)
	}
	e := &postgresEngine{config: config, pool: stdlib.OpenDB(*config)}
	n := max(8, 4*runtime.NumCPU())
	e.pool.SetMaxOpenConns(n)
	e.pool.SetMaxIdleConns(n)
	var encoding string
	if err := e.pool.QueryRowContext(ctx, `SHOW server_encoding`).Scan(&encoding); err != nil {
		e.close()
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if encoding != "UTF8" {
		e.close()
		return nil, fmt.Errorf("the database %q is encoded in %s; make one with: CREATE DATABASE %s ENCODING 'UTF8' TEMPLATE template0",
			config.Database, encoding, pgx.Identifier{config.Database}.Sanitize())
	}
	return &DB{engine: e, read: e.pool}, nil
}

func (e *postgresEngine) name() string { return "postgres" }
func (e *postgresEngine) keeps() bool  { return false }
func (e *postgresEngine) close()       { e.pool.Close() }

func (e *postgresEngine) again(err error) bool {
	var pe *pgconn.PgError
	// serialization_failure, deadlock_detected; and unique_violation: another
	// transaction wrote a name between our look whether it is free and our taking it;
	// and foreign_key_violation: it removed what we use, or used what we remove.
	return errors.As(err, &pe) && (pe.Code == "40001" || pe.Code == "40P01" || pe.Code == "23505" || pe.Code == "23503")
}

func (e *postgresEngine) begin(ctx context.Context) (conn, error) {
	t, err := e.pool.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	return &postgresConn{t}, nil
}

type postgresConn struct{ *sql.Tx }

func (c *postgresConn) commit(ctx context.Context) error {
	if _, err := c.ExecContext(ctx, `NOTIFY `+channel); err != nil {
		return err
	}
	return c.Tx.Commit()
}

func (c *postgresConn) rollback() { c.Tx.Rollback() } // sql.ErrTxDone after the commit

// watch listens on a connection of its own, and wakes once a second all the
// same: a notification that was lost costs a second, never an event.
func (e *postgresEngine) watch(ctx context.Context, wake func()) {
	for ctx.Err() == nil {
		e.listen(ctx, wake)
		wake()
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func (e *postgresEngine) listen(ctx context.Context, wake func()) {
	c, err := pgx.ConnectConfig(ctx, e.config)
	if err != nil {
		return
	}
	defer c.Close(context.WithoutCancel(ctx))
	if _, err := c.Exec(ctx, `LISTEN `+channel); err != nil {
		return
	}
	for ctx.Err() == nil {
		wait, cancel := context.WithTimeout(ctx, time.Second)
		_, err := c.WaitForNotification(wait)
		cancel()
		wake()
		if err != nil && !pgconn.Timeout(err) {
			return
		}
	}
}

func (e *postgresEngine) search() *Search { return postgresSearch }

func (e *postgresEngine) together() int { return 64 }

func (e *postgresEngine) lockRows() string { return " ORDER BY id FOR UPDATE" }

func (e *postgresEngine) tables(ctx context.Context) ([]string, error) {
	rows, err := e.pool.QueryContext(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`)
	if err != nil {
		return nil, err
	}
	return collect[string](rows)
}

// check trusts the server with its own files.
func (e *postgresEngine) check(ctx context.Context) error { return nil }

// scrub makes the room free.
func (e *postgresEngine) scrub(ctx context.Context, tables []string) error {
	_, err := e.pool.ExecContext(ctx, `VACUUM `+strings.Join(tables, ", "))
	return err
}
