package site

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/prose"
)

// An article as ninjs 3, the IPTC's news in JSON. What is written is in every
// version since 3.0.

type ninjs struct {
	Standard       ninjsStandard `json:"standard"`
	URI            string        `json:"uri"`
	Type           string        `json:"type"`
	Representation string        `json:"representationType"`
	Version        string        `json:"version"`
	FirstCreated   string        `json:"firstCreated"`
	VersionCreated string        `json:"versionCreated"`
	Status         string        `json:"pubStatus"`
	Language       string        `json:"language"`
	Title          string        `json:"title"`
	Headlines      []ninjsText   `json:"headlines"`
	Descriptions   []ninjsText   `json:"descriptions,omitempty"`
	Bodies         []ninjsText   `json:"bodies,omitempty"`
	By             string        `json:"by,omitempty"`
	Located        string        `json:"located,omitempty"`
	People         []ninjsName   `json:"people,omitempty"`
	Organisations  []ninjsName   `json:"organisations,omitempty"`
	Places         []ninjsName   `json:"places,omitempty"`
	Events         []ninjsName   `json:"events,omitempty"`
	Subjects       []ninjsName   `json:"subjects,omitempty"`
	Genres         []ninjsName   `json:"genres,omitempty"`
	InfoSources    []ninjsName   `json:"infoSources,omitempty"`
	Copyright      string        `json:"copyrightHolder,omitempty"`
	UsageTerms     string        `json:"usageTerms,omitempty"`
	AltIDs         []ninjsID     `json:"altIds"`
	Renditions     []ninjsFile   `json:"renditions"`
	Associations   []ninjsOther  `json:"associations,omitempty"`
}

type ninjsStandard struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Schema  string `json:"schema"`
}

// ninjsText is a headline, a description or a body.
type ninjsText struct {
	Role       string `json:"role"`
	Type       string `json:"contentType"`
	Characters int    `json:"charCount,omitempty"`
	Words      int    `json:"wordCount,omitempty"`
	Value      string `json:"value"`
}

// ninjsName is a person, an organisation, a subject and so on: rel says what
// it is to the text, role what a source was.
type ninjsName struct {
	Name    string `json:"name,omitempty"`
	Rel     string `json:"rel,omitempty"`
	Role    string `json:"role,omitempty"`
	URI     string `json:"uri,omitempty"`
	Literal string `json:"literal,omitempty"`
}

type ninjsID struct {
	Role  string `json:"role"`
	Value string `json:"value"`
}

// ninjsFile is the article in a form that stands at an address.
type ninjsFile struct {
	Name string `json:"name"`
	Href string `json:"href"`
	Type string `json:"contentType,omitempty"`
}

// ninjsOther is what belongs to the article: a picture, or a translation.
type ninjsOther struct {
	Name         string      `json:"name"`
	Rel          string      `json:"rel"`
	URI          string      `json:"uri"`
	Type         string      `json:"type"`
	Language     string      `json:"language,omitempty"`
	By           string      `json:"by,omitempty"`
	Headlines    []ninjsText `json:"headlines,omitempty"`
	Descriptions []ninjsText `json:"descriptions,omitempty"`
	Renditions   []ninjsFile `json:"renditions"`
}

const plainText = "text/plain"

