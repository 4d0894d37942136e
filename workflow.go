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
	Embargo     time.Time // not to be published before
	Expires     time.Time // withdrawn then
	Gate        bool      // it waits for the other languages of its story
	OldPaths    []Path    // addresses it had there
	ImportHash  string
}

// Faults returns what is wrong with a draft, all of it: of one that is to be
// published at once also what it lacks for that.
func (d *Draft) Faults(publish bool) Errors {
	var found Errors
	if publish {
		found = d.Content.missing(d.Kind)
	} else {
		found = d.Content.headless()
	}
	found = append(found, d.Content.faults()...)
	if err := checkTimes(d.Embargo, d.Expires); err != nil {
		found = append(found, err)
	}
	return found
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
	a.Created, a.Author = now, actor.ID
	a.Embargo, a.Expires, a.Gate = d.Embargo, d.Expires, d.Gate
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

// known refuses to act on an article that nobody has created.
func (a *Article) known() error {
	if a.New() {
		return Errorf(NotFound, "id", "there is no article %q", a.ID)
	}
	return nil
}

// Submit asks for a review, of somebody (whose the article is then) or of
// whoever may approve it, with a note to them.
func (a *Article) Submit(actor User, note, to string, now time.Time) error {
	to, err := person("to", to)
	if err != nil {
		return err
	}
	e, err := a.move(actor, ActSubmit, Submitted, note, WorkInReview, now, WorkDraft)
	if err != nil {
		return err
	}
	a.Submitter = actor.ID
	if e.To = to; to != "" {
		a.Assignee = to
	}
	e.Tell = tell(actor, a.Assignee)
	return nil
}

// Return gives a text back to who submitted it, else to its author, with a
// note. What was scheduled is taken out of the schedule: it is the working text
// again, unless somebody has written on.
func (a *Article) Return(actor User, note string, now time.Time) error {
	from := []WorkState{WorkInReview, WorkApproved, WorkScheduled}
	if a.Scheduled != nil {
		from = append(from, WorkDraft)
	}
	e, err := a.move(actor, ActApprove, Returned, note, WorkDraft, now, from...)
	if err != nil {
		return err
	}
	a.unschedule()
	for _, to := range []string{a.Submitter, a.Author} {
		if e.To == "" && isPerson(to) {
			e.To, a.Assignee = to, to
		}
	}
	e.Tell = tell(actor, e.To, a.Author)
	return nil
}

// Approve says that a text may be published.
func (a *Article) Approve(actor User, note string, now time.Time) error {
	e, err := a.move(actor, ActApprove, Approved, note, WorkApproved, now, WorkDraft, WorkInReview)
	if err != nil {
		return err
	}
	e.Tell = tell(actor, a.people()...)
	return nil
}

// move is the transition table of the work state: from one of the states named
// to the one given, by whoever may do the act. The text is kept as it was handed
// on.
func (a *Article) move(actor User, act Act, kind EventKind, note string, to WorkState, now time.Time, from ...WorkState) (*Event, error) {
	if err := a.known(); err != nil {
		return nil, err
	}
	if err := May(actor, act, a); err != nil {
		return nil, err
	}
	if !oneOf(a.Work, from) {
		return nil, Errorf(Conflict, "", "the article is %q; it must be %q for this", a.Work, from[0])
	}
	note, err := cleanNote("note", note)
	if err != nil {
		return nil, err
	}
	a.Work = to
	e := a.record(kind, actor, note, now)
	if e.Text = a.keep(a.Working); e.Text == "" {
		e.Text = a.keep(a.Scheduled)
	}
	return e, nil
}

// Unschedule takes a text out of the schedule, with a note why. It is the
// working text again, unless somebody has written on.
func (a *Article) Unschedule(actor User, note string, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActUnschedule, a); err != nil {
		return err
	}
	if a.Scheduled == nil {
		return Errorf(Conflict, "", "the article is not scheduled")
	}
	note, err := cleanNote("note", note)
	if err != nil {
		return err
	}
	e := a.record(Unscheduled, actor, note, now)
	e.Text = a.keep(a.Scheduled)
	e.Tell = tell(actor, append(a.people(), a.Scheduled.By)...)
	a.unschedule()
	return nil
}

func (a *Article) unschedule() {
	if a.Scheduled == nil {
		return
	}
	if a.keep(a.Scheduled); a.Working == nil {
		a.Working, a.Work = a.Scheduled, WorkDraft
	}
	a.Scheduled, a.ScheduledFor = nil, time.Time{}
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
	if a.Waits() && !a.together {
		return Errorf(Conflict, "", "the article waits for its other languages; publish them together")
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
	from := now
	if at.After(now) {
		from = at
	}
	if err := a.open(from); err != nil {
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
	e := a.record(kind, actor, "", now)
	e.Text, e.Tell = a.Current.Ref(), tell(actor, a.people()...)
	return nil
}

// schedule puts a revision in line for a time to come.
func (a *Article) schedule(actor User, next *Revision, at, now time.Time) error {
	if next == a.Current {
		again := *a.Current
		next = &again
	}
	next.Number = 0
	a.keep(a.Scheduled)
	a.Scheduled, a.ScheduledFor = next, at
	a.Working, a.Work = nil, WorkScheduled
	e := a.record(Scheduled, actor, at.UTC().Format(time.RFC3339), now)
	e.Text, e.Tell = a.keep(next), tell(actor, a.people()...)
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
	if next != a.Scheduled {
		a.keep(a.Scheduled)
	}
	if next != a.Scheduled || a.Working == nil { // else somebody writes on
		a.Working, a.Work = nil, WorkNone
	}
	a.Scheduled, a.ScheduledFor = nil, time.Time{}
	a.Current = next
	a.Withdrawal, a.Gate = "", false
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
		if err := a.open(now); err != nil {
			return err
		}
		a.goLive(a.Working, time.Time{}, now)
	}
	a.UpdatedAt = now
	a.Corrections = append(a.Corrections, Correction{At: now, Note: note})
	e := a.record(Corrected, actor, note, now)
	e.Text, e.Tell = a.Current.Ref(), tell(actor, a.people()...)
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
	a.keep(a.Scheduled)
	a.Scheduled, a.ScheduledFor = nil, time.Time{}
	if a.Working == nil {
		a.Work = WorkNone
	}
	e := a.record(Withdrawn, actor, reason, now)
	e.Text, e.Tell = a.Current.Ref(), tell(actor, a.people()...)
	return nil
}
