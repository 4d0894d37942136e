package plan

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/lang"
	"stet/store"
)

// eventPage is something that is going to happen.
type eventPage struct {
	frame.Frame
	Href, Back      string
	New, May        bool
	Version         int64
	Name            string
	Place, Note     string
	Day, Time       string
	EndDay, EndTime string
	Zone            string
	Sections        []frame.Option
	Langs           []frame.Option
	People          []frame.Option
	Problems        []frame.Detail
	Clash           bool // somebody else changed it meanwhile
	Stories         []covering
	Begins          []frame.Option // the languages in which a story can be begun
	Whose           []frame.Option
	Due             string
}

// covering is a story about it.
type covering struct {
	Href, Headline  string
	Lang, Dir       string
	Language, Whose string
	State           string
	Empty           bool
}

func (d *Plans) fresh(w http.ResponseWriter, v *frame.Visit) error {
	p := &stet.Plan{}
	if len(v.Person.Langs) > 0 {
		p.Langs = v.Person.Langs
	}
	day := v.FormValue("day")
	if _, err := parseDay(day); err != nil {
		day = string(stet.DayOf(v.Now, v.Site.Zone))
	}
	return d.answer(w, v, http.StatusOK, p, typed{Day: day}, nil)
}

// typed is when something is, as a form has it.
type typed struct{ Day, Time, EndDay, EndTime string }

func (d *Plans) event(w http.ResponseWriter, v *frame.Visit) error {
	p, err := d.DB.Plan(v.Context(), v.User(), v.PathValue("plan"))
	if err != nil {
		return err
	}
	return d.answer(w, v, http.StatusOK, p, written(p, v.Site.Zone), nil)
}

func written(p *stet.Plan, zone *time.Location) (f typed) {
	if f.Day = p.Start.In(zone).Format(time.DateOnly); !p.AllDay {
		f.Time = p.Start.In(zone).Format("15:04")
	}
	if !p.End.IsZero() {
		if f.EndDay = p.End.In(zone).Format(time.DateOnly); !p.AllDay {
			f.EndTime = p.End.In(zone).Format("15:04")
		}
	}
	return f
}

// answer shows a plan as the form has it, and what was refused of it.
func (d *Plans) answer(w http.ResponseWriter, v *frame.Visit, status int, x *stet.Plan, f typed, refused error) error {
	p := eventPage{Href: eventPath(x.ID), Back: back(v, nil), New: x.ID == "", Version: x.Version, Name: x.Title, Place: x.Place, Note: x.Note,
		Day: f.Day, Time: f.Time, EndDay: f.EndDay, EndTime: f.EndTime, Zone: v.Site.Zone.String(), May: stet.MayPlan(v.User(), stet.ActWrite, x) == nil}
	if p.New {
		p.Href, p.May = home+"/events", true
	}
	if refused != nil {
		p.Problems = frame.Details(v, v.InOwnWords(refused))
		if p.Clash, p.May = stet.Is(refused, stet.Conflict), true; len(p.Problems) == 0 {
			return refused
		}
	}
	var err error
	if p.Sections, err = d.SectionOptions(v, stet.Lang(v.Lang), x.Section); err != nil {
		return err
	}
	for _, l := range v.Site.Langs() {
		o := frame.Option{Value: string(l), Text: lang.Get(string(l)).Name, Chosen: slices.Contains(x.Langs, l)}
		p.Langs = append(p.Langs, o)
		about := &stet.Article{Lang: l, Working: &stet.Revision{Content: stet.Content{Section: x.Section}}}
		if stet.May(v.User(), stet.ActWrite, about) == nil {
			o.Chosen = l == frame.FirstLang(v.Person, v.Site)
			p.Begins = append(p.Begins, o)
		}
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	p.People, p.Whose = names.Options(""), names.Options("")
	for _, id := range x.People {
		if !slices.ContainsFunc(p.People, func(o frame.Option) bool { return o.Value == id }) {
			p.People = append(p.People, frame.Option{Value: id, Text: names.Of(id)})
		}
	}
	for i := range p.People {
		p.People[i].Chosen = slices.Contains(x.People, p.People[i].Value)
	}
	for i := range p.Whose {
		p.Whose[i].Chosen = len(x.People) > 0 && p.Whose[i].Value == x.People[0]
	}
	marks, err := d.DB.Coverage(v.Context(), v.User(), x)
	if err != nil {
		return err
	}
	for _, m := range marks {
		in := lang.Get(string(m.Lang))
		p.Stories = append(p.Stories, covering{frame.ArticlePath(m.Article), m.Headline, in.Code, in.Dir, in.Name, names.Of(m.Assignee), v.Work(m.Work), m.Words == 0})
	}
	title := x.Title
	if p.New {
		title = v.T("calendar_new")
	}
	if p.Frame, err = d.Frame(v, title); err != nil {
		return err
	}
	return d.Page(w, status, "event", &p)
}

// form reads what somebody typed into a plan.
func form(v *frame.Visit, p *stet.Plan) (typed, error) {
	f := typed{v.PostFormValue("day"), v.PostFormValue("time"), v.PostFormValue("end_day"), v.PostFormValue("end_time")}
	p.Title, p.Place, p.Note, p.Section = v.PostFormValue("title"), v.PostFormValue("place"), v.PostFormValue("note"), v.PostFormValue("section")
	p.Langs, p.People = nil, nil
	for _, l := range v.PostForm["langs"] {
		if _, ok := v.Site.Edition(stet.Lang(l)); !ok {
			return f, stet.Errorf(stet.Invalid, "langs", "%q is none of the site's languages", l)
		}
		p.Langs = append(p.Langs, stet.Lang(l))
	}
	for _, id := range v.PostForm["people"] {
		if id != "" {
			p.People = append(p.People, id)
		}
	}
	p.AllDay, p.Start, p.End = f.Time == "", time.Time{}, time.Time{}
	read := func(field, day, clock string) (time.Time, error) {
		if p.AllDay {
			clock = "00:00"
		}
		at, instead, err := stet.WallTime(day+"T"+clock, v.Site.Zone)
		switch {
		case err != nil:
			return time.Time{}, stet.Errorf(stet.Invalid, field, "%.40q is not a date with a time: write it like 2026-03-29T02:30", day+"T"+clock)
		case len(at) > 0:
			return at[0], nil
		case p.AllDay:
			return instead, nil
		}
		return time.Time{}, stet.Errorf(stet.Invalid, field, "%s does not exist in %s: the clocks go forward over it to %s", day+"T"+clock, v.Site.Zone, instead.Format("15:04"))
	}
	if f.Day == "" {
		return f, stet.Errorf(stet.Invalid, "start", "is missing")
	}
	var err error
	if p.Start, err = read("start", f.Day, f.Time); err != nil {
		return f, err
	}
	if f.EndDay == "" && (f.EndTime == "" || p.AllDay) {
		return f, nil
	}
	end, clock := f.EndDay, f.EndTime
	if end == "" {
		end = f.Day
	}
	if clock == "" {
		clock = f.Time
	}
	p.End, err = read("end", end, clock)
	return f, err
}

// typedWrong reports whether the form can be corrected and sent again.
func typedWrong(err error) bool {
	var one *stet.Error
	return errors.As(err, &one) && (one.Kind == stet.Invalid || one.Kind == stet.Conflict)
}

func (d *Plans) add(w http.ResponseWriter, v *frame.Visit) error {
	p := &stet.Plan{}
	f, err := form(v, p)
	if err == nil {
		err = d.DB.AddPlan(v.Context(), v.User(), p, v.Now)
	}
	if err != nil {
		if p.ID = ""; typedWrong(err) {
			return d.answer(w, v, http.StatusUnprocessableEntity, p, f, err)
		}
		return err
	}
	return frame.SeeOther(w, v, eventPath(p.ID)+"?did=calendar_saved")
}

func (d *Plans) change(w http.ResponseWriter, v *frame.Visit) error {
	version, _ := strconv.ParseInt(v.PostFormValue("version"), 10, 64)
	sent := &stet.Plan{}
	f, err := form(v, sent)
	if err == nil {
		_, err = d.DB.UpdatePlan(v.Context(), v.User(), v.PathValue("plan"), version, func(p *stet.Plan) error {
			stories, id, version := p.Stories, p.ID, p.Version
			*p = *sent
			p.Stories, p.ID, p.Version = stories, id, version
			return nil
		}, v.Now)
	}
	if err != nil && typedWrong(err) {
		now, away := d.DB.Plan(v.Context(), v.User(), v.PathValue("plan"))
		if away != nil {
			return away
		}
		sent.ID, sent.Version, sent.Stories = now.ID, now.Version, now.Stories
		return d.answer(w, v, http.StatusUnprocessableEntity, sent, f, err)
	}
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, eventPath(v.PathValue("plan"))+"?did=calendar_saved")
}

