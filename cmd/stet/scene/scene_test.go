package scene

import (
	"bytes"
	"image"
	"testing"
)

// TestPaint: every scene is a picture with something on it, in its shape, and the
// same each time.
func TestPaint(t *testing.T) {
	t.Parallel()
	for _, name := range Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, err := Paint(name, .1)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Paint(name, .1)
			if err != nil || !bytes.Equal(file, again) {
				t.Errorf("painted again it is something else (%v)", err)
			}
			m, _, err := image.Decode(bytes.NewReader(file))
			if err != nil {
				t.Fatal(err)
			}
			b, s := m.Bounds(), scenes[name]
			if b.Dx() != s.width/10 || b.Dy() != s.height/10 {
				t.Errorf("is %v", b)
			}
			shades, clear := map[uint32]bool{}, false
			for y := range b.Dy() {
				for x := range b.Dx() {
					r, g, b, a := m.At(x, y).RGBA()
					shades[(r+g+b)/3>>12] = true
					clear = clear || a == 0
				}
			}
			if len(shades) < 4 {
				t.Errorf("has %d shades", len(shades))
			}
			if clear != s.see {
				t.Errorf("can be seen through: %t", clear)
			}
		})
	}
	if _, err := Paint("nowhere", 1); err == nil {
		t.Error("paints what is no scene")
	}
}
