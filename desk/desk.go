// Package desk is where the newsroom works: people sign in, write, decide and
// publish. Its pages are HTML made on the server, one template and one struct
// each; scripts make them quicker, and only the editor of a body needs one.
//
//   - [Routes] lists every address and who may use it. A handler returns an
//     error; one place answers it, as a page in the person's language or, where
//     JSON was asked for, as problem details.
//   - A request comes with the person of its session. What the person may do is
//     for stet.May to say: the law asks it in every verb, and pages ask it after
//     loading, to leave out what would be refused.
//   - Texts stand in tables by subject, English, Russian and Azerbaijani side by
//     side (see [say.Key]).
//   - A request that changes something must come from the desk itself
//     (http.CrossOriginProtection), and is answered with a redirect.
package desk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/auth"
	"stet/desk/say"
	"stet/media"
	"stet/store"
	"stet/web"
)

// Receipts tells when readers see what an event changed.
type Receipts interface {
	// Await returns when every page that event n touches shows it, on this node,
	// with the names of what was touched.
	Await(ctx context.Context, n int64) (surfaces []string, err error)
}

// Previewer shows a story as readers would see it.
type Previewer interface {
	Preview(ctx context.Context, st *stet.Story) (page []byte, err error)
}

// Options are what the desk needs.
type Options struct {
	DB        *store.DB
	Receipts  Receipts
	Previewer Previewer
	Media     *media.Service // nil where no pictures are kept
	URL       string         // scheme and host of the site
	// Fetch takes in the picture at an address of the web; nil where it cannot.
	Fetch    func(ctx context.Context, actor stet.User, l stet.Lang, address string) (*stet.Picture, error)
	MediaURL string           // scheme and host that pictures are served from; empty for the site's own
	Now      func() time.Time // the clock
	// Mail sends a letter; nil where no mail is set up.
	Mail func(ctx context.Context, to, subject, text string) error
	// Provider is where people have another account by which they sign in; nil for
	// none.
	Provider *auth.Provider
}

// Desk serves /desk/.
type Desk struct {
	Options
	sessions auth.Sessions
	door     *auth.Door
	mux      *http.ServeMux
	origin   *http.CrossOriginProtection
	pages    pages
	static   static
}

// Route is an address of the desk.
type Route struct {
	Pattern string   // METHOD /path, as for http.ServeMux
	Open    bool     // for everybody, without a session
	Same    bool     // the same for everybody: nobody is looked for
	Early   bool     // also for somebody who must add a second factor first
	Act     stet.Act // what one must be allowed to do to the article or picture it names; empty if it names none
	serve   func(*Desk, http.ResponseWriter, *visit) error
}

// Routes are all the addresses of the desk.
var Routes = slices.Concat(pageRoutes, signInRoutes, accountRoutes, writeRoutes, libraryRoutes, pictureRoutes)

