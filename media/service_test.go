package media

import (
	"bytes"
	"context"
	"errors"
	"image"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"time"

	"stet"
	"stet/blob"
	"stet/store"
	"stet/store/picture"
	"stet/store/storetest"
)

// studio is a newsroom with a service, which makes nothing by itself.
type studio struct {
	*Service
	t *testing.T
}

func newStudio(t *testing.T, l Limits) *studio {
	t.Helper()
	db := storetest.Open(t, storetest.DSN(t, "sqlite"))
	storetest.Init(t, db, "ru", "en")
	return studioOf(t, db, l)
}

func studioOf(t *testing.T, db *store.DB, l Limits) *studio {
	t.Helper()
	files, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	return &studio{NewService(Options{DB: db, Files: files, Encoder: encoder, Limits: l, Log: log, Now: time.Now}), t}
}

func (s *studio) receive(name string, data []byte, credit string) *stet.Picture {
	s.t.Helper()
	p, err := s.Bring(s.t.Context(), storetest.Editor, Incoming{Name: name, Lang: "en", Body: bytes.NewReader(data), Say: func(d *stet.Description) { d.Credit = credit }})
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// ask asks for an address as a reader does.
func (s *studio) ask(method, path string, header ...string) *http.Response {
	s.t.Helper()
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	res := w.Result()
	if res.Header.Get("X-Content-Type-Options") != "nosniff" || res.Header.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || res.Header.Get("Set-Cookie") != "" {
		s.t.Errorf("%s %s is answered with %v", method, path, res.Header)
	}
	return res
}

// seen returns the picture at an address.
func (s *studio) seen(path string) (img image.Image, kept bool) {
	s.t.Helper()
	res := s.ask("GET", path)
	data, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %s %q %v", path, res.Status, data, err)
	}
	if got := http.DetectContentType(data); got != res.Header.Get("Content-Type") {
		s.t.Errorf("%s: is %s and says %s", path, got, res.Header.Get("Content-Type"))
	}
	img, _, err = image.Decode(bytes.NewReader(data))
	if err != nil {
		s.t.Fatalf("%s: %v", path, err)
	}
	switch cache := res.Header.Get("Cache-Control"); cache {
	case "public, max-age=31536000, immutable":
		kept = true
	case "no-store":
	default:
		s.t.Errorf("%s: Cache-Control: %s", path, cache)
	}
	return img, kept
}

// until lets the service run until it has nothing to do.
func (s *studio) until(done func(picture.Counts) bool) {
	s.t.Helper()
	ctx, stop := context.WithCancel(s.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Run(ctx)
	}()
	defer func() {
		stop()
		<-ended
	}()
	for {
		changed := s.DB.Changed()
		c, err := s.DB.CountRenditions(s.t.Context(), s.can())
		if err != nil {
			s.t.Fatal(err)
		}
		if done(c) {
			return
		}
		select {
		case <-changed:
		case <-time.After(time.Minute):
			s.t.Fatalf("it does not come to an end: %+v", c)
		}
	}
}

func idle(c picture.Counts) bool { return c.Wanted == 0 }

// plan lists every address that a page may hold of a picture.
func plan(p *stet.Picture, avif bool) map[string]image.Point {
	out := map[string]image.Point{}
	for _, r := range stet.Ratios {
		f := p.Frame(r)
		for _, width := range f.Widths() {
			for _, format := range f.Formats(avif) {
				out[f.Path(width, format)] = image.Pt(width, f.Height(width))
			}
		}
	}
	return out
}

func shape(img image.Image) float64 {
	return float64(img.Bounds().Dx()) / float64(img.Bounds().Dy())
}

