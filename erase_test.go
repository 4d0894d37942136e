package stet

import (
	"strings"
	"testing"
	"time"
)

// TestErase: who may take which text away, and what stays of it.
func TestErase(t *testing.T) {
	at := time.Date(2026, 1, 14, 8, 0, 0, 0, time.UTC)
	article := func(live LiveState, number int) *Article {
		a := &Article{ID: "a", Version: 1, Lang: "en", Live: live, Event: 7}
		if number > 0 {
			a.Current = &Revision{Number: number, Content: Content{Headline: "Words", Section: "city", Dateline: "Baku"}, Writers: []string{"user:anna"}, At: at.Add(-time.Hour)}
		}
		return a
	}
	boss := User{ID: "user:boss", Role: Administrator}
	for what, c := range map[string]struct {
		a      *Article
		who    User
		number int
		reason string
		want   ErrorKind
	}{
		"an old text":               {article(LivePublished, 3), boss, 2, "law", -1},
		"the first":                 {article(LivePublished, 3), boss, 1, "law", -1},
		"the last, withdrawn":       {article(LiveWithdrawn, 3), boss, 3, "law", -1},
		"by the operator":           {article(LiveWithdrawn, 3), Operator, 3, "law", -1},
		"what readers see":          {article(LivePublished, 3), boss, 3, "law", Conflict},
		"none":                      {article(LivePublished, 3), boss, 0, "law", NotFound},
		"one that is not there":     {article(LivePublished, 3), boss, 4, "law", NotFound},
		"of what never was":         {article(LiveNever, 0), boss, 1, "law", NotFound},
		"of nothing":                {&Article{ID: "x"}, boss, 1, "law", NotFound},
		"without a reason":          {article(LivePublished, 3), boss, 1, " \n", Invalid},
		"with a long one":           {article(LivePublished, 3), boss, 1, strings.Repeat("x", maxNote+1), Invalid},
		"by a chief editor":         {article(LivePublished, 3), User{Role: ChiefEditor}, 1, "law", Forbidden},
		"by a reporter":             {article(LivePublished, 3), User{Role: Reporter}, 1, "law", Forbidden},
		"by a token":                {article(LivePublished, 3), User{Role: Machine, Scopes: Scopes}, 1, "law", Forbidden},
		"by the schedule":           {article(LivePublished, 3), Schedule, 1, "law", Forbidden},
		"in a language not theirs":  {article(LivePublished, 3), User{Role: Administrator, Langs: []Lang{"ru"}}, 1, "law", Forbidden},
		"in a section not theirs":   {article(LivePublished, 3), User{Role: Administrator, Sections: []string{"sport"}}, 1, "law", Forbidden},
		"by somebody who is gone":   {article(LivePublished, 3), User{Role: Disabled}, 1, "law", Forbidden},
		"by somebody without roles": {article(LivePublished, 3), User{}, 1, "law", Forbidden},
	} {
		before := c.a.Current
		err := c.a.Erase(c.who, c.number, c.reason, at)
		if c.want >= 0 {
			if !Is(err, c.want) || c.a.Changed() || len(c.a.ToErase()) > 0 || c.a.Current != before {
				t.Errorf("%s: %v", what, err)
			}
			continue
		}
		if err != nil || len(c.a.ToErase()) != 1 || c.a.ToErase()[0] != c.number {
			t.Errorf("%s: %v, %v", what, err, c.a.ToErase())
			continue
		}
		e := c.a.Pending()
		if len(e) != 1 || e[0].Kind != Erased || e[0].Note != "law" || e[0].Actor != c.who.ID || e[0].Text != (&Revision{Number: c.number}).Ref() || e[0].Public() {
			t.Errorf("%s: the log has %+v", what, e)
		}
		if c.number < 3 {
			if c.a.Current != before {
				t.Errorf("%s: another text was touched", what)
			}
			continue
		}
		if r := c.a.Current; r.Headline != "" || r.Dateline != "" || r.Section != "city" || r.Number != 3 || !r.At.Equal(before.At) || r.Writers != nil || before.Headline == "" {
			t.Errorf("%s: left is %+v", what, r)
		}
	}
}
