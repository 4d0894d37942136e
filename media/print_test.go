package media

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/bits"
	"testing"

	"stet"
	"stet/store/picture"
)

func printOf(t *testing.T, s *Source) picture.Print {
	t.Helper()
	p, err := encoder.Preview(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	return p.Print
}

// TestLikeness: a picture looks like itself, small, saved badly, brighter and
// with its edge cut off; not like another, and what is plain like nothing.
func TestLikeness(t *testing.T) {
	apart := func(p, q picture.Print) int {
		return bits.OnesCount64(p.Right^q.Right) + bits.OnesCount64(p.Down^q.Down)
	}
	photo := waves(1200, 800)
	want := printOf(t, open(t, asPNG(t, photo)))
	var poor bytes.Buffer
	if err := jpeg.Encode(&poor, waves(300, 200), &jpeg.Options{Quality: 20}); err != nil {
		t.Fatal(err)
	}
	bright := image.NewNRGBA(photo.Rect)
	for i, v := range photo.Pix {
		bright.Pix[i] = uint8(min(255, int(v)*9/10+25)) | uint8(i%4/3*255)
	}
	for name, data := range map[string][]byte{
		"small and poor": poor.Bytes(),
		"brighter":       asPNG(t, bright),
		"cut":            asPNG(t, photo.SubImage(image.Rect(12, 8, 1188, 792))),
		"as TIFF":        asTIFF(t, photo, nil),
	} {
		if n := apart(want, printOf(t, open(t, data))); n > 12 {
			t.Errorf("%s: %d bits apart", name, n)
		}
	}
	if n := apart(want, printOf(t, open(t, asPNG(t, noise(400, 300))))); n < 30 {
		t.Errorf("noise: %d bits apart", n)
	}
	for name, img := range map[string]image.Image{
		"white": image.NewGray(image.Rect(0, 0, 300, 200)), "a pixel": one(color.NRGBA{9, 9, 9, 255}), "clear": image.NewNRGBA(image.Rect(0, 0, 50, 50)),
	} {
		if p := printOf(t, open(t, asPNG(t, img))); p != (picture.Print{}) {
			t.Errorf("%s: %x", name, p)
		}
	}
}

// TestAlikeAfterwards: what came in before prints were kept is looked at in the
// background, unless its file is lost.
func TestAlikeAfterwards(t *testing.T) {
	s := newStudio(t, Limits{}).Service
	ctx := t.Context()
	one, err := s.Bring(ctx, stet.Operator, Incoming{Name: "one.png", Body: bytes.NewReader(asPNG(t, waves(1200, 800)))})
	if err != nil {
		t.Fatal(err)
	}
	two, err := s.Bring(ctx, stet.Operator, Incoming{Name: "two.jpg", Body: bytes.NewReader(asJPEG(t, waves(600, 400)))})
	if err != nil {
		t.Fatal(err)
	}
	if alike, err := s.DB.Alike(ctx, two.ID, 5); err != nil || len(alike) != 1 || alike[0].ID != one.ID {
		t.Fatalf("like the second: %v, %v", alike, err)
	}
	for _, name := range []string{"three", "lost"} { // as a newsroom of before has them
		p := *one
		p.ID = stet.PictureID(name)
		if name == "lost" {
			p.Hash = "00"
		}
		if err := s.DB.AddPicture(ctx, &p); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if more, err := s.printNext(ctx); err != nil || !more {
			t.Fatal(more, err)
		}
	}
	if more, err := s.printNext(ctx); err != nil || more {
		t.Fatal(more, err)
	}
	if alike, err := s.DB.Alike(ctx, "three", 5); err != nil || len(alike) != 2 || alike[0].ID != one.ID {
		t.Errorf("like the third: %v, %v", alike, err)
	}
	if alike, err := s.DB.Alike(ctx, "lost", 5); err != nil || len(alike) != 0 {
		t.Errorf("like what is lost: %v, %v", alike, err)
	}
}
