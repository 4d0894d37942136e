package desk

import (
	"net/http"
	"strings"
	"time"

	"stet"
)

var accountRoutes = []Route{
	{Pattern: "GET /desk/account", serve: (*Desk).account},
	{Pattern: "POST /desk/account", serve: (*Desk).changeAccount},
	{Pattern: "POST /desk/account/sessions/end", serve: (*Desk).endSession},
	{Pattern: "POST /desk/account/sessions/end-all", serve: (*Desk).endSessions},
}

// accountPage is what a person decides about themselves.
type accountPage struct {
	frame
	Languages []choice
	Zone      string // as the person chose it; empty for the site's
	SiteZone  string
	Rights    string // the role, and what it is limited to
	Sessions  []sessionLine
}

// choice is one of several.
type choice struct {
	Key, Name string
	Chosen    bool
}

// sessionLine is a browser in which the person is signed in.
type sessionLine struct {
	ID, Device  string
	Here        bool // it is this one
	Since, Used moment
}

// deskNames are the desk's languages as they call themselves.
var deskNames = map[stet.Lang]string{"en": "English", "ru": "Русский", "az": "Azərbaycanca"}

func (d *Desk) account(w http.ResponseWriter, v *visit) error {
	f, err := d.frame(v, v.T("account"))
	if err != nil {
		return err
	}
	f.Here = "account"
	p := accountPage{frame: f, Zone: v.person.Zone, SiteZone: v.site.Zone.String(), Rights: v.rights(v.person)}
	for _, l := range stet.DeskLangs {
		p.Languages = append(p.Languages, choice{string(l), deskNames[l], l == v.person.Desk})
	}
	sessions, err := d.DB.Sessions(v.Context(), v.person.ID, v.now)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, sessionLine{
			ID: s.ID, Device: s.Device, Here: s.ID == v.session.ID, Since: v.moment(s.Created), Used: v.moment(s.Used),
		})
	}
	return d.page(w, http.StatusOK, "account", &p)
}

// rights says what a person is in the newsroom: "Editor, ru, politics".
func (v *visit) rights(p *stet.Person) string {
	words := []string{v.T(Key("role_" + strings.ReplaceAll(string(p.Role), " ", "_")))}
	for _, l := range p.Langs {
		words = append(words, string(l))
	}
	return strings.Join(append(words, p.Sections...), ", ")
}

// moment is a time as the person reads it and as machines do.
type moment struct{ Machine, Text string }

func (v *visit) moment(t time.Time) moment {
	return moment{t.UTC().Format(time.RFC3339), v.l.DateTime(t.In(v.zone))}
}

func (d *Desk) changeAccount(w http.ResponseWriter, v *visit) error {
	err := d.DB.UpdatePerson(v.Context(), v.person.ID, func(p *stet.Person) error {
		p.Desk, p.Zone = stet.Lang(v.PostFormValue("desk")), stet.CleanLine(v.PostFormValue("zone"))
		return nil
	})
	if err != nil {
		return err
	}
	return seeOther(w, v, "/desk/account?did=saved")
}

func (d *Desk) endSession(w http.ResponseWriter, v *visit) error {
	id := v.PostFormValue("id")
	if id == v.session.ID {
		return d.signOut(w, v)
	}
	if !stet.ValidID(id) {
		return stet.Errorf(stet.NotFound, "", "there is no such session")
	}
	if err := d.DB.EndSession(v.Context(), v.person.ID, id); err != nil {
		return err
	}
	return seeOther(w, v, "/desk/account?did=session_ended#sessions")
}

// endSessions signs the person out everywhere, here too.
func (d *Desk) endSessions(w http.ResponseWriter, v *visit) error {
	if err := d.DB.EndSessions(v.Context(), v.person.ID, ""); err != nil {
		return err
	}
	if err := d.sessions.SignOut(w, v.Request); err != nil {
		return err
	}
	return seeOther(w, v, "/desk/sign-in?did=signed_out_everywhere")
}