// ninjs makes the ninjs of an article.
func (e *edition) ninjs(ctx context.Context, st *stet.Story, f form) (press.Page, error) {
	c, err := e.credits(ctx, st)
	if err != nil {
		return press.Page{}, err
	}
	at := e.absolute(string(st.Path))
	v := ninjs{
		Standard: ninjsStandard{"ninjs", "3.0", "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json#"},
		URI:      entryID(st.ID), Type: "text", Representation: "partial", Version: strconv.Itoa(st.Revision),
		FirstCreated: machine(st.PublishedAt), VersionCreated: machine(st.UpdatedAt), Status: "usable",
		Language: string(st.Lang), Title: st.Headline, By: e.l.List(texts(c.Authors)), Located: st.Dateline,
		Headlines:  []ninjsText{{Role: "main", Type: plainText, Value: st.Headline}},
		UsageTerms: st.Licence,
		AltIDs:     []ninjsID{{"stet", string(st.ID)}},
		Renditions: []ninjsFile{{"web", at, "text/html"}, {"markdown", at + ".md", "text/markdown"}},
	}
	if st.Kicker != "" {
		v.Headlines = append(v.Headlines, ninjsText{Role: "kicker", Type: plainText, Value: st.Kicker})
	}
	if st.Standfirst != "" {
		v.Descriptions = append(v.Descriptions, ninjsText{Role: "standfirst", Type: plainText, Value: st.Standfirst})
	}
	for _, c := range st.Corrections {
		v.Descriptions = append(v.Descriptions, ninjsText{Role: "correction", Type: plainText, Value: machine(c.At) + " " + c.Note})
	}
	if st.Open() && st.Body != nil {
		v.Representation = "full"
		options := e.proseOptions()
		options.Base = e.absolute(string(st.Path))
		text := withoutFigures(st.Body)
		v.Bodies = []ninjsText{{
			Role: "main", Type: "text/html", Value: st.Body.HTML(options),
			Characters: utf8.RuneCountInString(text.Text()), Words: text.Words(),
		}}
	}
	for _, a := range c.Authors {
		n := ninjsName{Name: a.Text, Rel: "author"}
		if a.Href != "" {
			n.URI = e.url + a.Href
		}
		v.People = append(v.People, n)
	}
	for _, t := range c.Topics {
		n := ninjsName{Name: t.Text, Rel: "about", URI: e.url + t.Href, Literal: t.Key}
		switch t.Kind {
		case "person":
			v.People = append(v.People, n)
		case "organisation":
			v.Organisations = append(v.Organisations, n)
		case "place":
			v.Places = append(v.Places, n)
		case "event":
			v.Events = append(v.Events, n)
		default:
			v.Subjects = append(v.Subjects, n)
		}
	}
	if c.Section != nil {
		v.Subjects = append(v.Subjects, ninjsName{Name: c.Section.Text, Rel: "section", URI: e.url + c.Section.Href, Literal: st.Section})
	}
	if st.Genre != "" {
		v.Genres = []ninjsName{{Name: e.label(st.Genre), Literal: string(st.Genre)}}
	}
	if s := st.Source; s != nil {
		v.InfoSources = []ninjsName{{Name: s.Name, Role: s.Kind, URI: s.URL}}
	}
	if st.Source == nil || st.Source.Kind == "own" { // what others wrote is theirs
		v.Copyright = e.name.Name
	}
	if p := st.Picture; p != nil && e.ours(p) {
		v.Associations = append(v.Associations, e.ninjsPicture(p))
	}
	for _, t := range st.Translations {
		if t.Lang == st.Lang {
			continue
		}
		there := e.absolute(string(t.Path))
		v.Associations = append(v.Associations, ninjsOther{
			Name: lang.Get(string(t.Lang)).Name, Rel: "translation", URI: there, Type: "text", Language: string(t.Lang),
			Headlines:  []ninjsText{{Role: "main", Type: plainText, Value: t.Headline}},
			Renditions: []ninjsFile{{"web", there, "text/html"}, {"ninjs", there + f.suffix, "application/json"}},
		})
	}
	return e.json("twin", f.mediaType, v, e.twinFields(st)...)
}

// ninjsPicture is a picture of the newsroom's own as a part of an article.
func (e *edition) ninjsPicture(p *stet.Picture) ninjsOther {
	o := ninjsOther{
		Name: "lead", Rel: "featured", URI: p.URL, Type: "picture", By: p.Credit,
		Renditions: []ninjsFile{{Name: "original", Href: p.URL}},
	}
	for _, d := range []ninjsText{{Role: "alternative", Value: p.Alt}, {Role: "caption", Value: p.Caption}} {
		if d.Type = plainText; d.Value != "" {
			o.Descriptions = append(o.Descriptions, d)
		}
	}
	return o
}

// withoutFigures is a text without what stands in pictures and under them,
// which is not counted.
func withoutFigures(d *prose.Doc) *prose.Doc {
	return &prose.Doc{Content: slices.DeleteFunc(slices.Clone(d.Content), func(n *prose.Node) bool {
		return n.Type == prose.Picture || n.Type == prose.Gallery
	})}
}

// ours tells whether the newsroom has the picture itself.
func (e *edition) ours(p *stet.Picture) bool { return strings.HasPrefix(p.URL, e.url+"/") }
