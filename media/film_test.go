package media

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/gif"
	"strings"
	"testing"

	"stet"
)

// flicker is a film of three frames: red, a green corner on it, and blue.
func flicker(t testing.TB, loops int) []byte {
	t.Helper()
	colours := color.Palette{color.RGBA{255, 0, 0, 255}, color.RGBA{0, 255, 0, 255}, color.RGBA{0, 0, 255, 255}}
	g := gif.GIF{LoopCount: loops}
	for i, r := range []image.Rectangle{image.Rect(0, 0, 80, 40), image.Rect(40, 20, 80, 40), image.Rect(0, 0, 80, 40)} {
		img := image.NewPaletted(r, colours)
		for j := range img.Pix {
			img.Pix[j] = uint8(i)
		}
		g.Image, g.Delay, g.Disposal = append(g.Image, img), append(g.Delay, 10*(i+1)), append(g.Disposal, gif.DisposalNone)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, &g); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFilms: what moves goes on moving, at its pace and as often, and
// once more from what was made.
func TestFilms(t *testing.T) {
	for _, loops := range []int{0, -1, 4} {
		s := open(t, flicker(t, loops))
		if f := s.File(); !f.Moves || f.Width != 80 || f.Transparent {
			t.Fatalf("opened as %+v", f)
		}
		again := open(t, render(t, s, whole(s), 40, stet.WebP, everything))
		var times []int
		var colours []color.NRGBA
		shown, err := again.frames(context.Background(), func(c *image.NRGBA, ms int) error {
			times = append(times, ms)
			colours = append(colours, c.NRGBAAt(5, 5), c.NRGBAAt(35, 15))
			return nil
		})
		if want := map[int]int{0: 0, -1: 1, 4: 5}[loops]; err != nil || shown != want {
			t.Errorf("shown %d times, want %d (%v)", shown, want, err)
		}
		if len(times) != 3 || times[0] != 100 || times[1] != 200 || times[2] != 300 {
			t.Fatalf("times %v", times)
		}
		const want = "rrrgbb"
		for i, c := range colours {
			got := 'r'
			if c.G > c.R {
				got = 'g'
			}
			if c.B > max(c.R, c.G) {
				got = 'b'
			}
			if got != rune(want[i]) || c.A != 255 {
				t.Errorf("place %d is %v", i, c)
			}
		}
		if again.Description("ru").Credit != everything.Credit {
			t.Error("the film does not say whose it is")
		}
		still := decoded(t, render(t, s, whole(s), 40, stet.JPEG, stet.Description{}))
		if r, g, _, _ := still.At(35, 15).RGBA(); r < g {
			t.Error("the still is not the first frame")
		}
	}
	for want, l := range map[string]Limits{
		"3 frames;":    {Bytes: 1 << 20, Pixels: 1e6, Memory: 1 << 30, Frames: 2},
		"3 frames of ": {Bytes: 1 << 20, Pixels: 4000, Memory: 1 << 30, Frames: 9},
	} {
		if _, err := Open(context.Background(), flicker(t, 0), l); !stet.Is(err, stet.Invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
