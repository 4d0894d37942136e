package format

import (
	"cmp"
	"encoding/xml"
	"strings"
	"time"
)

// RSS 2.0, as the RSS Advisory Board has it, with Atom's link to itself.

type rss struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	DC      string     `xml:"xmlns:dc,attr"`
	Content string     `xml:"xmlns:content,attr"`
	Media   string     `xml:"xmlns:media,attr"`
	Lang    string     `xml:"xml:lang,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	Built       string    `xml:"lastBuildDate,omitempty"`
	Image       rssImage  `xml:"image"`
	Self        atomLink  `xml:"atom:link"`
	Items       []rssItem `xml:"item"`
}

type rssImage struct {
	Address string `xml:"url"`
	Title   string `xml:"title"`
	Link    string `xml:"link"`
}

type rssItem struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	GUID        rssGUID  `xml:"guid"`
	Published   string   `xml:"pubDate"`
	Updated     string   `xml:"atom:updated"`
	Creators    []string `xml:"dc:creator"`
	Categories  []string `xml:"category"`
	Description string   `xml:"description,omitempty"`
	Text        string   `xml:"content:encoded,omitempty"`

	Enclosure *rssEnclosure `xml:"enclosure"`
	Media     *rssMedia     `xml:"media:content"`
}

// rssEnclosure is a file that goes with a story. Its length is 0, which says
// that it is not known: nothing waits for the file to be made.
type rssEnclosure struct {
	At     string `xml:"url,attr"`
	Length int    `xml:"length,attr"`
	Type   string `xml:"type,attr"`
}

// rssMedia is a picture as Media RSS describes it.
type rssMedia struct {
	At          string    `xml:"url,attr"`
	Type        string    `xml:"type,attr"`
	Medium      string    `xml:"medium,attr"`
	Width       int       `xml:"width,attr"`
	Height      int       `xml:"height,attr"`
	Description *rssText  `xml:"media:description"`
	Credit      *rssMaker `xml:"media:credit"`
}

type rssText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type rssMaker struct {
	Role string `xml:"role,attr"`
	Name string `xml:",chardata"`
}

type rssGUID struct {
	PermaLink bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

// RSS writes a feed as RSS 2.0.
func RSS(f *Feed) ([]byte, error) {
	c := rssChannel{
		Title: f.Title, Link: f.Home, Description: cmp.Or(f.About, f.Title), Language: f.Lang,
		Image: rssImage{f.Small, f.Title, f.Home}, Self: atomLink{Rel: "self", Type: f.MediaType, Href: f.Self},
	}
	if len(f.Entries) > 0 {
		c.Built = rfc822(f.Updated)
	}
	for _, it := range f.Entries {
		i := rssItem{
			Title: it.Title, Link: it.Address, GUID: rssGUID{ID: it.ID},
			Published: rfc822(it.Published), Updated: Time(it.Updated),
			Description: markup.Replace(it.Summary), Text: it.HTML,
		}
		for _, a := range it.Authors {
			i.Creators = append(i.Creators, a.Name)
		}
		for _, c := range it.Categories {
			i.Categories = append(i.Categories, c.Name)
		}
		if p := it.Picture; p != nil {
			i.Enclosure = &rssEnclosure{At: p.At, Type: p.Type}
			i.Media = &rssMedia{At: p.At, Type: p.Type, Medium: "image", Width: p.Width, Height: p.Height,
				Description: &rssText{"plain", cmp.Or(p.Caption, p.Alt)}}
			if p.Credit != "" {
				i.Media.Credit = &rssMaker{"photographer", p.Credit}
			}
		}
		c.Items = append(c.Items, i)
	}
	return encodeXML(rss{
		Version: "2.0", Atom: atomSpace, DC: "http://purl.org/dc/elements/1.1/",
		Content: "http://purl.org/rss/1.0/modules/content/", Media: "http://search.yahoo.com/mrss/", Lang: f.Lang, Channel: c,
	})
}

// markup makes HTML of a text: RSS says that descriptions are HTML.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// rfc822 writes an instant as RSS wants it.
func rfc822(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 +0000") }

// Atom 1.0, RFC 4287.

const atomSpace = "http://www.w3.org/2005/Atom"

type atom struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang     string      `xml:"xml:lang,attr"`
	ID       string      `xml:"id"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle,omitempty"`
	Updated  string      `xml:"updated"`
	Links    []atomLink  `xml:"link"`
	Authors  []atomName  `xml:"author"` // of what nobody signed
	Icon     string      `xml:"icon"`
	Entries  []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel   string `xml:"rel,attr"`
	Type  string `xml:"type,attr"`
	Href  string `xml:"href,attr"`
	Title string `xml:"title,attr,omitempty"`
}

