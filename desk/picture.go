package desk

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/lang"
	"stet/store"
)

// pictureRoutes are the pages of pictures.
func (d *Desk) pictureRoutes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /desk/pictures/{id}", Act: stet.ActPicture, Serve: d.showPicture},
		{Pattern: "GET /desk/pictures/{id}/original", Act: stet.ActPicture, Serve: d.original},
		{Pattern: "POST /desk/pictures/{id}/describe", Act: stet.ActPicture, Serve: d.describe},
		{Pattern: "POST /desk/pictures/{id}/crop", Act: stet.ActPicture, Serve: d.crop},
		{Pattern: "GET /desk/pictures/{id}/replace", Act: stet.ActReplace, Serve: d.askReplace},
		{Pattern: "POST /desk/pictures/{id}/replace", Act: stet.ActReplace, Serve: d.replace},
		{Pattern: "POST /desk/pictures/{id}/remove", Act: stet.ActReplace, Serve: d.discard},
	}
}

// picturePath is the address of a picture on the desk.
func picturePath(id stet.PictureID) string { return "/desk/pictures/" + url.PathEscape(string(id)) }

// picture loads the picture that a request names, for somebody who may do the
// act to it.
func (d *Desk) picture(v *frame.Visit, act stet.Act) (*stet.Picture, error) {
	if err := stet.May(v.User(), act, nil); err != nil {
		return nil, err
	}
	return d.DB.Picture(v.Context(), stet.PictureID(v.PathValue("id")))
}

// shown is a picture as a page of the desk shows it.
type shown struct {
	ID      stet.PictureID `json:"id"`
	Href    string         `json:"href"` // its page
	Src     string         `json:"src"`
	Width   int            `json:"width"` // of the picture
	Height  int            `json:"height"`
	Name    string         `json:"name"` // how a list calls it
	Alt     string         `json:"alt"`  // what the picture's own words say in a language
	Caption string         `json:"caption"`
	Credit  string         `json:"credit"`
	Ended   string         `json:"ended,omitempty"` // when the right to show it ended

	Lang, Dir string      `json:"-"` // of Alt and Caption
	NoAlt     bool        `json:"-"`
	Guessed   bool        `json:"-"`
	Replaced  bool        `json:"-"`
	Since     *frame.When `json:"-"`
}

// shown is a picture for somebody who works in a language, in a rendition at
// least so wide.
func (d *Desk) shown(v *frame.Visit, p *stet.Picture, l stet.Lang, wide int) shown {
	in := lang.Get(string(l))
	s := shown{
		ID: p.ID, Href: picturePath(p.ID), Src: d.src(p, stet.Natural, wide), Width: p.Width, Height: p.Height,
		Alt: p.Alt(l), Caption: p.Caption(l), Credit: p.Credit, Lang: in.Code, Dir: in.Dir,
		NoAlt: p.Alt(l) == "", Guessed: p.Guessed, Replaced: p.Replacement != "", Since: v.About(p.Created),
	}
	s.Name = cmp.Or(p.Headline, s.Alt, s.Caption)
	for _, other := range v.Site.Langs() {
		s.Name = cmp.Or(s.Name, p.Alt(other), p.Caption(other))
	}
	s.Name = cmp.Or(s.Name, p.PictureFile.Name, v.T("picture"))
	if p.Expired(v.Now) {
		s.Ended = v.Language.Date(p.Expires.In(v.Site.Zone))
	}
	return s
}

// src is the address of a picture in a shape, at least so wide where it is.
func (d *Desk) src(p *stet.Picture, r stet.Ratio, wide int) string {
	f := p.Frame(r)
	widths := f.Widths()
	if len(widths) == 0 {
		return ""
	}
	i := slices.IndexFunc(widths, func(w int) bool { return w >= wide })
	if i < 0 {
		i = len(widths) - 1
	}
	return d.MediaURL + f.Path(widths[i], f.Formats(false)[0])
}