func (d *Plans) remove(w http.ResponseWriter, v *frame.Visit) error {
	if err := d.DB.RemovePlan(v.Context(), v.User(), v.PathValue("plan"), v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, home+"?did=calendar_removed")
}

// begin begins a story without text about a plan, hands it to somebody and says
// when it is due.
func (d *Plans) begin(w http.ResponseWriter, v *frame.Visit) error {
	p, err := d.DB.Plan(v.Context(), v.User(), v.PathValue("plan"))
	if err != nil {
		return err
	}
	if err := stet.MayPlan(v.User(), stet.ActWrite, p); err != nil {
		return err
	}
	l := stet.Lang(v.PostFormValue("lang"))
	if l == "" {
		l = frame.FirstLang(v.Person, v.Site)
	}
	if _, ok := v.Site.Edition(l); !ok {
		return stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages", l)
	}
	due, err := v.SiteTime("due")
	if err != nil {
		return err
	}
	headline := stet.CleanLine(v.PostFormValue("headline"))
	if headline == "" {
		headline = p.Title
	}
	id := stet.ArticleID(store.NewID())
	with := *p
	if with.Stories = append(slices.Clone(p.Stories), id); with.Check() != nil { // before a story is there that the event cannot take
		return with.Check()
	}
	draft := stet.Draft{Kind: stet.StoryKind, Lang: l, Content: stet.Content{Headline: headline, Section: p.Section}}
	made, err := d.DB.UpdateArticle(v.Context(), id, func(a *stet.Article) error {
		if err := a.Create(v.User(), draft, v.Now); err != nil {
			return err
		}
		if to := v.PostFormValue("to"); to != "" {
			if err := a.Assign(v.User(), to, strings.TrimSpace(p.Note), v.Now); err != nil {
				return err
			}
		}
		return a.SetDeadline(v.User(), due, v.Now)
	})
	if err != nil {
		return err
	}
	if _, err := d.DB.UpdatePlan(v.Context(), v.User(), p.ID, 0, func(p *stet.Plan) error {
		p.Stories = append(p.Stories, made.ID)
		return nil
	}, v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, eventPath(p.ID)+"?did=calendar_begun")
}
