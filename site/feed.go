package site

import (
	"bytes"
	"context"
	"encoding/xml"
	"fmt"
	"time"

	"stet"
	"stet/lang"
	"stet/press"
)

// feedLength is how many stories a feed holds.
const feedLength = 30

type rss struct {
	XMLName xml.Name `xml:"rss"`
	Version string   `xml:"version,attr"`
	Atom    string   `xml:"xmlns:atom,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Channel channel  `xml:"channel"`
}

type channel struct {
	Title       string    `xml:"title"`
	Link        string    `xml:"link"`
	Description string    `xml:"description"`
	Language    string    `xml:"language"`
	Built       string    `xml:"lastBuildDate,omitempty"`
	Self        self      `xml:"atom:link"`
	Items       []rssItem `xml:"item"`
}

type self struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link"`
	GUID        guid     `xml:"guid"`
	Published   string   `xml:"pubDate"`
	Creators    []string `xml:"dc:creator"`
	Category    string   `xml:"category,omitempty"`
	Description string   `xml:"description,omitempty"`
}

type guid struct {
	PermaLink bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

// feed makes the RSS of the edition, or of one of its sections, topics or
// authors.
func (e *edition) feed(ctx context.Context, t *stet.Term) (press.Page, error) {
	q := stet.HeadQuery{Limit: feedLength}
	at := e.home()
	title := e.l.Text(lang.FeedTitle, "site", e.name.Name)
	if t != nil {
		name := t.In(e.lang)
		q.Term, q.Key = t.Kind, t.Key
		at = string(stet.TermPath(e.lang, t.Kind, name.Slug))
		title = e.l.Text(lang.FeedOf, "site", e.name.Name, "name", name.Name)
	}
	heads, err := e.heads(ctx, q)
	if err != nil {
		return press.Page{}, err
	}
	c := channel{
		Title: title, Link: e.absolute(at), Description: title, Language: string(e.lang),
		Self: self{e.absolute(at + "feed.xml"), "self", "application/rss+xml"},
	}
	if e.name.About != "" {
		c.Description = e.name.About
	}
	var keys []string
	var authors []stet.Byline
	for _, h := range heads {
		keys = append(keys, h.Section)
		authors = append(authors, h.Bylines...)
	}
	sections, err := e.names(ctx, stet.SectionTerm, keys)
	if err != nil {
		return press.Page{}, err
	}
	people, err := e.people(ctx, authors)
	if err != nil {
		return press.Page{}, err
	}
	if len(heads) > 0 {
		newest := heads[0].UpdatedAt
		for _, h := range heads {
			if h.UpdatedAt.After(newest) {
				newest = h.UpdatedAt
			}
		}
		c.Built = e.rfc822(newest)
	}
	for _, h := range heads {
		it := rssItem{
			Title: h.Headline, Link: e.absolute(string(h.Path)), GUID: guid{ID: "stet:" + string(h.ID)},
			Published: e.rfc822(h.PublishedAt), Description: h.Standfirst,
		}
		for _, b := range h.Bylines {
			it.Creators = append(it.Creators, e.signed(b, people))
		}
		if s := sections[h.Section]; s != nil {
			it.Category = s.In(e.lang).Name
		}
		if it.Description == "" {
			st, err := e.library.Story(ctx, h.ID)
			if err != nil && !stet.Is(err, stet.NotFound) {
				return press.Page{}, fmt.Errorf("reading %s: %w", h.ID, err)
			}
			if err == nil {
				it.Description = description(st)
			}
		}
		c.Items = append(c.Items, it)
	}
	return e.document("feed", "application/rss+xml; charset=utf-8",
		rss{Version: "2.0", Atom: "http://www.w3.org/2005/Atom", DC: "http://purl.org/dc/elements/1.1/", Channel: c})
}

// rfc822 writes an instant as RSS wants it.
func (e *edition) rfc822(t time.Time) string {
	t = t.In(e.zone)
	if _, offset := t.Zone(); offset%60 != 0 {
		t = t.UTC()
	}
	return t.Format("Mon, 02 Jan 2006 15:04:05 -0700")
}

// document makes a page of XML.
func (s *Site) document(kind, mediaType string, v any) (press.Page, error) {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := xml.NewEncoder(&out).Encode(v); err != nil {
		return press.Page{}, fmt.Errorf("%s: %w", kind, err)
	}
	out.WriteByte('\n')
	s.count(s.laid, kind)
	return press.Page{Fields: fields(mediaType), Parts: []press.Part{{HTML: out.Bytes()}}}, nil
}