// picturePage is all that is said of a picture, where it is used and what is
// shown of it.
type picturePage struct {
	frame.Frame
	Picture   shown
	File      []fact
	May       pictureRights
	Fields    map[string]string // of the description
	Was       []fact            // what the description was when the form was made
	WasParts  []fact            // and the focus and the parts
	Languages []described       // that somebody has to describe it in
	Others    []described
	Sources   []frame.Option // digital source types
	Minings   []frame.Option
	Zone      string
	Faults    []frame.Detail
	Clashes   *clashes // in the description
	Parts     *clashes // in the focus and the parts
	Warnings  []string
	Uses      []pictureUse
	Original  string  // what the file that was received is; empty where it is not kept
	Same      []shown // with the same bytes
	Alike     []shown // others that look like it
	Instead   *shown  // what is shown in its place
	Focus     stet.Point
	Guessed   bool
	Crops     []cropped
	Whole     string // where readers see all of it
	Steps     []step
	Script    map[string]string
}

// pictureRights is what the person may do to a picture.
type pictureRights struct{ Describe, Replace bool }

// fact is something known of a file.
type fact struct{ Name, Text string }

// described is a language in which a picture is described.
type described struct{ Code, Dir, Name string }

// pictureUse is a text that uses a picture.
type pictureUse struct {
	Href, Headline string
	Lang, Dir      string
	Live           bool
}

// cropped is what is shown of a picture in one shape.
type cropped struct {
	Ratio      stet.Ratio
	Name       string
	Where      string  // where readers meet this shape
	Of         float64 // width by height
	Chosen     bool    // somebody chose it
	Rect       stet.Rect
	X, Y, Wide string // as the form has them; empty for around the focus
}

// step is a way to move the focus without a script.
type step struct{ Value, Text, Sign string }

func (d *Desk) showPicture(w http.ResponseWriter, v *frame.Visit) error {
	p, err := d.picture(v, stet.ActPicture)
	if err != nil {
		return err
	}
	return d.picturePage(w, v, p, typed{})
}

// typed is what a form of a picture's page said that was not saved, and why.
type typed struct {
	said    url.Values // of the description
	clashes *clashes
	looks   *stet.Picture // with the focus and the parts that were asked for
	parts   *clashes
	refused error
}

// picturePage answers with a picture's page.
func (d *Desk) picturePage(w http.ResponseWriter, v *frame.Visit, p *stet.Picture, form typed) error {
	u := v.User()
	own := d.pictureLang(v)
	if form.looks == nil {
		form.looks = p
	}
	page := &picturePage{
		Picture: d.shown(v, p, own, 960), Zone: v.Site.Zone.String(), Focus: form.looks.Focus, Guessed: p.Guessed,
		May:    pictureRights{stet.May(u, stet.ActPicture, nil) == nil, stet.May(u, stet.ActReplace, nil) == nil},
		Fields: pictureFields(p, v.Site), WasParts: sortedFacts(partsOf(p)), Script: pictureScript(v),
		Clashes: form.clashes, Parts: form.parts,
	}
	page.Was = sortedFacts(page.Fields)
	if d.Media != nil {
		page.Original = pictureKind(p) + ", " + fileSize(v, p.Bytes)
	}
	for name := range page.Fields {
		if form.said.Has(name) {
			page.Fields[name] = form.said.Get(name)
		}
	}
	status := http.StatusOK
	switch {
	case form.clashes != nil || form.parts != nil:
		status = http.StatusConflict
	case form.refused != nil:
		status = http.StatusUnprocessableEntity
		var all stet.Errors
		var one *stet.Error
		if errors.As(form.refused, &one) {
			all = stet.Errors{one}
		}
		errors.As(form.refused, &all)
		page.Faults = frame.Details(v, v.InOwnWords(form.refused))
		for i := range page.Faults {
			page.Faults[i].Field = pictureField(v, all[i].Field)
		}
	}
	page.Sources = terms(v, "digital_source", digitalSources, page.Fields["digital_source"])
	page.Minings = terms(v, "mining", minings, page.Fields["mining"])
	page.Crops, page.Steps = d.croppeds(v, form.looks), steps(v)
	page.Whole = d.places(v, stet.Natural)
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	page.File = pictureFacts(v, p, names)
	uses, err := d.DB.PictureUses(v.Context(), u, p.ID)
	if err != nil {
		return err
	}
	page.Uses = pictureUses(uses)
	needed := []stet.Lang{own}
	for _, use := range uses {
		needed = append(needed, use.Lang)
	}
	page.Warnings = pictureWarnings(v, p, needed)
	for _, l := range v.Site.Langs() {
		in := lang.Get(string(l))
		as := described{in.Code, in.Dir, in.Name}
		switch {
		case l == own:
			page.Languages = slices.Insert(page.Languages, 0, as)
		case slices.Contains(needed, l) || page.Alt(as.Code) != "" || page.Caption(as.Code) != "":
			page.Languages = append(page.Languages, as)
		default:
			page.Others = append(page.Others, as)
		}
	}
	same, err := d.DB.SamePictures(v.Context(), p.Hash)
	if err != nil {
		return err
	}
	for _, other := range same {
		if other.ID != p.ID {
			page.Same = append(page.Same, d.shown(v, other, own, 320))
		}
	}
	alike, err := d.DB.Alike(v.Context(), p.ID, mostAlike+len(same))
	if err != nil {
		return err
	}
	for _, other := range alike {
		if other.Hash != p.Hash && len(page.Alike) < mostAlike {
			page.Alike = append(page.Alike, d.shown(v, other, own, 320))
		}
	}
	if p.Replacement != "" {
		by, err := d.DB.Picture(v.Context(), p.Replacement)
		if err != nil {
			return err
		}
		instead := d.shown(v, by, own, 320)
		page.Instead = &instead
	}
	if page.Frame, err = d.Frame(v, page.Picture.Name); err != nil {
		return err
	}
	page.Here = "pictures"
	return d.Page(w, status, "picture", page)
}

