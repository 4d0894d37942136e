// Package front is where editors run the front page, the fronts of sections, and
// breaking news.
//
// A front is arranged in a form that carries the whole arrangement, and nothing
// is kept of it until it goes live: every button sends all of it, and the answer
// shows it changed. What others made live meanwhile is merged in at every step.
package front

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/lang"
	"stet/store"
	"stet/web"
)

//go:embed all:templates static
var files embed.FS

// Options are what the pages need.
type Options struct {
	// Await returns when readers see what an event changed.
	Await func(ctx context.Context, event int64) (surfaces []string, err error)
	// Preview makes a front as readers would see it with other pins.
	Preview func(ctx context.Context, l stet.Lang, section string, pins stet.Pins) (page []byte, err error)
}

// Fronts serves the pages of fronts and of breaking news.
type Fronts struct {
	*frame.Shell
	Options
}

// New returns them in a frame.
func New(s *frame.Shell, o Options) *Fronts { return &Fronts{s, o} }

// Part is their share of the desk.
func (d *Fronts) Part() frame.Part {
	return frame.Part{
		Files: files, Words: words, Pages: map[string]frame.View{"front": &frontPage{}, "breaking": &breakingPage{}},
		Routes: []frame.Route{
			{Pattern: "GET /desk/front", Act: stet.ActRead, Tab: "front_page", Serve: d.show},
			{Pattern: "POST /desk/front", Act: stet.ActPublish, Serve: d.arrange},
			{Pattern: "POST /desk/front/undo", Act: stet.ActPublish, Serve: d.undo},
			{Pattern: "POST /desk/front/here", Act: stet.ActRead, Serve: d.here},
			{Pattern: "GET /desk/front/preview", Act: stet.ActRead, Serve: d.preview},
			{Pattern: "GET /desk/breaking", Act: stet.ActRead, Tab: "breaking", Serve: d.showBreaking},
			{Pattern: "POST /desk/breaking", Act: stet.ActPublish, Serve: d.announce},
			{Pattern: "POST /desk/breaking/end", Act: stet.ActPublish, Serve: d.end},
		},
	}
}

// choice is an edition or a section to go to.
type choice struct {
	Value, Text string
	Chosen      bool
}

// frontPage shows a front slot by slot.
type frontPage struct {
	frame.Frame
	Edition  stet.Lang
	Section  string
	Langs    []choice
	Sections []choice
	Address  string // where readers have it
	Arranges bool   // the person may
	Base     int    // the change that the arrangement comes from
	Groups   []slotGroup
	Changed  bool // it is not what readers have
	Problems []string
	Clashes  []clash
	Merged   string // what others did meanwhile, in words
	Finding  int    // the slot that a story is looked for, from 1; 0 for none
	Q        string
	Found    []found
	Focus    string // the slot that was just changed
	Said     string // what was just done
	Preview  string // the address of the page to be shown ahead
	History  []change
	Older    int // where the history goes on; 0 for nowhere
	Zone     string
}

// slotGroup is a part of the front that shows its stories alike.
type slotGroup struct {
	Name  string
	Slots []slot
}

// slot is one of the front.
type slot struct {
	N         int // from 1
	Pin       stet.ArticleID
	Until     string // as it is typed
	Ends      *frame.When
	Story     stet.ArticleID // that stands there
	Href      string
	Headline  string
	Lang, Dir string
	Published *frame.When
	Waiting   bool // what is pinned is not there for readers
	Instead   string
	First     bool
	Last      bool
}

// clash is a slot that somebody else decided about too.
type clash struct {
	Slot         int
	Place        string
	Mine, Theirs string
}

// found is a story that was looked for.
type found struct {
	Story     stet.ArticleID
	Headline  string
	Lang, Dir string
	Published *frame.When
	Waiting   bool
}

// change is one line of the history.
type change struct {
	Number int
	At     *frame.When
	By     string
	What   []string
	Last   bool
}

