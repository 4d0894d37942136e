package site

import (
	"context"
	"fmt"
	"slices"
	"time"

	"stet"
)

// What stands on the front under its slots.
const (
	frontBox   = 4 // stories of a section
	frontBoxes = 8 // sections, the first in the newsroom's order
)

// slots puts stories into the slots of the front of the edition, or of a section
// in it: those that editors pinned, and in the other slots the newest. It also
// returns when the first pin runs out; zero for never.
func (e *edition) slots(ctx context.Context, section string, newest []stet.Head) (laid []stet.Head, until time.Time, err error) {
	pins := e.pins
	if pins == nil {
		if pins, err = e.library.Pinned(ctx, e.lang, section); err != nil {
			return nil, until, fmt.Errorf("looking up what is pinned: %w", err)
		}
	}
	now := e.now()
	pinned := map[int]stet.Head{}
	for _, p := range pins {
		if !(stet.Pin{Story: p.ID, Until: p.Until}).On(now) {
			continue
		}
		pinned[p.Slot] = p.Head
		if !p.Until.IsZero() && (until.IsZero() || p.Until.Before(until)) {
			until = p.Until
		}
	}
	return stet.Lay(stet.SlotsOf(section), pinned, newest, func(h stet.Head) stet.ArticleID { return h.ID }), until, nil
}

// front is what stands on the front of the edition, and until when.
func (e *edition) front(ctx context.Context) (b frontBlock, until time.Time, err error) {
	b = frontBlock{L: e.l, Paper: e.name.Name, About: e.name.About}
	heads, err := e.newestHeads(ctx, stet.FrontSlots)
	if err != nil {
		return b, until, err
	}
	if heads, until, err = e.slots(ctx, "", heads); err != nil {
		return b, until, err
	}
	items, err := e.items(ctx, heads)
	if err != nil || len(items) == 0 {
		return b, until, err
	}
	top := min(len(items), stet.FrontTop)
	b.Lead, b.Second, b.More = &items[0], items[1:top], items[top:]
	seen := e.illustrate(items[:1], heads, "first", true)
	e.illustrate(b.Second, heads[1:], "second", !seen)
	e.illustrate(b.More, heads[top:], "more", false)
	b.Sections, err = e.boxes(ctx, heads[:top])
	return b, until, err
}

// boxes are the newest stories of the sections, without what stands above.
func (e *edition) boxes(ctx context.Context, above []stet.Head) (out []box, err error) {
	stands, ofSection := map[stet.ArticleID]bool{}, map[string]int{}
	for _, h := range above {
		stands[h.ID] = true
		ofSection[h.Section]++
	}
	sections, links, err := e.terms(ctx, stet.SectionTerm)
	if err != nil {
		return nil, err
	}
	sections = sections[:min(len(sections), frontBoxes)]
	var boxed []stet.Head // of all sections, so that their names are looked up once
	ends := make([]int, len(sections))
	queries := make([]stet.HeadQuery, len(sections))
	for i, t := range sections {
		queries[i] = stet.HeadQuery{Term: stet.SectionTerm, Key: t.Key, Limit: ofSection[t.Key] + frontBox}
	}
	lists, err := e.headsOf(ctx, queries)
	if err != nil {
		return nil, err
	}
	for i, list := range lists {
		list = slices.DeleteFunc(list, func(h stet.Head) bool { return stands[h.ID] })
		boxed = append(boxed, list[:min(len(list), frontBox)]...)
		ends[i] = len(boxed)
	}
	items, err := e.items(ctx, boxed)
	if err != nil {
		return nil, err
	}
	start := 0
	for i, end := range ends {
		if end > start {
			out = append(out, box{links[i], items[start:end]})
		}
		start = end
	}
	return out, nil
}

// frontOf names what shows a front: a block, or the page of a section.
func (s *Site) frontOf(ctx context.Context, at *stet.Place) ([]string, error) {
	if at.Section == "" {
		return []string{"front/" + string(at.Lang)}, nil
	}
	terms, err := s.names(ctx, stet.SectionTerm, []string{at.Section})
	t := terms[at.Section]
	if t == nil {
		return nil, err
	}
	return []string{string(stet.TermPath(at.Lang, stet.SectionTerm, t.In(at.Lang).Slug))}, nil
}
