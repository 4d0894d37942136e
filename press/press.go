package press

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Options is what a press needs to know.
type Options struct {
	// MaxBytes bounds all pages and blocks held, in both codings and with
	// what it takes to hold them. Zero means 256 MiB.
	MaxBytes int64

	// Lay says what stands at a path, Print what a block shows. A path where
	// nothing stands has a page too, a transient one. Print may be nil if no
	// page names a block.
	Lay   func(ctx context.Context, path string) (Page, error)
	Print func(ctx context.Context, block string) (Block, error)

	// Timeout bounds one Lay or Print. Zero means ten seconds.
	Timeout time.Duration

	// Now is the clock. Nil means time.Now.
	Now func() time.Time
}

const (
	defaultMaxBytes = 256 << 20
	defaultTimeout  = 10 * time.Second

	// retryAfter is how long after a failure something that has run out is
	// tried again, while the old one is answered.
	retryAfter = time.Second

	// attempts is how often a request begins anew because what was made for it
	// has been changed meanwhile.
	attempts = 32

	// glances is how often a reader tries without the lock.
	glances = 4
)

var (
	// ErrMethod is the error for a method other than GET and HEAD.
	ErrMethod = errors.New("press: neither GET nor HEAD")

	// ErrUnsettled is the error when changes come faster than the page can be
	// made.
	ErrUnsettled = errors.New("press: changed again and again while it was made")
)

// A Press holds pages and blocks and answers requests with them. Its methods
// may be called at the same time.
type Press struct {
	options Options

	// sequence is odd while a change is being made; half of it is the
	// generation. It lets readers see whether what they collected without the
	// lock belongs together.
	sequence atomic.Uint64
	store    atomic.Pointer[store]
	serials  atomic.Uint64
	answered atomic.Uint64 // without waiting or lock

	mu      sync.Mutex
	pages   desk[page]
	blocks  desk[printed]
	waited  uint64
	stale   uint64
	evicted uint64

	sharing sync.Mutex
	fields  map[string]*fields // by their block
}

// New returns an empty press.
func New(options Options) *Press {
	if options.MaxBytes == 0 {
		options.MaxBytes = defaultMaxBytes
	}
	if options.Timeout == 0 {
		options.Timeout = defaultTimeout
	}
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Print == nil {
		options.Print = func(context.Context, string) (Block, error) {
			return Block{}, errors.New("there is no such block")
		}
	}
	p := &Press{options: options, fields: make(map[string]*fields)}
	p.sequence.Store(2) // generation 1: a change that forgets to say Since is always too late
	p.store.Store(newStore(options.MaxBytes, 1))
	p.pages = desk[page]{
		mu: &p.mu, jobs: make(map[string]*job[page]), timeout: options.Timeout, now: p.now, since: p.Since,
		verb:   "lay",
		make:   p.lay,
		kept:   func(path string) *page { return p.store.Load().pages.find(path) },
		keep:   func(_ string, pg *page) { p.evicted += uint64(p.store.Load().keepPage(pg)) },
		hold:   func(pg *page) { p.store.Load().hold(pg) },
		letGo:  func(pg *page) { p.store.Load().release(pg) },
		timing: func(pg *page) *timing { return &pg.timing },
	}
	p.blocks = desk[printed]{
		mu: &p.mu, jobs: make(map[string]*job[printed]), timeout: options.Timeout, now: p.now, since: p.Since,
		verb: "print",
		make: p.print,
		kept: func(name string) *printed {
			if sl := p.store.Load().slots[name]; sl != nil {
				return sl.print.Load()
			}
			return nil
		},
		keep: func(name string, made *printed) {
			p.store.Load().keepPrint(name, made)
			p.evicted += uint64(p.store.Load().makeRoom(0))
		},
		hold:   func(*printed) {},
		letGo:  func(*printed) {},
		timing: func(made *printed) *timing { return &made.timing },
	}
	return p
}

func (p *Press) now() int64     { return p.options.Now().UnixMilli() }
func (p *Press) serial() uint64 { return p.serials.Add(1) }

// Since returns the generation. What is read from the data after Since
// returned shows every change that was applied before.
func (p *Press) Since() uint64 { return p.sequence.Load() / 2 }

// print asks for the block and makes it ready.
func (p *Press) print(ctx context.Context, name string, since uint64) (*printed, error) {
	from, err := p.options.Print(ctx, name)
	if err != nil {
		return nil, err
	}
	return p.newPrinted(from, since)
}

func (p *Press) newPrinted(from Block, since uint64) (*printed, error) {
	pieces, size, err := newPieces([][]byte{from.HTML}, false, p.serial)
	if err != nil {
		return nil, err
	}
	return &printed{
		piece:  pieces[0],
		timing: timing{until: milliseconds(from.Until)},
		since:  since,
		cost:   int64(printOverhead + size),
	}, nil
}

// Respond answers a request. The error is ErrMethod, ErrUnsettled, that of ctx,
// or that of Lay or Print with its cause wrapped.
func (p *Press) Respond(ctx context.Context, req Request) (Response, error) {
	if req.Method != http.MethodGet && req.Method != http.MethodHead {
		return Response{}, ErrMethod
	}
	var v view
	if p.glance(req.Path, &v) {
		p.answered.Add(1)
		return v.respond(req), nil
	}
	if err := p.fetch(ctx, req.Path, &v); err != nil {
		return Response{}, err
	}
	return v.respond(req), nil
}

// glance collects a page and its pieces without the lock, if all are held and
// no change comes in between.
func (p *Press) glance(path string, v *view) bool {
	for range glances {
		sequence := p.sequence.Load()
		if sequence%2 != 0 {
			continue
		}
		pg := p.store.Load().pages.find(path)
		if pg == nil || !p.collect(pg, v) {
			return false
		}
		if p.sequence.Load() == sequence {
			pg.visit()
			return true
		}
	}
	return false
}

