package media

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/webp"

	"stet"
)

// foreign are the signs of files that are often brought and cannot be used.
var foreign = []struct {
	at   int
	sign string
	name string
}{
	{4, "ftyphevc", "HEIC video"}, {4, "ftypmsf1", "HEIC video"},
	{4, "ftypavif", "AVIF"}, {4, "ftypavis", "AVIF"}, {4, "ftyp", "MP4"},
	{0, "II+\x00", "BigTIFF"}, {0, "MM\x00+", "BigTIFF"},
	{0, "8BPS", "Photoshop"}, {0, "%PDF-", "PDF"}, {0, "BM", "BMP"}, {0, "\x00\x00\x01\x00", "ICO"},
	{0, "\xff\x0a", "JPEG XL"}, {0, "\x00\x00\x00\x0cJXL ", "JPEG XL"}, {0, "\x00\x00\x00\x0cjP  ", "JPEG 2000"},
	{0, "PK\x03\x04", "ZIP"},
}

// Sniff returns the media type of a picture by its first bytes (512 are
// enough): image/jpeg, image/png, image/gif, image/webp, image/tiff or image/heic.
func Sniff(head []byte) (string, error) {
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return "image/jpeg", nil
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png", nil
	case bytes.HasPrefix(head, []byte("GIF87a")), bytes.HasPrefix(head, []byte("GIF89a")):
		return "image/gif", nil
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return "image/webp", nil
	case bytes.HasPrefix(head, []byte("II*\x00")), bytes.HasPrefix(head, []byte("MM\x00*")):
		return "image/tiff", nil
	case isHEIC(head):
		return "image/heic", nil
	case len(head) == 0:
		return "", stet.Errorf(stet.Invalid, "file", "is empty")
	}
	for _, f := range foreign {
		if len(head) >= f.at && bytes.HasPrefix(head[f.at:], []byte(f.sign)) {
			return "", stet.Errorf(stet.Invalid, "file", "is a %s file, which cannot be used here; save it as JPEG, PNG or WebP and bring that", f.name)
		}
	}
	if text := bytes.ToLower(head[:min(len(head), 4096)]); bytes.Contains(text, []byte("<svg")) {
		return "", stet.Errorf(stet.Invalid, "file", "is an SVG drawing, which can carry a program; save it as PNG and bring that")
	}
	return "", stet.Errorf(stet.Invalid, "file", "is no picture that can be used here; JPEG, PNG, GIF, WebP, TIFF and HEIC can")
}

// header is what a file says of itself before it is decoded.
type header struct {
	mediaType     string
	width, height int // as stored
	turn          int // EXIF's orientation, 1 to 8
	frames        int
	memory        int64
}

// inspect reads the header and holds it to the limits.
func inspect(data []byte, l Limits) (header, error) {
	h := header{turn: 1, frames: 1}
	var err error
	if h.mediaType, err = Sniff(data); err != nil {
		return h, err
	}
	if int64(len(data)) > l.Bytes {
		return h, stet.Errorf(stet.Invalid, "file", "has %d MB; at most %d are allowed, save it smaller and bring that", len(data)>>20, l.Bytes>>20)
	}
	var c image.Config
	each := int64(4) // bytes for a pixel while it is decoded
	r := bytes.NewReader(data)
	switch h.mediaType {
	case "image/jpeg":
		c, err = jpeg.DecodeConfig(r)
		if each = 3; err == nil {
			if sof, planes := jpegFrame(data); sof == 0xc2 {
				each = planes * (1 + 4) // a progressive one keeps all coefficients
			} else {
				each = planes
			}
		}
		h.turn = orientation(data)
	case "image/png":
		c, err = png.DecodeConfig(r)
		if len(data) > 24 && data[24] == 16 {
			each = 8
		}
		h.turn = tiffOrientation(chunk(data, "eXIf"))
	case "image/gif":
		c, err = gif.DecodeConfig(r)
	case "image/tiff":
		c, err = tiffConfig(data)
		each = 2 * 8 // the picture and a strip, which may be as large
		h.turn = tiffOrientation(data)
	case "image/heic":
		c, err = heicConfig(data)
		each = 8 + 8 // here and in the program that opens it
	default:
		if head := chunk(data, "VP8X"); len(head) >= 10 && head[0]&2 != 0 {
			c = image.Config{Width: low24(head[4:]) + 1, Height: low24(head[7:]) + 1}
		} else {
			c, err = webp.DecodeConfig(r)
		}
		h.turn = tiffOrientation(bytes.TrimPrefix(chunk(data, "EXIF"), []byte("Exif\x00\x00")))
	}
	if err != nil {
		return h, refuse(err)
	}
	h.width, h.height = c.Width, c.Height
	var drawn int64 // of a film, which is drawn whole again for every frame
	h.frames, drawn = film(data, h.mediaType)
	pixels := int64(c.Width) * int64(c.Height)
	h.memory = pixels*each + drawn
	switch {
	case c.Width < 1 || c.Height < 1:
		return h, stet.Errorf(stet.Invalid, "file", "is empty")
	case pixels > l.Pixels:
		return h, stet.Errorf(stet.Invalid, "file", "has %d × %d pixels; at most %d million are allowed, save it smaller and bring that", c.Width, c.Height, l.Pixels/1e6)
	case max(c.Width, c.Height) > stet.MaxSide:
		return h, stet.Errorf(stet.Invalid, "file", "has %d × %d pixels; neither side may have more than %d, save it in parts and bring those", c.Width, c.Height, stet.MaxSide)
	case h.frames > l.Frames:
		return h, stet.Errorf(stet.Invalid, "file", "has %d frames; at most %d are allowed, save a part of it and bring that", h.frames, l.Frames)
	case h.frames > 1 && max(pixels*int64(h.frames), drawn) > 2*l.Pixels:
		return h, stet.Errorf(stet.Invalid, "file", "has %d frames of %d × %d pixels; at most %d million pixels are allowed in all, save it smaller and bring that", h.frames, c.Width, c.Height, 2*l.Pixels/1e6)
	case h.memory > l.Memory:
		return h, stet.Errorf(stet.Invalid, "file", "needs %d MB of memory to be opened; at most %d are allowed, save it smaller and bring that", h.memory>>20, l.Memory>>20)
	}
	return h, nil
}

// jpegFrame returns the marker that says how a JPEG is coded, and an upper
// bound of the samples that it has for a pixel.
func jpegFrame(data []byte) (marker byte, samples int64) {
	samples = 4
	eachSegment(data, func(m byte, body []byte) bool {
		if m < 0xc0 || m > 0xc2 {
			return true
		}
		marker = m
		if len(body) > 5 {
			samples = int64(body[5])
			if samples == 3 && len(body) > 7 && body[7] == 0x22 { // colour at half the width and height
				samples = 2
			}
		}
		return false
	})
	return marker, samples
}

// eachSegment calls fn for the segments before a JPEG's picture.
func eachSegment(data []byte, fn func(marker byte, body []byte) bool) {
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		m := data[i+1]
		if m == 0xff { // filling
			i++
			continue
		}
		n := int(binary.BigEndian.Uint16(data[i+2:]))
		if n < 2 || i+2+n > len(data) || m == 0xda || !fn(m, data[i+4:i+2+n]) {
			return
		}
		i += 2 + n
	}
}

// orientation returns EXIF's orientation of a JPEG; 1 if it says none.
func orientation(data []byte) int {
	turn := 1
	eachSegment(data, func(m byte, body []byte) bool {
		tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00"))
		if m != 0xe1 || !ok {
			return true
		}
		turn = tiffOrientation(tiff)
		return false
	})
	return turn
}
