package desk

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

// post sends JSON as somebody, and decodes the answer.
func (n *newsroom) post(who, target, body string, into any) int {
	n.t.Helper()
	w := n.send(who, http.MethodPost, target, body, "Content-Type", "application/json", "Accept", "application/json")
	if into != nil {
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			n.t.Fatalf("%s answers %d %s: %v", target, w.Code, w.Body, err)
		}
	}
	return w.Code
}

// paragraphs is the JSON of a body, each text in a paragraph called p1, p2 …
func paragraphs(texts ...string) string {
	var out []string
	for i, s := range texts {
		out = append(out, fmt.Sprintf(`{"type":"paragraph","attrs":{"id":"p%d"},"content":[{"type":"text","text":%q}]}`, i+1, s))
	}
	return `{"type":"doc","content":[` + strings.Join(out, ",") + `]}`
}

func content(headline string, texts ...string) string {
	return fmt.Sprintf(`{"headline":%q,"body":%s}`, headline, paragraphs(texts...))
}

// draft makes an article of a role's.
func (n *newsroom) draft(who, headline string, texts ...string) stet.ArticleID {
	n.t.Helper()
	body, err := prose.Parse([]byte(paragraphs(texts...)))
	if err != nil {
		n.t.Fatal(err)
	}
	a, err := n.db.UpdateArticle(n.t.Context(), stet.ArticleID(store.NewID()), func(a *stet.Article) error {
		return a.Create(n.people[who].User(), stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: stet.Content{Headline: headline, Body: body}}, n.now)
	})
	if err != nil {
		n.t.Fatal(err)
	}
	return a.ID
}

// TestSave: what the editor sends is kept, brought together with what others
// saved, or answered with what to choose from; never lost, never overwritten.
func TestSave(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		id := n.draft("reporter", "Bridge", "one", "two")
		save := func(who string, version int64, base, mine string) (int, saved) {
			t.Helper()
			message := fmt.Sprintf(`{"person":%q,"version":%d,"content":%s`, n.people[who].ID, version, mine)
			if base != "" {
				message += `,"base":` + base
			}
			var out saved
			return n.post(who, frame.ArticlePath(id)+"/save", message+"}", &out), out
		}
		text := func() string {
			t.Helper()
			a, err := db.Article(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			return a.Latest().Headline + ": " + strings.ReplaceAll(a.Latest().Body.Text(), "\n\n", "|")
		}
		first := content("Bridge", "one", "two")

		status, got := save("reporter", 1, "", content("Bridge", "one!", "two"))
		if status != 200 || got.Version != 2 || got.Content != nil || text() != "Bridge: one!|two" {
			t.Fatalf("a save: %d %+v %s", status, got, text())
		}
		// somebody who began before: first told, then merged
		status, got = save("editor", 1, "", content("Bridge", "one", "two?"))
		if status != 409 || got.Version != 2 || got.Content == nil || got.By != "The reporter" || got.Clashes != nil || text() != "Bridge: one!|two" {
			t.Errorf("a late save: %d %+v %s", status, got, text())
		}
		status, got = save("editor", 2, first, content("Bridge", "one", "two?"))
		if status != 200 || got.Version != 3 || got.Content == nil || got.By != "The reporter" || text() != "Bridge: one!|two?" {
			t.Errorf("a merge: %d %+v %s", status, got, text())
		}
		// the same words: both are answered, nothing is kept of mine yet
		status, got = save("editor", 3, first, content("Tunnel", "1", "two?"))
		if status != 409 || len(got.Clashes) != 1 || got.Clashes[0].Block != "p1" || got.Merged == nil || got.Version != 3 || text() != "Bridge: one!|two?" {
			t.Errorf("a clash: %d %+v %s", status, got, text())
		}
		// saving what is there, at whatever version, changes nothing
		status, got = save("reporter", 1, "", content("Bridge", "one!", "two?"))
		if status != 200 || got.Version != 3 {
			t.Errorf("nothing new: %d %+v", status, got)
		}
		// a headline may still be missing
		if status, got = save("reporter", 3, "", content("", "one!", "two?")); status != 200 || text() != ": one!|two?" {
			t.Errorf("no headline: %d %+v %s", status, got, text())
		}
	})
}

