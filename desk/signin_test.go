package desk

import (
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"stet"
	"stet/auth"
	"stet/desk/access"
	"stet/desk/frame"
	"stet/store"
	gate "stet/store/access"
	"stet/store/storetest"
)

// session signs somebody in once more and returns the cookie's value.
func (n *newsroom) session(p *stet.Person) string {
	n.t.Helper()
	token, err := n.db.AddSession(n.t.Context(), gate.Session{Person: p.ID, Created: n.now, Used: n.now, Until: n.now.AddDate(1, 0, 0)})
	if err != nil {
		n.t.Fatal(err)
	}
	return token
}

// TestLinkSignsIn: looking leaves a link as it is, the button uses it once.
func TestLinkSignsIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		reporter := n.people["reporter"]
		link := func() string {
			t.Helper()
			token, err := db.AddLink(t.Context(), "", reporter.ID, gate.FromOperator, n.now, n.now.Add(30*time.Minute))
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
		err := db.UpdatePerson(t.Context(), stet.Operator, reporter.ID, n.now, func(p *stet.Person) error { p.Disabled = n.now; return nil })
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

// TestPasswordAndCode: the whole way of somebody who came by a link: a password,
// an authenticator, out and in again.
func TestPasswordAndCode(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.join("anna", stet.Person{Name: "Anna", Role: stet.Reporter})
	n.cookies["elsewhere"] = n.session(n.people["anna"])
	const password = "a bridge opens at midnight"
	for what, form := range map[string]url.Values{
		"not the same":     {"password": {password}, "again": {password + "!"}},
		"easy to guess":    {"password": {"short"}, "again": {"short"}},
		"password is set.": {"password": {password}, "again": {password}},
	} {
		w := n.do("anna", "/desk/account/password", form)
		if w.Code == 303 {
			w = n.do("anna", w.Header().Get("Location"), nil)
		} else if w.Code != 422 {
			t.Errorf("%v answers %d", form, w.Code)
		}
		if !strings.Contains(w.Body.String(), what) {
			t.Errorf("%v does not say %q\n%s", form, what, w.Body)
		}
	}
	if w := n.do("elsewhere", "/desk/account", nil); w.Code != 303 {
		t.Errorf("after a new password another browser is answered %d", w.Code)
	}

	n.cookies["anna"] = ""
	signIn := func(password, next string) *httptest.ResponseRecorder {
		t.Helper()
		return n.do("", "/desk/sign-in", url.Values{"email": {"Anna@example.org"}, "password": {password}, "next": {next}})
	}
	if w := signIn("wrong", "/desk/inbox"); w.Code != 422 || !strings.Contains(w.Body.String(), "is wrong") ||
		!strings.Contains(w.Body.String(), `value="/desk/inbox"`) || !strings.Contains(w.Body.String(), `value="Anna@example.org"`) || len(w.Result().Cookies()) > 0 {
		t.Errorf("a wrong password is answered %d\n%s", w.Code, w.Body)
	}
	in := func(w *httptest.ResponseRecorder, want string) {
		t.Helper()
		if w.Code != 303 || w.Header().Get("Location") != want || len(w.Result().Cookies()) != 1 {
			t.Fatalf("in comes nobody: %d %v\n%s", w.Code, w.Header(), w.Body)
		}
		n.cookies["anna"] = w.Result().Cookies()[0].Value
	}
	in(signIn(password, "/desk/inbox?q=x"), "/desk/inbox?q=x")
	if w := n.do("anna", "/desk/sign-in?next=/desk/board", nil); w.Code != 303 || w.Header().Get("Location") != "/desk/board" {
		t.Errorf("who is in and wants to sign in is answered %d", w.Code)
	}

	hidden := func(w *httptest.ResponseRecorder, name string) string {
		t.Helper()
		m := regexp.MustCompile(`name="` + name + `" value="([^"]+)"`).FindStringSubmatch(w.Body.String())
		if m == nil {
			t.Fatalf("%d has no field %s\n%s", w.Code, name, w.Body)
		}
		return m[1]
	}
	code := func(secret string) string {
		t.Helper()
		c, err := totp.GenerateCode(secret, n.now)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	w := n.do("anna", "/desk/account/authenticator", nil)
	secret := hidden(w, "secret")
	if !strings.Contains(w.Body.String(), `src="data:image/png;base64,`) {
		t.Errorf("the authenticator is shown no picture\n%s", w.Body)
	}
	w = n.do("anna", "/desk/account/authenticator", url.Values{"secret": {secret}, "code": {"000000"}})
	if w.Code != 422 || hidden(w, "secret") != secret {
		t.Errorf("a wrong code is answered %d", w.Code)
	}
	if w := n.do("anna", "/desk/account/authenticator", url.Values{"secret": {"x"}, "code": {"000000"}}); w.Code != 422 {
		t.Errorf("a wrong secret is answered %d", w.Code)
	}
	if w := n.do("anna", "/desk/account/authenticator", url.Values{"secret": {secret}, "code": {code(secret)}}); w.Code != 303 {
		t.Fatalf("the right code is answered %d\n%s", w.Code, w.Body)
	}

	n.now = n.now.Add(time.Hour)
	w = signIn(password, "/desk/board")
	step := hidden(w, "step")
	if w.Code != 200 || len(w.Result().Cookies()) > 0 {
		t.Fatalf("the password alone is answered %d, %v", w.Code, w.Header())
	}
	give := func(code string) *httptest.ResponseRecorder {
		return n.do("", "/desk/sign-in/code", url.Values{"step": {step}, "code": {code}, "next": {hidden(w, "next")}})
	}
	if w := give("000000"); w.Code != 422 || hidden(w, "step") != step || len(w.Result().Cookies()) > 0 {
		t.Errorf("a wrong code is answered %d", w.Code)
	}
	in(give(code(secret)), "/desk/board")
	if w := give(code(secret)); w.Code != 303 || !strings.HasPrefix(w.Header().Get("Location"), "/desk/sign-in?did=code_late") {
		t.Errorf("the code, again, is answered %d", w.Code)
	}

	// A quarter of an hour later the ways in cannot be changed without signing in again.
	n.now = n.now.Add(15 * time.Minute)
	for _, at := range []string{"password", "authenticator", "authenticator/remove"} {
		if w := n.do("anna", "/desk/account/"+at, url.Values{"password": {password}, "again": {password}}); w.Code != 303 ||
			w.Header().Get("Location") != "/desk/sign-in?again=1&did=sign_in_again&next=/desk/account" {
			t.Errorf("%s is answered %d %s", at, w.Code, w.Header().Get("Location"))
		}
	}
	if w := n.do("anna", "/desk/account", nil); strings.Contains(w.Body.String(), "account/password") || !strings.Contains(w.Body.String(), "Sign in again") {
		t.Errorf("the account is\n%s", w.Body)
	}
	if w := n.do("anna", "/desk/sign-in?again=1&next=/desk/account", nil); w.Code != 200 || !strings.Contains(w.Body.String(), `value="anna@example.org"`) {
		t.Errorf("signing in again is answered %d\n%s", w.Code, w.Body)
	}
	w = signIn(password, "/desk/account")
	step = hidden(w, "step")
	in(give(code(secret)), "/desk/account")
	if w := n.do("anna", "/desk/account/authenticator/remove", url.Values{}); w.Code != 303 {
		t.Errorf("removing is answered %d", w.Code)
	}
	in(signIn(password, ""), "/desk/")
}

// TestTooOften: the eleventh password for an account waits, with the time said.
func TestTooOften(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	for i := range 11 {
		w := n.do("", "/desk/sign-in", url.Values{"email": {"x@example.org"}, "password": {"wrong"}})
		if i < 10 && w.Code != 422 || i == 10 && (w.Code != 429 || w.Header().Get("Retry-After") != "61") {
			t.Errorf("try %d is answered %d, Retry-After: %s", i+1, w.Code, w.Header().Get("Retry-After"))
		}
	}
}

// TestMailLink: the answer is the same whoever asks; the letter is in the
// language of the person's desk; without mail the page says whom to ask.
func TestMailLink(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	if w := n.do("", "/desk/sign-in", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "Ask the administrator") || strings.Contains(w.Body.String(), "/desk/sign-in/mail") {
		t.Errorf("without mail the page is\n%s", w.Body)
	}
	if w := n.do("", "/desk/sign-in/mail", url.Values{"email": {"olga@example.org"}}); w.Code != 404 {
		t.Errorf("without mail a link is sent: %d", w.Code)
	}
	n.join("olga", stet.Person{Name: "Ольга", Role: stet.Editor, Desk: "ru"})
	letters := make(chan string, 10)
	o := n.desk.Options
	o.Mail = func(_ context.Context, to, subject, text string) error {
		letters <- to + "\n" + subject + "\n" + text
		return nil
	}
	var err error
	if n.desk, err = New(o); err != nil {
		t.Fatal(err)
	}
	if w := n.do("", "/desk/sign-in", nil); !strings.Contains(w.Body.String(), "/desk/sign-in/mail") {
		t.Errorf("with mail the page is\n%s", w.Body)
	}
	var answers []string
	for _, email := range []string{"olga@example.org", "nobody@example.org", "", "<script>"} {
		w := n.do("", "/desk/sign-in/mail", url.Values{"email": {email}})
		answers = append(answers, fmt.Sprint(w.Code, w.Header(), w.Body))
	}
	if slices.Sort(answers); answers[0] != answers[len(answers)-1] {
		t.Errorf("the answers tell who is somebody: %q", answers)
	}
	n.desk.Wait()
	if len(letters) != 1 {
		t.Fatalf("%d letters came", len(letters))
	}
	text := <-letters
	at := regexp.MustCompile(`https://example\.org(/desk/sign-in/\S+)\n`).FindStringSubmatch(text)
	if at == nil || !strings.Contains(text, "Ольга") || !strings.Contains(text, "Herald ru") || !strings.Contains(text, "30 минут") || strings.Contains(text, "{") {
		t.Fatalf("the letter is\n%s", text)
	}
	if w := n.do("", at[1], url.Values{}); w.Code != 303 || len(w.Result().Cookies()) != 1 || w.Header().Get("Location") != "/desk/?did=first_signed_in" {
		t.Errorf("the link is answered %d", w.Code)
	}
}

// TestStrangersHaveNoAccount: every route of the account asks a stranger to sign in.
func TestStrangersHaveNoAccount(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	for _, route := range new(access.Access).Part().Routes {
		method, path, _ := strings.Cut(route.Pattern, " ")
		if route.Open {
			continue
		}
		var form url.Values
		if method == "POST" {
			form = url.Values{}
		}
		if w := n.do("", path, form, "Accept", "application/json"); w.Code != 401 {
			t.Errorf("%s answers a stranger %d", route.Pattern, w.Code)
		}
		if w := n.do("editor", path, form, "Sec-Fetch-Site", "cross-site"); method == "POST" && w.Code != 403 {
			t.Errorf("%s answers another site %d", route.Pattern, w.Code)
		}
	}
}

// TestSecondFactor: who must add a second factor sees nothing of the desk before,
// and all of it afterwards; others who wait for the same are sent away.
func TestSecondFactor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		reporter := n.people["reporter"]
		id := n.write("reporter", "The story")
		if err := db.ChangeSettings(t.Context(), stet.Operator, map[string]string{"second-factor": "everybody"}, n.now); err != nil {
			t.Fatal(err)
		}
		if w := n.do("reporter", frame.ArticlePath(id), nil); w.Code != 200 {
			t.Errorf("a session from before is answered %d", w.Code)
		}
		in := func(name string) {
			t.Helper()
			token, err := db.AddLink(t.Context(), "", reporter.ID, gate.FromOperator, n.now, n.now.Add(time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			w := n.do("", "/desk/sign-in/"+token, url.Values{})
			if w.Code != 303 {
				t.Fatalf("the link answers %d\n%s", w.Code, w.Body)
			}
			n.cookies[name] = w.Result().Cookies()[0].Value
		}
		in("new")
		in("other")
		for _, route := range Routes() {
			method, path, _ := strings.Cut(route.Pattern, " ")
			if route.Open || route.Early {
				continue
			}
			path = strings.NewReplacer("{id}", string(id), "{token}", "unknown", "{name}", "none", "{$}", "").Replace(path)
			w := n.send("new", method, path, "")
			if method == "GET" && (w.Code != 303 || w.Header().Get("Location") != "/desk/account") || method != "GET" && w.Code != 403 {
				t.Errorf("%s answers %d %v", route.Pattern, w.Code, w.Header())
			}
			if strings.Contains(w.Body.String(), "The story") {
				t.Errorf("%s shows a text", route.Pattern)
			}
		}
		if w := n.do("new", "/desk/account", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "The newsroom asks more of you") {
			t.Errorf("the account is %d\n%s", w.Code, w.Body)
		}
		secret := auth.NewCode()
		code, err := totp.GenerateCode(secret, n.now)
		if err != nil {
			t.Fatal(err)
		}
		if w := n.do("new", "/desk/account/authenticator", url.Values{"secret": {secret}, "code": {code}}); w.Code != 303 {
			t.Fatalf("the authenticator answers %d\n%s", w.Code, w.Body)
		}
		if w := n.do("new", frame.ArticlePath(id), nil); w.Code != 200 {
			t.Errorf("afterwards a story answers %d", w.Code)
		}
		if w := n.do("new", "/desk/account", nil); strings.Contains(w.Body.String(), "asks more of you") {
			t.Errorf("afterwards the account is\n%s", w.Body)
		}
		if w := n.do("other", "/desk/account", nil); w.Code != 303 {
			t.Errorf("who waits elsewhere is answered %d", w.Code)
		}

		// Who has a passkey is not let in without it, and told so.
		editor := n.people["editor"]
		if err := db.AddPasskey(t.Context(), gate.Passkey{ID: []byte("k"), Person: editor.ID, Data: "{}", Created: n.now}); err != nil {
			t.Fatal(err)
		}
		token, err := db.AddLink(t.Context(), "", editor.ID, gate.ByMail, n.now, n.now.Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		if w := n.do("", "/desk/sign-in/"+token, url.Values{}); w.Code != 403 || !strings.Contains(w.Body.String(), "Sign in with your passkey") || len(w.Result().Cookies()) > 0 {
			t.Errorf("a link by mail answers %d\n%s", w.Code, w.Body)
		}
	})
}
