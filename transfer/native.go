// Package transfer moves archives in and out: the native form in files, and
// backups of the database.
package transfer

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
)

// maxLine bounds a line of a native file.
const maxLine = 4*stet.MaxBody + 1<<20

// batchSize is how many articles one transaction writes.
const batchSize = 300

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
	site, err := n.DB.Site(ctx)
	if err != nil {
		return nil, err
	}
	checked, err := n.check(ctx, site, files)
	if err != nil {
		return nil, err
	}
	im := &importing{Native: n, checked: checked, ledger: &Ledger{}, losses: map[string]*Loss{}}
	for _, f := range files {
		err := lines(ctx, f, func(l line) error {
			if l.err != nil {
				return fmt.Errorf("%s:%d: the file changed while it was read: %w", f, l.number, l.err)
			}
			return im.line(ctx, f, l)
		})
		if err != nil {
			return nil, err
		}
	}
	if err := im.flush(ctx); err != nil {
		return nil, err
	}
	for _, what := range slices.Sorted(maps.Keys(im.losses)) {
		im.ledger.Losses = append(im.ledger.Losses, *im.losses[what])
	}
	return im.ledger, nil
}

// checked is what the first reading learns.
type checked struct {
	total  int
	groups map[stet.ArticleID]stet.ArticleID // of translations
}

func (n *Native) check(ctx context.Context, site *stet.Site, files []string) (*checked, error) {
	c := &checked{groups: map[stet.ArticleID]stet.ArticleID{}}
	var faults Faults
	type place struct {
		file string
		line int
	}
	seen := map[stet.ArticleID]place{}
	for _, f := range files {
		err := lines(ctx, f, func(l line) error {
			bad := func(field, format string, args ...any) {
				faults = append(faults, Fault{f, l.number, field, fmt.Sprintf(format, args...)})
			}
			var es stet.Errors
			var e *stet.Error
			switch {
			case errors.As(l.err, &es):
				for _, e := range es {
					bad(e.Field, "%s", e.Message)
				}
				return nil
			case errors.As(l.err, &e):
				bad(e.Field, "%s", e.Message)
				return nil
			case l.err != nil:
				return l.err
			}
			c.total++
			v, ok := l.value.(*stet.Native)
			if !ok {
				return nil
			}
			if v.ID == "" {
				bad("id", "is missing; it makes the import repeatable")
				return nil
			}
			if was, ok := seen[v.ID]; ok {
				bad("id", "%q stands at %s:%d already", v.ID, was.file, was.line)
			}
			seen[v.ID] = place{f, l.number}
			if _, ok := site.Edition(v.Lang); !ok {
				bad("lang", "%q is none of the site's languages", v.Lang)
			}
			if v.TranslationOf != "" {
				c.groups[v.ID] = v.TranslationOf
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return c, nil
}

// group follows translation_of to the original, in the files and then here.
func (c *checked) group(ctx context.Context, db *store.DB, id stet.ArticleID) (stet.ArticleID, error) {
	of, ok := c.groups[id]
	if !ok {
		return "", nil
	}
	for range 10 {
		next, ok := c.groups[of]
		if !ok || next == id {
			break
		}
		of = next
	}
	return db.Group(ctx, of)
}

type importing struct {
	*Native
	*checked
	ledger *Ledger
	losses map[string]*Loss
	done   int
	waits  []pending
	terms  []stet.Term
}

type pending struct {
	id        stet.ArticleID
	draft     stet.Draft
	published bool
}

func (im *importing) line(ctx context.Context, file string, l line) error {
	switch v := l.value.(type) {
	case *stet.Native:
		if len(im.terms) > 0 {
			if err := im.flush(ctx); err != nil {
				return err
			}
		}
		d, losses, err := v.Draft()
		if err != nil {
			return err
		}
		for _, loss := range losses {
			im.lose(loss, fmt.Sprintf("%s:%d", file, l.number))
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
		from, err := stet.OldPath(v.From)
		if err != nil {
			return err
		}
		err = im.DB.SaveRedirect(ctx, from, v.To)
		switch {
		case stet.Is(err, stet.Conflict), stet.Is(err, stet.Invalid):
			im.ledger.Taken = append(im.ledger.Taken, from)
		case err != nil:
			return err
		default:
			im.ledger.Redirects++
		}
		im.done++
	}
	if len(im.waits)+len(im.terms) >= batchSize {
		return im.flush(ctx)
	}
	return nil
}

func (im *importing) lose(l prose.Loss, where string) {
	known := im.losses[l.What]
	if known == nil {
		known = &Loss{What: l.What, Example: where + " " + l.Sample}
		im.losses[l.What] = known
	}
	known.Count += l.Count
}

func (im *importing) flush(ctx context.Context) error {
	if len(im.terms) > 0 {
		n, err := im.DB.SaveTerms(ctx, stet.Importer, im.terms, im.Now())
		if err != nil {
			return err
		}
		im.ledger.Terms += n
		im.done += len(im.terms)
		im.terms = im.terms[:0]
	}
	if len(im.waits) > 0 {
		if err := im.articles(ctx); err != nil {
			return err
		}
		im.done += len(im.waits)
		im.waits = im.waits[:0]
	}
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

// line is one line of a native file, decoded.
type line struct {
	number int
	value  any
	err    error
}

// lines decodes the lines of a file, plain or gzipped, on all cores, and hands
// them on in order. Blank lines are passed over.
func lines(ctx context.Context, name string, fn func(line) error) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<16)
	var src io.Reader = in
	if magic, _ := in.Peek(2); bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		if src, err = gzip.NewReader(in); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan chan line, 4*runtime.GOMAXPROCS(0))
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	go func() {
		defer close(queue)
		scan := bufio.NewScanner(src)
		scan.Buffer(make([]byte, 0, 1<<16), maxLine)
		number := 0
		emit := func(l chan line) bool {
			select {
			case queue <- l:
				return true
			case <-ctx.Done():
				return false
			}
		}
		for scan.Scan() {
			number++
			text := bytes.TrimPrefix(bytes.TrimSpace(scan.Bytes()), []byte("\ufeff"))
			if len(text) == 0 {
				continue
			}
			text = bytes.Clone(text)
			out := make(chan line, 1)
			if !emit(out) {
				return
			}
			slots <- struct{}{}
			go func(number int) {
				defer func() { <-slots }()
				v, err := stet.DecodeNativeLine(text)
				out <- line{number, v, err}
			}(number)
		}
		if err := scan.Err(); err != nil {
			if errors.Is(err, bufio.ErrTooLong) {
				err = stet.Errorf(stet.Malformed, "", "the line is longer than %d bytes", maxLine)
			} else {
				err = fmt.Errorf("%s: %w", name, err)
			}
			out := make(chan line, 1)
			out <- line{number + 1, nil, err}
			emit(out)
		}
	}()
	for out := range queue {
		l := <-out
		if err := fn(l); err != nil {
			return err
		}
	}
	return ctx.Err()
}
