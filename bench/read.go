package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// randomPages is how many pages of the archive are read in turn.
const randomPages = 1000

// A reading is one of the loads that are compared with the peers.
type reading struct {
	name, title string
	load        func(*server) load
	runs        map[*server][]sample
}

// throughput compares stet with its peers: the same bytes from the same core.
func (b *bench) throughput() error {
	n, err := b.room(b.sizeFor(readSize))
	if err != nil {
		return err
	}
	twin := *n
	twin.dir += "-twin"
	if err := copyFiles(twin.dir, n.dir); err != nil {
		return err
	}
	defer os.RemoveAll(twin.dir)
	stet, err := b.open(n)
	if err != nil {
		return err
	}
	defer stet.stop()
	fast, err := b.open(&twin, "--lane")
	if err != nil {
		return err
	}
	defer fast.stop()
	say("reading: fetching pages")
	paths, err := newDesk(stet, n).paths(b.ctx, b.archive.pick(n.size, min(randomPages, n.size/2), 1, nil))
	if err != nil {
		return err
	}
	front := "/" + storyLang + "/"
	kept, err := keepPages(stet, append(slices.Clone(paths), front))
	if err != nil {
		return err
	}
	bare, err := b.startBare(kept)
	if err != nil {
		return err
	}
	defer bare.stop()
	slices.SortFunc(paths, func(x, y string) int { return len(kept[x].Body) - len(kept[y].Body) })
	typical := paths[len(paths)/2]
	nginx, err := b.startNginx(kept, typical)
	if err != nil {
		return err
	}
	defer nginx.stop()
	say("reading: comparing the servers' bytes")
	servers := []*server{stet, fast, bare, nginx}
	for _, s := range servers[1:] {
		if _, err := s.ready(b.ctx, typical); err != nil {
			return err
		}
	}
	if err := b.sameBytes(servers, append(slices.Clone(paths), front), typical); err != nil {
		return err
	}
	total := 0
	for _, path := range paths {
		total += len(kept[path].Body)
	}
	shuffled(paths)
	one := func(path string) func(*server) load {
		return func(*server) load { return load{paths: []string{path}, bytes: len(kept[path].Body)} }
	}
	etags := map[*server]string{}
	for _, s := range servers {
		if etags[s], err = etagOf(s, typical); err != nil {
			return err
		}
	}
	with := func(l load, change func(*load)) func(*server) load {
		change(&l)
		return func(*server) load { return l }
	}
	page := one(typical)(stet)
	readings := []*reading{
		{name: "article", title: fmt.Sprintf("An article page, %d bytes gzipped", len(kept[typical].Body)), load: one(typical)},
		{name: "archive", title: fmt.Sprintf("%d random archive pages, %d bytes on average, warm", len(paths), total/len(paths)),
			load: func(*server) load { return load{paths: paths, bytes: total / len(paths)} }},
		{name: "front", title: fmt.Sprintf("The front page, %d bytes gzipped", len(kept[front].Body)), load: one(front)},
		{name: "notmodified", title: "The article page with If-None-Match: 304",
			load: func(s *server) load { return load{paths: []string{typical}, etag: etags[s], bytes: 1} }},
		{name: "crowd", title: "The article page, 1,000 connections", load: with(page, func(l *load) { l.connections = 1000 })},
		{name: "crowd", title: "The article page, 10,000 connections", load: with(page, func(l *load) { l.connections = 10_000 })},
		{name: "pipelined", title: "The article page, 8 requests at a time on a connection", load: with(page, func(l *load) { l.deep = 8 })},
		{name: "closing", title: "The article page, a connection for each request", load: with(page, func(l *load) { l.closing = true })},
	}
	readings = slices.DeleteFunc(readings, func(r *reading) bool { return !b.wants(r.name) })
	length := time.Duration(b.seconds) * time.Second
	for _, r := range readings { // warm connections, buffers and heaps
		r.runs = map[*server][]sample{}
		for _, s := range servers {
			if _, err := b.fire(s, r.load(s), time.Second); err != nil {
				return err
			}
		}
	}
	for round := range b.rounds {
		for _, r := range readings {
			for i := range servers {
				s := servers[(i+round)%len(servers)]
				say("reading: round %d of %d, %s from %s", round+1, b.rounds, r.name, s.name)
				finished := b.profiling(s, r.name, round)
				one, err := b.fire(s, r.load(s), length)
				if err != nil {
					return err
				}
				finished()
				r.runs[s] = append(r.runs[s], one)
			}
		}
	}
	for _, r := range readings {
		b.report.reading(r, stet, fast, bare, nginx)
	}
	return nil
}

