package jobs

import (
	"context"
	"log/slog"
	"time"

	"stet"
	"stet/store"
)

// changesRest is how long Schedule waits for further changes before it looks
// at them, and so how late it may be: they come in swarms.
const changesRest = 200 * time.Millisecond

// Schedule publishes what is due, withdraws what has expired and ends the pins
// of fronts that have run out, until ctx ends.
// The rows are the truth: it sleeps until the next one or until something
// changes, looks again at least every ten seconds, and catches up at its start.
// Several nodes may run it: the second one to try finds the work done.
func Schedule(ctx context.Context, db *store.DB, log *slog.Logger, now func() time.Time) {
	for ctx.Err() == nil {
		changed := db.Changed()
		wait := 10 * time.Second
		if next, ok := publishDue(ctx, db, log, now); ok {
			wait = min(wait, max(next.Sub(now()), time.Millisecond))
		}
		select {
		case <-ctx.Done():
		case <-changed:
			select {
			case <-ctx.Done():
			case <-time.After(changesRest):
			}
		case <-time.After(wait):
		}
	}
}

// publishDue does what is due and returns the time of what comes next.
func publishDue(ctx context.Context, db *store.DB, log *slog.Logger, now func() time.Time) (next time.Time, ok bool) {
	paused, err := db.Paused(ctx)
	if paused {
		return time.Time{}, false
	}
	var due []stet.ArticleID
	if err == nil {
		due, next, err = db.DueArticles(ctx, now(), 100)
	}
	if err != nil {
		if ctx.Err() == nil {
			log.Error("look for scheduled articles", "err", err)
		}
		return time.Time{}, false
	}
	for _, id := range due {
		a, err := db.UpdateArticle(ctx, id, func(a *stet.Article) error { return a.Due(now()) })
		if err == nil && a.Waits() && a.Scheduled != nil {
			_, err = db.UpdateGroup(ctx, a.Group, func(as []*stet.Article) error { return stet.DueTogether(as, now()) })
		}
		if err != nil && ctx.Err() == nil {
			log.Error("do what the clock asks of an article", "id", id, "err", err)
		}
	}
	pins, err := db.RunOutPins(ctx, now())
	if err != nil && ctx.Err() == nil {
		log.Error("end what is pinned to fronts", "err", err)
	}
	if next.IsZero() || !pins.IsZero() && pins.Before(next) {
		next = pins
	}
	return next, !next.IsZero()
}
