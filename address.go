package stet

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"stet/lang"
)

// The years an article may be dated in.
const (
	MinYear = 1600
	MaxYear = 2999
)

// CheckTime returns an Error about a field when a time is, anywhere on earth,
// outside the years that addresses and calendars are made for. Zero is fine.
func CheckTime(field string, t time.Time) error {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	if t.Add(-14*time.Hour).Year() < MinYear || t.Add(14*time.Hour).Year() > MaxYear {
		return Errorf(Invalid, field, "the year %d is outside %d–%d", t.Year(), MinYear, MaxYear)
	}
	return nil
}

// ValidID holds for an article's id: 1–200 visible ASCII characters.
func ValidID(s string) bool {
	if len(s) == 0 || len(s) > 200 {
		return false
	}
	for i := range len(s) {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

// Wanted returns the directory and slug that the article should be found
// under: the month of its first publication, or of the time asked for, or of
// now; the slug given with what readers see (before: with what is written),
// else the one it has, else one made from the headline. A text that was begun at
// the desk gets its slug at its first publication: until then its headline is
// half written, and nobody was told an address. Storage makes the slug unique
// within the site by -2, -3 …
func (a *Article) Wanted(site *Site, now time.Time) (dir, slug string) {
	c := a.Current
	if c == nil {
		c = a.Latest()
	}
	slug = c.Slug
	begun := a.ImportHash == "" && a.Current != nil && a.Current.Number == 1 &&
		slices.ContainsFunc(a.pending, func(e Event) bool { return e.Kind == Published })
	if slug == "" && !begun {
		slug = a.Wants[strings.LastIndexByte(a.Wants, '/')+1:]
	}
	if slug == "" {
		slug = site.Settings.Slug(a.Lang, c.Headline, string(a.ID))
	}
	if a.Kind == PageKind {
		return fmt.Sprintf("/%s/pages/", a.Lang), slug
	}
	at := a.FirstLive
	for _, t := range []time.Time{a.ScheduledFor, a.Asked, now} {
		if at.IsZero() {
			at = t
		}
	}
	return fmt.Sprintf("/%s/%s/", a.Lang, at.In(site.Zone).Format("2006/01")), slug
}

// reserved are slugs that a section may not have: they are addresses of their own.
var reserved = map[string]bool{
	"latest": true, "search": true, "topics": true, "authors": true, "pages": true, "feed": true,
	"atom": true, "sections": true, "desk": true, "api": true, "assets": true, "media": true,
}

// ReservedSlug reports whether a section may not be addressed by s.
func (s *Site) ReservedSlug(slug string) bool {
	if reserved[slug] {
		return true
	}
	if len(slug) == 4 && strings.Trim(slug, "0123456789") == "" {
		return true
	}
	if slices.Contains(lang.Codes(), slug) { // of an edition that may come
		return true
	}
	_, edition := s.Edition(Lang(slug))
	return edition
}

// The site's own addresses, at its root and in an edition. What stands below
// those that end in a slash is the site's too.
var (
	ownAtRoot = []string{
		"robots.txt", "llms.txt", "sitemap.xml", "news-sitemap.xml", "favicon.ico", "apple-touch-icon.png", "healthz", "readyz",
		".well-known/tdmrep.json", "sitemap/", "assets/", "media/", "api/", "desk/",
	}
	ownInEdition = []string{
		"", "latest/", "search", "topics", "authors", "feed.xml", "atom.xml", "feed.json", "llms.txt", "site.webmanifest", "opensearch.xml",
	}
)

// Own reports whether the site itself has what stands at an address, whatever
// is published: an old address cannot lead from there to an article.
func (s *Site) Own(p Path) bool {
	path, _, query := strings.Cut(string(p), "?")
	path = strings.Trim(path, "/")
	if path == "" {
		return !query
	}
	own := ownAtRoot
	if first, rest, _ := strings.Cut(path, "/"); slices.Contains(s.Langs(), Lang(first)) {
		path, own = rest, ownInEdition
	}
	return slices.ContainsFunc(own, func(o string) bool {
		return path == strings.TrimSuffix(o, "/") || strings.HasSuffix(o, "/") && strings.HasPrefix(path, o)
	})
}

// OldPath puts an old address of the newsroom into the form that addresses are
// compared in: host dropped, percent-decoded, NFC, no final slash, query kept.
func OldPath(s string) (Path, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Opaque != "" {
		return "", Errorf(Invalid, "old_urls", "%q is not an address", s)
	}
	p := u.Path
	if p == "" && u.Host != "" {
		p = "/"
	}
	if !strings.HasPrefix(p, "/") {
		return "", Errorf(Invalid, "old_urls", "%q is not an address: it must start with / or with https://", s)
	}
	if u.RawQuery != "" {
		p = ComparePath(p) + "?" + u.RawQuery
	} else {
		p = ComparePath(p)
	}
	if len(p) > 1000 {
		return "", Errorf(Invalid, "old_urls", "an old address is %d bytes long; at most 1000 are allowed", len(p))
	}
	if strings.ContainsRune(p, 0) || !utf8.ValidString(p) {
		return "", Errorf(Invalid, "old_urls", "%q is not an address: its percent escapes must be of UTF-8 text without U+0000", s)
	}
	return Path(p), nil
}

// Redirect is an address of old and where it leads now.
type Redirect struct {
	From Path   // in the form addresses are compared in
	To   string // a path of the site or an absolute address
}

// CheckTarget returns what a redirect leads to in the form that is stored: a
// decoded path of the site, or an absolute address.
func CheckTarget(s string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(s))
	to := ""
	switch {
	case err != nil || !utf8.ValidString(u.Path) || strings.ContainsRune(u.Path, 0):
	case u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil:
		to = u.String()
	case u.Scheme == "" && u.Host == "" && strings.HasPrefix(u.Path, "/"):
		if to = norm.NFC.String(u.Path); u.RawQuery != "" || u.Fragment != "" {
			to = u.String()
		}
	}
	if to == "" || len(to) > MaxURL {
		return "", Errorf(Invalid, "to", "%.80q is no address to lead to: write a path of the site like /ru/… or https://…, of at most %d bytes", s, MaxURL)
	}
	return to, nil
}

// ComparePath returns the form in which paths are compared: NFC without the
// final slash.
func ComparePath(p string) string {
	p = norm.NFC.String(p)
	if len(p) > 1 {
		p = strings.TrimRight(p, "/")
		if p == "" {
			p = "/"
		}
	}
	return p
}

func checkURL(bad func(field, format string, args ...any), field, s string) {
	if s == "" {
		return
	}
	if len(s) > MaxURL {
		bad(field, "is %d bytes long; at most %d are allowed", len(s), MaxURL)
		return
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		bad(field, "%.80q is not a web address: use https://… or http://…", s)
		return
	}
}
