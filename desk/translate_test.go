package desk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/desk/translate"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

// parse reads a body.
func parse(t *testing.T, blocks string) *prose.Doc {
	t.Helper()
	d, err := prose.Parse([]byte(`{"type":"doc","content":[` + blocks + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func paragraph(id, text string) string {
	return `{"type":"paragraph","attrs":{"id":"` + id + `"},"content":[{"type":"text","text":"` + text + `"}]}`
}

// bridge is a story with a body of known ids, published.
func (n *newsroom) bridge(access stet.Access, publish bool) stet.ArticleID {
	n.t.Helper()
	id := stet.ArticleID(store.NewID())
	chief := n.people["chief editor"].User()
	n.change(id, func(a *stet.Article) error {
		c := stet.Content{Headline: "Bridge", Section: "city", Access: access,
			Body: parse(n.t, paragraph("a", "One.")+`,{"type":"picture","attrs":{"id":"i","url":"https://example.org/p.jpg","alt":"A bridge"}},`+paragraph("b", "Two."))}
		if err := a.Create(chief, stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: c}, n.now); err != nil || !publish {
			return err
		}
		return a.Publish(chief, time.Time{}, n.now)
	})
	return id
}

// beside is what stands beside a translation, as somebody gets it.
func (n *newsroom) beside(who string, id stet.ArticleID) (b translate.Beside, states map[string]string) {
	n.t.Helper()
	w := n.do(who, "/desk/articles/"+string(id)+"/original", nil, "Accept", "application/json")
	if w.Code != http.StatusOK {
		n.t.Fatalf("the original answers %d\n%s", w.Code, w.Body)
	}
	if err := json.Unmarshal(w.Body.Bytes(), &b); err != nil {
		n.t.Fatal(err)
	}
	states = map[string]string{}
	for _, u := range b.Units {
		states[u.ID] = string(u.State)
	}
	return b, states
}

func (n *newsroom) say(who string, id stet.ArticleID, units map[string]string) int {
	n.t.Helper()
	text, err := json.Marshal(map[string]any{"units": units})
	if err != nil {
		n.t.Fatal(err)
	}
	return n.send(who, http.MethodPost, "/desk/articles/"+string(id)+"/made", string(text), "Content-Type", "application/json").Code
}

// TestTranslate: the whole way of a translation: it begins without a word of the
// original, is warned of while it is not whole, is told when the original changes,
// and is at rest when somebody has looked.
func TestTranslate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		n.join("russian", stet.Person{Name: "Russian", Role: stet.Translator, Langs: []stet.Lang{"ru"}})
		id := n.bridge("", true)
		if w := n.do("russian", "/desk/articles/"+string(id)+"/translate", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "Translate into Русский") {
			t.Fatalf("the languages answer %d\n%s", w.Code, w.Body)
		}
		for _, l := range []string{"en", "xx", ""} {
			if w := n.do("russian", "/desk/articles/"+string(id)+"/translate", url.Values{"lang": {l}}); w.Code != 409 && w.Code != 422 {
				t.Errorf("%q answers %d", l, w.Code)
			}
		}
		w := n.do("russian", "/desk/articles/"+string(id)+"/translate", url.Values{"lang": {"ru"}})
		at, ok := strings.CutSuffix(w.Header().Get("Location"), "/beside")
		if w.Code != http.StatusSeeOther || !ok {
			t.Fatalf("it begins with %d\n%s", w.Code, w.Body)
		}
		if again := n.do("editor", "/desk/articles/"+string(id)+"/translate", url.Values{"lang": {"ru"}}); again.Header().Get("Location") != at+"/beside" {
			t.Errorf("a second one begins: %s", again.Header().Get("Location"))
		}
		ru := stet.ArticleID(strings.TrimPrefix(at, "/desk/articles/"))
		a := n.article(ru)
		c := a.Latest().Content
		if a.Group != id || a.Lang != "ru" || c.Headline != "" || c.Section != "city" || c.Body.Text() != "" || len(c.Body.Content) != 1 || c.Body.Content[0].Attrs.Get("alt") != "" {
			t.Errorf("it begins as %+v, %s", a, c.Body.JSON())
		}
		b, states := n.beside("russian", ru)
		if states["a"] != "missing" || states["i"] != "missing" || states["field:headline"] != "missing" || states["field:kicker"] != "fresh" {
			t.Errorf("states %v", states)
		}
		prints := map[string]string{}
		for _, u := range b.Units {
			prints[u.ID] = u.Print
		}
		c.Headline = "Мост"
		c.Body = parse(t, paragraph("a", "Раз.")+`,{"type":"picture","attrs":{"id":"i","url":"https://example.org/p.jpg","alt":"Мост"}}`)
		n.change(ru, func(a *stet.Article) error { return a.Save(n.people["russian"].User(), c, n.now) })
		if code := n.say("russian", ru, map[string]string{"a": prints["a"], "i": prints["i"], "field:headline": prints["field:headline"], "nowhere": "00"}); code != 200 {
			t.Errorf("what is said is answered %d", code)
		}
		if _, states = n.beside("russian", ru); states["a"] != "fresh" || states["b"] != "missing" {
			t.Errorf("states %v", states)
		}
		if w := n.do("editor", at+"/publish", nil); !strings.Contains(w.Body.String(), "are not translated, and that readers of this language will not have: 1") {
			t.Errorf("the look before publication says\n%s", w.Body)
		}
		n.change(ru, func(a *stet.Article) error {
			return a.Publish(n.people["editor"].User(), time.Time{}, n.now)
		})
		// the original is corrected
		n.now = n.now.Add(time.Hour)
		n.change(id, func(a *stet.Article) error {
			c := a.Latest().Content
			c.Body = parse(t, paragraph("a", "One and a half.")+`,{"type":"picture","attrs":{"id":"i","url":"https://example.org/p.jpg","alt":"A bridge"}},`+paragraph("b", "Two."))
			if err := a.Save(n.people["chief editor"].User(), c, n.now); err != nil {
				return err
			}
			return a.Correct(n.people["chief editor"].User(), "It was more.", n.now)
		})
		if b, states = n.beside("russian", ru); states["a"] != "stale" || !b.Overtaken {
			t.Errorf("after a correction: %v, %v", states, b.Overtaken)
		}
		for _, u := range b.Units {
			if said, _ := json.Marshal(u.Changes); u.ID == "a" && !strings.Contains(string(said), `"added"`) {
				t.Errorf("the change is %s", said)
			}
		}
		if w := n.do("russian", "/desk/inbox", nil); !strings.Contains(w.Body.String(), "changed the original") || !strings.Contains(w.Body.String(), "It was more.") {
			t.Errorf("the inbox says\n%s", w.Body)
		}
		for _, page := range []string{"/desk/board", at} {
			if w := n.do("editor", page, nil); !strings.Contains(strings.ToLower(w.Body.String()), "original") || !strings.Contains(w.Body.String(), "overtaken") {
				t.Errorf("%s tells nothing", page)
			}
		}
		for _, u := range b.Units {
			prints[u.ID] = u.Print
		}
		before := n.article(ru).Version
		if code := n.say("russian", ru, map[string]string{"a": prints["a"], "b": prints["b"]}); code != 200 { // still right, and left out
			t.Errorf("what is said is answered %d", code)
		}
		if b, states = n.beside("russian", ru); states["a"] != "fresh" || states["b"] != "fresh" || b.Overtaken || n.article(ru).Version != before {
			t.Errorf("after all was said: %v, %v", states, b.Overtaken)
		}
		if w := n.do("editor", "/desk/board", nil); strings.Contains(w.Body.String(), "overtaken") {
			t.Error("the board still has the mark")
		}
	})
}

