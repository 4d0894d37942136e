package desk

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

// text is a body with some words.
func body(words string) *prose.Doc { return prose.FromText(words) }

// write makes a draft of somebody's.
func (n *newsroom) write(who, headline string) stet.ArticleID {
	n.t.Helper()
	id := stet.ArticleID(store.NewID())
	n.change(id, func(a *stet.Article) error {
		return a.Create(n.people[who].User(), stet.Draft{Kind: stet.StoryKind, Lang: "en",
			Content: stet.Content{Headline: headline, Section: "city", Body: body("Words of " + headline)}}, n.now)
	})
	return id
}

func (n *newsroom) change(id stet.ArticleID, do func(*stet.Article) error) *stet.Article {
	n.t.Helper()
	a, err := n.db.UpdateArticle(n.t.Context(), id, do)
	if err != nil {
		n.t.Fatal(err)
	}
	return a
}

func (n *newsroom) article(id stet.ArticleID) *stet.Article {
	n.t.Helper()
	a, err := n.db.Article(n.t.Context(), id)
	if err != nil {
		n.t.Fatal(err)
	}
	return a
}

// whole is an article that every verb can be tried on: live, its next text in
// line for tomorrow, and one more being written.
func (n *newsroom) whole(headline string) stet.ArticleID {
	n.t.Helper()
	id := n.write("reporter", headline)
	chief := n.people["chief editor"].User()
	n.change(id, func(a *stet.Article) error { return a.Publish(chief, time.Time{}, n.now) })
	again := a2(n.article(id), headline+" again")
	n.change(id, func(a *stet.Article) error { return a.Save(chief, again, n.now.Add(time.Minute)) })
	n.change(id, func(a *stet.Article) error { return a.Publish(chief, n.now.Add(24*time.Hour), n.now.Add(time.Minute)) })
	more := a2(n.article(id), headline+" once more")
	n.change(id, func(a *stet.Article) error { return a.Save(chief, more, n.now.Add(2*time.Minute)) })
	return id
}

// a2 is the text of an article under another headline.
func a2(a *stet.Article, headline string) stet.Content {
	c := a.Latest().Content
	c.Headline = headline
	return c
}

// forms are what the verbs are sent.
var forms = url.Values{
	"note": {"A note."}, "focus.x": {"50"}, "focus.y": {"50"}, "reason": {"A reason."}, "to": {""}, "ref": {"r1"}, "days": {"7"}, "upto": {"1"},
	"at": {"2026-03-01T12:00"}, "zone": {"UTC"},
}

// scripted are what the editor's script sends.
var scripted = map[string]string{
	"save": `{"person":"PERSON","version":1,"content":{"headline":"New"}}`, "here": `{"tab":"t","block":"","version":1}`, "paste": `{"html":"<p>a"}`,
}

