// Package transfer moves archives in and out: the native form in files, and
// backups of the database.
package transfer

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"stet"
	"stet/store"
)

// A transaction writes at most this many lines and about this many bytes.
const (
	batchSize  = 300
	batchBytes = 16 << 20
)

// Fault is what is wrong with a line of a file.
type Fault struct {
	File  string
	Line  int
	Field string
	Text  string
}

func (f Fault) String() string {
	s := fmt.Sprintf("%s:%d: ", f.File, f.Line)
	if f.Field != "" {
		s += f.Field + ": "
	}
	return s + f.Text
}

// Faults are all the faults of some files. Nothing was written.
type Faults []Fault

func (fs Faults) Error() string {
	if len(fs) == 1 {
		return fs[0].String()
	}
	return fmt.Sprintf("%d faults, the first is %s", len(fs), fs[0])
}

// Ledger tells what an import did, and what could not come along.
type Ledger struct {
	Created, Updated, Unchanged int
	LeftAlone                   []stet.ArticleID // edited here since they were imported
	Terms, Redirects            int
	Losses                      []Loss // by what, in alphabetical order
	Taken                       []stet.Path
}

// Loss is a kind of matter that the newsroom has no place for.
type Loss struct {
	What    string
	Count   int
	Example string // where, and a sample
}

// Native imports files in the native form.
type Native struct {
	DB       *store.DB
	Now      func() time.Time
	Progress func(done, total int) // may be nil; lines written so far
}

// Import reads the files twice: first every line is checked, and any fault
// refuses all of them as Faults; then they are written in batches. It may be
// broken off and started again: what is there already with the same content is
// passed over, and what people have edited here is left alone.
func (n *Native) Import(ctx context.Context, files []string) (*Ledger, error) {
	c, err := n.check(ctx, files)
	if err != nil {
		return nil, err
	}
	im := &importing{Native: n, checked: c, ledger: &Ledger{Unchanged: len(c.unchanged)}, done: len(c.unchanged)}
	for i, f := range files {
		known := func(number int) bool { return c.unchanged[place{i, number}] }
		err := lines(ctx, f, known, func(l line) error {
			if l.err != nil {
				return fmt.Errorf("%s:%d: the file changed while it was read: %w", f, l.number, l.err)
			}
			return im.line(ctx, l)
		})
		if err != nil {
			return nil, err
		}
	}
	if err := im.flush(ctx); err != nil {
		return nil, err
	}
	for _, what := range slices.Sorted(maps.Keys(c.losses)) {
		im.ledger.Losses = append(im.ledger.Losses, *c.losses[what])
	}
	return im.ledger, nil
}

// importing is the second reading.
type importing struct {
	*Native
	*checked
	ledger    *Ledger
	done      int
	size      int // in bytes, of the lines that wait
	waits     []pending
	terms     []stet.Term
	redirects []stet.NativeRedirect
}

type pending struct {
	id        stet.ArticleID
	draft     stet.Draft
	published bool
}

func (im *importing) line(ctx context.Context, l line) error {
	switch v := l.value.(type) {
	case *stet.Native:
		d, _, err := v.Draft()
		if err != nil {
			return err
		}
		if d.Group, err = im.group(ctx, im.DB, v.ID); err != nil {
			return err
		}
		im.waits = append(im.waits, pending{v.ID, d, v.Status == "published"})
	case *stet.NativeTerm:
		t := stet.Term{Kind: v.Type, Key: v.Key, Topic: v.Kind, Parent: v.Parent, Names: map[stet.Lang]stet.TermName{}}
		for l, name := range v.Names {
			t.Names[l] = stet.TermName{Name: name, Slug: v.Slugs[l]}
		}
		for l, slug := range v.Slugs {
			t.Names[l] = stet.TermName{Name: v.Names[l], Slug: slug}
		}
		im.terms = append(im.terms, t)
	case *stet.NativeRedirect:
		im.redirects = append(im.redirects, *v)
	}
	if im.size += l.size; im.size >= batchBytes || len(im.waits)+len(im.terms)+len(im.redirects) >= batchSize {
		return im.flush(ctx)
	}
	return nil
}

