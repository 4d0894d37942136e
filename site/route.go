package site

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"strings"

	"golang.org/x/text/unicode/norm"

	"stet"
	"stet/press"
	"stet/site/theme"
)

// A layer makes the page that stands at an address.
type layer func(ctx context.Context) (press.Page, error)

// withQuery separates a path from a query that may belong to it; no path holds
// a NUL.
const withQuery = "\x00"

// A place is what stands at an address: a page, a page that says why there is
// none any more, or the way to another address.
type place struct {
	make layer
	gone bool
	to   *url.URL
}

// lay makes the page at a path for the press.
func (s *Site) lay(ctx context.Context, p string) (press.Page, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return press.Page{}, err
	}
	p, query, asked := strings.Cut(p, withQuery)
	var at *place
	if e, ok := s.searchAt(paper, p); ok && asked {
		at = &place{make: func(ctx context.Context) (press.Page, error) { return e.search(ctx, parseQuestion(query)) }}
	} else if asked {
		at, err = s.ask(ctx, paper, p+"?"+query, 0)
	} else {
		at, err = s.find(ctx, paper, p, 0)
	}
	switch {
	case err != nil:
		return press.Page{}, err
	case at == nil:
		return s.missing(ctx, paper, p, http.StatusNotFound, "")
	case at.to != nil:
		return moved(at.to), nil
	}
	page, err := at.make(ctx)
	if page.Status == 0 || page.Status == http.StatusOK {
		page.Fields = append(page.Fields, termFields(termsOf(paper))...)
	}
	return page, err
}

// hops is how far a chain of old addresses is followed to lead readers to its
// end at once.
const hops = 4

// find tells what stands at a path, in the order of the package comment; nil
// for nothing.
func (s *Site) find(ctx context.Context, paper *stet.Site, p string, hop int) (*place, error) {
	if at, err := s.here(ctx, paper, p); at != nil || err != nil {
		return at, err
	}
	if at, err := s.ask(ctx, paper, p, hop); at != nil || err != nil {
		return at, err
	}
	if at, err := s.movedBelow(ctx, paper, p); at != nil || err != nil {
		return at, err
	}
	for _, spelt := range spellings(p) {
		at, err := s.here(ctx, paper, spelt)
		if at != nil && at.to == nil && !at.gone {
			at = &place{to: &url.URL{Path: spelt}}
		}
		if at != nil || err != nil {
			return at, err
		}
	}
	clean := cleaned(p)
	if clean == p || hop == hops {
		return nil, nil
	}
	at, err := s.find(ctx, paper, clean, hop+1)
	if at != nil && at.to == nil && !at.gone {
		at = &place{to: &url.URL{Path: clean}}
	}
	return at, err
}

// here tells what of the site's own stands at a path.
func (s *Site) here(ctx context.Context, paper *stet.Site, p string) (*place, error) {
	if make, err := s.own(ctx, paper, p); make != nil || err != nil {
		return &place{make: make}, err
	}
	return s.twin(ctx, paper, p)
}

// movedBelow leads from a feed or an older page of a section, topic or author at an
// address it had before to where that is now; nil for nothing.
func (s *Site) movedBelow(ctx context.Context, paper *stet.Site, p string) (*place, error) {
	dir, rest := path.Split(p)
	if _, ok := feedFormAt(rest); !ok {
		seg := strings.Split(strings.Trim(p, "/"), "/")
		if len(seg) < 4 {
			return nil, nil
		}
		last := seg[len(seg)-2:]
		if _, ok := parsePeriod(last); !ok {
			return nil, nil
		}
		rest = strings.Join(last, "/")
		dir = strings.TrimSuffix(strings.TrimSuffix(p, "/"), rest)
	}
	found, err := s.lookUp(ctx, dir)
	if err != nil || found.Kind != stet.FoundMoved {
		return nil, err
	}
	to := strings.TrimSuffix(found.To, "/") + "/" + rest
	if make, err := s.own(ctx, paper, to); make == nil || err != nil {
		return nil, err
	}
	return &place{to: &url.URL{Path: to}}, nil
}

// spellings are the other ways to write a path that mean the same.
func spellings(p string) []string {
	composed := norm.NFC.String(p)
	other := strings.TrimSuffix(composed, "/")
	if other == composed {
		other += "/"
	}
	if composed == p {
		return []string{other}
	}
	return []string{composed, other}
}

