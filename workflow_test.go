package stet

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"stet/prose"
)

var (
	noon  = time.Date(2026, 1, 14, 8, 0, 0, 0, time.UTC)
	later = noon.Add(48 * time.Hour)
	chief = User{ID: "user:chief", Name: "Chief", Role: ChiefEditor, Origin: ByPerson}
)

func text(headline string) Content {
	return Content{Headline: headline, Section: "politics", Body: prose.FromText("Some words.")}
}

// must does what builds a state.
func must(t *testing.T, steps ...error) {
	t.Helper()
	for _, err := range steps {
		if err != nil {
			t.Fatal(err)
		}
	}
}

// in returns an article in a state: "live/work", with a + where a revision is
// scheduled and somebody writes on.
func in(t *testing.T, state string) *Article {
	t.Helper()
	a := &Article{ID: "a"}
	if state == "unknown" {
		return a
	}
	live, work, _ := strings.Cut(state, "/")
	work, both := strings.CutSuffix(work, "+")
	must(t, a.Create(chief, Draft{Kind: StoryKind, Lang: "en", Content: text("One")}, noon))
	switch live {
	case "published":
		must(t, a.Publish(chief, time.Time{}, noon))
	case "withdrawn":
		must(t, a.Publish(chief, time.Time{}, noon), a.Withdraw(chief, "wrong", noon))
	}
	if work != "none" && live != "never" {
		must(t, a.Edit(chief, text("Two"), noon))
	}
	if work == "scheduled" || both {
		must(t, a.Publish(chief, later, noon))
	}
	if both {
		must(t, a.Edit(chief, text("Three"), noon))
	}
	switch work {
	case "in review":
		must(t, a.Submit(chief, "", "", noon))
	case "approved":
		must(t, a.Approve(chief, "", noon))
	}
	loaded(a).Version = 1
	if got := stateOf(a); got != state {
		t.Fatalf("built %s instead of %s", got, state)
	}
	return a
}

func stateOf(a *Article) string {
	s := fmt.Sprintf("%s/%s", a.Live, a.Work)
	if a.Working != nil && a.Scheduled != nil {
		s += "+"
	}
	return s
}

// verbs are all that can be done to an article.
var verbs = []struct {
	name string
	act  Act
	kind EventKind
	do   func(a *Article, u User) error
}{
	{"edit", ActWrite, Edited, func(a *Article, u User) error { return a.Edit(u, text("New"), noon) }},
	{"submit", ActSubmit, Submitted, func(a *Article, u User) error { return a.Submit(u, "have a look", "user:eve", noon) }},
	{"return", ActApprove, Returned, func(a *Article, u User) error { return a.Return(u, "shorter", noon) }},
	{"approve", ActApprove, Approved, func(a *Article, u User) error { return a.Approve(u, "good", noon) }},
	{"publish", ActPublish, "", func(a *Article, u User) error { return a.Publish(u, time.Time{}, noon) }},
	{"schedule", ActPublish, Scheduled, func(a *Article, u User) error { return a.Publish(u, later.Add(time.Hour), noon) }},
	{"correct", ActCorrect, Corrected, func(a *Article, u User) error { return a.Correct(u, "It was nine.", noon) }},
	{"withdraw", ActWithdraw, Withdrawn, func(a *Article, u User) error { return a.Withdraw(u, "It was wrong.", noon) }},
	{"due", "", "", func(a *Article, u User) error { return a.Due(later) }},
	{"not due", "", "", func(a *Article, u User) error { return a.Due(later.Add(-1)) }},
	{"save", ActWrite, Edited, func(a *Article, u User) error { return a.Save(u, text("New"), noon.Add(SnapshotEvery)) }},
	{"unschedule", ActUnschedule, Unscheduled, func(a *Article, u User) error { return a.Unschedule(u, "wait", noon) }},
	{"restore", ActWrite, Restored, func(a *Article, u User) error {
		return a.Restore(u, &Revision{Content: text("Old"), Snapshot: 1}, noon)
	}},
	{"assign", ActSubmit, Assigned, func(a *Article, u User) error { return a.Assign(u, "user:eve", "yours", noon) }},
	{"remark", ActRead, Remarked, func(a *Article, u User) error { return a.Remark(u, "Who says so?", []string{"user:eve"}, noon) }},
	{"times", ActWrite, Timed, func(a *Article, u User) error { return a.SetTimes(u, noon.Add(time.Hour), time.Time{}, noon) }},
}

