package plan

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/lang"
	"stet/store/plan"
)

// calendarPage shows what is coming, day by day.
type calendarPage struct {
	frame.Frame
	View           string // "month", "week" or "list"
	Views          []link
	Prev, Next     string
	Now            string // to today
	Period         string
	Zone           string
	Query          string // where the calendar stands, for forms
	Day            string
	Writes         bool
	Weekdays       []string
	Days           []day
	Any            bool
	Langs          []frame.Option
	Sections       []frame.Option
	People         []frame.Option
	Filtered       bool
	Clear          string
	Focus          string // the entry that was just moved
	Said           string
	Feed           *frame.When // since when the person has an address; nil for none
	FeedAddress    string      // shown once
	FeedAddressOwn string
}

type link struct {
	Text, Href string
	Here       bool
}

// day is one day and what it brings.
type day struct {
	Date    string // 2026-11-24
	Text    string // in full
	Number  int
	Today   bool
	Outside bool // of the month
	Entries []entry
}

// entry is one thing in the calendar.
type entry struct {
	Key       string // names it when it is moved: "due:ID"
	Kind      string
	KindText  string
	Time      string // of the clock; empty for all day
	Machine   string
	Title     string
	Lang, Dir string // of the title; empty for the newsroom's own words
	Href      string
	Move      string // a form to move it; empty where it stays
	Langs     string
	Place     string
	Who       string
	Section   string
	Empty     bool // a story without text
	Later     bool // it began on a day before
}

// views are the ways to look at the calendar.
var views = []string{"month", "week", "list"}

// listDays is how many days a list has.
const listDays = 28

// weekStart is the day that weeks begin with where a language is spoken.
func weekStart(code string) time.Weekday {
	if code == "en" {
		return time.Sunday
	}
	return time.Monday
}

// parseDay reads a day within the years that the site knows, at midnight in UTC.
func parseDay(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || len(s) != len(time.DateOnly) {
		return t, stet.Errorf(stet.Invalid, "day", "%.40q is not a day: write it like 2026-03-29", s)
	}
	if err := stet.CheckTime("day", t); err != nil {
		return t, err
	}
	return t, nil
}

// span is the days that a view shows, from one up to before another.
func span(view string, at time.Time, start time.Weekday) (from, to time.Time) {
	week := func(t time.Time) time.Time { return t.AddDate(0, 0, -(int(t.Weekday()-start)+7)%7) }
	switch view {
	case "week":
		from = week(at)
		return from, from.AddDate(0, 0, 7)
	case "list":
		return at, at.AddDate(0, 0, listDays)
	}
	first := at.AddDate(0, 0, 1-at.Day())
	from = week(first)
	for to = from; to.Before(first.AddDate(0, 1, 0)); {
		to = to.AddDate(0, 0, 7)
	}
	return from, to
}

func (d *Plans) calendar(w http.ResponseWriter, v *frame.Visit) error {
	return d.calendarPage(w, v, "")
}

