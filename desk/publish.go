package desk

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/desk/translate"
	"stet/lang"
)

// publishPage asks once before readers get a text: it shows what a look at the
// text finds.
type publishPage struct {
	frame.Frame
	Story    frame.Subject
	Findings []finding
	Stops    bool
	Changed  bool // the text has changed since it was looked at
	Words    words
	Together []gated // the other languages that are published with it
	Refused  string  // which of them keeps all from readers, and why
}

// gated is one of the languages of a story that are published together.
type gated struct {
	ID       stet.ArticleID
	Story    frame.Subject // nothing but its language where the person may not see it
	Findings []finding
	Version  int64
}

// gated returns the other languages that an article is published with.
func (d *Desk) gated(v *frame.Visit, a *stet.Article) ([]gated, error) {
	if !a.Waits() {
		return nil, nil
	}
	members, err := d.DB.Members(v.Context(), a.Group)
	if err != nil {
		return nil, err
	}
	var out []gated
	for _, m := range members {
		b, err := d.DB.Article(v.Context(), m.ID)
		if err != nil {
			return nil, err
		}
		if m.ID == a.ID || !b.Waits() {
			continue
		}
		g := gated{ID: b.ID, Version: b.Version}
		in := lang.Get(string(b.Lang))
		g.Story.Lang, g.Story.Dir, g.Story.Language = in.Code, in.Dir, in.Name
		if stet.May(v.User(), stet.ActRead, b) == nil {
			if g.Story, err = d.Subject(v, b); err != nil {
				return nil, err
			}
			if g.Findings, err = d.findings(v, b); err != nil {
				return nil, err
			}
		}
		out = append(out, g)
	}
	return out, nil
}

// together does something to an article, or to all the languages that it waits
// for.
func (d *Desk) together(v *frame.Visit, one func(*stet.Article) error, all func([]*stet.Article) error) (*stet.Article, error) {
	id, err := frame.ArticleID(v)
	if err != nil {
		return nil, err
	}
	a, err := d.DB.Article(v.Context(), id)
	if err != nil {
		return nil, err
	}
	if !a.Waits() {
		return d.Change(v, one)
	}
	as, err := d.DB.UpdateGroup(v.Context(), a.Group, func(as []*stet.Article) error {
		for _, b := range as {
			if b.ID == id {
				if err := v.Fresh(b); err != nil {
					return err
				}
			} else if shown := v.PostFormValue("version." + string(b.ID)); b.Waits() && v.PostForm.Has("version") && shown != strconv.FormatInt(b.Version, 10) {
				return stet.Errorf(stet.Stale, "", "the text has changed since you looked at it; look again and confirm")
			}
		}
		return all(as)
	})
	if err != nil {
		return nil, err
	}
	for _, b := range as {
		if b.ID == id {
			a = b
		}
	}
	return a, nil
}

// inWhich says which language keeps all from readers, and why.
func inWhich(v *frame.Visit, err error) string {
	var gate *stet.GateError
	if !errors.As(err, &gate) {
		return ""
	}
	out := lang.Get(string(gate.Lang)).Name
	for _, said := range frame.Details(v, v.InOwnWords(gate.Err)) {
		out += " · " + said.Field + " " + said.Message
	}
	return out
}

// words are what readers are told with a correction, where they are typed.
type words struct {
	Working bool   // there is a text on the desk, which goes out with them
	Offered string // see stet.Article.CorrectionWords
	Place   string // names where the browser keeps what is typed until it is sent
	Sent    string // the last words that went out
}

func wordsOf(v *frame.Visit, a *stet.Article) words {
	w := words{Working: a.Working != nil, Place: v.Person.ID + " " + string(a.ID)}
	if n := len(a.Corrections); n > 0 {
		w.Sent = a.Corrections[n-1].Note
	}
	if stet.May(v.User(), stet.ActCorrect, a) == nil {
		w.Offered = a.CorrectionWords()
	}
	return w
}

// finding is one thing to look at before readers get a text.
type finding struct {
	Text  string
	Stops bool
	Block string // the id of the block it is about
}

func (d *Desk) askPublish(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActPublish)
	if err != nil {
		return err
	}
	return d.showPublish(w, v, a, http.StatusOK, nil)
}

func (d *Desk) showPublish(w http.ResponseWriter, v *frame.Visit, a *stet.Article, status int, refused error) error {
	p := publishPage{Refused: inWhich(v, refused), Words: wordsOf(v, a)}
	p.Changed = refused != nil && p.Refused == ""
	var err error
	if p.Together, err = d.gated(v, a); err != nil {
		return err
	}
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Frame, err = d.Frame(v, v.T(p.Story.Verb)); err != nil {
		return err
	}
	if p.Findings, err = d.findings(v, a); err != nil {
		return err
	}
	p.Stops = stop(p.Findings)
	return d.Page(w, status, "publish", &p)
}

