package stet

import (
	"strings"
	"testing"
	"time"
)

func TestMayPlan(t *testing.T) {
	reporter := User{ID: "user:r", Name: "R", Role: Reporter}
	russian := User{ID: "user:t", Name: "T", Role: Translator, Langs: []Lang{"ru"}}
	city := User{ID: "user:c", Name: "C", Role: Editor, Sections: []string{"city"}}
	gone := User{ID: "user:g", Name: "G", Role: Disabled}
	for name, test := range map[string]struct {
		u          User
		p          Plan
		see, write bool
	}{
		"anybody's":                   {reporter, Plan{Section: "city", Langs: []Lang{"en"}}, true, true},
		"no language yet":             {russian, Plan{}, true, true},
		"one of the languages":        {russian, Plan{Langs: []Lang{"en", "ru"}}, true, true},
		"another language":            {russian, Plan{Langs: []Lang{"en"}}, false, false},
		"another language, covered":   {russian, Plan{Langs: []Lang{"en"}, People: []string{"user:t"}}, true, false},
		"own section":                 {city, Plan{Section: "city"}, true, true},
		"no section":                  {city, Plan{}, true, true},
		"another section":             {city, Plan{Section: "sport", Langs: []Lang{"en"}}, false, false},
		"who left":                    {gone, Plan{}, false, false},
		"who left and was to cover":   {gone, Plan{People: []string{"user:g"}}, false, false},
		"a token that writes":         {User{Role: Machine, Scopes: []Scope{ScopeWrite}}, Plan{}, true, true},
		"a token that publishes only": {User{Role: Machine, Scopes: []Scope{ScopePublish}}, Plan{}, true, false},
	} {
		if see, write := MayPlan(test.u, ActRead, &test.p) == nil, MayPlan(test.u, ActWrite, &test.p) == nil; see != test.see || write != test.write {
			t.Errorf("%s: sees %v, changes %v", name, see, write)
		}
	}
}

