package format

import (
	"encoding/xml"
	"strings"

	"stet"
)

const (
	sitemapSpace = "http://www.sitemaps.org/schemas/sitemap/0.9"
	newsSpace    = "http://www.google.com/schemas/sitemap-news/0.9"
	xhtmlSpace   = "http://www.w3.org/1999/xhtml"
	imageSpace   = "http://www.google.com/schemas/sitemap-image/1.1"
)

type sitemapindex struct {
	XMLName xml.Name  `xml:"sitemapindex"`
	Space   string    `xml:"xmlns,attr"`
	Maps    []Address `xml:"sitemap"`
}

type urlset struct {
	XMLName xml.Name  `xml:"urlset"`
	Space   string    `xml:"xmlns,attr"`
	XHTML   string    `xml:"xmlns:xhtml,attr,omitempty"`
	News    string    `xml:"xmlns:news,attr,omitempty"`
	Image   string    `xml:"xmlns:image,attr,omitempty"`
	URLs    []Address `xml:"url"`
}

// Address is a page in a sitemap. Addresses are whole.
type Address struct {
	At      string      `xml:"loc"`
	Changed string      `xml:"lastmod,omitempty"`
	News    *News       `xml:"news:news"` // in the news sitemap
	Others  []Alternate `xml:"xhtml:link"`
	Picture *Image      `xml:"image:image"` // of an article
}

// Image is a picture in a sitemap.
type Image struct {
	At string `xml:"image:loc"`
}

// Alternate is the same matter in a language, "x-default" for all others.
type Alternate struct {
	Rel  string `xml:"rel,attr"`
	Lang string `xml:"hreflang,attr"`
	Href string `xml:"href,attr"`
}

// In says that the same matter stands at an address in a language.
func In(l, address string) Alternate { return Alternate{"alternate", l, address} }

// News is what the news sitemap says of a story.
type News struct {
	Paper     string `xml:"news:publication>news:name"`
	Language  string `xml:"news:publication>news:language"`
	Published string `xml:"news:publication_date"`
	Title     string `xml:"news:title"`
}

// News is the entry of one of the edition's stories in the news sitemap.
func (e *Edition) News(h *stet.Head) Address {
	language, _, _ := strings.Cut(string(h.Lang), "-") // of the code only this
	return Address{
		At: Absolute(e.URL, h.Path), Changed: Time(h.UpdatedAt),
		News: &News{e.Name, language, Time(h.PublishedAt), h.Headline}, Picture: e.Pictured(h),
	}
}

// Pictured is the lead picture of a story in a sitemap, if it is the newsroom's
// own.
func (e *Edition) Pictured(h *stet.Head) *Image {
	if h.Picture == nil {
		return nil
	}
	return &Image{e.Rendition(h.Picture, stet.Natural, fullWidth).At}
}

// Versions are the addresses of a story's languages as a sitemap has them; none
// for a story in one language.
func Versions(site string, all []stet.Translation) []Alternate {
	if len(all) < 2 {
		return nil
	}
	var out []Alternate
	for _, t := range all {
		out = append(out, In(string(t.Lang), Absolute(site, t.Path)))
	}
	return append(out, In("x-default", Absolute(site, stet.Original(all))))
}

// SitemapIndex writes the list of all sitemaps.
func SitemapIndex(maps []Address) ([]byte, error) {
	return encodeXML(sitemapindex{Space: sitemapSpace, Maps: maps})
}

// Sitemap writes a sitemap.
func Sitemap(pages []Address) ([]byte, error) {
	return encodeXML(urlset{Space: sitemapSpace, XHTML: xhtmlSpace, Image: imageSpace, URLs: pages})
}

// NewsSitemap writes the sitemap of what is news now.
func NewsSitemap(stories []Address) ([]byte, error) {
	return encodeXML(urlset{Space: sitemapSpace, News: newsSpace, Image: imageSpace, URLs: stories})
}
