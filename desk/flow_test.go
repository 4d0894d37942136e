package desk

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
)

// each runs a test on both engines.
func each(t *testing.T, fn func(t *testing.T, n *newsroom)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, open(t, db)) })
}

// has fails the test if an answer lacks a text.
func has(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("%q is not in\n%s", text, page)
		}
	}
}

// lacks fails the test if an answer has a text.
func lacks(t *testing.T, page string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(page, text) {
			t.Errorf("%q is in\n%s", text, page)
		}
	}
}

// TestFromBlankToLive: a reporter writes, hands on, an editor returns, approves
// and publishes.
func TestFromBlankToLive(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		w := n.do("reporter", "/desk/articles", url.Values{})
		at := w.Header().Get("Location")
		if w.Code != 303 || !strings.HasPrefix(at, "/desk/articles/") {
			t.Fatalf("New story answers %d, %s", w.Code, at)
		}
		id := stet.ArticleID(strings.TrimPrefix(at, "/desk/articles/"))
		page := n.do("reporter", at, nil).Body.String()
		has(t, page, ">Submit for review<", ">History<", ">Preview<", ">Sign out<")
		lacks(t, page, ">Publish<", ">Schedule<", ">Approve<", ">Return<", ">Withdraw<")
		stopped := n.do("editor", at+"/publish", nil).Body.String()
		has(t, stopped, "There is no headline.", "There is no section.", "There is no text.")
		lacks(t, stopped, ">Publish</button>")

		n.change(id, func(a *stet.Article) error {
			return a.Save(n.people["reporter"].User(), stet.Content{Headline: "A bridge opens", Section: "city", Body: body("Cars cross.")}, n.now)
		})
		if w := n.do("reporter", at+"/submit", url.Values{"note": {"Please look."}, "to": {n.people["editor"].ID}}); w.Code != 303 {
			t.Fatalf("submit answers %d\n%s", w.Code, w.Body)
		}
		home := n.do("editor", "/desk/", nil).Body.String()
		has(t, home, "A bridge opens", "For you to review", "Please look.", `<span class="count">1<span class="unseen">`)
		has(t, n.do("editor", at, nil).Body.String(), ">Approve<", ">Return<", ">Publish<", ">Schedule<")
		n.do("editor", at+"/return", url.Values{"note": {"One more source."}})
		has(t, n.do("reporter", "/desk/inbox", nil).Body.String(), "returned it", "One more source.")
		n.do("reporter", at+"/submit", url.Values{})
		if w := n.do("editor", at+"/approve", url.Values{}); w.Header().Get("Location") != at+"?did=approve" {
			t.Errorf("approve goes to %q", w.Header().Get("Location"))
		}
		has(t, n.do("editor", at+"?did=approve", nil).Body.String(), `role="status">Approved.<`)
		lacks(t, n.do("editor", at+"?did=%3Cb%3E", nil).Body.String(), `class="did"`)

		ask := n.do("editor", at+"/publish", nil).Body.String()
		has(t, ask, "No source is named.", ">Publish</button>")
		version := regexp.MustCompile(`name="version" value="(\d+)"`).FindStringSubmatch(ask)[1]
		n.change(id, func(a *stet.Article) error {
			return a.Save(n.people["reporter"].User(), a2(a, "A bridge opens at last"), n.now)
		})
		w = n.do("editor", at+"/publish", url.Values{"version": {version}})
		if w.Code != 409 || n.article(id).Live != stet.LiveNever {
			t.Errorf("a text that changed meanwhile is published: %d", w.Code)
		}
		has(t, w.Body.String(), "The text has changed since you looked at it", "A bridge opens at last")
		w = n.do("editor", at+"/publish", url.Values{"version": {strconv.FormatInt(n.article(id).Version, 10)}})
		a := n.article(id)
		if to := fmt.Sprintf("%s/receipt?event=%d", at, a.Event); w.Header().Get("Location") != to || a.Live != stet.LivePublished {
			t.Fatalf("publish answers %d, %s, not %s\n%s", w.Code, w.Header().Get("Location"), to, w.Body)
		}
		has(t, n.do("editor", w.Header().Get("Location"), nil).Body.String(), "Readers see it everywhere.", "Latest news on every page", "https://example.org"+string(a.Path))
	})
}

