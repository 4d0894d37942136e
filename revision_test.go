package stet

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"stet/lang"
	"stet/prose"
)

func fieldsOf(err error) string {
	var out []string
	switch e := err.(type) {
	case Errors:
		for _, e := range e {
			out = append(out, e.Field)
		}
	case *Error:
		out = append(out, e.Field)
	}
	return strings.Join(out, " ")
}

// TestLimitsOfTexts: every limit at its edge, in characters and not in bytes.
func TestLimitsOfTexts(t *testing.T) {
	for _, l := range []struct {
		field string
		limit int
		set   func(c *Content, s string)
	}{
		{"headline", 1000, func(c *Content, s string) { c.Headline = s }},
		{"standfirst", 2000, func(c *Content, s string) { c.Standfirst = s }},
		{"kicker", 200, func(c *Content, s string) { c.Kicker = s }},
		{"dateline", 500, func(c *Content, s string) { c.Dateline = s }},
		{"licence", 500, func(c *Content, s string) { c.Licence = s }},
		{"access", 100, func(c *Content, s string) { c.Access = Access(s) }},
		{"section", 100, func(c *Content, s string) { c.Section = s }},
		{"topics", 100, func(c *Content, s string) { c.Topics = []string{s} }},
		{"authors", 500, func(c *Content, s string) { c.Bylines = []Byline{{Key: "k", Name: s}} }},
		{"authors", 100, func(c *Content, s string) { c.Bylines = []Byline{{Key: s}} }},
		{"source.name", 500, func(c *Content, s string) { c.Source = &Source{Name: s} }},
		{"picture.alt", 2000, func(c *Content, s string) { c.Picture = &PictureUse{ID: "p", Alt: s} }},
		{"picture.caption", 2000, func(c *Content, s string) { c.Picture = &PictureUse{ID: "p", Caption: s} }},
		{"picture.credit", 500, func(c *Content, s string) { c.Picture = &PictureUse{ID: "p", Credit: s} }},
		{"picture.id", 100, func(c *Content, s string) { c.Picture = &PictureUse{ID: PictureID(s)} }},
	} {
		for _, letter := range []string{"x", "ə", "ჯ", "𐎠"} {
			for n, want := range map[int]string{1: "", l.limit: "", l.limit + 1: l.field} {
				c := Content{Headline: "H"}
				l.set(&c, strings.Repeat(letter, n))
				c.Clean()
				if got := fieldsOf(c.Check()); got != want {
					t.Errorf("%s of %d times %s: faults of %q, want %q", l.field, n, letter, got, want)
				}
			}
		}
	}
	for _, l := range []struct {
		field string
		limit int
		set   func(c *Content, s string)
	}{
		{"canonical", 1000, func(c *Content, s string) { c.Canonical = s }},
		{"source.url", 1000, func(c *Content, s string) { c.Source = &Source{Name: "n", URL: s} }},
		{"picture.url", 1000, func(c *Content, s string) { c.Picture = &PictureUse{URL: s} }},
	} {
		for n, want := range map[int]string{l.limit: "", l.limit + 1: l.field} {
			c := Content{Headline: "H"}
			l.set(&c, "https://example.org/"+strings.Repeat("x", n-20))
			if got := fieldsOf(c.Check()); got != want {
				t.Errorf("%s of %d bytes: faults of %q, want %q", l.field, n, got, want)
			}
		}
		for _, bad := range []string{"javascript:alert(1)", "data:text/html,x", "//host/x", "/path", "http:", "https://", "ftp://host/", "http://u:p@host/", "x", "http://h o/"} {
			c := Content{Headline: "H"}
			l.set(&c, bad)
			if got := fieldsOf(c.Check()); got != l.field {
				t.Errorf("%s %q: faults of %q", l.field, bad, got)
			}
		}
	}
}

// TestEveryFaultIsNamed: a text with a fault everywhere.
func TestEveryFaultIsNamed(t *testing.T) {
	c := Content{
		Standfirst: strings.Repeat("x", 2001), Slug: "No Slug", Section: "a/b", Topics: make([]string, 51),
		Bylines: []Byline{{Key: ""}}, Source: &Source{Kind: "rumour", URL: "x"}, Genre: "poetry",
		Picture: &PictureUse{}, Canonical: "x",
	}
	for i := range c.Topics {
		c.Topics[i] = fmt.Sprint("t", i)
	}
	want := "standfirst slug section topics authors source.name source.kind source.url genre picture.url canonical"
	if got := fieldsOf(c.Check()); got != want {
		t.Errorf("faults of\n%s, want\n%s", got, want)
	}
}

