// Bench measures Stet beside nginx and a bare Go server, in one run on one
// machine, and writes doc/benchmarks.md.
//
//	go run ./bench                       everything, about twenty minutes
//	go run ./bench -quick                a smoke run of everything
//	go run ./bench -only article,front   some of it; the document stays as it is
//
// The server under load has one core to itself and the load generator another
// one. All traffic stays on the loopback interface.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A part is something that can be measured by itself.
type part struct {
	name string
	run  func(*bench) error
}

// parts are in the order in which they run: what changes a newsroom comes last.
var parts = []part{
	{"article", (*bench).throughput}, // these are interleaved in one go
	{"archive", nil},
	{"front", nil},
	{"notmodified", nil},
	{"crowd", nil},
	{"pipelined", nil},
	{"closing", nil},
	{"hostile", (*bench).hostile},
	{"cold", (*bench).cold},
	{"start", (*bench).start},
	{"publishing", (*bench).publishing},
	{"visible", (*bench).visible},
	{"loop", (*bench).loop},
	{"desk", (*bench).desk},
	{"codecs", (*bench).renditions},
	{"pictures", (*bench).pictures},
	{"import", (*bench).importing},
}

// The sizes at which a newsroom is read and started, if they are made at all.
const (
	readSize  = 10_000
	startSize = 50_000
)

// bench is one run.
type bench struct {
	ctx     context.Context
	only    map[string]bool // nil for everything
	rounds  int
	seconds int
	quick   bool
	sizes   []int // ascending
	corpus  string
	profile string // directory for profiles of stet; empty for none

	root       string // of the repository
	dir        string // temporary
	stet       string // the binary
	serverCore int
	loadCore   int
	allCores   string
	postgres   string // empty if there is none

	archive *archive
	rooms   map[int]*newsroom
	report  *report
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	b := &bench{ctx: ctx, rooms: map[int]*newsroom{}, postgres: os.Getenv("STET_TEST_POSTGRES")}
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	only := set.String("only", "", "measure only these, separated by commas: "+strings.Join(names(), ", "))
	set.IntVar(&b.rounds, "rounds", 3, "rounds, interleaved over the servers")
	set.IntVar(&b.seconds, "seconds", 10, "seconds of each run under load")
	set.BoolVar(&b.quick, "quick", false, "small newsrooms, one round, one second: to see that it works")
	sizes := set.String("sizes", "1000,10000,50000,100000", "articles in the newsrooms")
	set.StringVar(&b.corpus, "corpus", "", "articles in the native form, gzipped (default ../shared/corpus/news.jsonl.gz)")
	set.StringVar(&b.profile, "profile", "", "write profiles of stet under load to this directory")
	set.StringVar(&b.stet, "stet", "", "measure this binary instead of building one")
	temp := set.String("dir", "", "where to keep the newsrooms meanwhile (default: the system's temporary directory)")
	peer := set.String("peer", "", "be the bare server on this address (used by bench itself)")
	pages := set.String("pages", "", "the pages of the bare server")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *peer != "" {
		return servePeer(ctx, *peer, *pages)
	}
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if b.quick {
		for name, value := range map[string]string{"rounds": "1", "seconds": "1", "sizes": "300,1000,2000"} {
			if !given[name] {
				set.Set(name, value)
			}
		}
	}
	if err := b.read(*only, *sizes); err != nil {
		return err
	}
	return b.measure(*temp)
}

func names() []string {
	var out []string
	for _, p := range parts {
		out = append(out, p.name)
	}
	return out
}

func (b *bench) read(only, sizes string) error {
	for s := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err != nil || n < 100 {
			return fmt.Errorf("-sizes: %q is not a number of at least 100", s)
		}
		b.sizes = append(b.sizes, n)
	}
	slices.Sort(b.sizes)
	b.sizes = slices.Compact(b.sizes)
	if only == "" {
		return nil
	}
	b.only = map[string]bool{}
	for name := range strings.SplitSeq(only, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(names(), name) {
			return fmt.Errorf("-only: there is no %q, but %s", name, strings.Join(names(), ", "))
		}
		b.only[name] = true
	}
	return nil
}

func (b *bench) wants(name string) bool { return b.only == nil || b.only[name] }

// measure does the work; it leaves nothing behind but the document.
func (b *bench) measure(temp string) error {
	for _, tool := range []string{"nginx", "wrk", "taskset"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is not installed; on Debian: apt-get install %s", tool, map[string]string{
				"nginx": "nginx-light", "wrk": "wrk", "taskset": "util-linux"}[tool])
		}
	}
	out, err := exec.CommandContext(b.ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return errors.New("run it in the repository: go run ./bench")
	}
	b.root = strings.TrimSpace(string(out))
	if b.dir, err = os.MkdirTemp(temp, "stet-bench-"); err != nil {
		return err
	}
	defer os.RemoveAll(b.dir)
	if err := os.Chmod(b.dir, 0o755); err != nil { // nginx's worker may be somebody else
		return err
	}
	if err := b.pin(); err != nil {
		return err
	}
	if b.stet == "" {
		say("building stet")
		b.stet = filepath.Join(b.dir, "stet")
		if out, err := b.command(b.root, "go", "build", "-o", b.stet, "./cmd/stet").CombinedOutput(); err != nil {
			return fmt.Errorf("building stet: %w\n%s", err, out)
		}
	}
	if b.archive, err = b.loadArchive(); err != nil {
		return err
	}
	b.report = &report{started: time.Now(), machine: b.describeMachine()}
	err = b.parts()
	b.report.took = time.Since(b.report.started)
	b.report.writeText(os.Stdout)
	if err != nil {
		return err
	}
	if b.only != nil || b.quick || err != nil {
		say("this was not everything; doc/benchmarks.md stays as it is")
		return nil
	}
	return b.report.writeDocument(filepath.Join(b.root, "doc", "benchmarks.md"), b)
}

func (b *bench) parts() error {
	reading := false
	for _, p := range parts {
		run := p.run
		if p.name == "article" || run == nil {
			if run = (*bench).throughput; reading {
				continue
			}
		}
		if !b.wants(p.name) {
			continue
		}
		reading = reading || p.name == "article" || p.run == nil
		if err := run(b); err != nil {
			if b.ctx.Err() != nil {
				return errors.New("interrupted")
			}
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// sizeFor is the largest size that is no larger than most, or the smallest.
func (b *bench) sizeFor(most int) int {
	size := b.sizes[0]
	for _, s := range b.sizes {
		if s <= most {
			size = s
		}
	}
	return size
}

// times is how often something that takes a moment is done: fewer in a smoke run.
func (b *bench) times(n int) int {
	if b.quick {
		return max(3, n/10)
	}
	return n
}

// say tells on stderr what is going on.
func say(format string, args ...any) {
	fmt.Fprintf(os.Stderr, "%s  %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}
