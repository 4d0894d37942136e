//go:build !race

package main

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// players shows the embeds of a story, one by a click and one by the keyboard, on
// a phone and on a desk: nothing of another host is asked for before, what comes
// then stands in a sandbox, and the link stays under it.
func (n *sample) players(t *testing.T) {
	ctx := openBrowser(t, 5*time.Minute)
	var mu sync.Mutex
	var said []string
	err := chromedp.Listen(ctx, func(ev any) {
		mu.Lock()
		defer mu.Unlock()
		switch ev := ev.(type) {
		case *log.EventEntryAdded:
			if !strings.Contains(ev.Entry.Text, "net::ERR_") { // no other host is within reach of a test
				said = append(said, ev.Entry.Text)
			}
		case *runtime.EventExceptionThrown:
			said = append(said, ev.ExceptionDetails.Text)
		}
	})
	if err == nil {
		_, err = call(ctx, log.Enable, cdp.Empty{})
	}
	if err != nil {
		t.Fatal(err)
	}
	type player struct {
		Src, Sandbox, Referrer, Allow, Title, Under string
		Focused                                     bool
		Width, Height, Column                       float64
	}
	shown := func(t *testing.T) (got []player) {
		t.Helper()
		out := ask[string](t, ctx, `JSON.stringify([...document.querySelectorAll("iframe")].map(f => ({
			src: f.src, sandbox: f.getAttribute("sandbox"), referrer: f.referrerPolicy, allow: f.allow, title: f.title,
			under: f.nextElementSibling?.href ?? "", focused: document.activeElement === f,
			width: f.offsetWidth, height: f.offsetHeight, column: f.parentNode.clientWidth - 2 * parseFloat(getComputedStyle(f.parentNode).paddingInlineStart)})))`)
		if err := json.Unmarshal([]byte(out), &got); err != nil {
			t.Fatal(err)
		}
		return got
	}
	const first, second = `a[href*="youtu.be"]`, `a[href*="open.spotify.com"]`
	for i, l := range n.among("ru", "ar") {
		look(t, ctx, views[3*i])
		n.visit(t, ctx, "/"+string(l)+"/2020/02/whole")
		if got := shown(t); len(got) > 0 {
			t.Fatalf("%s: frames before anybody asked: %+v", l, got)
		}
		if held := ask[bool](t, ctx, `new Promise(done => {
			addEventListener("click", e => { done(e.defaultPrevented); e.preventDefault(); }, {once: true});
			document.querySelector('`+first+`').dispatchEvent(new MouseEvent("click", {bubbles: true, cancelable: true, ctrlKey: true}));
		})`); held || len(shown(t)) > 0 {
			t.Errorf("%s: a click that asks for a new tab is no link's", l)
		}
		headline := ask[string](t, ctx, `document.querySelector('`+first+`').scrollIntoView({block: "center", behavior: "instant"}),
			document.querySelector("h1").textContent`)
		if err := chromedp.Do(ctx, chromedp.Click(first)); err != nil {
			t.Fatal(err)
		}
		got := shown(t)
		if len(got) != 1 {
			t.Fatalf("%s: a click shows %+v", l, got)
		}
		want := player{Src: "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?start=60", Sandbox: "allow-scripts allow-same-origin allow-presentation",
			Referrer: "strict-origin", Allow: "fullscreen", Title: headline, Under: "https://youtu.be/dQw4w9WgXcQ?t=60", Focused: true,
			Width: got[0].Column, Height: got[0].Height, Column: got[0].Column}
		if wide := got[0].Width / got[0].Height; got[0] != want || wide < 1.7 || wide > 1.85 {
			t.Errorf("%s: a click shows %+v, want %+v", l, got[0], want)
		}
		ask[bool](t, ctx, `document.querySelector('`+second+`').focus(), true`)
		if err := chromedp.Do(ctx, chromedp.KeyEvent("\r")); err != nil {
			t.Fatal(err)
		}
		if got = shown(t); len(got) != 2 || got[1].Src != "https://open.spotify.com/embed/show/0123456789" || got[1].Referrer != "no-referrer" ||
			!got[1].Focused || got[1].Title == "" || got[1].Height > 200 {
			t.Errorf("%s: the enter key shows %+v", l, got)
		}
		if wide := ask[bool](t, ctx, `document.documentElement.scrollWidth > innerWidth`); wide {
			t.Errorf("%s: the page with players is wider than the window", l)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for _, s := range said {
		t.Errorf("the console says %s", s)
	}
}
