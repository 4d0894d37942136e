package store

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"stet"
	"stet/store/engine"
)

// pinJSON is a pin as a change keeps it.
type pinJSON struct {
	Slot  int            `json:"slot"` // from 0
	Story stet.ArticleID `json:"story"`
	Until int64          `json:"until,omitempty"`
}

func packPins(pins stet.Pins) (string, error) {
	list := []pinJSON{}
	for i, p := range pins {
		if p.Story == "" {
			continue
		}
		row := pinJSON{Slot: i, Story: p.Story}
		if !p.Until.IsZero() {
			row.Until = p.Until.UnixMilli()
		}
		list = append(list, row)
	}
	data, err := json.Marshal(list)
	return string(data), err
}

func unpackPins(data, section string) (stet.Pins, error) {
	pins := make(stet.Pins, stet.SlotsOf(section))
	var list []pinJSON
	if data == "" {
		return pins, nil
	}
	if err := json.Unmarshal([]byte(data), &list); err != nil {
		return nil, err
	}
	for _, row := range list {
		if row.Slot < 0 || row.Slot >= len(pins) {
			continue // of a front that had more
		}
		pins[row.Slot].Story = row.Story
		if row.Until != 0 {
			pins[row.Slot].Until = time.UnixMilli(row.Until).UTC()
		}
	}
	return pins, nil
}

// Front returns what editors decided about the front of an edition, or of a
// section in it: an Error of kind NotFound where there is no such front.
func (db *DB) Front(ctx context.Context, l stet.Lang, section string) (stet.Front, error) {
	if err := isFront(ctx, db.engine, l, section); err != nil {
		return stet.Front{}, err
	}
	return readFront(ctx, db.engine, l, section)
}

func isFront(ctx context.Context, on engine.Querier, l stet.Lang, section string) error {
	site, err := readSite(ctx, on)
	if err != nil {
		return err
	}
	if _, ok := site.Edition(l); !ok {
		return stet.Errorf(stet.NotFound, "lang", "the site has no edition in %q", l)
	}
	if section == "" {
		return nil
	}
	n := 0
	if engine.Storable(section) {
		err = engine.Row(ctx, on, `SELECT count(*) FROM terms WHERE kind = 'section' AND key = $1`, section).Scan(&n)
	}
	if n == 0 && err == nil {
		err = stet.Errorf(stet.NotFound, "section", "there is no section %q", section)
	}
	return err
}

func readFront(ctx context.Context, on engine.Querier, l stet.Lang, section string) (stet.Front, error) {
	f := stet.Front{Lang: l, Section: section}
	var pins string
	err := engine.Row(ctx, on, `SELECT number, event, pins FROM front_changes WHERE lang = $1 AND section = $2 ORDER BY number DESC LIMIT 1`, l, section).
		Scan(&f.Number, &f.Event, &pins)
	if err != nil && !engine.NoRows(err) {
		return f, err
	}
	f.Pins, err = unpackPins(pins, section)
	return f, err
}

// pinsAfter returns the pins of a front as a change left them; all automatic
// before the first.
func pinsAfter(ctx context.Context, on engine.Querier, f *stet.Front, number int) (stet.Pins, error) {
	if number == f.Number {
		return f.Pins, nil
	}
	var pins string
	if number != 0 {
		err := engine.Row(ctx, on, `SELECT pins FROM front_changes WHERE lang = $1 AND section = $2 AND number = $3`, f.Lang, f.Section, number).Scan(&pins)
		if engine.NoRows(err) {
			return nil, stet.Errorf(stet.NotFound, "number", "this front has no change %d", number)
		}
		if err != nil {
			return nil, err
		}
	}
	return unpackPins(pins, f.Section)
}

