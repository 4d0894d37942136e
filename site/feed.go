package site

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/site/format"
)

// How many stories a feed holds, and how many bytes of their texts: after that
// only summaries. Thirty texts of the greatest size would be 60 MB.
const (
	feedLength = 30
	feedRoom   = 1 << 20
)

// feedForms are the forms in which every feed is there, by the file that ends
// its address.
var feedForms = []feedForm{
	{"feed.xml", "RSS", "application/rss+xml", "; charset=utf-8", format.RSS},
	{"atom.xml", "Atom", "application/atom+xml", "; charset=utf-8", format.Atom},
	{"feed.json", "JSON", "application/feed+json", "", format.JSONFeed},
}

type feedForm struct {
	file, name string
	mediaType  string
	charset    string // parameters of the media type
	encode     func(*format.Feed) ([]byte, error)
}

// feedFormAt returns the form whose address ends with a file.
func feedFormAt(file string) (feedForm, bool) {
	i := slices.IndexFunc(feedForms, func(f feedForm) bool { return f.file == file })
	if i < 0 {
		return feedForm{}, false
	}
	return feedForms[i], true
}

// feed makes the feed of the edition, or of one of its sections, topics or
// authors, in a form.
func (e *edition) feed(ctx context.Context, t *stet.Term, form feedForm) (press.Page, error) {
	f := e.format.NewFeed()
	f.MediaType = form.mediaType
	q := stet.HeadQuery{Limit: feedLength}
	at := e.home()
	if t != nil {
		name := t.In(e.lang)
		q.Term, q.Key = t.Kind, t.Key
		at = string(stet.TermPath(e.lang, t.Kind, name.Slug))
		f.Title = e.l.Text(lang.FeedOf, "site", e.name.Name, "name", name.Name)
		f.ID += "#" + string(t.Kind) + "-" + url.QueryEscape(t.Key)
	}
	f.Home, f.Self = e.absolute(at), e.absolute(at)+form.file
	heads, err := e.heads(ctx, q)
	if err != nil {
		return press.Page{}, err
	}
	if f.Entries, err = e.entries(ctx, heads); err != nil {
		return press.Page{}, err
	}
	for _, it := range f.Entries {
		if it.Updated.After(f.Updated) {
			f.Updated = it.Updated
		}
	}
	text, err := form.encode(f)
	if err != nil {
		return press.Page{}, fmt.Errorf("%s of %s: %w", form.name, at, err)
	}
	e.count(e.laid, "feed")
	return press.Page{Fields: e.fields(form.mediaType + form.charset), Parts: []press.Part{{HTML: text}}}, nil
}

// entries makes the entries of stories.
func (e *edition) entries(ctx context.Context, heads []stet.Head) ([]format.Entry, error) {
	var stories []*stet.Story
	for _, h := range heads {
		st, err := e.library.Story(ctx, h.ID)
		if stet.Is(err, stet.NotFound) { // withdrawn this moment
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", h.ID, err)
		}
		stories = append(stories, st)
	}
	articles, err := e.articles(ctx, stories...)
	if err != nil {
		return nil, err
	}
	var out []format.Entry
	room := feedRoom
	for _, a := range articles {
		it := a.Entry()
		if e.paper.Settings.Feeds != stet.FeedSummary {
			if text := a.HTML(); len(text) <= room {
				it.HTML = text
				room -= len(text)
			}
		}
		out = append(out, it)
	}
	return out, nil
}

// feedLink is a feed in a page's head.
type feedLink struct {
	Text string
	Type safeAttr
	Href string
}

// feedLinks are the forms of the feed that stands under a path, which is
// escaped.
func feedLinks(title, path string) []feedLink {
	out := make([]feedLink, len(feedForms))
	for i, f := range feedForms {
		out[i] = feedLink{title + " (" + f.name + ")", typeAttr(f.mediaType), path + f.file}
	}
	return out
}
