package desk

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/store/storetest"
)

// TestErase: an administrator takes the words of an old text out of the history;
// nobody else is offered it.
func TestErase(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	chief := n.people["chief editor"].User()
	id := n.write("reporter", "The name of somebody")
	n.change(id, func(a *stet.Article) error { return a.Publish(chief, time.Time{}, n.now) })
	c := a2(n.article(id), "Nobody's name")
	c.Body = body("Clean.")
	n.now = n.now.Add(time.Hour)
	n.change(id, func(a *stet.Article) error { return a.Save(chief, c, n.now) })
	n.change(id, func(a *stet.Article) error { return a.Publish(chief, time.Time{}, n.now) })
	at := frame.ArticlePath(id) + "/erase"
	for who, offered := range map[string]bool{"administrator": true, "chief editor": false, "reporter": false} {
		page := n.do(who, frame.ArticlePath(id)+"/history", nil).Body.String()
		if strings.Contains(page, "/erase?ref=r1") != offered || strings.Contains(page, "/erase?ref=r2") {
			t.Errorf("the %s is offered\n%s", who, page)
		}
	}
	if w := n.do("administrator", at+"?ref=r1", nil); w.Code != 200 || !strings.Contains(w.Body.String(), "The name of somebody") || !strings.Contains(w.Body.String(), `type="checkbox" required`) {
		t.Errorf("the question is %d\n%s", w.Code, w.Body)
	}
	for ref, code := range map[string]int{"": 404, "s1": 404, "r9": 404, "rx": 404, "working": 404} {
		if w := n.do("administrator", at+"?ref="+ref, nil); w.Code != code {
			t.Errorf("for %q the question is %d", ref, w.Code)
		}
		if w := n.do("administrator", at, url.Values{"ref": {ref}, "reason": {"The law."}}); w.Code != code {
			t.Errorf("%q answers %d", ref, w.Code)
		}
	}
	if w := n.do("administrator", at, url.Values{"ref": {"r1"}, "reason": {" "}}); w.Code != 422 || !strings.Contains(w.Body.String(), "say why") {
		t.Errorf("without a reason it answers %d\n%s", w.Code, w.Body)
	}
	if w := n.do("administrator", at, url.Values{"ref": {"r2"}, "reason": {"The law."}}); w.Code != 422 || !strings.Contains(w.Body.String(), "readers see this text") {
		t.Errorf("what readers see: %d\n%s", w.Code, w.Body)
	}
	w := n.do("administrator", at, url.Values{"ref": {"r1"}, "reason": {"A court said so."}})
	if w.Code != 303 || w.Header().Get("Location") != frame.ArticlePath(id)+"/history?did=erase" {
		t.Fatalf("it answers %d %v\n%s", w.Code, w.Header(), w.Body)
	}
	page := n.do("administrator", w.Header().Get("Location"), nil).Body.String()
	for _, want := range []string{"The text is erased.", "The text was erased.", "A court said so.", "erased a published text", "Nobody"} {
		if !strings.Contains(page, want) {
			t.Errorf("the history does not say %q\n%s", want, page)
		}
	}
	for _, where := range []string{"", "/history", "/compare?from=r1", "/compare?from=r2&to=r1", "/preview/page", "/erase?ref=r1"} {
		if w := n.do("administrator", frame.ArticlePath(id)+where, nil); strings.Contains(w.Body.String(), "name of somebody") || w.Code >= 500 {
			t.Errorf("%s answers %d\n%s", where, w.Code, w.Body)
		}
	}
	if w := n.do("administrator", frame.ArticlePath(id)+"/restore", url.Values{"ref": {"r1"}}); w.Code != 404 || !strings.Contains(w.Body.String(), "erased for law or privacy") {
		t.Errorf("restoring answers %d\n%s", w.Code, w.Body)
	}
	if w := n.do("administrator", at, url.Values{"ref": {"r1"}, "reason": {"Again."}}); w.Code != 404 {
		t.Errorf("again it answers %d\n%s", w.Code, w.Body)
	}
}
