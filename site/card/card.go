// Package card draws the picture that others show with a link to a story which
// has none of its own: the headline on the paper's ground, under a kicker and over
// the paper's name. Letters are shaped and joined as their scripts want it, from
// right to left where the language runs so.
//
// What is the same goes in, the same comes out. A card takes some 30 ms and 10 MB
// to draw; who draws many takes care.
package card

import (
	"bytes"
	"embed"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"
)

// The size of a card, in pixels.
const (
	Width  = 1200
	Height = 630
)

// Card is what stands on a card.
type Card struct {
	Lang     string // BCP 47
	Script   string // of the language, as ISO 15924 has it in small letters
	Backward bool   // it runs from right to left
	Kicker   string // over the headline; may be empty
	Headline string
	Paper    string // the paper's name
	Ground   string // "#rrggbb"; the ink is what can be read on it
}

// The parts of a card, in pixels.
const (
	margin     = 76
	kickerSize = 34
	paperSize  = 40
	largest    = 88 // the headline's size
	smallest   = 40
	ruleAt     = Height - 136 // the double rule over the paper's name
	headTop    = 150
	soft       = 150 // of 255: how dark the kicker is
)

// fonts are the default theme's at their boldest, by script; site/theme/fonts
// makes them.
//
//go:embed fonts/*.ttf
var fonts embed.FS

var scripts = []string{"latn", "cyrl", "armn", "geor", "arab"}

var faces = sync.OnceValue(func() map[string]*font.Font {
	out := map[string]*font.Font{}
	for _, script := range scripts {
		data, err := fonts.ReadFile("fonts/" + script + ".ttf")
		if err != nil {
			panic(err) // it is embedded
		}
		face, err := font.ParseTTF(bytes.NewReader(data))
		if err != nil {
			panic(err) // it is embedded, and every test would fail
		}
		out[script] = face.Font
	}
	return out
})

// pen writes lines of text as coverage.
type pen struct {
	faces []*font.Face // that of the language first
	lang  language.Language
	dir   di.Direction
	ink   *image.Alpha
	shape shaping.HarfbuzzShaper
}

// ResolveFace is the first face that has a letter.
func (p *pen) ResolveFace(r rune) *font.Face {
	for _, f := range p.faces {
		if _, ok := f.NominalGlyph(r); ok {
			return f
		}
	}
	return p.faces[0]
}

// known is a text without what no font has: pictograms, letters of other scripts.
func (p *pen) known(s string) []rune {
	var out []rune
	for _, r := range strings.Join(strings.Fields(s), " ") {
		if _, ok := p.ResolveFace(r).NominalGlyph(r); ok {
			out = append(out, r)
		}
	}
	return out
}

// lines breaks a text into lines of a size, at most so many; short says that not
// all of it is there.
func (p *pen) lines(text []rune, size, most int) (lines []shaping.Line, short bool) {
	in := shaping.Input{Text: text, RunEnd: len(text), Direction: p.dir, Size: fixed.I(size), Language: p.lang}
	var seg shaping.Segmenter
	parts := seg.Split(in, p)
	dots := in
	dots.Text, dots.RunEnd, dots.Face = []rune("…"), 1, p.ResolveFace('…')
	config := shaping.WrapConfig{Direction: p.dir, TruncateAfterLines: most}.WithTruncator(&p.shape, dots)
	wrap := func(width int) ([]shaping.Line, int) {
		var runs []shaping.Output // each time anew: to wrap them takes the spaces at the ends out of them
		for _, part := range parts {
			runs = append(runs, p.shape.Shape(part))
		}
		var wrapper shaping.LineWrapper
		return wrapper.WrapParagraph(config, width, text, shaping.NewSliceIterator(runs))
	}
	wide := Width - 2*margin
	lines, left := wrap(wide)
	if left > 0 || len(lines) < 2 {
		return lines, left > 0
	}
	// As narrow as it can be in as many lines, none of them is left with one word.
	for narrow := wide / 2; wide-narrow > 8; {
		width := (wide + narrow) / 2
		if tried, left := wrap(width); left > 0 || len(tried) > len(lines) {
			narrow = width
		} else {
			wide, lines = width, tried
		}
	}
	return lines, false
}

