package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"stet"
	"stet/desk/say"
	"stet/lang"
	"stet/store"
)

// articlePath is the address of an article on the desk.
func articlePath(id stet.ArticleID) string { return "/desk/articles/" + url.PathEscape(string(id)) }

// articleID is the id in a request's address.
func articleID(v *visit) (stet.ArticleID, error) {
	id := v.PathValue("id")
	if !stet.ValidID(id) {
		return "", stet.Errorf(stet.NotFound, "id", "an id has 1–200 visible ASCII characters")
	}
	return stet.ArticleID(id), nil
}

// article loads the article that a request names, for somebody who may do the
// act to it.
func (d *Desk) article(v *visit, act stet.Act) (*stet.Article, error) {
	id, err := articleID(v)
	if err != nil {
		return nil, err
	}
	a, err := d.DB.Article(v.Context(), id)
	if err != nil {
		return nil, err
	}
	return a, stet.May(v.user(), act, a)
}

// rights is what the person may do to an article, as stet.May says. Pages leave
// out what would be refused.
type rights struct {
	Write, Submit, Approve, Publish, Correct, Withdraw, Unschedule, Erase bool
}

func rightsOf(u stet.User, a *stet.Article) rights {
	may := func(act stet.Act) bool { return stet.May(u, act, a) == nil }
	return rights{
		may(stet.ActWrite), may(stet.ActSubmit), may(stet.ActApprove), may(stet.ActPublish),
		may(stet.ActCorrect), may(stet.ActWithdraw), may(stet.ActUnschedule), may(stet.ActErase),
	}
}

// subject is the article that a page is about.
type subject struct {
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
	May       rights
	Scheduled *clocked // when its text goes live
}

