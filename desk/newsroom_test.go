package desk

import (
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/store"
	"stet/store/audit"
	"stet/store/storetest"
)

// TestPeople: somebody is invited, comes by the link, is limited, suspended and
// let back in.
func TestPeople(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		w := n.do("administrator", "/desk/people", url.Values{"name": {"Olga"}, "email": {"olga@example.org"}, "role": {"editor"}})
		at := regexp.MustCompile(`https://example\.org(/desk/sign-in/[^"]+)`).FindStringSubmatch(w.Body.String())
		if w.Code != 200 || at == nil {
			t.Fatalf("an invitation answers %d\n%s", w.Code, w.Body)
		}
		if w := n.do("", at[1], url.Values{}); w.Code != 303 || len(w.Result().Cookies()) != 1 {
			t.Errorf("the link is answered %d", w.Code)
		}
		who, err := db.PersonByEmail(t.Context(), "olga@example.org")
		if err != nil {
			t.Fatal(err)
		}
		page := "/desk/people/" + who.ID
		if w := n.do("administrator", page, url.Values{"name": {"Olga"}, "email": {who.Email}, "role": {"reporter"}, "lang": {"ru"}}); w.Code != 303 {
			t.Fatalf("a change answers %d\n%s", w.Code, w.Body)
		}
		if who, _ = db.Person(t.Context(), who.ID); who.Role != stet.Reporter || len(who.Langs) != 1 {
			t.Errorf("she is %+v", who)
		}
		n.do("administrator", page+"/suspend", url.Values{})
		if who, _ = db.Person(t.Context(), who.ID); who.Disabled.IsZero() {
			t.Error("she is not suspended")
		}
		if w := n.do("administrator", page+"/link", url.Values{}); w.Code != 409 {
			t.Errorf("a link for somebody suspended answers %d", w.Code)
		}
		n.do("administrator", page+"/return", url.Values{})
		if who, _ = db.Person(t.Context(), who.ID); !who.Disabled.IsZero() {
			t.Error("she is still suspended")
		}
		own := "/desk/people/" + n.people["administrator"].ID
		if w := n.do("administrator", own+"/suspend", url.Values{}); w.Code != 409 {
			t.Errorf("suspending oneself answers %d", w.Code)
		}
		for _, who := range []string{"chief editor", "editor"} {
			if w := n.do(who, page, url.Values{"role": {"administrator"}}); w.Code != 403 {
				t.Errorf("a %s changes people: %d", who, w.Code)
			}
		}
	})
}

// TestAudit: the log is filtered, paged and exported, and shown only to who may
// see the whole newsroom.
func TestAudit(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		id := n.write("reporter", "Bridge")
		if w := n.do("administrator", "/desk/settings", url.Values{"feeds": {"summary"}}); w.Code != 303 {
			t.Fatalf("settings answer %d\n%s", w.Code, w.Body)
		}
		all := n.do("administrator", "/desk/audit", nil).Body.String()
		if !strings.Contains(all, "feeds=summary") || !strings.Contains(all, string(id)) {
			t.Errorf("the log says\n%s", all)
		}
		some := n.do("administrator", "/desk/audit?what=set&who="+url.QueryEscape(n.people["administrator"].ID), nil).Body.String()
		if !strings.Contains(some, "feeds=summary") || strings.Contains(some, string(id)) {
			t.Errorf("filtered, the log says\n%s", some)
		}
		for as, want := range map[string]string{"csv": ",created,person,", "json": `"kind":"created"`} {
			if w := n.do("administrator", "/desk/audit/export?as="+as+"&article="+string(id), nil); !strings.Contains(w.Body.String(), want) || strings.Contains(w.Body.String(), "feeds") {
				t.Errorf("the log as %s is\n%s", as, w.Body)
			}
		}
		lines, err := db.Ledger.Log(t.Context(), audit.Query{Limit: 100})
		if err != nil || len(lines) < 10 {
			t.Fatalf("%d lines, %v", len(lines), err)
		}
		var turned []audit.Line
		for after := ""; len(turned) < len(lines); { // new lines move no page
			page, err := db.Ledger.Log(t.Context(), audit.Query{After: after, Limit: 3})
			if err != nil || len(page) == 0 {
				t.Fatalf("after %q: %d lines, %v", after, len(page), err)
			}
			turned, after = append(turned, page...), page[len(page)-1].Cursor
			if err := db.Refused(t.Context(), "", audit.ByPassword, "", n.now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(turned, lines) {
			t.Errorf("page by page the log is\n%v\nand at once\n%v", turned, lines)
		}
		if w := n.do("administrator", "/desk/audit?since=yesterday", nil); w.Code != 422 || !strings.Contains(w.Body.String(), `value="yesterday" aria-invalid`) {
			t.Errorf("a wrong day answers %d\n%s", w.Code, w.Body)
		}
		n.join("limited", stet.Person{Name: "Limited", Role: stet.Administrator, Langs: []stet.Lang{"ru"}})
		for _, who := range []string{"limited", "chief editor"} {
			if w := n.do(who, "/desk/audit", nil); w.Code != 403 || strings.Contains(w.Body.String(), string(id)) {
				t.Errorf("the log answers the %s %d", who, w.Code)
			}
		}
	})
}

