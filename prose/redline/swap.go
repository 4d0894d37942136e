package redline

import (
	"strings"
	"unicode/utf8"
)

// The limits of what Swap tells.
const (
	mostSwapped = 8   // words that were changed, before or after
	mostAdded   = 3   // where none became others
	maxSwapped  = 100 // characters, with what is around them
	enough      = 4   // letters of an unchanged word beside that make the change clear
)

// Swap returns the one short change that texts have been through, with an
// unchanged word or two on either side of it: "opens on Friday", "opens on
// Sunday". The same change in several places is one. It reports false where there
// is none, another one, one of signs alone, or one too long to be told in a line;
// and where the words hold quotation marks, so that they can be quoted.
func Swap(texts ...[]Run) (was, is string, ok bool) {
	var all []place
	for i, runs := range texts {
		all = append(all, places(i, runs)...)
	}
	if len(all) == 0 {
		return "", "", false
	}
	p, last := all[0], all[len(all)-1]
	for _, other := range all[1:] {
		if other.said(Added) == p.said(Added) && other.said(Removed) == p.said(Removed) {
			continue
		}
		if last.in != p.in {
			return "", "", false
		}
		p.to = last.to
		break
	}
	if !p.short() {
		return "", "", false
	}
	from, to := p.reach(p.from-1, -1), p.reach(p.to, 1)
	p.from, p.to = min(from, p.from), max(to+1, p.to)
	was, is = strings.TrimSpace(p.said(Added)), strings.TrimSpace(p.said(Removed))
	return was, is, quotable(was) && quotable(is)
}

// A place is a stretch of a text that was changed.
type place struct {
	in       int // the number of the text
	text     []piece
	from, to int
}

// A piece is a token of both texts or of one.
type piece struct {
	token
	change Change // Same, Added or Removed
}

// places lists where a text was changed.
func places(in int, runs []Run) []place {
	var text []piece
	for _, r := range runs {
		change := r.Change
		if change == Restyled {
			change = Same
		}
		for _, t := range appendWords(nil, r.Text, nil) {
			text = append(text, piece{t, change})
		}
	}
	var out []place
	for i := 0; i < len(text); i++ {
		from := i
		for i < len(text) && text[i].change != Same {
			i++
		}
		if i > from {
			out = append(out, place{in, text, from, i})
		}
	}
	return out
}

// said is what stands there without what was added, or removed.
func (p place) said(without Change) string {
	var b strings.Builder
	for _, t := range p.text[p.from:p.to] {
		if t.change != without {
			b.WriteString(t.text)
		}
	}
	return b.String()
}

// short reports whether words were changed, few and within a sentence. What is
// only put in or taken out is more to read than a word or two of it that changed.
func (p place) short() bool {
	before, after, changed := 0, 0, false
	for _, t := range p.text[p.from:p.to] {
		if !t.word() {
			if strings.ContainsAny(t.text, ".!?…։؟۔") {
				return false
			}
			continue
		}
		changed = changed || t.change != Same
		if t.change != Added {
			before++
		}
		if t.change != Removed {
			after++
		}
	}
	most := mostSwapped
	if before == 0 || after == 0 {
		most = mostAdded
	}
	return changed && before <= most && after <= most
}

// reach returns how far, from a place on, the unchanged words beside a change go
// that make it clear; it is before the place where there are none.
func (p place) reach(at, step int) int {
	reached, letters := at-step, 0
	for ; at >= 0 && at < len(p.text) && letters < enough; at += step {
		switch t := p.text[at]; {
		case t.change != Same:
			return reached
		case t.word():
			letters += utf8.RuneCountInString(t.text)
			reached = at
		case strings.ContainsAny(t.text, "%٪‰°№#$€£₼₽₾֏₺₴"): // belongs to the figure
			reached = at
		case t.text != "-" && strings.Trim(t.text, " \u00a0\u202f\u200c") != "":
			return reached
		}
	}
	return reached
}

// quotable reports whether words can stand in quotation marks, in a line.
func quotable(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= maxSwapped && !strings.ContainsAny(s, "\n\"«»“”„‹›")
}
