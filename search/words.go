package search

import (
	"hash/maphash"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// An Analyser makes terms of texts in one language. It is safe for concurrent
// use.
type Analyser struct {
	base   string // the language without its region
	own    script // that the language is written in
	dotted bool   // i and ı are two letters
	stems  [unspaced + 1]func(string) string
	stops  map[string]bool
	recent [recentWords]atomic.Pointer[analysed]
}

var analysers sync.Map

// For returns the analyser of a language, named by its BCP 47 code. Languages
// that nothing is known of share one: words are found as they are written.
func For(lang string) *Analyser {
	base, _, _ := strings.Cut(strings.ToLower(lang), "-")
	if _, known := written[base]; !known {
		base = ""
	}
	if a, ok := analysers.Load(base); ok {
		return a.(*Analyser)
	}
	a, _ := analysers.LoadOrStore(base, newAnalyser(base))
	return a.(*Analyser)
}

// The longest word that is a term, in characters; what is longer is cut, in
// texts and queries alike.
const maxTerm = 40

// A word is what one stretch of a text gives: terms at its place and, of a
// compound, terms of the whole.
type word struct {
	start, end int // in bytes
	terms      []string
	plain      string // the word before it was stemmed, of a word with one term
}

// A run is a stretch of a text without spaces: one word, a compound or a number.
type run struct {
	start int
	parts []part
	digit bool // groups of one number
}

type part struct {
	start, end int
	text       string
}

// runs cuts a text.
func runs(text string) iter.Seq[run] {
	return func(yield func(run) bool) {
		for i := 0; i < len(text); {
			r, n := utf8.DecodeRuneInString(text[i:])
			if !wordy(r) {
				i += n
				continue
			}
			current := run{start: i}
			for {
				end := wordEnd(text, i)
				current.parts = append(current.parts, part{i, end, text[i:end]})
				i = end
				sep, n := utf8.DecodeRuneInString(text[i:])
				if n == 0 {
					break
				}
				if grouping(sep) && group(text, current, i+n) {
					current.digit = true
				} else if !hyphen(sep) && sep != nonJoiner || current.digit {
					break
				} else if next, _ := utf8.DecodeRuneInString(text[i+n:]); !wordy(next) {
					break
				}
				i += n
			}
			if !yield(current) {
				return
			}
		}
	}
}

// wordEnd is the end of the word that begins at i. An apostrophe between letters
// belongs to it.
func wordEnd(text string, i int) int {
	end := i
	for i < len(text) {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case wordy(r):
			end = i + n
		case silent(r) && r != nonJoiner:
		case apostrophe(r):
			last, _ := utf8.DecodeLastRuneInString(text[:i])
			next, _ := utf8.DecodeRuneInString(text[i+n:])
			if !unicode.IsLetter(last) && !unicode.IsMark(last) && !digit(last) || !unicode.IsLetter(next) {
				return end
			}
		default:
			return end
		}
		i += n
	}
	return end
}

// group tells whether three figures of the same number follow at i.
func group(text string, so run, i int) bool {
	first := so.parts[0].text
	last := so.parts[len(so.parts)-1].text
	if len(so.parts) > 1 && !so.digit || utf8.RuneCountInString(first) > 3 || strings.ContainsFunc(first, func(r rune) bool { return !digit(r) }) ||
		len(so.parts) > 1 && utf8.RuneCountInString(last) != 3 {
		return false
	}
	for n := 0; ; n++ {
		r, size := utf8.DecodeRuneInString(text[i:])
		if !digit(r) {
			return n == 3 && !wordy(r)
		}
		i += size
	}
}