// TestTranslateErased: what an original said once is nowhere any more when an
// administrator has erased it.
func TestTranslateErased(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.bridge("", true)
	w := n.do("editor", "/desk/articles/"+string(id)+"/translate", url.Values{"lang": {"ru"}})
	ru := stet.ArticleID(strings.TrimSuffix(strings.TrimPrefix(w.Header().Get("Location"), "/desk/articles/"), "/beside"))
	b, _ := n.beside("editor", ru)
	n.change(ru, func(a *stet.Article) error {
		c := a.Latest().Content
		c.Body = parse(t, paragraph("a", "Раз."))
		return a.Save(n.people["editor"].User(), c, n.now)
	})
	for _, u := range b.Units {
		if u.ID == "a" {
			n.say("editor", ru, map[string]string{"a": u.Print})
		}
	}
	n.change(id, func(a *stet.Article) error {
		c := a.Latest().Content
		c.Body = parse(t, paragraph("a", "Three."))
		if err := a.Save(n.people["editor"].User(), c, n.now); err != nil {
			return err
		}
		return a.Publish(n.people["editor"].User(), time.Time{}, n.now)
	})
	if _, err := n.db.EraseText(t.Context(), n.people["administrator"].User(), id, 1, "The law.", n.now); err != nil {
		t.Fatal(err)
	}
	made, err := n.db.Translated(t.Context(), ru)
	if err != nil || len(made) != 1 || made[0].Was != "" {
		t.Errorf("%+v, %v", made, err)
	}
	if _, states := n.beside("editor", ru); states["a"] != "stale" {
		t.Errorf("states %v", states)
	}
}

