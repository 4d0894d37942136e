package auth

import (
	"context"
	"net/http"
	"strings"
	"time"

	"stet"
	"stet/store/access"
)

// How long a session lasts: without use, and at all. It is noted at most once a
// minute that one is in use.
const (
	idle     = 7 * 24 * time.Hour
	absolute = 30 * 24 * time.Hour
	touch    = time.Minute
)

// fresh is how long after signing in a person may change how they sign in.
const fresh = 15 * time.Minute

// Sessions recognises people by the cookie of their browser.
type Sessions struct {
	Gate *access.Gate
	URL  string           // scheme and host of the site
	Now  func() time.Time // the clock
}

func (a Sessions) secure() bool { return strings.HasPrefix(a.URL, "https://") }

// cookie is the name of the cookie. Browsers give __Host- names back only to the
// host that set them, over HTTPS.
func (a Sessions) cookie() string {
	if a.secure() {
		return "__Host-stet"
	}
	return "stet"
}

// now is the clock in the precision in which times are kept.
func (a Sessions) now() time.Time { return a.Now().UTC().Truncate(time.Millisecond) }

// User returns who is signed in, and by which session. Without a session that
// lasts, ok is false and err nil.
func (a Sessions) User(r *http.Request) (p *stet.Person, s *access.Session, ok bool, err error) {
	c, err := r.Cookie(a.cookie())
	if err != nil {
		return nil, nil, false, nil // there is none
	}
	ctx, now := r.Context(), a.now()
	s, err = a.Gate.Session(ctx, c.Value, now)
	if stet.Is(err, stet.Unauthorized) {
		return nil, nil, false, nil
	}
	if err != nil {
		return nil, nil, false, err
	}
	if p, err = a.Gate.Person(ctx, s.Person); err != nil {
		return nil, nil, false, err
	}
	if !p.Disabled.IsZero() {
		return nil, nil, false, nil
	}
	if now.Sub(s.Used) >= touch {
		s.Used, s.Until = now, until(s.Created, now)
		if err := a.Gate.TouchSession(ctx, s.ID, s.Used, s.Until); err != nil {
			return nil, nil, false, err
		}
	}
	return p, s, true, nil
}

func until(created, used time.Time) time.Time {
	if end := created.Add(absolute); end.Before(used.Add(idle)) {
		return end
	}
	return used.Add(idle)
}

// Fresh reports whether the person signed in so recently that they may change
// how they sign in; else they sign in once more before.
func (a Sessions) Fresh(s *access.Session) bool { return a.now().Sub(s.Created) < fresh }

// SignIn begins a session of whom the door let in, in the browser that sent the
// request. A
// session that the browser had ends: its cookie was known before.
func (a Sessions) SignIn(w http.ResponseWriter, r *http.Request, e Entry) error {
	ctx, now := r.Context(), a.now()
	if err := a.end(ctx, r); err != nil {
		return err
	}
	address := ""
	if e.From.IsValid() {
		address = e.From.String()
	}
	token, err := a.Gate.AddSession(ctx, access.Session{
		Means: e.Means, Address: address,
		Person: e.Person, Device: device(r.UserAgent()), Created: now, Used: now, Until: until(now, now), Pending: e.Pending,
	})
	if err != nil {
		return err
	}
	a.set(w, token, int(absolute/time.Second))
	return nil
}

// SignOut ends the session of the browser that sent the request, if it has one.
func (a Sessions) SignOut(w http.ResponseWriter, r *http.Request) error {
	if err := a.end(r.Context(), r); err != nil {
		return err
	}
	a.set(w, "", -1)
	return nil
}

func (a Sessions) end(ctx context.Context, r *http.Request) error {
	c, err := r.Cookie(a.cookie())
	if err != nil {
		return nil // there is none
	}
	s, err := a.Gate.Session(ctx, c.Value, a.now())
	if stet.Is(err, stet.Unauthorized) {
		return nil
	}
	if err != nil {
		return err
	}
	return a.Gate.EndSession(ctx, stet.User{ID: s.Person}, s.Person, s.ID, a.now())
}

func (a Sessions) set(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: a.cookie(), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, Secure: a.secure(), SameSite: http.SameSiteLaxMode,
	})
}

// aside is the cookie by which a browser is known that was sent to another host
// and comes back from there.
func (a Sessions) aside() string { return a.cookie() + "-aside" }

// SetAside gives a browser a secret that it brings back from another host, or
// takes it with an empty one.
func (a Sessions) SetAside(w http.ResponseWriter, secret string) {
	c := &http.Cookie{
		Name: a.aside(), Value: secret, Path: "/", MaxAge: int(providerLasts / time.Second),
		HttpOnly: true, Secure: a.secure(), SameSite: http.SameSiteLaxMode,
	}
	if secret == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// Aside returns the secret that a browser brings back; empty for none.
func (a Sessions) Aside(r *http.Request) string {
	c, err := r.Cookie(a.aside())
	if err != nil {
		return "" // there is none
	}
	return c.Value
}

// device says in a few words which browser a User-Agent names, so that people
// know their own: "Firefox, Linux".
func device(agent string) string {
	name := func(of [][2]string) string {
		for _, x := range of {
			if strings.Contains(agent, x[0]) {
				return x[1]
			}
		}
		return ""
	}
	// The first that fits: browsers name those that they want to be taken for too.
	browser := name([][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"YaBrowser/", "Yandex Browser"}, {"SamsungBrowser/", "Samsung Internet"},
		{"Firefox/", "Firefox"}, {"FxiOS/", "Firefox"}, {"Chrome/", "Chrome"}, {"CriOS/", "Chrome"}, {"Safari/", "Safari"}})
	system := name([][2]string{{"Windows", "Windows"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"},
		{"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}})
	switch {
	case browser != "" && system != "":
		return browser + ", " + system
	case browser != "" || system != "":
		return browser + system
	}
	short := []rune(stet.CleanLine(strings.ToValidUTF8(agent, "")))
	return string(short[:min(60, len(short))])
}
