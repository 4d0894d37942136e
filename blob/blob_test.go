package blob

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

func read(t *testing.T, s Store, name string) string {
	t.Helper()
	b, err := s.Get(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	data, err := io.ReadAll(b)
	if err != nil {
		t.Fatal(err)
	}
	if b.Size != int64(len(data)) || b.Name != name || time.Since(b.Put).Abs() > time.Hour {
		t.Errorf("%s: %d bytes, and it says %+v", name, len(data), b.Info)
	}
	return string(data)
}

func put(t *testing.T, s Store, name, text string) {
	t.Helper()
	if err := s.Put(t.Context(), name, strings.NewReader(text), int64(len(text))); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, s Store, prefix string) []string {
	t.Helper()
	var out []string
	for info, err := range s.List(t.Context(), prefix) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, info.Name)
	}
	slices.Sort(out)
	return out
}

// conform holds a store to what Store promises.
func conform(t *testing.T, s Store) {
	ctx := t.Context()
	if _, err := s.Get(ctx, "original/none"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what is not there: %v", err)
	}
	if err := s.Delete(ctx, "original/none"); err != nil {
		t.Errorf("to delete what is not there: %v", err)
	}
	if got := names(t, s, ""); len(got) > 0 {
		t.Errorf("an empty store lists %q", got)
	}
	put(t, s, "original/abc", "a picture")
	put(t, s, "rendition/k1/320.webp", "small")
	put(t, s, "rendition/k1/640.webp", "larger")
	put(t, s, "rendition/k2/320.jpg", "")
	if got := read(t, s, "original/abc"); got != "a picture" {
		t.Errorf("it holds %q", got)
	}
	if got := read(t, s, "rendition/k2/320.jpg"); got != "" {
		t.Errorf("an empty one holds %q", got)
	}
	if _, err := s.Get(ctx, "rendition/k1"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a name: %v", err)
	}
	b, err := s.Get(ctx, "original/abc")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if at, err := b.Seek(2, io.SeekStart); err != nil || at != 2 {
		t.Fatal(at, err)
	}
	if rest, err := io.ReadAll(b); err != nil || string(rest) != "picture" {
		t.Errorf("from there on it is %q, %v", rest, err)
	}
	put(t, s, "original/abc", "another picture")
	if got := read(t, s, "original/abc"); got != "another picture" {
		t.Errorf("put again it holds %q", got)
	}
	for prefix, want := range map[string][]string{
		"":             {"original/abc", "rendition/k1/320.webp", "rendition/k1/640.webp", "rendition/k2/320.jpg"},
		"rendition/":   {"rendition/k1/320.webp", "rendition/k1/640.webp", "rendition/k2/320.jpg"},
		"rendition/k1": {"rendition/k1/320.webp", "rendition/k1/640.webp"},
		"proof/":       nil,
	} {
		if got := names(t, s, prefix); !slices.Equal(got, want) {
			t.Errorf("%q lists %q, want %q", prefix, got, want)
		}
	}
	for range s.List(ctx, "") {
		break
	}

	// What breaks off, is longer or shorter than was said leaves nothing, and
	// what was there stays.
	broken := errors.New("broken")
	for what, r := range map[string]io.Reader{
		"broken":  io.MultiReader(strings.NewReader("some"), iotest.ErrReader(broken)),
		"shorter": strings.NewReader("some"),
		"longer":  strings.NewReader(strings.Repeat("many", 100)),
	} {
		for _, name := range []string{"original/new", "original/abc"} {
			if err := s.Put(ctx, name, r, 100); err == nil {
				t.Errorf("%s: it was kept", what)
			}
		}
		if _, err := s.Get(ctx, "original/new"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: it is there: %v", what, err)
		}
		if got := read(t, s, "original/abc"); got != "another picture" {
			t.Errorf("%s: it holds %q", what, got)
		}
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if err := s.Put(ended, "original/new", strings.NewReader("x"), 1); err == nil {
		t.Error("it was kept after its context had ended")
	}

	for _, name := range []string{"", "/", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".hidden", "a/.put-x", "A", "a b", "ü", "a\x00b", `a\b`, strings.Repeat("a", 501)} {
		if err := s.Put(ctx, name, strings.NewReader("x"), 1); err == nil {
			t.Errorf("%q was taken for a name", name)
		}
		if b, err := s.Get(ctx, name); err == nil {
			b.Close()
			t.Errorf("%q was found", name)
		}
		if err := s.Delete(ctx, name); err == nil {
			t.Errorf("%q was deleted", name)
		}
	}

	// Many at once, each name by two.
	var group sync.WaitGroup
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<14)
	for i := range 20 {
		group.Go(func() {
			if err := s.Put(ctx, fmt.Sprintf("many/%d/x", i/2), bytes.NewReader(big), int64(len(big))); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	for i := range 10 {
		if got := read(t, s, fmt.Sprintf("many/%d/x", i)); got != string(big) {
			t.Errorf("%d has %d bytes", i, len(got))
		}
	}
	for _, name := range names(t, s, "") {
		if err := s.Delete(ctx, name); err != nil {
			t.Error(err)
		}
	}
	if got := names(t, s, ""); len(got) > 0 {
		t.Errorf("%q are left", got)
	}
}

func TestDir(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "media")
	s, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	conform(t, s)
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("%v are left, %v", left, err)
	}
}

// TestDirKeepsToItself: no link leads out, and foreign files are left alone.
func TestDirKeepsToItself(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "original")); err != nil {
		t.Fatal(err)
	}
	s, err := OpenDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := s.Get(t.Context(), "original/secret"); err == nil {
		b.Close()
		t.Error("a link leads out")
	}
	if err := s.Put(t.Context(), "original/new", strings.NewReader("x"), 1); err == nil {
		t.Error("it was written through a link")
	}
	if err := s.Delete(t.Context(), "original/secret"); err == nil {
		t.Error("it was deleted through a link")
	}
	for name, old := range map[string]bool{".put-old": true, ".put-new": false, "Notes.txt": true} {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if old {
			long := time.Now().Add(-2 * abandoned)
			if err := os.Chtimes(file, long, long); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := names(t, s, ""); len(got) > 0 {
		t.Errorf("it lists %q", got)
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := filepath.Glob(filepath.Join(dir, ".put-*"))
	if err != nil || len(left) != 3 || len(hidden) != 1 || filepath.Base(hidden[0]) != ".put-new" {
		t.Errorf("%q are left, %v", left, err)
	}
}
