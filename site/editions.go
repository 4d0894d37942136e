package site

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"stet"
)

// presence remembers in which editions a term has a story, as Reprint last
// knew it. The pages of a term link to one another across the editions; they
// are made of what stands here, so that when it changes, Reprint sees it and
// drops them.
type presence struct {
	mu    sync.Mutex // held while the library is asked: an older answer never replaces a newer one
	terms map[termKey][]stet.Lang
}

type termKey struct {
	kind stet.TermKind
	key  string
}

// editions returns the editions that a term has a page in, in their order.
func (s *Site) editions(ctx context.Context, t *stet.Term) ([]stet.Lang, error) {
	s.presence.mu.Lock()
	defer s.presence.mu.Unlock()
	k := termKey{t.Kind, t.Key}
	if langs, ok := s.presence.terms[k]; ok {
		return langs, nil
	}
	langs, err := s.askEditions(ctx, t)
	if err == nil {
		s.presence.terms[k] = langs
	}
	return langs, err
}

// newcomers asks anew, after an event, in which editions a term has a page.
// If that has changed, it returns all editions that had or have one.
func (s *Site) newcomers(ctx context.Context, t *stet.Term) ([]stet.Lang, error) {
	s.presence.mu.Lock()
	defer s.presence.mu.Unlock()
	k := termKey{t.Kind, t.Key}
	before, ok := s.presence.terms[k]
	if !ok {
		return nil, nil // no page was made of it
	}
	now, err := s.askEditions(ctx, t)
	if err != nil || slices.Equal(before, now) {
		return nil, err
	}
	s.presence.terms[k] = now
	return append(slices.Clone(before), now...), nil
}

// forgetEditions makes Site ask anew for every term.
func (s *Site) forgetEditions() {
	s.presence.mu.Lock()
	defer s.presence.mu.Unlock()
	s.presence.terms = map[termKey][]stet.Lang{}
}

func (s *Site) askEditions(ctx context.Context, t *stet.Term) ([]stet.Lang, error) {
	langs, err := s.library.Editions(ctx, t.Kind, t.Key)
	if err != nil {
		return nil, fmt.Errorf("looking for the editions of %s %q: %w", t.Kind, t.Key, err)
	}
	return langs, nil
}

// termAlternates names the pages of a term in all editions that have one, to
// machines. Readers of other languages get the first.
func (e *edition) termAlternates(ctx context.Context, t *stet.Term, h *head) error {
	langs, err := e.editions(ctx, t)
	for i, l := range langs {
		path := stet.TermPath(l, t.Kind, t.In(l).Slug)
		e.alternate(h, l, path)
		if i == len(langs)-1 {
			first := stet.TermPath(langs[0], t.Kind, t.In(langs[0]).Slug)
			h.Alternates = append(h.Alternates, alternate{"x-default", e.absolute(string(first))})
		}
	}
	return err
}
