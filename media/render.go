package media

import (
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	"stet"
)

// quality is that of renditions as JPEG.
const quality = 80

// Encoder makes renditions. It may be used by many goroutines.
type Encoder struct{}

// NewEncoder returns an encoder with what this machine has.
func NewEncoder(ctx context.Context) (*Encoder, error) { return &Encoder{}, nil }

// Close frees what the encoder holds.
func (e *Encoder) Close(ctx context.Context) error { return nil }

// AVIF reports whether renditions can be AVIF.
func (e *Encoder) AVIF() bool { return false }

// Preview is what stands in for a picture until readers have it, and where a
// crop begins.
type Preview struct {
	Placeholder string // a data: address
	Colour      string // "#rrggbb"
	Focus       stet.Point
}

// Preview looks at what the picture shows.
func (e *Encoder) Preview(ctx context.Context, src *Source) (Preview, error) {
	return Preview{Focus: stet.Point{X: 0.5, Y: 0.5}, Colour: "#808080"}, ctx.Err()
}

// Render writes a rendition: the frame of a source in a width and a format,
// with what is said of the picture.
func (e *Encoder) Render(ctx context.Context, src *Source, f stet.Frame, width int, format stet.Format, said stet.Description, w io.Writer) error {
	img, err := src.scaled(ctx, f, width)
	if err != nil {
		return err
	}
	switch format {
	case stet.JPEG:
		return jpeg.Encode(w, flat(img), &jpeg.Options{Quality: quality})
	case stet.PNG:
		return (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(w, img)
	}
	return fmt.Errorf("media: there is no encoder of %s", format)
}

// scaled returns the frame upright in a width.
func (s *Source) scaled(ctx context.Context, f stet.Frame, width int) (*image.NRGBA, error) {
	r := image.Rect(f.Rect.X, f.Rect.Y, f.Rect.X+f.Rect.Width, f.Rect.Y+f.Rect.Height)
	if r.Empty() || !r.In(image.Rect(0, 0, s.width, s.height)) || width < 1 || width > 1<<14 {
		return nil, fmt.Errorf("media: no rendition %d wide of %v of %d × %d pixels", width, r, s.width, s.height)
	}
	w, h := width, min(f.Height(width), 1<<14)
	if s.header.turn > 4 {
		w, h = h, w
	}
	part := storedRect(r, s.header.width, s.header.height, s.header.turn).Add(s.still.Bounds().Min)
	return upright(scale(rows{img: s.still, opaque: !s.transparent}, part, w, h, !s.transparent), s.header.turn), ctx.Err()
}

// flat lays a picture on white, for formats without transparency.
func flat(img *image.NRGBA) *image.RGBA {
	if img.Opaque() {
		return &image.RGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
	}
	out := image.NewRGBA(img.Rect)
	draw.Draw(out, out.Rect, image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, img, image.Point{}, draw.Over)
	return out
}
