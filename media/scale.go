package media

import (
	"image"
	"math"
	"sync"
)

// Pictures are scaled in linear light, with a Catmull-Rom kernel, a row at a
// time: the only copy of a large picture is the one that its decoder made.
// golang.org/x/image/draw keeps 32 bytes for every pixel of the rows between
// and blends encoded values, which darkens fine bright detail.

// linear turns a value of sRGB into light.
func linear(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// encoded turns light into values, in steps that no 8-bit value falls between.
var encoded = sync.OnceValue(func() *[1 << 14]uint8 {
	var t [1 << 14]uint8
	for i := range t {
		v := float64(i) / float64(len(t)-1)
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		t[i] = uint8(v*255 + 0.5)
	}
	return &t
})

// taps are the weights of the pixels that one pixel is made of.
type taps struct {
	from    int
	weights []float32
}

// kernel returns the taps of n pixels made of as many as size says; step is
// how many of those one is made of.
func kernel(n, size int, step float64) []taps {
	wide := max(step, 1)
	out := make([]taps, n)
	for i := range out {
		at := (float64(i)+0.5)*step - 0.5
		from, to := max(0, int(math.Ceil(at-2*wide))), min(size-1, int(math.Floor(at+2*wide)))
		from, to = min(from, size-1), max(to, 0)
		w := make([]float32, to-from+1)
		sum := 0.0
		for j := range w {
			v := catmullRom(math.Abs(float64(from+j)-at) / wide)
			w[j] = float32(v)
			sum += v
		}
		if sum == 0 {
			w[0], sum = 1, 1
		}
		for j := range w {
			w[j] /= float32(sum)
		}
		out[i] = taps{from, w}
	}
	return out
}

func catmullRom(t float64) float64 {
	switch {
	case t < 1:
		return (1.5*t-2.5)*t*t + 1
	case t < 2:
		return ((-0.5*t+2.5)*t-4)*t + 2
	}
	return 0
}

// scale returns a part of a picture in another size. What comes out is opaque
// if opaque says so; then its bytes are those of an image.RGBA too.
func scale(src rows, part image.Rectangle, width, height int, opaque bool) *image.NRGBA {
	n := 4
	if opaque {
		n = 3
	}
	// Where many pixels make one, they are averaged in blocks first; enough
	// are left for the kernel to be sharp.
	stepX, stepY := float64(part.Dx())/float64(width), float64(part.Dy())/float64(height)
	boxX, boxY := max(1, int(stepX/2)), max(1, int(stepY/2))
	lineWidth, lines := (part.Dx()+boxX-1)/boxX, (part.Dy()+boxY-1)/boxY
	across := kernel(width, lineWidth, stepX/float64(boxX))
	down := kernel(height, lines, stepY/float64(boxY))

	depth := 0
	for _, t := range down {
		depth = max(depth, len(t.weights))
	}
	ring := make([][]float32, depth)
	for i := range ring {
		ring[i] = make([]float32, width*n)
	}
	raw := make([]float32, part.Dx()*n)
	line := make([]float32, lineWidth*n)
	have := 0 // lines that have been scaled across
	next := func() {
		y0 := part.Min.Y + have*boxY
		y1 := min(y0+boxY, part.Max.Y)
		if boxX == 1 && boxY == 1 {
			src.row(y0, part.Min.X, part.Max.X, line)
		} else {
			clear(line)
			for y := y0; y < y1; y++ {
				src.row(y, part.Min.X, part.Max.X, raw)
				gather(line, raw, boxX, n)
			}
			average(line, part.Dx(), boxX, y1-y0, n)
		}
		if n == 3 {
			across3(ring[have%depth], line, across)
		} else {
			across4(ring[have%depth], line, across)
		}
		have++
	}

	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	sum := make([]float32, width*n)
	for y, t := range down {
		for have < t.from+len(t.weights) {
			next()
		}
		clear(sum)
		for j, w := range t.weights {
			row := ring[(t.from+j)%depth][:len(sum)]
			for i, v := range row {
				sum[i] += w * v
			}
		}
		src.encode(out.Pix[y*out.Stride:][:4*width], sum, n)
	}
	return out
}

// gather adds every run of box pixels of raw to one of line.
func gather(line, raw []float32, box, n int) {
	for i := 0; len(raw) > 0; i += n {
		run := raw[:min(box*n, len(raw))]
		raw = raw[len(run):]
		cell := line[i : i+n]
		for len(run) > 0 {
			for c := range cell {
				cell[c] += run[c]
			}
			run = run[n:]
		}
	}
}

func average(line []float32, width, boxX, boxY, n int) {
	whole := 1 / float32(boxX*boxY)
	for i := range line {
		line[i] *= whole
	}
	if rest := width % boxX; rest != 0 {
		for i := len(line) - n; i < len(line); i++ {
			line[i] *= float32(boxX) / float32(rest)
		}
	}
}

func across3(out, line []float32, across []taps) {
	for i, t := range across {
		in := line[3*t.from:]
		var r, g, b float32
		for _, w := range t.weights {
			r += w * in[0]
			g += w * in[1]
			b += w * in[2]
			in = in[3:]
		}
		o := out[3*i : 3*i+3]
		o[0], o[1], o[2] = r, g, b
	}
}

func across4(out, line []float32, across []taps) {
	for i, t := range across {
		in := line[4*t.from:]
		var r, g, b, a float32
		for _, w := range t.weights {
			r += w * in[0]
			g += w * in[1]
			b += w * in[2]
			a += w * in[3]
			in = in[4:]
		}
		o := out[4*i : 4*i+4]
		o[0], o[1], o[2], o[3] = r, g, b, a
	}
}

// upright turns a picture as EXIF's orientation says.
func upright(in *image.NRGBA, turn int) *image.NRGBA {
	if turn < 2 || turn > 8 {
		return in
	}
	w, h := in.Rect.Dx(), in.Rect.Dy()
	ow, oh := w, h
	if turn > 4 {
		ow, oh = h, w
	}
	out := image.NewNRGBA(image.Rect(0, 0, ow, oh))
	for y := range oh {
		for x := range ow {
			sx, sy := stored(x, y, w, h, turn)
			copy(out.Pix[y*out.Stride+4*x:][:4], in.Pix[sy*in.Stride+4*sx:][:4])
		}
	}
	return out
}

// stored returns where the pixel at x, y of an upright picture lies in the
// stored one, which is w × h.
func stored(x, y, w, h, turn int) (int, int) {
	switch turn {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	case 8:
		return w - 1 - y, x
	}
	return x, y
}

// storedRect is stored, of a part.
func storedRect(r image.Rectangle, w, h, turn int) image.Rectangle {
	x0, y0 := stored(r.Min.X, r.Min.Y, w, h, turn)
	x1, y1 := stored(r.Max.X-1, r.Max.Y-1, w, h, turn)
	return image.Rect(min(x0, x1), min(y0, y1), max(x0, x1)+1, max(y0, y1)+1)
}