// collect fills v if every piece of pg is held and nothing has run out.
func (p *Press) collect(pg *page, v *view) bool {
	v.page = pg
	soonest := pg.until
	for i, part := range pg.parts {
		if part.own != nil {
			v.pieces[i] = part.own
			continue
		}
		made := part.slot.print.Load()
		if made == nil {
			return false
		}
		part.slot.visit()
		v.pieces[i] = &made.piece
		if made.until != 0 && (soonest == 0 || made.until < soonest) {
			soonest = made.until
		}
	}
	return soonest == 0 || p.now() < soonest
}

// fetch is the long way to a view: it has made what is missing and waits for
// it. Every attempt looks at everything anew under the lock, so what it ends
// with was there at one moment; what it waited for stays at hand even if there
// is no room to hold it, unless it is dropped.
func (p *Press) fetch(ctx context.Context, path string, v *view) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waited++
	p.pages.join(path)
	defer p.pages.leave(path)
	var minePage *page
	mine := make(map[string]*printed) // by the names of blocks that were joined
	defer func() {
		for name := range mine {
			p.blocks.leave(name)
		}
	}()
	for range attempts {
		pg, stale, wait := p.pages.find(path, minePage)
		if wait != nil {
			made, err := p.pages.await(ctx, path, wait)
			if err != nil {
				return err
			}
			minePage = made
			continue
		}
		v.page = pg
		old := tally(stale)
		waits := make(map[string]*call[printed])
		for i, part := range pg.parts {
			if part.own != nil {
				v.pieces[i] = part.own
				continue
			}
			name := part.slot.name
			if _, joined := mine[name]; !joined {
				p.blocks.join(name)
				mine[name] = nil
			}
			made, stale, wait := p.blocks.find(name, mine[name])
			if wait != nil {
				waits[name] = wait
				continue
			}
			v.pieces[i] = &made.piece
			old += tally(stale)
		}
		if len(waits) == 0 {
			p.stale += old
			return nil
		}
		for name, wait := range waits { // all of them are being made
			made, err := p.blocks.await(ctx, name, wait)
			if err != nil {
				return err
			}
			mine[name] = made
		}
	}
	return fmt.Errorf("%w: %s", ErrUnsettled, path)
}

func tally(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// A Change is what becomes of the names that a change of the data touches. All
// of it happens at one moment.
type Change struct {
	Since  uint64           // what Since returned before the data for Set were read
	Set    map[string]Block // blocks made anew; they win over the lists and All
	Blocks []string         // blocks to drop
	Pages  []string         // paths to drop
	All    bool             // drop everything

	// Do, if set, is called in the moment of the change, with all else waiting: no
	// Lay or Print that began before it is held or answered afterwards. It must not
	// call the press. It is for changes with All.
	Do func()
}

// Apply makes a change. When it returns, no answer to a request that comes from
// now on shows what was there before. A block of Set is dropped instead if it
// was dropped, set or printed in a generation after c.Since: then neither what
// is there nor what is to be set can be known to be the newer one. The same
// happens to one that is too large.
func (p *Press) Apply(c Change) {
	made := make(map[string]*printed, len(c.Set))
	for name, block := range c.Set {
		// The error can only be that it is too large; nil will be dropped.
		made[name], _ = p.newPrinted(block, c.Since)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.store.Load()
	generation := p.Since() + 1
	drop := slices.Clone(c.Blocks)
	for name, print := range made {
		changed := s.forgotten
		if sl := s.slots[name]; sl != nil {
			changed = sl.changed
		}
		there := p.blocks.at(name)
		if print == nil || c.Since >= generation || changed > c.Since || there != nil && there.since > c.Since {
			drop = append(drop, name)
			delete(made, name)
		}
	}

	p.sequence.Add(1)
	if c.Do != nil {
		c.Do()
	}
	if c.All {
		s = newStore(p.options.MaxBytes, generation)
		p.store.Store(s)
		p.pages.dropAll()
		p.blocks.dropAll()
	}
	for _, path := range c.Pages {
		p.pages.drop(path)
		s.dropPage(path)
	}
	for _, name := range drop {
		p.blocks.drop(name)
		s.change(name, generation)
		s.dropPrint(name)
	}
	for name, print := range made {
		s.keepPrint(name, print)
		s.change(name, generation)
		p.blocks.set(name, print)
	}
	p.sequence.Add(1)
	p.evicted += uint64(s.makeRoom(0))
}

// Stats are counts since the press was made, but for the first four.
type Stats struct {
	Generation uint64
	Pages      int   // held
	Blocks     int   // held
	Bytes      int64 // held, never more than MaxBytes

	Answered uint64 // requests answered at once from what was held
	Waited   uint64 // requests that took the long way, with or without success
	Laid     uint64 // calls of Lay
	Printed  uint64 // calls of Print
	Failed   uint64 // calls of either that gave nothing in time
	Stale    uint64 // pages and blocks answered past their time, as Lay or Print failed
	Evicted  uint64 // pages and blocks that had to make room
}

// Stats returns the counts of this moment.
func (p *Press) Stats() Stats {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.store.Load()
	return Stats{
		Generation: p.Since(),
		Pages:      s.pages.count,
		Blocks:     s.prints,
		Bytes:      s.used,
		Answered:   p.answered.Load(),
		Waited:     p.waited,
		Laid:       p.pages.begun,
		Printed:    p.blocks.begun,
		Failed:     p.pages.failed + p.blocks.failed,
		Stale:      p.stale,
		Evicted:    p.evicted,
	}
}