// mostAlike is how many similar pictures a picture's page shows.
const mostAlike = 8

// pictureLang is the language in which lists of pictures call them.
func (d *Desk) pictureLang(v *frame.Visit) stet.Lang { return frame.FirstLang(v.Person, v.Site) }

// pictureUses are the texts that use a picture, for a page.
func pictureUses(uses []store.PictureUse) []pictureUse {
	out := make([]pictureUse, len(uses))
	for i, use := range uses {
		in := lang.Get(string(use.Lang))
		out[i] = pictureUse{frame.ArticlePath(use.Article), use.Headline, in.Code, in.Dir, use.Live}
	}
	return out
}

// pictureWarnings are what somebody should do something about. needed are the
// languages that it has to be described in.
func pictureWarnings(v *frame.Visit, p *stet.Picture, needed []stet.Lang) []string {
	var out, without []string
	switch {
	case p.Expired(v.Now):
		out = append(out, v.T("picture_ended", "date", v.Language.DateTime(p.Expires.In(v.Site.Zone))))
	case !p.Expires.IsZero():
		out = append(out, v.T("picture_ends", "date", v.Language.DateTime(p.Expires.In(v.Site.Zone))))
	}
	for _, l := range v.Site.Langs() {
		if p.Alt(l) == "" && slices.Contains(needed, l) {
			without = append(without, lang.Get(string(l)).Name)
		}
	}
	if len(without) > 0 {
		out = append(out, v.T("picture_no_alt", "langs", v.Language.List(without)))
	}
	return out
}

// pictureFacts are what is known of the file.
func pictureFacts(v *frame.Visit, p *stet.Picture, names *frame.People) []fact {
	kind := pictureKind(p)
	if p.Moves {
		kind += ", " + v.T("picture_moves")
	}
	out := []fact{
		{v.T("picture_file"), p.PictureFile.Name},
		{v.T("picture_kind"), kind},
		{v.T("picture_size"), v.T("picture_pixels", "width", p.Width, "height", p.Height) + ", " + fileSize(v, p.Bytes)},
		{v.T("picture_in"), v.Language.DateTime(p.Created.In(v.Zone))},
		{v.T("picture_by"), names.Of(p.Author)},
	}
	if p.TouchedBy != p.Author || !p.Touched.Equal(p.Created) {
		out = append(out, fact{v.T("touched"), v.Language.DateTime(p.Touched.In(v.Zone)) + " · " + names.Of(p.TouchedBy)})
	}
	return slices.DeleteFunc(out, func(f fact) bool { return f.Text == "" })
}

