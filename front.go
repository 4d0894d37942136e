package stet

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Front is what editors decided about the front of an edition, or of a section
// in an edition: which stories stand in which of its slots. A slot about which
// nothing was decided is automatic: it shows the newest story that stands nowhere
// above. Its methods are the law, as an Article's are.
type Front struct {
	Lang    Lang
	Section string // key; empty for the front of the edition
	Number  int    // of the last change, from 1; 0 where there was none
	Event   int64  // the event of the last change, for which storage provides
	Pins    Pins   // as many as the front has slots
}

// Pin is a story in a slot. The zero Pin is of an automatic slot.
type Pin struct {
	Story ArticleID
	Until time.Time // when the slot is automatic again; zero for never
}

// Pins are those of all slots of a front, from its top.
type Pins []Pin

// How many slots a front has. The first of an edition's front are shown larger
// than the others, and the very first as its lead.
const (
	FrontTop     = 7
	FrontSlots   = 16
	SectionSlots = 10
)

// maxPinTime is how long a pin with an end may last.
const maxPinTime = 366 * 24 * time.Hour

// FrontKind is the kind of a Place that is no article's: the front of an edition,
// or of a section in it.
const FrontKind Kind = "front"

// FrontChange is one change of a front, as its history has it.
type FrontChange struct {
	Number int
	Event  int64
	At     time.Time
	Actor  string // User.ID
	Origin Origin
	Before Pins
	After  Pins
}

// PinClash is a slot that two editors changed, each in a way of their own.
type PinClash struct {
	Slot   int // from 1
	Base   Pin
	Mine   Pin
	Theirs Pin
}

// SlotsOf returns how many slots a front has: that of a section, or of an
// edition if there is none.
func SlotsOf(section string) int {
	if section == "" {
		return FrontSlots
	}
	return SectionSlots
}

// On reports whether a pin holds at a moment.
func (p Pin) On(now time.Time) bool {
	return p.Story != "" && (p.Until.IsZero() || now.Before(p.Until))
}

func (p Pin) equal(q Pin) bool { return p.Story == q.Story && p.Until.Equal(q.Until) }

// At returns n pins as they are at a moment: those that have run out are gone.
func (ps Pins) At(now time.Time, n int) Pins {
	out := make(Pins, n)
	for i, p := range ps[:min(n, len(ps))] {
		if p.On(now) {
			out[i] = p
		}
	}
	return out
}

// Slot returns where a story is pinned, from 0; -1 for nowhere.
func (ps Pins) Slot(id ArticleID) int {
	return slices.IndexFunc(ps, func(p Pin) bool { return id != "" && p.Story == id })
}

// Equal reports whether two fronts have the same pins.
func (ps Pins) Equal(qs Pins) bool { return slices.EqualFunc(ps, qs, Pin.equal) }

// Put returns the pins with a story pinned to a slot, and nowhere else. What was
// pinned there moves towards the slot that the story left, or down to the first
// that is automatic; where there is none, the last one becomes automatic.
func (ps Pins) Put(slot int, p Pin) Pins {
	out := slices.Clone(ps)
	free := ps.Slot(p.Story)
	if free >= 0 {
		out[free] = Pin{}
	} else if free = slot + slices.IndexFunc(out[slot:], func(q Pin) bool { return q.Story == "" }); free < slot {
		free = len(out) - 1
	}
	switch { // one by one, up to the first slot that takes a pin without giving one
	case out[slot].Story == "", free == slot:
	case free > slot:
		end := slot + 1
		for end < free && out[end].Story != "" {
			end++
		}
		copy(out[slot+1:end+1], out[slot:end])
	default:
		start := slot - 1
		for start > free && out[start].Story != "" {
			start--
		}
		copy(out[start:slot], out[start+1:slot+1])
	}
	out[slot] = p
	return out
}

// Lay puts stories into the slots of a front: those that are pinned, where they
// can be shown, and in every other slot the next of the newest that is in none.
// No story stands twice, and no slot stays empty above one that is filled. It
// returns fewer than there are slots if there are no more stories.
func Lay[T any](slots int, pinned map[int]T, newest []T, id func(T) ArticleID) []T {
	taken := map[ArticleID]bool{}
	for slot, s := range pinned {
		if slot < slots {
			taken[id(s)] = true
		}
	}
	out := make([]T, 0, slots)
	next := 0
	for slot := range slots {
		if s, ok := pinned[slot]; ok {
			out = append(out, s)
			continue
		}
		for next < len(newest) && taken[id(newest[next])] {
			next++
		}
		if next < len(newest) {
			taken[id(newest[next])] = true
			out = append(out, newest[next])
		}
	}
	return out
}

// MergePins brings together what two editors made of one front: mine is what
// comes now, theirs what was decided since base. A slot that one of them changed
// is as that one has it. Where both changed it, or where it would hold a story
// that then stood twice, merged has theirs, and there is a clash.
func MergePins(base, mine, theirs Pins) (merged Pins, clashes []PinClash) {
	merged = slices.Clone(theirs)
	var changed []int // slots that are mine
	clash := func(i int) {
		merged[i] = theirs[i]
		clashes = append(clashes, PinClash{i + 1, base[i], mine[i], theirs[i]})
	}
	for i := range merged {
		switch {
		case mine[i].equal(base[i]) || mine[i].equal(theirs[i]):
		case theirs[i].equal(base[i]):
			merged[i] = mine[i]
			changed = append(changed, i)
		default:
			clash(i)
		}
	}
	for again := true; again; {
		again = false
		for n, i := range changed {
			if s := merged[i].Story; s != "" && slices.ContainsFunc(merged[i+1:], func(p Pin) bool { return p.Story == s }) ||
				s != "" && merged[:i].Slot(s) >= 0 {
				clash(i)
				changed = slices.Delete(changed, n, n+1)
				again = true // what stood there may stand elsewhere by now
				break
			}
		}
	}
	slices.SortFunc(clashes, func(a, b PinClash) int { return a.Slot - b.Slot })
	return merged, clashes
}

