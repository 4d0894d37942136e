package stet

import (
	"time"
)

// Draft is what an article starts from.
type Draft struct {
	Kind        Kind
	Lang        Lang
	Group       ArticleID // the original's id when it is a translation
	Content     Content
	PublishedAt time.Time // asked for; zero for "when it is published"
	UpdatedAt   time.Time // of a text that was published elsewhere before
	OldPaths    []Path    // addresses it had there
	ImportHash  string
}

// Create starts an article with a working revision.
func (a *Article) Create(actor User, d Draft, now time.Time) error {
	if !a.New() {
		return Errorf(Conflict, "id", "an article with the id %q is already there", a.ID)
	}
	if !ValidID(string(a.ID)) {
		return Errorf(Invalid, "id", "must be 1–200 visible ASCII characters")
	}
	a.Kind, a.Lang, a.Group = d.Kind, d.Lang, d.Group
	if a.Group == "" {
		a.Group = a.ID
	}
	a.Live, a.Work = LiveNever, WorkDraft
	a.Created = now
	a.ImportHash, a.OldPaths = d.ImportHash, d.OldPaths
	if err := a.write(actor, d, now); err != nil {
		return err
	}
	a.record(Created, actor, "", now)
	return nil
}

// Ask changes the time at which an article that was never published asks to be.
// It becomes part of the edit that follows.
func (a *Article) Ask(actor User, at time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActWrite, a); err != nil {
		return err
	}
	if a.Live != LiveNever {
		return Errorf(Conflict, "published_at", "the article has been published")
	}
	if err := CheckTime("published_at", at); err != nil {
		return err
	}
	a.Asked = at
	return nil
}

// Edit replaces the working revision. A text in review or approved becomes a
// draft again.
func (a *Article) Edit(actor User, c Content, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := a.write(actor, Draft{Content: c, PublishedAt: a.Asked, UpdatedAt: a.UpdatedAt}, now); err != nil {
		return err
	}
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
	if err := a.write(actor, d, now); err != nil {
		return err
	}
	a.ImportHash, a.OldPaths, a.reimported = d.ImportHash, d.OldPaths, d.UpdatedAt
	if a.Group = d.Group; a.Group == "" {
		a.Group = a.ID
	}
	a.record(Edited, actor, "", now)
	return nil
}

func (a *Article) write(actor User, d Draft, now time.Time) error {
	c := d.Content
	c.Clean()
	if err := c.Check(); err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		at   time.Time
	}{{"published_at", d.PublishedAt}, {"updated_at", d.UpdatedAt}} {
		if err := CheckTime(f.name, f.at); err != nil {
			return err
		}
	}
	if err := May(actor, ActWrite, a); err != nil {
		return err
	}
	if c.Body != nil {
		c.Body.AssignIDs(string(a.ID))
	}
	old := a.Working
	a.Working = &Revision{Content: c, By: actor.ID, At: now}
	if err := May(actor, ActWrite, a); err != nil { // nor may a text be moved out of one's reach
		a.Working = old
		return err
	}
	a.Work = WorkDraft
	a.Asked = d.PublishedAt
	if a.Live == LiveNever {
		a.UpdatedAt = d.UpdatedAt
	}
	if actor.Origin != ByImport {
		a.HandEdited = true
	}
	return nil
}

// known refuses to act on an article that nobody has created.
func (a *Article) known() error {
	if a.New() {
		return Errorf(NotFound, "id", "there is no article %q", a.ID)
	}
	return nil
}

// Submit asks for a review.
func (a *Article) Submit(actor User, now time.Time) error {
	return a.move(actor, ActSubmit, Submitted, "", WorkInReview, now, WorkDraft)
}

// Return gives a text back to its author with a note. What was scheduled is
// taken out of the schedule: it is the working text again, unless somebody has
// written on.
func (a *Article) Return(actor User, note string, now time.Time) error {
	from := []WorkState{WorkInReview, WorkApproved, WorkScheduled}
	if a.Scheduled != nil {
		from = append(from, WorkDraft)
	}
	if err := a.move(actor, ActApprove, Returned, note, WorkDraft, now, from...); err != nil {
		return err
	}
	if a.Working == nil {
		a.Working = a.Scheduled
	}
	a.Scheduled, a.ScheduledFor = nil, time.Time{}
	return nil
}

// Approve says that a text may be published.
func (a *Article) Approve(actor User, now time.Time) error {
	return a.move(actor, ActApprove, Approved, "", WorkApproved, now, WorkDraft, WorkInReview)
}

// move is the transition table of the work state: from one of the states named
// to the one given, by whoever may do the act.
func (a *Article) move(actor User, act Act, kind EventKind, note string, to WorkState, now time.Time, from ...WorkState) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, act, a); err != nil {
		return err
	}
	if !oneOf(a.Work, from) {
		return Errorf(Conflict, "", "the article is %q; it must be %q for this", a.Work, from[0])
	}
	a.Work = to
	a.record(kind, actor, CleanLine(note), now)
	return nil
}