// TestTranslateCanary: no way of translating shows a text to somebody who may not
// read it: a draft, the working text over a published one, a body that is not open
// to all.
func TestTranslateCanary(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.join("russian", stet.Person{Name: "Russian", Role: stet.ChiefEditor, Langs: []stet.Lang{"ru"}})
	chief := n.people["chief editor"].User()
	for _, c := range []struct {
		name    string
		access  stet.Access
		publish bool
		working bool
	}{{"draft", "", false, false}, {"closed", "subscribers", true, false}, {"working text", "", true, true}} {
		id := n.bridge(c.access, c.publish)
		n.change(id, func(a *stet.Article) error {
			next := a.Latest().Content
			next.Headline = "CANARY"
			next.Body = parse(t, paragraph("a", "CANARY"))
			if err := a.Save(chief, next, n.now); err != nil || c.working || !c.publish {
				return err
			}
			return a.Publish(chief, time.Time{}, n.now)
		})
		ru := stet.ArticleID(store.NewID())
		n.change(ru, func(a *stet.Article) error {
			draft, err := n.article(id).Translation(chief, "ru")
			if err != nil {
				return err
			}
			draft.Content.Body = parse(t, paragraph("a", "Раз."))
			return a.Create(n.people["russian"].User(), draft, n.now)
		})
		units := `{"units":{"a":"00"}}`
		for _, target := range []stet.ArticleID{id, ru} {
			for _, r := range translate.New(nil).Part().Routes {
				method, path, _ := strings.Cut(r.Pattern, " ")
				if strings.Contains(path, "{id}") {
					to, sent := strings.ReplaceAll(path, "{id}", string(target)), ""
					header := []string{"Content-Type", "application/x-www-form-urlencoded"}
					if method == http.MethodPost {
						sent = "lang=ru&term=CAN"
						if strings.HasSuffix(path, "/made") {
							sent, header = units, []string{"Content-Type", "application/json"}
						}
					}
					if w := n.send("russian", method, to, sent, header...); strings.Contains(w.Body.String(), "CANARY") {
						t.Errorf("%s: %s shows it", c.name, r.Pattern)
					}
				}
			}
			for _, page := range []string{"/beside", "", "/publish"} {
				if w := n.do("russian", "/desk/articles/"+string(target)+page, nil); strings.Contains(w.Body.String(), "CANARY") {
					t.Errorf("%s: %s shows it", c.name, page)
				}
			}
		}
	}
}

