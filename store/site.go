package store

import (
	"context"
	"fmt"
	"time"
	_ "time/tzdata" // zones do not depend on the machine

	"stet"
)

const (
	settingZone   = "zone"
	settingStamp  = "stamp"
	settingPaused = "paused"
)

// Init makes an empty newsroom one with a zone and editions. A newsroom that has
// been set up already is refused.
func (db *DB) Init(ctx context.Context, zone string, editions []stet.Edition, at time.Time) error {
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		return stet.Errorf(stet.Invalid, "tz", "%q is not a time zone; name one like Asia/Baku", zone)
	}
	if len(editions) == 0 {
		return stet.Errorf(stet.Invalid, "langs", "is empty; a site needs at least one language")
	}
	return db.transact(ctx, func(t tx) error {
		var there int
		if err := row(ctx, t, `SELECT count(*) FROM editions`).scan(&there); err != nil {
			return err
		}
		if there > 0 {
			return stet.Errorf(stet.Conflict, "", "the newsroom is set up already")
		}
		for i, e := range editions {
			if _, err := t.exec(ctx, `INSERT INTO editions (lang, position, name, about) VALUES ($1, $2, $3, $4)`, e.Lang, i, e.Name, e.About); err != nil {
				return err
			}
		}
		if err := set(ctx, t, settingZone, zone); err != nil {
			return err
		}
		return siteEvent(ctx, t, stet.Event{At: at, Kind: stet.Set, Origin: stet.ByPerson, Actor: "operator", Note: "set up"})
	})
}

func set(ctx context.Context, t tx, key, value string) error {
	_, err := t.exec(ctx, `INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	return err
}

func setting(ctx context.Context, on querier, key string) (string, error) {
	var v string
	err := row(ctx, on, `SELECT value FROM settings WHERE key = $1`, key).scan(&v)
	if isNoRows(err) {
		err = nil
	}
	return v, err
}

// siteEvent writes an event that changes what every page may show.
func siteEvent(ctx context.Context, t tx, e stet.Event) error {
	n, err := nextEvents(ctx, t, 1)
	if err != nil {
		return err
	}
	e.N = n
	if err := set(ctx, t, settingStamp, fmt.Sprint(n)); err != nil {
		return err
	}
	b := newEvents()
	if err := addEvent(ctx, t, b, &e); err != nil {
		return err
	}
	return b.flush(ctx, t)
}

func zone(ctx context.Context, on querier) (*time.Location, error) {
	name, err := setting(ctx, on, settingZone)
	if err != nil {
		return nil, err
	}
	if name == "" {
		return nil, stet.Errorf(stet.Conflict, "", "the newsroom is not set up; run stet init")
	}
	return time.LoadLocation(name)
}

func readSite(ctx context.Context, on querier) (*stet.Site, error) {
	s := &stet.Site{}
	var err error
	if s.Zone, err = zone(ctx, on); err != nil {
		return nil, err
	}
	stamp, err := setting(ctx, on, settingStamp)
	if err != nil {
		return nil, err
	}
	fmt.Sscan(stamp, &s.Stamp)
	err = each(ctx, on, `SELECT lang, name, about FROM editions ORDER BY position`, nil, func(scan func(...any) error) error {
		var e stet.Edition
		if err := scan(&e.Lang, &e.Name, &e.About); err != nil {
			return err
		}
		s.Editions = append(s.Editions, e)
		return nil
	})
	return s, err
}

// Site returns the site as it is now; an Error of kind Conflict if the newsroom
// has not been set up.
func (db *DB) Site(ctx context.Context) (*stet.Site, error) { return readSite(ctx, db) }

// Paused reports whether the schedule rests, as it does after a restore until
// an administrator resumes it.
func (db *DB) Paused(ctx context.Context) (bool, error) {
	v, err := setting(ctx, db, settingPaused)
	return v == "true", err
}

// Pause rests or resumes the schedule.
func (db *DB) Pause(ctx context.Context, paused bool) error {
	return db.transact(ctx, func(t tx) error { return set(ctx, t, settingPaused, fmt.Sprint(paused)) })
}
