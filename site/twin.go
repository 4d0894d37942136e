package site

import (
	"context"
	"net/url"
	"strings"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/prose"
)

// A twin is an article in another form, at the article's address with a suffix
// that no slug can end in.
type twin struct {
	Type safeAttr
	Href string
}

// A form is one that articles have twins of.
type form struct {
	suffix    string
	mediaType string // as it is answered
	linked    string // as pages name it
	make      func(e *edition, ctx context.Context, st *stet.Story, f form) (press.Page, error)
}

func forms() []form {
	return []form{
		{".md", "text/markdown; charset=utf-8", "text/markdown", (*edition).markdown},
		{".ninjs.json", "application/json", "application/json", (*edition).ninjs},
		{".oembed.json", "application/json", "application/json+oembed", (*edition).oEmbed},
	}
}

// twins are the other forms of an article, for its head.
func (e *edition) twins(st *stet.Story) []twin {
	var out []twin
	for _, f := range forms() {
		out = append(out, twin{typeAttr(f.linked), e.absolute(string(st.Path) + f.suffix)})
	}
	return out
}

// twin tells what stands at the address of a twin: the article in another
// form, or what became of the article; nil if the path is none of these.
func (s *Site) twin(ctx context.Context, paper *stet.Site, p string) (*place, error) {
	for _, f := range forms() {
		base, ok := strings.CutSuffix(p, f.suffix)
		if !ok || strings.HasSuffix(base, "/") {
			continue
		}
		found, err := s.lookUp(ctx, base)
		if err != nil || found.Article == "" { // nothing stands there, or an old address that is no article's
			return nil, err
		}
		if found.Kind == stet.FoundMoved {
			return &place{to: &url.URL{Path: found.To + f.suffix}}, nil
		}
		return s.article(paper, found, p, f.suffix, func(e *edition, ctx context.Context, st *stet.Story) (press.Page, error) {
			return f.make(e, ctx, st, f)
		}), nil
	}
	return nil, nil
}

// twinFields are the header fields of a twin: it is no page of its own.
func (e *edition) twinFields(st *stet.Story) []press.Field {
	canonical := st.Canonical
	if canonical == "" {
		canonical = e.absolute(string(st.Path))
	}
	return []press.Field{
		{Name: "Link", Value: "<" + canonical + `>; rel="canonical"`},
		{Name: "X-Robots-Tag", Value: "noindex"},
		{Name: "Content-Language", Value: string(e.lang)},
	}
}

// markdown makes the Markdown of an article: what its page says, in the same
// order, and nothing of what stands around it.
func (e *edition) markdown(ctx context.Context, st *stet.Story, f form) (press.Page, error) {
	c, err := e.credits(ctx, st)
	if err != nil {
		return press.Page{}, err
	}
	doc := &prose.Doc{}
	add := func(n *prose.Node) { doc.Content = append(doc.Content, n) }
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
	if len(c.Authors) > 0 {
		line(words(e.l.Text(lang.Byline, "names", e.l.List(texts(c.Authors)))))
	}
	if st.Kind == stet.StoryKind {
		when := e.dateTime(st.PublishedAt).Text
		if st.Dateline != "" {
			when = st.Dateline + " · " + when
		}
		line(words(when))
		if u := e.updated(st); u != nil {
			line(words(u.Before + u.Date.Text + u.After))
		}
	}
	if p := st.Picture; p != nil {
		add(pictureNode(p))
	}
	if st.Open() && st.Body != nil {
		doc.Content = append(doc.Content, st.Body.Content...)
	}
	if len(st.Corrections) > 0 {
		heading("2", e.l.Text(lang.Corrections))
		for _, c := range st.Corrections {
			line(words(e.date(c.At).Text + " · " + c.Note))
		}
	}
	if s := st.Source; s != nil {
		before, after := e.l.Around(lang.Source, "name")
		name := words(s.Name)
		if address(s.URL) {
			name = linked(s.Name, s.URL)
		}
		line(words(before), name, words(after))
	}
	if st.Licence != "" {
		line(words(e.l.Text(lang.Licence, "name", st.Licence)))
	}
	at := e.absolute(string(st.Path))
	line(linked(at, at))
	e.count(e.laid, "twin")
	return press.Page{
		Fields: fields(f.mediaType, e.twinFields(st)...),
		Parts:  []press.Part{{HTML: []byte(doc.Markdown(e.url))}},
	}, nil
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

func texts(links []link) []string {
	out := make([]string, len(links))
	for i, l := range links {
		out[i] = l.Text
	}
	return out
}

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

// oEmbed makes the oEmbed answer for an article. It stands at an address of its
// own, which the page names, so that no query decides what is answered.
func (e *edition) oEmbed(ctx context.Context, st *stet.Story, f form) (press.Page, error) {
	c, err := e.credits(ctx, st)
	if err != nil {
		return press.Page{}, err
	}
	v := oEmbed{
		Version: "1.0", Type: "link", Title: st.Headline, Author: e.l.List(texts(c.Authors)),
		Provider: e.name.Name, ProviderURL: e.absolute(e.home()), CacheSeconds: 3600,
	}
	if len(c.Authors) == 1 && c.Authors[0].Href != "" {
		v.AuthorURL = e.url + c.Authors[0].Href
	}
	return e.json("twin", f.mediaType, v, e.twinFields(st)...)
}
