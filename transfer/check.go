package transfer

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"stet"
	"stet/native"
	"stet/prose"
	"stet/store"
)

// place is a line of one of the files.
type place struct{ file, line int }

// checked is what the first reading learns.
type checked struct {
	total     int                               // lines that say something
	groups    map[stet.ArticleID]stet.ArticleID // of translations: what they translate
	known     map[stet.ArticleID]stet.ArticleID // the groups of originals that are here already
	seen      map[stet.ArticleID]place
	unchanged map[place]bool // articles that are here as the line has them
	losses    map[string]*Loss
	kept      []kept // all lines, where they need not be read again; else nil
}

// kept is a line that is not read again.
type kept struct {
	place
	line
}

// keptBytes is how large files are at most whose lines are kept.
const keptBytes = 32 << 20

// checking is the first reading.
type checking struct {
	*checked
	db     *store.DB
	size   int // of the lines so far, in bytes
	site   *stet.Site
	files  []string
	found  []found
	waits  []*native.Article // to be compared with what is here
	places []place           // theirs
}

type found struct {
	at    place
	field string
	text  string
}

// check reads all files and returns every fault of theirs as Faults.
func (n *Native) check(ctx context.Context, files []string) (*checked, error) {
	site, err := n.DB.Site(ctx)
	if err != nil {
		return nil, err
	}
	c := &checking{checked: &checked{
		groups: map[stet.ArticleID]stet.ArticleID{}, known: map[stet.ArticleID]stet.ArticleID{},
		seen: map[stet.ArticleID]place{}, unchanged: map[place]bool{}, losses: map[string]*Loss{},
	}, db: n.DB, site: site, files: files}
	for i, f := range files {
		err := lines(ctx, f, func(int) bool { return false }, func(l line) error { return c.line(ctx, place{i, l.number}, l) })
		if err != nil {
			return nil, err
		}
	}
	if err := c.compare(ctx); err != nil {
		return nil, err
	}
	for id := range c.groups {
		if c.circular(id) {
			c.bad(c.seen[id], "translation_of", "leads back to %q itself", id)
		}
	}
	if err := c.orphans(ctx); err != nil {
		return nil, err
	}
	if len(c.found) == 0 {
		return c.checked, nil
	}
	slices.SortStableFunc(c.found, func(a, b found) int {
		if a.at.file != b.at.file {
			return a.at.file - b.at.file
		}
		return a.at.line - b.at.line
	})
	var faults Faults
	for _, f := range c.found {
		faults = append(faults, Fault{files[f.at.file], f.at.line, f.field, f.text})
	}
	return nil, faults
}

func (c *checking) bad(at place, field, format string, args ...any) {
	c.found = append(c.found, found{at, field, fmt.Sprintf(format, args...)})
}

func (c *checking) line(ctx context.Context, at place, l line) error {
	c.total++
	if l.err != nil {
		var es stet.Errors
		var e *stet.Error
		switch {
		case errors.As(l.err, &es):
		case errors.As(l.err, &e):
			es = stet.Errors{e}
		default:
			return l.err
		}
		for _, e := range es {
			c.bad(at, e.Field, "%s", e.Message)
		}
		return nil
	}
	if c.size += l.size; c.size <= keptBytes {
		c.kept = append(c.kept, kept{at, l})
	} else {
		c.kept = nil
	}
	v, ok := l.value.(*native.Article)
	if !ok {
		return nil
	}
	if _, ok := c.site.Edition(v.Lang); !ok {
		c.bad(at, "lang", "%q is none of the site's languages", v.Lang)
	}
	if v.ID == "" {
		c.bad(at, "id", "is missing; it makes the import repeatable")
		return nil
	}
	if was, ok := c.seen[v.ID]; ok {
		c.bad(at, "id", "%q stands at %s:%d already", v.ID, c.files[was.file], was.line)
		return nil
	}
	c.seen[v.ID] = at
	if v.TranslationOf != "" {
		c.groups[v.ID] = v.TranslationOf
	}
	c.waits, c.places = append(c.waits, v), append(c.places, at)
	if len(c.waits) >= batchSize {
		return c.compare(ctx)
	}
	return nil
}

// compare looks for articles that are here already.
func (c *checking) compare(ctx context.Context) error {
	ids := make([]stet.ArticleID, len(c.waits))
	for i, v := range c.waits {
		ids[i] = v.ID
	}
	here, err := c.db.Imported(ctx, ids)
	if err != nil {
		return err
	}
	for i, v := range c.waits {
		d, losses, err := v.Draft()
		if err != nil {
			return err
		}
		v.Body, v.BodyHTML, v.BodyMarkdown = nil, "", "" // the draft has it
		for _, loss := range losses {
			c.lose(c.places[i], loss)
		}
		was, ok := here[v.ID]
		if !ok {
			continue
		}
		switch {
		case was.Lang != d.Lang:
			c.bad(c.places[i], "lang", "the article is here already, in %q", was.Lang)
		case was.Kind != d.Kind:
			c.bad(c.places[i], "kind", "the article is here already, as a %s", was.Kind)
		case was.Hash == d.ImportHash:
			c.unchanged[c.places[i]] = true
		}
	}
	c.waits, c.places = c.waits[:0], c.places[:0]
	return nil
}

// orphans notes the translations whose original is neither in the files nor
// here. They are taken all the same, and still belong together.
func (c *checking) orphans(ctx context.Context) error {
	translations := map[stet.ArticleID][]stet.ArticleID{}
	for id, of := range c.groups {
		if _, ok := c.seen[of]; !ok {
			translations[of] = append(translations[of], id)
		}
	}
	for originals := range slices.Chunk(slices.Sorted(maps.Keys(translations)), batchSize) {
		here, err := c.db.Imported(ctx, originals)
		if err != nil {
			return err
		}
		for _, of := range originals {
			if _, ok := here[of]; ok {
				continue
			}
			slices.Sort(translations[of])
			for _, id := range translations[of] {
				c.lose(c.seen[id], prose.Loss{What: "translation of an article that is not here", Count: 1, Sample: string(of)})
			}
		}
	}
	return nil
}

func (c *checking) lose(at place, l prose.Loss) {
	known := c.losses[l.What]
	if known == nil {
		known = &Loss{What: l.What, Example: fmt.Sprintf("%s:%d %s", c.files[at.file], at.line, l.Sample)}
		c.losses[l.What] = known
	}
	known.Count += l.Count
}

// circular reports whether an article is a translation of itself.
func (c *checked) circular(id stet.ArticleID) bool {
	passed := map[stet.ArticleID]bool{}
	for of := c.groups[id]; of != "" && !passed[of]; of = c.groups[of] {
		if of == id {
			return true
		}
		passed[of] = true
	}
	return false
}

// group follows translation_of to the original, in the files and then here.
func (c *checked) group(ctx context.Context, db *store.DB, id stet.ArticleID) (stet.ArticleID, error) {
	of := c.groups[id]
	for c.groups[of] != "" {
		of = c.groups[of]
	}
	if _, ok := c.seen[of]; ok || of == "" {
		return of, nil
	}
	group, ok := c.known[of]
	if ok {
		return group, nil
	}
	group, err := db.Group(ctx, of)
	if err == nil {
		c.known[of] = group
	}
	return group, err
}
