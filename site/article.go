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
	"stet/site/card"
	"stet/site/format"
	"stet/site/theme"
)

// socialWidth is how wide the pictures are that others show with a link.
const socialWidth = 1200

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
	page, err := e.page("article", v)
	if v.Head.Script != "" {
		for i := range page.Fields {
			if page.Fields[i].Name == policyField {
				page.Fields[i].Value = e.policy.player
			}
		}
	}
	return page, err
}

func (e *edition) articleView(ctx context.Context, st *stet.Story) (*articlePage, error) {
	v := &articlePage{
		frame: e.frame(string(st.Path), st.Headline),
		Story: st.Kind == stet.StoryKind, Headline: st.Headline, Standfirst: st.Standfirst, Kicker: st.Kicker,
		Dateline: st.Dateline, Label: e.format.Label(st.Genre), Sponsored: st.Genre == "sponsored",
	}
	all, err := e.articles(ctx, st)
	if err != nil {
		return nil, err
	}
	a := all[0]
	e.signatures(a, v)
	if v.Section != nil {
		v.SectionKey = st.Section
	}
	options := e.format.Prose()
	options.Outline, options.IDPrefix, options.Picture = true, "text-", a.Shown
	if st.Open() && st.Body != nil {
		if st.Body.HasPlayer() {
			v.Head.Script = theme.Script
		}
		v.Body = safeHTML(st.Body.HTML(e.playing(options)))
	}
	if p := st.Picture; p != nil {
		options.Picture = a.Leading
		v.Picture = safeHTML(format.Figure(p).HTML(options))
		v.Head.Image, v.Head.ImageAlt = p.URL, a.LeadAlt()
		if own := a.Lead(); own != nil {
			r := e.format.Rendition(own, stet.Social, socialWidth)
			v.Head.Image, v.Head.ImageWidth, v.Head.ImageHeight = r.At, r.Width, r.Height
		}
	}
	if v.Story {
		v.Published = e.dateTime(st.PublishedAt)
		if u := a.Updated(); u != "" {
			v.Updated = &around{Date: date{u, format.Time(st.UpdatedAt)}}
			v.Updated.Before, v.Updated.After = e.l.Around(lang.Updated, "date")
		}
		v.Head.Type, v.Head.Published, v.Head.Modified = "article", format.Time(st.PublishedAt), format.Time(st.UpdatedAt)
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

	if d := a.Description(); d != "" {
		v.Head.Description = d
	}
	if st.Canonical != "" {
		v.Head.Canonical = st.Canonical
	}
	v.Head.Twins = e.twins(st)
	if v.Head.Image == "" {
		v.Head.Image, v.Head.ImageAlt, v.Head.ImageWidth, v.Head.ImageHeight = e.cardAddress(a), st.Headline, card.Width, card.Height
	}
	return v, v.Head.tell(a.Data(v.Head.Description))
}

// playing lets embeds name their players, and tells readers whose they are.
func (e *edition) playing(o prose.HTMLOptions) prose.HTMLOptions {
	o.Player = func(host string) (link, note string) {
		return e.l.Text(lang.Embedded, "host", host), e.l.Text(lang.EmbeddedNote, "host", host)
	}
	return o
}

// articles looks up the names that belong to stories.
func (e *edition) articles(ctx context.Context, stories ...*stet.Story) ([]*format.Article, error) {
	keys := map[stet.TermKind][]string{}
	for _, st := range stories {
		for _, b := range st.Bylines {
			keys[stet.AuthorTerm] = append(keys[stet.AuthorTerm], b.Key)
		}
		if st.Kind == stet.StoryKind {
			keys[stet.SectionTerm] = append(keys[stet.SectionTerm], st.Section)
			keys[stet.TopicTerm] = append(keys[stet.TopicTerm], st.Topics...)
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
	out := make([]*format.Article, len(stories))
	for i, st := range stories {
		a := &format.Article{Story: st, Edition: e.format}
		for _, b := range st.Bylines {
			by := format.Link{Text: e.signed(b, terms[stet.AuthorTerm])}
			if t := terms[stet.AuthorTerm][b.Key]; t != nil && st.Kind == stet.StoryKind {
				by.Href = e.termLink(t).Href
			}
			a.Authors = append(a.Authors, by)
		}
		if t := terms[stet.SectionTerm][st.Section]; t != nil && st.Kind == stet.StoryKind {
			l := format.Link(e.termLink(t))
			a.Section = &l
		}
		for _, key := range st.Topics {
			if t := terms[stet.TopicTerm][key]; t != nil && st.Kind == stet.StoryKind {
				a.Topics = append(a.Topics, format.Topic{Link: format.Link(e.termLink(t)), Key: key, Kind: t.Topic})
			}
		}
		out[i] = a
	}
	return out, nil
}

// signatures puts in the names of the story's authors, section and topics.
func (e *edition) signatures(c *format.Article, v *articlePage) {
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
	if v.Section = (*link)(c.Section); c.Section != nil {
		v.Head.Section = c.Section.Text
	}
	for _, t := range c.Topics {
		v.Topics = append(v.Topics, link(t.Link))
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
			v.Languages = append(v.Languages, tongue{l.Code, l.Dir, l.Name, format.Escaped(t.Path), false})
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
