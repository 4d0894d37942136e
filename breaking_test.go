package stet

import (
	"strings"
	"testing"
	"time"
)

var breakingNow = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func TestCheckBreaking(t *testing.T) {
	for _, c := range []struct {
		text, path string
		until      time.Duration
		fields     string // that are refused
	}{
		{"Мост закрыт", "/ru/2026/11/most", time.Hour, ""},
		{"Мост закрыт", "", 7 * 24 * time.Hour, ""},
		{strings.Repeat("я", 200), "/", time.Millisecond, ""},
		{strings.Repeat("я", 201), "", time.Hour, "text"},
		{" \n\u202e ", "", time.Hour, "text"},
		{"\xff", "", time.Hour, "text"},
		{"Мост", "ru/most", time.Hour, "url"},
		{"Мост", "//elsewhere.example/", time.Hour, "url"},
		{"Мост", `/\elsewhere.example/`, time.Hour, "url"},
		{"Мост", "/ru/\x00", time.Hour, "url"},
		{"Мост", "/" + strings.Repeat("a", 1000), time.Hour, "url"},
		{"Мост", "", 0, "until"},
		{"Мост", "", -time.Hour, "until"},
		{"Мост", "", 7*24*time.Hour + time.Second, "until"},
		{"", "x", 0, "text url until"},
	} {
		b := Breaking{Lang: "ru", Text: c.text, Path: Path(c.path), Until: breakingNow.Add(c.until)}
		err := b.Check(breakingNow)
		var fields []string
		if es, ok := err.(Errors); ok {
			for _, e := range es {
				fields = append(fields, e.Field)
			}
		}
		if got := strings.Join(fields, " "); got != c.fields || (err != nil) != (c.fields != "") {
			t.Errorf("%.20q %.20q %s: %v, want errors about %q", c.text, c.path, c.until, err, c.fields)
		}
	}
	none := Breaking{Text: "Мост"}
	if err := none.Check(breakingNow); err == nil {
		t.Error("a line that never runs out is taken")
	}
	b := Breaking{Text: "  Мост\nза\u0438\u0306ден ", Until: breakingNow.Add(time.Hour + 3*time.Microsecond)}
	if err := b.Check(breakingNow); err != nil || b.Text != "Мост зайден" || !b.Until.Equal(breakingNow.Add(time.Hour)) {
		t.Errorf("%q until %s: %v", b.Text, b.Until, err)
	}
}

// TestAnnounce: what is set, ended, and said of it; and by whom.
func TestAnnounce(t *testing.T) {
	editor := User{ID: "user:1", Name: "Nora", Role: Editor, Origin: ByPerson}
	line := Breaking{Text: "Мост закрыт", Path: "/ru/2026/11/most", Until: breakingNow.Add(time.Hour)}
	b := Breaking{Lang: "ru"}
	if _, err := b.End(editor, breakingNow); !Is(err, NotFound) {
		t.Errorf("ending nothing: %v", err)
	}
	e, err := b.Announce(editor, line, breakingNow)
	if err != nil || e.Kind != Announced || e.Was != nil || e.Is == nil || e.Is.Lang != "ru" || e.Is.Kind != BreakingKind || e.Note != line.Text ||
		e.Actor != editor.ID || e.Origin != ByPerson || !e.Public() {
		t.Fatalf("%+v %v", e, err)
	}
	if b.Lang != "ru" || !b.On(breakingNow) || b.On(line.Until) || !b.Since.Equal(breakingNow) {
		t.Errorf("%+v", b)
	}
	if e, err := b.Announce(editor, line, breakingNow.Add(time.Minute)); e != nil || err != nil {
		t.Errorf("the same again: %+v %v", e, err)
	}
	line.Text = "Мост открыт"
	if e, err := b.Announce(editor, line, breakingNow); err != nil || e.Was == nil || e.Is == nil {
		t.Errorf("replacing: %+v %v", e, err)
	}
	e, err = b.End(editor, breakingNow)
	if err != nil || e.Kind != Ended || e.Was == nil || e.Is != nil || e.Note != line.Text || b != (Breaking{Lang: "ru"}) {
		t.Errorf("ending: %+v %v, %+v", e, err, b)
	}
	if _, err := b.Announce(editor, line, breakingNow); err != nil {
		t.Fatal(err)
	}
	if _, err := b.End(editor, line.Until); !Is(err, NotFound) {
		t.Errorf("ending what ran out: %v", err)
	}
	if e, err := b.Announce(editor, line, line.Until); err == nil || e != nil {
		t.Errorf("a line of the past: %+v", e)
	}

	for name, c := range map[string]struct {
		user User
		may  bool
	}{
		"a reporter":                        {User{Role: Reporter}, false},
		"a translator":                      {User{Role: Translator}, false},
		"a chief editor":                    {User{Role: ChiefEditor}, true},
		"an administrator":                  {User{Role: Administrator}, true},
		"an editor of the language":         {User{Role: Editor, Langs: []Lang{"en", "ru"}}, true},
		"an editor of another language":     {User{Role: Editor, Langs: []Lang{"en"}}, false},
		"an editor of one section":          {User{Role: Editor, Sections: []string{"sport"}}, false},
		"a token that writes":               {User{Role: Machine, Scopes: []Scope{ScopeWrite}}, false},
		"a token that publishes":            {User{Role: Machine, Scopes: []Scope{ScopePublish}}, true},
		"a token that publishes in English": {User{Role: Machine, Scopes: []Scope{ScopePublish}, Langs: []Lang{"en"}}, false},
	} {
		b := Breaking{Lang: "ru"}
		if _, err := b.Announce(c.user, line, breakingNow); (err == nil) != c.may || err != nil && !Is(err, Forbidden) {
			t.Errorf("%s announces: %v", name, err)
		}
		on := line
		on.Lang = "ru"
		if _, err := on.End(c.user, breakingNow); (err == nil) != c.may || err != nil && !Is(err, Forbidden) {
			t.Errorf("%s ends: %v", name, err)
		}
	}
}
