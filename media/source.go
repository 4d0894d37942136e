package media

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"slices"

	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"stet"
)

// Limits are what a file may ask of the machine.
type Limits struct {
	Bytes  int64 // of the file
	Pixels int64 // width × height; twice as many in all frames together where it moves
	Memory int64 // in bytes, that its decoded form takes
	Frames int
}

// Defaults let every camera's pictures through.
var Defaults = Limits{Bytes: 100 << 20, Pixels: 120e6, Memory: 1 << 30, Frames: 500}

// Source is a picture that has been opened. It is for one goroutine at a time.
// Renditions of one size are made quickest one after the other.
type Source struct {
	data   []byte
	header header

	width, height int // upright
	still         image.Image
	profile       *profile
	last          struct { // what was scaled last: every size is encoded in several formats
		img  *image.NRGBA
		rect stet.Rect
	}
	transparent bool
}

// Open judges a file and decodes it. It holds on to data.
func Open(ctx context.Context, data []byte, l Limits) (*Source, error) {
	h, err := inspect(data, l)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s := &Source{data: data, header: h, width: h.width, height: h.height}
	if h.turn > 4 {
		s.width, s.height = s.height, s.width
	}
	var profile []byte
	if h.frames > 1 {
		_, err = s.frames(ctx, func(canvas *image.NRGBA, ms int) error {
			if s.still == nil {
				first := *canvas
				first.Pix = slices.Clone(first.Pix)
				s.still = &first
			}
			return nil
		})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
	} else {
		s.still, profile, err = decode(ctx, data, h)
	}
	if err != nil {
		return nil, refuse(err)
	}
	if b := s.still.Bounds(); b.Dx() != h.width || b.Dy() != h.height {
		return nil, stet.Errorf(stet.Invalid, "file", "is damaged and cannot be opened; save it once more and bring that")
	}
	s.profile = plain
	if profile == nil {
		profile = rawProfile(data, h.mediaType)
	}
	if p, ok := readProfile(profile); ok {
		s.profile = p
	}
	o, known := s.still.(interface{ Opaque() bool })
	s.transparent = known && !o.Opaque()
	return s, nil
}

// refuse says what is wrong with a file that no decoder could read.
func refuse(err error) error {
	if errors.As(err, new(*stet.Error)) {
		return err
	}
	if errors.As(err, new(tiff.UnsupportedError)) {
		return stet.Errorf(stet.Invalid, "file", "is a TIFF of a kind that cannot be used here, such as one in the colours of print (CMYK); save it in RGB as JPEG or PNG and bring that")
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return stet.Errorf(stet.Invalid, "file", "ends before its picture does; it was cut off on its way, bring it once more")
	}
	return stet.Errorf(stet.Invalid, "file", "is damaged and cannot be opened; save it once more and bring that")
}

// Weigh returns how much memory, in bytes, Open and Render take for a file, or
// why Open refuses it. It reads headers alone.
func Weigh(data []byte, l Limits) (int64, error) {
	h, err := inspect(data, l)
	return h.memory, err
}

// File returns what is known of the file: all but its hash, its name and what
// a Preview says.
func (s *Source) File() stet.PictureFile {
	return stet.PictureFile{
		Type:        s.header.mediaType,
		Bytes:       int64(len(s.data)),
		Width:       s.width,
		Height:      s.height,
		Moves:       s.header.frames > 1,
		Transparent: s.transparent,
	}
}

// decode decodes a picture that stands still, and returns its colour profile if
// that is not to be had from the file itself.
func decode(ctx context.Context, data []byte, h header) (img image.Image, profile []byte, err error) {
	r := bytes.NewReader(data)
	switch h.mediaType {
	case "image/jpeg":
		img, err = jpeg.Decode(r)
		if end := []byte{0xff, 0xd9}; err != nil && !bytes.Contains(data[len(data)/2:], end) {
			// Some programs leave out the last marker; a picture that is cut off
			// does not become whole by it.
			img, err = jpeg.Decode(io.MultiReader(bytes.NewReader(data), bytes.NewReader(end)))
			if err != nil {
				err = io.ErrUnexpectedEOF
			}
		}
		if inks, ok := img.(*image.CMYK); ok && err == nil {
			img = unprint(inks)
		}
	case "image/png":
		img, err = png.Decode(r)
	case "image/gif":
		img, err = gif.Decode(r)
	case "image/tiff":
		img, err = tiff.Decode(r)
	case "image/heic":
		return decodeHEIC(ctx, data, h)
	default:
		img, err = decodeWebP(data)
	}
	return img, nil, err
}

// decodeWebP decodes a still WebP. Its brightness goes from 16 to 235 and its
// colour from 16 to 240, as television has them; golang.org/x/image/webp gives
// that out as what JPEG has, 0 to 255, in which it is grey (golang.org/issue/40173).
func decodeWebP(data []byte) (image.Image, error) {
	img, err := webp.Decode(bytes.NewReader(data))
	switch img := img.(type) {
	case *image.YCbCr:
		widen(img)
	case *image.NYCbCrA:
		widen(&img.YCbCr)
	}
	return img, err
}

func widen(img *image.YCbCr) {
	var luma, chroma [256]uint8
	for i := range luma {
		luma[i] = uint8(min(max((float64(i)-16)*255/219+0.5, 0), 255))
		chroma[i] = uint8(min(max((float64(i)-128)*255/224+128.5, 0), 255))
	}
	for i, v := range img.Y {
		img.Y[i] = luma[v]
	}
	for _, plane := range [][]uint8{img.Cb, img.Cr} {
		for i, v := range plane {
			plane[i] = chroma[v]
		}
	}
}
