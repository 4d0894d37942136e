package press

import (
	"bytes"
	"context"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestJoinCRC(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.SliceOf(rapid.Byte()).Draw(t, "first")
		second := rapid.SliceOf(rapid.Byte()).Draw(t, "second")
		got := joinCRC(crc32.ChecksumIEEE(first), crc32.ChecksumIEEE(second), shiftBy(uint64(len(second))))
		if want := crc32.ChecksumIEEE(slices.Concat(first, second)); got != want {
			t.Fatalf("%08x, want %08x", got, want)
		}
	})
}

// Lengths that a test cannot hold: x^8n is the product of its parts.
func TestShiftOfLongTexts(t *testing.T) {
	for _, n := range []uint64{1 << 20, 1<<32 - 1, 1 << 32, 1<<35 + 12345} {
		if got, want := shiftBy(n), multiply(shiftBy(n/3), shiftBy(n-n/3)); got != want {
			t.Errorf("%d: %08x, want %08x", n, got, want)
		}
	}
}

// randomText is HTML that compresses, noise that does not, or nothing.
func randomText(r *rand.Rand) []byte {
	words := strings.Fields("<p> </p> <a href=/ru/2021/06/ новости Баку сегодня the government said on Tuesday class=item time")
	var b bytes.Buffer
	switch size := []int{0, 1, 50, 3000, 20000, 80000}[r.IntN(6)]; r.IntN(4) {
	case 0:
		for range size {
			b.WriteByte(byte(r.Uint32()))
		}
	default:
		for b.Len() < size {
			b.WriteString(words[r.IntN(len(words))])
			b.WriteByte(' ')
		}
	}
	return b.Bytes()
}

// randomPress holds pages "/0", "/1"… of random parts and blocks, and says what
// they are to show.
func randomPress(r *rand.Rand, count int) (p *Press, want map[string]string) {
	pages, blocks, want := make(map[string]Page), make(map[string]Block), make(map[string]string)
	for i := range 10 {
		blocks[fmt.Sprint(i)] = Block{HTML: randomText(r)}
	}
	for i := range count {
		page := Page{Fields: html}
		var whole []byte
		for range r.IntN(maxParts + 1) {
			if r.IntN(2) == 0 {
				name := fmt.Sprint(r.IntN(10))
				page.Parts = append(page.Parts, Part{Block: name})
				whole = append(whole, blocks[name].HTML...)
			} else {
				text := randomText(r)
				page.Parts = append(page.Parts, Part{HTML: text})
				whole = append(whole, text...)
			}
		}
		path := fmt.Sprint("/", i)
		pages[path], want[path] = page, string(whole)
	}
	return New(fixed(pages, blocks)), want
}

func TestComposed(t *testing.T) {
	p, want := randomPress(rand.New(rand.NewPCG(1, 2)), 60)
	for path, whole := range want {
		for _, accept := range []string{"gzip", ""} {
			for range 2 { // the second time from what is held
				r := respond(t, p, path, accept)
				if got := textOf(t, &r); got != whole {
					t.Fatalf("%s: %d bytes, want %d", path, len(got), len(whole))
				}
				if r.Gzip() != (accept == "gzip" && len(r.view.page.parts) > 0) {
					t.Errorf("%s: Accept-Encoding %q, gzip %v", path, accept, r.Gzip())
				}
			}
		}
	}
}

// Fields are shared by pages that have the same, up to a point.
func TestFieldsAreShared(t *testing.T) {
	p := New(Options{Lay: func(_ context.Context, path string) (Page, error) {
		page := pageOf("x")
		if path != "/" && path != "/too" {
			page.Fields = append(slices.Clone(html), Field{"X-Path", path})
		}
		return page, nil
	}})
	one, two := respond(t, p, "/", ""), respond(t, p, "/too", "")
	if one.view.page.fields != two.view.page.fields {
		t.Error("the same fields twice")
	}
	for i := range maxShared + 10 {
		path := fmt.Sprint("/", i)
		r := respond(t, p, path, "")
		if !strings.Contains(string(r.AppendHead(nil)), "\r\nX-Path: "+path+"\r\n") {
			t.Errorf("%s has the fields of another page", path)
		}
	}
	if len(p.fields) > maxShared {
		t.Errorf("%d sets of fields are remembered", len(p.fields))
	}
	sound(t, p)
}

