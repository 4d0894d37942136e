package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// pin finds out which cores there are, and leaves the first one to the servers.
func (b *bench) pin() error {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(string(status), "Cpus_allowed_list:")
	line, _, _ := strings.Cut(rest, "\n")
	b.allCores = strings.TrimSpace(line)
	cores, err := parseCores(b.allCores)
	if err != nil {
		return err
	}
	b.serverCore, b.loadCore = cores[0], cores[0]
	if len(cores) > 1 {
		b.loadCore = cores[1]
	}
	// Requests are made from here too: they must not take the server's core.
	err = exec.Command("taskset", "-acp", strconv.Itoa(b.loadCore), strconv.Itoa(os.Getpid())).Run()
	if err != nil {
		return fmt.Errorf("choosing a core: %w", err)
	}
	return nil
}

// parseCores reads "0-1,4".
func parseCores(list string) ([]int, error) {
	var out []int
	for r := range strings.SplitSeq(list, ",") {
		first, last, isRange := strings.Cut(r, "-")
		a, err := strconv.Atoi(first)
		z := a
		if err == nil && isRange {
			z, err = strconv.Atoi(last)
		}
		if err != nil {
			return nil, fmt.Errorf("%q is not a list of cores", list)
		}
		for ; a <= z; a++ {
			out = append(out, a)
		}
	}
	return out, nil
}

// command is a program that may use every core and ends with the run.
func (b *bench) command(dir, name string, args ...string) *exec.Cmd {
	return b.pinned(b.allCores, dir, name, args...)
}

func (b *bench) pinned(cores, dir, name string, args ...string) *exec.Cmd {
	c := exec.CommandContext(b.ctx, "taskset", append([]string{"-c", cores, name}, args...)...)
	c.Dir = dir
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 10 * time.Second
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "STET_") && !strings.HasPrefix(v, "GOMAXPROCS=") {
			c.Env = append(c.Env, v)
		}
	}
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	return c
}

// tool runs a command of stet to its end and returns what it printed.
func (b *bench) tool(args ...string) (string, error) {
	c := b.command(b.dir, b.stet, args...)
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	if err := c.Run(); err != nil {
		return "", fmt.Errorf("stet %s: %w\n%s", args[0], err, lastLines(stderr.Bytes()))
	}
	return strings.TrimSpace(stdout.String()), nil
}

// A server is a process that answers HTTP on the server's core.
type server struct {
	name    string
	addr    string
	admin   string // of stet, while profiles are wanted
	cmd     *exec.Cmd
	log     string
	started time.Time
	done    chan struct{} // closed when the process has ended
}

func (s *server) url(path string) string { return "http://" + s.addr + path }

// freeAddr is an address on which nobody listens.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// startServer starts a program pinned to the server's core and returns at once.
func (b *bench) startServer(name, addr string, program string, args ...string) (*server, error) {
	s := &server{name: name, addr: addr, done: make(chan struct{})}
	s.cmd = b.pinned(strconv.Itoa(b.serverCore), b.dir, program, args...)
	s.cmd.Env = append(s.cmd.Env, "GOMAXPROCS=1")
	log, err := os.CreateTemp(b.dir, "server-*.log")
	if err != nil {
		return nil, err
	}
	defer log.Close()
	s.log = log.Name()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.started = time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting %s: %w", name, err)
	}
	go func() {
		s.cmd.Wait()
		close(s.done)
	}()
	return s, nil
}

// ready polls path until it answers 200, and returns how long that took from
// the start of the process.
func (s *server) ready(ctx context.Context, path string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url(path), nil)
		if err != nil {
			return 0, err
		}
		answer, err := client.Do(r)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return time.Since(s.started), nil
			}
		}
		select {
		case <-s.done:
			return 0, fmt.Errorf("%s ended at its start:\n%s", s.name, s.tail())
		case <-ctx.Done():
			return 0, fmt.Errorf("%s did not get ready:\n%s", s.name, s.tail())
		case <-time.After(time.Millisecond):
		}
	}
}

func (s *server) tail() string {
	text, _ := os.ReadFile(s.log)
	return lastLines(text)
}

func lastLines(text []byte) string {
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-8):], "\n")
}

// stop ends the process and its children, and waits for that.
func (s *server) stop() {
	if s == nil {
		return
	}
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.done:
	case <-time.After(20 * time.Second):
	}
	syscall.Kill(-s.cmd.Process.Pid, syscall.SIGKILL) // what is left of its group
	<-s.done
}

// group names the directories in /proc of the server and of what it started.
func (s *server) group() ([]string, error) {
	group := strconv.Itoa(s.cmd.Process.Pid)
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, name := range stats {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // it has ended meanwhile
		}
		if f := statFields(text); len(f) > 2 && f[2] == group {
			dirs = append(dirs, filepath.Dir(name))
		}
	}
	if len(dirs) == 0 {
		return nil, errors.New(s.name + " has ended: " + s.tail())
	}
	return dirs, nil
}

// statFields are the fields of a process's stat from its state on.
func statFields(text []byte) []string {
	return strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
}

// ticks is how much processor time the server and its children have used.
func (s *server) ticks() (time.Duration, error) {
	dirs, err := s.group()
	if err != nil {
		return 0, err
	}
	var sum int64
	for _, dir := range dirs {
		text, err := os.ReadFile(filepath.Join(dir, "stat"))
		if err != nil {
			continue
		}
		f := statFields(text)
		if len(f) < 13 {
			continue
		}
		for _, field := range f[11:13] { // utime, stime
			n, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				return 0, err
			}
			sum += n
		}
	}
	return time.Duration(sum) * time.Second / 100, nil // USER_HZ is 100 everywhere
}

// coreBusy is how long a core has been busy, with what was stolen from it.
func coreBusy(core int) time.Duration {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 9 || f[0] != "cpu"+strconv.Itoa(core) {
			continue
		}
		var sum int64
		for _, i := range []int{1, 2, 3, 6, 7, 8} { // user nice system irq softirq steal
			n, _ := strconv.ParseInt(f[i], 10, 64)
			sum += n
		}
		return time.Duration(sum) * time.Second / 100
	}
	return 0
}

// memory returns VmRSS and VmHWM in bytes, of the server with its children.
func (s *server) memory() (rss, peak int64, err error) {
	dirs, err := s.group()
	if err != nil {
		return 0, 0, err
	}
	for _, dir := range dirs {
		text, err := os.ReadFile(filepath.Join(dir, "status"))
		if err != nil {
			continue // it has ended meanwhile
		}
		for line := range strings.Lines(string(text)) {
			f := strings.Fields(line)
			if len(f) != 3 || f[2] != "kB" {
				continue
			}
			n, _ := strconv.ParseInt(f[1], 10, 64)
			switch f[0] {
			case "VmRSS:":
				rss += n << 10
			case "VmHWM:":
				peak += n << 10
			}
		}
	}
	return rss, peak, nil
}
