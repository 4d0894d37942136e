// Package newsroom is how the newsroom is set up at the desk: the people who
// work in it, its settings, and the log of what happened. All of it takes the
// right to set the site up.
package newsroom

import (
	"embed"
	"errors"

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
		Pages: map[string]frame.View{"people": &peoplePage{}, "person": &personPage{}, "settings": &settingsPage{}, "audit": &auditPage{}, "tokens": &tokensPage{}, "reset": &resetPage{}},
		Routes: []frame.Route{
			{Pattern: "GET /desk/people", Act: stet.ActSetUp, Tab: "people", Serve: d.people},
			{Pattern: "POST /desk/people", Act: stet.ActSetUp, Serve: d.invite},
			{Pattern: "GET /desk/people/{person}", Act: stet.ActSetUp, Serve: d.person},
			{Pattern: "POST /desk/people/{person}", Act: stet.ActSetUp, Serve: d.change},
			{Pattern: "POST /desk/people/{person}/link", Act: stet.ActSetUp, Serve: d.link},
			{Pattern: "POST /desk/people/{person}/suspend", Act: stet.ActSetUp, Serve: d.suspend},
			{Pattern: "POST /desk/people/{person}/return", Act: stet.ActSetUp, Serve: d.letBack},
			{Pattern: "POST /desk/people/{person}/sessions/end", Act: stet.ActSetUp, Serve: d.endSession},
			{Pattern: "POST /desk/people/{person}/sessions/end-all", Act: stet.ActSetUp, Serve: d.endSessions},
			{Pattern: "GET /desk/reset", Act: stet.ActSetUp, Serve: d.askReset},
			{Pattern: "POST /desk/reset", Act: stet.ActSetUp, Serve: d.reset},
			{Pattern: "GET /desk/tokens", Act: stet.ActSetUp, Tab: "tokens", Serve: d.tokens},
			{Pattern: "POST /desk/tokens", Act: stet.ActSetUp, Serve: d.makeToken},
			{Pattern: "POST /desk/tokens/revoke", Act: stet.ActSetUp, Serve: d.revokeToken},
			{Pattern: "GET /desk/settings", Act: stet.ActSetUp, Tab: "settings", Serve: d.settings},
			{Pattern: "POST /desk/settings", Act: stet.ActSetUp, Serve: d.set},
			{Pattern: "GET /desk/audit", Act: stet.ActSetUp, Tab: "audit", Serve: d.audit},
			{Pattern: "GET /desk/audit/export", Act: stet.ActSetUp, Serve: d.export},
		},
	}
}

// may lets in who may set the site up.
func may(v *frame.Visit) error { return stet.May(v.User(), stet.ActSetUp, nil) }

// wrongs are what the law says about fields of a form, by their names, in the
// words of who filled it in. What is about no field stands under "".
type wrongs map[string]string

// wrong tells what an error says about fields.
func wrong(v *frame.Visit, err error) wrongs {
	var all stet.Errors
	var one *stet.Error
	own := v.InOwnWords(err)
	if !errors.As(own, &all) && errors.As(own, &one) {
		all = stet.Errors{one}
	}
	out := wrongs{}
	for _, e := range all {
		out[e.Field] = e.Message
	}
	return out
}

// refused reports whether an error is one that a form is answered with again.
func refused(err error) bool { return stet.Is(err, stet.Invalid) || stet.Is(err, stet.Conflict) }
