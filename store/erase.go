package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"stet"
	"stet/store/engine"
	"stet/store/translation"
)

// EraseText takes the words of a published text out of the newsroom, as
// [stet.Article.Erase] says, and with them the texts that were kept on the way
// between the publications before and after it. On SQLite the file holds nothing
// of them when it returns: it is written anew, for which nobody can write
// meanwhile. PostgreSQL is asked to make their room free, and fills it in time.
// Backups of before have them still.
func (db *DB) EraseText(ctx context.Context, actor stet.User, id stet.ArticleID, number int, reason string, now time.Time) (*stet.Article, error) {
	a, err := db.UpdateArticle(ctx, id, func(a *stet.Article) error { return a.Erase(actor, number, reason, now) })
	if err != nil {
		return nil, err
	}
	if err := db.engine.Scrub(context.WithoutCancel(ctx), "revisions", "snapshots", "articles", "headline_words", "made"); err != nil {
		return nil, fmt.Errorf("the text is erased, but the database's files may hold remains of it: %w", err)
	}
	return a, nil
}

// erase does what an article's law has erased.
func (s *saver) erase(a *stet.Article) error {
	events := a.Pending()
	at := events[len(events)-1].At.UnixMilli()
	for _, number := range a.ToErase() {
		var meta string
		err := engine.Row(s.ctx, s, `SELECT meta FROM revisions WHERE article = $1 AND number = $2 AND erased IS NULL`, a.ID, number).Scan(&meta)
		if engine.NoRows(err) {
			return stet.Errorf(stet.Conflict, "ref", "this text was erased before")
		}
		if err != nil {
			return err
		}
		var c stet.Content
		if err := json.Unmarshal([]byte(meta), &c); err != nil {
			return err
		}
		rest, err := json.Marshal(c.Erased())
		if err != nil {
			return err
		}
		if _, err := s.Exec(s.ctx, `UPDATE revisions SET meta = $1, body = $2, writers = '[]', erased = $3 WHERE article = $4 AND number = $5`,
			string(rest), []byte{}, at, a.ID, number); err != nil {
			return err
		}
		var after, before sql.NullInt64
		if err := engine.Row(s.ctx, s, `SELECT max(at) FROM revisions WHERE article = $1 AND number > 0 AND number < $2`, a.ID, number).Scan(&after); err != nil {
			return err
		}
		if err := engine.Row(s.ctx, s, `SELECT min(at) FROM revisions WHERE article = $1 AND number > $2`, a.ID, number).Scan(&before); err != nil {
			return err
		}
		if !after.Valid {
			after.Int64 = -1
		}
		if !before.Valid {
			before.Int64 = math.MaxInt64
		}
		// A snapshot of the text that is being written, or of another published one,
		// is that text.
		if _, err := s.Exec(s.ctx, `UPDATE snapshots SET meta = $1, body = $2, writers = '[]', erased = $3
			WHERE article = $4 AND erased IS NULL AND at > $5 AND at < $6
			AND NOT EXISTS (SELECT 1 FROM revisions r WHERE r.article = snapshots.article AND r.snapshot = snapshots.number AND r.number <> $7)`,
			string(rest), []byte{}, at, a.ID, after.Int64, before.Int64, number); err != nil {
			return err
		}
	}
	return translation.Erase(s.ctx, s.Tx, a.ID)
}
