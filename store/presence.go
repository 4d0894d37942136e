package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"stet"
)

// Presence is somebody who has an article open in one window.
type Presence struct {
	Tab    string // names the window
	Person string // User.ID
	Block  string // where the caret is; empty for outside the body
	At     time.Time
}

const (
	presenceEvery = 15 * time.Second // how often it is written when nothing changes
	presenceLasts = 40 * time.Second // how long it is believed without being written
	maxPresences  = 100              // of one article
)

// Here notes that somebody has an article open and returns who else has, each
// window for itself. It writes only where something changed or some seconds
// have passed. That the person may read the article is for the caller to know.
func (db *DB) Here(ctx context.Context, id stet.ArticleID, p Presence, now time.Time) ([]Presence, error) {
	if !stet.ValidID(p.Tab) || len(p.Tab) > 64 || len(p.Block) > 200 || !storable(p.Block) {
		return nil, stet.Errorf(stet.Invalid, "tab", "must name a window in 1–64 visible ASCII characters, and the block must be one of the text")
	}
	var others []Presence
	var mine *Presence
	err := each(ctx, db, `SELECT tab, person, block, at FROM presence WHERE article = $1 AND at > $2`,
		[]any{string(id), now.Add(-presenceLasts).UnixMilli()}, func(scan func(...any) error) error {
			var o Presence
			err := scan(&o.Tab, &o.Person, &o.Block, when{&o.At})
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
	return others, db.transact(ctx, func(t tx) error {
		if _, err := t.exec(ctx, `DELETE FROM presence WHERE article = $1 AND at <= $2`, string(id), now.Add(-presenceLasts).UnixMilli()); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO presence (article, tab, person, block, at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (article, tab) DO UPDATE SET person = excluded.person, block = excluded.block, at = excluded.at`,
			string(id), p.Tab, p.Person, p.Block, now.UnixMilli())
		return err
	})
}
