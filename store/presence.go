package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/store/engine"
)

// Presence is somebody who has an article or a front open in one window.
type Presence struct {
	Tab    string // names the window
	Person string // User.ID
	Block  string // where the caret is; empty for outside the body
	At     time.Time
}

const (
	presenceEvery = 15 * time.Second // how often it is written when nothing changes
	presenceLasts = 40 * time.Second // how long it is believed without being written
	maxPresences  = 100              // in one place
)

// PlaceOfFront is where those are who have a front open. No article has such an id.
func PlaceOfFront(l stet.Lang, section string) string { return "front " + string(l) + " " + section }

// Here notes that somebody is at a place, an article's id or a front's, and
// returns who else is, each window for itself. It writes only where something
// changed or some seconds have passed. That the person may see what is there is
// for the caller to know.
func (db *DB) Here(ctx context.Context, place string, p Presence, now time.Time) ([]Presence, error) {
	if !stet.ValidID(p.Tab) || len(p.Tab) > 64 || len(p.Block) > 200 || !engine.Storable(p.Block) {
		return nil, stet.Errorf(stet.Invalid, "tab", "must name a window in 1–64 visible ASCII characters, and the block must be one of the text")
	}
	var others []Presence
	var mine *Presence
	err := engine.Each(ctx, db.engine, `SELECT tab, person, block, at FROM presence WHERE place = $1 AND at > $2`,
		[]any{place, now.Add(-presenceLasts).UnixMilli()}, func(scan func(...any) error) error {
			var o Presence
			err := scan(&o.Tab, &o.Person, &o.Block, engine.When(&o.At))
			if o.Tab == p.Tab && o.Person == p.Person {
				mine = &o
			} else if len(others) < maxPresences {
				others = append(others, o)
			}
			return err
		})
	slices.SortFunc(others, func(a, b Presence) int {
		return cmp.Or(strings.Compare(a.Person, b.Person), strings.Compare(a.Tab, b.Tab))
	})
	if err != nil || mine != nil && mine.Block == p.Block && now.Before(mine.At.Add(presenceEvery)) {
		return others, err
	}
	return others, db.engine.Transact(ctx, func(t engine.Tx) error {
		if _, err := t.Exec(ctx, `DELETE FROM presence WHERE place = $1 AND at <= $2`, place, now.Add(-presenceLasts).UnixMilli()); err != nil {
			return err
		}
		_, err := t.Exec(ctx, `INSERT INTO presence (place, tab, person, block, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (place, tab) DO UPDATE SET person = excluded.person, block = excluded.block, at = excluded.at`,
			place, p.Tab, p.Person, p.Block, now.UnixMilli())
		return err
	})
}
