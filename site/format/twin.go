package format

import (
	"stet"
	"stet/lang"
	"stet/prose"
)

// MarkdownSuffix ends the address of an article's Markdown.
const MarkdownSuffix = ".md"

// Markdown writes the article as Markdown: what its page says, in the same
// order, and nothing of what stands around it.
func (a *Article) Markdown() []byte {
	e, st := a.Edition, a.Story
	doc := &prose.Doc{}
	add := func(n ...*prose.Node) { doc.Content = append(doc.Content, n...) }
	heading := func(level, text string) {
		n := &prose.Node{Type: prose.Heading, Content: words(text)}
		n.Attrs.Set("level", level)
		add(n)
	}
	line := func(content ...[]*prose.Node) {
		n := &prose.Node{Type: prose.Paragraph}
		for _, c := range content {
			n.Content = append(n.Content, c...)
		}
		if len(n.Content) > 0 {
			add(n)
		}
	}
	heading("1", st.Headline)
	line(words(st.Standfirst))
	if len(a.Authors) > 0 {
		line(words(e.L.Text(lang.Byline, "names", e.L.List(texts(a.Authors)))))
	}
	if st.Kind == stet.StoryKind {
		when := e.dateTime(st.PublishedAt)
		if st.Dateline != "" {
			when = st.Dateline + " · " + when
		}
		line(words(when))
		if u := a.Updated(); u != "" {
			line(words(e.L.Text(lang.Updated, "date", u)))
		}
	}
	if st.Picture != nil {
		add(a.withAddresses(Figure(st.Picture)).Content...)
	}
	if a.readable() {
		add(a.withAddresses(st.Body).Content...)
	}
	if len(st.Corrections) > 0 {
		heading("2", e.L.Text(lang.Corrections))
		for _, c := range st.Corrections {
			line(words(e.date(c.At) + " · " + c.Note))
		}
	}
	if s := st.Source; s != nil {
		before, after := e.L.Around(lang.Source, "name")
		name := words(s.Name)
		if followed(s.URL) {
			name = linked(s.Name, s.URL)
		}
		line(words(before), name, words(after))
	}
	if st.Licence != "" {
		line(words(e.L.Text(lang.Licence, "name", st.Licence)))
	}
	line(linked(a.At(), a.At()))
	return []byte(doc.Markdown(e.URL))
}

func words(s string) []*prose.Node {
	if s == "" {
		return nil
	}
	return []*prose.Node{{Type: prose.Text, Text: s}}
}

func linked(s, href string) []*prose.Node {
	m := prose.Mark{Type: prose.Link}
	m.Attrs.Set("href", href)
	return []*prose.Node{{Type: prose.Text, Text: s, Marks: []prose.Mark{m}}}
}

// OEmbedSuffix ends the address of an article's oEmbed.
const OEmbedSuffix = ".oembed.json"

// oEmbed is what other sites need to show a link to an article.
type oEmbed struct {
	Version      string `json:"version"`
	Type         string `json:"type"`
	Title        string `json:"title"`
	Author       string `json:"author_name,omitempty"`
	AuthorURL    string `json:"author_url,omitempty"`
	Provider     string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	CacheSeconds int    `json:"cache_age"`
}

// OEmbed writes what oEmbed says of the article.
func (a *Article) OEmbed() ([]byte, error) {
	e := a.Edition
	v := oEmbed{
		Version: "1.0", Type: "link", Title: a.Headline, Author: e.L.List(texts(a.Authors)),
		Provider: e.Name, ProviderURL: e.URL + e.Home(), CacheSeconds: 3600,
	}
	if len(a.Authors) == 1 && a.Authors[0].Href != "" {
		v.AuthorURL = e.URL + a.Authors[0].Href
	}
	return encodeJSON(v)
}
