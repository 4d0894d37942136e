package press

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A printer is a Lay or Print that the test lets go on one call at a time.
type printer struct {
	mu    sync.Mutex
	calls []chan string // what each call is to answer
}

func (p *printer) wait() string {
	answer := make(chan string)
	p.mu.Lock()
	p.calls = append(p.calls, answer)
	p.mu.Unlock()
	return <-answer
}

// answer lets a call go on and waits for what comes of it.
func (p *printer) answer(call int, text string) {
	p.calls[call] <- text
	synctest.Wait()
}

// An asker is a request on its way.
type asker struct {
	done chan struct{} // closed when there is an answer
	text string
	err  error
}

func ask(ctx context.Context, t *testing.T, p *Press, path string) *asker {
	a := &asker{done: make(chan struct{})}
	go func() {
		r, err := p.Respond(ctx, Request{Method: "GET", Path: path})
		if err == nil {
			a.text = string(bodyOf(&r))
		}
		a.err = err
		close(a.done)
	}()
	synctest.Wait()
	return a
}

func (a *asker) answered() bool {
	synctest.Wait()
	select {
	case <-a.done:
		return true
	default:
		return false
	}
}

func (a *asker) want(t *testing.T, text string) {
	t.Helper()
	if !a.answered() {
		t.Errorf("still waiting; want %q", text)
	} else if a.err != nil || a.text != text {
		t.Errorf("answered %q, %v; want %q", a.text, a.err, text)
	}
}

func (a *asker) wantWaiting(t *testing.T) {
	t.Helper()
	if a.answered() {
		t.Errorf("answered %q, %v; should wait", a.text, a.err)
	}
}

func (a *asker) wantError(t *testing.T, is error, says string) {
	t.Helper()
	if !a.answered() {
		t.Errorf("still waiting; want the error %v, %q", is, says)
	} else if a.err == nil || is != nil && !errors.Is(a.err, is) || !strings.Contains(a.err.Error(), says) {
		t.Errorf("answered %q, %v; want the error %v, %q", a.text, a.err, is, says)
	}
}

// slow returns a press with the page "/" of one block "b" whose printer waits.
// An answer that begins with "!" is an error, with "panic" a panic.
func slow(options Options) (*Press, *printer) {
	work := &printer{}
	options.Lay = func(context.Context, string) (Page, error) { return pageOf("<", "@b", ">"), nil }
	options.Print = func(context.Context, string) (Block, error) {
		switch text := work.wait(); {
		case text == "panic":
			panic("at the press")
		case text == "exit":
			runtime.Goexit()
			return Block{}, nil
		case strings.HasPrefix(text, "!"):
			return Block{}, errors.New(text)
		default:
			return blockOf(text), nil
		}
	}
	return New(options), work
}

func TestRequestsShareOneCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, work := slow(Options{})
		var askers []*asker
		for range 100 {
			askers = append(askers, ask(t.Context(), t, p, "/"))
		}
		if len(work.calls) != 1 {
			t.Fatalf("%d calls for 100 requests", len(work.calls))
		}
		work.answer(0, "1")
		for _, a := range askers {
			a.want(t, "<1>")
		}
		if s := p.Stats(); s.Laid != 1 || s.Printed != 1 || s.Waited != 100 {
			t.Errorf("%+v", s)
		}
		sound(t, p)
	})
}

func TestBlocksOfAPageAreMadeAtTheSameTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, work := slow(Options{})
		p.options.Lay = func(context.Context, string) (Page, error) { return pageOf("@b", "@c", "@b", "@d"), nil }
		a := ask(t.Context(), t, p, "/")
		if len(work.calls) != 3 {
			t.Fatalf("%d calls for three blocks", len(work.calls))
		}
		for i := range work.calls {
			work.answer(i, "x")
		}
		a.want(t, "xxxx")
		sound(t, p)
	})
}

