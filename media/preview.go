package media

import (
	"context"
	"encoding/base64"
	"fmt"
	"image"

	"stet"
	"stet/store/picture"
)

// Preview is what stands in for a picture until readers have it, and where its
// crops begin.
type Preview struct {
	Placeholder string // a data: address of some 200 bytes; empty for a line of pixels
	Colour      string // the commonest, "#rrggbb"
	Focus       stet.Point
	Print       picture.Print
}

// Preview looks at what a picture shows.
func (e *Encoder) Preview(ctx context.Context, src *Source) (Preview, error) {
	var p Preview
	small, err := src.within(ctx, printSide)
	if err != nil {
		return p, err
	}
	p.Colour, p.Print = commonest(small), likeness(small)
	clear, err := src.within(ctx, focusSide)
	if err != nil {
		return p, err
	}
	if p.Focus, err = focus(clear); err != nil {
		return p, fmt.Errorf("media: focus: %w", err)
	}
	tiny, err := src.within(ctx, 16)
	if err != nil {
		return p, err
	}
	if max(tiny.Rect.Dx(), tiny.Rect.Dy()) > 256 {
		return p, nil
	}
	data, err := e.webp.encode(ctx, tiny, 20, 4)
	if err != nil {
		return p, err
	}
	p.Placeholder = "data:image/webp;base64," + base64.StdEncoding.EncodeToString(data)
	return p, nil
}

// within returns the whole picture in a square of a side.
func (s *Source) within(ctx context.Context, side int) (*image.NRGBA, error) {
	all := stet.Frame{Rect: stet.Rect{Width: s.width, Height: s.height}}
	return s.scaled(ctx, all, max(1, min(side, s.width, side*s.width/s.height)))
}

// commonest returns the mean of the largest group of like colours.
func commonest(img *image.NRGBA) string {
	var groups [1 << 9]struct{ n, r, g, b int }
	best := &groups[0]
	for p := img.Pix; len(p) > 0; p = p[4:] {
		if p[3] < 128 {
			continue
		}
		g := &groups[int(p[0]>>5)<<6|int(p[1]>>5)<<3|int(p[2]>>5)]
		g.n, g.r, g.g, g.b = g.n+1, g.r+int(p[0]), g.g+int(p[1]), g.b+int(p[2])
		if g.n > best.n {
			best = g
		}
	}
	n := max(best.n, 1)
	return fmt.Sprintf("#%02x%02x%02x", best.r/n, best.g/n, best.b/n)
}
