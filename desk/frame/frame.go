// Package frame is what every page of the desk stands in: who asks and in which
// language, the page around a page, files, errors, and what pages about an
// article share.
//
// A task of the newsroom (signing in, pictures, translating) is a package upon
// it, with a [Part]: its routes, templates, static files and words. A page is a
// handler, a struct, a template of that struct's name, its words, and a route
// that says who may use it:
//
//	//go:embed all:templates static
//	var files embed.FS
//
//	type Weather struct{ *frame.Shell }
//
//	func (d *Weather) Part() frame.Part {
//		return frame.Part{Files: files, Words: words, Pages: map[string]frame.View{"weather": &weatherPage{}}, Routes: []frame.Route{
//			{Pattern: "GET /desk/weather", Act: stet.ActRead, Tab: "weather", Serve: d.today},
//		}}
//	}
//
//	type weatherPage struct {
//		frame.Frame
//		Degrees int
//	}
//
//	func (d *Weather) today(w http.ResponseWriter, v *frame.Visit) error {
//		p := weatherPage{Degrees: 21}
//		var err error
//		if p.Frame, err = d.Frame(v, v.T("weather")); err != nil {
//			return err
//		}
//		return d.Page(w, http.StatusOK, "weather", &p) // templates/weather.html
//	}
//
//	var words = say.Texts{"weather": {"Weather", "Погода", "Hava"}}
//
// A handler returns an error; one place answers it, as a page in the person's
// language or, where JSON was asked for, as problem details. What the person may
// do is for stet.May to say: the law asks it in every verb, and pages ask it
// after loading. A request that changes something must come from the desk itself
// (http.CrossOriginProtection), and is answered with [SeeOther].
//
// Templates define "main", and "head" where they need more in it; they may use
// what the frame defines in its own files beginning with an underscore. The key
// of a text that a redirect asks to be shown (?did=KEY) begins with did_.
package frame

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"time"

	jsonv2 "github.com/go-json-experiment/json"

	"stet"
	"stet/auth"
	"stet/desk/say"
	"stet/store"
	"stet/store/access"
	"stet/web"
)

// Options are what every page needs.
type Options struct {
	DB       *store.DB
	URL      string           // scheme and host of the site
	MediaURL string           // scheme and host that pictures are served from; empty for the site's own
	Now      func() time.Time // the clock
}

// Part is what a task of the newsroom adds to the desk.
type Part struct {
	Routes []Route
	// Files has templates/NAME.html, each the page NAME, or, where its name begins
	// with an underscore, parts that the others may use; and static/, the files that
	// templates find with asset. Names are unique over the whole desk.
	Files fs.FS
	Words say.Texts
	// Pages are the structs of the templates by their names; a test holds each
	// template to what its struct has.
	Pages map[string]View
	// Newsroom says that its tabs stand in the second row, with what the newsroom is
	// set up with.
	Newsroom bool
}

// Route is an address of the desk.
type Route struct {
	Pattern string   // METHOD /path, as for http.ServeMux
	Open    bool     // for everybody, without a session
	Same    bool     // the same for everybody: nobody is looked for
	Early   bool     // also for somebody who must add a second factor first
	Act     stet.Act // what one must be allowed to do to the article or picture it names, else at all; empty for whoever works here
	Tab     say.Key  // what the bar calls it, where it is shown to whoever may use it; empty for not there
	Serve   func(http.ResponseWriter, *Visit) error
}

// RestPattern is what readers have, behind /desk.
const RestPattern = "GET /desk/{path...}"

// Shell serves the parts of the desk.
type Shell struct {
	Options
	Sessions auth.Sessions
	Book     *say.Book // what it says; there once parts are mounted
	mux      *http.ServeMux
	origin   *http.CrossOriginProtection
	tabs     []tab
	pages    map[string]*template.Template
	static   static
}

//go:embed all:templates static
var files embed.FS

// New returns a shell without parts but its own.
func New(o Options) (*Shell, error) {
	d := &Shell{
		Options: o, Sessions: auth.Sessions{Gate: o.DB.Gate, URL: o.URL, Now: o.Now},
		mux: http.NewServeMux(), origin: http.NewCrossOriginProtection(),
		pages: map[string]*template.Template{}, static: static{map[string][]byte{}, map[string]string{}},
	}
	return d, d.origin.AddTrustedOrigin(o.URL)
}