// pictureFields are a description as its form has it.
func pictureFields(p *stet.Picture, site *stet.Site) map[string]string {
	out := map[string]string{
		"headline": p.Headline, "creator": p.Creator, "credit": p.Credit, "copyright": p.Copyright, "taken": frame.Wall(p.Taken, site.Zone),
		"digital_source": p.Source, "mining": p.Mining, "terms": p.Terms, "licensor": p.Licensor, "rights_end": frame.Wall(p.Expires, site.Zone),
	}
	for _, l := range site.Langs() {
		out["alt."+string(l)], out["caption."+string(l)] = p.Alt(l), p.Caption(l)
	}
	return out
}

// pictureKind is what a file is called after its format.
func pictureKind(p *stet.Picture) string {
	if p.Type == "image/webp" {
		return "WebP"
	}
	return strings.ToUpper(strings.TrimPrefix(p.Type, "image/"))
}

// sortedFacts are named texts in the order of their names.
func sortedFacts(of map[string]string) []fact {
	var out []fact
	for _, name := range slices.Sorted(maps.Keys(of)) {
		out = append(out, fact{name, of[name]})
	}
	return out
}

// fileSize says how large a file is.
func fileSize(v *frame.Visit, bytes int64) string {
	if kb := (bytes + 999) / 1000; kb < 1000 {
		return v.T("size_kb", "n", int(kb))
	}
	mb := strconv.FormatFloat(float64(bytes)/1e6, 'f', 1, 64)
	if v.Lang != "en" {
		mb = strings.Replace(mb, ".", ",", 1)
	}
	return v.T("size_mb", "n", mb)
}

// Alt and Caption are fields of the form.
func (p *picturePage) Alt(code string) string     { return p.Fields["alt."+code] }
func (p *picturePage) Caption(code string) string { return p.Fields["caption."+code] }

// Value is what a field holds.
func (p *picturePage) Value(name string) string { return p.Fields[name] }

// Label is what a field is called.
func (p *picturePage) Label(name string) string { return p.Field(name) }

// digitalSources are the terms of IPTC's vocabulary of digital source types
// that are of use to a newsroom, the commonest first.
var digitalSources = []string{
	"digitalCapture", "negativeFilm", "positiveFilm", "print", "humanEdits", "computationalCapture", "compositeCapture", "algorithmicallyEnhanced",
	"digitalCreation", "dataDrivenMedia", "screenCapture", "virtualRecording", "composite",
	"compositeWithTrainedAlgorithmicMedia", "trainedAlgorithmicMedia", "algorithmicMedia", "compositeSynthetic",
}

// minings are the terms of PLUS's vocabulary of data mining.
var minings = []string{
	"DMI-UNSPECIFIED", "DMI-ALLOWED", "DMI-PROHIBITED-AIMLTRAINING", "DMI-PROHIBITED-GENAIMLTRAINING",
	"DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING", "DMI-PROHIBITED", "DMI-PROHIBITED-SEECONSTRAINT",
}

// vocabularies are where the terms of a field stand.
var vocabularies = map[string]string{
	"digital_source": "http://cv.iptc.org/newscodes/digitalsourcetype/",
	"mining":         "http://ns.useplus.org/ldf/vocab/",
}

// terms are the choices of a field with a vocabulary; one that is said already
// and is none of them stays.
func terms(v *frame.Visit, field string, names []string, chosen string) []frame.Option {
	out := []frame.Option{{Value: "", Text: v.T("picture_unsaid"), Chosen: chosen == ""}}
	known := chosen == ""
	for _, name := range names {
		value := vocabularies[field] + name
		known = known || value == chosen
		key := say.Key("picture_" + field + "_" + strings.ToLower(strings.ReplaceAll(name, "-", "_")))
		out = append(out, frame.Option{Value: value, Text: v.T(key), Chosen: value == chosen})
	}
	if !known {
		out = append(out, frame.Option{Value: chosen, Text: chosen, Chosen: true})
	}
	return out
}

