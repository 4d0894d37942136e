package site

import (
	"encoding/json"
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
	Type string `json:"@type"`
	URL  string `json:"url"`
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
	Description string `json:"description,omitempty"`
	Language    string `json:"inLanguage"`
	Modified    string `json:"dateModified,omitempty"`
	Site        *thing `json:"isPartOf,omitempty"`
	About       *thing `json:"about,omitempty"`
	Main        any    `json:"mainEntity,omitempty"`
	Publisher   ref    `json:"publisher"`
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
	Image        string           `json:"image,omitempty"`
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
func (e *edition) data(nodes ...any) (safeData, error) {
	text, err := json.Marshal(graph{"https://schema.org", append(nodes, e.publisher())})
	return safeData(text), err
}

// publisher is the paper as the one who answers for the page.
func (e *edition) publisher() publisher {
	return publisher{
		thing: thing{"NewsMediaOrganization", e.publisherRef().ID, e.name.Name, e.absolute(e.home())},
		Logo:  imageData{"ImageObject", e.url + e.theme.Icons.Large},
	}
}

func (e *edition) publisherRef() ref { return ref{e.absolute(e.home()) + "#publisher"} }

// website is the edition as a whole.
func (e *edition) website() *thing {
	home := e.absolute(e.home())
	return &thing{"WebSite", home + "#website", e.name.Name, home}
}

// webPage is a page of the edition at a decoded path.
func (e *edition) webPage(kind, path, name string, h *head) webPage {
	at := e.absolute(path)
	return webPage{
		thing: thing{kind, at + "#page", name, at}, Description: h.Description, Language: string(e.lang),
		Site: e.website(), Publisher: e.publisherRef(),
	}
}

// trail is the way to a page: links in the page's own language, each with its
// address on the site, after the edition's front.
func (e *edition) trail(links ...link) breadcrumbs {
	b := breadcrumbs{Type: "BreadcrumbList"}
	for i, l := range append([]link{{e.name.Name, e.home()}}, links...) {
		b.Items = append(b.Items, listItem{Type: "ListItem", Position: i + 1, Name: l.Text, Item: e.url + l.Href})
	}
	return b
}

// listed are the stories of a list by their addresses.
func (e *edition) listed(items []item) any {
	if len(items) == 0 {
		return nil
	}
	l := itemList{Type: "ItemList"}
	for i, it := range items {
		l.Items = append(l.Items, listItem{Type: "ListItem", Position: i + 1, URL: e.url + it.Href})
	}
	return l
}

// newsArticle is a story, but for the names in it.
func (e *edition) newsArticle(st *stet.Story) newsArticle {
	at := e.absolute(string(st.Path))
	a := newsArticle{
		Type: articleType(st), ID: at + "#article", URL: at, Page: at,
		Headline: st.Headline, Description: st.Standfirst, Language: string(st.Lang),
		Published: machine(st.PublishedAt), Modified: machine(st.UpdatedAt), Open: st.Open(),
		Site: e.website(), Publisher: e.publisherRef(),
	}
	if st.Genre != "sponsored" { // an advertisement has no place it was written at in this vocabulary
		a.Dateline = st.Dateline
	}
	if st.Licence != "" {
		a.Licence = &thing{Type: "CreativeWork", Name: st.Licence}
		if address(st.Licence) {
			a.Licence = &thing{Type: "CreativeWork", URL: st.Licence}
		}
	}
	if st.Open() && st.Body != nil {
		a.Words = withoutFigures(st.Body).Words()
	}
	if p := st.Picture; p != nil && e.ours(p) {
		a.Image = p.URL
	}
	for _, c := range st.Corrections {
		a.Corrections = append(a.Corrections, correctionData{"CorrectionComment", c.Note, machine(c.At)})
	}
	if s := st.Source; s != nil {
		w := &work{Type: "CreativeWork", URL: s.URL, Provider: &thing{Type: "Organization", Name: s.Name}}
		switch s.Kind {
		case "release", "agency":
			a.BasedOn = w
		case "":
			a.Citation = w
		}
	}
	for _, t := range st.Translations {
		at := e.absolute(string(t.Path))
		w := work{Type: "Article", ID: at + "#article", Headline: t.Headline, URL: at, Language: string(t.Lang)}
		switch {
		case t.Lang == st.Lang:
		case st.ID == st.Group:
			a.Translations = append(a.Translations, w)
		case t.Original:
			a.Original = &w
		}
	}
	return a
}

// articleData is what the page of an article says of itself.
func (e *edition) articleData(st *stet.Story, c credits, h *head) (safeData, error) {
	here := link{st.Headline, escaped(st.Path)}
	if st.Kind != stet.StoryKind {
		p := e.webPage("WebPage", string(st.Path), st.Headline, h)
		if strings.HasSuffix(string(st.Path), "/about") {
			p.Type = "AboutPage"
		}
		p.Modified = machine(st.UpdatedAt)
		return e.data(p, e.trail(here))
	}
	a := e.newsArticle(st)
	for _, l := range c.Authors {
		p := thing{Type: "Person", Name: l.Text}
		if l.Href != "" {
			p.URL = e.url + l.Href
			p.ID = p.URL + "#person"
		}
		a.Authors = append(a.Authors, p)
	}
	for _, t := range c.Topics {
		a.Keywords = append(a.Keywords, t.Text)
		if t.Kind != "" {
			a.About = append(a.About, e.topicThing(t))
		}
	}
	if c.Section == nil {
		return e.data(a, e.trail(here))
	}
	a.Section = c.Section.Text
	return e.data(a, e.trail(*c.Section, here))
}

// topicThing is what a topic stands for.
func (e *edition) topicThing(t topic) thing {
	at := e.url + t.Href
	return thing{topicType(t.Kind), at + "#topic", t.Text, at}
}

// address holds for what can be followed on the web.
func address(s string) bool {
	return strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")
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
