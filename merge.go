package stet

import (
	"encoding/json"
	"slices"
	"unicode/utf8"

	"stet/prose"
	"stet/prose/redline"
)

// Clash is a part of a text that two people changed, each in a way of their own.
// One of Field and Block is given.
type Clash struct {
	Field string `json:"field,omitempty"` // as in Content's JSON; "body" for the whole of it
	Block string `json:"block,omitempty"` // the id of a part of the body
	After string `json:"after,omitempty"` // of a part that theirs has deleted: the block of the body it stood behind

	// What each has: a field's value, a node of the body, the body; null for
	// nothing.
	Base   json.RawMessage `json:"base"`
	Mine   json.RawMessage `json:"mine"`
	Theirs json.RawMessage `json:"theirs"`
}

// Merge brings together what two people made of one text: mine is what comes
// now, theirs what was saved since base. Fields are merged one by one, topics
// and bylines as sets, lines of text and the body word by word where that is
// plain (see package redline). Where it is not, merged has theirs, and there is
// a clash that carries all three: nothing that either wrote is in neither.
func Merge(base, mine, theirs Content) (merged Content, clashes []Clash) {
	m := merger{}
	merged = theirs
	for _, f := range []struct {
		name  string
		of    func(*Content) *string
		limit int // of a line that is merged by words; 0 for a field that is not
	}{
		{name: "headline", of: func(c *Content) *string { return &c.Headline }, limit: MaxHeadline},
		{name: "standfirst", of: func(c *Content) *string { return &c.Standfirst }, limit: MaxStandfirst},
		{name: "kicker", of: func(c *Content) *string { return &c.Kicker }, limit: MaxKicker},
		{name: "dateline", of: func(c *Content) *string { return &c.Dateline }, limit: MaxLine},
		{name: "licence", of: func(c *Content) *string { return &c.Licence }},
		{name: "slug", of: func(c *Content) *string { return &c.Slug }},
		{name: "section", of: func(c *Content) *string { return &c.Section }},
		{name: "genre", of: func(c *Content) *string { return (*string)(&c.Genre) }},
		{name: "access", of: func(c *Content) *string { return (*string)(&c.Access) }},
		{name: "canonical", of: func(c *Content) *string { return &c.Canonical }},
	} {
		*f.of(&merged) = m.line(f.name, *f.of(&base), *f.of(&mine), *f.of(&theirs), f.limit)
	}
	merged.Topics = mergeSet(base.Topics, mine.Topics, theirs.Topics, func(key string) string { return key })
	merged.Bylines = m.bylines(base.Bylines, mine.Bylines, theirs.Bylines)
	merged.Source = m.source(base.Source, mine.Source, theirs.Source)
	merged.Picture = m.picture(base.Picture, mine.Picture, theirs.Picture)
	merged.Body = m.body(base.Body, mine.Body, theirs.Body)
	return merged, m.clashes
}

type merger struct{ clashes []Clash }

func (m *merger) clash(field string, base, mine, theirs any) {
	m.clashes = append(m.clashes, Clash{Field: field, Base: raw(base), Mine: raw(mine), Theirs: raw(theirs)})
}

func raw(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings, lists of strings and nil always marshal
	}
	return data
}

// line merges a text; by words if it may have that many characters.
func (m *merger) line(field, base, mine, theirs string, limit int) string {
	switch {
	case mine == theirs || mine == base:
		return theirs
	case theirs == base:
		return mine
	case limit > 0:
		if merged, ok := redline.MergeLine(base, mine, theirs); ok && utf8.RuneCountInString(merged) <= limit {
			return merged
		}
	}
	m.clash(field, base, mine, theirs)
	return theirs
}

// mergeSet returns theirs without what mine took out of base, and with what it
// put in.
func mergeSet[T any](base, mine, theirs []T, key func(T) string) []T {
	in := func(list []T, v T) bool {
		return slices.ContainsFunc(list, func(w T) bool { return key(w) == key(v) })
	}
	if slices.EqualFunc(base, theirs, func(v, w T) bool { return key(v) == key(w) }) {
		return slices.Clone(mine) // in its order
	}
	var merged []T
	for _, v := range theirs {
		if in(mine, v) || !in(base, v) {
			merged = append(merged, v)
		}
	}
	for _, v := range mine {
		if !in(base, v) && !in(theirs, v) {
			merged = append(merged, v)
		}
	}
	return merged
}