func TestSlugs(t *testing.T) {
	for slug, ok := range map[string]bool{
		"a": true, "a-b": true, "2021": true, strings.Repeat("a", 200): true, strings.Repeat("a", 201): false,
		"A": false, "ə": false, "a b": false, "a/b": false, "a.b": false, "-": false, "a_b": false, "%41": false,
	} {
		c := Content{Headline: "H", Slug: slug}
		if got := c.Check() == nil; got != ok {
			t.Errorf("the slug %q is accepted: %v", slug, got)
		}
	}
}

func TestCleanLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "",
		" \t\n ":                    "",
		"a\tb\nc\rd\u2028e\u2029f":  "a b c d e f",
		"a\x00b\x1b[31mc\x7f\u0085": "ab[31mc",
		"ab\u202ecd\u202c":          "abcd",
		"\u2066x\u2069\u2067\u2068": "x",
		"می\u200cخواهم":             "می\u200cخواهم",   // ZWNJ
		"क\u200dष":                  "क\u200dष",        // ZWJ
		"\u200fabc\u200e":           "\u200fabc\u200e", // RLM, LRM: no white space, they stay at the ends too
		"a\ufffe\uffffb":            "ab",
		"a\ufeffb":                  "a\ufeffb",
		"a  b":                      "a  b",
		"\u00a0a\u00a0":             "a",
		"<b>&amp;":                  "<b>&amp;",
	} {
		if got := CleanLine(in); got != want {
			t.Errorf("CleanLine(%+q) = %+q, want %+q", in, got, want)
		}
	}
	for r := range rune(unicode.MaxRune + 1) {
		s := CleanLine("a" + string(r) + "b")
		gone := s == "ab"
		want := unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r' ||
			r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0xFFFE || r == 0xFFFF
		if gone != want {
			t.Errorf("%U is removed: %v", r, gone)
		}
	}
}

// TestCleanPutsAllFieldsRight: none is forgotten.
func TestCleanPutsAllFieldsRight(t *testing.T) {
	const dirty, clean = " a\x07\u202e\tb ", "a b"
	c := Content{
		Headline: dirty, Standfirst: dirty, Kicker: dirty, Slug: dirty, Section: dirty, Topics: []string{dirty, clean, "c"},
		Bylines: []Byline{{dirty, dirty}, {clean, "another name"}}, Dateline: dirty, Source: &Source{dirty, dirty, "own"},
		Access: dirty, Picture: &PictureUse{dirty, dirty, dirty, dirty, dirty}, Canonical: dirty, Licence: dirty, Genre: "news",
	}
	c.Clean()
	form := string(c.CanonicalForm())
	want := `{"headline":"a b","standfirst":"a b","kicker":"a b","slug":"a b","section":"a b","topics":["a b","c"],` +
		`"bylines":[{"key":"a b","name":"a b"}],"dateline":"a b","source":{"name":"a b","url":"a b","kind":"own"},"genre":"news","access":"a b",` +
		`"picture":{"id":"a b","url":"a b","alt":"a b","caption":"a b","credit":"a b"},"canonical":"a b","licence":"a b"}` + "\n"
	if form != want {
		t.Errorf("it became\n%s, want\n%s", form, want)
	}
}

// TestCanonicalForm: the body follows the rest after a line feed, of which the
// rest has none.
func TestCanonicalForm(t *testing.T) {
	c := Content{Headline: "A\nB<", Body: prose.FromText("One\nTwo")}
	form := string(c.CanonicalForm())
	meta, body, ok := strings.Cut(form, "\n")
	if !ok || meta != `{"headline":"A\nB\u003c"}` || body != string(c.Body.JSON()) {
		t.Errorf("%s", form)
	}
}

func TestOpen(t *testing.T) {
	for access, want := range map[Access]bool{"": true, AccessPublic: true, "members": false, "Public": false} {
		if c := (Content{Access: access}); c.Open() != want {
			t.Errorf("access %q is open: %v", access, !want)
		}
	}
}

// TestQuotationMarks: documents read from HTML quote as the desk's keys do.
func TestQuotationMarks(t *testing.T) {
	for _, code := range lang.Codes() {
		d, _ := prose.FromHTML("<p><q>a <q>b</q></q>", prose.FromOptions{Lang: code})
		typography := lang.Get(code).Typography()
		want := typography.Quotes[0] + "a " + typography.Inner[0] + "b" + typography.Inner[1] + typography.Quotes[1]
		if got := d.Text(); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
