package desk

import (
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"stet"
	"stet/store"
	"stet/store/storetest"
)

// TestTopics: one is made, named, found, changed by two at once and merged.
func TestTopics(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		page := func(who, path string, form url.Values, status int, want ...string) string {
			t.Helper()
			w := n.do(who, path, form)
			body := html.UnescapeString(w.Body.String())
			if w.Code != status {
				t.Fatalf("%s answers %d, want %d\n%s", path, w.Code, status, body)
			}
			for _, s := range want {
				if !strings.Contains(body, s) {
					t.Errorf("%s does not say %q\n%s", path, s, body)
				}
			}
			return body
		}
		page("editor", "/desk/topics/new", nil, 200, `action="/desk/topics"`, `name="name.en"`)
		page("editor", "/desk/topics", url.Values{"name.en": {""}}, 422, "is missing")
		page("editor", "/desk/topics", url.Values{"name.en": {"European Union"}, "slug.en": {"No Slug"}, "about.en": {"Of many."}}, 422, "is not a slug", "Of many.", `value="European Union"`)
		page("editor", "/desk/topics", url.Values{"name.en": {"European Union"}, "about.en": {"Of many."}, "kind": {"organisation"}}, 303)
		page("editor", "/desk/topics", url.Values{"name.en": {"European Union"}}, 303)
		page("editor", "/desk/topics?q=union&kind=organisation&lang=en", nil, 200, "European Union", "In all: 1")
		page("editor", "/desk/topics?lacks=ru", nil, 200, "In all: 2")
		page("reporter", "/desk/topics", nil, 403)
		page("editor", "/desk/sections", nil, 403)
		at := "/desk/topics/european-union"
		page("editor", at, nil, 200, "Of many.", "<code>european-union</code>")

		// Two at once: who comes second sees both, and loses nothing.
		page("chief editor", at, url.Values{"version": {"1"}, "name.en": {"The Union"}, "slug.en": {"european-union"}}, 303)
		body := page("editor", at, url.Values{"version": {"1"}, "name.en": {"EU"}, "slug.en": {"eu"}}, 409, "Somebody changed this", `value="EU"`, ">The Union<", `name="version" value="2"`)
		if strings.Contains(body, ">Of many.</span>") {
			t.Error("what both left alone is told too")
		}
		page("editor", at, url.Values{"version": {"2"}, "name.en": {"EU"}, "slug.en": {"eu"}}, 303)
		if got, err := db.Term(t.Context(), stet.TopicTerm, "european-union"); err != nil || got.Names["en"] != (stet.TermName{Name: "EU", Slug: "eu", About: "Of many."}) || got.Topic != "organisation" {
			t.Errorf("%+v, %v", got, err)
		}
		page("editor", at, url.Values{"name.en": {"EU"}}, 400)

		// Merging asks once, with the numbers.
		id := n.write("reporter", "Story")
		n.change(id, func(a *stet.Article) error {
			c := a.Latest().Content
			c.Topics = []string{"european-union-2"}
			return a.Save(n.people["chief editor"].User(), c, n.now)
		})
		page("editor", at+"-2/merge", nil, 200, "same as")
		page("editor", at+"-2/merge?q=eu", nil, 200, "into=european-union")
		page("editor", at+"-2/merge?into=european-union", nil, 200, "Other texts of the newsroom: 1", "/en/topics/eu/")
		page("editor", at+"-2/merge?into=european-union-2", nil, 422)
		page("editor", at+"-2/delete", url.Values{}, 409, "merge it into another")
		page("editor", at+"-2/merge", url.Values{"into": {"european-union"}}, 303)
		page("editor", at+"-2", nil, 303)
		if got := n.article(id).Latest().Topics; len(got) != 1 || got[0] != "european-union" {
			t.Errorf("the story has %q", got)
		}
		page("administrator", "/desk/audit?what=filed", nil, 200, "topic european-union-2 merged into european-union")
	})
}

