package media

import (
	"context"
	"image"
	"image/color"
	"math"
	"testing"

	"stet"
)

// face draws a face as schools do, size pixels high around a place.
func face(img *image.NRGBA, cx, cy, size int) {
	disc := func(x, y, rx, ry float64, c color.NRGBA) {
		s := float64(size)
		for py := cy - size; py <= cy+size; py++ {
			for px := cx - size; px <= cx+size; px++ {
				dx, dy := (float64(px-cx)/s-x)/rx, (float64(py-cy)/s-y)/ry
				if d := dx*dx + dy*dy; d < 1 && (image.Point{px, py}).In(img.Rect) {
					k := min(1, 4*(1-math.Sqrt(d))) // soft edges
					old := img.NRGBAAt(px, py)
					mix := func(a, b uint8) uint8 { return uint8(float64(a)*(1-k) + float64(b)*k) }
					img.SetNRGBA(px, py, color.NRGBA{mix(old.R, c.R), mix(old.G, c.G), mix(old.B, c.B), 255})
				}
			}
		}
	}
	skin, dark, lip := color.NRGBA{228, 190, 160, 255}, color.NRGBA{50, 35, 30, 255}, color.NRGBA{150, 80, 75, 255}
	shade := color.NRGBA{165, 125, 100, 255}
	disc(0, -0.12, 0.50, 0.62, dark) // hair
	disc(0, 0.02, 0.42, 0.54, shade)
	disc(0, 0.02, 0.38, 0.50, skin)
	for _, side := range []float64{-1, 1} {
		disc(side*0.17, -0.06, 0.15, 0.10, shade) // socket
		disc(side*0.18, -0.12, 0.13, 0.035, dark) // brow
		disc(side*0.17, -0.04, 0.09, 0.045, dark) // eye
		disc(side*0.06, 0.15, 0.06, 0.04, shade)  // nostril
		disc(side*0.22, 0.14, 0.10, 0.09, color.NRGBA{240, 205, 180, 255})
	}
	disc(0, 0.06, 0.035, 0.12, color.NRGBA{245, 215, 190, 255}) // the bridge of the nose
	disc(0, 0.28, 0.17, 0.06, lip)
	disc(0, 0.28, 0.15, 0.015, dark)
	disc(0, 0.37, 0.10, 0.03, shade)
}

func backdrop(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := 0; i < len(img.Pix); i += 4 {
		copy(img.Pix[i:], []byte{120, 130, 125, 255})
	}
	return img
}

// TestNoFaceIsCut: wherever people stand, no crop around the first guess cuts
// a face that could have been kept.
func TestNoFaceIsCut(t *testing.T) {
	for _, tt := range []struct {
		name  string
		w, h  int
		faces []image.Point
	}{
		{"left", 1200, 700, []image.Point{{180, 300}}},
		{"right", 1200, 700, []image.Point{{1020, 350}}},
		{"top of a portrait", 600, 1200, []image.Point{{300, 150}}},
		{"foot of a portrait", 600, 1200, []image.Point{{320, 1050}}},
		{"two", 1400, 800, []image.Point{{850, 300}, {1200, 350}}},
	} {
		img := backdrop(tt.w, tt.h)
		for _, f := range tt.faces {
			face(img, f.X, f.Y, 160)
		}
		grey := make([]uint8, tt.w*tt.h)
		for i := range grey {
			grey[i] = img.Pix[4*i+1]
		}
		if found, err := faces(grey, tt.w, tt.h); err != nil || len(found) != len(tt.faces) {
			t.Errorf("%s: %d faces found (%v)", tt.name, len(found), err)
		}
		p, err := encoder.Preview(context.Background(), open(t, asJPEG(t, img)))
		if err != nil {
			t.Fatal(err)
		}
		pic := stet.Picture{PictureFile: stet.PictureFile{Width: tt.w, Height: tt.h}, Focus: p.Focus}
		for _, r := range stet.Ratios {
			c := pic.Cut(r)
			cut := image.Rect(c.X, c.Y, c.X+c.Width, c.Y+c.Height)
			for _, f := range tt.faces {
				if !image.Rect(f.X-70, f.Y-90, f.X+70, f.Y+90).In(cut) {
					t.Errorf("%s: %s: the face at %v is cut by %v (focus %v)", tt.name, r, f, cut, p.Focus)
				}
			}
		}
	}
}

func TestWhatStandsOut(t *testing.T) {
	img := backdrop(900, 500)
	for y := 300; y < 380; y++ {
		for x := 700; x < 790; x++ {
			img.SetNRGBA(x, y, color.NRGBA{230, 30, uint8(x * y), 255})
		}
	}
	p, err := encoder.Preview(context.Background(), open(t, asJPEG(t, img)))
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(p.Focus.X-0.83) > 0.05 || math.Abs(p.Focus.Y-0.68) > 0.05 {
		t.Errorf("focus is %v", p.Focus)
	}
}
