package stet

import (
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"stet/lang"
)

// TermKind tells sections, topics and authors apart.
type TermKind string

const (
	SectionTerm TermKind = "section"
	TopicTerm   TermKind = "topic"
	AuthorTerm  TermKind = "author"
)

// TopicKinds are the kinds a topic may have.
var TopicKinds = []string{"person", "organisation", "place", "event", "agreement"}

// Term is a section, a topic or an author. Its methods are the law of changing
// one.
type Term struct {
	Kind    TermKind
	Key     string // language-neutral, as the native form names it
	Topic   string // of a topic: one of TopicKinds or empty
	Parent  string // of a section: its parent's key or empty
	Names   map[Lang]TermName
	Card    Card  // of an author
	Version int64 // counts changes; 0 for a term that is not there yet

	Portrait *Picture // what readers see of Card.Picture; only where a term's own page is asked for
}

// TermName is what a term is called in one language.
type TermName struct {
	Name  string
	Slug  string
	About string // what readers are told of it there: plain text, paragraphs between empty lines
}

// Card is what is known of an author in every language.
type Card struct {
	Person  string    `json:"person,omitempty"` // User.ID of who in the newsroom it is; empty for a guest
	Email   string    `json:"email,omitempty"`  // that readers see; empty for none
	Links   []string  `json:"links,omitempty"`  // addresses of the author's own pages elsewhere
	Picture PictureID `json:"-"`
}

// TermRef names a term.
type TermRef struct {
	Kind TermKind
	Key  string
}

// The most of a term, beside MaxKicker characters of a name.
const (
	MaxAbout = 2000
	MaxLinks = 10
)

// In returns the term's name and slug in a language; a term that has none there
// goes by its key, never by another language's name.
func (t *Term) In(l Lang) TermName {
	n := t.Names[l]
	if n.Name == "" {
		n.Name = t.Key
	}
	if n.Slug == "" {
		n.Slug = t.Key
	}
	return n
}

// Ref returns what names the term.
func (t *Term) Ref() TermRef { return TermRef{t.Kind, t.Key} }

// TermPath returns the address of a term's page.
func TermPath(l Lang, kind TermKind, slug string) Path {
	switch kind {
	case TopicTerm:
		return Path("/" + string(l) + "/topics/" + slug + "/")
	case AuthorTerm:
		return Path("/" + string(l) + "/authors/" + slug + "/")
	}
	return Path("/" + string(l) + "/" + slug + "/")
}

// termAct is the right that changing terms of a kind takes: topics and authors
// belong to the day's work, sections are how the paper is divided.
func termAct(kind TermKind) Act {
	if kind == SectionTerm {
		return ActSections
	}
	return ActTopics
}

// MayTerm says whether a user may change terms of a kind at all.
func MayTerm(u User, kind TermKind) error { return May(u, termAct(kind), nil) }

// MayTermWhole says whether a user may decide about a term in all languages:
// merge, move or delete it, or change what is the same in every language. A part
// of the newsroom may not.
func MayTermWhole(u User, kind TermKind) error {
	if err := MayTerm(u, kind); err != nil {
		return err
	}
	if len(u.Langs)+len(u.Sections) > 0 {
		return Errorf(Forbidden, "", "this changes the whole site; %s works in a part of it", u.Name)
	}
	return nil
}

// Change makes the term into what it is to be, and returns what that changes in
// words, what was before first; none if it is that already. That no other term
// has the slug, and that its parent is there, is storage's to know.
func (t *Term) Change(actor User, to Term) ([]string, error) {
	if err := MayTerm(actor, t.Kind); err != nil {
		return nil, err
	}
	to.Kind, to.Key, to.Version = t.Kind, t.Key, t.Version
	if err := to.check(t); err != nil {
		return nil, err
	}
	var did []string
	note := func(what, was, is string) {
		if was != is {
			did = append(did, fmt.Sprintf("%s %q → %q", what, was, is))
		}
	}
	note("kind", t.Topic, to.Topic)
	note("parent", t.Parent, to.Parent)
	note("person", t.Card.Person, to.Card.Person)
	note("email", t.Card.Email, to.Card.Email)
	note("links", strings.Join(t.Card.Links, " "), strings.Join(to.Card.Links, " "))
	note("picture", string(t.Card.Picture), string(to.Card.Picture))
	if len(did) > 0 {
		if err := MayTermWhole(actor, t.Kind); err != nil {
			return nil, err
		}
	}
	langs := map[Lang]TermName{}
	maps.Copy(langs, to.Names)
	maps.Copy(langs, t.Names)
	for _, l := range slices.Sorted(maps.Keys(langs)) {
		was, is := t.Names[l], to.Names[l]
		if was == is {
			continue
		}
		if len(actor.Langs) > 0 && !slices.Contains(actor.Langs, l) {
			return nil, Errorf(Forbidden, "lang", "%s may not work in %q", actor.Name, l)
		}
		note("name."+string(l), was.Name, is.Name)
		note("slug."+string(l), was.Slug, is.Slug)
		note("about."+string(l), was.About, is.About)
	}
	if len(did) > 0 && len(actor.Sections) > 0 && t.Kind == SectionTerm && !slices.Contains(actor.Sections, t.Key) {
		return nil, Errorf(Forbidden, "section", "%s may not work in the section %q", actor.Name, t.Key)
	}
	*t = to
	return did, nil
}

