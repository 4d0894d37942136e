package access

import (
	"errors"
	"net/http"
	"net/url"

	"stet"
	"stet/auth"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/web"
)

// providerName is what people call the place where they have another account.
func (d *Access) providerName() string {
	if d.Provider == nil {
		return ""
	}
	return d.Provider.Name
}

// leavePage sends a browser on to another host. A redirect after a form would be
// refused by the desk's own policy.
type leavePage struct {
	frame.Frame
	To       string
	Provider string
}

func (d *Access) askProvider(w http.ResponseWriter, v *frame.Visit) error {
	v.Body = http.MaxBytesReader(w, v.Body, maxSignIn)
	return d.leave(w, v, auth.Ask{Next: nextPath(v.PostFormValue("next")), Again: v.Person != nil})
}

// connectProvider binds another account to the person who is signed in.
func (d *Access) connectProvider(w http.ResponseWriter, v *frame.Visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	return d.leave(w, v, auth.Ask{Person: v.Person.ID, Again: true})
}

// leave sends a browser to the provider, with a cookie by which it is known when
// it comes back.
func (d *Access) leave(w http.ResponseWriter, v *frame.Visit, a auth.Ask) error {
	to, browser, err := d.door.AskProvider(v.Context(), caller(v), a)
	if err != nil {
		return d.providerFailed(w, v, a, err)
	}
	f, err := d.strangersFrame(v)
	if err != nil {
		return err
	}
	f.Title = v.T("provider_leave_title", "name", d.providerName())
	d.Sessions.SetAside(w, browser)
	w.Header().Set("Refresh", "0; url="+to)
	return d.Page(w, http.StatusOK, "leave", &leavePage{f, to, d.providerName()})
}

// providerAnswered is where the provider sends people back to.
func (d *Access) providerAnswered(w http.ResponseWriter, v *frame.Visit) error {
	browser := d.Sessions.Aside(v.Request)
	d.Sessions.SetAside(w, "")
	e, a, err := d.door.ProviderAnswered(v.Context(), caller(v), browser, v.URL.Query(), v.Person)
	switch {
	case err != nil:
		return d.providerFailed(w, v, a, err)
	case a.Person != "":
		if err := d.settle(v); err != nil {
			return err
		}
		return frame.SeeOther(w, v, "/desk/account?did=provider_connected")
	}
	if err := d.admit(w, v, e); err != nil {
		return err
	}
	return frame.SeeOther(w, v, nextPath(a.Next))
}

// providerFailed tells why nobody is let in, as far as it may be told, where the
// other ways are.
func (d *Access) providerFailed(w http.ResponseWriter, v *frame.Visit, a auth.Ask, err error) error {
	var away *auth.Away
	status, why := http.StatusUnprocessableEntity, say.Key("provider_refused")
	switch {
	case errors.As(err, &away):
		status, why = http.StatusServiceUnavailable, "provider_away"
		web.Report(v.Request, err)
	case errors.Is(err, auth.ErrWrong):
	case stet.Is(err, stet.NotFound) && d.Provider != nil: // it took too long
		return frame.SeeOther(w, v, "/desk/sign-in?"+url.Values{"did": {"code_late"}, "next": {nextPath(a.Next)}}.Encode())
	default:
		return often(w, err)
	}
	if a.Person != "" && v.Person != nil {
		return d.accountPage(w, v, status, accountPage{Failed: why})
	}
	return d.signInPage(w, v, status, signInPage{Next: a.Next, Failed: why})
}

func (d *Access) endProvider(w http.ResponseWriter, v *frame.Visit) error {
	if d.signInAgain(w, v) {
		return nil
	}
	if d.Provider == nil {
		return stet.Errorf(stet.NotFound, "", "no provider of sign-ins is set up here")
	}
	if err := d.DB.EndIdentity(v.Context(), v.Person.ID, d.Provider.Issuer, v.Session.ID, v.Now); err != nil {
		return err
	}
	return frame.SeeOther(w, v, "/desk/account?did=provider_ended")
}
