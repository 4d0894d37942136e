package jobs

import (
	"context"
	"log/slog"
	"time"

	"stet/store"
	"stet/store/audit"
)

// Prune forgets, until ctx ends, the texts that articles had on their way and
// that the newsroom does not keep for longer, and from where people signed in. It
// looks every six hours, and leaves texts alone where the schedule rests. Several nodes may run it.
func Prune(ctx context.Context, db *store.DB, log *slog.Logger, now func() time.Time) {
	for ctx.Err() == nil {
		if n, err := prune(ctx, db, now()); err != nil && ctx.Err() == nil {
			log.Error("forget old texts", "err", err)
		} else if n > 0 {
			log.Info("forgot old texts", "snapshots", n)
		}
		select {
		case <-ctx.Done():
		case <-time.After(6 * time.Hour):
		}
	}
}

// prunedAtOnce is how many articles are looked at in one go.
const prunedAtOnce = 200

func prune(ctx context.Context, db *store.DB, now time.Time) (forgotten int64, err error) {
	if err := db.ForgetAddresses(ctx, now.AddDate(0, 0, -audit.AddressDays)); err != nil {
		return 0, err
	}
	paused, err := db.Paused(ctx)
	if paused || err != nil {
		return 0, err
	}
	site, err := db.Site(ctx)
	if err != nil {
		return 0, err
	}
	days, limited := site.Settings.SnapshotDays()
	for more := limited; more; {
		var n int64
		if n, more, err = db.PruneSnapshots(ctx, now.AddDate(0, 0, -days), prunedAtOnce); err != nil {
			return forgotten, err
		}
		forgotten += n
	}
	return forgotten, nil
}
