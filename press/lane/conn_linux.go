package lane

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"stet/press"
)

// A connection has a goroutine, which waits by Go's poller. It reads and writes
// by itself: the sockets never block, so the scheduler need not hear of these
// system calls, and it is known that all was read before it waits again. An own
// loop around epoll could not wait for a page that is being laid.

// bufferSize is the longest head that the lane reads.
const bufferSize = 4 << 10

// A work is what it takes to answer, while something is being answered.
type work struct {
	buffer   [bufferSize]byte
	n        int
	head     head
	request  Request // its strings stay: most requests repeat them
	fields   []byte
	segments [][]byte
	vectors  []syscall.Iovec
	rest     []syscall.Iovec // of vectors, not yet written
	failed   bool
}

var works = sync.Pool{New: func() any {
	return &work{fields: make([]byte, 0, 2<<10), segments: make([][]byte, 0, 16), vectors: make([]syscall.Iovec, 0, 16)}
}}

// An end is how the lane is done with what was read.
type end int

const (
	goesOn end = iota
	closes
	lingers // all is answered, and the client is to see that before it hears of an end
	leaves  // for net/http
)

// serve serves the connection until the lane is done with it.
func (c *conn) serve() {
	var w *work
	how := closes
	defer func() {
		if w != nil {
			works.Put(w)
		}
		if how != leaves {
			c.tcp.Close()
		}
		c.lane.forget(c)
	}()
	raw, err := c.tcp.SyscallConn()
	if err != nil {
		return
	}
	turn := func(fd uintptr) (over bool) {
		for {
			if w == nil {
				w = works.Get().(*work)
				w.n = 0
			}
			n, err := call(syscall.SYS_READ, fd, unsafe.Pointer(&w.buffer[w.n]), bufferSize-w.n)
			switch {
			case err == syscall.EINTR:
				continue
			case err == syscall.EAGAIN && w.n > 0:
				return false
			case err == syscall.EAGAIN:
				works.Put(w)
				w = nil
				if c.requests > 0 {
					c.expect(c.lane.o.IdleTimeout)
				}
				c.idle.Store(true)
				how = closes
				return c.lane.closing.Load()
			case err != 0:
				how = closes
				return true
			case n == 0:
				if how = closes; w.n > 0 {
					how = leaves // half a request: net/http knows what to say
				}
				return true
			}
			c.idle.Store(false)
			begun := w.n > 0
			w.n += n
			if how = c.answers(raw, fd, w); how != goesOn {
				return true
			}
			if w.n > 0 && (!begun || c.due.Load() == 0) {
				c.expect(c.lane.o.HeadTimeout)
			}
		}
	}
	if err := raw.Read(turn); err != nil {
		// Woken by Shutdown, or closed. In the first case something may have come.
		if !c.lane.closing.Load() || c.tcp.SetReadDeadline(time.Time{}) != nil || raw.Read(turn) != nil {
			how = closes
			return
		}
	}
	switch how {
	case leaves:
		c.handOver(bytes.Clone(w.buffer[:w.n]))
	case lingers:
		c.linger(raw)
	}
}

// answers answers the requests in the buffer, and moves what is left to its
// beginning.
func (c *conn) answers(raw syscall.RawConn, fd uintptr, w *work) (how end) {
	at := 0
	defer func() { w.n = copy(w.buffer[:], w.buffer[at:w.n]) }()
	for at < w.n {
		switch parse(w.buffer[at:w.n], &w.head) {
		case odd:
			return leaves
		case partial:
			if at == 0 && w.n == bufferSize {
				return leaves
			}
			return goesOn
		}
		var start time.Time
		if c.lane.o.Done != nil {
			start = time.Now()
		}
		c.due.Store(0)
		w.ask()
		response, ok := c.lane.o.Answer(context.Background(), w.request)
		if !ok {
			return leaves
		}
		c.requests++
		last := w.head.closes || c.requests >= c.lane.o.Requests || c.lane.closing.Load()
		sent := c.send(raw, fd, w, &response, last)
		if c.lane.o.Done != nil {
			a := Answer{Method: w.request.Method, Path: w.request.Path, Status: response.Status(), Took: time.Since(start)}
			if a.Method == http.MethodGet {
				a.Bytes = response.Length()
			}
			c.lane.o.Done(a)
		}
		at += w.head.size
		switch {
		case !sent:
			return closes
		case last:
			return lingers
		}
	}
	return goesOn
}

