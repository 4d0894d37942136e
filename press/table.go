package press

import (
	"hash/maphash"
	"sync/atomic"
)

// A table finds pages by path. Finding takes no lock; everything else happens
// under Press.mu. A page that stands in the table while it grows may be missed,
// so not to find a page without the lock proves nothing.
type table struct {
	seed    maphash.Seed
	buckets atomic.Pointer[[]bucket] // a power of two of them
	count   int
}

// A bucket is the first of a chain of pages.
type bucket = atomic.Pointer[page]

const fewestBuckets = 64

func (t *table) init() {
	t.seed = maphash.MakeSeed()
	buckets := make([]bucket, fewestBuckets)
	t.buckets.Store(&buckets)
}

func (t *table) bucketOf(hash uint64) *bucket {
	buckets := *t.buckets.Load()
	return &buckets[hash&uint64(len(buckets)-1)]
}

func (t *table) find(path string) *page {
	hash := maphash.String(t.seed, path)
	for pg := t.bucketOf(hash).Load(); pg != nil; pg = pg.next.Load() {
		if pg.hash == hash && pg.path == path {
			return pg
		}
	}
	return nil
}

// add takes in a page whose path is not in the table.
func (t *table) add(pg *page) {
	if t.count == len(*t.buckets.Load()) {
		t.grow()
	}
	t.count++
	pg.hash = maphash.String(t.seed, pg.path)
	b := t.bucketOf(pg.hash)
	pg.next.Store(b.Load())
	b.Store(pg)
}

// remove takes out a page that is in the table. Its own next stays, for whoever
// is just passing it.
func (t *table) remove(pg *page) {
	t.count--
	link := t.bucketOf(pg.hash)
	for link.Load() != pg {
		link = &link.Load().next
	}
	link.Store(pg.next.Load())
}

// grow moves every page into twice as many buckets. A chain never becomes a
// ring: a page that was moved is followed only by pages moved before it.
func (t *table) grow() {
	old := *t.buckets.Load()
	buckets := make([]bucket, 2*len(old))
	for i := range old {
		for pg := old[i].Load(); pg != nil; {
			next := pg.next.Load()
			b := &buckets[pg.hash&uint64(len(buckets)-1)]
			pg.next.Store(b.Load())
			b.Store(pg)
			pg = next
		}
	}
	t.buckets.Store(&buckets)
}
