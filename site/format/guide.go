package format

import (
	"stet/lang"
	"stet/prose"
)

// Guide is the page that tells language models what a site is:
// https://llmstxt.org. It is written as a document, so that nothing in it is
// taken for markup.
type Guide struct {
	doc  prose.Doc
	site string
}

func (g *Guide) add(kind string, content ...*prose.Node) *prose.Node {
	n := &prose.Node{Type: kind, Content: content}
	g.doc.Content = append(g.doc.Content, n)
	return n
}

func (g *Guide) heading(level, text string) {
	g.add(prose.Heading, words(text)...).Attrs.Set("level", level)
}

// List adds a chapter of links, each with a note that may be empty.
func (g *Guide) List(title string, links []Link, notes ...string) {
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

// Guide begins the page with the edition's name, what it is, and the terms.
func (e *Edition) Guide(t Terms) *Guide {
	g := &Guide{site: e.URL}
	g.heading("1", e.Name)
	if e.About != "" {
		g.add(prose.Quote, &prose.Node{Type: prose.Paragraph, Content: words(e.About)})
	}
	g.add(prose.Paragraph, words(e.L.Text(lang.EveryMarkdown, "format", "Markdown", "ending", MarkdownSuffix))...)
	g.heading("2", e.L.Text(lang.AITerms))
	g.add(prose.Paragraph, words(e.L.Text(t.Note))...)
	return g
}

// Text is the page, as Markdown.
func (g *Guide) Text() []byte { return []byte(g.doc.Markdown(g.site)) }