// TestRoutesAndRoles: every route lets in whom stet.May lets in, and nobody
// else changes anything.
func TestRoutesAndRoles(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.join("elsewhere", stet.Person{Name: "Elsewhere", Role: stet.ChiefEditor, Langs: []stet.Lang{"ru"}})
	whos := []string{"elsewhere", ""}
	for _, role := range stet.Roles {
		whos = append(whos, string(role))
	}
	term := "city" // section, topic and author, which a request may have deleted
	terms := []stet.Term{{Kind: stet.TopicTerm, Key: term}, {Kind: stet.AuthorTerm, Key: term}, {Kind: stet.SectionTerm, Key: term}}
	acts := 0
	var before *stet.Article
	var picture *stet.Picture
	var planned *stet.Plan
	for i, route := range Routes() {
		method, path, _ := strings.Cut(route.Pattern, " ")
		for j, who := range whos {
			if method == http.MethodPost && strings.HasPrefix(path, "/desk/sign-") || strings.HasPrefix(path, "/desk/account") ||
				method == http.MethodPost && (strings.HasPrefix(path, "/desk/people") || path == "/desk/reset") && who == string(stet.Administrator) {
				continue // they end sessions, and have tests of their own
			}
			if before == nil || !reflect.DeepEqual(n.article(before.ID), before) { // the last request did something
				before = n.article(n.whole(fmt.Sprintf("Story %d %d", i, j)))
			}
			if _, err := n.db.SaveTerms(t.Context(), storetest.Editor, terms, n.now); err != nil {
				t.Fatal(err)
			}
			named, pictured := string(before.ID), strings.HasPrefix(path, "/desk/pictures/")
			if pictured {
				if picture == nil {
					picture = n.bring("editor", fmt.Sprintf("%d-%d", i, j), stet.Description{Headline: fmt.Sprintf("Picture %d %d", i, j)})
				}
				named = string(picture.ID)
			}
			if strings.HasPrefix(path, "/desk/calendar") && method == http.MethodPost || planned == nil {
				planned = &stet.Plan{Title: "Planned", Section: "city", Start: n.now}
				if err := n.db.AddPlan(t.Context(), storetest.Editor, planned, n.now); err != nil {
					t.Fatal(err)
				}
			}
			target := strings.NewReplacer("{plan}", planned.ID, "{id}", named, "{key}", term, "{token}", "unknown", "{person}", n.people["reporter"].ID, "{name}", "none", "{$}", "", "/{path...}", string(before.Path)).Replace(path)
			var form url.Values
			if method == http.MethodPost {
				form = forms
			}
			if strings.HasSuffix(path, "/receipt") {
				target += fmt.Sprintf("?event=%d", before.Event)
			}
			if strings.HasSuffix(path, "/erase") && method == http.MethodGet {
				target += "?ref=r1"
			}
			if strings.HasSuffix(path, "/compare") {
				target += "?from=r1"
			}
			w := n.do(who, target, form)
			if text := scripted[path[strings.LastIndexByte(path, '/')+1:]]; text != "" && method == http.MethodPost {
				if p := n.people[who]; p != nil {
					text = strings.ReplaceAll(text, "PERSON", p.ID)
				}
				w = n.send(who, method, target, text, "Content-Type", "application/json")
			}
			allowed := who != "" || route.Open
			forbidden, termed := false, strings.HasPrefix(path, "/desk/sections") || strings.HasPrefix(path, "/desk/topics") || strings.HasPrefix(path, "/desk/authors")
			if allowed && who != "" && route.Act != "" {
				acts++
				subject := before
				if strings.HasPrefix(path, "/desk/pictures") || strings.HasPrefix(path, "/desk/front") || strings.HasPrefix(path, "/desk/breaking") || strings.HasPrefix(path, "/desk/calendar") || termed {
					subject = nil
				}
				forbidden = stet.May(n.people[who].User(), route.Act, subject) != nil
				if verb := path[strings.LastIndexByte(path, '/')+1:]; termed && (verb == "merge" || verb == "move" || verb == "delete") {
					forbidden = forbidden || who == "elsewhere" // works in one language
				}
			}
			switch {
			case !allowed && method == http.MethodGet && w.Code != http.StatusSeeOther, !allowed && method != http.MethodGet && w.Code != http.StatusUnauthorized:
				t.Errorf("%s answers a stranger %d", route.Pattern, w.Code)
			case forbidden && w.Code != http.StatusForbidden:
				t.Errorf("%s answers the %s %d", route.Pattern, who, w.Code)
			case allowed && !forbidden && (w.Code >= 500 || w.Code == http.StatusForbidden || w.Code == http.StatusUnauthorized || w.Code == http.StatusNotFound && !route.Open):
				t.Errorf("%s answers the %s %d\n%s", route.Pattern, who, w.Code, w.Body)
			}
			if after := n.article(before.ID); (!allowed || forbidden) && after.Version != before.Version {
				t.Errorf("%s changed an article for %q", route.Pattern, who)
			}
			if !allowed || forbidden {
				if pictured {
					if after := n.picture(picture.ID); after.Version != picture.Version || strings.Contains(w.Body.String(), picture.Headline) {
						t.Errorf("%s changes or shows a picture for %q", route.Pattern, who)
					}
				}
				if strings.Contains(w.Body.String(), before.Latest().Headline) {
					t.Errorf("%s shows %q a text", route.Pattern, who)
				}
			}
			if method != http.MethodGet {
				picture = nil
			}
		}
	}
	if acts < 50 {
		t.Errorf("only %d routes with an act were tried", acts)
	}
}
