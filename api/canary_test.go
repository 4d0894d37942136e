package api

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/store/storetest"
)

// TestCanary: a word that stands in drafts, in the next text of what is live, in
// what is scheduled, withdrawn or not for everybody, and in breaking news that
// is over, is in no answer to those without a right to it.
func TestCanary(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		const canary = "canary"
		full := func(id string) map[string]any {
			return map[string]any{
				"id": id, "lang": "en", "headline": "A canary headline", "standfirst": canary, "kicker": canary, "slug": "canary-" + id,
				"section": "canary-section", "topics": []string{"canary-topic"}, "authors": []any{map[string]string{"key": "canary-author", "name": canary}},
				"dateline": canary, "source": map[string]string{"name": canary, "url": "https://canary.example/"}, "body_html": "<p>The canary sings.</p>",
				"picture": map[string]string{"url": "https://canary.example/p.jpg", "alt": canary}, "licence": canary,
			}
		}
		plain := func(id string) map[string]any {
			a := text(id, "Headline "+id)
			a["status"] = "published"
			return a
		}
		must := func(status int, method, target string, body any, headers ...string) {
			t.Helper()
			if got, _, v := d.do("both", method, target, body, headers...); got != status {
				t.Fatalf("%s %s: %d %v", method, target, got, v)
			}
		}
		must(201, "POST", "/api/v1/articles", full("draft"))
		scheduled := full("scheduled")
		scheduled["status"], scheduled["published_at"] = "published", storetest.Noon.Add(time.Hour)
		must(201, "POST", "/api/v1/articles", scheduled)
		must(201, "POST", "/api/v1/articles", plain("edited"))
		next := full("edited")
		for _, name := range []string{"id", "lang"} {
			delete(next, name)
		}
		must(200, "PATCH", "/api/v1/articles/edited", next, "If-Match", "*")
		must(201, "POST", "/api/v1/articles", plain("withdrawn"))
		delete(next, "slug")
		must(200, "PATCH", "/api/v1/articles/withdrawn", next, "If-Match", "*")
		must(200, "POST", "/api/v1/articles/withdrawn/publish", nil)
		must(200, "POST", "/api/v1/articles/withdrawn/withdraw", map[string]any{"reason": "It was false."})
		must(200, "PUT", "/api/v1/editions/en/breaking", map[string]any{"text": canary, "until": storetest.Noon.Add(time.Hour)})
		must(200, "DELETE", "/api/v1/editions/en/breaking", nil)
		closed := stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: stet.Content{Headline: "For members", Section: "city", Access: "members", Body: prose.FromText("The canary sings to members.")}}
		if _, err := d.db.UpdateArticle(t.Context(), "closed", func(a *stet.Article) error {
			if err := a.Create(storetest.Editor, closed, storetest.Noon); err != nil {
				return err
			}
			return a.Publish(storetest.Editor, time.Time{}, storetest.Noon)
		}); err != nil {
			t.Fatal(err)
		}

		ids := []string{"draft", "scheduled", "edited", "withdrawn", "closed"}
		targets := []string{
			"GET /api/v1/articles", "GET /api/v1/articles?section=canary-section", "GET /api/v1/articles?updated_since=2020-01-01T00:00:00Z",
			"GET /api/v1/search?lang=en&q=sings", "GET /api/v1/search?lang=en&q=members", "GET /api/v1/editions/en/breaking",
			"PUT /api/v1/editions/en/breaking", "DELETE /api/v1/editions/en/breaking",
		}
		for _, id := range ids {
			at := " /api/v1/articles/" + id
			targets = append(targets, "GET"+at, "PATCH"+at, "POST"+at+"/publish", "POST"+at+"/correct", "POST"+at+"/withdraw")
		}
		for _, who := range []string{"nobody", "stranger"} {
			for _, target := range targets {
				method, path, _ := strings.Cut(target, " ")
				status, h, v := d.do(who, method, path, nil, "If-Match", "*")
				said, err := json.Marshal([]any{h, v})
				if err != nil {
					t.Fatal(err)
				}
				if method != "GET" && status < 400 {
					t.Errorf("%s by %s: %d", target, who, status)
				}
				if strings.Contains(string(said), canary) {
					t.Errorf("%s by %s answers %s", target, who, said)
				}
			}
		}
		// To those who may read it, all of it is there: the canary is alive.
		for _, id := range ids[:4] {
			if _, _, v := d.do("both", "GET", "/api/v1/articles/"+id, nil); !strings.Contains(v["standfirst"].(string), canary) {
				t.Errorf("%s: the canary is dead: %v", id, v)
			}
		}
		if _, _, v := d.do("both", "GET", "/api/v1/articles/closed", nil); !strings.Contains(fmt.Sprint(v["body"]), canary) {
			t.Errorf("closed: the canary is dead: %v", v)
		}
	})
}