// check puts a term into the form that is stored and returns Errors about the
// fields that break a rule. was is what it was: a slug that it has may stay.
func (t *Term) check(was *Term) error {
	var es Errors
	bad := func(field, format string, args ...any) { es = append(es, Errorf(Invalid, field, format, args...)) }
	if !ValidKey(t.Key) {
		bad("key", "%q is not a key: use at most %d visible characters without slashes", t.Key, MaxKey)
	}
	if t.Topic != "" && (t.Kind != TopicTerm || !slices.Contains(TopicKinds, t.Topic)) {
		bad("kind", "%q is none of %s", t.Topic, strings.Join(TopicKinds, ", "))
	}
	if t.Parent != "" && (t.Kind != SectionTerm || t.Parent == t.Key) {
		bad("parent", "%.80q is not the key of another section", t.Parent)
	}
	names := map[Lang]TermName{}
	for _, l := range slices.Sorted(maps.Keys(t.Names)) {
		n := t.Names[l]
		in := func(field string) string { return field + "." + string(l) }
		n.Name, n.Slug = norm.NFC.String(CleanLine(n.Name)), CleanLine(n.Slug)
		if !lang.Valid(string(l)) {
			bad("names", "%q is not a language code like ru or az", l)
		}
		if utf8.RuneCountInString(n.Name) > MaxKicker {
			bad(in("names"), "has more than %d characters", MaxKicker)
		}
		if n.Slug != "" && n.Slug != was.Names[l].Slug && !lang.ValidSlug(n.Slug, false) {
			bad(in("slugs"), "%.90q is not a slug: use a–z, 0–9 and hyphens, 1–%d characters", n.Slug, MaxSlug)
		}
		about, err := cleanNote(in("about"), norm.NFC.String(n.About))
		if err != nil || utf8.RuneCountInString(about) > MaxAbout {
			bad(in("about"), "has more than %d characters", MaxAbout)
		}
		n.About = about
		if n.Name == "" && (n.Slug != "" || n.About != "") {
			bad(in("names"), "is missing")
		}
		if n != (TermName{}) {
			names[l] = n
		}
	}
	t.Names = names
	t.Card.check(bad, t.Kind)
	return es.Or()
}

func (c *Card) check(bad func(field, format string, args ...any), kind TermKind) {
	c.Email = CleanLine(c.Email)
	if a, err := mail.ParseAddress(c.Email); c.Email != "" && (err != nil || a.Address != c.Email || len(c.Email) > maxEmail) {
		bad("email", "%q is not an e-mail address like name@example.org", c.Email)
	}
	var links []string
	for _, s := range c.Links {
		if s = CleanLine(s); s != "" && !slices.Contains(links, s) {
			checkURL(bad, "links", s)
			links = append(links, s)
		}
	}
	if c.Links = links; len(links) > MaxLinks {
		bad("links", "has %d items; at most %d are allowed", len(links), MaxLinks)
	}
	if kind != AuthorTerm && (c.Person != "" || c.Email != "" || links != nil || c.Picture != "") {
		bad("kind", "only an author has an e-mail address, links, a picture or a person")
	}
}

// Absorb takes another term in, which is to be it from then on: the names of
// languages in which this one has none, and what of an author's card is empty.
// The other's stories are storage's to carry over.
func (t *Term) Absorb(actor User, other *Term) error {
	if err := MayTermWhole(actor, t.Kind); err != nil {
		return err
	}
	if other.Kind != t.Kind || other.Key == t.Key {
		return Errorf(Invalid, "into", "choose another one of the same sort")
	}
	names := map[Lang]TermName{}
	maps.Copy(names, other.Names)
	maps.Copy(names, t.Names)
	t.Names = names
	if t.Topic == "" {
		t.Topic = other.Topic
	}
	c, o := &t.Card, other.Card
	if c.Person == "" {
		c.Person = o.Person
	}
	if c.Email == "" {
		c.Email = o.Email
	}
	if c.Picture == "" {
		c.Picture = o.Picture
	}
	for _, l := range o.Links {
		if !slices.Contains(c.Links, l) && len(c.Links) < MaxLinks {
			c.Links = append(slices.Clip(c.Links), l)
		}
	}
	return nil
}

