package stet

import (
	"slices"
	"time"
	"unicode/utf8"

	"stet/prose"
)

// FindingKind is what a look before publication finds.
type FindingKind string

const (
	NoHeadline   FindingKind = "no headline"
	NoSection    FindingKind = "no section"
	NoBody       FindingKind = "no body"
	Embargoed    FindingKind = "embargo" // Detail is its end, RFC 3339 in UTC
	Expired      FindingKind = "expired" // Detail is when, RFC 3339 in UTC
	NoSource     FindingKind = "no source"
	NoAlt        FindingKind = "no alt text"
	DeadLink     FindingKind = "dead link" // Detail is the address
	LongHeadline FindingKind = "long headline"
)

// Finding is one thing to look at before readers get a text.
type Finding struct {
	Kind   FindingKind
	Field  string // as the native form names it
	Block  string // the id of the block in the body, if it is there
	Detail string
	Stops  bool // it cannot be published like this
}

// longHeadline is how many characters of a headline search engines take.
const longHeadline = 110

// Preflight looks at what would be published now: what stops it first, then what
// somebody should know. dead are the addresses of its links that lead nowhere.
func (a *Article) Preflight(now time.Time, dead []string) []Finding {
	c := a.Latest()
	if c == nil {
		return nil
	}
	var out []Finding
	kinds := map[string]FindingKind{"headline": NoHeadline, "section": NoSection, "body": NoBody}
	for _, e := range c.missing(a.Kind) {
		out = append(out, Finding{Kind: kinds[e.Field], Field: e.Field, Stops: true})
	}
	if now.Before(a.Embargo) {
		out = append(out, Finding{Kind: Embargoed, Field: "embargo", Detail: a.Embargo.UTC().Format(time.RFC3339), Stops: true})
	}
	if !a.Expires.IsZero() && !now.Before(a.Expires) {
		out = append(out, Finding{Kind: Expired, Field: "expires", Detail: a.Expires.UTC().Format(time.RFC3339), Stops: true})
	}
	if a.Kind == StoryKind && c.Source == nil {
		out = append(out, Finding{Kind: NoSource, Field: "source"})
	}
	if c.Picture != nil && c.Picture.Alt == "" {
		out = append(out, Finding{Kind: NoAlt, Field: "picture.alt"})
	}
	if c.Body != nil {
		out = append(out, bodyFindings(c.Body, dead)...)
	}
	if utf8.RuneCountInString(c.Headline) > longHeadline {
		out = append(out, Finding{Kind: LongHeadline, Field: "headline"})
	}
	return out
}

func bodyFindings(body *prose.Doc, dead []string) []Finding {
	var out []Finding
	block := ""
	found := map[[2]string]bool{}
	body.Walk(func(n *prose.Node) bool {
		if id := n.Attrs.Get("id"); id != "" {
			block = id
		}
		if n.Type == prose.Picture && n.Attrs.Get("alt") == "" {
			out = append(out, Finding{Kind: NoAlt, Field: "body", Block: block})
		}
		for _, m := range n.Marks {
			to := m.Attrs.Get("href")
			if m.Type == prose.Link && slices.Contains(dead, to) && !found[[2]string{block, to}] {
				found[[2]string{block, to}] = true
				out = append(out, Finding{Kind: DeadLink, Field: "body", Block: block, Detail: to})
			}
		}
		return true
	})
	return out
}
