package media

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"stet"
	"stet/store/picture"
)

// avifed returns an encoder that makes AVIF, where the machine has the program.
func avifed(t *testing.T) *Encoder {
	t.Helper()
	if _, err := exec.LookPath("avifenc"); err != nil {
		t.Skip("avifenc is not installed; on Debian: apt-get install libavif-bin")
	}
	e := NewEncoder()
	if err := e.FindAVIF(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !e.AVIF() {
		t.Fatal("AVIF is found, and is not there")
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// fromAVIF decodes with libavif's own program.
func fromAVIF(t *testing.T, data []byte) image.Image {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.avif"), filepath.Join(dir, "out.png")
	if err := os.WriteFile(in, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("avifdec", in, out).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	png, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, png)
}

func temporary(t *testing.T) []string {
	t.Helper()
	left, err := fs.Glob(os.DirFS(os.TempDir()), "stet-avif-*")
	if err != nil {
		t.Fatal(err)
	}
	return left
}

// TestAVIF: the same picture with the same words as in other formats, for fewer
// bytes than WebP, and nothing left on the disk.
func TestAVIF(t *testing.T) {
	e := avifed(t)
	t.Setenv("TMPDIR", t.TempDir())
	clear := waves(301, 200)
	for i := 3; i < len(clear.Pix); i += 4 {
		clear.Pix[i] = uint8(i / 4 % 301 * 255 / 301)
	}
	for _, data := range [][]byte{asJPEG(t, waves(301, 200)), asPNG(t, clear)} {
		s := open(t, data)
		var out bytes.Buffer
		if err := e.Render(t.Context(), s, whole(s), 301, stet.AVIF, everything, &out); err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(out.Bytes(), said(everything)) {
			t.Error("it does not say whose it is")
		}
		want := decoded(t, render(t, s, whole(s), 301, stet.PNG, everything))
		if got := fromAVIF(t, out.Bytes()); apart(t, want, got) > 2 || s.transparent != !got.(interface{ Opaque() bool }).Opaque() {
			t.Errorf("%.1f apart from the picture", apart(t, want, got))
		}
		if webp := render(t, s, whole(s), 301, stet.WebP, everything); out.Len() > len(webp) {
			t.Errorf("%d bytes, %d of WebP", out.Len(), len(webp))
		}
	}
	if left := temporary(t); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

// broken is a machine whose avifenc is a program that a test writes.
func broken(t *testing.T, script string) (e *Encoder, program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "avifenc")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", filepath.Dir(program)+":/bin:/usr/bin")
	return NewEncoder(), program
}

func TestAVIFThatDoesNotWork(t *testing.T) {
	if e, _ := broken(t, "echo 'No codec' >&2; exit 1"); e.FindAVIF(t.Context()) == nil || e.AVIF() {
		t.Error("a program that fails is used")
	}
	if e, _ := broken(t, "exit 0"); e.FindAVIF(t.Context()) == nil || e.AVIF() {
		t.Error("a program that writes nothing is used")
	}
	t.Setenv("PATH", t.TempDir())
	if e := NewEncoder(); !errors.Is(e.FindAVIF(t.Context()), errNoAVIF) || e.AVIF() {
		t.Error("a program that is not there is used")
	}
	// One that never ends, ends with the context and leaves nothing.
	t.Setenv("TMPDIR", t.TempDir())
	e, program := broken(t, "exec sleep 600")
	e.avif.program = program
	e.avif.there.Store(true)
	ctx, stop := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, stop)
	if _, err := e.avif.encode(ctx, waves(10, 10), nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left := temporary(t); len(left) > 0 {
		t.Errorf("it left %v", left)
	}
}

// rests runs the pool and sees that it commits nothing, whatever wakes it. Each
// transaction would wake it again.
func (s *studio) rests(when string) {
	t := s.t
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	changed := s.DB.Changed()
	go func() {
		defer close(ended)
		s.Run(ctx)
	}()
	n := 0
	for range 30 {
		s.rouse()
		select {
		case <-changed:
			n++
			changed = s.DB.Changed()
		case <-time.After(10 * time.Millisecond):
		}
	}
	stop()
	<-ended
	if n > 1 { // what was written before may be told late, once
		t.Errorf("%s: %d commits", when, n)
	}
}

// TestPoolRests: a pool that has nothing to do, or only what this machine cannot
// make, writes nothing, whatever wakes it.
func TestPoolRests(t *testing.T) {
	s := newStudio(t, Limits{})
	s.rests("an empty newsroom")
	p := s.receive("a.jpg", asJPEG(t, waves(500, 350)), "A")
	s.until(idle)
	all, err := s.DB.CountRenditions(t.Context(), formats[:])
	if err != nil || all.Wanted == 0 {
		t.Fatalf("%+v %v: no AVIF is wanted that nobody can make", all, err)
	}
	s.rests("with AVIF that nobody can make")
	// A reader with a page of another node asks for one.
	f := p.Frame(stet.Natural)
	if _, kept := s.seen(f.Path(500, stet.AVIF)); kept {
		t.Error("it is to be kept, and is not made")
	}
	s.rests("after it was asked for")
	// What cannot be made is given up.
	if err := s.Files.Delete(t.Context(), originalName(p.Hash)); err != nil {
		t.Fatal(err)
	}
	r := picture.Rendition{Frame: picture.Frame{Frame: f}, Width: 500, Format: stet.WebP}
	if err := s.DB.Remake(t.Context(), r, s.Now()); err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	s.Now = func() time.Time { at = at.Add(time.Hour); return at }
	s.until(func(c picture.Counts) bool { return c.Failed == 1 })
	s.rests("after one has failed")
}

// TestAVIFComesAndGoes: where the program appears, everything is made in AVIF
// too; where it disappears while it is used, what is left stays wanted and the
// pool rests.
func TestAVIFComesAndGoes(t *testing.T) {
	e := avifed(t)
	s := newStudio(t, Limits{})
	p := s.receive("a.jpg", asJPEG(t, waves(400, 300)), "A")
	s.until(idle)
	s.Encoder = e
	s.until(idle)
	for path := range plan(p, true) {
		if res := s.ask("GET", path); res.Header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s is not made", path)
		}
	}
	if n := s.Stats().Made[stet.AVIF]; n == 0 {
		t.Error("no AVIF was made")
	}

	gone, program := broken(t, "exit 1")
	gone.avif.program = program
	gone.avif.there.Store(true)
	if err := os.Remove(program); err != nil {
		t.Fatal(err)
	}
	s.Encoder = gone
	s.receive("b.jpg", asJPEG(t, waves(300, 300)), "A")
	s.until(func(c picture.Counts) bool { return c.Wanted == 0 && !gone.AVIF() })
	c, err := s.DB.CountRenditions(t.Context(), []stet.Format{stet.AVIF})
	if err != nil || c.Failed != 0 || c.Wanted == 0 {
		t.Errorf("%+v %v: what nobody can make has not failed", c, err)
	}
	s.rests("after the program went")
}
