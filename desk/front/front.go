// Package front is where editors run the front page, the fronts of sections, and
// breaking news.
//
// A front is arranged in a form that carries the whole arrangement, and nothing
// is kept of it until it goes live: every button sends all of it, and the answer
// shows it changed. What others made live meanwhile is merged in at every step.
package front

import (
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
	Seen     int    // the change that they are with
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
		return nil, stet.Errorf(stet.Malformed, "base", "this is no request of the editor: %s", "base")
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
	if err := stet.MayArrange(v.User(), l, section); err != nil {
		return err
	}
	number, err := strconv.Atoi(v.FormValue("number"))
	if err != nil {
		return stet.Errorf(stet.Malformed, "number", "this is no request of the editor: %s", "number")
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
