package lane

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"stet/press"
)

// A Request is a request for a page.
type Request struct {
	press.Request
	Host  string // as the client sent it
	Query string // without the question mark
}

// An Answer is what is told of an answer that was given.
type Answer struct {
	Method, Path string
	Status       int
	Bytes        int64 // of the body
	Took         time.Duration
}

// Options is what a lane needs to know. A zero time or number has the default.
type Options struct {
	// Answer answers a request, or declines. It may be called for the same
	// request by net/http's handler afterwards.
	Answer func(context.Context, Request) (press.Response, bool)

	// Done, if set, is told of every answer, after it was given.
	Done func(Answer)

	HeadTimeout  time.Duration // for the head of a request, from its first byte: 10 s
	IdleTimeout  time.Duration // between requests: 120 s
	WriteTimeout time.Duration // for a client to take an answer: 120 s
	Connections  int           // at the same time: 20,000
	Requests     int           // of one connection: 100,000
}

// A Lane answers what it recognises of the connections of a listener, and is
// the listener of those it hands over.
type Lane struct {
	net.Listener
	o       Options
	handed  chan accepted
	closing atomic.Bool
	done    chan struct{} // closed by Close
	once    sync.Once

	now  atomic.Int64 // Unix nanoseconds, as of the last tick
	date atomic.Pointer[string]

	mu    sync.Mutex
	conns map[*conn]struct{} // whose time is kept
	open  int                // goroutines of connections
	empty chan struct{}      // closed when closing and there are none
}

type accepted struct {
	conn net.Conn
	err  error
}

// New returns a lane that begins to serve at once what comes to l.
func New(l net.Listener, o Options) *Lane {
	def := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	def(&o.HeadTimeout, 10*time.Second)
	def(&o.IdleTimeout, 120*time.Second)
	def(&o.WriteTimeout, 120*time.Second)
	if o.Connections == 0 {
		o.Connections = 20_000
	}
	if o.Requests == 0 {
		o.Requests = 100_000
	}
	lane := newLane(l, o)
	lane.tick(time.Now())
	go func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case now := <-ticker.C:
				lane.tick(now)
			case <-lane.done:
				return
			}
		}
	}()
	go lane.accept()
	return lane
}

func newLane(l net.Listener, o Options) *Lane {
	return &Lane{Listener: l, o: o, handed: make(chan accepted), done: make(chan struct{}),
		conns: map[*conn]struct{}{}, empty: make(chan struct{})}
}

// accept takes connections until the listener is closed. A failure is handed
// to net/http, which waits for a while before it asks for the next connection.
func (l *Lane) accept() {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			if l.closing.Load() || !l.give(accepted{err: err}) {
				return
			}
			continue
		}
		tcp, ok := c.(*net.TCPConn)
		if !ok {
			l.give(accepted{conn: c})
			continue
		}
		if k := l.admit(tcp); k != nil {
			go k.serve()
		} else {
			tcp.Close()
		}
	}
}

// give hands something to net/http; false if that takes no more.
func (l *Lane) give(a accepted) bool {
	select {
	case l.handed <- a:
		return true
	case <-l.done:
		if a.conn != nil {
			a.conn.Close()
		}
		return false
	}
}

// Accept returns the next connection that was handed over.
func (l *Lane) Accept() (net.Conn, error) {
	select {
	case a := <-l.handed:
		return a.conn, a.err
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close ends the lane at once: its connections are cut off.
func (l *Lane) Close() error {
	l.once.Do(func() {
		l.stop()
		close(l.done)
		l.mu.Lock()
		defer l.mu.Unlock()
		for c := range l.conns {
			c.tcp.Close()
		}
	})
	return nil
}

// Shutdown takes no more connections, and returns when every request that was
// begun has been answered or handed over, or else when ctx ends. What is handed
// over must still be accepted meanwhile.
func (l *Lane) Shutdown(ctx context.Context) error {
	l.stop()
	l.mu.Lock()
	for c := range l.conns {
		if c.idle.Load() {
			c.wake()
		}
	}
	l.mu.Unlock()
	select {
	case <-l.empty:
		return nil
	case <-ctx.Done():
		l.Close()
		return ctx.Err()
	}
}

func (l *Lane) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing.Swap(true) {
		return
	}
	l.Listener.Close()
	if l.open == 0 {
		close(l.empty)
	}
}

// tick tells the lane the time, once a second: it closes what has had its time.
func (l *Lane) tick(now time.Time) {
	l.now.Store(now.UnixNano())
	date := "Date: " + now.UTC().Format(http.TimeFormat) + "\r\n"
	l.date.Store(&date)
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		if due := c.due.Load(); due != 0 && now.UnixNano() >= due {
			c.tcp.Close()
		}
	}
}

// admit takes in a connection; nil if there is no room.
func (l *Lane) admit(tcp *net.TCPConn) *conn {
	c := &conn{lane: l, tcp: tcp}
	c.expect(l.o.HeadTimeout)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing.Load() {
		return nil
	}
	if len(l.conns) >= l.o.Connections && !l.makeRoom() {
		return nil
	}
	l.conns[c] = struct{}{}
	l.open++
	return c
}

// makeRoom closes a connection that waits for its client, if it finds one soon.
func (l *Lane) makeRoom() bool {
	tries := 0
	for c := range l.conns { // in no order
		if c.due.Load() != 0 {
			delete(l.conns, c)
			c.tcp.Close()
			return true
		}
		if tries++; tries == 64 {
			return false
		}
	}
	return false
}

// release no longer keeps the time of a connection: nobody but its goroutine
// touches it afterwards.
func (l *Lane) release(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}

// forget is told that the lane is done with a connection.
func (l *Lane) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
	if l.open--; l.closing.Load() && l.open == 0 {
		close(l.empty)
	}
}

// A conn is a connection while it is the lane's.
type conn struct {
	lane     *Lane
	tcp      *net.TCPConn
	due      atomic.Int64 // Unix nanoseconds at which it is closed; 0 for never
	idle     atomic.Bool  // nothing of a request has come yet
	requests int
}

// expect gives the client time for what is to come.
func (c *conn) expect(d time.Duration) { c.due.Store(c.lane.now.Load() + int64(d)) }

// wake ends the wait of an idle connection.
func (c *conn) wake() { c.tcp.SetReadDeadline(time.Unix(1, 0)) }

// handOver gives the connection to net/http with what was read of it.
func (c *conn) handOver(read []byte) {
	c.lane.release(c)
	c.tcp.SetDeadline(time.Time{})
	c.lane.give(accepted{conn: &handed{tcp: c.tcp, read: read}})
}

// tcp is what net/http and those who wrap its connections make use of in a
// *net.TCPConn, but for what would read past the bytes that were read already.
type tcp interface {
	net.Conn
	io.ReaderFrom
	CloseWrite() error
}

// A handed is a connection of which something has been read.
type handed struct {
	tcp
	read []byte
}

func (h *handed) Read(b []byte) (int, error) {
	if len(h.read) == 0 {
		return h.tcp.Read(b)
	}
	n := copy(b, h.read)
	if h.read = h.read[n:]; len(h.read) == 0 {
		h.read = nil
	}
	return n, nil
}