// calendarPage shows the calendar, and once the token of a feed just made.
func (d *Plans) calendarPage(w http.ResponseWriter, v *frame.Visit, token string) (err error) {
	given := v.URL.Query()
	p := calendarPage{View: given.Get("view"), Zone: v.Site.Zone.String(), Writes: stet.May(v.User(), stet.ActWrite, nil) == nil, Focus: given.Get("focus")}
	if !slices.Contains(views, p.View) {
		p.View = views[0]
	}
	today := stet.DayOf(v.Now, v.Site.Zone)
	at, err := parseDay(cmp.Or(given.Get("day"), string(today)))
	if err != nil {
		return err
	}
	p.Day = at.Format(time.DateOnly)
	start := weekStart(v.Lang)
	from, to := span(p.View, at, start)
	q := plan.Query{Actor: v.User(), Lang: stet.Lang(given.Get("lang")), Section: given.Get("section"), Person: given.Get("person")}

	address := func(view string, day time.Time) string {
		to := url.Values{}
		for _, name := range []string{"section", "lang", "person"} {
			if s := given.Get(name); s != "" {
				to.Set(name, s)
			}
		}
		if view != views[0] {
			to.Set("view", view)
		}
		if !day.IsZero() {
			to.Set("day", day.Format(time.DateOnly))
		}
		if len(to) == 0 {
			return home
		}
		return home + "?" + to.Encode()
	}
	for _, view := range views {
		p.Views = append(p.Views, link{v.T(say.Key("calendar_" + view)), address(view, at), view == p.View})
	}
	_, p.Query, _ = strings.Cut(address(p.View, at), "?")
	p.Now = address(p.View, time.Time{})
	switch p.View {
	case "month":
		first := at.AddDate(0, 0, 1-at.Day())
		p.Prev, p.Next, p.Period = address(p.View, first.AddDate(0, -1, 0)), address(p.View, first.AddDate(0, 1, 0)), v.Language.Month(first)
	default:
		days := int(to.Sub(from) / (24 * time.Hour))
		p.Prev, p.Next = address(p.View, from.AddDate(0, 0, -days)), address(p.View, to)
		p.Period = v.Language.Date(from) + " – " + v.Language.Date(to.AddDate(0, 0, -1))
	}
	if p.Days, err = d.days(v, q, from, to, at); err != nil {
		return err
	}
	for i := range p.Days {
		p.Any = p.Any || len(p.Days[i].Entries) > 0
	}
	for i := range 7 {
		p.Weekdays = append(p.Weekdays, v.T(say.Key("weekday_"+strconv.Itoa((int(start)+i)%7))))
	}
	for _, l := range v.Site.Langs() {
		p.Langs = append(p.Langs, frame.Option{Value: string(l), Text: lang.Get(string(l)).Name, Chosen: l == q.Lang})
	}
	if p.Sections, err = d.SectionOptions(v, stet.Lang(v.Lang), q.Section); err != nil {
		return err
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	p.People = names.Options(q.Person)
	if p.Filtered = q.Lang != "" || q.Section != "" || q.Person != ""; p.Filtered {
		clear := url.Values{"view": {p.View}, "day": {p.Day}}
		p.Clear = home + "?" + clear.Encode()
	}
	made, err := d.DB.FeedMade(v.Context(), v.Person.ID)
	if err != nil {
		return err
	}
	p.Feed = v.At(made, v.Zone)
	if token != "" {
		p.FeedAddress = d.URL + home + "/feed/" + token + ".ics"
		p.FeedAddressOwn = p.FeedAddress + "?mine=1"
	}
	if p.Frame, err = d.Frame(v, v.T("calendar")); err != nil {
		return err
	}
	p.Said, p.Did = p.Did, ""
	return d.Page(w, http.StatusOK, "calendar", &p)
}

// days reads the calendar and sorts it into days of the site's zone.
func (d *Plans) days(v *frame.Visit, q plan.Query, from, to, month time.Time) ([]day, error) {
	zone := v.Site.Zone
	var out []day
	at := map[stet.Day]int{}
	today := stet.DayOf(v.Now, zone)
	for t := from; t.Before(to); t = t.AddDate(0, 0, 1) {
		date := stet.Day(t.Format(time.DateOnly))
		at[date] = len(out)
		out = append(out, day{Date: string(date), Text: v.Language.FullDate(t), Number: t.Day(), Today: date == today, Outside: t.Month() != month.Month()})
	}
	// A zone is less than a day from UTC; the days themselves leave out what is over.
	q.Since, q.Until = from.AddDate(0, 0, -1), to.AddDate(0, 0, 1)
	plans, marks, err := d.DB.Calendar(v.Context(), q)
	if err != nil {
		return nil, err
	}
	names, err := d.Names(v)
	if err != nil {
		return nil, err
	}
	sections, err := d.sectionNames(v)
	if err != nil {
		return nil, err
	}
	_, backTo, _ := strings.Cut(v.URL.String(), "?")
	type timed struct {
		entry
		at   time.Time
		rank int
	}
	on := make([][]timed, len(out))
	put := func(date stet.Day, e entry, when time.Time, rank int) {
		if i, ok := at[date]; ok {
			on[i] = append(on[i], timed{e, when, rank})
		}
	}
	for _, p := range plans {
		var who []string
		for _, id := range p.People {
			who = append(who, names.Of(id))
		}
		e := entry{Key: "plan:" + p.ID, Kind: "event", KindText: v.T("calendar_event"), Title: p.Title, Href: eventPath(p.ID), Place: p.Place,
			Who: strings.Join(who, ", "), Section: sections[p.Section], Langs: languages(p.Langs), Machine: p.Start.UTC().Format(time.RFC3339)}
		if !p.AllDay {
			e.Time = v.Language.Clock(p.Start.In(zone))
		}
		if stet.MayPlan(v.User(), stet.ActWrite, p) == nil {
			e.Move = movePath(e.Key, backTo)
		}
		end := lastDay(p, zone)
		first := stet.DayOf(p.Start, zone)
		day, _ := time.Parse(time.DateOnly, string(first))
		for ; day.Before(to); day = day.AddDate(0, 0, 1) {
			date := stet.Day(day.Format(time.DateOnly))
			if date > end {
				break
			}
			e.Later = date != first
			rank := 1
			if p.AllDay || e.Later {
				rank = 0
			}
			put(date, e, p.Start, rank)
		}
	}
	for _, m := range marks {
		in := lang.Get(string(m.Lang))
		e := entry{Key: string(m.Kind) + ":" + string(m.Article), Kind: string(m.Kind), KindText: v.T(say.Key("calendar_" + string(m.Kind))),
			Time: v.Language.Clock(m.At.In(zone)), Machine: m.At.UTC().Format(time.RFC3339), Title: m.Headline, Lang: in.Code, Dir: in.Dir, Href: frame.ArticlePath(m.Article),
			Who: names.Of(cmp.Or(m.Assignee, m.Author)), Section: sections[m.Section], Langs: in.Code, Empty: m.Words == 0}
		if e.Title == "" {
			e.Title, e.Lang, e.Dir = v.T("untitled"), "", ""
		}
		if mayMove(v.User(), &m) {
			e.Move = movePath(e.Key, backTo)
		}
		put(stet.DayOf(m.At, zone), e, m.At, 1)
	}
	for i := range on {
		slices.SortStableFunc(on[i], func(a, b timed) int { return cmp.Or(cmp.Compare(a.rank, b.rank), a.at.Compare(b.at)) })
		for _, e := range on[i] {
			out[i].Entries = append(out[i].Entries, e.entry)
		}
	}
	return out, nil
}

// lastDay is the last day that a plan is on: one that ends at midnight is not on
// the day that begins then.
func lastDay(p *stet.Plan, zone *time.Location) stet.Day {
	switch {
	case p.End.IsZero():
		return stet.DayOf(p.Start, zone)
	case !p.AllDay && p.End.After(p.Start):
		return stet.DayOf(p.End.Add(-time.Millisecond), zone)
	}
	return stet.DayOf(p.End, zone)
}

// mayMove is what an entry needs, as far as a list knows; the law is asked again.
func mayMove(u stet.User, m *plan.Mark) bool {
	act := map[plan.Kind]stet.Act{plan.Due: stet.ActSubmit, plan.Embargo: stet.ActWrite, plan.Scheduled: stet.ActPublish}[m.Kind]
	return stet.May(u, act, &stet.Article{Lang: m.Lang, Working: &stet.Revision{Content: stet.Content{Section: m.Section}}}) == nil
}

func (d *Plans) sectionNames(v *frame.Visit) (map[string]string, error) {
	sections, err := d.DB.Sections(v.Context())
	out := map[string]string{}
	for i := range sections {
		out[sections[i].Key] = sections[i].In(stet.Lang(v.Lang)).Name
	}
	return out, err
}

// languages are codes as lists show them.
func languages(ls []stet.Lang) string {
	words := make([]string, len(ls))
	for i, l := range ls {
		words[i] = string(l)
	}
	return strings.Join(words, " ")
}

func movePath(key, back string) string {
	return home + "/move?" + url.Values{"item": {key}, "back": {back}}.Encode()
}
