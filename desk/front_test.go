package desk

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"stet"
)

// live publishes a story and returns its id; later ones are newer.
func (n *newsroom) live(headline string) stet.ArticleID {
	n.t.Helper()
	id := n.write("reporter", headline)
	n.now = n.now.Add(time.Minute)
	n.change(id, func(a *stet.Article) error {
		return a.Publish(n.people["chief editor"].User(), time.Time{}, n.now)
	})
	return id
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="((?:lang|section|base|seen|pin[0-9]+))" value="([^"]*)">`)

// arrangement is what the form of a front would send.
func arrangement(page string, more ...string) url.Values {
	form, _, _ := strings.Cut(page[strings.Index(page, `id="arrangement"`):], "</form>")
	out := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(form, -1) {
		out.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`name="(until[0-9]+)" value="([^"]*)"`).FindAllStringSubmatch(form, -1) {
		out.Set(m[1], m[2])
	}
	for i := 0; i+1 < len(more); i += 2 {
		out.Set(more[i], more[i+1])
	}
	return out
}

// onFront are the ids pinned on the front that readers have.
func (n *newsroom) onFront(section string) string {
	n.t.Helper()
	f, err := n.db.Front(n.t.Context(), "en", section)
	if err != nil {
		n.t.Fatal(err)
	}
	var out []string
	for i, p := range f.Pins {
		if p.Story != "" {
			out = append(out, fmt.Sprintf("%d=%s", i+1, n.article(p.Story).Latest().Headline))
		}
	}
	return strings.Join(out, " ")
}

// TestRunTheFront: an editor arranges, looks, makes it live and takes it back,
// while another does the same.
func TestRunTheFront(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		for _, h := range []string{"Alpha", "Beta", "Gamma", "Delta"} {
			n.live(h)
		}
		delta := string(n.live("Echo"))
		const at = "/desk/front"
		page := n.do("editor", at, nil).Body.String()
		has(t, page, ">Front page<", ">Lead<", ">Beside the lead<", "every slot is automatic", `value="find 16"`)
		if strings.Index(page, ">Echo<") > strings.Index(page, ">Delta<") {
			t.Error("the newest does not lead")
		}

		// Nothing is live before it is made live.
		up := n.do("editor", at, arrangement(page, "do", "up 3")).Body.String()
		has(t, up, "Not live yet", "The story stands in slot 2.", `name="pin2"`)
		if got := n.onFront(""); got != "" {
			t.Errorf("readers have %q", got)
		}
		form := arrangement(up, "do", "live", "until2", "2026-01-14T14:00")
		preview := n.do("editor", at+"/preview?"+arrangement(up).Encode(), nil)
		has(t, preview.Body.String(), "en  2="+form.Get("pin2"))
		if csp := preview.Header().Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox;") {
			t.Errorf("the preview may do %q", csp)
		}
		if w := n.do("editor", at, arrangement(up, "do", "live", "until2", "2020-01-14T14:00")); w.Code != 422 {
			t.Errorf("a pin of the past answers %d", w.Code)
		} else {
			has(t, w.Body.String(), "the end of the pin is past")
		}
		w := n.do("editor", at, form)
		if w.Code != 303 || w.Header().Get("Location") != "/desk/front?did=front_live&lang=en" {
			t.Fatalf("it answers %d, %s\n%s", w.Code, w.Header().Get("Location"), w.Body)
		}
		if got := n.onFront(""); got != "2=Gamma" {
			t.Errorf("readers have %q", got)
		}

		// Another editor, who has the page from before, finds both together.
		chief := n.do("chief editor", at, arrangement(page, "do", "pin 1")).Body.String()
		has(t, chief, "The editor changed the front meanwhile", `name="pin1"`, `name="pin2"`)
		// One who decided about the same slot has to choose.
		clash := n.do("administrator", at, arrangement(page, "pin2", delta, "do", "live"))
		if clash.Code != 409 {
			t.Fatalf("a clash answers %d", clash.Code)
		}
		has(t, clash.Body.String(), "Somebody else decided", `name="clash2" value="mine"`, "Echo", "Gamma")
		taken := n.do("administrator", at, arrangement(clash.Body.String(), "clash2", "mine", "do", "show")).Body.String()
		lacks(t, taken, "Somebody else decided")
		if w := n.do("administrator", at, arrangement(taken, "do", "live")); w.Code != 303 || n.onFront("") != "2=Echo" {
			t.Errorf("it answers %d, and readers have %q", w.Code, n.onFront(""))
		}
		page = n.do("editor", at, nil).Body.String()
		has(t, page, "Slot 2: Echo", "Slot 2: Gamma", "The administrator", "Undo change 2")

		// One change is taken back; the other cannot be any more.
		if w := n.do("editor", at+"/undo", url.Values{"lang": {"en"}, "number": {"1"}}); w.Code != 422 || n.onFront("") != "2=Echo" {
			t.Errorf("undoing what was decided again answers %d", w.Code)
		}
		if w := n.do("editor", at+"/undo", url.Values{"lang": {"en"}, "number": {"2"}}); w.Code != 303 || n.onFront("") != "2=Gamma" {
			t.Errorf("undoing answers %d: %q", w.Code, n.onFront(""))
		}

		// A story is found by its headline, for the front of a section too.
		section := n.do("editor", at+"?lang=en&section=city", nil).Body.String()
		looked := n.do("editor", at, arrangement(section, "do", "find 2", "q", "alp")).Body.String()
		m := regexp.MustCompile(`value="(put 2 [^"]*)"`).FindAllStringSubmatch(looked, -1)
		if len(m) != 1 {
			t.Fatalf("found %q", m)
		}
		put := n.do("editor", at, arrangement(looked, "do", m[0][1])).Body.String()
		if w := n.do("editor", at, arrangement(put, "do", "live")); w.Code != 303 || n.onFront("city") != "2=Alpha" || n.onFront("") != "2=Gamma" {
			t.Errorf("it answers %d, and readers have %q", w.Code, n.onFront("city"))
		}

		// Who else is here.
		n.do("chief editor", at+"/here", url.Values{"tab": {"a"}, "lang": {"en"}})
		has(t, n.do("editor", at+"/here", url.Values{"tab": {"b"}, "lang": {"en"}}).Body.String(), "Also here: The chief editor", `"number":3`)
		has(t, n.do("reporter", at, nil).Body.String(), "You may look at this front")
		lacks(t, n.do("reporter", at, nil).Body.String(), ">Make it live<", ">Undo<")
	})
}

