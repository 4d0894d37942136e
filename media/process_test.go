package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"stet"
	"stet/store/picture"
	"stet/store/storetest"
)

// What the tests' own program is when it is started as a worker.
const (
	works   = "work"
	crashes = "crash" // at its first order
	rambles = "ramble"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 {
		switch os.Args[1] {
		case works:
			if err := Work(context.Background(), os.Stdin, os.Stdout); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			os.Exit(0)
		case crashes:
			os.Stdin.Read(make([]byte, 1))
			fmt.Fprintln(os.Stderr, "out of memory")
			os.Exit(2)
		case rambles:
			os.Stdin.Read(make([]byte, 1))
			io.Copy(os.Stdout, io.LimitReader(strings.NewReader(strings.Repeat("nonsense", 1<<20)), 8<<20))
			os.Exit(0)
		}
	}
	os.Exit(m.Run())
}

// by lets the pictures be made by a process of this program.
func by(t *testing.T, s *studio, what string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	s.Command = func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, self, what) }
}

func anOrder(p *stet.Picture) order {
	f := p.Frame(stet.Natural)
	return order{Limits: Defaults, Frame: f, Width: f.Widths()[0], Format: stet.JPEG, Said: stet.Description{Credit: "A. Photographer"}}
}

// TestProcess: another process makes what this one would, one picture after
// the other, says what is wrong with one, and ends when it is told to.
func TestProcess(t *testing.T) {
	s := newStudio(t, Limits{})
	data := asJPEG(t, waves(400, 300))
	p := s.receive("a.jpg", data, "")
	src, err := Open(t.Context(), data, Defaults)
	if err != nil {
		t.Fatal(err)
	}
	o := anOrder(p)
	want, err := s.render(t.Context(), src, o.Frame, o.Width, o.Format, o.Said)
	if err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"", works} {
		if what != "" {
			by(t, s, what)
		}
		w, err := s.startProcess(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.render(o, []byte("no picture")); err == nil || errors.Is(err, errProcess) {
			t.Errorf("of no picture it made one: %v", err)
		}
		if _, err := w.render(o, nil); err == nil || errors.Is(err, errProcess) {
			t.Errorf("of nothing it made a picture: %v", err)
		}
		got, err := w.render(o, data)
		if err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%d bytes, want %d; %v", len(got), len(want), err)
		}
		wide := o
		wide.Width = stet.MaxSide + 1
		if _, err := w.render(wide, nil); err == nil || errors.Is(err, errProcess) {
			t.Errorf("it made a picture too wide: %v", err)
		}
		if got, err = w.render(o, nil); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("once more: %d bytes, %v", len(got), err)
		}
		w.end()
	}
}

// TestProcessEnds: whatever becomes of a process, what asked it hears of it.
func TestProcessEnds(t *testing.T) {
	s := newStudio(t, Limits{})
	data := asJPEG(t, waves(80, 60))
	o := anOrder(s.receive("a.jpg", data, ""))
	for what, says := range map[string]string{crashes: "out of memory", rambles: "", works: ""} {
		by(t, s, what)
		ctx, cancel := context.WithCancel(t.Context())
		w, err := s.startProcess(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if what == works {
			if _, err := w.render(o, data); err != nil {
				t.Fatal(err)
			}
			cancel() // as at the end of the server
		}
		if _, err := w.render(o, data); !errors.Is(err, errProcess) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", what, err)
		}
		cancel()
	}
	s.Command = func(ctx context.Context) *exec.Cmd { return exec.CommandContext(ctx, "/nowhere/stet") }
	if _, err := s.startProcess(t.Context()); err == nil {
		t.Error("a program that is not there was started")
	}
}

// TestPoolOutlivesProcesses: what a process ends over is tried again, but not for
// ever.
func TestPoolOutlivesProcesses(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			db := storetest.Open(t, storetest.DSN(t, engine))
			storetest.Init(t, db, "en")
			s := studioOf(t, db, Limits{})
			s.Log = slog.New(slog.DiscardHandler)
			s.receive("a.jpg", asJPEG(t, waves(320, 200)), "")
			now := time.Now()
			s.Now = func() time.Time { now = now.Add(2 * retryRest); return now }
			by(t, s, crashes)
			w := &worker{s: s.Service, id: "w"}
			var tried []picture.Rendition
			for {
				work, err := db.Claim(t.Context(), w.id, s.can(), 1, s.Now(), s.Now().Add(lease))
				if err != nil {
					t.Fatal(err)
				}
				if len(work) == 0 {
					break
				}
				tried = append(tried, work...)
				w.make(t.Context(), work)
			}
			c, err := s.Waiting(t.Context())
			if err != nil || c.Failed == 0 || c.Wanted > 0 || int64(len(tried)) != picture.Tries*c.Failed {
				t.Errorf("%d were tried, %+v, %v", len(tried), c, err)
			}
			if n := s.Stats().Crashed; int(n) != len(tried) {
				t.Errorf("%d processes crashed, want %d", n, len(tried))
			}
		})
	}
}

// TestNoProcessIsLeft: when there is nothing to do no process is kept for
// long, and none when the pool ends.
func TestNoProcessIsLeft(t *testing.T) {
	s := newStudio(t, Limits{})
	by(t, s, works)
	var started []*exec.Cmd
	start := s.Command
	s.Command = func(ctx context.Context) *exec.Cmd {
		c := start(ctx)
		started = append(started, c)
		return c
	}
	s.receive("a.jpg", asJPEG(t, waves(320, 200)), "")
	s.until(idle)
	if len(started) != 1 {
		t.Errorf("%d processes were started", len(started))
	}
	if slices.ContainsFunc(started, func(c *exec.Cmd) bool { return c.Process.Signal(syscall.Signal(0)) == nil }) {
		t.Error("a process is left")
	}
}
