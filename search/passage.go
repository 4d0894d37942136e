package search

import (
	"strings"
	"unicode/utf8"
)

// A Span is a stretch of a passage.
type Span struct {
	Text string
	Hit  bool // what was asked for
}

// maxRead is how much of a text is looked through for a passage.
const maxRead = 64 << 10

// Passage returns about size characters of a text, cut at words, where most of
// what the query asks for stands together. Where nothing of it stands, it is
// the beginning.
func (a *Analyser) Passage(text string, q Query, size int) []Span {
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxRead {
		text = text[:maxRead]
		for !utf8.ValidString(text[len(text)-min(utf8.UTFMax, len(text)):]) && len(text) > 0 {
			text = text[:len(text)-1]
		}
	}
	type hit struct {
		start, end int
		from, to   int // the same in characters
		term       string
	}
	var hits []hit
	asked := q.terms()
	at, chars := 0, 0 // so many bytes are so many characters
	for w := range a.words(text) {
		for _, t := range w.terms {
			if asked[t] && w.end > w.start && (len(hits) == 0 || hits[len(hits)-1].start != w.start) {
				from := chars + utf8.RuneCountInString(text[at:w.start])
				chars = from + utf8.RuneCountInString(text[w.start:w.end])
				at = w.end
				hits = append(hits, hit{w.start, w.end, from, chars, t})
			}
		}
	}
	// The window that begins at a hit and holds most different terms, then most hits.
	best, score, next := 0, -1, 0
	inside := map[string]int{}
	for i, first := range hits {
		for ; next < len(hits) && (next == i || hits[next].to-first.from <= size*3/4); next++ {
			inside[hits[next].term]++
		}
		if s := len(inside)*size + next - i; s > score {
			best, score = i, s
		}
		if inside[first.term]--; inside[first.term] == 0 {
			delete(inside, first.term)
		}
	}
	from := 0
	if len(hits) > 0 && hits[best].to > size/2 {
		from = back(text, hits[best].start, size/5)
	}
	to := forward(text, from, size)
	var out []Span
	add := func(s string, isHit bool) {
		if s != "" {
			out = append(out, Span{s, isHit})
		}
	}
	at = from
	if from > 0 {
		add("… ", false)
	}
	for _, h := range hits {
		if h.start >= at && h.end <= to {
			add(text[at:h.start], false)
			add(text[h.start:h.end], true)
			at = h.end
		}
	}
	if rest := text[at:to]; to < len(text) {
		add(strings.TrimRight(rest, " .,;:–—-،؛՝։")+"…", false)
	} else {
		add(rest, false)
	}
	return out
}

// back goes from a place about n characters back, to the beginning of a word; to
// that of a sentence if one is near.
func back(text string, at, n int) int {
	from := at
	for ; n > 0 && from > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	if from == 0 {
		return 0
	}
	if i := strings.LastIndexAny(text[from:at], ".!?։؟"); i >= 0 {
		_, size := utf8.DecodeRuneInString(text[from+i:])
		if next := from + i + size; next < at && text[next] == ' ' {
			return next + 1
		}
	}
	if i := strings.IndexByte(text[from:at], ' '); i >= 0 {
		return from + i + 1
	}
	return from
}

// forward goes from a place about n characters on, to the end of a word.
func forward(text string, at, n int) int {
	to := at
	for ; n > 0 && to < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[to:])
		to += size
	}
	if to == len(text) {
		return to
	}
	if i := strings.LastIndexByte(text[at:to], ' '); i > 0 {
		return at + i
	}
	return to
}
