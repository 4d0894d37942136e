package stet

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"stet/prose"
)

// PictureID names a picture of the newsroom's own: a UUIDv7.
type PictureID string

// Picture is a photograph or a drawing that the newsroom has the file of. Its
// methods are the law of pictures: storage loads it, calls one of them and
// saves what became of it.
type Picture struct {
	ID      PictureID
	Version int64 // of its row; 0 for a picture that storage has not seen yet

	PictureFile
	Description

	Focus   Point          // what no crop may lose
	Guessed bool           // the focus is a guess; nobody has confirmed it
	Crops   map[Ratio]Rect // what somebody chose; a ratio without one is cut around the focus

	Replacement PictureID // shown in its place wherever it is used; empty for itself

	Created   time.Time
	Author    string // User.ID of who brought it in
	Touched   time.Time
	TouchedBy string
}

// PictureFile is what was received. It never changes.
type PictureFile struct {
	Hash        string `json:"hash"`           // SHA-256 of the bytes, in hex
	Type        string `json:"type"`           // as sniffed: image/jpeg, image/png, image/gif, image/webp, image/tiff, image/heic
	Name        string `json:"name,omitempty"` // the file's, as it was called
	Bytes       int64  `json:"bytes"`
	Width       int    `json:"width"`  // in pixels, upright
	Height      int    `json:"height"` // in pixels, upright
	Moves       bool   `json:"moves,omitempty"`
	Transparent bool   `json:"transparent,omitempty"`
	Colour      string `json:"colour,omitempty"`      // the commonest, "#rrggbb"
	Placeholder string `json:"placeholder,omitempty"` // a tiny picture of it, a data: address
}

// Description says what a picture shows, whose it is and what may be done with
// it. The fields are those of the IPTC Photo Metadata Standard.
type Description struct {
	Words     map[Lang]PictureWords `json:"words,omitempty"`
	Headline  string                `json:"headline,omitempty"`
	Creator   string                `json:"creator,omitempty"`
	Credit    string                `json:"credit,omitempty"` // the credit line readers see
	Copyright string                `json:"copyright,omitempty"`
	Taken     time.Time             `json:"taken,omitzero"`           // Date Created
	Source    string                `json:"digital_source,omitempty"` // Digital Source Type, an address of IPTC's vocabulary
	Mining    string                `json:"mining,omitempty"`         // Data Mining, an address of PLUS's vocabulary
	Terms     string                `json:"terms,omitempty"`          // Web Statement of Rights, an address
	Licensor  string                `json:"licensor,omitempty"`       // an address
	Expires   time.Time             `json:"expires,omitzero"`         // the end of the right to show it
}

// Rights returns the part of a description that goes out inside of every
// rendition: whose the picture is, what it is and what may be done with it. What
// it shows stands on the page, in the language of the page.
func (d Description) Rights() Description {
	return Description{Creator: d.Creator, Credit: d.Credit, Copyright: d.Copyright, Source: d.Source, Mining: d.Mining, Terms: d.Terms, Licensor: d.Licensor}
}

// PictureWords are what is said of a picture in one language. A use may say
// something else.
type PictureWords struct {
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
}

// Ratio names the shape of a crop.
type Ratio string

// The shapes that pictures are shown in.
const (
	Natural Ratio = "natural" // as it is
	Wide    Ratio = "16x9"
	Classic Ratio = "4x3"
	Square  Ratio = "1x1"
	Social  Ratio = "social" // 1200 × 630, for cards
)

// Ratios are all of them.
var Ratios = []Ratio{Natural, Wide, Classic, Square, Social}

// Of returns width divided by height; 0 for Natural.
func (r Ratio) Of() float64 {
	switch r {
	case Wide:
		return 16.0 / 9
	case Classic:
		return 4.0 / 3
	case Square:
		return 1
	case Social:
		return 1200.0 / 630
	}
	return 0
}

// Point is a place in an upright picture: 0 to 1 from the left and from the top.
type Point struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// Rect is a part of an upright picture, in its pixels.
type Rect struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

// Frame is a picture in one of its shapes: what renditions are made of.
type Frame struct {
	Key         string // names the content of all its renditions, in addresses
	Picture     PictureID
	Ratio       Ratio
	Rect        Rect
	Moves       bool
	Transparent bool
}

// Format is how a rendition is encoded; it is also its extension.
type Format string

// The formats of renditions.
const (
	AVIF Format = "avif"
	WebP Format = "webp"
	JPEG Format = "jpg"
	PNG  Format = "png"
)

// Type returns the media type.
func (f Format) Type() string {
	if f == JPEG {
		return "image/jpeg"
	}
	return "image/" + string(f)
}

// ladder are the widths of renditions, in pixels.
var ladder = []int{320, 480, 640, 960, 1280, 1920, 2560}

// making is raised when the same frame comes out as other bytes: addresses name
// content for ever.
const making = "2"

