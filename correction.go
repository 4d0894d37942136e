package stet

import (
	"cmp"
	"reflect"
	"slices"
	"strings"

	"stet/lang"
	"stet/prose"
	"stet/prose/redline"
)

// CorrectionWords offers words for readers, in the article's language, about what
// the text on the desk corrects in the live one: what it said, and what it should
// have said. They are empty where that is not one short change. Nothing sends them
// by itself: whoever corrects the article sees them first.
func (a *Article) CorrectionWords() string {
	base, _, _ := strings.Cut(string(a.Lang), "-")
	if a.Live != LivePublished || a.Working == nil || !slices.Contains(lang.Codes(), base) {
		return ""
	}
	was, is, ok := redline.Swap(readerTexts(&a.Current.Content, &a.Working.Content)...)
	if !ok {
		return ""
	}
	return lang.Get(string(a.Lang)).Text(lang.CorrectedWords, "was", was, "is", is)
}

// readerTexts compares what readers read of two contents, text by text.
func readerTexts(was, is *Content) [][]redline.Run {
	sources := [2]*Source{cmp.Or(was.Source, &Source{}), cmp.Or(is.Source, &Source{})}
	pictures := [2]*PictureUse{cmp.Or(was.Picture, &PictureUse{}), cmp.Or(is.Picture, &PictureUse{})}
	out := [][]redline.Run{
		redline.Line(was.Kicker, is.Kicker), redline.Line(was.Headline, is.Headline), redline.Line(was.Standfirst, is.Standfirst),
		redline.Line(was.Dateline, is.Dateline), redline.Line(sources[0].Name, sources[1].Name),
		redline.Line(pictures[0].Caption, pictures[1].Caption), redline.Line(pictures[0].Credit, pictures[1].Credit),
	}
	before, after := differing(cmp.Or(was.Body, &prose.Doc{}), cmp.Or(is.Body, &prose.Doc{}))
	for _, b := range redline.Compare(before, after).Blocks {
		for _, p := range b.Parts {
			if slices.Contains([]string{"", "caption", "credit", "attribution"}, p.Name) {
				out = append(out, p.Runs)
			}
		}
	}
	return out
}

// differing leaves out of two documents the blocks that are the same in both:
// this is asked at every save, of texts of any length.
func differing(was, is *prose.Doc) (before, after *prose.Doc) {
	old := make(map[string]*prose.Node, len(was.Content))
	for _, n := range was.Content {
		old[n.Attrs.Get("id")] = n
	}
	before, after = &prose.Doc{}, &prose.Doc{}
	same := make(map[*prose.Node]bool, len(was.Content))
	for _, n := range is.Content {
		if o := old[n.Attrs.Get("id")]; o != nil && reflect.DeepEqual(o, n) {
			same[o] = true
		} else {
			after.Content = append(after.Content, n)
		}
	}
	for _, n := range was.Content {
		if !same[n] {
			before.Content = append(before.Content, n)
		}
	}
	return before, after
}