type atomName struct {
	Name    string `xml:"name"`
	Address string `xml:"uri,omitempty"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Links      []atomLink     `xml:"link"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Authors    []atomName     `xml:"author"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
	Text       *atomText      `xml:"content"`
}

type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// Atom writes a feed as Atom 1.0.
func Atom(f *Feed) ([]byte, error) {
	v := atom{
		Lang: f.Lang, ID: f.ID, Title: f.Title, Subtitle: f.About, Updated: Time(f.Updated),
		Links:   []atomLink{{Rel: "self", Type: f.MediaType, Href: f.Self}, {Rel: "alternate", Type: "text/html", Href: f.Home}},
		Authors: []atomName{{f.Paper, f.Front}}, Icon: f.Small,
	}
	for _, it := range f.Entries {
		i := atomEntry{
			ID: it.ID, Title: it.Title, Links: []atomLink{{Rel: "alternate", Type: "text/html", Href: it.Address}},
			Published: Time(it.Published), Updated: Time(it.Updated), Summary: it.Summary,
		}
		for _, a := range it.Authors {
			i.Authors = append(i.Authors, atomName(a))
		}
		for _, c := range it.Categories {
			i.Categories = append(i.Categories, atomCategory{c.Key, c.Name})
		}
		if p := it.Picture; p != nil {
			i.Links = append(i.Links, atomLink{"enclosure", p.Type, p.At, p.Alt})
		}
		if it.HTML != "" {
			i.Text = &atomText{"html", it.HTML}
		}
		v.Entries = append(v.Entries, i)
	}
	return encodeXML(v)
}

// JSON Feed 1.1.

type jsonFeed struct {
	Version     string       `json:"version"`
	Title       string       `json:"title"`
	Home        string       `json:"home_page_url"`
	Self        string       `json:"feed_url"`
	Description string       `json:"description,omitempty"`
	Icon        string       `json:"icon"`
	Favicon     string       `json:"favicon"`
	Authors     []jsonAuthor `json:"authors"`
	Language    string       `json:"language"`
	Items       []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name    string `json:"name"`
	Address string `json:"url,omitempty"`
}

type jsonItem struct {
	ID        string       `json:"id"`
	Address   string       `json:"url"`
	Title     string       `json:"title"`
	HTML      string       `json:"content_html,omitempty"`
	Text      string       `json:"content_text,omitempty"`
	Summary   string       `json:"summary,omitempty"`
	Image     string       `json:"image,omitempty"`
	Published string       `json:"date_published"`
	Modified  string       `json:"date_modified"`
	Authors   []jsonAuthor `json:"authors,omitempty"`
	Tags      []string     `json:"tags,omitempty"`
	Language  string       `json:"language"`
}

// JSONFeed writes a feed as JSON Feed 1.1.
func JSONFeed(f *Feed) ([]byte, error) {
	v := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Home: f.Home, Self: f.Self, Description: f.About,
		Icon: f.Icon, Favicon: f.Small, Authors: []jsonAuthor{{f.Paper, f.Front}}, Language: f.Lang, Items: []jsonItem{},
	}
	for _, it := range f.Entries {
		i := jsonItem{
			ID: it.ID, Address: it.Address, Title: it.Title, HTML: it.HTML, Summary: it.Summary,
			Published: Time(it.Published), Modified: Time(it.Updated), Language: f.Lang,
		}
		if i.HTML == "" { // one of them must be there
			i.Text = cmp.Or(it.Summary, it.Title)
		}
		for _, a := range it.Authors {
			i.Authors = append(i.Authors, jsonAuthor(a))
		}
		if it.Picture != nil {
			i.Image = it.Picture.At
		}
		for _, c := range it.Categories {
			i.Tags = append(i.Tags, c.Name)
		}
		v.Items = append(v.Items, i)
	}
	return encodeJSON(v)
}
