package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/audit"
	"stet/store/plan"
	"stet/store/storetest"
)

func TestPlans(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), storetest.Noon
		storetest.Init(t, db, "ru", "en")
		person, err := db.AddPerson(ctx, stet.Operator, stet.Person{Email: "anna@example.org", Name: "Anna", Role: stet.Reporter}, now)
		if err != nil {
			t.Fatal(err)
		}
		anna := person.User()
		p := &stet.Plan{Title: "Parliament sits", Place: "Baku", Note: "Bring a pass", Langs: []stet.Lang{"en"}, People: []string{anna.ID}, Start: now.Add(24 * time.Hour), End: now.Add(26 * time.Hour)}
		if err := db.AddPlan(ctx, storetest.Editor, p, now); err != nil {
			t.Fatal(err)
		}
		got, err := db.Plan(ctx, anna, p.ID)
		if err != nil || got.Title != p.Title || got.Place != "Baku" || got.Note != p.Note || !got.Start.Equal(p.Start) || !got.End.Equal(p.End) || !slices.Equal(got.People, p.People) || got.Version != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		for name, do := range map[string]func(*stet.Plan){
			"people":  func(p *stet.Plan) { p.People = []string{"user:nobody"} },
			"section": func(p *stet.Plan) { p.Section = "nowhere" },
			"title":   func(p *stet.Plan) { p.Title = "" },
		} {
			_, err := db.UpdatePlan(ctx, anna, p.ID, 0, func(p *stet.Plan) error { do(p); return nil }, now)
			if e, ok := err.(*stet.Error); !ok || e.Field != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		move := func(p *stet.Plan) error { p.Move("2026-01-20", time.UTC); return nil }
		if got, err = db.UpdatePlan(ctx, anna, p.ID, 1, move, now); err != nil || got.Version != 2 || stet.DayOf(got.Start, time.UTC) != "2026-01-20" {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err = db.UpdatePlan(ctx, anna, p.ID, 1, move, now); !stet.Is(err, stet.Conflict) {
			t.Errorf("an old version: %v", err)
		}
		if got, err = db.UpdatePlan(ctx, anna, p.ID, 0, move, now); err != nil || got.Version != 2 {
			t.Errorf("nothing changed: %+v, %v", got, err)
		}
		russian := stet.User{ID: "user:r", Name: "R", Role: stet.Editor, Langs: []stet.Lang{"ru"}}
		if _, err := db.Plan(ctx, russian, p.ID); !stet.Is(err, stet.Forbidden) {
			t.Errorf("seen in another language: %v", err)
		}
		if _, err := db.UpdatePlan(ctx, russian, p.ID, 0, func(p *stet.Plan) error { p.Langs = nil; return nil }, now); !stet.Is(err, stet.Forbidden) {
			t.Errorf("taken by another language: %v", err)
		}
		story := stet.ArticleID("story")
		if _, err := db.UpdateArticle(ctx, story, func(a *stet.Article) error {
			return a.Create(anna, stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: stet.Content{Headline: "The sitting"}}, now)
		}); err != nil {
			t.Fatal(err)
		}
		if got, err = db.UpdatePlan(ctx, anna, p.ID, 0, func(p *stet.Plan) error { p.Stories = append(p.Stories, story); return nil }, now); err != nil || got.Version != 3 {
			t.Fatal(err)
		}
		covered, err := db.Coverage(ctx, anna, got)
		if err != nil || len(covered) != 1 || covered[0].Headline != "The sitting" || covered[0].Words != 0 {
			t.Errorf("%+v, %v", covered, err)
		}
		if covered, err = db.Coverage(ctx, russian, got); err != nil || len(covered) != 0 {
			t.Errorf("a story shown to another language: %+v, %v", covered, err)
		}
		if err := db.RemovePlan(ctx, russian, p.ID, now); !stet.Is(err, stet.Forbidden) {
			t.Errorf("removed by another language: %v", err)
		}
		if err := db.RemovePlan(ctx, anna, p.ID, now); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Plan(ctx, anna, p.ID); !stet.Is(err, stet.NotFound) {
			t.Errorf("after removal: %v", err)
		}
		lines, err := db.Log(ctx, audit.Query{Limit: 50})
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, l := range lines {
			if l.Note == p.Title {
				kinds = append(kinds, l.Kind)
			}
		}
		if len(kinds) != 4 || !slices.Contains(kinds, "plan_added") || !slices.Contains(kinds, "plan_removed") {
			t.Errorf("the log has %v", kinds)
		}
	})
}