// Part is the frame's own: files and alarms.
func (d *Shell) Part() Part {
	return Part{Files: files, Pages: map[string]View{"error": &errorPage{}}, Routes: []Route{
		{Pattern: "GET /desk/static/{name}", Open: true, Same: true, Serve: d.asset},
		{Pattern: "GET /desk/alarms", Serve: d.alarms},
	}}
}

// Mount takes the parts in, and the frame's own. It is called once.
func (d *Shell) Mount(parts ...Part) (err error) {
	parts = append([]Part{d.Part()}, parts...)
	var words []say.Texts
	for _, p := range parts {
		words = append(words, p.Words)
		if err := d.static.load(p.Files); err != nil {
			return err
		}
	}
	if d.Book, err = say.NewBook(words...); err != nil {
		return err
	}
	for _, p := range parts {
		if err := d.parse(p); err != nil {
			return err
		}
		for _, route := range p.Routes {
			d.mux.Handle(route.Pattern, d.adapt(route))
			if _, path, _ := strings.Cut(route.Pattern, " "); route.Tab != "" {
				d.tabs = append(d.tabs, tab{route.Tab, strings.TrimSuffix(path, "{$}"), route.Act, p.Newsroom})
			}
		}
	}
	return nil
}

// Visit is one request to the desk.
type Visit struct {
	*http.Request
	*say.Words
	Site    *stet.Site      // as it was when the request came
	Person  *stet.Person    // nobody on open routes without a session
	Session *access.Session // of the person
	Zone    *time.Location  // in which the person reads times
	Now     time.Time       // in the precision in which times are kept
}

// InOwnWords says what was refused in the person's language.
func (v *Visit) InOwnWords(err error) error {
	var refusal *web.Refusal
	if errors.As(err, &refusal) {
		return err
	}
	return v.Refused(err, v.Zone)
}

// User is who acts.
func (v *Visit) User() stet.User { return v.Person.User() }

// Policy allows what pages need of this host and nothing of any other.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// WithMedia lets a policy allow the host that pictures are served from.
func (d *Shell) WithMedia(policy string) string {
	if d.MediaURL == "" {
		return policy
	}
	return strings.Replace(policy, "img-src 'self'", "img-src 'self' "+d.MediaURL, 1)
}

func (d *Shell) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", d.WithMedia(Policy))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Cache-Control", "private, no-store")
	if _, pattern := d.mux.Handler(r); pattern == "" {
		d.adapt(Route{Open: true, Serve: func(_ http.ResponseWriter, v *Visit) error { return d.Nothing(v) }}).ServeHTTP(w, r)
		return
	}
	d.mux.ServeHTTP(w, r)
}

// adapt makes a handler of a route: it finds out who asks, and answers errors.
func (d *Shell) adapt(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &Visit{Request: r, Words: d.Book.For(r.Header.Get("Accept-Language")), Now: d.Now().UTC().Truncate(time.Millisecond)}
		err := web.Catch(func() error {
			if err := d.origin.Check(r); err != nil {
				return &web.Refusal{Status: http.StatusForbidden, Detail: "This request came from another site. Open the desk and try again there."}
			}
			if route.Same {
				return route.Serve(w, v)
			}
			if err := d.recognise(v); err != nil {
				return err
			}
			if v.Person == nil && !route.Open {
				return stet.Errorf(stet.Unauthorized, "", "sign in first")
			}
			if v.Session != nil && v.Session.Pending && !route.Open && !route.Early {
				if v.Method == http.MethodGet && !WantsJSON(r) {
					return SeeOther(w, v, "/desk/account")
				}
				return auth.ErrPending
			}
			return route.Serve(w, v)
		})
		if err != nil {
			d.fail(w, v, v.InOwnWords(d.orAway(r, err)))
		}
	})
}

// recognise finds the person behind a request, and how that person wants to
// be spoken to.
func (d *Shell) recognise(v *Visit) (err error) {
	if v.Site, err = d.DB.Site(v.Context()); err != nil {
		return err
	}
	v.Zone = v.Site.Zone
	p, session, ok, err := d.Sessions.User(v.Request)
	if err != nil || !ok {
		return err
	}
	v.Person, v.Session = p, session
	v.Words, v.Zone = d.Book.In(p.Desk), p.Location(v.Site)
	return nil
}

