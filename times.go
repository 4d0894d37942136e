package stet

import (
	"strings"
	"time"

	"stet/lang"
)

// SetTimes sets before when the article must not be published, and when it is
// withdrawn by the schedule; zero means never. What is scheduled already must
// fit in between.
func (a *Article) SetTimes(actor User, embargo, expires, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActWrite, a); err != nil {
		return err
	}
	if a.Embargo.Equal(embargo) && a.Expires.Equal(expires) {
		return nil
	}
	if err := checkTimes(embargo, expires); err != nil {
		return err
	}
	if !a.Expires.Equal(expires) {
		if !expires.IsZero() && !expires.After(now) {
			return Errorf(Invalid, "expires", "is in the past; to take the article from readers now, withdraw it")
		}
		if a.Live == LivePublished {
			if err := May(actor, ActWithdraw, a); err != nil {
				return err
			}
		}
	}
	if err := a.fits(embargo, expires); err != nil {
		return err
	}
	a.Embargo, a.Expires = embargo, expires
	var words []string
	for _, w := range []struct {
		name string
		at   time.Time
	}{{"embargo", embargo}, {"expires", expires}} {
		if !w.at.IsZero() {
			words = append(words, w.name+" "+w.at.UTC().Format(time.RFC3339))
		}
	}
	a.record(Timed, actor, strings.Join(words, ", "), now)
	return nil
}

// fits refuses times that what is scheduled does not stand between.
func (a *Article) fits(embargo, expires time.Time) error {
	if a.Scheduled != nil {
		if embargo.After(a.ScheduledFor) {
			return Errorf(Conflict, "embargo", "the article is scheduled for %s, before this embargo ends; take it out of the schedule first", Moment{a.ScheduledFor})
		}
		if !expires.IsZero() && !expires.After(a.ScheduledFor) {
			return Errorf(Conflict, "expires", "the article is scheduled for %s, after this; take it out of the schedule first", Moment{a.ScheduledFor})
		}
	}
	return nil
}

// checkTimes holds an embargo and an expiry to their rules.
func checkTimes(embargo, expires time.Time) *Error {
	for _, f := range []struct {
		name string
		at   time.Time
	}{{"embargo", embargo}, {"expires", expires}} {
		if err := CheckTime(f.name, f.at); err != nil {
			return err.(*Error)
		}
	}
	if !expires.IsZero() && !expires.After(embargo) {
		return Errorf(Invalid, "expires", "must be after the end of the embargo")
	}
	return nil
}

// Moment is a time in the words of an Error.
type Moment struct{ time.Time }

// String writes it in UTC.
func (m Moment) String() string { return m.UTC().Format("2006-01-02 15:04 MST") }

// open refuses to let readers see a text at a time at which they must not.
func (a *Article) open(at time.Time) error {
	if at.Before(a.Embargo) {
		return Errorf(Conflict, "embargo", "the article is under embargo until %s; schedule it for then or later, or change the embargo", Moment{a.Embargo})
	}
	if !a.Expires.IsZero() && !at.Before(a.Expires) {
		return Errorf(Conflict, "expires", "the article expires on %s; change the time of expiry first", Moment{a.Expires})
	}
	return nil
}

// Due does what the clock asks of an article: it publishes what is scheduled
// for now or earlier, and withdraws what has expired. Where there is nothing to
// do, it changes nothing.
func (a *Article) Due(now time.Time) error {
	if a.Expires.IsZero() || a.Expires.After(now) {
		if a.Waits() {
			return nil // see DueTogether
		}
		return a.Publish(Schedule, time.Time{}, now)
	}
	switch {
	case a.Live == LivePublished:
		return a.Withdraw(Schedule, lang.Get(string(a.Lang)).Text(lang.Expired), now)
	case a.Scheduled != nil: // and the time for it passed while nobody looked
		return a.Unschedule(Schedule, "", now)
	}
	return nil
}

// wallLayouts are how a form writes a date with a time.
var wallLayouts = []string{"2006-01-02T15:04", "2006-01-02T15:04:05"}

// WallTime returns the instants at which the clocks of a zone show a date and
// time, written like "2026-03-29T02:30". Mostly there is one. Where the clocks
// go back there are two, the earlier first. Where they go forward over that time
// there is none, and instead is what clocks show in its place: the time that
// would be if they had not been changed yet.
func WallTime(shown string, zone *time.Location) (at []time.Time, instead time.Time, err error) {
	var wall time.Time
	for _, layout := range wallLayouts {
		if t, err := time.Parse(layout, shown); err == nil && t.Format(layout) == shown { // the parser takes more
			wall = t
		}
	}
	if wall.IsZero() {
		return nil, time.Time{}, Errorf(Invalid, "at", "%.40q is not a date with a time: write it like 2026-03-29T02:30", shown)
	}
	if err := CheckTime("at", wall); err != nil {
		return nil, time.Time{}, err
	}
	limit := wall.Add(26 * time.Hour) // no zone is that far from UTC
	var before time.Time              // where the clocks are put forward over that time
	for t := wall.Add(-26 * time.Hour); ; {
		start, end := t.In(zone).ZoneBounds()
		_, offset := t.In(zone).Zone()
		here := wall.Add(-time.Duration(offset) * time.Second).In(zone)
		switch {
		case !start.IsZero() && here.Before(start):
			if !before.IsZero() {
				instead = before
			}
		case end.IsZero() || here.Before(end):
			at = append(at, here)
		}
		if before = (time.Time{}); !end.IsZero() && !here.Before(end) {
			before = here
		}
		if end.IsZero() || end.After(limit) {
			return at, instead, nil
		}
		t = end
	}
}