// cleaned resolves dots and doubled slashes.
func cleaned(p string) string {
	c := path.Clean(p)
	if c != "/" && strings.HasSuffix(p, "/") {
		c += "/"
	}
	return c
}

// own returns what makes the page, if the path is one that the site itself has.
func (s *Site) own(ctx context.Context, paper *stet.Site, p string) (layer, error) {
	switch p {
	case "/robots.txt":
		return s.robots, nil
	case "/" + llmsName:
		return s.llms, nil
	case "/.well-known/tdmrep.json":
		if termsOf(paper).Reserved {
			return s.reservation, nil
		}
		return nil, nil
	case "/sitemap.xml":
		return s.sitemapIndex, nil
	case "/news-sitemap.xml":
		return s.newsSitemap, nil
	}
	if a, ok := s.look.Load().asset(p); ok {
		return func(context.Context) (press.Page, error) { return assetPage(a), nil }, nil
	}
	if a, ok := s.theme().Fixed()[p]; ok {
		return func(context.Context) (press.Page, error) {
			return press.Page{Fields: s.fields(a.MediaType), Parts: []press.Part{{HTML: a.Data}}, Raw: true}, nil
		}, nil
	}
	seg := strings.Split(strings.TrimPrefix(p, "/"), "/")
	if seg[0] == "sitemap" && len(seg) == 3 {
		return s.sitemap(ctx, paper, seg[1], seg[2])
	}
	e, ok := s.edition(paper, stet.Lang(seg[0]))
	if !ok || len(seg) < 2 {
		return nil, nil
	}
	return e.own(ctx, seg[1:])
}

// own returns what makes a page of the edition; seg is the rest of the path.
func (e *edition) own(ctx context.Context, seg []string) (layer, error) {
	n := len(seg)
	last := seg[n-1]
	form, isFeed := feedFormAt(last)
	switch {
	case n == 1 && last == "":
		return e.frontPage, nil
	case n == 1 && last == manifestName:
		return e.manifest, nil
	case n == 1 && last == openSearchName:
		return e.openSearch, nil
	case n == 1 && last == llmsName:
		return e.llms, nil
	case n == 1 && isFeed:
		return func(ctx context.Context) (press.Page, error) { return e.feed(ctx, nil, form) }, nil
	case seg[0] == "search" && n == 1:
		return e.emptySearch, nil
	case seg[0] == "latest" && n == 1:
		return e.newest, nil
	case seg[0] == "latest":
		p, ok := parsePeriod(seg[1:])
		if !ok {
			return nil, nil
		}
		page, ok, err := e.archive(ctx, p)
		if !ok || err != nil {
			return nil, err
		}
		return func(context.Context) (press.Page, error) { return page, nil }, nil
	}
	kind := stet.SectionTerm
	switch seg[0] {
	case "topics":
		kind, seg = stet.TopicTerm, seg[1:]
	case "authors":
		kind, seg = stet.AuthorTerm, seg[1:]
	}
	switch {
	case len(seg) == 0 || len(seg) > 3 || !norm.NFC.IsNormalString(seg[0]):
		return nil, nil
	case kind != stet.SectionTerm && len(seg) == 1 && seg[0] == "":
		return func(ctx context.Context) (press.Page, error) { return e.termList(ctx, kind) }, nil
	case len(seg) == 2 && seg[1] != "" && !isFeed || len(seg) == 1 || seg[0] == "":
		return nil, nil
	}
	var month stet.Day
	if len(seg) == 3 {
		p, ok := parsePeriod(seg[1:])
		if !ok {
			return nil, nil
		}
		month = p.from
	}
	term, err := e.library.Term(ctx, e.lang, kind, seg[0])
	if stet.Is(err, stet.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("looking up %s %q: %w", kind, seg[0], err)
	}
	if month != "" {
		p, _ := parsePeriod([]string{string(month[:4]), string(month[5:7])})
		heads, err := e.heads(ctx, stet.HeadQuery{Term: kind, Key: term.Key, From: p.from, To: p.to, Limit: 1})
		if err != nil || len(heads) == 0 {
			return nil, err
		}
	}
	return func(ctx context.Context) (press.Page, error) {
		if isFeed {
			return e.feed(ctx, term, form)
		}
		return e.list(ctx, term, month)
	}, nil
}

