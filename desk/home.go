package desk

import (
	"net/http"
	"slices"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/lang"
	"stet/store"
)

// homePage is where a person begins.
type homePage struct {
	frame.Frame
	Languages []frame.Option // in which a story can be begun
	Groups    []group        // of the person's own stories, by what they wait for
	Review    []frame.Line   // of others, waiting for somebody who may approve
	Today     []frame.Line   // scheduled for today
	Messages  []message
}

// group is stories that wait for the same thing.
type group struct {
	Text  string
	Lines []frame.Line
}

// How much the home page lists.
const (
	homeLength  = 100
	homeReview  = 12
	homeInbox   = 8
	homePlanned = 200
)

func (d *Desk) home(w http.ResponseWriter, v *frame.Visit) error {
	ctx, u := v.Context(), v.User()
	l, err := d.Lister(v)
	if err != nil {
		return err
	}
	p := homePage{}
	mine, _, err := d.DB.Board(ctx, store.BoardQuery{Actor: u, Person: u.ID, Limit: homeLength,
		Work: []stet.WorkState{stet.WorkDraft, stet.WorkInReview, stet.WorkApproved, stet.WorkScheduled}})
	if err != nil {
		return err
	}
	for _, g := range []struct {
		text say.Key
		has  func(store.BoardRow) bool
	}{
		{"review", func(r store.BoardRow) bool { return r.Work == stet.WorkInReview && r.Assignee == u.ID }},
		{"waits_for_me", func(r store.BoardRow) bool {
			return r.Work == stet.WorkDraft && (r.Assignee == "" || r.Assignee == u.ID)
		}},
		{"waits_for_another", func(r store.BoardRow) bool { return r.Work == stet.WorkDraft && r.Assignee != "" && r.Assignee != u.ID }},
		{"waits_for_review", func(r store.BoardRow) bool { return r.Work == stet.WorkInReview && r.Assignee != u.ID }},
		{"waits_for_publication", func(r store.BoardRow) bool { return r.Work == stet.WorkApproved }},
		{"waits_for_time", func(r store.BoardRow) bool { return r.Work == stet.WorkScheduled }},
	} {
		lines, err := l.Lines(slices.DeleteFunc(slices.Clone(mine), func(r store.BoardRow) bool { return !g.has(r) }))
		if err != nil {
			return err
		}
		if len(lines) > 0 {
			p.Groups = append(p.Groups, group{v.T(g.text), lines})
		}
	}
	if stet.May(u, stet.ActApprove, nil) == nil {
		rows, _, err := d.DB.Board(ctx, store.BoardQuery{Actor: u, Work: []stet.WorkState{stet.WorkInReview}, Limit: homeReview})
		if err != nil {
			return err
		}
		rows = slices.DeleteFunc(rows, func(r store.BoardRow) bool {
			return slices.ContainsFunc(mine, func(m store.BoardRow) bool { return m.ID == r.ID })
		})
		if p.Review, err = l.Lines(rows); err != nil {
			return err
		}
	}
	planned, _, err := d.DB.Board(ctx, store.BoardQuery{Actor: u, Order: store.BySchedule, Limit: homePlanned})
	if err != nil {
		return err
	}
	tomorrow := stet.NextDay(v.Now, v.Zone)
	planned = slices.DeleteFunc(planned, func(r store.BoardRow) bool { return !r.ScheduledFor.Before(tomorrow) })
	slices.Reverse(planned)
	if p.Today, err = l.Lines(planned); err != nil {
		return err
	}
	items, err := d.DB.Inbox(ctx, u, 0, homeInbox)
	if err != nil {
		return err
	}
	p.Messages = slices.DeleteFunc(messages(v, items, l.Names), func(m message) bool { return !m.Unseen })
	first := frame.FirstLang(v.Person, v.Site)
	for _, code := range v.Site.Langs() {
		if len(u.Langs) == 0 || slices.Contains(u.Langs, code) {
			p.Languages = append(p.Languages, frame.Option{Value: string(code), Text: lang.Get(string(code)).Name, Chosen: code == first})
		}
	}
	if p.Frame, err = d.Frame(v, v.T("home")); err != nil {
		return err
	}
	p.Here = "home"
	return d.Page(w, http.StatusOK, "home", &p)
}
