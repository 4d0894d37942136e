//go:build !race

package main

import (
	"context"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"

	"stet"
	"stet/jobs"
	"stet/prose"
	"stet/store/access"
	"stet/store/storetest"
)

// hands are those of a clock that a test moves.
type hands struct{ at atomic.Pointer[time.Time] }

func (h *hands) now() time.Time { return *h.at.Load() }

func (h *hands) set(t *testing.T, to string) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, to)
	if err != nil {
		t.Fatal(err)
	}
	h.at.Store(&at)
}

// TestClockChange schedules in a browser over both nights in which the site's
// clocks change, and moves the clock through them.
func TestClockChange(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a browser")
	}
	t.Parallel()
	var clock hands
	clock.set(t, "2027-03-27T12:00:00Z")
	ctx := t.Context()
	db := storetest.Open(t, storetest.DSN(t, "sqlite"))
	if err := db.Init(ctx, "Europe/Berlin", []stet.Edition{{Lang: "en", Name: "The Test"}}, clock.now()); err != nil {
		t.Fatal(err)
	}
	served := httptest.NewUnstartedServer(nil)
	c := defaults()
	c.Dir, c.URL, c.Addr = t.TempDir(), "http://"+served.Listener.Addr().String(), "127.0.0.1:0"
	s, err := newServer(ctx, &c, db, slog.New(slog.DiscardHandler), clock.now)
	if err != nil {
		t.Fatal(err)
	}
	s.listener.Close()
	served.Config.Handler = s.handler
	served.Start()
	t.Cleanup(served.Close)
	go s.follower.Run(ctx)

	anna, err := db.AddPerson(ctx, stet.Operator, stet.Person{Email: "anna@example.org", Name: "Anna", Role: stet.Editor, Desk: "en"}, clock.now())
	if err != nil {
		t.Fatal(err)
	}
	cookie, err := db.AddSession(ctx, access.Session{Person: anna.ID, Created: clock.now(), Used: clock.now(), Until: clock.now().AddDate(1, 0, 0)})
	if err != nil {
		t.Fatal(err)
	}
	browser := openBrowser(t, 2*time.Minute)
	p := &tab{&binary{t: t, url: c.URL}, browser}
	at, err := url.Parse(c.URL)
	if err == nil {
		_, err = call(browser, network.SetCookie, network.SetCookieParams{Name: "stet", Value: cookie, Domain: at.Hostname(), Path: "/"})
	}
	if err != nil {
		t.Fatal(err)
	}

	article := func(id stet.ArticleID) *stet.Article {
		t.Helper()
		a, err := db.Article(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	choose := func(value string) {
		t.Helper()
		ask[bool](t, browser, `(() => { const el = document.getElementById("at"); el.value = "`+value+`"; return el.dispatchEvent(new Event("change", {bubbles: true})) })()`)
	}
	// plan opens the form for a story and types a time into it.
	plan := func(id stet.ArticleID, headline, value string) {
		t.Helper()
		if _, err := db.UpdateArticle(ctx, id, func(a *stet.Article) error {
			return a.Create(anna.User(), stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: stet.Content{Headline: headline, Section: "city", Body: prose.FromText("Words.")}}, clock.now())
		}); err != nil {
			t.Fatal(err)
		}
		p.visit("/desk/articles/" + string(id) + "/schedule")
		choose(value)
	}
	// planned waits until a story is in line for a time.
	planned := func(id stet.ArticleID, want string) {
		t.Helper()
		p.until(`document.querySelector(".did")`)
		if got := article(id).ScheduledFor.UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s goes live at %s, want %s", id, got, want)
		}
	}

	// 02:30 is skipped in March. The form says what the clocks show instead, and
	// takes it only from a person.
	plan("gap", "The hour that is not", "2027-03-28T02:30")
	const forward = `document.getElementById("means").innerText.includes("the clocks go forward over it")`
	p.until(forward)
	p.click("button", "Schedule") // all the same
	p.until(forward + ` && performance.getEntriesByType("navigation")[0].responseStatus === 422`)
	if a := article("gap"); a.Scheduled != nil {
		t.Fatalf("a time that does not exist is taken for %s", a.ScheduledFor)
	}
	p.click("link", "Take that time")
	p.until(`document.getElementById("at").value === "2027-03-28T03:30"`)
	p.click("button", "Schedule")
	planned("gap", "2027-03-28T01:30:00Z")

	// 02:30 comes twice in October. The browser asks which, and sends nothing before.
	for _, one := range []struct {
		id           stet.ArticleID
		choice, want string
	}{
		{"second", "The second time", "2027-10-31T01:30:00Z"},
		{"first", "The first time", "2027-10-31T00:30:00Z"},
	} {
		plan(one.id, "The hour that comes twice: "+one.choice, "2027-10-31T02:30")
		p.find("radio", "The second time")
		p.click("button", "Schedule")
		p.until(`document.querySelector("[name=moment]:invalid")`)
		if a := article(one.id); a.Scheduled != nil {
			t.Fatalf("a time that comes twice is taken for %s", a.ScheduledFor)
		}
		p.click("radio", one.choice)
		p.click("button", "Schedule")
		planned(one.id, one.want)
	}

	// Nobody minds the schedule: a page that is open raises the alarm.
	p.visit("/desk/board")
	clock.set(t, "2027-03-28T01:30:06Z")
	p.until(`document.querySelector("[role=alert]")?.innerText.includes("The hour that is not")`)

	// live waits until readers have a story, while the schedule is minded.
	live := func(now string, id stet.ArticleID) *stet.Article {
		t.Helper()
		clock.set(t, now)
		work, stop := context.WithCancel(ctx)
		defer stop()
		go jobs.Schedule(work, db, slog.New(slog.DiscardHandler), clock.now)
		for range 500 {
			if a := article(id); a.Live == stet.LivePublished {
				if err := s.follower.Await(ctx, a.Event); err != nil {
					t.Fatal(err)
				}
				if status, page := p.get(string(a.Path)); status != 200 || !strings.Contains(page, a.Current.Headline) {
					t.Errorf("%s answers %d", a.Path, status)
				}
				return a
			}
			time.Sleep(20 * time.Millisecond)
		}
		t.Fatalf("at %s %s is not live", now, id)
		return nil
	}
	if a := live("2027-03-28T01:30:07Z", "gap"); a.PublishedAt.UTC().Format(time.RFC3339) != "2027-03-28T01:30:00Z" {
		t.Errorf("published at %s", a.PublishedAt)
	}
	p.visit("/desk/board")
	if ask[bool](t, browser, `!!document.querySelector("[role=alert]")`) {
		t.Error("there is an alarm after the story went out")
	}
	live("2027-10-31T00:30:00Z", "first")
	if a := article("second"); a.Live != stet.LiveNever {
		t.Error("the second 02:30 is live at the first")
	}
	live("2027-10-31T01:30:00Z", "second")
}
