package media

import (
	"bytes"
	"image"
	"image/jpeg"
	"log/slog"
	"testing"
	"time"

	"stet"
	"stet/blob"
	"stet/store"
	"stet/store/storetest"
)

// TestUpload: a file comes in parts, whatever happens in between, and what
// nobody finishes is forgotten.
func TestUpload(t *testing.T) {
	db := storetest.Open(t, storetest.DSN(t, "sqlite"))
	storetest.Init(t, db, "en")
	files, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	make := func() *Service {
		e := NewEncoder()
		t.Cleanup(func() { e.Close() })
		return NewService(Options{DB: db, Files: files, Encoder: e, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return now }})
	}
	s, ctx := make(), t.Context()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 400, 300)), nil); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	begin := func(size int) string {
		t.Helper()
		id, err := s.BeginUpload(ctx, storetest.Editor, "a\nb.jpg", int64(size))
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	send := func(id string, at int, part []byte) (int64, *stet.Picture, error) {
		return s.Upload(ctx, storetest.Editor, id, int64(at), "en", bytes.NewReader(part))
	}
	id := begin(len(whole))
	if have, p, err := send(id, 0, whole[:100]); have != 100 || p != nil || err != nil {
		t.Fatal(have, p, err)
	}
	if _, _, err := send(id, 0, whole[:100]); !stet.Is(err, stet.Conflict) {
		t.Errorf("a part that is there already: %v", err)
	}
	if _, _, err := send(id, 200, whole[200:]); !stet.Is(err, stet.Conflict) {
		t.Errorf("a part that is not the next: %v", err)
	}
	other := storetest.Editor
	other.ID = "user:other"
	if _, err := s.Uploaded(ctx, other, id); !stet.Is(err, stet.NotFound) {
		t.Errorf("somebody else's upload: %v", err)
	}
	s = make() // after a kill
	if have, err := s.Uploaded(ctx, storetest.Editor, id); have != 100 || err != nil {
		t.Fatal(have, err)
	}
	have, p, err := send(id, 100, whole[100:])
	if err != nil || have != int64(len(whole)) || p == nil || p.Width != 400 || p.Name != "a b.jpg" {
		t.Fatal(have, p, err)
	}
	if _, err := s.Uploaded(ctx, storetest.Editor, id); !stet.Is(err, stet.NotFound) {
		t.Errorf("an upload that is done: %v", err)
	}
	for _, bad := range []string{"", "../../original", "ABC", store.NewID()} {
		if _, err := s.Uploaded(ctx, storetest.Editor, bad); !stet.Is(err, stet.NotFound) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, _, err := send(begin(3), 0, []byte("GIF")); !stet.Is(err, stet.Invalid) {
		t.Errorf("what is no picture: %v", err)
	}
	if _, _, err := send(begin(3), 0, []byte("more")); !stet.Is(err, stet.Invalid) {
		t.Errorf("more than was said: %v", err)
	}
	if _, err := s.BeginUpload(ctx, storetest.Editor, "", s.Limits.Bytes+1); !stet.Is(err, stet.Invalid) {
		t.Errorf("too large: %v", err)
	}
	if _, err := s.BeginUpload(ctx, stet.User{Role: stet.Machine}, "", 1); !stet.Is(err, stet.Forbidden) {
		t.Errorf("somebody who may not: %v", err)
	}
	left := begin(1)
	now = now.Add(uploadTime + time.Hour)
	begin(1)
	if _, err := s.Uploaded(ctx, storetest.Editor, left); !stet.Is(err, stet.NotFound) {
		t.Errorf("an upload that nobody finished: %v", err)
	}
}