// TestPair: a translation that came with an import is set beside its original
// without a change of its words.
func TestPair(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.bridge("", true)
	ru := stet.ArticleID(store.NewID())
	n.change(ru, func(a *stet.Article) error {
		return a.Create(n.people["editor"].User(), stet.Draft{Kind: stet.StoryKind, Lang: "ru", Group: id,
			Content: stet.Content{Headline: "Мост", Section: "city", Body: parse(t, paragraph("x", "Раз.")+","+paragraph("y", "Два."))}}, n.now)
	})
	page := "/desk/articles/" + string(ru)
	if w := n.do("editor", page+"/beside", nil); !strings.Contains(w.Body.String(), "Pair paragraphs in order") {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	if w := n.do("editor", page+"/publish", nil); strings.Contains(w.Body.String(), "not translated") {
		t.Error("a translation from elsewhere is warned of")
	}
	if w := n.do("editor", page+"/pair", url.Values{}); w.Code != http.StatusSeeOther {
		t.Fatalf("pairing answers %d\n%s", w.Code, w.Body)
	}
	if got := n.article(ru).Latest().Body.Text(); got != "Раз.\n\nДва." {
		t.Errorf("the words are %q", got)
	}
	if _, states := n.beside("editor", ru); states["a"] != "unchecked" || states["b"] != "unchecked" {
		t.Errorf("states %v", states)
	}
}

// TestGatePages: languages that wait for one another are shown, looked at and
// published together; one that refuses keeps all back, and the page says which.
func TestGatePages(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		id := n.bridge("", false)
		page := "/desk/articles/" + string(id)
		w := n.do("editor", page+"/translate", url.Values{"lang": {"ru"}})
		ru := stet.ArticleID(strings.TrimSuffix(strings.TrimPrefix(w.Header().Get("Location"), "/desk/articles/"), "/beside"))
		if w := n.do("editor", page+"/translate", nil); !strings.Contains(w.Body.String(), "Let them wait for one another") {
			t.Fatalf("%d\n%s", w.Code, w.Body)
		}
		if w := n.do("editor", page+"/gate", url.Values{"on": {"yes"}}); w.Code != http.StatusSeeOther || !n.article(id).Gate || !n.article(ru).Gate {
			t.Fatalf("to set it answers %d\n%s", w.Code, w.Body)
		}
		w = n.do("editor", page+"/publish", nil)
		if !strings.Contains(w.Body.String(), "Published together with it") || !strings.Contains(w.Body.String(), "There is no headline") {
			t.Errorf("the look before publication says\n%s", w.Body)
		}
		w = n.do("editor", page+"/publish", url.Values{})
		if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "Nothing was published") || !strings.Contains(w.Body.String(), "Русский ·") || n.article(id).Live != stet.LiveNever {
			t.Errorf("it answers %d\n%s", w.Code, w.Body)
		}
		n.change(ru, func(a *stet.Article) error {
			c := a.Latest().Content
			c.Headline, c.Body = "Мост", parse(t, paragraph("a", "Раз."))
			return a.Save(n.people["editor"].User(), c, n.now)
		})
		// what was not looked at is asked for again
		if w := n.do("editor", page+"/publish", url.Values{"version": {"1"}, "version." + string(ru): {"1"}}); w.Code != http.StatusConflict || n.article(id).Live != stet.LiveNever {
			t.Errorf("a text that nobody looked at is answered %d", w.Code)
		}
		n.now = n.now.Add(time.Minute)
		at := url.Values{"at": {"2026-03-01T12:00"}, "zone": {"UTC"}}
		if w := n.do("editor", page+"/schedule", at); w.Code != http.StatusSeeOther || n.article(id).Scheduled == nil || n.article(ru).Scheduled == nil {
			t.Errorf("to schedule them answers %d\n%s", w.Code, w.Body)
		}
		if w := n.do("editor", "/desk/articles/"+string(ru)+"/unschedule", url.Values{}); w.Code != http.StatusSeeOther || n.article(id).Scheduled != nil {
			t.Errorf("to take them out answers %d\n%s", w.Code, w.Body)
		}
		if w := n.do("editor", page+"/publish", url.Values{}); w.Code != http.StatusSeeOther || n.article(id).Live != stet.LivePublished || n.article(ru).Live != stet.LivePublished {
			t.Errorf("together: %d\n%s", w.Code, w.Body)
		}
	})
}

