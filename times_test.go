package stet

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"stet/lang"
)

// TestEmbargo: nobody publishes before its end, by no verb.
func TestEmbargo(t *testing.T) {
	end := noon.Add(time.Hour)
	for _, state := range []string{"never/draft", "never/approved", "published/draft", "withdrawn/none", "withdrawn/draft"} {
		a := in(t, state)
		must(t, a.SetTimes(chief, end, time.Time{}, noon))
		loaded(a)
		for name, err := range map[string]error{
			"publish":                       a.Publish(chief, time.Time{}, noon),
			"publish with a date":           a.Publish(chief, noon.AddDate(-1, 0, 0), noon),
			"schedule for a time too early": a.Publish(chief, end.Add(-time.Millisecond), noon),
		} {
			if !Is(err, Conflict) || fieldsOf(err) != "embargo" || !strings.Contains(err.Error(), "until 2026-01-14 09:00 UTC") || !strings.Contains(err.Error(), "schedule it") {
				t.Errorf("%s, %s: %v", state, name, err)
			}
		}
		if a.Changed() {
			t.Errorf("%s: a refusal changed it to %s", state, stateOf(a))
		}
		must(t, a.Publish(chief, end, noon))
		if a.Work != WorkScheduled {
			t.Errorf("%s: scheduled for the end of the embargo it is %s", state, stateOf(a))
		}
		must(t, a.Due(end.Add(-time.Millisecond)), a.Due(end))
		if a.Live != LivePublished {
			t.Errorf("%s: at the end of the embargo it is %s", state, stateOf(a))
		}
	}
	a := in(t, "published/draft")
	must(t, a.SetTimes(chief, end, time.Time{}, noon))
	if err := a.Correct(chief, "It was nine.", noon); fieldsOf(err) != "embargo" {
		t.Errorf("a correction with a new text: %v", err)
	}
	a = in(t, "published/none")
	must(t, a.SetTimes(chief, end, time.Time{}, noon), a.Correct(chief, "It was nine.", noon), a.Withdraw(chief, "wrong", noon))
}

// TestExpiry: the clock withdraws what has expired, with a reason in the
// readers' language, and nobody publishes it again by mistake.
func TestExpiry(t *testing.T) {
	for _, l := range lang.Codes() {
		a := in(t, "published/draft")
		a.Lang = Lang(l)
		must(t, a.SetTimes(chief, time.Time{}, later, noon), a.Due(later.Add(-1)))
		if a.Live != LivePublished {
			t.Fatalf("%s: it was withdrawn too early", l)
		}
		loaded(a)
		must(t, a.Due(later))
		if got := stateOf(a); got != "withdrawn/draft" || a.Withdrawal != lang.Get(l).Text(lang.Expired) {
			t.Errorf("%s: %s for %q", l, got, a.Withdrawal)
		}
		if p := a.Pending(); len(p) != 1 || p[0].Kind != Withdrawn || p[0].Origin != BySchedule {
			t.Errorf("%+v", p)
		}
		loaded(a)
		if must(t, a.Due(later.Add(time.Hour))); a.Changed() {
			t.Error("it was done twice")
		}
		for _, at := range []time.Time{{}, later.Add(time.Hour), noon} {
			if err := a.Publish(chief, at, later); !Is(err, Conflict) || fieldsOf(err) != "expires" {
				t.Errorf("published again with %v: %v", at, err)
			}
		}
		must(t, a.SetTimes(chief, time.Time{}, time.Time{}, later), a.Publish(chief, time.Time{}, later))
		consistent(t, a)
	}
	a := in(t, "never/draft")
	must(t, a.SetTimes(chief, time.Time{}, later, noon))
	if err := a.Publish(chief, later, noon); fieldsOf(err) != "expires" {
		t.Errorf("scheduled for when it expires: %v", err)
	}
	// The machine slept over both: it was never to be seen after its time.
	must(t, a.Publish(chief, later.Add(-time.Hour), noon), a.Due(later))
	if got := stateOf(a); got != "never/draft" || a.Pending()[len(a.Pending())-1].Kind != Unscheduled {
		t.Errorf("missed altogether: %s", got)
	}
	a = in(t, "published/scheduled")
	a.Expires = later.Add(time.Hour)
	must(t, a.Due(later.Add(2*time.Hour)))
	if got := stateOf(a); got != "withdrawn/none" || a.Snapshots != 1 {
		t.Errorf("an update was missed: %s, %d snapshots", got, a.Snapshots)
	}
}

