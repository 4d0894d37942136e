// Package api is the JSON API at /api/v1: the same law as the desk, tokens
// instead of sessions. What it promises is in openapi.json, which it serves and
// which a test holds against the handlers.
package api

import (
	"context"
	_ "embed"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/auth"
	"stet/media"
	"stet/native"
	"stet/store"
	"stet/web"
)

// Receipts tells when readers see what an event changed.
type Receipts interface {
	// Await returns when every page that event n touches shows it, on this node,
	// with the names of what was touched.
	Await(ctx context.Context, n int64) (surfaces []string, err error)
}

// Options are what the API needs.
type Options struct {
	DB       *store.DB
	Receipts Receipts
	URL      string           // scheme and host of the site
	Media    *media.Service   // nil where no pictures are kept
	MediaURL string           // scheme and host of pictures; empty for the site's
	Limit    *web.Limiter     // of searches without a token; nil for none
	Now      func() time.Time // the clock
}

// API serves /api/v1.
type API struct {
	Options
	tokens auth.Tokens
	mux    *http.ServeMux
}

//go:embed openapi.json
var openapi []byte

// Routes lists every route as "METHOD /path", for the table test of routes and roles.
var Routes = []string{
	"GET /api/v1/openapi.json",
	"GET /api/v1/articles",
	"POST /api/v1/articles",
	"GET /api/v1/articles/{id}",
	"PATCH /api/v1/articles/{id}",
	"POST /api/v1/articles/{id}/publish",
	"POST /api/v1/articles/{id}/correct",
	"POST /api/v1/articles/{id}/withdraw",
	"GET /api/v1/editions/{lang}/breaking",
	"PUT /api/v1/editions/{lang}/breaking",
	"DELETE /api/v1/editions/{lang}/breaking",
	"GET /api/v1/search",
	"GET /api/v1/pictures",
	"POST /api/v1/pictures",
	"GET /api/v1/pictures/{id}",
	"PATCH /api/v1/pictures/{id}",
	"DELETE /api/v1/pictures/{id}",
	"GET /api/v1/pictures/{id}/uses",
	"POST /api/v1/pictures/{id}/replace",
	"DELETE /api/v1/pictures/{id}/replace",
}

// New returns the API.
func New(o Options) *API {
	a := &API{Options: o, tokens: auth.Tokens{Gate: o.DB.Gate, Now: o.Now}, mux: http.NewServeMux()}
	handlers := []web.Handler{
		a.describe, a.list, a.create, a.get, a.patch, a.publish, a.correct, a.withdraw,
		a.getBreaking, a.setBreaking, a.endBreaking, a.search,
		a.listPictures, a.addPicture, a.getPicture, a.patchPicture, a.removePicture,
		a.pictureUses, a.replacePicture, a.unreplacePicture,
	}
	for i, route := range Routes {
		a.mux.Handle(route, a.orAway(handlers[i]))
	}
	return a
}

func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, pattern := a.mux.Handler(r); pattern == "" {
		web.Handler(a.nothing).ServeHTTP(w, r)
		return
	}
	a.mux.ServeHTTP(w, r)
}

// orAway tells failures that are the database's absence from those of our own.
func (a *API) orAway(h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		err := h(w, r)
		if err == nil || web.Status(err) != http.StatusInternalServerError {
			return err
		}
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if a.DB.Ping(ctx) != nil {
			err = errors.Join(&web.Refusal{Status: http.StatusServiceUnavailable, Detail: "The database is away. Try again in a few seconds."}, err)
		}
		return err
	}
}

