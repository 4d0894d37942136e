package site

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/prose"
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
	{"feed.xml", "RSS", "application/rss+xml", "; charset=utf-8", encodeRSS},
	{"atom.xml", "Atom", "application/atom+xml", "; charset=utf-8", encodeAtom},
	{"feed.json", "JSON", "application/feed+json", "", encodeJSONFeed},
}

type feedForm struct {
	file, name string
	mediaType  string
	charset    string // parameters of the media type
	encode     func(*feed) ([]byte, error)
}

// feedFormAt returns the form whose address ends with a file.
func feedFormAt(file string) (feedForm, bool) {
	i := slices.IndexFunc(feedForms, func(f feedForm) bool { return f.file == file })
	if i < 0 {
		return feedForm{}, false
	}
	return feedForms[i], true
}

// A feed is the newest stories of an edition, or of one of its sections, topics
// or authors, with all that any form of feed says. Addresses are absolute.
type feed struct {
	ID          string // stays as long as the host does, whatever the section is called
	Title       string
	About       string
	Home        string // the page that lists the same stories
	Self        string
	MediaType   string // of this form
	Paper       string
	Front       string
	Lang        string
	Small, Icon string // addresses of the paper's mark
	Updated     time.Time
	Entries     []entry
}

// An entry is a story in a feed.
type entry struct {
	ID                 string // for ever
	Title              string
	Address            string
	Summary            string // plain text
	HTML               string // empty where the feed holds no text
	Published, Updated time.Time
	Authors            []link
	Categories         []category
}

// category is the section or a topic of a story.
type category struct{ Key, Name string }

// feed makes the feed of the edition, or of one of its sections, topics or
// authors, in a form.
func (e *edition) feed(ctx context.Context, t *stet.Term, form feedForm) (press.Page, error) {
	f := &feed{
		ID: e.absolute(e.home()), Title: e.l.Text(lang.FeedTitle, "site", e.name.Name), About: e.name.About,
		Paper: e.name.Name, Front: e.absolute(e.home()), Lang: string(e.lang),
		Small: e.url + e.theme.Icons.Small, Icon: e.url + e.theme.Icons.Large,
		Updated: time.Unix(0, 0).UTC(), MediaType: form.mediaType,
	}
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
	return press.Page{Fields: fields(form.mediaType + form.charset), Parts: []press.Part{{HTML: text}}}, nil
}

// entries makes the entries of stories.
func (e *edition) entries(ctx context.Context, heads []stet.Head) ([]entry, error) {
	var stories []*stet.Story
	keys := map[stet.TermKind][]string{}
	for _, h := range heads {
		st, err := e.library.Story(ctx, h.ID)
		if stet.Is(err, stet.NotFound) { // withdrawn this moment
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", h.ID, err)
		}
		stories = append(stories, st)
		keys[stet.SectionTerm] = append(keys[stet.SectionTerm], st.Section)
		keys[stet.TopicTerm] = append(keys[stet.TopicTerm], st.Topics...)
		for _, b := range st.Bylines {
			keys[stet.AuthorTerm] = append(keys[stet.AuthorTerm], b.Key)
		}
	}
	terms := map[stet.TermKind]map[string]*stet.Term{}
	for kind, of := range keys {
		slices.Sort(of)
		found, err := e.names(ctx, kind, slices.Compact(of))
		if err != nil {
			return nil, err
		}
		terms[kind] = found
	}
	var out []entry
	room := feedRoom
	for _, st := range stories {
		it := entry{
			ID: entryID(st.ID), Title: st.Headline, Address: e.absolute(string(st.Path)),
			Summary:   cmp.Or(st.Standfirst, description(st)),
			Published: st.PublishedAt, Updated: st.UpdatedAt,
		}
		for _, b := range st.Bylines {
			a := link{Text: e.signed(b, terms[stet.AuthorTerm])}
			if t := terms[stet.AuthorTerm][b.Key]; t != nil {
				a.Href = e.url + e.termLink(t).Href
			}
			it.Authors = append(it.Authors, a)
		}
		if t := terms[stet.SectionTerm][st.Section]; t != nil {
			it.Categories = append(it.Categories, category{t.Key, t.In(e.lang).Name})
		}
		for _, key := range st.Topics {
			if t := terms[stet.TopicTerm][key]; t != nil {
				it.Categories = append(it.Categories, category{t.Key, t.In(e.lang).Name})
			}
		}
		if label := e.label(st.Genre); label != "" {
			it.Categories = append(it.Categories, category{string(st.Genre), label})
			if st.Genre == "sponsored" { // few programs show categories, and readers must know
				it.Summary = label + ". " + it.Summary
			}
		}
		if e.paper.Settings.Feeds != stet.FeedSummary {
			if text := e.fullText(st); len(text) <= room {
				it.HTML = text
				room -= len(text)
			}
		}
		out = append(out, it)
	}
	return out, nil
}

// fullText is all that a story's page says under its standfirst, as HTML that
// stands anywhere; empty if the text is not for everybody.
func (e *edition) fullText(st *stet.Story) string {
	if !st.Open() || st.Body == nil {
		return ""
	}
	options := e.proseOptions()
	options.Outline, options.IDPrefix = true, "text-" // as on the page, to which links into the text lead
	options.Base = e.absolute(string(st.Path))
	var b strings.Builder
	fmt.Fprintf(&b, `<div lang="%s" dir="%s">`, e.l.Code, e.l.Dir)
	if label := e.label(st.Genre); label != "" {
		fmt.Fprintf(&b, "<p>%s</p>", template.HTMLEscapeString(label))
	}
	if st.Picture != nil {
		picture := prose.Doc{Content: []*prose.Node{pictureNode(st.Picture)}}
		b.WriteString(picture.HTML(options))
	}
	b.WriteString(st.Body.HTML(options))
	if len(st.Corrections) > 0 {
		fmt.Fprintf(&b, "<h2>%s</h2>", template.HTMLEscapeString(e.l.Text(lang.Corrections)))
		for _, c := range st.Corrections {
			note := e.l.Text(lang.Correction, "date", e.l.Date(c.At.In(e.zone)), "note", c.Note)
			fmt.Fprintf(&b, "<p>%s</p>", template.HTMLEscapeString(note))
		}
	}
	if st.Source != nil {
		fmt.Fprintf(&b, "<p>%s</p>", template.HTMLEscapeString(e.l.Text(lang.Source, "name", st.Source.Name)))
	}
	b.WriteString("</div>")
	return b.String()
}

// feedSpace makes names of articles' ids that are names everywhere.
var feedSpace = uuid.NewSHA1(uuid.NameSpaceOID, []byte("stet article"))

// entryID is the name of a story in feeds. It comes of the article's id alone,
// so that readers' programs know the story again when its slug, its section or
// the site's host has changed, or the newsroom has moved by an import.
func entryID(id stet.ArticleID) string {
	if u, err := uuid.Parse(string(id)); err == nil && u.String() == string(id) {
		return u.URN()
	}
	return uuid.NewSHA1(feedSpace, []byte(id)).URN()
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
