package desk

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/lang"
)

// clash is a field of a picture's form that two people have changed, each to
// something else.
type clash struct {
	Name   string // of the field
	Label  string
	Theirs string // what the other one has made of it, in words
}

// clashes are what somebody has to decide before a form is saved.
type clashes struct {
	By     string // who changed it last; empty for one who has no name
	At     string
	Fields []clash
}

// errClash ends a transaction that must not save.
var errClash = errors.New("two people have changed the same")

// merge makes one form of two that began with the same. Each form also says in
// was.NAME what it began with, and in theirs which fields are decided for the
// other one. It returns the fields that are as the other form has them, and those
// that both have changed, each in the order of their names.
func merge(mine url.Values, theirs map[string]string) (theirsIn, clash []string) {
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		was, is := theirs[name], mine.Get(name)
		if mine.Has("was." + name) {
			was = mine.Get("was." + name)
		}
		switch there := theirs[name]; {
		case !mine.Has(name) || oneLine(is) == oneLine(there) || slices.Contains(mine["theirs"], name) || oneLine(is) == oneLine(was):
			theirsIn = append(theirsIn, name)
		case oneLine(there) != oneLine(was):
			clash = append(clash, name)
		}
	}
	return theirsIn, clash
}

// oneLine is a text as a description keeps it, however a browser sends its line
// ends.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// clashing tells what two people have made of a picture, for its page.
func (d *Desk) clashing(v *frame.Visit, p *stet.Picture, names []string, theirs map[string]string) (*clashes, error) {
	people, err := d.Names(v)
	if err != nil {
		return nil, err
	}
	out := &clashes{By: people.Of(p.TouchedBy), At: v.Language.DateTime(p.Touched.In(v.Zone))}
	for _, name := range names {
		said := theirs[name]
		switch field, _, _ := strings.Cut(name, "."); field {
		case "digital_source", "mining":
			for _, o := range terms(v, field, nil, said) {
				if o.Value == said {
					said = o.Text
				}
			}
		case "taken", "rights_end":
			said = strings.Replace(said, "T", " ", 1)
		case "focus", "crops":
			said = shownPart(v, name, said)
		}
		if said == "" {
			said = v.T("picture_clash_nothing")
		}
		out.Fields = append(out.Fields, clash{name, pictureField(v, name), said})
	}
	return out, nil
}

// pictureField is what a field of a picture's forms is called: alt.ru, crops.16x9.
func pictureField(v *frame.Visit, name string) string {
	field, of, ok := strings.Cut(name, ".")
	if !ok || v.Said(say.Key("field_"+name)) != "" {
		return v.Field(name)
	}
	if ratio := v.Said(say.Key("ratio_" + of)); ratio != "" {
		return v.Field(field) + " (" + ratio + ")"
	}
	return v.Field(field) + " (" + lang.Get(of).Name + ")"
}

// shownPart says a focus or a part of a picture in words.
func shownPart(v *frame.Visit, name, said string) string {
	n := strings.Fields(said)
	switch {
	case name == "focus" && len(n) == 2:
		return v.T("picture_focus_x") + " " + n[0] + ", " + v.T("picture_focus_y") + " " + n[1]
	case len(n) == 3:
		return fmt.Sprintf("%s %s, %s %s, %s %s", v.T("picture_part_x"), n[0], v.T("picture_part_y"), n[1], v.T("picture_part_width"), n[2])
	}
	return v.T("picture_around")
}

// partsOf are the focus and the parts of a picture as its form has them: numbers
// in one line, empty for a part around the focus.
func partsOf(p *stet.Picture) map[string]string {
	out := map[string]string{"focus": percent(p.Focus.X) + " " + percent(p.Focus.Y)}
	for _, r := range ratios {
		out["crops."+string(r)] = ""
		if c, ok := p.Crops[r]; ok {
			out["crops."+string(r)] = fmt.Sprintf("%d %d %d", c.X, c.Y, c.Width)
		}
	}
	return out
}

// partsForm is a form of focus and parts with the numbers of each in one line,
// beside what says how it began.
func partsForm(form url.Values) url.Values {
	out := url.Values{"theirs": form["theirs"], "focus": {oneLine(form.Get("focus.x") + " " + form.Get("focus.y"))}}
	for _, r := range ratios {
		name := "crops." + string(r)
		out.Set(name, oneLine(form.Get(name+".x")+" "+form.Get(name+".y")+" "+form.Get(name+".width")))
		if strings.TrimSpace(form.Get(name+".width")) == "" {
			out.Set(name, "")
		}
	}
	for name := range form {
		if strings.HasPrefix(name, "was.") {
			out.Set(name, form.Get(name))
		}
	}
	return out
}