// TestReceiptLines: the stream names surfaces in the person's language, one a
// line, and ends with whether that is all.
func TestReceiptLines(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.join("Olga", stet.Person{Name: "Olga", Role: stet.Editor, Desk: "ru"})
	id := n.write("Olga", "Story")
	a := n.change(id, func(a *stet.Article) error { return a.Publish(n.people["Olga"].User(), time.Time{}, n.now) })
	at := fmt.Sprintf("%s/receipt?event=%d", frame.ArticlePath(id), a.Event)
	w := n.do("Olga", at, nil, "Accept", "application/x-ndjson")
	lines := strings.Split(strings.TrimSpace(w.Body.String()), "\n")
	var first surface
	var last struct{ Done bool }
	if len(lines) != 2 || json.Unmarshal([]byte(lines[0]), &first) != nil || json.Unmarshal([]byte(lines[1]), &last) != nil || !last.Done ||
		first.Name != "Последние новости на всех страницах" {
		t.Errorf("the stream says\n%s", w.Body)
	}
	if w := n.do("Olga", frame.ArticlePath(id)+"/receipt?event=99999", nil); w.Code != 404 {
		t.Errorf("an event that there is not answers %d", w.Code)
	}
}

// TestSurfaces: what people call the names of Reprint.
func TestSurfaces(t *testing.T) {
	a := &stet.Article{Lang: "ru", Path: "/ru/2026/01/story"}
	for name, want := range map[string]say.Key{
		"*": "surface_all", "/ru/2026/01/story": "surface_page", "/ru/2026/01/story.md": "surface_machines", "/ru/": "surface_front",
		"latest/ru": "surface_latest", "section/ru/city": "surface_section", "/ru/city/": "surface_section", "/ru/city/feed.xml": "surface_feeds",
		"/ru/feed.json": "surface_feeds", "/ru/topics/": "surface_topics", "/ru/topics/eu/": "surface_topics", "/ru/authors/x/": "surface_authors",
		"/ru/latest": "surface_archive", "/ru/latest/2026/01": "surface_archive", "/sitemap.xml": "surface_sitemap", "/sitemap/en/2026-01.xml": "surface_sitemap",
		"/news-sitemap.xml": "surface_sitemap", "/en/2026/01/story": "surface_languages", "/en/city/": "surface_languages", "/ru/llms.txt": "surface_machines",
		"masthead/ru": "surface_frame", "foot/ru": "surface_frame",
	} {
		if got := surfaceOf(a, name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// TestSchedule: by any clock; hours that do not exist or come twice are
// explained, and nothing is guessed.
func TestSchedule(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.join("Greta", stet.Person{Name: "Greta", Role: stet.Editor, Desk: "en", Zone: "Europe/Berlin"})
	for _, c := range []struct {
		at, zone, moment string
		status           int
		want             string // the moment, or what the page says
	}{
		{"2026-01-15T09:00", "Asia/Baku", "", 303, "2026-01-15T05:00:00Z"},
		{"2026-01-15T09:00", "Europe/Berlin", "", 303, "2026-01-15T08:00:00Z"},
		{"2026-01-15T09:00", "UTC", "", 303, "2026-01-15T09:00:00Z"},
		{"2026-01-15T09:00", "Mars/Olympus", "", 303, "2026-01-15T05:00:00Z"}, // none of the choices: the site's
		{"2026-03-29T02:30", "Europe/Berlin", "", 422, "at=2026-03-29T03%3a30&amp;zone=Europe%2fBerlin"},
		{"2026-10-25T02:30", "Europe/Berlin", "", 422, `value="2026-10-25T01:30:00Z"`},
		{"2026-10-25T02:30", "Europe/Berlin", "2026-10-25T01:30:00Z", 303, "2026-10-25T01:30:00Z"},
		{"2026-10-25T02:30", "Europe/Berlin", "2026-10-25T09:30:00Z", 422, "comes twice"},
		{"2026-01-14T08:00", "UTC", "", 422, "That is in the past."},
		{"tomorrow", "UTC", "", 422, "Give a day and a time."},
		{"", "UTC", "", 422, "Give a day and a time."},
	} {
		id := n.write("reporter", "Story "+c.at+c.zone+c.moment)
		w := n.do("Greta", frame.ArticlePath(id)+"/schedule", url.Values{"at": {c.at}, "zone": {c.zone}, "moment": {c.moment}})
		if w.Code != c.status {
			t.Errorf("%s %s answers %d\n%s", c.at, c.zone, w.Code, w.Body)
			continue
		}
		a := n.article(id)
		if c.status != 303 {
			has(t, w.Body.String(), c.want)
			if a.Scheduled != nil {
				t.Errorf("%s %s is scheduled for %s", c.at, c.zone, a.ScheduledFor)
			}
			continue
		}
		if got := a.ScheduledFor.Format(time.RFC3339); got != c.want {
			t.Errorf("%s %s is %s, want %s", c.at, c.zone, got, c.want)
		}
		page := n.do("Greta", frame.ArticlePath(id), nil).Body.String()
		has(t, page, "the site’s, Asia/Baku", "yours, Europe/Berlin", "UTC", ">Take out of the schedule<")
		n.do("Greta", frame.ArticlePath(id)+"/unschedule", url.Values{})
		if a := n.article(id); a.Scheduled != nil || a.Work != stet.WorkDraft {
			t.Errorf("it is %s after it was taken out of the schedule", a.Work)
		}
	}
	id := n.write("reporter", "")
	w := n.do("Greta", frame.ArticlePath(id)+"/schedule", url.Values{"at": {"2026-02-01T09:00"}, "zone": {"UTC"}})
	if w.Code != 422 {
		t.Errorf("a text without a headline is scheduled: %d", w.Code)
	}
	has(t, w.Body.String(), "There is no headline.")
}

// TestLate: what the clock should have done is said on every page to those who
// may know of it.
func TestLate(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.join("elsewhere", stet.Person{Name: "Elsewhere", Role: stet.Editor, Langs: []stet.Lang{"ru"}})
	id := n.write("reporter", "A late story")
	n.change(id, func(a *stet.Article) error {
		return a.Publish(n.people["editor"].User(), n.now.Add(time.Minute), n.now)
	})
	for _, after := range []time.Duration{time.Minute, time.Minute + 4*time.Second, time.Minute + 6*time.Second} {
		n.now = storetest.Noon.Add(after)
		for _, path := range []string{"/desk/", "/desk/board", "/desk/inbox", "/desk/alarms", frame.ArticlePath(id)} {
			page := n.do("editor", path, nil).Body.String()
			if alarm := strings.Contains(page, `role="alert"`); alarm != (after > time.Minute+5*time.Second) {
				t.Errorf("%s after its time, %s raises an alarm: %v", after-time.Minute, path, alarm)
			}
		}
	}
	lacks(t, n.do("elsewhere", "/desk/", nil).Body.String(), `role="alert"`, "A late story")
}

// TestCorrectAndWithdraw: readers are given words, or nothing is done.
func TestCorrectAndWithdraw(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.write("reporter", "Story")
	n.change(id, func(a *stet.Article) error { return a.Publish(n.people["editor"].User(), time.Time{}, n.now) })
	at := frame.ArticlePath(id)
	page := n.do("editor", at, nil).Body.String()
	has(t, page, ">Update<", ">Correct<", ">Withdraw<")
	lacks(t, page, ">Publish<")
	w := n.do("editor", at+"/correct", url.Values{"note": {" "}})
	if w.Code != 422 || len(n.article(id).Corrections) != 0 {
		t.Errorf("a correction without words answers %d", w.Code)
	}
	has(t, w.Body.String(), `aria-invalid="true"`)
	long := strings.Repeat("long ", 500)
	w = n.do("editor", at+"/correct", url.Values{"note": {long}})
	has(t, w.Body.String(), long) // nothing that was typed is lost
	w = n.do("editor", at+"/correct", url.Values{"note": {"The name is Demir."}})
	if w.Code != 303 || n.article(id).Corrections[0].Note != "The name is Demir." {
		t.Errorf("a correction answers %d", w.Code)
	}

	// While a text is being written, the words are asked for beside it.
	beside := `data-words="` + n.people["editor"].ID + " " + string(id) + `" data-sent="The name is Demir.">`
	lacks(t, n.do("editor", at, nil).Body.String(), beside)
	write := func(c stet.Content) string {
		t.Helper()
		n.change(id, func(a *stet.Article) error { return a.Save(n.people["editor"].User(), c, n.now) })
		return strconv.FormatInt(n.article(id).Version, 10)
	}
	full := a2(n.article(id), "Story of Demir")
	looked := write(full)
	has(t, n.do("editor", at, nil).Body.String(), beside, `name="version" value="`+looked+`"`)
	const offered = ">An earlier version of this story said “Story”. It should have said “Story of Demir”.</textarea>"
	for _, page := range []string{at, at + "/publish", at + "/correct"} {
		has(t, n.do("editor", page, nil).Body.String(), offered)
	}
	lacks(t, n.do("reporter", at, nil).Body.String(), beside)
	refused := func(version, note string, want ...string) {
		t.Helper()
		w := n.do("editor", at+"/correct", url.Values{"version": {version}, "note": {note}})
		if w.Code != 422 || len(n.article(id).Corrections) != 1 {
			t.Errorf("a correction answers %d", w.Code)
		}
		has(t, w.Body.String(), append(want, note+"</textarea>")...)
	}
	empty := full
	empty.Body = nil
	now := write(empty)
	refused(looked, "It is Demir.", "The text has changed since you looked at it")
	refused(now, "It is Demir.", "There is no text.")
	now = write(full)
	refused(now, "", `aria-invalid="true"`)
	n.change(id, func(a *stet.Article) error {
		return a.SetTimes(n.people["editor"].User(), n.now.Add(time.Hour), time.Time{}, n.now)
	})
	refused(strconv.FormatInt(n.article(id).Version, 10), "It is Demir.", "It is under embargo until")

	w = n.do("editor", at+"/withdraw", url.Values{"reason": {""}})
	if w.Code != 422 || n.article(id).Live != stet.LivePublished {
		t.Errorf("a withdrawal without a reason answers %d", w.Code)
	}
	w = n.do("editor", at+"/withdraw", url.Values{"reason": {"It was wrong."}})
	if w.Code != 303 || n.article(id).Live != stet.LiveWithdrawn {
		t.Errorf("a withdrawal answers %d", w.Code)
	}
	page = n.do("editor", at, nil).Body.String()
	has(t, page, "withdrawn on", "It was wrong.", ">Publish<")
}

// TestPreviewLinks: who has the link reads, without an account, without cookies,
// without script; until it is taken back.
func TestPreviewLinks(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.write("reporter", "A secret <story>")
	at := frame.ArticlePath(id)
	w := n.do("reporter", at+"/links", url.Values{"days": {"1"}})
	m := regexp.MustCompile(`value="https://example\.org(/desk/preview/[^"]+)"`).FindStringSubmatch(w.Body.String())
	if m == nil {
		t.Fatalf("no link in %d\n%s", w.Code, w.Body)
	}
	seen := n.do("", m[1], nil)
	if seen.Code != 200 || !strings.Contains(seen.Body.String(), "A secret &lt;story&gt;") {
		t.Fatalf("the link answers %d\n%s", seen.Code, seen.Body)
	}
	csp := seen.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "sandbox; default-src 'none';") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "script-src") {
		t.Errorf("its policy is %q", csp)
	}
	if seen.Header().Get("Set-Cookie") != "" || seen.Header().Get("Cache-Control") != "private, no-store" || seen.Header().Get("X-Robots-Tag") != "noindex" {
		t.Errorf("its header is %v", seen.Header())
	}
	lacks(t, n.do("reporter", at+"/preview", nil).Body.String(), m[1])
	n.now = n.now.Add(25 * time.Hour)
	if w := n.do("", m[1], nil); w.Code != 404 {
		t.Errorf("a link that has ended answers %d", w.Code)
	}
	n.now = storetest.Noon
	n.do("reporter", at+"/links/revoke", url.Values{})
	if w := n.do("", m[1], nil); w.Code != 404 {
		t.Errorf("a link that was taken back answers %d", w.Code)
	}
	if csp := n.do("reporter", at+"/preview/page", nil).Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox;") || !strings.Contains(csp, "frame-ancestors 'self'") {
		t.Errorf("the frame's policy is %q", csp)
	}
}

