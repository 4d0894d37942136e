package frame

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/desk/say"
	"stet/lang"
)

// ArticlePath is the address of an article on the desk.
func ArticlePath(id stet.ArticleID) string { return "/desk/articles/" + url.PathEscape(string(id)) }

// ArticleID is the id in a request's address.
func ArticleID(v *Visit) (stet.ArticleID, error) {
	id := v.PathValue("id")
	if !stet.ValidID(id) {
		return "", stet.Errorf(stet.NotFound, "id", "an id has 1–200 visible ASCII characters")
	}
	return stet.ArticleID(id), nil
}

// Article loads the article that a request names, for somebody who may do the
// Change to it.
func (d *Shell) Article(v *Visit, act stet.Act) (*stet.Article, error) {
	id, err := ArticleID(v)
	if err != nil {
		return nil, err
	}
	a, err := d.DB.Article(v.Context(), id)
	if err != nil {
		return nil, err
	}
	return a, stet.May(v.User(), act, a)
}

// Rights is what the person may do to an article, as stet.May says. Pages leave
// out what would be refused.
type Rights struct {
	Write, Submit, Approve, Publish, Correct, Withdraw, Unschedule, Erase bool
}

// RightsOf returns what somebody may do to an article.
func RightsOf(u stet.User, a *stet.Article) Rights {
	may := func(act stet.Act) bool { return stet.May(u, act, a) == nil }
	return Rights{
		may(stet.ActWrite), may(stet.ActSubmit), may(stet.ActApprove), may(stet.ActPublish),
		may(stet.ActCorrect), may(stet.ActWithdraw), may(stet.ActUnschedule), may(stet.ActErase),
	}
}

// Subject is the article that a page is about.
type Subject struct {
	Href      string // on the desk
	Headline  string // empty while there is none
	Lang, Dir string
	Language  string // its own name of itself
	Section   string // its name
	Live      stet.LiveState
	Work      stet.WorkState
	LiveText  string // the two facts, in words
	WorkText  string
	Address   string // where readers find it or will
	Version   int64
	Verb      say.Key // what publishing it is called: publish or update
	May       Rights
	Scheduled *Clocked // when its text goes live
}

// Subject returns what a page shows of the article it is about.
func (d *Shell) Subject(v *Visit, a *stet.Article) (Subject, error) {
	l := lang.Get(string(a.Lang))
	s := Subject{
		Href: ArticlePath(a.ID), Lang: l.Code, Dir: l.Dir, Language: l.Name, Live: a.Live, Work: a.Work, Version: a.Version,
		Address: d.URL + (&url.URL{Path: string(a.Path)}).EscapedPath(), Verb: "publish", May: RightsOf(v.User(), a),
		LiveText: v.liveText(a), WorkText: v.Work(a.Work), Scheduled: v.Clocks(a.ScheduledFor),
	}
	if a.Live == stet.LivePublished {
		s.Verb = "update"
	}
	if c := a.Latest(); c != nil {
		s.Headline = c.Headline
		names, err := d.DB.Public().Names(v.Context(), stet.SectionTerm, []string{c.Section})
		if err != nil {
			return s, err
		}
		if t := names[c.Section]; t != nil && c.Section != "" {
			s.Section = t.In(stet.Lang(v.Lang)).Name
		}
	}
	return s, nil
}

// liveText says what readers have.
func (v *Visit) liveText(a *stet.Article) string {
	switch a.Live {
	case stet.LivePublished:
		return v.T("live_published", "date", v.Language.DateTime(a.PublishedAt.In(v.Zone)))
	case stet.LiveWithdrawn:
		return v.T("live_withdrawn", "date", v.Language.DateTime(a.UpdatedAt.In(v.Zone)))
	}
	return v.T("live_never")
}

// Option is one choice of a list.
type Option struct {
	Value, Text string
	Chosen      bool
}

// SectionOptions are all sections under their names in a language, each behind
// the one it stands under, one of them chosen.
func (d *Shell) SectionOptions(v *Visit, l stet.Lang, chosen string) ([]Option, error) {
	sections, err := d.DB.Sections(v.Context())
	if err != nil {
		return nil, err
	}
	var out []Option
	for _, t := range stet.Nested(sections) {
		out = append(out, Option{t.Key, strings.Repeat("\u2003", t.Depth) + t.In(l).Name, t.Key == chosen})
	}
	return out, nil
}

