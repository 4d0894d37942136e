package store

import (
	"context"
	"time"

	"stet"
	"stet/store/engine"
)

// idle holds for a snapshot s, with the time $1, that nothing leads to: it is
// older, was neither handed on nor published, is not what is being written, and
// is not the last before a text that was published.
const idle = `s.at < $1
	AND NOT EXISTS (SELECT 1 FROM events e WHERE e.article = s.article AND e.ref = 's' || s.number)
	AND NOT EXISTS (SELECT 1 FROM revisions r WHERE r.article = s.article AND r.snapshot = s.number)
	AND NOT EXISTS (SELECT 1 FROM revisions r WHERE r.article = s.article AND r.number > 0
		AND s.number = (SELECT max(b.number) FROM snapshots b WHERE b.article = r.article AND b.at <= r.at))`

// PruneSnapshots forgets texts from before a time that articles had on their way
// and nothing leads to, of up to so many articles. It returns how many it forgot,
// and whether there may be more.
func (db *DB) PruneSnapshots(ctx context.Context, before time.Time, articles int) (forgotten int64, more bool, err error) {
	var ids []stet.ArticleID
	err = engine.Each(ctx, db.engine, `SELECT DISTINCT s.article FROM snapshots s WHERE `+idle+` LIMIT $2`, []any{before.UnixMilli(), articles}, func(scan func(...any) error) error {
		ids = append(ids, "")
		return scan(&ids[len(ids)-1])
	})
	if err != nil {
		return 0, false, err
	}
	for _, id := range ids {
		var n int64
		err := db.engine.Transact(ctx, func(t engine.Tx) (err error) {
			// Nobody hands one of them on meanwhile.
			if err := engine.Row(ctx, t, `SELECT id FROM articles WHERE id = $1`+t.LockRows(), id).Scan(&id); err != nil {
				return err
			}
			if n, err = t.Exec(ctx, `DELETE FROM snapshots AS s WHERE `+idle+` AND s.article = $2`, before.UnixMilli(), id); err != nil {
				return err
			}
			_, err = t.Exec(ctx, `UPDATE articles SET pruned = pruned + $1 WHERE id = $2`, n, id)
			return err
		})
		if err != nil {
			return forgotten, false, err
		}
		forgotten += n
	}
	return forgotten, len(ids) == articles, nil
}