// TestBoard: filters, counts, search and pages.
func TestBoard(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		for i := range boardLength + 5 {
			n.now = n.now.Add(time.Second)
			n.write("reporter", fmt.Sprintf("Draft number %d", i))
		}
		live := n.write("editor", "Мост открыт")
		n.change(live, func(a *stet.Article) error { return a.Publish(n.people["editor"].User(), time.Time{}, n.now) })
		page := n.do("editor", "/desk/board", nil).Body.String()
		has(t, page, `All <span class="count">56</span>`, `Drafts <span class="count">55</span>`, `Live <span class="count">1</span>`, "Мост открыт", "Draft number 54")
		lacks(t, page, "Draft number 4<")
		next := regexp.MustCompile(`<a href="(/desk/board\?after=[^"]+)" rel="next">`).FindStringSubmatch(page)
		if next == nil {
			t.Fatalf("no next page in\n%s", page)
		}
		second := n.do("editor", next[1], nil).Body.String()
		has(t, second, "Draft number 4<", `href="/desk/board">Newest<`)
		lacks(t, second, "Draft number 54", `rel="next"`)
		found := n.do("editor", "/desk/board?q=%D0%BC%D0%9E%D0%A1%D0%A2", nil).Body.String()
		has(t, found, "Мост открыт")
		lacks(t, found, "Draft number")
		has(t, n.do("editor", "/desk/board?state=published&person="+url.QueryEscape(n.people["reporter"].ID), nil).Body.String(), "Nothing matches.")
		has(t, n.do("editor", "/desk/board?state=published&sort=published", nil).Body.String(), "Мост открыт")
		for _, bad := range []string{"state=none", "sort=name", "after=%21"} {
			if w := n.do("editor", "/desk/board?"+bad, nil); w.Code != 422 {
				t.Errorf("%s answers %d", bad, w.Code)
			}
		}
	})
}

