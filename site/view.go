package site

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"maps"
	"strings"
	"time"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/prose"
	"stet/site/format"
	"stet/site/theme"
)

// frame is what the template of every page is given.
type frame struct {
	L     *lang.Language
	Paper string // the edition's name
	Home  string // the edition's front
	All   string // the edition's archive
	Head  head
}

// head is what a page says of itself to machines.
type head struct {
	Title       string // as the browser shows it
	Name        string // as the page itself has it
	Description string
	Canonical   string // absolute; empty for pages nobody should keep
	Alternates  []alternate
	Feeds       []feedLink
	Type        string // "website", "article"
	Image       string // of a story: its lead picture, absolute
	ImageAlt    string
	ImageWidth  int // in pixels; 0 where it is not known
	ImageHeight int
	Published   string
	Modified    string
	Section     string
	Tags        []string // topics
	Authors     []string // addresses of their pages
	Paper       string
	Locale      string
	Locales     []string // of the alternates
	Style, Icon string
	Font        string    // of the page's script, if the theme has one
	Light, Dark string    // the ground's colours
	Manifest    string    // of the front alone: what can be installed is the paper
	Search      *feedLink // of the front and the search: how it is asked
	Twins       []twin
	NoIndex     bool
	Script      string   // of a story with embeds: shows them on a click
	Data        safeData // JSON-LD
}

// tell notes what the page says of itself in the words of schema.org.
func (h *head) tell(data []byte, err error) error {
	h.Data = safeData(data)
	return err
}

// alternate is the same matter in a language, "x-default" for all others.
type alternate struct{ Lang, Href string }

// link is a link in the page's own language.
type link struct{ Text, Href string }

// tongue is a link into another language.
type tongue struct {
	Lang, Dir, Name, Href string
	Here                  bool // it is this page's own
}

// date is a time as people and as machines read it.
type date struct{ Text, Machine string }

// item is a story in a list.
type item struct {
	Headline   string // what the link says
	Href       string
	Standfirst string
	Kicker     string
	Label      string // of a genre that readers must know of
	Sponsored  bool
	Authors    string
	Published  date
	Picture    safeHTML // a whole <picture>, as pictures.json has it for the place; may be empty
}

// edition is one edition at the moment a page or some blocks of it are made.
type edition struct {
	*Site
	paper *stet.Site
	name  stet.Edition
	l     *lang.Language
	lang  stet.Lang
	zone  *time.Location
	theme *theme.Theme // one for the whole page

	format *format.Edition // the same for what machines read

	// What was asked for once, for all blocks that are made together.
	sections []stet.Term
	recent   []stet.Head
	authors  map[string]*stet.Term

	// pins are those to go by, instead of those that are live, of a page that is
	// only tried.
	pins []stet.PinnedHead
}

// edition returns an edition of the newsroom's public face.
func (s *Site) edition(paper *stet.Site, l stet.Lang) (*edition, bool) {
	name, ok := paper.Edition(l)
	zone := paper.Zone
	if zone == nil {
		zone = time.UTC
	}
	e := &edition{Site: s, paper: paper, name: name, l: lang.Get(string(l)), lang: l, zone: zone, theme: s.theme()}
	icons := e.theme.Icons
	e.format = &format.Edition{Edition: name, URL: s.url, L: e.l, Zone: zone, Small: icons.Small, Large: icons.Large, Vector: icons.Vector}
	e.format.Pictures = format.Pictures{Media: s.media, AVIF: s.avif, Places: map[string]format.Place{}}
	for place, p := range e.theme.Pictures {
		e.format.Places[place] = format.Place{Ratio: stet.Ratio(p.Shape), Sizes: p.Sizes, Widest: p.Widest}
	}
	if _, ok := e.format.Places["portrait"]; !ok {
		e.format.Places["portrait"] = e.format.Places["list"]
	}
	return e, ok
}

func (e *edition) home() string { return "/" + string(e.lang) + "/" }

// frame fills what every page has. The path is the page's own address.
func (e *edition) frame(path, title string) frame {
	h := head{
		Title: title, Name: title, Type: "website",
		Paper: e.name.Name, Locale: e.l.Locale, Style: e.theme.Style, Icon: e.theme.Icons.Vector, Light: e.theme.Light, Dark: e.theme.Dark,
		Font:  e.theme.Fonts[strings.ToLower(e.l.Script)],
		Feeds: feedLinks(e.l.Text(lang.FeedTitle, "site", e.name.Name), e.home()),
	}
	if path != "" {
		h.Canonical = e.absolute(path)
	}
	h.Description = cmp.Or(e.name.About, e.l.Text(lang.FeedTitle, "site", e.name.Name))
	if title != e.name.Name {
		h.Description = e.l.Text(lang.FeedOf, "site", e.name.Name, "name", title)
		h.Title = e.l.Text(lang.PageTitle, "title", title, "site", e.name.Name)
	}
	return frame{L: e.l, Paper: e.name.Name, Home: e.home(), All: e.home() + "latest", Head: h}
}

