package press

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// errDropped ends a call that began before its name was changed. Nobody sees
// it: those who waited ask again.
var errDropped = errors.New("changed meanwhile")

// A Panic is the error of a Lay or Print that panicked.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// A desk is where what is missing gets made: pages or prints of blocks. There
// is at most one call for a name, which all who wait for it share. All of it is
// guarded by Press.mu, but for make.
type desk[T any] struct {
	mu      *sync.Mutex
	jobs    map[string]*job[T]
	timeout time.Duration
	now     func() int64
	begun   uint64 // how many calls
	failed  uint64 // how many of them gave no result

	verb   string                                                           // for errors: what is done to the name
	make   func(ctx context.Context, name string, since uint64) (*T, error) // without the lock
	since  func() uint64
	kept   func(name string) *T // what the store has, nil if nothing
	keep   func(name string, made *T)
	hold   func(*T)
	letGo  func(*T)
	timing func(*T) *timing
}

// A job is a name that requests wait for, or a call goes on for.
type job[T any] struct {
	waiting int
	call    *call[T]
	made    *T // what they go on with, whatever the store thinks of it
}

type call[T any] struct {
	done    chan struct{} // closed when settled; what follows does not change from then on
	settled bool
	made    *T
	err     error
}

// join makes sure that what is made for name stays at hand until leave.
func (d *desk[T]) join(name string) {
	j := d.jobs[name]
	if j == nil {
		j = &job[T]{}
		d.jobs[name] = j
	}
	j.waiting++
}

func (d *desk[T]) leave(name string) {
	j := d.jobs[name]
	j.waiting--
	d.tidy(name, j)
}

func (d *desk[T]) tidy(name string, j *job[T]) {
	if j.waiting == 0 && j.call == nil {
		d.pin(j, nil)
		delete(d.jobs, name)
	}
}

// pin keeps made at hand for the job, nil for nothing.
func (d *desk[T]) pin(j *job[T], made *T) {
	if made != nil {
		d.hold(made)
	}
	if j.made != nil {
		d.letGo(j.made)
	}
	j.made = made
}

// at returns what there is for a name, whether or not it has run out.
func (d *desk[T]) at(name string) *T {
	if j := d.jobs[name]; j != nil && j.made != nil {
		return j.made
	}
	return d.kept(name)
}

// find returns what may be answered for a name that was joined, or else the
// call to wait for. What the asking request has itself waited for, mine, does
// not run out under its hands. A name whose last call failed is answered with
// what has run out (stale), while a new call is tried from time to time.
func (d *desk[T]) find(name string, mine *T) (have *T, stale bool, wait *call[T]) {
	j := d.jobs[name]
	if j.made == nil {
		d.pin(j, d.kept(name))
	}
	if j.made != nil {
		t, now := d.timing(j.made), d.now()
		switch {
		case j.made == mine || !t.past(now):
			return j.made, false, nil
		case t.retry != 0:
			if now >= t.retry && j.call == nil {
				d.begin(name, j)
			}
			return j.made, true, nil
		}
	}
	if j.call == nil {
		d.begin(name, j)
	}
	return nil, false, j.call
}

// begin starts a call. It belongs to no request: it has a time limit of its own
// and goes on when nobody waits any more.
func (d *desk[T]) begin(name string, j *job[T]) {
	c := &call[T]{done: make(chan struct{})}
	j.call = c
	d.begun++
	since := d.since()
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), d.timeout)
		defer cancel()
		// Make may not heed its context: time is up all the same.
		stop := context.AfterFunc(ctx, func() { d.finish(name, c, nil, ctx.Err()) })
		var made *T
		err := errors.New("goroutine exited")
		defer func() {
			if value := recover(); value != nil {
				made, err = nil, &Panic{value, debug.Stack()}
			}
			stop()
			d.finish(name, c, made, err)
		}()
		made, err = d.make(ctx, name, since)
	}()
}

// finish settles a call with its outcome, unless it has been settled.
func (d *desk[T]) finish(name string, c *call[T], made *T, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c.settled {
		return
	}
	j := d.jobs[name]
	if err != nil {
		err = fmt.Errorf("press: %s %s: %w", d.verb, name, err)
		d.failed++
		if j.made == nil {
			d.pin(j, d.kept(name))
		}
		if j.made != nil {
			d.timing(j.made).retry = d.now() + retryAfter.Milliseconds()
		}
	} else {
		d.pin(j, made) // first: the store may have no room
		d.keep(name, made)
	}
	d.settle(name, j, made, err)
}

// settle ends the call of a job for all who wait for it.
func (d *desk[T]) settle(name string, j *job[T], made *T, err error) {
	c := j.call
	c.settled, c.made, c.err = true, made, err
	close(c.done)
	j.call = nil
	d.tidy(name, j)
}

// drop takes away what is at hand for a name, and the use of a call that goes
// on: it may have read the data before they were changed.
func (d *desk[T]) drop(name string) {
	if j := d.jobs[name]; j != nil {
		d.pin(j, nil)
		if j.call != nil {
			d.settle(name, j, nil, errDropped)
		}
	}
}

// dropAll is drop for all names when the store they were held in is gone.
func (d *desk[T]) dropAll() {
	for name, j := range d.jobs {
		j.made = nil // its slots are gone with the store
		if j.call != nil {
			d.settle(name, j, nil, errDropped)
		}
	}
}

// set puts made at hand for a name, and gives it to all who wait.
func (d *desk[T]) set(name string, made *T) {
	if j := d.jobs[name]; j != nil {
		d.pin(j, made)
		if j.call != nil {
			d.settle(name, j, made, nil)
		}
	}
}

// await gives up the lock until the call is settled or ctx ends. Without an
// error it is time to look again; made is what the call has made, if anything.
func (d *desk[T]) await(ctx context.Context, name string, c *call[T]) (made *T, err error) {
	d.mu.Unlock()
	select {
	case <-c.done:
	case <-ctx.Done():
		err = fmt.Errorf("press: %s %s: %w", d.verb, name, ctx.Err())
	}
	d.mu.Lock()
	if err != nil {
		return nil, err
	}
	if c.err == nil || c.err == errDropped || d.jobs[name].made != nil {
		return c.made, nil
	}
	return nil, c.err
}
