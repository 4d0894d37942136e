package stet

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var frontNow = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// pinsOf reads "a b@60 . c": stories, for so many seconds, and automatic slots.
func pinsOf(s string) Pins {
	var out Pins
	for _, word := range strings.Fields(s) {
		id, seconds, ends := strings.Cut(word, "@")
		p := Pin{Story: ArticleID(id)}
		if id == "." {
			p.Story = ""
		}
		if ends {
			var n int
			fmt.Sscan(seconds, &n)
			p.Until = frontNow.Add(time.Duration(n) * time.Second)
		}
		out = append(out, p)
	}
	return out
}

func (ps Pins) text() string {
	var out []string
	for _, p := range ps {
		word := string(p.Story)
		if word == "" {
			word = "."
		}
		if !p.Until.IsZero() {
			word += fmt.Sprint("@", int(p.Until.Sub(frontNow).Seconds()))
		}
		out = append(out, word)
	}
	return strings.Join(out, " ")
}

func TestPut(t *testing.T) {
	for _, c := range []struct {
		pins string
		slot int
		id   string
		want string
	}{
		{". . .", 1, "x", ". x ."},
		{"a . .", 0, "x", "x a ."},
		{"a b . c", 0, "x", "x a b c"},
		{"a . b", 0, "x", "x a b"},
		{"a b c", 1, "x", "a x b"},
		{"a b c", 2, "x", "a b x"},
		{"a b c", 0, "c", "c a b"},
		{"a b c", 2, "a", "b c a"},
		{"a b c", 1, "a", "b a c"},
		{"a . c", 2, "a", ". c a"},
		{"a b . c", 3, "a", ". b c a"},
		{"a b", 1, "b", "a b"},
	} {
		if got := pinsOf(c.pins).Put(c.slot, Pin{Story: ArticleID(c.id)}).text(); got != c.want {
			t.Errorf("%s at %d of %s: %s, want %s", c.id, c.slot, c.pins, got, c.want)
		}
	}
}

func TestMergePins(t *testing.T) {
	for _, c := range []struct{ base, mine, theirs, want, clashes string }{
		{". . .", "a . .", ". b .", "a b .", ""},
		{". . .", "a . .", "a . .", "a . .", ""},
		{". . .", "a . .", "b . .", "b . .", "1"},
		{"a . .", ". . .", "a b .", ". b .", ""},
		{"a . .", ". a .", ". . a", ". . a", "2"},          // moved to two places
		{". . .", "a . .", ". a .", ". a .", "1"},          // found by both
		{"a b .", "b a .", "a b .", "b a .", ""},           // changed places
		{"a b .", "b a .", "a b c", "b a c", ""},           //
		{"a b .", "b a .", "a . b", "a . b", "1 2"},        // mine cannot be had by half
		{"a . .", "a@60 . .", "a@90 . .", "a@90 . .", "1"}, // its end
		{"a . .", "a@60 . .", "a . b", "a@60 . b", ""},
	} {
		merged, clashes := MergePins(pinsOf(c.base), pinsOf(c.mine), pinsOf(c.theirs))
		var at []string
		for _, k := range clashes {
			at = append(at, fmt.Sprint(k.Slot))
			i := k.Slot - 1
			if !k.Base.equal(pinsOf(c.base)[i]) || !k.Mine.equal(pinsOf(c.mine)[i]) || !k.Theirs.equal(pinsOf(c.theirs)[i]) {
				t.Errorf("%+v: the clash in slot %d tells %+v", c, k.Slot, k)
			}
		}
		if got := strings.Join(at, " "); merged.text() != c.want || got != c.clashes {
			t.Errorf("%+v: %s, clashes in %q", c, merged.text(), got)
		}
	}
}

