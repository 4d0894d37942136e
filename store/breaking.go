package store

import (
	"context"
	"time"

	"stet"
	"stet/store/engine"
)

// Announce sets the breaking news of an edition, and returns it as it is now.
func (db *DB) Announce(ctx context.Context, actor stet.User, line stet.Breaking, at time.Time) (stet.Breaking, error) {
	return db.changeBreaking(ctx, line.Lang, func(b *stet.Breaking) (*stet.Event, error) { return b.Announce(actor, line, at) })
}

// EndBreaking takes the breaking news of an edition away. The event that did it
// is in what it returns.
func (db *DB) EndBreaking(ctx context.Context, actor stet.User, l stet.Lang, at time.Time) (stet.Breaking, error) {
	return db.changeBreaking(ctx, l, func(b *stet.Breaking) (*stet.Event, error) { return b.End(actor, at) })
}

func (db *DB) changeBreaking(ctx context.Context, l stet.Lang, change func(*stet.Breaking) (*stet.Event, error)) (b stet.Breaking, err error) {
	err = db.engine.Transact(ctx, func(t engine.Tx) error {
		site, err := readSite(ctx, t)
		if err != nil {
			return err
		}
		if _, ok := site.Edition(l); !ok {
			return stet.Errorf(stet.NotFound, "lang", "the site has no edition in %q", l)
		}
		if b, err = readBreaking(ctx, t, l); err != nil {
			return err
		}
		e, err := change(&b)
		if e == nil || err != nil {
			return err
		}
		if e.N, err = nextEvents(ctx, t, 1); err != nil {
			return err
		}
		b.Event = e.N
		if b.Text == "" {
			_, err = t.Exec(ctx, `DELETE FROM breaking WHERE lang = $1`, l)
		} else {
			_, err = t.Exec(ctx, `INSERT INTO breaking (lang, line, path, since, until, event) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (lang) DO UPDATE SET line = excluded.line, path = excluded.path, since = excluded.since, until = excluded.until, event = excluded.event`,
				l, b.Text, b.Path, b.Since.UnixMilli(), b.Until.UnixMilli(), b.Event)
		}
		if err != nil {
			return err
		}
		events := newEvents()
		if err := addEvent(ctx, t, events, e); err != nil {
			return err
		}
		return events.Flush(ctx, t)
	})
	return b, err
}

func readBreaking(ctx context.Context, on engine.Querier, l stet.Lang) (stet.Breaking, error) {
	b := stet.Breaking{Lang: l}
	err := engine.Row(ctx, on, `SELECT line, path, since, until, event FROM breaking WHERE lang = $1`, l).
		Scan(&b.Text, &b.Path, engine.When(&b.Since), engine.When(&b.Until), &b.Event)
	if engine.NoRows(err) {
		return b, nil
	}
	return b, err
}

func (l library) Breaking(ctx context.Context, lang stet.Lang) (stet.Breaking, error) {
	return readBreaking(ctx, l.db.engine, lang)
}
