package stet_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/prose/parallel"
)

// TestReadable: who may see what of an original.
func TestReadable(t *testing.T) {
	noon := time.Date(2026, 1, 14, 12, 0, 0, 0, time.UTC)
	chief := stet.User{ID: "user:chief", Name: "Chief", Role: stet.ChiefEditor, Origin: stet.ByPerson}
	russian := stet.User{ID: "user:ru", Name: "Russian", Role: stet.Translator, Langs: []stet.Lang{"ru"}, Origin: stet.ByPerson}
	sport := stet.User{ID: "user:sport", Name: "Sport", Role: stet.Editor, Sections: []string{"sport"}, Origin: stet.ByPerson}
	gone := stet.User{ID: "user:gone", Name: "Gone", Role: stet.Disabled, Origin: stet.ByPerson}
	for _, c := range []struct {
		name            string
		access          stet.Access
		publish, change bool
		user            stet.User
		want            string // its headline; empty where it is refused
	}{
		{"a draft", "", false, false, chief, "One"},
		{"a draft in another language", "", false, false, russian, ""},
		{"a draft in another section", "", false, false, sport, ""},
		{"published", "", true, false, russian, "One"},
		{"published, in another section", "", true, false, sport, "One"},
		{"published and being changed", "", true, true, chief, "One"},
		{"published and being changed, for a stranger", "", true, true, russian, "One"},
		{"published for some readers", "subscribers", true, false, russian, ""},
		{"published for some readers, for whoever works on it", "subscribers", true, false, chief, "One"},
		{"published, for somebody disabled", "", true, false, gone, "One"},
	} {
		a := &stet.Article{ID: "one"}
		content := stet.Content{Headline: "One", Section: "city", Access: c.access, Body: prose.FromText("Words.")}
		if err := a.Create(chief, stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: content}, noon); err != nil {
			t.Fatal(err)
		}
		if c.publish {
			if err := a.Publish(chief, time.Time{}, noon); err != nil {
				t.Fatal(err)
			}
		}
		if c.change {
			content.Headline = "Two"
			if err := a.Save(chief, content, noon); err != nil {
				t.Fatal(err)
			}
		}
		got := ""
		r, err := a.Readable(c.user)
		if err == nil {
			got = r.Headline
		} else if !stet.Is(err, stet.Forbidden) {
			t.Errorf("%s: %v", c.name, err)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q, %v", c.name, got, c.want, err)
		}
		if _, err := a.Translation(c.user, "ru"); (err == nil) != (c.want != "") {
			t.Errorf("%s: to translate it: %v", c.name, err)
		}
	}
}

// TestTranslation: a translation begins with what is of no language, and is held
// back as its original is.
func TestTranslation(t *testing.T) {
	noon := time.Date(2026, 1, 14, 12, 0, 0, 0, time.UTC)
	chief := stet.User{ID: "user:chief", Name: "Chief", Role: stet.ChiefEditor, Origin: stet.ByPerson}
	a := &stet.Article{ID: "one"}
	embargo := noon.Add(time.Hour)
	if err := a.Create(chief, stet.Draft{Kind: stet.StoryKind, Lang: "en", Embargo: embargo, Expires: embargo.Add(time.Hour), Content: stet.Content{
		Headline: "WORD", Standfirst: "WORD", Kicker: "WORD", Dateline: "WORD", Slug: "word", Section: "city", Topics: []string{"eu"},
		Bylines: []stet.Byline{{Key: "jd", Name: "WORD"}}, Genre: "analysis", Access: "subscribers", Licence: "CC BY 4.0", Canonical: "https://example.org/word",
		Source:  &stet.Source{Name: "WORD"},
		Picture: &stet.PictureUse{URL: "https://example.org/p.jpg", Alt: "WORD", Caption: "WORD", Credit: "Reuters"}, Body: prose.FromText("WORD"),
	}}, noon); err != nil {
		t.Fatal(err)
	}
	d, err := a.Translation(chief, "ru")
	if err != nil {
		t.Fatal(err)
	}
	if text := string(d.Content.CanonicalForm()); strings.Contains(strings.ToLower(text), "word") {
		t.Errorf("it begins with words: %s", text)
	}
	c := d.Content
	if d.Group != "one" || d.Lang != "ru" || !d.Embargo.Equal(embargo) || !d.Expires.Equal(embargo.Add(time.Hour)) || c.Section != "city" || !slices.Equal(c.Topics, []string{"eu"}) ||
		c.Bylines[0].Key != "jd" || c.Genre != "analysis" || c.Access != "subscribers" || c.Licence != "CC BY 4.0" || c.Picture.Credit != "Reuters" {
		t.Errorf("it begins as %+v", d)
	}
	if _, err := a.Translation(chief, "en"); !stet.Is(err, stet.Conflict) {
		t.Errorf("into its own language: %v", err)
	}
	ru := &stet.Article{ID: "two"}
	if err := ru.Create(chief, d, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := ru.Translation(chief, "az"); !stet.Is(err, stet.Conflict) {
		t.Errorf("of a translation: %v", err)
	}
}

func TestTranslationFindings(t *testing.T) {
	got := stet.TranslationFindings([]parallel.Unit{{State: parallel.Missing}, {State: parallel.Missing}, {State: parallel.Gone}, {State: parallel.Stale}, {State: parallel.Fresh}, {State: parallel.Unchecked}})
	if len(got) != 2 || got[0].Kind != stet.Untranslated || got[0].Detail != "2" || got[1].Kind != stet.Outdated || got[1].Detail != "2" || got[0].Stops || got[1].Stops {
		t.Errorf("%+v", got)
	}
	if got := stet.TranslationFindings(nil); got != nil {
		t.Errorf("nothing at all: %+v", got)
	}
}

// TestOvertake: whom it tells, and what of it tells.
func TestOvertake(t *testing.T) {
	by := stet.Event{Kind: stet.Corrected, Origin: stet.ByPerson, Actor: "user:chief", Note: "It was nine."}
	for _, c := range []struct {
		assignee, author, last string
		want                   []string
	}{
		{"user:a", "user:b", "user:c", []string{"user:a"}},
		{"", "user:b", "user:c", []string{"user:b", "user:c"}},
		{"", "user:b", "user:b", []string{"user:b"}},
		{"", "token:x", "import", nil},
		{"user:chief", "user:b", "", nil},
	} {
		if e := stet.Overtake("two", c.assignee, c.author, c.last, by); !slices.Equal(e.Tell, c.want) || e.Note != "It was nine." || e.Kind != stet.Overtaken {
			t.Errorf("%+v: %+v", c, e)
		}
	}
	if e := stet.Overtake("two", "", "", "", stet.Event{Kind: stet.Updated, Note: "inside"}); e.Note != "" {
		t.Errorf("a note of the newsroom goes along: %q", e.Note)
	}
	for kind, want := range map[stet.EventKind]bool{stet.Updated: true, stet.Corrected: true, stet.Published: false, stet.Edited: false, stet.Withdrawn: false} {
		if e := (&stet.Event{Kind: kind, Origin: stet.ByPerson}); e.Overtakes() != want {
			t.Errorf("%s: %v", kind, !want)
		}
	}
	if (&stet.Event{Kind: stet.Updated, Origin: stet.ByImport}).Overtakes() {
		t.Error("an import asks for work")
	}
}
