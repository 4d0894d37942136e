package media

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestExamine: only an original that is lost is damage; what belongs to nothing
// is told when it is old, and goes by Clean.
func TestExamine(t *testing.T) {
	s := newStudio(t, Limits{})
	ctx := t.Context()
	p, lost := s.receive("one.jpg", asJPEG(t, waves(60, 40)), ""), s.receive("two.jpg", asJPEG(t, waves(61, 40)), "")
	s.until(idle)
	for _, name := range []string{originalName(lost.Hash), proofName(p.Hash)} {
		if err := s.Files.Delete(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	orphans := []string{"original/" + strings.Repeat("0", 64), "proof/" + strings.Repeat("0", 64), "rendition/none/320.jpg"}
	for _, name := range orphans {
		if err := s.Files.Put(ctx, name, strings.NewReader("x"), 1); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.Examine(ctx)
	if err != nil || r.Pictures != 2 || len(r.Missing) != 1 || r.Missing[0] != lost.ID || len(r.Orphans) > 0 {
		t.Errorf("%+v, %v", r, err)
	}
	s.Now = func() time.Time { return time.Now().Add(2 * orphanAge) }
	for _, want := range [][]string{orphans, nil} {
		r, err := s.Examine(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, o := range r.Orphans {
			got = append(got, o.Name)
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%q belong to nothing, want %q", got, want)
		}
		if err := s.Clean(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
}
