package media

import (
	"image"
	"image/color"
)

// rows are a picture's, as light.
type rows struct {
	img     image.Image
	profile *profile
	opaque  bool
}

// row writes the pixels x0 to x1 of a row as light: three values each if the
// picture is opaque, else four, the colours multiplied by the last.
func (s rows) row(y, x0, x1 int, out []float32) {
	switch img := s.img.(type) {
	case *image.YCbCr:
		light := &s.profile.light
		luma := img.Y[img.YOffset(x0, y):][:x1-x0]
		narrow := 0 // colour lies at a half or a quarter of the width
		switch img.SubsampleRatio {
		case image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420:
			narrow = 1
		case image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410:
			narrow = 2
		}
		c, first := img.COffset(x0, y), x0>>narrow
		cb, cr := img.Cb[c:], img.Cr[c:]
		for i, v := range luma {
			j := (x0+i)>>narrow - first
			r, g, b := color.YCbCrToRGB(v, cb[j], cr[j])
			o := out[3*i : 3*i+3]
			o[0], o[1], o[2] = light[0][r], light[1][g], light[2][b]
		}
	case *image.Gray:
		light := &s.profile.light
		for i, v := range img.Pix[img.PixOffset(x0, y):][:x1-x0] {
			o := out[3*i : 3*i+3]
			o[0], o[1], o[2] = light[0][v], light[1][v], light[2][v]
		}
	case *image.NRGBA:
		s.pixels(img.Pix[img.PixOffset(x0, y):][:4*(x1-x0)], out)
	case *image.RGBA:
		if s.opaque {
			s.pixels(img.Pix[img.PixOffset(x0, y):][:4*(x1-x0)], out)
			return
		}
		s.others(y, x0, x1, out)
	default:
		s.others(y, x0, x1, out)
	}
}

func (s rows) pixels(pix []byte, out []float32) {
	for ; len(pix) > 0; pix = pix[4:] {
		out = s.put(out, pix[0], pix[1], pix[2], pix[3])
	}
}

func (s rows) others(y, x0, x1 int, out []float32) {
	for x := x0; x < x1; x++ {
		c := color.NRGBAModel.Convert(s.img.At(x, y)).(color.NRGBA)
		out = s.put(out, c.R, c.G, c.B, c.A)
	}
}

func (s rows) put(out []float32, r, g, b, a uint8) []float32 {
	light := &s.profile.light
	if s.opaque {
		out[0], out[1], out[2] = light[0][r], light[1][g], light[2][b]
		return out[3:]
	}
	l := float32(a) / 255
	out[0], out[1], out[2], out[3] = light[0][r]*l, light[1][g]*l, light[2][b]*l, l
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
		r, g, b = s.profile.convert(r, g, b)
		pix[0], pix[1], pix[2], pix[3] = value(r), value(g), value(b), uint8(a*255+0.5)
		light, pix = light[n:], pix[4:]
	}
}
