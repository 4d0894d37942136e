package stet

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var snap = PictureFile{Hash: strings.Repeat("ab", 32), Type: "image/jpeg", Width: 3000, Height: 2000}

func brought(t *testing.T, actor User, file PictureFile) *Picture {
	t.Helper()
	p, err := Bring(actor, "p1", file, Description{}, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhoMayDoWhatToPictures(t *testing.T) {
	now := time.Unix(100, 0)
	acts := []struct {
		name string
		do   func(User, *Picture) error
	}{
		{"bring", func(u User, _ *Picture) error { _, err := Bring(u, "p", snap, Description{}, now); return err }},
		{"describe", func(u User, p *Picture) error { return p.Describe(u, Description{Credit: "A"}, now) }},
		{"crop", func(u User, p *Picture) error { return p.Crop(u, Point{0.5, 0.5}, nil, now) }},
		{"replace", func(u User, p *Picture) error { return p.Replace(u, &Picture{ID: "other"}, now) }},
		{"discard", func(u User, p *Picture) error { return p.Discard(u, 0, false) }},
	}
	for _, who := range []struct {
		user User
		may  string
	}{
		{User{Role: Reporter}, "bring describe crop"},
		{User{Role: Translator}, "bring describe crop"},
		{User{Role: Editor}, "bring describe crop replace discard"},
		{User{Role: ChiefEditor}, "bring describe crop replace discard"},
		{User{Role: Administrator}, "bring describe crop replace discard"},
		{User{Role: Machine, Scopes: []Scope{ScopeWrite}}, "bring describe crop"},
		{User{Role: Machine, Scopes: []Scope{ScopePublish}}, "replace discard"},
		{User{Role: Machine}, ""},
		{User{}, ""},
	} {
		for _, act := range acts {
			err := act.do(who.user, brought(t, Operator, snap))
			if want := slices.Contains(strings.Fields(who.may), act.name); (err == nil) != want || err != nil && !Is(err, Forbidden) {
				t.Errorf("%s %v: %s: %v", who.user.Role, who.user.Scopes, act.name, err)
			}
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		w, h  int
		focus Point
		ratio Ratio
		want  Rect
	}{
		{3000, 2000, Point{0.5, 0.5}, Natural, Rect{0, 0, 3000, 2000}},
		{3000, 2000, Point{0.5, 0.5}, Square, Rect{500, 0, 2000, 2000}},
		{3000, 2000, Point{0, 0}, Square, Rect{0, 0, 2000, 2000}},
		{3000, 2000, Point{1, 1}, Square, Rect{1000, 0, 2000, 2000}},
		{3200, 2000, Point{0.5, 0.9}, Wide, Rect{0, 200, 3200, 1800}},
		{2000, 3000, Point{0.5, 0.2}, Wide, Rect{0, 38, 2000, 1125}},
		{1, 1, Point{0.5, 0.5}, Social, Rect{0, 0, 1, 1}},
	} {
		p := brought(t, Operator, PictureFile{Width: c.w, Height: c.h})
		p.Focus = c.focus
		if got := p.Cut(c.ratio); got != c.want {
			t.Errorf("%d × %d at %v as %s: %v, want %v", c.w, c.h, c.focus, c.ratio, got, c.want)
		}
	}
}

// TestCutHoldsTheFocus: whatever the picture, each cut is inside of it, has its
// shape and holds the focus.
func TestCutHoldsTheFocus(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &Picture{PictureFile: PictureFile{Width: rapid.IntRange(1, 20000).Draw(t, "w"), Height: rapid.IntRange(1, 20000).Draw(t, "h")},
			Focus: Point{rapid.Float64Range(0, 1).Draw(t, "x"), rapid.Float64Range(0, 1).Draw(t, "y")}}
		for _, r := range Ratios {
			c := p.Cut(r)
			if c.X < 0 || c.Y < 0 || c.Width < 1 || c.Height < 1 || c.X+c.Width > p.Width || c.Y+c.Height > p.Height {
				t.Fatalf("%s: %v is not inside of %d × %d", r, c, p.Width, p.Height)
			}
			x, y := p.Focus.X*float64(p.Width), p.Focus.Y*float64(p.Height)
			if x < float64(c.X)-1 || x > float64(c.X+c.Width)+1 || y < float64(c.Y)-1 || y > float64(c.Y+c.Height)+1 {
				t.Fatalf("%s: %v does not hold the focus %v, %v", r, c, x, y)
			}
			if r != Natural {
				if err := p.Crop(Operator, p.Focus, map[Ratio]Rect{r: c}, time.Time{}); err != nil {
					t.Fatalf("%s: its own cut %v of %d × %d is refused: %v", r, c, p.Width, p.Height, err)
				}
				p.Crops = nil
			}
			f := p.Frame(r)
			widths := f.Widths()
			if !slices.IsSorted(widths) || len(widths) == 0 || len(slices.Compact(slices.Clone(widths))) != len(widths) {
				t.Fatalf("%s: widths %v", r, widths)
			}
			for _, w := range widths {
				if w > c.Width || f.Height(w) < 1 {
					t.Fatalf("%s: %d × %d of %v", r, w, f.Height(w), c)
				}
			}
		}
	})
}

func TestCropRefusals(t *testing.T) {
	for _, c := range []struct {
		name  string
		focus Point
		crops map[Ratio]Rect
		field string
	}{
		{"outside", Point{1.1, 0}, nil, "focus"},
		{"not a number", Point{math.NaN(), 0}, nil, "focus"},
		{"no such shape", Point{}, map[Ratio]Rect{"3x2": {0, 0, 300, 200}}, "crops.3x2"},
		{"natural", Point{}, map[Ratio]Rect{Natural: {0, 0, 3000, 2000}}, "crops.natural"},
		{"beyond the edge", Point{}, map[Ratio]Rect{Square: {2500, 0, 600, 600}}, "crops.1x1"},
		{"beyond every number", Point{}, map[Ratio]Rect{Square: {math.MaxInt - 5, 0, 600, 600}}, "crops.1x1"},
		{"empty", Point{}, map[Ratio]Rect{Square: {}}, "crops.1x1"},
		{"other shape", Point{}, map[Ratio]Rect{Wide: {0, 0, 1000, 1000}}, "crops.16x9"},
	} {
		p := brought(t, Operator, snap)
		err := p.Crop(Operator, c.focus, c.crops, time.Time{})
		var e *Error
		if !Is(err, Invalid) || !errors.As(err, &e) || e.Field != c.field {
			t.Errorf("%s: %v", c.name, err)
		}
		if !p.Guessed || p.Focus != (Point{0.5, 0.5}) {
			t.Errorf("%s: the picture changed", c.name)
		}
	}
}

// TestFrameKey: what changes a rendition's bytes changes its address, and what
// does not, does not.
func TestFrameKey(t *testing.T) {
	base := brought(t, Operator, snap)
	key := func(change func(*Picture)) string {
		p := *base
		change(&p)
		return p.Frame(Wide).Key
	}
	same := key(func(*Picture) {})
	for name, change := range map[string]func(*Picture){
		"caption":      func(p *Picture) { p.Words = map[Lang]PictureWords{"ru": {Caption: "Мост"}} },
		"headline":     func(p *Picture) { p.Headline = "Мост" },
		"date":         func(p *Picture) { p.Taken = time.Unix(1, 0) },
		"another crop": func(p *Picture) { p.Crops = map[Ratio]Rect{Square: {0, 0, 100, 100}} },
		"right's end":  func(p *Picture) { p.Expires = time.Unix(1, 0) },
		"id":           func(p *Picture) { p.ID = "p2" },
	} {
		if key(change) != same {
			t.Errorf("%s changes the address", name)
		}
	}
	seen := map[string]string{same: "nothing"}
	for name, change := range map[string]func(*Picture){
		"file":      func(p *Picture) { p.Hash = strings.Repeat("cd", 32) },
		"crop":      func(p *Picture) { p.Crops = map[Ratio]Rect{Wide: {0, 0, 1600, 900}} },
		"focus":     func(p *Picture) { p.Focus = Point{0, 0} },
		"creator":   func(p *Picture) { p.Creator = "Anna" },
		"credit":    func(p *Picture) { p.Credit = "Anna" },
		"copyright": func(p *Picture) { p.Copyright = "Anna" },
		"mining":    func(p *Picture) { p.Mining = "Anna" },
		"source":    func(p *Picture) { p.Source = "Anna" },
		"terms":     func(p *Picture) { p.Terms = "Anna" },
		"licensor":  func(p *Picture) { p.Licensor = "Anna" },
	} {
		k := key(change)
		if other, ok := seen[k]; ok {
			t.Errorf("%s and %s have one address", name, other)
		}
		seen[k] = name
	}
	if p := base.Frame(Wide).Path(640, WebP); p != fmt.Sprintf("/media/%s/640.webp", same) || len(same) != 16 {
		t.Errorf("address %s", p)
	}
}

func TestFormatsOfFrames(t *testing.T) {
	for _, c := range []struct {
		change func(*Picture)
		ratio  Ratio
		avif   bool
		want   string
	}{
		{func(*Picture) {}, Natural, false, "[webp jpg]"},
		{func(*Picture) {}, Natural, true, "[avif webp jpg]"},
		{func(p *Picture) { p.Transparent = true }, Wide, false, "[webp png]"},
		{func(p *Picture) { p.Moves = true }, Natural, true, "[webp jpg]"},
		{func(p *Picture) { p.Moves = true }, Square, false, "[webp jpg]"},
		{func(*Picture) {}, Social, true, "[jpg]"},
		{func(p *Picture) { p.Transparent = true }, Social, true, "[png]"},
		{func(p *Picture) { p.Width, p.Height = 1000, 8704 }, Natural, true, "[avif webp jpg]"},
		{func(p *Picture) { p.Width, p.Height = 1000, 8705 }, Natural, true, "[webp jpg]"},
		{func(p *Picture) { p.Width, p.Height = 3000, 8704*3000/2560 }, Natural, true, "[avif webp jpg]"},
		{func(p *Picture) { p.Width, p.Height = 1000, 16383 }, Natural, true, "[webp jpg]"},
		{func(p *Picture) { p.Width, p.Height = 1000, 16384 }, Natural, true, "[jpg]"},
		{func(p *Picture) { p.Width, p.Height, p.Transparent = 1000, 16384, true }, Natural, true, "[png]"},
		{func(p *Picture) { p.Width, p.Height, p.Moves = 1000, 16384, true }, Natural, true, "[jpg]"},
		{func(p *Picture) { p.Width, p.Height = 1000, 16384 }, Wide, true, "[avif webp jpg]"},
		{func(p *Picture) { p.Width, p.Height = 1000, MaxSide }, Natural, false, "[jpg]"},
	} {
		p := brought(t, Operator, snap)
		c.change(p)
		if got := fmt.Sprint(p.Frame(c.ratio).Formats(c.avif)); got != c.want {
			t.Errorf("%s: %s, want %s", c.ratio, got, c.want)
		}
	}
}

func TestDescription(t *testing.T) {
	d := Description{Credit: "  Anna \u202e ", Words: map[Lang]PictureWords{"ru": {Alt: " Мост\n"}, "en": {Alt: "\t"}}}
	if err := d.Check(); err != nil {
		t.Fatal(err)
	}
	if d.Credit != "Anna" || len(d.Words) != 1 || d.Words["ru"].Alt != "Мост" {
		t.Errorf("%+v", d)
	}
	for field, d := range map[string]Description{
		"alt.ru":   {Words: map[Lang]PictureWords{"ru": {Alt: strings.Repeat("я", MaxStandfirst+1)}}},
		"credit":   {Credit: strings.Repeat("я", MaxLine+1)},
		"terms":    {Terms: "javascript:alert(1)"},
		"licensor": {Licensor: "https://"},
	} {
		var e *Error
		if err := d.Check(); !errors.As(err, &e) || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}
