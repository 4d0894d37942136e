package auth

import (
	"hash/maphash"
	"net/netip"
	"sync"
	"time"
)

// limit bounds how often something may be tried for one key: so many times at
// once, and then once in every interval. It keeps one instant in each of a fixed
// number of places, so that no flood of keys takes memory or pushes another key
// out; two keys in one place share its tries.
type limit struct {
	burst    int
	interval time.Duration
	seed     maphash.Seed
	mu       sync.Mutex
	free     []int64 // when a place has all its tries again, in Unix nanoseconds
}

const limitPlaces = 1 << 14

func newLimit(burst int, interval time.Duration) *limit {
	return &limit{burst: burst, interval: interval, seed: maphash.MakeSeed(), free: make([]int64, limitPlaces)}
}

// take takes a try and returns 0, or how long to wait for one.
func (l *limit) take(key string, now time.Time) time.Duration {
	place := maphash.String(l.seed, key) % limitPlaces
	l.mu.Lock()
	defer l.mu.Unlock()
	at := now.UnixNano()
	next := max(l.free[place], at) + int64(l.interval)
	if wait := time.Duration(next-at) - time.Duration(l.burst)*l.interval; wait > 0 {
		return wait
	}
	l.free[place] = next
	return 0
}

// giveBack undoes a take: the try was none.
func (l *limit) giveBack(key string) {
	place := maphash.String(l.seed, key) % limitPlaces
	l.mu.Lock()
	defer l.mu.Unlock()
	l.free[place] -= int64(l.interval)
}

// network is the key of an address. Whoever has one address of IPv6 has 2⁶⁴.
func network(a netip.Addr) string {
	a = a.Unmap()
	if a.Is6() {
		p, _ := a.WithZone("").Prefix(64) // of an address that is valid and long enough
		return p.String()
	}
	return a.String()
}
