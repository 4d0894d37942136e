package media

import (
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"testing"

	"stet"
)

// icc makes a profile of primaries (columns of XYZ under D50) and a gamma, or
// the parameters of a curve with a straight part.
func icc(primaries [9]float64, gamma ...float64) []byte {
	fix := func(b []byte, v float64) []byte {
		return binary.BigEndian.AppendUint32(b, uint32(int32(math.Round(v*65536))))
	}
	var body []byte
	head := make([]byte, 128)
	copy(head[16:], "RGB XYZ ")
	copy(head[36:], "acsp")
	head = binary.BigEndian.AppendUint32(head, 6)
	add := func(name string, tag []byte) {
		head = append(head, name...)
		head = binary.BigEndian.AppendUint32(head, uint32(132+6*12+len(body)))
		head = binary.BigEndian.AppendUint32(head, uint32(len(tag)))
		body = append(body, tag...)
	}
	for c, name := range []string{"r", "g", "b"} {
		xyz := []byte("XYZ \x00\x00\x00\x00")
		for r := range 3 {
			xyz = fix(xyz, primaries[3*r+c])
		}
		add(name+"XYZ", xyz)
		trc := []byte("para\x00\x00\x00\x00\x00\x00\x00\x00")
		if len(gamma) == 5 {
			trc[9] = 3
		}
		for _, v := range gamma {
			trc = fix(trc, v)
		}
		add(name+"TRC", trc)
	}
	return append(head, body...)
}

// Columns of the profiles as their makers publish them.
var (
	displayP3 = icc([9]float64{0.51512, 0.29198, 0.15710, 0.24120, 0.69225, 0.06657, -0.00105, 0.04189, 0.78407}, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)
	adobeRGB  = icc([9]float64{0.60974, 0.20528, 0.14919, 0.31111, 0.62567, 0.06322, 0.01947, 0.06087, 0.74457}, 2.19921875)
	proPhoto  = icc([9]float64{0.79767, 0.13519, 0.03135, 0.28804, 0.71188, 0.00009, 0, 0, 0.82491}, 1.8)
	ownSRGB   = icc([9]float64{0.43607, 0.38515, 0.14307, 0.22249, 0.71687, 0.06061, 0.01392, 0.09708, 0.71410}, 2.4, 1/1.055, 0.055/1.055, 1/12.92, 0.04045)
)

// TestProfiles: colours of a profile are those that colour management shows.
// The expected values are CSS Color 4's, of color(display-p3 …) and the like.
func TestProfiles(t *testing.T) {
	for _, tt := range []struct {
		name      string
		icc       []byte
		in, want  color.NRGBA
		tolerance int
	}{
		{"sRGB", ownSRGB, color.NRGBA{200, 100, 50, 255}, color.NRGBA{200, 100, 50, 255}, 2},
		{"P3 grey", displayP3, color.NRGBA{128, 128, 128, 255}, color.NRGBA{128, 128, 128, 255}, 2},
		{"P3 skin", displayP3, color.NRGBA{200, 150, 120, 255}, color.NRGBA{208, 149, 116, 255}, 3},
		{"Adobe grey", adobeRGB, color.NRGBA{128, 128, 128, 255}, color.NRGBA{128, 128, 128, 255}, 2},
		{"Adobe green", adobeRGB, color.NRGBA{100, 150, 100, 255}, color.NRGBA{64, 151, 98, 255}, 4},
		{"ProPhoto white", proPhoto, color.NRGBA{255, 255, 255, 255}, color.NRGBA{255, 255, 255, 255}, 2},
		{"ProPhoto grey", proPhoto, color.NRGBA{128, 128, 128, 255}, color.NRGBA{145, 145, 145, 255}, 4},
	} {
		img := image.NewNRGBA(image.Rect(0, 0, 32, 32))
		for i := 0; i < len(img.Pix); i += 4 {
			copy(img.Pix[i:], []byte{tt.in.R, tt.in.G, tt.in.B, 255})
		}
		s := open(t, withSegment(asJPEG(t, img), 0xe2, append([]byte("ICC_PROFILE\x00\x01\x01"), tt.icc...)))
		got := color.NRGBAModel.Convert(decoded(t, render(t, s, whole(s), 32, stet.PNG, stet.Description{})).At(16, 16)).(color.NRGBA)
		for c, d := range []int{int(got.R) - int(tt.want.R), int(got.G) - int(tt.want.G), int(got.B) - int(tt.want.B)} {
			if max(d, -d) > tt.tolerance {
				t.Errorf("%s: channel %d: got %v, want %v", tt.name, c, got, tt.want)
			}
		}
	}
}