func (d *Desk) subject(v *visit, a *stet.Article) (subject, error) {
	l := lang.Get(string(a.Lang))
	s := subject{
		Href: articlePath(a.ID), Lang: l.Code, Dir: l.Dir, Language: l.Name, Live: a.Live, Work: a.Work, Version: a.Version,
		Address: d.URL + (&url.URL{Path: string(a.Path)}).EscapedPath(), Verb: "publish", May: rightsOf(v.user(), a),
		LiveText: v.liveText(a), WorkText: v.Work(a.Work), Scheduled: v.clocks(a.ScheduledFor),
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
func (v *visit) liveText(a *stet.Article) string {
	switch a.Live {
	case stet.LivePublished:
		return v.T("live_published", "date", v.Language.DateTime(a.PublishedAt.In(v.zone)))
	case stet.LiveWithdrawn:
		return v.T("live_withdrawn", "date", v.Language.DateTime(a.UpdatedAt.In(v.zone)))
	}
	return v.T("live_never")
}

// option is one choice of a list.
type option struct {
	Value, Text string
	Chosen      bool
}

// articlePage is an article to write, and what can be done with it.
type articlePage struct {
	frame
	Story      subject
	People     []option // who it can be handed to
	Assignee   string   // its name; empty for nobody
	Embargo    string   // as a form writes them, in the site's zone
	Expires    string
	Zone       string // the site's
	Activity   []activity
	Withdrawal string
	Words      words
	Touched    *when
	TouchedBy  string
	Findings   []finding // about the right to show its pictures
	Edit       *editing
}

func (d *Desk) showArticle(w http.ResponseWriter, v *visit) error {
	a, err := d.article(v, stet.ActRead)
	if err != nil {
		return err
	}
	p := articlePage{Zone: v.site.Zone.String(), Withdrawal: a.Withdrawal, Words: v.wordsOf(a)}
	if p.Story, err = d.subject(v, a); err != nil {
		return err
	}
	if p.frame, err = d.frame(v, p.Story.Headline); err != nil {
		return err
	}
	if p.Title == "" {
		p.Title = v.T("untitled")
	}
	names, err := d.names(v)
	if err != nil {
		return err
	}
	p.Assignee = names.of(a.Assignee)
	p.Touched, p.TouchedBy = v.at(a.Touched, v.zone), names.of(a.TouchedBy)
	p.People = names.options(a.Assignee)
	p.Embargo, p.Expires = wall(a.Embargo, v.site.Zone), wall(a.Expires, v.site.Zone)
	sections, err := d.sectionOptions(v, a.Lang, a.Latest().Section)
	if err != nil {
		return err
	}
	var languages []option
	for _, l := range v.site.Langs() {
		languages = append(languages, option{string(l), lang.Get(string(l)).Name, l == a.Lang})
	}
	if p.Edit, err = d.editing(v, a, sections, languages); err != nil {
		return err
	}
	if p.Findings, err = d.rights(v, a); err != nil {
		return err
	}
	lines, err := d.DB.History(v.Context(), a.ID)
	if err != nil {
		return err
	}
	p.Activity = v.activities(lines, names, articleActivity)
	return d.page(w, http.StatusOK, "article", &p)
}

// articleActivity is how much of what happened stands beside an article.
const articleActivity = 12

// sectionOptions are all sections under their names in a language, one of them
// chosen.
func (d *Desk) sectionOptions(v *visit, l stet.Lang, chosen string) ([]option, error) {
	sections, err := d.DB.Sections(v.Context())
	if err != nil {
		return nil, err
	}
	var out []option
	for _, t := range sections {
		out = append(out, option{t.Key, t.In(l).Name, t.Key == chosen})
	}
	return out, nil
}

// wall writes a moment as a form does; empty for none.
func wall(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return t.In(zone).Format("2006-01-02T15:04")
}

// people are the names of those who work here, by their ids.
type people struct {
	v    *visit
	all  []*stet.Person
	name map[string]string
}

func (d *Desk) names(v *visit) (*people, error) {
	all, err := d.DB.People(v.Context())
	if err != nil {
		return nil, err
	}
	p := &people{v: v, all: all, name: map[string]string{}}
	for _, x := range all {
		p.name[x.ID] = x.Name
	}
	return p, nil
}

// of is what somebody is called; empty for nobody.
func (p *people) of(id string) string {
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

// options are those an article can be handed to, one of them chosen.
func (p *people) options(chosen string) []option {
	var out []option
	for _, x := range p.all {
		if x.Disabled.IsZero() || x.ID == chosen {
			out = append(out, option{x.ID, x.Name, x.ID == chosen})
		}
	}
	compare := p.v.Language.Comparer()
	slices.SortStableFunc(out, func(a, b option) int { return compare(a.Text, b.Text) })
	return out
}

// create starts a story in the person's first language, and goes to it.
func (d *Desk) create(w http.ResponseWriter, v *visit) error {
	draft := stet.Draft{Kind: stet.StoryKind, Lang: stet.Lang(v.FormValue("lang"))}
	if draft.Lang == "" {
		draft.Lang = firstLang(v.person, v.site)
	}
	if _, ok := v.site.Edition(draft.Lang); !ok {
		return stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages", draft.Lang)
	}
	made, err := d.DB.UpdateArticle(v.Context(), stet.ArticleID(store.NewID()), func(a *stet.Article) error {
		return a.Create(v.user(), draft, v.now)
	})
	if err != nil {
		return err
	}
	return seeOther(w, v, articlePath(made.ID))
}

// firstLang is the language in which a person begins a story: the desk's own
// if the person may write in it, else the first of those.
func firstLang(p *stet.Person, site *stet.Site) stet.Lang {
	langs := site.Langs()
	if len(p.Langs) > 0 {
		langs = slices.DeleteFunc(langs, func(l stet.Lang) bool { return !slices.Contains(p.Langs, l) })
	}
	if l := p.Desk; slices.Contains(langs, l) || len(langs) == 0 {
		return l
	}
	return langs[0]
}

// act changes the article that a request names by one of the law's verbs.
func (d *Desk) act(v *visit, do func(a *stet.Article) error) (*stet.Article, error) {
	id, err := articleID(v)
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

// verb answers a form with one of the law's verbs, and goes back to the article
// with a word of what was done.
func (d *Desk) verb(w http.ResponseWriter, v *visit, did string, do func(a *stet.Article) error) error {
	a, err := d.act(v, do)
	if err != nil {
		return err
	}
	to := articlePath(a.ID) + "?did=" + did
	if stet.May(v.user(), stet.ActRead, a) != nil { // handed out of one's own reach
		to = "/desk/?did=" + did
	}
	return seeOther(w, v, to)
}

func (d *Desk) submit(w http.ResponseWriter, v *visit) error {
	return d.verb(w, v, "submit", func(a *stet.Article) error {
		return a.Submit(v.user(), v.PostFormValue("note"), v.PostFormValue("to"), v.now)
	})
}

func (d *Desk) giveBack(w http.ResponseWriter, v *visit) error {
	return d.verb(w, v, "return", func(a *stet.Article) error {
		return a.Return(v.user(), v.PostFormValue("note"), v.now)
	})
}

func (d *Desk) approve(w http.ResponseWriter, v *visit) error {
	return d.verb(w, v, "approve", func(a *stet.Article) error {
		return a.Approve(v.user(), v.PostFormValue("note"), v.now)
	})
}

func (d *Desk) unschedule(w http.ResponseWriter, v *visit) error {
	return d.verb(w, v, "unschedule", func(a *stet.Article) error {
		return a.Unschedule(v.user(), v.PostFormValue("note"), v.now)
	})
}

func (d *Desk) assign(w http.ResponseWriter, v *visit) error {
	return d.verb(w, v, "assign", func(a *stet.Article) error {
		return a.Assign(v.user(), v.PostFormValue("to"), v.PostFormValue("note"), v.now)
	})
}

// note leaves a note beside the text. Who is chosen, or named in it with an @,
// is told.
func (d *Desk) note(w http.ResponseWriter, v *visit) error {
	names, err := d.names(v)
	if err != nil {
		return err
	}
	text := v.PostFormValue("note")
	tell := mentioned(text, names.all)
	if to := v.PostFormValue("tell"); to != "" {
		tell = append(tell, to)
	}
	return d.verb(w, v, "note", func(a *stet.Article) error { return a.Remark(v.user(), text, tell, v.now) })
}

// times sets embargo and expiry, which a form gives in the site's zone.
func (d *Desk) times(w http.ResponseWriter, v *visit) error {
	embargo, err := v.siteTime("embargo")
	if err != nil {
		return err
	}
	expires, err := v.siteTime("expires")
	if err != nil {
		return err
	}
	return d.verb(w, v, "times", func(a *stet.Article) error {
		return a.SetTimes(v.user(), embargo, expires, v.now)
	})
}

// siteTime reads a time of a form in the site's zone: of two that fit the
// earlier one. An empty field is no time.
func (v *visit) siteTime(field string) (time.Time, error) {
	shown := v.PostFormValue(field)
	if shown == "" {
		return time.Time{}, nil
	}
	at, instead, err := stet.WallTime(shown, v.site.Zone)
	if err != nil {
		return time.Time{}, err
	}
	if len(at) == 0 {
		return time.Time{}, stet.Errorf(stet.Invalid, field, "%s does not exist in %s: the clocks go forward over it to %s",
			shown, v.site.Zone, instead.Format("15:04"))
	}
	return at[0], nil
}

// stale refuses to go on with a text that somebody changed after the form was
// shown that asks for it.
func (v *visit) stale(a *stet.Article) error {
	if shown := v.PostFormValue("version"); shown != "" && shown != strconv.FormatInt(a.Version, 10) {
		return stet.Errorf(stet.Stale, "", "the text has changed since you looked at it; look again and confirm")
	}
	return nil
}
