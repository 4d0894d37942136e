package stet

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Breaking is the breaking news of an edition: one line on all its pages, until
// it runs out or somebody ends it. Its methods are the law, as an Article's are.
type Breaking struct {
	Lang  Lang
	Text  string    // empty if there is none
	Path  Path      // where on the site the line leads; empty for nowhere
	Since time.Time // when it was set
	Until time.Time // when it runs out
	Event int64     // the event that set it, for which storage provides
}

// How long a line may be, and how long it may stay: what is on every page for
// a week is no news.
const (
	maxBreaking     = 200 // characters
	maxBreakingPath = 1000
	maxBreakingTime = 7 * 24 * time.Hour
)

// BreakingKind is the kind of a Place that is no article's: the breaking news
// of an edition.
const BreakingKind Kind = "breaking"

// On reports whether readers see the line at a moment.
func (b *Breaking) On(now time.Time) bool { return b.Text != "" && now.Before(b.Until) }

// Check puts a line into the form that is stored and returns an Error about
// every field that breaks a rule.
func (b *Breaking) Check(now time.Time) error {
	var es Errors
	bad := func(field, format string, args ...any) { es = append(es, Errorf(Invalid, field, format, args...)) }
	valid := utf8.ValidString(b.Text)
	b.Text = norm.NFC.String(CleanLine(b.Text))
	switch n := utf8.RuneCountInString(b.Text); {
	case !valid:
		bad("text", "is not valid UTF-8")
	case n == 0:
		bad("text", "is missing")
	case n > maxBreaking:
		bad("text", "has %d characters; one line has at most %d", n, maxBreaking)
	}
	switch p := string(b.Path); {
	case p == "":
	case !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsRune(p, '\\'):
		bad("url", "%.80q is no address of this site: write its path, like /ru/2026/11/slug", p)
	case len(p) > maxBreakingPath || !utf8.ValidString(p) || CleanLine(p) != p:
		bad("url", "must be UTF-8 text of at most %d bytes without control characters", maxBreakingPath)
	}
	switch b.Until = b.Until.UTC().Truncate(time.Millisecond); {
	case b.Until.IsZero():
		bad("until", "is missing: say when the line runs out, like 2026-11-23T18:00:00+04:00")
	case !b.Until.After(now):
		bad("until", "is past")
	case b.Until.After(now.Add(maxBreakingTime)):
		bad("until", "is more than a week ahead")
	}
	return es.Or()
}

// Announce replaces the breaking news of an edition by a line, and returns the
// event of that; nil if readers see the very same already.
func (b *Breaking) Announce(actor User, line Breaking, now time.Time) (*Event, error) {
	line.Lang = b.Lang
	if err := MayAnnounce(actor, b.Lang); err != nil {
		return nil, err
	}
	if err := line.Check(now); err != nil {
		return nil, err
	}
	if b.On(now) && b.Text == line.Text && b.Path == line.Path && b.Until.Equal(line.Until) {
		return nil, nil
	}
	e := b.event(Announced, actor, line.Text, now)
	e.Is = &Place{Lang: b.Lang, Kind: BreakingKind, Path: line.Path}
	*b = line
	b.Since = now
	return e, nil
}

// End takes the breaking news of an edition away before its time.
func (b *Breaking) End(actor User, now time.Time) (*Event, error) {
	if err := MayAnnounce(actor, b.Lang); err != nil {
		return nil, err
	}
	if !b.On(now) {
		return nil, Errorf(NotFound, "", "there is no breaking news in %q", b.Lang)
	}
	e := b.event(Ended, actor, b.Text, now)
	*b = Breaking{Lang: b.Lang}
	return e, nil
}

func (b *Breaking) event(kind EventKind, actor User, note string, now time.Time) *Event {
	e := &Event{At: now, Kind: kind, Origin: actor.Origin, Actor: actor.ID, Note: note}
	if b.On(now) {
		e.Was = &Place{Lang: b.Lang, Kind: BreakingKind, Path: b.Path}
	}
	return e
}

// MayAnnounce says whether a user may set the breaking news of an edition: who may
// publish in its language, in all sections, since the line stands on the pages of
// all.
func MayAnnounce(u User, l Lang) error {
	if err := May(u, ActPublish, &Article{Lang: l}); err != nil {
		return err
	}
	if len(u.Sections) > 0 {
		return Errorf(Forbidden, "section", "%s may work in some sections only, and breaking news stands on the pages of all", u.Name)
	}
	return nil
}

// SitePath returns the path of an address of the site, which may begin with the
// site's scheme and host; nothing for nothing.
func SitePath(address, site string) (Path, error) {
	if address = strings.TrimSpace(address); address == "" {
		return "", nil
	}
	u, err := url.Parse(strings.TrimPrefix(address, site))
	if err != nil || u.Scheme != "" || u.Host != "" || u.RawQuery != "" || u.Fragment != "" || !strings.HasPrefix(u.Path, "/") {
		return "", Errorf(Invalid, "url", "%.80q is no address of this site: write its path, like /ru/2026/11/slug", address)
	}
	return Path(norm.NFC.String(u.Path)), nil
}