// nothing refuses what no route serves, in the API's own form.
func (a *API) nothing(w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{http.MethodDelete, http.MethodGet, http.MethodHead, http.MethodPatch, http.MethodPost, http.MethodPut} {
		other := r.Clone(r.Context())
		other.Method = method
		if _, pattern := a.mux.Handler(other); pattern != "" {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		return &web.Refusal{Status: http.StatusMethodNotAllowed, Allow: strings.Join(allowed, ", "),
			Detail: "This address allows only " + strings.Join(allowed, ", ") + "."}
	}
	return stet.Errorf(stet.NotFound, "", "there is nothing here; /api/v1/openapi.json lists what there is")
}

func (a *API) describe(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	_, err := w.Write(openapi)
	return err
}

// now is the clock in the precision in which times are kept.
func (a *API) now() time.Time { return a.Now().UTC().Truncate(time.Millisecond) }

// user returns who acts; nobody is an Error of kind Unauthorized.
func (a *API) user(r *http.Request) (stet.User, error) {
	u, ok, err := a.tokens.User(r)
	if err == nil && !ok {
		err = stet.Errorf(stet.Unauthorized, "", "send a token as Authorization: Bearer …; stet token add makes one")
	}
	return u, err
}

// article is the answer about one article.
type article struct {
	*native.Article
	ID   stet.ArticleID `json:"id"` // never left out
	Kind stet.Kind      `json:"kind"`
	URL  string         `json:"url"`
	Live stet.LiveState `json:"live"`
	Work stet.WorkState `json:"work"`

	Corrections []stet.Correction `json:"corrections,omitempty"`
	Withdrawal  string            `json:"withdrawal,omitempty"`
	ScheduledAt *time.Time        `json:"scheduled_at,omitempty"`
}

// receipt is the answer to a verb that readers can see.
type receipt struct {
	ID       stet.ArticleID `json:"id"`
	URL      string         `json:"url"`
	Event    int64          `json:"event"`
	Surfaces []string       `json:"surfaces"`
}

// matches evaluates If-Match: * or a list of strong tags (RFC 9110, 13.1.1).
func matches(field, tag string) bool {
	for v := range strings.SplitSeq(field, ",") {
		if v = strings.TrimSpace(v); v == "*" || v == tag {
			return true
		}
	}
	return false
}

func (a *API) url(p stet.Path) string {
	return a.URL + (&url.URL{Path: string(p)}).EscapedPath()
}

func (a *API) describeArticle(v *stet.Article) article {
	out := article{
		Article: native.Of(v), ID: v.ID, Kind: v.Kind, URL: a.url(v.Path), Live: v.Live, Work: v.Work,
		Corrections: v.Corrections, Withdrawal: v.Withdrawal,
	}
	if !v.ScheduledFor.IsZero() {
		out.ScheduledAt = &v.ScheduledFor
	}
	return out
}

func etag(v *stet.Article) string { return `"` + strconv.FormatInt(v.Version, 10) + `"` }

// maxRequest bounds a request's body: a text of the largest size, escaped.
const maxRequest = 3*native.MaxBody + 1<<20

func (a *API) create(w http.ResponseWriter, r *http.Request) error {
	u, err := a.user(r)
	if err != nil {
		return err
	}
	if err := stet.May(u, stet.ActWrite, nil); err != nil {
		return err
	}
	data, err := web.ReadJSON(r, maxRequest)
	if err != nil {
		return err
	}
	n, err := native.Decode(data)
	if err != nil {
		return err
	}
	site, err := a.DB.Site(r.Context())
	if err != nil {
		return err
	}
	if _, ok := site.Edition(n.Lang); !ok {
		return stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages: %s", n.Lang, joinLangs(site.Langs()))
	}
	if n.Status == "published" {
		if err := stet.May(u, stet.ActPublish, nil); err != nil {
			return err
		}
	}
	if n.ID == "" {
		n.ID = stet.ArticleID(store.NewID())
	}
	d, _, err := n.Draft()
	if err != nil {
		return err
	}
	if d.Group, err = a.DB.Group(r.Context(), d.Group); err != nil {
		return err
	}
	status := http.StatusCreated
	saved, err := a.DB.UpdateArticle(r.Context(), n.ID, func(v *stet.Article) error {
		status = http.StatusCreated
		if !v.New() {
			if v.ImportHash != d.ImportHash {
				at := a.url(v.Path)
				return &web.Refusal{Status: http.StatusConflict, At: at,
					Detail: fmt.Sprintf("id: %q is there already with other content, at %s", v.ID, at)}
			}
			status = http.StatusOK
			return nil
		}
		now := a.now()
		if err := v.Create(u, d, now); err != nil {
			return err
		}
		if n.Status != "published" {
			return nil
		}
		return v.Publish(u, d.PublishedAt, now)
	})
	if err != nil {
		return err
	}
	out := struct {
		article
		Event    int64    `json:"event"`
		Surfaces []string `json:"surfaces,omitempty"`
	}{article: a.describeArticle(saved), Event: saved.Event}
	if saved.Live == stet.LivePublished {
		if out.Surfaces, err = a.Receipts.Await(r.Context(), saved.Event); err != nil {
			return err
		}
	}
	w.Header().Set("Location", "/api/v1/articles/"+url.PathEscape(string(saved.ID)))
	w.Header().Set("ETag", etag(saved))
	web.WriteJSON(w, status, out)
	return nil
}

func joinLangs(ls []stet.Lang) string {
	words := make([]string, len(ls))
	for i, l := range ls {
		words[i] = string(l)
	}
	return strings.Join(words, ", ")
}

func id(r *http.Request) (stet.ArticleID, error) {
	v := r.PathValue("id")
	if !stet.ValidID(v) {
		return "", stet.Errorf(stet.NotFound, "id", "an id has 1–200 visible ASCII characters")
	}
	return stet.ArticleID(v), nil
}

// get answers what the asker may see: the working text to whoever may read
// drafts, the published one to everybody.
func (a *API) get(w http.ResponseWriter, r *http.Request) error {
	id, err := id(r)
	if err != nil {
		return err
	}
	u, known, err := a.tokens.User(r)
	if err != nil {
		return err
	}
	if known {
		v, err := a.DB.Article(r.Context(), id)
		if err != nil {
			return err
		}
		if stet.May(u, stet.ActRead, v) == nil {
			w.Header().Set("ETag", etag(v))
			web.WriteJSON(w, http.StatusOK, a.describeArticle(v))
			return nil
		}
	}
	s, err := a.DB.Public().Story(r.Context(), id)
	if err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, a.describeStory(s))
	return nil
}

