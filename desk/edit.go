package desk

import (
	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/desk/translate"
	"stet/lang"
)

// editing is the form in which an article is written.
type editing struct {
	words     *say.Words
	Fields    map[string]string // values by the names of Content's JSON
	Editable  bool
	Sections  []frame.Option
	Languages []frame.Option
	Fixed     bool // the language can no longer be chosen
	Genres    []frame.Option
	Kinds     []frame.Option // of sources
	Body      string         // as text, for browsers without scripts
	Lead      *shown         // the newsroom's own picture over the text
	Setup     setup
}

// Value is what a field holds.
func (e *editing) Value(name string) string { return e.Fields[name] }

// setup is what the editor's script begins with (desk/editor/editor.ts).
type setup struct {
	Article    string                     `json:"article"` // its address on the desk
	ID         stet.ArticleID             `json:"id"`
	Person     string                     `json:"person"`
	Name       string                     `json:"name"`
	Version    int64                      `json:"version"`
	Content    *wholeText                 `json:"content"`
	Lang       stet.Lang                  `json:"lang"`
	Editable   bool                       `json:"editable"`
	Names      termNames                  `json:"names"`
	Words      map[string]string          `json:"words"`
	Typography map[string]lang.Typography `json:"typography"` // by language
	Pictures   map[stet.PictureID]shown   `json:"pictures"`
	Fetches    bool                       `json:"fetches"` // pictures of the web can be brought in
	Beside     *translate.Beside          `json:"beside,omitempty"`
}

// Label is what a field is called.
func (e *editing) Label(field string) string { return e.words.Field(field) }

// termNames are the names of an article's topics and authors by their keys.
type termNames struct {
	Topics  map[string]string `json:"topics"`
	Authors map[string]string `json:"authors"`
}

// editing returns the form of an article for somebody who may read it.
func (d *Desk) editing(v *frame.Visit, a *stet.Article, sections, languages []frame.Option) (*editing, error) {
	c := &a.Latest().Content
	e := &editing{
		words: v.Words,
		Fields: map[string]string{
			"headline": c.Headline, "kicker": c.Kicker, "standfirst": c.Standfirst, "dateline": c.Dateline,
			"slug": c.Slug, "licence": c.Licence, "canonical": c.Canonical,
		},
		Editable: stet.May(v.User(), stet.ActWrite, a) == nil,
		Sections: sections, Languages: languages, Fixed: a.Live != stet.LiveNever || a.Group != a.ID,
		Setup: setup{
			Article: frame.ArticlePath(a.ID), ID: a.ID, Person: v.Person.ID, Name: v.Person.Name, Version: a.Version,
			Content: wholeTextOf(c), Lang: a.Lang, Words: v.Editor(), Typography: typographies(), Fetches: d.Media != nil && d.Fetch != nil,
		},
	}
	e.Setup.Editable = e.Editable
	if c.Body != nil {
		e.Body = c.Body.Text()
	}
	if s := c.Source; s != nil {
		e.Fields["source.name"], e.Fields["source.url"] = s.Name, s.URL
	}
	if p := c.Picture; p != nil {
		e.Fields["picture.id"] = string(p.ID)
		e.Fields["picture.url"], e.Fields["picture.alt"] = p.URL, p.Alt
		e.Fields["picture.caption"], e.Fields["picture.credit"] = p.Caption, p.Credit
	}
	for _, g := range stet.Genres {
		e.Genres = append(e.Genres, frame.Option{Value: string(g), Text: v.T("genre_" + say.Key(g)), Chosen: g == c.Genre})
	}
	for _, kind := range stet.SourceKinds {
		e.Kinds = append(e.Kinds, frame.Option{Value: kind, Text: v.T("source_" + say.Key(kind)), Chosen: c.Source != nil && c.Source.Kind == kind})
	}
	keys := make([]string, len(c.Bylines))
	for i, b := range c.Bylines {
		keys[i] = b.Key
	}
	var err error
	if e.Setup.Pictures, err = d.shownFor(v, c.Pictures(), a.Lang); err != nil {
		return nil, err
	}
	if c.Picture != nil {
		if lead, ok := e.Setup.Pictures[c.Picture.ID]; ok {
			e.Lead = &lead
		}
	}
	if e.Setup.Names.Topics, err = d.termNames(v, stet.TopicTerm, a.Lang, c.Topics); err != nil {
		return nil, err
	}
	e.Setup.Names.Authors, err = d.termNames(v, stet.AuthorTerm, a.Lang, keys)
	return e, err
}

func (d *Desk) termNames(v *frame.Visit, kind stet.TermKind, l stet.Lang, keys []string) (map[string]string, error) {
	terms, err := d.DB.Public().Names(v.Context(), kind, keys)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for key, t := range terms {
		out[key] = t.In(l).Name
	}
	return out, nil
}

// typographies are how languages set what is typed.
func typographies() map[string]lang.Typography {
	out := map[string]lang.Typography{}
	for _, code := range lang.Codes() {
		out[code] = lang.Get(code).Typography()
	}
	return out
}