// alternate says that the same matter stands at a decoded path in a language.
func (e *edition) alternate(h *head, l stet.Lang, path stet.Path) {
	h.Alternates = append(h.Alternates, alternate{string(l), e.absolute(string(path))})
	if l != e.lang {
		h.Locales = append(h.Locales, lang.Get(string(l)).Locale)
	}
}

// alternatives says that a path of the edition exists in all of them; readers
// of other languages get what is at the decoded path.
func (e *edition) alternatives(h *head, path string, others stet.Path) {
	for _, l := range e.paper.Langs() {
		e.alternate(h, l, stet.Path("/"+string(l)+"/"+path))
	}
	h.Alternates = append(h.Alternates, alternate{"x-default", e.absolute(string(others))})
}

// typeAttr is the type of a link with the attribute's name: in a value that a
// template writes, the plus sign is escaped, and not all who look for a feed or
// for oEmbed decode it.
func typeAttr(mediaType string) safeAttr { return safeAttr(`type="` + mediaType + `"`) }

// absolute returns the whole address of a decoded path.
func (s *Site) absolute(path string) string { return format.Absolute(s.url, path) }

func (e *edition) date(t time.Time) date { return date{e.l.Date(t.In(e.zone)), format.Time(t)} }

func (e *edition) dateTime(t time.Time) date { return date{e.l.DateTime(t.In(e.zone)), format.Time(t)} }

// items are stories as a list shows them, without pictures.
func (e *edition) items(ctx context.Context, heads []stet.Head) ([]item, error) {
	var bylines []stet.Byline
	for _, h := range heads {
		bylines = append(bylines, h.Bylines...)
	}
	authors, err := e.people(ctx, bylines)
	if err != nil {
		return nil, err
	}
	items := make([]item, len(heads))
	for i, h := range heads {
		var by []string
		for _, b := range h.Bylines {
			by = append(by, e.signed(b, authors))
		}
		items[i] = item{
			Headline: h.Headline, Href: format.Escaped(h.Path), Standfirst: h.Standfirst, Kicker: h.Kicker,
			Label: e.format.Label(h.Genre), Sponsored: h.Genre == "sponsored",
			Published: e.date(h.PublishedAt),
		}
		if len(by) > 0 {
			items[i].Authors = e.l.Text(lang.Byline, "names", e.l.List(by))
		}
	}
	return items, nil
}

// illustrate gives stories of a list their lead pictures as a place shows them,
// and returns whether one has any. first says that the first picture among them is
// seen at once. Where pictures stand small beside headlines, which say more and
// are the links, they have no words: these would only be heard before the headline.
func (e *edition) illustrate(items []item, heads []stet.Head, place string, first bool) bool {
	any := false
	for i := range items {
		h := &heads[i]
		if h.Picture == nil {
			continue
		}
		m := e.format.Image(h.Picture, place)
		m.First = first && !any
		any = true
		alt := ""
		if place == "first" {
			alt = cmp.Or(h.Alt, e.format.Alt(h.Picture))
		}
		items[i].Picture = safeHTML(m.HTML(alt))
	}
	return any
}

// linksOf are the links to the stories of a list.
func linksOf(items []item) []format.Link {
	out := make([]format.Link, len(items))
	for i, it := range items {
		out[i] = format.Link{Text: it.Headline, Href: it.Href}
	}
	return out
}

// written are links as machines read them.
func written(links ...link) []format.Link {
	out := make([]format.Link, len(links))
	for i, l := range links {
		out[i] = format.Link(l)
	}
	return out
}

// people looks the authors up that sign by their own name.
func (e *edition) people(ctx context.Context, bylines []stet.Byline) (map[string]*stet.Term, error) {
	var keys []string
	for _, b := range bylines {
		if _, known := e.authors[b.Key]; b.Name == "" && !known {
			keys = append(keys, b.Key)
		}
	}
	more, err := e.names(ctx, stet.AuthorTerm, keys)
	if e.authors == nil {
		e.authors = map[string]*stet.Term{}
	}
	maps.Copy(e.authors, more)
	return e.authors, err
}

// signed is the name under a text.
func (e *edition) signed(b stet.Byline, authors map[string]*stet.Term) string {
	if b.Name != "" {
		return b.Name
	}
	if t := authors[b.Key]; t != nil {
		return t.In(e.lang).Name
	}
	return b.Key
}

