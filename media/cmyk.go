package media

import (
	"image"
	"math"
	"sync"
)

// Pictures in the four inks of print are shown as coated paper under a press
// that keeps to ISO 12647-2 shows them: a pixel is a mixture of bare paper and
// of the solid inks, alone and on top of each other (Neugebauer), between which
// light spreads in the paper (Yule and Nielsen, with n = 2). The profile in the
// file, which is of one press, is not asked. Paper is white, and black is black.

// inks are the CIELAB values (D50) of paper and solid inks, by the inks that lie
// there: 1 for cyan, 2 for magenta, 4 for yellow. The overprints without black
// are those of FOGRA39, rounded.
var inks = [8][3]float64{
	0:         {95, 0, -2},
	1:         {55, -37, -50},
	2:         {48, 74, -3},
	4:         {89, -5, 93},
	2 | 4:     {47, 68, 48},
	1 | 4:     {50, -65, 27},
	1 | 2:     {24, 22, -46},
	1 | 2 | 4: {23, 0, 0},
}

const inkBlack = 16 // the lightness of solid black

// printed are the square roots of the light of the sixteen mixtures, the eight
// of inks and, from 8 on, those with black.
var printed = sync.OnceValue(func() *[16][3]float32 {
	cube := func(t float64) float64 {
		if t > 6.0/29 {
			return t * t * t
		}
		return 3 * 36.0 / 841 * (t - 4.0/29)
	}
	xyz := func(lab [3]float64) [3]float64 {
		y := (lab[0] + 16) / 116
		return [3]float64{0.9642 * cube(y+lab[1]/500), cube(y), 0.8249 * cube(y-lab[2]/200)}
	}
	paper, black := xyz(inks[0]), xyz([3]float64{inkBlack, 0, 0})[1]
	black /= paper[1]
	var out [16][3]float32
	for i, lab := range inks {
		v := xyz(lab)
		for c, white := range []float64{0.9642, 1, 0.8249} {
			v[c] *= white / paper[c]
		}
		for c := range 3 {
			light := xyzToLight[3*c]*v[0] + xyzToLight[3*c+1]*v[1] + xyzToLight[3*c+2]*v[2]
			deep := func(v float64) float32 { return float32(math.Sqrt(max(0, (v-black)/(1-black)))) }
			out[i][c], out[8+i][c] = deep(light), deep(light*black)
		}
	}
	return &out
})

// unprint turns a picture in inks into one in sRGB, in its own memory.
func unprint(img *image.CMYK) *image.NRGBA {
	solid, values := printed(), encoded()
	was, is := [4]byte{}, [3]byte{255, 255, 255}
	for p := img.Pix; len(p) >= 4; p = p[4:] {
		now := [4]byte(p)
		if now != was { // neighbours are often the same
			was = now
			var mixed [8][3]float32
			for i := range mixed {
				k := float32(now[3]) / 255
				for c := range 3 {
					mixed[i][c] = solid[i][c] + (solid[8+i][c]-solid[i][c])*k
				}
			}
			for ink := 2; ink >= 0; ink-- {
				part, half := float32(now[ink])/255, 1<<ink
				for i := range half {
					for c := range 3 {
						mixed[i][c] += (mixed[half+i][c] - mixed[i][c]) * part
					}
				}
			}
			for c, v := range mixed[0] {
				is[c] = values[int(min(v*v, 1)*float32(len(values)-1)+0.5)]
			}
		}
		p[0], p[1], p[2], p[3] = is[0], is[1], is[2], 255
	}
	return &image.NRGBA{Pix: img.Pix, Stride: img.Stride, Rect: img.Rect}
}
