//go:build !race

package main

import (
	"path/filepath"
	"slices"
	"testing"

	"stet"
	"stet/prose"
)

// TestDemoNewsroom holds what a newcomer is promised to the sample stories.
func TestDemoNewsroom(t *testing.T) {
	t.Parallel()
	c := defaults()
	c.Dir = filepath.Join(t.TempDir(), "demo")
	if err := c.fillDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := c.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lib := db.Public()
	ctx := t.Context()
	site, err := lib.Site(ctx)
	if err != nil {
		t.Fatal(err)
	}
	linked := 0
	every := []string{
		prose.Paragraph, prose.Heading, prose.BulletList, prose.OrderedList, prose.ListItem, prose.Quote, prose.Picture,
		prose.Gallery, prose.Embed, prose.Table, prose.TableRow, prose.TableCell, prose.TableHeader, prose.FactBox,
		prose.Divider, prose.CodeBlock, prose.Text, prose.HardBreak,
		prose.Link, prose.Lang, prose.Strong, prose.Em, prose.Strike, prose.SmallCaps, prose.Sub, prose.Sup, prose.Code,
	}
	for _, e := range site.Editions {
		heads, err := lib.Heads(ctx, stet.HeadQuery{Lang: e.Lang, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		if len(heads) < 12 {
			t.Errorf("%s has %d stories; a newcomer is promised twelve", e.Lang, len(heads))
		}
		shown := false
		first, last := heads[len(heads)-1].PublishedAt.Year(), heads[0].PublishedAt.Year()
		t.Logf("%s %q: %d stories, %d–%d", e.Lang, e.Name, len(heads), first, last)
		for _, h := range heads {
			s, err := lib.Story(ctx, h.ID)
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Translations) > 1 {
				linked++
			}
			used := elements(s.Body)
			shown = shown || !slices.ContainsFunc(every, func(name string) bool { return !used[name] })
		}
		if !shown {
			t.Errorf("no story of %s shows every element of a text", e.Lang)
		}
		for kind, least := range map[stet.TermKind]int{stet.SectionTerm: 4, stet.TopicTerm: 6, stet.AuthorTerm: 4} {
			terms, err := lib.Terms(ctx, e.Lang, kind)
			if err != nil {
				t.Fatal(err)
			}
			if len(terms) < least {
				t.Errorf("%s has %d terms of kind %s; want at least %d", e.Lang, len(terms), kind, least)
			}
			for _, term := range terms {
				if term.Names[e.Lang].Name == "" {
					t.Errorf("%s %s has no name in %s", kind, term.Key, e.Lang)
				}
			}
		}
	}
	if linked < 50 {
		t.Errorf("%d stories are linked to a translation", linked)
	}
}

// elements are the types of nodes and marks in a text.
func elements(d *prose.Doc) map[string]bool {
	used := map[string]bool{}
	d.Walk(func(n *prose.Node) bool {
		used[n.Type] = true
		for _, m := range n.Marks {
			used[m.Type] = true
		}
		return true
	})
	return used
}
