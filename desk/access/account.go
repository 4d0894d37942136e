package access

import (
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"stet"
	"stet/auth"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/web"
)

func (d *Access) accountRoutes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /desk/account", Early: true, Serve: d.account},
		{Pattern: "POST /desk/account", Early: true, Serve: d.changeAccount},
		{Pattern: "POST /desk/account/password", Early: true, Serve: d.changePassword},
		{Pattern: "GET /desk/account/authenticator", Early: true, Serve: d.authenticator},
		{Pattern: "POST /desk/account/authenticator", Early: true, Serve: d.addAuthenticator},
		{Pattern: "POST /desk/account/authenticator/remove", Early: true, Serve: d.removeAuthenticator},
		{Pattern: "POST /desk/account/passkeys/ask", Early: true, Serve: d.newPasskey},
		{Pattern: "POST /desk/account/passkeys", Early: true, Serve: d.addPasskey},
		{Pattern: "POST /desk/account/passkeys/remove", Early: true, Serve: d.removePasskey},
		{Pattern: "POST /desk/account/oidc", Early: true, Serve: d.connectProvider},
		{Pattern: "POST /desk/account/oidc/end", Early: true, Serve: d.endProvider},
		{Pattern: "POST /desk/account/sessions/end", Early: true, Serve: d.endSession},
		{Pattern: "POST /desk/account/sessions/end-all", Early: true, Serve: d.endSessions},
	}
}

// settle notes that the person has added a second factor.
func (d *Access) settle(v *frame.Visit) error {
	return d.DB.SettleSession(v.Context(), v.Person.ID, v.Session.ID)
}

// accountPage is what a person decides about themselves.
type accountPage struct {
	frame.Frame
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
	Since, Used *frame.When
}

// passkeyLine is a passkey of the person.
type passkeyLine struct {
	ID, Device string
	Made, Used *frame.When
	Never      bool // it was not used yet
}

// identityLine is the account elsewhere by which the person signs in.
type identityLine struct {
	Email      string // may be empty
	Made, Used *frame.When
	Never      bool // it was not used yet
}

// deskNames are the desk's languages as they call themselves.
var deskNames = map[stet.Lang]string{"en": "English", "ru": "Русский", "az": "Azərbaycanca"}

func (d *Access) account(w http.ResponseWriter, v *frame.Visit) error {
	return d.accountPage(w, v, http.StatusOK, accountPage{})
}

func (d *Access) accountPage(w http.ResponseWriter, v *frame.Visit, status int, p accountPage) error {
	f, err := d.Frame(v, v.T("account"))
	if err != nil {
		return err
	}
	c, err := d.DB.Credentials(v.Context(), v.Person.ID)
	if err != nil {
		return err
	}
	p.Frame, p.Zone, p.SiteZone, p.Rights = f, v.Person.Zone, v.Site.Zone.String(), rightsText(v, v.Person)
	p.Pending = v.Session.Pending
	p.Fresh, p.HasPassword, p.HasCode = d.Sessions.Fresh(v.Session), c.Password != "", c.Code != nil
	p.CanPasskey, p.Provider = d.door.HasPasskeys(), d.providerName()
	if d.Provider != nil {
		i, err := d.DB.IdentityOf(v.Context(), v.Person.ID, d.Provider.Issuer)
		if err != nil && !stet.Is(err, stet.NotFound) {
			return err
		}
		if err == nil && i.Ended.IsZero() {
			p.Identity = &identityLine{i.Email, v.At(i.Created, v.Zone), v.At(i.Used, v.Zone), i.Used.IsZero()}
		}
	}
	for _, l := range stet.DeskLangs {
		p.Languages = append(p.Languages, choice{string(l), deskNames[l], l == v.Person.Desk})
	}
	keys, err := d.DB.Passkeys(v.Context(), v.Person.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		p.Passkeys = append(p.Passkeys, passkeyLine{
			ID: base64.RawURLEncoding.EncodeToString(k.ID), Device: k.Device, Made: v.At(k.Created, v.Zone), Used: v.At(k.Used, v.Zone), Never: k.Used.IsZero(),
		})
	}
	sessions, err := d.DB.Sessions(v.Context(), v.Person.ID, v.Now)
	if err != nil {
		return err
	}
	for _, s := range sessions {
		p.Sessions = append(p.Sessions, sessionLine{
			ID: s.ID, Device: s.Device, Here: s.ID == v.Session.ID, Since: v.At(s.Created, v.Zone), Used: v.At(s.Used, v.Zone),
		})
	}
	return d.Page(w, status, "account", &p)
}

// rightsText says what a person is in the newsroom: "Editor, ru, politics".
func rightsText(v *frame.Visit, p *stet.Person) string {
	words := []string{v.Role(p.Role)}
	for _, l := range p.Langs {
		words = append(words, string(l))
	}
	return strings.Join(append(words, p.Sections...), ", ")
}

func (d *Access) changeAccount(w http.ResponseWriter, v *frame.Visit) error {
	err := d.DB.UpdatePerson(v.Context(), v.User(), v.Person.ID, v.Now, func(p *stet.Person) error {
		p.Desk, p.Zone = stet.Lang(v.PostFormValue("desk")), stet.CleanLine(v.PostFormValue("zone"))
		return nil
	})
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/account?did=saved")
}

