package stet

import (
	"strings"
	"testing"
	"time"

	"stet/prose"
)

func TestCorrectionWords(t *testing.T) {
	words := func(s string) func(*Content) {
		return func(c *Content) {
			again := prose.FromText(s)
			for i, n := range again.Content {
				if i < len(c.Body.Content) {
					n.Attrs = c.Body.Content[i].Attrs
				}
			}
			c.Body = again
		}
	}
	long := strings.Repeat("\n\n"+strings.Repeat("more words ", 100), 500) // too long to be compared whole
	live := "It cost 15 million.\n\nThe mayor came on Friday." + long
	for _, c := range []struct {
		lang   Lang
		change func(*Content)
		want   string
	}{
		{"en", words("It cost 50 million.\n\nThe mayor came on Friday." + long), "An earlier version of this story said “cost 15 million”. It should have said “cost 50 million”."},
		{"en-gb", words("It cost 15 million.\n\nThe mayor came on Sunday." + long), "An earlier version of this story said “came on Friday”. It should have said “came on Sunday”."},
		{"ru", func(c *Content) { c.Standfirst = "Мост открыт в среду" }, "В прежней версии этого материала было сказано «открыт в четверг». Правильно: «открыт в среду»."},
		{"ar", func(c *Content) { c.Picture.Credit = "ليلى حداد" }, "ورد في نسخة سابقة من هذه المادة «سليم حداد»، والصواب «ليلى حداد»."},
		{"en", func(c *Content) { c.Section, c.Topics = "sport", []string{"football"} }, ""},
		{"en", func(c *Content) {
			words("It cost 50 million.\n\nThe mayor came on Friday." + long)(c)
			c.Standfirst = ""
		}, ""},
		{"en", words("It cost 15 million.\n\nThe mayor came on Friday.\n\nAnd left." + long), ""},
		{"de", words("It cost 50 million.\n\nThe mayor came on Friday." + long), ""}, // English words under a German text
	} {
		a := &Article{Lang: c.lang, Live: LivePublished}
		was := Content{Headline: "Мост", Standfirst: "Мост открыт в четверг", Body: prose.FromText(live), Section: "city", Picture: &PictureUse{URL: "/a.jpg", Credit: "سليم حداد"}}
		was.Body.AssignIDs("a")
		is := was
		picture := *was.Picture
		is.Picture = &picture
		c.change(&is)
		a.Current, a.Working = &Revision{Number: 1, Content: was, At: time.Unix(0, 0)}, &Revision{Content: is}
		if got := a.CorrectionWords(); got != c.want {
			t.Errorf("%s: %q, want %q", c.lang, got, c.want)
		}
		a.Live = LiveNever
		if got := a.CorrectionWords(); got != "" {
			t.Errorf("%s: %q of what no reader had", c.lang, got)
		}
	}
}
