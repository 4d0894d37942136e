package access

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/auth"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/store/access"
	"stet/web"
)

func (d *Access) signInRoutes() []frame.Route {
	return []frame.Route{
		{Pattern: "GET /desk/sign-in", Open: true, Serve: d.signIn},
		{Pattern: "POST /desk/sign-in", Open: true, Serve: d.usePassword},
		{Pattern: "POST /desk/sign-in/code", Open: true, Serve: d.useCode},
		{Pattern: "POST /desk/sign-in/mail", Open: true, Serve: d.mailLink},
		{Pattern: "GET /desk/sign-in/{token}", Open: true, Serve: d.linkPage},
		{Pattern: "POST /desk/sign-in/{token}", Open: true, Serve: d.useLink},
		{Pattern: "POST /desk/sign-in/passkey/ask", Open: true, Serve: d.askPasskey},
		{Pattern: "POST /desk/sign-in/passkey", Open: true, Serve: d.usePasskey},
		{Pattern: "POST /desk/sign-in/oidc", Open: true, Serve: d.askProvider},
		{Pattern: "GET " + auth.CallbackPath, Open: true, Serve: d.providerAnswered},
		{Pattern: "POST /desk/sign-out", Open: true, Serve: d.signOut},
	}
}

// maxSignIn bounds the bodies of requests that anybody may send.
const maxSignIn = 64 << 10

// signInPage is where somebody says who they are.
type signInPage struct {
	frame.Frame
	Next  string // where they wanted to go
	Email string
	Wrong bool // what was given does not fit
	Mail  bool // links can come by mail

	Passkeys bool    // passkeys work here
	Provider string  // where people have another account; empty for nowhere
	Failed   say.Key // why somebody was not let in who proved who they are; may be empty
}

func (d *Access) signIn(w http.ResponseWriter, v *frame.Visit) error {
	if v.Person != nil && !v.URL.Query().Has("again") {
		return frame.SeeOther(w, v, nextPath(v.FormValue("next")))
	}
	p := signInPage{}
	if v.Person != nil {
		p.Email = v.Person.Email
	}
	return d.signInPage(w, v, http.StatusOK, p)
}

func (d *Access) signInPage(w http.ResponseWriter, v *frame.Visit, status int, p signInPage) (err error) {
	if p.Frame, err = d.strangersFrame(v); err != nil {
		return err
	}
	p.Next, p.Mail, p.Passkeys, p.Provider = nextPath(cmp.Or(p.Next, v.FormValue("next"))), d.Mail != nil, d.door.HasPasskeys(), d.providerName()
	return d.Page(w, status, "signin", &p)
}

// strangersFrame is a frame without what only people who are in can use.
func (d *Access) strangersFrame(v *frame.Visit) (frame.Frame, error) {
	f, err := d.Frame(v, v.T("sign_in"))
	f.Person = nil
	return f, err
}

// caller is whose tries are counted together. Who calls from this machine
// itself, without a proxy, is not counted.
func caller(v *frame.Visit) netip.Addr {
	a := web.Client(v.Request)
	if a.IsLoopback() && v.Header.Get("X-Forwarded-For") == "" && v.Header.Get("Forwarded") == "" {
		return netip.Addr{}
	}
	return a
}

// often answers a try that was one too many.
func often(w http.ResponseWriter, err error) error {
	var often *auth.TooOften
	if !errors.As(err, &often) {
		return err
	}
	seconds := int(often.Wait/time.Second) + 1
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return &web.Refusal{Status: http.StatusTooManyRequests, Detail: fmt.Sprintf("Wait %d seconds and try again.", seconds)}
}

func (d *Access) usePassword(w http.ResponseWriter, v *frame.Visit) error {
	v.Body = http.MaxBytesReader(w, v.Body, maxSignIn)
	email := v.PostFormValue("email")
	e, err := d.door.Password(v.Context(), caller(v), email, v.PostFormValue("password"))
	if errors.Is(err, auth.ErrWrong) {
		return d.signInPage(w, v, http.StatusUnprocessableEntity, signInPage{Email: email, Wrong: true})
	}
	return d.enter(w, v, e, err)
}

// admit begins a session of whom the door let in.
func (d *Access) admit(w http.ResponseWriter, v *frame.Visit, e auth.Entry) error {
	e.From = web.Client(v.Request)
	return d.Sessions.SignIn(w, v.Request, e)
}

// enter lets in whom the door lets in, or asks for the code that is missing.
func (d *Access) enter(w http.ResponseWriter, v *frame.Visit, e auth.Entry, err error) error {
	if errors.Is(err, auth.ErrFactor) {
		return d.signInPage(w, v, http.StatusForbidden, signInPage{Email: v.PostFormValue("email"), Failed: "factor_wanted"})
	}
	if err != nil {
		return often(w, err)
	}
	if e.Person == "" {
		return d.codePage(w, v, http.StatusOK, codePage{Step: e.Step})
	}
	if err := d.admit(w, v, e); err != nil {
		return err
	}
	next := nextPath(v.PostFormValue("next"))
	if next == deskHome {
		c, err := d.DB.Credentials(v.Context(), e.Person)
		if err != nil {
			return err
		}
		has, err := d.door.HasFactor(v.Context(), e.Person)
		if err != nil {
			return err
		}
		if c.Password == "" && !has {
			next += "?did=first_signed_in"
		}
	}
	return frame.SeeOther(w, v, next)
}

// codePage asks for the code of an authenticator.
type codePage struct {
	frame.Frame
	Step  string // that the password was right
	Next  string
	Wrong bool
}