// Follow puts into a text the terms of today for those that were merged into
// others since it was written. A merged author signs by the name of today.
func (c *Content) Follow(merged map[TermRef]string) {
	if len(merged) == 0 {
		return
	}
	if into, ok := merged[TermRef{SectionTerm, c.Section}]; ok {
		c.Section = into
	}
	topics := func(key string) bool { _, ok := merged[TermRef{TopicTerm, key}]; return ok }
	if slices.ContainsFunc(c.Topics, topics) {
		var out []string
		for _, key := range c.Topics {
			if into, ok := merged[TermRef{TopicTerm, key}]; ok {
				key = into
			}
			if !slices.Contains(out, key) {
				out = append(out, key)
			}
		}
		c.Topics = out
	}
	if slices.ContainsFunc(c.Bylines, func(b Byline) bool { _, ok := merged[TermRef{AuthorTerm, b.Key}]; return ok }) {
		c.Bylines = FollowBylines(c.Bylines, merged)
	}
}

// FollowBylines is Follow for bylines alone.
func FollowBylines(bylines []Byline, merged map[TermRef]string) []Byline {
	var out []Byline
	for _, b := range bylines {
		if into, ok := merged[TermRef{AuthorTerm, b.Key}]; ok {
			b = Byline{Key: into}
		}
		if !slices.ContainsFunc(out, func(o Byline) bool { return o.Key == b.Key }) {
			out = append(out, b)
		}
	}
	return out
}

// Branch is a section in its place among the others.
type Branch struct {
	Term
	Depth       int  // 0 for one under no other
	First, Last bool // among those under the same one
}

// Nested puts sections, given in their order, each under its parent. One whose
// parent is not among them is under no other.
func Nested(sections []Term) []Branch {
	there, under := map[string]bool{}, map[string][]Term{}
	for _, t := range sections {
		there[t.Key] = true
	}
	for _, t := range sections {
		if !there[t.Parent] || t.Parent == t.Key {
			t.Parent = ""
		}
		under[t.Parent] = append(under[t.Parent], t)
	}
	var out []Branch
	var add func(parent string, depth int)
	add = func(parent string, depth int) {
		list := under[parent]
		delete(under, parent)
		for i, t := range list {
			out = append(out, Branch{t, depth, i == 0, i == len(list)-1})
			add(t.Key, depth+1)
		}
	}
	add("", 0)
	for _, t := range sections { // rings, which an old import may have made
		if list := under[t.Parent]; slices.ContainsFunc(list, func(o Term) bool { return o.Key == t.Key }) {
			under[t.Parent] = slices.DeleteFunc(list, func(o Term) bool { return o.Key == t.Key })
			out = append(out, Branch{t, 0, true, true})
			add(t.Key, 1)
		}
	}
	return out
}

// MoveSection puts a section under a parent, or none, in front of one of the
// sections there or, without one, behind them; what is under it goes with it. It
// returns the sections in their new order.
func MoveSection(actor User, sections []Term, key, parent, before string) ([]Term, error) {
	if err := MayTermWhole(actor, SectionTerm); err != nil {
		return nil, err
	}
	byKey := map[string]Term{}
	for _, t := range sections {
		byKey[t.Key] = t
	}
	moved, ok := byKey[key]
	if !ok {
		return nil, Errorf(NotFound, "", "there is no section %q", key)
	}
	if _, ok := byKey[parent]; parent != "" && !ok {
		return nil, Errorf(Invalid, "parent", "there is no section %q", parent)
	}
	for up, n := parent, 0; up != "" && n <= len(sections); up, n = byKey[up].Parent, n+1 {
		if up == key {
			return nil, Errorf(Invalid, "parent", "a section cannot stand under itself or what is under it")
		}
	}
	moved.Parent = parent
	rest := slices.DeleteFunc(slices.Clone(sections), func(t Term) bool { return t.Key == key })
	at := len(rest)
	if i := slices.IndexFunc(rest, func(t Term) bool { return t.Key == before && t.Parent == parent }); i >= 0 {
		at = i
	}
	rest = slices.Insert(rest, at, moved)
	out := make([]Term, 0, len(rest))
	for _, b := range Nested(rest) {
		out = append(out, b.Term)
	}
	return out, nil
}

// OrderKind is the kind of a Place that is no article's: where readers see the
// order of sections, in every edition.
const OrderKind Kind = "order"

// MovedEvent is the event of a section that stands elsewhere among the others.
func MovedEvent(actor User, was, is []Term, key string, now time.Time) Event {
	where := func(sections []Term) string {
		for i, b := range Nested(sections) {
			if b.Key == key {
				return fmt.Sprintf("%d under %q", i+1, b.Parent)
			}
		}
		return ""
	}
	return Event{At: now, Kind: Moved, Origin: actor.Origin, Actor: actor.ID, Is: &Place{Kind: OrderKind},
		Note: fmt.Sprintf("section %s: %s → %s", key, where(was), where(is))}
}

// TermEvent is the event of a change of terms. What readers do not see yet is
// filed; what they see makes every page anew.
func TermEvent(actor User, shown bool, note string, now time.Time) Event {
	kind := Filed
	if shown {
		kind = Renamed
	}
	if r := []rune(note); len(r) > maxNote {
		note = string(r[:maxNote-1]) + "…"
	}
	return Event{At: now, Kind: kind, Origin: actor.Origin, Actor: actor.ID, Note: note}
}