// shuffled brings paths into an order that says nothing of their length, always
// the same.
func shuffled(paths []string) {
	slices.Sort(paths)
	rand.New(rand.NewPCG(6, 6)).Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
}

// etagOf returns the validator of a page, and sees that it is accepted.
func etagOf(s *server, path string) (string, error) {
	r := newReader()
	answer, _, err := r.page(s.url(path))
	if err != nil {
		return "", err
	}
	etag := answer.Header.Get("Etag")
	answer, body, err := r.get(s.url(path), "If-None-Match", etag)
	if err == nil && (answer.StatusCode != http.StatusNotModified || len(body) > 0) {
		err = fmt.Errorf("%s answers %s to its own ETag", s.name, answer.Status)
	}
	return etag, err
}

// cold asks once for every page of a server that has just started.
func (b *bench) cold() error {
	n, err := b.room(b.sizeFor(readSize))
	if err != nil {
		return err
	}
	s, err := b.open(n)
	if err != nil {
		return err
	}
	paths, err := newDesk(s, n).paths(b.ctx, b.archive.pick(n.size, min(2*randomPages, n.size/2), 2, nil))
	s.stop()
	if err != nil {
		return err
	}
	var rates, p50, p99 series
	for range b.rounds {
		s, err := b.open(n)
		if err != nil {
			return err
		}
		say("cold: %d pages", len(paths))
		r := newReader()
		var each series
		start := time.Now()
		for _, path := range paths {
			began := time.Now()
			if _, _, err := r.page(s.url(path)); err != nil {
				s.stop()
				return err
			}
			each = append(each, float64(time.Since(began)))
		}
		rates = append(rates, float64(len(paths))/time.Since(start).Seconds())
		p50, p99 = append(p50, each.percentile(50)), append(p99, each.percentile(99))
		s.stop()
	}
	b.report.add(row{
		group:  fmt.Sprintf("Cold pages: %d of %s, each once after the start, one client", len(paths), count(n.size)),
		what:   "stet",
		figure: rate(rates.median()), spread: rates.spread(rate),
		latency: latencies(p50.median(), p99.median()),
	})
	return nil
}

// profiling takes a CPU profile of stet during a run, if that is wanted, and
// the allocations after it.
func (b *bench) profiling(s *server, name string, round int) (finished func()) {
	if s.admin == "" {
		return func() {}
	}
	done := make(chan error, 1)
	go func() {
		done <- b.fetchProfile(s, fmt.Sprintf("/debug/pprof/profile?seconds=%d", max(1, b.seconds-1)), fmt.Sprintf("%s-%d.cpu.pprof", name, round))
	}()
	return func() {
		err := <-done
		if err == nil {
			err = b.fetchProfile(s, "/debug/pprof/allocs", fmt.Sprintf("%s-%d.allocs.pprof", name, round))
		}
		if err != nil {
			say("no profile: %v", err)
		}
	}
}

func (b *bench) fetchProfile(s *server, path, file string) error {
	if err := os.MkdirAll(b.profile, 0o755); err != nil {
		return err
	}
	answer, err := http.Get("http://" + s.admin + path)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	f, err := os.Create(filepath.Join(b.profile, file))
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(f, answer.Body)
	return err
}