// workflow is the law: what a verb makes of a state. = changes nothing and is no
// error, ! is an Error of kind Conflict.
const workflow = `
state               | edit             | submit               | return          | approve             | publish        | schedule            | correct             | withdraw            | due                 | not due | save                | unschedule      | restore          | assign              | remark              | times
never/draft         | never/draft      | never/in review      | !               | never/approved      | published/none | never/scheduled     | !                   | !                   | =                   | =       | never/draft         | !               | never/draft      | never/draft         | never/draft         | never/draft
never/in review     | never/draft      | !                    | never/draft     | never/approved      | published/none | never/scheduled     | !                   | !                   | =                   | =       | never/in review     | !               | never/draft      | never/in review     | never/in review     | never/in review
never/approved      | never/draft      | !                    | never/draft     | !                   | published/none | never/scheduled     | !                   | !                   | =                   | =       | never/approved      | !               | never/draft      | never/approved      | never/approved      | never/approved
never/scheduled     | never/draft+     | !                    | never/draft     | !                   | =              | never/scheduled     | !                   | !                   | published/none      | =       | never/draft+        | never/draft     | never/draft+     | never/scheduled     | never/scheduled     | never/scheduled
never/draft+        | never/draft+     | never/in review+     | never/draft     | never/approved+     | published/none | never/scheduled     | !                   | !                   | published/draft     | =       | never/draft+        | never/draft     | never/draft+     | never/draft+        | never/draft+        | never/draft+
never/in review+    | never/draft+     | !                    | never/draft     | never/approved+     | published/none | never/scheduled     | !                   | !                   | published/in review | =       | never/in review+    | never/in review | never/draft+     | never/in review+    | never/in review+    | never/in review+
published/none      | published/draft  | !                    | !               | !                   | =              | =                   | published/none      | withdrawn/none      | =                   | =       | published/draft     | !               | published/draft  | published/none      | published/none      | published/none
published/draft     | published/draft  | published/in review  | !               | published/approved  | published/none | published/scheduled | published/none      | withdrawn/draft     | =                   | =       | published/draft     | !               | published/draft  | published/draft     | published/draft     | published/draft
published/in review | published/draft  | !                    | published/draft | published/approved  | published/none | published/scheduled | published/none      | withdrawn/in review | =                   | =       | published/in review | !               | published/draft  | published/in review | published/in review | published/in review
published/approved  | published/draft  | !                    | published/draft | !                   | published/none | published/scheduled | published/none      | withdrawn/approved  | =                   | =       | published/approved  | !               | published/draft  | published/approved  | published/approved  | published/approved
published/scheduled | published/draft+ | !                    | published/draft | !                   | published/none | published/scheduled | published/scheduled | withdrawn/none      | published/none      | =       | published/draft+    | published/draft | published/draft+ | published/scheduled | published/scheduled | published/scheduled
published/draft+    | published/draft+ | published/in review+ | published/draft | published/approved+ | published/none | published/scheduled | published/none      | withdrawn/draft     | published/draft     | =       | published/draft+    | published/draft | published/draft+ | published/draft+    | published/draft+    | published/draft+
withdrawn/none      | withdrawn/draft  | !                    | !               | !                   | published/none | withdrawn/scheduled | !                   | =                   | =                   | =       | withdrawn/draft     | !               | withdrawn/draft  | withdrawn/none      | withdrawn/none      | withdrawn/none
withdrawn/draft     | withdrawn/draft  | withdrawn/in review  | !               | withdrawn/approved  | published/none | withdrawn/scheduled | !                   | =                   | =                   | =       | withdrawn/draft     | !               | withdrawn/draft  | withdrawn/draft     | withdrawn/draft     | withdrawn/draft
withdrawn/in review | withdrawn/draft  | !                    | withdrawn/draft | withdrawn/approved  | published/none | withdrawn/scheduled | !                   | =                   | =                   | =       | withdrawn/in review | !               | withdrawn/draft  | withdrawn/in review | withdrawn/in review | withdrawn/in review
withdrawn/approved  | withdrawn/draft  | !                    | withdrawn/draft | !                   | published/none | withdrawn/scheduled | !                   | =                   | =                   | =       | withdrawn/approved  | !               | withdrawn/draft  | withdrawn/approved  | withdrawn/approved  | withdrawn/approved
withdrawn/scheduled | withdrawn/draft+ | !                    | withdrawn/draft | !                   | published/none | withdrawn/scheduled | !                   | =                   | published/none      | =       | withdrawn/draft+    | withdrawn/draft | withdrawn/draft+ | withdrawn/scheduled | withdrawn/scheduled | withdrawn/scheduled
`

