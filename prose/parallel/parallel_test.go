package parallel

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"stet/prose"
	"stet/prose/redline"
)

func para(id, text string) *prose.Node {
	n := &prose.Node{Type: prose.Paragraph}
	n.Attrs.Set("id", id)
	if text != "" {
		n.Content = []*prose.Node{{Type: prose.Text, Text: text}}
	}
	return n
}

func picture(id, alt string) *prose.Node {
	n := &prose.Node{Type: prose.Picture}
	n.Attrs.Set("id", id)
	n.Attrs.Set("ref", "p1")
	n.Attrs.Set("alt", alt)
	return n
}

func doc(nodes ...*prose.Node) *prose.Doc { return &prose.Doc{Content: nodes} }

// TestStates: every state a unit can be in.
func TestStates(t *testing.T) {
	made := func(unit string, source, target any, was string) Made {
		return Made{Unit: unit, Source: Print(source), Target: Print(target), Was: was}
	}
	en := para("a", "One.")
	for _, c := range []struct {
		name           string
		source, target *prose.Node
		made           []Made
		want           State
	}{
		{"nothing yet", en, nil, nil, Missing},
		{"an empty paragraph", en, para("a", " "), nil, Missing},
		{"nobody said", en, para("a", "Один."), nil, Unchecked},
		{"made of it", en, para("a", "Один."), []Made{made("a", en, para("", "Один."), "")}, Fresh},
		{"written on", en, para("a", "Один!"), []Made{made("a", en, para("", "Один."), "")}, Fresh},
		{"left out", en, nil, []Made{made("a", en, nil, "")}, Fresh},
		{"deleted", en, nil, []Made{made("a", en, para("", "Один."), "")}, Missing},
		{"changed since", para("a", "Two."), para("a", "Один."), []Made{made("a", en, para("", "Один."), "")}, Stale},
		{"restored", para("a", "Two."), para("a", "Один."), []Made{made("a", en, para("", "Один."), ""), made("a", para("", "Two."), para("", "Два."), "")}, Stale},
		{"still right", para("a", "Two."), para("a", "Один."), []Made{made("a", en, para("", "Один."), ""), made("a", para("", "Two."), para("", "Один."), "")}, Fresh},
		{"an empty paragraph of the original", para("a", ""), nil, nil, Fresh},
		{"a picture without words", picture("a", ""), picture("a", ""), nil, Fresh},
		{"a picture without words that is new", picture("a", ""), nil, nil, Missing},
		{"a picture with words", picture("a", "A cat"), picture("a", ""), nil, Missing},
		{"a picture with both", picture("a", "A cat"), picture("a", "Кот"), nil, Unchecked},
		{"gone", nil, para("a", "Один."), []Made{made("a", en, para("", "Один."), "")}, Gone},
		{"gone in both", nil, nil, []Made{made("a", en, para("", "Один."), "")}, ""},
		{"one's own", nil, para("b", "Ещё."), nil, ""},
	} {
		source, target := Text{Body: doc()}, Text{Body: doc()}
		if c.source != nil {
			source.Body.Content = append(source.Body.Content, c.source)
		}
		if c.target != nil {
			target.Body.Content = append(target.Body.Content, c.target)
		}
		var got State
		if units := Compare(source, target, c.made); len(units) > 0 {
			got = units[0].State
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestChanges(t *testing.T) {
	was := para("a", "The council met on Monday.")
	u := Unit{ID: "a", State: Stale, Source: para("a", "The council met on Friday."), Was: string(was.JSON())}
	parts, ok := Changes(u)
	got := ""
	for _, p := range parts {
		for _, r := range p.Runs {
			if r.Change != redline.Same {
				got += string(r.Change) + " " + r.Text + ";"
			}
		}
	}
	if want := "removed Monday;added Friday;"; !ok || got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if _, ok := Changes(Unit{ID: "a", Source: was}); ok {
		t.Error("a change from what nobody knows")
	}
	if parts, ok := Changes(Unit{ID: FieldPrefix + "headline", Source: "New", Was: "Old"}); !ok || len(parts) != 1 {
		t.Errorf("of a field: %v", parts)
	}
}

// TestCarry: no word of the original is carried over.
func TestCarry(t *testing.T) {
	embed := &prose.Node{Type: prose.Embed}
	embed.Attrs.Set("id", "e")
	embed.Attrs.Set("url", "https://example.org/v")
	embed.Attrs.Set("title", "SECRET")
	gallery := &prose.Node{Type: prose.Gallery, Content: []*prose.Node{picture("g1", "SECRET")}}
	gallery.Attrs.Set("caption", "SECRET")
	got := string(Carry(doc(para("p", "SECRET"), picture("i", "SECRET"), embed, gallery)).JSON())
	want := `{"type":"doc","content":[{"type":"picture","attrs":{"id":"i","ref":"p1"}},{"type":"embed","attrs":{"id":"e","url":"https://example.org/v"}},{"type":"gallery","content":[{"type":"picture","attrs":{"id":"g1","ref":"p1"}}]}]}`
	if got != want {
		t.Errorf("\n%s, want\n%s", got, want)
	}
	if Carry(nil) == nil {
		t.Error("nothing to carry is no document")
	}
}

// TestPairAndCompare: whatever two texts are, pairing changes no word and no
// order, ids stay unique, and what Compare tells is complete: each unit of the
// original once, in order; what was said of all of it leaves nothing to settle.
func TestPairAndCompare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(prefix string) *prose.Doc {
			d := &prose.Doc{}
			for i := range rapid.IntRange(0, 12).Draw(t, prefix) {
				id := prefix + fmt.Sprint(i)
				if rapid.IntRange(0, 5).Draw(t, "shared") == 0 {
					id = "shared" + fmt.Sprint(i)
				}
				words := rapid.SampledFrom([]string{"", "One.", "Two words.", "Три слова."}).Draw(t, "words")
				n := para(id, words)
				switch rapid.IntRange(0, 3).Draw(t, "type") {
				case 0:
					n.Type = prose.Heading
					n.Attrs.Set("level", "2")
				case 1:
					n = picture(id, words)
				}
				d.Content = append(d.Content, n)
			}
			return d
		}
		source, target := draw("s"), draw("t")
		if paired := Pair(source, target); paired != nil {
			if got, want := paired.Text(), target.Text(); got != want {
				t.Fatalf("pairing made %q of %q", got, want)
			}
			if _, err := prose.Parse(paired.JSON()); err != nil {
				t.Fatalf("pairing: %v", err)
			}
			for i, n := range paired.Content {
				if Print(n) != Print(target.Content[i]) {
					t.Fatalf("block %d is another", i)
				}
			}
			target = paired
		}
		a, b := Text{Fields: []Field{{"headline", "H"}}, Body: source}, Text{Fields: []Field{{"headline", "З"}}, Body: target}
		units := Compare(a, b, nil)
		var ids, want []string
		for _, u := range units {
			ids = append(ids, u.ID)
		}
		for _, s := range a.list() {
			want = append(want, s.id)
		}
		if !slices.Equal(ids, want) {
			t.Fatalf("units %v, want %v", ids, want)
		}
		var made []Made
		for _, u := range units {
			made = append(made, Made{Unit: u.ID, Source: u.Print, Target: Print(u.Target), Was: u.JSON()})
		}
		for _, u := range Compare(a, b, made) {
			if !u.Settled() {
				t.Fatalf("%s is %s after all was said", u.ID, u.State)
			}
		}
		changed := &prose.Doc{Content: slices.Clone(source.Content)}
		if len(changed.Content) == 0 {
			return
		}
		at := rapid.IntRange(0, len(changed.Content)-1).Draw(t, "changed")
		id := changed.Content[at].Attrs.Get("id")
		changed.Content[at] = para(id, "Something else entirely.")
		for _, u := range Compare(Text{Fields: a.Fields, Body: changed}, b, made) {
			if want := map[bool]State{true: Stale, false: Fresh}[u.ID == id]; u.State != want {
				t.Fatalf("%s is %s, want %s", u.ID, u.State, want)
			}
		}
	})
}