// describe says what a picture shows, whose it is and what may be done with it.
func (d *Desk) describe(w http.ResponseWriter, v *frame.Visit) error {
	p, err := d.picture(v, stet.ActPicture)
	if err != nil {
		return err
	}
	var form url.Values
	var theirs map[string]string
	var both []string
	taken, err := v.SiteTime("taken")
	if err == nil {
		var expires time.Time
		if expires, err = v.SiteTime("rights_end"); err == nil {
			_, err = d.DB.UpdatePictures(v.Context(), v.User(), []stet.PictureID{p.ID}, v.Now, func(ps []*stet.Picture) error {
				p, theirs = ps[0], pictureFields(ps[0], v.Site)
				form = maps.Clone(v.PostForm)
				var kept []string
				if kept, both = merge(form, theirs); len(both) > 0 {
					return errClash
				}
				for _, name := range kept {
					form.Set(name, theirs[name])
				}
				return p.Describe(v.User(), descriptionTyped(v, p, form, taken, expires), v.Now)
			})
		}
	}
	switch {
	case errors.Is(err, errClash):
		kept, _ := merge(form, theirs)
		for _, name := range kept {
			form.Set(name, theirs[name])
		}
		clashes, err := d.clashing(v, p, both, theirs)
		if err != nil {
			return err
		}
		return d.picturePage(w, v, p, typed{said: form, clashes: clashes})
	case stet.Is(err, stet.Invalid):
		return d.picturePage(w, v, p, typed{said: v.PostForm, refused: err})
	case err != nil:
		return err
	}
	return frame.SeeOther(w, v, picturePath(p.ID)+"?did=described")
}

// descriptionTyped is what a form says of a picture. What the form has no field for
// stays, and so do moments that it shows as they are.
func descriptionTyped(v *frame.Visit, p *stet.Picture, form url.Values, taken, expires time.Time) stet.Description {
	said := p.Description
	said.Words = map[stet.Lang]stet.PictureWords{}
	for l, w := range p.Words {
		said.Words[l] = w
	}
	for _, l := range v.Site.Langs() {
		if code := string(l); form.Has("alt."+code) || form.Has("caption."+code) {
			said.Words[l] = stet.PictureWords{Alt: form.Get("alt." + code), Caption: form.Get("caption." + code)}
		}
	}
	for name, field := range map[string]*string{
		"headline": &said.Headline, "creator": &said.Creator, "credit": &said.Credit, "copyright": &said.Copyright,
		"digital_source": &said.Source, "mining": &said.Mining, "terms": &said.Terms, "licensor": &said.Licensor,
	} {
		if form.Has(name) {
			*field = form.Get(name)
		}
	}
	for name, m := range map[string]struct {
		is   time.Time
		into *time.Time
	}{"taken": {taken, &said.Taken}, "rights_end": {expires, &said.Expires}} {
		if form.Has(name) && form.Get(name) != frame.Wall(*m.into, v.Site.Zone) {
			*m.into = m.is
		}
	}
	return said
}

// ratios are the shapes that can be chosen.
var ratios = []stet.Ratio{stet.Wide, stet.Classic, stet.Square, stet.Social}

// croppeds are the parts that are shown of a picture.
func (d *Desk) croppeds(v *frame.Visit, p *stet.Picture) []cropped {
	var out []cropped
	for _, r := range ratios {
		c := cropped{Ratio: r, Name: v.T(say.Key("ratio_" + r)), Where: d.places(v, r), Of: r.Of(), Rect: p.Cut(r)}
		if chosen, ok := p.Crops[r]; ok {
			c.Chosen = true
			c.X, c.Y, c.Wide = strconv.Itoa(chosen.X), strconv.Itoa(chosen.Y), strconv.Itoa(chosen.Width)
		}
		out = append(out, c)
	}
	return out
}

// pagePlaces are where pages show pictures, as themes name them.
var pagePlaces = []string{"lead", "text", "wide", "gallery", "first", "second", "more", "list"}

// places says where readers, or the machines of others, meet a shape.
func (d *Desk) places(v *frame.Visit, r stet.Ratio) string {
	var out []string
	if d.Shapes != nil {
		shapes := d.Shapes()
		for _, place := range pagePlaces {
			if shapes[place] == r {
				out = append(out, v.T(say.Key("place_"+place)))
			}
		}
	}
	switch {
	case r == stet.Social:
		out = append(out, v.T("place_shared"))
	case r != stet.Natural && len(out) == 0:
		out = append(out, v.T("place_machines"))
	}
	return v.Language.List(out)
}

// Percent writes a place in a picture.
func (p *picturePage) Percent(at float64) string { return percent(at) }

func percent(at float64) string {
	return strconv.FormatFloat(float64(int(at*1000+0.5))/10, 'f', -1, 64)
}