// MayArrange says whether a user may decide about a front: who may publish in its
// language, and in its section; the front of an edition has stories of all.
func MayArrange(u User, l Lang, section string) error {
	if err := May(u, ActPublish, &Article{Lang: l, Working: &Revision{Content: Content{Section: section}}}); err != nil {
		return err
	}
	if section == "" && len(u.Sections) > 0 {
		return Errorf(Forbidden, "section", "%s may work in some sections only, and the front page has stories of all", u.Name)
	}
	return nil
}

// Arrange brings the pins that an editor wants into a front, of which base is what
// the editor saw. stories are the articles that mine names. Where others decided
// otherwise since, there are clashes and nothing happens; the event is nil too if
// the front is like that already.
func (f *Front) Arrange(actor User, base, mine Pins, stories map[ArticleID]*Article, now time.Time) (*Event, []PinClash, error) {
	if err := MayArrange(actor, f.Lang, f.Section); err != nil {
		return nil, nil, err
	}
	mine, err := f.check(base, mine, stories, now)
	if err != nil {
		return nil, nil, err
	}
	return f.merge(actor, base, mine, now)
}

// Undo takes one change of a front back, and nothing that was decided before or
// since. What clashes with a later decision is told, and nothing happens.
func (f *Front) Undo(actor User, c FrontChange, now time.Time) (*Event, []PinClash, error) {
	if err := MayArrange(actor, f.Lang, f.Section); err != nil {
		return nil, nil, err
	}
	return f.merge(actor, c.After, c.Before, now)
}

// RunOut makes slots automatic whose pins have run out; the event is nil if there
// are none.
func (f *Front) RunOut(actor User, now time.Time) (*Event, error) {
	if err := MayArrange(actor, f.Lang, f.Section); err != nil {
		return nil, err
	}
	return f.become(actor, f.Pins.At(now, SlotsOf(f.Section)), now), nil
}

// Next returns when the first pin runs out; zero for never.
func (ps Pins) Next() (next time.Time) {
	for _, p := range ps {
		if !p.Until.IsZero() && (next.IsZero() || p.Until.Before(next)) {
			next = p.Until
		}
	}
	return next
}

func (f *Front) merge(actor User, base, mine Pins, now time.Time) (*Event, []PinClash, error) {
	n := SlotsOf(f.Section)
	merged, clashes := MergePins(base.At(now, n), mine.At(now, n), f.Pins.At(now, n))
	if len(clashes) > 0 {
		return nil, clashes, nil
	}
	return f.become(actor, merged, now), nil, nil
}

func (f *Front) become(actor User, pins Pins, now time.Time) *Event {
	var words []string
	for i, p := range pins {
		var was Pin
		if i < len(f.Pins) {
			was = f.Pins[i]
		}
		switch {
		case p.equal(was):
		case p.Story == "":
			words = append(words, fmt.Sprintf("%d=automatic", i+1))
		case p.Until.IsZero():
			words = append(words, fmt.Sprintf("%d=%s", i+1, p.Story))
		default:
			words = append(words, fmt.Sprintf("%d=%s until %s", i+1, p.Story, p.Until.UTC().Format(time.RFC3339)))
		}
	}
	if len(words) == 0 {
		return nil
	}
	f.Pins = pins
	f.Number++
	here := &Place{Lang: f.Lang, Kind: FrontKind, Section: f.Section}
	return &Event{At: now, Kind: Arranged, Origin: actor.Origin, Actor: actor.ID, Note: strings.Join(words, ", "), Was: here, Is: here}
}

// check returns pins in the form that is stored, or an Error about every slot
// that breaks a rule.
func (f *Front) check(base, mine Pins, stories map[ArticleID]*Article, now time.Time) (Pins, error) {
	n := SlotsOf(f.Section)
	if len(mine) > n {
		return nil, Errorf(Invalid, "slots", "there are %d; this front has %d", len(mine), n)
	}
	var es Errors
	bad := func(slot int, format string, args ...any) {
		es = append(es, Errorf(Invalid, fmt.Sprintf("slots.%d", slot+1), format, args...))
	}
	out := make(Pins, n)
	for i, p := range mine {
		if p.Story == "" {
			continue
		}
		known := base.Slot(p.Story) >= 0 // it was taken once
		p.Until = p.Until.UTC().Truncate(time.Second)
		a := stories[p.Story]
		switch {
		case out.Slot(p.Story) >= 0:
			bad(i, "the story %q stands in another slot already", p.Story)
		case !p.Until.IsZero() && !p.Until.After(now):
			if i < len(base) && base[i].equal(p) {
				continue // it ran out while the editor looked at it
			}
			bad(i, "the end of the pin is past")
		case p.Until.After(now.Add(maxPinTime)):
			bad(i, "the end of the pin is more than a year ahead; leave it out to pin the story for good")
		case !known && (a == nil || a.New()):
			bad(i, "there is no article %q", p.Story)
		case !known && (a.Kind != StoryKind || a.Lang != f.Lang):
			bad(i, "the article %q is no story in %q", p.Story, f.Lang)
		case !known && f.Section != "" && !a.in(f.Section):
			bad(i, "the story %q is not in the section %q", p.Story, f.Section)
		}
		out[i] = p
	}
	return out, es.Or()
}

// in reports whether any text of the article is in a section.
func (a *Article) in(section string) bool {
	return slices.ContainsFunc([]*Revision{a.Working, a.Scheduled, a.Current}, func(r *Revision) bool {
		return r != nil && r.Section == section
	})
}
