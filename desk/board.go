package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stet"
	"stet/desk/say"
	"stet/lang"
	"stet/store"
)

// line is an article in a list.
type line struct {
	Href      string
	Headline  string // empty while there is none
	Lang, Dir string
	Language  string
	Section   string
	State     string // in words
	Class     string // for its colour
	Whose     string
	Author    string
	Words     int
	Touched   *when
	Scheduled *when
}

// lister makes lines of rows; it looks names up once.
type lister struct {
	v        *visit
	names    *people
	sections map[string]*stet.Term
}

func (d *Desk) lister(v *visit) (*lister, error) {
	names, err := d.names(v)
	if err != nil {
		return nil, err
	}
	return &lister{v, names, map[string]*stet.Term{}}, nil
}

// lines makes lines of rows of the board.
func (d *Desk) lines(l *lister, rows []store.BoardRow) ([]line, error) {
	var unknown []string
	for _, r := range rows {
		if _, ok := l.sections[r.Section]; !ok && r.Section != "" {
			l.sections[r.Section] = nil
			unknown = append(unknown, r.Section)
		}
	}
	if len(unknown) > 0 {
		found, err := d.DB.Public().Names(l.v.Context(), stet.SectionTerm, unknown)
		if err != nil {
			return nil, err
		}
		for key, t := range found {
			l.sections[key] = t
		}
	}
	v := l.v
	out := make([]line, len(rows))
	for i, r := range rows {
		in := lang.Get(string(r.Lang))
		key, class := stateOf(r)
		out[i] = line{
			Href: articlePath(r.ID), Headline: r.Headline, Lang: in.Code, Dir: in.Dir, Language: in.Name, Section: r.Section,
			State: v.T(key), Class: class, Whose: l.names.of(r.Assignee), Author: l.names.of(r.Author), Words: r.Words,
			Touched: v.about(r.Touched), Scheduled: v.at(r.ScheduledFor, v.zone),
		}
		if t := l.sections[r.Section]; t != nil {
			out[i].Section = t.In(stet.Lang(v.Lang)).Name
		}
	}
	return out, nil
}

// stateOf names the state of an article in a list by what is done next: its
// text being worked on, else what readers have.
func stateOf(r store.BoardRow) (key say.Key, class string) {
	switch {
	case r.Work == stet.WorkScheduled:
		return "state_scheduled", "scheduled"
	case r.Work == stet.WorkInReview:
		return "state_in_review", "review"
	case r.Work == stet.WorkApproved:
		return "state_approved", "approved"
	case r.Live == stet.LivePublished && r.Work == stet.WorkDraft:
		return "state_changing", "draft"
	case r.Work == stet.WorkDraft:
		return "state_draft", "draft"
	case r.Live == stet.LiveWithdrawn:
		return "state_withdrawn", "withdrawn"
	}
	return "state_published", "published"
}

// boardPage lists the newsroom's articles.
type boardPage struct {
	frame
	States   []boardState
	State    string
	Sections []option
	Langs    []option
	People   []option
	Sorts    []option
	Q        string
	Lines    []line
	Next     string // the address of the next page
	First    string // the address of the first page, if this is another
	Filtered bool
}

// boardState is one of the states that a board is filtered by.
type boardState struct {
	Text, Href string
	Count      int
	Here       bool
}

// boardStates are what a board can be filtered by.
var boardStates = []struct {
	name string
	work stet.WorkState
	live stet.LiveState
}{
	{name: ""},
	{name: "draft", work: stet.WorkDraft},
	{name: "in_review", work: stet.WorkInReview},
	{name: "approved", work: stet.WorkApproved},
	{name: "scheduled", work: stet.WorkScheduled},
	{name: "published", live: stet.LivePublished},
	{name: "withdrawn", live: stet.LiveWithdrawn},
}

const boardLength = 50

func (d *Desk) board(w http.ResponseWriter, v *visit) error {
	given := v.URL.Query()
	if q := strings.TrimSpace(given.Get("q")); isAddress(q) {
		to, err := d.deskOf(v, q)
		if err == nil {
			return seeOther(w, v, to)
		}
		if !stet.Is(err, stet.NotFound) {
			return err
		}
	}
	q := store.BoardQuery{
		Actor: v.user(), Lang: stet.Lang(given.Get("lang")), Section: given.Get("section"), Person: given.Get("person"),
		Text: stet.CleanLine(given.Get("q")), Order: store.BoardOrder(given.Get("sort")), After: given.Get("after"), Limit: boardLength,
	}
	p := boardPage{State: given.Get("state"), Q: q.Text}
	counts, err := d.DB.BoardCounts(v.Context(), q)
	if err != nil {
		return err
	}
	known := false
	for _, s := range boardStates {
		b := boardState{Text: v.T("filter_" + say.Key(s.name)), Here: s.name == p.State, Href: boardAddress(given, "state", s.name)}
		for _, c := range counts {
			if (s.work == "" || c.Work == s.work) && (s.live == "" || c.Live == s.live) {
				b.Count += c.Count
			}
		}
		p.States = append(p.States, b)
		if b.Here {
			known = true
			if s.work != "" {
				q.Work = []stet.WorkState{s.work}
			}
			if s.live != "" {
				q.Live = []stet.LiveState{s.live}
			}
		}
	}
	if !known {
		return stet.Errorf(stet.Invalid, "state", "%.40q is no state", p.State)
	}
	rows, next, err := d.DB.Board(v.Context(), q)
	if err != nil {
		return err
	}
	l, err := d.lister(v)
	if err != nil {
		return err
	}
	if p.Lines, err = d.lines(l, rows); err != nil {
		return err
	}
	if next != "" {
		p.Next = boardAddress(given, "after", next)
	}
	if q.After != "" {
		p.First = boardAddress(given, "after", "")
	}
	for _, field := range []string{"state", "lang", "section", "person", "q"} {
		p.Filtered = p.Filtered || given.Get(field) != ""
	}
	for _, code := range v.site.Langs() {
		p.Langs = append(p.Langs, option{string(code), lang.Get(string(code)).Name, code == q.Lang})
	}
	p.People = append([]option{{v.person.ID, v.T("me"), v.person.ID == q.Person}}, slices.DeleteFunc(l.names.options(q.Person), func(o option) bool { return o.Value == v.person.ID })...)
	if p.Sections, err = d.sectionOptions(v, stet.Lang(v.Lang), q.Section); err != nil {
		return err
	}
	for _, o := range []store.BoardOrder{store.ByChange, store.BySchedule, store.ByPublication} {
		p.Sorts = append(p.Sorts, option{string(o), v.T(say.Key("sort_" + o)), o == q.Order})
	}
	if p.frame, err = d.frame(v, v.T("board")); err != nil {
		return err
	}
	p.Here = "board"
	return d.page(w, http.StatusOK, "board", &p)
}

// boardAddress is the board with one thing about it changed, from its first
// page on.
func boardAddress(given url.Values, name, value string) string {
	q := url.Values{}
	for _, field := range []string{"state", "lang", "section", "person", "q", "sort"} {
		if s := given.Get(field); s != "" {
			q.Set(field, s)
		}
	}
	if value == "" {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return "/desk/board"
	}
	return "/desk/board?" + q.Encode()
}