// At is where a place is in the picture's pixels.
func (p *picturePage) At(at float64, size int) int { return int(at*float64(size) + 0.5) }

// Mark is how large the mark of the focus is, in the picture's pixels.
func (p *picturePage) Mark() int { return max(p.Picture.Width, p.Picture.Height) / 40 }

// steps move the focus by a twentieth.
var moves = map[string]stet.Point{"left": {X: -0.05}, "right": {X: 0.05}, "up": {Y: -0.05}, "down": {Y: 0.05}}

func steps(v *frame.Visit) []step {
	var out []step
	for _, s := range []step{{Value: "left", Sign: "←"}, {Value: "up", Sign: "↑"}, {Value: "down", Sign: "↓"}, {Value: "right", Sign: "→"}} {
		out = append(out, step{s.Value, v.T("focus_" + say.Key(s.Value)), s.Sign})
	}
	return out
}

// crop says where the focus of a picture is and what parts are shown of it.
func (d *Desk) crop(w http.ResponseWriter, v *frame.Visit) error {
	if err := v.ParseForm(); err != nil {
		return stet.Errorf(stet.Malformed, "", "this form cannot be read")
	}
	p, err := d.picture(v, stet.ActPicture)
	if err != nil {
		return err
	}
	var looks stet.Picture // as the form has it
	var both []string
	_, err = d.DB.UpdatePictures(v.Context(), v.User(), []stet.PictureID{p.ID}, v.Now, func(ps []*stet.Picture) error {
		p = ps[0]
		kept, clash := merge(partsForm(v.PostForm), partsOf(p))
		if v.PostForm.Has("move") {
			kept = slices.DeleteFunc(kept, func(name string) bool { return name == "focus" })
		}
		focus, crops, err := crops(v, p, kept)
		if err != nil {
			return err
		}
		looks, both = *p, clash
		looks.Focus, looks.Crops = focus, crops
		if len(clash) > 0 {
			return errClash
		}
		return p.Crop(v.User(), focus, crops, v.Now)
	})
	switch {
	case errors.Is(err, errClash):
		parts, err := d.clashing(v, p, both, partsOf(p))
		if err != nil {
			return err
		}
		return d.picturePage(w, v, p, typed{looks: &looks, parts: parts})
	case stet.Is(err, stet.Invalid):
		form := typed{refused: err}
		if looks.ID != "" {
			form.looks = &looks
		}
		return d.picturePage(w, v, p, form)
	case err != nil:
		return err
	}
	return frame.SeeOther(w, v, picturePath(p.ID)+"?did=cropped#crop")
}

// crops reads the form of a picture's focus and parts; those that are kept stay
// as the picture has them.
func crops(v *frame.Visit, p *stet.Picture, kept []string) (focus stet.Point, crops map[stet.Ratio]stet.Rect, err error) {
	number := func(name string) (float64, error) {
		n, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(v.PostForm.Get(name)), ",", ".", 1), 64)
		if err != nil {
			return 0, stet.Errorf(stet.Invalid, name, "%.40q is no number", v.PostForm.Get(name))
		}
		return n, nil
	}
	if focus.X, err = number("focus.x"); err != nil {
		return focus, nil, err
	}
	if focus.Y, err = number("focus.y"); err != nil {
		return focus, nil, err
	}
	by := moves[v.PostForm.Get("move")]
	focus.X, focus.Y = focus.X/100+by.X, focus.Y/100+by.Y
	if slices.Contains(kept, "focus") {
		focus = p.Focus
	}
	if by != (stet.Point{}) {
		focus.X, focus.Y = min(max(focus.X, 0), 1), min(max(focus.Y, 0), 1)
	}
	crops = map[stet.Ratio]stet.Rect{}
	for _, r := range ratios {
		name := "crops." + string(r)
		if slices.Contains(kept, name) {
			if c, ok := p.Crops[r]; ok {
				crops[r] = c
			}
			continue
		}
		if strings.TrimSpace(v.PostForm.Get(name+".width")) == "" {
			continue // around the focus
		}
		var n [3]float64
		for i, part := range []string{".x", ".y", ".width"} {
			if n[i], err = number(name + part); err != nil {
				return focus, nil, err
			}
			if n[i] < 0 || n[i] > float64(p.Width+p.Height) {
				return focus, nil, stet.Errorf(stet.Invalid, name, "is not inside of the picture, which has %d × %d pixels", p.Width, p.Height)
			}
		}
		c := stet.Rect{X: int(n[0]), Y: int(n[1]), Width: int(n[2])}
		c.Height = max(1, int(n[2]/r.Of()+0.5))
		crops[r] = c
	}
	return focus, crops, nil
}

