package format

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"stet"
)

// What a page says of itself in the words of schema.org: one graph, in which
// everything that has an address has an id made of it. It repeats what readers
// see and says nothing else.

type graph struct {
	Context string `json:"@context"`
	Nodes   []any  `json:"@graph"`
}

// ref points at a node, on this page or on another.
type ref struct {
	ID string `json:"@id"`
}

// thing is a person, an organisation, a place, an event, or no more than a
// name and an address.
type thing struct {
	Type string `json:"@type"`
	ID   string `json:"@id,omitempty"`
	Name string `json:"name,omitempty"`
	URL  string `json:"url,omitempty"`
}

type publisher struct {
	thing
	Logo imageData `json:"logo"`
}

type imageData struct {
	Type    string `json:"@type"`
	URL     string `json:"url"`
	Width   string `json:"width,omitempty"` // with its unit
	Height  string `json:"height,omitempty"`
	Caption string `json:"caption,omitempty"`
	Creator *thing `json:"creator,omitempty"`
	Credit  string `json:"creditText,omitempty"`
	Notice  string `json:"copyrightNotice,omitempty"`
	Licence string `json:"license,omitempty"`
	Acquire string `json:"acquireLicensePage,omitempty"`
}

type webSite struct {
	thing
	Description string `json:"description,omitempty"`
	Language    string `json:"inLanguage"`
	Publisher   ref    `json:"publisher"`
}

// webPage is any page that is not a story.
type webPage struct {
	thing
	Description string     `json:"description,omitempty"`
	Language    string     `json:"inLanguage"`
	Modified    string     `json:"dateModified,omitempty"`
	Site        *thing     `json:"isPartOf,omitempty"`
	About       *described `json:"about,omitempty"`
	Main        any        `json:"mainEntity,omitempty"`
	Publisher   ref        `json:"publisher"`
}

type newsArticle struct {
	Type         string           `json:"@type"`
	ID           string           `json:"@id"`
	URL          string           `json:"url"`
	Page         string           `json:"mainEntityOfPage"`
	Headline     string           `json:"headline"`
	Description  string           `json:"description,omitempty"`
	Language     string           `json:"inLanguage"`
	Published    string           `json:"datePublished"`
	Modified     string           `json:"dateModified"`
	Authors      []thing          `json:"author,omitempty"`
	Dateline     string           `json:"dateline,omitempty"`
	Section      string           `json:"articleSection,omitempty"`
	Keywords     []string         `json:"keywords,omitempty"`
	About        []thing          `json:"about,omitempty"`
	Images       []imageData      `json:"image,omitempty"`
	Words        int              `json:"wordCount,omitempty"`
	Open         bool             `json:"isAccessibleForFree"`
	Licence      *thing           `json:"license,omitempty"`
	BasedOn      *work            `json:"isBasedOn,omitempty"`
	Citation     *work            `json:"citation,omitempty"`
	Corrections  []correctionData `json:"correction,omitempty"`
	Original     *work            `json:"translationOfWork,omitempty"`
	Translations []work           `json:"workTranslation,omitempty"`
	Site         *thing           `json:"isPartOf,omitempty"`
	Publisher    ref              `json:"publisher"`
}

// work is a text elsewhere.
type work struct {
	Type     string `json:"@type"`
	ID       string `json:"@id,omitempty"`
	Headline string `json:"headline,omitempty"`
	URL      string `json:"url,omitempty"`
	Language string `json:"inLanguage,omitempty"`
	Provider *thing `json:"provider,omitempty"`
}

type correctionData struct {
	Type string `json:"@type"`
	Text string `json:"text"`
	At   string `json:"datePublished"`
}

type breadcrumbs struct {
	Type  string     `json:"@type"`
	Items []listItem `json:"itemListElement"`
}

type itemList struct {
	Type  string     `json:"@type"`
	Items []listItem `json:"itemListElement"`
}

type listItem struct {
	Type     string `json:"@type"`
	Position int    `json:"position"`
	Name     string `json:"name,omitempty"`
	Item     string `json:"item,omitempty"`
	URL      string `json:"url,omitempty"`
}