func TestDropWhilePrinting(t *testing.T) {
	changes := map[string]Change{
		"the block": {Blocks: []string{"b"}},
		"all":       {All: true},
		"both":      {All: true, Blocks: []string{"b"}, Pages: []string{"/"}},
	}
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, work := slow(Options{})
				early := ask(t.Context(), t, p, "/")
				p.Apply(change)
				late := ask(t.Context(), t, p, "/")
				if len(work.calls) != 2 {
					t.Fatalf("%d calls, want a second one after the change", len(work.calls))
				}
				work.answer(0, "old")
				early.wantWaiting(t)
				late.wantWaiting(t)
				work.answer(1, "new")
				early.want(t, "<new>")
				late.want(t, "<new>")
				ask(t.Context(), t, p, "/").want(t, "<new>")
				sound(t, p)
			})
		})
	}
}

func TestOldCallThatEndsLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, work := slow(Options{})
		ask(t.Context(), t, p, "/")
		p.Apply(Change{Blocks: []string{"b"}})
		synctest.Wait()
		work.answer(1, "new")
		synctest.Wait()
		work.answer(0, "old")
		ask(t.Context(), t, p, "/").want(t, "<new>")
		sound(t, p)
	})
}

func TestDropPageWhileLaying(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		work := &printer{}
		p := New(Options{Lay: func(context.Context, string) (Page, error) { return pageOf(work.wait()), nil }})
		early := ask(t.Context(), t, p, "/")
		p.Apply(Change{Pages: []string{"/"}})
		late := ask(t.Context(), t, p, "/")
		work.answer(0, "old")
		early.wantWaiting(t)
		work.answer(1, "new")
		early.want(t, "new")
		late.want(t, "new")
		if len(work.calls) != 2 {
			t.Errorf("%d calls", len(work.calls))
		}
		sound(t, p)
	})
}

// A page that is made and not yet answered, as a block of it is being printed.
func TestDropPageWhilePrintingItsBlock(t *testing.T) {
	for _, size := range []int64{0, 1} { // the default, and no room for anything
		synctest.Test(t, func(t *testing.T) {
			p, work := slow(Options{MaxBytes: size})
			story := "live"
			p.options.Lay = func(context.Context, string) (Page, error) { return pageOf(story, "@b"), nil }
			a := ask(t.Context(), t, p, "/")
			story = "gone"
			p.Apply(Change{Pages: []string{"/"}})
			work.answer(0, "?")
			a.want(t, "gone?")
		})
	}
}

func TestSetWhilePrinting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, work := slow(Options{})
		a := ask(t.Context(), t, p, "/")
		p.Apply(Change{Since: p.Since(), Set: map[string]Block{"b": blockOf("set")}})
		a.want(t, "<set>")
		work.answer(0, "old")
		ask(t.Context(), t, p, "/").want(t, "<set>")
		sound(t, p)
	})
}

func TestNoRoomForAnything(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, work := slow(Options{MaxBytes: 1})
		for i := range 3 {
			a := ask(t.Context(), t, p, "/")
			work.answer(i, "x")
			a.want(t, "<x>")
			sound(t, p)
		}
		p.Apply(Change{Since: p.Since(), Set: map[string]Block{"b": blockOf("set")}})
		sound(t, p)
		a := ask(t.Context(), t, p, "/")
		work.answer(3, "y")
		a.want(t, "<y>")
		if s := p.Stats(); s.Pages != 0 || s.Blocks != 0 || s.Bytes != 0 {
			t.Errorf("%+v", s)
		}
	})
}

func TestRequestThatIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		p, work := slow(Options{})
		next := p.options.Print
		p.options.Print = func(ctx context.Context, name string) (Block, error) {
			if ctx.Value(key{}) != nil {
				t.Error("the call has values of a request")
			}
			block, err := next(ctx, name)
			if ctx.Err() != nil {
				t.Error("the call has ended with a request")
			}
			return block, err
		}
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, 1))
		first := ask(ctx, t, p, "/")
		second := ask(t.Context(), t, p, "/")
		cancel()
		first.wantError(t, context.Canceled, "press: print b: ")
		second.wantWaiting(t)
		work.answer(0, "1")
		second.want(t, "<1>")
		if len(work.calls) != 1 {
			t.Errorf("%d calls", len(work.calls))
		}

		// Nobody waits any more: what is made is kept nevertheless.
		p.Apply(Change{All: true})
		ctx, cancel = context.WithCancel(t.Context())
		last := ask(ctx, t, p, "/")
		cancel()
		last.wantError(t, context.Canceled, "")
		work.answer(1, "2")
		ask(t.Context(), t, p, "/").want(t, "<2>")
		sound(t, p)
	})
}

