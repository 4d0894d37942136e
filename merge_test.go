package stet

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"stet/prose"
)

func TestMergeFields(t *testing.T) {
	text := func(ids ...string) *prose.Doc { // a paragraph for each, of that text
		d := &prose.Doc{}
		for _, id := range ids {
			name, words, _ := strings.Cut(id, ":")
			d.Content = append(d.Content, &prose.Node{Type: prose.Paragraph, Attrs: prose.Attrs{{Name: "id", Value: name}},
				Content: []*prose.Node{{Type: prose.Text, Text: words}}})
		}
		return d
	}
	for _, c := range []struct {
		name                       string
		base, mine, theirs, merged Content
		clashes                    string
	}{
		{
			name:   "different fields",
			base:   Content{Headline: "Council meets", Section: "city"},
			mine:   Content{Headline: "City council meets", Section: "city", Kicker: "Budget"},
			theirs: Content{Headline: "Council meets", Section: "politics", Standfirst: "On Monday."},
			merged: Content{Headline: "City council meets", Section: "politics", Kicker: "Budget", Standfirst: "On Monday."},
		},
		{
			name:   "different words of one line",
			base:   Content{Headline: "The council meets on Monday"},
			mine:   Content{Headline: "The city council meets on Monday"},
			theirs: Content{Headline: "The council meets on Tuesday"},
			merged: Content{Headline: "The city council meets on Tuesday"},
		},
		{
			name:   "one field",
			base:   Content{Section: "city"},
			mine:   Content{Section: "sport"},
			theirs: Content{Section: "politics"},
			merged: Content{Section: "politics"}, clashes: `[{"field":"section","base":"city","mine":"sport","theirs":"politics"}]`,
		},
		{
			name:   "sets",
			base:   Content{Topics: []string{"a", "b"}, Bylines: []Byline{{Key: "x"}, {Key: "y"}}},
			mine:   Content{Topics: []string{"b", "c"}, Bylines: []Byline{{Key: "x", Name: "X."}, {Key: "y"}}},
			theirs: Content{Topics: []string{"a", "b", "d"}, Bylines: []Byline{{Key: "z"}, {Key: "x"}}},
			merged: Content{Topics: []string{"b", "d", "c"}, Bylines: []Byline{{Key: "z"}, {Key: "x", Name: "X."}}},
		},
		{
			name:   "signed otherwise and taken out",
			base:   Content{Bylines: []Byline{{Key: "x"}}},
			mine:   Content{Bylines: []Byline{{Key: "x", Name: "X."}}},
			theirs: Content{},
			merged: Content{}, clashes: `[{"field":"bylines","base":[{"key":"x"}],"mine":[{"key":"x","name":"X."}],"theirs":null}]`,
		},
		{
			name:   "source and picture",
			base:   Content{Source: &Source{Name: "A"}, Picture: &PictureUse{ID: "1", Alt: "cat"}},
			mine:   Content{Source: &Source{Name: "A", Kind: "own"}, Picture: &PictureUse{ID: "1", Alt: "a cat"}},
			theirs: Content{Source: &Source{Name: "B"}, Picture: &PictureUse{ID: "2", Alt: "cat", Credit: "C"}},
			merged: Content{Source: &Source{Name: "B", Kind: "own"}, Picture: &PictureUse{ID: "2", Alt: "a cat", Credit: "C"}},
		},
		{
			name: "two pictures", mine: Content{Picture: &PictureUse{ID: "1"}}, theirs: Content{Picture: &PictureUse{ID: "2"}},
			merged: Content{Picture: &PictureUse{ID: "2"}}, clashes: `[{"field":"picture","base":null,"mine":{"id":"1"},"theirs":{"id":"2"}}]`,
		},
		{
			name:   "paragraphs",
			base:   Content{Body: text("a:one", "b:two", "c:three")},
			mine:   Content{Body: text("a:eins", "b:zwei", "c:three", "m:mine")},
			theirs: Content{Body: text("a:one", "b:deux", "t:theirs")},
			merged: Content{Body: text("a:eins", "b:deux", "t:theirs", "m:mine")},
			clashes: `[{"block":"b",` +
				`"base":{"type":"paragraph","attrs":{"id":"b"},"content":[{"type":"text","text":"two"}]},` +
				`"mine":{"type":"paragraph","attrs":{"id":"b"},"content":[{"type":"text","text":"zwei"}]},` +
				`"theirs":{"type":"paragraph","attrs":{"id":"b"},"content":[{"type":"text","text":"deux"}]}}]`,
		},
		{
			name:   "edited and deleted",
			base:   Content{Body: text("a:one", "b:two")},
			mine:   Content{Body: text("a:one", "b:zwei")},
			theirs: Content{Body: text("a:one")},
			merged: Content{Body: text("a:one")},
			clashes: `[{"block":"b","after":"a",` +
				`"base":{"type":"paragraph","attrs":{"id":"b"},"content":[{"type":"text","text":"two"}]},` +
				`"mine":{"type":"paragraph","attrs":{"id":"b"},"content":[{"type":"text","text":"zwei"}]},"theirs":null}]`,
		},
	} {
		merged, clashes := Merge(c.base, c.mine, c.theirs)
		got := ""
		if len(clashes) > 0 {
			got = string(raw(clashes))
		}
		if string(merged.CanonicalForm()) != string(c.merged.CanonicalForm()) || got != c.clashes {
			t.Errorf("%s:\n%s\nwant\n%s\nclashes\n%s\nwant\n%s", c.name, merged.CanonicalForm(), c.merged.CanonicalForm(), got, c.clashes)
		}
	}
}

