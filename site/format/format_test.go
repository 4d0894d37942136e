package format

import (
	"slices"
	"testing"

	"stet"
)

// TestEntryIDs: the id of a story is what it was in every release before.
func TestEntryIDs(t *testing.T) {
	for id, want := range map[stet.ArticleID]string{
		"0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b": "urn:uuid:0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
		"agency-4711":                          "urn:uuid:7c14bdb1-4f0a-5ead-9f43-a999cd67bed5",
		"wp:old.example:12%&<":                 "urn:uuid:563427da-7319-5a03-9245-b09bd510b64f",
	} {
		if got := EntryID(id); got != want {
			t.Errorf("%s is %s, want %s: readers would see every story again", id, got, want)
		}
	}
}

func TestExcerpt(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Мост открыт", "Мост открыт"},
		{" Мост \n открыт ", "Мост открыт"},
		{"Мост открыт. И закрыт", "Мост открыт…"},
		{"مرحبا بكم، أهلا", "مرحبا بكم…"},
		{"Լեստան բարձ՝ ջուր", "Լեստան բարձ…"},
		{"abcdefghijkle\u0301\u0323f", "abcdefghijkl…"},
	} {
		if got := Excerpt(c.text, 14); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// TestCrawlers: nobody is in both lists.
func TestCrawlers(t *testing.T) {
	for _, name := range trainers {
		if slices.Contains(answerers, name) {
			t.Errorf("%s is in both lists", name)
		}
	}
}

// TestArticleTypes: the genre says what a text is; nothing claims to be a
// report of one's own that is not said to be.
func TestArticleTypes(t *testing.T) {
	for _, c := range []struct {
		genre  stet.Genre
		source string
		want   string
	}{
		{"", "", "NewsArticle"}, {"news", "agency", "NewsArticle"}, {"news", "own", "ReportageNewsArticle"},
		{"analysis", "own", "AnalysisNewsArticle"}, {"opinion", "", "OpinionNewsArticle"}, {"sponsored", "own", "AdvertiserContentArticle"},
	} {
		st := &stet.Story{Content: stet.Content{Genre: c.genre, Source: &stet.Source{Kind: c.source}}}
		if got := articleType(st); got != c.want {
			t.Errorf("%s from %q: %s, want %s", c.genre, c.source, got, c.want)
		}
	}
}
