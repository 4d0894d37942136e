// Package scene paints the pictures of the sample newsroom: sea and sky, a
// valley, a stadium, rows of books. They come out of noise and a little optics,
// have the sizes of a press photographer's files, and are the same every time.
package scene

import (
	"image"
	"math"

	"golang.org/x/image/vector"
)

// rgb is linear light; 1 is as bright as paper in the sun.
type rgb struct{ r, g, b float64 }

func (c rgb) by(k float64) rgb { return rgb{c.r * k, c.g * k, c.b * k} }
func (c rgb) add(d rgb) rgb    { return rgb{c.r + d.r, c.g + d.g, c.b + d.b} }
func (c rgb) times(d rgb) rgb  { return rgb{c.r * d.r, c.g * d.g, c.b * d.b} }
func grey(v float64) rgb       { return rgb{v, v, v} }
func mix(a, b rgb, t float64) rgb {
	t = clamp(t)
	return rgb{a.r + (b.r-a.r)*t, a.g + (b.g-a.g)*t, a.b + (b.b-a.b)*t}
}

func clamp(v float64) float64 { return min(max(v, 0), 1) }

// smooth goes from 0 at a to 1 at b.
func smooth(a, b, v float64) float64 {
	t := clamp((v - a) / (b - a))
	return t * t * (3 - 2*t)
}

func bell(v, width float64) float64 { return math.Exp(-v * v / (width * width)) }

// canvas is a picture in the making. Its height is 1, its width wide; y runs
// down.
type canvas struct {
	w, h int
	wide float64
	pix  []rgb
	mask []float64 // how much of a pixel is painted, nil if all is
	luck uint64
}

func newCanvas(w, h int) *canvas {
	return &canvas{w: w, h: h, wide: float64(w) / float64(h), pix: make([]rgb, w*h), luck: 1}
}

// shade paints every pixel.
func (c *canvas) shade(fn func(x, y float64) rgb) {
	c.change(0, 1, func(x, y float64, _ rgb) rgb { return fn(x, y) })
}

// change paints over a band from top to bottom.
func (c *canvas) change(top, bottom float64, fn func(x, y float64, was rgb) rgb) {
	from, to := max(0, int(top*float64(c.h))), min(c.h, int(math.Ceil(bottom*float64(c.h))))
	for y := from; y < to; y++ {
		for x := range c.w {
			p := &c.pix[y*c.w+x]
			*p = fn((float64(x)+.5)/float64(c.h), (float64(y)+.5)/float64(c.h), *p)
		}
	}
}

// chance returns the next number by chance from 0 to 1; the same ones each time.
func (c *canvas) chance() float64 {
	c.luck = c.luck*6364136223846793005 + 1442695040888963407
	return float64(c.luck>>33) / (1 << 31)
}

func (c *canvas) between(a, b float64) float64 { return a + (b-a)*c.chance() }

func scramble(x, y int) float64 {
	h := uint32(x)*0x8da6b343 ^ uint32(y)*0xd8163841
	h = (h ^ h>>15) * 0x2c1b3c6d
	h = (h ^ h>>12) * 0x297a2d39
	return float64(h^h>>15) / (1 << 32)
}

// noise is smooth, from -1 to 1, with one hill about every unit.
func noise(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int(fx), int(fy)
	x, y = x-fx, y-fy
	u, v := x*x*x*(x*(x*6-15)+10), y*y*y*(y*(y*6-15)+10)
	a, b, c, d := scramble(ix, iy), scramble(ix+1, iy), scramble(ix, iy+1), scramble(ix+1, iy+1)
	return 2*(a+(b-a)*u+(c-a)*v+(a-b-c+d)*u*v) - 1
}

// clouds adds finer and finer noise, about -1 to 1.
func clouds(x, y float64, octaves int) float64 {
	sum, part := 0.0, .5
	for range octaves {
		sum += part * noise(x, y)
		x, y = 1.6*x+1.2*y+17.3, 1.6*y-1.2*x+5.1
		part /= 2
	}
	return sum
}

// ridges is like clouds with sharp crests, 0 to 1.
func ridges(x, y float64, octaves int) float64 {
	sum, part, above := 0.0, .5, 1.0
	for range octaves {
		n := 1 - math.Abs(noise(x, y))
		n *= n
		sum += part * n * above
		above = clamp(n * 1.6)
		x, y = 1.7*x+1.0*y+31.7, 1.7*y-1.0*x+11.9
		part /= 2
	}
	return sum
}