func (a *API) describeStory(s *stet.Story) article {
	v := stet.Article{ID: s.ID, Kind: s.Kind, Lang: s.Lang, Group: s.Group, Live: stet.LivePublished, Work: stet.WorkNone,
		Current:     &stet.Revision{Number: s.Revision, Content: s.Content},
		PublishedAt: s.PublishedAt, UpdatedAt: s.UpdatedAt, Path: s.Path, Corrections: s.Corrections}
	return a.describeArticle(&v)
}

func (a *API) patch(w http.ResponseWriter, r *http.Request) error {
	id, err := id(r)
	if err != nil {
		return err
	}
	u, err := a.user(r)
	if err != nil {
		return err
	}
	data, err := web.ReadJSON(r, maxRequest, "application/merge-patch+json")
	if err != nil {
		return err
	}
	match := r.Header.Get("If-Match")
	saved, err := a.DB.UpdateArticle(r.Context(), id, func(v *stet.Article) error {
		if v.New() {
			return stet.Errorf(stet.NotFound, "id", "there is no article %q", id)
		}
		if err := stet.May(u, stet.ActWrite, v); err != nil {
			return err
		}
		switch {
		case match == "":
			return &web.Refusal{Status: http.StatusPreconditionRequired, Detail: "Send If-Match with the ETag of the article you read."}
		case !matches(match, etag(v)):
			return stet.Errorf(stet.Stale, "", "the article has changed since you read it; read it again")
		}
		d, err := native.Patch(v, data)
		if err != nil {
			return err
		}
		if !d.PublishedAt.Equal(v.Asked) {
			if err := v.Ask(u, d.PublishedAt); err != nil {
				return err
			}
		}
		if err := v.SetTimes(u, d.Embargo, d.Expires, a.now()); err != nil {
			return err
		}
		return v.Edit(u, d.Content, a.now())
	})
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(saved))
	web.WriteJSON(w, http.StatusOK, a.describeArticle(saved))
	return nil
}

// verb runs one of the verbs that readers see and answers with its receipt.
func (a *API) verb(w http.ResponseWriter, r *http.Request, act stet.Act, do func(*stet.Article, stet.User) error) error {
	id, err := id(r)
	if err != nil {
		return err
	}
	u, err := a.user(r)
	if err != nil {
		return err
	}
	if err := stet.May(u, act, nil); err != nil {
		return err
	}
	saved, err := a.DB.UpdateArticle(r.Context(), id, func(v *stet.Article) error {
		if v.New() {
			return stet.Errorf(stet.NotFound, "id", "there is no article %q", id)
		}
		return do(v, u)
	})
	if err != nil {
		return err
	}
	out := receipt{ID: saved.ID, URL: a.url(saved.Path), Event: saved.Event}
	if out.Surfaces, err = a.Receipts.Await(r.Context(), saved.Event); err != nil {
		return err
	}
	if out.Surfaces == nil {
		out.Surfaces = []string{}
	}
	w.Header().Set("ETag", etag(saved))
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}

func (a *API) publish(w http.ResponseWriter, r *http.Request) error {
	return a.verb(w, r, stet.ActPublish, func(v *stet.Article, u stet.User) error {
		return v.Publish(u, time.Time{}, a.now())
	})
}