// Wall writes a moment as a form does; empty for none.
func Wall(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02T15:04")
}

// People are the names of those who work here, by their ids.
type People struct {
	v    *Visit
	All  []*stet.Person
	name map[string]string
}

// Names looks up who works here.
func (d *Shell) Names(v *Visit) (*People, error) {
	all, err := d.DB.People(v.Context())
	if err != nil {
		return nil, err
	}
	p := &People{v: v, All: all, name: map[string]string{}}
	for _, x := range all {
		p.name[x.ID] = x.Name
	}
	return p, nil
}

// Of is what somebody is called; empty for nobody.
func (p *People) Of(id string) string {
	if name := p.name[id]; name != "" {
		return name
	}
	switch {
	case id == "":
		return ""
	case id == stet.Schedule.ID:
		return p.v.T("by_schedule")
	case id == stet.Importer.ID:
		return p.v.T("by_import")
	case id == stet.Operator.ID:
		return p.v.T("by_operator")
	}
	return p.v.T("by_machine")
}

// Options are those an article can be handed to, one of them chosen.
func (p *People) Options(chosen string) []Option {
	var out []Option
	for _, x := range p.All {
		if x.Disabled.IsZero() || x.ID == chosen {
			out = append(out, Option{x.ID, x.Name, x.ID == chosen})
		}
	}
	compare := p.v.Language.Comparer()
	slices.SortStableFunc(out, func(a, b Option) int { return compare(a.Text, b.Text) })
	return out
}

// FirstLang is the language in which a person begins a story: the desk's own
// if the person may write in it, else the first of those.
func FirstLang(p *stet.Person, site *stet.Site) stet.Lang {
	langs := site.Langs()
	if len(p.Langs) > 0 {
		langs = slices.DeleteFunc(langs, func(l stet.Lang) bool { return !slices.Contains(p.Langs, l) })
	}
	if l := p.Desk; slices.Contains(langs, l) || len(langs) == 0 {
		return l
	}
	return langs[0]
}

// Change changes the article that a request names by one of the law's verbs.
func (d *Shell) Change(v *Visit, do func(a *stet.Article) error) (*stet.Article, error) {
	id, err := ArticleID(v)
	if err != nil {
		return nil, err
	}
	return d.DB.UpdateArticle(v.Context(), id, func(a *stet.Article) error {
		if a.New() {
			return stet.Errorf(stet.NotFound, "id", "there is no article %q", id)
		}
		return do(a)
	})
}

// Verb answers a form with one of the law's verbs, and goes back to the article
// with a word of what was done.
func (d *Shell) Verb(w http.ResponseWriter, v *Visit, did string, do func(a *stet.Article) error) error {
	a, err := d.Change(v, do)
	if err != nil {
		return err
	}
	to := ArticlePath(a.ID) + "?did=" + did
	if stet.May(v.User(), stet.ActRead, a) != nil { // handed out of one's own reach
		to = "/desk/?did=" + did
	}
	return SeeOther(w, v, to)
}

// SiteTime reads a time of a form in the site's zone: of two that fit the
// earlier one. An empty field is no time.
func (v *Visit) SiteTime(field string) (time.Time, error) {
	shown := v.PostFormValue(field)
	if shown == "" {
		return time.Time{}, nil
	}
	at, instead, err := stet.WallTime(shown, v.Site.Zone)
	if err != nil {
		return time.Time{}, err
	}
	if len(at) == 0 {
		return time.Time{}, stet.Errorf(stet.Invalid, field, "%s does not exist in %s: the clocks go forward over it to %s",
			shown, v.Site.Zone, instead.Format("15:04"))
	}
	return at[0], nil
}

// Fresh refuses to go on with a text that somebody changed after the form was
// shown that asks for it.
func (v *Visit) Fresh(a *stet.Article) error {
	if shown := v.PostFormValue("version"); shown != "" && shown != strconv.FormatInt(a.Version, 10) {
		return stet.Errorf(stet.Stale, "", "the text has changed since you looked at it; look again and confirm")
	}
	return nil
}
