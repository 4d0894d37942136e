package desk

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"stet"
	"stet/store"
)

var signInRoutes = []Route{
	{Pattern: "GET /desk/sign-in", Open: true, serve: (*Desk).signInPage},
	{Pattern: "GET /desk/sign-in/{token}", Open: true, serve: (*Desk).linkPage},
	{Pattern: "POST /desk/sign-in/{token}", Open: true, serve: (*Desk).useLink},
	{Pattern: "POST /desk/sign-out", Open: true, serve: (*Desk).signOut},
}

// signInPage is where somebody says who they are.
type signInPage struct {
	frame
	Next string // where they wanted to go
}

func (d *Desk) signInPage(w http.ResponseWriter, v *visit) error {
	next := nextPath(v.FormValue("next"))
	if v.person != nil && !v.URL.Query().Has("again") {
		return seeOther(w, v, next)
	}
	f, err := d.frame(v, v.T("sign_in"))
	if err != nil {
		return err
	}
	f.Person = nil // the bar is of no use here
	return d.page(w, http.StatusOK, "signin", &signInPage{frame: f, Next: next})
}

// nextPath returns where to go after signing in: a page of the desk, whatever
// the address asked for.
func nextPath(asked string) string {
	const home = "/desk/"
	u, err := url.Parse(asked)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" ||
		!strings.HasPrefix(asked, home) || path.Clean(u.Path) != strings.TrimSuffix(u.Path, "/") ||
		strings.HasPrefix(u.Path, "/desk/sign-") || strings.ContainsAny(asked, "\\\r\n\t") {
		return home
	}
	return u.RequestURI()
}

// linkPage shows whom a one-time link is for, and a button. Looking does not
// use the link up: programs that check mail look at every address in it.
type linkPage struct {
	frame
	Name  string // whom the link is for; empty where it is no good any more
	Token string
	Next  string
}

func (d *Desk) linkPage(w http.ResponseWriter, v *visit) error {
	f, err := d.frame(v, v.T("sign_in"))
	if err != nil {
		return err
	}
	f.Person = nil
	p := linkPage{frame: f, Token: v.PathValue("token"), Next: nextPath(v.FormValue("next"))}
	person, _, err := d.DB.Link(v.Context(), p.Token, v.now)
	switch {
	case stet.Is(err, stet.NotFound):
		return d.page(w, http.StatusNotFound, "link", &p)
	case err != nil:
		return err
	}
	who, err := d.DB.Person(v.Context(), person)
	if err != nil {
		return err
	}
	p.Name = who.Name
	return d.page(w, http.StatusOK, "link", &p)
}

func (d *Desk) useLink(w http.ResponseWriter, v *visit) error {
	person, err := d.DB.UseLink(v.Context(), v.PathValue("token"), store.FromOperator, v.now)
	if stet.Is(err, stet.NotFound) {
		return d.linkPage(w, v)
	}
	if err != nil {
		return err
	}
	if err := d.sessions.SignIn(w, v.Request, person); err != nil {
		return err
	}
	return seeOther(w, v, nextPath(v.FormValue("next")))
}

func (d *Desk) signOut(w http.ResponseWriter, v *visit) error {
	if err := d.sessions.SignOut(w, v.Request); err != nil {
		return err
	}
	return seeOther(w, v, "/desk/sign-in?did=signed_out")
}
