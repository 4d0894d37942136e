package stet

import "time"

// Erase takes the words of a published text out of the newsroom for good, for the
// law's sake or somebody's privacy. Its number, times, hash and section stay, and
// why it went. What readers see, and what is being written, is not touched: that
// is changed or withdrawn before. With it go the texts that were kept on the way
// between the publications before and after it (storage does so).
func (a *Article) Erase(actor User, number int, reason string, now time.Time) error {
	if err := a.known(); err != nil {
		return err
	}
	if err := May(actor, ActErase, a); err != nil {
		return err
	}
	if reason = CleanLine(reason); reason == "" {
		return Errorf(Invalid, "reason", "is missing; say why the text is erased, without its words")
	}
	if n := len([]rune(reason)); n > maxNote {
		return Errorf(Invalid, "reason", "is %d characters long; at most %d are allowed", n, maxNote)
	}
	if a.Current == nil || number < 1 || number > a.Current.Number {
		return Errorf(NotFound, "ref", "the article has no published text %d", number)
	}
	if number == a.Current.Number {
		if a.Live == LivePublished {
			return Errorf(Conflict, "", "readers see this text; publish another one or withdraw the article first")
		}
		rest := *a.Current
		rest.Content, rest.Writers = a.Current.Erased(), nil
		a.Current = &rest
	}
	a.erased = append(a.erased, number)
	a.record(Erased, actor, reason, now).Text = (&Revision{Number: number}).Ref()
	return nil
}

// ToErase returns the numbers of the published texts that were erased since the
// article was loaded, for storage to do it.
func (a *Article) ToErase() []int { return a.erased }

// Erased returns what stays of a content: who may deal with it goes by its
// section.
func (c *Content) Erased() Content { return Content{Section: c.Section} }