// words are the words of a text, each with its terms, and what compounds are
// as a whole, which stands where they begin and has no length.
func (a *Analyser) words(text string) iter.Seq[word] {
	return func(yield func(word) bool) {
		for r := range runs(text) {
			if len(r.parts) == 1 {
				if p := r.parts[0]; !a.analyse(p.start, p.end, p.text, yield) {
					return
				}
				continue
			}
			if r.digit {
				var b strings.Builder
				for _, p := range r.parts {
					b.WriteString(p.text)
				}
				if !a.analyse(r.start, r.parts[len(r.parts)-1].end, b.String(), yield) {
					return
				}
				continue
			}
			parts := a.withoutEndings(r.parts)
			for _, p := range parts {
				if !a.analyse(p.start, p.end, p.text, yield) {
					return
				}
			}
			if whole := joined(parts); whole != "" && !a.analyse(r.start, r.start, whole, yield) {
				return
			}
		}
	}
}

// maxParts is how many parts a compound has that is a term as a whole.
const maxParts = 4

// joined is a compound without its hyphens; empty for a single word.
func joined(parts []part) string {
	if len(parts) < 2 || len(parts) > maxParts {
		return ""
	}
	var b strings.Builder
	for _, p := range parts {
		b.WriteString(p.text)
	}
	return b.String()
}

// maxEnding is how many letters an ending has at most that is hung on figures or
// capitals.
const maxEnding = 4

// withoutEndings removes the endings that a language hangs on figures and
// capitals.
func (a *Analyser) withoutEndings(parts []part) []part {
	if len(parts) < 2 {
		return parts
	}
	switch a.base {
	case "fa":
		kept := slices.DeleteFunc(slices.Clone(parts), func(p part) bool { return persianParticles[a.lower(p.text)] })
		if len(kept) == 0 {
			return parts
		}
		return kept
	case "ru", "uk", "az", "tr", "hy", "ka":
	default:
		return parts
	}
	out := parts[:1:1]
	for i, p := range parts[1:] {
		if stem := parts[i].text; !ending(p.text) || !capitals(stem) && !strings.ContainsFunc(stem, digit) {
			out = append(out, p)
		}
	}
	return out
}

// persianParticles are what the non-joiner hangs on Persian words.
var persianParticles = wordSet(`ها های هایی هایش هایم هایشان ی ای ام ات اش ایم اید اند مان تان شان تر ترین می نمی`)

func ending(s string) bool {
	return utf8.RuneCountInString(s) <= maxEnding && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) || unicode.IsUpper(r) })
}

// capitals holds for two letters or more of which none is small.
func capitals(s string) bool {
	return utf8.RuneCountInString(s) > 1 && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsUpper(r) })
}

// analyse yields what one word gives: one term, or several where it holds what
// parts words after all.
func (a *Analyser) analyse(start, end int, text string, yield func(word) bool) bool {
	for _, w := range a.analysed(text) {
		w.start, w.end = start, end
		if !yield(w) {
			return false
		}
	}
	return true
}

// Most words of a text have just been in another one. So many are remembered,
// if they are no longer than that.
const (
	recentWords = 1 << 15
	recentBytes = 64
)

// analysed is a word that was met, and what it gave.
type analysed struct {
	text  string
	words []word
}

var seed = maphash.MakeSeed()

func (a *Analyser) analysed(text string) []word {
	if len(text) > recentBytes {
		return a.analyseAnew(text)
	}
	slot := &a.recent[maphash.String(seed, text)%recentWords]
	if known := slot.Load(); known != nil && known.text == text {
		return known.words
	}
	made := &analysed{strings.Clone(text), a.analyseAnew(text)}
	slot.Store(made)
	return made.words
}

func (a *Analyser) analyseAnew(text string) []word {
	var out []word
	for _, piece := range a.pieces(a.lower(text)) {
		var w word
		sc := scriptOfWord(piece)
		if sc == unspaced {
			w.terms = pairs(piece)
		} else {
			w.plain, w.terms = a.term(sc, piece)
		}
		if len(w.terms) > 0 {
			out = append(out, w)
		}
	}
	return out
}

// scriptOfWord is the script of the first letter.
func scriptOfWord(runes []rune) script {
	for _, r := range runes {
		if unicode.IsLetter(r) {
			return scriptOf(r)
		}
	}
	return other
}

