package site

import (
	"context"
	"encoding/json"
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
	Story       bool // not a page
	Section     *link
	Kicker      string
	Label       string // of a genre that readers must know of
	Sponsored   bool
	Headline    string
	Standfirst  string
	Byline      *byline
	Dateline    string
	Published   date
	Updated     *around
	Languages   []tongue // the other published languages
	Picture     safeHTML
	Body        safeHTML
	Corrections []correction
	Source      *source
	Licence     string
	Topics      []link
	Data        safeData
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

type correction struct {
	Date date
	Note string
}

type source struct {
	Before, After string
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
	data := newsArticle{
		Context: "https://schema.org", Type: "NewsArticle", Headline: st.Headline, Description: st.Standfirst,
		Language: string(st.Lang), Address: e.absolute(string(st.Path)), Open: st.Open(),
		Publisher: organisation{"NewsMediaOrganization", e.name.Name, e.absolute(e.home())},
		Published: machine(st.PublishedAt), Modified: machine(st.UpdatedAt),
	}
	if !v.Story {
		data.Type, data.Published = "WebPage", ""
	}
	if err := e.signatures(ctx, st, v, &data); err != nil {
		return nil, err
	}
	labels := prose.Labels{
		Picture: e.l.Text(lang.ViewPicture), Embed: e.l.Text(lang.ReadAtSource), Table: e.l.Text(lang.Table),
	}
	options := prose.HTMLOptions{Outline: true, IDPrefix: "text-", Labels: labels}
	if st.Open() && st.Body != nil {
		v.Body = safeHTML(st.Body.HTML(options))
	}
	if p := st.Picture; p != nil {
		n := &prose.Node{Type: prose.Picture}
		for name, value := range map[string]string{"url": p.URL, "alt": p.Alt, "caption": p.Caption, "credit": p.Credit} {
			n.Attrs.Set(name, value)
		}
		v.Picture = safeHTML((&prose.Doc{Content: []*prose.Node{n}}).HTML(options))
		v.Head.Image, v.Head.ImageAlt, data.Image = p.URL, p.Alt, p.URL
	}
	if v.Story {
		v.Published = e.dateTime(st.PublishedAt)
		if u := e.dateTime(st.UpdatedAt); st.UpdatedAt.After(st.PublishedAt) && u.Text != v.Published.Text {
			v.Updated = &around{Date: u}
			v.Updated.Before, v.Updated.After = e.l.Around(lang.Updated, "date")
		}
		v.Head.Type, v.Head.Published, v.Head.Modified = "article", data.Published, data.Modified
	}
	for _, c := range st.Corrections {
		v.Corrections = append(v.Corrections, correction{e.date(c.At), c.Note})
		data.Corrections = append(data.Corrections, correctionData{"CorrectionComment", c.Note, machine(c.At)})
	}
	if s := st.Source; s != nil {
		v.Source = &source{Name: s.Name, Href: s.URL, Kind: e.sourceKind(s.Kind)}
		v.Source.Before, v.Source.After = e.l.Around(lang.Source, "name")
	}
	if st.Licence != "" {
		v.Licence = e.l.Text(lang.Licence, "name", st.Licence)
	}
	e.languages(st, v)

	v.Head.Description = description(st)
	if st.Canonical != "" {
		v.Head.Canonical = st.Canonical
	}
	text, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	v.Data = safeData(text)
	return v, nil
}

// signatures puts in the names of the story's authors, section and topics.
func (e *edition) signatures(ctx context.Context, st *stet.Story, v *articlePage, data *newsArticle) error {
	var keys []string
	for _, b := range st.Bylines {
		keys = append(keys, b.Key)
	}
	authors, err := e.names(ctx, stet.AuthorTerm, keys)
	if err != nil {
		return err
	}
	if len(st.Bylines) > 0 {
		v.Byline = &byline{}
		v.Byline.Before, v.Byline.After = e.l.Around(lang.Byline, "names")
		between := e.between(len(st.Bylines))
		for i, b := range st.Bylines {
			a := author{Before: between[i], Name: e.signed(b, authors)}
			person := person{Type: "Person", Name: a.Name}
			if t := authors[b.Key]; t != nil && v.Story {
				a.Href = e.termLink(t).Href
				person.Address = e.url + a.Href
			}
			v.Byline.Authors = append(v.Byline.Authors, a)
			data.Authors = append(data.Authors, person)
		}
	}
	if !v.Story {
		return nil
	}
	sections, err := e.names(ctx, stet.SectionTerm, []string{st.Section})
	if err != nil {
		return err
	}
	if t := sections[st.Section]; t != nil {
		l := e.termLink(t)
		v.Section, data.Section, v.Head.Section = &l, l.Text, l.Text
	}
	topics, err := e.names(ctx, stet.TopicTerm, st.Topics)
	if err != nil {
		return err
	}
	for _, key := range st.Topics {
		if t := topics[key]; t != nil {
			l := e.termLink(t)
			v.Topics = append(v.Topics, l)
			data.Keywords = append(data.Keywords, l.Text)
		}
	}
	return nil
}

// between returns what stands before each of n names in a list, by the
// language's rules.
func (e *edition) between(n int) []string {
	return strings.Split(e.l.List(slices.Repeat([]string{"\x00"}, n)), "\x00")
}

// languages names the published translations, to readers and to machines.
func (e *edition) languages(st *stet.Story, v *articlePage) {
	for _, t := range st.Translations {
		v.Head.Alternates = append(v.Head.Alternates, alternate{string(t.Lang), e.absolute(string(t.Path))})
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

// newsArticle is a story as schema.org describes one.
type newsArticle struct {
	Context     string           `json:"@context"`
	Type        string           `json:"@type"`
	Headline    string           `json:"headline"`
	Description string           `json:"description,omitempty"`
	Language    string           `json:"inLanguage"`
	Address     string           `json:"mainEntityOfPage"`
	Published   string           `json:"datePublished,omitempty"`
	Modified    string           `json:"dateModified"`
	Authors     []person         `json:"author,omitempty"`
	Section     string           `json:"articleSection,omitempty"`
	Keywords    []string         `json:"keywords,omitempty"`
	Image       string           `json:"image,omitempty"`
	Open        bool             `json:"isAccessibleForFree"`
	Corrections []correctionData `json:"correction,omitempty"`
	Publisher   organisation     `json:"publisher"`
}

type person struct {
	Type    string `json:"@type"`
	Name    string `json:"name"`
	Address string `json:"url,omitempty"`
}

type organisation struct {
	Type    string `json:"@type"`
	Name    string `json:"name"`
	Address string `json:"url"`
}

type correctionData struct {
	Type string `json:"@type"`
	Text string `json:"text"`
	At   string `json:"datePublished"`
}
