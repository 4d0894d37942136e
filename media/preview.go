package media

import (
	"context"
	"encoding/base64"
	"fmt"
	"image"

	"stet"
)

// Preview is what stands in for a picture until readers have it, and where its
// crops begin.
type Preview struct {
	Placeholder string // a data: address of some 200 bytes; empty for a line of pixels
	Colour      string // the commonest, "#rrggbb"
	Focus       stet.Point
}

// Preview looks at what a picture shows.
func (e *Encoder) Preview(ctx context.Context, src *Source) (Preview, error) {
	var p Preview
	all := stet.Frame{Rect: stet.Rect{Width: src.width, Height: src.height}}
	within := func(side int) (*image.NRGBA, error) {
		return src.scaled(ctx, all, max(1, min(side, src.width, side*src.width/src.height)))
	}
	small, err := within(64)
	if err != nil {
		return p, err
	}
	p.Colour = commonest(small)
	clear, err := within(focusSide)
	if err != nil {
		return p, err
	}
	if p.Focus, err = focus(clear); err != nil {
		return p, fmt.Errorf("media: focus: %w", err)
	}
	tiny, err := within(16)
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
