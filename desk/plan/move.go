package plan

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/store/plan"
)

// movePage asks for another time: the way without a mouse.
type movePage struct {
	frame.Frame
	Item, Back, Cancel string
	What               string
	Headline           string
	Lang               string
	AllDay             bool
	At                 string
	Is                 string
	Zone               string
}

// item is something of the calendar that can be moved.
type item struct {
	kind string
	id   string
}

func itemOf(v *frame.Visit) (item, error) {
	kind, id, _ := strings.Cut(v.FormValue("item"), ":")
	switch plan.Kind(kind) {
	case "plan":
		return item{kind, id}, nil
	case plan.Due, plan.Embargo, plan.Scheduled:
		if stet.ValidID(id) {
			return item{kind, id}, nil
		}
	}
	return item{}, stet.Errorf(stet.Invalid, "item", "is not one that the calendar gave out")
}

// when is the time that an article has in the calendar.
func (i item) when(a *stet.Article) time.Time {
	switch plan.Kind(i.kind) {
	case plan.Due:
		return a.Deadline
	case plan.Embargo:
		return a.Embargo
	}
	return a.ScheduledFor
}

func (d *Plans) askMove(w http.ResponseWriter, v *frame.Visit) error {
	if v.FormValue("item") == "" {
		return seeCalendar(w, v, nil)
	}
	it, err := itemOf(v)
	if err != nil {
		return err
	}
	p := movePage{Item: v.FormValue("item"), Back: v.FormValue("back"), Cancel: back(v, nil), What: v.T("calendar_event"), Zone: v.Site.Zone.String()}
	if it.kind == "plan" {
		x, err := d.DB.Plan(v.Context(), v.User(), it.id)
		if err != nil {
			return err
		}
		p.Headline, p.AllDay, p.At, p.Is = x.Title, x.AllDay, frame.Wall(x.Start, v.Site.Zone), v.Language.DateTime(x.Start.In(v.Site.Zone))
		if x.AllDay {
			p.At, p.Is = string(stet.DayOf(x.Start, v.Site.Zone)), v.Language.Date(x.Start.In(v.Site.Zone))
		}
	} else {
		a, err := d.DB.Article(v.Context(), stet.ArticleID(it.id))
		if err != nil {
			return err
		}
		if err := stet.May(v.User(), stet.ActRead, a); err != nil {
			return err
		}
		at := it.when(a)
		p.What, p.Lang, p.At = v.T(say.Key("calendar_"+it.kind)), string(a.Lang), frame.Wall(at, v.Site.Zone)
		if !at.IsZero() {
			p.Is = v.Language.DateTime(at.In(v.Site.Zone))
		}
		if c := a.Latest(); c != nil {
			p.Headline = c.Headline
		}
	}
	if p.Frame, err = d.Frame(v, v.T("calendar_move")); err != nil {
		return err
	}
	return d.Page(w, http.StatusOK, "move", &p)
}

// move puts something elsewhere: to a day, at the time of the clock that it has, or
// to a time.
func (d *Plans) move(w http.ResponseWriter, v *frame.Visit) error {
	it, err := itemOf(v)
	if err != nil {
		return err
	}
	to := stet.Day(v.PostFormValue("day"))
	var at time.Time
	if to != "" {
		if _, err := parseDay(string(to)); err != nil {
			return err
		}
	} else if at, err = v.SiteTime("at"); err != nil {
		return err
	} else if at.IsZero() {
		return stet.Errorf(stet.Invalid, "at", "is missing")
	}
	if it.kind == "plan" {
		_, err = d.DB.UpdatePlan(v.Context(), v.User(), it.id, 0, func(p *stet.Plan) error {
			switch {
			case to != "":
				p.Move(to, v.Site.Zone)
			case p.AllDay:
				p.Move(stet.DayOf(at, v.Site.Zone), v.Site.Zone)
			default:
				if !p.End.IsZero() {
					p.End = at.Add(p.End.Sub(p.Start))
				}
				p.Start = at
			}
			return nil
		}, v.Now)
	} else {
		_, err = d.DB.UpdateArticle(v.Context(), stet.ArticleID(it.id), func(a *stet.Article) error {
			if a.New() {
				return stet.Errorf(stet.NotFound, "id", "there is no article %q", it.id)
			}
			is, next := it.when(a), at
			if err := stet.May(v.User(), stet.ActRead, a); err != nil {
				return err
			}
			if is.IsZero() {
				return stet.Errorf(stet.Conflict, "", "this is not in the calendar any more; look at the article")
			}
			if to != "" {
				next = stet.OnDay(is, to, v.Site.Zone)
			}
			switch plan.Kind(it.kind) {
			case plan.Due:
				return a.SetDeadline(v.User(), next, v.Now)
			case plan.Embargo:
				return a.SetTimes(v.User(), next, a.Expires, v.Now)
			}
			return a.Reschedule(v.User(), next, v.Now)
		})
	}
	if err != nil {
		return err
	}
	return seeCalendar(w, v, url.Values{"did": {"calendar_moved"}, "focus": {v.FormValue("item")}})
}