// TestSetTimes: which times may stand together, and who may set them.
func TestSetTimes(t *testing.T) {
	never, hour := time.Time{}, noon.Add(time.Hour)
	for name, c := range map[string]struct {
		state            string
		who              User
		embargo, expires time.Time
		kind             ErrorKind
		field            string // empty for allowed
	}{
		"both":                        {"never/draft", ann, hour, later, 0, ""},
		"embargo of long ago":         {"never/draft", ann, noon.AddDate(-1, 0, 0), never, 0, ""},
		"expiry in the past":          {"never/draft", ann, never, noon, Invalid, "expires"},
		"expiry before the embargo":   {"never/draft", ann, later, hour, Invalid, "expires"},
		"a year too far":              {"never/draft", ann, noon.AddDate(2000, 0, 0), never, Invalid, "embargo"},
		"embargo after the schedule":  {"never/scheduled", chief, later.Add(1), never, Conflict, "embargo"},
		"embargo until the schedule":  {"never/scheduled", chief, later, never, 0, ""},
		"expiry at the schedule":      {"never/draft+", chief, never, later, Conflict, "expires"},
		"expiry after the schedule":   {"never/draft+", chief, never, later.Add(time.Hour), 0, ""},
		"expiry of what readers see":  {"published/none", ann, never, later, Forbidden, ""},
		"embargo of what readers see": {"published/none", ann, later, never, 0, ""},
		"by a stranger":               {"never/draft", User{Role: "stranger"}, later, never, Forbidden, ""},
	} {
		a := in(t, c.state)
		err := a.SetTimes(c.who, c.embargo, c.expires, noon)
		if c.field == "" && c.kind == 0 {
			if err != nil || !a.Embargo.Equal(c.embargo) || !a.Expires.Equal(c.expires) || len(a.Pending()) != 1 {
				t.Errorf("%s: %v", name, err)
			}
			if must(t, loaded(a).SetTimes(c.who, c.embargo, c.expires, noon)); a.Changed() {
				t.Errorf("%s: setting it again changed it", name)
			}
			continue
		}
		if !Is(err, c.kind) || fieldsOf(err) != c.field || a.Changed() || !a.Embargo.IsZero() || !a.Expires.IsZero() {
			t.Errorf("%s: %v", name, err)
		}
	}
	line := Draft{Kind: StoryKind, Lang: "en", Content: text("A"), PublishedAt: later, Embargo: hour}
	imported := &Article{ID: "i"}
	must(t, imported.Create(Importer, line, noon), imported.Publish(Importer, later, noon))
	if line.Embargo = later.Add(1); !Is(imported.Reimport(Importer, line, noon), Conflict) || !imported.Embargo.Equal(hour) {
		t.Error("a changed line set an embargo that ends after the schedule")
	}
	d := Draft{Kind: StoryKind, Lang: "en", Content: text("A"), Embargo: later, Expires: hour}
	if err := (&Article{ID: "a"}).Create(chief, d, noon); fieldsOf(err) != "expires" {
		t.Errorf("created with impossible times: %v", err)
	}
	d.Embargo, d.Expires = hour, later
	a := &Article{ID: "a"}
	must(t, a.Create(chief, d, noon))
	if !a.Embargo.Equal(hour) || !a.Expires.Equal(later) {
		t.Errorf("created with %v and %v", a.Embargo, a.Expires)
	}
}