func (d *Access) codePage(w http.ResponseWriter, v *frame.Visit, status int, p codePage) (err error) {
	if p.Frame, err = d.strangersFrame(v); err != nil {
		return err
	}
	p.Next = nextPath(v.PostFormValue("next"))
	return d.Page(w, status, "code", &p)
}

func (d *Access) useCode(w http.ResponseWriter, v *frame.Visit) error {
	v.Body = http.MaxBytesReader(w, v.Body, maxSignIn)
	step := v.PostFormValue("step")
	e, err := d.door.Code(v.Context(), caller(v), step, v.PostFormValue("code"))
	switch {
	case errors.Is(err, auth.ErrWrong):
		return d.codePage(w, v, http.StatusUnprocessableEntity, codePage{Step: step, Wrong: true})
	case stet.Is(err, stet.NotFound): // it took too long
		return frame.SeeOther(w, v, "/desk/sign-in?"+url.Values{"did": {"code_late"}, "next": {nextPath(v.PostFormValue("next"))}}.Encode())
	}
	return d.enter(w, v, e, err)
}

// answer is what a script sends back with a passkey.
type answer struct {
	Token      string          `json:"token"`
	Credential json.RawMessage `json:"credential"`
	Next       string          `json:"next"`
}

func readAnswer(v *frame.Visit) (a answer, err error) {
	data, err := web.ReadJSON(v.Request, maxSignIn)
	if err != nil {
		return a, err
	}
	if json.Unmarshal(data, &a) != nil {
		err = &web.Refusal{Status: http.StatusBadRequest, Detail: "The body is not what the desk's script sends."}
	}
	return a, err
}

// askPasskey begins signing in by a passkey.
func (d *Access) askPasskey(w http.ResponseWriter, v *frame.Visit) error {
	c, err := d.door.AskPasskey(v.Context(), caller(v))
	if err != nil {
		return often(w, err)
	}
	web.WriteJSON(w, http.StatusOK, c)
	return nil
}

func (d *Access) usePasskey(w http.ResponseWriter, v *frame.Visit) error {
	a, err := readAnswer(v)
	if err != nil {
		return err
	}
	e, err := d.door.Passkey(v.Context(), caller(v), a.Token, a.Credential)
	if errors.Is(err, auth.ErrWrong) {
		return &web.Refusal{Status: http.StatusUnprocessableEntity, Detail: "This passkey is not known here."}
	}
	if err != nil {
		return err
	}
	if err := d.admit(w, v, e); err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, sent{nextPath(a.Next)})
	return nil
}

// sent tells a script where to go.
type sent struct {
	To string `json:"to"`
}

// mailLink sends a link to the address given, if it is somebody's: the answer
// is the same.
func (d *Access) mailLink(w http.ResponseWriter, v *frame.Visit) error {
	v.Body = http.MaxBytesReader(w, v.Body, maxSignIn)
	if d.Mail == nil {
		return stet.Errorf(stet.NotFound, "", "mail is not set up; ask the administrator for a link")
	}
	if err := d.door.SendLink(caller(v), v.PostFormValue("email")); err != nil {
		return often(w, err)
	}
	return frame.SeeOther(w, v, "/desk/sign-in?did=link_sent")
}

// letter writes the letter that brings a link, in the language of the person's desk.
func (d *Access) letter(site *stet.Site, p *stet.Person, link string) (subject, text string) {
	w, paper := d.Book.In(p.Desk), site.Editions[0]
	if e, ok := site.Edition(p.Desk); ok {
		paper = e
	}
	return w.T("letter_subject", "paper", paper.Name),
		w.T("letter_text", "name", p.Name, "paper", paper.Name, "link", link, "minutes", int(auth.LinkLasts.Minutes()))
}

const deskHome = "/desk/"

// nextPath returns where to go after signing in: a page of the desk, whatever
// the address asked for.
func nextPath(asked string) string {
	u, err := url.Parse(asked)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" ||
		!strings.HasPrefix(asked, deskHome) || path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "/desk/sign-") || strings.ContainsAny(asked, "\\\r\n\t") {
		return deskHome
	}
	return u.RequestURI()
}

// linkPage shows whom a one-time link is for, and a button. Looking does not
// use the link up: programs that check mail look at every address in it.
type linkPage struct {
	frame.Frame
	Name  string // whom the link is for; empty where it is no good any more
	Token string
	Next  string
}

func (d *Access) linkPage(w http.ResponseWriter, v *frame.Visit) error {
	f, err := d.strangersFrame(v)
	if err != nil {
		return err
	}
	p := linkPage{Frame: f, Token: v.PathValue("token"), Next: nextPath(v.FormValue("next"))}
	person, purpose, err := d.DB.Link(v.Context(), p.Token, v.Now)
	switch {
	case stet.Is(err, stet.NotFound) || err == nil && purpose == access.Code:
		return d.Page(w, http.StatusNotFound, "link", &p)
	case err != nil:
		return err
	}
	who, err := d.DB.Person(v.Context(), person)
	if err != nil {
		return err
	}
	p.Name = who.Name
	return d.Page(w, http.StatusOK, "link", &p)
}

func (d *Access) useLink(w http.ResponseWriter, v *frame.Visit) error {
	v.Body = http.MaxBytesReader(w, v.Body, maxSignIn)
	e, err := d.door.Link(v.Context(), caller(v), v.PathValue("token"))
	if stet.Is(err, stet.NotFound) {
		return d.linkPage(w, v)
	}
	return d.enter(w, v, e, err)
}

func (d *Access) signOut(w http.ResponseWriter, v *frame.Visit) error {
	if err := d.Sessions.SignOut(w, v.Request); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/sign-in?did=signed_out")
}