// Compressors are used again and again: what one did before must not show.
func TestPiecesAreReproducible(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	serial := func() uint64 { return 1 }
	for range 50 {
		text := randomText(r)
		first, _, err := newPieces([][]byte{text}, false, serial)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := newPieces([][]byte{randomText(r)}, false, serial); err != nil {
			t.Fatal(err)
		}
		second, _, err := newPieces([][]byte{nil, text, text}, false, serial)
		if err != nil {
			t.Fatal(err)
		}
		for _, piece := range second[1:] {
			if piece.hash != first[0].hash || !bytes.Equal(piece.data, first[0].data) {
				t.Fatalf("%d bytes became other pieces", len(text))
			}
		}
	}
}

// handler serves what the press has.
func handler(p *Press) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		response, err := p.Respond(r.Context(), RequestOf(r))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		if err := response.Write(w); err != nil {
			panic(http.ErrAbortHandler)
		}
	})
}

// absent skips a test for want of a program, or fails it where all must run.
func absent(t *testing.T, program string) {
	t.Helper()
	if os.Getenv("STET_TEST_ALL") == "1" {
		t.Fatalf("%s is not here, and STET_TEST_ALL wants every test to run", program)
	}
	t.Skipf("%s is not here", program)
}

func TestCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		absent(t, "curl")
	}
	p, want := randomPress(rand.New(rand.NewPCG(5, 6)), 30)
	server := httptest.NewServer(handler(p))
	defer server.Close()
	dir := t.TempDir()
	args := []string{"--silent", "--show-error", "--fail", "--compressed"}
	for path := range want {
		args = append(args, "--output", filepath.Join(dir, path), server.URL+path)
	}
	if out, err := exec.Command(curl, args...).CombinedOutput(); err != nil {
		t.Fatalf("curl: %v\n%s", err, out)
	}
	for path, whole := range want {
		got, err := os.ReadFile(filepath.Join(dir, path))
		if err != nil && whole != "" { // curl makes no file for nothing
			t.Error(err)
		} else if string(got) != whole {
			t.Errorf("%s: %d bytes, want %d", path, len(got), len(whole))
		}
	}
}

func TestGzipProgram(t *testing.T) {
	program, err := exec.LookPath("gzip")
	if err != nil {
		absent(t, "gzip")
	}
	p, want := randomPress(rand.New(rand.NewPCG(7, 8)), 10)
	for path, whole := range want {
		r := respond(t, p, path, "gzip")
		if !r.Gzip() {
			continue
		}
		command := exec.Command(program, "-dc")
		command.Stdin = bytes.NewReader(bodyOf(&r))
		out, err := command.Output()
		if err != nil || string(out) != whole {
			t.Errorf("%s: %v, %d bytes, want %d", path, err, len(out), len(whole))
		}
	}
}

// kinds are pages of every kind, by path.
func kinds() map[string]Page {
	missing := pageOf("missing ", "@b")
	missing.Status, missing.Transient = 404, true
	gone := pageOf("gone")
	gone.Status = 410
	font := Page{Fields: []Field{{"Content-Type", "font/woff2"}, {"cache-control", "max-age=31536000, immutable"}}, Parts: []Part{{HTML: []byte("\x00font")}}, Raw: true}
	moved := Page{Status: 301, Fields: []Field{{"Location", "/new"}, {"Cache-Control", "max-age=3600"}}}
	linked := pageOf("linked", "@b")
	linked.Fields = append(slices.Clone(html), Field{"X-1", "y"}, Field{"Link", "</a>; rel=a"}, Field{"link", "</b>; rel=b"}, Field{"Expires", "0"}, Field{"Content-Location", "/l"})
	return map[string]Page{"/": pageOf("page ", "@b", " end"), "/missing": missing, "/gone": gone, "/font": font, "/moved": moved, "/linked": linked, "/void": pageOf("")}
}

