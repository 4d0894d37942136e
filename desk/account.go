package desk

import (
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"stet"
	"stet/auth"
	"stet/desk/say"
	"stet/web"
)

var accountRoutes = early([]Route{
	{Pattern: "GET /desk/account", serve: (*Desk).account},
	{Pattern: "POST /desk/account", serve: (*Desk).changeAccount},
	{Pattern: "POST /desk/account/password", serve: (*Desk).changePassword},
	{Pattern: "GET /desk/account/authenticator", serve: (*Desk).authenticator},
	{Pattern: "POST /desk/account/authenticator", serve: (*Desk).addAuthenticator},
	{Pattern: "POST /desk/account/authenticator/remove", serve: (*Desk).removeAuthenticator},
	{Pattern: "POST /desk/account/passkeys/ask", serve: (*Desk).newPasskey},
	{Pattern: "POST /desk/account/passkeys", serve: (*Desk).addPasskey},
	{Pattern: "POST /desk/account/passkeys/remove", serve: (*Desk).removePasskey},
	{Pattern: "POST /desk/account/oidc", serve: (*Desk).connectProvider},
	{Pattern: "POST /desk/account/oidc/end", serve: (*Desk).endProvider},
	{Pattern: "POST /desk/account/sessions/end", serve: (*Desk).endSession},
	{Pattern: "POST /desk/account/sessions/end-all", serve: (*Desk).endSessions},
})

// early marks routes that are open to somebody who must add a second factor first.
func early(routes []Route) []Route {
	for i := range routes {
		routes[i].Early = true
	}
	return routes
}

// settle notes that the person has added a second factor.
func (d *Desk) settle(v *visit) error {
	return d.DB.SettleSession(v.Context(), v.person.ID, v.session.ID)
}

// accountPage is what a person decides about themselves.
type accountPage struct {
	frame
	Languages []choice
	Zone      string // as the person chose it; empty for the site's
	SiteZone  string
	Rights    string // the role, and what it is limited to
	Sessions  []sessionLine

	Pending     bool // the person must add a second factor before all else
	Fresh       bool // the person signed in a moment ago, and may change how
	HasPassword bool
	HasCode     bool
	Passkeys    []passkeyLine
	CanPasskey  bool          // passkeys work here
	Wrong       say.Key       // what was wrong with the password that was given; may be empty
	Provider    string        // where people have another account; empty for nowhere
	Identity    *identityLine // the person's there; nil for none
	Failed      say.Key       // why none was connected; may be empty
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
	Since, Used *when
}

// passkeyLine is a passkey of the person.
type passkeyLine struct {
	ID, Device string
	Made, Used *when
	Never      bool // it was not used yet
}

// identityLine is the account elsewhere by which the person signs in.
type identityLine struct {
	Email      string // may be empty
	Made, Used *when
	Never      bool // it was not used yet
}

// deskNames are the desk's languages as they call themselves.
var deskNames = map[stet.Lang]string{"en": "English", "ru": "Русский", "az": "Azərbaycanca"}

func (d *Desk) account(w http.ResponseWriter, v *visit) error {
	return d.accountPage(w, v, http.StatusOK, accountPage{})
}

func (d *Desk) accountPage(w http.ResponseWriter, v *visit, status int, p accountPage) error {
	f, err := d.frame(v, v.T("account"))
	if err != nil {
		return err
	}
	f.Here = "account"
	c, err := d.DB.Credentials(v.Context(), v.person.ID)
	if err != nil {
		return err
	}
	p.frame, p.Zone, p.SiteZone, p.Rights = f, v.person.Zone, v.site.Zone.String(), v.rights(v.person)
	p.Pending = v.session.Pending
	p.Fresh, p.HasPassword, p.HasCode = d.sessions.Fresh(v.session), c.Password != "", c.Code != nil
	p.CanPasskey, p.Provider = d.door.HasPasskeys(), d.providerName()
	if d.Provider != nil {
		i, err := d.DB.IdentityOf(v.Context(), v.person.ID, d.Provider.Issuer)
		if err != nil && !stet.Is(err, stet.NotFound) {
			return err
		}
		if err == nil && i.Ended.IsZero() {
			p.Identity = &identityLine{i.Email, v.at(i.Created, v.zone), v.at(i.Used, v.zone), i.Used.IsZero()}
		}
	}
	for _, l := range stet.DeskLangs {
		p.Languages = append(p.Languages, choice{string(l), deskNames[l], l == v.person.Desk})
	}
	keys, err := d.DB.Passkeys(v.Context(), v.person.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		p.Passkeys = append(p.Passkeys, passkeyLine{
			ID: base64.RawURLEncoding.EncodeToString(k.ID), Device: k.Device, Made: v.at(k.Created, v.zone), Used: v.at(k.Used, v.zone), Never: k.Used.IsZero(),
		})
	}
	sessions, err := d.DB.Sessions(v.Context(), v.person.ID, v.now)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, sessionLine{
			ID: s.ID, Device: s.Device, Here: s.ID == v.session.ID, Since: v.at(s.Created, v.zone), Used: v.at(s.Used, v.zone),
		})
	}
	return d.page(w, status, "account", &p)
}