// TestBadDay: an administrator ends somebody's sessions, makes and revokes a token,
// and signs everybody out.
func TestBadDay(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	page := "/desk/people/" + n.people["editor"].ID
	if w := n.do("administrator", page, url.Values{"name": {""}, "email": {"nonsense"}, "role": {"editor"}}); w.Code != 422 ||
		!strings.Contains(w.Body.String(), `value="nonsense" autocomplete="off" aria-invalid="true" aria-describedby="wrong-email"`) {
		t.Errorf("a wrong form answers %d\n%s", w.Code, w.Body)
	}
	if w := n.do("administrator", "/desk/people", url.Values{"name": {"Olga"}, "email": {n.people["editor"].Email}, "role": {"editor"}}); w.Code != 422 ||
		!strings.Contains(w.Body.String(), `value="Olga"`) || !strings.Contains(w.Body.String(), `id="wrong-email"`) {
		t.Errorf("an address twice answers %d\n%s", w.Code, w.Body)
	}
	if w := n.do("administrator", page+"/sessions/end-all", url.Values{}); w.Code != 303 {
		t.Errorf("ending sessions answers %d", w.Code)
	}
	if w := n.do("editor", "/desk/", nil); w.Code != 303 {
		t.Errorf("the editor is still signed in: %d", w.Code)
	}
	if w := n.do("administrator", "/desk/tokens", url.Values{"name": {"robot"}}); w.Code != 422 || !strings.Contains(w.Body.String(), `value="robot"`) {
		t.Errorf("a token without rights answers %d\n%s", w.Code, w.Body)
	}
	w := n.do("administrator", "/desk/tokens", url.Values{"name": {"robot"}, "scope": {"articles:write"}})
	secret := regexp.MustCompile(`value="(stet_[^"]+)"`).FindStringSubmatch(w.Body.String())
	if w.Code != 200 || secret == nil {
		t.Fatalf("a token answers %d\n%s", w.Code, w.Body)
	}
	if u, err := n.db.TokenUser(t.Context(), secret[1], n.now); err != nil || u.Name != "robot" {
		t.Errorf("the token is of %v, %v", u, err)
	}
	if list := n.do("administrator", "/desk/tokens", nil).Body.String(); strings.Contains(list, secret[1]) || !strings.Contains(list, "The administrator") {
		t.Errorf("the list says\n%s", list)
	}
	if w := n.do("administrator", "/desk/reset", url.Values{}); w.Code != 303 || w.Header().Get("Location") != "/desk/sign-in?did=reset" {
		t.Errorf("the reset answers %d, %s", w.Code, w.Header())
	}
	if _, err := n.db.TokenUser(t.Context(), secret[1], n.now); !stet.Is(err, stet.Unauthorized) {
		t.Errorf("the token works on: %v", err)
	}
	for who := range n.people {
		if w := n.do(who, "/desk/", nil); w.Code != 303 {
			t.Errorf("the %s is still signed in: %d", who, w.Code)
		}
	}
	if w := n.do("", "/desk/sign-in?did=reset", nil); !strings.Contains(w.Body.String(), "stet user link") {
		t.Errorf("nobody is told how to come back\n%s", w.Body)
	}
}