// data writes a graph, the publisher included. The encoder escapes all that
// could end a script.
func (e *Edition) data(nodes ...any) ([]byte, error) {
	return json.Marshal(graph{"https://schema.org", append(nodes, e.publisher())})
}

// publisher is the paper as the one who answers for the page.
func (e *Edition) publisher() publisher {
	return publisher{
		thing: thing{"NewsMediaOrganization", e.publisherRef().ID, e.Name, e.URL + e.Home()},
		Logo:  imageData{Type: "ImageObject", URL: e.URL + e.Large},
	}
}

func (e *Edition) publisherRef() ref { return ref{e.URL + e.Home() + "#publisher"} }

// website is the edition as a whole.
func (e *Edition) website() *thing {
	home := e.URL + e.Home()
	return &thing{"WebSite", home + "#website", e.Name, home}
}

// Page is a page of the edition that is no article.
type Page struct {
	Kind        string // of the WebPages there are
	Path        string // decoded
	Name        string
	Description string
	Way         []Link  // from the front to the page, itself the last
	Topic       *Topic  // what its stories are about
	Person      *Person // whose page it is
	Stories     []Link  // that it lists
}

// Person is an author as the author's own page has it.
type Person struct {
	Link
	About  string
	Email  string
	SameAs []string // the author's pages elsewhere
}

// described is a thing, and what is said of it.
type described struct {
	thing
	Description string   `json:"description,omitempty"`
	Email       string   `json:"email,omitempty"`
	SameAs      []string `json:"sameAs,omitempty"`
}

// webPage is a page but for what it is about.
func (e *Edition) webPage(kind, path, name, description string) webPage {
	at := Absolute(e.URL, path)
	return webPage{
		thing: thing{kind, at + "#page", name, at}, Description: description, Language: string(e.Lang),
		Site: e.website(), Publisher: e.publisherRef(),
	}
}

// trail is the way to a page after the edition's front.
func (e *Edition) trail(way ...Link) breadcrumbs {
	b := breadcrumbs{Type: "BreadcrumbList"}
	for i, l := range append([]Link{{e.Name, e.Home()}}, way...) {
		b.Items = append(b.Items, listItem{Type: "ListItem", Position: i + 1, Name: l.Text, Item: e.URL + l.Href})
	}
	return b
}

// PageData is what a page says of itself in the words of schema.org.
func (e *Edition) PageData(p Page) ([]byte, error) {
	v := e.webPage(p.Kind, p.Path, p.Name, p.Description)
	if p.Topic != nil {
		v.About = &described{thing: e.topicThing(*p.Topic), Description: p.Topic.About}
	}
	if p.Person != nil {
		at := e.URL + p.Person.Href
		v.Main = described{thing{"Person", at + "#person", p.Person.Text, at}, p.Person.About, p.Person.Email, p.Person.SameAs}
	} else if len(p.Stories) > 0 {
		list := itemList{Type: "ItemList"}
		for i, l := range p.Stories {
			list.Items = append(list.Items, listItem{Type: "ListItem", Position: i + 1, URL: e.URL + l.Href})
		}
		v.Main = list
	}
	return e.data(v, e.trail(p.Way...))
}

// FrontData is what the edition's front says of itself and of the edition.
func (e *Edition) FrontData(description string) ([]byte, error) {
	site := webSite{thing: *e.website(), Description: e.About, Language: string(e.Lang), Publisher: e.publisherRef()}
	return e.data(site, e.webPage("WebPage", e.Home(), e.Name, description))
}

// Data is what the article's page says of itself in the words of schema.org.
func (a *Article) Data(description string) ([]byte, error) {
	e := a.Edition
	here := Link{a.Headline, Escaped(a.Path)}
	if a.Kind != stet.StoryKind {
		p := e.webPage("WebPage", string(a.Path), a.Headline, description)
		if strings.HasSuffix(string(a.Path), "/about") {
			p.Type = "AboutPage"
		}
		p.Modified = Time(a.UpdatedAt)
		return e.data(p, e.trail(here))
	}
	v := a.newsArticle()
	if a.Section == nil {
		return e.data(v, e.trail(here))
	}
	v.Section = a.Section.Text
	return e.data(v, e.trail(*a.Section, here))
}

