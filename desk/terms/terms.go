// Package terms is where the newsroom keeps its sections, topics and authors:
// what they are called in every language, how sections follow one another, which
// of two are one, and what readers are told of each.
package terms

import (
	"context"
	"embed"
	"net/http"
	"net/url"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
)

//go:embed all:templates static
var files embed.FS

// Terms serves these pages.
type Terms struct {
	*frame.Shell
	// Await returns when readers see what an event changed.
	Await func(ctx context.Context, event int64) error
}

// New returns them in a frame.
func New(s *frame.Shell, await func(ctx context.Context, event int64) error) *Terms {
	return &Terms{s, await}
}

// kind is a sort of terms and its words.
type kind struct {
	stet.TermKind
	act  stet.Act
	path string // of their list, and the tab
}

var kinds = []kind{
	{stet.SectionTerm, stet.ActSections, "sections"},
	{stet.TopicTerm, stet.ActTopics, "topics"},
	{stet.AuthorTerm, stet.ActTopics, "authors"},
}

// list is the address of all terms of the kind.
func (k kind) list() string { return "/desk/" + k.path }

// at is the address of one.
func (k kind) at(key string) string { return k.list() + "/" + url.PathEscape(key) }

// word names a text that there is of every kind.
func (k kind) word(name string) say.Key { return say.Key("terms_" + string(k.TermKind) + "_" + name) }

// Part is their share of the desk.
func (d *Terms) Part() frame.Part {
	p := frame.Part{
		Files: files, Words: words, Newsroom: true,
		Pages: map[string]frame.View{"sections": &sectionsPage{}, "topics": &listPage{}, "term": &termPage{}, "merge": &mergePage{}},
	}
	for _, k := range kinds {
		list := d.list
		if k.TermKind == stet.SectionTerm {
			list = d.sections
			p.Routes = append(p.Routes, frame.Route{Pattern: "POST " + k.list() + "/{key}/move", Act: k.act, Serve: d.move})
		}
		for _, r := range []struct {
			pattern string
			tab     say.Key
			serve   func(kind, http.ResponseWriter, *frame.Visit) error
		}{
			{"GET " + k.list(), say.Key(k.path), list},
			{"GET " + k.list() + "/new", "", d.fresh},
			{"POST " + k.list(), "", d.add},
			{"GET " + k.list() + "/{key}", "", d.show},
			{"POST " + k.list() + "/{key}", "", d.change},
			{"GET " + k.list() + "/{key}/merge", "", d.askMerge},
			{"POST " + k.list() + "/{key}/merge", "", d.merge},
			{"POST " + k.list() + "/{key}/delete", "", d.remove},
		} {
			p.Routes = append(p.Routes, frame.Route{Pattern: r.pattern, Act: k.act, Tab: r.tab, Serve: func(w http.ResponseWriter, v *frame.Visit) error {
				if err := stet.MayTerm(v.User(), k.TermKind); err != nil {
					return err
				}
				return r.serve(k, w, v)
			}})
		}
	}
	return p
}

// done waits for the readers' pages and goes on.
func (d *Terms) done(w http.ResponseWriter, v *frame.Visit, event int64, to, did string) error {
	if event > 0 {
		if err := d.Await(v.Context(), event); err != nil {
			return err
		}
	}
	return frame.SeeOther(w, v, to+"?did="+did)
}