// Publish makes the working revision (of the schedule: the scheduled one) what
// readers see. at is the time readers are told; zero means the time asked for
// in the draft, else now. A time to come schedules instead. Publishing again
// what is live already, or in line for that time, changes nothing and is no
// error; a change to what is live is a silent update that keeps its time.
func (a *Article) Publish(actor User, at, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActPublish, a); err != nil {
		return err
	}
	next := a.Working
	if actor.Origin == BySchedule {
		if a.Scheduled == nil || a.ScheduledFor.After(now) {
			return nil // done by another node, or put off
		}
		next = a.Scheduled
	}
	if next == nil {
		next = a.Scheduled
	}
	if next == nil {
		switch {
		case a.Live == LivePublished:
			return nil
		case a.Current == nil:
			return Errorf(Conflict, "", "there is nothing to publish: the article has no text")
		}
		next = a.Current
	}
	if at.IsZero() && a.FirstLive.IsZero() {
		at = a.Asked
		if next == a.Scheduled {
			at = a.ScheduledFor
		}
	}
	if err := CheckTime("published_at", at); err != nil {
		return err
	}
	if err := next.missing(a.Kind).Or(); err != nil {
		return err
	}
	if at.After(now) {
		if next == a.Scheduled && at.Equal(a.ScheduledFor) {
			return nil
		}
		return a.schedule(actor, next, at, now)
	}
	kind := Updated
	if a.Live != LivePublished {
		kind = Published
	}
	a.goLive(next, at, now)
	a.record(kind, actor, "", now)
	return nil
}

// schedule puts a revision in line for a time to come.
func (a *Article) schedule(actor User, next *Revision, at, now time.Time) error {
	if next == a.Current {
		again := *a.Current
		next = &again
	}
	next.Number = 0
	a.Scheduled, a.ScheduledFor = next, at
	a.Working, a.Work = nil, WorkScheduled
	a.record(Scheduled, actor, at.UTC().Format(time.RFC3339), now)
	return nil
}

func (a *Article) goLive(next *Revision, at, now time.Time) {
	if next != a.Current {
		number := 1
		if a.Current != nil {
			number = a.Current.Number + 1
		}
		next.Number = number
	}
	if next != a.Scheduled || a.Working == nil { // else somebody writes on
		a.Working, a.Work = nil, WorkNone
	}
	a.Scheduled, a.ScheduledFor = nil, time.Time{}
	a.Current = next
	a.Withdrawal = ""
	switch {
	case a.FirstLive.IsZero():
		if at.IsZero() {
			at = now
		}
		a.FirstLive, a.PublishedAt = at, at
		if a.UpdatedAt.Before(at) {
			a.UpdatedAt = at
		}
	default:
		if !at.IsZero() {
			a.PublishedAt = at
		}
		a.UpdatedAt = now
		if !a.reimported.IsZero() {
			a.UpdatedAt = a.reimported
		}
	}
	a.Live = LivePublished
}

// Correct publishes the working revision, if there is one, with a dated public
// note that says what was wrong.
func (a *Article) Correct(actor User, note string, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActCorrect, a); err != nil {
		return err
	}
	if note = CleanLine(note); note == "" {
		return Errorf(Invalid, "note", "is missing; a correction tells readers what was wrong")
	}
	if len([]rune(note)) > MaxStandfirst {
		return Errorf(Invalid, "note", "is longer than %d characters", MaxStandfirst)
	}
	if a.Live != LivePublished {
		return Errorf(Conflict, "", "only a published article can be corrected")
	}
	if a.Working != nil {
		if err := a.Working.missing(a.Kind).Or(); err != nil {
			return err
		}
		a.goLive(a.Working, time.Time{}, now)
	}
	a.UpdatedAt = now
	a.Corrections = append(a.Corrections, Correction{At: now, Note: note})
	a.record(Corrected, actor, note, now)
	return nil
}

// Withdraw takes the article from the readers: its address answers 410 with the
// reason. Withdrawing it again changes nothing and is no error.
func (a *Article) Withdraw(actor User, reason string, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActWithdraw, a); err != nil {
		return err
	}
	if reason = CleanLine(reason); reason == "" {
		return Errorf(Invalid, "reason", "is missing; readers are told why a story was withdrawn")
	}
	if len([]rune(reason)) > MaxStandfirst {
		return Errorf(Invalid, "reason", "is longer than %d characters", MaxStandfirst)
	}
	switch a.Live {
	case LiveWithdrawn:
		return nil
	case LiveNever:
		return Errorf(Conflict, "", "only a published article can be withdrawn")
	}
	a.Live, a.Withdrawal = LiveWithdrawn, reason
	a.UpdatedAt = now
	a.Scheduled, a.ScheduledFor = nil, time.Time{}
	if a.Working == nil {
		a.Work = WorkNone
	}
	a.record(Withdrawn, actor, reason, now)
	return nil
}
