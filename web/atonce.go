package web

import (
	"context"
	"io"
	"net"
	"net/http"
	"sync"
)

// maxHeld is the longest answer that is worth a copy to leave at once.
const maxHeld = 256 << 10

// AtOnce lets answers that state their length leave in one system call. By
// itself net/http makes one for every 4 KB, and system calls are most of what
// a page from memory costs. It needs a server that listens through [Gather]
// and has [GatherContext]; without, and beyond HTTP/1, it does nothing.
func AtOnce(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, _ := r.Context().Value(gatherKey{}).(*gathering)
		if c == nil || r.ProtoMajor != 1 {
			next.ServeHTTP(w, r)
			return
		}
		c.hold()
		defer c.drop() // after a panic: half an answer helps nobody
		next.ServeHTTP(w, r)
		if len(w.Header()["Content-Length"]) > 0 {
			http.NewResponseController(w).Flush() // its error is that of the connection
		}
		c.release()
	})
}

// Gather returns a listener whose connections can hold back what is written.
func Gather(l net.Listener) net.Listener { return gatherer{l} }

type gatherer struct{ net.Listener }

func (g gatherer) Accept() (net.Conn, error) {
	c, err := g.Listener.Accept()
	if below, ok := c.(tcp); ok {
		return &gathering{tcp: below}, err
	}
	return c, err
}

// A tcp is a *net.TCPConn: what net/http makes use of in one.
type tcp interface {
	net.Conn
	io.ReaderFrom
	CloseWrite() error
}

type gatherKey struct{}

// GatherContext is the ConnContext of a server that listens through [Gather].
func GatherContext(ctx context.Context, c net.Conn) context.Context {
	if outer, ok := c.(interface{ NetConn() net.Conn }); ok { // TLS
		c = outer.NetConn()
	}
	if g, ok := c.(*gathering); ok {
		ctx = context.WithValue(ctx, gatherKey{}, g)
	}
	return ctx
}

// A gathering is a connection that can hold back what is written. TLS may
// write too while a handler runs: it answers what the other side sends.
type gathering struct {
	tcp
	mu      sync.Mutex
	holding bool
	held    *[]byte // nil for nothing
}

// heldBytes are the buffers of connections that hold something back.
var heldBytes = sync.Pool{New: func() any { return new([]byte) }}

func (c *gathering) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.holding = true
}

func (c *gathering) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.holding {
		if c.held == nil {
			c.held = heldBytes.Get().(*[]byte)
		}
		if len(*c.held)+len(p) <= maxHeld {
			*c.held = append(*c.held, p...)
			return len(p), nil
		}
	}
	if err := c.flush(); err != nil {
		return 0, err
	}
	return c.tcp.Write(p)
}

// ReadFrom keeps the short way from a file that the connection below has.
func (c *gathering) ReadFrom(r io.Reader) (int64, error) {
	if err := c.release(); err != nil {
		return 0, err
	}
	return c.tcp.ReadFrom(r)
}

// release writes what was held back.
func (c *gathering) release() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flush()
}

// drop forgets what was held back.
func (c *gathering) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget()
}

// flush writes what was held back. The server was told already that it is
// written, so after a failure the connection is closed, which it notices next.
func (c *gathering) flush() (err error) {
	if c.held != nil {
		if _, err = c.tcp.Write(*c.held); err != nil {
			c.Close()
		}
	}
	c.forget()
	return err
}

func (c *gathering) forget() {
	c.holding = false
	if c.held != nil {
		*c.held = (*c.held)[:0]
		heldBytes.Put(c.held)
		c.held = nil
	}
}
