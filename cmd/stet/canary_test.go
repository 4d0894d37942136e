//go:build !race

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/desk"
	"stet/prose"
	"stet/store"
	"stet/store/access"
	"stet/store/storetest"
)

// canary is a word that stands in one text of one article only.
type canary struct {
	word   string
	id     stet.ArticleID
	public bool // readers may see it
}

// canaries makes articles in every state and returns the words in them.
func (l *live) canaries() []canary {
	l.t.Helper()
	now := time.Now().Add(-time.Hour)
	chief := stet.User{ID: "user:canary", Name: "Canary", Role: stet.ChiefEditor}
	var all []canary
	for _, lang := range []stet.Lang{"en", "ru"} {
		for _, section := range []string{"city", "sport"} {
			for _, state := range []string{"draft", "review", "scheduled", "embargoed", "withdrawn", "live", "closed"} {
				id := stet.ArticleID(store.NewID())
				word := func(what string, public bool) string {
					w := fmt.Sprintf("zw%s%s%s%s", lang, section, state, what)
					all = append(all, canary{w, id, public})
					return w
				}
				content := func(what string, public bool) stet.Content {
					w := word(what, public)
					return stet.Content{Headline: "Headline " + w, Standfirst: "Standfirst " + w, Kicker: w, Section: section, Dateline: w,
						Slug: fmt.Sprintf("%s-%s-%s", lang, section, state), Bylines: []stet.Byline{{Key: "canary", Name: "Canary"}}, Source: &stet.Source{Name: "Source " + w}, Body: prose.FromText("Body " + w)}
				}
				l.change(id, func(a *stet.Article) error {
					return a.Create(chief, stet.Draft{Kind: stet.StoryKind, Lang: lang, Content: content("text", state == "live")}, now)
				})
				l.change(id, func(a *stet.Article) error {
					return a.Remark(chief, "Note "+word("note", false), nil, now)
				})
				switch state {
				case "review":
					l.change(id, func(a *stet.Article) error { return a.Submit(chief, "For "+word("hand", false), "", now) })
				case "scheduled":
					l.change(id, func(a *stet.Article) error { return a.Publish(chief, now.Add(48*time.Hour), now) })
				case "embargoed":
					l.change(id, func(a *stet.Article) error { return a.SetTimes(chief, now.Add(48*time.Hour), time.Time{}, now) })
				case "closed":
					closed := content("paid", false)
					closed.Access, closed.Headline, closed.Standfirst, closed.Kicker, closed.Dateline, closed.Source = "members", "Closed", "", "", "", nil
					l.change(id, func(a *stet.Article) error { return a.Save(chief, closed, now) })
					l.change(id, func(a *stet.Article) error { return a.Publish(chief, time.Time{}, now) })
				case "live", "withdrawn":
					l.change(id, func(a *stet.Article) error { return a.Publish(chief, time.Time{}, now) })
					next := content("next", false)
					l.change(id, func(a *stet.Article) error { return a.Save(chief, next, now.Add(time.Minute)) })
				}
				if state == "withdrawn" {
					l.change(id, func(a *stet.Article) error { return a.Withdraw(chief, "It was wrong.", now.Add(time.Minute)) })
				}
			}
		}
	}
	return all
}

func (l *live) change(id stet.ArticleID, do func(*stet.Article) error) {
	l.t.Helper()
	if _, err := l.db.UpdateArticle(l.t.Context(), id, do); err != nil {
		l.t.Fatal(id, err)
	}
}

var hrefs = regexp.MustCompile(`(?:href|src|action|url)="([^"#]+)|<(?:loc|link)>([^<]+)|"(?:id|url)":"([^"]+)"`)

