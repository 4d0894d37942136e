package redline

import (
	"strings"
	"testing"

	"stet/prose"
)

func paragraph(text string) *prose.Doc {
	n := &prose.Node{Type: prose.Paragraph, Attrs: prose.Attrs{{Name: "id", Value: "p"}}}
	for i, part := range strings.Split(text, "*") { // every second part is strong
		if part == "" {
			continue
		}
		t := &prose.Node{Type: prose.Text, Text: part}
		if i%2 == 1 {
			t.Marks = []prose.Mark{{Type: prose.Strong}}
		}
		n.Content = append(n.Content, t)
	}
	return &prose.Doc{Content: []*prose.Node{n}}
}

func TestMergeWords(t *testing.T) {
	for _, c := range []struct{ base, mine, theirs, want string }{ // want "" for a clash
		{"The council met on Monday.", "The city council met on Monday.", "The council met on Tuesday.", "The city council met on Tuesday."},
		{"The council met on Monday.", "The council *met* on Monday.", "The council met on Tuesday.", "The council *met* on Tuesday."},
		{"Совет собрался в понедельник.", "Городской совет собрался в понедельник.", "Совет собрался во вторник.", "Городской совет собрался во вторник."},
		{"می‌خواهم به خانه بروم", "می‌خواهم امروز به خانه بروم", "می‌خواهم به خانه برگردم", "می‌خواهم امروز به خانه برگردم"},
		{"A short text.", "A short new text.", "A short new text.", "A short new text."},
		{"one two three", "one 2 three", "one deux three", ""},
		{"one two", "1 two", "one 2", ""}, // nothing unchanged between them
		{"one two three", "one three", "one two drei", ""},
		{"one two three four", "one three four", "one two three vier", "one three vier"},
		{"one two three", "one three", "one deux three", ""},
		// Put beside a word of the same kind: it might belong on either side.
		{"very good news", "very very good news", "not very good news", ""},
		// One person's typing, saved halfway.
		{"It began", "It began with a word and another", "It began with a w", "It began with a word and another"},
		{"It began", "It began here", "It began here and there", "It began here and there"},
		{"It began", "It began here", "It began there", ""},
		{"It began", "It began *with it all*", "It began *with*", ""},
		{"word word", "word word word word", "word word word", "word word word word"},
		{"", "one", "one two", "one two"},
	} {
		merged, clashes := checkMerge(t, paragraph(c.base), paragraph(c.mine), paragraph(c.theirs))
		want := c.want
		if want == "" {
			want = c.theirs
		}
		if got, want := string(merged.JSON()), string(paragraph(want).JSON()); got != want || (len(clashes) > 0) != (c.want == "") {
			t.Errorf("%q, %q, %q:\n%s\nwant\n%s\nclashes %v", c.base, c.mine, c.theirs, got, want, clashes)
		}
	}
}
