package site

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/site/format"
)

// archivePage is the stories of a day, a month or a year, or the newest of all.
type archivePage struct {
	frame
	Title   string
	Day     bool   // a single day, where headlines come with standfirsts
	Empty   string // what to say if there is no story; else empty
	Groups  []archiveGroup
	Years   []archiveYear // all of them, where the archive is entered
	Months  []link        // of the year shown
	Days    []link        // of the month shown, if it is not shown whole
	Up      []link        // the archive, the year, the month
	Earlier *link         // the period before
	Later   *link         // the period after
}

// archiveGroup is the stories of a day, or of a month.
type archiveGroup struct {
	Title, Href string
	Clock       bool // of one day: items carry the time of day
	Items       []item
}

type archiveYear struct {
	Year    link
	Stories string // how many
	Months  []link
}

// How many stories the newest, and a longer period, show at most.
const (
	archiveNewest = 100
	archiveMost   = 1000
)

// A period is a year, a month or a day.
type period struct {
	from, to stet.Day
	parts    int // 1 for a year, 2 for a month, 3 for a day
}

// parsePeriod reads "2021", "06", "02".
func parsePeriod(parts []string) (p period, ok bool) {
	n := [3]int{0, 1, 1}
	for i, s := range parts {
		if i == 3 || len(s) != []int{4, 2, 2}[i] {
			return p, false
		}
		v, err := strconv.ParseUint(s, 10, 16)
		if err != nil {
			return p, false
		}
		n[i] = int(v)
	}
	first := time.Date(n[0], time.Month(n[1]), n[2], 0, 0, 0, 0, time.UTC)
	if len(parts) == 0 || n[0] < stet.MinYear || n[0] > stet.MaxYear || int(first.Month()) != n[1] || first.Day() != n[2] {
		return p, false
	}
	next := first.AddDate(0, 0, 1)
	switch len(parts) {
	case 1:
		next = first.AddDate(1, 0, 0)
	case 2:
		next = first.AddDate(0, 1, 0)
	}
	return period{dayOf(first), dayOf(next.AddDate(0, 0, -1)), len(parts)}, true
}

// around is the period of the same length that holds a day.
func (p period) around(d stet.Day) period {
	q, _ := parsePeriod([]string{string(d[:4]), string(d[5:7]), string(d[8:])}[:p.parts])
	return q
}

// days are calendar days, which have no zone.
func dayOf(t time.Time) stet.Day { return stet.Day(t.Format(time.DateOnly)) }

func noon(d stet.Day) time.Time {
	t, _ := time.Parse(time.DateOnly, string(d))
	return t.Add(12 * time.Hour)
}

func dayBefore(d stet.Day) stet.Day { return dayOf(noon(d).AddDate(0, 0, -1)) }

// path is the period's address in an edition, without the edition.
func (p period) path() string {
	d := string(p.from)
	return "latest/" + []string{d[:4], d[:4] + "/" + d[5:7], d[:4] + "/" + d[5:7] + "/" + d[8:]}[p.parts-1]
}

// title is what the period is called.
func (p period) title(e *edition) string {
	t := noon(p.from)
	switch p.parts {
	case 1:
		return e.l.ArchiveYear(t.Year())
	case 2:
		return e.l.ArchiveMonth(t.Year(), t.Month())
	}
	return e.l.Date(t)
}

func (e *edition) periodLink(p period) link { return link{p.title(e), e.home() + p.path()} }

// archive makes the page of a period, or answers that it lies outside the
// archive.
func (e *edition) archive(ctx context.Context, p period) (press.Page, bool, error) {
	limit := archiveMost
	if p.parts == 3 {
		limit = 5 * archiveMost
	}
	heads, err := e.heads(ctx, stet.HeadQuery{From: p.from, To: p.to, Limit: limit + 1})
	if err != nil {
		return press.Page{}, false, err
	}
	earlier, later, err := e.library.Near(ctx, e.lang, p.from, p.to)
	if err != nil {
		return press.Page{}, false, fmt.Errorf("looking for neighbours in the archive: %w", err)
	}
	today := e.today(e.paper)
	if len(heads) == 0 && (earlier == "" || later == "" && p.from > today) {
		return press.Page{}, false, nil
	}
	key, name := lang.AllOfYear, "year"
	empty := lang.NoStoriesPeriod
	switch p.parts {
	case 2:
		key, name = lang.AllOfMonth, "month"
	case 3:
		key, name, empty = lang.AllOfDay, "date", lang.NoStoriesDay
	}
	title := e.l.Text(key, name, p.title(e))
	v := archivePage{frame: e.frame(e.home()+p.path(), title), Title: title, Day: p.parts == 3}
	v.Up = []link{{e.l.Text(lang.Archive), v.All}}
	for n := 1; n < p.parts; n++ {
		v.Up = append(v.Up, e.periodLink(period{parts: n}.around(p.from)))
	}
	if len(heads) == 0 {
		v.Empty = e.l.Text(empty)
		v.Head.NoIndex = true
		if earlier != "" {
			v.Earlier = e.near(lang.NearestEarlier, earlier)
		}
		if later != "" {
			v.Later = e.near(lang.NearestLater, later)
		}
	} else {
		before := []lang.Key{lang.PreviousYear, lang.PreviousMonth, lang.PreviousDay}[p.parts-1]
		after := []lang.Key{lang.NextYear, lang.NextMonth, lang.NextDay}[p.parts-1]
		if earlier != "" {
			v.Earlier = e.neighbour(before, p.around(earlier))
		}
		if later != "" {
			v.Later = e.neighbour(after, p.around(later))
		}
	}
	whole := len(heads) <= limit
	if !whole {
		heads = heads[:limit]
	}
	if v.Groups, err = e.groups(ctx, heads, p.parts); err != nil {
		return press.Page{}, false, err
	}
	switch {
	case p.parts == 1:
		years, err := e.years(ctx)
		if err != nil {
			return press.Page{}, false, err
		}
		for _, y := range years {
			if y.Year.Href == e.home()+p.path() {
				v.Months = y.Months
			}
		}
	case p.parts == 2 && !whole:
		for d := p.to; d >= p.from; d = dayBefore(d) {
			if d <= today {
				v.Days = append(v.Days, e.periodLink(period{parts: 3}.around(d)))
			}
		}
	}
	way := append([]link{}, v.Up...)
	if err := v.Head.tell(e.archiveData(&v, e.home()+p.path(), append(way, link{p.title(e), e.home() + p.path()}))); err != nil {
		return press.Page{}, false, err
	}
	page, err := e.page("archive", v)
	page.Transient = len(heads) == 0 // there are too many of them to follow
	return page, true, err
}

