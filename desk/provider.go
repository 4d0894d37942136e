package desk

import (
	"errors"
	"net/http"
	"net/url"

	"stet"
	"stet/auth"
	"stet/desk/say"
	"stet/web"
)

// providerName is what people call the place where they have another account.
func (d *Desk) providerName() string {
	if d.Provider == nil {
		return ""
	}
	return d.Provider.Name
}

// leavePage sends a browser on to another host. A redirect after a form would be
// refused by the desk's own policy.
type leavePage struct {
	frame
	To       string
	Provider string
}

func (d *Desk) askProvider(w http.ResponseWriter, v *visit) error {
	v.Body = http.MaxBytesReader(w, v.Body, maxSignIn)
	return d.leave(w, v, auth.Ask{Next: nextPath(v.PostFormValue("next")), Again: v.person != nil})
}

// connectProvider binds another account to the person who is signed in.
func (d *Desk) connectProvider(w http.ResponseWriter, v *visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	return d.leave(w, v, auth.Ask{Person: v.person.ID, Again: true})
}

// leave sends a browser to the provider, with a cookie by which it is known when
// it comes back.
func (d *Desk) leave(w http.ResponseWriter, v *visit, a auth.Ask) error {
	to, browser, err := d.door.AskProvider(v.Context(), caller(v), a)
	if err != nil {
		return d.providerFailed(w, v, a, err)
	}
	f, err := d.strangersFrame(v)
	if err != nil {
		return err
	}
	f.Title = v.T("provider_leave_title", "name", d.providerName())
	d.sessions.SetAside(w, browser)
	w.Header().Set("Refresh", "0; url="+to)
	return d.page(w, http.StatusOK, "leave", &leavePage{f, to, d.providerName()})
}

// providerAnswered is where the provider sends people back to.
func (d *Desk) providerAnswered(w http.ResponseWriter, v *visit) error {
	browser := d.sessions.Aside(v.Request)
	d.sessions.SetAside(w, "")
	e, a, err := d.door.ProviderAnswered(v.Context(), caller(v), browser, v.URL.Query(), v.person)
	switch {
	case err != nil:
		return d.providerFailed(w, v, a, err)
	case a.Person != "":
		if err := d.settle(v); err != nil {
			return err
		}
		return seeOther(w, v, "/desk/account?did=provider_connected")
	}
	if err := d.sessions.SignIn(w, v.Request, e); err != nil {
		return err
	}
	return seeOther(w, v, nextPath(a.Next))
}

// providerFailed tells why nobody is let in, as far as it may be told, where the
// other ways are.
func (d *Desk) providerFailed(w http.ResponseWriter, v *visit, a auth.Ask, err error) error {
	var away *auth.Away
	status, why := http.StatusUnprocessableEntity, say.Key("provider_refused")
	switch {
	case errors.As(err, &away):
		status, why = http.StatusServiceUnavailable, "provider_away"
		web.Report(v.Request, err)
	case errors.Is(err, auth.ErrWrong):
	case stet.Is(err, stet.NotFound) && d.Provider != nil: // it took too long
		return seeOther(w, v, "/desk/sign-in?"+url.Values{"did": {"code_late"}, "next": {nextPath(a.Next)}}.Encode())
	default:
		return often(w, err)
	}
	if a.Person != "" && v.person != nil {
		return d.accountPage(w, v, status, accountPage{Failed: why})
	}
	return d.signInPage(w, v, status, signInPage{Next: a.Next, Failed: why})
}

func (d *Desk) endProvider(w http.ResponseWriter, v *visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	if d.Provider == nil {
		return stet.Errorf(stet.NotFound, "", "no provider of sign-ins is set up here")
	}
	if err := d.DB.EndIdentity(v.Context(), v.person.ID, d.Provider.Issuer, v.session.ID, v.now); err != nil {
		return err
	}
	return seeOther(w, v, "/desk/account?did=provider_ended")
}