func (m *merger) bylines(base, mine, theirs []Byline) []Byline {
	merged := mergeSet(base, mine, theirs, func(b Byline) string { return b.Key })
	name := func(list []Byline, key string) string {
		if i := slices.IndexFunc(list, func(b Byline) bool { return b.Key == key }); i >= 0 {
			return list[i].Name
		}
		return ""
	}
	clashing := false
	for _, b := range base { // taken out here, and signed otherwise there
		there := func(c Byline) bool { return c.Key == b.Key }
		clashing = clashing || !slices.ContainsFunc(merged, there) && (renamed(mine, b) || renamed(theirs, b))
	}
	for i := range merged {
		key := merged[i].Key
		switch b, mn, t := name(base, key), name(mine, key), name(theirs, key); {
		case mn == b || mn == t:
			merged[i].Name = t
		case t == b:
			merged[i].Name = mn
		default:
			merged[i].Name, clashing = t, true
		}
	}
	if clashing {
		m.clash("bylines", base, mine, theirs)
	}
	return merged
}

func renamed(list []Byline, b Byline) bool {
	return slices.ContainsFunc(list, func(c Byline) bool { return c.Key == b.Key && c.Name != b.Name })
}

func (m *merger) source(base, mine, theirs *Source) *Source {
	if whole, done := pick(m, "source", base, mine, theirs); done {
		return whole
	}
	b := Source{}
	if base != nil {
		b = *base
	}
	var in merger
	merged := &Source{
		Name: in.line("", b.Name, mine.Name, theirs.Name, 0),
		URL:  in.line("", b.URL, mine.URL, theirs.URL, 0),
		Kind: in.line("", b.Kind, mine.Kind, theirs.Kind, 0),
	}
	if len(in.clashes) > 0 {
		m.clash("source", base, mine, theirs)
		return theirs
	}
	return merged
}

func (m *merger) picture(base, mine, theirs *PictureUse) *PictureUse {
	if whole, done := pick(m, "picture", base, mine, theirs); done {
		return whole
	}
	b := PictureUse{}
	if base != nil {
		b = *base
	}
	var in merger
	merged := &PictureUse{
		Alt:     in.line("", b.Alt, mine.Alt, theirs.Alt, MaxStandfirst),
		Caption: in.line("", b.Caption, mine.Caption, theirs.Caption, MaxStandfirst),
		Credit:  in.line("", b.Credit, mine.Credit, theirs.Credit, MaxLine),
	}
	switch { // its file has an id or an address
	case mine.ID == b.ID && mine.URL == b.URL || mine.ID == theirs.ID && mine.URL == theirs.URL:
		merged.ID, merged.URL = theirs.ID, theirs.URL
	case theirs.ID == b.ID && theirs.URL == b.URL:
		merged.ID, merged.URL = mine.ID, mine.URL
	default:
		in.clash("", nil, nil, nil)
	}
	if len(in.clashes) > 0 {
		m.clash("picture", base, mine, theirs)
		return theirs
	}
	return merged
}

// pick returns one side's as it is, if that is what comes out. Else both sides
// have one, and they differ.
func pick[T comparable](m *merger, field string, base, mine, theirs *T) (one *T, done bool) {
	same := func(a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }
	switch {
	case same(mine, theirs) || same(mine, base):
		return theirs, true
	case same(theirs, base):
		return mine, true
	case mine != nil && theirs != nil:
		return nil, false
	}
	m.clash(field, base, mine, theirs)
	return theirs, true
}

func (m *merger) body(base, mine, theirs *prose.Doc) *prose.Doc {
	if base == nil && mine == nil && theirs == nil {
		return nil
	}
	docs := [3]*prose.Doc{base, mine, theirs}
	for i := range docs {
		if docs[i] == nil {
			docs[i] = &prose.Doc{}
		}
	}
	merged, found := redline.Merge(docs[0], docs[1], docs[2])
	var clashes []Clash
	for _, c := range found {
		if c.ID == "" { // there is no way to name it
			m.clash("body", json.RawMessage(docs[0].JSON()), json.RawMessage(docs[1].JSON()), json.RawMessage(docs[2].JSON()))
			return docs[2]
		}
		clashes = append(clashes, Clash{
			Block: c.ID, After: c.After,
			Base: nodeJSON(c.Base), Mine: nodeJSON(c.Mine), Theirs: nodeJSON(c.Theirs),
		})
	}
	m.clashes = append(m.clashes, clashes...)
	return merged
}

func nodeJSON(n *prose.Node) json.RawMessage {
	if n == nil {
		return json.RawMessage("null")
	}
	return n.JSON()
}