// TestInbox: whoever is named with an @ is told once, and can say that they
// have seen it.
func TestInbox(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.write("reporter", "Story")
	n.do("editor", frame.ArticlePath(id)+"/note", url.Values{"note": {"@the TRANSLATOR, and @The chief editor: look"}})
	for _, who := range []string{"translator", "chief editor", "reporter"} {
		page := n.do(who, "/desk/inbox", nil).Body.String()
		has(t, page, "left a note", "look", ">Mark all as seen<")
		upTo := regexp.MustCompile(`name="upto" value="(\d+)"`).FindStringSubmatch(page)[1]
		n.do(who, "/desk/inbox/seen", url.Values{"upto": {upTo}})
		lacks(t, n.do(who, "/desk/inbox", nil).Body.String(), ">Mark all as seen<")
	}
	lacks(t, n.do("editor", "/desk/inbox", nil).Body.String(), "left a note")
	n.do("reporter", frame.ArticlePath(id)+"/note", url.Values{"note": {"Without a name."}, "tell": {n.people["administrator"].ID}})
	has(t, n.do("administrator", "/desk/inbox", nil).Body.String(), "Without a name.")
}

func TestMentioned(t *testing.T) {
	people := []*stet.Person{{ID: "1", Name: "Anna"}, {ID: "2", Name: "Anna Berg"}, {ID: "3", Name: "Лейла Əliyeva"}}
	for text, want := range map[string]string{
		"": "", "Anna": "", "@Anna": "1", "@anna berg is here": "2", "(@ANNA BERG)": "2", "@ Anna": "", "@лейла əliyeva и @Anna": "3 1", "a@anna.org": "1",
		"@Annabel": "", "@Anna, @Anna Bergman": "1 1",
	} {
		if got := strings.Join(mentioned(text, people), " "); got != want {
			t.Errorf("%q names %q, want %q", text, got, want)
		}
	}
}