// drawPins draws the pins of a front of four slots.
func drawPins(t *rapid.T, name string) Pins {
	left := []string{"a", "b", "c", "d", "e"}
	out := make(Pins, 4)
	for i := range out {
		if n := rapid.IntRange(-3, len(left)-1).Draw(t, name); n >= 0 {
			out[i].Story = ArticleID(left[n])
			left = append(left[:n:n], left[n+1:]...)
			if rapid.Bool().Draw(t, "ends") {
				out[i].Until = frontNow.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "end")) * time.Minute)
			}
		}
	}
	return out
}

func distinct(ps Pins) bool {
	for i, p := range ps {
		if p.Story != "" && ps[i+1:].Slot(p.Story) >= 0 {
			return false
		}
	}
	return true
}

// TestMergePinsLaw: whatever two editors do, no story stands twice, no slot is
// anybody else's, and what is not theirs nor mine is told.
func TestMergePinsLaw(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, mine, theirs := drawPins(t, "base"), drawPins(t, "mine"), drawPins(t, "theirs")
		merged, clashes := MergePins(base, mine, theirs)
		if !distinct(merged) {
			t.Fatalf("%s, %s, %s: %s", base.text(), mine.text(), theirs.text(), merged.text())
		}
		told := map[int]bool{}
		for _, c := range clashes {
			told[c.Slot-1] = true
		}
		for i, p := range merged {
			switch {
			case told[i]:
				if !p.equal(theirs[i]) || mine[i].equal(theirs[i]) || mine[i].equal(base[i]) {
					t.Errorf("slot %d of %s is a clash without a reason", i, merged.text())
				}
			case !mine[i].equal(base[i]) && !p.equal(mine[i]):
				t.Errorf("slot %d of %s: mine is lost", i, merged.text())
			case mine[i].equal(base[i]) && !p.equal(theirs[i]):
				t.Errorf("slot %d of %s: theirs is lost", i, merged.text())
			}
		}
		if m, c := MergePins(base, mine, base); !m.Equal(mine) || len(c) > 0 {
			t.Errorf("alone: %s, %v", m.text(), c)
		}
		if m, c := MergePins(base, base, theirs); !m.Equal(theirs) || len(c) > 0 {
			t.Errorf("nothing done: %s, %v", m.text(), c)
		}
		slot, story := rapid.IntRange(0, 3).Draw(t, "slot"), rapid.SampledFrom([]ArticleID{"a", "b", "f"}).Draw(t, "story")
		put := mine.Put(slot, Pin{Story: story})
		lost := 0
		for _, p := range mine {
			if p.Story != "" && put.Slot(p.Story) < 0 {
				lost++
			}
		}
		full := mine.Slot(story) < 0
		for _, p := range mine[slot:] {
			full = full && p.Story != ""
		}
		if !distinct(put) || put[slot].Story != story || len(put) != 4 || lost > 1 || lost == 1 && !full {
			t.Errorf("%s at %d of %s: %s", story, slot, mine.text(), put.text())
		}
	})
}

func TestLay(t *testing.T) {
	same := func(id ArticleID) ArticleID { return id }
	rapid.Check(t, func(t *rapid.T) {
		slots := rapid.IntRange(1, 6).Draw(t, "slots")
		var newest []ArticleID
		for i := range rapid.IntRange(0, 9).Draw(t, "newest") {
			newest = append(newest, ArticleID(fmt.Sprint("n", i)))
		}
		pinned := map[int]ArticleID{}
		for i, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]ArticleID{"n0", "n1", "n5", "old", "older", "oldest"}), 0, 6, same).Draw(t, "pinned") {
			if rapid.Bool().Draw(t, "is") {
				pinned[i] = id
			}
		}
		got := Lay(slots, pinned, newest, same)
		seen, last := map[ArticleID]bool{}, -1
		decided := map[ArticleID]bool{}
		for _, id := range pinned {
			decided[id] = true
		}
		for _, id := range got {
			if seen[id] {
				t.Fatalf("%s stands twice in %v", id, got)
			}
			seen[id] = true
			if n := -1; id[0] == 'n' && !decided[id] {
				fmt.Sscan(string(id[1:]), &n)
				if n < last {
					t.Errorf("%v: an older story stands above a newer one, and neither is pinned", got)
				}
				last = n
			}
		}
		all := map[ArticleID]bool{}
		for _, id := range newest {
			all[id] = true
		}
		for slot, id := range pinned {
			if slot < slots {
				all[id] = true
				if !seen[id] || len(got) > slot && len(all) >= slots && got[slot] != id {
					t.Errorf("%s was pinned to %d: %v", id, slot, got)
				}
			}
		}
		if len(got) != min(slots, len(all)) {
			t.Errorf("%d of %d stories in %d slots", len(got), len(all), slots)
		}
	})
}

