package site

import (
	"context"
	"net/http"
	"strings"

	"stet"
	"stet/lang"
	"stet/press"
)

// frontPage is the front of an edition; what stands on it is a block.
type frontPage struct {
	frame
	Name  string
	About string
}

// frontPage makes the front of the edition.
func (e *edition) frontPage(context.Context) (press.Page, error) {
	v, err := e.frontView()
	if err != nil {
		return press.Page{}, err
	}
	return e.page("front", v)
}

func (e *edition) frontView() (frontPage, error) {
	v := frontPage{frame: e.frame(e.home(), e.name.Name), Name: e.name.Name, About: e.name.About}
	v.Head.Manifest = e.home() + manifestName
	e.offerSearch(&v.Head)
	e.alternatives(&v.Head, "", "/")
	return v, v.Head.tell(e.format.FrontData(v.Head.Description))
}

// missingPage is what readers find where nothing stands, or nothing any more.
type missingPage struct {
	frame
	Gone     bool // something stood here
	Title    string
	Text     string // what happened and what to do
	Reason   string // why it is gone; may be empty
	Form     searchForm
	Sections []link
	Editions []tongue // if the address does not say in which language
}

// missing makes the page for an address where nothing stands (404) or nothing
// any more (410), in the language that the address begins with.
func (s *Site) missing(ctx context.Context, paper *stet.Site, path string, status int, reason string) (press.Page, error) {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	e, known := s.edition(paper, stet.Lang(first))
	if !known {
		e, _ = s.edition(paper, paper.Editions[0].Lang)
	}
	_, sections, err := e.terms(ctx, stet.SectionTerm)
	if err != nil {
		return press.Page{}, err
	}
	title, text := lang.NotFoundTitle, lang.NotFoundText
	if status == http.StatusGone {
		title, text = lang.GoneTitle, lang.GoneText
	}
	v := missingPage{
		frame: e.frame("", e.l.Text(title)), Gone: status == http.StatusGone,
		Title: e.l.Text(title), Text: e.l.Text(text), Form: e.searchForm(""), Sections: sections,
	}
	v.Head.NoIndex = true
	if reason != "" {
		v.Reason = e.l.Text(lang.GoneReason, "reason", reason)
	}
	if !known {
		v.Editions = e.others()
	}
	page, err := e.page("missing", v)
	page.Status, page.Transient = status, true
	return page, err
}