// anyContent draws a content whose every value was drawn once.
func anyContent(t *rapid.T, like Content, name string) Content {
	n := 0
	changes := func() bool { n++; return rapid.IntRange(0, 3).Draw(t, "change") == 0 }
	fresh := func() string { return name + strings.Repeat("x", n) }
	c := like
	for _, f := range []*string{&c.Headline, &c.Standfirst, &c.Kicker, &c.Slug, &c.Section, &c.Dateline, &c.Canonical, &c.Licence, (*string)(&c.Genre)} {
		if changes() {
			*f = strings.TrimSpace(*f + " " + fresh())
		}
	}
	if c.Topics = slices.Clone(c.Topics); changes() {
		c.Topics = append(c.Topics, fresh())
	}
	if len(c.Topics) > 0 && changes() {
		c.Topics = c.Topics[1:]
	}
	if c.Bylines = slices.Clone(c.Bylines); changes() {
		c.Bylines = append(c.Bylines, Byline{fresh(), fresh()})
	}
	if len(c.Bylines) > 0 && changes() {
		c.Bylines[0].Name = fresh()
	}
	if len(c.Bylines) > 0 && changes() {
		c.Bylines = c.Bylines[1:]
	}
	if changes() {
		c.Source = &Source{Name: fresh()}
	} else if changes() {
		c.Source = nil
	}
	switch {
	case changes():
		c.Picture = &PictureUse{ID: PictureID(fresh())}
	case c.Picture != nil && changes():
		p := *c.Picture
		p.Alt = fresh()
		c.Picture = &p
	case changes():
		c.Picture = nil
	}
	return c
}

func TestMergeLosesNothing(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		base := anyContent(rt, Content{}, "b")
		mine, theirs := anyContent(rt, base, "m"), anyContent(rt, base, "t")
		if got, clashes := Merge(base, mine, base); len(clashes) > 0 || string(got.CanonicalForm()) != string(mine.CanonicalForm()) {
			rt.Fatalf("of mine came %+v, %v", got, clashes)
		}
		if got, clashes := Merge(base, base, theirs); len(clashes) > 0 || string(got.CanonicalForm()) != string(theirs.CanonicalForm()) {
			rt.Fatalf("of theirs came %+v, %v", got, clashes)
		}
		merged, clashes := Merge(base, mine, theirs)
		words := func(v any) []string {
			data, err := json.Marshal(v)
			if err != nil {
				rt.Fatal(err)
			}
			return strings.FieldsFunc(string(data), func(r rune) bool { return !strings.ContainsRune("bmtx", r) })
		}
		kept := append(words(merged), words(clashes)...)
		for _, side := range []Content{mine, theirs} {
			for _, w := range words(side) {
				if strings.Contains(w, "x") && !slices.Contains(words(base), w) && !slices.Contains(kept, w) {
					rt.Fatalf("%s is lost:\n%s\n%s\n%s\n%s", w, raw(base), raw(mine), raw(theirs), raw(merged))
				}
			}
		}
	})
}
