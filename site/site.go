package site

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"stet"
	"stet/press"
	"stet/site/theme"
	"stet/web"
)

// Options is what a Site needs.
type Options struct {
	Library  stet.Library
	URL      string           // scheme and host of absolute addresses, without a final slash
	Now      func() time.Time // the clock; nil means time.Now
	Theme    *theme.Theme     // from LoadTheme; nil means the default theme
	MaxBytes int64            // what the press may hold; zero for its own default
	Media    string           // scheme and host of the newsroom's own pictures; empty for the site's own
	AVIF     bool             // they can be had in this format too

	// Limit, if set, bounds what one client may ask of the search.
	Limit *web.Limiter

	// Observe, if set, is told of every answer, after it was given.
	Observe func(Answer)
}

// Answer is what is told of an answer.
type Answer struct {
	Method string
	Path   string
	Status int
	Bytes  int64 // of the body
	Took   time.Duration
}

// Site answers readers. Its methods may be called at the same time.
type Site struct {
	library stet.Library
	url     string
	now     func() time.Time
	observe func(Answer)
	limit   *web.Limiter
	media   string
	avif    bool
	policy  policies
	look    atomic.Pointer[look]
	press   *press.Press

	paper   atomic.Pointer[stet.Site] // as it was last asked for; nil before
	reading sync.Mutex                // of paper, so that an older one never replaces a newer

	presence presence

	drawing chan struct{} // holds a token while a card is drawn: one at a time

	counting sync.Mutex
	laid     map[string]uint64
	printed  map[string]uint64
	latest   map[int]bool // the lengths in which the theme shows the latest news

	sitemapLength int // how many addresses a sitemap holds
}

// New returns a site. The error tells what is wrong with the URL.
func New(o Options) (*Site, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Scheme == "" || u.Host == "" || u.Path != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("site: the address %q must be a scheme and a host, like https://example.org", o.URL)
	}
	if m, err := url.Parse(o.Media); o.Media != "" && (err != nil || m.Scheme == "" || m.Host == "" || m.Path != "" || m.RawQuery != "") {
		return nil, fmt.Errorf("site: the address of pictures, %q, must be a scheme and a host, like https://media.example.org", o.Media)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Site{
		library: o.Library, url: o.URL, media: o.Media, avif: o.AVIF, policy: policiesWith(o.Media), now: o.Now, observe: o.Observe, limit: o.Limit,
		drawing:  make(chan struct{}, 1),
		presence: presence{terms: map[termKey][]stet.Lang{}},
		laid:     map[string]uint64{}, printed: map[string]uint64{}, latest: map[int]bool{}, sitemapLength: sitemapLength,
	}
	for _, kind := range []string{"front", "article", "list", "terms", "archive", "search", "missing", "feed", "sitemap", "llms", "twin", "manifest"} {
		s.laid[kind] = 0 // a count that is not there cannot be compared
	}
	for _, name := range []string{"breaking", "masthead", "latest", "front", "foot", "section"} {
		s.printed[name] = 0
	}
	if o.Theme == nil {
		if o.Theme, err = defaultTheme(); err != nil {
			return nil, fmt.Errorf("site: the default theme: %w", err)
		}
	}
	s.look.Store(&look{theme: o.Theme})
	s.press = press.New(press.Options{MaxBytes: o.MaxBytes, Lay: s.lay, Print: s.print, Now: o.Now})
	return s, nil
}

// site returns the newsroom's public face as it is held.
func (s *Site) site(ctx context.Context) (*stet.Site, error) {
	if p := s.paper.Load(); p != nil {
		return p, nil
	}
	return s.reload(ctx)
}

// reload asks for the newsroom's public face anew.
func (s *Site) reload(ctx context.Context) (*stet.Site, error) {
	s.reading.Lock()
	defer s.reading.Unlock()
	p, err := s.library.Site(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the site: %w", err)
	}
	if len(p.Editions) == 0 {
		return nil, fmt.Errorf("the site has no editions")
	}
	s.paper.Store(p)
	return p, nil
}

// Stats are counts since the site was made.
type Stats struct {
	Press   press.Stats
	Laid    map[string]uint64 // pages made, by template: "article", "list", "feed" …
	Printed map[string]uint64 // blocks made: "breaking", "masthead", "latest", "front", "foot", "section"
}

// Shapes tells in which shape the theme shows pictures in each of its places.
func (s *Site) Shapes() map[string]stet.Ratio {
	out := map[string]stet.Ratio{}
	for place, as := range s.look.Load().theme.Pictures {
		out[place] = stet.Ratio(as.Shape)
	}
	return out
}

// Stats returns the counts of this moment.
func (s *Site) Stats() Stats {
	of := s.press.Stats() // before the lock, which the press may be waiting for
	s.counting.Lock()
	defer s.counting.Unlock()
	st := Stats{Press: of, Laid: map[string]uint64{}, Printed: map[string]uint64{}}
	for k, n := range s.laid {
		st.Laid[k] = n
	}
	for k, n := range s.printed {
		st.Printed[k] = n
	}
	return st
}

func (s *Site) count(what map[string]uint64, kind string) {
	s.counting.Lock()
	what[kind]++
	s.counting.Unlock()
}

// today is the local day of this moment.
func (s *Site) today(site *stet.Site) stet.Day {
	return stet.DayOf(s.now(), cmp.Or(site.Zone, time.UTC))
}