func TestWorkflow(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(workflow), "\n")
	cells := func(line string) []string {
		out := strings.Split(line, "|")
		for i := range out {
			out[i] = strings.TrimSpace(out[i])
		}
		return out
	}
	if head := cells(lines[0]); len(head) != len(verbs)+1 {
		t.Fatalf("the table has %d columns for %d verbs", len(head)-1, len(verbs))
	}
	for _, line := range lines[1:] {
		row := cells(line)
		for i, v := range verbs {
			from, want := row[0], row[i+1]
			t.Run(from+" "+v.name, func(t *testing.T) {
				a := in(t, from)
				before := *a
				err := v.do(a, chief)
				switch want {
				case "!":
					if !Is(err, Conflict) {
						t.Fatalf("%v, want a conflict", err)
					}
					want = "="
				default:
					if err != nil {
						t.Fatal(err)
					}
				}
				if want == "=" {
					if !reflect.DeepEqual(*a, before) {
						t.Errorf("it changed to %s: %+v", stateOf(a), a.Pending())
					}
					return
				}
				if got := stateOf(a); got != want {
					t.Fatalf("%s, want %s", got, want)
				}
				kind := v.kind
				if kind == "" {
					kind = Updated
					if before.Live != LivePublished {
						kind = Published
					}
				}
				if p := a.Pending(); len(p) != 1 || p[0].Kind != kind || p[0].Article != a.ID {
					t.Errorf("events %+v, want one of kind %s", p, kind)
				}
				consistent(t, a)
			})
		}
	}
}

// consistent holds what every article keeps, whatever was done to it.
func consistent(t *testing.T, a *Article) {
	t.Helper()
	written := a.Work == WorkDraft || a.Work == WorkInReview || a.Work == WorkApproved
	switch {
	case written != (a.Working != nil):
		t.Errorf("work %q and a working revision: %v", a.Work, a.Working != nil)
	case a.Work == WorkScheduled && a.Scheduled == nil:
		t.Error("scheduled without a text")
	case (a.Scheduled == nil) != a.ScheduledFor.IsZero():
		t.Errorf("a scheduled revision: %v, and a time: %v", a.Scheduled != nil, a.ScheduledFor)
	case (a.Live == LiveNever) != (a.Current == nil):
		t.Errorf("live %q and a current revision: %v", a.Live, a.Current != nil)
	case a.Current != nil && a.Current.Number < 1:
		t.Error("a published revision without a number")
	case (a.Live == LiveWithdrawn) != (a.Withdrawal != ""):
		t.Errorf("live %q with the reason %q", a.Live, a.Withdrawal)
	case (a.Live == LiveNever) != a.FirstLive.IsZero():
		t.Errorf("live %q and first live at %v", a.Live, a.FirstLive)
	}
}