func frontStory(id ArticleID, l Lang, section string, kind Kind) *Article {
	return &Article{ID: id, Lang: l, Kind: kind, Version: 1, Current: &Revision{Content: Content{Section: section}}}
}

func TestArrange(t *testing.T) {
	editor := User{ID: "user:1", Name: "Nora", Role: Editor, Origin: ByPerson}
	stories := map[ArticleID]*Article{
		"a": frontStory("a", "ru", "politics", StoryKind), "b": frontStory("b", "ru", "culture", StoryKind),
		"en": frontStory("en", "en", "politics", StoryKind), "page": frontStory("page", "ru", "", PageKind),
	}
	at := func(seconds int) time.Time { return frontNow.Add(time.Duration(seconds) * time.Second) }
	for _, c := range []struct {
		section, base, mine string
		want                string // the note, or the fields of errors
	}{
		{"", "", "a", "1=a"},
		{"", "", ". b@60", "2=b until 2026-11-23T08:01:00Z"},
		{"", "", ". .", ""},
		{"", "", "a a", "error slots.2"},
		{"", "", "x", "error slots.1"},
		{"", "", "a@-1 b@0", "error slots.1 slots.2"},
		{"", "", "a@99999999", "error slots.1"},
		{"", "", "en page", "error slots.1 slots.2"},
		{"politics", "", "a b", "error slots.2"},
		{"politics", "", ". . . . . . . . . . a", "error slots"},
		{"", "x@-5", "x@-5 a", "2=a"}, // it ran out while the editor looked
		{"", "x", "x a", "2=a"},       // and it was taken once
	} {
		f := Front{Lang: "ru", Section: c.section}
		e, clashes, err := f.Arrange(editor, pinsOf(c.base), pinsOf(c.mine), stories, at(0))
		got := ""
		if e != nil {
			got = e.Note
			if e.Kind != Arranged || e.Actor != editor.ID || !e.Public() || e.Is.Section != c.section || e.Is.Kind != FrontKind || f.Number != 1 {
				t.Errorf("%+v: %+v", c, e)
			}
		}
		if es, ok := err.(Errors); ok {
			got = "error"
			for _, e := range es {
				got += " " + e.Field
			}
		} else if err != nil {
			got = "error " + err.(*Error).Field
		}
		if got != c.want && c.base == "" || len(clashes) > 0 {
			t.Errorf("%+v: %q, %v, %v", c, got, clashes, err)
		}
	}
}

