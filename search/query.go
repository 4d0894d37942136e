package search

import "strings"

// A Query is what a reader asks for: every group has to be found.
type Query []Group

// A Group is one word or compound of the question: any of its alternatives has
// to be found, of which all terms have to be.
type Group [][]string

// MaxQuery is how many characters a question may have.
const MaxQuery = 200

// Query reads a question. Words that stand in nearly every text are left out
// where others remain. The zero Query asks for nothing, and finds nothing.
func (a *Analyser) Query(text string) Query {
	var all, rare Query
	seen := map[string]bool{}
	for r := range runs(text) {
		g, common := a.group(text, r)
		key := Query{g}.String()
		if len(g) == 0 || seen[key] {
			continue
		}
		seen[key] = true
		all = append(all, g)
		if !common {
			rare = append(rare, g)
		}
	}
	if len(rare) > 0 {
		return rare
	}
	return all
}

// group is what one run asks for, and whether it is a word of every text.
func (a *Analyser) group(text string, r run) (g Group, common bool) {
	var parts, whole []string
	words := 0
	stretch := text[r.start:r.parts[len(r.parts)-1].end]
	for w := range a.words(stretch) {
		if w.start == w.end {
			whole = append(whole, w.terms...)
			continue
		}
		words++
		common = a.stops[w.plain]
		parts = append(parts, w.terms...)
	}
	for _, alternative := range [][]string{parts, whole} {
		if len(alternative) > 0 {
			g = append(g, alternative)
		}
	}
	return g, common && words == 1
}

// String writes the query for people, in the form of PostgreSQL.
func (q Query) String() string {
	return q.Join(" & ", " | ", func(t string) string { return t })
}

// Join writes the query with an engine's signs for "and" and "or" and with its
// form of a term. Alternatives and what they consist of are in brackets.
func (q Query) Join(and, or string, term func(string) string) string {
	var b strings.Builder
	for i, g := range q {
		if i > 0 {
			b.WriteString(and)
		}
		b.WriteByte('(')
		for j, alternative := range g {
			if j > 0 {
				b.WriteString(or)
			}
			b.WriteByte('(')
			for k, t := range alternative {
				if k > 0 {
					b.WriteString(and)
				}
				b.WriteString(term(t))
			}
			b.WriteByte(')')
		}
		b.WriteByte(')')
	}
	return b.String()
}

// terms are all terms of the query.
func (q Query) terms() map[string]bool {
	out := map[string]bool{}
	for _, g := range q {
		for _, alternative := range g {
			for _, t := range alternative {
				out[t] = true
			}
		}
	}
	return out
}
