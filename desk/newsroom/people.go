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
	People  []personLine
	Invited stet.Person // as the form was filled in
	Roles   []frame.Option
	Wrong   wrongs
}

// personLine is somebody in the list.
type personLine struct {
	Href, Name, Email, Role, Limits string
	Suspended                       *frame.When
	Seen                            *frame.When // when they last signed in
	Never                           bool        // they did not yet
}

func (d *Newsroom) people(w http.ResponseWriter, v *frame.Visit) error {
	if err := may(v); err != nil {
		return err
	}
	return d.peoplePage(w, v, http.StatusOK, peoplePage{Invited: stet.Person{Role: stet.Reporter}})
}

func (d *Newsroom) peoplePage(w http.ResponseWriter, v *frame.Visit, status int, p peoplePage) error {
	all, err := d.DB.People(v.Context())
	if err != nil {
		return err
	}
	seen, err := d.DB.LastSignedIn(v.Context())
	if err != nil {
		return err
	}
	sections, err := d.SectionOptions(v, stet.Lang(v.Lang), "")
	if err != nil {
		return err
	}
	p.Roles = roles(v, p.Invited.Role)
	for _, x := range all {
		at := seen[x.ID]
		p.People = append(p.People, personLine{
			personPath(x.ID), x.Name, x.Email, v.Role(x.Role), limits(x, sections), v.At(x.Disabled, v.Zone), v.At(at, v.Zone), at.IsZero(),
		})
	}
	if p.Frame, err = d.Frame(v, v.T("people")); err != nil {
		return err
	}
	return d.Page(w, status, "people", &p)
}

// limits says what somebody's rights are limited to; empty for nothing.
func limits(p *stet.Person, sections []frame.Option) string {
	var words []string
	for _, s := range p.Sections {
		for _, o := range sections {
			if o.Value == s {
				s = o.Text
				break
			}
		}
		words = append(words, s)
	}
	for _, l := range p.Langs {
		words = append(words, lang.Get(string(l)).Name)
	}
	return strings.Join(words, ", ")
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
	invited := stet.Person{Name: v.PostFormValue("name"), Email: v.PostFormValue("email"), Role: stet.Role(v.PostFormValue("role")), Desk: v.Person.Desk}
	made, err := d.DB.AddPerson(v.Context(), v.User(), invited, v.Now)
	if refused(err) {
		return d.peoplePage(w, v, http.StatusUnprocessableEntity, peoplePage{Invited: invited, Wrong: wrong(v, err)})
	}
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
	Link      string      // by which they sign in once; shown once
	Minutes   int         // for which it works
	Seen      *frame.When // when they last signed in
	Never     bool        // they did not yet
	Sessions  []sessionLine
	Wrong     wrongs
}

// sessionLine is a browser in which somebody is signed in.
type sessionLine struct {
	ID, Device  string
	Since, Used *frame.When
}

func (d *Newsroom) person(w http.ResponseWriter, v *frame.Visit) error {
	who, err := d.who(v)
	if err != nil {
		return err
	}
	return d.personPage(w, v, http.StatusOK, personPage{Who: who})
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

func (d *Newsroom) personPage(w http.ResponseWriter, v *frame.Visit, status int, p personPage) error {
	who := p.Who
	p.Href, p.Roles, p.Suspended, p.Minutes = personPath(who.ID), roles(v, who.Role), v.At(who.Disabled, v.Zone), int(auth.LinkLasts.Minutes())
	seen, err := d.DB.LastSignedIn(v.Context())
	if err != nil {
		return err
	}
	p.Seen, p.Never = v.At(seen[who.ID], v.Zone), seen[who.ID].IsZero()
	sessions, err := d.DB.Sessions(v.Context(), who.ID, v.Now)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, sessionLine{s.ID, s.Device, v.At(s.Created, v.Zone), v.At(s.Used, v.Zone)})
	}
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
	if p.Sections, err = d.SectionOptions(v, stet.Lang(v.Lang), ""); err != nil {
		return err
	}
	for i, o := range p.Sections {
		p.Sections[i].Chosen = chosen["section "+o.Value]
	}
	if p.Frame, err = d.Frame(v, who.Name); err != nil {
		return err
	}
	return d.Page(w, status, "person", &p)
}

// change gives somebody a role, and the languages and sections it is limited to.
func (d *Newsroom) change(w http.ResponseWriter, v *frame.Visit) error {
	if err := v.ParseForm(); err != nil {
		return stet.Errorf(stet.Malformed, "", "this form cannot be read")
	}
	who, err := d.who(v)
	if err != nil {
		return err
	}
	fill := func(p *stet.Person) {
		p.Name, p.Email, p.Role = v.PostFormValue("name"), v.PostFormValue("email"), stet.Role(v.PostFormValue("role"))
		p.Sections, p.Langs = v.PostForm["section"], nil
		for _, l := range v.PostForm["lang"] {
			p.Langs = append(p.Langs, stet.Lang(l))
		}
	}
	err = d.DB.UpdatePerson(v.Context(), v.User(), who.ID, v.Now, func(p *stet.Person) error {
		fill(p)
		return nil
	})
	if refused(err) {
		fill(who)
		return d.personPage(w, v, http.StatusUnprocessableEntity, personPage{Who: who, Wrong: wrong(v, err)})
	}
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, personPath(who.ID)+"?did=saved")
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
	err = d.DB.UpdatePerson(v.Context(), v.User(), who.ID, v.Now, func(p *stet.Person) error {
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
	token, err := d.DB.AddLink(v.Context(), v.Person.ID, who.ID, access.FromOperator, v.Now, v.Now.Add(auth.LinkLasts))
	if err != nil {
		return err
	}
	return d.personPage(w, v, http.StatusOK, personPage{Who: who, Link: d.URL + "/desk/sign-in/" + token})
}

// endSession signs somebody out in one browser.
func (d *Newsroom) endSession(w http.ResponseWriter, v *frame.Visit) error {
	who, err := d.who(v)
	if err != nil {
		return err
	}
	id := v.PostFormValue("id")
	if !stet.ValidID(id) {
		return stet.Errorf(stet.Invalid, "id", "is missing")
	}
	if err := d.DB.EndSession(v.Context(), v.User(), who.ID, id, v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, personPath(who.ID)+"?did=sessions_ended")
}

// endSessions signs somebody out everywhere.
func (d *Newsroom) endSessions(w http.ResponseWriter, v *frame.Visit) error {
	who, err := d.who(v)
	if err != nil {
		return err
	}
	if err := d.DB.EndSessions(v.Context(), v.User(), who.ID, "", v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, personPath(who.ID)+"?did=sessions_ended")
}
