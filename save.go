package stet

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// SnapshotEvery is how long somebody may go on saving before the text as it
// was is kept.
const SnapshotEvery = 10 * time.Minute

// Save replaces the working revision by what the desk sends at every pause of
// whoever writes. A save of what is there changes nothing. The text as it was
// is kept, and the log told, only where a new stretch of writing begins: by
// somebody who has not saved in this one, or [SnapshotEvery] after its beginning.
//
// A text in review or approved stays so under the hands of who may approve it;
// under other hands it becomes a draft again.
func (a *Article) Save(actor User, c Content, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	work := a.Work
	next, err := a.prepare(actor, c, now)
	if err != nil {
		return err
	}
	old := a.Working
	if old == nil {
		old = a.Latest()
	}
	if old != nil && bytes.Equal(old.CanonicalForm(), next.CanonicalForm()) {
		return nil
	}
	begins := a.stretch(next)
	a.Working, a.Work = next, WorkDraft
	if (work == WorkInReview || work == WorkApproved) && May(actor, ActApprove, a) == nil {
		a.Work = work
	}
	a.HandEdited = true
	acted := a.acted
	if begins {
		a.record(Edited, actor, "", now)
	}
	a.touch(actor, now)
	a.acted = acted
	return nil
}

// SetLang says in which language a text is written that nobody has published
// yet. A translation keeps its language: it is the reason it exists.
func (a *Article) SetLang(actor User, l Lang, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActWrite, a); err != nil {
		return err
	}
	if l == a.Lang {
		return nil
	}
	if a.Live != LiveNever || a.Scheduled != nil {
		return Errorf(Conflict, "lang", "the article has been published or scheduled in %q", a.Lang)
	}
	if a.Group != a.ID {
		return Errorf(Conflict, "lang", "the article is a translation into %q; begin another one", a.Lang)
	}
	moved := *a
	moved.Lang = l
	if err := May(actor, ActWrite, &moved); err != nil { // nor may a text be moved out of one's reach
		return err
	}
	a.Lang = l
	a.touch(actor, now)
	return nil
}

// Edit replaces the working revision. A text in review or approved becomes a
// draft again.
func (a *Article) Edit(actor User, c Content, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	next, err := a.prepare(actor, c, now)
	if err != nil {
		return err
	}
	a.stretch(next)
	a.put(actor, next)
	a.record(Edited, actor, "", now)
	return nil
}

// Reimport replaces the working revision by a newer state of the text an import
// created, unless somebody has edited the article here.
func (a *Article) Reimport(actor User, d Draft, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if a.HandEdited {
		return Errorf(Conflict, "id", "%q has been edited here since it was imported", a.ID)
	}
	if a.Lang != d.Lang {
		return Errorf(Conflict, "lang", "%q is already there in %q", a.ID, a.Lang)
	}
	if a.Kind != d.Kind {
		return Errorf(Conflict, "kind", "%q is already there as a %s", a.ID, a.Kind)
	}
	if err := a.fits(d.Embargo, d.Expires); err != nil {
		return err
	}
	if err := a.write(actor, d, now); err != nil {
		return err
	}
	a.ImportHash, a.OldPaths, a.reimported = d.ImportHash, d.OldPaths, d.UpdatedAt
	a.Embargo, a.Expires = d.Embargo, d.Expires
	if a.Group = d.Group; a.Group == "" {
		a.Group = a.ID
	}
	a.record(Edited, actor, "", now)
	return nil
}

// Restore makes an old text the working one. What was being written is kept.
func (a *Article) Restore(actor User, r *Revision, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	next, err := a.prepare(actor, r.Content, now)
	if err != nil {
		return err
	}
	if a.Working != nil && bytes.Equal(a.Working.CanonicalForm(), next.CanonicalForm()) {
		return nil
	}
	a.keep(a.Working)
	a.put(actor, next)
	a.record(Restored, actor, "", now).Text = r.Ref()
	return nil
}

// write checks a draft and makes its content the working revision.
func (a *Article) write(actor User, d Draft, now time.Time) error {
	for _, f := range []struct {
		name string
		at   time.Time
	}{{"published_at", d.PublishedAt}, {"updated_at", d.UpdatedAt}} {
		if err := CheckTime(f.name, f.at); err != nil {
			return err
		}
	}
	if err := checkTimes(d.Embargo, d.Expires); err != nil {
		return err
	}
	next, err := a.prepare(actor, d.Content, now)
	if err != nil {
		return err
	}
	a.put(actor, next)
	a.Asked = d.PublishedAt
	if a.Live == LiveNever {
		a.UpdatedAt = d.UpdatedAt
	}
	return nil
}

// prepare returns a revision of a content that the actor may make the working
// one.
func (a *Article) prepare(actor User, c Content, now time.Time) (*Revision, error) {
	c.Clean()
	faults := c.faults()
	if a.Live != LiveNever {
		faults = append(c.headless(), faults...)
	}
	if err := faults.Or(); err != nil {
		return nil, err
	}
	if err := May(actor, ActWrite, a); err != nil {
		return nil, err
	}
	if c.Body != nil {
		c.Body.AssignIDs(string(a.ID))
	}
	next := &Revision{Content: c, By: actor.ID, At: now, Begun: now, Writers: []string{actor.ID}}
	moved := *a
	moved.Working = next
	return next, May(actor, ActWrite, &moved) // nor may a text be moved out of one's reach
}

// put makes a revision the working one.
func (a *Article) put(actor User, next *Revision) {
	a.Working, a.Work = next, WorkDraft
	if actor.Origin != ByImport {
		a.HandEdited = true
	}
}

// stretch reports whether a save begins a new stretch of writing, and keeps the
// text as it was then; else the save goes on with the stretch.
func (a *Article) stretch(next *Revision) (begins bool) {
	old := a.Working
	if old == nil {
		return true
	}
	known := slices.Contains(old.Writers, next.By)
	if known && next.At.Before(old.Begun.Add(SnapshotEvery)) {
		next.Begun, next.Writers = old.Begun, old.Writers
		return false
	}
	a.keep(old)
	if !known && next.At.Before(old.Begun.Add(SnapshotEvery)) {
		next.Writers = append(slices.Clone(old.Writers), next.By) // two who write at once take turns
	}
	return true
}

// keep makes a snapshot of a text that readers have not got and that was not
// kept yet, and returns how the text is named.
func (a *Article) keep(r *Revision) string {
	if r == nil {
		return ""
	}
	if r.Number == 0 && r.Snapshot == 0 && !r.blank() {
		a.Snapshots++
		r.Snapshot = a.Snapshots
		a.kept = append(a.kept, r)
	}
	return r.Ref()
}

// maxNote is the longest note to a colleague, in characters.
const maxNote = MaxStandfirst

// cleanNote makes a note storable. It may have several lines.
func cleanNote(field, note string) (string, error) {
	lines := strings.Split(strings.ReplaceAll(note, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = CleanLine(lines[i])
	}
	note = strings.TrimSpace(strings.Join(lines, "\n"))
	if n := len([]rune(note)); n > maxNote {
		return "", Errorf(Invalid, field, "is %d characters long; at most %d are allowed", n, maxNote)
	}
	return note, nil
}
