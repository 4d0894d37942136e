package press

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A world is what the model knows: every name has a version, and what is dated
// shows the day as well and runs out with it. The press must show exactly that.
type world struct {
	t        rapid.TB
	pick     func(n int) int // what happens is chosen by this: 0 … n-1
	press    *Press
	clock    time.Time
	versions map[string]int
	away     bool
	tags     map[string]string // what each ETag stood for
}

// layouts are the parts of the pages; "own" stands for the page's own.
var layouts = map[string][]string{
	"/0": {"own", "a", "own", "b", "date", "own"},
	"/1": {"own"},
	"/2": {"a", "a", "a"},
	"/3": {"date", "own", "big"},
	"/4": {"own", "e", "own", "f", "own", "g", "own", "h"},
	"/5": {},
	"/6": {"own", "dated"},       // the page runs out
	"/7": {"own", "transient"},   // never held
	"/8": {"big", "own", "huge"}, // more than there is room for
}

var blockNames = []string{"a", "b", "date", "big", "huge", "e", "f", "g", "h"}

const day = 24 * time.Hour

func (w *world) day() int64 { return w.clock.Unix() / int64(day/time.Second) }

func (w *world) tomorrow() time.Time { return time.Unix((w.day()+1)*int64(day/time.Second), 0) }

// shows is the text of a block, or of a page's own parts.
func (w *world) shows(name string) string {
	text := fmt.Sprintf("[%s %d]", name, w.versions[name])
	switch name {
	case "date", "/6":
		text += fmt.Sprint(w.day())
	case "big":
		text += strings.Repeat("big ", 100)
	case "huge":
		text += strings.Repeat("huge", 1000)
	}
	return text
}

// wants is the text of a page.
func (w *world) wants(path string) string {
	var b strings.Builder
	for _, name := range layouts[path] {
		switch name {
		case "own":
			b.WriteString(w.shows(path))
		case "dated", "transient":
		default:
			b.WriteString(w.shows(name))
		}
	}
	return b.String()
}

func (w *world) lay(_ context.Context, path string) (Page, error) {
	if w.away {
		return Page{}, errAway
	}
	page := Page{Fields: html}
	for _, name := range layouts[path] {
		switch name {
		case "own":
			page.Parts = append(page.Parts, Part{HTML: []byte(w.shows(path))})
		case "dated":
			page.Until = w.tomorrow()
		case "transient":
			page.Transient = true
		default:
			page.Parts = append(page.Parts, Part{Block: name})
		}
	}
	return page, nil
}

func (w *world) print(_ context.Context, name string) (Block, error) {
	if w.away {
		return Block{}, errAway
	}
	return w.block(name), nil
}

func (w *world) block(name string) Block {
	block := blockOf(w.shows(name))
	if name == "date" {
		block.Until = w.tomorrow()
	}
	return block
}

var errAway = errors.New("away")

func newWorld(t rapid.TB, pick func(n int) int) *world {
	w := &world{t: t, pick: pick, clock: time.Unix(1_600_000_000, 0), versions: make(map[string]int), tags: make(map[string]string)}
	w.press = New(Options{
		MaxBytes: []int64{0, 1, 1500, 2500, 4000, 5500}[pick(6)],
		Lay:      w.lay,
		Print:    w.print,
		Now:      func() time.Time { return w.clock },
	})
	return w
}

func (w *world) step() {
	switch w.pick(10) {
	case 0, 1, 2, 3, 4:
		w.request()
	case 5, 6:
		w.change()
	case 7:
		w.clock = w.clock.Add([]time.Duration{time.Second, time.Hour, day}[w.pick(3)])
	case 8:
		evictAll(w.press)
	case 9:
		w.away = w.pick(3) == 0
	}
	w.quiet()
	sound(w.t, w.press)
}

