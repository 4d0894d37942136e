package site

import (
	"bytes"
	"context"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/web"
)

// maxPath is the longest path that is looked at, and the longest query that
// may belong to an old address.
const maxPath = 1024

// ServeHTTP answers readers' requests: everything that is not the desk's, the
// API's or the operator's.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a := Answer{Method: r.Method, Path: r.URL.Path}
	var start time.Time
	if s.observe != nil {
		start = time.Now()
	}
	if err := web.Catch(func() error { return s.serve(w, r, &a) }); err != nil {
		s.fail(w, r, err, &a)
	}
	if s.observe != nil {
		a.Took = time.Since(start)
		s.observe(a)
	}
}

func (s *Site) serve(w http.ResponseWriter, r *http.Request, a *Answer) error {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		s.plain(w, r, a, http.StatusMethodNotAllowed, "")
		return nil
	}
	if !wellFormed(r.URL.Path, r.URL.RawPath) {
		s.plain(w, r, a, http.StatusNotFound, "") // not even the library hears of it
		return nil
	}
	if asked, err := s.answerSearch(w, r, a); asked || err != nil {
		return err
	}
	resp, found, err := s.stands(r.Context(), press.RequestOf(r), r.URL.RawQuery)
	switch {
	case err != nil:
		return err
	case !found:
		return s.choose(w, r, a)
	}
	s.write(w, r, a, resp)
	return nil
}

// Answer returns what ServeHTTP answers from the press; false where it must be
// asked itself.
func (s *Site) Answer(ctx context.Context, req press.Request, query string) (press.Response, bool) {
	if query != "" && strings.HasSuffix(req.Path, "/search") || !wellFormed(req.Path, "") {
		return press.Response{}, false
	}
	resp, found, err := s.stands(ctx, req, query)
	return resp, found && err == nil
}

// stands returns what stands at a path or at an old address with a query; false
// for "/" where it leads to an edition.
func (s *Site) stands(ctx context.Context, req press.Request, query string) (resp press.Response, found bool, err error) {
	old := query != "" && len(query) <= maxPath && utf8.ValidString(query) && !strings.Contains(query, "\x00")
	p := req.Path
	status := http.StatusNotFound
	if p != "/" {
		if resp, err = s.press.Respond(ctx, req); err != nil {
			return resp, false, err
		}
		status = resp.Status()
	}
	if old && status == http.StatusNotFound {
		req.Path = p + withQuery + query
		if resp, err = s.press.Respond(ctx, req); err != nil {
			return resp, false, err
		}
		status = resp.Status()
	}
	return resp, p != "/" || status != http.StatusNotFound, nil
}

// write writes a response of the press.
func (s *Site) write(w http.ResponseWriter, r *http.Request, a *Answer, resp press.Response) {
	a.Status = resp.Status()
	if r.Method == http.MethodGet && a.Status != http.StatusNotModified && a.Status != http.StatusPreconditionFailed {
		a.Bytes = resp.Length()
	}
	_ = resp.Write(w) // an error means that nobody is there to read
}

func (s *Site) respond(r *http.Request, path string) (press.Response, error) {
	req := press.RequestOf(r)
	req.Path = path
	return s.press.Respond(r.Context(), req)
}

// wellFormed holds for a path that can be an address: UTF-8 without controls
// or encoded slashes.
func wellFormed(p, raw string) bool {
	return strings.HasPrefix(p, "/") && len(p) <= maxPath && utf8.ValidString(p) &&
		!strings.ContainsFunc(p, unicode.IsControl) &&
		!strings.Contains(strings.ToLower(raw), "%2f")
}

// choose sends a reader of "/" to the edition that serves them best.
func (s *Site) choose(w http.ResponseWriter, r *http.Request, a *Answer) error {
	paper, err := s.site(r.Context())
	if err != nil {
		return err
	}
	var codes []string
	for _, l := range paper.Langs() {
		codes = append(codes, string(l))
	}
	code := lang.Match(strings.Join(r.Header.Values("Accept-Language"), ","), codes)
	if code == "" {
		code = codes[0]
	}
	h := w.Header()
	h.Set("Location", "/"+code+"/")
	h.Set("Cache-Control", "private, no-store")
	h.Set("Vary", "Accept-Language")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", "0")
	a.Status = http.StatusFound
	w.WriteHeader(a.Status)
	return nil
}

// fail answers a request that could not be served. It asks nobody: what it
// says is known without the library.
func (s *Site) fail(w http.ResponseWriter, r *http.Request, err error, a *Answer) {
	var p *press.Panic
	if errors.As(err, &p) {
		err = &web.Panic{Value: p.Value, Stack: p.Stack}
	}
	status := http.StatusInternalServerError
	if !errors.As(err, new(*web.Panic)) { // the library is away, or slow: it will be back
		status = http.StatusServiceUnavailable
	}
	s.plain(w, r, a, status, web.Report(r, err))
}

var plainPage = template.Must(template.New("plain").Parse(`<!doctype html>
<html lang="{{.L.Code}}" dir="{{.L.Dir}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{.Title}}</title>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
<p>{{.Text}}</p>
{{- if .Reference}}
<p>{{.Reference}}</p>
{{- end}}
<p><a href="/">{{.L.Text "home"}}</a></p>
</main>
</body>
</html>
`))

// plain answers with a page that needs nothing: no library, no theme.
func (s *Site) plain(w http.ResponseWriter, r *http.Request, a *Answer, status int, id string) {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	l := lang.Get("en")
	if paper := s.paper.Load(); paper != nil {
		n, known := paper.Edition(stet.Lang(first))
		if !known {
			n = paper.Editions[0]
		}
		l = lang.Get(string(n.Lang))
	}
	v := struct {
		L                      *lang.Language
		Title, Text, Reference string
	}{L: l}
	switch status {
	case http.StatusNotFound:
		v.Title, v.Text = l.Text(lang.NotFoundTitle), l.Text(lang.NotFoundText)
	case http.StatusMethodNotAllowed:
		v.Title, v.Text = l.Text(lang.ReadOnlyTitle), l.Text(lang.ReadOnlyText)
	case http.StatusTooManyRequests:
		v.Title, v.Text = l.Text(lang.TooManyTitle), l.Text(lang.TooManyText)
	case http.StatusServiceUnavailable:
		v.Title, v.Text = l.Text(lang.UnavailableTitle), l.Text(lang.UnavailableText)
	default:
		v.Title, v.Text = l.Text(lang.ErrorTitle), l.Text(lang.ErrorText)
	}
	if id != "" {
		v.Reference = l.Text(lang.ErrorReference, "id", id)
	}
	var body bytes.Buffer
	if err := plainPage.Execute(&body, v); err != nil {
		panic(err) // it is a constant and its fields are strings
	}
	h := w.Header()
	for _, f := range s.fields("text/html; charset=utf-8") {
		h.Set(f.Name, f.Value)
	}
	h.Set("Cache-Control", "no-store")
	if status == http.StatusServiceUnavailable {
		h.Set("Retry-After", "5")
	}
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	a.Status = status
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		a.Bytes = int64(body.Len())
		w.Write(body.Bytes())
	}
}
