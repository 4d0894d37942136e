package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"stet"
)

// quarters is a picture whose quarters are red, green, blue and white, from
// the top left as one reads.
func quarters(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{A: 255}
			switch right, low := x >= w/2, y >= h/2; {
			case !right && !low:
				c.R = 255
			case right && !low:
				c.G = 255
			case !right:
				c.B = 255
			default:
				c.R, c.G, c.B = 255, 255, 255
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

// waves is a smooth picture, of colours all over.
func waves(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	at := func(v float64) uint8 { return uint8(127.5 + 120*math.Sin(v)) }
	for y := range h {
		for x := range w {
			u, v := 12*(float64(x)+0.5)/float64(w), 12*(float64(y)+0.5)/float64(h)
			img.SetNRGBA(x, y, color.NRGBA{at(u), at(v), at(u + v), 255})
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withSegment puts a segment after a JPEG's first marker.
func withSegment(data []byte, marker byte, body []byte) []byte {
	head := binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))
	return slices.Concat(data[:2], head, body, data[2:])
}

// turned notes an orientation in a JPEG.
func turned(data []byte, turn int, order binary.AppendByteOrder) []byte {
	b := []byte("Exif\x00\x00II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		b = []byte("Exif\x00\x00MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 1)
	b = order.AppendUint16(b, 0x0112)
	b = order.AppendUint16(b, 3)
	b = order.AppendUint32(b, 1)
	b = order.AppendUint16(b, uint16(turn))
	b = append(b, 0, 0, 0, 0, 0, 0)
	return withSegment(data, 0xe1, b)
}

func open(t testing.TB, data []byte) *Source {
	t.Helper()
	s, err := Open(context.Background(), data, Defaults)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func whole(s *Source) stet.Frame {
	f := s.File()
	p := stet.Picture{PictureFile: f}
	return p.Frame(stet.Natural)
}

var encoder = NewEncoder()

func render(t testing.TB, s *Source, f stet.Frame, width int, format stet.Format, said stet.Description) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := encoder.Render(context.Background(), s, f, width, format, said, &b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decoded(t testing.TB, data []byte) image.Image {
	t.Helper()
	if kind, err := Sniff(data); err == nil && kind == "image/webp" {
		img, err := decodeWebP(data)
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// apart is how far two pictures are from each other as one sees them from
// afar: the mean difference of a channel, 0 to 255, in a grid of at most 64 ×
// 64 places, over white.
func apart(t testing.TB, a, b image.Image) float64 {
	t.Helper()
	if a.Bounds().Size() != b.Bounds().Size() {
		t.Fatalf("sizes are %v and %v", a.Bounds().Size(), b.Bounds().Size())
	}
	small := func(img image.Image) []float64 {
		size := img.Bounds().Size()
		w, h := min(64, size.X), min(64, size.Y)
		sums, counts := make([]float64, 3*w*h), make([]float64, w*h)
		for y := range size.Y {
			for x := range size.X {
				i := y*h/size.Y*w + x*w/size.X
				r, g, b, a := img.At(img.Bounds().Min.X+x, img.Bounds().Min.Y+y).RGBA()
				for c, v := range []uint32{r, g, b} {
					sums[3*i+c] += float64(v+0xffff-a) / 257
				}
				counts[i]++
			}
		}
		for i := range sums {
			sums[i] /= counts[i/3]
		}
		return sums
	}
	x, y := small(a), small(b)
	sum := 0.0
	for i := range x {
		sum += math.Abs(x[i] - y[i])
	}
	return sum / float64(len(x))
}

// noise is what compresses worst.
func noise(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	rand.NewChaCha8([32]byte{}).Read(img.Pix)
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	return img
}
