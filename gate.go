package stet

import "time"

// SetGate says whether an article that readers have not got yet waits for the
// other languages of its story: those that wait are published at one moment, by
// [PublishTogether]. It ends with the publication.
func (a *Article) SetGate(actor User, on bool, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActPublish, a); err != nil {
		return err
	}
	if a.Gate == on {
		return nil
	}
	if on && a.Live == LivePublished {
		return Errorf(Conflict, "", "the article is published already")
	}
	if a.Scheduled != nil {
		return Errorf(Conflict, "", "the article is scheduled; take it out of the schedule first")
	}
	a.Gate = on
	note := "off"
	if on {
		note = "on"
	}
	a.record(Gated, actor, note, now)
	return nil
}

// Waits reports whether the article waits for the other languages of its story.
func (a *Article) Waits() bool { return a.Gate && a.Live != LivePublished }

// GateError says which language of a story keeps all of them from readers, and
// why.
type GateError struct {
	Lang Lang
	Err  error
}

func (e *GateError) Error() string { return string(e.Lang) + ": " + e.Err.Error() }

// Unwrap returns why.
func (e *GateError) Unwrap() error { return e.Err }

// PublishTogether publishes, of the languages of a story, those that wait for one
// another, as [Article.Publish] does one by one. Where one of them cannot be
// published none may be saved: the error is a [GateError].
func PublishTogether(as []*Article, actor User, at, now time.Time) error {
	return together(as, func(a *Article) error { return a.Publish(actor, at, now) })
}

// UnscheduleTogether takes those that wait for one another out of the schedule.
func UnscheduleTogether(as []*Article, actor User, note string, now time.Time) error {
	return together(as, func(a *Article) error {
		if a.Scheduled == nil {
			return nil
		}
		return a.Unschedule(actor, note, now)
	})
}

// DueTogether does what the clock asks of the languages of a story that wait for
// one another: it publishes them when all of them are due.
func DueTogether(as []*Article, now time.Time) error {
	return together(as, func(a *Article) error {
		if a.Scheduled == nil || a.ScheduledFor.After(now) {
			return Errorf(Conflict, "", "nothing of this language is scheduled for now, and the languages are published together")
		}
		return a.Publish(Schedule, time.Time{}, now)
	})
}

func together(as []*Article, do func(*Article) error) error {
	for _, a := range as {
		if !a.Waits() {
			continue
		}
		a.together = true
		err := do(a)
		if a.together = false; err != nil {
			return &GateError{a.Lang, err}
		}
	}
	return nil
}
