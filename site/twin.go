package site

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"

	"stet"
	"stet/press"
	"stet/site/format"
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
	linked    string // as pages name it; empty for what is no alternate
	write     func(context.Context, *edition, *format.Article) ([]byte, error)
}

// forms are all of them. That of oEmbed stands at an address of its own, which
// pages name, so that no query decides what is answered. Cards are named as
// pictures are.
var forms = []form{
	{format.MarkdownSuffix, "text/markdown; charset=utf-8", "text/markdown", func(_ context.Context, _ *edition, a *format.Article) ([]byte, error) {
		return a.Markdown(), nil
	}},
	{format.NinjsSuffix, "application/json", "application/json", func(_ context.Context, _ *edition, a *format.Article) ([]byte, error) {
		return a.Ninjs()
	}},
	{format.OEmbedSuffix, "application/json", "application/json+oembed", func(_ context.Context, _ *edition, a *format.Article) ([]byte, error) {
		return a.OEmbed()
	}},
	{cardSuffix, cardType, "", func(ctx context.Context, e *edition, a *format.Article) ([]byte, error) {
		return e.drawCard(ctx, a)
	}},
}

// twins are the other forms of an article, for its head.
func (e *edition) twins(st *stet.Story) []twin {
	var out []twin
	for _, f := range forms {
		if f.linked == "" {
			continue
		}
		out = append(out, twin{typeAttr(f.linked), e.absolute(string(st.Path) + f.suffix)})
	}
	return out
}

// twin tells what stands at the address of a twin: the article in another
// form, or what became of the article; nil if the path is none of these.
func (s *Site) twin(ctx context.Context, paper *stet.Site, p string) (*place, error) {
	for _, f := range forms {
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
			return e.twin(ctx, st, f)
		}), nil
	}
	return nil, nil
}

// twin makes an article in another form. It is no page of its own.
func (e *edition) twin(ctx context.Context, st *stet.Story, f form) (press.Page, error) {
	of, err := e.articles(ctx, st)
	if err != nil {
		return press.Page{}, err
	}
	text, err := f.write(ctx, e, of[0])
	if err != nil {
		return press.Page{}, fmt.Errorf("%s%s: %w", st.Path, f.suffix, err)
	}
	e.count(e.laid, "twin")
	return press.Page{
		Fields: e.fields(f.mediaType,
			press.Field{Name: "Link", Value: "<" + cmp.Or(st.Canonical, of[0].At()) + `>; rel="canonical"`},
			press.Field{Name: "X-Robots-Tag", Value: "noindex"},
			press.Field{Name: "Content-Language", Value: string(e.lang)}),
		Parts: []press.Part{{HTML: text}},
		Raw:   f.mediaType == cardType,
	}, nil
}
