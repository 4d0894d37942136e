package plan

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/store/plan"
)

// What a person's own calendar is given, around today.
const (
	feedBefore = 31 // days
	feedAfter  = 366
)

func (d *Plans) resetFeed(w http.ResponseWriter, v *frame.Visit) error {
	token, err := d.DB.ResetFeed(v.Context(), v.User(), v.Now)
	if err != nil {
		return err
	}
	return d.calendarPage(w, v, token)
}

func (d *Plans) endFeed(w http.ResponseWriter, v *frame.Visit) error {
	if err := d.DB.EndFeed(v.Context(), v.User(), v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, home+"?did=calendar_feed_ended")
}

// feed answers a program that knows somebody's secret address, with what that
// person may see now.
func (d *Plans) feed(w http.ResponseWriter, v *frame.Visit) error {
	id, err := d.DB.FeedOf(v.Context(), strings.TrimSuffix(v.PathValue("token"), ".ics"))
	if err != nil {
		return err
	}
	if v.Person, err = d.DB.Person(v.Context(), id); err != nil {
		return err
	}
	if stet.May(v.User(), stet.ActRead, nil) != nil {
		return stet.Errorf(stet.NotFound, "", "there is no calendar at this address")
	}
	if v.Site, err = d.DB.Site(v.Context()); err != nil {
		return err
	}
	v.Words, v.Zone = d.Book.In(v.Person.Desk), v.Person.Location(v.Site)
	q := plan.Query{Actor: v.User(), Since: v.Now.AddDate(0, 0, -feedBefore), Until: v.Now.AddDate(0, 0, feedAfter)}
	if v.URL.Query().Get("mine") != "" {
		q.Person = v.Person.ID
	}
	plans, marks, err := d.DB.Calendar(v.Context(), q)
	if err != nil {
		return err
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	paper := v.Site.Editions[0].Name
	host := "stet"
	if at, err := url.Parse(d.URL); err == nil && at.Host != "" {
		host = at.Hostname()
	}
	var b bytes.Buffer
	c := newCalendar(&b, paper+": "+v.T("calendar"), v.Site.Zone.String())
	for _, p := range plans {
		var who []string
		for _, id := range p.People {
			who = append(who, names.Of(id))
		}
		e := vevent{UID: "plan-" + p.ID + "@" + host, Stamp: p.Touched, Sequence: p.Version, Start: p.Start, End: p.End, AllDay: p.AllDay, Zone: v.Site.Zone,
			Summary: p.Title, Place: p.Place, URL: d.URL + eventPath(p.ID), Text: p.Note}
		if len(who) > 0 {
			e.Text = strings.TrimSpace(v.T("calendar_covers") + ": " + strings.Join(who, ", ") + "\n" + p.Note)
		}
		c.add(&e)
	}
	for _, m := range marks {
		c.add(&vevent{UID: string(m.Kind) + "-" + url.PathEscape(string(m.Article)) + "@" + host, Stamp: m.Touched, Sequence: m.Version, Start: m.At, Zone: v.Site.Zone,
			Summary: v.T(say.Key("calendar_"+string(m.Kind))) + ": " + cmp.Or(m.Headline, v.T("untitled")), URL: d.URL + frame.ArticlePath(m.Article), Text: names.Of(m.Assignee)})
	}
	c.end()
	h := w.Header()
	h.Set("Content-Type", "text/calendar; charset=utf-8")
	h.Set("Content-Disposition", `inline; filename="calendar.ics"`)
	w.WriteHeader(http.StatusOK)
	if v.Method != http.MethodHead {
		_, _ = w.Write(b.Bytes()) // an error means that nobody is there to read
	}
	return nil
}

// calendarFile writes iCalendar, RFC 5545.
type calendarFile struct{ b *bytes.Buffer }

// vevent is one event of such a file.
type vevent struct {
	UID        string
	Stamp      time.Time
	Sequence   int64
	Start, End time.Time
	AllDay     bool
	Zone       *time.Location // of the days
	Summary    string
	Place      string
	Text       string
	URL        string
}

func newCalendar(b *bytes.Buffer, name, zone string) *calendarFile {
	c := &calendarFile{b}
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//Stet//Calendar//EN")
	c.line("CALSCALE", "GREGORIAN")
	c.line("METHOD", "PUBLISH")
	c.line("X-WR-CALNAME", escape(name))
	c.line("X-WR-TIMEZONE", zone)
	return c
}

func (c *calendarFile) end() { c.line("END", "VCALENDAR") }

const utcStamp = "20060102T150405Z"

func (c *calendarFile) add(e *vevent) {
	c.line("BEGIN", "VEVENT")
	c.line("UID", escape(e.UID))
	c.line("DTSTAMP", e.Stamp.UTC().Format(utcStamp))
	c.line("SEQUENCE", strconv.FormatInt(e.Sequence, 10))
	if e.AllDay {
		last := e.Start
		if !e.End.IsZero() {
			last = e.End
		}
		c.line("DTSTART;VALUE=DATE", e.Start.In(e.Zone).Format("20060102"))
		c.line("DTEND;VALUE=DATE", last.In(e.Zone).AddDate(0, 0, 1).Format("20060102")) // the day after the last
	} else {
		c.line("DTSTART", e.Start.UTC().Format(utcStamp))
		if e.End.After(e.Start) {
			c.line("DTEND", e.End.UTC().Format(utcStamp))
		}
	}
	c.line("SUMMARY", escape(e.Summary))
	if e.Place != "" {
		c.line("LOCATION", escape(e.Place))
	}
	if e.Text != "" {
		c.line("DESCRIPTION", escape(e.Text))
	}
	c.line("URL", e.URL)
	c.line("END", "VEVENT")
}

// lineLength is how many bytes a line has before it is folded; a character is never
// broken.
const lineLength = 75

func (c *calendarFile) line(name, value string) {
	rest, room := name+":"+value, lineLength
	for len(rest) > room {
		cut := room
		for cut > 0 && rest[cut]&0xC0 == 0x80 {
			cut--
		}
		c.b.WriteString(rest[:cut])
		c.b.WriteString("\r\n ")
		rest, room = rest[cut:], lineLength-1
	}
	c.b.WriteString(rest)
	c.b.WriteString("\r\n")
}

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// escape writes a text as a value; characters that no calendar takes are left out.
func escape(s string) string {
	return escapes.Replace(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\r' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD")))
}
