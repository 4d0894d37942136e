// Package translation keeps what translations were made from, and which of them
// their originals have overtaken.
package translation

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/prose/parallel"
	"stet/store/engine"
)

// Memory is what a newsroom knows of its translations.
type Memory struct{ engine *engine.DB }

// New returns the memory in a database.
func New(db *engine.DB) *Memory { return &Memory{db} }

// Member is one language of a story.
type Member struct {
	ID   stet.ArticleID
	Lang stet.Lang
}

// Members returns the articles of a group, the original among them.
func (m *Memory) Members(ctx context.Context, group stet.ArticleID) ([]Member, error) {
	var out []Member
	err := engine.Each(ctx, m.engine, `SELECT id, lang FROM articles WHERE grp = $1 ORDER BY id`, []any{string(group)}, func(scan func(...any) error) error {
		var x Member
		err := scan(&x.ID, &x.Lang)
		out = append(out, x)
		return err
	})
	return out, err
}

// Translated returns what was said of the units of a translation, the oldest first.
func (m *Memory) Translated(ctx context.Context, id stet.ArticleID) ([]parallel.Made, error) {
	type row struct {
		parallel.Made
		at time.Time
	}
	var rows []row
	err := engine.Each(ctx, m.engine, `SELECT unit, target, source, was, at FROM made WHERE article = $1`, []any{string(id)},
		func(scan func(...any) error) error {
			var x row
			err := scan(&x.Unit, &x.Target, &x.Source, &x.Was, engine.When(&x.at))
			rows = append(rows, x)
			return err
		})
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(a.at.Compare(b.at), strings.Compare(a.Unit, b.Unit), strings.Compare(a.Target, b.Target))
	})
	out := make([]parallel.Made, len(rows))
	for i, x := range rows {
		out[i] = x.Made
	}
	return out, err
}

// Settle keeps what somebody says of units of a translation.
func (m *Memory) Settle(ctx context.Context, id, original stet.ArticleID, said []parallel.Made, person string, now time.Time) error {
	return m.engine.Transact(ctx, func(t engine.Tx) error {
		for _, x := range said {
			if _, err := t.Exec(ctx, `INSERT INTO made (article, unit, target, source, original, was, person, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
				ON CONFLICT (article, unit, target) DO UPDATE SET source = excluded.source, original = excluded.original, was = excluded.was,
				person = excluded.person, at = excluded.at`,
				string(id), x.Unit, x.Target, x.Source, string(original), x.Was, person, now.UnixMilli()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Forget forgets all that was said of some units of a translation: they are its
// own from now on.
func (m *Memory) Forget(ctx context.Context, id stet.ArticleID, units []string) error {
	return m.engine.Transact(ctx, func(t engine.Tx) error {
		for _, unit := range units {
			if _, err := t.Exec(ctx, `DELETE FROM made WHERE article = $1 AND unit = $2`, string(id), unit); err != nil {
				return err
			}
		}
		return nil
	})
}

// Overtaken returns since when, of some articles, those are overtaken that are.
func (m *Memory) Overtaken(ctx context.Context, ids []stet.ArticleID) (map[stet.ArticleID]time.Time, error) {
	out := map[stet.ArticleID]time.Time{}
	if len(ids) == 0 {
		return out, nil
	}
	err := engine.Each(ctx, m.engine, `SELECT article, since FROM overtaken WHERE article IN `+engine.In(1, len(ids)), engine.List(ids), func(scan func(...any) error) error {
		var id stet.ArticleID
		var since time.Time
		err := scan(&id, engine.When(&since))
		out[id] = since
		return err
	})
	return out, err
}

// CaughtUp says that a translation has caught up with its original.
func (m *Memory) CaughtUp(ctx context.Context, id stet.ArticleID) error {
	return m.engine.Exec(ctx, `DELETE FROM overtaken WHERE article = $1`, string(id))
}

// Overtake writes that a translation is overtaken. Since when stays as it was.
func Overtake(ctx context.Context, t engine.Tx, id, original stet.ArticleID, event int64, at time.Time) error {
	_, err := t.Exec(ctx, `INSERT INTO overtaken (article, original, event, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (article) DO UPDATE SET original = excluded.original, event = excluded.event`, string(id), string(original), event, at.UnixMilli())
	return err
}

// Erase forgets what an original said.
func Erase(ctx context.Context, t engine.Tx, original stet.ArticleID) error {
	_, err := t.Exec(ctx, `UPDATE made SET was = '' WHERE original = $1`, string(original))
	return err
}
