// Package jobs does what happens without a request: following the log of
// events on every node, publishing what is due, and forgetting old texts.
package jobs

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"stet"
	"stet/store"
)

// Follower hands every event that is committed after it started, here or by
// another process, to one function, in order and in batches.
type Follower struct {
	db   *store.DB
	log  *slog.Logger
	do   func(ctx context.Context, events []stet.Event) error
	mu   sync.Mutex
	at   int64
	step chan struct{} // closed and replaced when at moves
}

// NewFollower returns a follower that starts behind event number from.
func NewFollower(db *store.DB, log *slog.Logger, from int64, do func(ctx context.Context, events []stet.Event) error) *Follower {
	return &Follower{db: db, log: log, do: do, at: from, step: make(chan struct{})}
}

const batch = 1000

// Run follows until ctx ends. A batch that fails is tried again: an event is
// never skipped.
func (f *Follower) Run(ctx context.Context) {
	for ctx.Err() == nil {
		changed := f.db.Changed()
		if f.catchUp(ctx) {
			continue
		}
		select {
		case <-ctx.Done():
		case <-changed:
		case <-time.After(time.Second):
		}
	}
}

// catchUp handles what is there and reports whether there may be more at once.
func (f *Follower) catchUp(ctx context.Context) bool {
	events, err := f.db.EventsAfter(ctx, f.At(), batch)
	if err == nil && len(events) > 0 {
		err = f.do(ctx, events)
	}
	if err != nil {
		if ctx.Err() == nil {
			f.log.Error("follow events", "after", f.At(), "err", err)
		}
		return false
	}
	if len(events) == 0 {
		return false
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at = events[len(events)-1].N
	close(f.step)
	f.step = make(chan struct{})
	return true
}

// At returns the number of the last event handled.
func (f *Follower) At() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.at
}

// Await returns when the event with that number has been handled.
func (f *Follower) Await(ctx context.Context, n int64) error {
	for {
		f.mu.Lock()
		at, step := f.at, f.step
		f.mu.Unlock()
		if at >= n {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-step:
		}
	}
}
