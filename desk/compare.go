package desk

import (
	"cmp"
	"net/http"
	"strings"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/prose"
	"stet/prose/redline"
	"stet/store"
)

// comparePage sets two texts of an article beside each other, word by word.
type comparePage struct {
	frame.Frame
	Story    frame.Subject
	From, To []frame.Option // the texts there are
	Fields   []comparedField
	Blocks   []comparedBlock
	Same     bool // nothing differs
	Coarse   bool // some texts were too long to be compared word by word
}

// comparedField is a field in which two texts differ.
type comparedField struct {
	Name     string
	Runs     []redline.Run
	Pictures []comparedPicture // instead of words
}

// comparedPicture is one of the newsroom's own pictures in a text.
type comparedPicture struct {
	shown
	Class string // removed, added, or empty for one that stays
	Text  string // the same in words
}

// comparedBlock is a block of the body.
type comparedBlock struct {
	Class   string
	Changed bool
	Labels  []string // that it was moved, what it was before
	Parts   []comparedField
}

func (d *Desk) compare(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	q := v.URL.Query()
	fromRef, toRef := q.Get("from"), cmp.Or(q.Get("to"), latestRef(a))
	from, err := d.DB.Version(v.Context(), a.ID, fromRef)
	if err != nil {
		return err
	}
	to, err := d.DB.Version(v.Context(), a.ID, toRef)
	if err != nil {
		return err
	}
	p := comparePage{}
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Frame, err = d.Frame(v, v.T("compare")); err != nil {
		return err
	}
	if p.From, p.To, err = d.textOptions(v, a.ID, fromRef, toRef); err != nil {
		return err
	}
	pictures, err := d.shownFor(v, append(from.Pictures(), to.Pictures()...), a.Lang)
	if err != nil {
		return err
	}
	p.Fields = compareFields(v, &from.Content, &to.Content)
	if was, now := pictureOf(&from.Content).ID, pictureOf(&to.Content).ID; was != now {
		p.Fields = append(p.Fields, comparedField{Name: v.T("lead_picture"), Pictures: comparePictures(v, pictures, was, now)})
	}
	c := redline.Compare(bodyOf(from), bodyOf(to))
	p.Same, p.Coarse = len(p.Fields) == 0, c.Coarse
	for _, b := range c.Blocks {
		block := compareBlock(v, b, pictures)
		p.Same = p.Same && !block.Changed
		p.Blocks = append(p.Blocks, block)
	}
	return d.Page(w, http.StatusOK, "compare", &p)
}

// latestRef names the text that somebody would go on from.
func latestRef(a *stet.Article) string {
	switch {
	case a.Working != nil:
		return store.RefWorking
	case a.Scheduled != nil:
		return store.RefScheduled
	case a.Current != nil:
		return a.Current.Ref()
	}
	return ""
}

func bodyOf(r *stet.Revision) *prose.Doc {
	if r.Body == nil {
		return &prose.Doc{}
	}
	return r.Body
}

// textOptions are the texts of an article, for two lists, each with one chosen.
func (d *Desk) textOptions(v *frame.Visit, id stet.ArticleID, from, to string) (first, second []frame.Option, err error) {
	lines, err := d.DB.History(v.Context(), id)
	if err != nil {
		return nil, nil, err
	}
	names, err := d.Names(v)
	if err != nil {
		return nil, nil, err
	}
	seen := map[string]bool{"": true}
	for _, l := range lines {
		if seen[l.Ref] {
			continue
		}
		seen[l.Ref] = true
		said := newActivity(v, l, names)
		text := said.At.Text + " · " + said.Who + " " + said.Text
		if l.Ref == store.RefWorking {
			text = v.T("text_working") + " · " + text
		}
		first = append(first, frame.Option{Value: l.Ref, Text: text, Chosen: l.Ref == from})
		second = append(second, frame.Option{Value: l.Ref, Text: text, Chosen: l.Ref == to})
	}
	return first, second, nil
}

