package desk

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/store"
	"stet/store/access"
	"stet/store/storetest"
)

// newsroom is a desk over a database, with a person of every role.
type newsroom struct {
	t       *testing.T
	db      *store.DB
	desk    *Desk
	people  map[string]*stet.Person // by role
	cookies map[string]string       // of their sessions
	now     time.Time
}

// printed answers receipts at once, as if every page were printed.
type printed struct{}

func (printed) Await(context.Context, int64) ([]string, error) { return []string{"latest/en"}, nil }

// Preview shows a story by its headline alone.
func (printed) Preview(_ context.Context, st *stet.Story) ([]byte, error) {
	return []byte("<!doctype html><h1>" + html.EscapeString(st.Headline) + "</h1>"), nil
}

// PreviewFront shows a front by the ids of what is pinned.
func (printed) PreviewFront(_ context.Context, l stet.Lang, section string, pins stet.Pins) ([]byte, error) {
	out := "<!doctype html><h1>" + string(l) + " " + section
	for i, p := range pins {
		if p.Story != "" {
			out += fmt.Sprintf(" %d=%s", i+1, html.EscapeString(string(p.Story)))
		}
	}
	return []byte(out + "</h1>"), nil
}

func open(t *testing.T, db *store.DB) *newsroom {
	t.Helper()
	storetest.Init(t, db, "en", "ru")
	n := &newsroom{t: t, db: db, people: map[string]*stet.Person{}, cookies: map[string]string{}, now: storetest.Noon}
	for _, role := range stet.Roles {
		n.join(string(role), stet.Person{Name: "The " + string(role), Role: role, Zone: "Asia/Baku"})
	}
	var err error
	n.desk, err = New(Options{DB: db, Receipts: printed{}, Previewer: printed{}, URL: "https://example.org", Now: func() time.Time { return n.now }})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// join takes somebody into the newsroom and signs them in.
func (n *newsroom) join(who string, p stet.Person) {
	n.t.Helper()
	p.Email = strings.ReplaceAll(who, " ", ".") + "@example.org"
	made, err := n.db.AddPerson(n.t.Context(), stet.Operator, p, n.now)
	if err != nil {
		n.t.Fatal(err)
	}
	n.people[who] = made
	n.cookies[who], err = n.db.AddSession(n.t.Context(), access.Session{Person: made.ID, Created: n.now, Used: n.now, Until: n.now.AddDate(1, 0, 0)})
	if err != nil {
		n.t.Fatal(err)
	}
}

// do sends a request as somebody and returns the answer. A form makes it a POST.
func (n *newsroom) do(who, target string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	n.t.Helper()
	if form == nil {
		return n.send(who, http.MethodGet, target, "", headers...)
	}
	return n.send(who, http.MethodPost, target, form.Encode(), append([]string{"Content-Type", "application/x-www-form-urlencoded"}, headers...)...)
}

// send sends a request with a body as somebody.
func (n *newsroom) send(who, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	n.t.Helper()
	r := httptest.NewRequestWithContext(n.t.Context(), method, target, strings.NewReader(body))
	if cookie := n.cookies[who]; cookie != "" {
		r.AddCookie(&http.Cookie{Name: "__Host-stet", Value: cookie})
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	n.desk.ServeHTTP(w, r)
	return w
}

// TestManners: what every answer of the desk has, and who is asked to sign in.
func TestManners(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	home := n.do("editor", "/desk/", nil)
	if home.Code != 200 || !strings.Contains(home.Body.String(), "New story") {
		t.Fatalf("home answers %d\n%s", home.Code, home.Body)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": frame.Policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
		"X-Robots-Tag": "noindex", "Cache-Control": "private, no-store",
	} {
		if got := home.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if w := n.do("", "/desk/?a=b", nil); w.Code != 303 || w.Header().Get("Location") != "/desk/sign-in?next=%2Fdesk%2F%3Fa%3Db" {
		t.Errorf("a stranger is answered %d, %s", w.Code, w.Header().Get("Location"))
	}
	if w := n.do("", "/desk/", nil, "Accept", "application/json"); w.Code != 401 || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("a stranger's script is answered %d, %s", w.Code, w.Header().Get("Content-Type"))
	}
	if w := n.do("editor", "/desk/nowhere", nil); w.Code != 404 || !strings.Contains(w.Body.String(), "There is nothing here") {
		t.Errorf("an unknown address answers %d\n%s", w.Code, w.Body)
	}
	if w := n.do("editor", "/desk/static/desk.css", url.Values{}); w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("a POST to a file answers %d, Allow: %s", w.Code, w.Header().Get("Allow"))
	}
	if w := n.do("editor", "/desk/", url.Values{}, "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
		t.Errorf("a request from another site answers %d", w.Code)
	}
}

// TestLanguages: everybody is spoken to in their own language.
func TestLanguages(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.join("Olga", stet.Person{Name: "Olga", Role: stet.Editor, Desk: "ru"})
	if w := n.do("Olga", "/desk/nowhere", nil); !strings.Contains(w.Body.String(), `<html lang="ru">`) || !strings.Contains(w.Body.String(), "Здесь ничего нет") {
		t.Errorf("a Russian desk says\n%s", w.Body)
	}
	if w := n.do("", "/desk/preview/nowhere", nil, "Accept-Language", "az"); !strings.Contains(w.Body.String(), "Burada heç nə yoxdur") {
		t.Errorf("an Azerbaijani browser is told\n%s", w.Body)
	}
}

// TestFailures: when something of ours breaks, a person is told so in their
// language, with a number for the log and not a word of what it was.
func TestFailures(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.join("Olga", stet.Person{Name: "Olga", Role: stet.Editor, Desk: "ru"})
	n.desk.Previewer = broken{}
	at := frame.ArticlePath(n.write("Olga", "Story")) + "/preview/page"
	w := n.do("Olga", at, nil)
	if w.Code != 500 || !strings.Contains(w.Body.String(), "У нас что-то сломалось") || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("a panic answers %d\n%s", w.Code, w.Body)
	}
	if csp := w.Header().Get("Content-Security-Policy"); csp != frame.Policy {
		t.Errorf("the page of a failure has the policy %q", csp)
	}
	n.db.Close()
	w = n.do("Olga", "/desk/", nil, "Accept-Language", "az")
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), "Məlumat bazası əlçatan deyil") {
		t.Errorf("without the database it answers %d\n%s", w.Code, w.Body)
	}
	if w := n.do("Olga", "/desk/", nil, "Accept", "application/json"); w.Code != 503 || w.Header().Get("Content-Type") != "application/problem+json" {
		t.Errorf("without the database a script is answered %d, %s", w.Code, w.Header())
	}
}

// broken is a Previewer that fails.
type broken struct{}

func (broken) Preview(context.Context, *stet.Story) ([]byte, error) { panic("secret") }

func (broken) PreviewFront(context.Context, stet.Lang, string, stet.Pins) ([]byte, error) {
	panic("secret")
}