// stop reports whether one of them does.
func stop(all []finding) bool {
	return slices.ContainsFunc(all, func(f finding) bool { return f.Stops })
}

// findings is what a look at a text finds.
func (d *Desk) findings(v *frame.Visit, a *stet.Article) ([]finding, error) {
	var dead []string
	var pictures map[stet.PictureID]*stet.Picture
	if c := a.Latest(); c != nil {
		var err error
		if dead, err = stet.DeadLinks(v.Context(), d.DB.Public(), &c.Content, d.URL); err != nil {
			return nil, err
		}
		if pictures, err = d.DB.Shown(v.Context(), c.Pictures()); err != nil {
			return nil, err
		}
	}
	found := a.Preflight(v.Now, dead, pictures)
	standing, err := d.trans.Standing(v, a)
	if err != nil {
		return nil, err
	}
	if standing != nil {
		found = append(found, standing.Findings...)
	}
	return findings(v, found), nil
}

// rightsText are what a look at a text finds about the right to show its pictures.
func (d *Desk) rights(v *frame.Visit, a *stet.Article) ([]finding, error) {
	pictures, err := d.DB.Shown(v.Context(), a.Latest().Pictures())
	if err != nil {
		return nil, err
	}
	return findings(v, slices.DeleteFunc(a.Preflight(v.Now, nil, pictures), func(f stet.Finding) bool {
		return f.Kind != stet.RightEnded && f.Kind != stet.RightEnds
	})), nil
}

// findings are findings in words.
func findings(v *frame.Visit, all []stet.Finding) []finding {
	var out []finding
	for _, f := range all {
		detail := f.Detail
		if at, err := time.Parse(time.RFC3339, detail); err == nil {
			detail = v.Language.DateTime(at.In(v.Site.Zone))
		}
		key, ok := findingTexts[f.Kind]
		if !ok {
			key = translate.FindingTexts[f.Kind]
		}
		out = append(out, finding{v.T(key, "detail", detail), f.Stops, f.Block})
	}
	return out
}

var findingTexts = map[stet.FindingKind]say.Key{
	stet.NoHeadline: "finding_no_headline", stet.NoSection: "finding_no_section", stet.NoBody: "finding_no_body",
	stet.Embargoed: "finding_embargo", stet.Expired: "finding_expired", stet.NoSource: "finding_no_source",
	stet.NoAlt: "finding_no_alt", stet.DeadLink: "finding_dead_link", stet.LongHeadline: "finding_long_headline",
	stet.RightEnded: "finding_right_ended", stet.RightEnds: "finding_right_ends",
}

// publish makes the text what readers see, now.
func (d *Desk) publish(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.together(v, func(a *stet.Article) error {
		if err := v.Fresh(a); err != nil {
			return err
		}
		at := time.Time{}
		if a.FirstLive.IsZero() {
			at = v.Now // not when it was asked or scheduled for
		}
		return a.Publish(v.User(), at, v.Now)
	}, func(as []*stet.Article) error { return stet.PublishTogether(as, v.User(), v.Now, v.Now) })
	if stet.Is(err, stet.Stale) || stet.Is(err, stet.Invalid) || inWhich(v, err) != "" {
		refused := err
		if a, err = d.Article(v, stet.ActPublish); err != nil {
			return err
		}
		return d.showPublish(w, v, a, http.StatusConflict, refused)
	}
	if err != nil {
		return err
	}
	return d.toReceipt(w, v, a)
}

// toReceipt goes where the person sees how readers get the change.
func (d *Desk) toReceipt(w http.ResponseWriter, v *frame.Visit, a *stet.Article) error {
	return frame.SeeOther(w, v, frame.ArticlePath(a.ID)+"/receipt?event="+strconv.FormatInt(a.Event, 10))
}

// schedulePage asks when readers are to get a text.
type schedulePage struct {
	frame.Frame
	Story    frame.Subject
	Plan     frame.Planned
	Findings []finding
	Stops    bool
	Error    *frame.Detail
	Together []gated
}

func (d *Desk) askSchedule(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActPublish)
	if err != nil {
		return err
	}
	q := v.URL.Query()
	typed := q.Get("at")
	if typed == "" && !q.Has("at") {
		typed = frame.Wall(a.ScheduledFor, v.Site.Zone)
	}
	plan, _ := v.Plan(typed, q.Get("zone"), q.Get("moment"))
	return d.showSchedule(w, v, a, http.StatusOK, plan, nil)
}

