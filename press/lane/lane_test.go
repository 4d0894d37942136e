package lane

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"stet/press"
)

func newPress() *press.Press {
	return press.New(press.Options{Lay: func(_ context.Context, path string) (press.Page, error) {
		fields := []press.Field{{Name: "Content-Type", Value: "text/html"}, {Name: "Cache-Control", Value: "public, no-cache"}}
		switch path {
		case "/a", "/b/c":
			return press.Page{Fields: fields, Parts: []press.Part{{HTML: []byte("<p>" + strings.Repeat(path, 200))}, {Block: "latest"}}}, nil
		case "/long":
			return press.Page{Fields: fields, Parts: []press.Part{{HTML: bytes.Repeat([]byte("0123456789abcdef"), 1<<20)}}, Raw: true}, nil
		case "/moved":
			return press.Page{Status: 301, Fields: []press.Field{{Name: "Location", Value: "/a"}}}, nil
		}
		return press.Page{Status: 404, Fields: fields, Parts: []press.Part{{HTML: []byte("none")}}, Transient: true}, nil
	}, Print: func(context.Context, string) (press.Block, error) {
		return press.Block{HTML: []byte("latest news")}, nil
	}})
}

// served is a press behind net/http, and behind a lane with the same net/http.
type served struct {
	alone, lane string
	l           *Lane
	server      *http.Server

	mu   sync.Mutex
	done []Answer
	slow chan struct{} // of requests for /slow: they wait for it
}

func serve(t testing.TB, o Options) *served {
	t.Helper()
	p := newPress()
	s := &served{slow: make(chan struct{})}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/desk") || r.Method != "GET" && r.Method != "HEAD" {
			io.Copy(io.Discard, r.Body)
			w.Header().Set("X-Desk", r.Method)
			fmt.Fprintln(w, "the desk at", r.URL.Path)
			return
		}
		// net/http takes a client that has said all for one that is gone, and the
		// first page would fail or not as it happens.
		resp, err := p.Respond(context.WithoutCancel(r.Context()), press.RequestOf(r))
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		resp.Write(w)
	})
	o.Answer = func(ctx context.Context, r Request) (press.Response, bool) {
		if strings.HasPrefix(r.Path, "/desk") {
			return press.Response{}, false
		}
		if r.Path == "/slow" {
			<-s.slow
		}
		resp, err := p.Respond(ctx, r.Request)
		return resp, err == nil
	}
	o.Done = func(a Answer) {
		s.mu.Lock()
		defer s.mu.Unlock()
		a.Took = 0
		s.done = append(s.done, a)
	}
	listen := func() net.Listener {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	alone, below := listen(), listen()
	plain := &http.Server{Handler: handler}
	go plain.Serve(alone)
	s.server = &http.Server{Handler: handler}
	s.l = New(below, o)
	go s.server.Serve(s.l)
	s.alone, s.lane = alone.Addr().String(), below.Addr().String()
	t.Cleanup(func() { plain.Close(); s.server.Close(); s.l.Close() })
	return s
}

func dial(t testing.TB, addr string) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(20 * time.Second)) // a test that hangs is to fail
	return c.(*net.TCPConn)
}

// An outcome is one answer as a client sees it.
type outcome struct {
	Status string
	Header http.Header
	Body   string
	Close  bool
}

// talk sends the parts one by one and then its end, and reads all answers. They
// are read as answers to the methods that the bytes seem to ask with.
func talk(t testing.TB, addr string, parts ...[]byte) (out []outcome) {
	t.Helper()
	c := dial(t, addr)
	go func() {
		for _, part := range parts {
			c.Write(part) // the server may have hung up
		}
		c.CloseWrite()
	}()
	all, _ := io.ReadAll(c) // a reset is an end too
	r := bufio.NewReader(bytes.NewReader(all))
	for {
		if _, err := r.Peek(1); err != nil {
			return out
		}
		rest, _ := r.Peek(r.Buffered())
		// The answer to HEAD has no body: what follows its head is the next answer.
		method := "GET"
		if _, after, ok := bytes.Cut(rest, []byte("\r\n\r\n")); ok && (len(after) == 0 || bytes.HasPrefix(after, []byte("HTTP/1."))) {
			method = "HEAD"
		}
		answer, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			return append(out, outcome{Status: "bytes", Body: string(rest)})
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Header.Del("Date")
		out = append(out, outcome{answer.Status, answer.Header, string(body), answer.Close})
	}
}