// compareFields lists the fields other than the body in which two texts differ.
func compareFields(v *frame.Visit, from, to *stet.Content) []comparedField {
	var out []comparedField
	for _, f := range []struct {
		name     string
		was, now string
	}{
		{"kicker", from.Kicker, to.Kicker},
		{"headline", from.Headline, to.Headline},
		{"standfirst", from.Standfirst, to.Standfirst},
		{"section", from.Section, to.Section},
		{"topics", strings.Join(from.Topics, ", "), strings.Join(to.Topics, ", ")},
		{"authors", bylines(from), bylines(to)},
		{"dateline", from.Dateline, to.Dateline},
		{"source.name", sourceOf(from).Name, sourceOf(to).Name},
		{"source.url", sourceOf(from).URL, sourceOf(to).URL},
		{"genre", string(from.Genre), string(to.Genre)},
		{"slug", from.Slug, to.Slug},
		{"canonical", from.Canonical, to.Canonical},
		{"licence", from.Licence, to.Licence},
		{"picture.url", pictureOf(from).URL, pictureOf(to).URL},
		{"picture.alt", pictureOf(from).Alt, pictureOf(to).Alt},
		{"picture.caption", pictureOf(from).Caption, pictureOf(to).Caption},
		{"picture.credit", pictureOf(from).Credit, pictureOf(to).Credit},
	} {
		if f.was != f.now {
			out = append(out, comparedField{Name: v.Field(f.name), Runs: redline.Line(f.was, f.now)})
		}
	}
	return out
}

func bylines(c *stet.Content) string {
	names := make([]string, len(c.Bylines))
	for i, b := range c.Bylines {
		names[i] = cmp.Or(b.Name, b.Key)
	}
	return strings.Join(names, ", ")
}

func sourceOf(c *stet.Content) stet.Source {
	if c.Source == nil {
		return stet.Source{}
	}
	return *c.Source
}

func pictureOf(c *stet.Content) stet.PictureUse {
	if c.Picture == nil {
		return stet.PictureUse{}
	}
	return *c.Picture
}

// blockClasses are the classes of blocks that look otherwise than a paragraph.
var blockClasses = map[string]string{
	prose.Heading: "heading", prose.CodeBlock: "code", prose.Picture: "figure", prose.Embed: "figure", prose.Divider: "divider",
}

// comparePictures shows a picture and the one that came in its place.
func comparePictures(v *frame.Visit, known map[stet.PictureID]shown, was, now stet.PictureID) []comparedPicture {
	var out []comparedPicture
	add := func(id stet.PictureID, class, text string) {
		if id == "" {
			return
		}
		p, ok := known[id]
		if !ok {
			p.Name = string(id)
		}
		out = append(out, comparedPicture{p, class, text})
	}
	if was == now {
		add(now, "", "")
		return out
	}
	add(was, "removed", v.T("compare_picture_out"))
	add(now, "added", v.T("compare_picture_in"))
	return out
}

func compareBlock(v *frame.Visit, b redline.Block, pictures map[stet.PictureID]shown) comparedBlock {
	out := comparedBlock{Class: blockClasses[b.Type], Changed: b.Change != redline.Same || b.Moved}
	for _, inside := range b.Inside {
		switch inside {
		case prose.Quote, prose.FactBox:
			out.Class += " inset"
		case prose.ListItem:
			out.Class += " item"
		}
	}
	switch {
	case b.Change == redline.Added:
		out.Class += " added"
	case b.Change == redline.Removed:
		out.Class += " removed"
	case !out.Changed:
		out.Class += " same"
	}
	if b.Moved {
		out.Labels = append(out.Labels, v.T("compare_moved"))
	}
	if b.Was != "" {
		out.Labels = append(out.Labels, v.T("compare_was", "type", nodeName(v, b.Was)))
	}
	for _, p := range b.Parts {
		if p.Name == "ref" {
			var was, now strings.Builder
			for _, r := range p.Runs {
				if r.Change != redline.Added {
					was.WriteString(r.Text)
				}
				if r.Change != redline.Removed {
					now.WriteString(r.Text)
				}
			}
			if b.Change == redline.Added {
				was.Reset()
			}
			out.Parts = append(out.Parts, comparedField{Pictures: comparePictures(v, pictures, stet.PictureID(was.String()), stet.PictureID(now.String()))})
			continue
		}
		changed := false
		for _, r := range p.Runs {
			changed = changed || r.Change != redline.Same
		}
		if p.Name == "" {
			out.Parts = append(out.Parts, comparedField{Runs: p.Runs})
		} else if changed {
			out.Parts = append(out.Parts, comparedField{Name: partName(v, p.Name), Runs: p.Runs})
		}
	}
	return out
}

// nodeName and partName are what people call a node of a body and what is
// written at one; the schema's own word where there is none.
func nodeName(v *frame.Visit, node string) string { return cmp.Or(v.Said("node_"+say.Key(node)), node) }
func partName(v *frame.Visit, name string) string { return cmp.Or(v.Said("part_"+say.Key(name)), name) }