func (d *Desk) showSchedule(w http.ResponseWriter, v *frame.Visit, a *stet.Article, status int, plan frame.Planned, refused error) error {
	p := schedulePage{Plan: plan}
	var err error
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Frame, err = d.Frame(v, v.T("schedule")); err != nil {
		return err
	}
	if p.Findings, err = d.findings(v, a); err != nil {
		return err
	}
	p.Stops = stop(p.Findings)
	if said := frame.Details(v, v.InOwnWords(refused)); len(said) > 0 {
		p.Error = &said[0]
	}
	if which := inWhich(v, refused); which != "" {
		p.Error = &frame.Detail{Message: which}
	}
	if p.Together, err = d.gated(v, a); err != nil {
		return err
	}
	return d.Page(w, status, "schedule", &p)
}

// schedule puts the text in line for a time, or asks again where it is not
// clear which.
func (d *Desk) schedule(w http.ResponseWriter, v *frame.Visit) error {
	plan, at := v.Plan(v.PostFormValue("at"), v.PostFormValue("zone"), v.PostFormValue("moment"))
	var err error
	if !at.IsZero() {
		_, err = d.together(v, func(a *stet.Article) error { return a.Publish(v.User(), at, v.Now) },
			func(as []*stet.Article) error { return stet.PublishTogether(as, v.User(), at, v.Now) })
		if err == nil {
			return d.Verb(w, v, "schedule", func(*stet.Article) error { return nil })
		}
		if !stet.Is(err, stet.Conflict) && !stet.Is(err, stet.Invalid) && inWhich(v, err) == "" {
			return err
		}
	} else if plan.At == "" {
		plan.Wrong = v.T("time_wrong")
	}
	a, loading := d.Article(v, stet.ActPublish)
	if loading != nil {
		return loading
	}
	return d.showSchedule(w, v, a, http.StatusUnprocessableEntity, plan, err)
}

// wordsPage asks for the words that readers are given with a correction or
// instead of a story.
type wordsPage struct {
	frame.Frame
	Story    frame.Subject
	Name     string // of the field: note or reason
	Said     string
	Findings []finding
	Stops    bool
	Changed  bool // the text has changed since it was looked at
	Error    *frame.Detail
	Words    words
	Previous []string
}

func (d *Desk) askCorrect(w http.ResponseWriter, v *frame.Visit) error {
	return d.showWords(w, v, stet.ActCorrect, http.StatusOK, nil)
}

func (d *Desk) askWithdraw(w http.ResponseWriter, v *frame.Visit) error {
	return d.showWords(w, v, stet.ActWithdraw, http.StatusOK, nil)
}

func (d *Desk) showWords(w http.ResponseWriter, v *frame.Visit, act stet.Act, status int, refused error) error {
	a, err := d.Article(v, act)
	if err != nil {
		return err
	}
	p := wordsPage{Name: "note", Words: wordsOf(v, a), Changed: stet.Is(refused, stet.Stale)}
	if act == stet.ActWithdraw {
		p.Name = "reason"
	}
	if p.Said = v.PostFormValue(p.Name); p.Said == "" && act == stet.ActCorrect {
		p.Said = p.Words.Offered
	}
	for _, c := range a.Corrections {
		p.Previous = append(p.Previous, v.Language.Date(c.At.In(v.Site.Zone))+": "+c.Note)
	}
	if act == stet.ActCorrect && p.Words.Working {
		if p.Findings, err = d.findings(v, a); err != nil {
			return err
		}
		p.Stops = stop(p.Findings)
	}
	if said := frame.Details(v, v.InOwnWords(refused)); len(said) > 0 && !p.Changed && !p.Stops {
		p.Error = &said[0]
	}
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Frame, err = d.Frame(v, v.T(say.Key(act))); err != nil {
		return err
	}
	return d.Page(w, status, string(act), &p)
}

func (d *Desk) correct(w http.ResponseWriter, v *frame.Visit) error {
	return d.withWords(w, v, stet.ActCorrect, func(a *stet.Article) error {
		return a.Correct(v.User(), v.PostFormValue("note"), v.Now)
	})
}

func (d *Desk) withdraw(w http.ResponseWriter, v *frame.Visit) error {
	return d.withWords(w, v, stet.ActWithdraw, func(a *stet.Article) error {
		return a.Withdraw(v.User(), v.PostFormValue("reason"), v.Now)
	})
}

func (d *Desk) withWords(w http.ResponseWriter, v *frame.Visit, act stet.Act, do func(*stet.Article) error) error {
	a, err := d.Change(v, func(a *stet.Article) error {
		if err := v.Fresh(a); err != nil {
			return err
		}
		return do(a)
	})
	if stet.Is(err, stet.Invalid) || stet.Is(err, stet.Conflict) || stet.Is(err, stet.Stale) {
		return d.showWords(w, v, act, http.StatusUnprocessableEntity, err)
	}
	if err != nil {
		return err
	}
	return d.toReceipt(w, v, a)
}
