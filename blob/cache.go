package blob

import (
	"cmp"
	"container/list"
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Cache is a store of which some blobs are kept nearer too, those that were
// asked for last. It is for blobs that never change under their name.
type Cache struct {
	Store
	prefix string
	near   *Dir
	max    int64
	fetch  singleflight.Group

	mu   sync.Mutex
	held map[string]*list.Element // of Info
	used *list.List               // the last used first
	size int64
}

// fetchTime is how long a blob may take to be fetched, whoever waits for it.
const fetchTime = time.Minute

// NewCache returns a store that keeps blobs of s whose names begin with a prefix
// in a directory, of at most max bytes together. The directory is its own: no
// other cache works in it meanwhile, and files that are in it are gone on with.
func NewCache(ctx context.Context, s Store, prefix string, near *Dir, max int64) (*Cache, error) {
	c := &Cache{Store: s, prefix: prefix, near: near, max: max, held: map[string]*list.Element{}, used: list.New()}
	var there []Info
	for info, err := range near.List(ctx, "") {
		if err != nil {
			return nil, err
		}
		there = append(there, info)
	}
	slices.SortFunc(there, func(a, b Info) int { return cmp.Or(a.Put.Compare(b.Put), strings.Compare(a.Name, b.Name)) })
	for _, info := range there {
		c.hold(ctx, info)
	}
	return c, nil
}

// Get implements Store.
func (c *Cache) Get(ctx context.Context, name string) (*Blob, error) {
	if !strings.HasPrefix(name, c.prefix) {
		return c.Store.Get(ctx, name)
	}
	if b := c.find(ctx, name); b != nil {
		return b, nil
	}
	_, err, _ := c.fetch.Do(name, func() (any, error) { // an error is the store's
		if b := c.find(ctx, name); b != nil { // somebody was quicker
			return nil, b.Close()
		}
		// Others wait for it too, who have not gone away.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTime)
		defer cancel()
		b, err := c.Store.Get(ctx, name)
		if err != nil {
			return nil, err
		}
		defer b.Close()
		if b.Size > c.max/4 {
			return nil, nil // it would drive out too much
		}
		if c.near.Put(ctx, name, b, b.Size) == nil {
			c.hold(ctx, b.Info)
		}
		return nil, nil
	})
	if err != nil {
		return nil, err
	}
	if b := c.find(ctx, name); b != nil {
		return b, nil
	}
	return c.Store.Get(ctx, name) // also where there is no room for it here
}

// find opens a blob that is near; nil if it is not.
func (c *Cache) find(ctx context.Context, name string) *Blob {
	c.mu.Lock()
	e := c.held[name]
	if e != nil {
		c.used.MoveToFront(e)
	}
	c.mu.Unlock()
	if e == nil {
		return nil
	}
	b, err := c.near.Get(ctx, name)
	if err != nil { // it was driven out this moment, or somebody removed it
		c.drop(name)
		return nil
	}
	return b
}

// hold notes a blob that is near, and removes those that are too much then.
func (c *Cache) hold(ctx context.Context, info Info) {
	c.drop(info.Name)
	var out []string
	c.mu.Lock()
	c.held[info.Name] = c.used.PushFront(info)
	c.size += info.Size
	for c.size > c.max {
		last := c.used.Back().Value.(Info)
		c.forget(last.Name)
		out = append(out, last.Name)
	}
	c.mu.Unlock()
	for _, name := range out {
		_ = c.near.Delete(ctx, name) // what stays is found at the next start
	}
}

func (c *Cache) drop(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forget(name)
}

// forget is called with the lock held.
func (c *Cache) forget(name string) {
	if e := c.held[name]; e != nil {
		c.size -= c.used.Remove(e).(Info).Size
		delete(c.held, name)
	}
}

// Delete implements Store.
func (c *Cache) Delete(ctx context.Context, name string) error {
	err := c.Store.Delete(ctx, name)
	c.drop(name)
	if strings.HasPrefix(name, c.prefix) {
		err = errors.Join(err, c.near.Delete(ctx, name))
	}
	return err
}