// rights says what a person is in the newsroom: "Editor, ru, politics".
func (v *visit) rights(p *stet.Person) string {
	words := []string{v.Role(p.Role)}
	for _, l := range p.Langs {
		words = append(words, string(l))
	}
	return strings.Join(append(words, p.Sections...), ", ")
}

func (d *Desk) changeAccount(w http.ResponseWriter, v *visit) error {
	err := d.DB.UpdatePerson(v.Context(), v.user(), v.person.ID, func(p *stet.Person) error {
		p.Desk, p.Zone = stet.Lang(v.PostFormValue("desk")), stet.CleanLine(v.PostFormValue("zone"))
		return nil
	})
	if err != nil {
		return err
	}
	return seeOther(w, v, "/desk/account?did=saved")
}

// signInAgain sends a person who did not sign in a moment ago to do so, before
// they change how they sign in. It reports whether it did.
func (d *Desk) signInAgain(w http.ResponseWriter, v *visit) bool {
	if d.sessions.Fresh(v.session) {
		return false
	}
	http.Redirect(w, v.Request, "/desk/sign-in?again=1&did=sign_in_again&next=/desk/account", http.StatusSeeOther)
	return true
}

func (d *Desk) changePassword(w http.ResponseWriter, v *visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	password := v.PostFormValue("password")
	if password != v.PostFormValue("again") {
		return d.accountPage(w, v, http.StatusUnprocessableEntity, accountPage{Wrong: "password_differs"})
	}
	err := d.door.SetPassword(v.Context(), v.person, password, v.session.ID)
	if stet.Is(err, stet.Invalid) {
		return d.accountPage(w, v, http.StatusUnprocessableEntity, accountPage{Wrong: "password_weak"})
	}
	if err != nil {
		return often(w, err)
	}
	return seeOther(w, v, "/desk/account?did=password_set")
}

// authenticatorPage shows the secret that an authenticator is to share.
type authenticatorPage struct {
	frame
	Secret  string
	Grouped string // the secret as people copy it
	Picture template.URL
	Wrong   bool // the code did not fit
}

func (d *Desk) authenticator(w http.ResponseWriter, v *visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	return d.authenticatorPage(w, v, http.StatusOK, authenticatorPage{Secret: auth.NewCode()})
}

func (d *Desk) authenticatorPage(w http.ResponseWriter, v *visit, status int, p authenticatorPage) (err error) {
	if p.frame, err = d.frame(v, v.T("code_set_up")); err != nil {
		return err
	}
	p.Here = "account"
	picture, err := auth.CodePicture(p.Paper, v.person, p.Secret)
	if err != nil {
		return err
	}
	p.Picture = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(picture))
	for i := 0; i < len(p.Secret); i += 4 {
		p.Grouped += " " + p.Secret[i:min(i+4, len(p.Secret))]
	}
	p.Grouped = strings.TrimSpace(p.Grouped)
	return d.page(w, status, "authenticator", &p)
}

func (d *Desk) addAuthenticator(w http.ResponseWriter, v *visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	secret := v.PostFormValue("secret")
	err := d.door.SetCode(v.Context(), v.person, secret, v.PostFormValue("code"), v.session.ID)
	if errors.Is(err, auth.ErrWrong) {
		return d.authenticatorPage(w, v, http.StatusUnprocessableEntity, authenticatorPage{Secret: secret, Wrong: true})
	}
	if err != nil {
		return err
	}
	if err := d.settle(v); err != nil {
		return err
	}
	return seeOther(w, v, "/desk/account?did=code_set")
}

func (d *Desk) removeAuthenticator(w http.ResponseWriter, v *visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	if err := d.door.RemoveCode(v.Context(), v.person, v.session.ID); err != nil {
		return err
	}
	return seeOther(w, v, "/desk/account?did=code_removed")
}

// newPasskey begins making a passkey.
func (d *Desk) newPasskey(w http.ResponseWriter, v *visit) error {
	if !d.sessions.Fresh(v.session) {
		return errSignInAgain
	}
	c, err := d.door.NewPasskey(v.Context(), v.person)
	if err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, c)
	return nil
}

var errSignInAgain = &web.Refusal{Status: http.StatusForbidden, Detail: "Sign in again to change how you sign in."}

func (d *Desk) addPasskey(w http.ResponseWriter, v *visit) error {
	if !d.sessions.Fresh(v.session) {
		return errSignInAgain
	}
	a, err := readAnswer(v)
	if err != nil {
		return err
	}
	err = d.door.AddPasskey(v.Context(), v.person, a.Token, a.Credential, v.UserAgent())
	if errors.Is(err, auth.ErrWrong) {
		err = &web.Refusal{Status: http.StatusUnprocessableEntity, Detail: "This answer is no passkey for this site."}
	}
	if err != nil {
		return err
	}
	if err := d.settle(v); err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, sent{"/desk/account?did=passkey_added"})
	return nil
}

func (d *Desk) removePasskey(w http.ResponseWriter, v *visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	id, err := base64.RawURLEncoding.DecodeString(v.PostFormValue("id"))
	if err != nil {
		return stet.Errorf(stet.NotFound, "", "there is no such passkey")
	}
	if err := d.DB.RemovePasskey(v.Context(), v.person.ID, id, v.session.ID); err != nil {
		return err
	}
	return seeOther(w, v, "/desk/account?did=passkey_removed")
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
	return seeOther(w, v, "/desk/account?did=session_ended")
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
