package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// A nuisance is a crowd of clients that want nothing but to be in the way.
type nuisance struct {
	what    string
	clients int
	be      func(context.Context, string) // one of them, until the end
}

var nuisances = []nuisance{
	{"10,000 connections on which nothing comes", 10_000, idler},
	{"2,000 clients that send their request by a byte a second", 2000, dawdler},
	{"2,000 clients that take their page by a hundred bytes a second", 2000, sipper},
	{"50 clients that send half a request and come again", 50, quitter},
}

// hostile measures what readers notice of clients that mean no good.
func (b *bench) hostile() error {
	n, err := b.room(b.sizeFor(readSize))
	if err != nil {
		return err
	}
	length := time.Duration(b.seconds) * time.Second
	for _, flags := range [][]string{nil, {"--lane"}} {
		s, err := b.open(n, flags...)
		if err != nil {
			return err
		}
		err = b.besiege(s, n, length)
		s.stop()
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) besiege(s *server, n *newsroom, length time.Duration) error {
	paths, err := newDesk(s, n).paths(b.ctx, b.archive.pick(n.size, 1, 1, nil))
	if err != nil {
		return err
	}
	l := load{paths: paths}
	if _, err := b.fire(s, l, time.Second); err != nil { // warm
		return err
	}
	for _, crowd := range append([]nuisance{{what: "nobody else", be: idler}}, nuisances...) {
		say("hostile: %s at %s", crowd.what, s.name)
		var runs []sample
		var memory int64
		for range b.rounds {
			leave := gather(b.ctx, crowd, s.addr)
			time.Sleep(2 * time.Second) // until all are there
			one, err := b.fire(s, l, length)
			rss, _, more := s.memory()
			leave()
			if err := errors.Join(err, more); err != nil {
				return err
			}
			runs, memory = append(runs, one), max(memory, rss)
		}
		all := rates(runs)
		b.report.add(row{group: "The page of an article beside clients that mean no good, " + s.name, what: crowd.what + ": " + megabytes(memory),
			figure: rate(all.median()), spread: all.spread(rate), latency: percentiles(runs), busy: busy(runs)})
	}
	return nil
}

// gather sets a crowd on a server; leave sends it away.
func gather(ctx context.Context, crowd nuisance, addr string) (leave func()) {
	ctx, cancel := context.WithCancel(ctx)
	var all sync.WaitGroup
	for range crowd.clients {
		all.Go(func() {
			for ctx.Err() == nil {
				crowd.be(ctx, addr)
			}
		})
	}
	return func() {
		cancel()
		all.Wait()
	}
}

// meet connects, and gives the connection to do. It ends at the latest with ctx.
func meet(ctx context.Context, addr string, do func(net.Conn)) {
	var d net.Dialer
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		wait(ctx, 100*time.Millisecond)
		return
	}
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	defer c.Close()
	do(c)
}

func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

const someRequest = "GET / HTTP/1.1\r\nHost: news.example\r\nAccept-Encoding: gzip\r\n\r\n"

func idler(ctx context.Context, addr string) {
	meet(ctx, addr, func(c net.Conn) { io.Copy(io.Discard, c) })
}

func dawdler(ctx context.Context, addr string) {
	meet(ctx, addr, func(c net.Conn) {
		for i := 0; wait(ctx, time.Second); i++ {
			if _, err := io.WriteString(c, someRequest[i%len(someRequest):][:1]); err != nil {
				return
			}
		}
	})
}

func sipper(ctx context.Context, addr string) {
	meet(ctx, addr, func(c net.Conn) {
		c.(*net.TCPConn).SetReadBuffer(4 << 10)
		for range 8 {
			fmt.Fprint(c, someRequest)
		}
		for b := make([]byte, 100); wait(ctx, time.Second); {
			if _, err := c.Read(b); err != nil {
				return
			}
		}
	})
}

func quitter(ctx context.Context, addr string) {
	meet(ctx, addr, func(c net.Conn) { io.WriteString(c, someRequest[:len(someRequest)/2]) })
}
