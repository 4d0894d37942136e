package site

import (
	"context"
	"encoding/xml"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/press"
)

// How many addresses a sitemap holds (the protocol allows 50,000), how many
// stories the news sitemap, and how old they may be.
const (
	sitemapLength = 10000
	newsLength    = 1000
	newsAge       = 48 * time.Hour
)

const (
	sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"
	newsSpace    = "http://www.google.com/schemas/sitemap-news/0.9"
)

type sitemapindex struct {
	XMLName xml.Name     `xml:"sitemapindex"`
	Space   string       `xml:"xmlns,attr"`
	Maps    []sitemapURL `xml:"sitemap"`
}

type urlset struct {
	XMLName xml.Name     `xml:"urlset"`
	Space   string       `xml:"xmlns,attr"`
	News    string       `xml:"xmlns:news,attr,omitempty"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapURL struct {
	Address string     `xml:"loc"`
	Changed string     `xml:"lastmod,omitempty"`
	News    *newsEntry `xml:"news:news"`
}

type newsEntry struct {
	Paper     string `xml:"news:publication>news:name"`
	Language  string `xml:"news:publication>news:language"`
	Published string `xml:"news:publication_date"`
	Title     string `xml:"news:title"`
}

// sitemapIndex lists the sitemaps: of every edition one for what is no story,
// and one or more for every month.
func (s *Site) sitemapIndex(ctx context.Context) (press.Page, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return press.Page{}, err
	}
	index := sitemapindex{Space: sitemapSpace}
	add := func(l stet.Lang, name string) {
		index.Maps = append(index.Maps, sitemapURL{Address: s.absolute("/sitemap/" + string(l) + "/" + name + ".xml")})
	}
	for _, l := range paper.Langs() {
		add(l, "pages")
		months, err := s.library.Months(ctx, l)
		if err != nil {
			return press.Page{}, fmt.Errorf("counting stories: %w", err)
		}
		for _, m := range months {
			add(l, string(m.Month[:7]))
			for n := 2; (n-1)*sitemapLength < m.Count; n++ {
				add(l, string(m.Month[:7])+"-"+strconv.Itoa(n))
			}
		}
	}
	return s.sitemapPage(index)
}

var sitemapName = regexp.MustCompile(`^(\d{4})-(\d{2})(?:-([2-9]|[1-9]\d{1,3}))?$`)

// sitemap returns what makes a sitemap of an edition: pages.xml, 2021-06.xml,
// 2021-06-2.xml.
func (s *Site) sitemap(ctx context.Context, paper *stet.Site, l, file string) (layer, error) {
	e, ok := s.edition(paper, stet.Lang(l))
	name, xml := strings.CutSuffix(file, ".xml")
	if !ok || !xml {
		return nil, nil
	}
	if name == "pages" {
		return e.sitemapPages, nil
	}
	m := sitemapName.FindStringSubmatch(name)
	if m == nil {
		return nil, nil
	}
	p, ok := parsePeriod(m[1:3])
	if !ok {
		return nil, nil
	}
	number := 1
	if m[3] != "" {
		number, _ = strconv.Atoi(m[3])
	}
	months, err := s.library.Months(ctx, e.lang)
	if err != nil {
		return nil, fmt.Errorf("counting stories: %w", err)
	}
	for _, c := range months {
		if c.Month == p.from && (number-1)*sitemapLength < c.Count {
			return func(ctx context.Context) (press.Page, error) { return e.sitemapMonth(ctx, p, number) }, nil
		}
	}
	return nil, nil
}

func (e *edition) sitemapMonth(ctx context.Context, p period, number int) (press.Page, error) {
	q := stet.HeadQuery{From: p.from, To: p.to, Limit: sitemapLength}
	var heads []stet.Head
	for n := range number {
		if n > 0 {
			last := heads[len(heads)-1]
			q.Before = &stet.Mark{At: last.PublishedAt, Order: last.Order}
		}
		var err error
		if heads, err = e.heads(ctx, q); err != nil {
			return press.Page{}, err
		}
		if len(heads) == 0 {
			break
		}
	}
	set := urlset{Space: sitemapSpace}
	for _, h := range heads {
		set.URLs = append(set.URLs, sitemapURL{Address: e.absolute(string(h.Path)), Changed: machine(h.UpdatedAt)})
	}
	page, err := e.sitemapPage(set)
	page.Transient = number > 1 // Reprint knows the first of a month only
	return page, err
}

// sitemapPages lists what is no story: the front, sections, topics, authors
// and the newsroom's own pages.
func (e *edition) sitemapPages(ctx context.Context) (press.Page, error) {
	set := urlset{Space: sitemapSpace, URLs: []sitemapURL{{Address: e.absolute(e.home())}}}
	for _, kind := range []stet.TermKind{stet.SectionTerm, stet.TopicTerm, stet.AuthorTerm} {
		_, links, err := e.terms(ctx, kind)
		if err != nil {
			return press.Page{}, err
		}
		for _, l := range links {
			set.URLs = append(set.URLs, sitemapURL{Address: e.url + l.Href})
		}
	}
	pages, err := e.heads(ctx, stet.HeadQuery{Kind: stet.PageKind, Limit: newsLength})
	if err != nil {
		return press.Page{}, err
	}
	for _, h := range pages {
		set.URLs = append(set.URLs, sitemapURL{Address: e.absolute(string(h.Path)), Changed: machine(h.UpdatedAt)})
	}
	return e.sitemapPage(set)
}

// newsSitemap lists the stories of the last two days in all editions. It runs
// out when the oldest of them is too old.
func (s *Site) newsSitemap(ctx context.Context) (press.Page, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return press.Page{}, err
	}
	since := s.now().Add(-newsAge)
	heads, err := s.library.Heads(ctx, stet.HeadQuery{Since: since, Limit: newsLength})
	if err != nil {
		return press.Page{}, fmt.Errorf("listing stories: %w", err)
	}
	set := urlset{Space: sitemapSpace, News: newsSpace}
	var until time.Time
	for _, h := range heads {
		e, ok := s.edition(paper, h.Lang)
		if !ok || !h.PublishedAt.After(since) {
			continue
		}
		set.URLs = append(set.URLs, sitemapURL{
			Address: s.absolute(string(h.Path)), Changed: machine(h.UpdatedAt),
			News: &newsEntry{e.name.Name, newsLanguage(h.Lang), machine(h.PublishedAt), h.Headline},
		})
		until = h.PublishedAt.Add(newsAge)
	}
	page, err := s.sitemapPage(set)
	page.Until = until
	return page, err
}

// newsLanguage is the code as news sitemaps want it: of the language alone.
func newsLanguage(l stet.Lang) string {
	base, _, _ := strings.Cut(string(l), "-")
	return base
}

// sitemapPage makes a page of a sitemap.
func (s *Site) sitemapPage(v any) (press.Page, error) {
	text, err := encodeXML(v)
	if err != nil {
		return press.Page{}, fmt.Errorf("sitemap: %w", err)
	}
	s.count(s.laid, "sitemap")
	return press.Page{Fields: fields("application/xml; charset=utf-8"), Parts: []press.Part{{HTML: text}}}, nil
}