// ask tells what the library finds at an address; nil for nothing.
func (s *Site) ask(ctx context.Context, paper *stet.Site, p string, hop int) (*place, error) {
	found, err := s.lookUp(ctx, p)
	if err != nil || found.Article == "" && found.To == "" {
		return nil, err
	}
	if found.Kind == stet.FoundMoved {
		to := target(found.To)
		if hop < hops && to.Host == "" && to.RawQuery == "" && to.Path != p {
			next, err := s.find(ctx, paper, to.Path, hop+1)
			if err != nil || next != nil && (next.to != nil || next.gone) {
				return next, err
			}
		}
		return &place{to: to}, nil
	}
	return s.article(paper, found, p, "", (*edition).story), nil
}

// lookUp asks the library what stands at a path; the zero Found for nothing.
func (s *Site) lookUp(ctx context.Context, p string) (stet.Found, error) {
	found, err := s.library.Find(ctx, stet.Path(p))
	if stet.Is(err, stet.NotFound) {
		return stet.Found{}, nil
	}
	if err != nil {
		return found, fmt.Errorf("finding %s: %w", p, err)
	}
	return found, nil
}

// article is what stands at the address of an article with a suffix: what make
// makes of it, or why it is not there any more.
func (s *Site) article(paper *stet.Site, found stet.Found, p, suffix string, make func(*edition, context.Context, *stet.Story) (press.Page, error)) *place {
	if found.Kind == stet.FoundGone {
		return &place{gone: true, make: func(ctx context.Context) (press.Page, error) {
			return s.missing(ctx, paper, p, http.StatusGone, found.Reason)
		}}
	}
	return &place{make: func(ctx context.Context) (press.Page, error) {
		st, err := s.library.Story(ctx, found.Article)
		if stet.Is(err, stet.NotFound) { // withdrawn this moment
			return s.missing(ctx, paper, p, http.StatusNotFound, "")
		}
		if err != nil {
			return press.Page{}, fmt.Errorf("reading %s: %w", found.Article, err)
		}
		e, ok := s.edition(paper, st.Lang)
		switch {
		case !ok:
			return s.missing(ctx, paper, p, http.StatusNotFound, "")
		case string(st.Path)+suffix != p: // moved this moment
			return moved(&url.URL{Path: string(st.Path) + suffix}), nil
		}
		return make(e, ctx, st)
	}}
}

// target reads where an old address leads: to a path, decoded or not, or to an
// address of another host.
func target(to string) *url.URL {
	if strings.HasPrefix(to, "/") {
		to = "/" + strings.TrimLeft(to, "/")
	}
	u, err := url.Parse(to)
	if err != nil {
		u = &url.URL{Path: to}
	}
	return u
}

// moved leads to an address. The page is not held: what an old address leads
// to changes with whatever is there.
func moved(u *url.URL) press.Page {
	var to strings.Builder
	for _, b := range []byte(u.String()) {
		if b <= ' ' || b >= 0x7f {
			fmt.Fprintf(&to, "%%%02X", b)
		} else {
			to.WriteByte(b)
		}
	}
	return press.Page{
		Status: http.StatusMovedPermanently,
		Fields: []press.Field{
			{Name: "Location", Value: to.String()},
			{Name: "Cache-Control", Value: "public, max-age=3600"},
			{Name: "X-Content-Type-Options", Value: "nosniff"},
		},
		Transient: true,
	}
}

// assetPage is a file of a theme as the press holds it: for ever, as its address
// changes with its bytes. Previews stand in a sandbox without an origin, where
// fonts are another's unless they are said to be everybody's.
func assetPage(a theme.Asset) press.Page {
	return press.Page{
		Fields: []press.Field{
			{Name: "Content-Type", Value: a.MediaType},
			{Name: "Cache-Control", Value: "public, max-age=31536000, immutable"},
			{Name: "X-Content-Type-Options", Value: "nosniff"},
			{Name: "Access-Control-Allow-Origin", Value: "*"},
		},
		Parts: []press.Part{{HTML: a.Data}},
		Raw:   a.MediaType == "font/woff2" || strings.HasPrefix(a.MediaType, "image/") && a.MediaType != "image/svg+xml",
	}
}
