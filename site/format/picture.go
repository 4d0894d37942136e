package format

import (
	"cmp"
	"fmt"
	"strings"

	"stet"
	"stet/lang"
	"stet/prose"
)

// Place is where pages show pictures: in which shape, and how wide.
type Place struct {
	Ratio  stet.Ratio
	Sizes  string // as the sizes attribute of HTML has it
	Widest int    // that it ever is, in pixels of CSS
}

// Pictures is how an edition shows the newsroom's own pictures.
type Pictures struct {
	Media  string           // what addresses of renditions begin with: nothing, or scheme and host
	AVIF   bool             // renditions of this format are made too
	Places map[string]Place // by the names of theme.Places
}

// The widths of pictures that stand in feeds and that other machines are told of.
const (
	feedWidth = 960
	fullWidth = 1920
)

// fallback is the format of a frame that everybody can show.
func fallback(f stet.Frame) stet.Format {
	formats := f.Formats(false)
	return formats[len(formats)-1]
}

// upTo is the largest of the frame's widths that is no larger than another,
// else the smallest.
func upTo(f stet.Frame, width int) int {
	widths := f.Widths()
	out := widths[0]
	for _, w := range widths {
		if w <= width {
			out = w
		}
	}
	return out
}

// Image is a picture as a place of the edition's pages shows it, without words.
func (e *Edition) Image(p *stet.Picture, place string) *prose.Image {
	at := e.Places[place]
	f := p.Frame(at.Ratio)
	var widths []int
	for _, w := range f.Widths() {
		widths = append(widths, w)
		if at.Widest > 0 && w >= 2*at.Widest {
			break
		}
	}
	set := func(format stet.Format) string {
		var b strings.Builder
		for i, w := range widths {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%s%s %dw", e.Media, f.Path(w, format), w)
		}
		return b.String()
	}
	formats := f.Formats(e.AVIF)
	last := formats[len(formats)-1]
	largest := widths[len(widths)-1]
	m := &prose.Image{
		Src: e.Media + f.Path(upTo(f, feedWidth), last), SrcSet: set(last), Sizes: at.Sizes,
		Width: largest, Height: f.Height(largest),
	}
	for _, format := range formats[:len(formats)-1] {
		m.Sources = append(m.Sources, prose.ImageSource{Type: format.Type(), SrcSet: set(format)})
	}
	return m
}

// Alt is the alternative text of a picture where the text that uses it has
// none. It is never empty: what has none in the language is at least called a
// picture.
func (e *Edition) Alt(p *stet.Picture) string {
	return cmp.Or(p.Alt(e.Lang), p.Caption(e.Lang), p.Headline, e.L.Text(lang.Picture))
}

// credit is who must be named with a picture.
func credit(p *stet.Picture) string { return cmp.Or(p.Credit, p.Creator, p.Copyright) }

// worded gives an image the picture's own words.
func (e *Edition) worded(m *prose.Image, p *stet.Picture) *prose.Image {
	m.Alt, m.Caption, m.Credit = e.Alt(p), p.Caption(e.Lang), credit(p)
	return m
}

// Shown tells how the article's page shows the newsroom's own pictures. What
// stands behind one until it is there is left out in galleries: they are seen
// by those who have read so far.
func (a *Article) Shown(ref string, place prose.Place) *prose.Image {
	p := a.Pictures[stet.PictureID(ref)]
	if p == nil {
		return nil
	}
	f := p.Frame(stet.Natural)
	at := string(place)
	if place != prose.InGallery && f.Rect.Height > f.Rect.Width && a.Edition.Places[at].Ratio == stet.Natural {
		at = "tall"
	}
	m := a.Edition.worded(a.Edition.Image(p, at), p)
	format := fallback(f)
	if p.Moves {
		format = f.Formats(false)[0]
	}
	m.Whole = a.Edition.Media + f.Path(upTo(f, fullWidth), format)
	if place != prose.InGallery && !p.Transparent {
		m.Behind = p.Placeholder
	}
	return m
}

// Leading tells how the article's page shows its lead picture.
func (a *Article) Leading(ref string, _ prose.Place) *prose.Image {
	m := a.Shown(ref, "lead")
	if m != nil {
		m.First = true
	}
	return m
}

// plainly tells how a text shows pictures where nobody chooses among files: as
// one of a middle width that everybody can show, at its whole address.
func (a *Article) plainly(ref string, _ prose.Place) *prose.Image {
	p := a.Pictures[stet.PictureID(ref)]
	if p == nil {
		return nil
	}
	r := a.Edition.Rendition(p, stet.Natural, feedWidth)
	return a.Edition.worded(&prose.Image{Src: r.At, Width: r.Width, Height: r.Height}, p)
}

// Rendition is a file of a picture: its whole address, and what is there.
type Rendition struct {
	At, Type      string
	Width, Height int
}

// Rendition is a picture in a shape, no wider than that many pixels if it can
// be had so, in a format that everybody can show.
func (e *Edition) Rendition(p *stet.Picture, shape stet.Ratio, width int) Rendition {
	f := p.Frame(shape)
	w, format := upTo(f, width), fallback(f)
	return Rendition{cmp.Or(e.Media, e.URL) + f.Path(w, format), format.Type(), w, f.Height(w)}
}

// Lead is the article's lead picture, if it is the newsroom's own.
func (a *Article) Lead() *stet.Picture {
	if a.Picture == nil {
		return nil
	}
	return a.Pictures[a.Picture.ID]
}

// LeadAlt is the alternative text of the lead picture.
func (a *Article) LeadAlt() string {
	if p := a.Lead(); p != nil && a.Picture.Alt == "" {
		return a.Edition.Alt(p)
	}
	return a.Picture.Alt
}

// Figure is a lead picture as a text of its own.
func Figure(p *stet.PictureUse) *prose.Doc {
	n := &prose.Node{Type: prose.Picture}
	for name, value := range map[string]string{"ref": string(p.ID), "url": p.URL, "alt": p.Alt, "caption": p.Caption, "credit": p.Credit} {
		n.Attrs.Set(name, value)
	}
	return &prose.Doc{Content: []*prose.Node{n}}
}

// withAddresses is a text in which the newsroom's own pictures have addresses
// and words, as forms without a look of their own need them.
func (a *Article) withAddresses(d *prose.Doc) *prose.Doc {
	var copied func(nodes []*prose.Node) []*prose.Node
	copied = func(nodes []*prose.Node) []*prose.Node {
		out := make([]*prose.Node, len(nodes))
		for i, n := range nodes {
			c := *n
			c.Content = copied(n.Content)
			if m := a.plainly(n.Attrs.Get("ref"), ""); n.Type == prose.Picture && m != nil {
				c.Attrs = nil
				c.Attrs.Set("url", m.Src)
				c.Attrs.Set("alt", cmp.Or(n.Attrs.Get("alt"), m.Alt))
				c.Attrs.Set("caption", cmp.Or(n.Attrs.Get("caption"), m.Caption))
				c.Attrs.Set("credit", cmp.Or(n.Attrs.Get("credit"), m.Credit))
			}
			out[i] = &c
		}
		return out
	}
	return &prose.Doc{Content: copied(d.Content)}
}
