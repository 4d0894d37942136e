//go:build !race

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	browserpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// breaches are texts that would run a script, or turn a page into another, where
// something writes them as markup. What runs calls breach(name).
var breaches = []string{
	`<script>breach(name)</script>`,
	`"><script>breach(name)</script>`,
	`'"--></title></style></textarea></script><script>breach(name)</script>`,
	`</script><script>breach(name)//`,
	`<!--<script>--><script>breach(name)</script>`,
	`<img src=x onerror=breach(name)>`,
	`"><img src=x onerror="breach(name)">`,
	`' onfocus=breach(name) autofocus x='`,
	`" onmouseover="breach(name)" style="position:fixed;inset:0" x="`,
	`<svg onload=breach(name)>`,
	`<svg><script>breach&lpar;name&rpar;</script>`,
	`<svg><animate onbegin=breach(name) attributeName=x dur=1s>`,
	`<svg><style><img src=x onerror=breach(name)></style>`,
	`<math><mtext></p><style><img src=x onerror=breach(name)></style></mtext></math>`,
	`<math><mi xlink:href="javascript:breach(name)">x</mi></math>`,
	`<noscript><p title="</noscript><img src=x onerror=breach(name)>">`,
	`<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=breach(name)>`,
	`<template><img src=x onerror=breach(name)></template>`,
	`<div><template shadowrootmode=open><img src=x onerror=breach(name)></template></div>`,
	`<select><template><img src=x onerror=breach(name)></template></select>`,
	`<details open ontoggle=breach(name)>x</details>`,
	`<video><source onerror=breach(name)></video>`,
	`<audio src=x onerror=breach(name)>`,
	`<body onload=breach(name)>`,
	`<iframe src="javascript:parent.breach(name)"></iframe>`,
	`<iframe srcdoc="<script>parent.breach(name)</script>"></iframe>`,
	`<object data="javascript:breach(name)"></object>`,
	`<embed src="javascript:breach(name)">`,
	`<base href="https://evil.example/">`,
	`<meta http-equiv=refresh content="0;url=https://evil.example/">`,
	`<link rel=stylesheet href="https://evil.example/x.css">`,
	`<style>@import "https://evil.example/x.css";*{display:none!important}</style>`,
	`<p style="background:url(javascript:breach(name))">x</p>`,
	`<a href="javascript:breach(name)">x</a>`,
	`<a href=" &#1;java&#10;script:breach(name)">x</a>`,
	`<a href="JaVaScRiPt&colon;breach(name)">x</a>`,
	`<a href="data:text/html,<script>breach(name)</script>">x</a>`,
	`<a href="vbscript:breach(name)">x</a>`,
	`<form action="javascript:breach(name)"><button>x</button></form>`,
	`<input type=image src=x onerror=breach(name)>`,
	`<xss onpointerrawupdate=breach(name) tabindex=1 autofocus onfocus=breach(name)>x</xss>`,
	`[x](javascript:breach(name)) ![x](x"onerror="breach(name))`,
	`{{constructor.constructor('breach(name)')()}} ${breach(name)} <%= breach(name) %>`,
	`javascript:breach(name)`,
	"\u202eevil\u202c \u2066gnp.exe\u2069 \u200f",
	"<img src=x onerror\x00=breach(name)>",
	`<plaintext><xmp><listing>`,
	`＜script＞breach(name)＜/script＞`,
	`+ADw-script+AD4-breach(name)+ADw-/script+AD4-`,
	"]]><script>breach(name)</script><![CDATA[",
	`\"};breach(name);//`,
	`\u003cimg src=x onerror=breach(name)\u003e`,
}

// lookout gathers what a tab did that it should not.
type lookout struct {
	mu    sync.Mutex
	found findings
	at    string
}

func (w *lookout) add(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.found.add(fmt.Sprintf(format, args...), w.at)
}

