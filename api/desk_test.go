package api

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/store/storetest"
)

// TestNotesStayInside: what people of the newsroom write to each other, and who
// they are, is in no answer, whoever asks.
func TestNotesStayInside(t *testing.T) {
	reporter := stet.User{ID: "user:canary", Name: "canary", Role: stet.Editor, Origin: stet.ByPerson}
	each(t, func(t *testing.T, d *desk) {
		for _, state := range []string{"draft", "scheduled", "live"} {
			d.do("both", "POST", "/api/v1/articles", text(state, "Headline"))
			_, err := d.db.UpdateArticle(t.Context(), stet.ArticleID(state), func(a *stet.Article) error {
				now := storetest.Noon
				for _, err := range []error{
					a.Submit(reporter, "canary", "user:canary-2", now),
					a.Remark(reporter, "canary", []string{"user:canary-3"}, now),
					a.Return(reporter, "canary", now),
					a.Assign(reporter, "user:canary-4", "canary", now),
					a.Approve(reporter, "canary", now),
					a.SetTimes(reporter, now, now.Add(time.Hour), now),
				} {
					if err != nil {
						return err
					}
				}
				switch state {
				case "scheduled":
					return a.Publish(reporter, now.Add(time.Minute), now)
				case "live":
					return a.Publish(reporter, now, now)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, who := range []string{"nobody", "writer", "publisher", "both"} {
			for _, path := range []string{"", "/draft", "/scheduled", "/live"} {
				_, _, answer := d.do(who, "GET", "/api/v1/articles"+path, nil)
				told, err := json.Marshal(answer)
				if err != nil {
					t.Fatal(err)
				}
				if strings.Contains(string(told), "canary") {
					t.Errorf("%s reads at %q: %s", who, path, told)
				}
				if who == "nobody" && (strings.Contains(string(told), "embargo") || strings.Contains(string(told), "expires")) {
					t.Errorf("everybody reads when it ends: %s", told)
				}
			}
		}
	})
}

// TestEmbargoAndExpiry: they come and go with the native form, and hold.
func TestEmbargoAndExpiry(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		end, expiry := storetest.Noon.Add(time.Hour), storetest.Noon.Add(48*time.Hour)
		a := text("one", "Headline")
		a["embargo"], a["expires"] = end.Format(time.RFC3339), expiry.Format(time.RFC3339)
		if status, _, v := d.do("both", "POST", "/api/v1/articles", a); status != 201 || v["embargo"] != "2026-01-14T09:00:00Z" || v["expires"] != "2026-01-16T08:00:00Z" {
			t.Fatalf("%d %v", status, v)
		}
		if status, _, _ := d.do("both", "POST", "/api/v1/articles", a); status != 200 {
			t.Errorf("the same again: %d", status)
		}
		status, _, v := d.do("both", "POST", "/api/v1/articles/one/publish", nil)
		if detail, _ := v["detail"].(string); status != 409 || !strings.Contains(detail, "under embargo until 2026-01-14 09:00 UTC") {
			t.Errorf("published under embargo: %d %v", status, v)
		}
		patch := func(p map[string]any, want int) map[string]any {
			t.Helper()
			status, _, v := d.do("both", "PATCH", "/api/v1/articles/one", p, "If-Match", "*")
			if status != want {
				t.Errorf("%v: %d %v", p, status, v)
			}
			return v
		}
		patch(map[string]any{"expires": storetest.Noon.Format(time.RFC3339), "embargo": nil}, 422) // it is in the past
		patch(map[string]any{"embargo": "tomorrow"}, 422)
		patch(map[string]any{"embargo": expiry.Add(time.Hour).Format(time.RFC3339)}, 422)
		if v := patch(map[string]any{"kicker": "City"}, 200); v["embargo"] == nil || v["expires"] == nil {
			t.Errorf("another patch took them: %v", v)
		}
		if v := patch(map[string]any{"embargo": nil}, 200); v["embargo"] != nil || v["expires"] == nil {
			t.Errorf("after the embargo was lifted: %v", v)
		}
		if status, _, v := d.do("both", "POST", "/api/v1/articles/one/publish", nil); status != 200 {
			t.Errorf("published: %d %v", status, v)
		}
		d.do("both", "POST", "/api/v1/articles", text("two", "Headline"))
		two := text("three", "Headline")
		two["status"], two["embargo"] = "published", end.Format(time.RFC3339)
		if status, _, _ := d.do("both", "POST", "/api/v1/articles", two); status != 409 {
			t.Errorf("created and published under embargo: %d", status)
		}
	})
}
