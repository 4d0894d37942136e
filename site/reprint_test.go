package site

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stet"
)

// TestTouches holds the table to what an event must touch.
func TestTouches(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	story := draft("/ru/2024/03/middle", "Посередине", time.Date(2024, 3, 5, 12, 0, 0, 0, baku))
	story.Section, story.Topics, story.Bylines = "economy", []string{"eu", "unknown"}, []stet.Byline{{Key: "a-mamedova"}}
	english := draft("/en/2024/03/middle", "In the middle", story.PublishedAt)
	english.Group = story.ID
	f.publish(english)

	all := []string{
		"/", // of the edition
		"/2024/03/middle", "/authors/", "/authors/a-mamedova/", "/economy/",
		"/latest", "/llms.txt", "/latest/2021", "/latest/2021/06", "/latest/2021/06/02", "/latest/2024", "/latest/2024/03", "/latest/2024/03/05",
		"/latest/2026", "/latest/2026/01", "/latest/2026/01/01", "/topics/", "/topics/eu/",
	}
	for _, under := range []string{"/", "/economy/", "/topics/eu/", "/authors/a-mamedova/"} {
		for _, form := range feedForms {
			all = append(all, under+form.file)
		}
	}
	want := []string{
		"/en/2024/03/middle", "/sitemap.xml", "/sitemap/ru/2024-03.xml", "/sitemap/en/2024-03.xml", "/sitemap/ru/pages.xml", "/news-sitemap.xml",
		"latest/ru", "masthead/ru", "section/ru/economy",
	}
	for _, p := range all {
		want = append(want, "/ru"+p)
	}
	forms := func(path string) []string {
		return []string{path + ".md", path + ".ninjs.json", path + ".oembed.json", path + ".card.png"}
	}
	want = append(append(want, forms("/ru/2024/03/middle")...), "/en/2024/03/middle.ninjs.json")
	slices.Sort(want)

	s := newSite(t, f)
	expect := func(what string, e stet.Event, want []string) {
		t.Helper()
		if got := reprint(t, s, e); !slices.Equal(got, want) {
			t.Errorf("%s touches\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	expect("publishing", f.publish(story), want)
	expect("correcting", f.correct("/ru/2024/03/middle", "Было неверно.", morning), want)
	moved := append(slices.Clone(want), "/ru/2024/03/centre", "/ru/politics/",
		"/ru/politics/feed.xml", "/ru/politics/atom.xml", "/ru/politics/feed.json", "section/ru/politics")
	moved = append(moved, forms("/ru/2024/03/centre")...)
	slices.Sort(moved)
	expect("moving", f.change("/ru/2024/03/middle", stet.Updated, func(t *told) {
		t.Path, t.Section = "/ru/2024/03/centre", "politics"
	}), moved)
	f.change("/ru/2024/03/centre", stet.Updated, func(t *told) { t.Path, t.Section = "/ru/2024/03/middle", "economy" })
	expect("withdrawing", f.withdraw("/ru/2024/03/middle", "ошибка"), want)
	expect("an imprint", f.publish(draft("/ru/pages/about", "О редакции", morning)),
		[]string{"/ru/llms.txt", "/ru/pages/about", "/ru/pages/about.card.png", "/ru/pages/about.md", "/ru/pages/about.ninjs.json", "/ru/pages/about.oembed.json", "/sitemap.xml", "/sitemap/ru/pages.xml", "foot/ru"})
	expect("a draft", stet.Event{Kind: stet.Edited}, nil)
	expect("renaming", stet.Event{Kind: stet.Renamed}, []string{Everything})
	expect("a setting", stet.Event{Kind: stet.Set}, []string{Everything})
}

// TestOneStory: publishing a story makes its own page and what names it, and no
// page of another story, whatever the size of the archive.
func TestOneStory(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	var archive []string
	for i := range 50 {
		path := fmt.Sprintf("/ru/2019/05/a%d", i)
		f.publish(draft(path, "Старое", time.Date(2019, 5, 1, i/3, i, 0, 0, baku)))
		archive = append(archive, path)
	}
	s := newSite(t, f)
	for _, p := range archive {
		get(t, s, p, 200)
	}
	get(t, s, "/ru/", 200)
	before := s.Stats()
	if before.Laid["article"] != 50 || before.Printed["latest"] != 1 || before.Printed["masthead"] != 1 {
		t.Fatalf("%+v", before)
	}
	reprint(t, s, f.publish(draft("/ru/2026/01/newest", "Самая новая", morning)))
	after := s.Stats()
	if after.Laid["article"] != 50 || after.Printed["latest"] != 2 || after.Printed["masthead"] != 2 || after.Printed["front"] != 1 {
		t.Errorf("publishing made %+v of %+v", after, before)
	}
	for _, p := range archive {
		if got := latest(t, get(t, s, p, 200))[0]; got != "Самая новая" {
			t.Fatalf("%s shows %q as the newest", p, got)
		}
	}
	if n := get(t, s, "/ru/", 200).one(t, tag("section", "class", "lead")); !strings.Contains(n.text(), "Самая новая") {
		t.Error("the front does not lead with it")
	}
	end := s.Stats()
	// The first of them waits for the list of its section, and the front for its own:
	// they are printed when asked for.
	if end.Laid["article"] != 50 || end.Printed["latest"] != 2 || end.Printed["section"] != 2 || end.Printed["front"] != 2 || end.Press.Answered-after.Press.Answered != 49 {
		t.Errorf("reading made %+v of %+v", end, after)
	}
	get(t, s, "/ru/2026/01/newest", 200)
	if n := s.Stats().Laid["article"]; n != 51 {
		t.Errorf("%d articles made", n)
	}
}

// TestSectionNews: a story carries the newest of its section, once there is
// another one, and is not made again for that.
func TestSectionNews(t *testing.T) {
	f := newFake("ru")
	seed(f)
	story := func(path, headline string) stet.Story {
		st := draft(path, headline, morning)
		st.Section = "economy"
		return st
	}
	f.publish(story("/ru/2026/01/first", "Первая"))
	s := newSite(t, f)
	listed := func() (headlines []string) {
		for _, n := range get(t, s, "/ru/2026/01/first", 200).all(tag("section", "class", "more")) {
			for _, item := range n.all(tag("li")) {
				headlines = append(headlines, item.one(t, tag("a")).text())
			}
		}
		return headlines
	}
	if got := listed(); got != nil {
		t.Errorf("a story alone in its section shows %q", got)
	}
	reprint(t, s, f.publish(story("/ru/2026/01/second", "Вторая")))
	if got := listed(); !slices.Equal(got, []string{"Вторая", "Первая"}) {
		t.Errorf("after a second story: %q", got)
	}
	reprint(t, s, f.publish(draft("/ru/2026/01/third", "Третья, о политике", morning)))
	if got := listed(); len(got) != 2 {
		t.Errorf("after a story of another section: %q", got)
	}
	reprint(t, s, f.withdraw("/ru/2026/01/second", "ошибка"))
	if got := listed(); got != nil {
		t.Errorf("after the withdrawal: %q", got)
	}
	if n := s.Stats().Laid["article"]; n != 1 {
		t.Errorf("the page was made %d times", n)
	}
}

// TestTranslationArrives: the page of a story gets a link to its translation,
// and loses it.
func TestTranslationArrives(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	s := newSite(t, f)
	links := func() int {
		return len(get(t, s, "/ru/2021/06/report", 200).all(tag("a", "href", "/en/2021/06/report")))
	}
	if links() != 0 {
		t.Fatal("a link to nothing")
	}
	en := draft("/en/2021/06/report", "Report", morning)
	en.Group = "/ru/2021/06/report"
	reprint(t, s, f.publish(en))
	if links() != 1 {
		t.Error("no link to the translation")
	}
	reprint(t, s, f.withdraw("/en/2021/06/report", "ошибка"))
	if links() != 0 {
		t.Error("a link to what was withdrawn")
	}
	if res := fetch(s, "/en/2021/06/report"); res.StatusCode != 410 {
		t.Errorf("the withdrawn one: %d", res.StatusCode)
	}
}

// TestBurst: an import is followed as one change.
func TestBurst(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	get(t, s, "/ru/2021/06/report", 200)
	var events []stet.Event
	for i := range 300 {
		events = append(events, f.publish(draft(fmt.Sprintf("/ru/2025/01/i%d", i), "Ввоз", time.Date(2025, 1, 1, 0, i, 0, 0, baku))))
	}
	before := s.Stats()
	if got := reprint(t, s, events...); !slices.Equal(got, []string{Everything}) {
		t.Errorf("touched %q", got)
	}
	if after := s.Stats(); after.Printed["latest"]-before.Printed["latest"] != 1 || after.Press.Generation-before.Press.Generation != 1 {
		t.Errorf("%+v", after)
	}
}

// TestRenamed: a new name of the paper is on every page.
func TestRenamed(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	get(t, s, "/ru/2021/06/report", 200)
	f.mu.Lock()
	f.paper.Editions[0].Name = "Новое имя"
	f.mu.Unlock()
	reprint(t, s, stet.Event{Kind: stet.Set})
	if n := get(t, s, "/ru/2021/06/report", 200); !strings.Contains(n.one(t, tag("title")).text(), "Новое имя") {
		t.Error("the old name is still there")
	}
}

// TestReprintFails: what cannot be made again at once is dropped, and what is
// known to be touched even if the rest cannot be looked up.
func TestReprintFails(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	get(t, s, "/ru/2026/01/n0", 200)
	e := f.withdraw("/ru/2026/01/n0", "ошибка")
	f.mu.Lock()
	f.down = true
	f.mu.Unlock()
	if _, err := s.Reprint(context.Background(), []stet.Event{e}); err == nil {
		t.Error("no error")
	}
	if res := fetch(s, "/ru/2026/01/n0"); res.StatusCode != 503 {
		t.Errorf("the withdrawn story: %d", res.StatusCode)
	}
	if _, err := s.Reprint(context.Background(), []stet.Event{{Kind: stet.Set}}); err == nil {
		t.Error("no error for a setting")
	}
	f.mu.Lock()
	f.down = false
	f.mu.Unlock()
	reprint(t, s, e)
	if got := latest(t, get(t, s, "/ru/2026/01/n1", 200)); slices.Contains(got, "Новость номер 0") {
		t.Error("a withdrawn story among the news")
	}
}

// TestMidnight: the date changes at the site's midnight without an event.
func TestMidnight(t *testing.T) {
	f := newFake("ru")
	seed(f)
	now := time.Date(2026, 1, 14, 23, 59, 59, 0, baku)
	var mu sync.Mutex
	s, err := New(Options{Library: f, URL: "https://news.example", Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}})
	if err != nil {
		t.Fatal(err)
	}
	today := func() string {
		return get(t, s, "/ru/2021/06/report", 200).one(t, tag("time", "data-block", "today")).text()
	}
	if got := today(); got != "среда, 14 января 2026 г." {
		t.Error(got)
	}
	mu.Lock()
	now = now.Add(time.Second)
	mu.Unlock()
	if got := today(); got != "четверг, 15 января 2026 г." {
		t.Error(got)
	}
	if s.Stats().Laid["article"] != 1 {
		t.Error("the article was made again")
	}
}

// TestWhileReading: editors publish, correct and withdraw while readers read.
// After Reprint returned, nobody sees what was before.
func TestWhileReading(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	s := newSite(t, f)
	stop := make(chan struct{})
	var readers, editors sync.WaitGroup
	paths := []string{"/ru/", "/ru/2021/06/report", "/ru/2026/01/n5", "/ru/politics/", "/ru/latest", "/ru/feed.xml", "/ru/politics/atom.xml", "/ru/feed.json", "/news-sitemap.xml", "/ru/none"}
	for i := range 4 {
		readers.Go(func() {
			for n := i; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				res := fetch(s, paths[n%len(paths)])
				text := body(t, res)
				if res.StatusCode >= 500 {
					t.Errorf("%s: %d", paths[n%len(paths)], res.StatusCode)
				}
				if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
					continue
				}
				var last string
				for _, e := range parse(t, "", text).one(t, tag("section", "data-block", "latest")).all(tag("time")) {
					at := e.attr("datetime")
					if last != "" && at > last {
						t.Errorf("latest news out of order: %s after %s", at, last)
					}
					last = at
				}
			}
		})
	}
	for editor := range 2 {
		editors.Go(func() {
			for n := range 15 {
				path := fmt.Sprintf("/ru/2026/01/e%d-%d", editor, n)
				headline := fmt.Sprintf("Срочно %d-%d.", editor, n)
				at := time.Date(2026, 1, 13, editor, n, 0, 0, baku)
				reprint(t, s, f.publish(draft(path, headline, at)))
				for _, p := range []string{path, path + ".md", path + ".ninjs.json", "/ru/latest", "/ru/politics/", "/ru/latest/2026/01/13", "/ru/feed.xml", "/ru/politics/atom.xml", "/ru/feed.json"} {
					if !strings.Contains(body(t, fetch(s, p)), headline) {
						t.Errorf("%s does not show %s", p, headline)
					}
				}
				reprint(t, s, f.correct(path, "Уточнение "+headline, morning))
				for _, p := range []string{path, path + ".md", path + ".ninjs.json"} {
					if !strings.Contains(body(t, fetch(s, p)), "Уточнение "+headline) {
						t.Errorf("%s does not show its correction", p)
					}
				}
				reprint(t, s, f.withdraw(path, "ошибка"))
				for _, p := range []string{path, path + ".md", path + ".ninjs.json"} {
					if code := fetch(s, p).StatusCode; code != 410 {
						t.Errorf("%s is withdrawn and answers %d", p, code)
					}
				}
				for _, p := range append([]string{"/ru/latest/2026/01/13", "/ru/latest/2026/01", "/sitemap/ru/2026-01.xml"}, paths...) {
					if text := body(t, fetch(s, p)); strings.Contains(text, headline) || strings.Contains(text, path+"<") {
						t.Errorf("%s shows %s, which is withdrawn", p, headline)
					}
				}
			}
		})
	}
	editors.Wait()
	close(stop)
	readers.Wait()
}

