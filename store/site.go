package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones do not depend on the machine

	"stet"
	"stet/store/audit"
	"stet/store/engine"
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
	return db.engine.Transact(ctx, func(t engine.Tx) error {
		var there int
		if err := engine.Row(ctx, t, `SELECT count(*) FROM editions`).Scan(&there); err != nil {
			return err
		}
		if there > 0 {
			return stet.Errorf(stet.Conflict, "", "the newsroom is set up already")
		}
		for i, e := range editions {
			if _, err := t.Exec(ctx, `INSERT INTO editions (lang, position, name, about) VALUES ($1, $2, $3, $4)`, e.Lang, i, e.Name, e.About); err != nil {
				return err
			}
		}
		if err := set(ctx, t, settingZone, zone); err != nil {
			return err
		}
		return siteEvent(ctx, t, stet.Event{At: at, Kind: stet.Set, Origin: stet.Operator.Origin, Actor: stet.Operator.ID, Note: "set up"})
	})
}

func set(ctx context.Context, t engine.Tx, key, value string) error {
	_, err := t.Exec(ctx, `INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	return err
}

func setting(ctx context.Context, on engine.Querier, key string) (string, error) {
	var v string
	err := engine.Row(ctx, on, `SELECT value FROM settings WHERE key = $1`, key).Scan(&v)
	if engine.NoRows(err) {
		err = nil
	}
	return v, err
}

// siteEvent writes an event that changes what every page may show.
func siteEvent(ctx context.Context, t engine.Tx, e stet.Event) error {
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
	return b.Flush(ctx, t)
}

// readSettings returns the site without its editions.
func readSettings(ctx context.Context, on engine.Querier) (*stet.Site, error) {
	s := &stet.Site{}
	err := engine.Each(ctx, on, `SELECT key, value FROM settings`, nil, func(scan func(...any) error) error {
		var key, value string
		err := scan(&key, &value)
		if err != nil {
			return err
		}
		switch key {
		case settingZone:
			s.Zone, err = location(value)
		case settingStamp:
			s.Stamp, err = strconv.ParseInt(value, 10, 64)
		case settingPaused, settingSearch:
		default:
			err = s.Settings.Set(key, value)
		}
		return err
	})
	if err == nil && s.Zone == nil {
		err = stet.Errorf(stet.Conflict, "", "the newsroom is not set up; run stet init")
	}
	return s, err
}

// locations are the zones that were asked for: to read one costs more than a
// statement.
var locations sync.Map

func location(name string) (*time.Location, error) {
	if l, ok := locations.Load(name); ok {
		return l.(*time.Location), nil
	}
	l, err := time.LoadLocation(name)
	if err == nil {
		locations.Store(name, l)
	}
	return l, err
}

func readSite(ctx context.Context, on engine.Querier) (*stet.Site, error) {
	s, err := readSettings(ctx, on)
	if err != nil {
		return nil, err
	}
	err = engine.Each(ctx, on, `SELECT lang, name, about FROM editions ORDER BY position`, nil, func(scan func(...any) error) error {
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
func (db *DB) Site(ctx context.Context) (*stet.Site, error) { return readSite(ctx, db.engine) }

// ChangeSettings sets settings of the site by their names, all or none. A change
// is one event, at which every page is laid anew.
func (db *DB) ChangeSettings(ctx context.Context, actor stet.User, changes map[string]string, at time.Time) error {
	if err := stet.May(actor, stet.ActSetUp, nil); err != nil {
		return err
	}
	return db.engine.Transact(ctx, func(t engine.Tx) error {
		s, err := readSettings(ctx, t)
		if err != nil {
			return err
		}
		var notes []string
		for _, name := range slices.Sorted(maps.Keys(changes)) {
			was := s.Settings.Get(name)
			if err := s.Settings.Set(name, changes[name]); err != nil {
				return err
			}
			if was == changes[name] {
				continue
			}
			if err := set(ctx, t, name, changes[name]); err != nil {
				return err
			}
			notes = append(notes, name+"="+changes[name]+" (was "+was+")")
		}
		if len(notes) == 0 {
			return nil
		}
		return siteEvent(ctx, t, stet.Event{At: at, Kind: stet.Set, Origin: actor.Origin, Actor: actor.ID, Note: strings.Join(notes, " ")})
	})
}

// Paused reports whether the schedule rests, as it does after a restore until
// an administrator resumes it.
func (db *DB) Paused(ctx context.Context) (bool, error) {
	v, err := setting(ctx, db.engine, settingPaused)
	return v == "true", err
}

// Pause rests or resumes the schedule.
func (db *DB) Pause(ctx context.Context, actor stet.User, paused bool, at time.Time) error {
	if err := stet.May(actor, stet.ActSetUp, nil); err != nil {
		return err
	}
	kind := audit.Resumed
	if paused {
		kind = audit.Paused
	}
	return db.engine.Transact(ctx, func(t engine.Tx) error {
		if err := audit.Add(ctx, t, audit.Entry{Kind: kind, At: at, Actor: actor.ID}); err != nil {
			return err
		}
		return set(ctx, t, settingPaused, fmt.Sprint(paused))
	})
}
