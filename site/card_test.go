package site

import (
	"bytes"
	"fmt"
	"image/png"
	"net/http"
	"strings"
	"sync"
	"testing"

	"stet"
	"stet/site/card"
)

// socialOf is the picture that a page names for others, without the site.
func socialOf(t *testing.T, s *Site, path string) string {
	t.Helper()
	got := metas(get(t, s, path, 200), "og:image")
	if len(got) != 1 {
		t.Fatalf("%s: og:image %q", path, got)
	}
	return strings.TrimPrefix(got[0], "https://news.example")
}

// TestCard: a story without a picture names a card of its headline, which follows
// the headline, and goes where the story goes.
func TestCard(t *testing.T) {
	f := newFake("ru", "en", "ar")
	seed(f)
	f.publish(draft("/ru/2026/01/card", "Заголовок", morning))
	s := newSite(t, f)
	at := socialOf(t, s, "/ru/2026/01/card")
	if !strings.HasPrefix(at, "/ru/2026/01/card.card.png?") {
		t.Fatal(at)
	}
	res := fetch(s, at, "Accept-Encoding", "gzip")
	drawn := body(t, res)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "image/png" || res.Header.Get("Content-Encoding") != "" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%d %v", res.StatusCode, res.Header)
	}
	m, err := png.Decode(strings.NewReader(drawn))
	if err != nil || m.Bounds().Dx() != card.Width || m.Bounds().Dy() != card.Height {
		t.Fatalf("%v", err)
	}
	if without := body(t, fetch(s, "/ru/2026/01/card.card.png")); without != drawn {
		t.Error("what follows the question mark changes the card")
	}
	reprint(t, s, f.change("/ru/2026/01/card", stet.Updated, func(t *told) { t.Headline = "Другой заголовок" }))
	if now := socialOf(t, s, "/ru/2026/01/card"); now == at {
		t.Error("a new headline has the address of the old")
	} else if body(t, fetch(s, now)) == drawn {
		t.Error("a new headline has the card of the old")
	}
	f.mu.Lock()
	f.moved["/ru/2026/01/before"] = "/ru/2026/01/card"
	f.mu.Unlock()
	reprint(t, s, f.withdraw("/ru/2026/01/card", "ошибка"))
	if res := fetch(s, at); res.StatusCode != http.StatusGone {
		t.Errorf("the card of what was withdrawn: %d", res.StatusCode)
	}
}

// TestCardsOneByOne: whoever asks for many cards at once keeps one core busy, and
// readers' pages do not wait for them.
func TestCardsOneByOne(t *testing.T) {
	f := newFake("ru")
	seed(f)
	for i := range 5 {
		f.publish(draft(fmt.Sprintf("/ru/2026/01/c%d", i), fmt.Sprint("Заголовок ", i), morning))
	}
	s := newSite(t, f)
	s.drawing <- struct{}{} // somebody draws
	var asked sync.WaitGroup
	cards := make([][]byte, 5)
	for i := range cards {
		asked.Go(func() { cards[i] = []byte(body(t, fetch(s, fmt.Sprintf("/ru/2026/01/c%d.card.png", i)))) })
	}
	get(t, s, "/ru/2026/01/c1", 200)
	get(t, s, "/ru/", 200)
	<-s.drawing
	asked.Wait()
	for i, c := range cards {
		if !bytes.HasPrefix(c, []byte("\x89PNG")) || i > 0 && bytes.Equal(c, cards[0]) {
			t.Errorf("card %d", i)
		}
	}
}