// TestGlossary: what is kept is offered beside the parts that have it; what is
// wrong is said beside what was typed; who may not write a language keeps none.
func TestGlossary(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		n.join("english", stet.Person{Name: "English", Role: stet.Translator, Langs: []stet.Lang{"en"}})
		pair := func(more url.Values) url.Values {
			more.Set("from", "en")
			more.Set("to", "ru")
			return more
		}
		entry := pair(url.Values{"term": {"bridge"}, "translation": {"мост"}, "note": {"not «мостик»"}})
		if w := n.do("english", "/desk/glossary", entry); w.Code != http.StatusForbidden {
			t.Errorf("who may not write Russian is answered %d", w.Code)
		}
		if w := n.do("translator", "/desk/glossary", entry); w.Code != http.StatusSeeOther {
			t.Fatalf("an entry is answered %d\n%s", w.Code, w.Body)
		}
		if w := n.do("translator", "/desk/glossary", pair(url.Values{"lines": {"river\tрека\nbridge\tмост"}})); w.Code != http.StatusSeeOther {
			t.Fatalf("lines are answered %d\n%s", w.Code, w.Body)
		}
		w := n.do("translator", "/desk/glossary", pair(url.Values{"lines": {"river\n<b>"}}))
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "line 1 has 1 cells") || !strings.Contains(w.Body.String(), "river\n&lt;b&gt;</textarea>") {
			t.Errorf("a wrong line is answered %d\n%s", w.Code, w.Body)
		}
		w = n.do("translator", "/desk/glossary", pair(url.Values{"term": {"typed"}, "translation": {" "}}))
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="typed"`) {
			t.Errorf("a wrong entry is answered %d\n%s", w.Code, w.Body)
		}
		if w := n.do("english", "/desk/glossary/export?from=en&to=ru&as=csv", nil); w.Body.String() != "term,translation,note\nbridge,мост,\nriver,река,\n" {
			t.Errorf("the file is %q", w.Body)
		}
		if w := n.do("english", "/desk/glossary?from=en&to=xx", nil); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a language of nobody is answered %d", w.Code)
		}
		id := n.bridge("", true)
		w = n.do("editor", "/desk/articles/"+string(id)+"/translate", url.Values{"lang": {"ru"}})
		ru := stet.ArticleID(strings.TrimSuffix(strings.TrimPrefix(w.Header().Get("Location"), "/desk/articles/"), "/beside"))
		b, _ := n.beside("editor", ru)
		offered := ""
		for _, u := range b.Units {
			for _, term := range u.Terms {
				offered += u.ID + " " + term.Translation + ";"
			}
		}
		if offered != "field:headline мост;" && offered != "field:headline мост;i мост;" {
			t.Errorf("offered is %q", offered)
		}
		if w := n.do("english", "/desk/glossary", pair(url.Values{"remove": {"bridge"}})); w.Code != http.StatusForbidden {
			t.Errorf("who may not write Russian takes one out: %d", w.Code)
		}
		if w := n.do("translator", "/desk/glossary", pair(url.Values{"remove": {"bridge"}})); w.Code != http.StatusSeeOther {
			t.Errorf("to take one out is answered %d", w.Code)
		}
		if left, err := db.Glossary(t.Context(), "en", "ru"); err != nil || len(left) != 1 {
			t.Errorf("left are %v, %v", left, err)
		}
	})
}