const typed = "Content-Type: text/html; charset=utf-8\r\n"
const cached = "Cache-Control: public, no-cache\r\n"

func TestAnswers(t *testing.T) {
	p := New(fixed(kinds(), map[string]Block{"b": blockOf("block")}))
	etag := func(path, accept string) string {
		r := respond(t, p, path, accept)
		return r.ETag()
	}
	plainTag, gzipTag := etag("/", ""), etag("/", "gzip")
	if plainTag == gzipTag || len(plainTag) != 24 {
		t.Fatalf("ETags %s and %s", plainTag, gzipTag)
	}
	get := func(path string) Request { return Request{Method: "GET", Path: path} }
	with := func(r Request, change func(*Request)) Request { change(&r); return r }
	gzipped := func(r Request) Request { r.AcceptEncoding = "gzip"; return r }
	head := func(r Request) Request { r.Method = "HEAD"; return r }
	noneMatch := func(r Request, list string) Request { r.IfNoneMatch = list; return r }
	match := func(r Request, list string) Request { r.IfMatch = list; return r }
	full := typed + cached + "Vary: Accept-Encoding\r\nETag: " + plainTag + "\r\nContent-Length: 14\r\n"
	kept := cached + "Vary: Accept-Encoding\r\nETag: " + plainTag + "\r\n"
	gzipLength := func(path string) string {
		r := respond(t, p, path, "gzip")
		return fmt.Sprintf("Content-Length: %d\r\n", len(bodyOf(&r)))
	}
	tests := []struct {
		name   string
		req    Request
		status int
		head   string
		body   string
	}{
		{"GET", get("/"), 200, full, "page block end"},
		{"HEAD", head(get("/")), 200, full, ""},
		{"gzip", gzipped(get("/")), 200, typed + cached + "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\nETag: " + gzipTag + "\r\n" + gzipLength("/"), "page block end"},
		{"gzip HEAD", gzipped(head(get("/"))), 200, typed + cached + "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\nETag: " + gzipTag + "\r\n" + gzipLength("/"), ""},
		{"304", noneMatch(get("/"), plainTag), 304, kept, ""},
		{"304 to HEAD", noneMatch(head(get("/")), plainTag), 304, kept, ""},
		{"304 weak", noneMatch(get("/"), `"x", W/`+plainTag), 304, kept, ""},
		{"304 star", noneMatch(get("/"), "*"), 304, kept, ""},
		{"304 gzip", noneMatch(gzipped(get("/")), plainTag+","+gzipTag), 304, strings.Replace(kept, plainTag, gzipTag, 1), ""},
		{"other coding", noneMatch(get("/"), gzipTag), 200, full, "page block end"},
		{"other tag", noneMatch(get("/"), `"x"`), 200, full, "page block end"},
		{"not a list", noneMatch(get("/"), "x"), 200, full, "page block end"},
		{"If-Match", match(get("/"), plainTag), 200, full, "page block end"},
		{"If-Match star", match(get("/"), "*"), 200, full, "page block end"},
		{"If-Match and 304", noneMatch(match(get("/"), "*"), plainTag), 304, kept, ""},
		{"412", match(get("/"), `"x"`), 412, kept + "Content-Length: 0\r\n", ""},
		{"412 weak", match(get("/"), "W/"+plainTag), 412, kept + "Content-Length: 0\r\n", ""},
		{"412 before 304", noneMatch(match(get("/"), `"x"`), "*"), 412, kept + "Content-Length: 0\r\n", ""},
		{"404", with(get("/missing"), func(r *Request) { r.IfNoneMatch, r.IfMatch = "*", `"x"` }), 404, typed + cached + "Vary: Accept-Encoding\r\nContent-Length: 13\r\n", "missing block"},
		{"404 gzip", gzipped(get("/missing")), 404, typed + cached + "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\n" + gzipLength("/missing"), "missing block"},
		{"410", get("/gone"), 410, typed + cached + "Vary: Accept-Encoding\r\nContent-Length: 4\r\n", "gone"},
		{"raw", gzipped(get("/font")), 200, "Content-Type: font/woff2\r\ncache-control: max-age=31536000, immutable\r\nETag: " + etag("/font", "") + "\r\nContent-Length: 5\r\n", "\x00font"},
		{"raw 304", noneMatch(get("/font"), etag("/font", "gzip")), 304, "cache-control: max-age=31536000, immutable\r\nETag: " + etag("/font", "") + "\r\n", ""},
		{"redirect", gzipped(get("/moved")), 301, "Location: /new\r\nCache-Control: max-age=3600\r\nContent-Length: 0\r\n", ""},
		{"void", get("/void"), 200, typed + cached + "Vary: Accept-Encoding\r\nETag: " + etag("/void", "") + "\r\nContent-Length: 0\r\n", ""},
		{"void gzip", gzipped(get("/void")), 200, typed + cached + "Content-Encoding: gzip\r\nVary: Accept-Encoding\r\nETag: " + etag("/void", "gzip") + "\r\nContent-Length: 20\r\n", ""},
		{"fields twice", get("/linked"), 200, typed + cached + "X-1: y\r\nLink: </a>; rel=a\r\nlink: </b>; rel=b\r\nExpires: 0\r\nContent-Location: /l\r\nVary: Accept-Encoding\r\nETag: " + etag("/linked", "") + "\r\nContent-Length: 11\r\n", "linkedblock"},
		{"fields on 304", noneMatch(get("/linked"), "*"), 304, cached + "Expires: 0\r\nContent-Location: /l\r\nVary: Accept-Encoding\r\nETag: " + etag("/linked", "") + "\r\n", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := p.Respond(t.Context(), test.req)
			if err != nil {
				t.Fatal(err)
			}
			if r.Status() != test.status {
				t.Errorf("status %d, want %d", r.Status(), test.status)
			}
			if got := string(r.AppendHead(nil)); got != test.head {
				t.Errorf("head\n%swant\n%s", got, test.head)
			}
			body := bodyOf(&r)
			if r.Gzip() && len(body) > 0 {
				if body, err = inflate(body); err != nil {
					t.Error(err)
				}
			}
			if string(body) != test.body {
				t.Errorf("body %q, want %q", body, test.body)
			}
			sameWritten(t, &r)
		})
	}
	sound(t, p)
}

