package engine

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Alone calls fn while nobody else, on this node or another, is in an Alone of
// the same name. It is for what the database and something beside it must agree
// on. If this program dies it is open to others again.
func (db *DB) Alone(ctx context.Context, name string, fn func() error) error {
	unlock, err := db.engine.lock(ctx, name)
	if err != nil {
		return fmt.Errorf("wait for others who have %s: %w", name, err)
	}
	defer unlock()
	return fn()
}

// lock keeps a transaction open on a connection of its own, which poolers leave
// alone and the other work does not wait for.
func (e *postgresEngine) lock(ctx context.Context, name string) (unlock func(), err error) {
	c, err := pgx.ConnectConfig(ctx, e.config)
	if err != nil {
		return nil, err
	}
	unlock = func() { c.Close(context.WithoutCancel(ctx)) } // which ends the transaction
	sum := sha256.Sum256([]byte(name))
	if _, err = c.Exec(ctx, `BEGIN`); err == nil {
		_, err = c.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(binary.BigEndian.Uint64(sum[:])))
	}
	if err != nil {
		unlock()
		return nil, err
	}
	return unlock, nil
}

// names are what is locked within one program: nobody else serves an SQLite file.
type names struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when it is free
}

func (n *names) lock(ctx context.Context, name string) (unlock func(), err error) {
	for {
		n.mu.Lock()
		held, taken := n.held[name]
		if !taken {
			free := make(chan struct{})
			if n.held == nil {
				n.held = map[string]chan struct{}{}
			}
			n.held[name] = free
			n.mu.Unlock()
			return func() {
				n.mu.Lock()
				defer n.mu.Unlock()
				delete(n.held, name)
				close(free)
			}, nil
		}
		n.mu.Unlock()
		select {
		case <-held:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