// Frame returns the picture in a shape.
func (p *Picture) Frame(r Ratio) Frame {
	f := Frame{Picture: p.ID, Ratio: r, Rect: p.Cut(r), Moves: p.Moves && r == Natural, Transparent: p.Transparent}
	h := sha256.New()
	// What stands in every rendition is part of its content.
	d := p.Rights()
	for _, s := range []string{making, p.Hash, string(r), d.Creator, d.Credit, d.Copyright, d.Source, d.Mining, d.Terms, d.Licensor} {
		h.Write(binary.AppendUvarint(nil, uint64(len(s))))
		h.Write([]byte(s))
	}
	fmt.Fprint(h, f.Rect)
	f.Key = strings.ToLower(base32.HexEncoding.EncodeToString(h.Sum(nil)[:10]))
	return f
}

// Cut returns the part of the picture that a shape shows: what somebody chose,
// else the largest part of that shape nearest to the focus.
func (p *Picture) Cut(r Ratio) Rect {
	whole := Rect{Width: p.Width, Height: p.Height}
	of := r.Of()
	if of == 0 || p.Width < 1 || p.Height < 1 {
		return whole
	}
	if c, ok := p.Crops[r]; ok {
		return c
	}
	c := whole
	if float64(p.Width) > of*float64(p.Height) {
		c.Width = max(1, int(math.Round(of*float64(p.Height))))
	} else {
		c.Height = max(1, int(math.Round(float64(p.Width)/of)))
	}
	near := func(at float64, part, all int) int {
		return min(max(0, int(math.Round(at*float64(all)-float64(part)/2))), all-part)
	}
	c.X, c.Y = near(p.Focus.X, c.Width, p.Width), near(p.Focus.Y, c.Height, p.Height)
	return c
}

// Widths returns the widths that the frame is made in, the smallest first.
// None is larger than the picture.
func (f Frame) Widths() []int {
	if f.Ratio == Social {
		return []int{min(1200, f.Rect.Width)}
	}
	var out []int
	for _, w := range ladder {
		if w < f.Rect.Width {
			out = append(out, w)
		}
	}
	if f.Rect.Width <= ladder[len(ladder)-1] {
		out = append(out, f.Rect.Width)
	}
	return out
}

// Height returns the height of the rendition of a width.
func (f Frame) Height(width int) int {
	of := f.Ratio.Of()
	if of == 0 {
		of = float64(f.Rect.Width) / float64(max(1, f.Rect.Height))
	}
	return max(1, int(math.Round(float64(width)/of)))
}

// Formats returns the formats that the frame is made in, the smallest bytes
// first; the last is what every browser shows. What moves does so as WebP, and
// stands still in the last: as GIF it would be several times as large. A format
// that cannot hold the largest of the renditions is left out.
func (f Frame) Formats(avif bool) []Format {
	last := JPEG
	if f.Transparent {
		last = PNG
	}
	if f.Ratio == Social { // for the machines of others, which know no more
		return []Format{last}
	}
	widths := f.Widths()
	width := widths[len(widths)-1]
	height := f.Height(width)
	var out []Format
	// The Advanced Profile of AVIF's specification, which phones decode.
	if avif && !f.Moves && width <= 16384 && height <= 8704 && width*height <= 35_651_584 {
		out = append(out, AVIF)
	}
	if max(width, height) <= 16383 {
		out = append(out, WebP)
	}
	return append(out, last)
}

// MaxSide is how wide and how high a picture can be, in pixels: JPEG
// has no more.
const MaxSide = 65535

// Path returns the address of a rendition on the site. What stands there never
// changes, but for the time before it is made.
func (f Frame) Path(width int, format Format) string {
	return fmt.Sprintf("/media/%s/%d.%s", f.Key, width, format)
}

// Alt returns the alternative text in a language, empty if there is none.
func (p *Picture) Alt(l Lang) string { return p.Words[l].Alt }

// Caption returns the caption in a language, empty if there is none.
func (p *Picture) Caption(l Lang) string { return p.Words[l].Caption }

// Expired reports whether the right to show it has ended.
func (p *Picture) Expired(now time.Time) bool { return !p.Expires.IsZero() && !now.Before(p.Expires) }

// Bring takes a received file into the newsroom as a new picture.
func Bring(actor User, id PictureID, file PictureFile, said Description, now time.Time) (*Picture, error) {
	if err := May(actor, ActPicture, nil); err != nil {
		return nil, err
	}
	p := &Picture{ID: id, PictureFile: file, Focus: Point{0.5, 0.5}, Guessed: true, Created: now, Author: actor.ID}
	p.Name = CleanLine(p.Name)
	return p, p.describe(actor, said, now)
}

// Describe replaces the whole description.
func (p *Picture) Describe(actor User, said Description, now time.Time) error {
	if err := May(actor, ActPicture, nil); err != nil {
		return err
	}
	return p.describe(actor, said, now)
}