// TestBreakingAtTheDesk: one line, in the languages it was written in.
func TestBreakingAtTheDesk(t *testing.T) {
	each(t, func(t *testing.T, n *newsroom) {
		id := n.live("Bridge closed")
		const at = "/desk/breaking"
		has(t, n.do("editor", at, nil).Body.String(), ">Breaking<", ">Nothing<", `name="text.ru"`)
		line := func(l stet.Lang) string {
			b, err := n.db.Public().Breaking(t.Context(), l)
			if err != nil {
				t.Fatal(err)
			}
			if !b.On(n.now) {
				return ""
			}
			return b.Text + "|" + string(b.Path) + "|" + b.Until.Sub(n.now).String()
		}
		linked := n.do("editor", at, url.Values{"do": {"link " + string(id)}, "text.en": {"Bridge <closed>"}}).Body.String()
		path := string(n.article(id).Path)
		has(t, linked, `name="url.en" value="`+path+`"`, "Bridge &lt;closed&gt;")
		has(t, n.do("editor", at, url.Values{"do": {"find"}, "q": {"bridge"}}).Body.String(), "link "+string(id))
		for _, c := range []struct {
			form url.Values
			want string
		}{
			{url.Values{"lasts": {"60"}}, "Write a line for at least one language"},
			{url.Values{"lasts": {"61"}, "text.en": {"a"}}, "not a date"},
			{url.Values{"lasts": {"60"}, "text.en": {"a"}, "url.en": {"https://elsewhere.example/"}}, "is no address of this site"},
			{url.Values{"lasts": {"60"}, "until": {"2020-01-01T00:00"}, "text.en": {"a"}}, "is past"},
			{url.Values{"lasts": {"60"}, "text.en": {"a"}, "text.ru": {strings.Repeat("я", 201)}}, "one line has at most 200"},
		} {
			c.form.Set("do", "set")
			w := n.do("editor", at, c.form)
			if w.Code != 422 || line("en") != "" {
				t.Errorf("%v answers %d", c.form, w.Code)
			}
			if !strings.Contains(c.want, "date") {
				has(t, w.Body.String(), c.want)
			}
		}
		w := n.do("editor", at, url.Values{"do": {"set"}, "lasts": {"30"}, "text.en": {"Bridge closed"}, "url.en": {"https://example.org" + path}, "text.ru": {"Мост закрыт"}})
		if w.Code != 303 || line("en") != "Bridge closed|"+path+"|30m0s" || line("ru") != "Мост закрыт||30m0s" {
			t.Errorf("it answers %d: %q, %q", w.Code, line("en"), line("ru"))
		}
		has(t, n.do("editor", at, nil).Body.String(), "Мост закрыт", "End it now: Русский")
		if w := n.do("editor", at+"/end", url.Values{"lang": {"ru"}}); w.Code != 303 || line("ru") != "" || line("en") == "" {
			t.Errorf("ending it answers %d", w.Code)
		}
		n.now = n.now.Add(30 * time.Minute)
		lacks(t, n.do("editor", at, nil).Body.String(), "End it now")
	})
}