func (w *lookout) watch(t *testing.T, ctx context.Context) {
	t.Helper()
	err := chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *runtime.EventBindingCalled:
			w.add("a script of the text's ran")
		case *runtime.EventExceptionThrown:
			w.add("exception: %s %v", ev.ExceptionDetails.Text, ev.ExceptionDetails.Exception)
		case *log.EventEntryAdded:
			if strings.Contains(ev.Entry.Text, "Content Security Policy") {
				w.add("%s", ev.Entry.Text)
			}
		case *browserpage.EventJavascriptDialogOpening:
			go call(ctx, browserpage.HandleJavaScriptDialog, browserpage.HandleJavaScriptDialogParams{Accept: true})
		}
	})
	if err == nil {
		_, err = call(ctx, log.Enable, cdp.Empty{})
	}
	if err == nil {
		_, err = call(ctx, runtime.AddBinding, runtime.AddBindingParams{Name: "breach"})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// suspicious lists what of a page no text may bring about.
const suspicious = `(() => {
	const found = [];
	for (const e of document.querySelectorAll("*")) {
		for (const a of e.attributes) {
			if (/^on/i.test(a.name)) found.push(e.localName + " with " + a.name);
			if (/^(href|src|action|formaction|data|xlink:href|srcdoc)$/i.test(a.name) && /^[\s\x00-\x20]*(javascript|vbscript|data:text)/i.test(a.value)) found.push(a.name + " " + a.value);
		}
		if (e.localName === "script" && !e.src && !/json/.test(e.type)) found.push("inline script");
		if (/^(object|embed|base|math|plaintext|xmp|xss|template)$/.test(e.localName)) found.push(e.localName);
		if (e.localName === "meta" && e.httpEquiv === "refresh") found.push("refresh");
		if ((e.localName === "iframe" || e.localName === "link") && e.src && new URL(e.src).origin !== origin) found.push(e.localName + " of another host");
	}
	if (/[\u202a-\u202e\u2066-\u2069]/.test(document.documentElement.textContent)) found.push("text that turns the direction of others");
	if (!document.querySelector("h1")) found.push("no heading");
	return found;
})()`

// TestNoTextRuns puts texts that want to be scripts into every field there is,
// by the API, the desk and the clipboard, and opens every page that shows them.
func TestNoTextRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a browser")
	}
	t.Parallel()
	b := openBinary(t)
	token := b.run("token", "add", "--dir", b.dir, "--name", "test", "--scopes", "articles:write,articles:publish")
	line := func(v map[string]any) string {
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	evil := breaches[2]
	b.load(
		line(map[string]any{"type": "section", "key": "evil", "names": map[string]string{"en": "S " + evil}}),
		line(map[string]any{"type": "topic", "key": "evil", "names": map[string]string{"en": "T " + evil}}),
		line(map[string]any{"type": "author", "key": "evil", "names": map[string]string{"en": "A " + evil}}),
	)
	link := b.run("user", "add", "--dir", b.dir, "--email", "eve@example.org", "--name", "Eve "+evil, "--role", "chief-editor", "--desk", "en")
	browser := openBrowser(t, 6*time.Minute)
	p := b.signIn(browser, link)
	w := &lookout{found: findings{}}
	w.watch(t, p.ctx)

	// What would be found is found.
	w.at = "control"
	p.visit("/desk/sign-in")
	if _, err := call(p.ctx, browserpage.SetBypassCSP, browserpage.SetBypassCSPParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	p.visit("/desk/sign-in")
	ask[bool](t, p.ctx, `new Promise(done => { const d = document.createElement("div"); d.innerHTML = "<img src=x onerror=breach(name)>"; document.body.append(d); setTimeout(() => done(true), 500) })`)
	w.mu.Lock()
	if len(w.found["a script of the text's ran"]) == 0 || !strings.Contains(fmt.Sprint(ask[[]string](t, p.ctx, suspicious)), "onerror") {
		t.Error("a breach would not be noticed")
	}
	w.found = findings{}
	w.mu.Unlock()

	type story struct{ id, url string }
	var stories []story
	for i, text := range breaches {
		id := fmt.Sprintf("evil-%d", i)
		clean := strings.ReplaceAll(text, "\x00", "")
		address := b.post(token, "/api/v1/articles", map[string]any{
			"id": id, "lang": "en", "status": "published", "headline": "H " + clean, "standfirst": clean, "kicker": clean, "dateline": clean,
			"body_html": "<p>Before " + clean + " <b>behind</b>.</p>" + clean + "<blockquote><p>q</p><cite>" + clean + "</cite></blockquote><table><caption>" + clean + "</caption><tr><td>" + clean + "<td>x</table>",
			"section":   "evil", "topics": []string{"evil"}, "authors": []any{map[string]string{"key": "evil", "name": clean}, "Guest " + strings.ReplaceAll(clean, "/", "")},
			"source":  map[string]string{"name": clean, "url": "https://example.org/?" + "%22%3E"},
			"picture": map[string]string{"url": "https://example.org/p.jpg", "alt": clean, "caption": clean, "credit": clean}, "licence": clean,
		})
		b.post(token, "/api/v1/articles/"+id+"/correct", map[string]any{"note": clean})
		stories = append(stories, story{id, address})
	}

	// The desk's own fields and the clipboard, in one story.
	at := p.story()
	ask[bool](t, p.ctx, fmt.Sprintf(`(async () => {
		const body = document.querySelector(".ProseMirror");
		for (const text of %s) {
			body.focus();
			for (const kind of ["text/html", "text/plain"]) {
				const data = new DataTransfer();
				data.setData(kind, text);
				body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
				await new Promise(done => setTimeout(done, 40));
			}
		}
		return true;
	})()`, jsonOf(t, breaches)))
	for _, field := range []string{"Headline", "Kicker", "Standfirst", "Dateline"} {
		p.focus("textbox", field)
		if err := chromedp.Do(p.ctx, chromedp.KeyEvent(evil)); err != nil {
			t.Fatal(err)
		}
	}
	p.status("Saved")
	for _, text := range breaches {
		if code := ask[int](t, p.ctx, fmt.Sprintf(`fetch(%q, {method: "POST", body: new URLSearchParams({note: %s}), redirect: "manual"}).then(r => r.status)`, at+"/note", jsonOf(t, "@Eve "+text))); code >= 400 {
			t.Errorf("the note %q is answered %d", text, code)
		}
	}
	preview := ask[string](t, p.ctx, fmt.Sprintf(`fetch(%q).then(r => r.text()).then(t => t.match(/<iframe[^>]* src="([^"]+)"/)?.[1] ?? "")`, at+"/preview"))

	pages := []string{at, at + "/history", at + "/preview", at + "/publish", at + "/schedule", "/desk/", "/desk/inbox", "/desk/board", "/desk/board?q=" + query(evil),
		"/desk/account", "/en/", "/en/latest", "/en/evil/", "/en/topics/evil/", "/en/authors/evil/", "/en/search?q=" + query(evil), "/en/" + query(evil)}
	if preview != "" {
		pages = append(pages, strings.ReplaceAll(preview, "&amp;", "&"))
	}
	for i, s := range stories {
		pages = append(pages, strings.TrimPrefix(s.url, b.url))
		if i%2 == 0 {
			pages = append(pages, "/desk/articles/"+s.id)
		}
		if i%8 == 2 {
			pages = append(pages, "/desk/articles/"+s.id+"/history", "/desk/articles/"+s.id+"/correct", "/desk/articles/"+s.id+"/withdraw", "/desk/articles/"+s.id+"/preview",
				"/desk/articles/"+s.id+"/compare?from=r1&to=r2")
		}
	}
	// With the policy switched off what is markup runs; with it, it is reported.
	for _, off := range []bool{true, false} {
		if _, err := call(p.ctx, browserpage.SetBypassCSP, browserpage.SetBypassCSPParams{Enabled: off}); err != nil {
			t.Fatal(err)
		}
		for i, page := range pages {
			if !off && i > 24 {
				break
			}
			w.mu.Lock()
			w.at = page
			w.mu.Unlock()
			p.visit(page)
			for _, fault := range ask[[]string](t, p.ctx, suspicious) {
				w.add("%s", fault)
			}
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.found.report(t, "breach")
	t.Logf("%d texts on %d pages", len(breaches), len(pages))
}

func query(s string) string {
	return strings.NewReplacer("%", "%25", "<", "%3C", ">", "%3E", `"`, "%22", "'", "%27", " ", "+", "/", "%2F", "#", "%23", "&", "%26").Replace(s)
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// post sends something to the API and returns the address in the answer.
func (b *binary) post(token, path string, v any) (address string) {
	b.t.Helper()
	req, err := http.NewRequest("POST", b.url+path, strings.NewReader(jsonOf(b.t, v)))
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	var out struct{ URL, Detail string }
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil || res.StatusCode >= 300 {
		b.t.Fatalf("POST %s: %d %s %v\n%s", path, res.StatusCode, out.Detail, err, jsonOf(b.t, v))
	}
	return out.URL
}
