package stet

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestWhoHears: each verb reaches those it concerns, and never who did it.
func TestWhoHears(t *testing.T) {
	dan := User{ID: "user:dan", Name: "Dan", Role: Editor, Origin: ByPerson}
	for name, c := range map[string]struct {
		do             func(a *Article) error
		to, assignee   string
		tell           string
		begun, handed  User // who began it, and who submitted it, if somebody did
		alreadyWhose   string
		scheduledFirst bool
	}{
		"submit to somebody": {do: func(a *Article) error { return a.Submit(ann, "look", eve.ID, noon) }, to: eve.ID, assignee: eve.ID, tell: eve.ID},
		"submit to nobody":   {do: func(a *Article) error { return a.Submit(ann, "", "", noon) }},
		"submit what is Dan's": {do: func(a *Article) error { return a.Submit(ann, "", "", noon) }, alreadyWhose: dan.ID,
			assignee: dan.ID, tell: dan.ID},
		"submit to oneself":   {do: func(a *Article) error { return a.Submit(ann, "", ann.ID, noon) }, to: ann.ID, assignee: ann.ID},
		"return":              {do: func(a *Article) error { return a.Return(eve, "shorter", noon) }, handed: bob, to: bob.ID, assignee: bob.ID, tell: bob.ID + " " + ann.ID},
		"return of one's own": {do: func(a *Article) error { return a.Return(eve, "", noon) }, handed: eve, to: eve.ID, assignee: eve.ID, tell: ann.ID},
		"return of a robot's": {do: func(a *Article) error { return a.Return(eve, "", noon) }, handed: bot, to: ann.ID, assignee: ann.ID, tell: ann.ID},
		"approve":             {do: func(a *Article) error { return a.Approve(eve, "", noon) }, handed: bob, alreadyWhose: eve.ID, assignee: eve.ID, tell: ann.ID + " " + bob.ID},
		"assign":              {do: func(a *Article) error { return a.Assign(eve, dan.ID, "", noon) }, alreadyWhose: bob.ID, to: dan.ID, assignee: dan.ID, tell: dan.ID + " " + bob.ID},
		"assign to nobody":    {do: func(a *Article) error { return a.Assign(eve, "", "", noon) }, alreadyWhose: bob.ID, tell: bob.ID},
		"take":                {do: func(a *Article) error { return a.Assign(eve, eve.ID, "", noon) }, to: eve.ID, assignee: eve.ID},
		"remark":              {do: func(a *Article) error { return a.Remark(eve, "?", []string{dan.ID, eve.ID, dan.ID}, noon) }, alreadyWhose: bob.ID, assignee: bob.ID, tell: dan.ID + " " + ann.ID + " " + bob.ID},
		"publish":             {do: func(a *Article) error { return a.Publish(eve, time.Time{}, noon) }, tell: ann.ID},
		"publish one's own":   {do: func(a *Article) error { return a.Publish(eve, time.Time{}, noon) }, begun: eve},
		"schedule":            {do: func(a *Article) error { return a.Publish(eve, later, noon) }, tell: ann.ID},
		"unschedule":          {do: func(a *Article) error { return a.Unschedule(dan, "wait", noon) }, scheduledFirst: true, tell: ann.ID},
		"due":                 {do: func(a *Article) error { return a.Due(later) }, scheduledFirst: true, tell: ann.ID},
		"an import":           {do: func(a *Article) error { return a.Publish(Importer, time.Time{}, noon) }},
	} {
		a := &Article{ID: "a"}
		by := ann
		if c.begun.ID != "" {
			by = c.begun
		}
		must(t, a.Create(by, Draft{Kind: StoryKind, Lang: "en", Content: text("A")}, noon))
		if c.handed.ID != "" {
			must(t, a.Submit(c.handed, "", "", noon))
		}
		if c.scheduledFirst {
			must(t, a.Publish(eve, later, noon))
		}
		loaded(a).Assignee = c.alreadyWhose
		must(t, c.do(a))
		p := a.Pending()
		if len(p) != 1 {
			t.Errorf("%s: %d events", name, len(p))
			continue
		}
		if e := p[0]; e.To != c.to || strings.Join(e.Tell, " ") != c.tell || a.Assignee != c.assignee {
			t.Errorf("%s: to %q, told %q, now %q's; want %q, %q, %q", name, e.To, e.Tell, a.Assignee, c.to, c.tell, c.assignee)
		}
	}
}

// TestNotes: what people write to each other has a form and an end.
func TestNotes(t *testing.T) {
	a := begun(t, "A")
	must(t, a.Remark(ann, " One\r\n\r\nTwo\u202e\x00 \n", nil, noon))
	if got := a.Pending()[0].Note; got != "One\n\nTwo" {
		t.Errorf("%q", got)
	}
	long := strings.Repeat("ы", maxNote+1)
	for name, c := range map[string]struct {
		err   error
		field string
	}{
		"empty":        {a.Remark(ann, " \n", nil, noon), "note"},
		"long":         {a.Remark(ann, long, nil, noon), "note"},
		"many":         {a.Remark(ann, "x", slices.Repeat([]string{eve.ID}, maxMentioned+1), noon), "mentioned"},
		"nobody":       {a.Remark(ann, "x", []string{"eve"}, noon), "mentioned"},
		"submit long":  {a.Submit(ann, long, "", noon), "note"},
		"submit to":    {a.Submit(ann, "", "Eve", noon), "to"},
		"assign to":    {a.Assign(ann, "user:e ve", "", noon), "to"},
		"assign long":  {a.Assign(ann, eve.ID, long, noon), "note"},
		"approve long": {a.Approve(eve, long, noon), "note"},
		"unschedule long": {func() error {
			s := in(t, "never/scheduled")
			return s.Unschedule(eve, long, noon)
		}(), "note"},
	} {
		if !Is(c.err, Invalid) || fieldsOf(c.err) != c.field {
			t.Errorf("%s: %v", name, c.err)
		}
	}
	if len(a.Pending()) != 1 || a.Work != WorkDraft {
		t.Errorf("refused notes left %+v", a.Pending()[1:])
	}
	loaded(a).Assignee = eve.ID
	if must(t, a.Assign(ann, eve.ID, "", noon)); a.Changed() {
		t.Error("assigning it to whose it is changed it")
	}
}

// TestUnscheduleOnesOwn: who may not publish may hold their own text back.
func TestUnscheduleOnesOwn(t *testing.T) {
	for name, c := range map[string]struct {
		who  User
		may  bool
		make func(a *Article)
	}{
		"its author":        {who: ann, may: true},
		"whose it is":       {who: bob, may: true, make: func(a *Article) { a.Assignee = bob.ID }},
		"who wrote it":      {who: bob, may: true, make: func(a *Article) { a.Scheduled.By = bob.ID }},
		"another reporter":  {who: bob},
		"nobody":            {who: User{Role: Reporter}},
		"an editor":         {who: eve, may: true},
		"in other sections": {who: User{ID: ann.ID, Role: Reporter, Sections: []string{"sport"}}},
	} {
		a := begun(t, "A")
		must(t, a.Publish(eve, later, noon))
		if c.make != nil {
			c.make(a)
		}
		if err := a.Unschedule(c.who, "", noon); (err == nil) != c.may || err != nil && !Is(err, Forbidden) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
