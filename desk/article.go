package desk

import (
	"net/http"

	"stet"
	"stet/desk/frame"
	"stet/desk/translate"
	"stet/lang"
	"stet/store"
)

// articlePage is an article to write, and what can be done with it.
type articlePage struct {
	frame.Frame
	Story      frame.Subject
	People     []frame.Option // who it can be handed to
	Assignee   string         // its name; empty for nobody
	Deadline   string         // as a form writes them, in the site's zone
	Embargo    string
	Expires    string
	Zone       string // the site's
	Activity   []activity
	Withdrawal string
	Words      words
	Touched    *frame.When
	TouchedBy  string
	Findings   []finding // about the right to show its pictures
	Edit       *editing
	Standing   *translate.Standing // to its original; nil for an original
}

func (d *Desk) showArticle(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	p := articlePage{Zone: v.Site.Zone.String(), Withdrawal: a.Withdrawal, Words: wordsOf(v, a)}
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Frame, err = d.Frame(v, p.Story.Headline); err != nil {
		return err
	}
	if p.Title == "" {
		p.Title = v.T("untitled")
	}
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	p.Assignee = names.Of(a.Assignee)
	p.Touched, p.TouchedBy = v.At(a.Touched, v.Zone), names.Of(a.TouchedBy)
	p.People = names.Options(a.Assignee)
	p.Deadline, p.Embargo, p.Expires = frame.Wall(a.Deadline, v.Site.Zone), frame.Wall(a.Embargo, v.Site.Zone), frame.Wall(a.Expires, v.Site.Zone)
	sections, err := d.SectionOptions(v, a.Lang, a.Latest().Section)
	if err != nil {
		return err
	}
	if p.Edit, err = d.editing(v, a, sections, languages(v, a)); err != nil {
		return err
	}
	if p.Findings, err = d.rights(v, a); err != nil {
		return err
	}
	if p.Standing, err = d.trans.Standing(v, a); err != nil {
		return err
	}
	lines, err := d.DB.History(v.Context(), a.ID)
	if err != nil {
		return err
	}
	p.Activity = activities(v, lines, names, articleActivity)
	return d.Page(w, http.StatusOK, "article", &p)
}

// languages are those of the site, that of an article chosen.
func languages(v *frame.Visit, a *stet.Article) []frame.Option {
	var out []frame.Option
	for _, l := range v.Site.Langs() {
		out = append(out, frame.Option{Value: string(l), Text: lang.Get(string(l)).Name, Chosen: l == a.Lang})
	}
	return out
}

// besidePage is a translation to write beside its original.
type besidePage struct {
	frame.Frame
	Story frame.Subject
	Edit  *editing
}

func (d *Desk) showBeside(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	if a.Original() {
		return frame.SeeOther(w, v, frame.ArticlePath(a.ID)+"/translate")
	}
	p := besidePage{}
	sections, err := d.SectionOptions(v, a.Lang, a.Latest().Section)
	if err != nil {
		return err
	}
	if p.Edit, err = d.editing(v, a, sections, languages(v, a)); err != nil {
		return err
	}
	if p.Edit.Setup.Beside, err = d.trans.Beside(v, a); err != nil {
		return err
	}
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Frame, err = d.Frame(v, v.T("translate")); err != nil {
		return err
	}
	return d.Page(w, http.StatusOK, "beside", &p)
}

// articleActivity is how much of what happened stands beside an article.
const articleActivity = 12

// create starts a story in the person's first language, and goes to it.
func (d *Desk) create(w http.ResponseWriter, v *frame.Visit) error {
	draft := stet.Draft{Kind: stet.StoryKind, Lang: stet.Lang(v.FormValue("lang"))}
	if draft.Lang == "" {
		draft.Lang = frame.FirstLang(v.Person, v.Site)
	}
	if _, ok := v.Site.Edition(draft.Lang); !ok {
		return stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages", draft.Lang)
	}
	own, err := d.DB.AuthorOf(v.Context(), v.Person.ID)
	if err != nil {
		return err
	}
	if own != nil && own.Names[draft.Lang].Name != "" {
		draft.Content.Bylines = []stet.Byline{{Key: own.Key}}
	}
	made, err := d.DB.UpdateArticle(v.Context(), stet.ArticleID(store.NewID()), func(a *stet.Article) error {
		return a.Create(v.User(), draft, v.Now)
	})
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, frame.ArticlePath(made.ID))
}

func (d *Desk) submit(w http.ResponseWriter, v *frame.Visit) error {
	return d.Verb(w, v, "submit", func(a *stet.Article) error {
		return a.Submit(v.User(), v.PostFormValue("note"), v.PostFormValue("to"), v.Now)
	})
}

func (d *Desk) giveBack(w http.ResponseWriter, v *frame.Visit) error {
	return d.Verb(w, v, "return", func(a *stet.Article) error {
		return a.Return(v.User(), v.PostFormValue("note"), v.Now)
	})
}

func (d *Desk) approve(w http.ResponseWriter, v *frame.Visit) error {
	return d.Verb(w, v, "approve", func(a *stet.Article) error {
		return a.Approve(v.User(), v.PostFormValue("note"), v.Now)
	})
}

func (d *Desk) unschedule(w http.ResponseWriter, v *frame.Visit) error {
	if _, err := d.together(v, func(a *stet.Article) error { return a.Unschedule(v.User(), v.PostFormValue("note"), v.Now) },
		func(as []*stet.Article) error {
			return stet.UnscheduleTogether(as, v.User(), v.PostFormValue("note"), v.Now)
		}); err != nil {
		return err
	}
	return d.Verb(w, v, "unschedule", func(*stet.Article) error { return nil })
}

func (d *Desk) assign(w http.ResponseWriter, v *frame.Visit) error {
	return d.Verb(w, v, "assign", func(a *stet.Article) error {
		return a.Assign(v.User(), v.PostFormValue("to"), v.PostFormValue("note"), v.Now)
	})
}

// note leaves a note beside the text. Who is chosen, or named in it with an @,
// is told.
func (d *Desk) note(w http.ResponseWriter, v *frame.Visit) error {
	names, err := d.Names(v)
	if err != nil {
		return err
	}
	text := v.PostFormValue("note")
	tell := mentioned(text, names.All)
	if to := v.PostFormValue("tell"); to != "" {
		tell = append(tell, to)
	}
	return d.Verb(w, v, "note", func(a *stet.Article) error { return a.Remark(v.User(), text, tell, v.Now) })
}

// times sets embargo, expiry and when the text is due, which a form gives in the site's zone.
func (d *Desk) times(w http.ResponseWriter, v *frame.Visit) error {
	embargo, err := v.SiteTime("embargo")
	if err != nil {
		return err
	}
	expires, err := v.SiteTime("expires")
	if err != nil {
		return err
	}
	deadline, err := v.SiteTime("deadline")
	if err != nil {
		return err
	}
	return d.Verb(w, v, "times", func(a *stet.Article) error {
		if err := a.SetTimes(v.User(), embargo, expires, v.Now); err != nil {
			return err
		}
		if _, given := v.PostForm["deadline"]; !given {
			return nil
		}
		return a.SetDeadline(v.User(), deadline, v.Now)
	})
}
