package web

import (
	"net/http"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A Limiter bounds how much work clients can make: each may do so much a second,
// and more in a burst. A direct connection from this machine, without a
// forwarding header, is not limited. It is safe for concurrent use.
type Limiter struct {
	second  float64
	burst   int
	proxies Proxies
	now     func() time.Time

	mu      sync.Mutex
	clients map[netip.Prefix]*rate.Limiter
}

// maxClients is how many clients a limiter knows at most.
const maxClients = 1 << 16

// NewLimiter returns a limiter for so many requests a second, and so many at
// once, of each client.
func NewLimiter(second float64, burst int, proxies Proxies, now func() time.Time) *Limiter {
	return &Limiter{second: second, burst: burst, proxies: proxies, now: now, clients: map[netip.Prefix]*rate.Limiter{}}
}

// Wait returns zero for a request that may be served, which is then counted,
// else how long its client has to wait.
func (l *Limiter) Wait(r *http.Request) time.Duration {
	client := l.proxies.Client(r)
	if client.IsLoopback() && !forwarded(r) {
		return 0
	}
	bits := client.BitLen()
	if client.Is6() {
		bits = 64 // what one client has of the address is free to choose
	}
	network, _ := client.Prefix(bits) // the zero one for a connection without an address
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	known := l.clients[network]
	if known == nil {
		if len(l.clients) == maxClients {
			l.forget(now)
		}
		known = rate.NewLimiter(rate.Limit(l.second), l.burst)
		l.clients[network] = known
	}
	turn := known.ReserveN(now, 1)
	wait := turn.DelayFrom(now)
	if wait > 0 {
		turn.CancelAt(now)
	}
	return wait
}

// Seconds is how long to wait, for Retry-After.
func Seconds(wait time.Duration) string {
	return strconv.Itoa(int((wait + time.Second - 1) / time.Second))
}

// forget lets go of the clients that have rested. If there are none, it lets go
// of all: whoever has that many addresses is not stopped by counting them.
func (l *Limiter) forget(now time.Time) {
	for network, known := range l.clients {
		if known.TokensAt(now) >= float64(l.burst) {
			delete(l.clients, network)
		}
	}
	if len(l.clients) == maxClients {
		clear(l.clients)
	}
}

// forwarded tells whether a request came by way of a proxy that says so.
func forwarded(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return true
		}
	}
	return false
}
