package desk

import (
	"net/http"
	"slices"
	"strings"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/store"
)

// newActivity is one thing that happened to an article.
type activity struct {
	Who, Text, Note string
	At              *frame.When
	Remark          bool // somebody said something beside the text
}

// activities are the last things that happened, newest first.
func activities(v *frame.Visit, lines []store.Version, names *frame.People, most int) []activity {
	var out []activity
	for _, l := range lines {
		if l.Kind == stet.Edited {
			continue
		}
		if len(out) == most {
			break
		}
		out = append(out, newActivity(v, l, names))
	}
	return out
}

func newActivity(v *frame.Visit, l store.Version, names *frame.People) activity {
	a := activity{Who: names.Of(l.By), Note: l.Note, At: v.At(l.At, v.Zone), Remark: l.Kind == stet.Remarked}
	a.Text = v.T(say.Key("event_"+l.Kind), "to", names.Of(l.To))
	if l.Kind == stet.Assigned && l.To == "" {
		a.Text = v.T("event_unassigned")
	}
	switch l.Kind {
	case stet.Scheduled, stet.Timed: // the note is a time for machines
		a.Note = ""
	case stet.Submitted:
		if l.To != "" {
			a.Text = v.T("event_submitted_to", "to", names.Of(l.To))
		}
	}
	return a
}

// historyPage lists what happened to an article and the texts it had.
type historyPage struct {
	frame.Frame
	Story frame.Subject
	Lines []historyLine
}

// historyLine is an event, a text, or both.
type historyLine struct {
	activity
	ID       string // for what describes the line's buttons
	Ref      string // of its text; empty for none
	Before   string // of the text before; empty for the first
	Headline string
	Writers  string // if more than one had a hand in it
	Working  bool   // it is what is being written
	Erased   bool   // its words are gone
	CanErase bool   // it was published, and the person may erase it
}

func (d *Desk) history(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	p := historyPage{}
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Frame, err = d.Frame(v, v.T("history")); err != nil {
		return err
	}
	lines, err := d.DB.History(v.Context(), a.ID)
	if err != nil {
		return err
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	before := ""
	for _, l := range slices.Backward(lines) {
		line := historyLine{activity: newActivity(v, l, names), Ref: l.Ref, Headline: l.Headline, Working: l.Ref == store.RefWorking}
		line.Erased = l.Erased
		line.CanErase = p.Story.May.Erase && !l.Erased && strings.HasPrefix(l.Ref, "r") && (a.Live != stet.LivePublished || l.Ref != a.Current.Ref())
		line.ID = "at-" + line.At.Machine + "-" + l.Ref
		if l.Ref != "" && l.Ref != before && !l.Erased {
			line.Before, before = before, l.Ref
		}
		var writers []string
		for _, id := range l.Writers {
			writers = append(writers, names.Of(id))
		}
		if len(writers) > 1 {
			line.Writers = v.Language.List(writers)
		}
		p.Lines = append(p.Lines, line)
	}
	slices.Reverse(p.Lines)
	return d.Page(w, http.StatusOK, "history", &p)
}

func (d *Desk) restore(w http.ResponseWriter, v *frame.Visit) error {
	id, err := frame.ArticleID(v)
	if err != nil {
		return err
	}
	r, err := d.DB.Version(v.Context(), id, v.PostFormValue("ref"))
	if err != nil {
		return err
	}
	return d.Verb(w, v, "restore", func(a *stet.Article) error { return a.Restore(v.User(), r, v.Now) })
}
