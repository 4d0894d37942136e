package press

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// prose is HTML of about size bytes that compresses like a news page.
func prose(seed uint64, size int) []byte {
	const letters = "aeiourstlnmdkpvgbzхаоеинтсрвлкмдпуяы"
	alphabet := []rune(letters)
	r := rand.New(rand.NewPCG(seed, 1))
	words := make([]string, 400)
	for i := range words {
		var word strings.Builder
		for range 2 + r.IntN(9) {
			word.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		words[i] = word.String()
	}
	var b bytes.Buffer
	for b.Len() < size {
		b.WriteString(`<p class="text">`)
		for range 30 {
			b.WriteString(words[min(r.IntN(400), r.IntN(400))])
			b.WriteByte(' ')
		}
		b.WriteString("</p>\n")
	}
	return b.Bytes()[:size]
}

// article is a page of 12 KB in six parts, as readers get most.
func article() (map[string]Page, map[string]Block) {
	page := Page{
		Fields: []Field{
			{"Content-Type", "text/html; charset=utf-8"},
			{"Cache-Control", "public, no-cache"},
			{"Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
			{"X-Content-Type-Options", "nosniff"},
			{"Referrer-Policy", "strict-origin-when-cross-origin"},
		},
		Parts: []Part{{HTML: prose(1, 1500)}, {Block: "masthead/ru"}, {HTML: prose(2, 6000)}, {Block: "latest/ru"}, {Block: "foot/ru"}, {HTML: prose(3, 200)}},
	}
	blocks := map[string]Block{
		"masthead/ru": {HTML: prose(4, 1200)},
		"latest/ru":   {HTML: prose(5, 2500)},
		"foot/ru":     {HTML: prose(6, 800)},
	}
	return map[string]Page{"/ru/2021/06/slug": page}, blocks
}

var browser = Request{Method: "GET", Path: "/ru/2021/06/slug", AcceptEncoding: "gzip, deflate, br, zstd"}

func benchmarkRespond(b *testing.B, req Request) {
	p := New(fixed(article()))
	var head []byte
	segments := make([][]byte, 0, maxParts+2)
	for b.Loop() {
		r, err := p.Respond(context.Background(), req)
		if err != nil {
			b.Fatal(err)
		}
		head = r.AppendHead(head[:0])
		segments = r.AppendBody(segments[:0])
	}
	b.ReportAllocs()
}

func BenchmarkRespondGzip(b *testing.B) { benchmarkRespond(b, browser) }

func BenchmarkRespondIdentity(b *testing.B) {
	req := browser
	req.AcceptEncoding = ""
	benchmarkRespond(b, req)
}

func BenchmarkRespond304(b *testing.B) {
	p := New(fixed(article()))
	r := respond(b, p, browser.Path, browser.AcceptEncoding)
	req := browser
	req.IfNoneMatch = r.ETag()
	benchmarkRespond(b, req)
}

func BenchmarkRespondParallel(b *testing.B) {
	p := New(fixed(article()))
	b.RunParallel(func(pb *testing.PB) {
		var head []byte
		segments := make([][]byte, 0, maxParts+2)
		for pb.Next() {
			r, err := p.Respond(context.Background(), browser)
			if err != nil {
				b.Fatal(err)
			}
			head = r.AppendHead(head[:0])
			segments = r.AppendBody(segments[:0])
		}
	})
	b.ReportAllocs()
}

// The same while every block is being replaced all the time.
func BenchmarkRespondUnderChanges(b *testing.B) {
	p := New(fixed(article()))
	done := make(chan struct{})
	go func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
				p.Apply(Change{Since: p.Since(), Set: map[string]Block{"foot/ru": blockOf(fmt.Sprint(i))}})
			}
		}
	}()
	defer close(done)
	for b.Loop() {
		if _, err := p.Respond(context.Background(), browser); err != nil {
			b.Fatal(err)
		}
	}
}

