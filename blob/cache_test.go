package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// counting counts how often blobs are opened.
type counting struct {
	Store
	got atomic.Int64
}

func (c *counting) Get(ctx context.Context, name string) (*Blob, error) {
	c.got.Add(1)
	return c.Store.Get(ctx, name)
}

func openDir(t *testing.T) *Dir {
	t.Helper()
	d, err := OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestCache(t *testing.T) {
	ctx := t.Context()
	far, near := &counting{Store: openDir(t)}, openDir(t)
	open := func() *Cache {
		t.Helper()
		c, err := NewCache(ctx, far, "rendition/", near, 1000)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := open()
	put(t, c, "original/abc", "a picture")
	put(t, c, "rendition/k/1", "small")
	asked := func(want int64, what string) {
		t.Helper()
		if got := far.got.Swap(0); got != want {
			t.Errorf("%s: the store was asked %d times, want %d", what, got, want)
		}
	}
	read(t, c, "original/abc")
	read(t, c, "original/abc")
	asked(2, "what is not kept near")
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			if got := read(t, c, "rendition/k/1"); got != "small" {
				t.Errorf("it holds %q", got)
			}
		})
	}
	group.Wait()
	asked(1, "many at once")
	c = open()
	read(t, c, "rendition/k/1")
	asked(0, "after a restart")
	if err := c.Delete(ctx, "rendition/k/1"); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(ctx, "rendition/k/1"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was deleted: %v", err)
	}
	far.got.Store(0)

	// Those that were used last stay, within the bound.
	for i := range 10 {
		put(t, c, fmt.Sprintf("rendition/k/%d", i), strings.Repeat("x", 200))
		read(t, c, fmt.Sprintf("rendition/k/%d", i))
		read(t, c, "rendition/k/0")
	}
	asked(10, "one after the other")
	if got := strings.Join(names(t, near, ""), " "); got != "rendition/k/0 rendition/k/6 rendition/k/7 rendition/k/8 rendition/k/9" {
		t.Errorf("near are %s", got)
	}
	put(t, c, "rendition/k/large", strings.Repeat("x", 300))
	read(t, c, "rendition/k/large")
	if got := names(t, near, ""); len(got) != 5 {
		t.Errorf("what is large drove others out: near are %q", got)
	}
	// Files that somebody takes away are fetched again.
	for _, name := range names(t, near, "") {
		if err := near.Delete(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	if got := read(t, c, "rendition/k/0"); len(got) != 200 {
		t.Errorf("it holds %q", got)
	}
}

// TestCacheWithoutRoom: what cannot be kept near is served all the same.
func TestCacheWithoutRoom(t *testing.T) {
	far := openDir(t)
	c, err := NewCache(t.Context(), far, "rendition/", openDir(t), 1000)
	if err != nil {
		t.Fatal(err)
	}
	put(t, c, "rendition/k/1", "small")
	if err := c.near.root.Close(); err != nil { // nothing can be written there
		t.Fatal(err)
	}
	if got := read(t, c, "rendition/k/1"); got != "small" {
		t.Errorf("it holds %q", got)
	}
}

// TestCacheConforms: a cache is a store like others.
func TestCacheConforms(t *testing.T) {
	c, err := NewCache(t.Context(), openDir(t), "rendition/", openDir(t), 1000)
	if err != nil {
		t.Fatal(err)
	}
	conform(t, c)
}
