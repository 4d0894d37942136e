package site

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/prose"
)

// articlePage is a story, or a page of the newsroom such as an imprint.
type articlePage struct {
	frame
	Story       bool         // not a page
	Section     *link        // nothing for a page
	SectionKey  string       // for the block of the section's newest stories; empty without a section
	Kicker      string       // a word or two over the headline; may be empty
	Label       string       // of a genre that readers must know of
	Sponsored   bool         // paid for: the label must be seen
	Headline    string       // what the <h1> says
	Standfirst  string       // a sentence or two under the headline; may be empty
	Byline      *byline      // the authors
	Dateline    string       // where it was written; may be empty
	Published   date         // with the time of day; empty for a page
	Updated     *around      // when it last changed, if that is not when it appeared
	Languages   []tongue     // the other published languages
	Picture     safeHTML     // a whole <figure>; may be empty
	Body        safeHTML     // the text; empty where readers may not see it
	Corrections []correction // dated public notes
	Source      *source      // where the report comes from
	Licence     string       // the terms of reuse as a sentence; may be empty
	Topics      []link
}

// around is a sentence with an element in it.
type around struct {
	Before, After string
	Date          date
}

// byline is the authors' names as one sentence, with links in it.
type byline struct {
	Before, After string
	Authors       []author
}

// author is a name and what stands before it in the list.
type author struct{ Before, Name, Href string }

// correction is a public note of what was wrong.
type correction struct {
	Date date
	Note string
}

// source is where a report comes from, as a sentence with a name in it.
type source struct {
	Before, After string // around the name
	Name, Href    string
	Kind          string
}

// story makes the page of a published article.
func (e *edition) story(ctx context.Context, st *stet.Story) (press.Page, error) {
	v, err := e.articleView(ctx, st)
	if err != nil {
		return press.Page{}, fmt.Errorf("the page of %s: %w", st.ID, err)
	}
	return e.page("article", v)
}

func (e *edition) articleView(ctx context.Context, st *stet.Story) (*articlePage, error) {
	v := &articlePage{
		frame: e.frame(string(st.Path), st.Headline),
		Story: st.Kind == stet.StoryKind, Headline: st.Headline, Standfirst: st.Standfirst, Kicker: st.Kicker,
		Dateline: st.Dateline, Label: e.label(st.Genre), Sponsored: st.Genre == "sponsored",
	}
	c, err := e.credits(ctx, st)
	if err != nil {
		return nil, err
	}
	e.signatures(c, v)
	if v.Section != nil {
		v.SectionKey = st.Section
	}
	options := e.proseOptions()
	options.Outline, options.IDPrefix = true, "text-"
	if st.Open() && st.Body != nil {
		v.Body = safeHTML(st.Body.HTML(options))
	}
	if p := st.Picture; p != nil {
		v.Picture = safeHTML((&prose.Doc{Content: []*prose.Node{pictureNode(p)}}).HTML(options))
		v.Head.Image, v.Head.ImageAlt = p.URL, p.Alt
	}
	if v.Story {
		v.Published = e.dateTime(st.PublishedAt)
		v.Updated = e.updated(st)
		v.Head.Type, v.Head.Published, v.Head.Modified = "article", machine(st.PublishedAt), machine(st.UpdatedAt)
	}
	for _, c := range st.Corrections {
		v.Corrections = append(v.Corrections, correction{e.date(c.At), c.Note})
	}
	if s := st.Source; s != nil {
		v.Source = &source{Name: s.Name, Href: s.URL, Kind: e.sourceKind(s.Kind)}
		v.Source.Before, v.Source.After = e.l.Around(lang.Source, "name")
	}
	if st.Licence != "" {
		v.Licence = e.l.Text(lang.Licence, "name", st.Licence)
	}
	e.languages(st, v)

	if d := description(st); d != "" {
		v.Head.Description = d
	}
	if st.Canonical != "" {
		v.Head.Canonical = st.Canonical
	}
	v.Head.Twins = e.twins(st)
	v.Head.Data, err = e.articleData(st, c, &v.Head)
	return v, err
}

// proseOptions are how bodies are written in the edition.
func (e *edition) proseOptions() prose.HTMLOptions {
	return prose.HTMLOptions{Labels: prose.Labels{
		Picture: e.l.Text(lang.ViewPicture), Embed: e.l.Text(lang.ReadAtSource), Table: e.l.Text(lang.Table),
	}}
}

