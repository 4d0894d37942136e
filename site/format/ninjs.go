package format

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"stet"
	"stet/lang"
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
	Name   string `json:"name"`
	Href   string `json:"href"`
	Type   string `json:"contentType,omitempty"`
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
}

// ninjsOther is what belongs to the article: a picture, or a translation.
type ninjsOther struct {
	Name         string      `json:"name"`
	Rel          string      `json:"rel"`
	URI          string      `json:"uri"`
	Type         string      `json:"type"`
	Language     string      `json:"language,omitempty"`
	Created      string      `json:"contentCreated,omitempty"`
	By           string      `json:"by,omitempty"`
	Copyright    string      `json:"copyrightNotice,omitempty"`
	UsageTerms   string      `json:"usageTerms,omitempty"`
	Headlines    []ninjsText `json:"headlines,omitempty"`
	Descriptions []ninjsText `json:"descriptions,omitempty"`
	Renditions   []ninjsFile `json:"renditions"`
}

const plainText = "text/plain"

// NinjsSuffix ends the address of an article's ninjs.
const NinjsSuffix = ".ninjs.json"

// Ninjs writes the article as ninjs.
func (a *Article) Ninjs() ([]byte, error) {
	e, st, at := a.Edition, a.Story, a.At()
	v := ninjs{
		Standard: ninjsStandard{"ninjs", "3.0", "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json#"},
		URI:      EntryID(st.ID), Type: "text", Representation: "partial", Version: strconv.Itoa(st.Revision),
		FirstCreated: Time(st.PublishedAt), VersionCreated: Time(st.UpdatedAt), Status: "usable",
		Language: string(st.Lang), Title: st.Headline, By: e.L.List(texts(a.Authors)), Located: st.Dateline,
		Headlines:  []ninjsText{{Role: "main", Type: plainText, Value: st.Headline}},
		UsageTerms: st.Licence,
		AltIDs:     []ninjsID{{"stet", string(st.ID)}},
		Renditions: []ninjsFile{{Name: "web", Href: at, Type: "text/html"}, {Name: "markdown", Href: at + MarkdownSuffix, Type: "text/markdown"}},
	}
	if st.Kicker != "" {
		v.Headlines = append(v.Headlines, ninjsText{Role: "kicker", Type: plainText, Value: st.Kicker})
	}
	if st.Standfirst != "" {
		v.Descriptions = append(v.Descriptions, ninjsText{Role: "standfirst", Type: plainText, Value: st.Standfirst})
	}
	for _, c := range st.Corrections {
		v.Descriptions = append(v.Descriptions, ninjsText{Role: "correction", Type: plainText, Value: Time(c.At) + " " + c.Note})
	}
	if a.readable() {
		v.Representation = "full"
		options := e.Prose()
		options.Base, options.Picture = at, a.plainly
		text := withoutFigures(st.Body)
		v.Bodies = []ninjsText{{
			Role: "main", Type: "text/html", Value: st.Body.HTML(options),
			Characters: utf8.RuneCountInString(text.Text()), Words: text.Words(),
		}}
	}
	for _, l := range a.Authors {
		n := ninjsName{Name: l.Text, Rel: "author"}
		if l.Href != "" {
			n.URI = e.URL + l.Href
		}
		v.People = append(v.People, n)
	}
	for _, t := range a.Topics {
		n := ninjsName{Name: t.Text, Rel: "about", URI: e.URL + t.Href, Literal: t.Key}
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
	if a.Section != nil {
		v.Subjects = append(v.Subjects, ninjsName{Name: a.Section.Text, Rel: "section", URI: e.URL + a.Section.Href, Literal: st.Section})
	}
	if st.Genre != "" {
		v.Genres = []ninjsName{{Name: e.Label(st.Genre), Literal: string(st.Genre)}}
	}
	if s := st.Source; s != nil {
		v.InfoSources = []ninjsName{{Name: s.Name, Role: s.Kind, URI: s.URL}}
	}
	if st.Source == nil || st.Source.Kind == "own" { // what others wrote is theirs
		v.Copyright = e.Name
	}
	if p := a.Lead(); p != nil {
		v.Associations = append(v.Associations, a.ninjsPicture("lead", "featured", p, *st.Picture))
	}
	if a.readable() {
		st.Body.Walk(func(n *prose.Node) bool {
			if p := st.Pictures[stet.PictureID(n.Attrs.Get("ref"))]; p != nil {
				use := stet.PictureUse{Alt: n.Attrs.Get("alt"), Caption: n.Attrs.Get("caption"), Credit: n.Attrs.Get("credit")}
				v.Associations = append(v.Associations, a.ninjsPicture(fmt.Sprintf("picture-%d", len(v.Associations)+1), "inline", p, use))
			}
			return true
		})
	}
	for _, t := range st.Translations {
		if t.Lang == st.Lang {
			continue
		}
		there := Absolute(e.URL, t.Path)
		v.Associations = append(v.Associations, ninjsOther{
			Name: lang.Get(string(t.Lang)).Name, Rel: "translation", URI: there, Type: "text", Language: string(t.Lang),
			Headlines:  []ninjsText{{Role: "main", Type: plainText, Value: t.Headline}},
			Renditions: []ninjsFile{{Name: "web", Href: there, Type: "text/html"}, {Name: "ninjs", Href: there + NinjsSuffix, Type: "application/json"}},
		})
	}
	return encodeJSON(v)
}

// ninjsPicture is a picture of the newsroom's own as a part of an article, in
// the shapes that others lay out pages with.
func (a *Article) ninjsPicture(name, rel string, p *stet.Picture, use stet.PictureUse) ninjsOther {
	o := ninjsOther{
		Name: name, Rel: rel, URI: "urn:uuid:" + string(p.ID), Type: "picture", By: cmp.Or(use.Credit, credit(p)),
		Copyright: p.Copyright, UsageTerms: p.Terms,
	}
	if !p.Taken.IsZero() {
		o.Created = Time(p.Taken)
	}
	for _, shape := range []stet.Ratio{stet.Natural, stet.Wide, stet.Classic, stet.Square} {
		r := a.Edition.Rendition(p, shape, fullWidth)
		o.Renditions = append(o.Renditions, ninjsFile{string(shape), r.At, r.Type, r.Width, r.Height})
	}
	if p.Headline != "" {
		o.Headlines = []ninjsText{{Role: "main", Type: plainText, Value: p.Headline}}
	}
	for _, d := range []ninjsText{
		{Role: "alternative", Value: cmp.Or(use.Alt, p.Alt(a.Lang))}, {Role: "caption", Value: cmp.Or(use.Caption, p.Caption(a.Lang))},
	} {
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