// TestUnknownArticle: nothing can be done to an article nobody has created.
func TestUnknownArticle(t *testing.T) {
	for _, v := range verbs {
		a := in(t, "unknown")
		if err := v.do(a, chief); !Is(err, NotFound) || len(a.Pending()) > 0 {
			t.Errorf("%s: %v", v.name, err)
		}
	}
	if err := (&Article{ID: "a"}).Reimport(Importer, Draft{}, noon); !Is(err, NotFound) {
		t.Errorf("reimport: %v", err)
	}
	a := in(t, "never/draft")
	if err := a.Create(chief, Draft{}, noon); !Is(err, Conflict) {
		t.Errorf("creating it twice: %v", err)
	}
}

// rightsTable says what every role, and a token with one scope, may do.
const rightsTable = `
              read write submit approve publish correct withdraw unschedule
reporter        x    x     x                                         x
translator      x    x     x                                         x
editor          x    x     x      x       x       x       x          x
chief editor    x    x     x      x       x       x       x          x
administrator   x    x     x      x       x       x       x          x
write token     x    x     x
publish token   x                 x       x       x       x          x
no token
stranger
`

func everybody() map[string]User {
	out := map[string]User{
		"write token":   {Role: Machine, Scopes: []Scope{ScopeWrite}},
		"publish token": {Role: Machine, Scopes: []Scope{ScopePublish}},
		"no token":      {Role: Machine},
		"stranger":      {Role: "stranger"},
	}
	for _, r := range Roles {
		out[string(r)] = User{Role: r}
	}
	return out
}

// mayTable reads the table: by name and act.
func mayTable(t *testing.T) map[string]map[Act]bool {
	lines := strings.Split(strings.Trim(rightsTable, "\n"), "\n")
	acts := strings.Fields(lines[0])
	out := map[string]map[Act]bool{}
	for _, line := range lines[1:] {
		line += strings.Repeat(" ", 80)
		name := strings.TrimSpace(line[:14])
		out[name] = map[Act]bool{}
		for _, act := range acts {
			i := strings.Index(lines[0], act)
			out[name][Act(act)] = strings.Contains(line[i:i+len(act)], "x")
		}
	}
	if len(out) != len(everybody()) {
		t.Fatal("the table does not name everybody")
	}
	return out
}

// TestMayChange: everybody decides how the desk speaks to them, and nothing else.
func TestMayChange(t *testing.T) {
	anna := Person{ID: "user:anna", Email: "anna@example.org", Name: "Anna", Role: Reporter, Langs: []Lang{"ru"}, Desk: "en"}
	gone := anna
	gone.Disabled = time.Unix(1, 0)
	boss := User{ID: "user:boss", Role: Administrator}
	robot := User{ID: anna.ID, Role: Machine, Scopes: Scopes}
	for what, change := range map[string]func(*Person){
		"nothing": func(*Person) {}, "desk": func(p *Person) { p.Desk = "ru" }, "zone": func(p *Person) { p.Zone = "UTC" },
		"email": func(p *Person) { p.Email = "a@example.org" }, "name": func(p *Person) { p.Name = "A" }, "role": func(p *Person) { p.Role = Administrator },
		"langs": func(p *Person) { p.Langs = nil }, "sections": func(p *Person) { p.Sections = []string{"city"} }, "disabled": func(p *Person) { p.Disabled = time.Unix(1, 0) },
		"both": func(p *Person) { p.Desk, p.Role = "ru", Editor },
	} {
		to := anna
		change(&to)
		own := what == "nothing" || what == "desk" || what == "zone"
		for _, c := range []struct {
			who User
			may bool
		}{
			{anna.User(), own}, {gone.User(), false}, {boss, true}, {Operator, true}, {robot, false}, {Schedule, false}, {Importer, true},
			{User{ID: "user:boris", Role: Reporter}, false}, {User{ID: "user:olga", Role: ChiefEditor}, false},
		} {
			if err := MayChange(c.who, &anna, &to); (err == nil) != c.may || err != nil && !Is(err, Forbidden) {
				t.Errorf("%s of Anna by %s %s: %v", what, c.who.Role, c.who.ID, err)
			}
		}
	}
}