func (p *Picture) describe(actor User, said Description, now time.Time) error {
	if err := said.Check(); err != nil {
		return err
	}
	p.Description = said
	p.Touched, p.TouchedBy = now, actor.ID
	return nil
}

// Crop says where the focus is and what parts are shown. It replaces every crop.
func (p *Picture) Crop(actor User, focus Point, crops map[Ratio]Rect, now time.Time) error {
	if err := May(actor, ActPicture, nil); err != nil {
		return err
	}
	if !(focus.X >= 0 && focus.X <= 1 && focus.Y >= 0 && focus.Y <= 1) { // also of NaN
		return Errorf(Invalid, "focus", "is outside of the picture: give x and y between 0 and 1")
	}
	for r, c := range crops {
		field := "crops." + string(r)
		of := r.Of()
		switch {
		case of == 0:
			return Errorf(Invalid, field, "%q is none of 16x9, 4x3, 1x1, social", string(r))
		case c.Width < 1 || c.Height < 1 || c.X < 0 || c.Y < 0 || c.Width > p.Width-c.X || c.Height > p.Height-c.Y:
			return Errorf(Invalid, field, "is not inside of the picture, which has %d × %d pixels", p.Width, p.Height)
		case math.Abs(float64(c.Width)-of*float64(c.Height)) > max(of, 1)+0.01*float64(c.Width):
			return Errorf(Invalid, field, "does not have the shape %s", string(r))
		}
	}
	p.Focus, p.Guessed, p.Crops = focus, false, crops
	p.Touched, p.TouchedBy = now, actor.ID
	return nil
}

// Replace shows another picture wherever this one is used; nil takes that back.
func (p *Picture) Replace(actor User, by *Picture, now time.Time) error {
	if err := May(actor, ActReplace, nil); err != nil {
		return err
	}
	switch {
	case by == nil:
		p.Replacement = ""
	case by.ID == p.ID:
		return Errorf(Invalid, "replacement", "is the picture itself")
	case by.Replacement != "":
		return Errorf(Invalid, "replacement", "has been replaced itself; name the picture that stands in its place")
	default:
		p.Replacement = by.ID
	}
	p.Touched, p.TouchedBy = now, actor.ID
	return nil
}

// Check puts a description into the form that is stored and returns an Error
// about the first field that breaks a rule.
func (d *Description) Check() error {
	type line struct {
		field string
		text  *string
		limit int
	}
	lines := []line{{"headline", &d.Headline, MaxHeadline}, {"creator", &d.Creator, MaxLine}, {"credit", &d.Credit, MaxLine},
		{"copyright", &d.Copyright, MaxLine}, {"digital_source", &d.Source, MaxURL}, {"mining", &d.Mining, MaxURL},
		{"terms", &d.Terms, MaxURL}, {"licensor", &d.Licensor, MaxURL}}
	words := map[Lang]PictureWords{}
	for l, w := range d.Words {
		w.Alt, w.Caption = CleanLine(w.Alt), CleanLine(w.Caption)
		for field, text := range map[string]string{"alt": w.Alt, "caption": w.Caption} {
			if n := utf8.RuneCountInString(text); n > MaxStandfirst {
				return Errorf(Invalid, field+"."+string(l), "is %d characters long; at most %d are allowed", n, MaxStandfirst)
			}
		}
		if w != (PictureWords{}) {
			words[l] = w
		}
	}
	d.Words = words
	for _, f := range lines {
		if *f.text = CleanLine(*f.text); utf8.RuneCountInString(*f.text) > f.limit {
			return Errorf(Invalid, f.field, "is %d characters long; at most %d are allowed", utf8.RuneCountInString(*f.text), f.limit)
		}
	}
	for _, f := range []line{{"terms", &d.Terms, 0}, {"licensor", &d.Licensor, 0}} {
		if u, err := url.Parse(*f.text); *f.text != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
			return Errorf(Invalid, f.field, "%.90q is not an address that starts with https://", *f.text)
		}
	}
	return nil
}

// Pictures returns the newsroom's own pictures that the text shows, each once,
// the lead picture first.
func (c *Content) Pictures() []PictureID {
	var out []PictureID
	add := func(id PictureID) {
		if id != "" && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	if c.Picture != nil {
		add(c.Picture.ID)
	}
	if c.Body != nil {
		c.Body.Walk(func(n *prose.Node) bool {
			if n.Type == prose.Picture {
				add(PictureID(n.Attrs.Get("ref")))
			}
			return true
		})
	}
	return out
}

// Discard asks whether the picture may be removed for good. uses is how many
// articles show it, stands whether it is shown in place of another.
func (p *Picture) Discard(actor User, uses int, stands bool) error {
	if err := May(actor, ActReplace, nil); err != nil {
		return err
	}
	switch {
	case uses > 0:
		return Errorf(Conflict, "", "is used in %d articles; show another picture in its place, or take it out of them first", uses)
	case stands:
		return Errorf(Conflict, "", "stands in place of another picture")
	}
	return nil
}