// near is a link to the nearest day with a story.
func (e *edition) near(key lang.Key, d stet.Day) *link {
	p := period{parts: 3}.around(d)
	return &link{e.l.Text(key, "date", p.title(e)), e.home() + p.path()}
}

// neighbour is a link to the period before or after.
func (e *edition) neighbour(key lang.Key, p period) *link {
	return &link{e.l.Text(key) + ": " + p.title(e), e.home() + p.path()}
}

// newest makes the page of the newest stories, which leads into the archive.
func (e *edition) newest(ctx context.Context) (press.Page, error) {
	heads, err := e.heads(ctx, stet.HeadQuery{Limit: archiveNewest})
	if err != nil {
		return press.Page{}, err
	}
	title := e.l.Text(lang.AllLatest)
	v := archivePage{frame: e.frame(e.home()+"latest", title), Title: title}
	if len(heads) == 0 {
		v.Empty = e.l.Text(lang.NoStories)
	}
	if v.Groups, err = e.groups(ctx, heads, 2); err != nil {
		return press.Page{}, err
	}
	if v.Years, err = e.years(ctx); err != nil {
		return press.Page{}, err
	}
	e.alternatives(&v.Head, "latest", stet.Path("/"+string(e.paper.Editions[0].Lang)+"/latest"))
	if err := v.Head.tell(e.archiveData(&v, v.All, []link{{e.l.Text(lang.Archive), v.All}})); err != nil {
		return press.Page{}, err
	}
	return e.page("archive", v)
}

// archiveData is what a page of the archive says of itself.
func (e *edition) archiveData(v *archivePage, path string, way []link) ([]byte, error) {
	return e.format.PageData(format.Page{Kind: "CollectionPage", Path: path, Name: v.Title, Description: v.Head.Description, Way: written(way...)})
}

// groups divides a list by what comes next in length: a year by months, a
// month by days; a day is one group without a title.
func (e *edition) groups(ctx context.Context, heads []stet.Head, parts int) ([]archiveGroup, error) {
	items, err := e.items(ctx, heads)
	if err != nil {
		return nil, err
	}
	var out []archiveGroup
	last := ""
	for i, h := range heads {
		g := archiveGroup{Clock: parts > 1}
		if g.Clock {
			items[i].Published.Text = e.l.Clock(h.PublishedAt.In(e.zone))
		}
		if parts < 3 {
			p := period{parts: parts + 1}.around(stet.DayOf(h.PublishedAt, e.zone))
			l := e.periodLink(p)
			g.Title, g.Href = l.Text, l.Href
		}
		if i == 0 || g.Href != last {
			out = append(out, g)
			last = g.Href
		}
		g0 := &out[len(out)-1]
		g0.Items = append(g0.Items, items[i])
	}
	return out, nil
}

// years are the years and months that the edition has stories of, newest first.
func (e *edition) years(ctx context.Context) ([]archiveYear, error) {
	months, err := e.library.Months(ctx, e.lang)
	if err != nil {
		return nil, fmt.Errorf("counting stories: %w", err)
	}
	var out []archiveYear
	stories := 0 // of the year
	for _, m := range months {
		y := e.periodLink(period{parts: 1}.around(m.Month))
		if len(out) == 0 || out[len(out)-1].Year != y {
			out = append(out, archiveYear{Year: y})
			stories = 0
		}
		stories += m.Count
		last := &out[len(out)-1]
		last.Stories = e.l.Plural(lang.Stories, stories)
		last.Months = append(last.Months, e.periodLink(period{parts: 2}.around(m.Month)))
	}
	return out, nil
}