// TestDisabledMayNothing: whatever they were.
func TestDisabledMayNothing(t *testing.T) {
	p := Person{ID: "user:anna", Role: Administrator, Disabled: time.Unix(1, 0)}
	for _, act := range rights[Administrator] {
		if err := May(p.User(), act, nil); !Is(err, Forbidden) {
			t.Errorf("%s: %v", act, err)
		}
	}
}

func TestMay(t *testing.T) {
	people := everybody()
	for name, may := range mayTable(t) {
		for act, want := range may {
			err := May(people[name], act, nil)
			if (err == nil) != want {
				t.Errorf("a %s may %s: %v, want %v", name, act, err, want)
			}
			if err != nil && !Is(err, Forbidden) {
				t.Errorf("a %s may %s: %v is not Forbidden", name, act, err)
			}
		}
	}
	both := User{Role: Machine, Scopes: []Scope{ScopeWrite, ScopePublish}}
	for act := range mayTable(t)["editor"] {
		if err := May(both, act, nil); err != nil {
			t.Errorf("a token with both scopes may %s: %v", act, err)
		}
	}
	err := May(User{Role: Machine, Scopes: []Scope{ScopeWrite}}, ActPublish, nil)
	if err == nil || !strings.Contains(err.Error(), "articles:publish") {
		t.Errorf("%v does not name the scope that is missing", err)
	}
}

// TestForbidden: no verb does anything, in any state, for who may not do it.
func TestForbidden(t *testing.T) {
	people := everybody()
	for name, may := range mayTable(t) {
		for _, line := range strings.Split(strings.TrimSpace(workflow), "\n")[1:] {
			state := strings.TrimSpace(line[:strings.IndexByte(line, '|')])
			for _, v := range verbs {
				if v.act == "" || may[v.act] {
					continue
				}
				a := in(t, state)
				before := *a
				if err := v.do(a, people[name]); !Is(err, Forbidden) || !reflect.DeepEqual(*a, before) {
					t.Errorf("a %s: %s of %s: %v", name, v.name, state, err)
				}
			}
		}
	}
}

// TestLimits: rights may end at a language or a section, and a text cannot be
// moved into or out of them.
func TestLimits(t *testing.T) {
	russian := User{Name: "R", Role: Editor, Langs: []Lang{"ru", "az"}}
	sport := User{Name: "S", Role: Editor, Sections: []string{"sport", "culture"}}
	politics := User{Name: "P", Role: Editor, Sections: []string{"politics"}}
	for _, v := range verbs {
		if v.act == "" {
			continue
		}
		for _, state := range []string{"never/draft", "published/draft+", "withdrawn/scheduled"} {
			for _, u := range []User{russian, sport} {
				a := in(t, state)
				before := *a
				if err := v.do(a, u); !Is(err, Forbidden) || !reflect.DeepEqual(*a, before) {
					t.Errorf("%s: %s of %s: %v", u.Name, v.name, state, err)
				}
			}
			a := in(t, state)
			if err := v.do(a, politics); Is(err, Forbidden) {
				t.Errorf("%s: %s of %s: %v", politics.Name, v.name, state, err)
			}
		}
	}
	for _, act := range []Act{ActRead, ActWrite, ActPublish} {
		if err := May(russian, act, &Article{Lang: "az"}); err != nil {
			t.Errorf("%s in az: %v", act, err)
		}
		if err := May(russian, act, nil); err != nil {
			t.Errorf("%s of nothing in particular: %v", act, err)
		}
	}
	c := text("Moved")
	c.Section = "sport"
	a := in(t, "never/draft")
	before := *a
	if err := a.Edit(politics, c, noon); !Is(err, Forbidden) || !reflect.DeepEqual(*a, before) {
		t.Errorf("moving a text away: %v", err)
	}
	if err := (&Article{ID: "b"}).Create(politics, Draft{Kind: StoryKind, Lang: "en", Content: c}, noon); !Is(err, Forbidden) {
		t.Errorf("creating a text elsewhere: %v", err)
	}
	a = in(t, "published/none")
	a.Current.Section = "sport"
	if err := a.Edit(politics, text("Mine"), noon); !Is(err, Forbidden) {
		t.Errorf("taking over another section's story: %v", err)
	}
}

