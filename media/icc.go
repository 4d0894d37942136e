package media

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
	"math"
	"slices"
)

// profile says what colours a picture's values are: how much light each is,
// and what light of sRGB's that is.
type profile struct {
	light  [3]curve
	matrix *[9]float32 // nil for sRGB's own primaries
}

// curve is the light of every 8-bit value.
type curve [256]float32

// plain is sRGB, which is taken for granted where no profile says otherwise.
var plain = func() *profile {
	p := &profile{}
	for i := range p.light[0] {
		p.light[0][i] = float32(linear(float64(i) / 255))
	}
	p.light[1], p.light[2] = p.light[0], p.light[0]
	return p
}()

// maxProfile is how much of a profile is read, in bytes. Those of screens and
// cameras have some kilobytes.
const maxProfile = 4 << 20

// rawProfile returns the ICC profile that a file holds; nil if it holds none.
func rawProfile(data []byte, mediaType string) []byte {
	switch mediaType {
	case "image/jpeg":
		var parts [256][]byte
		eachSegment(data, func(m byte, body []byte) bool {
			if part, ok := bytes.CutPrefix(body, []byte("ICC_PROFILE\x00")); m == 0xe2 && ok && len(part) > 2 {
				parts[part[0]] = part[2:]
			}
			return true
		})
		return slices.Concat(parts[:]...)
	case "image/png":
		_, packed, ok := bytes.Cut(chunk(data, "iCCP"), []byte{0})
		if !ok || len(packed) < 2 {
			return nil
		}
		z, err := zlib.NewReader(bytes.NewReader(packed[1:]))
		if err != nil {
			return nil
		}
		raw, err := io.ReadAll(io.LimitReader(z, maxProfile))
		if err != nil {
			return nil
		}
		return raw
	case "image/webp":
		return chunk(data, "ICCP")
	case "image/tiff":
		_, raw := tiffField(data, tagProfile)
		return raw
	}
	return nil
}

// xyzToLight turns XYZ under D50, as profiles give it, into the light of
// sRGB's primaries: the inverse of the columns of its own profile (ICC's
// sRGB v2).
var xyzToLight = [9]float64{
	3.1338561, -1.6168667, -0.4906146,
	-0.9787684, 1.9161415, 0.0334540,
	0.0719453, -0.2289914, 1.4052427,
}

// readProfile returns what an ICC profile of three curves and primaries says,
// which is what screens, cameras and programs write: Display P3, Adobe RGB,
// ProPhoto. ok is false for the tables of printers and for what is no profile.
func readProfile(raw []byte) (p *profile, ok bool) {
	tag := func(name string) []byte {
		if len(raw) < 132 {
			return nil
		}
		n := binary.BigEndian.Uint32(raw[128:])
		for i := int64(132); n > 0 && i+12 <= int64(len(raw)); i, n = i+12, n-1 {
			from, size := int64(binary.BigEndian.Uint32(raw[i+4:])), int64(binary.BigEndian.Uint32(raw[i+8:]))
			if string(raw[i:i+4]) == name && from+size <= int64(len(raw)) {
				return raw[from : from+size]
			}
		}
		return nil
	}
	if len(raw) < 132 || string(raw[36:40]) != "acsp" {
		return nil, false
	}
	p = &profile{}
	switch string(raw[16:20]) {
	case "GRAY":
		if !p.light[0].read(tag("kTRC")) {
			return nil, false
		}
		p.light[1], p.light[2] = p.light[0], p.light[0]
		return p, true
	case "RGB ":
	default:
		return nil, false
	}
	var m [9]float64 // its primaries as columns
	for c, names := range [][2]string{{"rXYZ", "rTRC"}, {"gXYZ", "gTRC"}, {"bXYZ", "bTRC"}} {
		xyz := tag(names[0])
		if len(xyz) < 20 || !p.light[c].read(tag(names[1])) {
			return nil, false
		}
		for r := range 3 {
			m[3*r+c] = fixed(xyz[8+4*r:])
		}
	}
	p.matrix = &[9]float32{}
	same := true
	for r := range 3 {
		for c := range 3 {
			sum := 0.0
			for k := range 3 {
				sum += xyzToLight[3*r+k] * m[3*k+c]
			}
			p.matrix[3*r+c] = float32(sum)
			want := 0.0
			if r == c {
				want = 1
			}
			same = same && math.Abs(sum-want) < 0.005
		}
	}
	if same {
		p.matrix = nil
	}
	return p, true
}

func fixed(b []byte) float64 { return float64(int32(binary.BigEndian.Uint32(b))) / 65536 }

// read takes a curve of a profile.
func (c *curve) read(b []byte) bool {
	var at func(float64) float64
	switch {
	case len(b) >= 12 && string(b[:4]) == "curv":
		n := int64(binary.BigEndian.Uint32(b[8:]))
		if 12+2*n > int64(len(b)) {
			return false
		}
		value := func(i int64) float64 { return float64(binary.BigEndian.Uint16(b[12+2*i:])) }
		switch n {
		case 0:
			at = func(v float64) float64 { return v }
		case 1:
			at = func(v float64) float64 { return math.Pow(v, value(0)/256) }
		default:
			at = func(v float64) float64 {
				i := min(int64(v*float64(n-1)), n-2)
				part := v*float64(n-1) - float64(i)
				return (value(i)*(1-part) + value(i+1)*part) / 65535
			}
		}
	case len(b) >= 12 && string(b[:4]) == "para":
		kind := binary.BigEndian.Uint16(b[8:])
		counts := []int{1, 3, 4, 5, 7}
		if int(kind) >= len(counts) || len(b) < 12+4*counts[kind] {
			return false
		}
		var v [7]float64 // g a b c d e f
		for i := range counts[kind] {
			v[i] = fixed(b[12+4*i:])
		}
		g, a, k, d := v[0], v[1], v[2], v[4]
		linearPart, rise, drop := v[3], 0.0, 0.0
		switch kind {
		case 0:
			a, k, d = 1, 0, 0
		case 1:
			linearPart, d = 0, -k/a
		case 2:
			linearPart, d, rise, drop = 0, -k/a, v[3], v[3]
		case 4:
			rise, drop = v[5], v[6]
		}
		at = func(x float64) float64 {
			if x < d {
				return linearPart*x + drop
			}
			return math.Pow(a*x+k, g) + rise
		}
	default:
		return false
	}
	for i := range c {
		v := at(float64(i) / 255)
		if math.IsNaN(v) || v < -0.01 || v > 1.01 {
			return false
		}
		c[i] = float32(v)
	}
	return true
}

// convert turns the light of the profile's primaries into that of sRGB's. What
// sRGB cannot show becomes the nearest colour of the same brightness that it
// can, so that detail in strong colours does not run together.
func (p *profile) convert(r, g, b float32) (float32, float32, float32) {
	m := p.matrix
	if m == nil {
		return r, g, b
	}
	r, g, b = m[0]*r+m[1]*g+m[2]*b, m[3]*r+m[4]*g+m[5]*b, m[6]*r+m[7]*g+m[8]*b
	if low := min(r, g, b); low < 0 {
		y := 0.2126*r + 0.7152*g + 0.0722*b
		if y <= 0 {
			return 0, 0, 0
		}
		k := y / (y - low)
		r, g, b = y+(r-y)*k, y+(g-y)*k, y+(b-y)*k
	}
	return r, g, b
}
