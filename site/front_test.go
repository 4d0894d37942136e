package site

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"stet"
)

// headlines are those of the stories that a page shows one by one.
func headlines(t testing.TB, s *Site, path string) (out []string) {
	t.Helper()
	for _, n := range get(t, s, path, 200).one(t, tag("main")).all(tag("h2")) {
		out = append(out, n.text())
	}
	return out
}

// TestFront: what editors pinned stands in its slot, everything else follows the
// clock, and a change makes the one front anew that it is about.
func TestFront(t *testing.T) {
	f := newFake("ru", "en")
	var clock atomic.Int64 // milliseconds
	tick := func(to time.Time) { clock.Store(to.UnixMilli()) }
	tick(morning)
	for i := range 40 {
		f.publish(draft(fmt.Sprintf("/ru/2026/01/n%d", i), fmt.Sprintf("Новость %d", i), morning.Add(time.Duration(i-60)*time.Minute)))
	}
	f.publish(draft("/en/2026/01/n", "News", morning.Add(-time.Hour)))
	s := must(New(Options{Library: f, URL: "https://news.example", Now: func() time.Time { return time.UnixMilli(clock.Load()) }}))
	id := func(n int) stet.ArticleID { return f.at(stet.Path(fmt.Sprintf("/ru/2026/01/n%d", n))).ID }
	order := func(path string, n int) []string {
		t.Helper()
		got := headlines(t, s, path)
		return got[:min(n, len(got))]
	}
	expect := func(what, path string, want ...string) {
		t.Helper()
		for i := range want {
			want[i] = "Новость " + want[i]
		}
		if got := order(path, len(want)); !slices.Equal(got, want) {
			t.Errorf("%s: %s shows %q, want %q", what, path, got, want)
		}
	}
	others := []string{"/en/", "/ru/2026/01/n7", "/ru/latest", "/ru/topics/", "/ru/2026/01/n3", "/ru/feed.xml", "/ru/politics/feed.xml"}
	warm := func() {
		for _, p := range append([]string{"/ru/", "/ru/politics/"}, others...) {
			fetch(s, p).Body.Close()
		}
	}
	warm()
	expect("automatic", "/ru/", "39", "38", "37", "36", "35", "34", "33", "32")
	expect("automatic", "/ru/politics/", "39", "38", "37")

	// What is made for a change, by the press's own count.
	counted := func(what string, e stet.Event, touched, block, page string) {
		t.Helper()
		warm()
		before := s.Stats()
		if got := reprint(t, s, e); !slices.Equal(got, []string{touched}) {
			t.Errorf("%s touched %q, want %q", what, got, touched)
		}
		warm()
		after := s.Stats()
		for kind, n := range after.Printed {
			if made := n - before.Printed[kind]; made != 0 && kind != block || kind == block && made != 1 {
				t.Errorf("%s printed %d of %s", what, made, kind)
			}
		}
		for kind, n := range after.Laid {
			if made := n - before.Laid[kind]; made != 0 && kind != page || kind == page && made != 1 {
				t.Errorf("%s laid %d of %s", what, made, kind)
			}
		}
	}
	counted("a pin", f.pin("ru", "", stet.Pin{Story: id(5), Until: morning.Add(time.Hour)}, stet.Pin{}, stet.Pin{Story: id(38)}), "/ru/", "front", "")
	expect("pinned", "/ru/", "5", "39", "38", "37", "36", "35", "34", "33")
	expect("of the edition alone", "/ru/politics/", "39", "38", "37")
	counted("a pin of a section", f.pin("ru", "politics", stet.Pin{}, stet.Pin{Story: id(2)}), "/ru/politics/", "", "list")
	expect("pinned", "/ru/politics/", "39", "2", "38", "37")
	expect("pinned", "/ru/", "5", "39", "38")
	if got := order("/ru/politics/", 100); len(got) != listLength || slices.Contains(got[2:], "Новость 2") || got[listLength-1] != "Новость 11" {
		t.Errorf("the list has %q", got)
	}

	// Latest news follows the clock alone.
	if got := latest(t, get(t, s, "/ru/", 200)); got[0] != "Новость 39" || got[9] != "Новость 30" {
		t.Errorf("the latest are %q", got)
	}

	// What is withdrawn leaves its slot, and what is corrected shows it there.
	reprint(t, s, f.withdraw("/ru/2026/01/n38", "ошибка"))
	expect("withdrawn", "/ru/", "5", "39", "37", "36")
	reprint(t, s, f.change("/ru/2026/01/n5", stet.Updated, func(t *told) { t.Headline = "Новость пять" }))
	expect("another headline", "/ru/", "пять", "39", "37")
	reprint(t, s, f.change("/ru/2026/01/n2", stet.Updated, func(t *told) { t.Section = "economy" }))
	expect("in another section", "/ru/politics/", "39", "37", "36")

	// The pin runs out by the clock, whether or not anybody says so.
	tick(morning.Add(time.Hour - time.Millisecond))
	expect("before its end", "/ru/", "пять", "39")
	tick(morning.Add(time.Hour))
	expect("at its end", "/ru/", "39", "37")

	// A preview shows what would be, and nobody else sees it.
	warm()
	before := s.Stats().Press
	for _, c := range []struct{ section, want string }{{"", "Новость 8"}, {"politics", "Новость 8"}} {
		page, err := s.PreviewFront(context.Background(), "ru", c.section, stet.Pins{{Story: id(8)}, {Story: "no such"}, {Story: id(38)}})
		if err != nil {
			t.Fatal(err)
		}
		n := parse(t, "preview of "+c.section, string(page))
		first := n.one(t, tag("main")).all(tag("h2"))[0].text()
		if first != c.want || !strings.Contains(string(page), "noindex") {
			t.Errorf("the preview of %q begins with %q", c.section, first)
		}
	}
	if after := s.Stats().Press; after != before {
		t.Errorf("the press heard of a preview: %+v, was %+v", after, before)
	}
	expect("after a preview", "/ru/", "39", "37")
	for _, c := range []struct {
		l       stet.Lang
		section string
	}{{"az", ""}, {"ru", "sport"}} {
		if _, err := s.PreviewFront(context.Background(), c.l, c.section, nil); !stet.Is(err, stet.NotFound) {
			t.Errorf("a front that is not there: %v", err)
		}
	}
}