// replacePage asks once before another picture is shown everywhere.
type replacePage struct {
	frame.Frame
	Picture, By shown
	Uses        []pictureUse
	Live        int // how many of them readers have
}

// askReplace shows what follows of showing another picture in a picture's place.
func (d *Desk) askReplace(w http.ResponseWriter, v *frame.Visit) error {
	p, err := d.picture(v, stet.ActReplace)
	if err != nil {
		return err
	}
	id := stet.PictureID(v.URL.Query().Get("by"))
	if id == "" {
		return frame.SeeOther(w, v, "/desk/pictures?for="+url.QueryEscape(string(p.ID)))
	}
	by, err := d.DB.Picture(v.Context(), id)
	if err != nil {
		return err
	}
	uses, err := d.DB.PictureUses(v.Context(), v.User(), p.ID)
	if err != nil {
		return err
	}
	own := d.pictureLang(v)
	page := &replacePage{Picture: d.shown(v, p, own, 640), By: d.shown(v, by, own, 640), Uses: pictureUses(uses)}
	for _, use := range uses {
		if use.Live {
			page.Live++
		}
	}
	if page.Frame, err = d.Frame(v, v.T("picture_replace")); err != nil {
		return err
	}
	page.Here = "pictures"
	return d.Page(w, http.StatusOK, "replace", page)
}

// replace shows another picture wherever one is used, or takes that back.
func (d *Desk) replace(w http.ResponseWriter, v *frame.Visit) error {
	p, err := d.picture(v, stet.ActReplace)
	if err != nil {
		return err
	}
	var by *stet.Picture
	did := "unreplaced"
	if id := stet.PictureID(v.PostFormValue("by")); id != "" {
		did = "replaced"
		if by, err = d.DB.Picture(v.Context(), id); err != nil {
			return err
		}
	}
	_, err = d.DB.UpdatePictures(v.Context(), v.User(), []stet.PictureID{p.ID}, v.Now, func(ps []*stet.Picture) error {
		return ps[0].Replace(v.User(), by, v.Now)
	})
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, picturePath(p.ID)+"?did="+did)
}

// discard removes a picture that no text uses.
func (d *Desk) discard(w http.ResponseWriter, v *frame.Visit) error {
	remove := d.DB.RemovePicture
	if d.Media != nil {
		remove = d.Media.Remove // and its files
	}
	if err := remove(v.Context(), v.User(), stet.PictureID(v.PathValue("id"))); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/pictures?did=discarded")
}

// original hands out the file that a picture was received as, as a download only:
// what is in it is the sender's.
func (d *Desk) original(w http.ResponseWriter, v *frame.Visit) error {
	if err := d.mayBring(v); err != nil {
		return err
	}
	p, file, err := d.Media.Original(v.Context(), v.User(), stet.PictureID(v.PathValue("id")))
	if err != nil {
		return err
	}
	defer file.Close()
	name := cmp.Or(p.PictureFile.Name, string(p.ID))
	if path.Ext(name) == "" {
		name += "." + strings.ToLower(strings.Replace(pictureKind(p), "JPEG", "jpg", 1))
	}
	h := w.Header()
	h.Set("Content-Type", p.Type)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	http.ServeContent(w, v.Request, "", time.Time{}, file)
	return nil
}

// pictureScript are the texts that the script of a picture's page says.
func pictureScript(v *frame.Visit) map[string]string {
	out := map[string]string{}
	for name, text := range v.Editor() {
		if strings.HasPrefix(name, "picture_") || strings.HasPrefix(name, "upload_") {
			out[name] = text
		}
	}
	return out
}

// ViewBox is the part of a picture that an SVG shows.
func (c cropped) ViewBox() string {
	return fmt.Sprintf("%d %d %d %d", c.Rect.X, c.Rect.Y, c.Rect.Width, c.Rect.Height)
}