// TestPictureIsShownAtOnce: every address answers from the moment the picture is
// there, in the right shape; in the end each is what it says for ever.
func TestPictureIsShownAtOnce(t *testing.T) {
	s := newStudio(t, Limits{})
	p := s.receive("mist.jpg", asJPEG(t, waves(500, 350)), "A. Photographer")
	if p.Width != 500 || p.Height != 350 || p.Credit != "A. Photographer" || p.Colour == "" {
		t.Errorf("%+v", p)
	}
	addresses := plan(p, false)
	for path, size := range addresses {
		img, kept := s.seen(path)
		if want := float64(size.X) / float64(size.Y); shape(img)/want < 0.98 || shape(img)/want > 1.02 || img.Bounds().Dx() < 100 {
			t.Errorf("%s stands in for %v with %v", path, size, img.Bounds())
		}
		if kept {
			t.Errorf("%s is to be kept, and is not made", path)
		}
	}
	s.until(idle)
	for path, size := range addresses {
		if img, kept := s.seen(path); img.Bounds().Size() != size || !kept {
			t.Errorf("%s is %v, kept %v, want %v", path, img.Bounds(), kept, size)
		}
	}
	for format, n := range s.Stats().Made {
		if format == stet.WebP && n == 0 || format == stet.JPEG && n == 0 {
			t.Errorf("%d of %s were made", n, format)
		}
	}

	path, width, height := Path(p)
	if img, _ := s.seen(path); img.Bounds().Size() != image.Pt(width, height) || width != 500 {
		t.Errorf("%s is %v", path, img.Bounds())
	}
	whole := s.ask("GET", path)
	body, _ := io.ReadAll(whole.Body)
	tag := whole.Header.Get("ETag")
	if res := s.ask("HEAD", path); res.StatusCode != 200 || res.ContentLength != int64(len(body)) || res.Header.Get("ETag") != tag {
		t.Errorf("HEAD: %s %v", res.Status, res.Header)
	}
	if res := s.ask("GET", path, "If-None-Match", tag); res.StatusCode != 304 || res.Header.Get("ETag") != tag || res.Header.Get("Cache-Control") == "" {
		t.Errorf("of what is known: %s %v", res.Status, res.Header)
	}
	if res := s.ask("GET", path, "Range", "bytes=10-19"); res.StatusCode != 206 || res.ContentLength != 10 {
		t.Errorf("of a part: %s %v", res.Status, res.Header)
	}
	if res := s.ask("POST", path); res.StatusCode != 405 || res.Header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %s", res.Status)
	}
	f := p.Frame(stet.Wide)
	for _, path := range []string{
		"/media/", "/media/x", f.Path(321, stet.JPEG), f.Path(0, stet.JPEG), f.Path(-320, stet.JPEG), f.Path(320, stet.PNG), f.Path(320, "svg"),
		f.Path(320, stet.JPEG) + "/", f.Path(320, stet.JPEG) + ".jpg", "/media/" + f.Key + "/0320.jpg", "/media/" + f.Key + "/+320.jpg",
		strings.ToUpper(f.Path(320, stet.JPEG)), "/media//" + f.Key + "/320.jpg", "/media/" + f.Key + "/../" + f.Key + "/320.jpg", "/media/abc/320.jpg",
		"/media/original/" + p.Hash, "/media/..%2foriginal/" + p.Hash + ".jpg", "/media/" + strings.Repeat("a", 1000) + "/320.jpg", f.Path(2560, stet.JPEG),
	} {
		if res := s.ask("GET", path); res.StatusCode != 404 || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s is answered %s", path, res.Status)
		}
	}

	// What is lost is made anew; when all of it is gone, it is gone.
	ctx := t.Context()
	lost := picture.Rendition{Frame: picture.Frame{Frame: f}, Width: 480, Format: stet.JPEG}
	for _, name := range []string{renditionName(lost), proofName(p.Hash)} {
		if err := s.Files.Delete(ctx, name); err != nil {
			t.Fatal(err)
		}
	}
	if _, kept := s.seen(f.Path(480, stet.JPEG)); kept {
		t.Error("it is lost, and is to be kept")
	}
	s.until(idle)
	if img, kept := s.seen(f.Path(480, stet.JPEG)); !kept || img.Bounds().Dx() != 480 {
		t.Error("what was lost is not made again")
	}
	if data, err := s.proof(ctx, p.Hash); err != nil || len(data) == 0 {
		t.Error("the proof is not made again", err)
	}
	if _, b, err := s.Original(ctx, storetest.Editor, p.ID); err != nil {
		t.Error(err)
	} else {
		b.Close()
	}
	if _, _, err := s.Original(ctx, stet.User{ID: "nobody"}, p.ID); !stet.Is(err, stet.Forbidden) {
		t.Error(err)
	}
	if err := s.Remove(ctx, stet.User{ID: "user:r", Role: stet.Reporter, Origin: stet.ByPerson}, p.ID); !stet.Is(err, stet.Forbidden) {
		t.Error(err)
	}
	twin := s.receive("again.jpg", asJPEG(t, waves(500, 350)), "A. Photographer")
	if err := s.Remove(ctx, storetest.Editor, twin.ID); err != nil {
		t.Fatal(err)
	}
	if _, kept := s.seen(path); !kept {
		t.Error("it went with its twin")
	}
	if err := s.Remove(ctx, storetest.Editor, p.ID); err != nil {
		t.Fatal(err)
	}
	if res := s.ask("GET", path); res.StatusCode != 404 {
		t.Errorf("after it was removed it is answered %s", res.Status)
	}
	for info, err := range s.Files.List(ctx, "") {
		t.Error("left:", info.Name, err)
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	s := newStudio(t, Limits{Bytes: 200_000, Pixels: 1_000_000, Memory: 64 << 20, Frames: 10})
	good := asJPEG(t, waves(300, 200))
	for what, data := range map[string][]byte{
		"nothing":  nil,
		"text":     []byte("Dear editor, please find attached"),
		"svg":      []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`),
		"cut off":  good[:len(good)/2],
		"a bomb":   asPNG(t, image.NewGray(image.Rect(0, 0, 3000, 3000))),
		"too many": append(slices.Clone(good), make([]byte, 200_000)...),
	} {
		_, err := s.Bring(t.Context(), storetest.Editor, Incoming{Body: bytes.NewReader(data)})
		var told *stet.Error
		if !errors.As(err, &told) || told.Kind != stet.Invalid || told.Field != "file" {
			t.Errorf("%s: %v", what, err)
		}
		var large *TooLarge
		if errors.As(err, &large) != (what == "too many") {
			t.Errorf("%s: %T", what, err)
		}
	}
	broken := errors.New("the connection broke")
	_, err := s.Bring(t.Context(), storetest.Editor, Incoming{Body: io.MultiReader(bytes.NewReader(good), iotest.ErrReader(broken))})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
	if _, err := s.Bring(t.Context(), stet.User{ID: "nobody"}, Incoming{Body: bytes.NewReader(good)}); !stet.Is(err, stet.Forbidden) {
		t.Error(err)
	}
	_, err = s.Bring(t.Context(), storetest.Editor, Incoming{Body: bytes.NewReader(good), Say: func(d *stet.Description) { d.Credit = strings.Repeat("x", 5000) }})
	if !stet.Is(err, stet.Invalid) {
		t.Error(err)
	}
	for info, err := range s.Files.List(t.Context(), "") {
		t.Error("left:", info.Name, err)
	}
	if found, _, err := s.DB.FindPictures(t.Context(), picture.Query{}); err != nil || len(found) > 0 {
		t.Errorf("%d pictures, %v", len(found), err)
	}
}

// TestBrokenPictureStopsNothing: what cannot be made is said, and the others are
// made.
func TestBrokenPictureStopsNothing(t *testing.T) {
	s := newStudio(t, Limits{})
	broken, lost := s.receive("broken.jpg", asJPEG(t, waves(400, 300)), ""), s.receive("lost.jpg", asJPEG(t, waves(401, 300)), "")
	whole := s.receive("whole.jpg", asJPEG(t, waves(402, 300)), "")
	damaged := []byte("no picture any more")
	if err := s.Files.Put(t.Context(), originalName(broken.Hash), bytes.NewReader(damaged), int64(len(damaged))); err != nil {
		t.Fatal(err)
	}
	if err := s.Files.Delete(t.Context(), originalName(lost.Hash)); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	var hours atomic.Int64 // that pass, so that what failed is tried again
	s.Now = func() time.Time { return start.Add(time.Duration(hours.Load()) * time.Hour) }
	s.until(func(c picture.Counts) bool {
		hours.Add(1)
		return idle(c)
	})
	for path, size := range plan(whole, false) {
		if img, kept := s.seen(path); !kept || img.Bounds().Size() != size {
			t.Errorf("%s was not made", path)
		}
	}
	why, err := s.DB.FailedRenditions(t.Context(), 10)
	if err != nil || len(why) != 2 || !strings.Contains(why[lost.ID], "original is missing") || why[broken.ID] == "" {
		t.Errorf("%q, %v", why, err)
	}
	for _, p := range []*stet.Picture{broken, lost} { // their proofs stand in for ever
		for path := range plan(p, false) {
			if _, kept := s.seen(path); kept {
				t.Errorf("%s is to be kept", path)
			}
		}
	}
}

// TestRestart: what is stopped at any moment is continued by another, and no
// half file is ever seen.
func TestRestart(t *testing.T) {
	s := newStudio(t, Limits{})
	var all []*stet.Picture
	for i := range 2 {
		all = append(all, s.receive("p.jpg", asJPEG(t, waves(330+i, 250)), ""))
	}
	for {
		before := int64(-1)
		s.until(func(c picture.Counts) bool {
			if before < 0 {
				before = c.Made
			}
			return c.Wanted == 0 || c.Made >= before+9
		})
		c, err := s.Waiting(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			for path, size := range plan(p, false) {
				if img, kept := s.seen(path); kept && img.Bounds().Size() != size {
					t.Fatalf("%s is %v", path, img.Bounds())
				}
			}
		}
		if c.Wanted == 0 {
			break
		}
		again := NewService(s.Options)
		s.Service = again
	}
}

func TestStandIns(t *testing.T) {
	f := (&stet.Picture{PictureFile: stet.PictureFile{Hash: "x", Width: 3000, Height: 2000}}).Frame(stet.Wide)
	r := func(width int, format stet.Format) picture.Rendition {
		return picture.Rendition{Frame: picture.Frame{Frame: f}, Width: width, Format: format}
	}
	made := []picture.Rendition{r(320, stet.WebP), r(320, stet.JPEG), r(960, stet.AVIF), r(960, stet.JPEG), r(1280, stet.WebP), r(480, stet.JPEG)}
	for _, c := range []struct {
		want picture.Rendition
		got  string
	}{
		{r(640, stet.AVIF), "960.avif 960.jpg 1280.webp 480.jpg 320.webp 320.jpg"},
		{r(640, stet.WebP), "960.jpg 1280.webp 480.jpg 320.webp 320.jpg"},
		{r(640, stet.JPEG), "960.jpg 480.jpg 320.jpg"},
		{r(1920, stet.WebP), "1280.webp 960.jpg 480.jpg 320.webp 320.jpg"},
		{r(320, stet.WebP), "320.jpg 480.jpg 960.jpg 1280.webp"},
	} {
		var got []string
		for _, s := range standIns(c.want, made) {
			got = append(got, strings.TrimPrefix(renditionName(s), "rendition/"+f.Key+"/"))
		}
		if strings.Join(got, " ") != c.got {
			t.Errorf("for %d.%s: %q, want %s", c.want.Width, c.want.Format, got, c.got)
		}
	}
}
