package front

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"stet"
	"stet/desk/frame"
	"stet/lang"
	"stet/store"
)

// lay returns what stands in the slots with an arrangement.
func (d *Fronts) lay(v *frame.Visit, a *asked) ([]store.BoardRow, error) {
	q := stet.HeadQuery{Lang: a.front.Lang, Limit: len(a.pins)}
	if a.front.Section != "" {
		q.Term, q.Key = stet.SectionTerm, a.front.Section
	}
	heads, err := d.DB.Public().Heads(v.Context(), q)
	if err != nil {
		return nil, err
	}
	newest := make([]store.BoardRow, len(heads))
	for i, h := range heads {
		newest[i] = store.BoardRow{ID: h.ID, Lang: h.Lang, Headline: h.Headline, PublishedAt: h.PublishedAt, Live: stet.LivePublished}
	}
	rows, err := d.rows(v, a.pins)
	if err != nil {
		return nil, err
	}
	pinned := map[int]store.BoardRow{}
	for i, p := range a.pins {
		if r, ok := rows[p.Story]; ok && r.Live == stet.LivePublished {
			pinned[i] = r
		}
	}
	return stet.Lay(len(a.pins), pinned, newest, func(r store.BoardRow) stet.ArticleID { return r.ID }), nil
}

func (d *Fronts) rows(v *frame.Visit, all ...stet.Pins) (map[stet.ArticleID]store.BoardRow, error) {
	var ids []stet.ArticleID
	for _, pins := range all {
		for _, p := range pins {
			if p.Story != "" && !slices.Contains(ids, p.Story) {
				ids = append(ids, p.Story)
			}
		}
	}
	return d.DB.Rows(v.Context(), v.User(), ids)
}

// answer shows an arrangement.
func (d *Fronts) answer(w http.ResponseWriter, v *frame.Visit, a *asked, p frontPage) error {
	var err error
	if p.Frame, err = d.Frame(v, v.T("front_page")); err != nil {
		return err
	}
	p.Here = "front_page"
	f := &a.front
	p.Edition, p.Section, p.Base, p.Seen, p.Problems, p.Merged = f.Lang, f.Section, a.base, f.Number, a.wrong, a.merged
	p.Arranges = stet.MayArrange(v.User(), f.Lang, f.Section) == nil
	p.Changed = !a.pins.Equal(f.Pins.At(v.Now, len(f.Pins)))
	p.Zone = v.Zone.String()
	if err := d.choices(v, &p); err != nil {
		return err
	}
	laid, err := d.lay(v, a)
	if err != nil {
		return err
	}
	if err := d.slots(v, a, laid, &p); err != nil {
		return err
	}
	if p.Finding > 0 {
		if err := d.find(v, &p); err != nil {
			return err
		}
	}
	q := []string{"base", strconv.Itoa(a.base)}
	for i, pin := range a.pins {
		if pin.Story != "" {
			q = append(q, "pin"+strconv.Itoa(i+1), string(pin.Story))
		}
	}
	p.Preview = address("/desk/front/preview", f.Lang, f.Section, q...)
	if err := d.history(v, f, &p); err != nil {
		return err
	}
	status := http.StatusOK
	if len(a.clashes) > 0 {
		status = http.StatusConflict
	} else if len(a.wrong) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return d.Page(w, status, "front", &p)
}

// choices are the fronts there are.
func (d *Fronts) choices(v *frame.Visit, p *frontPage) error {
	for _, e := range v.Site.Editions {
		p.Langs = append(p.Langs, choice{string(e.Lang), lang.Get(string(e.Lang)).Name, e.Lang == p.Edition})
	}
	sections, err := d.DB.Sections(v.Context())
	if err != nil {
		return err
	}
	p.Address = "/" + string(p.Edition) + "/"
	for _, s := range sections {
		p.Sections = append(p.Sections, choice{s.Key, s.In(p.Edition).Name, s.Key == p.Section})
		if s.Key == p.Section {
			p.Address = string(stet.TermPath(p.Edition, stet.SectionTerm, s.In(p.Edition).Slug))
		}
	}
	return nil
}

// place names a slot: its part of the front and its number.
func place(v *frame.Visit, section string, slot int) string {
	switch {
	case section != "":
		return v.T("front_top")
	case slot == 0:
		return v.T("front_lead")
	case slot < stet.FrontTop:
		return v.T("front_second")
	}
	return v.T("front_more")
}

