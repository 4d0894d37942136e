package site

import (
	"context"
	"strings"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/site/format"
)

// llmsName ends the addresses of the guides to the site and to its editions.
const llmsName = "llms.txt"

// guide makes a page of a guide in the edition's language.
func (e *edition) guide(g *format.Guide) press.Page {
	e.count(e.laid, "llms")
	return press.Page{
		Fields: e.fields("text/plain; charset=utf-8", press.Field{Name: "Content-Language", Value: string(e.lang)}),
		Parts:  []press.Part{{HTML: g.Text()}},
	}
}

// llms makes the guide to the whole site, in its own language: it leads to
// those of the editions.
func (s *Site) llms(ctx context.Context) (press.Page, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return press.Page{}, err
	}
	e, _ := s.edition(paper, paper.Editions[0].Lang)
	g := e.format.Guide(termsOf(paper))
	var links []format.Link
	var notes []string
	for _, n := range paper.Editions {
		links = append(links, format.Link{Text: lang.Get(string(n.Lang)).Name, Href: "/" + string(n.Lang) + "/" + llmsName})
		notes = append(notes, strings.TrimRight(n.Name+". "+n.About, ". "))
	}
	g.List(e.l.Text(lang.Languages), links, notes...)
	g.List(e.l.Text(lang.Sitemaps), written(link{"sitemap.xml", "/sitemap.xml"}, link{"news-sitemap.xml", "/news-sitemap.xml"}))
	return e.guide(g), nil
}

// llms makes the guide to the edition.
func (e *edition) llms(ctx context.Context) (press.Page, error) {
	g := e.format.Guide(termsOf(e.paper))
	_, sections, err := e.terms(ctx, stet.SectionTerm)
	if err != nil {
		return press.Page{}, err
	}
	g.List(e.l.Text(lang.Sections), written(sections...))
	g.List(e.l.Text(lang.Archive), written(
		link{e.l.Text(lang.Latest), e.home() + "latest"},
		link{e.l.Text(lang.Topics), e.home() + "topics/"},
		link{e.l.Text(lang.Authors), e.home() + "authors/"},
	))
	var feeds []link
	for _, f := range feedLinks(e.l.Text(lang.FeedTitle, "site", e.name.Name), e.home()) {
		feeds = append(feeds, link{f.Text, f.Href})
	}
	g.List(e.l.Text(lang.Feeds), written(feeds...))
	about, err := e.heads(ctx, stet.HeadQuery{Kind: stet.PageKind, Limit: maxPages})
	if err != nil {
		return press.Page{}, err
	}
	var pages []link
	for _, h := range about {
		pages = append(pages, link{h.Headline, format.Escaped(h.Path)})
	}
	g.List(e.l.Text(lang.AboutSite), written(pages...))
	return e.guide(g), nil
}