// sameWritten checks that net/http is given what another writer would be given.
func sameWritten(t *testing.T, r *Response) {
	t.Helper()
	w := httptest.NewRecorder()
	if err := r.Write(w); err != nil {
		t.Fatal(err)
	}
	if w.Code != r.Status() || !bytes.Equal(w.Body.Bytes(), bodyOf(r)) {
		t.Errorf("net/http is given %d and %d bytes", w.Code, w.Body.Len())
	}
	var written, want []string
	for name, values := range w.Header() {
		for _, value := range values {
			written = append(written, name+": "+value)
		}
	}
	for line := range strings.Lines(string(r.AppendHead(nil))) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\r\n"), ": ")
		want = append(want, http.CanonicalHeaderKey(name)+": "+value)
	}
	sort.Strings(written)
	sort.Strings(want)
	if !slices.Equal(written, want) {
		t.Errorf("net/http is given %q, want %q", written, want)
	}
}

// Over a connection: Date is there, and nothing that we did not set.
func TestOverHTTP(t *testing.T) {
	p := New(fixed(kinds(), map[string]Block{"b": blockOf(strings.Repeat("block ", 100_000))}))
	server := httptest.NewServer(handler(p))
	defer server.Close()
	client := &http.Client{
		Transport:     &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer client.CloseIdleConnections()
	for path := range kinds() {
		for _, method := range []string{"GET", "HEAD"} {
			for _, header := range []http.Header{{}, {"Accept-Encoding": {"br", "gzip"}}, {"If-None-Match": {`"x"`, "*"}}, {"If-Match": {`"x"`}}} {
				req, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				req.Header = header
				got, err := client.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				var body bytes.Buffer
				if _, err := body.ReadFrom(got.Body); err != nil {
					t.Fatal(err)
				}
				got.Body.Close()
				want, err := p.Respond(t.Context(), RequestOf(&http.Request{Method: method, URL: req.URL, Header: header}))
				if err != nil {
					t.Fatal(err)
				}
				if got.StatusCode != want.Status() || !bytes.Equal(body.Bytes(), bodyOf(&want)) {
					t.Errorf("%s %s %v: %d, %d bytes", method, path, header, got.StatusCode, body.Len())
				}
				if got.Header.Get("Date") == "" {
					t.Errorf("%s %s %v: no Date", method, path, header)
				}
				got.Header.Del("Date")
				w := httptest.NewRecorder()
				want.setHeader(w.Header())
				if fmt.Sprint(got.Header) != fmt.Sprint(w.Header()) {
					t.Errorf("%s %s %v: %v, want %v", method, path, header, got.Header, w.Header())
				}
			}
		}
	}
}

// Whatever else a request says, the answer is the same.
func TestNothingElseInARequestMatters(t *testing.T) {
	p := New(fixed(kinds(), map[string]Block{"b": blockOf("block")}))
	allowed := map[string]bool{"Accept-Encoding": true, "If-Match": true, "If-None-Match": true}
	names := []string{"Cookie", "Range", "If-Range", "If-Modified-Since", "If-Unmodified-Since", "Accept-Language", "Authorization",
		"User-Agent", "X-Forwarded-Host", "X-Forwarded-Proto", "Host", "Cache-Control", "Pragma", "Te", "Accept", "Save-Data", "Purpose"}
	rapid.Check(t, func(t *rapid.T) {
		header := make(http.Header)
		for range rapid.IntRange(0, 5).Draw(t, "fields") {
			name := http.CanonicalHeaderKey(rapid.OneOf(rapid.SampledFrom(names), rapid.StringMatching(`[A-Za-z-]{1,12}`)).Draw(t, "name"))
			if !allowed[name] {
				header.Add(name, rapid.OneOf(rapid.SampledFrom([]string{"bytes=0-3", `"x"`, "*", "ru"}), rapid.StringMatching(`[ -~]{0,20}`)).Draw(t, "value"))
			}
		}
		bare := http.Header{}
		if rapid.Bool().Draw(t, "gzip") {
			header.Set("Accept-Encoding", "gzip")
			bare.Set("Accept-Encoding", "gzip")
		}
		path := rapid.SampledFrom([]string{"/", "/missing", "/font", "/moved", "/linked"}).Draw(t, "path")
		query := rapid.StringMatching(`(\?[a-z=&0-9]{0,10})?`).Draw(t, "query")
		answer := func(url string, header http.Header) string {
			r := httptest.NewRequest("GET", url, nil)
			r.Header = header
			w := httptest.NewRecorder()
			handler(p).ServeHTTP(w, r)
			return fmt.Sprint(w.Code, w.Header(), w.Body)
		}
		if got, want := answer("http://evil.example"+path+query, header), answer(path, bare); got != want {
			t.Fatalf("%s\nwant\n%s", got, want)
		}
	})
}

func TestMethods(t *testing.T) {
	p := New(fixed(kinds(), nil))
	for _, method := range []string{"", "POST", "get", "OPTIONS", "DELETE"} {
		if _, err := p.Respond(t.Context(), Request{Method: method, Path: "/font"}); err != ErrMethod {
			t.Errorf("%q: %v", method, err)
		}
	}
}

func TestPagesThatCannotBe(t *testing.T) {
	changed := func(change func(*Page)) Page { page := pageOf("x"); change(&page); return page }
	field := func(name, value string) Page {
		return changed(func(p *Page) { p.Fields = append(slices.Clone(html), Field{name, value}) })
	}
	for says, page := range map[string]Page{
		"status 204 has no page":         changed(func(p *Page) { p.Status = 204 }),
		"status 304 has no page":         changed(func(p *Page) { p.Status = 304 }),
		"status 101 has no page":         changed(func(p *Page) { p.Status = 101 }),
		"status 600 has no page":         changed(func(p *Page) { p.Status = 600 }),
		"page of 9 parts":                changed(func(p *Page) { p.Parts = make([]Part, 9) }),
		"both HTML and the block b":      changed(func(p *Page) { p.Parts[0].Block = "b" }),
		"without Content-Type":           changed(func(p *Page) { p.Fields = nil }),
		"piece of 268435457 bytes":       changed(func(p *Page) { p.Parts[0].HTML = make([]byte, maxHTML+1) }),
		`bad header field "": "x"`:       field("", "x"),
		`bad header field "a b": "x"`:    field("a b", "x"),
		`bad header field "a:": "x"`:     field("a:", "x"),
		`bad header field "A": "x\ny"`:   field("A", "x\ny"),
		`bad header field "A": "x\r"`:    field("A", "x\r"),
		`bad header field "A": "\x00"`:   field("A", "\x00"),
		`bad header field "A": " x"`:     field("A", " x"),
		"header field Set-Cookie is not": field("set-cookie", "a=b"),
		"header field Etag is not":       field("ETag", `"x"`),
		"header field Vary is not":       field("Vary", "Cookie"),
	} {
		p := New(fixed(map[string]Page{"/": page}, nil))
		_, err := p.Respond(t.Context(), Request{Method: "GET", Path: "/"})
		if err == nil || !strings.HasPrefix(err.Error(), "press: lay /: ") || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want %q", err, says)
		}
		sound(t, p)
	}
	p := New(Options{Lay: func(context.Context, string) (Page, error) { return pageOf("@b"), nil }})
	if _, err := p.Respond(t.Context(), Request{Method: "GET", Path: "/"}); err == nil || !strings.Contains(err.Error(), "no such block") {
		t.Errorf("error %v", err)
	}
}