func (d *Fronts) slots(v *frame.Visit, a *asked, laid []store.BoardRow, p *frontPage) error {
	f := &a.front
	before, err := d.DB.PinsAfter(v.Context(), f, min(a.base, f.Number))
	if err != nil {
		return err
	}
	rows, err := d.rows(v, a.pins, before, f.Pins)
	if err != nil {
		return err
	}
	headline := func(id stet.ArticleID) string {
		if r, ok := rows[id]; ok && r.Headline != "" {
			return r.Headline
		}
		return v.T("front_hidden")
	}
	for i, pin := range a.pins {
		s := slot{N: i + 1, Pin: pin.Story, First: i == 0, Last: i == len(a.pins)-1}
		if !pin.Until.IsZero() {
			s.Until, s.Ends = frame.Wall(pin.Until, v.Zone), v.At(pin.Until, v.Zone)
		}
		var shown store.BoardRow
		if i < len(laid) {
			shown = laid[i]
		}
		if pin.Story != "" && shown.ID != pin.Story {
			s.Waiting = len(laid) > i || rows[pin.Story].Live != stet.LivePublished
			s.Instead = shown.Headline
			shown = rows[pin.Story]
			shown.ID, shown.Headline = pin.Story, headline(pin.Story)
		}
		in := lang.Get(string(cmp.Or(shown.Lang, f.Lang)))
		s.Story, s.Headline, s.Lang, s.Dir, s.Published = shown.ID, shown.Headline, in.Code, in.Dir, v.About(shown.PublishedAt)
		if shown.ID != "" {
			s.Href = frame.ArticlePath(shown.ID)
		}
		name := place(v, f.Section, i)
		if n := len(p.Groups); n == 0 || p.Groups[n-1].Name != name {
			p.Groups = append(p.Groups, slotGroup{Name: name})
		}
		group := &p.Groups[len(p.Groups)-1]
		group.Slots = append(group.Slots, s)
	}
	said := func(pin stet.Pin) string {
		if pin.Story == "" {
			return v.T("front_auto")
		}
		if !pin.Until.IsZero() {
			return headline(pin.Story) + ", " + v.T("front_until", "time", v.Language.DateTime(pin.Until.In(v.Zone)))
		}
		return headline(pin.Story)
	}
	for _, c := range a.clashes {
		p.Clashes = append(p.Clashes, clash{c.Slot, place(v, f.Section, c.Slot-1), said(c.Mine), said(c.Theirs)})
	}
	return nil
}

// foundMost is how many stories a search offers.
const foundMost = 12

// find looks for stories by their headlines; the newest without words.
func (d *Fronts) find(v *frame.Visit, p *frontPage) error {
	q := store.BoardQuery{Actor: v.User(), Lang: p.Edition, Section: p.Section, Text: p.Q, Order: store.ByPublication, Limit: foundMost}
	rows, _, err := d.DB.Board(v.Context(), q)
	if err != nil {
		return err
	}
	if p.Q != "" { // what is on its way can be pinned ahead
		q.Order, q.Live = store.ByChange, []stet.LiveState{stet.LiveNever}
		coming, _, err := d.DB.Board(v.Context(), q)
		if err != nil {
			return err
		}
		rows = append(rows, coming...)
	}
	for _, r := range rows {
		if r.Kind != stet.StoryKind || r.Live == stet.LiveWithdrawn || slices.ContainsFunc(p.Found, func(f found) bool { return f.Story == r.ID }) {
			continue
		}
		in := lang.Get(string(r.Lang))
		p.Found = append(p.Found, found{r.ID, cmp.Or(r.Headline, v.T("untitled")), in.Code, in.Dir, v.About(r.PublishedAt), r.Live != stet.LivePublished})
	}
	return nil
}

// historyLength is how many changes a page lists.
const historyLength = 10

// history lists who decided what.
func (d *Fronts) history(v *frame.Visit, f *stet.Front, p *frontPage) error {
	before, _ := strconv.Atoi(v.URL.Query().Get("before"))
	changes, err := d.DB.FrontHistory(v.Context(), f.Lang, f.Section, before, historyLength)
	if err != nil {
		return err
	}
	var all []stet.Pins
	for _, c := range changes {
		all = append(all, c.Before, c.After)
	}
	rows, err := d.rows(v, all...)
	if err != nil {
		return err
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	for _, c := range changes {
		line := change{Number: c.Number, At: v.At(c.At, v.Zone), By: names.Of(c.Actor), Last: c.Number == f.Number}
		for i, pin := range c.After {
			was := c.Before[i]
			if was.Story == pin.Story && was.Until.Equal(pin.Until) {
				continue
			}
			text := v.T("front_auto")
			if pin.Story != "" {
				text = cmp.Or(rows[pin.Story].Headline, v.T("front_hidden"))
				if !pin.Until.IsZero() {
					text += ", " + v.T("front_until", "time", v.Language.DateTime(pin.Until.In(v.Zone)))
				}
			}
			line.What = append(line.What, v.T("front_slot", "n", i+1)+": "+text)
		}
		p.History = append(p.History, line)
	}
	if n := len(changes); n == historyLength && changes[n-1].Number > 1 {
		p.Older = changes[n-1].Number
	}
	return nil
}
