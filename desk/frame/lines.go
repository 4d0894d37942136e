package frame

import (
	"stet"
	"stet/desk/say"
	"stet/lang"
	"stet/store"
)

// Line is an article in a list.
type Line struct {
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
	Touched   *When
	Scheduled *When
	Overtaken bool // a translation whose original has changed since
}

// Lister makes lines of rows; it looks names up once.
type Lister struct {
	v        *Visit
	db       *store.DB
	Names    *People
	sections map[string]*stet.Term
}

// Lister returns one for a page.
func (d *Shell) Lister(v *Visit) (*Lister, error) {
	names, err := d.Names(v)
	if err != nil {
		return nil, err
	}
	return &Lister{v, d.DB, names, map[string]*stet.Term{}}, nil
}

// Lines makes lines of rows of the board.
func (l *Lister) Lines(rows []store.BoardRow) ([]Line, error) {
	var unknown []string
	for _, r := range rows {
		if _, ok := l.sections[r.Section]; !ok && r.Section != "" {
			l.sections[r.Section] = nil
			unknown = append(unknown, r.Section)
		}
	}
	if len(unknown) > 0 {
		found, err := l.db.Public().Names(l.v.Context(), stet.SectionTerm, unknown)
		if err != nil {
			return nil, err
		}
		for key, t := range found {
			l.sections[key] = t
		}
	}
	var translations []stet.ArticleID
	for _, r := range rows {
		if r.Group != r.ID {
			translations = append(translations, r.ID)
		}
	}
	overtaken, err := l.db.Overtaken(l.v.Context(), translations)
	if err != nil {
		return nil, err
	}
	v := l.v
	out := make([]Line, len(rows))
	for i, r := range rows {
		in := lang.Get(string(r.Lang))
		key, class := stateOf(r)
		out[i] = Line{
			Href: ArticlePath(r.ID), Headline: r.Headline, Lang: in.Code, Dir: in.Dir, Language: in.Name, Section: r.Section,
			State: v.T(key), Class: class, Whose: l.Names.Of(r.Assignee), Author: l.Names.Of(r.Author), Words: r.Words,
			Touched: v.About(r.Touched), Scheduled: v.At(r.ScheduledFor, v.Zone),
			Overtaken: !overtaken[r.ID].IsZero(),
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
