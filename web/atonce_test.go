package web

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// counted counts the writes of the connections it accepts, and lets them fail.
type counted struct {
	net.Listener
	writes atomic.Int64
	broken atomic.Bool
}

func (l *counted) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &countedConn{c.(*net.TCPConn), l}, nil
}

type countedConn struct {
	*net.TCPConn
	l *counted
}

func (c *countedConn) Write(p []byte) (int, error) {
	c.l.writes.Add(1)
	if c.l.broken.Load() {
		return 0, errors.New("broken")
	}
	return c.TCPConn.Write(p)
}

// gathered starts a server that answers at once.
func gathered(t *testing.T, secure bool, h http.HandlerFunc) (*httptest.Server, *counted) {
	s := httptest.NewUnstartedServer(AtOnce(h))
	l := &counted{Listener: s.Listener}
	s.Listener = Gather(l)
	s.Config.ConnContext = GatherContext
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.EnableHTTP2 = true
	if secure {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s, l
}

func TestAtOnce(t *testing.T) {
	answer := func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		body := bytes.Repeat([]byte("x"), n)
		switch r.URL.Path {
		case "/known":
			w.Header().Set("Content-Length", strconv.Itoa(n))
			w.Write(body)
		case "/unknown":
			w.Write(body)
		case "/file": // by the way that files take
			w.Header().Set("Content-Length", strconv.Itoa(n))
			io.Copy(w, bytes.NewReader(body))
		case "/304":
			w.WriteHeader(http.StatusNotModified)
		case "/panic":
			w.Header().Set("Content-Length", strconv.Itoa(n+1))
			w.Write(body)
			panic(http.ErrAbortHandler)
		}
	}
	for _, secure := range []bool{false, true} {
		s, l := gathered(t, secure, answer)
		client := s.Client()
		for _, c := range []struct {
			method, path string
			n            int
			writes       int64 // of a plain connection; 0 for some
		}{
			{"GET", "/known", 0, 1},
			{"GET", "/known", 100, 1},
			{"GET", "/known", 6000, 1},
			{"GET", "/known", 200_000, 1},
			{"GET", "/known", maxHeld + 1, 0},
			{"GET", "/known", 3_000_000, 0},
			{"HEAD", "/known", 6000, 1},
			{"GET", "/unknown", 100, 1},
			{"GET", "/unknown", 6000, 0},
			{"GET", "/file", 3_000_000, 0},
			{"GET", "/304", 0, 1},
			{"GET", "/known", 6000, 1},
		} {
			before := l.writes.Load()
			req, err := http.NewRequest(c.method, s.URL+c.path+"?n="+strconv.Itoa(c.n), nil)
			if err != nil {
				t.Fatal(err)
			}
			answer, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			want := c.n
			if c.method == "HEAD" {
				want = 0
			}
			if err != nil || len(body) != want || strings.Trim(string(body), "x") != "" {
				t.Errorf("secure %v, %s %s: %d bytes, want %d, %v", secure, c.method, c.path, len(body), want, err)
			}
			if got := l.writes.Load() - before; !secure && c.writes > 0 && got != c.writes {
				t.Errorf("%s %s %d: %d writes", c.method, c.path, c.n, got)
			}
		}
		answer, err := client.Get(s.URL + "/panic?n=6000")
		if err == nil {
			_, err = io.ReadAll(answer.Body)
		}
		if err == nil {
			t.Errorf("secure %v: half an answer looks whole", secure)
		}
	}
}

// Requests that were sent without waiting get their answers in their order.
func TestAtOncePipelined(t *testing.T) {
	s, _ := gathered(t, false, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(len(r.URL.Path)))
		io.WriteString(w, r.URL.Path)
	})
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for i := range 20 {
		fmt.Fprintf(c, "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n", i)
	}
	r := bufio.NewReader(c)
	for i := range 20 {
		answer, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		if want := fmt.Sprintf("/%d", i); string(body) != want {
			t.Fatalf("answer %d is %q", i, body)
		}
	}
}

// A failure to write closes the connection, though the server was told that
// all went well.
func TestAtOnceBroken(t *testing.T) {
	s, l := gathered(t, false, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "5")
		io.WriteString(w, "hello")
	})
	l.broken.Store(true)
	c, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	if got, err := io.ReadAll(c); len(got) > 0 || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// TLS answers the other side at any time: what it writes while an answer is held
// back, released or given up is neither lost nor torn.
func TestAtOnceWrittenFromTwoSides(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	client, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	accepted, err := Gather(l).Accept()
	if err != nil {
		t.Fatal(err)
	}
	c := accepted.(*gathering)
	const times = 2000
	other := make(chan struct{})
	go func() {
		defer close(other)
		for range times {
			c.Write([]byte("b"))
		}
	}()
	go func() {
		for range times {
			c.hold()
			c.Write([]byte("a"))
			c.Write([]byte("a"))
			c.release()
		}
		<-other
		c.release()
		c.Close()
	}()
	got, err := io.ReadAll(client)
	if a, b := bytes.Count(got, []byte("a")), bytes.Count(got, []byte("b")); err != nil || a != 2*times || b != times {
		t.Errorf("%d and %d bytes came, %v", a, b, err)
	}
}
