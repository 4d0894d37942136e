package redline

import (
	"slices"
	"strings"

	"stet/prose"
)

// mergeInline merges the words of a block that both sides changed, if it is
// plain what the result must be.
func mergeInline(base, mine, theirs []*prose.Node) (merged []*prose.Node, ok bool) {
	b, m, t := tokens(base), tokens(mine), tokens(theirs)
	if len(b)+max(len(m), len(t)) > maxTokens {
		return nil, false
	}
	out, ok := mergeTokens(b, m, t)
	if !ok {
		return nil, false
	}
	return inline(out), true
}

// MergeLine merges a text of one line that both sides changed, word by word as
// Merge does; it reports false for a clash.
func MergeLine(base, mine, theirs string) (merged string, ok bool) {
	b, m, t := appendWords(nil, base, nil), appendWords(nil, mine, nil), appendWords(nil, theirs, nil)
	if len(b)+max(len(m), len(t)) > maxTokens {
		return "", false
	}
	out, ok := mergeTokens(b, m, t)
	return plain(out), ok
}

// A change is a hunk of one side, and how far it could slide in the base
// without another result: "very" put before or behind a "very" is one change.
type change struct {
	hunk
	from, to int
}

func mergeTokens(base, mine, theirs []token) (merged []token, ok bool) {
	kb, km, kt := keys(base), keys(mine), keys(theirs)
	ours, others := sliding(kb, km), sliding(kb, kt)
	pos := 0
	keep := func(to int) {
		merged = append(merged, base[pos:to]...)
		pos = to
	}
	for len(ours) > 0 || len(others) > 0 {
		switch {
		case len(others) == 0 || len(ours) > 0 && apart(base, ours[0], others[0]):
			h := ours[0]
			keep(h.a0)
			merged = append(merged, mine[h.b0:h.b1]...)
			pos, ours = h.a1, ours[1:]
		case len(ours) == 0 || apart(base, others[0], ours[0]):
			h := others[0]
			keep(h.a0)
			merged = append(merged, theirs[h.b0:h.b1]...)
			pos, others = h.a1, others[1:]
		default:
			h, o := ours[0], others[0]
			if h.a0 != o.a0 || h.a1 != o.a1 {
				return nil, false
			}
			put, alike := longer(mine[h.b0:h.b1], theirs[o.b0:o.b1])
			if !alike {
				return nil, false
			}
			// What comes next must be apart from this one, whichever side it is of.
			for _, next := range [][]change{ours[1:], others[1:]} {
				if len(next) > 0 && !(apart(base, h, next[0]) && apart(base, o, next[0])) {
					return nil, false
				}
			}
			keep(h.a0)
			merged = append(merged, put...)
			pos, ours, others = h.a1, ours[1:], others[1:]
		}
	}
	keep(len(base))
	return merged, true
}

// sliding returns the changes from a to b, each as far to the end as it can
// slide, and the range it can slide in.
func sliding(a, b []string) []change {
	hunks := changes(a, b)
	out := make([]change, len(hunks))
	for i, h := range hunks {
		left, right := 0, 0
		first, last := 0, len(a) // between the changes before and behind
		if i > 0 {
			first = hunks[i-1].a1
		}
		if i+1 < len(hunks) {
			last = hunks[i+1].a0
		}
		switch put, taken := b[h.b0:h.b1], h.a1-h.a0; {
		case taken == 0:
			n := len(put)
			for h.a0-left > first {
				before := h.a0 - 1 - left
				if left < n && a[before] != put[n-1-left] || left >= n && a[before] != a[before+n] {
					break
				}
				left++
			}
			for h.a0+right < last {
				next := h.a0 + right
				if right < n && a[next] != put[right] || right >= n && a[next] != a[next-n] {
					break
				}
				right++
			}
		case len(put) == 0:
			for h.a0-left > first && a[h.a0-1-left] == a[h.a1-1-left] {
				left++
			}
			for h.a1+right < last && a[h.a1+right] == a[h.a0+right] {
				right++
			}
		}
		out[i] = change{hunk{h.a0 + right, h.a1 + right, h.b0 + right, h.b1 + right}, h.a0 - left, h.a1 + right}
	}
	return out
}

// apart reports whether g comes before h with a whole unchanged word between.
func apart(base []token, g, h change) bool {
	for i := g.to; i < h.from; i++ {
		if base[i].word() {
			return true
		}
	}
	return false
}

// longer returns what both put in one place, if it is the same or the one is
// what the other had become on the way.
func longer(mine, theirs []token) (put []token, alike bool) {
	if slices.Equal(keys(mine), keys(theirs)) {
		return theirs, true
	}
	m, t := plain(mine), plain(theirs)
	grown, shorter := mine, t
	if len(t) > len(m) {
		grown, shorter = theirs, m
	}
	if !strings.ContainsFunc(shorter, wordRune) || !unmarked(mine) || !unmarked(theirs) || m == t {
		return nil, false
	}
	whole := plain(grown)
	return grown, strings.HasPrefix(whole, shorter) || strings.HasSuffix(whole, shorter)
}

func unmarked(tokens []token) bool {
	for i := range tokens {
		if len(tokens[i].marks) > 0 {
			return false
		}
	}
	return true
}
