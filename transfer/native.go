// Package transfer moves archives in and out: the native form in files, and
// backups of the database.
package transfer

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"stet"
	"stet/native"
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

// Import reads the files twice, unless they are small: first every line is
// checked, and any fault refuses all of them as Faults; then they are written in
// batches. It may be
// broken off and started again: what is there already with the same content is
// passed over, and what people have edited here is left alone.
func (n *Native) Import(ctx context.Context, files []string) (*Ledger, error) {
	c, err := n.check(ctx, files)
	if err != nil {
		return nil, err
	}
	im := &importing{Native: n, checked: c, ledger: &Ledger{Unchanged: len(c.unchanged)}, done: len(c.unchanged), next: make(chan batch)}
	if err := im.run(ctx, files); err != nil {
		return nil, err
	}
	for _, what := range slices.Sorted(maps.Keys(c.losses)) {
		im.ledger.Losses = append(im.ledger.Losses, *c.losses[what])
	}
	return im.ledger, nil
}

// importing is the second reading, and the writing beside it.
type importing struct {
	*Native
	*checked
	ledger *Ledger
	done   int
	batch  batch      // is being read
	next   chan batch // waits to be written
}

// batch is what one transaction writes of each kind.
type batch struct {
	size      int // in bytes, of its lines
	waits     []pending
	terms     []stet.Term
	redirects []stet.Redirect
}

type pending struct {
	id        stet.ArticleID
	draft     stet.Draft
	published bool
}

// run reads the files and writes them at once, a batch behind.
func (im *importing) run(ctx context.Context, files []string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	wrote := make(chan error, 1)
	go func() {
		err := im.writeAll(ctx)
		if err != nil {
			cancel()
			for range im.next { // nobody waits to hand one on
			}
		}
		wrote <- err
	}()
	err := im.read(ctx, files)
	if err == nil {
		err = im.hand(ctx)
	}
	close(im.next)
	return cmp.Or(<-wrote, err) // reading ends where writing failed
}

// writeAll writes the batches in their order. While one is written, the next is
// prepared.
func (im *importing) writeAll(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(2)
	before := make(chan struct{})
	close(before)
	for b := range im.next {
		last, done := before, make(chan struct{})
		before = done
		g.Go(func() error {
			err := im.write(ctx, b, func() error {
				select {
				case <-last:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			})
			if err == nil {
				close(done)
			}
			return err
		})
		if ctx.Err() != nil {
			break
		}
	}
	return g.Wait()
}

// read reads the lines that are not here yet.
func (im *importing) read(ctx context.Context, files []string) error {
	if im.kept != nil {
		for _, l := range im.kept {
			if !im.unchanged[l.place] {
				if err := im.line(ctx, l.line); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for i, f := range files {
		known := func(number int) bool { return im.unchanged[place{i, number}] }
		err := lines(ctx, f, known, func(l line) error {
			if l.err != nil {
				return fmt.Errorf("%s:%d: the file changed while it was read: %w", f, l.number, l.err)
			}
			return im.line(ctx, l)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (im *importing) line(ctx context.Context, l line) error {
	b := &im.batch
	switch v := l.value.(type) {
	case *native.Article:
		d, _, err := v.Draft()
		if err != nil {
			return err
		}
		if d.Group, err = im.group(ctx, im.DB, v.ID); err != nil {
			return err
		}
		b.waits = append(b.waits, pending{v.ID, d, v.Status == "published"})
	case *native.Term:
		t := stet.Term{Kind: v.Type, Key: v.Key, Topic: v.Kind, Parent: v.Parent, Names: map[stet.Lang]stet.TermName{}}
		for l, name := range v.Names {
			t.Names[l] = stet.TermName{Name: name, Slug: v.Slugs[l]}
		}
		for l, slug := range v.Slugs {
			t.Names[l] = stet.TermName{Name: v.Names[l], Slug: slug}
		}
		b.terms = append(b.terms, t)
	case *stet.Redirect:
		b.redirects = append(b.redirects, *v)
	}
	if b.size += l.size; b.size >= batchBytes || len(b.waits)+len(b.terms)+len(b.redirects) >= batchSize {
		return im.hand(ctx)
	}
	return nil
}

// hand hands what was read on to be written.
func (im *importing) hand(ctx context.Context) error {
	select {
	case im.next <- im.batch:
		im.batch = batch{}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// write writes a batch when it is its turn: terms first, so that articles find
// them named.
func (im *importing) write(ctx context.Context, b batch, turn func() error) error {
	if len(b.terms) > 0 || len(b.waits) == 0 {
		if err := turn(); err != nil {
			return err
		}
	}
	if len(b.terms) > 0 {
		n, err := im.DB.SaveTerms(ctx, stet.Importer, b.terms, im.Now())
		if err != nil {
			return err
		}
		im.ledger.Terms += n
	}
	if len(b.waits) > 0 {
		if err := im.articles(ctx, b.waits, turn); err != nil {
			return err
		}
	}
	if len(b.redirects) > 0 {
		taken, err := im.DB.SaveRedirects(ctx, b.redirects)
		if err != nil {
			return err
		}
		im.ledger.Redirects += len(b.redirects) - len(taken)
		im.ledger.Taken = append(im.ledger.Taken, taken...)
	}
	im.done += len(b.terms) + len(b.waits) + len(b.redirects)
	if im.Progress != nil {
		im.Progress(im.done, im.total)
	}
	return nil
}

func (im *importing) articles(ctx context.Context, waits []pending, turn func() error) error {
	ids := make([]stet.ArticleID, len(waits))
	for i, p := range waits {
		ids[i] = p.id
	}
	var led Ledger
	saved, err := im.DB.UpdateInTurn(ctx, ids, func(as []*stet.Article) error {
		led = Ledger{}
		now := im.Now()
		for i, a := range as {
			p := waits[i]
			if err := importOne(a, p, &led, now); err != nil {
				return fmt.Errorf("%s: %w", a.ID, err)
			}
		}
		return nil
	}, turn)
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
