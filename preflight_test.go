package stet

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"stet/prose"
)

// TestPreflight: every finding, where it is, and whether it stops.
func TestPreflight(t *testing.T) {
	body, err := prose.Parse([]byte(`{"type":"doc","content":[
		{"type":"paragraph","attrs":{"id":"p1"},"content":[{"type":"text","text":"a","marks":[{"type":"link","attrs":{"href":"/en/gone"}}]},
			{"type":"text","text":"b","marks":[{"type":"strong"},{"type":"link","attrs":{"href":"/en/gone"}}]},
			{"type":"text","text":"c","marks":[{"type":"link","attrs":{"href":"/en/there"}}]}]},
		{"type":"picture","attrs":{"id":"p2","url":"https://example.org/a.jpg"}},
		{"type":"picture","attrs":{"id":"p3","url":"https://example.org/b.jpg","alt":"A bridge"}},
		{"type":"fact_box","attrs":{"id":"p4"},"content":[{"type":"paragraph","attrs":{"id":"p5"},"content":[{"type":"text","text":"d","marks":[{"type":"link","attrs":{"href":"/en/gone"}}]}]}]}
	]}`))
	if err != nil {
		t.Fatal(err)
	}
	refs, err := prose.Parse([]byte(`{"type":"doc","content":[
		{"type":"picture","attrs":{"id":"p1","ref":"said"}},{"type":"picture","attrs":{"id":"p2","ref":"russian","alt":"Here"}},
		{"type":"picture","attrs":{"id":"p3","ref":"russian"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	words := func(l Lang, expires time.Time) *Picture {
		return &Picture{Description: Description{Words: map[Lang]PictureWords{l: {Alt: "A bridge"}}, Expires: expires}}
	}
	pictures := map[PictureID]*Picture{"said": words("en", noon), "russian": words("ru", later)}
	full := Content{Headline: "H", Section: "s", Source: &Source{Name: "Own"}, Body: prose.FromText("Words.")}
	with := func(change func(*Article, *Content)) *Article {
		c := full
		a := &Article{ID: "a", Kind: StoryKind, Lang: "en", Working: &Revision{}}
		change(a, &c)
		a.Working.Content = c
		return a
	}
	for name, c := range map[string]struct {
		a    *Article
		want string
	}{
		"nothing":      {with(func(*Article, *Content) {}), ""},
		"empty":        {with(func(_ *Article, c *Content) { *c = Content{} }), "no headline@headline! no section@section! no body@body! no source@source"},
		"a page":       {with(func(a *Article, c *Content) { a.Kind, c.Section, c.Source = PageKind, "", nil }), ""},
		"embargo":      {with(func(a *Article, _ *Content) { a.Embargo = later }), "embargo@embargo=2026-01-16T08:00:00Z!"},
		"embargo over": {with(func(a *Article, _ *Content) { a.Embargo = noon }), ""},
		"expired":      {with(func(a *Article, _ *Content) { a.Expires = noon }), "expired@expires=2026-01-14T08:00:00Z!"},
		"expires":      {with(func(a *Article, _ *Content) { a.Expires = later }), ""},
		"lead picture": {with(func(_ *Article, c *Content) { c.Picture = &PictureUse{ID: "x"} }), "no alt text@picture.alt"},
		"long":         {with(func(_ *Article, c *Content) { c.Headline = strings.Repeat("ы", 111) }), "long headline@headline"},
		"not too long": {with(func(_ *Article, c *Content) { c.Headline = strings.Repeat("ы", 110) }), ""},
		"body":         {with(func(_ *Article, c *Content) { c.Body = body }), "dead link@body#p1=/en/gone no alt text@body#p2 dead link@body#p5=/en/gone"},
		"own words":    {with(func(_ *Article, c *Content) { c.Picture = &PictureUse{ID: "said"} }), "right ended@picture=2026-01-14T08:00:00Z"},
		"other words":  {with(func(_ *Article, c *Content) { c.Picture = &PictureUse{ID: "russian"} }), "no alt text@picture.alt right ends@picture=2026-01-16T08:00:00Z"},
		"inside":       {with(func(_ *Article, c *Content) { c.Body = refs }), "right ended@body#p1=2026-01-14T08:00:00Z right ends@body#p2=2026-01-16T08:00:00Z no alt text@body#p3 right ends@body#p3=2026-01-16T08:00:00Z"},
		"gone before":  {with(func(a *Article, c *Content) { a.Expires, c.Picture = later, &PictureUse{ID: "russian", Alt: "Here"} }), ""},
		"no text":      {&Article{}, ""},
	} {
		var got []string
		for _, f := range c.a.Preflight(noon, []string{"/en/gone"}, pictures) {
			s := fmt.Sprintf("%s@%s", f.Kind, f.Field)
			if f.Block != "" {
				s += "#" + f.Block
			}
			if f.Detail != "" {
				s += "=" + f.Detail
			}
			if f.Stops {
				s += "!"
			}
			got = append(got, s)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, " "), c.want)
		}
	}
}

// TestPreflightStopsWhatPublishRefuses: the two never disagree.
func TestPreflightStopsWhatPublishRefuses(t *testing.T) {
	for bits := range 1 << 5 {
		on := func(i int) bool { return bits>>i&1 == 1 }
		c := Content{}
		if on(0) {
			c.Headline = "H"
		}
		if on(1) {
			c.Section = "s"
		}
		if on(2) {
			c.Body = prose.FromText("Words.")
		}
		a := &Article{ID: "a"}
		must(t, a.Create(chief, Draft{Kind: StoryKind, Lang: "en", Content: c}, noon))
		if on(3) {
			a.Embargo = later
		}
		if on(4) {
			a.Expires = noon
		}
		stops := false
		for _, f := range a.Preflight(noon, nil, nil) {
			stops = stops || f.Stops
		}
		if err := a.Publish(chief, time.Time{}, noon); (err != nil) != stops {
			t.Errorf("%05b: it stops: %v, publishing says %v", bits, stops, err)
		}
	}
}
