package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"time"
)

// FrontOptions is what stands before every handler.
type FrontOptions struct {
	Proxies Proxies      // whose forwarding headers count
	Log     *slog.Logger // errors; nil means slog.Default()
	Access  *slog.Logger // one line for every request; nil for none
}

// Front gives every request an id and the client's address, answers panics
// with 500 and writes the access log. It adds no field to answers: what it
// knows of a request must not change what readers get.
func Front(next http.Handler, o FrontOptions) http.Handler {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		v := &visit{id: newID(), client: o.Proxies.Client(r), log: o.Log}
		r = r.WithContext(context.WithValue(r.Context(), visitKey{}, v))
		rec := &recorder{ResponseWriter: w}
		if o.Access != nil {
			defer func() {
				o.Access.LogAttrs(r.Context(), slog.LevelInfo, "request",
					slog.String("id", v.id),
					slog.String("method", r.Method),
					slog.String("path", r.URL.Path),
					slog.Int("status", rec.status),
					slog.Int64("bytes", rec.bytes),
					slog.Duration("took", time.Since(start)),
					slog.String("client", v.client.String()))
			}()
		}
		if err := Catch(func() error { next.ServeHTTP(rec, r); return nil }); err != nil {
			Problem(rec, r, err)
		}
	})
}

type visitKey struct{}

// A visit is what is known of a request beside itself.
type visit struct {
	id     string
	client netip.Addr
	log    *slog.Logger
}

func visitOf(r *http.Request) *visit {
	if v, ok := r.Context().Value(visitKey{}).(*visit); ok {
		return v
	}
	return &visit{id: newID(), client: Proxies(nil).Client(r), log: slog.Default()}
}

func newID() string {
	var b [9]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// RequestID returns the id that Front gave the request.
func RequestID(r *http.Request) string { return visitOf(r).id }

// Client returns the address a request came from, as far as the proxies that
// are trusted tell. It is not valid where the connection has none.
func Client(r *http.Request) netip.Addr { return visitOf(r).client }

// Report logs an internal error once, with the request's id, and returns the
// id for the answer. A request whose client went away is no error.
func Report(r *http.Request, err error) string {
	v := visitOf(r)
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return v.id
	}
	attrs := []slog.Attr{
		slog.String("id", v.id),
		slog.String("method", r.Method),
		slog.String("path", r.URL.Path),
		slog.String("error", err.Error()),
	}
	var p *Panic
	if errors.As(err, &p) {
		attrs = append(attrs, slog.String("stack", string(p.Stack)))
	}
	v.log.LogAttrs(r.Context(), slog.LevelError, "request failed", attrs...)
	return v.id
}

// A recorder notes what is answered.
type recorder struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (rec *recorder) WriteHeader(status int) {
	if rec.status == 0 && status >= 200 {
		rec.status = status
	}
	rec.ResponseWriter.WriteHeader(status)
}

func (rec *recorder) Write(b []byte) (int, error) {
	if rec.status == 0 {
		rec.status = http.StatusOK
	}
	n, err := rec.ResponseWriter.Write(b)
	rec.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (rec *recorder) Unwrap() http.ResponseWriter { return rec.ResponseWriter }

// begun tells whether an answer has begun, as far as Front knows.
func begun(w http.ResponseWriter) bool {
	rec, ok := w.(*recorder)
	return ok && rec.status != 0
}
