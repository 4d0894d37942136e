package desk

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stet"
	"stet/desk/frame"
	"stet/store"
	"stet/store/translation"
)

// translate translates a story by the keyboard alone: from part to part, with a
// word of the glossary, and once more after the original has changed.
func (w *writing) translate(t *testing.T) {
	id := w.bridge("", true)
	editor := w.people["editor"].User()
	if err := w.db.SetEntries(t.Context(), editor, "en", "ru", []translation.Entry{{Term: "One", Translation: "Раз"}}, w.now); err != nil {
		t.Fatal(err)
	}
	draft, err := w.newsroom.article(id).Translation(editor, "ru")
	if err != nil {
		t.Fatal(err)
	}
	w.article = stet.ArticleID(store.NewID())
	w.change(w.article, func(a *stet.Article) error { return a.Create(editor, draft, w.now) })
	visit := func() {
		t.Helper()
		if err := chromedp.Do(w.ctx, chromedp.Navigate(w.url+frame.ArticlePath(w.article)+"/beside")); err != nil {
			t.Fatal(err)
		}
		w.until(`document.querySelector("[data-edit][data-ready]")`)
		w.until(`document.querySelector("[data-edit]").dataset.recovery === "done"`)
	}
	left := func(n string) {
		t.Helper()
		w.until(`document.querySelector("[data-left]").textContent === "` + n + `"`)
	}
	visit()
	left("Parts that are open: 4")
	ask[bool](w, `document.querySelector("#headline").focus(), true`)
	w.text("Мост")
	w.press("F8")
	w.press("F2")
	w.until(`document.activeElement.matches("[data-unit=a] [data-term]")`)
	w.press("Enter")
	w.until(`document.activeElement.id === "body"`)
	w.text(" два.")
	w.press("F8") // the picture has no words: its button
	w.until(`document.activeElement.matches("[data-unit=i] button")`)
	w.press("F9") // it is left without
	w.until(`document.activeElement.id === "body"`)
	w.text("Три.")
	left("Every part is translated")
	w.wants(`[{"type":"paragraph","content":[{"type":"text","text":"Раз два."}]},{"type":"picture","attrs":{"url":"https://example.org/p.jpg"}},{"type":"paragraph","content":[{"type":"text","text":"Три."}]}]`)
	w.until(`fetch(location.pathname.replace("beside", "original")).then(r => r.json()).then(b => b.units.every(u => u.state === "fresh"))`)

	w.change(id, func(a *stet.Article) error {
		c := a.Latest().Content
		c.Body = parse(t, paragraph("a", "One and a half.")+","+paragraph("b", "Two.")+","+paragraph("c", "Three."))
		if err := a.Save(editor, c, w.now); err != nil {
			return err
		}
		return a.Correct(w.people["chief editor"].User(), "It was more.", w.now)
	})
	visit()
	left("Parts that are open: 3") // changed, new, gone
	w.until(`document.querySelector("[data-unit=a] ins").textContent.includes("and a half")`)
	w.body() // in the last block, which is the new one
	w.text("Четыре.")
	w.press("F8")
	w.press("F9") // the picture that is gone is kept
	left("Parts that are open: 1")
	w.press("F8")
	w.press("End")
	w.text(" С половиной.")
	w.press("F9")
	left("Every part is translated")
	w.saved()
	if got := w.stored(); !strings.Contains(got, "Раз два. С половиной.") || !strings.Contains(got, "Четыре.") {
		t.Errorf("the text is %s", got)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		open, err := w.db.Overtaken(t.Context(), []stet.ArticleID{w.article})
		if err != nil {
			t.Fatal(err)
		}
		if len(open) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatal("the task is still open")
		}
	}
}
