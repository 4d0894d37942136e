package stet

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"stet/prose"
)

// Revision is one state of an article's text.
type Revision struct {
	Number int // 1, 2, … in the order of publication; 0 while it is being written
	Content
	By string    // User.ID of who wrote it last
	At time.Time // when

	Begun    time.Time // when the stretch of saves began that it is the end of
	Writers  []string  // who has saved since, by their User.ID
	Snapshot int       // the number of the snapshot that has this text; 0 for none
}

// Ref names the revision among an article's texts: "r3" for the third published
// one, "s17" for a snapshot, empty for a text of which none was kept.
func (r *Revision) Ref() string {
	switch {
	case r.Number > 0:
		return "r" + strconv.Itoa(r.Number)
	case r.Snapshot > 0:
		return "s" + strconv.Itoa(r.Snapshot)
	}
	return ""
}

// Content is what a revision says. Its JSON, without the body, is what storage
// keeps beside it.
type Content struct {
	Headline   string      `json:"headline"`
	Standfirst string      `json:"standfirst,omitempty"`
	Kicker     string      `json:"kicker,omitempty"`
	Slug       string      `json:"slug,omitempty"` // as given; empty when it is made from the headline
	Body       *prose.Doc  `json:"-"`
	Section    string      `json:"section,omitempty"`
	Topics     []string    `json:"topics,omitempty"`
	Bylines    []Byline    `json:"bylines,omitempty"`
	Dateline   string      `json:"dateline,omitempty"`
	Source     *Source     `json:"source,omitempty"`
	Genre      Genre       `json:"genre,omitempty"`
	Access     Access      `json:"access,omitempty"`
	Picture    *PictureUse `json:"picture,omitempty"`
	Canonical  string      `json:"canonical,omitempty"`
	Licence    string      `json:"licence,omitempty"`
}

// Byline is one author of a text.
type Byline struct {
	Key  string `json:"key"`
	Name string `json:"name,omitempty"` // as signed here; empty for the author's own name
}

// Source says where a report comes from.
type Source struct {
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
	Kind string `json:"kind,omitempty"` // one of SourceKinds
}

// SourceKinds are the kinds of source: an own report, a press release, an agency.
var SourceKinds = []string{"own", "release", "agency"}

// Genre is what sort of text it is; empty means news.
type Genre string

// Genres are the genres a text may have.
var Genres = []Genre{"news", "analysis", "opinion", "sponsored"}

// Access says who may read the body; empty means everybody. A body with any
// other access never enters a page, feed, search row or answer.
type Access string

// AccessPublic is the access of a text that everybody may read.
const AccessPublic Access = "public"

// Open reports whether everybody may read the body.
func (c *Content) Open() bool { return c.Access == "" || c.Access == AccessPublic }

// PictureUse is a picture as one text uses it: one of the newsroom's own, by its
// id, or one that stands elsewhere. Words that are empty are the picture's own.
type PictureUse struct {
	ID      PictureID `json:"id,omitempty"`
	URL     string    `json:"url,omitempty"`
	Alt     string    `json:"alt,omitempty"`
	Caption string    `json:"caption,omitempty"`
	Credit  string    `json:"credit,omitempty"`
}

// The limits of a text, in characters.
const (
	MaxHeadline   = 1000
	MaxStandfirst = 2000
	MaxKicker     = 200
	MaxLine       = 500 // any other one-line field
	MaxURL        = 1000
	MaxSlug       = 80  // in bytes
	MaxGivenSlug  = 200 // of a text that had its address elsewhere, in bytes
	MaxKey        = 100
	MaxTopics     = 50
	MaxBylines    = 50
)

// CleanLine makes a one-line field storable: control characters, bidi overrides
// and isolates, and the noncharacters that XML forbids go, line breaks and tabs
// become spaces, the ends are trimmed. The joiners and marks that scripts need
// (ZWJ, ZWNJ, LRM, RLM) stay.
func CleanLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\u2028' || r == '\u2029':
			return ' '
		case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0xFFFE, r == 0xFFFF:
			return -1
		}
		return r
	}, s))
}

// Clean puts the content's text into the form that is stored.
func (c *Content) Clean() {
	for _, f := range []*string{&c.Headline, &c.Standfirst, &c.Kicker, &c.Slug, &c.Section, &c.Dateline, &c.Canonical, &c.Licence} {
		*f = CleanLine(*f)
	}
	c.Access = Access(CleanLine(string(c.Access)))
	for i := range c.Topics {
		c.Topics[i] = CleanLine(c.Topics[i])
	}
	for i := range c.Bylines {
		b := &c.Bylines[i]
		b.Key, b.Name = CleanLine(b.Key), CleanLine(b.Name)
	}
	if s := c.Source; s != nil {
		s.Name, s.URL = CleanLine(s.Name), CleanLine(s.URL)
	}
	if p := c.Picture; p != nil {
		for _, f := range []*string{(*string)(&p.ID), &p.URL, &p.Alt, &p.Caption, &p.Credit} {
			*f = CleanLine(*f)
		}
	}
	c.Topics = unique(c.Topics, func(s string) string { return s })
	c.Bylines = unique(c.Bylines, func(b Byline) string { return b.Key })
}

