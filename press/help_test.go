package press

import (
	"bufio"
	"bytes"
	stdgzip "compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"

	"pgregory.net/rapid"
)

var html = []Field{{"Content-Type", "text/html; charset=utf-8"}, {"Cache-Control", "public, no-cache"}}

// pageOf makes a page: parts that begin with "@" are blocks.
func pageOf(parts ...string) Page {
	page := Page{Fields: html}
	for _, part := range parts {
		if name, ok := strings.CutPrefix(part, "@"); ok {
			page.Parts = append(page.Parts, Part{Block: name})
		} else {
			page.Parts = append(page.Parts, Part{HTML: []byte(part)})
		}
	}
	return page
}

func blockOf(text string) Block { return Block{HTML: []byte(text)} }

// fixed prints what a map says.
func fixed(pages map[string]Page, blocks map[string]Block) Options {
	return Options{
		Lay: func(_ context.Context, path string) (Page, error) {
			page, ok := pages[path]
			if !ok {
				page = pageOf("nothing at " + path)
				page.Status, page.Transient = http.StatusNotFound, true
			}
			return page, nil
		},
		Print: func(_ context.Context, name string) (Block, error) {
			block, ok := blocks[name]
			if !ok {
				return Block{}, fmt.Errorf("no block %s", name)
			}
			return block, nil
		},
	}
}

func bodyOf(r *Response) []byte { return bytes.Join(r.AppendBody(nil), nil) }

// inflate reads exactly one gzip member with nothing behind it.
func inflate(data []byte) ([]byte, error) {
	source := bufio.NewReader(bytes.NewReader(data)) // a ByteReader: gzip reads no more than it needs
	z, err := stdgzip.NewReader(source)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	plain, err := io.ReadAll(z)
	if err != nil {
		return nil, err
	}
	if rest, _ := io.ReadAll(source); len(rest) > 0 {
		return nil, fmt.Errorf("%d bytes behind the member", len(rest))
	}
	return plain, nil
}

// textOf is what the reader sees, after all has been checked that the header
// says of the body.
func textOf(t rapid.TB, r *Response) string {
	t.Helper()
	body := bodyOf(r)
	if int64(len(body)) != r.Length() {
		t.Fatalf("body of %d bytes, length says %d", len(body), r.Length())
	}
	if r.Gzip() {
		plain, err := inflate(body)
		if err != nil {
			t.Fatalf("body: %v", err)
		}
		body = plain
	}
	return string(body)
}

func respond(t rapid.TB, p *Press, path, accept string) Response {
	t.Helper()
	r, err := p.Respond(context.Background(), Request{Method: "GET", Path: path, AcceptEncoding: accept})
	if err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return r
}

func text(t rapid.TB, p *Press, path string) string {
	t.Helper()
	r := respond(t, p, path, "gzip")
	return textOf(t, &r)
}

func wantText(t rapid.TB, p *Press, path, want string) {
	t.Helper()
	if got := text(t, p, path); got != want {
		t.Errorf("GET %s: %q, want %q", path, got, want)
	}
}

// sound checks what must be true of the press whenever nobody uses it.
func sound(t rapid.TB, p *Press) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.store.Load()
	if len(p.pages.jobs) > 0 || len(p.blocks.jobs) > 0 {
		t.Errorf("%d and %d jobs left over", len(p.pages.jobs), len(p.blocks.jobs))
	}
	var used int64
	names := make(map[*slot]int)
	pages := 0
	paths := make(map[string]bool)
	for i := range *s.pages.buckets.Load() {
		for pg := (*s.pages.buckets.Load())[i].Load(); pg != nil; pg = pg.next.Load() {
			pages++
			used += pg.cost
			if paths[pg.path] {
				t.Errorf("%s is held twice", pg.path)
			}
			paths[pg.path] = true
			if pg.holders != 1 {
				t.Errorf("%s has %d holders", pg.path, pg.holders)
			}
			for _, part := range pg.parts {
				if part.slot != nil {
					names[part.slot]++
					if s.slots[part.slot.name] != part.slot {
						t.Errorf("%s has a slot for %s that is not the one", pg.path, part.slot.name)
					}
				}
			}
		}
	}
	prints := 0
	for name, sl := range s.slots {
		used += slotOverhead + int64(len(name))
		if sl.pages != names[sl] {
			t.Errorf("slot %s counts %d pages of %d", name, sl.pages, names[sl])
		}
		if made := sl.print.Load(); made != nil {
			prints++
			used += made.cost
		} else if sl.pages == 0 {
			t.Errorf("slot %s is kept for nothing", name)
		}
	}
	queued := 0
	var last *node
	for n := s.queue.oldest; n != nil; last, n = n, n.newer {
		queued++
		if n.older != last {
			t.Error("queue is not linked both ways")
		}
	}
	if last != s.queue.newest {
		t.Error("queue does not end with the newest")
	}
	if pages != s.pages.count || prints != s.prints || queued != pages+prints {
		t.Errorf("%d pages, counted %d; %d prints, counted %d; %d in the queue", pages, s.pages.count, prints, s.prints, queued)
	}
	if used != s.used || used > s.max {
		t.Errorf("%d bytes held, counted %d, the most is %d", used, s.used, s.max)
	}
	if p.sequence.Load()%2 != 0 {
		t.Error("a change has not ended")
	}
}
