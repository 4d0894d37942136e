package stet

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestTermRights: topics and authors are an editor's, sections a chief editor's;
// whoever works in a part of the newsroom names terms there and no more.
func TestTermRights(t *testing.T) {
	limited := User{Name: "Aynur", Role: ChiefEditor, Langs: []Lang{"az"}}
	inSport := User{Name: "Rauf", Role: ChiefEditor, Sections: []string{"sport"}}
	for name, may := range map[string][2]bool{ // topics, sections
		"reporter": {}, "translator": {}, "editor": {true, false}, "chief editor": {true, true}, "administrator": {true, true},
		"write token": {}, "publish token": {true, false}, "no token": {}, "stranger": {},
	} {
		u := everybody()[name]
		for i, kind := range []TermKind{TopicTerm, SectionTerm} {
			term := Term{Kind: kind, Key: "eu", Version: 3}
			did, err := term.Change(u, Term{Names: map[Lang]TermName{"en": {Name: "Union"}}})
			if (err == nil) != may[i] || may[i] != (MayTermWhole(u, kind) == nil) || may[i] != (len(did) == 1) {
				t.Errorf("%s, %s: %q, %v", name, kind, did, err)
			}
			if err != nil && (!Is(err, Forbidden) || term.Names != nil) {
				t.Errorf("%s, %s: %v, %+v", name, kind, err, term)
			}
		}
	}
	was := Term{Kind: TopicTerm, Key: "eu", Names: map[Lang]TermName{"az": {Name: "Aİ", Slug: "ai"}, "ru": {Name: "ЕС", Slug: "es"}}}
	change := func(u User, from Term, do func(*Term)) error {
		to := from
		to.Names = map[Lang]TermName{}
		for l, n := range from.Names {
			to.Names[l] = n
		}
		do(&to)
		_, err := from.Change(u, to)
		return err
	}
	name := func(l Lang) func(*Term) { return func(v *Term) { v.Names[l] = TermName{Name: "Avropa İttifaqı"} } }
	sport, city := Term{Kind: SectionTerm, Key: "sport"}, Term{Kind: SectionTerm, Key: "city"}
	for what, c := range map[string]struct {
		err error
		may bool
	}{
		"own language":            {change(limited, was, name("az")), true},
		"another language":        {change(limited, was, name("ru")), false},
		"the kind":                {change(limited, was, func(v *Term) { v.Topic = "organisation" }), false},
		"own section":             {change(inSport, sport, name("az")), true},
		"another section":         {change(inSport, city, name("az")), false},
		"a topic, in own section": {change(inSport, was, name("az")), true},
		"a merge":                 {was.Absorb(limited, &Term{Kind: TopicTerm, Key: "ec"}), false},
	} {
		if (c.err == nil) != c.may || c.err != nil && !Is(c.err, Forbidden) {
			t.Errorf("%s: %v", what, c.err)
		}
	}
	if _, err := MoveSection(limited, []Term{sport, city}, "city", "", "sport"); !Is(err, Forbidden) {
		t.Error(err)
	}
}

