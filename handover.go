package stet

import (
	"slices"
	"strings"
	"time"
)

// personPrefix begins the User.ID of a person.
const personPrefix = "user:"

func isPerson(id string) bool {
	return strings.HasPrefix(id, personPrefix) && ValidID(id)
}

// person checks the id of somebody an article is handed to; nobody is fine.
func person(field, id string) (string, error) {
	if id != "" && !isPerson(id) {
		return "", Errorf(Invalid, field, "%.80q is nobody of the newsroom", id)
	}
	return id, nil
}

// tell returns which people hear of an event: each once, and never who caused
// it. Imports tell nobody.
func tell(actor User, ids ...string) []string {
	var out []string
	for _, id := range ids {
		if isPerson(id) && id != actor.ID && !slices.Contains(out, id) && actor.Origin != ByImport {
			out = append(out, id)
		}
	}
	return out
}

// people are those who have a hand in the article.
func (a *Article) people() []string { return []string{a.Author, a.Submitter, a.Assignee} }

// of reports whether the article is somebody's own.
func (a *Article) of(id string) bool {
	return id != "" && (a.Author == id || a.Assignee == id || a.Scheduled != nil && a.Scheduled.By == id)
}

// Assign makes the article somebody's, or nobody's, with a note to them.
func (a *Article) Assign(actor User, to, note string, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActSubmit, a); err != nil {
		return err
	}
	to, err := person("to", to)
	if err != nil {
		return err
	}
	if note, err = cleanNote("note", note); err != nil {
		return err
	}
	if to == a.Assignee && note == "" {
		return nil
	}
	e := a.record(Assigned, actor, note, now)
	e.To, e.Tell = to, tell(actor, to, a.Assignee)
	a.Assignee = to
	return nil
}

// maxMentioned bounds how many people one remark calls.
const maxMentioned = 50

// Remark leaves a note beside the text. It reaches those mentioned, and those
// who have a hand in the article.
func (a *Article) Remark(actor User, text string, mentioned []string, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActRead, a); err != nil {
		return err
	}
	text, err := cleanNote("note", text)
	if err != nil {
		return err
	}
	if text == "" {
		return Errorf(Invalid, "note", "is missing; write what there is to say")
	}
	if len(mentioned) > maxMentioned {
		return Errorf(Invalid, "mentioned", "has %d items; at most %d are allowed", len(mentioned), maxMentioned)
	}
	for _, id := range mentioned {
		if _, err := person("mentioned", id); err != nil {
			return err
		}
	}
	a.record(Remarked, actor, text, now).Tell = tell(actor, append(slices.Clone(mentioned), a.people()...)...)
	return nil
}
