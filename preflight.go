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
	RightEnded   FindingKind = "right ended" // to show a picture; Detail is when, RFC 3339 in UTC
	RightEnds    FindingKind = "right ends"  // before the story expires, if it does; Detail as of RightEnded
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
// somebody should know. dead are the addresses of its links that lead nowhere,
// pictures what is shown for the newsroom's own pictures in it, by the ids that
// it names them by.
func (a *Article) Preflight(now time.Time, dead []string, pictures map[PictureID]*Picture) []Finding {
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
	if p := c.Picture; p != nil {
		if p.Alt == "" && !a.described(pictures[p.ID]) {
			out = append(out, Finding{Kind: NoAlt, Field: "picture.alt"})
		}
		out = append(out, a.rightFindings(pictures[p.ID], Finding{Field: "picture"}, now)...)
	}
	if c.Body != nil {
		out = append(out, a.bodyFindings(c.Body, now, dead, pictures)...)
	}
	if utf8.RuneCountInString(c.Headline) > longHeadline {
		out = append(out, Finding{Kind: LongHeadline, Field: "headline"})
	}
	return out
}

// described reports whether a picture has alternative text of its own in the
// article's language.
func (a *Article) described(p *Picture) bool { return p != nil && p.Alt(a.Lang) != "" }

// rightFindings are what is to be said of the right to show a picture at a
// place.
func (a *Article) rightFindings(p *Picture, at Finding, now time.Time) []Finding {
	if p == nil || p.Expires.IsZero() {
		return nil
	}
	switch at.Detail = p.Expires.UTC().Format(time.RFC3339); {
	case p.Expired(now):
		at.Kind = RightEnded
	case a.Expires.IsZero() || p.Expires.Before(a.Expires):
		at.Kind = RightEnds
	default:
		return nil
	}
	return []Finding{at}
}

func (a *Article) bodyFindings(body *prose.Doc, now time.Time, dead []string, pictures map[PictureID]*Picture) []Finding {
	var out []Finding
	block := ""
	found := map[[2]string]bool{}
	body.Walk(func(n *prose.Node) bool {
		if id := n.Attrs.Get("id"); id != "" {
			block = id
		}
		if n.Type == prose.Picture {
			p := pictures[PictureID(n.Attrs.Get("ref"))]
			if n.Attrs.Get("alt") == "" && !a.described(p) {
				out = append(out, Finding{Kind: NoAlt, Field: "body", Block: block})
			}
			out = append(out, a.rightFindings(p, Finding{Field: "body", Block: block}, now)...)
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