// TestCanary crawls everything as a stranger and as every role, also limited to a
// language or section, for words that whoever looks must not see.
func TestCanary(t *testing.T) {
	t.Parallel()
	n := goLive(t, storetest.DSN(t, "sqlite"))
	canaries := n.canaries()
	viewers := map[string]*stet.Person{"": nil}
	cookies := map[string]string{}
	join := func(name string, p stet.Person) {
		p.Name, p.Email = name, strings.ReplaceAll(name, " ", "-")+"@example.org"
		made, err := n.db.AddPerson(t.Context(), stet.Operator, p, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		now := time.Now()
		if cookies[name], err = n.db.AddSession(t.Context(), access.Session{Person: made.ID, Device: "test", Created: now, Used: now, Until: now.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		viewers[name] = made
	}
	roles := stet.Roles
	if testing.Short() {
		roles = []stet.Role{stet.Reporter}
	}
	for _, role := range roles {
		join(string(role), stet.Person{Role: role})
		join(string(role)+" of Russian", stet.Person{Role: role, Langs: []stet.Lang{"ru"}})
		join(string(role)+" of sport", stet.Person{Role: role, Sections: []string{"sport"}})
	}

	articles := map[stet.ArticleID]*stet.Article{}
	var starts []string
	for _, c := range canaries {
		if articles[c.id] != nil {
			continue
		}
		a, err := n.db.Article(t.Context(), c.id)
		if err != nil {
			t.Fatal(err)
		}
		articles[c.id] = a
		starts = append(starts, string(a.Path), string(a.Path)+".md", string(a.Path)+".json", "/api/v1/articles/"+string(c.id))
		for _, r := range desk.Routes() {
			if path, ok := strings.CutPrefix(r.Pattern, "GET "); ok && strings.Contains(path, "{id}") && !strings.HasSuffix(path, "/receipt") {
				starts = append(starts, strings.ReplaceAll(path, "{id}", string(c.id)))
			}
		}
		starts = append(starts, "/desk/articles/"+string(c.id)+"/compare?from=s1&to=r1")
	}
	starts = append(starts, "/", "/en/", "/ru/", "/en/latest", "/en/feed.xml", "/en/atom.xml", "/en/feed.json", "/sitemap.xml", "/news-sitemap.xml", "/robots.txt", "/llms.txt",
		"/api/v1/articles?lang=en", "/api/v1/articles?lang=ru", "/api/v1/search?lang=en&q=headline", "/en/authors/canary/", "/desk/", "/desk/board", "/desk/inbox", "/desk/complete?kind=author&lang=en&q=zw")
	for i, c := range canaries {
		if i%4 > 0 {
			continue
		}
		for _, search := range []string{"/en/search?q=", "/ru/search?q=", "/desk/board?q=", "/api/v1/search?lang=en&q=", "/api/v1/articles?lang=en&q="} {
			starts = append(starts, search+c.word)
		}
	}

	seen, hidden := 0, 0
	for who, person := range viewers {
		var forbidden []canary
		for _, c := range canaries {
			if !c.public && (person == nil || stet.May(person.User(), stet.ActRead, articles[c.id]) != nil) {
				forbidden = append(forbidden, c)
			}
		}
		hidden += len(forbidden)
		var queue []string
		known := map[string]bool{}
		enter := func(path string) {
			// The site is the same for everybody.
			if site := !strings.HasPrefix(path, "/desk") && !strings.HasPrefix(path, "/api"); !known[path] && (person == nil || !site) {
				known[path] = true
				queue = append(queue, path)
			}
		}
		for _, path := range starts {
			enter(path)
		}
		shown := 0
		for len(queue) > 0 && len(known) < 4000 {
			path := queue[0]
			queue = queue[1:]
			body := n.read(path, cookies[who])
			said := body
			if i := strings.IndexByte(path, '?'); i >= 0 { // it may repeat what it was asked for
				if q, err := url.ParseQuery(path[i+1:]); err == nil && q.Get("q") != "" {
					said = strings.ReplaceAll(said, q.Get("q"), "")
					if strings.Contains(body, "Headline "+q.Get("q")) || strings.Contains(body, "Body "+q.Get("q")) {
						said += " " + q.Get("q")
					}
				}
			}
			shown += strings.Count(said, "zw")
			for _, c := range forbidden {
				if strings.Contains(said, c.word) {
					t.Errorf("%s shows %q the word %s", path, who, c.word)
				}
			}
			for _, m := range hrefs.FindAllStringSubmatch(body, -1) {
				next := strings.ReplaceAll(m[1]+m[2], "&amp;", "&")
				if m[3] != "" && !strings.Contains(m[3], "/") {
					next = "/api/v1/articles/" + m[3]
				}
				next = strings.TrimPrefix(next, n.server.url)
				if strings.HasPrefix(next, "/") && !strings.HasPrefix(next, "//") && !strings.Contains(next, "sign-out") {
					enter(next)
				}
			}
		}
		if shown == 0 {
			t.Errorf("%q sees nothing at all", who)
		}
		seen += len(known)
	}
	if hidden == 0 {
		t.Error("nothing is hidden from anybody")
	}
	t.Logf("%d addresses read by %d viewers", seen, len(viewers))
}

// read answers an address to whoever has the cookie.
func (l *live) read(path, cookie string) string {
	l.t.Helper()
	req, err := http.NewRequest("GET", l.server.url+path, nil)
	if err != nil {
		return "" // no address
	}
	if cookie != "" {
		req.AddCookie(&http.Cookie{Name: "stet", Value: cookie})
	}
	res, err := l.client.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	if res.StatusCode >= 500 {
		l.t.Errorf("%s answers %d", path, res.StatusCode)
	}
	return string(body)
}
