package newsroom

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"stet"
	"stet/auth"
	"stet/desk/frame"
	"stet/lang"
	"stet/store/access"
)

// peoplePage lists who works here.
type peoplePage struct {
	frame.Frame
	People []personLine
	Roles  []frame.Option
}

// personLine is somebody in the list.
type personLine struct {
	Href, Name, Email, Role, Limits string
	Suspended                       *frame.When
}

func (d *Newsroom) people(w http.ResponseWriter, v *frame.Visit) error {
	if err := may(v); err != nil {
		return err
	}
	all, err := d.DB.People(v.Context())
	if err != nil {
		return err
	}
	p := peoplePage{Roles: roles(v, stet.Reporter)}
	for _, x := range all {
		limits := append([]string{}, x.Sections...)
		for _, l := range x.Langs {
			limits = append(limits, string(l))
		}
		p.People = append(p.People, personLine{personPath(x.ID), x.Name, x.Email, v.Role(x.Role), strings.Join(limits, ", "), v.At(x.Disabled, v.Zone)})
	}
	if p.Frame, err = d.Frame(v, v.T("people")); err != nil {
		return err
	}
	return d.Page(w, http.StatusOK, "people", &p)
}

func personPath(id string) string { return "/desk/people/" + url.PathEscape(id) }

// roles are the roles that somebody can have, one of them chosen.
func roles(v *frame.Visit, chosen stet.Role) []frame.Option {
	var out []frame.Option
	for _, r := range stet.Roles {
		out = append(out, frame.Option{Value: string(r), Text: v.Role(r), Chosen: r == chosen})
	}
	return out
}

// signInAgain sends an administrator who did not sign in a moment ago to do so,
// before they make a link that lets somebody in. It reports whether it did.
func (d *Newsroom) signInAgain(w http.ResponseWriter, v *frame.Visit) bool {
	if d.Sessions.Fresh(v.Session) {
		return false
	}
	_ = frame.SeeOther(w, v, "/desk/sign-in?again=1&did=sign_in_again&next=/desk/people")
	return true
}

// invite takes somebody in, and shows the link by which they come.
func (d *Newsroom) invite(w http.ResponseWriter, v *frame.Visit) error {
	if err := may(v); err != nil || d.signInAgain(w, v) {
		return err
	}
	made, err := d.DB.AddPerson(v.Context(), v.User(), stet.Person{
		Name: v.PostFormValue("name"), Email: v.PostFormValue("email"), Role: stet.Role(v.PostFormValue("role")), Desk: v.Person.Desk,
	}, v.Now)
	if err != nil {
		return err
	}
	return d.showLink(w, v, made)
}

// personPage is somebody, and what may be decided about them.
type personPage struct {
	frame.Frame
	Who       *stet.Person
	Href      string
	Roles     []frame.Option
	Langs     []frame.Option
	Sections  []frame.Option
	Suspended *frame.When
	Link      string // by which they sign in once; shown once
	Minutes   int    // for which it works
}

func (d *Newsroom) person(w http.ResponseWriter, v *frame.Visit) error {
	who, err := d.who(v)
	if err != nil {
		return err
	}
	return d.personPage(w, v, who, "")
}

// who is the person that a request names.
func (d *Newsroom) who(v *frame.Visit) (*stet.Person, error) {
	if err := may(v); err != nil {
		return nil, err
	}
	id := v.PathValue("person")
	if !stet.ValidID(id) {
		return nil, stet.Errorf(stet.NotFound, "", "there is no such person")
	}
	return d.DB.Person(v.Context(), id)
}

func (d *Newsroom) personPage(w http.ResponseWriter, v *frame.Visit, who *stet.Person, link string) error {
	p := personPage{Who: who, Href: personPath(who.ID), Roles: roles(v, who.Role), Suspended: v.At(who.Disabled, v.Zone), Link: link, Minutes: int(auth.LinkLasts.Minutes())}
	chosen := map[string]bool{}
	for _, l := range who.Langs {
		chosen["lang "+string(l)] = true
	}
	for _, s := range who.Sections {
		chosen["section "+s] = true
	}
	for _, l := range v.Site.Langs() {
		p.Langs = append(p.Langs, frame.Option{Value: string(l), Text: lang.Get(string(l)).Name, Chosen: chosen["lang "+string(l)]})
	}
	var err error
	if p.Sections, err = d.SectionOptions(v, stet.Lang(v.Lang), ""); err != nil {
		return err
	}
	for i, o := range p.Sections {
		p.Sections[i].Chosen = chosen["section "+o.Value]
	}
	if p.Frame, err = d.Frame(v, who.Name); err != nil {
		return err
	}
	return d.Page(w, http.StatusOK, "person", &p)
}

// change gives somebody a role, and the languages and sections it is limited to.
func (d *Newsroom) change(w http.ResponseWriter, v *frame.Visit) error {
	if err := v.ParseForm(); err != nil {
		return stet.Errorf(stet.Malformed, "", "this form cannot be read")
	}
	return d.update(w, v, "saved", func(p *stet.Person) {
		p.Name, p.Email, p.Role = v.PostFormValue("name"), v.PostFormValue("email"), stet.Role(v.PostFormValue("role"))
		p.Sections, p.Langs = v.PostForm["section"], nil
		for _, l := range v.PostForm["lang"] {
			p.Langs = append(p.Langs, stet.Lang(l))
		}
	})
}

// suspend signs somebody out everywhere and lets them in no more.
func (d *Newsroom) suspend(w http.ResponseWriter, v *frame.Visit) error {
	if err := may(v); err != nil {
		return err
	}
	if v.PathValue("person") == v.Person.ID {
		return stet.Errorf(stet.Conflict, "", "nobody can suspend themselves; ask another administrator")
	}
	return d.update(w, v, "suspended", func(p *stet.Person) { p.Disabled = v.Now })
}

func (d *Newsroom) letBack(w http.ResponseWriter, v *frame.Visit) error {
	return d.update(w, v, "let_back", func(p *stet.Person) { p.Disabled = time.Time{} })
}

func (d *Newsroom) update(w http.ResponseWriter, v *frame.Visit, did string, do func(*stet.Person)) error {
	who, err := d.who(v)
	if err != nil {
		return err
	}
	err = d.DB.UpdatePerson(v.Context(), v.User(), who.ID, func(p *stet.Person) error {
		do(p)
		return nil
	})
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, personPath(who.ID)+"?did="+did)
}

// link makes a new link for somebody who cannot get in.
func (d *Newsroom) link(w http.ResponseWriter, v *frame.Visit) error {
	who, err := d.who(v)
	if err != nil || d.signInAgain(w, v) {
		return err
	}
	if !who.Disabled.IsZero() {
		return stet.Errorf(stet.Conflict, "", "the person is suspended; let them back first")
	}
	return d.showLink(w, v, who)
}

// showLink answers with a link, which cannot be shown again: hence no redirect.
func (d *Newsroom) showLink(w http.ResponseWriter, v *frame.Visit, who *stet.Person) error {
	token, err := d.DB.AddLink(v.Context(), who.ID, access.FromOperator, v.Now, v.Now.Add(auth.LinkLasts))
	if err != nil {
		return err
	}
	return d.personPage(w, v, who, d.URL+"/desk/sign-in/"+token)
}
