package native

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"stet"
)

// PictureForm is what people say of a picture of the newsroom's own, in the
// words of the description that files carry too.
type PictureForm struct {
	Alt           map[stet.Lang]string     `json:"alt,omitempty"`
	Caption       map[stet.Lang]string     `json:"caption,omitempty"`
	Headline      string                   `json:"headline,omitempty"`
	Creator       string                   `json:"creator,omitempty"`
	Credit        string                   `json:"credit,omitempty"`
	Copyright     string                   `json:"copyright,omitempty"`
	Taken         *time.Time               `json:"taken,omitempty"`
	DigitalSource string                   `json:"digital_source,omitempty"`
	Mining        string                   `json:"mining,omitempty"`
	Terms         string                   `json:"terms,omitempty"`
	Licensor      string                   `json:"licensor,omitempty"`
	RightsEnd     *time.Time               `json:"rights_end,omitempty"`
	Focus         stet.Point               `json:"focus"`
	Crops         map[stet.Ratio]stet.Rect `json:"crops,omitempty"`
}

// OfPicture writes what is said of a picture.
func OfPicture(p *stet.Picture) *PictureForm {
	f := &PictureForm{
		Headline: p.Headline, Creator: p.Creator, Credit: p.Credit, Copyright: p.Copyright, Taken: given(p.Taken),
		DigitalSource: p.Source, Mining: p.Mining, Terms: p.Terms, Licensor: p.Licensor, RightsEnd: given(p.Expires),
		Alt: map[stet.Lang]string{}, Caption: map[stet.Lang]string{}, Focus: p.Focus, Crops: p.Crops,
	}
	for l, w := range p.Words {
		if w.Alt != "" {
			f.Alt[l] = w.Alt
		}
		if w.Caption != "" {
			f.Caption[l] = w.Caption
		}
	}
	return f
}

// PicturePatch is a picture as a patch asks for it. What the patch says nothing
// of is as it was.
type PicturePatch struct {
	Said      stet.Description
	Focus     stet.Point
	Crops     map[stet.Ratio]stet.Rect
	Describes bool // it names a field of the description
	Cuts      bool // it names the focus or the crops
}

// PatchPicture applies a JSON Merge Patch (RFC 7396) to what is said of a
// picture.
func PatchPicture(p *stet.Picture, patch []byte) (*PicturePatch, error) {
	members, err := object(patch)
	if err != nil {
		return nil, err
	}
	out := &PicturePatch{}
	for name := range members {
		cuts := name == "focus" || name == "crops"
		out.Cuts, out.Describes = out.Cuts || cuts, out.Describes || !cuts
	}
	base := OfPicture(p)
	base.Taken, base.RightsEnd = nil, nil // files say times that nobody may type
	said := stet.Description{Taken: p.Taken, Expires: p.Expires}
	if _, ok := members["taken"]; ok {
		said.Taken = time.Time{}
	}
	if _, ok := members["rights_end"]; ok {
		said.Expires = time.Time{}
	}
	doc, err := json.Marshal(base)
	if err != nil {
		return nil, err
	}
	var target, change any
	if err := json.Unmarshal(doc, &target); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(patch, &change); err != nil {
		return nil, err
	}
	merged, err := json.Marshal(mergePatch(target, change))
	if err != nil {
		return nil, err
	}
	if members, err = object(merged); err != nil {
		return nil, err
	}
	d := &decoder{members: members}
	alt, caption := d.byLang("alt"), d.byLang("caption")
	words := map[stet.Lang]stet.PictureWords{}
	for l, s := range alt {
		words[l] = stet.PictureWords{Alt: s}
	}
	for l, s := range caption {
		words[l] = stet.PictureWords{Alt: alt[l], Caption: s}
	}
	said.Words = words
	for name, into := range map[string]*string{
		"headline": &said.Headline, "creator": &said.Creator, "credit": &said.Credit, "copyright": &said.Copyright,
		"digital_source": &said.Source, "mining": &said.Mining, "terms": &said.Terms, "licensor": &said.Licensor,
	} {
		d.field(name, into)
	}
	if t := d.instant("taken"); t != nil {
		said.Taken = *t
	}
	if t := d.instant("rights_end"); t != nil {
		said.Expires = *t
	}
	out.Said, out.Focus = said, p.Focus
	d.nested("focus", func(in *decoder) {
		in.number("x", &out.Focus.X)
		in.number("y", &out.Focus.Y)
	})
	out.Crops = map[stet.Ratio]stet.Rect{}
	d.nested("crops", func(in *decoder) {
		for _, r := range slices.Sorted(maps.Keys(in.members)) {
			var c stet.Rect
			in.nested(r, func(part *decoder) {
				for name, into := range map[string]*int{"x": &c.X, "y": &c.Y, "width": &c.Width, "height": &c.Height} {
					part.number(name, into)
				}
			})
			out.Crops[stet.Ratio(r)] = c
		}
	})
	for _, name := range slices.Sorted(maps.Keys(d.members)) {
		d.bad(name, "is not a field of a picture that can be changed")
	}
	slices.SortStableFunc(d.errs, func(a, b *stet.Error) int { return strings.Compare(a.Field, b.Field) })
	return out, d.errs.Or()
}

// number takes a member out that must be there and be a number, whole where into
// is.
func (d *decoder) number(name string, into any) {
	raw, ok := d.members[name]
	delete(d.members, name)
	if !ok || raw.Kind() != '0' || jsonv2.Unmarshal(raw, into) != nil {
		if _, whole := into.(*int); whole {
			d.bad(name, "must be a whole number of pixels")
			return
		}
		d.bad(name, "must be a number between 0 and 1")
	}
}
