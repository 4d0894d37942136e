package stet

import "time"

// EventKind names what happened.
type EventKind string

const (
	Created   EventKind = "created"
	Edited    EventKind = "edited"
	Submitted EventKind = "submitted"
	Returned  EventKind = "returned"
	Approved  EventKind = "approved"
	Scheduled EventKind = "scheduled"
	Published EventKind = "published" // for the first time, or again after a withdrawal
	Updated   EventKind = "updated"
	Corrected EventKind = "corrected"
	Withdrawn EventKind = "withdrawn"

	// What stays inside the newsroom.
	Unscheduled EventKind = "unscheduled"
	Restored    EventKind = "restored" // an old text is the working one again
	Assigned    EventKind = "assigned"
	Remarked    EventKind = "remarked"  // a note beside the text
	Timed       EventKind = "timed"     // embargo or expiry
	Dated       EventKind = "dated"     // when its text is due
	Gated       EventKind = "gated"     // it waits for its other languages, or no longer
	Erased      EventKind = "erased"    // the words of a published text
	Overtaken   EventKind = "overtaken" // a translation, by another text of its original

	Pictured EventKind = "pictured" // a picture that a published article shows is another, or looks other

	Renamed   EventKind = "renamed"   // a section, topic or author: what readers see of it
	Filed     EventKind = "filed"     // a section, topic or author that readers do not see
	Moved     EventKind = "moved"     // a section, among the others
	Set       EventKind = "set"       // a setting of the site
	Announced EventKind = "announced" // breaking news of an edition
	Ended     EventKind = "ended"     // breaking news, before its time
	Arranged  EventKind = "arranged"  // the front of an edition or section
)

// Event is one row of the log. Storage numbers events without gaps in the order
// of commits.
type Event struct {
	N       int64
	At      time.Time
	Kind    EventKind
	Origin  Origin
	Actor   string    // User.ID
	Article ArticleID // empty where no article changed
	Note    string    // a correction's or withdrawal's words, what was renamed, set or announced; of all else: a note for the newsroom alone
	Text    string    // names the text it is about, as a Ref does; empty for none
	To      string    // User.ID of whom the article was handed to
	Tell    []string  // people whose inbox it reaches; storage does not read them back

	Was, Is  *Place // where readers found the story before and find it after; nil for nowhere
	Siblings []Path // addresses of the other published languages of the story
}

// Place is where a story, breaking news or a front appears: all that a follower needs to
// know which pages an event touches.
type Place struct {
	Lang    Lang     `json:"lang"`
	Kind    Kind     `json:"kind"`
	Path    Path     `json:"path"`
	Section string   `json:"section,omitempty"`
	Topics  []string `json:"topics,omitempty"`
	Authors []string `json:"authors,omitempty"`
	Day     Day      `json:"day,omitempty"`
}

// Public reports whether readers can see what the event changed.
func (e *Event) Public() bool {
	return e.Was != nil || e.Is != nil || e.Kind == Renamed || e.Kind == Set
}
