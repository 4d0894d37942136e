package media

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"stet"
	"stet/blob"
	"stet/store/picture"
	"stet/store/storetest"
)

// TestRemovalMeetsArrival: one node removes a picture while another takes the
// same file in; whatever is first, no picture is without its file after it.
func TestRemovalMeetsArrival(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dsn := storetest.DSN(t, engine)
			db := storetest.Open(t, dsn)
			storetest.Init(t, db, "en")
			one := studioOf(t, db, Limits{})
			other := one
			if engine == "postgres" {
				other = studioOf(t, storetest.Open(t, dsn), Limits{})
				other.Files = one.Files
			}
			data := asJPEG(t, waves(60, 40))
			for range 15 {
				p := one.receive("a.jpg", data, "")
				var group sync.WaitGroup
				group.Go(func() {
					if err := one.Remove(t.Context(), storetest.Editor, p.ID); err != nil {
						t.Error(err)
					}
				})
				group.Go(func() {
					if _, err := other.Bring(t.Context(), storetest.Editor, Incoming{Name: "b.jpg", Body: bytes.NewReader(data)}); err != nil {
						t.Error(err)
					}
				})
				group.Wait()
				left, _, err := db.FindPictures(t.Context(), picture.Query{})
				if err != nil || len(left) != 1 {
					t.Fatal(len(left), err)
				}
				for _, name := range []string{originalName(left[0].Hash), proofName(left[0].Hash)} {
					if b, err := one.Files.Get(t.Context(), name); err != nil {
						t.Fatal(err)
					} else {
						b.Close()
					}
				}
				if err := one.Remove(t.Context(), storetest.Editor, left[0].ID); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// full is a place that has no room for a while.
type full struct {
	blob.Store
	no      atomic.Bool
	refused atomic.Int64
}

func (f *full) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if f.no.Load() {
		f.refused.Add(1)
		return fmt.Errorf("keep the file %s: %w", name, syscall.ENOSPC)
	}
	return f.Store.Put(ctx, name, r, size)
}

// TestNoRoom: what comes in while the disk is full is refused and leaves
// nothing; what waits to be made waits, and is not given up.
func TestNoRoom(t *testing.T) {
	s := newStudio(t, Limits{})
	place := &full{Store: s.Files}
	s.Files = place
	p := s.receive("a.jpg", asJPEG(t, waves(400, 300)), "")
	parts := asJPEG(t, waves(402, 300))
	upload, err := s.BeginUpload(t.Context(), storetest.Editor, "c.jpg", int64(len(parts)))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.Upload(t.Context(), storetest.Editor, upload, 0, "en", bytes.NewReader(parts[:500])); err != nil {
		t.Fatal(err)
	}
	place.no.Store(true)
	if _, _, err := s.Upload(t.Context(), storetest.Editor, upload, 500, "en", bytes.NewReader(parts[500:])); !stet.Is(err, stet.NoRoom) {
		t.Errorf("a part was taken in: %v", err)
	}
	if _, err := s.BeginUpload(t.Context(), storetest.Editor, "d.jpg", 10); !stet.Is(err, stet.NoRoom) {
		t.Errorf("an upload was begun: %v", err)
	}
	if _, err := s.Bring(t.Context(), storetest.Editor, Incoming{Name: "b.jpg", Body: bytes.NewReader(asJPEG(t, waves(401, 300)))}); !stet.Is(err, stet.NoRoom) {
		t.Errorf("it was taken in: %v", err)
	}
	if left, _, err := s.DB.FindPictures(t.Context(), picture.Query{}); err != nil || len(left) != 1 {
		t.Errorf("there are %d pictures, %v", len(left), err)
	}
	var hours atomic.Int64
	s.Now = func() time.Time { return time.Now().Add(time.Duration(hours.Load()) * time.Hour) }
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx)
	}()
	before := place.refused.Load()
	for range 4000 { // hours pass, until it would be given up if it were a failure
		if place.refused.Load() > before+picture.Tries && s.restsUntil.Load() != 0 {
			break
		}
		time.Sleep(5 * time.Millisecond)
		hours.Add(1)
		s.rouse()
	}
	stop()
	<-ended
	if s.restsUntil.Load() == 0 {
		t.Error("renditions are made that cannot be kept")
	}
	c, err := s.Waiting(t.Context())
	if err != nil || c.Failed > 0 || c.Wanted == 0 {
		t.Errorf("%+v, %v", c, err)
	}
	hours.Add(1)
	place.no.Store(false)
	s.until(idle)
	if c, err := s.Waiting(t.Context()); err != nil || c.Failed > 0 || c.Wanted > 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if have, _, err := s.Upload(t.Context(), storetest.Editor, upload, 500, "en", bytes.NewReader(parts[500:])); err != nil || have != int64(len(parts)) {
		t.Errorf("the upload does not go on: %d, %v", have, err)
	}
	path, _, _ := Path(p)
	if _, kept := s.seen(path); !kept {
		t.Error("it is not made")
	}
}
