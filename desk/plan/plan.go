// Package plan is the newsroom's calendar: what is going to happen and who covers
// it, when texts are due, when embargoes end and what the schedule publishes. It is
// also what a person's own calendar fetches.
package plan

import (
	"embed"
	"net/http"
	"net/url"

	"stet"
	"stet/desk/frame"
)

//go:embed all:templates static
var files embed.FS

// Plans serves these pages.
type Plans struct{ *frame.Shell }

// New returns them in a frame.
func New(s *frame.Shell) *Plans { return &Plans{s} }

const home = "/desk/calendar"

func eventPath(id string) string { return home + "/events/" + url.PathEscape(id) }

// Part is their share of the desk.
func (d *Plans) Part() frame.Part {
	return frame.Part{
		Files: files, Words: words,
		Pages: map[string]frame.View{"calendar": &calendarPage{}, "event": &eventPage{}, "move": &movePage{}},
		Routes: []frame.Route{
			{Pattern: "GET " + home, Act: stet.ActRead, Tab: "calendar", Serve: d.calendar},
			{Pattern: "GET " + home + "/new", Act: stet.ActWrite, Serve: d.fresh},
			{Pattern: "POST " + home + "/events", Act: stet.ActWrite, Serve: d.add},
			{Pattern: "GET " + home + "/events/{plan}", Act: stet.ActRead, Serve: d.event},
			{Pattern: "POST " + home + "/events/{plan}", Act: stet.ActWrite, Serve: d.change},
			{Pattern: "POST " + home + "/events/{plan}/remove", Act: stet.ActWrite, Serve: d.remove},
			{Pattern: "POST " + home + "/events/{plan}/stories", Act: stet.ActWrite, Serve: d.begin},
			{Pattern: "GET " + home + "/move", Act: stet.ActRead, Serve: d.askMove},
			{Pattern: "POST " + home + "/move", Act: stet.ActRead, Serve: d.move},
			{Pattern: "POST " + home + "/feed", Act: stet.ActRead, Serve: d.resetFeed},
			{Pattern: "POST " + home + "/feed/end", Act: stet.ActRead, Serve: d.endFeed},
			{Pattern: "GET " + home + "/feed/{token}", Open: true, Same: true, Serve: d.feed},
		},
	}
}

// back is where the calendar stood that a form was sent from.
func back(v *frame.Visit, more url.Values) string {
	given, err := url.ParseQuery(v.FormValue("back"))
	if err != nil {
		given = nil
	}
	to := url.Values{}
	for _, name := range []string{"view", "day", "section", "lang", "person"} {
		if s := given.Get(name); s != "" {
			to.Set(name, s)
		}
	}
	for name, values := range more {
		to[name] = values
	}
	if len(to) == 0 {
		return home
	}
	return home + "?" + to.Encode()
}

func seeCalendar(w http.ResponseWriter, v *frame.Visit, more url.Values) error {
	return frame.SeeOther(w, v, back(v, more))
}