// same holds what the lane and net/http give against each other.
func same(t testing.TB, s *served, parts ...[]byte) {
	t.Helper()
	want, got := talk(t, s.alone, parts...), talk(t, s.lane, parts...)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("to %q\nthe lane gave  %.2000v\nnet/http gave %.2000v", parts, got, want)
	}
}

const good = "GET /a HTTP/1.1\r\nHost: h\r\n\r\n"

// TestSameAsNetHTTP has the cases of request smuggling and response splitting
// beside the ordinary ones; whether the lane answers by itself is told too.
func TestSameAsNetHTTP(t *testing.T) {
	s := serve(t, Options{})
	for _, c := range []struct {
		name, text string
		answers    int // of the lane itself
	}{
		{"page", good, 1},
		{"two at once", good + good, 2},
		{"gzip", "GET /a HTTP/1.1\r\nHost: h\r\nAccept-Encoding: br, gzip\r\n\r\n", 1},
		{"HEAD", "HEAD /a HTTP/1.1\r\nHost: h\r\n\r\n", 1},
		{"a redirect", "GET /moved HTTP/1.1\r\nHost: h\r\n\r\n", 1},
		{"nothing there", "GET /none?x=1 HTTP/1.1\r\nHost: h:80\r\n\r\n", 1},
		{"not modified", "GET /a HTTP/1.1\r\nHost: h\r\nIf-None-Match: *\r\n\r\n", 1},
		{"failed precondition", "GET /a HTTP/1.1\r\nHost: h\r\nIf-Match: \"x\"\r\n\r\n", 1},
		{"close", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n" + good, 1},
		{"keep", "GET /a HTTP/1.1\r\nHost: h\r\nconnection: keep-alive\r\nCookie: a=b\r\nRange: bytes=0-1\r\n\r\n", 1},
		{"nothing", "", 0},
		{"half", "GET /a HTT", 0},
		{"half of the second", good + "GET /a HTTP/1.1\r\nHo", 1},
		{"desk after a page", good + "GET /desk HTTP/1.1\r\nHost: h\r\n\r\n" + good, 1},
		{"body", "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc" + good, 0},
		{"1.0", "GET /a HTTP/1.0\r\nHost: h\r\n\r\n", 0},
		{"2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0},
		{"no host", "GET /a HTTP/1.1\r\n\r\n", 0},
		{"two hosts", "GET /a HTTP/1.1\r\nHost: h\r\nHost: i\r\n\r\n", 0},
		{"host with a path", "GET /a HTTP/1.1\r\nHost: h/b\r\n\r\n", 0},
		{"absolute target", "GET http://i/a HTTP/1.1\r\nHost: h\r\n\r\n", 0},
		{"two slashes", "GET //i/a HTTP/1.1\r\nHost: h\r\n\r\n", 0},
		{"encoded path", "GET /%61 HTTP/1.1\r\nHost: h\r\n\r\n", 0},
		{"CR LF in the path", "GET /a%0d%0aX:1 HTTP/1.1\r\nHost: h\r\n\r\n", 0},
		{"fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 0},
		{"two spaces", "GET  /a HTTP/1.1\r\nHost: h\r\n\r\n", 0},
		{"tab in the line", "GET\t/a HTTP/1.1\r\nHost: h\r\n\r\n", 0},
		{"lower case", "get /a HTTP/1.1\r\nHost: h\r\n\r\n", 0},
		{"CL.0", "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n" + good, 0},
		{"GET with a body", "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello" + good, 0},
		{"CL.TE", "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX", 0},
		{"TE", "GET /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + good, 0},
		{"TE with a space before the colon", "GET /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 0},
		{"TE with a tab before its name", "GET /a HTTP/1.1\r\nHost: h\r\n\tTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0},
		{"TE after a vertical tab", "GET /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n", 0},
		{"TE folded", "GET /a HTTP/1.1\r\nHost: h\r\nX: y\r\n Transfer-Encoding: chunked\r\n\r\n", 0},
		{"TE behind a bare LF", "GET /a HTTP/1.1\r\nHost: h\r\nX: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0},
		{"TE behind a bare CR", "GET /a HTTP/1.1\r\nHost: h\r\nX: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 0},
		{"two lengths", "GET /a HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 0},
		{"only LF", "GET /a HTTP/1.1\nHost: h\n\n", 0},
		{"empty line first", "\r\n" + good, 0},
		{"NUL in a value", "GET /a HTTP/1.1\r\nHost: h\r\nX: a\x00b\r\n\r\n", 0},
		{"empty name", "GET /a HTTP/1.1\r\nHost: h\r\n: b\r\n\r\n", 0},
		{"no colon", "GET /a HTTP/1.1\r\nHost: h\r\nHello\r\n\r\n", 0},
		{"upgrade", "GET /a HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", 0},
		{"expect", "GET /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n", 0},
		{"doubled Accept-Encoding", "GET /a HTTP/1.1\r\nHost: h\r\nAccept-Encoding: br\r\nAccept-Encoding: gzip\r\n\r\n", 0},
		{"too long", "GET /a HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("x", bufferSize) + "\r\n\r\n" + good, 0},
		{"not quite too long", "GET /a HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("x", bufferSize-100) + "\r\n\r\n", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.mu.Lock()
			s.done = nil
			s.mu.Unlock()
			same(t, s, []byte(c.text))
			s.mu.Lock()
			defer s.mu.Unlock()
			if len(s.done) != c.answers {
				t.Errorf("the lane gave %d answers by itself, want %d", len(s.done), c.answers)
			}
		})
	}
}

// TestSplitAnywhere: it does not matter how the bytes arrive.
func TestSplitAnywhere(t *testing.T) {
	s := serve(t, Options{})
	text := []byte(good + "HEAD /b/c HTTP/1.1\r\nHost: h\r\n\r\n")
	for i := range text {
		same(t, s, text[:i], text[i:])
	}
}

// FuzzSameAsNetHTTP: whatever comes, the lane gives what net/http gives.
func FuzzSameAsNetHTTP(f *testing.F) {
	f.Add([]byte(good), uint16(3))
	f.Add([]byte("HEAD /b/c?x HTTP/1.1\r\nHost: h\r\nIf-None-Match: W/\"a\", *\r\nAccept-Encoding: gzip;q=0.5\r\n\r\n"+good), uint16(50))
	f.Add([]byte("GET /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"+good), uint16(60))
	s := serve(f, Options{})
	f.Fuzz(func(t *testing.T, text []byte, at uint16) {
		if bytes.Contains(text, []byte("/long")) {
			t.Skip("long to read")
		}
		at = min(at, uint16(min(len(text), 1<<15)))
		same(t, s, text[:at], text[at:])
	})
}

// TestAnswersAreTold: logs and metrics hear of what was answered.
func TestAnswersAreTold(t *testing.T) {
	s := serve(t, Options{})
	talk(t, s.lane, []byte(good+"HEAD /a HTTP/1.1\r\nHost: h\r\n\r\nGET /none HTTP/1.1\r\nHost: h\r\n\r\n"))
	s.mu.Lock()
	defer s.mu.Unlock()
	want := []Answer{{"GET", "/a", 200, int64(3 + 400 + len("latest news")), 0}, {"HEAD", "/a", 200, 0, 0}, {"GET", "/none", 404, 4, 0}}
	if !reflect.DeepEqual(s.done, want) {
		t.Errorf("told %v, want %v", s.done, want)
	}
}

// ended waits until the server has closed the connection.
func ended(t *testing.T, c net.Conn) {
	t.Helper()
	if _, err := io.Copy(io.Discard, c); err != nil && strings.Contains(err.Error(), "timeout") {
		t.Fatal("the connection was not closed")
	}
}

// TestTimes: who is slow is cut off when the time is up, and not before.
func TestTimes(t *testing.T) {
	for name, c := range map[string]struct {
		sent  string
		after time.Duration
	}{
		"never a byte":             {"", 10 * time.Second},
		"half a head":              {"GET /a HTTP/1.1\r\n", 10 * time.Second},
		"half a head after a page": {good + "GET /a HT", 10 * time.Second},
		"idle":                     {good, 120 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, Options{})
			c1 := dial(t, s.lane)
			io.WriteString(c1, c.sent)
			if strings.HasPrefix(c.sent, good) {
				answer, err := http.ReadResponse(bufio.NewReaderSize(c1, 16), nil)
				if err != nil {
					t.Fatal(err)
				}
				io.Copy(io.Discard, io.LimitReader(answer.Body, 1))
			}
			k := settled(t, s.l, func(k *conn) bool {
				return k.idle.Load() == (c.sent == "" || c.sent == good) && hasLong(k) == (c.sent == good)
			})
			early := time.Unix(0, k.due.Load()).Add(-time.Nanosecond)
			if d := early.Sub(time.Unix(0, s.l.now.Load())); d < c.after-2*time.Second || d > c.after {
				t.Fatalf("its time is %v, want %v", d, c.after)
			}
			s.l.tick(early)
			if k.tcp.SetDeadline(time.Time{}) != nil {
				t.Fatal("closed too early")
			}
			s.l.tick(early.Add(time.Nanosecond))
			ended(t, c1)
		})
	}
}

// settled waits until the one connection is what it is to be.
func settled(t *testing.T, l *Lane, as func(*conn) bool) *conn {
	t.Helper()
	for range 5000 {
		l.mu.Lock()
		for c := range l.conns {
			if c.due.Load() != 0 && as(c) {
				l.mu.Unlock()
				return c
			}
		}
		l.mu.Unlock()
		time.Sleep(time.Millisecond)
	}
	t.Fatal("the connection did not settle")
	return nil
}

// hasLong tells whether a client has more than a minute left.
func hasLong(c *conn) bool { return c.due.Load() > c.lane.now.Load()+int64(time.Minute) }

// TestSlowReader: who does not take an answer is cut off too.
func TestSlowReader(t *testing.T) {
	s := serve(t, Options{})
	c := dial(t, s.lane)
	io.WriteString(c, "GET /long HTTP/1.1\r\nHost: h\r\n\r\n")
	k := settled(t, s.l, func(k *conn) bool { return !k.idle.Load() && hasLong(k) })
	s.l.tick(time.Unix(0, k.due.Load()))
	n, _ := io.Copy(io.Discard, c)
	if n == 0 || n >= 16<<20 {
		t.Errorf("%d bytes came of a page of %d", n, 16<<20)
	}
}

// TestLongAnswer: a page of more than a socket takes comes whole.
func TestLongAnswer(t *testing.T) {
	s := serve(t, Options{})
	text := []byte("GET /long HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
	same(t, s, text)
}

// TestRoom: where there is no room, one that waits makes it.
func TestRoom(t *testing.T) {
	s := serve(t, Options{Connections: 3})
	for range 20 {
		c := dial(t, s.lane)
		io.WriteString(c, good)
		if _, err := http.ReadResponse(bufio.NewReader(c), nil); err != nil {
			t.Fatal(err)
		}
	}
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	if len(s.l.conns) > 3 {
		t.Errorf("%d connections, the most is 3", len(s.l.conns))
	}
}

// TestRequestsOfAConnection: after the last one it is told to close.
func TestRequestsOfAConnection(t *testing.T) {
	s := serve(t, Options{Requests: 2})
	got := talk(t, s.lane, []byte(good+good+good))
	if len(got) != 2 || got[0].Close || !got[1].Close {
		t.Errorf("got %v", got)
	}
}

// TestShutdown loses no answer: not one that waits for its page, and not one
// whose connection was handed over.
func TestShutdown(t *testing.T) {
	s := serve(t, Options{})
	idle, slow := dial(t, s.lane), dial(t, s.lane)
	io.WriteString(idle, good)
	if _, err := http.ReadResponse(bufio.NewReader(idle), nil); err != nil {
		t.Fatal(err)
	}
	half := dial(t, s.lane)
	io.WriteString(half, "GET /desk HT")
	io.WriteString(slow, "GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
	for begun := false; !begun; time.Sleep(time.Millisecond) { // all three are where they are to be
		waiting, working, heads := 0, 0, 0
		s.l.mu.Lock()
		for c := range s.l.conns {
			switch {
			case c.idle.Load():
				waiting++
			case c.due.Load() == 0:
				working++
			default:
				heads++
			}
		}
		s.l.mu.Unlock()
		begun = waiting == 1 && working == 1 && heads == 1
	}
	over := make(chan error, 1)
	go func() { over <- s.l.Shutdown(context.Background()) }()
	ended(t, idle)
	select {
	case <-over:
		t.Fatal("Shutdown did not wait")
	default:
	}
	close(s.slow)
	answer, err := http.ReadResponse(bufio.NewReader(slow), nil)
	if err != nil || !answer.Close {
		t.Errorf("the waiting request got %v, %v", answer, err)
	}
	slow.Close()
	io.WriteString(half, "TP/1.1\r\nHost: h\r\n\r\n")
	if answer, err = http.ReadResponse(bufio.NewReader(half), nil); err != nil || answer.StatusCode != 200 {
		t.Errorf("the request that was handed over got %v, %v", answer, err)
	}
	if err := <-over; err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", s.lane); err == nil {
		t.Error("a connection was taken after the shutdown")
	}
}