// point is a place on the canvas.
type point struct{ x, y float64 }

// area blends a colour, by how much of each pixel lies in the polygons.
func (c *canvas) area(colour func(x, y float64) rgb, strength float64, polygons ...[]point) {
	s := float64(c.h)
	lo, hi := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, p := range polygons {
		for _, q := range p {
			lo, hi = point{min(lo.x, q.x), min(lo.y, q.y)}, point{max(hi.x, q.x), max(hi.y, q.y)}
		}
	}
	x0, y0 := max(0, int(lo.x*s)), max(0, int(lo.y*s))
	x1, y1 := min(c.w, int(hi.x*s)+2), min(c.h, int(hi.y*s)+2)
	if x0 >= x1 || y0 >= y1 {
		return
	}
	z := vector.NewRasterizer(x1-x0, y1-y0)
	at := func(p point) (float32, float32) { return float32(p.x*s - float64(x0)), float32(p.y*s - float64(y0)) }
	for _, p := range polygons {
		for i, q := range p {
			x, y := at(q)
			if i == 0 {
				z.MoveTo(x, y)
			} else {
				z.LineTo(x, y)
			}
		}
		z.ClosePath()
	}
	cover := image.NewAlpha(image.Rect(0, 0, x1-x0, y1-y0))
	z.Draw(cover, cover.Bounds(), image.Opaque, image.Point{})
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			if a := float64(cover.Pix[(y-y0)*cover.Stride+x-x0]) / 255 * strength; a > 0 {
				i := y*c.w + x
				c.pix[i] = mix(c.pix[i], colour((float64(x)+.5)/s, (float64(y)+.5)/s), a)
				if c.mask != nil {
					c.mask[i] = 1 - (1-c.mask[i])*(1-a)
				}
			}
		}
	}
}

func plain(c rgb) func(x, y float64) rgb { return func(float64, float64) rgb { return c } }

func box(x0, y0, x1, y1 float64) []point { return []point{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}} }

func circle(at point, r float64) []point { return oval(at, r, r) }

func oval(at point, rx, ry float64) []point {
	const n = 48
	p := make([]point, n)
	for i := range p {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / n)
		p[i] = point{at.x + rx*cos, at.y + ry*sin}
	}
	return p
}

// line is a stroke of a width from a to b.
func line(a, b point, width float64) []point { return taper(a, b, width, width) }

func taper(a, b point, from, to float64) []point {
	dx, dy := b.x-a.x, b.y-a.y
	l := math.Hypot(dx, dy)
	if l == 0 {
		return nil
	}
	nx, ny := -dy/l/2, dx/l/2
	return []point{{a.x + nx*from, a.y + ny*from}, {b.x + nx*to, b.y + ny*to}, {b.x - nx*to, b.y - ny*to}, {a.x - nx*from, a.y - ny*from}}
}

// glow adds light around a place.
func (c *canvas) glow(at point, colour rgb, rx, ry float64) {
	s := float64(c.h)
	for y := max(0, int((at.y-3*ry)*s)); y < min(c.h, int((at.y+3*ry)*s)+1); y++ {
		for x := max(0, int((at.x-3*rx)*s)); x < min(c.w, int((at.x+3*rx)*s)+1); x++ {
			dx, dy := ((float64(x)+.5)/s-at.x)/rx, ((float64(y)+.5)/s-at.y)/ry
			if d := dx*dx + dy*dy; d < 9 {
				p := &c.pix[y*c.w+x]
				*p = p.add(colour.by(math.Exp(-d) - math.Exp(-9)))
			}
		}
	}
}

// blur takes the focus away from a band of the canvas, by a radius.
func (c *canvas) blur(top, bottom, radius float64) {
	r := int(radius * float64(c.h))
	from, to := max(0, int(top*float64(c.h))), min(c.h, int(math.Ceil(bottom*float64(c.h))))
	if r < 1 || from >= to {
		return
	}
	line := make([]rgb, max(c.w, c.h))
	for range 2 {
		for y := from; y < to; y++ {
			average(c.pix[y*c.w:], 1, c.w, r, line)
		}
		for x := range c.w {
			average(c.pix[from*c.w+x:], c.w, to-from, r, line)
		}
	}
}

