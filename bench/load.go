package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

//go:embed load.lua
var loadScript []byte

// connections is how many keep-alive connections wrk holds, if not said otherwise.
const connections = 64

// A load is what is asked of a server.
type load struct {
	paths []string // one, or many in turn
	etag  string   // sent as If-None-Match, if any
	bytes int      // of the body of a typical answer, to notice wrong ones; 0 for unknown

	connections int  // held by wrk; 0 for 64
	deep        int  // requests on their way at a time on each; 0 for 1
	closing     bool // each connection is for one request
}

// A sample is what one run of a load gave.
type sample struct {
	rate       float64       // requests a second
	p50, p99   time.Duration // of a request
	serverBusy float64       // share of the server's core that the server used
	loadBusy   float64       // share of its own core that wrk used
	otherBusy  float64       // share that something else used, of the core that had more of it
}

// fire runs wrk against a server. An answer that is no success is an error.
func (b *bench) fire(s *server, l load, length time.Duration) (sample, error) {
	script := filepath.Join(b.dir, "load.lua")
	if err := os.WriteFile(script, loadScript, 0o644); err != nil {
		return sample{}, err
	}
	args := []string{"-t1", "-c" + strconv.Itoa(cmp.Or(l.connections, connections)), fmt.Sprintf("-d%ds", int(length.Seconds())),
		"-s", script, "-H", "Accept-Encoding: gzip"}
	if l.etag != "" {
		args = append(args, "-H", "If-None-Match: "+l.etag)
	}
	if l.closing {
		args = append(args, "-H", "Connection: close")
	}
	args = append(args, s.url(l.paths[0]), "--", strconv.Itoa(max(1, l.deep)))
	if len(l.paths) > 1 {
		list := filepath.Join(b.dir, "paths.txt")
		if err := os.WriteFile(list, []byte(strings.Join(l.paths, "\n")+"\n"), 0o644); err != nil {
			return sample{}, err
		}
		args = append(args, list)
	}
	c := b.pinned(strconv.Itoa(b.loadCore), b.dir, "wrk", args...)
	var out bytes.Buffer
	c.Stdout, c.Stderr = &out, &out
	before, err := s.ticks()
	if err != nil {
		return sample{}, err
	}
	coresBefore, start := [2]time.Duration{coreBusy(b.serverCore), coreBusy(b.loadCore)}, time.Now()
	if err := c.Run(); err != nil {
		return sample{}, fmt.Errorf("wrk: %w\n%s", err, out.String())
	}
	took := time.Since(start).Seconds()
	serverCore, loadCore := coreBusy(b.serverCore)-coresBefore[0], coreBusy(b.loadCore)-coresBefore[1]
	after, err := s.ticks()
	if err != nil {
		return sample{}, err
	}
	result, err := parseResult(out.Bytes())
	if err != nil {
		return sample{}, err
	}
	if err := result.check(l); err != nil {
		return sample{}, fmt.Errorf("%s, %s: %w", s.name, l.paths[0], err)
	}
	used := (after - before).Seconds()
	cpu := c.ProcessState.UserTime() + c.ProcessState.SystemTime()
	return sample{
		rate:       float64(result.Requests) / (time.Duration(result.Micros) * time.Microsecond).Seconds(),
		p50:        time.Duration(result.P50) * time.Microsecond,
		p99:        time.Duration(result.P99) * time.Microsecond,
		serverBusy: used / took,
		loadBusy:   cpu.Seconds() / took,
		otherBusy:  max(0, serverCore.Seconds()-used, loadCore.Seconds()-cpu.Seconds()) / took,
	}, nil
}

// A result is what load.lua prints.
type result struct {
	Requests, Bytes, Micros               int64
	P50, P99                              int64
	Connect, Read, Write, Status, Timeout int64
}

func parseResult(out []byte) (result, error) {
	var r result
	_, line, found := bytes.Cut(out, []byte("\nresult "))
	if !found {
		return r, fmt.Errorf("wrk said nothing of use:\n%s", out)
	}
	line, _, _ = bytes.Cut(line, []byte("\n"))
	return r, json.Unmarshal(line, &r)
}

// check tolerates no failure. wrk counts a redirect as a success, so the bytes
// are looked at too.
func (r result) check(l load) error {
	if n := r.Connect + r.Read + r.Write + r.Timeout; n > 0 || r.Status > 0 {
		return fmt.Errorf("%d answers were no success, %d connections failed", r.Status, n)
	}
	if r.Requests == 0 {
		return fmt.Errorf("there was no answer")
	}
	// The body of answers still on their way at the end is counted in part.
	const head = 4 << 10
	each := int(r.Bytes / r.Requests)
	if l.bytes > 0 && (float64(each) < 0.9*float64(l.bytes) || each > l.bytes+head) {
		return fmt.Errorf("answers of %d bytes were expected, they had %d", l.bytes, each)
	}
	return nil
}

// A reader fetches pages as wrk does, on one connection.
type reader struct {
	client http.Client
}

func newReader() *reader {
	return &reader{http.Client{
		Timeout:       30 * time.Second,
		Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 1},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// get fetches a page as it is sent.
func (r *reader) get(url string, header ...string) (*http.Response, []byte, error) {
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		return nil, nil, err
	}
	req.Header.Set("Accept-Encoding", "gzip")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	answer, err := r.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer, body, err
}

// page fetches a page that must be there.
func (r *reader) page(url string) (*http.Response, []byte, error) {
	answer, body, err := r.get(url)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", url, answer.Status)
	}
	return answer, body, err
}