// asked is what a request says of a front.
type asked struct {
	front   stet.Front
	base    int
	pins    stet.Pins
	wrong   []string
	merged  string
	clashes []stet.PinClash
}

// which reads which front a request is about: that of the first edition that
// the person may work in, where it does not say.
func which(v *frame.Visit) (l stet.Lang, section string) {
	if l = stet.Lang(v.FormValue("lang")); l == "" {
		l = v.Site.Editions[0].Lang
		for _, e := range v.Site.Editions {
			if stet.MayArrange(v.User(), e.Lang, "") == nil {
				l = e.Lang
				break
			}
		}
	}
	return l, v.FormValue("section")
}

func (d *Fronts) show(w http.ResponseWriter, v *frame.Visit) error {
	l, section := which(v)
	f, err := d.DB.Front(v.Context(), l, section)
	if err != nil {
		return err
	}
	a := &asked{front: f, base: f.Number, pins: f.Pins.At(v.Now, len(f.Pins))}
	return d.answer(w, v, a, frontPage{})
}

// read reads an arrangement that was sent, and merges in what others made live
// since it was shown.
func (d *Fronts) read(v *frame.Visit) (*asked, error) {
	l, section := which(v)
	f, err := d.DB.Front(v.Context(), l, section)
	if err != nil {
		return nil, err
	}
	n := len(f.Pins)
	a := &asked{front: f, pins: make(stet.Pins, n)}
	now := f.Pins.At(v.Now, n)
	if v.FormValue("base") == "" { // nothing was shown
		a.base, a.pins = f.Number, now
		return a, nil
	}
	if a.base, err = strconv.Atoi(v.FormValue("base")); err != nil {
		return nil, stet.Errorf(stet.Invalid, "base", "this is no request of the editor: %s", "base")
	}
	was, err := d.DB.PinsAfter(v.Context(), &f, a.base)
	if err != nil {
		return nil, err
	}
	was = was.At(v.Now, n)
	for i := range a.pins {
		number := strconv.Itoa(i + 1)
		p := stet.Pin{Story: stet.ArticleID(v.FormValue("pin" + number))}
		if p.Story == "" {
			continue
		}
		if p.Until, err = until(v, v.FormValue("until"+number), was[i]); err != nil {
			a.wrong = append(a.wrong, v.T("front_slot", "n", i+1)+": "+v.T("time_wrong"))
		}
		if a.pins.Slot(p.Story) < 0 {
			a.pins[i] = p
		}
	}
	a.resolve(v, was, now)
	if a.base != f.Number {
		merged, clashes := stet.MergePins(was, a.pins, now)
		if a.clashes = clashes; len(clashes) == 0 {
			a.pins, a.base = merged, f.Number
			if a.merged, err = d.who(v, &f); err != nil {
				return nil, err
			}
		}
	}
	return a, nil
}

// resolve takes what somebody chose where two had decided otherwise.
func (a *asked) resolve(v *frame.Visit, was, now stet.Pins) {
	if a.base == a.front.Number {
		return
	}
	merged, clashes := stet.MergePins(was, a.pins, now)
	for _, c := range clashes {
		if v.FormValue("clash"+strconv.Itoa(c.Slot)) == "" {
			return // not seen yet, or not all of them
		}
	}
	if len(clashes) == 0 || v.FormValue("seen") != strconv.Itoa(a.front.Number) {
		return
	}
	for _, c := range clashes {
		if v.FormValue("clash"+strconv.Itoa(c.Slot)) != "mine" {
			continue
		}
		if c.Mine.Story == "" {
			merged[c.Slot-1] = stet.Pin{}
			continue
		}
		if i := merged.Slot(c.Mine.Story); i >= 0 {
			merged[i] = stet.Pin{}
		}
		merged[c.Slot-1] = c.Mine
	}
	a.pins, a.base = merged, a.front.Number
}

