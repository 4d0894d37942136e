package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/lang"
	"stet/store"
)

// boardPage lists the newsroom's articles.
type boardPage struct {
	frame.Frame
	States   []boardState
	State    string
	Sections []frame.Option
	Langs    []frame.Option
	People   []frame.Option
	Sorts    []frame.Option
	Q        string
	Lines    []frame.Line
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

func (d *Desk) board(w http.ResponseWriter, v *frame.Visit) error {
	given := v.URL.Query()
	if q := strings.TrimSpace(given.Get("q")); isAddress(q) {
		to, err := d.deskOf(v, q)
		if err == nil {
			return frame.SeeOther(w, v, to)
		}
		if !stet.Is(err, stet.NotFound) {
			return err
		}
	}
	q := store.BoardQuery{
		Actor: v.User(), Lang: stet.Lang(given.Get("lang")), Section: given.Get("section"), Person: given.Get("person"),
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
	l, err := d.Lister(v)
	if err != nil {
		return err
	}
	if p.Lines, err = l.Lines(rows); err != nil {
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
	for _, code := range v.Site.Langs() {
		p.Langs = append(p.Langs, frame.Option{Value: string(code), Text: lang.Get(string(code)).Name, Chosen: code == q.Lang})
	}
	p.People = append([]frame.Option{{Value: v.Person.ID, Text: v.T("me"), Chosen: v.Person.ID == q.Person}}, slices.DeleteFunc(l.Names.Options(q.Person), func(o frame.Option) bool { return o.Value == v.Person.ID })...)
	if p.Sections, err = d.SectionOptions(v, stet.Lang(v.Lang), q.Section); err != nil {
		return err
	}
	for _, o := range []store.BoardOrder{store.ByChange, store.BySchedule, store.ByPublication} {
		p.Sorts = append(p.Sorts, frame.Option{Value: string(o), Text: v.T(say.Key("sort_" + o)), Chosen: o == q.Order})
	}
	if p.Frame, err = d.Frame(v, v.T("board")); err != nil {
		return err
	}
	p.Here = "board"
	return d.Page(w, http.StatusOK, "board", &p)
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