func TestCalendar(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), storetest.Noon
		storetest.Init(t, db, "ru", "en")
		if _, err := db.SaveTerms(ctx, storetest.Editor, []stet.Term{{Kind: stet.SectionTerm, Key: "city"}, {Kind: stet.SectionTerm, Key: "sport"}}, now); err != nil {
			t.Fatal(err)
		}
		tomorrow := now.Add(24 * time.Hour)
		write := func(id string, l stet.Lang, section string, do func(*stet.Article) error) {
			t.Helper()
			if _, err := db.UpdateArticle(ctx, stet.ArticleID(id), func(a *stet.Article) error {
				d := stet.Draft{Kind: stet.StoryKind, Lang: l, Content: stet.Content{Headline: id, Section: section, Body: prose.FromText("Words.")}}
				if err := a.Create(storetest.Editor, d, now); err != nil {
					return err
				}
				return do(a)
			}); err != nil {
				t.Fatal(err)
			}
		}
		write("due", "en", "city", func(a *stet.Article) error { return a.SetDeadline(storetest.Editor, tomorrow, now) })
		write("held", "ru", "sport", func(a *stet.Article) error {
			return a.SetTimes(storetest.Editor, tomorrow.Add(time.Hour), time.Time{}, now)
		})
		write("line", "en", "sport", func(a *stet.Article) error { return a.Publish(storetest.Editor, tomorrow.Add(2*time.Hour), now) })
		write("nothing", "en", "sport", func(a *stet.Article) error { return nil })
		for i, p := range []stet.Plan{
			{Title: "Opening", Section: "city", Langs: []stet.Lang{"en"}, Start: tomorrow},
			{Title: "Festival", Start: now.Add(-48 * time.Hour), End: tomorrow.Add(48 * time.Hour), AllDay: true},
			{Title: "Later", Start: now.AddDate(0, 2, 0)},
		} {
			if err := db.AddPlan(ctx, storetest.Editor, &p, now); err != nil {
				t.Fatal(i, err)
			}
		}
		for name, test := range map[string]struct {
			q    plan.Query
			want string
		}{
			"all":              {plan.Query{}, "[Festival Opening due due embargo held schedule line]"},
			"english":          {plan.Query{Lang: "en"}, "[Festival Opening due due schedule line]"},
			"city":             {plan.Query{Section: "city"}, "[Opening due due]"},
			"nobody's":         {plan.Query{Person: "user:x"}, "[]"},
			"theirs":           {plan.Query{Person: storetest.Editor.ID}, "[due due embargo held schedule line]"},
			"reads one":        {plan.Query{Actor: stet.User{Role: stet.Reporter, Langs: []stet.Lang{"ru"}}}, "[Festival embargo held]"},
			"reads a section":  {plan.Query{Actor: stet.User{Role: stet.Reporter, Sections: []string{"city"}}}, "[Festival Opening due due]"},
			"may read nothing": {plan.Query{Actor: stet.User{Role: stet.Disabled}}, "[]"},
			"not text":         {plan.Query{Section: "\x00"}, "[]"},
		} {
			q := test.q
			if q.Since, q.Until = now, now.AddDate(0, 0, 7); q.Actor.Role == "" {
				q.Actor = storetest.Editor
			}
			plans, marks, err := db.Calendar(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			got := []string{}
			for _, p := range plans {
				got = append(got, p.Title)
			}
			for _, m := range marks {
				got = append(got, string(m.Kind), m.Headline)
			}
			if fmt.Sprint(got) != test.want {
				t.Errorf("%s: %v", name, got)
			}
		}
		moved, err := db.UpdateArticle(ctx, "line", func(a *stet.Article) error { return a.Reschedule(storetest.Editor, tomorrow.Add(3*time.Hour), now) })
		if err != nil || !moved.ScheduledFor.Equal(tomorrow.Add(3*time.Hour)) {
			t.Errorf("%v, %v", moved.ScheduledFor, err)
		}
		if again, err := db.Article(ctx, "due"); err != nil || !again.Deadline.Equal(tomorrow) {
			t.Errorf("%v, %v", again.Deadline, err)
		}
	})
}

func TestFeeds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), storetest.Noon
		storetest.Init(t, db, "ru")
		p, err := db.AddPerson(ctx, stet.Operator, stet.Person{Email: "anna@example.org", Name: "Anna", Role: stet.Reporter}, now)
		if err != nil {
			t.Fatal(err)
		}
		reset := func() string {
			t.Helper()
			token, err := db.ResetFeed(ctx, p.User(), now)
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		whose := func(token string) string {
			t.Helper()
			id, err := db.FeedOf(ctx, token)
			if err != nil && !stet.Is(err, stet.NotFound) {
				t.Fatal(err)
			}
			return id
		}
		end := map[string]func(context.Context) error{
			"ended": func(ctx context.Context) error { return db.EndFeed(ctx, p.User(), now) },
			"reset": func(ctx context.Context) error { return db.Reset(ctx, stet.Operator, now) },
			"suspended": func(ctx context.Context) error {
				return db.UpdatePerson(ctx, stet.Operator, p.ID, now, func(p *stet.Person) error { p.Disabled = now; return nil })
			},
		}
		first := reset()
		if second := reset(); whose(first) != "" || whose(second) != p.ID || whose("") != "" {
			t.Error("a reset address is still good, or the new one is not")
		}
		if at, err := db.FeedMade(ctx, p.ID); err != nil || !at.Equal(now) {
			t.Errorf("%v, %v", at, err)
		}
		for _, name := range []string{"ended", "reset", "suspended"} {
			token := reset()
			if err := end[name](ctx); err != nil {
				t.Fatal(name, err)
			}
			if whose(token) != "" {
				t.Errorf("good after %s", name)
			}
		}
	})
}