// TestBreaking: breaking news stands on all pages of its edition from the moment
// it is set until it is ended or runs out, and nothing else is made for that.
func TestBreaking(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	var clock atomic.Int64 // milliseconds
	tick := func(to time.Time) { clock.Store(to.UnixMilli()) }
	tick(morning)
	s := must(New(Options{Library: f, URL: "https://news.example", Now: func() time.Time { return time.UnixMilli(clock.Load()) }}))
	pages := []string{"/ru/", "/ru/politics/", "/ru/2021/06/report", "/ru/latest", "/ru/topics/", "/ru/pages/about"}
	f.publish(draft("/ru/pages/about", "О редакции", morning))
	shown := func(path string, status int) []*node {
		t.Helper()
		return get(t, s, path, status).all(tag("section", "data-block", "breaking"))
	}
	none := func(when string) {
		t.Helper()
		for _, p := range pages {
			if n := shown(p, 200); len(n) != 0 {
				t.Errorf("%s: %s shows %s", when, p, n[0].text())
			}
		}
	}
	none("before")
	get(t, s, "/en/", 200)
	before := s.Stats()
	if got := reprint(t, s, f.announce(stet.Breaking{Lang: "ru", Text: "Мост <закрыт>", Path: "/ru/2021/06/й", Until: morning.Add(time.Hour)})); !slices.Equal(got, []string{"breaking/ru"}) {
		t.Errorf("touched %q", got)
	}
	for _, p := range pages {
		n := shown(p, 200)
		if len(n) != 1 || n[0].one(t, tag("a")).text() != "Мост <закрыт>" || n[0].one(t, tag("a")).attr("href") != "/ru/2021/06/%D0%B9" {
			t.Errorf("%s shows %v", p, n)
		}
	}
	if len(shown("/ru/nowhere", 404)) != 1 || len(shown("/en/", 200)) != 0 {
		t.Error("it is not on all pages of its edition, or not on these alone")
	}
	// One block was made, the page that is not there, and nothing else.
	made := func(what string, was map[string]uint64, is map[string]uint64, want map[string]uint64) {
		t.Helper()
		for kind, n := range is {
			if n-was[kind] != want[kind] {
				t.Errorf("%s: %d of %s, want %d", what, n-was[kind], kind, want[kind])
			}
		}
	}
	after := s.Stats()
	made("blocks", before.Printed, after.Printed, map[string]uint64{"breaking": 1})
	made("pages", before.Laid, after.Laid, map[string]uint64{"missing": 1})

	// A line that leads nowhere; it runs out by the clock.
	reprint(t, s, f.announce(stet.Breaking{Lang: "ru", Text: "Мост открыт", Until: morning.Add(time.Hour)}))
	tick(morning.Add(time.Hour - time.Millisecond))
	if n := shown("/ru/", 200); len(n) != 1 || len(n[0].all(tag("a"))) != 0 || !strings.Contains(n[0].text(), "Мост открыт") {
		t.Errorf("without an address: %v", n)
	}
	tick(morning.Add(time.Hour))
	none("after its time")

	// It is ended before its time.
	reprint(t, s, f.announce(stet.Breaking{Lang: "ru", Text: "Мост снова закрыт", Until: morning.Add(2 * time.Hour)}))
	if len(shown("/ru/", 200)) != 1 {
		t.Error("the third line is not there")
	}
	f.announce(stet.Breaking{Lang: "ru"})
	reprint(t, s, stet.Event{Kind: stet.Ended, Was: &stet.Place{Lang: "ru", Kind: stet.BreakingKind}})
	none("after its end")
	end := s.Stats()
	made("blocks in all", after.Printed, end.Printed, map[string]uint64{"breaking": 4, "latest": 0})
	made("pages in all", after.Laid, end.Laid, nil)
}
