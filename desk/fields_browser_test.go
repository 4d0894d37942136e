package desk

import (
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/page"

	"stet"
	"stet/desk/frame"
	"stet/store/storetest"
)

// beforeTheScript: on a slow line one writes before the script is there, and
// it is kept.
func (w *writing) beforeTheScript() {
	w.t.Helper()
	late := make(chan struct{})
	w.late.Store(&late)
	w.draft("Bridge", "<p>Old</p>")
	if _, err := call(w.ctx, page.Navigate, page.NavigateParams{URL: w.url + frame.ArticlePath(w.article)}); err != nil {
		w.t.Fatal(err)
	}
	w.until(`document.querySelector("[data-field=kicker]")`)
	ask[bool](w, `document.getElementById("headline").focus(), document.getElementById("headline").setSelectionRange(0, 0), true`)
	w.keys("The ")
	ask[bool](w, `document.getElementById("kicker").focus(), true`)
	w.keys("Trans")
	if ask[bool](w, `"ready" in document.querySelector("[data-edit]").dataset`) {
		w.t.Fatal("the script was there before")
	}
	w.late.Store(nil)
	close(late)
	w.until(`document.querySelector("[data-edit][data-ready]")`)
	w.keys("port")
	w.saved()
	a, err := w.db.Article(w.t.Context(), w.article)
	if err != nil {
		w.t.Fatal(err)
	}
	if c := a.Latest(); c.Headline != "The Bridge" || c.Kicker != "Transport" {
		w.t.Errorf("the headline is %q, the kicker %q", c.Headline, c.Kicker)
	}
}

// TestFieldsAndLanguage: fields, chosen topics and bylines, and the typography of
// the language that was chosen.
func TestFieldsAndLanguage(t *testing.T) {
	w := write(t)
	w.beforeTheScript()
	if _, err := w.db.SaveTerms(t.Context(), storetest.Editor, []stet.Term{
		{Kind: stet.TopicTerm, Key: "bridge", Names: map[stet.Lang]stet.TermName{"ru": {Name: "Новый мост"}}},
		{Kind: stet.SectionTerm, Key: "city", Names: map[stet.Lang]stet.TermName{"ru": {Name: "Город"}}},
	}, w.now); err != nil {
		t.Fatal(err)
	}
	w.begin("", "")
	ask[bool](w, `document.querySelector("#language").value = "ru", document.querySelector("#language").dispatchEvent(new Event("change"))`)
	w.until(`document.querySelector("#body")?.lang === "ru" && document.querySelector("[data-edit][data-ready]")`)
	focus := func(id string) { ask[bool](w, `document.getElementById(`+fmt.Sprintf("%q", id)+`).focus(), true`) }
	focus("headline")
	w.keys("Мост открыт")
	focus("topics")
	w.keys("мос")
	w.until(`document.querySelector("#topics-options li")?.textContent === "Новый мост"`)
	w.press("ArrowDown")
	w.press("Enter")
	focus("bylines")
	w.keys("Иван Петров")
	w.press("Enter")
	w.until(`document.querySelector("[data-tokens=bylines] [data-key=ivan-petrov]")`)
	ask[bool](w, `document.querySelector("#section").value = "city", document.querySelector("#section").dispatchEvent(new Event("change"))`)
	ask[bool](w, `document.querySelector("details:has([data-field=slug])").open = true`)
	focus("source.url")
	w.keys("https://example.org/release")
	focus("slug")
	w.keys("Не слаг")
	w.until(`document.querySelector("[data-fault=slug]").textContent`)
	w.body()
	w.keys("Он сказал: \"Это 'мост'\" - в городе... и")
	w.press("Backspace") // only a letter
	w.keys("\n\"")
	w.press("Backspace") // the straight sign again
	w.keys("x")
	w.saved()
	a, err := w.db.Article(t.Context(), w.article)
	if err != nil {
		t.Fatal(err)
	}
	c := a.Latest()
	if a.Lang != "ru" || c.Headline != "Мост открыт" || len(c.Topics) != 1 || c.Topics[0] != "bridge" || c.Section != "city" ||
		len(c.Bylines) != 1 || c.Bylines[0] != (stet.Byline{Key: "ivan-petrov", Name: "Иван Петров"}) || c.Source == nil || c.Source.Name != "example.org" || c.Slug != "" {
		t.Errorf("the fields are %+v", c.Content)
	}
	if got, want := c.Body.Text(), "Он сказал: «Это „мост“»\u00a0— в\u00a0городе… \n\n\"x"; got != want {
		t.Errorf("the text is %q, want %q", got, want)
	}
	w.quiet()
}