var pageRoutes = []Route{
	{Pattern: "GET /desk/{$}", serve: (*Desk).home},
	{Pattern: "GET /desk/static/{name}", Open: true, Same: true, serve: (*Desk).asset},
	{Pattern: "GET /desk/alarms", serve: (*Desk).alarms},
	{Pattern: "GET /desk/board", serve: (*Desk).board},
	{Pattern: "GET /desk/inbox", serve: (*Desk).inbox},
	{Pattern: "POST /desk/inbox/seen", serve: (*Desk).seen},
	{Pattern: "POST /desk/articles", serve: (*Desk).create},
	{Pattern: "GET /desk/articles/{id}", Act: stet.ActRead, serve: (*Desk).showArticle},
	{Pattern: "POST /desk/articles/{id}/submit", Act: stet.ActSubmit, serve: (*Desk).submit},
	{Pattern: "POST /desk/articles/{id}/return", Act: stet.ActApprove, serve: (*Desk).giveBack},
	{Pattern: "POST /desk/articles/{id}/approve", Act: stet.ActApprove, serve: (*Desk).approve},
	{Pattern: "POST /desk/articles/{id}/unschedule", Act: stet.ActUnschedule, serve: (*Desk).unschedule},
	{Pattern: "POST /desk/articles/{id}/assign", Act: stet.ActSubmit, serve: (*Desk).assign},
	{Pattern: "POST /desk/articles/{id}/note", Act: stet.ActRead, serve: (*Desk).note},
	{Pattern: "POST /desk/articles/{id}/times", Act: stet.ActWrite, serve: (*Desk).times},
	{Pattern: "GET /desk/articles/{id}/publish", Act: stet.ActPublish, serve: (*Desk).askPublish},
	{Pattern: "POST /desk/articles/{id}/publish", Act: stet.ActPublish, serve: (*Desk).publish},
	{Pattern: "GET /desk/articles/{id}/schedule", Act: stet.ActPublish, serve: (*Desk).askSchedule},
	{Pattern: "POST /desk/articles/{id}/schedule", Act: stet.ActPublish, serve: (*Desk).schedule},
	{Pattern: "GET /desk/articles/{id}/correct", Act: stet.ActCorrect, serve: (*Desk).askCorrect},
	{Pattern: "POST /desk/articles/{id}/correct", Act: stet.ActCorrect, serve: (*Desk).correct},
	{Pattern: "GET /desk/articles/{id}/withdraw", Act: stet.ActWithdraw, serve: (*Desk).askWithdraw},
	{Pattern: "POST /desk/articles/{id}/withdraw", Act: stet.ActWithdraw, serve: (*Desk).withdraw},
	{Pattern: "GET /desk/articles/{id}/erase", Act: stet.ActErase, serve: (*Desk).askErase},
	{Pattern: "POST /desk/articles/{id}/erase", Act: stet.ActErase, serve: (*Desk).erase},
	{Pattern: "GET /desk/articles/{id}/receipt", Act: stet.ActRead, serve: (*Desk).receipt},
	{Pattern: "GET /desk/articles/{id}/history", Act: stet.ActRead, serve: (*Desk).history},
	{Pattern: "GET /desk/articles/{id}/compare", Act: stet.ActRead, serve: (*Desk).compare},
	{Pattern: "POST /desk/articles/{id}/restore", Act: stet.ActWrite, serve: (*Desk).restore},
	{Pattern: "GET /desk/articles/{id}/preview", Act: stet.ActRead, serve: (*Desk).preview},
	{Pattern: "GET /desk/articles/{id}/preview/page", Act: stet.ActRead, serve: (*Desk).previewFrame},
	{Pattern: "POST /desk/articles/{id}/links", Act: stet.ActRead, serve: (*Desk).share},
	{Pattern: "POST /desk/articles/{id}/links/revoke", Act: stet.ActRead, serve: (*Desk).unshare},
	{Pattern: "GET /desk/preview/{token}", Open: true, Same: true, serve: (*Desk).sharedPreview},
	{Pattern: readersPath, Act: stet.ActRead, serve: (*Desk).openAt},
}

// New returns the desk.
func New(o Options) (*Desk, error) {
	d := &Desk{
		Options: o, sessions: auth.Sessions{DB: o.DB, URL: o.URL, Now: o.Now},
		door: auth.NewDoor(auth.DoorOptions{DB: o.DB, URL: o.URL, Now: o.Now, Mail: o.Mail, Letter: letter, Provider: o.Provider}),
		mux:  http.NewServeMux(), origin: http.NewCrossOriginProtection(),
	}
	if err := d.origin.AddTrustedOrigin(o.URL); err != nil {
		return nil, err
	}
	var err error
	if d.static, err = loadStatic(); err != nil {
		return nil, err
	}
	if d.pages, err = parsePages(d.static); err != nil {
		return nil, err
	}
	for _, route := range Routes {
		d.mux.Handle(route.Pattern, d.adapt(route))
	}
	return d, nil
}

// Wait returns when every letter that was promised has been sent or given up,
// which takes a minute at most.
func (d *Desk) Wait() { d.door.Wait() }

// visit is one request to the desk.
type visit struct {
	*http.Request
	*say.Words
	site    *stet.Site     // as it was when the request came
	person  *stet.Person   // nobody on open routes without a session
	session *store.Session // of the person
	zone    *time.Location // in which the person reads times
	now     time.Time      // in the precision in which times are kept
}

// inOwnWords says what was refused in the person's language.
func (v *visit) inOwnWords(err error) error {
	var refusal *web.Refusal
	if errors.As(err, &refusal) {
		return err
	}
	return v.Refused(err, v.zone)
}

// user is who acts.
func (v *visit) user() stet.User { return v.person.User() }

// policy allows what pages need of this host and nothing of any other.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// withMedia lets a policy allow the host that pictures are served from.
func (d *Desk) withMedia(policy string) string {
	if d.MediaURL == "" {
		return policy
	}
	return strings.Replace(policy, "img-src 'self'", "img-src 'self' "+d.MediaURL, 1)
}