// pictureNode is a lead picture as a part of a text.
func pictureNode(p *stet.Picture) *prose.Node {
	n := &prose.Node{Type: prose.Picture}
	for name, value := range map[string]string{"url": p.URL, "alt": p.Alt, "caption": p.Caption, "credit": p.Credit} {
		n.Attrs.Set(name, value)
	}
	return n
}

// updated says when a story last changed, if that is not when it appeared.
func (e *edition) updated(st *stet.Story) *around {
	u := e.dateTime(st.UpdatedAt)
	if !st.UpdatedAt.After(st.PublishedAt) || u.Text == e.dateTime(st.PublishedAt).Text {
		return nil
	}
	a := &around{Date: u}
	a.Before, a.After = e.l.Around(lang.Updated, "date")
	return a
}

// credits are the names that belong to a story.
type credits struct {
	Authors []link // without an address for those who have no page
	Section *link
	Topics  []topic
}

// topic is a topic of a story.
type topic struct {
	link
	Key, Kind string
}

// credits looks up the names of a story's authors, section and topics.
func (e *edition) credits(ctx context.Context, st *stet.Story) (credits, error) {
	var c credits
	var keys []string
	for _, b := range st.Bylines {
		keys = append(keys, b.Key)
	}
	authors, err := e.names(ctx, stet.AuthorTerm, keys)
	if err != nil {
		return c, err
	}
	for _, b := range st.Bylines {
		a := link{Text: e.signed(b, authors)}
		if t := authors[b.Key]; t != nil && st.Kind == stet.StoryKind {
			a.Href = e.termLink(t).Href
		}
		c.Authors = append(c.Authors, a)
	}
	if st.Kind != stet.StoryKind {
		return c, nil
	}
	sections, err := e.names(ctx, stet.SectionTerm, []string{st.Section})
	if err != nil {
		return c, err
	}
	if t := sections[st.Section]; t != nil {
		l := e.termLink(t)
		c.Section = &l
	}
	topics, err := e.names(ctx, stet.TopicTerm, st.Topics)
	if err != nil {
		return c, err
	}
	for _, key := range st.Topics {
		if t := topics[key]; t != nil {
			c.Topics = append(c.Topics, topic{e.termLink(t), key, t.Topic})
		}
	}
	return c, nil
}

// signatures puts in the names of the story's authors, section and topics.
func (e *edition) signatures(c credits, v *articlePage) {
	if len(c.Authors) > 0 {
		v.Byline = &byline{}
		v.Byline.Before, v.Byline.After = e.l.Around(lang.Byline, "names")
		between := e.between(len(c.Authors))
		for i, a := range c.Authors {
			v.Byline.Authors = append(v.Byline.Authors, author{between[i], a.Text, a.Href})
			if a.Href != "" {
				v.Head.Authors = append(v.Head.Authors, e.url+a.Href)
			}
		}
	}
	if v.Section = c.Section; c.Section != nil {
		v.Head.Section = c.Section.Text
	}
	for _, t := range c.Topics {
		v.Topics = append(v.Topics, t.link)
		v.Head.Tags = append(v.Head.Tags, t.Text)
	}
}

// between returns what stands before each of n names in a list, by the
// language's rules.
func (e *edition) between(n int) []string {
	return strings.Split(e.l.List(slices.Repeat([]string{"\x00"}, n)), "\x00")
}

// languages names the published translations, to readers and to machines.
func (e *edition) languages(st *stet.Story, v *articlePage) {
	for _, t := range st.Translations {
		e.alternate(&v.Head, t.Lang, t.Path)
		if t.Lang != st.Lang {
			l := lang.Get(string(t.Lang))
			v.Languages = append(v.Languages, tongue{l.Code, l.Dir, l.Name, escaped(t.Path), false})
		}
	}
	v.Head.Alternates = append(v.Head.Alternates, alternate{"x-default", e.absolute(string(st.Original))})
}

func (e *edition) sourceKind(kind string) string {
	switch kind {
	case "release":
		return e.l.Text(lang.Release)
	case "agency":
		return e.l.Text(lang.Agency)
	}
	return ""
}

// description is the story in a sentence or two: its standfirst, else how its
// text begins.
func description(st *stet.Story) string {
	if st.Standfirst != "" {
		return plain(st.Standfirst, 300)
	}
	if !st.Open() || st.Body == nil {
		return ""
	}
	first, _, _ := strings.Cut(st.Body.Text(), "\n\n")
	return plain(first, 300)
}