func (a *API) correct(w http.ResponseWriter, r *http.Request) error {
	note, err := a.word(r, "note")
	if err != nil {
		return err
	}
	return a.verb(w, r, stet.ActCorrect, func(v *stet.Article, u stet.User) error {
		return v.Correct(u, note, a.now())
	})
}

func (a *API) withdraw(w http.ResponseWriter, r *http.Request) error {
	reason, err := a.word(r, "reason")
	if err != nil {
		return err
	}
	return a.verb(w, r, stet.ActWithdraw, func(v *stet.Article, u stet.User) error {
		return v.Withdraw(u, reason, a.now())
	})
}

// word reads a body that has one string field. Who may not act at all is told
// so before the body is looked at.
func (a *API) word(r *http.Request, field string) (string, error) {
	if _, err := a.user(r); err != nil {
		return "", err
	}
	data, err := web.ReadJSON(r, 1<<20)
	if err != nil {
		return "", err
	}
	return native.DecodeWord(data, field)
}

// list answers published stories, newest first.
func (a *API) list(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := a.tokens.User(r); err != nil {
		return err
	}
	q := r.URL.Query()
	hq := stet.HeadQuery{Lang: stet.Lang(strings.ToLower(q.Get("lang"))), Limit: 20}
	var es stet.Errors
	bad := func(field, format string, args ...any) {
		es = append(es, stet.Errorf(stet.Invalid, field, format, args...))
	}
	if s := q.Get("limit"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 100 {
			bad("limit", "must be a number from 1 to 100")
		}
		hq.Limit = n
	}
	if s := q.Get("section"); s != "" {
		hq.Term, hq.Key = stet.SectionTerm, s
	}
	if s := q.Get("updated_since"); s != "" {
		t, err := time.Parse(time.RFC3339, s)
		if err != nil {
			bad("updated_since", "must be a time like 2021-06-02T14:05:00Z")
		}
		hq.UpdatedSince = t
	}
	if s := q.Get("cursor"); s != "" {
		m, err := parseCursor(s)
		if err != nil {
			bad("cursor", "is not one that this list gave out")
		}
		hq.Before = &m
	}
	for name, v := range q {
		if strings.ContainsRune(strings.Join(v, ""), 0) {
			bad(name, "holds U+0000")
		}
	}
	if err := es.Or(); err != nil {
		return err
	}
	hq.Limit++ // one more tells whether there is a next page
	heads, err := a.DB.Public().Heads(r.Context(), hq)
	if err != nil {
		return err
	}
	out := struct {
		Items []item `json:"items"`
		Next  string `json:"next_cursor,omitempty"`
	}{Items: []item{}}
	if len(heads) == hq.Limit {
		heads = heads[:hq.Limit-1]
		last := heads[len(heads)-1]
		out.Next = cursor(stet.Mark{At: last.PublishedAt, Order: last.Order})
	}
	for _, h := range heads {
		out.Items = append(out.Items, a.item(h))
	}
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}

// item is a story in a list.
type item struct {
	ID          stet.ArticleID  `json:"id"`
	URL         string          `json:"url"`
	Lang        stet.Lang       `json:"lang"`
	Kind        stet.Kind       `json:"kind"`
	Headline    string          `json:"headline"`
	Standfirst  string          `json:"standfirst,omitempty"`
	Kicker      string          `json:"kicker,omitempty"`
	Section     string          `json:"section"`
	Authors     []native.Author `json:"authors,omitempty"`
	PublishedAt time.Time       `json:"published_at"`
	UpdatedAt   time.Time       `json:"updated_at"`
}

func (a *API) item(h stet.Head) item {
	it := item{ID: h.ID, URL: a.url(h.Path), Lang: h.Lang, Kind: h.Kind, Headline: h.Headline, Standfirst: h.Standfirst, Kicker: h.Kicker,
		Section: h.Section, PublishedAt: h.PublishedAt, UpdatedAt: h.UpdatedAt}
	for _, b := range h.Bylines {
		it.Authors = append(it.Authors, native.Author(b))
	}
	return it
}

func cursor(m stet.Mark) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d.%d", m.At.UnixMilli(), m.Order))
}

func parseCursor(s string) (stet.Mark, error) {
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return stet.Mark{}, err
	}
	at, order, _ := strings.Cut(string(text), ".")
	ms, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return stet.Mark{}, err
	}
	n, err := strconv.ParseInt(order, 10, 64)
	return stet.Mark{At: time.UnixMilli(ms), Order: n}, err
}
