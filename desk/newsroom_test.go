package desk

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"stet"
	"stet/store"
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
		events, err := db.Log(t.Context(), store.EventQuery{Limit: 100})
		if err != nil || len(events) < 3 {
			t.Fatalf("%d events, %v", len(events), err)
		}
		rest, err := db.Log(t.Context(), store.EventQuery{Before: events[0].N, Limit: 1})
		if err != nil || len(rest) != 1 || rest[0].N != events[1].N {
			t.Errorf("before %d comes %v, %v", events[0].N, rest, err)
		}
		n.join("limited", stet.Person{Name: "Limited", Role: stet.Administrator, Langs: []stet.Lang{"ru"}})
		for _, who := range []string{"limited", "chief editor"} {
			if w := n.do(who, "/desk/audit", nil); w.Code != 403 || strings.Contains(w.Body.String(), string(id)) {
				t.Errorf("the log answers the %s %d", who, w.Code)
			}
		}
	})
}
