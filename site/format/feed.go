package format

import (
	"cmp"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/google/uuid"

	"stet"
	"stet/lang"
)

// Feed is the newest stories of an edition, or of one of its sections, topics
// or authors, with all that any form of feed says. Addresses are absolute.
type Feed struct {
	ID          string // stays as long as the host does, whatever the section is called
	Title       string
	About       string
	Home        string // the page that lists the same stories
	Self        string
	MediaType   string // of this form
	Paper       string
	Front       string
	Lang        string
	Small, Icon string // addresses of the paper's mark
	Updated     time.Time
	Entries     []Entry
}

// Entry is a story in a feed.
type Entry struct {
	ID                 string // for ever
	Title              string
	Address            string
	Summary            string // plain text
	HTML               string // empty where the feed holds no text
	Published, Updated time.Time
	Authors            []Signature
	Categories         []Category
	Picture            *FeedPicture // nil without one of the newsroom's own
}

// FeedPicture is the lead picture of a story in a feed.
type FeedPicture struct {
	Rendition
	Alt, Caption, Credit string
}

// Signature is who signs an entry, and the whole address of their page, if
// they have one.
type Signature struct{ Name, Address string }

// Category is the section or a topic of a story.
type Category struct{ Key, Name string }

// NewFeed begins the feed of an edition, which holds nothing yet.
func (e *Edition) NewFeed() *Feed {
	front := e.URL + e.Home()
	return &Feed{
		ID: front, Title: e.L.Text(lang.FeedTitle, "site", e.Name), About: e.About, Home: front,
		Paper: e.Name, Front: front, Lang: string(e.Lang), Small: e.URL + e.Small, Icon: e.URL + e.Large,
		Updated: time.Unix(0, 0).UTC(),
	}
}

// Entry is the article in a feed, without its text.
func (a *Article) Entry() Entry {
	it := Entry{
		ID: EntryID(a.ID), Title: a.Headline, Address: a.At(),
		Summary:   cmp.Or(a.Standfirst, a.Description()),
		Published: a.PublishedAt, Updated: a.UpdatedAt,
	}
	if p := a.Lead(); p != nil {
		it.Picture = &FeedPicture{
			a.Edition.Rendition(p, stet.Natural, fullWidth), a.LeadAlt(),
			cmp.Or(a.Picture.Caption, p.Caption(a.Lang)), cmp.Or(a.Picture.Credit, credit(p)),
		}
	}
	for _, l := range a.Authors {
		by := Signature{Name: l.Text}
		if l.Href != "" {
			by.Address = a.Edition.URL + l.Href
		}
		it.Authors = append(it.Authors, by)
	}
	if a.Section != nil {
		it.Categories = append(it.Categories, Category{a.Story.Section, a.Section.Text})
	}
	for _, t := range a.Topics {
		it.Categories = append(it.Categories, Category{t.Key, t.Text})
	}
	if label := a.Edition.Label(a.Genre); label != "" {
		it.Categories = append(it.Categories, Category{string(a.Genre), label})
		if a.Genre == "sponsored" { // few programs show categories, and readers must know
			it.Summary = label + ". " + it.Summary
		}
	}
	return it
}

// HTML is all that the article's page says under its standfirst, as HTML that
// stands anywhere; empty if the text is not for everybody.
func (a *Article) HTML() string {
	if !a.readable() {
		return ""
	}
	e := a.Edition
	options := e.Prose()
	options.Outline, options.IDPrefix = true, "text-" // as on the page, to which links into the text lead
	options.Base, options.Picture = a.At(), a.plainly
	var b strings.Builder
	fmt.Fprintf(&b, `<div lang="%s" dir="%s">`, e.L.Code, e.L.Dir)
	if label := e.Label(a.Genre); label != "" {
		fmt.Fprintf(&b, "<p>%s</p>", template.HTMLEscapeString(label))
	}
	if a.Picture != nil {
		b.WriteString(Figure(a.Picture).HTML(options))
	}
	b.WriteString(a.Body.HTML(options))
	if len(a.Corrections) > 0 {
		fmt.Fprintf(&b, "<h2>%s</h2>", template.HTMLEscapeString(e.L.Text(lang.Corrections)))
		for _, c := range a.Corrections {
			note := e.L.Text(lang.Correction, "date", e.date(c.At), "note", c.Note)
			fmt.Fprintf(&b, "<p>%s</p>", template.HTMLEscapeString(note))
		}
	}
	if a.Source != nil {
		fmt.Fprintf(&b, "<p>%s</p>", template.HTMLEscapeString(e.L.Text(lang.Source, "name", a.Source.Name)))
	}
	b.WriteString("</div>")
	return b.String()
}

// feedSpace makes names of articles' ids that are names everywhere.
var feedSpace = uuid.NewSHA1(uuid.NameSpaceOID, []byte("stet article"))

// EntryID is the name of a story in feeds and in ninjs. It comes of the
// article's id alone, so that readers' programs know the story again when its
// slug, its section or the site's host has changed, or the newsroom has moved
// by an import.
func EntryID(id stet.ArticleID) string {
	if u, err := uuid.Parse(string(id)); err == nil && u.String() == string(id) {
		return u.URN()
	}
	return uuid.NewSHA1(feedSpace, []byte(id)).URN()
}
