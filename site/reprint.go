package site

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"stet"
	"stet/press"
)

// touches is the table from what an event did to what has to be made anew: for
// every place where readers found the article or find it now, by its kind,
// the addresses and blocks that show something of it. What is in braces stands
// for a value or several, see placeholders. Names without a slash in front are
// blocks.
var touches = map[stet.Kind][]string{
	stet.StoryKind: {
		"{path}{form}", // the page itself, or what leads there, and its twins
		"{sibling}",    // its translations link to it
		"{sibling}.ninjs.json",
		"latest/{lang}",
		"front/{lang}",
		"masthead/{lang}", // the first story of a section puts it there
		"section/{lang}/{section}",
		"{term}", // sections, topics, authors
		"{term}feed.xml",
		"{term}atom.xml",
		"{term}feed.json",
		"{elsewhere}", // the same terms in other editions link there
		"/{lang}/feed.xml",
		"/{lang}/atom.xml",
		"/{lang}/feed.json",
		"/{lang}/topics/",
		"/{lang}/authors/",
		"/{lang}/latest",
		"/{lang}/latest/{year}",
		"/{lang}/latest/{month}",
		"/{lang}/latest/{day}",
		"/{lang}/llms.txt", // lists sections
		"/sitemap.xml",
		"/sitemap/{lang}/pages.xml",
		"/sitemap/{lang}/{file}.xml",
		"/sitemap/{siblings}.xml",
		"/news-sitemap.xml",
	},
	stet.PageKind: {
		"{path}{form}",
		"{sibling}",
		"{sibling}.ninjs.json",
		"foot/{lang}", // lists the newsroom's own pages
		"/{lang}/llms.txt",
		"/sitemap.xml",
		"/sitemap/{lang}/pages.xml",
		"/sitemap/{siblings}.xml",
	},
	stet.BreakingKind: {"breaking/{lang}"},
	stet.FrontKind:    {"{front}"},
	stet.OrderKind:    {"masthead/{lang}", "front/{lang}", "{term}", "/{lang}/llms.txt"}, // of every edition
}

// placeholders says what the table's names stand for, in words:
//
//	path     the article's address
//	form     nothing, and the suffixes of an article's twins
//	lang     its edition
//	sibling  the addresses of its other published languages
//	section  its section's key
//	term     the pages of its section, topics and authors
//	elsewhere
//	         the pages that these have in the other editions, if the event gave
//	         one of them its first story in an edition or took its last
//	day, month, year
//	         "2021/06/02", "2021/06", "2021" of its day and of the nearest days
//	         with a story before and after it, whose pages link to one another
//	file     "2021-06" of its day
//	front    the front's block, or the page of the section whose front it is
//	siblings "en/2021-06", "en/pages": the sitemaps that its other languages are in
type placeholders map[string][]string

// expand puts values into a name of the table.
func (p placeholders) expand(name string) []string {
	open := strings.IndexByte(name, '{')
	if open < 0 {
		return []string{name}
	}
	end := open + strings.IndexByte(name[open:], '}')
	var out []string
	for _, v := range p[name[open+1:end]] {
		out = append(out, p.expand(name[:open]+v+name[end+1:])...)
	}
	return out
}

// Everything is the one name that Reprint returns where it would have to
// return them all.
const Everything = "*"

// More events or names than these are not followed one by one: everything is
// made anew then.
const (
	maxEvents = 200
	maxNames  = 1500
)

// Reprint follows events: when it returns, no answer shows what was there
// before them. Breaking news, masthead and latest news, which the next page of any
// kind shows, are there again at once; everything else is made when it is next
// asked for. The surfaces are the addresses and blocks that were touched. After an
// error the same events may be given again; what is known to be touched is dropped
// all the same.
func (s *Site) Reprint(ctx context.Context, events []stet.Event) (surfaces []string, err error) {
	since := s.press.Since()
	names := map[string]bool{}
	seen, all := 0, false
	for i := range events {
		e := &events[i]
		if !e.Public() {
			continue
		}
		seen++
		if e.Kind == stet.Renamed || e.Kind == stet.Set {
			all = true
		}
	}
	if seen == 0 {
		return nil, nil
	}
	if all {
		if _, err = s.reload(ctx); err != nil {
			all = false // what is held has old names, but it is there
		}
	}
	if all = all || seen > maxEvents; !all {
		for i := range events {
			err = errors.Join(err, s.touched(ctx, &events[i], names))
		}
		all = len(names) > maxNames
	}
	if all {
		s.forgetEditions()
	}
	change := press.Change{Since: since, All: all, Set: map[string]press.Block{}}
	if all {
		names = map[string]bool{}
		if paper := s.paper.Load(); paper != nil {
			for _, l := range paper.Langs() {
				for _, kind := range []string{"breaking", "latest", "masthead"} {
					names[kind+"/"+string(l)] = true
				}
			}
		}
	}
	editions := map[stet.Lang]*edition{} // what several blocks show is asked for once
	for name := range names {
		if strings.HasPrefix(name, "/") {
			change.Pages = append(change.Pages, name)
			continue
		}
		for _, block := range s.lengths(name) {
			change.Blocks = append(change.Blocks, block)
			kind, l, _ := split(block)
			if kind == "foot" || kind == "front" || kind == "section" {
				continue
			}
			if editions[l] == nil {
				if e, err := s.editionOf(ctx, block); err == nil {
					editions[l] = e
				}
			}
			if e := editions[l]; e != nil {
				if printed, err := e.print(ctx, block); err == nil {
					change.Set[block] = printed
				}
			}
		}
	}
	s.press.Apply(change)
	if all {
		return []string{Everything}, err
	}
	return surfacesOf(names), err
}

