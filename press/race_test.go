package press

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// A front is data that change as one: every block and page shows one number,
// and a page is torn if it shows two. Data and press change together, as those
// who print read the data under the lock.
type front struct {
	mu     sync.RWMutex
	number int
	press  *Press
}

func (f *front) text(name string) string {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.show(name)
}

func (f *front) show(name string) string {
	return fmt.Sprintf("<%s %d>%s", name, f.number, strings.Repeat(" "+name, 20))
}

var frontBlocks = []string{"a", "b", "c"}

const frontPages = 6

// lay reads the data once for all parts, as a page must.
func (f *front) lay(_ context.Context, path string) (Page, error) {
	own := f.text(path)
	return pageOf(own, "@a", own, "@b", "@c"), nil
}

func (f *front) print(_ context.Context, name string) (Block, error) {
	return blockOf(f.text(name)), nil
}

// next changes everything in one of several ways.
func (f *front) next() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	since := f.press.Since()
	f.number++
	c := Change{Since: since, Set: make(map[string]Block)}
	for i := range frontPages {
		c.Pages = append(c.Pages, fmt.Sprint("/", i))
	}
	for i, name := range frontBlocks {
		if (f.number>>i)%2 == 0 {
			c.Set[name] = blockOf(f.show(name))
		} else {
			c.Blocks = append(c.Blocks, name)
		}
	}
	c.All = f.number%7 == 0
	f.press.Apply(c)
	return f.number
}

// numbers returns all numbers that a page shows.
func numbers(text string) (found []int) {
	for _, piece := range strings.Split(text, "<")[1:] {
		name, _, _ := strings.Cut(piece, ">")
		_, number, _ := strings.Cut(name, " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			panic(err)
		}
		found = append(found, n)
	}
	return found
}

func TestNoPageIsTornOrOld(t *testing.T) {
	for _, size := range []int64{0, 6000, 1} { // room for all, for some, for nothing
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			f := &front{}
			f.press = New(Options{MaxBytes: size, Lay: f.lay, Print: f.print})
			var acknowledged atomic.Int64
			var tags sync.Map
			changes, readers := 150, 4
			if size == 1 {
				changes = 60
			}
			done := make(chan struct{})
			answered := make(chan struct{}, 1) // the next change waits for an answer, or there would be none
			var work sync.WaitGroup
			for r := range readers {
				work.Go(func() {
					for i := 0; ; i++ {
						select {
						case <-done:
							return
						default:
						}
						path := fmt.Sprint("/", (i*7+r)%frontPages)
						accept := []string{"", "gzip"}[i/3%2]
						oldest := int(acknowledged.Load())
						answer, err := f.press.Respond(context.Background(), Request{Method: "GET", Path: path, AcceptEncoding: accept})
						if err != nil {
							t.Error(err)
							return
						}
						seen := numbers(textOf(t, &answer))
						for _, n := range seen {
							if n != seen[0] {
								t.Errorf("torn page: %d", seen)
								return
							}
							if n < oldest {
								t.Errorf("page of %d when %d was acknowledged", n, oldest)
								return
							}
						}
						if len(seen) != 5 {
							t.Errorf("page of %d pieces", len(seen))
						}
						sum := sha256.Sum256(bodyOf(&answer))
						if before, ok := tags.LoadOrStore(answer.ETag(), sum); ok && before != sum {
							t.Errorf("ETag %s has two bodies", answer.ETag())
						}
						select {
						case answered <- struct{}{}:
						default:
						}
					}
				})
			}
			stopped := make(chan struct{})
			go func() { work.Wait(); close(stopped) }()
			var writers sync.WaitGroup
			for range 2 {
				writers.Go(func() {
					for range changes / 2 {
						select {
						case <-answered:
						case <-stopped:
							return
						}
						n := int64(f.next())
						for {
							before := acknowledged.Load()
							if n <= before || acknowledged.CompareAndSwap(before, n) {
								break
							}
						}
					}
				})
			}
			writers.Wait()
			close(done)
			work.Wait()
			w := &world{press: f.press}
			w.quiet()
			sound(t, f.press)
			if s := f.press.Stats(); size == 0 && s.Answered == 0 {
				t.Errorf("nothing was answered without waiting: %+v", s)
			}
		})
	}
}

// Readers find pages without the lock while the table grows and shrinks.
func TestTableWhileItGrows(t *testing.T) {
	p := New(Options{Lay: func(_ context.Context, path string) (Page, error) { return pageOf(path), nil }})
	const pages = 1000
	var work sync.WaitGroup
	for r := range 4 {
		work.Go(func() {
			for i := range pages {
				path := fmt.Sprint("/", (i+r)%pages)
				answer, err := p.Respond(context.Background(), Request{Method: "GET", Path: path})
				if err != nil || string(bodyOf(&answer)) != path {
					t.Errorf("GET %s: %q, %v", path, bodyOf(&answer), err)
				}
				if i%5 == 0 {
					p.Apply(Change{Pages: []string{fmt.Sprint("/", i/2)}})
				}
			}
		})
	}
	work.Wait()
	sound(t, p)
	for i := range pages {
		wantText(t, p, fmt.Sprint("/", i), fmt.Sprint("/", i))
	}
	if s := p.Stats(); s.Pages != pages {
		t.Errorf("%d pages held", s.Pages)
	}
}

