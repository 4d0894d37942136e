package site

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"stet"
)

// Preview makes the page that readers would get of a story now, if it were
// published. The press hears nothing of it. A language that is none of the
// site's is an Error of kind Invalid.
func (s *Site) Preview(ctx context.Context, st *stet.Story) ([]byte, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return nil, err
	}
	e, ok := s.edition(paper, st.Lang)
	if !ok {
		return nil, stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages", st.Lang)
	}
	v, err := e.articleView(ctx, st)
	if err != nil {
		return nil, err
	}
	v.Head.NoIndex, v.Head.Script = true, "" // the desk shows it where no script runs
	page, err := e.tried(ctx, "article", v)
	if err != nil {
		return nil, fmt.Errorf("the preview of %s: %w", st.ID, err)
	}
	return page, nil
}

// PreviewFront makes the front that readers would get of an edition, or of a
// section in it, with other pins. What readers cannot see of what is pinned leaves
// its slot automatic, as it would. An edition or a section that is not there, or
// without a story, is an Error of kind NotFound.
func (s *Site) PreviewFront(ctx context.Context, l stet.Lang, section string, pins stet.Pins) ([]byte, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return nil, err
	}
	e, ok := s.edition(paper, l)
	if !ok {
		return nil, stet.Errorf(stet.NotFound, "lang", "the site has no edition in %q", l)
	}
	e.pins = []stet.PinnedHead{}
	for slot, p := range pins {
		if p.Story == "" {
			continue
		}
		st, err := s.library.Story(ctx, p.Story)
		if stet.Is(err, stet.NotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", p.Story, err)
		}
		if st.Lang == l && st.Kind == stet.StoryKind && (section == "" || st.Section == section) {
			e.pins = append(e.pins, stet.PinnedHead{Head: headOf(st), Slot: slot, Until: p.Until})
		}
	}
	var page []byte
	if section == "" {
		v, failed := e.frontView()
		if failed != nil {
			return nil, failed
		}
		v.Head.NoIndex = true
		page, err = e.tried(ctx, "front", v)
	} else {
		terms, _, failed := e.terms(ctx, stet.SectionTerm)
		if failed != nil {
			return nil, failed
		}
		i := slices.IndexFunc(terms, func(t stet.Term) bool { return t.Key == section })
		if i < 0 {
			return nil, stet.Errorf(stet.NotFound, "section", "there is no section %q", section)
		}
		v, _, failed := e.listView(ctx, &terms[i], "")
		if failed != nil {
			return nil, failed
		}
		v.Head.NoIndex = true
		page, err = e.tried(ctx, "list", v)
	}
	if err != nil {
		return nil, fmt.Errorf("the preview of the front: %w", err)
	}
	return page, nil
}

// headOf is a story as lists show it.
func headOf(st *stet.Story) stet.Head {
	h := stet.Head{
		ID: st.ID, Kind: st.Kind, Lang: st.Lang, Group: st.Group, Path: st.Path,
		Headline: st.Headline, Standfirst: st.Standfirst, Kicker: st.Kicker, Section: st.Section, Genre: st.Genre,
		Bylines: st.Bylines, PublishedAt: st.PublishedAt, UpdatedAt: st.UpdatedAt,
	}
	if st.Picture != nil && st.Picture.ID != "" {
		h.Picture = st.Pictures[st.Picture.ID]
		if h.Alt = st.Picture.Alt; h.Alt == "" && h.Picture != nil {
			h.Alt = h.Picture.Alt(st.Lang)
		}
	}
	return h
}

// tried makes a page with its blocks as they would be printed now. The press
// hears nothing of it.
func (e *edition) tried(ctx context.Context, template string, view any) ([]byte, error) {
	parts, err := e.theme.Page(template, string(e.lang), view)
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	for _, p := range parts {
		if p.Block != "" {
			block, err := e.print(ctx, p.Block)
			if err != nil {
				return nil, err
			}
			p.HTML = block.HTML
		}
		page.Write(p.HTML)
	}
	return page.Bytes(), nil
}