// TestTimes: embargo and expiry are the site's time.
func TestTimes(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.write("reporter", "Story")
	n.do("reporter", frame.ArticlePath(id)+"/times", url.Values{"embargo": {"2026-02-01T12:00"}, "expires": {"2026-03-01T12:00"}})
	a := n.article(id)
	if a.Embargo.Format(time.RFC3339) != "2026-02-01T08:00:00Z" || a.Expires.Format(time.RFC3339) != "2026-03-01T08:00:00Z" {
		t.Errorf("embargo %s, expiry %s", a.Embargo, a.Expires)
	}
	page := n.do("reporter", frame.ArticlePath(id), nil).Body.String()
	has(t, page, `value="2026-02-01T12:00"`, `value="2026-03-01T12:00"`)
	has(t, n.do("editor", frame.ArticlePath(id)+"/publish", nil).Body.String(), "It is under embargo until February 1, 2026 at 12:00")
	n.do("reporter", frame.ArticlePath(id)+"/times", url.Values{})
	if a := n.article(id); !a.Embargo.IsZero() || !a.Expires.IsZero() {
		t.Errorf("embargo %s, expiry %s", a.Embargo, a.Expires)
	}
}

// TestHistory: an old text is restored as the working one.
func TestHistory(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.whole("Story")
	page := n.do("editor", frame.ArticlePath(id)+"/history", nil).Body.String()
	has(t, page, ">Restore<", "Story again", "Story once more", "published it", "scheduled it", "being written")
	if w := n.do("editor", frame.ArticlePath(id)+"/restore", url.Values{"ref": {"r1"}}); w.Code != 303 {
		t.Fatalf("restore answers %d\n%s", w.Code, w.Body)
	}
	if a := n.article(id); a.Working.Headline != "Story" {
		t.Errorf("the working text is %q", a.Working.Headline)
	}
	if w := n.do("editor", frame.ArticlePath(id)+"/restore", url.Values{"ref": {"r9"}}); w.Code != 404 {
		t.Errorf("a text that there is not answers %d", w.Code)
	}
}