func (w *world) request() {
	path := fmt.Sprint("/", w.pick(len(layouts)))
	req := Request{Method: "GET", Path: path, AcceptEncoding: []string{"gzip", ""}[w.pick(2)]}
	before := w.press.Stats()
	r, err := w.press.Respond(context.Background(), req)
	if err != nil {
		if !w.away || !errors.Is(err, errAway) {
			w.t.Fatalf("GET %s: %v", path, err)
		}
		return
	}
	got, want := textOf(w.t, &r), w.wants(path)
	if after := w.press.Stats(); after.Stale > before.Stale {
		if after.Failed == 0 {
			w.t.Fatalf("GET %s: stale without a failure", path)
		}
		// The day may be gone, but no version.
		got, want = w.withoutDays(got), w.withoutDays(want)
	}
	if got != want {
		w.t.Fatalf("GET %s: %.200q, want %.200q", path, got, want)
	}
	body := string(bodyOf(&r))
	if known, ok := w.tags[r.ETag()]; ok && known != body {
		w.t.Fatalf("GET %s: ETag %s has two bodies", path, r.ETag())
	}
	w.tags[r.ETag()] = body
	req.IfNoneMatch = r.ETag()
	failed := w.press.Stats().Failed
	r, err = w.press.Respond(context.Background(), req)
	if failed == 0 && (err != nil || r.Status() != 304) {
		w.t.Fatalf("GET %s again: %v, %d", path, err, r.Status())
	}
}

func (w *world) withoutDays(text string) string {
	for ago := range w.day() - 1_600_000_000/86400 + 1 {
		text = strings.ReplaceAll(text, "]"+fmt.Sprint(w.day()-ago), "]")
	}
	return text
}

// change changes data and applies it: some blocks are set, some dropped, some
// set with prints that are too old, and perhaps all is dropped.
func (w *world) change() {
	since := w.press.Since()
	if w.pick(4) == 0 {
		since -= min(since, uint64(w.pick(3)))
	}
	c := Change{Since: since, Set: make(map[string]Block), All: w.pick(8) == 0}
	old := make(map[string]Block)
	for range w.pick(4) {
		path := fmt.Sprint("/", w.pick(len(layouts)))
		w.versions[path]++
		c.Pages = append(c.Pages, path)
	}
	for range w.pick(5) {
		name := blockNames[w.pick(len(blockNames))]
		before := w.block(name)
		w.versions[name]++
		switch w.pick(3) {
		case 0:
			c.Blocks = append(c.Blocks, name)
		case 1:
			c.Set[name] = w.block(name)
		case 2:
			old[name] = before
			c.Blocks = append(c.Blocks, name)
		}
	}
	for name := range c.Set { // as it is now, if it was changed twice
		c.Set[name] = w.block(name)
	}
	w.press.Apply(c)
	w.press.Apply(Change{Since: since, Set: old})
}

// quiet waits for calls that nobody waits for.
func (w *world) quiet() {
	for busy := true; busy; runtime.Gosched() {
		w.press.mu.Lock()
		busy = len(w.press.pages.jobs)+len(w.press.blocks.jobs) > 0
		w.press.mu.Unlock()
	}
}

func TestModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "") })
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			w.step()
		}
	})
}

func FuzzModel(f *testing.F) {
	f.Add([]byte("\x00\x05\x02\x05\x00\x09\x02\x03\x07\x02\x00\x00\x08\x09\x00\x00\x03"))
	f.Add([]byte("\x02\x00\x00\x00\x00\x00\x00\x05\x01\x00\x03\x01\x02\x03\x00\x03\x00\x01\x02\x00\x01"))
	f.Add([]byte("\x04the quick brown fox jumps over the lazy dog, and back, and over it once more"))
	f.Fuzz(func(t *testing.T, ops []byte) {
		next := func(n int) int {
			if len(ops) == 0 {
				return 0
			}
			op := int(ops[0])
			ops = ops[1:]
			return op % n
		}
		w := newWorld(t, next)
		for steps := 0; len(ops) > 0 && steps < 100; steps++ {
			w.step()
		}
	})
}