// TestTimesOfPublication: which times readers are told, and which stay.
func TestTimesOfPublication(t *testing.T) {
	past, hour := noon.AddDate(-5, 0, 0), noon.Add(time.Hour)
	a := &Article{ID: "a"}
	must(t, a.Create(chief, Draft{Kind: StoryKind, Lang: "en", Content: text("One"), PublishedAt: past}, noon),
		a.Publish(chief, time.Time{}, noon))
	if !a.PublishedAt.Equal(past) || !a.FirstLive.Equal(past) || !a.UpdatedAt.Equal(past) {
		t.Errorf("an old text: %v %v %v", a.PublishedAt, a.FirstLive, a.UpdatedAt)
	}
	must(t, a.Edit(chief, text("Two"), hour), a.Publish(chief, time.Time{}, hour))
	if !a.PublishedAt.Equal(past) || !a.UpdatedAt.Equal(hour) || a.Current.Number != 2 {
		t.Errorf("an update: %v %v %d", a.PublishedAt, a.UpdatedAt, a.Current.Number)
	}
	must(t, a.Withdraw(chief, "wrong", hour), a.Publish(chief, time.Time{}, later))
	if !a.PublishedAt.Equal(past) || a.Withdrawal != "" || a.Current.Number != 2 {
		t.Errorf("published again: %v %q %d", a.PublishedAt, a.Withdrawal, a.Current.Number)
	}
	must(t, a.Publish(chief, hour, later)) // nothing new to publish
	if !a.PublishedAt.Equal(past) {
		t.Errorf("publishing the same again moved it to %v", a.PublishedAt)
	}
	must(t, a.Edit(chief, text("Three"), later), a.Publish(chief, hour, later))
	if !a.PublishedAt.Equal(hour) || !a.FirstLive.Equal(past) {
		t.Errorf("published with another time: %v, first %v", a.PublishedAt, a.FirstLive)
	}
	must(t, a.Correct(chief, "It\nwas  nine.", later))
	if len(a.Corrections) != 1 || a.Corrections[0].Note != "It was  nine." || !a.UpdatedAt.Equal(later) {
		t.Errorf("corrections: %+v", a.Corrections)
	}

	s := in(t, "never/scheduled")
	if !s.ScheduledFor.Equal(later) {
		t.Fatalf("scheduled for %v", s.ScheduledFor)
	}
	must(t, s.Publish(Schedule, time.Time{}, later.Add(time.Minute))) // missed by a minute
	if !s.PublishedAt.Equal(later) || !s.FirstLive.Equal(later) {
		t.Errorf("published late by the schedule: %v", s.PublishedAt)
	}
	if p := s.Pending(); len(p) != 1 || p[0].Origin != BySchedule {
		t.Errorf("%+v", p)
	}
	s = in(t, "never/scheduled")
	must(t, s.Publish(chief, noon, noon)) // a person cannot wait
	if stateOf(s) != "published/none" || !s.PublishedAt.Equal(noon) {
		t.Errorf("%s at %v", stateOf(s), s.PublishedAt)
	}
}