// TestTermRules: what is refused, field by field, and the form that is stored.
func TestTermRules(t *testing.T) {
	chief := User{Name: "Chief", Role: ChiefEditor}
	for field, to := range map[string]Term{
		"kind":     {Topic: "planet"},
		"parent":   {Parent: "city"},
		"names.ru": {Names: map[Lang]TermName{"ru": {Slug: "es"}}},
		"names.en": {Names: map[Lang]TermName{"en": {Name: strings.Repeat("x", MaxKicker+1)}}},
		"slugs.en": {Names: map[Lang]TermName{"en": {Name: "x", Slug: "No Slug"}}},
		"about.en": {Names: map[Lang]TermName{"en": {Name: "x", About: strings.Repeat("x", MaxAbout+1)}}},
		"names":    {Names: map[Lang]TermName{"?": {Name: "x"}}},
	} {
		term := Term{Kind: TopicTerm, Key: "eu"}
		_, err := term.Change(chief, to)
		if es, ok := err.(Errors); !ok || len(es) != 1 || es[0].Field != field || es[0].Kind != Invalid {
			t.Errorf("%s: %v", field, err)
		}
	}
	author := Term{Kind: AuthorTerm, Key: "anna"}
	for field, card := range map[string]Card{"email": {Email: "anna"}, "links": {Links: []string{"javascript:1"}}} {
		if _, err := author.Change(chief, Term{Card: card}); !Is(err, Invalid) || !strings.Contains(err.Error(), field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := (&Term{Kind: TopicTerm, Key: "eu"}).Change(chief, Term{Card: Card{Email: "a@example.org"}}); !Is(err, Invalid) {
		t.Error(err)
	}
	did, err := author.Change(chief, Term{Card: Card{Links: []string{" https://a.example/ ", "", "https://a.example/"}}, Names: map[Lang]TermName{"en": {Name: " Anna\u202e ", About: "One.\r\n\r\nTwo. "}, "ru": {}}})
	if err != nil || len(did) != 3 || !slices.Equal(author.Card.Links, []string{"https://a.example/"}) || author.Names["en"] != (TermName{Name: "Anna", About: "One.\n\nTwo."}) || len(author.Names) != 1 {
		t.Errorf("%q, %v, %+v", did, err, author)
	}
	if did, err := author.Change(chief, author); err != nil || did != nil {
		t.Errorf("the same again: %q, %v", did, err)
	}
	if did[2] != `about.en "" → "One.\n\nTwo."` {
		t.Errorf("the log has %q", did)
	}
}

func TestAbsorb(t *testing.T) {
	chief := User{Name: "Chief", Role: ChiefEditor}
	a := Term{Kind: AuthorTerm, Key: "anna", Names: map[Lang]TermName{"ru": {Name: "Анна"}}, Card: Card{Links: []string{"https://a.example"}}}
	b := Term{Kind: AuthorTerm, Key: "ana", Names: map[Lang]TermName{"ru": {Name: "Ана"}, "az": {Name: "Anna"}}, Card: Card{Email: "a@example.org", Links: []string{"https://b.example", "https://a.example"}}}
	if err := a.Absorb(chief, &b); err != nil || a.Names["ru"].Name != "Анна" || a.Names["az"].Name != "Anna" || a.Card.Email != "a@example.org" || len(a.Card.Links) != 2 {
		t.Errorf("%+v, %v", a, err)
	}
	for _, other := range []Term{a, {Kind: TopicTerm, Key: "x"}} {
		if err := a.Absorb(chief, &other); !Is(err, Invalid) {
			t.Errorf("%+v: %v", other, err)
		}
	}
}

// TestFollow: a text names the terms of today, each once.
func TestFollow(t *testing.T) {
	c := Content{Section: "world", Topics: []string{"ec", "nato", "eu"}, Bylines: []Byline{{Key: "ana", Name: "Ана"}, {Key: "guest", Name: "Guest"}, {Key: "anna"}}}
	c.Follow(map[TermRef]string{{TopicTerm, "ec"}: "eu", {SectionTerm, "world"}: "politics", {AuthorTerm, "ana"}: "anna", {TopicTerm, "world"}: "no"})
	if c.Section != "politics" || !slices.Equal(c.Topics, []string{"eu", "nato"}) || !slices.Equal(c.Bylines, []Byline{{Key: "anna"}, {Key: "guest", Name: "Guest"}}) {
		t.Errorf("%+v", c)
	}
}

func outline(sections []Term) string {
	var out []string
	for _, b := range Nested(sections) {
		out = append(out, strings.Repeat("-", b.Depth)+b.Key)
	}
	return strings.Join(out, " ")
}

func TestMoveSection(t *testing.T) {
	chief := User{Name: "Chief", Role: ChiefEditor}
	all := []Term{{Key: "a"}, {Key: "a1", Parent: "a"}, {Key: "a2", Parent: "a"}, {Key: "b"}, {Key: "lost", Parent: "gone"}}
	for i := range all {
		all[i].Kind = SectionTerm
	}
	if got := outline(all); got != "a -a1 -a2 b lost" {
		t.Fatal(got)
	}
	for _, c := range []struct{ key, parent, before, want string }{
		{"b", "", "a", "b a -a1 -a2 lost"},
		{"a", "", "", "b lost a -a1 -a2"},
		{"a2", "a", "a1", "a -a2 -a1 b lost"},
		{"a2", "", "b", "a -a1 a2 b lost"},
		{"b", "a1", "", "a -a1 --b -a2 lost"},
		{"a", "b", "", "b -a --a1 --a2 lost"},
		{"b", "a", "lost", "a -a1 -a2 -b lost"}, // which is not there: behind
	} {
		got, err := MoveSection(chief, all, c.key, c.parent, c.before)
		if err != nil || outline(got) != c.want {
			t.Errorf("%+v: %s, %v", c, outline(got), err)
		}
	}
	for _, c := range [][2]string{{"a", "a"}, {"a", "a1"}, {"a", "nowhere"}} {
		if _, err := MoveSection(chief, all, c[0], c[1], ""); !Is(err, Invalid) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if _, err := MoveSection(chief, all, "none", "", ""); !Is(err, NotFound) {
		t.Error(err)
	}
	e := MovedEvent(chief, all, all, "b", time.Time{})
	if !e.Public() || e.Is.Kind != OrderKind || e.Note != `section b: 4 under "" → 4 under ""` {
		t.Errorf("%+v", e)
	}
}

// TestMoveSectionKeepsAll: whatever is moved where, every section is there once
// and none stands under itself; rings of an old import too.
func TestMoveSectionKeepsAll(t *testing.T) {
	keys := []string{"a", "b", "c", "d", "e"}
	rapid.Check(t, func(t *rapid.T) {
		some := rapid.SampledFrom(append([]string{"", "gone"}, keys...))
		var all []Term
		for _, k := range keys {
			all = append(all, Term{Kind: SectionTerm, Key: k, Parent: some.Draw(t, "parent")})
		}
		for range 5 {
			nested := Nested(all)
			var there []string
			for _, b := range nested {
				there = append(there, b.Key)
			}
			slices.Sort(there)
			if !slices.Equal(there, keys) {
				t.Fatalf("%v became %v", all, there)
			}
			next, err := MoveSection(User{Role: ChiefEditor}, all, rapid.SampledFrom(keys).Draw(t, "key"), some.Draw(t, "to"), some.Draw(t, "before"))
			if err == nil {
				all = next
			}
		}
	})
}