// flush writes what waits: terms first, so that articles find them named.
func (im *importing) flush(ctx context.Context) error {
	if len(im.terms) > 0 {
		n, err := im.DB.SaveTerms(ctx, stet.Importer, im.terms, im.Now())
		if err != nil {
			return err
		}
		im.ledger.Terms += n
	}
	if len(im.waits) > 0 {
		if err := im.articles(ctx); err != nil {
			return err
		}
	}
	if len(im.redirects) > 0 {
		taken, err := im.DB.SaveRedirects(ctx, im.redirects)
		if err != nil {
			return err
		}
		im.ledger.Redirects += len(im.redirects) - len(taken)
		im.ledger.Taken = append(im.ledger.Taken, taken...)
	}
	im.done += len(im.terms) + len(im.waits) + len(im.redirects)
	im.terms, im.waits, im.redirects, im.size = im.terms[:0], im.waits[:0], im.redirects[:0], 0
	if im.Progress != nil {
		im.Progress(im.done, im.total)
	}
	return nil
}

func (im *importing) articles(ctx context.Context) error {
	ids := make([]stet.ArticleID, len(im.waits))
	for i, p := range im.waits {
		ids[i] = p.id
	}
	var led Ledger
	saved, err := im.DB.UpdateArticles(ctx, ids, func(as []*stet.Article) error {
		led = Ledger{}
		now := im.Now()
		for i, a := range as {
			p := im.waits[i]
			if err := importOne(a, p, &led, now); err != nil {
				return fmt.Errorf("%s: %w", a.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	im.ledger.Created += led.Created
	im.ledger.Updated += led.Updated
	im.ledger.Unchanged += led.Unchanged
	im.ledger.LeftAlone = append(im.ledger.LeftAlone, led.LeftAlone...)
	for _, a := range saved {
		im.ledger.Taken = append(im.ledger.Taken, a.OldTaken...)
	}
	return nil
}

func importOne(a *stet.Article, p pending, led *Ledger, now time.Time) error {
	switch {
	case a.New():
		if err := a.Create(stet.Importer, p.draft, now); err != nil {
			return err
		}
		led.Created++
	case a.ImportHash == p.draft.ImportHash:
		led.Unchanged++
		return nil
	case a.HandEdited:
		led.LeftAlone = append(led.LeftAlone, a.ID)
		return nil
	default:
		if err := a.Reimport(stet.Importer, p.draft, now); err != nil {
			return err
		}
		led.Updated++
	}
	if !p.published {
		return nil
	}
	return a.Publish(stet.Importer, p.draft.PublishedAt, now)
}

// Write prints the ledger as plain text.
func (l *Ledger) Write(w io.Writer) {
	fmt.Fprintf(w, "articles: %d created, %d updated, %d unchanged, %d left alone because they were edited here\n",
		l.Created, l.Updated, l.Unchanged, len(l.LeftAlone))
	for _, id := range l.LeftAlone {
		fmt.Fprintf(w, "  left alone: %s\n", id)
	}
	fmt.Fprintf(w, "sections, topics and authors: %d created or renamed\n", l.Terms)
	fmt.Fprintf(w, "redirects: %d\n", l.Redirects)
	for _, p := range l.Taken {
		fmt.Fprintf(w, "  not made, the address is in use: %s\n", p)
	}
	if len(l.Losses) == 0 {
		fmt.Fprintln(w, "losses: none")
		return
	}
	fmt.Fprintln(w, "losses:")
	for _, loss := range l.Losses {
		fmt.Fprintf(w, "  %6d  %s, as in %s\n", loss.Count, loss.What, loss.Example)
	}
}
