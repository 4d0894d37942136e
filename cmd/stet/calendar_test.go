//go:build !race

package main

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stet"
)

// planned puts something of every kind into the calendar.
func (n *deskSample) planned(t *testing.T) {
	t.Helper()
	db, anna := n.server.db, n.people["anna"].User()
	n.plan = &stet.Plan{Title: "Council meets about the river budget", Place: "Town hall", Section: "city", Langs: []stet.Lang{"en", "ru"},
		People: []string{n.people["anna"].ID, n.people["oleg"].ID}, Start: sampleTime.Add(26 * time.Hour), End: sampleTime.Add(29 * time.Hour),
		Note: "The vote is at noon.", Stories: []stet.ArticleID{"work-scheduled", "work-blank"}}
	for _, p := range []*stet.Plan{n.plan,
		{Title: "معرض الكتاب الدولي", Place: "قاعة الميناء", Langs: []stet.Lang{"ar"}, Start: sampleTime.AddDate(0, 0, 2), End: sampleTime.AddDate(0, 0, 4), AllDay: true},
		{Title: "Суд по делу о барже", Start: sampleTime.Add(2 * time.Hour), People: []string{n.people["oleg"].ID}},
	} {
		if err := db.AddPlan(t.Context(), anna, p, sampleTime.Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	for id, due := range map[stet.ArticleID]time.Time{"work-blank": sampleTime.Add(30 * time.Hour), "work-draft": sampleTime.Add(-2 * time.Hour)} {
		if _, err := db.UpdateArticle(t.Context(), id, func(a *stet.Article) error { return a.SetDeadline(anna, due, sampleTime.Add(-time.Hour)) }); err != nil {
			t.Fatal(err)
		}
	}
}

// keepCalendar moves what is planned by the keyboard and by dragging, in a real
// browser, begins a story and follows the calendar from elsewhere.
func (n *deskSample) keepCalendar(t *testing.T) {
	ctx := openBrowser(t, 2*time.Minute)
	look(t, ctx, views[2])
	n.as(t, ctx, "anna")
	db := n.server.db
	n.visit(t, ctx, "/desk/calendar")
	settled := func(condition string) {
		t.Helper()
		if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition)); err != nil {
			t.Fatalf("%s: %v; the page says %q", condition, err, ask[string](t, ctx, `document.getElementById("said")?.textContent ?? document.body.innerText`))
		}
	}
	entry := func(key string) string { return fmt.Sprintf(`[data-key=%q]`, key) }
	on := func(day, key string) string {
		return fmt.Sprintf(`document.querySelector('[data-day="%s"] %s') !== null`, day, entry(key))
	}
	site, err := db.Site(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key, start := "plan:"+n.plan.ID, n.plan.Start.In(site.Zone)
	day := func(by int) string { return start.AddDate(0, 0, by).Format(time.DateOnly) }
	settled(on(day(0), key))

	// By the keyboard: a day later, then a week earlier and back; where it stands is
	// read out, and the keyboard stays on it.
	press := func(arrow string) {
		t.Helper()
		ask[bool](t, ctx, fmt.Sprintf(`(document.querySelector('%s a').focus(), document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: %q, altKey: true, bubbles: true, cancelable: true })))`, entry(key), arrow))
	}
	press("ArrowRight")
	settled(on(day(1), key))
	if in := ask[string](t, ctx, `document.activeElement.closest("[data-key]")?.dataset.key ?? ""`); in != key {
		t.Errorf("the keyboard is at %q", in)
	}
	if said := ask[string](t, ctx, `document.getElementById("said").textContent`); said != "Moved." {
		t.Errorf("it says %q", said)
	}
	press("ArrowLeft")
	settled(on(day(0), key))
	press("ArrowDown")
	settled(on(day(7), key))

	// By dragging, two days back.
	ask[bool](t, ctx, fmt.Sprintf(`(() => {
		const entry = document.querySelector('%s'), day = document.querySelector('[data-day="%s"]'), dataTransfer = new DataTransfer()
		for (const [on, kind] of [[entry, "dragstart"], [day, "dragenter"], [day, "dragover"], [day, "drop"], [entry, "dragend"]]) on.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer }))
		return true
	})()`, entry(key), day(5)))
	settled(on(day(5), key))
	p, err := db.Plan(t.Context(), n.people["anna"].User(), n.plan.ID)
	if err != nil || !p.Start.Equal(start.AddDate(0, 0, 5)) || p.End.Sub(p.Start) != 3*time.Hour {
		t.Errorf("%+v, %v", p, err)
	}

	// What cannot be is refused in words, and stays where it was.
	const scheduled = "schedule:work-scheduled"
	was, err := db.Article(t.Context(), "work-scheduled")
	if err != nil {
		t.Fatal(err)
	}
	key = scheduled
	press("ArrowUp")
	settled(`document.getElementById("said").classList.contains("refused")`)
	if said := ask[string](t, ctx, `document.getElementById("said").textContent`); !strings.Contains(said, "is in the past") {
		t.Errorf("it says %q", said)
	}
	if is, err := db.Article(t.Context(), was.ID); err != nil || !is.ScheduledFor.Equal(was.ScheduledFor) {
		t.Errorf("%v, %v", is.ScheduledFor, err)
	}
	press("ArrowRight")
	settled(on(was.ScheduledFor.In(site.Zone).AddDate(0, 0, 1).Format(time.DateOnly), scheduled))
	if is, err := db.Article(t.Context(), was.ID); err != nil || is.ScheduledFor.Sub(was.ScheduledFor) != 24*time.Hour || is.Live != was.Live {
		t.Errorf("%v, %v", is.ScheduledFor, err)
	}

	// A story is begun from an event, by keys alone.
	n.visit(t, ctx, "/desk/calendar/events/"+n.plan.ID)
	if err := chromedp.Do(ctx, chromedp.SendKeys(`form[action$="/stories"] button`, "\r"), chromedp.WaitVisible(`.did`)); err != nil {
		t.Fatal(err)
	}
	if p, err = db.Plan(t.Context(), n.people["anna"].User(), n.plan.ID); err != nil || len(p.Stories) != 3 {
		t.Fatalf("%+v, %v", p, err)
	}

	// Somebody's own calendar follows this one for as long as it may.
	n.visit(t, ctx, "/desk/calendar")
	if err := chromedp.Do(ctx, chromedp.SendKeys(`form[action$="/feed"] button`, "\r"), chromedp.WaitVisible(`#address`)); err != nil {
		t.Fatal(err)
	}
	_, path, _ := strings.Cut(ask[string](t, ctx, `document.getElementById("address").value`), "/desk/")
	fetch := func() (int, string) {
		t.Helper()
		answer, err := http.Get(n.url + "/desk/" + path)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(text)
	}
	status, text := fetch()
	if status != http.StatusOK || !strings.Contains(text, "SUMMARY:"+n.plan.Title+"\r\n") || !strings.Contains(text, "DTSTART:"+p.Start.UTC().Format("20060102T150405Z")) {
		t.Errorf("%d:\n%s", status, text)
	}
	n.visit(t, ctx, "/desk/calendar")
	if err := chromedp.Do(ctx, chromedp.SendKeys(`form[action$="/feed/end"] button`, "\r"), chromedp.WaitVisible(`#said`)); err != nil {
		t.Fatal(err)
	}
	if status, _ := fetch(); status != http.StatusNotFound {
		t.Errorf("the address that was taken back answers %d", status)
	}
}