// FrontHistory lists the changes of a front before one with a number, the newest
// first; of all, if that is 0.
func (db *DB) FrontHistory(ctx context.Context, l stet.Lang, section string, before, limit int) ([]stet.FrontChange, error) {
	if before <= 0 {
		before = 1 << 62
	}
	var out []stet.FrontChange
	err := engine.Each(ctx, db.engine, `SELECT c.number, c.event, c.pins, e.at, e.actor, e.origin FROM front_changes c JOIN events e ON e.n = c.event
		WHERE c.lang = $1 AND c.section = $2 AND c.number < $3 ORDER BY c.number DESC LIMIT $4`,
		[]any{l, section, before, limit + 1}, func(scan func(...any) error) error {
			var c stet.FrontChange
			var pins string
			if err := scan(&c.Number, &c.Event, &pins, engine.When(&c.At), &c.Actor, &c.Origin); err != nil {
				return err
			}
			var err error
			if c.After, err = unpackPins(pins, section); err != nil {
				return err
			}
			if n := len(out); n > 0 {
				out[n-1].Before = c.After
			}
			out = append(out, c)
			return nil
		})
	if n := len(out); err == nil && n > limit {
		out = out[:limit]
	} else if err == nil && n > 0 {
		out[n-1].Before, err = unpackPins("", section)
	}
	return out, err
}

// ArrangeFront brings the pins that an editor wants into a front, of which the
// editor saw the change base, and returns it as it is now. Where others decided
// otherwise since, nothing happens but that the clashes are told.
func (db *DB) ArrangeFront(ctx context.Context, actor stet.User, l stet.Lang, section string, base int, pins stet.Pins, at time.Time) (stet.Front, []stet.PinClash, error) {
	return db.changeFront(ctx, l, section, func(t engine.Tx, f *stet.Front) (*stet.Event, []stet.PinClash, error) {
		seen, err := pinsAfter(ctx, t, f, base)
		if err != nil {
			return nil, nil, err
		}
		var ids []stet.ArticleID
		for _, p := range pins {
			if stet.ValidID(string(p.Story)) {
				ids = append(ids, p.Story)
			}
		}
		as, err := load(ctx, t, ids, "")
		if err != nil {
			return nil, nil, err
		}
		stories := map[stet.ArticleID]*stet.Article{}
		for _, a := range as {
			stories[a.ID] = a
		}
		return f.Arrange(actor, seen, pins, stories, at)
	})
}

// UndoFront takes one change of a front back, as ArrangeFront makes one.
func (db *DB) UndoFront(ctx context.Context, actor stet.User, l stet.Lang, section string, number int, at time.Time) (stet.Front, []stet.PinClash, error) {
	return db.changeFront(ctx, l, section, func(t engine.Tx, f *stet.Front) (*stet.Event, []stet.PinClash, error) {
		c := stet.FrontChange{Number: number}
		var err error
		if number < 1 {
			return nil, nil, stet.Errorf(stet.NotFound, "number", "this front has no change %d", number)
		}
		if c.After, err = pinsAfter(ctx, t, f, number); err != nil {
			return nil, nil, err
		}
		if c.Before, err = pinsAfter(ctx, t, f, number-1); err != nil {
			return nil, nil, err
		}
		return f.Undo(actor, c, at)
	})
}