// TestAsk: the time of what was never published may be put off, by whoever may
// write it.
func TestAsk(t *testing.T) {
	a := in(t, "never/draft")
	must(t, a.Ask(chief, later), a.Publish(chief, time.Time{}, noon))
	if stateOf(a) != "never/scheduled" || !a.ScheduledFor.Equal(later) {
		t.Errorf("%s for %v", stateOf(a), a.ScheduledFor)
	}
	for state, want := range map[string]ErrorKind{"unknown": NotFound, "published/none": Conflict, "withdrawn/none": Conflict} {
		a := in(t, state)
		if err := a.Ask(chief, later); !Is(err, want) || !a.Asked.IsZero() {
			t.Errorf("of %s: %v", state, err)
		}
	}
	if err := a.Ask(chief, later.AddDate(2000, 0, 0)); !Is(err, Invalid) || !a.Asked.Equal(later) {
		t.Errorf("a time too far away: %v", err)
	}
	if err := a.Ask(User{Role: "stranger"}, noon); !Is(err, Forbidden) || !a.Asked.Equal(later) {
		t.Errorf("by a stranger: %v", err)
	}
}

// TestReimport: a changed line replaces the text and tells its own times; what
// readers see changes by publishing only.
func TestReimport(t *testing.T) {
	day := 24 * time.Hour
	d := Draft{Kind: StoryKind, Lang: "en", Content: text("One"), PublishedAt: noon.Add(-day), ImportHash: "1"}
	a := &Article{ID: "a"}
	must(t, a.Create(Importer, d, noon), a.Publish(Importer, d.PublishedAt, noon))
	d.Content, d.ImportHash, d.PublishedAt, d.UpdatedAt, d.Group = text("Two"), "2", noon.Add(-2*day), noon.Add(-day/2), "original"
	must(t, a.Reimport(Importer, d, noon))
	if a.Current.Headline != "One" || !a.PublishedAt.Equal(noon.Add(-day)) {
		t.Errorf("readers see %q of %v before it is published", a.Current.Headline, a.PublishedAt)
	}
	must(t, a.Publish(Importer, d.PublishedAt, noon))
	if a.Current.Headline != "Two" || !a.PublishedAt.Equal(d.PublishedAt) || !a.UpdatedAt.Equal(d.UpdatedAt) || a.Group != "original" || a.ImportHash != "2" {
		t.Errorf("%q of %v, updated %v, group %s", a.Current.Headline, a.PublishedAt, a.UpdatedAt, a.Group)
	}
	for name, change := range map[string]func(*Draft){
		"lang": func(d *Draft) { d.Lang = "ru" },
		"kind": func(d *Draft) { d.Kind = PageKind },
	} {
		other := d
		change(&other)
		if err := a.Reimport(Importer, other, noon); !Is(err, Conflict) || err.(*Error).Field != name {
			t.Errorf("another %s: %v", name, err)
		}
	}
	must(t, a.Edit(chief, text("By hand"), noon))
	if err := a.Reimport(Importer, d, noon); !Is(err, Conflict) {
		t.Errorf("over an edit by hand: %v", err)
	}
}

// TestRefusedTexts: what a verb needs to be told.
func TestRefusedTexts(t *testing.T) {
	long := strings.Repeat("ы", MaxStandfirst+1)
	for name, err := range map[string]error{
		"note":   in(t, "published/none").Correct(chief, " \u202e\t", noon),
		"note ":  in(t, "published/none").Correct(chief, long, noon),
		"reason": in(t, "published/none").Withdraw(chief, "", noon),
	} {
		if !Is(err, Invalid) || err.(*Error).Field != strings.TrimSpace(name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, in(t, "published/none").Correct(chief, long[2:], noon))

	a := &Article{ID: "a"}
	must(t, a.Create(chief, Draft{Kind: StoryKind, Lang: "en", Content: Content{Headline: "Only that"}}, noon))
	err := a.Publish(chief, time.Time{}, noon)
	var fields []string
	if es, ok := err.(Errors); ok {
		for _, e := range es {
			fields = append(fields, e.Field)
		}
	}
	if !slices.Equal(fields, []string{"section", "body"}) {
		t.Errorf("what is missing: %v", err)
	}
	p := &Article{ID: "p"}
	must(t, p.Create(chief, Draft{Kind: PageKind, Lang: "en", Content: Content{Headline: "About", Body: prose.FromText("Us.")}}, noon),
		p.Publish(chief, time.Time{}, noon))
}
