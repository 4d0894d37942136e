package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"os"
	"strings"
	"testing"

	"golang.org/x/image/tiff"

	"stet"
)

func asTIFF(t testing.TB, img image.Image, o *tiff.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := tiff.Encode(&b, img, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withField adds a field to the directory of a TIFF in Intel's order, which is
// written once more at its end.
func withField(t testing.TB, data []byte, tag, kind uint16, value []byte) []byte {
	t.Helper()
	order := binary.LittleEndian
	at := order.Uint32(data[4:])
	n := uint32(order.Uint16(data[at:]))
	size := map[uint16]int{1: 1, 2: 1, 3: 2, 4: 4, 7: 1}[kind]
	field := order.AppendUint16(nil, tag)
	field = order.AppendUint16(field, kind)
	field = order.AppendUint32(field, uint32(len(value)/size))
	out := bytes.Clone(data)
	if len(value) > 4 {
		field = order.AppendUint32(field, uint32(len(out)))
		out = append(out, value...)
		out = append(out, make([]byte, len(out)%2)...)
	} else {
		field = append(append(field, value...), make([]byte, 4-len(value))...)
	}
	order.PutUint32(out[4:], uint32(len(out)))
	out = order.AppendUint16(out, uint16(n+1))
	fields := data[at+2 : at+2+12*n]
	i := 0
	for i < len(fields) && order.Uint16(fields[i:]) < tag {
		i += 12
	}
	out = append(out, fields[:i]...)
	out = append(out, field...)
	out = append(out, fields[i:]...)
	return append(out, 0, 0, 0, 0)
}

func short(v uint16) []byte { return binary.LittleEndian.AppendUint16(nil, v) }

// TestTIFF: of every depth, however packed, upright, in its profile's colours
// and with its words.
func TestTIFF(t *testing.T) {
	want := waves(120, 80)
	deep := image.NewRGBA64(want.Rect)
	grey := image.NewGray16(want.Rect)
	clear := image.NewNRGBA(want.Rect)
	for y := range 80 {
		for x := range 120 {
			deep.Set(x, y, want.At(x, y))
			grey.Set(x, y, want.At(x, y))
			c := want.NRGBAAt(x, y)
			c.A = 128
			clear.SetNRGBA(x, y, c)
		}
	}
	for _, img := range []image.Image{want, deep, grey, clear} {
		for _, o := range []*tiff.Options{nil, {Compression: tiff.Deflate, Predictor: true}} {
			s := open(t, asTIFF(t, img, o))
			if f := s.File(); f.Type != "image/tiff" || f.Width != 120 || f.Height != 80 || f.Transparent != (img == clear) {
				t.Errorf("%T: %+v", img, f)
			}
			if d := apart(t, img, decoded(t, render(t, s, whole(s), 120, stet.PNG, stet.Description{}))); d > 1 {
				t.Errorf("%T: %.1f apart", img, d)
			}
		}
	}

	up := quarters(120, 80)
	for turn := 1; turn <= 8; turn++ {
		w, h := 120, 80
		if turn > 4 {
			w, h = h, w
		}
		lying := image.NewNRGBA(image.Rect(0, 0, w, h))
		for y := range 80 {
			for x := range 120 {
				sx, sy := stored(x, y, w, h, turn)
				lying.Set(sx, sy, up.At(x, y))
			}
		}
		s := open(t, withField(t, asTIFF(t, lying, nil), tagTurn, 3, short(uint16(turn))))
		if d := apart(t, up, decoded(t, render(t, s, whole(s), 120, stet.PNG, stet.Description{}))); d > 1 {
			t.Errorf("orientation %d: %.1f apart", turn, d)
		}
	}

	data := withField(t, asTIFF(t, one(color.NRGBA{200, 100, 50, 255}), nil), tagXMP, 1, xmp(everything))
	data = withField(t, data, tagProfile, 7, adobeRGB)
	s := open(t, data)
	if got := s.Description("az"); got.Credit != everything.Credit || got.Mining != everything.Mining {
		t.Errorf("said: %+v", got)
	}
	agency := open(t, withField(t, data, 0x83bb, 7, []byte("\x1c\x02\x69\x00\x04News")))
	if got := agency.Description("az"); got.Headline != "News" {
		t.Errorf("said by IIM: %+v", got)
	}
	r, _, _, _ := decoded(t, render(t, s, whole(s), 8, stet.PNG, stet.Description{})).At(4, 4).RGBA()
	if r>>8 < 220 { // Adobe RGB's red is stronger than the screen's
		t.Errorf("the profile is not looked at: red is %d", r>>8)
	}
}

func one(c color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 8, 8))
	for y := range 8 {
		for x := range 8 {
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

func TestRefusedTIFF(t *testing.T) {
	photo := asTIFF(t, waves(200, 100), nil)
	ink := bytes.Clone(photo)
	at := binary.LittleEndian.Uint32(ink[4:])
	for f := ink[at+2:]; ; f = f[12:] {
		if binary.LittleEndian.Uint16(f) == 262 { // photometric interpretation
			binary.LittleEndian.PutUint16(f[8:], 5)
			break
		}
	}
	for _, tt := range []struct {
		name, want string
		data       []byte
	}{
		{"raw", "raw file", withField(t, photo, tagDNG, 1, []byte{1, 4, 0, 0})},
		{"thumbnail first", "raw file", withField(t, photo, tagSubfile, 4, []byte{1, 0, 0, 0})},
		{"planes", "colours of print", withField(t, photo, tagPlanes, 3, short(2))},
		{"ink", "colours of print", ink},
		{"header alone", "cut off", photo[:8]},
		{"pixels", "2000 × 1000", asTIFF(t, image.NewGray(image.Rect(0, 0, 2000, 1000)), nil)},
	} {
		_, err := Open(context.Background(), tt.data, Limits{Bytes: 4 << 20, Pixels: 1e6, Memory: 1 << 30, Frames: 3})
		if !stet.Is(err, stet.Invalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func FuzzTIFF(f *testing.F) {
	photo := asTIFF(f, waves(20, 10), nil)
	f.Add(photo)
	f.Add(asTIFF(f, waves(20, 10), &tiff.Options{Compression: tiff.Deflate, Predictor: true}))
	f.Add(withField(f, withField(f, photo, tagXMP, 1, xmp(everything)), tagTurn, 3, short(6)))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, tag := range []uint16{tagXMP, tagProfile, tagTurn} {
			if _, value := tiffField(data, tag); len(value) > len(data) {
				t.Fatal("more than there is")
			}
		}
		s, err := Open(context.Background(), data, Limits{Bytes: 1 << 20, Pixels: 1e6, Memory: 1 << 24, Frames: 10})
		if err != nil {
			if !stet.Is(err, stet.Invalid) {
				t.Fatal(err)
			}
			return
		}
		d := s.Description("en")
		if err := d.Check(); err != nil {
			t.Fatal(err)
		}
		render(t, s, whole(s), 1, stet.JPEG, d)
	})
}

// TestHEIC: the pictures of testdata are quarters(120, 80), as libheif's heif-enc
// writes them: in Display P3, with EXIF that has them lie on their side; and with
// a hole.
func TestHEIC(t *testing.T) {
	photo, err := os.ReadFile("testdata/photo.heic")
	if err != nil {
		t.Fatal(err)
	}
	hole, err := os.ReadFile("testdata/hole.heic")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, head string
		want       bool
	}{
		{"photo", string(photo), true},
		{"hole", string(hole), true},
		{"brand of many", "\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", true},
		{"AVIF", "\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif", false},
		{"a box of nothing", "\x00\x00\x00\x00ftypheicheicheic", false},
		{"cut", "\x00\x00\x00\x18ftyp", false},
	} {
		if got := isHEIC([]byte(tt.head)); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}

	t.Run("without a program", func(t *testing.T) {
		t.Setenv("PATH", "")
		if _, err := Open(t.Context(), photo, Defaults); !stet.Is(err, stet.Invalid) || !strings.Contains(err.Error(), "libheif-examples") {
			t.Errorf("refused by %v", err)
		}
		_, _, err := (&Service{Options: Options{Limits: Defaults}}).keep(bytes.NewReader(photo))
		if !stet.Is(err, stet.Invalid) {
			t.Errorf("received, by %v", err)
		}
	})

	if _, err := heicProgram(); err != nil {
		t.Skip("no heif-convert")
	}
	s := open(t, photo)
	if f := s.File(); f.Type != "image/heic" || f.Width != 120 || f.Height != 80 || f.Transparent {
		t.Errorf("%+v", f)
	}
	if d := s.Description("az"); d.Creator != "Anna" {
		t.Errorf("said: %+v", d)
	}
	// Red of Display P3, which is beyond the screen's; whole as it lies, for what
	// EXIF says of that does not count in HEIC.
	got := decoded(t, render(t, s, whole(s), 120, stet.PNG, stet.Description{}))
	if r, g, b, _ := got.At(30, 20).RGBA(); r>>8 < 250 || g>>8 > 60 || b>>8 > 60 {
		t.Errorf("upper left is %d %d %d, want red", r>>8, g>>8, b>>8)
	}
	if d := apart(t, quarters(120, 80), got); d > 15 {
		t.Errorf("%.1f apart", d)
	}
	s = open(t, hole)
	if f := s.File(); !f.Transparent {
		t.Error("the hole is closed")
	}
	if _, _, _, a := decoded(t, render(t, s, whole(s), 120, stet.PNG, stet.Description{})).At(60, 40).RGBA(); a != 0 {
		t.Errorf("the hole is %d opaque", a>>8)
	}
	small := Defaults
	small.Pixels = 5000
	if _, err := Open(t.Context(), photo, small); !stet.Is(err, stet.Invalid) || !strings.Contains(err.Error(), "pixels") {
		t.Errorf("limits: %v", err)
	}
	if _, err := Open(t.Context(), append(bytes.Clone(photo[:len(photo)-300]), make([]byte, 300)...), Defaults); !stet.Is(err, stet.Invalid) {
		t.Errorf("damaged: %v", err)
	}
	ended, stop := context.WithCancel(t.Context())
	stop()
	if _, err := Open(ended, photo, Defaults); err == nil || stet.Is(err, stet.Invalid) {
		t.Errorf("given up: %v", err)
	}
}

func FuzzHEIC(f *testing.F) {
	for _, name := range []string{"testdata/photo.heic", "testdata/hole.heic"} {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	if _, err := heicProgram(); err != nil {
		f.Skip("no heif-convert")
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := inspect(data, Limits{Bytes: 1 << 20, Pixels: 1e6, Memory: 1 << 24, Frames: 10})
		if err != nil {
			if !stet.Is(err, stet.Invalid) {
				t.Fatal(err)
			}
			return
		}
		if h.width < 1 || h.height < 1 {
			t.Fatal(h)
		}
		taken(t, data, h.mediaType)
	})
}