// Composing anew: what the first request pays after a block has changed.
func BenchmarkCompose(b *testing.B) {
	p := New(fixed(article()))
	r := respond(b, p, browser.Path, "gzip")
	for b.Loop() {
		r.view.newHead(gzip)
	}
	b.ReportAllocs()
}

// nowhere is a connection to nobody.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) WriteHeader(int)             {}
func (n *nowhere) Write(p []byte) (int, error) { return len(p), nil }

func BenchmarkWrite(b *testing.B) {
	p := New(fixed(article()))
	w := &nowhere{header: make(http.Header)}
	for b.Loop() {
		r, err := p.Respond(context.Background(), browser)
		if err != nil {
			b.Fatal(err)
		}
		if err := r.Write(w); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
}

func BenchmarkOverHTTP(b *testing.B) {
	server := httptest.NewServer(handler(New(fixed(article()))))
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	var body bytes.Buffer
	for b.Loop() {
		req, err := http.NewRequest("GET", server.URL+browser.Path, nil)
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", browser.AcceptEncoding)
		answer, err := client.Do(req)
		if err != nil {
			b.Fatal(err)
		}
		body.Reset()
		body.ReadFrom(answer.Body)
		answer.Body.Close()
	}
}

// A page that is not held, its blocks are: what the press adds to rendering.
func BenchmarkLay(b *testing.B) {
	p := New(fixed(article()))
	paths := []string{browser.Path}
	for b.Loop() {
		p.Apply(Change{Pages: paths})
		if _, err := p.Respond(context.Background(), browser); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
}

func BenchmarkSet(b *testing.B) {
	p := New(fixed(article()))
	_, blocks := article()
	set := map[string]Block{"latest/ru": blocks["latest/ru"]}
	for b.Loop() {
		p.Apply(Change{Since: p.Since(), Set: set})
	}
	b.ReportAllocs()
}

func BenchmarkAcceptsGzip(b *testing.B) {
	for b.Loop() {
		acceptsGzip(browser.AcceptEncoding)
	}
}

// manyPages holds count pages of the kind of an article, but short ones: the
// benchmark is of what it takes to hold them.
func manyPages(t testing.TB, count int) *Press {
	own := [][]byte{prose(1, 300), prose(2, 600), prose(3, 50)}
	_, blocks := article()
	options := fixed(nil, blocks)
	options.MaxBytes = 1 << 40
	options.Lay = func(context.Context, string) (Page, error) {
		return Page{Fields: html, Parts: []Part{{HTML: own[0]}, {Block: "masthead/ru"}, {HTML: own[1]}, {Block: "latest/ru"}, {Block: "foot/ru"}, {HTML: own[2]}}}, nil
	}
	p := New(options)
	for i := range count {
		respond(t, p, fmt.Sprintf("/ru/2021/06/story-%08d", i), "gzip")
	}
	return p
}

func heap() int64 {
	runtime.GC()
	runtime.GC() // pools need two
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkMemory(b *testing.B) {
	const count = 100_000
	for b.Loop() {
		before := heap()
		p := manyPages(b, count)
		taken := heap() - before
		pg := p.store.Load().pages.find("/ru/2021/06/story-00000000")
		bytes := 0
		for _, part := range pg.parts {
			if part.own != nil {
				bytes += len(part.own.data)
			}
		}
		b.ReportMetric(float64(taken)/count, "B/page")
		b.ReportMetric(float64(taken)/count-float64(bytes), "overhead-B/page")
		b.ReportMetric(float64(p.Stats().Bytes)/count, "counted-B/page")
	}
}

// The budget is honest if what is counted is what is taken.
func TestMemoryIsCounted(t *testing.T) {
	const count = 1500
	before := heap()
	p := manyPages(t, count)
	taken := heap() - before
	counted := p.Stats().Bytes
	if ratio := float64(counted) / float64(taken); ratio < 0.9 || ratio > 1.25 {
		t.Errorf("%d bytes counted, %d taken", counted, taken)
	}
	runtime.KeepAlive(p)
}
