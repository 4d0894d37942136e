package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"stet"
)

// Handler answers a request, or returns an error before it has written
// anything. As an http.Handler it answers errors and panics by Problem.
type Handler func(w http.ResponseWriter, r *http.Request) error

func (h Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := Catch(func() error { return h(w, r) }); err != nil {
		Problem(w, r, err)
	}
}

// Panic is the error of a handler that panicked.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Catch returns the error of f, or a *Panic if f panicked. The panic that asks
// net/http to drop the connection goes through.
func Catch(f func() error) (err error) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			panic(v)
		default:
			err = &Panic{v, debug.Stack()}
		}
	}()
	return f()
}

// Refusal is an error that only HTTP knows: a method, a media type, a size.
type Refusal struct {
	Status int
	Detail string // one sentence that says what to do
	Allow  string // the methods there are, for 405
	At     string // the address of what is there already, for 409

	After time.Duration // how long to wait, for 429
}

func (e *Refusal) Error() string { return e.Detail }

// Status returns the status an error is answered with; 500 for everything that
// no one outside can act on.
func Status(err error) int {
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return refusal.Status
	}
	if kind, ok := stet.KindOf(err); ok {
		switch kind {
		case stet.Invalid:
			return http.StatusUnprocessableEntity
		case stet.NotFound:
			return http.StatusNotFound
		case stet.Conflict:
			return http.StatusConflict
		case stet.Forbidden:
			return http.StatusForbidden
		case stet.Stale:
			return http.StatusPreconditionFailed
		case stet.Unauthorized:
			return http.StatusUnauthorized
		case stet.Malformed:
			return http.StatusBadRequest
		case stet.NoRoom:
			return http.StatusInsufficientStorage
		}
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

type problem struct {
	Type   string  `json:"type"`
	Title  string  `json:"title"`
	Status int     `json:"status"`
	Detail string  `json:"detail,omitempty"`
	Errors []fault `json:"errors,omitempty"`
	ID     string  `json:"request_id,omitempty"`
}

type fault struct {
	Field   string `json:"field,omitempty"`
	Message string `json:"message"`
}

// Problem answers with an error as application/problem+json. An error that is
// no refusal is reported, and answered without a word of what it says but with
// the request's id. If an answer has begun already, the connection is dropped.
func Problem(w http.ResponseWriter, r *http.Request, err error) {
	status := Status(err)
	p := problem{Type: "about:blank", Title: http.StatusText(status), Status: status}
	if status >= 500 {
		p.ID = Report(r, err)
		p.Detail = "The request failed through no fault of yours. Try again later."
		if refusal := (*Refusal)(nil); errors.As(err, &refusal) {
			p.Detail = refusal.Detail
		}
		if status == http.StatusInsufficientStorage {
			p.Detail, p.Errors = plain(err)
		}
	} else {
		p.Detail, p.Errors = plain(err)
	}
	if begun(w) {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	clear(h)
	var refusal *Refusal
	if errors.As(err, &refusal) && refusal.Allow != "" {
		h.Set("Allow", refusal.Allow)
	}
	if refusal != nil && refusal.At != "" {
		h.Set("Location", refusal.At)
	}
	if refusal != nil && refusal.After > 0 {
		h.Set("Retry-After", Seconds(refusal.After))
	}
	switch status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "5")
	}
	write(w, "application/problem+json", status, p)
}

// plain returns what an error may tell the outside.
func plain(err error) (detail string, faults []fault) {
	var all stet.Errors
	var one *stet.Error
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return refusal.Detail, nil
	case errors.As(err, &all) && len(all) > 0:
		detail = all.Error()
	case errors.As(err, &one):
		all, detail = stet.Errors{one}, one.Error()
	}
	for _, e := range all {
		if e.Kind == stet.Invalid || e.Field != "" {
			faults = append(faults, fault{e.Field, e.Message})
		}
	}
	return detail, faults
}

// WriteJSON answers with a value as JSON. Nothing may keep the answer, unless
// the header says otherwise already.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	write(w, "application/json", status, v)
}

func write(w http.ResponseWriter, mediaType string, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("web: a value that is no JSON: %w", err))
	}
	h := w.Header()
	h.Set("Content-Type", mediaType)
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}
