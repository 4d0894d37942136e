package press

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// FuzzCompose cuts a text at any places into own parts and blocks: what the
// reader sees is the text.
func FuzzCompose(f *testing.F) {
	f.Add([]byte("<!doctype html><title>x</title><p>one two three one two three"), []byte{3, 200, 10, 0, 0, 7})
	f.Add([]byte{}, []byte{1, 2, 3})
	f.Add(bytes.Repeat([]byte{0, 255, 1}, 5000), []byte{255, 254, 253, 1})
	f.Fuzz(func(t *testing.T, text, cuts []byte) {
		cuts = cuts[:min(len(cuts), maxParts-1)]
		page := Page{Fields: html}
		blocks := make(map[string]Block)
		rest := text
		for i, cut := range cuts {
			n := min(len(rest), int(cut/2)*len(text)/100)
			if cut%2 == 0 {
				page.Parts = append(page.Parts, Part{HTML: rest[:n]})
			} else {
				name := strings.Repeat("b", i+1)
				page.Parts = append(page.Parts, Part{Block: name})
				blocks[name] = Block{HTML: rest[:n]}
			}
			rest = rest[n:]
		}
		page.Parts = append(page.Parts, Part{HTML: rest})
		p := New(fixed(map[string]Page{"/": page}, blocks))
		for _, accept := range []string{"gzip", ""} {
			r := respond(t, p, "/", accept)
			if got := textOf(t, &r); got != string(text) {
				t.Fatalf("%q: %q, want %q", accept, got, text)
			}
		}
	})
}

func FuzzAcceptsGzip(f *testing.F) {
	for _, seed := range []string{"gzip", "gzip;q=0", "*;q=0.5, identity", "br, x-gzip ; q=1.000", ";q=,", "gzip;q=0.5;q=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		accepts := acceptsGzip(header)
		if accepts && !strings.Contains(strings.ToLower(header), "gzip") && !strings.Contains(header, "*") {
			t.Errorf("%q says nothing of gzip", header)
		}
		if acceptsGzip(strings.ToUpper(header)) != accepts && strings.ToLower(header) == header {
			t.Errorf("%q in capitals means something else", header)
		}
		if acceptsGzip(header + ",gzip;q=0") {
			t.Errorf("%q: refused and answered all the same", header)
		}
		if acceptsGzip(" ,\t"+header+"\t, ") != accepts {
			t.Errorf("%q with white space means something else", header)
		}
	})
}

func FuzzMatches(f *testing.F) {
	for _, seed := range []string{`"a"`, `W/"a", "b"`, "*", ``, `"`, `W/`, `,,"a" ,`, `"a" "b"`} {
		f.Add(seed)
	}
	const tag = `"tag"`
	f.Fuzz(func(t *testing.T, list string) {
		weak, strong := matches(list, tag, false), matches(list, tag, true)
		if strong && !weak {
			t.Errorf("%q matches strongly only", list)
		}
		if weak && !strings.Contains(list, tag) && trim(list) != "*" {
			t.Errorf("%q does not hold the tag", list)
		}
		if strings.TrimLeft(list, ", \t*") == list && !matches(tag+","+list, tag, true) {
			t.Errorf("%q hides the tag before it", list)
		}
		if matches(list, `"no such \x00 tag"`, false) && trim(list) != "*" {
			t.Errorf("%q matches a tag that cannot be", list)
		}
	})
}

// FuzzFields takes any fields: they are refused or written as one line each.
func FuzzFields(f *testing.F) {
	f.Add("X-A", "b")
	f.Add("X:A", "b\r\nSet-Cookie: c")
	f.Fuzz(func(t *testing.T, name, value string) {
		page := pageOf("x")
		page.Fields = append([]Field{{name, value}}, html...)
		r, err := New(fixed(map[string]Page{"/": page}, nil)).Respond(context.Background(), Request{Method: "GET", Path: "/"})
		if err != nil {
			return
		}
		lines := strings.Split(string(r.AppendHead(nil)), "\r\n")
		if len(lines) != 7 || lines[0] != name+": "+value || strings.ContainsAny(lines[0], "\r\n\x00") {
			t.Errorf("%q", lines)
		}
	})
}