// TestCompare: word by word, in fields and in the body.
func TestCompare(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.write("reporter", "A bridge opens")
	at := frame.ArticlePath(id)
	lead, inside := n.bring("editor", "lead", stet.Description{Headline: "The lead"}), n.bring("editor", "inside", stet.Description{Headline: "The inside"})
	n.change(id, func(a *stet.Article) error { return a.Publish(n.people["editor"].User(), time.Time{}, n.now) })
	n.change(id, func(a *stet.Article) error {
		c := a2(a, "A bridge <closes>")
		c.Kicker = "River"
		c.Body = body("Other words of A bridge opens")
		c.Body.Content = append(c.Body.Content, &prose.Node{Type: prose.Picture, Attrs: prose.Attrs{{Name: "id", Value: "pic"}, {Name: "ref", Value: string(inside.ID)}}})
		c.Picture = &stet.PictureUse{ID: lead.ID}
		return a.Save(n.people["editor"].User(), c, n.now)
	})
	page := n.do("reporter", at+"/compare?from=r1", nil).Body.String()
	has(t, page, "A bridge <del>opens</del><ins>&lt;closes&gt;</ins>", "<ins>River</ins>", "<del>Words</del><ins>Other words</ins>")
	has(t, page, `<figure class="added"><a href="`+picturePath(lead.ID), `<figure class="added"><a href="`+picturePath(inside.ID), `<bdi>The lead</bdi>`, "Put in:")
	has(t, n.do("reporter", at+"/compare?from=r1&to=r1", nil).Body.String(), "Nothing differs.")
	for _, bad := range []string{"", "?from=x", "?from=r1&to=s99"} {
		if w := n.do("reporter", at+"/compare"+bad, nil); w.Code != 404 {
			t.Errorf("%q answers %d", bad, w.Code)
		}
	}
}

