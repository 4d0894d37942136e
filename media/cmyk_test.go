package media

import (
	"encoding/base64"
	"image"
	"image/color"
	"testing"

	"stet"
)

// TestInks: solid inks and their mixtures have the colours that print has on a
// screen, which are far from those of the plain formula.
func TestInks(t *testing.T) {
	for _, tt := range []struct {
		name string
		ink  color.CMYK
		want color.NRGBA
		off  int
	}{
		{"paper", color.CMYK{}, color.NRGBA{255, 255, 255, 255}, 1},
		{"cyan", color.CMYK{C: 255}, color.NRGBA{0, 158, 224, 255}, 16},
		{"magenta", color.CMYK{M: 255}, color.NRGBA{230, 0, 126, 255}, 16},
		{"yellow", color.CMYK{Y: 255}, color.NRGBA{255, 237, 0, 255}, 16},
		{"red", color.CMYK{M: 255, Y: 255}, color.NRGBA{227, 6, 19, 255}, 20},
		{"green", color.CMYK{C: 255, Y: 255}, color.NRGBA{0, 150, 64, 255}, 20},
		{"blue", color.CMYK{C: 255, M: 255}, color.NRGBA{49, 39, 131, 255}, 20},
		{"black", color.CMYK{K: 255}, color.NRGBA{0, 0, 0, 255}, 1},
		{"all", color.CMYK{255, 255, 255, 255}, color.NRGBA{0, 0, 0, 255}, 1},
		{"half black", color.CMYK{K: 128}, color.NRGBA{140, 140, 140, 255}, 16},
	} {
		img := image.NewCMYK(image.Rect(0, 0, 3, 2))
		for i := range 6 {
			img.SetCMYK(i%3, i/3, tt.ink)
		}
		got := unprint(img).NRGBAAt(2, 1)
		for _, d := range []int{int(got.R) - int(tt.want.R), int(got.G) - int(tt.want.G), int(got.B) - int(tt.want.B), int(got.A) - 255} {
			if max(d, -d) > tt.off {
				t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
				break
			}
		}
	}
}

// inkFile is a JPEG of 16 × 16 pixels as print shops send them: all cyan, a
// fifth of black, its values upside down as Adobe has them.
const inkFile = "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAFAgAEAAQBEMRAE0RAFkRAEsRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAA4EQwBNAFkASwAAPwD8qq/VOv1Tr7Loooooooooooor/9k="

func TestInkFile(t *testing.T) {
	data, err := base64.StdEncoding.DecodeString(inkFile)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, data)
	if s.transparent {
		t.Error("it can be seen through")
	}
	want := image.NewNRGBA(image.Rect(0, 0, 16, 16))
	for i := 0; i < len(want.Pix); i += 4 {
		copy(want.Pix[i:], []byte{0, 137, 194, 255})
	}
	for _, format := range []stet.Format{stet.JPEG, stet.WebP} {
		if got := decoded(t, render(t, s, whole(s), 16, format, stet.Description{})); apart(t, want, got) > 10 {
			t.Errorf("%s: %.1f apart: %v", format, apart(t, want, got), got.At(8, 8))
		}
	}
}