// write puts lines down from a baseline on.
func (p *pen) write(lines []shaping.Line, base, leading int, shade uint8) {
	v := vector.NewRasterizer(Width, Height)
	for _, line := range lines {
		slices.SortFunc(line, func(a, b shaping.Output) int { return int(a.VisualIndex - b.VisualIndex) })
		var length fixed.Int26_6
		for _, run := range line {
			length += run.Advance
		}
		x := float32(margin)
		if p.dir == di.DirectionRTL {
			x = Width - margin - float32(length)/64
		}
		for _, run := range line {
			scale := float32(run.Size) / 64 / float32(run.Face.Upem())
			for _, g := range run.Glyphs {
				outline, _ := run.Face.GlyphDataOutline(g.GlyphID)
				at := func(pt opentype.SegmentPoint) (float32, float32) {
					return x + float32(g.XOffset)/64 + pt.X*scale, float32(base) - float32(g.YOffset)/64 - pt.Y*scale
				}
				draw(v, outline.Segments, at)
				x += float32(g.Advance) / 64
			}
		}
		base += leading
	}
	v.Draw(p.ink, p.ink.Bounds(), image.NewUniform(color.Alpha{shade}), image.Point{})
}

// draw adds an outline.
func draw(v *vector.Rasterizer, outline []font.Segment, at func(opentype.SegmentPoint) (float32, float32)) {
	for i, s := range outline {
		x, y := at(s.Args[0])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			if i > 0 {
				v.ClosePath()
			}
			v.MoveTo(x, y)
		case opentype.SegmentOpLineTo:
			v.LineTo(x, y)
		case opentype.SegmentOpQuadTo:
			x1, y1 := at(s.Args[1])
			v.QuadTo(x, y, x1, y1)
		case opentype.SegmentOpCubeTo:
			x1, y1 := at(s.Args[1])
			x2, y2 := at(s.Args[2])
			v.CubeTo(x, y, x1, y1, x2, y2)
		}
	}
	if len(outline) > 0 {
		v.ClosePath()
	}
}

// leadings are the distances of lines, in sizes of the font, where they are not
// those of Latin letters.
var leadings = map[string]float64{"arab": 1.5, "armn": 1.25, "geor": 1.25}

// Draw draws a card.
func Draw(c Card) (*image.Paletted, error) {
	ground, err := parse(c.Ground)
	if err != nil {
		return nil, err
	}
	p := &pen{lang: language.NewLanguage(c.Lang), dir: di.DirectionLTR, ink: image.NewAlpha(image.Rect(0, 0, Width, Height))}
	if c.Backward {
		p.dir = di.DirectionRTL
	}
	for _, script := range append([]string{c.Script}, scripts...) {
		if f := faces()[script]; f != nil {
			p.faces = append(p.faces, font.NewFace(f))
		}
	}
	leading := 1.14
	if l, ok := leadings[c.Script]; ok {
		leading = l
	}
	const room = ruleAt - headTop - 30
	text := p.known(c.Headline)
	for size := largest; len(text) > 0; size -= 4 {
		step := int(float64(size) * leading)
		lines, short := p.lines(text, size, room/step)
		if short && size > smallest {
			continue
		}
		p.write(lines, headTop+int(float64(size)*(0.72+(leading-1)/2)), step, 255)
		break
	}
	for _, line := range []struct {
		text       string
		size, base int
		shade      uint8
	}{{c.Kicker, kickerSize, 112, soft}, {c.Paper, paperSize, Height - 66, 255}} {
		if text := p.known(line.text); len(text) > 0 {
			lines, _ := p.lines(text, line.size, 1)
			p.write(lines, line.base, 0, line.shade)
		}
	}
	for _, y := range []int{ruleAt, ruleAt + 1, ruleAt + 5, ruleAt + 6} {
		for x := margin; x < Width-margin; x++ {
			p.ink.SetAlpha(x, y, color.Alpha{255})
		}
	}
	return p.printed(ground), nil
}

// shades is how many steps there are from the ground to the ink.
const shades = 32

// printed is the ink on the ground.
func (p *pen) printed(ground color.RGBA) *image.Paletted {
	ink := color.RGBA{0x19, 0x18, 0x16, 255}
	if 299*int(ground.R)+587*int(ground.G)+114*int(ground.B) < 128*1000 {
		ink = color.RGBA{0xf4, 0xf1, 0xea, 255}
	}
	mix := func(a, b uint8, i int) uint8 { return uint8((int(a)*(shades-1-i) + int(b)*i) / (shades - 1)) }
	palette := make(color.Palette, shades)
	for i := range palette {
		palette[i] = color.RGBA{mix(ground.R, ink.R, i), mix(ground.G, ink.G, i), mix(ground.B, ink.B, i), 255}
	}
	out := image.NewPaletted(p.ink.Bounds(), palette)
	for i, a := range p.ink.Pix {
		out.Pix[i] = uint8((int(a)*(shades-1) + 127) / 255)
	}
	return out
}

func parse(colour string) (color.RGBA, error) {
	n, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 24)
	if err != nil || len(colour) != 7 {
		return color.RGBA{}, fmt.Errorf("card: %q is no colour like #fffdf8", colour)
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}, nil
}

// Write draws a card and writes it as PNG.
func Write(w io.Writer, c Card) error {
	m, err := Draw(c)
	if err != nil {
		return err
	}
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, m)
}