func TestCallsThatFail(t *testing.T) {
	for answer, says := range map[string]string{"!away": "!away", "panic": "at the press", "exit": "goroutine exited"} {
		t.Run(says, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, work := slow(Options{})
				a, b := ask(t.Context(), t, p, "/"), ask(t.Context(), t, p, "/")
				work.answer(0, answer)
				a.wantError(t, nil, "press: print b: ")
				b.wantError(t, nil, says)
				var value *Panic
				if errors.As(a.err, &value) != (answer == "panic") {
					t.Errorf("error is %T", errors.Unwrap(a.err))
				}
				c := ask(t.Context(), t, p, "/")
				work.answer(1, "1")
				c.want(t, "<1>")
				if s := p.Stats(); s.Failed != 1 || s.Printed != 2 || s.Laid != 1 {
					t.Errorf("%+v", s)
				}
				sound(t, p)
			})
		})
	}
}

func TestCallThatNeverReturns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, work := slow(Options{Timeout: time.Minute})
		a := ask(t.Context(), t, p, "/")
		time.Sleep(time.Minute)
		a.wantError(t, context.DeadlineExceeded, "print b")
		b := ask(t.Context(), t, p, "/")
		work.answer(0, "too late")
		b.wantWaiting(t)
		work.answer(1, "2")
		b.want(t, "<2>")
		ask(t.Context(), t, p, "/").want(t, "<2>")
		sound(t, p)
	})
}

func TestUntil(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p *Press
		printed, laid := 0, 0
		midnight := time.Now().Add(time.Hour)
		p = New(Options{
			Lay: func(context.Context, string) (Page, error) {
				laid++
				page := pageOf(fmt.Sprint(laid), "@date")
				page.Until = time.Now().Add(90 * time.Minute)
				return page, nil
			},
			Print: func(context.Context, string) (Block, error) {
				printed++
				return Block{HTML: fmt.Append(nil, "/", printed), Until: midnight}, nil
			},
		})
		wantText(t, p, "/", "1/1")
		time.Sleep(time.Hour - time.Millisecond)
		wantText(t, p, "/", "1/1")
		time.Sleep(time.Millisecond)
		midnight = midnight.Add(24 * time.Hour)
		wantText(t, p, "/", "1/2")
		time.Sleep(time.Hour)
		wantText(t, p, "/", "2/2")
		// A clock that is wrong: everything has run out when it is made. Every
		// request is answered with what it has waited for.
		midnight = time.Now().Add(-time.Hour)
		p.Apply(Change{All: true})
		wantText(t, p, "/", "3/3")
		wantText(t, p, "/", "3/4")
		sound(t, p)
	})
}

func TestStaleWhileFailing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := false
		calls := 0
		p := New(Options{
			Lay: func(context.Context, string) (Page, error) {
				if away {
					return Page{}, errors.New("away")
				}
				return pageOf("page ", "@date"), nil
			},
			Print: func(context.Context, string) (Block, error) {
				calls++
				if away {
					return Block{}, errors.New("away")
				}
				return Block{HTML: fmt.Append(nil, calls), Until: time.Now().Add(time.Hour)}, nil
			},
		})
		wantText(t, p, "/", "page 1")
		away = true
		time.Sleep(2 * time.Hour)
		for range 5 { // tried once, then no more for a second
			wantText(t, p, "/", "page 1")
		}
		if s := p.Stats(); s.Stale != 5 || s.Failed != 1 || calls != 2 {
			t.Errorf("%d calls, %+v", calls, s)
		}
		time.Sleep(retryAfter)
		wantText(t, p, "/", "page 1") // tried again behind
		synctest.Wait()
		if calls != 3 {
			t.Errorf("%d calls, want another after %v", calls, retryAfter)
		}
		away = false
		time.Sleep(retryAfter)
		wantText(t, p, "/", "page 1")
		synctest.Wait()
		wantText(t, p, "/", "page 4")

		away = true
		p.Apply(Change{Blocks: []string{"date"}})
		_, err := p.Respond(t.Context(), Request{Method: "GET", Path: "/"})
		if err == nil || !strings.Contains(err.Error(), "away") {
			t.Errorf("what was dropped is answered: %v", err)
		}
		sound(t, p)
	})
}

func TestStalePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		away := false
		p := New(Options{Lay: func(context.Context, string) (Page, error) {
			page := pageOf("map of the site")
			page.Until = time.Now().Add(time.Hour)
			if away {
				return Page{}, errors.New("away")
			}
			return page, nil
		}})
		wantText(t, p, "/", "map of the site")
		away = true
		time.Sleep(time.Hour)
		wantText(t, p, "/", "map of the site")
		p.Apply(Change{Pages: []string{"/"}})
		if _, err := p.Respond(t.Context(), Request{Method: "GET", Path: "/"}); err == nil {
			t.Error("a page that was dropped is answered")
		}
		sound(t, p)
	})
}

func TestHungPrinterDoesNotHoldUpWhatRanOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, work := slow(Options{})
		next := p.options.Print
		p.options.Print = func(ctx context.Context, name string) (Block, error) {
			block, err := next(ctx, name)
			block.Until = time.Now().Add(time.Hour)
			return block, err
		}
		first := ask(t.Context(), t, p, "/")
		work.answer(0, "1")
		first.want(t, "<1>")
		time.Sleep(time.Hour)
		second := ask(t.Context(), t, p, "/")
		second.wantWaiting(t)
		time.Sleep(defaultTimeout)
		second.want(t, "<1>")
		time.Sleep(retryAfter)
		ask(t.Context(), t, p, "/").want(t, "<1>") // begins a call that hangs
		ask(t.Context(), t, p, "/").want(t, "<1>") // does not wait for it
		if len(work.calls) != 3 {
			t.Errorf("%d calls", len(work.calls))
		}
		work.answer(2, "3")
		ask(t.Context(), t, p, "/").want(t, "<3>")
		work.answer(1, "2")
		ask(t.Context(), t, p, "/").want(t, "<3>")
		sound(t, p)
	})
}

func TestHeldGoesOnWhileEverythingFails(t *testing.T) {
	away := false
	p := New(Options{
		Lay: func(context.Context, string) (Page, error) {
			if away {
				return Page{}, errors.New("away")
			}
			return pageOf("page ", "@b"), nil
		},
		Print: func(context.Context, string) (Block, error) { return blockOf("block"), nil },
	})
	wantText(t, p, "/held", "page block")
	away = true
	for range 10 {
		wantText(t, p, "/held", "page block")
		if _, err := p.Respond(t.Context(), Request{Method: "GET", Path: "/other"}); err == nil {
			t.Error("a page that cannot be laid is answered")
		}
	}
	sound(t, p)
}

func TestUnsettled(t *testing.T) {
	var p *Press
	p = New(Options{Lay: func(context.Context, string) (Page, error) {
		p.Apply(Change{Pages: []string{"/"}})
		return pageOf("never good"), nil
	}})
	_, err := p.Respond(t.Context(), Request{Method: "GET", Path: "/"})
	if !errors.Is(err, ErrUnsettled) {
		t.Errorf("error %v", err)
	}
}