// pieces cuts a word in lower case where it changes its script, and lets go of
// what is no letter of it.
func (a *Analyser) pieces(text string) [][]rune {
	var out [][]rune
	var now []rune
	cut := func() {
		if len(now) > 0 {
			out = append(out, now)
			now = nil
		}
	}
	for i, r := range text {
		switch {
		case apostrophe(r):
			rest := text[i+utf8.RuneLen(r):]
			switch {
			case a.base == "tr" && len(now) > 1, a.base == "en" && (rest == "s" || rest == ""):
				text = ""
			case a.base == "fr", a.base == "it", a.base == "ca":
				cut()
			}
			if text == "" {
				cut()
				return a.unmixed(out)
			}
		case silent(r):
		case digit(r):
			now = append(now, '0'+value(r))
		case wordy(r):
			now = append(now, r)
		default: // what a sign stands for may hold anything
			cut()
		}
	}
	cut()
	return a.unmixed(out)
}

// value is what a figure of any script counts.
func value(r rune) rune {
	if r < 0x80 {
		return r - '0'
	}
	n := rune(0) // figures stand in tens, from zero on
	for unicode.Is(unicode.Nd, r-n-1) && n < 9 {
		n++
	}
	return n
}

// unmixed cuts words at changes of script, unless they only look like one.
func (a *Analyser) unmixed(words [][]rune) [][]rune {
	var out [][]rune
	for _, w := range words {
		a.ofOneScript(w)
		from, was := 0, other
		for i, r := range w {
			sc := scriptOf(r)
			if !unicode.IsLetter(r) || sc == other {
				continue
			}
			if was != other && sc != was {
				out = append(out, w[from:i])
				from = i
			}
			was = sc
		}
		out = append(out, w[from:])
	}
	return out
}

// pairs are every two neighbours of a word that is written without spaces.
func pairs(runes []rune) []string {
	if len(runes) < 2 {
		return []string{string(runes)}
	}
	out := make([]string, 0, len(runes)-1)
	for i := range runes[1:] {
		out = append(out, string(runes[i:i+2]))
	}
	return out
}

// term is the term of a word, and the word as it stands in lists of words.
func (a *Analyser) term(sc script, runes []rune) (plain string, terms []string) {
	runes = unmarked(sc, runes)
	for len(runes) > 0 && unicode.IsMark(runes[0]) {
		runes = runes[1:] // of a letter that went
	}
	if len(runes) == 0 {
		return "", nil
	}
	if len(runes) > maxTerm {
		runes = runes[:maxTerm]
	}
	w := string(runes)
	if sc == armenian {
		w = strings.ReplaceAll(w, "եւ", "եվ")
	}
	plain = w
	if sc == latin {
		plain = bare(w)
		if a.base == "az" {
			w = plain // its endings are told by what is left of the letters
		}
	}
	if stem := a.stems[sc]; stem != nil && len(runes) > 2 && !strings.ContainsFunc(w, digit) {
		if s := stem(w); s != "" {
			w = s
		}
	}
	if sc == latin {
		w = bare(w)
	}
	return plain, []string{w}
}

// bytesAWord is about how many bytes of a text a word takes, with the space.
const bytesAWord = 8

// Terms returns the terms of a text in their order, those of whole compounds
// after all others. It stops where limit terms or size bytes would be exceeded.
func (a *Analyser) Terms(text string, limit, size int) []string {
	out := make([]string, 0, min(limit, len(text)/bytesAWord))
	var whole []string
	for w := range a.words(text) {
		for _, t := range w.terms {
			if size -= len(t) + 1; size < 0 || len(out)+len(whole) == limit {
				return append(out, whole...)
			}
			if w.start == w.end {
				whole = append(whole, t)
			} else {
				out = append(out, t)
			}
		}
	}
	return append(out, whole...)
}