func TestEviction(t *testing.T) {
	const size = 60_000
	p := New(Options{
		MaxBytes: size,
		Lay:      func(_ context.Context, path string) (Page, error) { return pageOf(path, "@foot"), nil },
		Print:    func(context.Context, string) (Block, error) { return blockOf("foot"), nil },
	})
	for i := range 600 {
		wantText(t, p, "/hot", "/hotfoot")
		wantText(t, p, fmt.Sprint("/", i), fmt.Sprint("/", i, "foot"))
	}
	s := p.Stats()
	if s.Bytes > size || s.Bytes < size*9/10 {
		t.Errorf("%d bytes held of %d", s.Bytes, size)
	}
	if s.Laid != 601 || s.Printed != 1 {
		t.Errorf("what was always read was evicted: %d laid, %d printed", s.Laid, s.Printed)
	}
	if int(s.Evicted)+s.Pages != 601 {
		t.Errorf("%d evicted, %d held", s.Evicted, s.Pages)
	}
	sound(t, p)
}

// If everything is read all the time, something has to go nevertheless.
func TestQueueOfVisited(t *testing.T) {
	var q queue
	nodes := make([]node, 3*patience)
	for i := range nodes {
		q.push(&nodes[i])
		nodes[i].visit()
	}
	if got := q.victim(); got != &nodes[patience] {
		t.Error("the hand goes on for ever")
	}
	for i := range patience {
		if nodes[i].visited.Load() {
			t.Fatal("what was spared needs no other visit to be spared again")
		}
	}
	q.remove(&nodes[patience])
	if got := q.victim(); got != &nodes[2*patience+1] {
		t.Error("the hand does not go on from where it was")
	}
	for range nodes[1:] {
		q.remove(q.victim())
	}
	if q.victim() != nil || q.newest != nil || q.oldest != nil || q.hand != nil {
		t.Errorf("something is left: %+v", q)
	}
}

// The clock is asked when all pieces are collected: a change at that moment
// must not go unnoticed.
func TestReaderNoticesAChange(t *testing.T) {
	var p *Press
	change := func() {}
	p = New(Options{
		Lay: func(context.Context, string) (Page, error) { return pageOf("@a", "@b"), nil },
		Print: func(_ context.Context, name string) (Block, error) {
			return Block{HTML: fmt.Append(nil, name, p.Since()), Until: time.Unix(1<<32, 0)}, nil
		},
		Now: func() time.Time { change(); return time.Unix(1<<31, 0) },
	})
	wantText(t, p, "/", "a1b1")
	var v view
	show := func() string {
		r := v.respond(Request{Method: "GET"})
		return string(bodyOf(&r))
	}
	if !p.glance("/", &v) || show() != "a1b1" {
		t.Fatalf("%q without a change", show())
	}
	change = func() {
		change = func() {}
		p.Apply(Change{Since: p.Since(), Set: map[string]Block{"a": blockOf("A"), "b": blockOf("B")}})
	}
	if !p.glance("/", &v) || show() != "AB" {
		t.Errorf("%q after a change", show())
	}
	changes := 0
	p.Apply(Change{Blocks: []string{"a"}})
	wantText(t, p, "/", "a3B")
	change = func() {
		changes++
		p.Apply(Change{Pages: []string{"/x"}})
	}
	if p.glance("/", &v) || changes != glances {
		t.Errorf("%d glances while everything changes", changes)
	}
	change = func() {}
	p.sequence.Add(1)
	if p.glance("/", &v) {
		t.Error("a reader takes what is being changed")
	}
	p.sequence.Add(1)
	if !p.glance("/", &v) {
		t.Error("a reader does not take what is there")
	}
}

// A page that is being answered has its slots, whether or not there was room
// for it, for one of them or for all.
func TestPageThatWaitsHasItsSlots(t *testing.T) {
	for size := int64(500); size < 2500; size += 50 {
		var p *Press
		p = New(Options{
			MaxBytes: size,
			Lay:      func(context.Context, string) (Page, error) { return pageOf("own", "@a", "@b", "@c"), nil },
			Print: func(_ context.Context, name string) (Block, error) {
				p.mu.Lock()
				defer p.mu.Unlock()
				if sl := p.store.Load().slots[name]; sl == nil || sl.pages != 1 {
					t.Errorf("room for %d: slot %s is %+v", size, name, sl)
				}
				return blockOf(name), nil
			},
		})
		wantText(t, p, "/", "ownabc")
		sound(t, p)
	}
}

// TestDo: what Lay and Print go by is changed together with all that they have
// made, however long the change takes: nobody gets a page of one state with a
// block of another.
func TestDo(t *testing.T) {
	var state, paths atomic.Int64
	p := New(Options{
		Lay: func(context.Context, string) (Page, error) {
			return pageOf(fmt.Sprint(state.Load(), " "), "@block"), nil
		},
		Print: func(context.Context, string) (Block, error) { return blockOf(fmt.Sprint(state.Load())), nil },
	})
	var done atomic.Bool
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for !done.Load() {
				// No page was there before; its block mostly was.
				r, err := p.Respond(t.Context(), Request{Method: "GET", Path: fmt.Sprint("/", paths.Add(1))})
				if err != nil {
					t.Error(err)
					return
				}
				if page, block, _ := strings.Cut(string(bodyOf(&r)), " "); page != block {
					t.Errorf("a page of state %s with a block of state %s", page, block)
					return
				}
			}
		})
	}
	for i := range int64(50) {
		p.Apply(Change{All: true, Do: func() {
			state.Store(i + 1)
			time.Sleep(2 * time.Millisecond) // in which a Lay could begin and end
		}})
		r, err := p.Respond(t.Context(), Request{Method: "GET", Path: "/"})
		if want := fmt.Sprint(i+1, " ", i+1); err != nil || string(bodyOf(&r)) != want {
			t.Fatalf("%q after the change to %q, %v", bodyOf(&r), want, err)
		}
	}
	done.Store(true)
	readers.Wait()
}