// What Set does with a print that something has happened to meanwhile.
func TestSet(t *testing.T) {
	setting := func(since uint64, text string) Change {
		return Change{Since: since, Set: map[string]Block{"b": blockOf(text)}}
	}
	drop := Change{Blocks: []string{"b"}}
	tests := []struct {
		name string
		do   func(p *Press)
		want string
	}{
		{"nothing there", func(p *Press) { p.Apply(setting(p.Since(), "set")) }, "set"},
		{"newer than what is there", func(p *Press) {
			text0(p)
			p.Apply(setting(p.Since(), "set"))
		}, "set"},
		{"one after the other", func(p *Press) {
			p.Apply(setting(p.Since(), "first"))
			p.Apply(setting(p.Since(), "second"))
		}, "second"},
		{"dropped meanwhile", func(p *Press) {
			text0(p)
			since := p.Since()
			p.Apply(drop)
			p.Apply(setting(since, "old"))
		}, "printed"},
		{"dropped meanwhile, never held", func(p *Press) {
			since := p.Since()
			p.Apply(drop)
			p.Apply(setting(since, "old"))
		}, "printed"},
		{"set meanwhile: neither shows both", func(p *Press) {
			since := p.Since()
			p.Apply(setting(since, "one"))
			p.Apply(setting(since, "two"))
		}, "printed"},
		{"set meanwhile, and evicted", func(p *Press) {
			since := p.Since()
			p.Apply(setting(since, "one"))
			evictAll(p)
			p.Apply(setting(since, "two"))
		}, "printed"},
		{"all dropped meanwhile", func(p *Press) {
			since := p.Since()
			p.Apply(Change{All: true})
			p.Apply(setting(since, "old"))
		}, "printed"},
		{"something else changed meanwhile", func(p *Press) {
			p.Apply(setting(p.Since(), "first"))
			since := p.Since()
			p.Apply(Change{Blocks: []string{"c"}, Pages: []string{"/x"}})
			p.Apply(setting(since, "set"))
		}, "set"},
		{"printed later", func(p *Press) {
			since := p.Since()
			p.Apply(drop)
			text0(p)
			p.Apply(setting(since, "old"))
		}, "printed"},
		{"printed later on another generation", func(p *Press) {
			since := p.Since()
			p.Apply(Change{Pages: []string{"/x"}})
			text0(p)
			p.Apply(setting(since, "old"))
		}, "printed"},
		{"wins over its own drop", func(p *Press) {
			change := setting(p.Since(), "set")
			change.Blocks = []string{"b"}
			p.Apply(change)
		}, "set"},
		{"wins over its own all", func(p *Press) {
			text0(p)
			change := setting(p.Since(), "set")
			change.All = true
			p.Apply(change)
		}, "set"},
		{"without since", func(p *Press) { p.Apply(setting(0, "old")) }, "printed"},
		{"since of another press", func(p *Press) { p.Apply(setting(1000, "strange")) }, "printed"},
		{"too large", func(p *Press) {
			p.Apply(setting(p.Since(), "small"))
			p.Apply(setting(p.Since(), string(make([]byte, maxHTML+1))))
		}, "printed"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := New(fixed(map[string]Page{"/": pageOf("@b")}, map[string]Block{"b": blockOf("printed")}))
			before := p.Since()
			test.do(p)
			if p.Since() <= before {
				t.Error("no new generation")
			}
			wantText(t, p, "/", test.want)
			sound(t, p)
		})
	}
}

// text0 makes the press hold everything.
func text0(p *Press) {
	if _, err := p.Respond(context.Background(), Request{Method: "GET", Path: "/"}); err != nil {
		panic(err)
	}
}

// evictAll takes the room away for a moment.
func evictAll(p *Press) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.store.Load()
	whole := s.max
	s.max = 0
	s.makeRoom(0)
	s.max = whole
}

func TestChangeOfManyThingsIsOneMoment(t *testing.T) {
	p := New(fixed(
		map[string]Page{"/": pageOf("@a", "@b"), "/x": pageOf("x")},
		map[string]Block{"a": blockOf("a"), "b": blockOf("b")}))
	wantText(t, p, "/", "ab")
	wantText(t, p, "/x", "x")
	before := p.Since()
	p.Apply(Change{Since: before, Set: map[string]Block{"a": blockOf("A"), "b": blockOf("B")}, Pages: []string{"/x", "/y"}})
	if p.Since() != before+1 {
		t.Errorf("generation %d after %d", p.Since(), before)
	}
	wantText(t, p, "/", "AB")
	if s := p.Stats(); s.Pages != 1 || s.Blocks != 2 {
		t.Errorf("%+v", s)
	}
	p.Apply(Change{All: true})
	if s := p.Stats(); s.Pages != 0 || s.Blocks != 0 || s.Bytes != 0 {
		t.Errorf("%+v", s)
	}
	wantText(t, p, "/", "ab")
	sound(t, p)
}
