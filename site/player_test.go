package site

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"stet"
	"stet/prose"
	"stet/site/theme"
)

// filmed is a text with an embed of that address.
func filmed(t *testing.T, address string) *prose.Doc {
	t.Helper()
	d, err := prose.Parse([]byte(`{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"Смотрите."}]},{"type":"embed","attrs":{"url":"` + address + `"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestPlayer: a story with an embed that can be shown has the script that shows
// it and may load it into a frame; no other page has either.
func TestPlayer(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	s := newSite(t, f)
	story := func(path, address string) stet.Story {
		st := draft(path, "Фильм", morning)
		st.Body, st.Original = filmed(t, address), st.Path
		return st
	}
	const film = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"
	paid := story("/ru/2026/01/paid", film)
	paid.Access = "subscribers"
	for _, st := range []stet.Story{story("/ru/2026/01/film", film), story("/ru/pages/film", film), story("/ru/2026/01/other", "https://video.example/1"), paid} {
		reprint(t, s, f.publish(st))
	}
	frames := func(path string) string {
		_, rest, _ := strings.Cut(fetch(s, path).Header.Get("Content-Security-Policy"), "frame-src ")
		hosts, _, _ := strings.Cut(rest, ";")
		return hosts
	}
	allowed := strings.Join(prose.PlayerHosts(), " ")
	for path, plays := range map[string]bool{
		"/ru/2026/01/film": true, "/ru/pages/film": true,
		"/ru/": false, "/ru/2026/01/other": false, "/ru/2026/01/paid": false, "/ru/latest": false, "/ru/2026/01/film.md": false,
	} {
		want := "'none'"
		if plays {
			want = allowed
		}
		if got := frames(path); got != want {
			t.Errorf("%s: frame-src %s, want %s", path, got, want)
		}
		page := body(t, fetch(s, path))
		if strings.Contains(page, `<script src="`+theme.Script+`" defer></script>`) != plays || strings.Contains(page, "data-player=") != plays {
			t.Errorf("%s plays: %v\n%s", path, !plays, page)
		}
	}
	n := get(t, s, "/ru/2026/01/film", 200).one(t, tag("article")).one(t, tag("p", "class", "embed"))
	link := n.one(t, tag("a", "href", film))
	if link.attr("data-player") != "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ" || link.attr("data-referrer") != "strict-origin" ||
		link.text() != "Материал с сайта youtube-nocookie.com" {
		t.Errorf("the link is %v, %q", link.Attr, link.text())
	}
	if note := n.one(t, tag("small")).text(); note != "Если показать материал, сайт youtube-nocookie.com может узнать о вашем посещении." {
		t.Errorf("readers are told %q", note)
	}
	res := fetch(s, theme.Script)
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "text/javascript; charset=utf-8" || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("the script is answered with %d %v", res.StatusCode, res.Header)
	}
	if feed := body(t, fetch(s, "/ru/feed.xml")); strings.Contains(feed, "data-player") {
		t.Error("a feed names players, and who reads it has no script of ours")
	}

	// The desk shows it before, without script.
	st := story("/ru/2026/01/ahead", film)
	ahead, err := s.Preview(context.Background(), &st)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(ahead), theme.Script) {
		t.Error("a preview has a script")
	}

	// Once the film is gone from the text, so is all of this.
	reprint(t, s, f.change("/ru/2026/01/film", stet.Updated, func(t *told) { t.Body = prose.FromText("Нечего смотреть.") }))
	if got := frames("/ru/2026/01/film"); got != "'none'" || strings.Contains(body(t, fetch(s, "/ru/2026/01/film")), "<script src") {
		t.Errorf("without the film: frame-src %s", got)
	}
}