// TestSaveWithoutScript: the form sends its fields; what it does not show stays.
func TestSaveWithoutScript(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.draft("reporter", "Bridge", "one")
	form := url.Values{"version": {"1"}, "headline": {"Tunnel"}, "source.name": {"The town"}, "genre": {"news"}}
	if w := n.do("reporter", frame.ArticlePath(id)+"/save", form); w.Code != 303 || w.Header().Get("Location") != frame.ArticlePath(id) {
		t.Fatalf("answered %d %s", w.Code, w.Body)
	}
	a, err := n.db.Article(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if c := a.Latest(); c.Headline != "Tunnel" || c.Source == nil || c.Source.Name != "The town" || c.Picture != nil || c.Body.Text() != "one" {
		t.Errorf("saved %+v", c.Content)
	}
	if w := n.do("reporter", frame.ArticlePath(id)+"/save", form); w.Code != 412 {
		t.Errorf("an old form is answered %d", w.Code)
	}
}

// TestSaveRefuses: with a reason, and as JSON.
func TestSaveRefuses(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.draft("reporter", "Bridge", "one")
	limited := *n.people["editor"]
	n.join("limited", stet.Person{Name: "Limited", Role: stet.Reporter, Langs: []stet.Lang{"ru"}})
	at := frame.ArticlePath(id) + "/save"
	message := func(who, content string) string {
		return fmt.Sprintf(`{"person":%q,"version":1,"content":%s}`, n.people[who].ID, content)
	}
	for name, c := range map[string]struct {
		who, target, body string
		status            int
		says              string
	}{
		"a stranger":         {"nobody", at, message("reporter", content("A", "b")), 401, "sign in"},
		"another's text":     {"editor", at, message("reporter", content("A", "b")), 401, `"other":"The editor"`},
		"another language":   {"limited", at, message("limited", content("A", "b")), 403, "may not work"},
		"an unknown node":    {"editor", at, message("editor", `{"headline":"A","body":{"type":"doc","content":[{"type":"script"}]}}`), 422, "body"},
		"a script as a link": {"editor", at, message("editor", `{"headline":"A","body":{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"x","marks":[{"type":"link","attrs":{"href":"javascript:alert(1)"}}]}]}]}}`), 422, "body"},
		"an unknown field":   {"editor", at, message("editor", `{"headline":"A","body":null,"lead":"x"}`), 400, "lead"},
		"a long headline":    {"editor", at, message("editor", content(strings.Repeat("A", 1001), "b")), 422, "headline"},
		"nothing":            {"editor", at, `{"person":` + fmt.Sprintf("%q", limited.ID) + `,"version":1}`, 422, "content"},
		"no JSON":            {"editor", at, `{`, 400, "no request"},
		"doubled":            {"editor", at, `{"version":1,"version":2}`, 400, "no request"},
		"too much":           {"editor", at, message("editor", content("A", strings.Repeat("b", maxSave))), 413, "too large"},
		"no such article":    {"editor", "/desk/articles/none/save", message("editor", content("A", "b")), 404, "none"},
		"no such block":      {"editor", frame.ArticlePath(id) + "/here", `{"tab":"a b","block":"","version":1}`, 422, "tab"},
		"kinds of terms":     {"editor", "/desk/paste", `{"html":1}`, 400, "no request"},
	} {
		t.Run(name, func(t *testing.T) {
			n.t = t
			var got json.RawMessage
			if status := n.post(c.who, c.target, c.body, &got); status != c.status || !strings.Contains(string(got), c.says) {
				t.Errorf("%d %s, want %d with %q", status, got, c.status, c.says)
			}
		})
	}
	n.t = t
	a, err := n.db.Article(t.Context(), id)
	if err != nil || a.Version != 1 {
		t.Errorf("the article has version %d, %v", a.Version, err)
	}
}

// TestHere: who else has the article open, and where.
func TestHere(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.draft("reporter", "Bridge", "one")
	type answer struct {
		Version    int64
		Work, Live string
		People     []struct{ Name, Block string }
	}
	var got answer
	if status := n.post("reporter", frame.ArticlePath(id)+"/here", `{"tab":"t1","block":"p1","version":1}`, &got); status != 200 || got.Version != 1 || got.Work != "draft" || len(got.People) != 0 {
		t.Errorf("alone: %d %+v", status, got)
	}
	got = answer{}
	if n.post("editor", frame.ArticlePath(id)+"/here", `{"tab":"t2","block":"","version":1}`, &got); len(got.People) != 1 || got.People[0].Name != "The reporter" || got.People[0].Block != "p1" {
		t.Errorf("together: %+v", got)
	}
	if w := n.do("editor", frame.ArticlePath(id)+"/state", nil, "Accept", "application/json"); w.Code != 200 || !strings.Contains(w.Body.String(), `"one"`) || !strings.Contains(w.Body.String(), `"by":"The reporter"`) {
		t.Errorf("the state is %d %s", w.Code, w.Body)
	}
}

// TestComplete: topics and authors by the beginnings of their words, in every
// script, and what is new.
func TestComplete(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := open(t, db)
		n.join("elsewhere", stet.Person{Name: "Elsewhere", Role: stet.ChiefEditor, Langs: []stet.Lang{"ru"}})
		name := func(s string) map[stet.Lang]stet.TermName { return map[stet.Lang]stet.TermName{"ru": {Name: s}} }
		if _, err := db.SaveTerms(t.Context(), storetest.Editor, []stet.Term{
			{Kind: stet.TopicTerm, Key: "bridge", Names: name("Новый мост")}, {Kind: stet.TopicTerm, Key: "mosque", Names: name("Мостовая")},
			{Kind: stet.TopicTerm, Key: "post", Names: name("Помост")}, {Kind: stet.AuthorTerm, Key: "ivan", Names: name("Иван Петров")},
		}, n.now); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ query, want string }{
			{"kind=topic&lang=ru&q=МОСТ", `[{"key":"mosque","name":"Мостовая"},{"key":"bridge","name":"Новый мост"},{"key":"МОСТ","name":"МОСТ","new":true}]`},
			{"kind=topic&lang=ru&q=новый мост", `[{"key":"bridge","name":"Новый мост"}]`},
			{"kind=author&lang=ru&q=пет", `[{"key":"ivan","name":"Иван Петров"},{"key":"pet","name":"пет","new":true}]`},
			{"kind=topic&lang=en&q=мост", `[{"key":"мост","name":"мост","new":true}]`},
			{"kind=topic&lang=ru&q=", `[]`},
		} {
			q, err := url.ParseQuery(c.query)
			if err != nil {
				t.Fatal(err)
			}
			if w := n.do("reporter", "/desk/complete?"+q.Encode(), nil); strings.TrimSpace(w.Body.String()) != c.want {
				t.Errorf("%s: %s, want %s", c.query, w.Body, c.want)
			}
		}
		live, draft := n.write("editor", "The bridge opens"), n.write("editor", "A bridge is drawn")
		n.change(live, func(a *stet.Article) error { return a.Publish(n.people["editor"].User(), time.Time{}, n.now) })
		want := fmt.Sprintf(`[{"key":%q,"name":"The bridge opens","note":"January 14, 2026"}]`, n.article(live).Path)
		for who, want := range map[string]string{"reporter": want, "elsewhere": "[]"} { // who may read nothing of this language
			if got := strings.TrimSpace(n.do(who, "/desk/complete?kind=story&lang=en&q=bri+OPEN", nil).Body.String()); got != want {
				t.Errorf("stories for the %s: %s, want %s", who, got, want)
			}
		}
		for q, want := range map[string]string{"lang=ru&q=bridge": "[]", "lang=en&q=": "[]", "lang=en&q=drawn": "[]"} {
			if got := strings.TrimSpace(n.do("reporter", "/desk/complete?kind=story&"+q, nil).Body.String()); got != want {
				t.Errorf("stories, %s: %s, want %s, not %s", q, got, want, draft)
			}
		}
		if w := n.do("reporter", "/desk/complete?kind=section&lang=ru&q=a", nil, "Accept", "application/json"); w.Code != 422 {
			t.Errorf("sections: %d", w.Code)
		}
	})
}

// TestPasteFixtures: what comes from other programs keeps its structure and
// nothing else. A file of testdata/paste holds HTML as the clipboard has it; the
// file beside it is what becomes of it, as our own HTML.
func TestPasteFixtures(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	files, err := filepath.Glob("testdata/paste/*.html")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			n.t = t
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			message, err := json.Marshal(map[string]string{"html": string(source), "lang": "en"})
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Doc    json.RawMessage
				Losses []struct {
					What string
					N    int
				}
			}
			if status := n.post("reporter", "/desk/paste", string(message), &got); status != 200 {
				t.Fatalf("answered %d", status)
			}
			doc, err := prose.Parse(got.Doc)
			if err != nil {
				t.Fatal(err)
			}
			out := strings.ReplaceAll(doc.HTML(prose.HTMLOptions{}), "><", ">\n<") + "\n"
			for _, l := range got.Losses {
				out += fmt.Sprintf("lost: %s × %d\n", l.What, l.N)
			}
			want, err := os.ReadFile(strings.TrimSuffix(file, ".html") + ".want")
			if err != nil || string(want) != out {
				t.Errorf("became\n%s\nwant\n%s(%v)", out, want, err)
			}
		})
	}
}
