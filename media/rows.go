package media

import (
	"image"
	"image/color"
)

// rows are a picture's, in linear light.
type rows struct {
	img    image.Image
	opaque bool
}

// row writes the pixels x0 to x1 of a row as light: three values each if the
// picture is opaque, else four, the colours multiplied by the last.
func (s rows) row(y, x0, x1 int, out []float32) {
	switch img := s.img.(type) {
	case *image.YCbCr:
		for x := x0; x < x1; x++ {
			c := img.COffset(x, y)
			r, g, b := color.YCbCrToRGB(img.Y[img.YOffset(x, y)], img.Cb[c], img.Cr[c])
			o := out[:3]
			o[0], o[1], o[2] = srgb[r], srgb[g], srgb[b]
			out = out[3:]
		}
	case *image.Gray:
		for _, v := range img.Pix[img.PixOffset(x0, y):][:x1-x0] {
			l := srgb[v]
			out[0], out[1], out[2] = l, l, l
			out = out[3:]
		}
	case *image.NRGBA:
		pix := img.Pix[img.PixOffset(x0, y):][:4*(x1-x0)]
		for len(pix) > 0 {
			out = s.put(out, pix[0], pix[1], pix[2], pix[3])
			pix = pix[4:]
		}
	default:
		for x := x0; x < x1; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			out = s.put(out, c.R, c.G, c.B, c.A)
		}
	}
}

func (s rows) put(out []float32, r, g, b, a uint8) []float32 {
	if s.opaque {
		out[0], out[1], out[2] = srgb[r], srgb[g], srgb[b]
		return out[3:]
	}
	l := float32(a) / 255
	out[0], out[1], out[2], out[3] = srgb[r]*l, srgb[g]*l, srgb[b]*l, l
	return out[4:]
}

// encode writes light as sRGB with straight alpha.
func (s rows) encode(pix []byte, light []float32, n int) {
	table := encoded()
	value := func(v float32) uint8 {
		return table[int(min(max(v, 0), 1)*float32(len(table)-1)+0.5)]
	}
	for len(light) > 0 {
		r, g, b, a := light[0], light[1], light[2], float32(1)
		if n == 4 {
			if a = min(max(light[3], 0), 1); a > 0 {
				r, g, b = r/a, g/a, b/a
			}
		}
		pix[0], pix[1], pix[2], pix[3] = value(r), value(g), value(b), uint8(a*255+0.5)
		light, pix = light[n:], pix[4:]
	}
}
