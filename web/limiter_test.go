package web

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"
)

func TestLimiter(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	proxies, err := ParseProxies("10.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	l := NewLimiter(10, 3, proxies, func() time.Time { return now })
	ask := func(addr string, header ...string) time.Duration {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = addr
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		return l.Wait(r)
	}
	for i := range 5 {
		if wait := ask("192.0.2.1:1000"); (wait > 0) != (i >= 3) {
			t.Errorf("request %d waits %v", i, wait)
		}
	}
	if wait := ask("192.0.2.1:2000"); wait != 100*time.Millisecond {
		t.Errorf("it waits %v, want a tenth of a second: refused requests do not count", wait)
	}
	if wait := ask("192.0.2.2:1000"); wait > 0 {
		t.Errorf("another client waits %v", wait)
	}
	now = now.Add(100 * time.Millisecond)
	if wait := ask("192.0.2.1:1000"); wait > 0 {
		t.Errorf("after its time it waits %v", wait)
	}
	// One client has a whole network of IPv6.
	for i := range 4 {
		if wait := ask(fmt.Sprintf("[2001:db8::%d]:1", i)); (wait > 0) != (i >= 3) {
			t.Errorf("address %d waits %v", i, wait)
		}
	}
	// Behind a trusted proxy it is the client that counts; loopback itself is free,
	// but not what a proxy there hands on.
	for i := range 4 {
		if wait := ask("10.0.0.1:1", "X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i)); wait > 0 {
			t.Errorf("client %d behind a proxy waits %v", i, wait)
		}
		if wait := ask("127.0.0.1:1"); wait > 0 {
			t.Errorf("loopback waits %v", wait)
		}
		if wait := ask("127.0.0.1:1", "X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i)); (wait > 0) != (i >= 3) {
			t.Errorf("request %d by a proxy that nobody trusts waits %v", i, wait)
		}
	}
}

// TestLimiterForgets: it knows no more clients than it has room for.
func TestLimiterForgets(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	l := NewLimiter(1, 1, nil, func() time.Time { return now })
	r := httptest.NewRequest("GET", "/", nil)
	for i := range maxClients + 10 {
		r.RemoteAddr = fmt.Sprintf("%d.%d.%d.1:1", 11+i>>16, i>>8&255, i&255)
		l.Wait(r)
	}
	if n := len(l.clients); n > maxClients {
		t.Errorf("it knows %d", n)
	}
	r.RemoteAddr = "203.0.113.1:1"
	l.Wait(r)
	now = now.Add(time.Minute)
	l.forget(now)
	if n := len(l.clients); n != 0 {
		t.Errorf("%d have rested and are known", n)
	}
}

func TestSeconds(t *testing.T) {
	for wait, want := range map[time.Duration]string{time.Millisecond: "1", time.Second: "1", 1001 * time.Millisecond: "2"} {
		if got := Seconds(wait); got != want {
			t.Errorf("%v is %s, want %s", wait, got, want)
		}
	}
}
