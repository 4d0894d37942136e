package site

import (
	"context"
	"strings"
	"testing"

	"stet"
)

// TestPreview: what is shown ahead is what readers get afterwards, and nobody
// finds it before.
func TestPreview(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	s := newSite(t, f)
	get(t, s, "/ru/", 200)
	held := s.Stats().Press
	st := draft("/ru/2026/01/ahead", "Заранее <b>", morning)
	st.Topics, st.Bylines, st.Original = []string{"eu"}, []stet.Byline{{Key: "a-mamedova"}}, st.Path
	st.Translations = []stet.Translation{{Lang: st.Lang, Path: st.Path, Headline: st.Headline, Original: true}}
	ahead, err := s.Preview(context.Background(), &st)
	if err != nil {
		t.Fatal(err)
	}
	if now := s.Stats().Press; now != held {
		t.Errorf("the press knows of the preview: %+v, before %+v", now, held)
	}
	get(t, s, string(st.Path), 404)
	reprint(t, s, f.publish(st))
	article := func(page string) string {
		_, rest, _ := strings.Cut(page, "<article")
		text, _, found := strings.Cut(rest, "</article>")
		if !found {
			t.Fatalf("no article in\n%s", page)
		}
		return text
	}
	if got, want := article(string(ahead)), article(body(t, fetch(s, string(st.Path)))); got != want {
		t.Errorf("shown ahead:\n%s\nthen:\n%s", got, want)
	}
	if !strings.Contains(string(ahead), `<meta name="robots" content="noindex">`) {
		t.Error("a preview may be indexed")
	}
	st.Lang = "xx"
	if _, err := s.Preview(context.Background(), &st); !stet.Is(err, stet.Invalid) {
		t.Errorf("a language that the site has not: %v", err)
	}
}
