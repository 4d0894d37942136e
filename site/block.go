package site

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/site/format"
)

// mastheadBlock is the head of every page of an edition.
type mastheadBlock struct {
	L        *lang.Language
	Paper    string
	About    string
	Home     string
	All      string
	Search   string
	Today    date // of the day, not of the moment
	Sections []link
	Editions []tongue
}

// breakingBlock is the breaking news of an edition.
type breakingBlock struct {
	L    *lang.Language
	Text string // the line; empty while there is none
	Href string // where it leads; may be empty
}

// latestBlock is the newest stories of an edition.
type latestBlock struct {
	L     *lang.Language
	All   string // the archive
	Items []item
}

// sectionBlock is the newest stories of a section, as its stories show them.
type sectionBlock struct {
	L       *lang.Language
	Section link
	Items   []item
}

// frontBlock is what stands on the front.
type frontBlock struct {
	L        *lang.Language
	Paper    string
	About    string
	Lead     *item  // of the first slot; nothing while there is no story
	Second   []item // of the next, up to six
	More     []item // of the others, up to nine
	Sections []box  // up to eight, without what stands above
}

// box is a section on the front.
type box struct {
	Section link
	Items   []item
}

// footBlock is the foot of every page of an edition.
type footBlock struct {
	L        *lang.Language
	Paper    string
	About    string
	Home     string
	All      string
	Search   string
	Topics   string
	Authors  string
	Feed     string // of the edition
	Pages    []link // imprint, contacts and the like
	Year     string // of today
	Editions []tongue
}

// sectionMore is how many stories of its section a story shows.
const sectionMore = 6

// note remembers in which lengths the latest news is shown. A length is noted
// before its block is asked for, so Reprint misses none that shows old data.
func (s *Site) note(block string) {
	if kind, _, arg := split(block); kind == "latest" {
		n, _ := strconv.Atoi(arg)
		s.counting.Lock()
		s.latest[n] = true
		s.counting.Unlock()
	}
}

// split takes a block's name apart.
func split(name string) (kind string, l stet.Lang, arg string) {
	parts := append(strings.SplitN(name, "/", 3), "", "")
	return parts[0], stet.Lang(parts[1]), parts[2]
}

// print makes a block for the press.
func (s *Site) print(ctx context.Context, name string) (press.Block, error) {
	e, err := s.editionOf(ctx, name)
	if err != nil {
		return press.Block{}, err
	}
	return e.print(ctx, name)
}

// editionOf returns the edition that a block belongs to.
func (s *Site) editionOf(ctx context.Context, block string) (*edition, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return nil, err
	}
	_, l, _ := split(block)
	e, ok := s.edition(paper, l)
	if !ok {
		return nil, fmt.Errorf("there is no edition for the block %s", block)
	}
	return e, nil
}

// print makes a block of the edition.
func (e *edition) print(ctx context.Context, name string) (press.Block, error) {
	kind, _, arg := split(name)
	var view any
	var block press.Block
	var err error
	now := e.now()
	switch kind {
	case "masthead":
		block.Until = stet.NextDay(now, e.zone)
		view, err = e.masthead(ctx)
	case "breaking":
		view, block.Until, err = e.breaking(ctx)
	case "latest":
		view, err = e.latestNews(ctx, arg)
	case "front":
		view, block.Until, err = e.front(ctx)
	case "foot":
		block.Until = stet.NextDay(now, e.zone)
		view, err = e.foot(ctx)
	case "section":
		view, err = e.section(ctx, arg)
	default:
		err = fmt.Errorf("there is no block %s", name)
	}
	if err != nil {
		return press.Block{}, err
	}
	block.HTML, err = e.theme.Block(kind, view)
	e.count(e.printed, kind)
	return block, err
}

func (e *edition) masthead(ctx context.Context) (mastheadBlock, error) {
	now := e.now().In(e.zone)
	terms, all, err := e.terms(ctx, stet.SectionTerm)
	var sections []link
	for _, b := range stet.Nested(terms) {
		if b.Depth == 0 { // the others stand on the page of the one they are under
			sections = append(sections, all[slices.IndexFunc(terms, func(t stet.Term) bool { return t.Key == b.Key })])
		}
	}
	return mastheadBlock{
		L: e.l, Paper: e.name.Name, About: e.name.About, Home: e.home(), All: e.home() + "latest", Search: e.searchPath(),
		Today:    date{e.l.FullDate(now), string(stet.DayOf(now, e.zone))},
		Sections: sections,
		Editions: e.others(),
	}, err
}

func (e *edition) breaking(ctx context.Context) (v breakingBlock, until time.Time, err error) {
	v.L = e.l
	b, err := e.library.Breaking(ctx, e.lang)
	if err != nil {
		return v, until, fmt.Errorf("looking for breaking news: %w", err)
	}
	if !b.On(e.now()) {
		return v, until, nil
	}
	if v.Text = b.Text; b.Path != "" {
		v.Href = format.Escaped(b.Path)
	}
	return v, b.Until, nil
}

func (e *edition) latestNews(ctx context.Context, arg string) (latestBlock, error) {
	n, err := strconv.Atoi(arg)
	if err != nil {
		return latestBlock{}, err
	}
	heads, err := e.newestHeads(ctx, n)
	if err != nil {
		return latestBlock{}, err
	}
	items, err := e.items(ctx, heads)
	return latestBlock{e.l, e.home() + "latest", items}, err
}

func (e *edition) section(ctx context.Context, key string) (sectionBlock, error) {
	b := sectionBlock{L: e.l}
	names, err := e.names(ctx, stet.SectionTerm, []string{key})
	if err != nil {
		return b, err
	}
	if t := names[key]; t != nil {
		b.Section = e.termLink(t)
	}
	heads, err := e.heads(ctx, stet.HeadQuery{Term: stet.SectionTerm, Key: key, Limit: sectionMore})
	if err != nil {
		return b, err
	}
	b.Items, err = e.items(ctx, heads)
	return b, err
}

func (e *edition) foot(ctx context.Context) (footBlock, error) {
	b := footBlock{
		L: e.l, Paper: e.name.Name, About: e.name.About, Home: e.home(), All: e.home() + "latest", Search: e.searchPath(),
		Topics: e.home() + "topics/", Authors: e.home() + "authors/", Feed: e.home() + "feed.xml",
		Year: e.l.Year(e.now().In(e.zone)), Editions: e.others(),
	}
	pages, err := e.heads(ctx, stet.HeadQuery{Kind: stet.PageKind, Limit: maxPages})
	for _, h := range pages {
		b.Pages = append(b.Pages, link{h.Headline, format.Escaped(h.Path)})
	}
	return b, err
}

// maxPages is how many imprints, contacts and the like the foot lists.
const maxPages = 20