// Surfaces returns what Reprint would have returned for an event alone, as far as
// the news around it is what it was then. It prints nothing.
func (s *Site) Surfaces(ctx context.Context, e *stet.Event) ([]string, error) {
	switch {
	case !e.Public():
		return nil, nil
	case e.Kind == stet.Renamed, e.Kind == stet.Set:
		return []string{Everything}, nil
	}
	names := map[string]bool{}
	err := s.touched(ctx, e, names)
	return surfacesOf(names), err
}

// surfacesOf are names as people are told them, in order.
func surfacesOf(names map[string]bool) (out []string) {
	for name := range names {
		if l, ok := strings.CutPrefix(name, "front/"); ok {
			name = "/" + l + "/"
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// lengths returns the blocks that a name of the table stands for: the latest
// news has one for every length the theme shows it in.
func (s *Site) lengths(name string) []string {
	if !strings.HasPrefix(name, "latest/") {
		return []string{name}
	}
	s.counting.Lock()
	defer s.counting.Unlock()
	var out []string
	for n := range s.latest {
		out = append(out, name+"/"+strconv.Itoa(n))
	}
	return out
}

// touched adds the names that an event touches. The error says that some could
// not be looked up.
func (s *Site) touched(ctx context.Context, e *stet.Event, names map[string]bool) error {
	var failed error
	for _, place := range []*stet.Place{e.Was, e.Is} {
		if place == nil {
			continue
		}
		values, err := s.values(ctx, e, place)
		failed = errors.Join(failed, err)
		for _, name := range touches[place.Kind] {
			for _, n := range values.expand(name) {
				names[n] = true
			}
		}
	}
	return failed
}

// values are what the placeholders stand for at a place. Those that could not
// be looked up are missing.
func (s *Site) values(ctx context.Context, e *stet.Event, at *stet.Place) (placeholders, error) {
	p := placeholders{"path": {string(at.Path)}, "lang": {string(at.Lang)}, "form": {""}}
	for _, f := range forms {
		p["form"] = append(p["form"], f.suffix)
	}
	for _, path := range e.Siblings {
		p["sibling"] = append(p["sibling"], string(path))
	}
	var failed error
	if at.Kind == stet.FrontKind {
		p["front"], failed = s.frontOf(ctx, at)
		return p, failed
	}
	if at.Kind == stet.OrderKind {
		return p, s.orderOf(ctx, p)
	}
	p["siblings"], failed = s.sitemapsWith(ctx, e.Siblings)
	if at.Kind != stet.StoryKind {
		return p, failed
	}
	p["section"] = []string{at.Section}
	for _, t := range []struct {
		kind stet.TermKind
		keys []string
	}{{stet.SectionTerm, []string{at.Section}}, {stet.TopicTerm, at.Topics}, {stet.AuthorTerm, at.Authors}} {
		terms, err := s.names(ctx, t.kind, t.keys)
		failed = errors.Join(failed, err)
		for _, term := range terms {
			p["term"] = append(p["term"], string(stet.TermPath(at.Lang, t.kind, term.In(at.Lang).Slug)))
			langs, err := s.newcomers(ctx, term)
			failed = errors.Join(failed, err)
			for _, l := range langs {
				p["elsewhere"] = append(p["elsewhere"], string(stet.TermPath(l, t.kind, term.In(l).Slug)))
			}
		}
	}
	days := []stet.Day{at.Day}
	earlier, later, err := s.library.Near(ctx, at.Lang, at.Day, at.Day)
	failed = errors.Join(failed, err)
	for _, d := range []stet.Day{earlier, later} {
		if d != "" {
			days = append(days, d)
		}
	}
	for _, d := range days {
		p["year"] = append(p["year"], string(d[:4]))
		p["month"] = append(p["month"], string(d[:4])+"/"+string(d[5:7]))
		p["day"] = append(p["day"], string(d[:4])+"/"+string(d[5:7])+"/"+string(d[8:]))
	}
	p["file"] = []string{string(at.Day[:7])}
	return p, failed
}

// orderOf puts in the editions, and the pages of their sections.
func (s *Site) orderOf(ctx context.Context, p placeholders) error {
	paper, err := s.library.Site(ctx)
	if err != nil {
		return fmt.Errorf("looking up the editions: %w", err)
	}
	p["lang"] = nil
	for _, l := range paper.Langs() {
		p["lang"] = append(p["lang"], string(l))
		terms, err := s.library.Terms(ctx, l, stet.SectionTerm)
		if err != nil {
			return fmt.Errorf("looking up sections: %w", err)
		}
		for _, t := range terms {
			p["term"] = append(p["term"], string(stet.TermPath(l, t.Kind, t.In(l).Slug)))
		}
	}
	return nil
}

// sitemapsWith names the sitemaps that published articles are in, and those of
// their other languages: "en/2021-06". Articles that are not there any more are
// in none.
func (s *Site) sitemapsWith(ctx context.Context, paths []stet.Path) (files []string, err error) {
	known := map[stet.Path]bool{}
	for _, path := range paths {
		if known[path] { // a translation of one before
			continue
		}
		found, err := s.lookUp(ctx, string(path))
		if err != nil {
			return files, err
		}
		if found.Article == "" || found.Kind != stet.FoundStory {
			continue
		}
		versions, err := s.library.Translations(ctx, []stet.ArticleID{found.Group})
		if err != nil {
			return files, fmt.Errorf("looking up the translations of %s: %w", found.Group, err)
		}
		for _, t := range versions[found.Group] {
			known[t.Path] = true
			file := "pages"
			if t.Kind == stet.StoryKind {
				file = string(t.Day[:7])
			}
			files = append(files, string(t.Lang)+"/"+file)
		}
	}
	return files, nil
}
