package store

import (
	"context"
	"encoding/json"

	"stet"
	"stet/store/engine"
)

func newEvents() *engine.Bulk {
	return &engine.Bulk{Head: `INSERT INTO events (n, at, kind, origin, actor, article, note, was, is_now, siblings, ref, recipient) VALUES `}
}

func addEvent(ctx context.Context, t engine.Tx, b *engine.Bulk, e *stet.Event) error {
	was, err := json.Marshal(e.Was)
	if err != nil {
		return err
	}
	is, err := json.Marshal(e.Is)
	if err != nil {
		return err
	}
	siblings, err := json.Marshal(e.Siblings)
	if err != nil {
		return err
	}
	return b.Add(ctx, t, e.N, e.At.UnixMilli(), e.Kind, e.Origin, e.Actor, e.Article, e.Note, string(was), string(is), string(siblings), e.Text, e.To)
}

// EventsAfter returns up to limit events that follow number n, in order.
func (db *DB) EventsAfter(ctx context.Context, n int64, limit int) ([]stet.Event, error) {
	return db.events(ctx, `n > $1 ORDER BY n LIMIT $2`, n, limit)
}

func (db *DB) events(ctx context.Context, where string, args ...any) ([]stet.Event, error) {
	var out []stet.Event
	err := engine.Each(ctx, db.engine, `SELECT n, at, kind, origin, actor, article, note, was, is_now, siblings, ref, recipient FROM events WHERE `+where,
		args, func(scan func(...any) error) error {
			var e stet.Event
			err := scan(&e.N, engine.When(&e.At), &e.Kind, &e.Origin, &e.Actor, &e.Article, &e.Note, engine.AsJSON(&e.Was), engine.AsJSON(&e.Is), engine.AsJSON(&e.Siblings),
				&e.Text, &e.To)
			out = append(out, e)
			return err
		})
	return out, err
}

// Head returns the number of the last event.
func (db *DB) Head(ctx context.Context) (int64, error) {
	var n int64
	err := engine.Row(ctx, db.engine, `SELECT n FROM counter`).Scan(&n)
	return n, err
}
