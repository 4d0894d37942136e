package format

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/url"
	"strings"
	"time"
	"unicode"

	"stet"
	"stet/lang"
	"stet/prose"
)

// Edition is the paper, in the language in which it is written of.
type Edition struct {
	stet.Edition
	URL          string // scheme and host of the site, without a final slash
	L            *lang.Language
	Zone         *time.Location
	Small, Large string // where on the site the paper's mark is, as pictures of 192 and 512 pixels
	Vector       string // and as a drawing
	Pictures
}

// Home is the path of the edition's front.
func (e *Edition) Home() string { return "/" + string(e.Lang) + "/" }

// Link is a link in the edition's own language. Its address is a path as it
// stands in an address; it is empty for a name that leads nowhere.
type Link struct{ Text, Href string }

// Topic is a topic of an article.
type Topic struct {
	Link
	Key, Kind string
	About     string // only where the page is its own
}

// Article is a published article and the names that belong to it.
type Article struct {
	*stet.Story
	Edition *Edition
	Authors []Link // all who sign it, in their order
	Section *Link  // nil for pages
	Topics  []Topic
}

// At is the article's whole address.
func (a *Article) At() string { return Absolute(a.Edition.URL, a.Path) }

// Updated says when the article last changed, as readers see it; empty if that
// is when it appeared.
func (a *Article) Updated() string {
	u := a.Edition.dateTime(a.UpdatedAt)
	if !a.UpdatedAt.After(a.PublishedAt) || u == a.Edition.dateTime(a.PublishedAt) {
		return ""
	}
	return u
}

// Description is the article in a sentence or two: its standfirst, else how
// its text begins.
func (a *Article) Description() string {
	if a.Standfirst != "" {
		return Excerpt(a.Standfirst, 300)
	}
	if !a.readable() {
		return ""
	}
	first, _, _ := strings.Cut(a.Body.Text(), "\n\n")
	return Excerpt(first, 300)
}

// readable holds for an article whose text is for everybody.
func (a *Article) readable() bool { return a.Open() && a.Body != nil }

func (e *Edition) date(t time.Time) string { return e.L.Date(t.In(e.Zone)) }

func (e *Edition) dateTime(t time.Time) string { return e.L.DateTime(t.In(e.Zone)) }

// Label is what readers must know of a genre; news needs none.
func (e *Edition) Label(g stet.Genre) string {
	switch g {
	case "analysis":
		return e.L.Text(lang.Analysis)
	case "opinion":
		return e.L.Text(lang.Opinion)
	case "sponsored":
		return e.L.Text(lang.Sponsored)
	}
	return ""
}

// Prose is how texts are written in the edition.
func (e *Edition) Prose() prose.HTMLOptions {
	return prose.HTMLOptions{Labels: prose.Labels{
		Picture: e.L.Text(lang.ViewPicture), Embed: e.L.Text(lang.ReadAtSource), Table: e.L.Text(lang.Table),
	}}
}

// Escaped returns a decoded path as it stands in an address.
func Escaped[S ~string](path S) string { return (&url.URL{Path: string(path)}).EscapedPath() }

// Absolute returns the whole address of a decoded path on a site.
func Absolute[S ~string](site string, path S) string { return site + Escaped(path) }

// Time writes an instant in RFC 3339, in UTC: an offset's plus sign would be
// escaped in attributes.
func Time(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Excerpt cuts a text to about that many characters, at a space.
func Excerpt(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	runes := []rune(s)
	if len(runes) <= limit {
		return s
	}
	for limit > 0 && unicode.IsMark(runes[limit]) {
		limit-- // a letter keeps its marks
	}
	cut := string(runes[:limit])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " .,;:–—-،؛՝։") + "…"
}

// followed holds for what can be followed on the web.
func followed(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
}

func texts(links []Link) []string {
	out := make([]string, len(links))
	for i, l := range links {
		out[i] = l.Text
	}
	return out
}

// encodeJSON writes a document of JSON.
func encodeJSON(v any) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return out.Bytes(), err
}

// encodeXML writes a document of XML. Characters that XML forbids become U+FFFD.
func encodeXML(v any) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	err := xml.NewEncoder(&out).Encode(v)
	out.WriteByte('\n')
	return out.Bytes(), err
}
