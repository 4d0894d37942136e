package auth_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"stet"
	"stet/auth"
	"stet/store"
	"stet/store/access"
	"stet/store/storetest"
)

// A browser keeps one cookie jar's worth of cookies.
type browser map[string]string

func (b browser) request(agent string) *http.Request {
	r := httptest.NewRequest("GET", "/desk/", nil)
	r.Header.Set("User-Agent", agent)
	for name, value := range b {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	return r
}

func (b browser) keep(t *testing.T, w *httptest.ResponseRecorder) *http.Cookie {
	t.Helper()
	cs := w.Result().Cookies()
	if len(cs) != 1 {
		t.Fatalf("%d cookies are set", len(cs))
	}
	if c := cs[0]; c.MaxAge < 0 {
		delete(b, c.Name)
	} else {
		b[c.Name] = c.Value
	}
	return cs[0]
}

func TestSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := context.Background()
		storetest.Init(t, db, "ru")
		p, err := db.AddPerson(ctx, stet.Operator, stet.Person{Email: "anna@example.org", Name: "Anna", Role: stet.Editor}, storetest.Noon)
		if err != nil {
			t.Fatal(err)
		}
		now := storetest.Noon
		sessions := auth.Sessions{Gate: db.Gate, URL: "http://127.0.0.1", Now: func() time.Time { return now }}
		here := func(b browser) bool {
			t.Helper()
			got, s, ok, err := sessions.User(b.request(""))
			if err != nil || ok != (got != nil) || ok != (s != nil) || ok && got.ID != p.ID {
				t.Fatalf("%v, %v, %v, %v", got, s, ok, err)
			}
			return ok
		}
		signIn := func(b browser, agent string) {
			t.Helper()
			w := httptest.NewRecorder()
			if err := sessions.SignIn(w, b.request(agent), auth.Entry{Person: p.ID}); err != nil {
				t.Fatal(err)
			}
			c := b.keep(t, w)
			if c.Name != "stet" || !c.HttpOnly || c.Secure || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
				t.Errorf("the cookie is %v", c)
			}
		}
		const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
		b := browser{}
		if here(b) || here(browser{"stet": "guess"}) || here(browser{"stet": ""}) || here(browser{"stet": "\x00"}) {
			t.Error("a stranger is somebody")
		}
		signIn(b, firefox)
		if !here(b) {
			t.Fatal("who signed in is a stranger")
		}

		// Whoever knew the cookie from before knows nothing afterwards.
		before := browser{"stet": b["stet"]}
		signIn(b, firefox)
		if here(before) || !here(b) {
			t.Error("the session from before goes on")
		}

		// Use keeps it; it is written down once a minute at most.
		used := func() time.Time {
			t.Helper()
			list, err := db.Sessions(ctx, p.ID, now)
			if err != nil || len(list) != 1 || list[0].Device != "Firefox, Linux" {
				t.Fatalf("the sessions are %+v, %v", list, err)
			}
			return list[0].Used
		}
		at := now
		for i, step := range []time.Duration{0, 59 * time.Second, time.Minute, 61 * time.Second, 90 * time.Second} {
			now = at.Add(step)
			here(b)
			want := []time.Duration{0, 0, time.Minute, time.Minute, time.Minute}[i]
			if got := used().Sub(at); got != want {
				t.Errorf("after %s its last use is %s", step, got)
			}
		}
		for range 4 { // four times six days with a use
			now = now.Add(6 * 24 * time.Hour)
			if !here(b) {
				t.Fatal("a session in use ended")
			}
		}
		now = at.Add(30*24*time.Hour - time.Second)
		if !here(b) {
			t.Error("it ended before its time")
		}
		if now = at.Add(30 * 24 * time.Hour); here(b) {
			t.Error("it outlives thirty days")
		}
		signIn(b, firefox)
		if now = now.Add(7 * 24 * time.Hour); here(b) {
			t.Error("it outlives a week without use")
		}

		signIn(b, "")
		other := browser{}
		signIn(other, "curl/8.5.0")
		w := httptest.NewRecorder()
		stolen := browser{"stet": b["stet"]}
		if err := sessions.SignOut(w, b.request("")); err != nil {
			t.Fatal(err)
		}
		b.keep(t, w)
		if len(b) > 0 || here(stolen) || !here(other) {
			t.Error("signing out ends this session and no other")
		}
		if err := db.UpdatePerson(ctx, stet.Operator, p.ID, now, func(p *stet.Person) error { p.Disabled = now; return nil }); err != nil {
			t.Fatal(err)
		}
		if here(other) {
			t.Error("who is disabled goes on")
		}

		w = httptest.NewRecorder()
		sessions.URL = "https://example.org"
		if err := sessions.SignIn(w, httptest.NewRequest("GET", "/", nil), auth.Entry{Person: p.ID}); err != nil {
			t.Fatal(err)
		}
		if c := w.Result().Cookies()[0]; c.Name != "__Host-stet" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
			t.Errorf("over HTTPS the cookie is %v", c)
		}
	})
}

func TestFresh(t *testing.T) {
	now := storetest.Noon
	a := auth.Sessions{Now: func() time.Time { return now }}
	s := &access.Session{Created: now}
	if now = now.Add(15*time.Minute - time.Second); !a.Fresh(s) {
		t.Error("just signed in, and not fresh")
	}
	if now = now.Add(time.Second); a.Fresh(s) {
		t.Error("fresh for ever")
	}
}