// TestWallTime: an hour that is there once, twice and never.
func TestWallTime(t *testing.T) {
	for _, c := range []struct{ zone, shown, at, instead string }{
		{"Asia/Baku", "2026-03-29T02:30", "2026-03-29T02:30:00+04:00", ""},
		{"Europe/Berlin", "2026-03-29T01:59", "2026-03-29T01:59:00+01:00", ""},
		{"Europe/Berlin", "2026-03-29T02:00", "", "2026-03-29T03:00:00+02:00"},
		{"Europe/Berlin", "2026-03-29T02:30", "", "2026-03-29T03:30:00+02:00"},
		{"Europe/Berlin", "2026-03-29T03:00", "2026-03-29T03:00:00+02:00", ""},
		{"Europe/Berlin", "2026-10-25T01:59", "2026-10-25T01:59:00+02:00", ""},
		{"Europe/Berlin", "2026-10-25T02:00", "2026-10-25T02:00:00+02:00 2026-10-25T02:00:00+01:00", ""},
		{"Europe/Berlin", "2026-10-25T02:59:59", "2026-10-25T02:59:59+02:00 2026-10-25T02:59:59+01:00", ""},
		{"Europe/Berlin", "2026-10-25T03:00", "2026-10-25T03:00:00+01:00", ""},
		{"Australia/Lord_Howe", "2026-10-04T02:15", "", "2026-10-04T02:45:00+11:00"},                           // by half an hour
		{"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-05T01:45:00+11:00 2026-04-05T01:45:00+10:30", ""}, // and back
		{"Pacific/Apia", "2011-12-30T12:00", "", "2011-12-31T12:00:00+14:00"},                                  // a day that was left out
		{"America/Sao_Paulo", "2018-11-04T00:00", "", "2018-11-04T01:00:00-02:00"},                             // no midnight
		{"UTC", "2999-12-31T09:00", "2999-12-31T09:00:00Z", ""},
		{"America/New_York", "2040-03-11T02:30", "", "2040-03-11T03:30:00-04:00"}, // beyond the tables
	} {
		zone, err := time.LoadLocation(c.zone)
		if err != nil {
			t.Fatal(err)
		}
		at, instead, err := WallTime(c.shown, zone)
		if err != nil {
			t.Errorf("%s in %s: %v", c.shown, c.zone, err)
			continue
		}
		var got []string
		for _, a := range at {
			got = append(got, a.Format(time.RFC3339))
		}
		is := ""
		if !instead.IsZero() {
			is = instead.Format(time.RFC3339)
		}
		if strings.Join(got, " ") != c.at || is != c.instead {
			t.Errorf("%s in %s: %q, instead %q; want %q, %q", c.shown, c.zone, got, is, c.at, c.instead)
		}
	}
	for _, bad := range []string{"", "2026-03-29", "02:30", "2026-02-30T10:00", "2026-03-29T24:00", "2026-03-29 02:30", "1599-01-01T00:00", "2026-03-29T02:30Z"} {
		if _, _, err := WallTime(bad, time.UTC); !Is(err, Invalid) || fieldsOf(err) != "at" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

// TestWallTimeIsWhatClocksShow: every instant is found by what clocks show then.
func TestWallTimeIsWhatClocksShow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"Europe/Berlin", "Asia/Baku", "Asia/Tehran", "Australia/Lord_Howe", "Pacific/Apia", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Kiritimati"}).Draw(t, "zone")
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, "at"), 0).In(zone)
		all, instead, err := WallTime(at.Format("2006-01-02T15:04:05"), zone)
		if err != nil || !instead.IsZero() || len(all) == 0 || len(all) > 2 {
			t.Fatal(all, instead, err)
		}
		found := false
		for i, one := range all {
			found = found || one.Equal(at)
			if one.Format(time.DateTime) != at.Format(time.DateTime) || i > 0 && !all[i-1].Before(one) {
				t.Fatal(fmt.Sprint(all))
			}
		}
		if !found {
			t.Fatalf("%v is not among %v", at, all)
		}
	})
}