// signInAgain sends a person who did not sign in a moment ago to do so, before
// they change how they sign in. It reports whether it did.
func (d *Access) signInAgain(w http.ResponseWriter, v *frame.Visit) bool {
	if d.Sessions.Fresh(v.Session) {
		return false
	}
	http.Redirect(w, v.Request, "/desk/sign-in?again=1&did=sign_in_again&next=/desk/account", http.StatusSeeOther)
	return true
}

func (d *Access) changePassword(w http.ResponseWriter, v *frame.Visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	password := v.PostFormValue("password")
	if password != v.PostFormValue("again") {
		return d.accountPage(w, v, http.StatusUnprocessableEntity, accountPage{Wrong: "password_differs"})
	}
	err := d.door.SetPassword(v.Context(), v.Person, password, v.Session.ID)
	if stet.Is(err, stet.Invalid) {
		return d.accountPage(w, v, http.StatusUnprocessableEntity, accountPage{Wrong: "password_weak"})
	}
	if err != nil {
		return often(w, err)
	}
	return frame.SeeOther(w, v, "/desk/account?did=password_set")
}

// authenticatorPage shows the secret that an authenticator is to share.
type authenticatorPage struct {
	frame.Frame
	Secret  string
	Grouped string // the secret as people copy it
	Picture template.URL
	Wrong   bool // the code did not fit
}

func (d *Access) authenticator(w http.ResponseWriter, v *frame.Visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	return d.authenticatorPage(w, v, http.StatusOK, authenticatorPage{Secret: auth.NewCode()})
}

func (d *Access) authenticatorPage(w http.ResponseWriter, v *frame.Visit, status int, p authenticatorPage) (err error) {
	if p.Frame, err = d.Frame(v, v.T("code_set_up")); err != nil {
		return err
	}
	p.Here = "account"
	picture, err := auth.CodePicture(p.Paper, v.Person, p.Secret)
	if err != nil {
		return err
	}
	p.Picture = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(picture))
	for i := 0; i < len(p.Secret); i += 4 {
		p.Grouped += " " + p.Secret[i:min(i+4, len(p.Secret))]
	}
	p.Grouped = strings.TrimSpace(p.Grouped)
	return d.Page(w, status, "authenticator", &p)
}

func (d *Access) addAuthenticator(w http.ResponseWriter, v *frame.Visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	secret := v.PostFormValue("secret")
	err := d.door.SetCode(v.Context(), v.Person, secret, v.PostFormValue("code"), v.Session.ID)
	if errors.Is(err, auth.ErrWrong) {
		return d.authenticatorPage(w, v, http.StatusUnprocessableEntity, authenticatorPage{Secret: secret, Wrong: true})
	}
	if err != nil {
		return err
	}
	if err := d.settle(v); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/account?did=code_set")
}

func (d *Access) removeAuthenticator(w http.ResponseWriter, v *frame.Visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	if err := d.door.RemoveCode(v.Context(), v.Person, v.Session.ID); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/account?did=code_removed")
}

// newPasskey begins making a passkey.
func (d *Access) newPasskey(w http.ResponseWriter, v *frame.Visit) error {
	if !d.Sessions.Fresh(v.Session) {
		return errSignInAgain
	}
	c, err := d.door.NewPasskey(v.Context(), v.Person)
	if err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, c)
	return nil
}

var errSignInAgain = &web.Refusal{Status: http.StatusForbidden, Detail: "Sign in again to change how you sign in."}

func (d *Access) addPasskey(w http.ResponseWriter, v *frame.Visit) error {
	if !d.Sessions.Fresh(v.Session) {
		return errSignInAgain
	}
	a, err := readAnswer(v)
	if err != nil {
		return err
	}
	err = d.door.AddPasskey(v.Context(), v.Person, a.Token, a.Credential, v.UserAgent())
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

func (d *Access) removePasskey(w http.ResponseWriter, v *frame.Visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	id, err := base64.RawURLEncoding.DecodeString(v.PostFormValue("id"))
	if err != nil {
		return stet.Errorf(stet.NotFound, "", "there is no such passkey")
	}
	if err := d.DB.RemovePasskey(v.Context(), v.Person.ID, id, v.Session.ID, v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/account?did=passkey_removed")
}

func (d *Access) endSession(w http.ResponseWriter, v *frame.Visit) error {
	id := v.PostFormValue("id")
	if id == v.Session.ID {
		return d.signOut(w, v)
	}
	if !stet.ValidID(id) {
		return stet.Errorf(stet.NotFound, "", "there is no such session")
	}
	if err := d.DB.EndSession(v.Context(), v.User(), v.Person.ID, id, v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/account?did=session_ended")
}

// endSessions signs the person out everywhere, here too.
func (d *Access) endSessions(w http.ResponseWriter, v *frame.Visit) error {
	if err := d.DB.EndSessions(v.Context(), v.User(), v.Person.ID, "", v.Now); err != nil {
		return err
	}
	if err := d.Sessions.SignOut(w, v.Request); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/sign-in?did=signed_out_everywhere")
}
