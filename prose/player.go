package prose

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A Player is what shows an embed on the page that holds it: a frame of the
// service's own.
type Player struct {
	URL      string // of the frame, at the address with which the service tracks least
	Host     string // that it is loaded from, for people: without "www."
	Shape    Shape
	Referrer bool // the service shows nothing to who does not name their site
}

// Shape is what room a player takes.
type Shape string

const (
	Film  Shape = "film"  // sixteen to nine
	Sound Shape = "sound" // a strip
	Sheet Shape = "sheet" // taller than wide, as posts are, and charts on a phone
)

// A rule makes the address of a frame of a page's: of its path, and of what is
// named of its query, in that order, behind a question mark.
type rule struct {
	page     *regexp.Regexp
	query    string // the names, with spaces between; "*" for all as it stands
	frame    string // with $1 for what the page's address has at its first brackets
	shape    Shape
	referrer bool
}

func playerOf(page, query, frame string, shape Shape) rule {
	return rule{page: regexp.MustCompile(`^(?:` + page + `)$`), query: query, frame: frame, shape: shape}
}

// tube is YouTube's: it answers "error 153" where no site is named.
func tube(page, query string) rule {
	frame := "https://www.youtube-nocookie.com/embed/$1"
	if query == "list" {
		frame += "?list=$2"
	}
	p := playerOf(page, query, frame, Film)
	p.referrer = true
	return p
}

// PlayerOf returns the player for the address of an embed; ok is false where
// there is none, and the embed is a link and no more.
func PlayerOf(address string) (p Player, ok bool) {
	s, u := providerOf(address)
	if s == nil {
		return Player{}, false
	}
	for _, rule := range s.players {
		subject := u.EscapedPath()
		if len(subject) > 1 {
			subject = strings.TrimSuffix(subject, "/")
		}
		switch rule.query {
		case "":
		case "*":
			subject += "?" + u.RawQuery
		default:
			var values []string
			for name := range strings.FieldsSeq(rule.query) {
				values = append(values, u.Query().Get(name))
			}
			subject += "?" + strings.Join(values, "&")
		}
		m := rule.page.FindStringSubmatchIndex(subject)
		if m == nil {
			continue
		}
		p = Player{URL: string(rule.page.ExpandString(nil, rule.frame, subject, m)), Shape: rule.shape, Referrer: rule.referrer}
		if seconds := startOf(u); s.name == "YouTube" && seconds != "" && !strings.Contains(p.URL, "?") {
			p.URL += "?start=" + seconds
		}
		p.Host = hostOf(p.URL)
		return p, true
	}
	return Player{}, false
}

var startSeconds = regexp.MustCompile(`^([1-9][0-9]{0,5})s?$`)

// startOf is the second at which a film begins; empty for its beginning.
func startOf(u *url.URL) string {
	for _, name := range []string{"t", "start"} {
		if m := startSeconds.FindStringSubmatch(u.Query().Get(name)); m != nil {
			return m[1]
		}
	}
	return ""
}

// PlayerHosts are the origins that players are loaded from, in order: what a
// page's policy allows in frames.
func PlayerHosts() []string {
	var hosts []string
	for _, s := range providers {
		for _, p := range s.players {
			end := len("https://") + strings.IndexByte(p.frame[len("https://"):], '/')
			hosts = append(hosts, p.frame[:end])
		}
	}
	slices.Sort(hosts)
	return slices.Compact(hosts)
}

// HasPlayer reports whether an embed of the document has a player.
func (d *Doc) HasPlayer() bool {
	found := false
	d.Walk(func(n *Node) bool {
		if n.Type == Embed && !found {
			_, found = PlayerOf(n.Attrs.Get("url"))
		}
		return !found
	})
	return found
}
