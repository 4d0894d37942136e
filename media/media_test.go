package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"strings"
	"testing"

	"stet"
)

func TestEveryOrientation(t *testing.T) {
	up := quarters(120, 80)
	for turn := 1; turn <= 8; turn++ {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
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
			s := open(t, turned(asJPEG(t, lying), turn, order))
			if f := s.File(); f.Width != 120 || f.Height != 80 {
				t.Fatalf("%d: %d × %d", turn, f.Width, f.Height)
			}
			if d := apart(t, up, decoded(t, render(t, s, whole(s), 120, stet.JPEG, stet.Description{}))); d > 6 {
				t.Errorf("orientation %d: %.1f apart", turn, d)
			}
			// A part keeps its place too: the lower right quarter is white.
			f := whole(s)
			f.Rect = stet.Rect{X: 60, Y: 40, Width: 60, Height: 40}
			white := decoded(t, render(t, s, f, 30, stet.JPEG, stet.Description{}))
			if r, g, b, _ := white.At(15, 10).RGBA(); min(r, g, b) < 0xf000 {
				t.Errorf("orientation %d: the part is not white", turn)
			}
		}
	}
}

// TestScaling: pictures keep their look at every size, and fine bright detail
// its light.
func TestScaling(t *testing.T) {
	s := open(t, asPNG(t, waves(601, 397)))
	for _, width := range []int{601, 400, 150, 64, 33} {
		f := whole(s)
		got := decoded(t, render(t, s, f, width, stet.PNG, stet.Description{}))
		if d := apart(t, waves(width, f.Height(width)), got); d > 1 {
			t.Errorf("%d wide: %.2f apart", width, d)
		}
	}
	lines := image.NewGray(image.Rect(0, 0, 256, 256)) // every second one is white
	for i := range lines.Pix {
		lines.Pix[i] = uint8(i/256%2) * 255
	}
	s = open(t, asPNG(t, lines))
	got := decoded(t, render(t, s, whole(s), 32, stet.PNG, stet.Description{}))
	if r, _, _, _ := got.At(16, 16).RGBA(); r>>8 < 186 || r>>8 > 190 {
		t.Errorf("half of the light is %d, want 188", r>>8)
	}
}

// TestWebPComesInAsItIs: black and white, too, and what can be seen through.
func TestWebPComesInAsItIs(t *testing.T) {
	for _, alpha := range []uint8{255, 128} {
		want := quarters(120, 80)
		for i := 3; i < len(want.Pix); i += 4 {
			want.Pix[i] = alpha
		}
		data, err := encoder.webp.encode(t.Context(), want, 95, 4)
		if err != nil {
			t.Fatal(err)
		}
		s := open(t, data)
		if d := apart(t, want, decoded(t, render(t, s, whole(s), 120, stet.PNG, stet.Description{}))); d > 4 {
			t.Errorf("opacity %d: %.1f apart", alpha, d)
		}
	}
}

func TestRefused(t *testing.T) {
	photo := asJPEG(t, waves(200, 100))
	few := Limits{Bytes: 1 << 20, Pixels: 1e6, Memory: 1 << 30, Frames: 3}
	for _, tt := range []struct {
		name, data, want string
	}{
		{"nothing", "", "is empty"},
		{"text", "Dear reader", "no picture"},
		{"drawing", `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`, "SVG"},
		{"page", "<!doctype html><script>alert(1)</script>", "no picture"},
		{"burst", "\x00\x00\x00\x18ftyphevc\x00\x00", "HEIC video"},
		{"large scan", "II+\x00\x08\x00\x00\x00", "BigTIFF"},
		{"cut off", string(photo[:len(photo)/2]), "cut off"},
		{"cut in its header", string(photo[:30]), "cut off"},
		{"damaged", string(photo[:200]) + strings.Repeat("\xff\xc4\x00\x04\xff\xff", 400) + "\xff\xd9", "damaged"},
		{"pixels", string(asJPEG(t, image.NewGray(image.Rect(0, 0, 2000, 1000)))), "2000 × 1000"},
		{"bytes", string(photo) + strings.Repeat("x", 1<<20), "MB"},
	} {
		_, err := Open(context.Background(), []byte(tt.data), few)
		if !stet.Is(err, stet.Invalid) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestNothingComesThrough: what else a file holds is in no rendition.
func TestNothingComesThrough(t *testing.T) {
	const script = "<script>alert(1)</script>"
	data := append(withSegment(asJPEG(t, waves(200, 100)), 0xfe, []byte(script)), "PK\x03\x04"+script...)
	s := open(t, data)
	for _, format := range []stet.Format{stet.WebP, stet.JPEG, stet.PNG} {
		if got := render(t, s, whole(s), 100, format, stet.Description{}); bytes.Contains(got, []byte("script")) {
			t.Errorf("%s: the script came through", format)
		}
	}
	// A JPEG without its last marker is whole.
	photo := asJPEG(t, waves(200, 100))
	open(t, photo[:len(photo)-2])
}

func FuzzOpen(f *testing.F) {
	f.Add(asJPEG(f, waves(20, 10)))
	f.Add(turned(asJPEG(f, waves(20, 10)), 6, binary.BigEndian))
	f.Add(asPNG(f, waves(20, 10)))
	f.Add(flicker(f, 0))
	s := open(f, asPNG(f, waves(20, 10)))
	for _, format := range []stet.Format{stet.WebP, stet.JPEG, stet.PNG} {
		f.Add(render(f, s, whole(s), 20, format, everything))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
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

func TestPreview(t *testing.T) {
	for name, img := range map[string]image.Image{"waves": waves(900, 600), "wide": waves(3000, 20), "tall": waves(3, 700), "dot": waves(1, 1), "noise": noise(500, 500)} {
		p, err := encoder.Preview(context.Background(), open(t, asPNG(t, img)))
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Placeholder) > 300 || !strings.HasPrefix(p.Placeholder, "data:image/webp;base64,") {
			t.Errorf("%s: placeholder of %d bytes", name, len(p.Placeholder))
		}
	}
	sky := image.NewNRGBA(image.Rect(0, 0, 400, 300))
	for i := 0; i < len(sky.Pix); i += 4 {
		copy(sky.Pix[i:], []byte{40, 90, 200, 255})
	}
	copy(sky.Pix, quarters(400, 100).Pix)
	p, err := encoder.Preview(context.Background(), open(t, asPNG(t, sky)))
	if err != nil {
		t.Fatal(err)
	}
	var r, g, b int
	if _, err := fmt.Sscanf(p.Colour, "#%02x%02x%02x", &r, &g, &b); err != nil || max(r-40, 40-r, g-90, 90-g, b-200, 200-b) > 3 {
		t.Errorf("the commonest colour is %s", p.Colour)
	}
}

// BenchmarkRender: a large photograph as readers get it, in megapixels of what
// was received.
func BenchmarkRender(b *testing.B) {
	data := asJPEG(b, waves(4000, 3000))
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			open(b, data)
		}
		b.ReportMetric(12*float64(b.N)/b.Elapsed().Seconds(), "MP/s")
	})
	for _, format := range []stet.Format{stet.WebP, stet.JPEG} {
		b.Run(string(format), func(b *testing.B) {
			s := open(b, data)
			for b.Loop() {
				s.last.img = nil
				render(b, s, whole(s), 1280, format, everything)
			}
			b.ReportMetric(12*float64(b.N)/b.Elapsed().Seconds(), "MP/s")
		})
	}
}
