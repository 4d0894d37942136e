package stet

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"stet/lang"
	"time"
)

// Lang is the BCP 47 code of an edition, lower case: "ru", "az".
type Lang string

// Edition is one language edition of the site.
type Edition struct {
	Lang  Lang
	Name  string // the paper's name in that language
	About string // one line about the paper
}

// Site is the newsroom's public face.
type Site struct {
	Zone     *time.Location
	Editions []Edition // in the order readers see them; the first is the site's own language
	Settings Settings
	Stamp    int64 // the event that last changed what every page shows
}

// Edition returns the edition in a language.
func (s *Site) Edition(l Lang) (Edition, bool) {
	i := slices.IndexFunc(s.Editions, func(e Edition) bool { return e.Lang == l })
	if i < 0 {
		return Edition{}, false
	}
	return s.Editions[i], true
}

// Langs returns the codes of the editions in order.
func (s *Site) Langs() []Lang {
	out := make([]Lang, len(s.Editions))
	for i, e := range s.Editions {
		out[i] = e.Lang
	}
	return out
}

// TermKind tells sections, topics and authors apart.
type TermKind string

const (
	SectionTerm TermKind = "section"
	TopicTerm   TermKind = "topic"
	AuthorTerm  TermKind = "author"
)

// TopicKinds are the kinds a topic may have.
var TopicKinds = []string{"person", "organisation", "place", "event", "agreement"}

// Term is a section, a topic or an author.
type Term struct {
	Kind   TermKind
	Key    string // language-neutral, as the native form names it
	Topic  string // of a topic: one of TopicKinds or empty
	Parent string // of a section: its parent's key or empty
	Names  map[Lang]TermName
}

// TermName is what a term is called in one language.
type TermName struct {
	Name string
	Slug string
}

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

// Day is a date in the site's zone, "2021-06-02".
type Day string

// DayOf returns the local day of an instant.
func DayOf(t time.Time, zone *time.Location) Day { return Day(t.In(zone).Format(time.DateOnly)) }

// NextDay returns the first instant after t whose local date differs: midnight,
// or later where a zone has no midnight that day.
func NextDay(t time.Time, zone *time.Location) time.Time {
	day := DayOf(t, zone)
	for {
		t = t.In(zone)
		_, offset := t.Zone()
		_, end := t.ZoneBounds()
		midnight := time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, time.FixedZone("", offset))
		switch {
		case end.IsZero() || midnight.Before(end):
			return midnight.In(zone)
		case DayOf(end, zone) != day:
			return end
		}
		t = end // the clocks change before midnight; go on with the new offset
	}
}

// AuthorKey makes the key of an author who is known by name only.
func AuthorKey(l Lang, name string) string {
	sum := sha256.Sum256([]byte(name))
	return lang.Get(string(l)).Slug(name, "author-"+hex.EncodeToString(sum[:4]))
}
