package media

import (
	"bytes"
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

// The qualities of renditions. A photograph 1280 wide takes 203 KB as JPEG and
// 148 KB as WebP at these.
const (
	qualityJPEG = 80
	qualityWebP = 78
)

// methodWebP is how long libwebp thinks. In a sandbox 4 takes three times as
// long as 2, for 4 % fewer bytes.
const methodWebP = 2

// Encoder makes renditions. It may be used by many goroutines.
type Encoder struct {
	webp machine
	avif avif
}

// NewEncoder returns an encoder of all formats but AVIF, for which the machine
// must have a program: see FindAVIF.
func NewEncoder() *Encoder { return &Encoder{} }

// Close frees what the encoder holds.
func (e *Encoder) Close() error { return e.webp.close() }

// AVIF reports whether renditions can be AVIF.
func (e *Encoder) AVIF() bool { return e.avif.there.Load() }

// Render writes a rendition: the frame of a source in a width and a format,
// with what is said of the picture.
func (e *Encoder) Render(ctx context.Context, src *Source, f stet.Frame, width int, format stet.Format, d stet.Description, w io.Writer) error {
	if f.Moves && src.header.frames > 1 && format == stet.WebP {
		out, err := e.renderFilm(ctx, src, f, width)
		if err != nil {
			return err
		}
		_, err = w.Write(intoWebP(out, d, width, f.Height(width), true))
		return err
	}
	img, err := src.scaled(ctx, f, width)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	var out []byte
	switch format {
	case stet.AVIF:
		out, err = e.avif.encode(ctx, img, said(d))
	case stet.WebP:
		if out, err = e.webp.encode(ctx, img, qualityWebP, methodWebP); err == nil {
			out = intoWebP(out, d, img.Rect.Dx(), img.Rect.Dy(), !img.Opaque())
		}
	case stet.JPEG:
		err = jpeg.Encode(&b, flat(img), &jpeg.Options{Quality: qualityJPEG})
		out = intoJPEG(b.Bytes(), d)
	case stet.PNG:
		err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img)
		out = intoPNG(b.Bytes(), d)
	default:
		err = fmt.Errorf("media: there is no encoder of %s", format)
	}
	if err != nil {
		return err
	}
	_, err = w.Write(out)
	return err
}

// scaled returns the frame upright in a width.
func (s *Source) scaled(ctx context.Context, f stet.Frame, width int) (*image.NRGBA, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if l := s.last; l.img != nil && l.rect == f.Rect && l.img.Rect.Size() == image.Pt(width, f.Height(width)) {
		return l.img, nil
	}
	img, err := s.scaledOf(rows{s.still, s.profile, !s.transparent}, f, width)
	s.last.img, s.last.rect = img, f.Rect
	return img, err
}

// scaledOf is scaled, of one picture of the source.
func (s *Source) scaledOf(img rows, f stet.Frame, width int) (*image.NRGBA, error) {
	r := image.Rect(f.Rect.X, f.Rect.Y, f.Rect.X+f.Rect.Width, f.Rect.Y+f.Rect.Height)
	if r.Empty() || !r.In(image.Rect(0, 0, s.width, s.height)) || width < 1 || width > stet.MaxSide || f.Height(width) > stet.MaxSide {
		return nil, fmt.Errorf("media: no rendition %d wide of %v of %d × %d pixels", width, r, s.width, s.height)
	}
	w, h := width, f.Height(width)
	if s.header.turn > 4 {
		w, h = h, w
	}
	part := storedRect(r, s.header.width, s.header.height, s.header.turn).Add(img.img.Bounds().Min)
	return upright(scale(img, part, w, h, img.opaque), s.header.turn), nil
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
