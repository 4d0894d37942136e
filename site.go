package stet

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"stet/lang"
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

// ParseLangs reads the languages of a site as people type them, "ru, en", the main
// one first; an Error about langs if one of them can have no edition.
func ParseLangs(list string) ([]Lang, error) {
	var out []Lang
	for code := range strings.SplitSeq(list, ",") {
		code = strings.ToLower(strings.TrimSpace(code))
		switch {
		case !lang.Valid(code):
			return nil, Errorf(Invalid, "langs", "%q is not a language code like ru or az", code)
		case code == "api": // /api/v1 is taken
			return nil, Errorf(Invalid, "langs", "%q cannot be an edition's code", code)
		case slices.Contains(out, Lang(code)):
			return nil, Errorf(Invalid, "langs", "%q stands twice", code)
		}
		out = append(out, Lang(code))
	}
	return out, nil
}