func (d *Desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", d.withMedia(policy))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Cache-Control", "private, no-store")
	if _, pattern := d.mux.Handler(r); pattern == "" {
		d.adapt(Route{Open: true, serve: (*Desk).nothing}).ServeHTTP(w, r)
		return
	}
	d.mux.ServeHTTP(w, r)
}

// adapt makes a handler of a route: it finds out who asks, and answers errors.
func (d *Desk) adapt(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Request: r, Words: say.For(r.Header.Get("Accept-Language")), now: d.Now().UTC().Truncate(time.Millisecond)}
		err := web.Catch(func() error {
			if err := d.origin.Check(r); err != nil {
				return &web.Refusal{Status: http.StatusForbidden, Detail: "This request came from another site. Open the desk and try again there."}
			}
			if route.Same {
				return route.serve(d, w, v)
			}
			if err := d.recognise(v); err != nil {
				return err
			}
			if v.person == nil && !route.Open {
				return stet.Errorf(stet.Unauthorized, "", "sign in first")
			}
			if v.session != nil && v.session.Pending && !route.Open && !route.Early {
				if v.Method == http.MethodGet && !wantsJSON(r) {
					return seeOther(w, v, "/desk/account")
				}
				return auth.ErrPending
			}
			return route.serve(d, w, v)
		})
		if err != nil {
			d.fail(w, v, v.inOwnWords(d.orAway(r, err)))
		}
	})
}

// recognise finds the person behind a request, and how that person wants to
// be spoken to.
func (d *Desk) recognise(v *visit) (err error) {
	if v.site, err = d.DB.Site(v.Context()); err != nil {
		return err
	}
	v.zone = v.site.Zone
	p, session, ok, err := d.sessions.User(v.Request)
	if err != nil || !ok {
		return err
	}
	v.person, v.session = p, session
	v.Words, v.zone = say.In(p.Desk), p.Location(v.site)
	return nil
}

// orAway tells failures that are the database's absence from those of our own.
func (d *Desk) orAway(r *http.Request, err error) error {
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

// nothing refuses what no route serves.
func (d *Desk) nothing(_ http.ResponseWriter, v *visit) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
		other := v.Request.Clone(v.Context())
		other.Method = method
		if _, pattern := d.mux.Handler(other); pattern != "" && pattern != readersPath {
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
	frame
	Text    string   // what happened
	Details []detail // what the law says, in English
	ID      string   // of the request, where the fault is ours
	SignIn  string   // the way to sign in, where that helps
}

// detail is one refusal.
type detail struct{ Field, Message string }

// fail answers an error.
func (d *Desk) fail(w http.ResponseWriter, v *visit, err error) {
	if wantsJSON(v.Request) {
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
	p := errorPage{frame: d.bareFrame(v, v.T(name+"_title")), Text: v.T(name + "_text")}
	if status >= 500 {
		p.ID = web.Report(v.Request, err)
	} else {
		p.Details = details(v, err)
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
	if err := d.page(w, status, "error", &p); err != nil {
		web.Problem(w, v.Request, err)
	}
}

// details are what the law said, one by one.
func details(v *visit, err error) []detail {
	var all stet.Errors
	var one *stet.Error
	var refusal *web.Refusal
	if errors.As(err, &refusal) {
		return []detail{{"", refusal.Detail}}
	}
	if !errors.As(err, &all) {
		if !errors.As(err, &one) {
			return nil
		}
		all = stet.Errors{one}
	}
	var out []detail
	for _, e := range all {
		out = append(out, detail{v.Field(e.Field), e.Message})
	}
	return out
}

// errorTexts are the texts that tell of a status.
var errorTexts = map[int]say.Key{
	http.StatusUnauthorized:       "error_signed_out",
	http.StatusForbidden:          "error_forbidden",
	http.StatusNotFound:           "error_missing",
	http.StatusConflict:           "error_conflict",
	http.StatusPreconditionFailed: "error_conflict",
	http.StatusTooManyRequests:    "error_often",
	http.StatusServiceUnavailable: "error_away",
	400:                           "error_refused",
	500:                           "error_ours",
}

// wantsJSON reports whether a script asks, that cannot read a page.
func wantsJSON(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Accept"), "application/json")
}

// seeOther sends a browser on after a change.
func seeOther(w http.ResponseWriter, v *visit, to string) error {
	http.Redirect(w, v.Request, to, http.StatusSeeOther)
	return nil
}