// TestPublishNow: what was to go out later goes out now, and a story that is
// live keeps the time that readers know.
func TestPublishNow(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	id := n.write("editor", "Story")
	at := frame.ArticlePath(id)
	n.do("editor", at+"/schedule", url.Values{"at": {"2026-03-01T12:00"}, "zone": {"UTC"}})
	if w := n.do("editor", at+"/publish", url.Values{}); w.Code != 303 {
		t.Fatalf("publish answers %d\n%s", w.Code, w.Body)
	}
	if a := n.article(id); a.Live != stet.LivePublished || !a.PublishedAt.Equal(n.now) || a.Scheduled != nil {
		t.Errorf("it is %s since %s", a.Live, a.PublishedAt)
	}
	first := n.now
	n.now = n.now.Add(time.Hour)
	n.change(id, func(a *stet.Article) error { return a.Save(n.people["editor"].User(), a2(a, "Story, updated"), n.now) })
	n.do("editor", at+"/schedule", url.Values{"at": {"2026-03-01T12:00"}, "zone": {"UTC"}})
	n.do("editor", at+"/publish", url.Values{})
	if a := n.article(id); !a.PublishedAt.Equal(first) || a.Current.Headline != "Story, updated" || a.Scheduled != nil {
		t.Errorf("it is %q since %s", a.Current.Headline, a.PublishedAt)
	}
}

// TestReadersAddress: the address that readers have of a story leads to where it
// is written, behind /desk and in the board's search.
func TestReadersAddress(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.join("elsewhere", stet.Person{Name: "Elsewhere", Role: stet.ChiefEditor, Langs: []stet.Lang{"ru"}})
	id := n.write("reporter", "Story")
	n.change(id, func(a *stet.Article) error { return a.Publish(n.people["editor"].User(), time.Time{}, n.now) })
	path := string(n.article(id).Path)
	withdrawn := n.write("reporter", "Other")
	n.change(withdrawn, func(a *stet.Article) error {
		if err := a.Publish(n.people["editor"].User(), time.Time{}, n.now); err != nil {
			return err
		}
		return a.Withdraw(n.people["editor"].User(), "wrong", n.now)
	})
	if _, err := n.db.SaveRedirects(t.Context(), []stet.Redirect{{From: "/news?id=7", To: path}}); err != nil {
		t.Fatal(err)
	}
	search := func(q string) string { return "/desk/board?q=" + url.QueryEscape(q) }
	for target, want := range map[string]string{
		"/desk" + path: frame.ArticlePath(id), "/desk" + path + "/": frame.ArticlePath(id), "/desk" + path + "?utm=x": frame.ArticlePath(id),
		search("https://example.org" + path + "#top"): frame.ArticlePath(id), search(" " + path): frame.ArticlePath(id),
		search("https://old.example.org/news?id=7"): frame.ArticlePath(id), "/desk/news?id=7": frame.ArticlePath(id),
		"/desk" + string(n.article(withdrawn).Path): frame.ArticlePath(withdrawn),
	} {
		if w := n.do("editor", target, nil); w.Code != 303 || w.Header().Get("Location") != want {
			t.Errorf("%s answers %d %s, want %s", target, w.Code, w.Header().Get("Location"), want)
		}
	}
	for who, codes := range map[string][3]int{"editor": {404, 200, 303}, "elsewhere": {404, 200, 403}, "": {303, 303, 303}} {
		for i, target := range []string{"/desk/en/2026/01/none", search("/en/2026/01/none"), "/desk" + path} {
			if w := n.do(who, target, nil); w.Code != codes[i] {
				t.Errorf("%s answers %q %d, want %d", target, who, w.Code, codes[i])
			}
		}
	}
	if w := n.do("editor", "/desk/articles", nil); w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("what is no address of readers answers %d", w.Code)
	}
}
