package prose

import "strconv"

// Place is where a picture stands in a document.
type Place string

// The places of pictures.
const (
	InText    Place = "text"    // as wide as the text
	Wide      Place = "wide"    // as wide as there is room
	InGallery Place = "gallery" // beside others
)

// Image is how a picture of the newsroom's own is shown: addresses of its files,
// which are trusted, and words for where the document has none.
type Image struct {
	Src     string        // what every browser shows
	SrcSet  string        // the same in several widths; may be empty
	Sources []ImageSource // in better formats, the best first
	Sizes   string        // how wide it stands; goes with SrcSet
	Width   int           // of its largest file, in pixels; gives the shape
	Height  int
	Whole   string // where it can be seen whole and large; linked to in galleries
	Behind  string // a tiny picture of it, a data: address, that is seen until it is there
	First   bool   // it is seen at once, so it is fetched before others

	Alt, Caption, Credit string
}

// ImageSource is a picture in a format.
type ImageSource struct{ Type, SrcSet string }

// image writes a picture of the newsroom's own.
func (r *renderer) image(n *Node, place Place, m *Image) {
	or := func(name, other string) string {
		if v := n.Attrs.Get(name); v != "" {
			return v
		}
		return other
	}
	class := "image"
	if place == Wide {
		class += " wide"
	}
	if m.Height > m.Width {
		class += " tall"
	}
	r.open("figure", class, n)
	r.raw(">")
	tag := "div"
	if place == InGallery && m.Whole != "" {
		tag = "a"
	}
	r.raw("<" + tag)
	r.attr("class", "frame")
	if tag == "a" {
		r.attr("href", m.Whole)
	}
	r.raw(">")
	if m.Behind != "" {
		r.raw(`<img class="behind" alt="" aria-hidden="true"`)
		r.attr("src", m.Behind)
		r.size(m)
		r.raw(">")
	}
	r.raw(m.HTML(or("alt", m.Alt)))
	r.close(tag)
	r.caption(or("caption", m.Caption), or("credit", m.Credit))
	r.raw("</figure>")
}

// HTML returns the picture alone, as <picture> or <img>, with an alternative
// text.
func (m *Image) HTML(alt string) string {
	r := renderer{}
	if len(m.Sources) > 0 {
		r.raw("<picture>")
	}
	for _, s := range m.Sources {
		r.raw("<source")
		r.attr("type", s.Type)
		r.attr("srcset", s.SrcSet)
		r.attr("sizes", m.Sizes)
		r.raw(">")
	}
	r.raw("<img")
	r.attr("src", m.Src)
	if m.SrcSet != "" {
		r.attr("srcset", m.SrcSet)
		r.attr("sizes", m.Sizes)
	}
	r.size(m)
	r.attr("alt", alt)
	if m.First {
		r.attr("fetchpriority", "high")
	} else {
		r.attr("loading", "lazy")
		r.attr("decoding", "async")
	}
	r.raw(">")
	if len(m.Sources) > 0 {
		r.raw("</picture>")
	}
	return string(r.b)
}

// size writes the size that gives a picture its shape before it is there.
func (r *renderer) size(m *Image) {
	r.attr("width", strconv.Itoa(m.Width))
	r.attr("height", strconv.Itoa(m.Height))
}
