package media

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/draw"
	"image/gif"
	"io"

	"github.com/tetratelabs/wazero/api"

	"stet"
)

// cel is one picture of a film, which lies on those before it.
type cel struct {
	img     image.Image
	at      image.Rectangle // on the canvas
	ms      int             // how long it is shown
	bare    bool            // it replaces what lies under it, transparent places too
	dispose int             // what becomes of its place: gif.DisposalNone and so on
}

// film counts the pictures of a moving file and their pixels, without decoding
// them. A still one has one.
func film(data []byte, mediaType string) (frames int, pixels int64) {
	switch mediaType {
	case "image/gif":
		return gifFrames(data)
	case "image/webp":
		eachChunk(data, func(kind string, body []byte) bool {
			if kind == "ANMF" && len(body) >= 16 {
				frames++
				pixels += int64(low24(body[6:])+1) * int64(low24(body[9:])+1)
			}
			return true
		})
	}
	return max(frames, 1), pixels
}

// gifFrames walks a GIF's blocks.
func gifFrames(data []byte) (frames int, pixels int64) {
	blocks := func(i int) int { // past data in blocks
		for i < len(data) && data[i] != 0 {
			i += 1 + int(data[i])
		}
		return i + 1
	}
	table := func(flags byte) int {
		if flags&0x80 == 0 {
			return 0
		}
		return 3 << (flags&7 + 1)
	}
	if len(data) < 13 {
		return 0, 0
	}
	for i := 13 + table(data[10]); i < len(data); {
		switch {
		case data[i] == 0x21 && i+2 <= len(data):
			i = blocks(i + 2)
		case data[i] == 0x2c && i+10 <= len(data):
			frames++
			pixels += int64(binary.LittleEndian.Uint16(data[i+5:])) * int64(binary.LittleEndian.Uint16(data[i+7:]))
			i = blocks(i + 10 + table(data[i+9]) + 1)
		default:
			return max(frames, 1), pixels
		}
	}
	return max(frames, 1), pixels
}

func low24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// cels calls fn for the pictures of a film and returns how often it is shown;
// 0 is for ever.
func cels(data []byte, mediaType string, fn func(cel) error) (loops int, err error) {
	if mediaType == "image/gif" {
		all, err := gif.DecodeAll(bytes.NewReader(data))
		if err != nil {
			return 0, err
		}
		for i, img := range all.Image {
			if err := fn(cel{img, img.Rect, 10 * all.Delay[i], false, int(all.Disposal[i])}); err != nil {
				return 0, err
			}
		}
		switch all.LoopCount {
		case 0:
			return 0, nil
		case -1:
			return 1, nil
		}
		return all.LoopCount + 1, nil
	}
	if head := chunk(data, "ANIM"); len(head) >= 6 {
		loops = int(binary.LittleEndian.Uint16(head[4:]))
	}
	eachChunk(data, func(kind string, body []byte) bool {
		if kind != "ANMF" {
			return true
		}
		if len(body) < 16 {
			err = io.ErrUnexpectedEOF
			return false
		}
		c := cel{ms: low24(body[12:]), bare: body[15]&2 != 0, dispose: gif.DisposalNone}
		if body[15]&1 != 0 {
			c.dispose = gif.DisposalBackground
		}
		w, h := low24(body[6:])+1, low24(body[9:])+1
		c.at = image.Rect(0, 0, w, h).Add(image.Pt(2*low24(body), 2*low24(body[3:])))
		if c.img, err = decodeWebP(stillWebP(body[16:], w, h)); err == nil && c.img.Bounds().Size() != c.at.Size() {
			err = io.ErrUnexpectedEOF
		}
		if err == nil {
			err = fn(c)
		}
		return err == nil
	})
	return loops, err
}

// stillWebP makes a file of the chunks of one picture of a film.
func stillWebP(chunks []byte, w, h int) []byte {
	out := []byte("RIFF\x00\x00\x00\x00WEBP")
	if bytes.HasPrefix(chunks, []byte("ALPH")) {
		out = append(out, "VP8X\x0a\x00\x00\x00\x10\x00\x00\x00"...)
		for _, side := range []int{w - 1, h - 1} {
			out = append(out, byte(side), byte(side>>8), byte(side>>16))
		}
	}
	out = append(out, chunks...)
	binary.LittleEndian.PutUint32(out[4:], uint32(len(out)-8))
	return out
}

// frames calls fn for the whole pictures of a film, each with how long it is
// shown, and returns how often. The canvas is drawn on after fn returns.
func (s *Source) frames(ctx context.Context, fn func(canvas *image.NRGBA, ms int) error) (loops int, err error) {
	canvas := image.NewNRGBA(image.Rect(0, 0, s.header.width, s.header.height))
	return cels(s.data, s.header.mediaType, func(c cel) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		var before *image.NRGBA
		if c.dispose == gif.DisposalPrevious {
			before = image.NewNRGBA(canvas.Rect)
			copy(before.Pix, canvas.Pix)
		}
		how := draw.Over
		if c.bare {
			how = draw.Src
		}
		draw.Draw(canvas, c.at, c.img, c.img.Bounds().Min, how)
		if err := fn(canvas, c.ms); err != nil {
			return err
		}
		switch c.dispose {
		case gif.DisposalBackground:
			draw.Draw(canvas, c.at, image.Transparent, image.Point{}, draw.Src)
		case gif.DisposalPrevious:
			canvas = before
		}
		return nil
	})
}

// renderFilm returns a moving rendition, which is WebP.
func (e *Encoder) renderFilm(ctx context.Context, src *Source, f stet.Frame, width int) ([]byte, error) {
	c, err := e.webp.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer c.end()
	height := f.Height(width)
	reel, err := c.do("film_new", uint64(width), uint64(height))
	if err != nil {
		return nil, err
	}
	now := 0
	loops, err := src.frames(ctx, func(canvas *image.NRGBA, ms int) error {
		img, err := src.scaledOf(rows{canvas, src.profile, false}, f, width)
		if err != nil {
			return err
		}
		pix, err := c.put(img.Pix)
		if err != nil {
			return err
		}
		if _, err := c.do("film_add", reel, pix, uint64(width), uint64(height), uint64(now), api.EncodeF32(qualityWebP), methodWebP); err != nil {
			return err
		}
		now += max(ms, 20) // as browsers show those that name no time
		_, err = c.do("give", pix)
		return err
	})
	if err != nil {
		return nil, err
	}
	at, err := c.do("film_end", reel, uint64(now), uint64(loops))
	if err != nil {
		return nil, err
	}
	return c.result(at)
}