// orAway tells failures that are the database's absence from those of our own.
func (d *Shell) orAway(r *http.Request, err error) error {
	if web.Status(err) != http.StatusInternalServerError {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if d.DB.Ping(ctx) != nil {
		return errors.Join(&web.Refusal{Status: http.StatusServiceUnavailable, Detail: "The database is away. Try again in a few seconds."}, err)
	}
	return err
}

// Nothing refuses what no route serves.
func (d *Shell) Nothing(v *Visit) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		other := v.Request.Clone(v.Context())
		other.Method = method
		if _, pattern := d.mux.Handler(other); pattern != "" && pattern != RestPattern {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		return &web.Refusal{Status: http.StatusMethodNotAllowed, Allow: strings.Join(allowed, ", "),
			Detail: "This address allows only " + strings.Join(allowed, ", ") + "."}
	}
	return stet.Errorf(stet.NotFound, "", "there is nothing at this address of the desk")
}

// errorPage tells a person what went wrong and what to do.
type errorPage struct {
	Frame
	Text    string   // what happened
	Details []Detail // what the law says, in English
	ID      string   // of the request, where the fault is ours
	SignIn  string   // the way to sign in, where that helps
}

// Detail is one refusal.
type Detail struct{ Field, Message string }

// fail answers an error.
func (d *Shell) fail(w http.ResponseWriter, v *Visit, err error) {
	if WantsJSON(v.Request) {
		web.Problem(w, v.Request, err)
		return
	}
	status := web.Status(err)
	signIn := "/desk/sign-in?next=" + url.QueryEscape(v.URL.RequestURI())
	if status == http.StatusUnauthorized && (v.Method == http.MethodGet || v.Method == http.MethodHead) {
		http.Redirect(w, v.Request, signIn, http.StatusSeeOther)
		return
	}
	name := errorTexts[status]
	if name == "" {
		name = errorTexts[status/100*100]
	}
	p := errorPage{Frame: d.bare(v, v.T(name+"_title")), Text: v.T(name + "_text")}
	if status >= 500 {
		p.ID = web.Report(v.Request, err)
	}
	if status < 500 || status == http.StatusInsufficientStorage {
		p.Details = Details(v, err)
	}
	var refusal *web.Refusal
	if errors.As(err, &refusal) && refusal.Allow != "" {
		w.Header().Set("Allow", refusal.Allow)
	}
	if status == http.StatusUnauthorized {
		p.SignIn = "/desk/sign-in"
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "5")
	}
	if err := d.Page(w, status, "error", &p); err != nil {
		web.Problem(w, v.Request, err)
	}
}

// Details are what the law said, one by one.
func Details(v *Visit, err error) []Detail {
	var all stet.Errors
	var one *stet.Error
	var refusal *web.Refusal
	if errors.As(err, &refusal) {
		return []Detail{{"", refusal.Detail}}
	}
	if !errors.As(err, &all) {
		if !errors.As(err, &one) {
			return nil
		}
		all = stet.Errors{one}
	}
	var out []Detail
	for _, e := range all {
		out = append(out, Detail{v.Field(e.Field), e.Message})
	}
	return out
}

// errorTexts are the texts that tell of a status.
var errorTexts = map[int]say.Key{
	http.StatusInsufficientStorage: "error_full",
	http.StatusUnauthorized:        "error_signed_out",
	http.StatusForbidden:           "error_forbidden",
	http.StatusNotFound:            "error_missing",
	http.StatusConflict:            "error_conflict",
	http.StatusPreconditionFailed:  "error_conflict",
	http.StatusTooManyRequests:     "error_often",
	http.StatusServiceUnavailable:  "error_away",
	400:                            "error_refused",
	500:                            "error_ours",
}

// WantsJSON reports whether a script asks, that cannot read a page.
func WantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

// SeeOther sends a browser on after a change.
func SeeOther(w http.ResponseWriter, v *Visit, to string) error {
	http.Redirect(w, v.Request, to, http.StatusSeeOther)
	return nil
}

// ReadJSON reads a request of at most limit bytes strictly: unknown and doubled
// fields, invalid UTF-8 and what follows the value are refused.
func ReadJSON(v *Visit, limit int64, into any) error {
	data, err := web.ReadJSON(v.Request, limit)
	if err != nil {
		return err
	}
	if err := jsonv2.Unmarshal(storable(data), into, jsonv2.RejectUnknownMembers(true)); err != nil && !errors.Is(err, io.EOF) {
		return stet.Errorf(stet.Malformed, "", "this is no request of the editor: %s", err)
	}
	return nil
}
