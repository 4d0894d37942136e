package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"stet"
)

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		detail string
		faults int
	}{
		{stet.Errorf(stet.Invalid, "slug", "is no slug"), 422, "slug: is no slug", 1},
		{stet.Errors{stet.Errorf(stet.Invalid, "headline", "is missing"), stet.Errorf(stet.Invalid, "section", "is missing")}, 422,
			"headline: is missing; section: is missing", 2},
		{fmt.Errorf("saving: %w", stet.Errorf(stet.NotFound, "", "there is no such article")), 404, "there is no such article", 0},
		{stet.Errorf(stet.Conflict, "id", "is taken"), 409, "id: is taken", 1},
		{stet.Errorf(stet.Forbidden, "", "you may not"), 403, "you may not", 0},
		{stet.Errorf(stet.Stale, "", "it changed"), 412, "it changed", 0},
		{stet.Errorf(stet.Unauthorized, "", "who are you"), 401, "who are you", 0},
		{&Refusal{Status: 405, Detail: "Use GET.", Allow: "GET"}, 405, "Use GET.", 0},
		{errors.New("the password is hunter2"), 500, "The request failed through no fault of yours. Try again later.", 0},
		{context.DeadlineExceeded, 503, "The request failed through no fault of yours. Try again later.", 0},
	} {
		w := httptest.NewRecorder()
		w.Header().Set("ETag", `"half"`)
		Handler(func(http.ResponseWriter, *http.Request) error { return c.err }).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		var p problem
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
			t.Fatal(err)
		}
		h := w.Header()
		if w.Code != c.status || p.Status != c.status || p.Detail != c.detail || len(p.Errors) != c.faults || p.Type != "about:blank" || p.Title == "" {
			t.Errorf("%v: %d %+v", c.err, w.Code, p)
		}
		if h.Get("Content-Type") != "application/problem+json" || h.Get("Cache-Control") != "no-store" || h.Get("ETag") != "" {
			t.Errorf("%v: %v", c.err, h)
		}
		if (c.status >= 500) != (p.ID != "") || (c.status == 401) != (h.Get("WWW-Authenticate") != "") || (c.status == 405) != (h.Get("Allow") == "GET") {
			t.Errorf("%v: %+v %v", c.err, p, h)
		}
	}
}

func TestFront(t *testing.T) {
	var log, access bytes.Buffer
	front := func(h http.HandlerFunc) http.Handler {
		return Front(h, FrontOptions{Log: slog.New(slog.NewTextHandler(&log, nil)), Access: slog.New(slog.NewTextHandler(&access, nil))})
	}
	var id string
	w := httptest.NewRecorder()
	front(func(w http.ResponseWriter, r *http.Request) {
		id = RequestID(r)
		if Client(r).String() != "192.0.2.1" {
			t.Errorf("client %s", Client(r))
		}
		fmt.Fprint(w, "hello")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	}).ServeHTTP(w, httptest.NewRequest("GET", "/a%0Ab?c=d", nil))
	if len(w.Header()) != 1 { // Content-Type, which the recorder sniffs
		t.Errorf("fields were added: %v", w.Header())
	}
	for _, want := range []string{"id=" + id, "method=GET", `path="/a\nb"`, "status=200", "bytes=5", "client=192.0.2.1", "took="} {
		if !strings.Contains(access.String(), want) {
			t.Errorf("access log lacks %s: %s", want, access.String())
		}
	}
	if log.Len() > 0 {
		t.Error(log.String())
	}

	w = httptest.NewRecorder()
	front(func(http.ResponseWriter, *http.Request) { panic("boom") }).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 500 || w.Body.Len() == 0 || strings.Contains(w.Body.String(), "boom") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if got := log.String(); strings.Count(got, "request failed") != 1 || !strings.Contains(got, "boom") || !strings.Contains(got, "stack=") {
		t.Error(got)
	}

	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("a half answer ends as a whole one: %v", v)
		}
	}()
	front(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "half")
		panic("boom")
	}).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
}

func TestCanceledIsNoError(t *testing.T) {
	var log bytes.Buffer
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	Front(Handler(func(w http.ResponseWriter, r *http.Request) error { return r.Context().Err() }),
		FrontOptions{Log: slog.New(slog.NewTextHandler(&log, nil))}).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil).WithContext(ctx))
	if log.Len() > 0 {
		t.Error(log.String())
	}
}

func TestReadJSON(t *testing.T) {
	for _, c := range []struct {
		mediaType, body string
		status          int
	}{
		{"application/json", `{}`, 0},
		{"Application/JSON; charset=UTF-8", `{}`, 0},
		{"application/merge-patch+json", `{}`, 0},
		{"application/json; charset=koi8-r", `{}`, 415},
		{"text/plain", `{}`, 415},
		{"", `{}`, 415},
		{"application/json", strings.Repeat(" ", 100), 0},
		{"application/json", strings.Repeat(" ", 101), 413},
	} {
		for _, length := range []int64{int64(len(c.body)), -1} { // -1: chunked
			r := httptest.NewRequest("POST", "/", strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.mediaType)
			r.ContentLength = length
			got, err := ReadJSON(r, 100, "application/merge-patch+json")
			switch {
			case c.status == 0 && (err != nil || string(got) != c.body):
				t.Errorf("%s: %v", c.mediaType, err)
			case c.status != 0 && (err == nil || Status(err) != c.status):
				t.Errorf("%s: %v, want %d", c.mediaType, err, c.status)
			}
		}
	}
}

func TestWriteJSON(t *testing.T) {
	w := httptest.NewRecorder()
	w.Header().Set("Cache-Control", "public, max-age=60")
	WriteJSON(w, 201, map[string]string{"a": "<b>"})
	if w.Code != 201 || w.Body.String() != `{"a":"\u003cb\u003e"}`+"\n" || w.Header().Get("Cache-Control") != "public, max-age=60" {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
}

func TestProxies(t *testing.T) {
	proxies, err := ParseProxies("10.0.0.0/8, 2001:db8::1 127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"10.0.0.0/40", "proxy.example", "10.0.0.1:80"} {
		if _, err := ParseProxies(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	for _, c := range []struct{ remote, forwarded, want string }{
		{"203.0.113.9:1000", "", "203.0.113.9"},
		{"203.0.113.9:1000", "198.51.100.1", "203.0.113.9"}, // nobody we trust
		{"10.1.2.3:1000", "198.51.100.1", "198.51.100.1"},
		{"10.1.2.3:1000", "6.6.6.6, 198.51.100.1, 10.9.9.9", "198.51.100.1"},
		{"10.1.2.3:1000", "6.6.6.6, nonsense, 10.9.9.9", "10.9.9.9"},
		{"10.1.2.3:1000", "", "10.1.2.3"},
		{"10.1.2.3:1000", "198.51.100.1:55", "198.51.100.1"},
		{"10.1.2.3:1000", "[2001:db8::7]:55", "2001:db8::7"},
		{"[2001:db8::1]:9", "2001:db8::7", "2001:db8::7"},
		{"[::ffff:10.1.2.3]:9", "198.51.100.1", "198.51.100.1"},
		{"pipe", "198.51.100.1", "invalid IP"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := proxies.Client(r).String(); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.remote, c.forwarded, got, c.want)
		}
	}
}