// ask makes a request of the head.
func (w *work) ask() {
	keep := func(s *string, b []byte) {
		if *s != string(b) {
			*s = string(b)
		}
	}
	keep(&w.request.Method, w.head.method)
	keep(&w.request.Path, w.head.path)
	keep(&w.request.Query, w.head.query)
	keep(&w.request.Host, w.head.host)
	keep(&w.request.AcceptEncoding, w.head.encoding)
	keep(&w.request.IfMatch, w.head.ifMatch)
	keep(&w.request.IfNoneMatch, w.head.ifNoneMatch)
}

// send writes an answer; false if the client does not take it.
func (c *conn) send(raw syscall.RawConn, fd uintptr, w *work, r *press.Response, last bool) bool {
	w.fields = append(w.fields[:0], statusLine(r.Status())...)
	w.fields = r.AppendHead(w.fields)
	w.fields = append(w.fields, *c.lane.date.Load()...)
	if last {
		w.fields = append(w.fields, "Connection: close\r\n"...)
	}
	w.fields = append(w.fields, "\r\n"...)
	w.segments = r.AppendBody(append(w.segments[:0], w.fields))
	w.vectors = w.vectors[:0]
	for _, s := range w.segments {
		if len(s) > 0 {
			v := syscall.Iovec{Base: &s[0]}
			v.SetLen(len(s))
			w.vectors = append(w.vectors, v)
		}
	}
	defer func() { // what was answered is not to be held by the pool
		clear(w.segments)
		clear(w.vectors)
	}()
	w.rest = w.vectors
	over, failed := w.write(fd)
	if over {
		return !failed
	}
	c.expect(c.lane.o.WriteTimeout)
	err := raw.Write(func(fd uintptr) (over bool) {
		over, failed := w.write(fd)
		w.failed = failed
		return over
	})
	c.due.Store(0)
	return err == nil && !w.failed
}

// write writes what is left; it is not over if the client must take some first.
func (w *work) write(fd uintptr) (over, failed bool) {
	for len(w.rest) > 0 {
		n, err := call(syscall.SYS_WRITEV, fd, unsafe.Pointer(&w.rest[0]), len(w.rest))
		switch err {
		case 0:
			w.rest = skip(w.rest, n)
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false, false
		default:
			return true, true
		}
	}
	return true, false
}

// skip takes n bytes away from the front.
func skip(v []syscall.Iovec, n int) []syscall.Iovec {
	for len(v) > 0 && uint64(n) >= uint64(v[0].Len) {
		n -= int(v[0].Len)
		v = v[1:]
	}
	if n > 0 {
		rest := unsafe.Slice(v[0].Base, int(v[0].Len))[n:]
		v[0].Base = &rest[0]
		v[0].SetLen(len(rest))
	}
	return v
}

// lingerTime is how long a client has to close after the last answer, and
// lingerBytes what it may still send: closing on bytes that were not read would
// take back an answer on its way.
const (
	lingerTime  = time.Second
	lingerBytes = 256 << 10
)

func (c *conn) linger(raw syscall.RawConn) {
	c.expect(lingerTime)
	if c.tcp.CloseWrite() != nil {
		return
	}
	w := works.Get().(*work)
	defer works.Put(w)
	left := lingerBytes
	raw.Read(func(fd uintptr) (over bool) {
		for left > 0 {
			n, err := call(syscall.SYS_READ, fd, unsafe.Pointer(&w.buffer[0]), bufferSize)
			switch {
			case err == syscall.EINTR:
			case err == syscall.EAGAIN:
				return false
			case err != 0 || n == 0:
				return true
			}
			left -= n
		}
		return true
	})
}

// call makes a system call that does not block.
func call(number, fd uintptr, p unsafe.Pointer, length int) (int, syscall.Errno) {
	n, _, err := syscall.RawSyscall(number, fd, uintptr(p), uintptr(length))
	return int(n), err
}

// statusLine is the first line of an answer as net/http writes it.
func statusLine(status int) string {
	if status == http.StatusOK {
		return "HTTP/1.1 200 OK\r\n"
	}
	return statusLines()[status]
}

var statusLines = sync.OnceValue(func() map[int]string {
	lines := map[int]string{}
	for status := 200; status < 600; status++ {
		text := http.StatusText(status)
		if text == "" {
			text = "status code " + strconv.Itoa(status)
		}
		lines[status] = "HTTP/1.1 " + strconv.Itoa(status) + " " + text + "\r\n"
	}
	return lines
})