// who says who changed a front last.
func (d *Fronts) who(v *frame.Visit, f *stet.Front) (string, error) {
	last, err := d.DB.FrontHistory(v.Context(), f.Lang, f.Section, 0, 1)
	if err != nil || len(last) == 0 {
		return "", err
	}
	names, err := d.Names(v)
	if err != nil {
		return "", err
	}
	return v.T("front_merged", "name", names.Of(last[0].Actor)), nil
}

// until reads the end of a pin: that it had, if the field says it.
func until(v *frame.Visit, typed string, was stet.Pin) (time.Time, error) {
	if typed == "" {
		return time.Time{}, nil
	}
	if !was.Until.IsZero() && typed == frame.Wall(was.Until, v.Zone) {
		return was.Until, nil // with its seconds
	}
	at, _, err := stet.WallTime(typed, v.Zone)
	if err == nil && len(at) == 0 {
		err = errors.New("the clocks go forward over it")
	}
	if err != nil {
		return time.Time{}, err
	}
	return at[len(at)-1], nil
}

// arrange does what a button of the form says, and shows what comes of it.
func (d *Fronts) arrange(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.read(v)
	if err != nil {
		return err
	}
	if err := stet.MayArrange(v.User(), a.front.Lang, a.front.Section); err != nil {
		return err
	}
	p := frontPage{Q: strings.TrimSpace(v.FormValue("q"))}
	do := strings.Fields(v.FormValue("do"))
	if len(do) == 0 {
		do = []string{"show"}
	}
	if len(a.clashes) > 0 || len(a.wrong) > 0 {
		return d.answer(w, v, a, p)
	}
	if do[0] == "live" {
		return d.live(w, v, a, p)
	}
	number := func(i int) int {
		n := 0
		if len(do) > i {
			n, _ = strconv.Atoi(do[i])
		}
		if n < 1 || n > len(a.pins) {
			return 0
		}
		return n
	}
	n := number(1)
	switch {
	case n == 0:
	case do[0] == "find":
		p.Finding = n
	case do[0] == "auto":
		a.pins[n-1] = stet.Pin{}
		p.Focus, p.Said = strconv.Itoa(n), v.T("front_said_auto", "n", n)
	case do[0] == "put" && len(do) == 3:
		a.pins = a.pins.Put(n-1, stet.Pin{Story: stet.ArticleID(do[2])})
		p.Focus, p.Said = strconv.Itoa(n), v.T("front_said_put", "n", n)
	default:
		to := map[string]int{"up": n - 1, "down": n + 1, "pin": n, "move": number(2)}[do[0]]
		laid, err := d.lay(v, a)
		if err != nil {
			return err
		}
		if to < 1 || to > len(a.pins) || n > len(laid) {
			break
		}
		story := laid[n-1].ID
		if a.pins[n-1].Story != "" {
			story = a.pins[n-1].Story
		}
		a.pins = a.pins.Put(to-1, stet.Pin{Story: story, Until: a.pins[n-1].Until})
		p.Focus, p.Said = strconv.Itoa(to), v.T("front_said_put", "n", to)
	}
	return d.answer(w, v, a, p)
}

// live makes an arrangement the front that readers have.
func (d *Fronts) live(w http.ResponseWriter, v *frame.Visit, a *asked, p frontPage) error {
	f, clashes, err := d.DB.ArrangeFront(v.Context(), v.User(), a.front.Lang, a.front.Section, a.base, a.pins, v.Now)
	if stet.Is(err, stet.Invalid) {
		for _, detail := range frame.Details(v, v.InOwnWords(err)) {
			if slot, ok := strings.CutPrefix(detail.Field, "slots."); ok {
				n, _ := strconv.Atoi(slot)
				detail.Message = v.T("front_slot", "n", n) + ": " + detail.Message
			}
			a.wrong = append(a.wrong, detail.Message)
		}
		return d.answer(w, v, a, p)
	}
	if err != nil {
		return err
	}
	if len(clashes) > 0 { // decided this moment
		if a.front, err = d.DB.Front(v.Context(), f.Lang, f.Section); err != nil {
			return err
		}
		a.clashes = clashes
		return d.answer(w, v, a, p)
	}
	return d.done(w, v, f, a.front.Number)
}