// TestFrontHistory: what one editor does, another takes back, and the clock ends.
func TestFrontHistory(t *testing.T) {
	nora := User{ID: "user:1", Name: "Nora", Role: Editor, Origin: ByPerson}
	stories := map[ArticleID]*Article{}
	for _, id := range []ArticleID{"a", "b", "c"} {
		stories[id] = frontStory(id, "ru", "politics", StoryKind)
	}
	f := Front{Lang: "ru", Section: "politics"}
	var history []FrontChange
	arrange := func(base, mine string, at int, want string) {
		t.Helper()
		before := f.Pins.At(frontNow, SectionSlots)
		_, clashes, err := f.Arrange(nora, pinsOf(base), pinsOf(mine), stories, frontNow.Add(time.Duration(at)*time.Second))
		if got := strings.TrimRight(f.Pins.text(), " ."); err != nil || got != want {
			t.Fatalf("%s: %q, want %q; %v, %v", mine, got, want, clashes, err)
		}
		history = append(history, FrontChange{Number: f.Number, Before: before, After: f.Pins})
	}
	arrange("", "a b@60", 0, "a b@60")
	arrange("", ". . c", 1, "a b@60 c") // who did not see the first change
	if _, clashes, err := f.Arrange(nora, nil, pinsOf("c"), stories, frontNow); len(clashes) != 1 || clashes[0].Theirs.Story != "a" || err != nil || f.Number != 2 {
		t.Errorf("two leads: %v, %v", clashes, err)
	}
	if e, clashes, err := f.Undo(nora, history[0], frontNow); e == nil || len(clashes) > 0 || err != nil || strings.TrimRight(f.Pins.text(), " .") != ". . c" {
		t.Errorf("undone: %s, %v, %v", f.Pins.text(), clashes, err)
	}
	arrange("", "b@60", 2, "b@60 . c")
	if e, clashes, err := f.Undo(nora, history[0], frontNow); e != nil || len(clashes) != 1 || err != nil {
		t.Errorf("undone again: %v, %v, %v", e, clashes, err)
	}
	f.Pins = pinsOf("a b@60").At(frontNow, SectionSlots)
	if e, clashes, err := f.Undo(nora, history[1], frontNow); e != nil || len(clashes) > 0 || err != nil {
		t.Errorf("nothing of it is left: %v, %v, %v", e, clashes, err)
	}
	f.Pins = pinsOf("b@60 a").At(frontNow, SectionSlots)
	if e, clashes, err := f.Undo(nora, history[0], frontNow); e != nil || len(clashes) != 2 || err != nil {
		t.Errorf("others decided since: %v, %v, %v", e, clashes, err)
	}
	if next := f.Pins.Next(); !next.Equal(frontNow.Add(time.Minute)) {
		t.Errorf("the next ends at %v", next)
	}
	if e, err := f.RunOut(Schedule, frontNow.Add(time.Minute-1)); e != nil || err != nil {
		t.Errorf("too early: %v, %v", e, err)
	}
	if e, err := f.RunOut(Schedule, frontNow.Add(time.Minute)); err != nil || e.Note != "1=automatic" || e.Origin != BySchedule {
		t.Errorf("in time: %+v, %v", e, err)
	}
	if next := f.Pins.Next(); !next.IsZero() {
		t.Errorf("the next ends at %v", next)
	}
}

func TestMayArrange(t *testing.T) {
	for _, c := range []struct {
		u       User
		section string
		may     bool
	}{
		{User{Role: Reporter}, "", false},
		{User{Role: Translator}, "politics", false},
		{User{Role: Editor}, "", true},
		{User{Role: Editor}, "politics", true},
		{User{Role: Editor, Sections: []string{"politics"}}, "", false},
		{User{Role: Editor, Sections: []string{"politics"}}, "politics", true},
		{User{Role: Editor, Sections: []string{"culture"}}, "politics", false},
		{User{Role: Editor, Langs: []Lang{"en"}}, "", false},
		{User{Role: Editor, Langs: []Lang{"ru"}}, "", true},
		{User{Role: Machine, Scopes: []Scope{ScopeWrite}}, "", false},
		{User{Role: Machine, Scopes: []Scope{ScopePublish}}, "", true},
		{User{Role: Disabled}, "", false},
	} {
		f := Front{Lang: "ru", Section: c.section}
		_, _, arranged := f.Arrange(c.u, nil, nil, nil, frontNow)
		_, _, undone := f.Undo(c.u, FrontChange{}, frontNow)
		_, out := f.RunOut(c.u, frontNow)
		for _, err := range []error{MayArrange(c.u, "ru", c.section), arranged, undone, out} {
			if (err == nil) != c.may || err != nil && !Is(err, Forbidden) {
				t.Errorf("%+v in %q: %v", c.u, c.section, err)
			}
		}
	}
}