// newsArticle is a story, but for its section.
func (a *Article) newsArticle() newsArticle {
	e, st, at := a.Edition, a.Story, a.At()
	v := newsArticle{
		Type: articleType(st), ID: at + "#article", URL: at, Page: at,
		Headline: st.Headline, Description: st.Standfirst, Language: string(st.Lang),
		Published: Time(st.PublishedAt), Modified: Time(st.UpdatedAt), Open: st.Open(),
		Site: e.website(), Publisher: e.publisherRef(),
	}
	if st.Genre != "sponsored" { // an advertisement has no place it was written at in this vocabulary
		v.Dateline = st.Dateline
	}
	for _, l := range a.Authors {
		p := thing{Type: "Person", Name: l.Text}
		if l.Href != "" {
			p.URL = e.URL + l.Href
			p.ID = p.URL + "#person"
		}
		v.Authors = append(v.Authors, p)
	}
	for _, t := range a.Topics {
		v.Keywords = append(v.Keywords, t.Text)
		if t.Kind != "" {
			v.About = append(v.About, e.topicThing(t))
		}
	}
	if st.Licence != "" {
		v.Licence = &thing{Type: "CreativeWork", Name: st.Licence}
		if followed(st.Licence) {
			v.Licence = &thing{Type: "CreativeWork", URL: st.Licence}
		}
	}
	if a.readable() {
		v.Words = withoutFigures(st.Body).Words()
	}
	v.Images = a.images()
	for _, c := range st.Corrections {
		v.Corrections = append(v.Corrections, correctionData{"CorrectionComment", c.Note, Time(c.At)})
	}
	if s := st.Source; s != nil {
		w := &work{Type: "CreativeWork", URL: s.URL, Provider: &thing{Type: "Organization", Name: s.Name}}
		switch s.Kind {
		case "release", "agency":
			v.BasedOn = w
		case "":
			v.Citation = w
		}
	}
	for _, t := range st.Translations {
		at := Absolute(e.URL, t.Path)
		w := work{Type: "Article", ID: at + "#article", Headline: t.Headline, URL: at, Language: string(t.Lang)}
		switch {
		case t.Lang == st.Lang:
		case st.ID == st.Group:
			v.Translations = append(v.Translations, w)
		case t.Original:
			v.Original = &w
		}
	}
	return v
}

// images are the lead picture in the shapes that readers of this vocabulary
// choose among; where it is not the newsroom's own, none.
func (a *Article) images() []imageData {
	p := a.Lead()
	if p == nil {
		return nil
	}
	var out []imageData
	for _, shape := range []stet.Ratio{stet.Wide, stet.Classic, stet.Square} {
		r := a.Edition.Rendition(p, shape, fullWidth)
		m := imageData{
			Type: "ImageObject", URL: r.At, Width: pixels(r.Width), Height: pixels(r.Height),
			Caption: cmp.Or(a.Picture.Caption, p.Caption(a.Lang)), Credit: cmp.Or(a.Picture.Credit, credit(p)),
			Notice: p.Copyright, Licence: p.Terms, Acquire: p.Licensor,
		}
		if p.Creator != "" {
			m.Creator = &thing{Type: "Person", Name: p.Creator}
		}
		out = append(out, m)
	}
	return out
}

func pixels(n int) string { return strconv.Itoa(n) + " px" }

// topicThing is what a topic stands for.
func (e *Edition) topicThing(t Topic) thing {
	at := e.URL + t.Href
	return thing{topicType(t.Kind), at + "#topic", t.Text, at}
}

// articleType is the kind of article that a genre is. A report is called one
// only where the newsroom says that it is its own.
func articleType(st *stet.Story) string {
	switch st.Genre {
	case "analysis":
		return "AnalysisNewsArticle"
	case "opinion":
		return "OpinionNewsArticle"
	case "sponsored":
		return "AdvertiserContentArticle"
	}
	if st.Source != nil && st.Source.Kind == "own" {
		return "ReportageNewsArticle"
	}
	return "NewsArticle"
}

// topicType is what a topic of a kind is in the world.
func topicType(kind string) string {
	switch kind {
	case "person":
		return "Person"
	case "organisation":
		return "Organization"
	case "place":
		return "Place"
	case "event":
		return "Event"
	}
	return "Thing"
}
