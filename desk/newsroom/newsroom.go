// Package newsroom is how the newsroom is set up at the desk: the people who
// work in it, its settings, and the log of what happened. All of it takes the
// right to set the site up.
package newsroom

import (
	"embed"

	"stet"
	"stet/desk/frame"
)

//go:embed templates
var files embed.FS

// Newsroom serves these pages.
type Newsroom struct{ *frame.Shell }

// New returns them in a frame.
func New(s *frame.Shell) *Newsroom { return &Newsroom{s} }

// Part is their share of the desk.
func (d *Newsroom) Part() frame.Part {
	return frame.Part{
		Files: files, Words: words, Newsroom: true,
		Pages: map[string]frame.View{"people": &peoplePage{}, "person": &personPage{}, "settings": &settingsPage{}, "audit": &auditPage{}},
		Routes: []frame.Route{
			{Pattern: "GET /desk/people", Act: stet.ActSetUp, Tab: "people", Serve: d.people},
			{Pattern: "POST /desk/people", Act: stet.ActSetUp, Serve: d.invite},
			{Pattern: "GET /desk/people/{person}", Act: stet.ActSetUp, Serve: d.person},
			{Pattern: "POST /desk/people/{person}", Act: stet.ActSetUp, Serve: d.change},
			{Pattern: "POST /desk/people/{person}/link", Act: stet.ActSetUp, Serve: d.link},
			{Pattern: "POST /desk/people/{person}/suspend", Act: stet.ActSetUp, Serve: d.suspend},
			{Pattern: "POST /desk/people/{person}/return", Act: stet.ActSetUp, Serve: d.letBack},
			{Pattern: "GET /desk/settings", Act: stet.ActSetUp, Tab: "settings", Serve: d.settings},
			{Pattern: "POST /desk/settings", Act: stet.ActSetUp, Serve: d.set},
			{Pattern: "GET /desk/audit", Act: stet.ActSetUp, Tab: "audit", Serve: d.audit},
			{Pattern: "GET /desk/audit/export", Act: stet.ActSetUp, Serve: d.export},
		},
	}
}

// may lets in who may set the site up.
func may(v *frame.Visit) error { return stet.May(v.User(), stet.ActSetUp, nil) }
