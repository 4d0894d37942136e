package site

import (
	"context"
	"strings"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/prose"
)

// llmsName ends the address of the page that tells language models what the
// site is: https://llmstxt.org.
const llmsName = "llms.txt"

// A guide is such a page. It is written as a document, so that nothing in it is
// taken for markup.
type guide struct{ prose.Doc }

func (g *guide) add(kind string, content ...*prose.Node) *prose.Node {
	n := &prose.Node{Type: kind, Content: content}
	g.Content = append(g.Content, n)
	return n
}

func (g *guide) heading(level, text string) {
	g.add(prose.Heading, words(text)...).Attrs.Set("level", level)
}

// list adds a chapter of links, each with a note that may be empty.
func (g *guide) list(title string, links []link, notes ...string) {
	if len(links) == 0 {
		return
	}
	g.heading("2", title)
	list := g.add(prose.BulletList)
	for i, l := range links {
		line := &prose.Node{Type: prose.Paragraph, Content: linked(l.Text, l.Href)}
		if i < len(notes) && notes[i] != "" {
			line.Content = append(line.Content, words(": "+notes[i])...)
		}
		list.Content = append(list.Content, &prose.Node{Type: prose.ListItem, Content: []*prose.Node{line}})
	}
}

// guide begins a page with the edition's name, what it is, and the terms.
func (e *edition) guide() *guide {
	g := &guide{}
	g.heading("1", e.name.Name)
	if e.name.About != "" {
		g.add(prose.Quote, &prose.Node{Type: prose.Paragraph, Content: words(e.name.About)})
	}
	g.add(prose.Paragraph, words(e.l.Text(lang.EveryMarkdown, "format", "Markdown", "ending", ".md"))...)
	g.heading("2", e.l.Text(lang.AITerms))
	g.add(prose.Paragraph, words(e.l.Text(termsOf(e.paper).note))...)
	return g
}

// page makes a page of the guide.
func (g *guide) page(e *edition) press.Page {
	e.count(e.laid, "llms")
	return press.Page{
		Fields: fields("text/plain; charset=utf-8", press.Field{Name: "Content-Language", Value: string(e.lang)}),
		Parts:  []press.Part{{HTML: []byte(g.Markdown(e.url))}},
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
	g := e.guide()
	var links []link
	var notes []string
	for _, n := range paper.Editions {
		links = append(links, link{lang.Get(string(n.Lang)).Name, "/" + string(n.Lang) + "/" + llmsName})
		notes = append(notes, strings.TrimRight(n.Name+". "+n.About, ". "))
	}
	g.list(e.l.Text(lang.Languages), links, notes...)
	g.list(e.l.Text(lang.Sitemaps), []link{{"sitemap.xml", "/sitemap.xml"}, {"news-sitemap.xml", "/news-sitemap.xml"}})
	return g.page(e), nil
}

// llms makes the guide to the edition.
func (e *edition) llms(ctx context.Context) (press.Page, error) {
	g := e.guide()
	_, sections, err := e.terms(ctx, stet.SectionTerm)
	if err != nil {
		return press.Page{}, err
	}
	g.list(e.l.Text(lang.Sections), sections)
	g.list(e.l.Text(lang.Archive), []link{
		{e.l.Text(lang.Latest), e.home() + "latest"}, {e.l.Text(lang.Topics), e.home() + "topics/"}, {e.l.Text(lang.Authors), e.home() + "authors/"},
	})
	var feeds []link
	for _, f := range feedLinks(e.l.Text(lang.FeedTitle, "site", e.name.Name), e.home()) {
		feeds = append(feeds, link{f.Text, f.Href})
	}
	g.list(e.l.Text(lang.Feeds), feeds)
	about, err := e.heads(ctx, stet.HeadQuery{Kind: stet.PageKind, Limit: maxPages})
	if err != nil {
		return press.Page{}, err
	}
	var pages []link
	for _, h := range about {
		pages = append(pages, link{h.Headline, escaped(h.Path)})
	}
	g.list(e.l.Text(lang.AboutSite), pages)
	return g.page(e), nil
}