func (db *DB) changeFront(ctx context.Context, l stet.Lang, section string,
	change func(engine.Tx, *stet.Front) (*stet.Event, []stet.PinClash, error)) (f stet.Front, clashes []stet.PinClash, err error) {
	err = db.engine.Transact(ctx, func(t engine.Tx) error {
		if err := isFront(ctx, t, l, section); err != nil {
			return err
		}
		if f, err = readFront(ctx, t, l, section); err != nil {
			return err
		}
		var e *stet.Event
		if e, clashes, err = change(t, &f); e == nil || err != nil {
			return err
		}
		if e.N, err = nextEvents(ctx, t, 1); err != nil {
			return err
		}
		f.Event = e.N
		pins, err := packPins(f.Pins)
		if err != nil {
			return err
		}
		n, err := t.Exec(ctx, `INSERT INTO front_changes (lang, section, number, event, pins) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
			l, section, f.Number, f.Event, pins)
		if err == nil && n == 0 {
			err = engine.ErrAgain // somebody else changed it
		}
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `DELETE FROM front_pins WHERE lang = $1 AND section = $2`, l, section); err != nil {
			return err
		}
		for slot, p := range f.Pins {
			if p.Story == "" {
				continue
			}
			if _, err := t.Exec(ctx, `INSERT INTO front_pins (lang, section, slot, article, until) VALUES ($1, $2, $3, $4, $5)`,
				l, section, slot, p.Story, engine.Millis(p.Until)); err != nil {
				return err
			}
		}
		events := newEvents()
		if err := addEvent(ctx, t, events, e); err != nil {
			return err
		}
		return events.Flush(ctx, t)
	})
	return f, clashes, err
}

// RunOutPins makes the slots automatic whose pins have run out, and returns when
// the next one does.
func (db *DB) RunOutPins(ctx context.Context, now time.Time) (next time.Time, err error) {
	var due []stet.Front
	err = engine.Each(ctx, db.engine, `SELECT DISTINCT lang, section FROM front_pins WHERE until <= $1`, []any{now.UnixMilli()}, func(scan func(...any) error) error {
		due = append(due, stet.Front{})
		return scan(&due[len(due)-1].Lang, &due[len(due)-1].Section)
	})
	if err != nil {
		return next, err
	}
	var failed error
	for _, d := range due {
		_, _, err := db.changeFront(ctx, d.Lang, d.Section, func(_ engine.Tx, f *stet.Front) (*stet.Event, []stet.PinClash, error) {
			e, err := f.RunOut(stet.Schedule, now)
			return e, nil, err
		})
		failed = errors.Join(failed, err)
	}
	err = engine.Row(ctx, db.engine, `SELECT min(until) FROM front_pins WHERE until > $1`, now.UnixMilli()).Scan(engine.When(&next))
	return next, errors.Join(failed, err)
}

func (l library) Pinned(ctx context.Context, lang stet.Lang, section string) ([]stet.PinnedHead, error) {
	var out []stet.PinnedHead
	err := engine.Each(ctx, l.db.engine, `SELECT f.until, f.slot, `+headColumns+` FROM front_pins f
		JOIN stories s ON s.article = f.article AND s.lang = f.lang AND s.kind = 'story' AND (f.section = '' OR s.section = f.section)`+headPictures+`
		WHERE f.lang = $1 AND f.section = $2 ORDER BY f.slot`, []any{lang, section}, func(scan func(...any) error) error {
		var p stet.PinnedHead
		var err error
		p.Slot, p.Head, err = scanHead(func(into ...any) error { return scan(append([]any{engine.When(&p.Until)}, into...)...) })
		out = append(out, p)
		return err
	})
	return out, err
}

// PinsAfter returns the pins of a front as one of its changes left them.
func (db *DB) PinsAfter(ctx context.Context, f *stet.Front, number int) (stet.Pins, error) {
	return pinsAfter(ctx, db.engine, f, number)
}

// Rows returns what lists show of articles, as far as the actor may read them.
func (db *DB) Rows(ctx context.Context, actor stet.User, ids []stet.ArticleID) (map[stet.ArticleID]BoardRow, error) {
	out := map[stet.ArticleID]BoardRow{}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id stet.ArticleID) bool { return !stet.ValidID(string(id)) })
	for some := range slices.Chunk(ids, maxGroups) {
		var w where
		w.readable(actor)
		engine.OneOf(&w.Where, `id`, some)
		err := engine.Each(ctx, db.engine, `SELECT `+boardColumns+` FROM articles`+w.String(), w.Args, func(scan func(...any) error) error {
			r, err := scanBoard(scan)
			out[r.ID] = r
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