// TestFrontOfBigArchive: with 100,000 articles, a change of the front makes one
// block, and so does breaking news.
func TestFrontOfBigArchive(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	f := newFake("ru")
	const n = 100_000
	for i := range n {
		st := draft(fmt.Sprintf("/ru/2026/01/n%d", i), fmt.Sprintf("Новость %d", i), morning.Add(time.Duration(i-n)*time.Minute))
		f.stories = append(f.stories, &told{Story: st, order: int64(i)})
	}
	s := must(New(Options{Library: f, URL: "https://news.example", Now: func() time.Time { return morning }}))
	paths := []string{"/ru/", "/ru/politics/", "/ru/latest", "/ru/feed.xml"}
	for i := range 20 {
		paths = append(paths, fmt.Sprintf("/ru/2026/01/n%d", i*n/20))
	}
	warm := func() {
		for _, p := range paths {
			fetch(s, p).Body.Close()
		}
	}
	warm()
	for _, c := range []struct {
		block string
		event stet.Event
	}{
		{"front", f.pin("ru", "", stet.Pin{Story: "/ru/2026/01/n7"})},
		{"breaking", f.announce(stet.Breaking{Lang: "ru", Text: "Мост закрыт", Until: morning.Add(time.Hour)})},
	} {
		before := s.Stats()
		reprint(t, s, c.event)
		warm()
		after := s.Stats()
		for kind := range after.Printed {
			if made := after.Printed[kind] - before.Printed[kind]; made != 0 && kind != c.block || kind == c.block && made != 1 {
				t.Errorf("%s: printed %d of %s", c.block, made, kind)
			}
		}
		for kind := range after.Laid {
			if made := after.Laid[kind] - before.Laid[kind]; made != 0 {
				t.Errorf("%s: laid %d of %s", c.block, made, kind)
			}
		}
	}
	if got := headlines(t, s, "/ru/"); got[0] != "Новость 7" || len(get(t, s, "/ru/2026/01/n0", 200).all(tag("section", "data-block", "breaking"))) != 1 {
		t.Errorf("the front leads with %q", got[0])
	}
}
