package site

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"stet"
	"stet/press"
	"stet/site/format"
)

// How many addresses a sitemap holds, how many stories the news sitemap, and how
// old they may be. The protocol allows 50,000 addresses and 50 MB; an address of
// the greatest length with nine languages takes 9 KB.
const (
	sitemapLength = 5000
	newsLength    = 1000
	newsAge       = 48 * time.Hour
)

// sitemapIndex lists the sitemaps: of every edition those of what is no story,
// and those of every month.
func (s *Site) sitemapIndex(ctx context.Context) (press.Page, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return press.Page{}, err
	}
	var maps []format.Address
	for _, l := range paper.Langs() {
		e, _ := s.edition(paper, l)
		add := func(name string, count int) {
			for n := 1; n == 1 || (n-1)*s.sitemapLength < count; n++ {
				file := name
				if n > 1 {
					file += "-" + strconv.Itoa(n)
				}
				maps = append(maps, format.Address{At: s.absolute("/sitemap/" + string(l) + "/" + file + ".xml")})
			}
		}
		pages, months, err := e.pageAddresses(ctx)
		if err != nil {
			return press.Page{}, err
		}
		add("pages", len(pages))
		for _, m := range months {
			add(string(m.Month[:7]), m.Count)
		}
	}
	return s.sitemapPage(format.SitemapIndex(maps))
}

var sitemapName = regexp.MustCompile(`^(pages|(\d{4})-(\d{2}))(?:-([2-9]|[1-9]\d{1,3}))?\.xml$`)

// sitemap returns what makes a sitemap of an edition: pages.xml, 2021-06.xml,
// 2021-06-2.xml.
func (s *Site) sitemap(ctx context.Context, paper *stet.Site, l, file string) (layer, error) {
	e, ok := s.edition(paper, stet.Lang(l))
	m := sitemapName.FindStringSubmatch(file)
	if !ok || m == nil {
		return nil, nil
	}
	number := 1
	if m[4] != "" {
		number, _ = strconv.Atoi(m[4])
	}
	first := (number - 1) * s.sitemapLength // of its addresses
	if m[1] == "pages" {
		pages, _, err := e.pageAddresses(ctx)
		if err != nil || number > 1 && first >= len(pages) {
			return nil, err
		}
		return func(context.Context) (press.Page, error) {
			return e.sitemapOf(pages[first:min(first+s.sitemapLength, len(pages))], number)
		}, nil
	}
	p, ok := parsePeriod(m[2:4])
	if !ok {
		return nil, nil
	}
	months, err := s.library.Months(ctx, e.lang)
	if err != nil {
		return nil, fmt.Errorf("counting stories: %w", err)
	}
	for _, c := range months {
		if c.Month == p.from && first < c.Count {
			return func(ctx context.Context) (press.Page, error) { return e.sitemapMonth(ctx, p, number) }, nil
		}
	}
	return nil, nil
}

// sitemapOf makes a sitemap with a number. Reprint knows the first only, so the
// others are not held.
func (e *edition) sitemapOf(pages []format.Address, number int) (press.Page, error) {
	page, err := e.sitemapPage(format.Sitemap(pages))
	page.Transient = number > 1
	return page, err
}

func (e *edition) sitemapMonth(ctx context.Context, p period, number int) (press.Page, error) {
	q := stet.HeadQuery{From: p.from, To: p.to, Limit: e.sitemapLength}
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
	urls, err := e.articleAddresses(ctx, heads)
	if err != nil {
		return press.Page{}, err
	}
	return e.sitemapOf(urls, number)
}

// articleAddresses are the addresses of articles, each with those of its other
// languages.
func (e *edition) articleAddresses(ctx context.Context, heads []stet.Head) ([]format.Address, error) {
	groups := make([]stet.ArticleID, len(heads))
	for i, h := range heads {
		groups[i] = h.Group
	}
	versions, err := e.library.Translations(ctx, groups)
	if err != nil {
		return nil, fmt.Errorf("looking up translations: %w", err)
	}
	urls := make([]format.Address, len(heads))
	for i, h := range heads {
		urls[i] = format.Address{At: e.absolute(string(h.Path)), Changed: format.Time(h.UpdatedAt), Others: format.Versions(e.url, versions[h.Group]), Picture: e.format.Pictured(&h)}
	}
	return urls, nil
}

// pageAddresses are those of what is no story: the front, the archive, sections,
// topics, authors and the newsroom's own pages. The months are those that have
// stories.
func (e *edition) pageAddresses(ctx context.Context) (urls []format.Address, months []stet.MonthCount, err error) {
	add := func(path string) { urls = append(urls, format.Address{At: e.url + path}) }
	add(e.home())
	for _, l := range e.paper.Langs() {
		urls[0].Others = append(urls[0].Others, format.In(string(l), e.absolute("/"+string(l)+"/")))
	}
	urls[0].Others = append(urls[0].Others, format.In("x-default", e.absolute("/")))
	add(e.home() + "latest")
	if months, err = e.library.Months(ctx, e.lang); err != nil {
		return nil, nil, fmt.Errorf("counting stories: %w", err)
	}
	for i, m := range months {
		if i == 0 || months[i-1].Month[:4] != m.Month[:4] {
			add(e.home() + "latest/" + string(m.Month[:4]))
		}
		add(e.home() + "latest/" + string(m.Month[:4]) + "/" + string(m.Month[5:7]))
	}
	for _, kind := range []stet.TermKind{stet.SectionTerm, stet.TopicTerm, stet.AuthorTerm} {
		_, links, err := e.terms(ctx, kind)
		if err != nil {
			return nil, nil, err
		}
		if len(links) > 0 && kind != stet.SectionTerm {
			add(e.home() + string(kind) + "s/")
		}
		for _, l := range links {
			add(l.Href)
		}
	}
	pages, err := e.heads(ctx, stet.HeadQuery{Kind: stet.PageKind, Limit: newsLength})
	if err != nil {
		return nil, nil, err
	}
	own, err := e.articleAddresses(ctx, pages)
	return append(urls, own...), months, err
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
	var news []format.Address
	var until time.Time
	for _, h := range heads {
		e, ok := s.edition(paper, h.Lang)
		if !ok || !h.PublishedAt.After(since) || h.Genre == "sponsored" { // which is no news
			continue
		}
		news = append(news, e.format.News(&h))
		until = h.PublishedAt.Add(newsAge)
	}
	page, err := s.sitemapPage(format.NewsSitemap(news))
	page.Until = until
	return page, err
}

// sitemapPage makes a page of a sitemap.
func (s *Site) sitemapPage(text []byte, err error) (press.Page, error) {
	if err != nil {
		return press.Page{}, fmt.Errorf("sitemap: %w", err)
	}
	s.count(s.laid, "sitemap")
	return press.Page{Fields: s.fields("application/xml; charset=utf-8"), Parts: []press.Part{{HTML: text}}}, nil
}
