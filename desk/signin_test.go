package desk

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/storetest"
)

// session signs somebody in once more and returns the cookie's value.
func (n *newsroom) session(p *stet.Person) string {
	n.t.Helper()
	token, err := n.db.AddSession(n.t.Context(), store.Session{Person: p.ID, Created: n.now, Used: n.now, Until: n.now.AddDate(1, 0, 0)})
	if err != nil {
		n.t.Fatal(err)
	}
	return token
}

// TestNextPath: after signing in people stay on the desk, whatever a link says.
func TestNextPath(t *testing.T) {
	for asked, want := range map[string]string{
		"":                               "/desk/",
		"/desk/":                         "/desk/",
		"/desk/board?lang=ru&q=%D0%B0":   "/desk/board?lang=ru&q=%D0%B0",
		"/desk/articles/a%2Fb":           "/desk/articles/a%2Fb",
		"/desk":                          "/desk/",
		"/desk/sign-in":                  "/desk/",
		"/desk/sign-out":                 "/desk/",
		"/":                              "/desk/",
		"/desks/":                        "/desk/",
		"https://evil.example/desk/":     "/desk/",
		"//evil.example/desk/":           "/desk/",
		"/desk//evil.example":            "/desk/",
		"/desk/../x":                     "/desk/",
		"/desk/%2e%2e/x":                 "/desk/",
		"/\\evil.example":                "/desk/",
		"/desk/\\evil.example":           "/desk/",
		"javascript:alert(1)":            "/desk/",
		"desk/":                          "/desk/",
		"/desk/a\r\nSet-Cookie: stet=x":  "/desk/",
		"http:/desk/":                    "/desk/",
		"/desk/board#<script>":           "/desk/board",
		"\t/desk/":                       "/desk/",
		"/desk/\x00":                     "/desk/",
		"//evil.example@127.0.0.1/desk/": "/desk/",
	} {
		if got := nextPath(asked); got != want {
			t.Errorf("%q leads to %q, want %q", asked, got, want)
		}
	}
}

// TestLinkSignsIn: looking leaves a link as it is, the button uses it once.
func TestLinkSignsIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		reporter := n.people["reporter"]
		link := func() string {
			t.Helper()
			token, err := db.AddLink(t.Context(), reporter.ID, store.FromOperator, n.now, n.now.Add(30*time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			return "/desk/sign-in/" + token
		}
		at := link()
		for range 3 {
			if w := n.do("", at, nil); w.Code != 200 || !strings.Contains(w.Body.String(), reporter.Name) || len(w.Result().Cookies()) > 0 {
				t.Fatalf("the link shows %d\n%s", w.Code, w.Body)
			}
		}
		w := n.do("", at, url.Values{"next": {"/desk/inbox"}})
		if w.Code != 303 || w.Header().Get("Location") != "/desk/inbox" || len(w.Result().Cookies()) != 1 {
			t.Fatalf("the button answers %d %s", w.Code, w.Header())
		}
		n.cookies["new"] = w.Result().Cookies()[0].Value
		if w := n.do("new", "/desk/account", nil); w.Code != 200 || !strings.Contains(w.Body.String(), reporter.Email) {
			t.Errorf("whom the link signed in sees %d\n%s", w.Code, w.Body)
		}
		for what, at := range map[string]string{"used": at, "unknown": "/desk/sign-in/guess"} {
			for _, form := range []url.Values{nil, {}} {
				if w := n.do("", at, form); w.Code != 404 || !strings.Contains(w.Body.String(), "used or has run out") || len(w.Result().Cookies()) > 0 {
					t.Errorf("a link that is %s answers %d\n%s", what, w.Code, w.Body)
				}
			}
		}
		at = link()
		n.now = n.now.Add(30 * time.Minute)
		if w := n.do("", at, url.Values{}); w.Code != 404 {
			t.Errorf("an old link answers %d", w.Code)
		}
		at = link()
		if w := n.do("", at, url.Values{}, "Sec-Fetch-Site", "cross-site"); w.Code != 403 {
			t.Errorf("from another site the link answers %d", w.Code)
		}
		err := db.UpdatePerson(t.Context(), reporter.ID, func(p *stet.Person) error { p.Disabled = n.now; return nil })
		if err != nil {
			t.Fatal(err)
		}
		if w := n.do("", at, url.Values{}); w.Code != 404 {
			t.Errorf("for somebody disabled the link answers %d", w.Code)
		}
	})
}

func TestAccount(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	w := n.do("editor", "/desk/account", url.Values{"desk": {"ru"}, "zone": {"Europe/Moscow"}})
	if w.Code != 303 {
		t.Fatalf("the choice is answered %d\n%s", w.Code, w.Body)
	}
	w = n.do("editor", w.Header().Get("Location"), nil)
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, `<html lang="ru">`) || !strings.Contains(body, "Сохранено.") ||
		!strings.Contains(body, `value="Europe/Moscow"`) || !strings.Contains(body, "Редактор") || !strings.Contains(body, "11:00") {
		t.Errorf("the account is\n%s", body)
	}
	for field, form := range map[string]url.Values{
		"Язык":         {"desk": {"xx"}, "zone": {""}},
		"Часовой пояс": {"desk": {"ru"}, "zone": {"Mars/Base"}},
	} {
		if w := n.do("editor", "/desk/account", form); w.Code != 422 || !strings.Contains(w.Body.String(), field) {
			t.Errorf("%v is answered %d\n%s", form, w.Code, w.Body)
		}
	}
}

func TestSignOut(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	in := func(who string) bool { return n.do(who, "/desk/account", nil).Code == 200 }
	editor := n.people["editor"]
	n.cookies["second"], n.cookies["third"] = n.session(editor), n.session(editor)
	sessions, err := n.db.Sessions(t.Context(), editor.ID, n.now)
	if err != nil || len(sessions) != 3 {
		t.Fatal(sessions, err)
	}
	if w := n.do("reporter", "/desk/account/sessions/end", url.Values{"id": {sessions[1].ID}}); w.Code != 303 || !in("second") {
		t.Errorf("a reporter signs an editor out: %d", w.Code)
	}
	if w := n.do("editor", "/desk/account/sessions/end", url.Values{"id": {sessions[1].ID}}); w.Code != 303 || in("second") || !in("editor") {
		t.Errorf("ending another session answers %d", w.Code)
	}
	if w := n.do("editor", "/desk/sign-out", url.Values{}); w.Code != 303 || w.Result().Cookies()[0].MaxAge >= 0 || in("editor") || !in("third") {
		t.Errorf("signing out answers %d", w.Code)
	}
	n.cookies["fourth"] = n.session(editor)
	if w := n.do("fourth", "/desk/account/sessions/end-all", url.Values{}); w.Code != 303 || in("fourth") || in("third") || !in("reporter") {
		t.Errorf("signing out everywhere answers %d", w.Code)
	}
	if w := n.do("", "/desk/sign-out", url.Values{}); w.Code != 303 {
		t.Errorf("who is out signs out: %d", w.Code)
	}
}
