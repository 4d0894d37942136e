package format

import (
	"encoding/xml"
	"strings"
)

// openSearch is how browsers learn to ask the site's search.
type openSearch struct {
	XMLName     xml.Name        `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
	ShortName   string          `xml:"ShortName"`
	Description string          `xml:"Description"`
	Language    string          `xml:"Language"`
	Encoding    string          `xml:"InputEncoding"`
	Image       openSearchImage `xml:"Image"`
	URL         openSearchURL   `xml:"Url"`
}

type openSearchImage struct {
	Width  int    `xml:"width,attr"`
	Height int    `xml:"height,attr"`
	Type   string `xml:"type,attr"`
	At     string `xml:",chardata"`
}

type openSearchURL struct {
	Type     string `xml:"type,attr"`
	Method   string `xml:"method,attr"`
	Template string `xml:"template,attr"`
}

// openSearchName is how long a short name may be, in characters.
const openSearchName = 16

// OpenSearch writes the OpenSearch 1.1 description of the edition's search, which
// is asked at a path with the field q.
func (e *Edition) OpenSearch(path, about string) ([]byte, error) {
	name := []rune(e.Name)
	if len(name) > openSearchName {
		name = name[:openSearchName]
	}
	text, err := xml.Marshal(openSearch{
		ShortName: strings.TrimSpace(string(name)), Description: about, Language: e.L.Code, Encoding: "UTF-8",
		Image: openSearchImage{192, 192, "image/png", e.URL + e.Small},
		URL:   openSearchURL{"text/html", "get", e.URL + path + "?q={searchTerms}"},
	})
	return append([]byte(xml.Header), text...), err
}