// average puts the mean of the 2r+1 around it in place of each of n pixels.
func average(pix []rgb, step, n, r int, line []rgb) {
	for i := range n {
		line[i] = pix[i*step]
	}
	at := func(i int) rgb { return line[min(max(i, 0), n-1)] }
	var sum rgb
	for i := -r; i <= r; i++ {
		sum = sum.add(at(i))
	}
	k := 1 / float64(2*r+1)
	for i := range n {
		pix[i*step] = sum.by(k)
		sum = sum.add(at(i + r + 1)).add(at(i - r).by(-1))
	}
}

// bloom lets what is brighter than a threshold shine over its edges, as in a lens.
func (c *canvas) bloom(threshold, radius, strength float64) {
	const by = 4
	small := newCanvas(max(1, c.w/by), max(1, c.h/by))
	for y := range small.h {
		for x := range small.w {
			var sum rgb
			for dy := range by {
				for dx := range by {
					if p := c.pix[(y*by+dy)*c.w+x*by+dx]; max(p.r, p.g, p.b) > threshold {
						sum = sum.add(rgb{min(p.r, 8), min(p.g, 8), min(p.b, 8)})
					}
				}
			}
			small.pix[y*small.w+x] = sum.by(strength / by / by)
		}
	}
	small.blur(0, 1, radius)
	for y := range c.h {
		for x := range c.w {
			p := &c.pix[y*c.w+x]
			*p = p.add(small.between4(float64(x)/by-.5, float64(y)/by-.5))
		}
	}
}

// between4 reads between four pixels.
func (c *canvas) between4(x, y float64) rgb {
	x, y = min(max(x, 0), float64(c.w-1)), min(max(y, 0), float64(c.h-1))
	ix, iy := int(x), int(y)
	jx, jy := min(ix+1, c.w-1), min(iy+1, c.h-1)
	u, v := x-float64(ix), y-float64(iy)
	return mix(mix(c.pix[iy*c.w+ix], c.pix[iy*c.w+jx], u), mix(c.pix[jy*c.w+ix], c.pix[jy*c.w+jx], u), v)
}

// film is how light becomes a picture.
type film struct {
	exposure float64 // 1 if it is 0
	vignette float64
	grain    float64
	sepia    float64
}

// develop makes a picture of the light.
func (c *canvas) develop(f film) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, c.w, c.h))
	if f.exposure == 0 {
		f.exposure = 1
	}
	var tone [4096]float64 // a curve with a toe and a shoulder, over the square root of light
	for i := range tone {
		v := math.Pow(float64(i)/4095*2, 2) * f.exposure
		v = v * (2.51*v + .03) / (v*(2.43*v+.59) + .14)
		tone[i] = 255 * math.Pow(clamp(v), 1/2.2)
	}
	curve := func(v float64) float64 { return tone[int(clamp(math.Sqrt(max(v, 0))/2)*4095)] }
	seed := uint64(7)
	for y := range c.h {
		for x := range c.w {
			i := y*c.w + x
			p := c.pix[i]
			dx, dy := float64(x)/float64(c.w)-.5, float64(y)/float64(c.h)-.5
			p = p.by(1 - f.vignette*2*(dx*dx+dy*dy))
			seed = seed*6364136223846793005 + 1442695040888963407
			g := (float64(seed>>40&0xffff)+float64(seed>>24&0xffff))/65536 - 1
			r, gr, b := curve(p.r), curve(p.g), curve(p.b)
			g *= f.grain * (1 - r/400) * 255
			if f.sepia > 0 {
				l := .3*r + .59*gr + .11*b
				r, gr, b = r+(l*1.04+10-r)*f.sepia, gr+(l*.96+4-gr)*f.sepia, b+(l*.80-b)*f.sepia
			}
			o := out.Pix[i*4:]
			o[0], o[1], o[2], o[3] = eight(r+g), eight(gr+g), eight(b+g), 255
			if c.mask != nil {
				o[3] = eight(255 * c.mask[i])
			}
		}
	}
	return out
}

func eight(v float64) uint8 { return uint8(min(max(v+.5, 0), 255)) }
