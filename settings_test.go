package stet

import (
	"strings"
	"testing"
)

func TestSettings(t *testing.T) {
	var s Settings
	for _, known := range AllSettings() {
		if got := s.Get(known.Name); got != known.Values[0] {
			t.Errorf("%s is %q in a new newsroom", known.Name, got)
		}
		for _, v := range known.Values {
			if err := s.Set(known.Name, v); err != nil || s.Get(known.Name) != v {
				t.Errorf("%s=%s: %q, %v", known.Name, v, s.Get(known.Name), err)
			}
		}
		last := s
		for _, v := range []string{"", "FULL", "ascii ", "\x00"} {
			err := s.Set(known.Name, v)
			if !Is(err, Invalid) || !strings.Contains(err.Error(), strings.Join(known.Values, ", ")) || s != last {
				t.Errorf("%s=%q: %v", known.Name, v, err)
			}
		}
	}
	if want := (Settings{FeedSummary, AIDeny, SlugUnicode, SecondFactorEverybody, SnapshotsForever}); s != want {
		t.Errorf("%+v", s)
	}
	if err := s.Set("zone", "UTC"); !Is(err, Invalid) || !strings.Contains(err.Error(), "ai, feeds, second-factor, slugs, snapshots") {
		t.Errorf("an unknown setting: %v", err)
	}
	if s.Get("zone") != "" {
		t.Error("an unknown setting has a value")
	}
}

func TestSettingsSlug(t *testing.T) {
	for _, c := range []struct {
		letters SlugLetters
		text    string
		want    string
	}{
		{"", "Мост открыт", "most-otkryt"},
		{SlugASCII, "Мост открыт", "most-otkryt"},
		{SlugUnicode, "Мост открыт", "мост-открыт"},
		{SlugUnicode, "…", "id-7"},
	} {
		if got := (Settings{Slugs: c.letters}).Slug("ru", c.text, "id-7"); got != c.want {
			t.Errorf("%s slug of %q: %q, want %q", c.letters, c.text, got, c.want)
		}
	}
}

func TestSecondFactorOf(t *testing.T) {
	for f, want := range map[SecondFactor]string{
		"": "", SecondFactorNobody: "", SecondFactorAdministrators: "administrator",
		SecondFactorChiefEditors: "chief editor, administrator", SecondFactorEditors: "editor, chief editor, administrator",
		SecondFactorEverybody: "reporter, translator, editor, chief editor, administrator",
	} {
		var of []string
		for _, r := range Roles {
			if f.Of(r) {
				of = append(of, string(r))
			}
		}
		if got := strings.Join(of, ", "); got != want {
			t.Errorf("%q is of %s, want %s", f, got, want)
		}
	}
}

func TestSnapshotDays(t *testing.T) {
	for set, want := range map[SnapshotDays]int{"": 90, Snapshots90: 90, Snapshots30: 30, Snapshots365: 365, SnapshotsForever: 0} {
		if days, limited := (Settings{Snapshots: set}).SnapshotDays(); days != want || limited != (want > 0) {
			t.Errorf("%q: %d, %v", set, days, limited)
		}
	}
}

func TestMaySetUp(t *testing.T) {
	for _, role := range Roles {
		err := May(User{Role: role}, ActSetUp, nil)
		if (err == nil) != (role == Administrator) {
			t.Errorf("a %s: %v", role, err)
		}
		if err != nil && err.Error() != "a "+string(role)+" may not set up the site" {
			t.Error(err)
		}
	}
	if err := May(Operator, ActSetUp, nil); err != nil {
		t.Error(err)
	}
	if err := May(User{Role: Machine, Scopes: Scopes}, ActSetUp, nil); !Is(err, Forbidden) || strings.Contains(err.Error(), "scope") {
		t.Errorf("a token: %v", err)
	}
}