// heads lists stories of the edition, newest first.
func (e *edition) heads(ctx context.Context, q stet.HeadQuery) ([]stet.Head, error) {
	q.Lang = e.lang
	heads, err := e.library.Heads(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("listing stories: %w", err)
	}
	return heads, nil
}

// newestHeads lists the n newest stories of the edition.
func (e *edition) newestHeads(ctx context.Context, n int) ([]stet.Head, error) {
	if len(e.recent) < n {
		var err error
		if e.recent, err = e.heads(ctx, stet.HeadQuery{Limit: max(n, stet.FrontSlots)}); err != nil {
			return nil, err
		}
	}
	return e.recent[:min(n, len(e.recent))], nil
}

// headsOf answers several queries about the edition.
func (e *edition) headsOf(ctx context.Context, queries []stet.HeadQuery) ([][]stet.Head, error) {
	for i := range queries {
		queries[i].Lang = e.lang
	}
	heads, err := e.library.HeadsOf(ctx, queries)
	if err != nil {
		return nil, fmt.Errorf("listing stories: %w", err)
	}
	return heads, nil
}

// names looks terms up by their keys.
func (s *Site) names(ctx context.Context, kind stet.TermKind, keys []string) (map[string]*stet.Term, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	terms, err := s.library.Names(ctx, kind, keys)
	if err != nil {
		return nil, fmt.Errorf("looking up names: %w", err)
	}
	return terms, nil
}

// terms lists the sections, topics or authors of the edition as links.
func (e *edition) terms(ctx context.Context, kind stet.TermKind) ([]stet.Term, []link, error) {
	terms := e.sections
	if kind != stet.SectionTerm || terms == nil {
		var err error
		if terms, err = e.library.Terms(ctx, e.lang, kind); err != nil {
			return nil, nil, fmt.Errorf("listing terms: %w", err)
		}
	}
	if kind == stet.SectionTerm {
		e.sections = terms
	}
	links := make([]link, len(terms))
	for i := range terms {
		links[i] = e.termLink(&terms[i])
	}
	return terms, links, nil
}

func (e *edition) termLink(t *stet.Term) link {
	n := t.In(e.lang)
	return link{n.Name, format.Escaped(stet.TermPath(e.lang, t.Kind, n.Slug))}
}

// others are the editions as links, this one marked.
func (e *edition) others() []tongue {
	var out []tongue
	for _, n := range e.paper.Editions {
		l := lang.Get(string(n.Lang))
		out = append(out, tongue{l.Code, l.Dir, l.Name, "/" + l.Code + "/", n.Lang == e.lang})
	}
	return out
}

// policies are what pages let browsers do: what they need of this host, pictures
// of the one that has them, and nothing of any other.
type policies struct {
	plain  string
	player string // of a story with embeds: they may be loaded into frames, once the reader asks for it
}

func policiesWith(media string) policies {
	plain := policy
	if media != "" {
		plain = strings.Replace(policy, imageHosts, imageHosts+" "+media, 1)
	}
	return policies{plain, strings.Replace(plain, noFrames, "frame-src "+strings.Join(prose.PlayerHosts(), " "), 1)}
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; " + imageHosts + "; " +
	"connect-src 'self'; manifest-src 'self'; " + noFrames + "; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const policyField = "Content-Security-Policy"

const (
	noFrames   = "frame-src 'none'"
	imageHosts = "img-src 'self' data:"
)

// fields are the header fields of what readers and machines read.
func (s *Site) fields(mediaType string, more ...press.Field) []press.Field {
	return append([]press.Field{
		{Name: "Content-Type", Value: mediaType},
		{Name: "Cache-Control", Value: "public, no-cache"},
		{Name: policyField, Value: s.policy.plain},
		{Name: "X-Content-Type-Options", Value: "nosniff"},
		{Name: "Referrer-Policy", Value: "strict-origin-when-cross-origin"},
	}, more...)
}

// page makes a page of the edition from a template.
func (e *edition) page(template string, view any) (press.Page, error) {
	parts, err := e.theme.Page(template, string(e.lang), view)
	if err != nil {
		return press.Page{}, fmt.Errorf("template %s: %w", template, err)
	}
	e.count(e.laid, template)
	for _, p := range parts {
		e.note(p.Block)
	}
	return press.Page{
		Fields: e.fields("text/html; charset=utf-8", press.Field{Name: "Content-Language", Value: string(e.lang)}),
		Parts:  parts,
	}, nil
}

// safe is JSON or HTML that was made by an encoder of ours, or a whole attribute.
type (
	safeData = template.JS
	safeHTML = template.HTML
	safeAttr = template.HTMLAttr
)
