package stet

import (
	"slices"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Plan is something that is going to happen, which the newsroom means to cover.
type Plan struct {
	ID      string
	Version int64 // 0 for one that storage has not seen yet
	Title   string
	Place   string
	Note    string // for the newsroom
	Section string // may be empty
	Langs   []Lang // that it is covered in; none means not decided
	People  []string
	Start   time.Time
	End     time.Time // never before Start; zero where it is not known
	AllDay  bool      // on whole days of the site's zone: that of Start up to and with that of End
	Stories []ArticleID
	Touched time.Time
}

// The bounds of a plan.
const (
	maxPlanLength  = 366 * 24 * time.Hour
	maxPlanStories = 100
)

// Check puts a plan into the form that is stored and returns an Error about the
// first field that breaks a rule. That people, languages and sections exist is
// storage's to know.
func (p *Plan) Check() error {
	p.Title, p.Place = norm.NFC.String(CleanLine(p.Title)), norm.NFC.String(CleanLine(p.Place))
	var err error
	if p.Note, err = cleanNote("note", p.Note); err != nil {
		return err
	}
	for _, f := range []struct{ name, text string }{{"title", p.Title}, {"place", p.Place}} {
		switch n := utf8.RuneCountInString(f.text); {
		case f.name == "title" && n == 0:
			return Errorf(Invalid, f.name, "is missing")
		case !utf8.ValidString(f.text):
			return Errorf(Invalid, f.name, "is not valid UTF-8")
		case n > MaxLine:
			return Errorf(Invalid, f.name, "has more than %d characters", MaxLine)
		}
	}
	if p.Start.IsZero() {
		return Errorf(Invalid, "start", "is missing")
	}
	for _, at := range []time.Time{p.Start, p.End} {
		if err := CheckTime("start", at); err != nil {
			return err
		}
	}
	switch {
	case !p.End.IsZero() && p.End.Before(p.Start):
		return Errorf(Invalid, "end", "must not be before the beginning")
	case !p.End.IsZero() && p.End.Sub(p.Start) > maxPlanLength:
		return Errorf(Invalid, "end", "is more than a year after the beginning")
	}
	slices.Sort(p.Langs)
	slices.Sort(p.People)
	p.Langs, p.People = slices.Compact(p.Langs), slices.Compact(p.People)
	for _, id := range p.People {
		if _, err := person("people", id); err != nil {
			return err
		}
	}
	if len(p.Stories) > maxPlanStories {
		return Errorf(Invalid, "stories", "has more than %d stories", maxPlanStories)
	}
	return nil
}

// Move lets a plan begin on another day, at the same time of the clock there, and
// last as long as before.
func (p *Plan) Move(to Day, zone *time.Location) {
	start := OnDay(p.Start, to, zone)
	switch {
	case p.End.IsZero():
	case p.AllDay: // as many days, however long they are
		from, _ := time.Parse(time.DateOnly, string(DayOf(p.Start, zone)))
		until, _ := time.Parse(time.DateOnly, string(DayOf(p.End, zone)))
		p.End = start.In(zone).AddDate(0, 0, int(until.Sub(from)/(24*time.Hour)))
	default:
		p.End = start.Add(p.End.Sub(p.Start))
	}
	p.Start = start
}

// MayPlan says whether a user may see a plan (ActRead) or change it (ActWrite).
// Where several languages cover it, the right to one of them will do; those who
// cover it see it wherever they work.
func MayPlan(u User, act Act, p *Plan) error {
	if act == ActRead && slices.Contains(p.People, u.ID) {
		return May(u, act, nil)
	}
	about := &Article{Working: &Revision{Content: Content{Section: p.Section}}}
	if len(p.Langs) == 0 {
		u.Langs = nil
		return May(u, act, about)
	}
	var err error
	for _, about.Lang = range p.Langs {
		if err = May(u, act, about); err == nil {
			return nil
		}
	}
	return err
}

// OnDay is when the clocks of a zone show on a day what they show at t; where
// they go forward over that, what they show instead.
func OnDay(t time.Time, day Day, zone *time.Location) time.Time {
	h, m, s := t.In(zone).Clock()
	to, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return t
	}
	return time.Date(to.Year(), to.Month(), to.Day(), h, m, s, 0, zone)
}

// SetDeadline says when the text is due from whose it is; zero for at no time.
func (a *Article) SetDeadline(actor User, due, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActSubmit, a); err != nil {
		return err
	}
	if err := CheckTime("deadline", due); err != nil || a.Deadline.Equal(due) {
		return err
	}
	a.Deadline = due
	note := ""
	if !due.IsZero() {
		note = due.UTC().Format(time.RFC3339)
	}
	a.record(Dated, actor, note, now).Tell = tell(actor, a.Assignee)
	return nil
}

// Reschedule puts the text that is scheduled off to another time to come, or
// brings it forward. What is being written meanwhile stays as it is.
func (a *Article) Reschedule(actor User, at, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActPublish, a); err != nil {
		return err
	}
	switch {
	case a.Scheduled == nil:
		return Errorf(Conflict, "", "the article is not scheduled")
	case a.Waits():
		return Errorf(Conflict, "", "the article waits for its other languages; publish them together")
	}
	if err := CheckTime("published_at", at); err != nil {
		return err
	}
	if !at.After(now) {
		return Errorf(Invalid, "at", "is in the past; a text is scheduled for a time to come")
	}
	if err := a.open(at); err != nil || at.Equal(a.ScheduledFor) {
		return err
	}
	a.ScheduledFor = at
	e := a.record(Scheduled, actor, at.UTC().Format(time.RFC3339), now)
	e.Text, e.Tell = a.keep(a.Scheduled), tell(actor, a.people()...)
	return nil
}