func TestPlanCheck(t *testing.T) {
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	good := Plan{Title: " A  meeting ", Start: at, Langs: []Lang{"ru", "az", "ru"}, People: []string{"user:b", "user:a", "user:b"}}
	if err := good.Check(); err != nil || good.Title != "A  meeting" || len(good.Langs) != 2 || len(good.People) != 2 || good.Langs[0] != "az" {
		t.Errorf("%+v, %v", good, err)
	}
	for field, p := range map[string]Plan{
		"title":   {Start: at},
		"place":   {Title: "A", Start: at, Place: strings.Repeat("x", MaxLine+1)},
		"note":    {Title: "A", Start: at, Note: strings.Repeat("x", maxNote+1)},
		"start":   {Title: "A"},
		"end":     {Title: "A", Start: at, End: at.Add(-time.Minute)},
		"people":  {Title: "A", Start: at, People: []string{"token:x"}},
		"stories": {Title: "A", Start: at, Stories: make([]ArticleID, maxPlanStories+1)},
	} {
		if err, ok := p.Check().(*Error); !ok || err.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	if err := (&Plan{Title: "A", Start: at, End: at.AddDate(2, 0, 0)}).Check(); err == nil {
		t.Error("two years pass")
	}
}

// TestPlanMove: what moves keeps the time of the clock over changes of the clock.
func TestPlanMove(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(s string) time.Time {
		when, err := time.ParseInLocation("2006-01-02 15:04", s, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for name, test := range map[string]struct {
		p          Plan
		to         Day
		start, end string
	}{
		"a meeting":                 {Plan{Start: at("2026-03-27 10:00"), End: at("2026-03-27 11:30")}, "2026-03-30", "2026-03-30 10:00", "2026-03-30 11:30"},
		"back":                      {Plan{Start: at("2026-03-30 10:00")}, "2026-03-27", "2026-03-27 10:00", ""},
		"days over a change":        {Plan{AllDay: true, Start: at("2026-03-20 00:00"), End: at("2026-03-22 00:00")}, "2026-03-28", "2026-03-28 00:00", "2026-03-30 00:00"},
		"to where the clock skips":  {Plan{Start: at("2026-03-27 02:30")}, "2026-03-29", "2026-03-29 03:30", ""},
		"to no day":                 {Plan{Start: at("2026-03-27 02:30")}, "never", "2026-03-27 02:30", ""},
		"a night as long as it was": {Plan{Start: at("2026-03-27 22:00"), End: at("2026-03-28 04:00")}, "2026-03-28", "2026-03-28 22:00", "2026-03-29 05:00"},
	} {
		test.p.Move(test.to, berlin)
		end := ""
		if !test.p.End.IsZero() {
			end = test.p.End.In(berlin).Format("2006-01-02 15:04")
		}
		if got := test.p.Start.In(berlin).Format("2006-01-02 15:04"); got != test.start || end != test.end {
			t.Errorf("%s: %s to %s", name, got, end)
		}
	}
}

func TestSetDeadline(t *testing.T) {
	a := in(t, "never/draft")
	must(t, a.SetDeadline(ann, later, noon))
	if !a.Deadline.Equal(later) || len(a.Pending()) != 1 || a.Pending()[0].Kind != Dated || a.Pending()[0].Note != later.Format(time.RFC3339) {
		t.Errorf("%v, %+v", a.Deadline, a.Pending())
	}
	if must(t, a.SetDeadline(ann, later, noon)); len(a.Pending()) != 1 {
		t.Error("setting it again is an event")
	}
	if must(t, a.SetDeadline(ann, time.Time{}, noon)); !a.Deadline.IsZero() || a.Pending()[1].Note != "" {
		t.Error("it cannot be taken back")
	}
	for kind, err := range map[ErrorKind]error{
		Invalid:   a.SetDeadline(ann, noon.AddDate(2000, 0, 0), noon),
		Forbidden: a.SetDeadline(User{Role: "stranger"}, later, noon),
		NotFound:  (&Article{}).SetDeadline(ann, later, noon),
	} {
		if !Is(err, kind) {
			t.Errorf("%v: %v", kind, err)
		}
	}
}

func TestReschedule(t *testing.T) {
	for name, test := range map[string]struct {
		state string
		who   User
		at    time.Time
		kind  ErrorKind
		fine  bool
	}{
		"put off":            {"never/scheduled", chief, later.Add(time.Hour), 0, true},
		"brought forward":    {"never/scheduled", chief, noon.Add(time.Minute), 0, true},
		"of what is live":    {"published/scheduled", chief, later.Add(time.Hour), 0, true},
		"while more is made": {"never/draft+", chief, later.Add(time.Hour), 0, true},
		"into the past":      {"never/scheduled", chief, noon, Invalid, false},
		"by a reporter":      {"never/scheduled", ann, later.Add(time.Hour), Forbidden, false},
		"of what is not":     {"never/draft", chief, later, Conflict, false},
	} {
		a := in(t, test.state)
		text, working := a.Scheduled, a.Working
		err := a.Reschedule(test.who, test.at, noon)
		switch {
		case !test.fine:
			if !Is(err, test.kind) || len(a.Pending()) != 0 {
				t.Errorf("%s: %v", name, err)
			}
		case err != nil || !a.ScheduledFor.Equal(test.at) || a.Scheduled != text || a.Working != working || len(a.Pending()) != 1 || a.Pending()[0].Kind != Scheduled:
			t.Errorf("%s: %v %+v", name, err, a.Pending())
		}
	}
	a := in(t, "never/scheduled")
	a.Embargo = later
	if err := a.Reschedule(chief, later.Add(-time.Minute), noon); !Is(err, Conflict) {
		t.Errorf("into an embargo: %v", err)
	}
	a.Gate = true
	if err := a.Reschedule(chief, later.Add(time.Hour), noon); a.Waits() != Is(err, Conflict) {
		t.Errorf("alone: %v", err)
	}
}