// done waits for the readers' pages and goes back to the front.
func (d *Fronts) done(w http.ResponseWriter, v *frame.Visit, f stet.Front, before int) error {
	did := "front_live"
	if f.Number == before {
		did = "front_same"
	} else if err := d.awaited(v.Context(), f.Event); err != nil {
		return err
	}
	return frame.SeeOther(w, v, address("/desk/front", f.Lang, f.Section, "did", did))
}

// printedWait is how long an answer waits for the pages of readers.
const printedWait = 2 * time.Second

// awaited waits until readers see what an event changed; if that takes long, no
// longer: the event is there, and will be followed.
func (d *Fronts) awaited(ctx context.Context, event int64) error {
	short, cancel := context.WithTimeout(ctx, printedWait)
	defer cancel()
	_, err := d.Await(short, event)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}

func address(path string, l stet.Lang, section string, more ...string) string {
	q := url.Values{"lang": {string(l)}}
	if section != "" {
		q.Set("section", section)
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return path + "?" + q.Encode()
}

// undo takes one change back.
func (d *Fronts) undo(w http.ResponseWriter, v *frame.Visit) error {
	l, section := which(v)
	number, err := strconv.Atoi(v.FormValue("number"))
	if err != nil {
		return stet.Errorf(stet.Invalid, "number", "this is no request of the editor: %s", "number")
	}
	f, err := d.DB.Front(v.Context(), l, section)
	if err != nil {
		return err
	}
	after, clashes, err := d.DB.UndoFront(v.Context(), v.User(), l, section, number, v.Now)
	if err != nil {
		return err
	}
	if len(clashes) > 0 {
		a := &asked{front: f, base: f.Number, pins: f.Pins.At(v.Now, len(f.Pins))}
		for _, c := range clashes {
			a.wrong = append(a.wrong, v.T("front_undo_clash", "n", c.Slot))
		}
		return d.answer(w, v, a, frontPage{})
	}
	return d.done(w, v, after, f.Number)
}

// here notes that somebody has a front open, and tells who else has, and of
// which change it is.
func (d *Fronts) here(w http.ResponseWriter, v *frame.Visit) error {
	l, section := which(v)
	f, err := d.DB.Front(v.Context(), l, section)
	if err != nil {
		return err
	}
	others, err := d.DB.Here(v.Context(), store.PlaceOfFront(l, section), store.Presence{Tab: v.FormValue("tab"), Person: v.Person.ID}, v.Now)
	if err != nil {
		return err
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	var who []string
	for _, o := range others {
		if name := names.Of(o.Person); o.Person != v.Person.ID && !slices.Contains(who, name) {
			who = append(who, name)
		}
	}
	text := ""
	if len(who) > 0 {
		text = v.T("front_others", "names", v.Language.List(who))
	}
	web.WriteJSON(w, http.StatusOK, map[string]any{"others": text, "number": f.Number})
	return nil
}

// sandbox is the policy of a page that is shown ahead: no script, no origin,
// nothing sent anywhere.
const sandbox = "sandbox; default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// preview answers with the front that readers would have.
func (d *Fronts) preview(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.read(v)
	if err != nil {
		return err
	}
	page, err := d.Preview(v.Context(), a.front.Lang, a.front.Section, a.pins)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Security-Policy", d.WithMedia(sandbox))
	h.Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(page) // an error means that nobody is there to read
	return nil
}

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
	p.Edition, p.Section, p.Base, p.Problems, p.Merged = f.Lang, f.Section, a.base, a.wrong, a.merged
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