func unique[T any](in []T, key func(T) string) []T {
	seen := map[string]bool{}
	out := in[:0]
	for _, v := range in {
		if k := key(v); !seen[k] {
			seen[k] = true
			out = append(out, v)
		}
	}
	return out
}

// Check returns every rule that the content breaks, as Errors of kind Invalid.
// A text that is being written may still lack its headline.
func (c *Content) Check() error { return c.faults().Or() }

func (c *Content) faults() Errors {
	var es Errors
	bad := func(field, format string, args ...any) {
		es = append(es, Errorf(Invalid, field, format, args...))
	}
	long := func(field, s string, limit int) {
		if n := utf8.RuneCountInString(s); n > limit {
			bad(field, "is %d characters long; at most %d are allowed", n, limit)
		}
	}
	long("headline", c.Headline, MaxHeadline)
	long("standfirst", c.Standfirst, MaxStandfirst)
	long("kicker", c.Kicker, MaxKicker)
	long("dateline", c.Dateline, MaxLine)
	long("licence", c.Licence, MaxLine)
	long("access", string(c.Access), MaxKey)
	if c.Slug != "" && !ValidSlug(c.Slug, MaxGivenSlug) {
		bad("slug", "%.90q is not a slug: use a–z, 0–9 and hyphens, 1–%d characters", c.Slug, MaxGivenSlug)
	}
	if c.Section != "" && !ValidKey(c.Section) {
		bad("section", "%q is not a key: use at most %d visible characters without slashes", c.Section, MaxKey)
	}
	if len(c.Topics) > MaxTopics {
		bad("topics", "has %d items; at most %d are allowed", len(c.Topics), MaxTopics)
	}
	for _, t := range c.Topics {
		if !ValidKey(t) {
			bad("topics", "%q is not a key: use at most %d visible characters without slashes", t, MaxKey)
		}
	}
	if len(c.Bylines) > MaxBylines {
		bad("authors", "has %d items; at most %d are allowed", len(c.Bylines), MaxBylines)
	}
	for _, b := range c.Bylines {
		if !ValidKey(b.Key) {
			bad("authors", "%q is not a key: use at most %d visible characters without slashes", b.Key, MaxKey)
		}
		long("authors", b.Name, MaxLine)
	}
	if s := c.Source; s != nil {
		if s.Name == "" {
			bad("source.name", "is missing; a source needs a name")
		}
		long("source.name", s.Name, MaxLine)
		if s.Kind != "" && !oneOf(s.Kind, SourceKinds) {
			bad("source.kind", "%q is none of %s", s.Kind, strings.Join(SourceKinds, ", "))
		}
		checkURL(bad, "source.url", s.URL)
	}
	if c.Genre != "" && !oneOf(c.Genre, Genres) {
		bad("genre", "%q is none of news, analysis, opinion, sponsored", c.Genre)
	}
	if p := c.Picture; p != nil {
		if p.URL == "" && p.ID == "" {
			bad("picture.url", "is missing; a picture needs an address or an id")
		}
		checkURL(bad, "picture.url", p.URL)
		long("picture.id", string(p.ID), MaxKey)
		long("picture.alt", p.Alt, MaxStandfirst)
		long("picture.caption", p.Caption, MaxStandfirst)
		long("picture.credit", p.Credit, MaxLine)
	}
	checkURL(bad, "canonical", c.Canonical)
	return es
}

// headless returns an error for a text without a headline.
func (c *Content) headless() Errors {
	if strings.TrimFunc(c.Headline, invisible) == "" {
		return Errors{Errorf(Invalid, "headline", "is missing; every article needs one")}
	}
	return nil
}

// blank reports whether there is nothing in it that somebody wrote.
func (c *Content) blank() bool {
	return c.Headline == "" && c.Standfirst == "" && (c.Body == nil || c.Body.Empty())
}

// missing returns what is missing before a text of that kind can be published.
func (c *Content) missing(kind Kind) Errors {
	es := c.headless()
	if kind == StoryKind && c.Section == "" {
		es = append(es, Errorf(Invalid, "section", "is missing; a published story needs one"))
	}
	if c.Body == nil || c.Body.Empty() {
		es = append(es, Errorf(Invalid, "body", "is missing; there is no text to publish"))
	}
	return es
}

func oneOf[S ~string](s S, all []S) bool {
	for _, v := range all {
		if s == v {
			return true
		}
	}
	return false
}

// invisible holds for what nobody can see or click.
func invisible(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// ValidSlug holds for ASCII letters in lower case, digits and hyphens, not
// hyphens alone.
func ValidSlug(s string, most int) bool {
	return len(s) <= most && strings.Trim(s, "-") != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

// ValidKey holds for the key of a term: 1–100 visible characters, no slash.
func ValidKey(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > MaxKey || len(s) > 4*MaxKey {
		return false
	}
	for _, r := range s {
		if r == '/' || r == '\\' || unicode.IsControl(r) || unicode.IsSpace(r) && r != ' ' {
			return false
		}
	}
	return true
}

// CanonicalForm returns the bytes that a revision's hash is taken of: everything
// but the body as JSON, a line feed, the body in its canonical form.
func (c *Content) CanonicalForm() []byte {
	meta, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings and lists of strings always marshal
	}
	if c.Body == nil {
		return append(meta, '\n')
	}
	return append(append(meta, '\n'), c.Body.JSON()...)
}