// TestAuthors: what is said of one, and a picture that is not there.
func TestAuthors(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	if w := n.do("editor", "/desk/authors", url.Values{"name.en": {"Anna Ray"}, "person": {n.people["reporter"].ID}, "email": {"anna@example.org"}, "links": {"https://a.example\r\nhttps://b.example"}}); w.Code != 303 {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	a, err := n.db.Term(t.Context(), stet.AuthorTerm, "anna-ray")
	if err != nil || len(a.Card.Links) != 2 || a.Card.Person != n.people["reporter"].ID {
		t.Fatalf("%+v, %v", a, err)
	}
	// What she begins is signed by her.
	w := n.do("reporter", "/desk/articles", url.Values{"lang": {"en"}})
	begun := n.article(stet.ArticleID(strings.TrimPrefix(w.Header().Get("Location"), "/desk/articles/")))
	if b := begun.Latest().Bylines; len(b) != 1 || b[0] != (stet.Byline{Key: "anna-ray"}) {
		t.Errorf("a new story is signed %v", b)
	}
	for field, form := range map[string]url.Values{
		"links": {"version": {"1"}, "links": {"a.example"}}, "picture": {"version": {"1"}, "picture": {"none"}}, "email": {"version": {"1"}, "email": {"anna"}},
	} {
		w := n.do("editor", "/desk/authors/anna-ray", form)
		if body := w.Body.String(); w.Code != 422 || !strings.Contains(body, `id="`+field+`"`) || !strings.Contains(body, `class="wrong"`) || !strings.Contains(body, "aria-invalid") {
			t.Errorf("%s: %d\n%s", field, w.Code, body)
		}
	}
}

// TestSections: they are moved without a script, and closed.
func TestSections(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	for _, name := range []string{"News", "Sport", "Tennis"} {
		if w := n.do("chief editor", "/desk/sections", url.Values{"name.en": {name}}); w.Code != 303 {
			t.Fatalf("%d\n%s", w.Code, w.Body)
		}
	}
	order := func() string {
		t.Helper()
		all, err := n.db.Sections(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, b := range stet.Nested(all) {
			if b.Key != "city" {
				out = append(out, strings.Repeat("-", b.Depth)+b.Key)
			}
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ key, do, want string }{
		{"tennis", "in", "news sport -tennis"}, {"sport", "up", "sport -tennis news"}, {"sport", "up", "sport -tennis news"}, {"sport", "down", "news sport -tennis"},
		{"tennis", "out", "news sport tennis"}, {"news", "down", "sport news tennis"}, {"sport", "in", "sport news tennis"}, {"news", "nonsense", "sport news tennis"},
	} {
		w := n.do("chief editor", "/desk/sections/"+c.key+"/move", url.Values{"do": {c.do}})
		if w.Code != http.StatusOK || order() != c.want || !strings.Contains(w.Body.String(), `data-focus="`+c.key+`"`) {
			t.Errorf("%s %s: %d, %s, want %s", c.key, c.do, w.Code, order(), c.want)
		}
	}
	if w := n.do("chief editor", "/desk/sections/news/move", url.Values{"do": {"put"}, "parent": {"tennis"}}); w.Code != 200 || order() != "sport tennis -news" {
		t.Errorf("dropped: %d, %s", w.Code, order())
	}
	if w := n.do("chief editor", "/desk/sections/tennis/merge", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "into=sport") {
		t.Errorf("%d\n%s", w.Code, w.Body)
	}
	if w := n.do("chief editor", "/desk/sections/tennis/merge", url.Values{"into": {"sport"}}); w.Code != 303 || order() != "sport news" {
		t.Errorf("%d, %s", w.Code, order())
	}
	if w := n.do("chief editor", "/desk/sections/news/delete", url.Values{}); w.Code != 303 || order() != "sport" {
		t.Errorf("%d, %s", w.Code, order())
	}
}