// What a page is made of makes its ETag; where the parts end does too.
func TestETagIsOfWhatIsThere(t *testing.T) {
	tags := make(map[string]string)
	other := pageOf("ab")
	other.Fields = append(slices.Clone(html), Field{"X", "y"})
	for name, page := range map[string]Page{
		"ab": pageOf("ab"), "ba": pageOf("ba"), "a,b": pageOf("a", "b"), "b,a": pageOf("b", "a"), "ab,": pageOf("ab", ""), "": pageOf(""), "fields": other,
	} {
		for _, accept := range []string{"", "gzip"} {
			var seen string
			for range 2 { // another press says the same
				p := New(fixed(map[string]Page{"/": page}, nil))
				r := respond(t, p, "/", accept)
				if seen != "" && r.ETag() != seen {
					t.Errorf("%q: ETag %s, before %s", name, r.ETag(), seen)
				}
				seen = r.ETag()
			}
			if before, ok := tags[seen]; ok {
				t.Errorf("%q and %q have one ETag", name+accept, before)
			}
			tags[seen] = name + accept
		}
	}
	p := New(fixed(map[string]Page{"/": pageOf("a"), "/b": pageOf("@a")}, map[string]Block{"a": blockOf("a")}))
	own, block := respond(t, p, "/", ""), respond(t, p, "/b", "")
	if own.ETag() != block.ETag() {
		t.Error("the same bytes as a page's own and as a block have two ETags")
	}
}

func TestGzipIsByteForByteThis(t *testing.T) {
	p := New(fixed(map[string]Page{"/": pageOf("", "@b")}, map[string]Block{"b": {}}))
	r := respond(t, p, "/", "gzip")
	if got := hex.EncodeToString(bodyOf(&r)); got != "1f8b08000000000000ff"+"0300"+"0000000000000000" {
		t.Errorf("empty page is %s", got)
	}
}
