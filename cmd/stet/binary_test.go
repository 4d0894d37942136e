//go:build !race

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/accessibility"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// binary is a newsroom served by the program itself, in a process of its own that
// can be killed.
type binary struct {
	t         *testing.T
	dir       string
	addr, url string
	env       []string      // beside the test's own
	said      *bytes.Buffer // what a command says on stderr goes there
	cmd       *exec.Cmd
}

// openBinary makes a newsroom with two sections, in English and Russian, and
// serves it. more are flags of init.
func openBinary(t *testing.T, more ...string) *binary {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &binary{t: t, dir: filepath.Join(t.TempDir(), "newsroom"), addr: l.Addr().String()}
	l.Close() // it is found again at the same address after a restart
	b.url = "http://" + b.addr
	b.run(append([]string{"init", "--dir", b.dir, "--name", "The Test", "--langs", "en,ru", "--tz", "UTC", "--url", b.url}, more...)...)
	b.load(`{"type":"section","key":"city","names":{"en":"City","ru":"Город"}}`, `{"type":"section","key":"sport","names":{"en":"Sport","ru":"Спорт"}}`)
	b.start()
	t.Cleanup(b.kill)
	return b
}

// run runs a command of the program and returns what it prints.
func (b *binary) run(args ...string) string {
	b.t.Helper()
	cmd := exec.Command("stet", args...)
	cmd.Env = append(os.Environ(), b.env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		b.t.Fatalf("stet %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	if b.said != nil {
		b.said.Write(stderr.Bytes())
	}
	return strings.TrimSpace(string(out))
}

// load imports lines in the native form.
func (b *binary) load(lines ...string) {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "lines.jsonl")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.run("import", "--dir", b.dir, "--format", "native", file)
}

func (b *binary) start() {
	b.t.Helper()
	b.cmd = exec.Command("stet", "serve", "--dir", b.dir, "--addr", b.addr)
	b.cmd.Env = append(os.Environ(), b.env...)
	if err := b.cmd.Start(); err != nil {
		b.t.Fatal(err)
	}
	for range 600 {
		if res, err := http.Get(b.url + "/readyz"); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatal("it does not get ready")
}

// kill ends it at once, as SIGKILL does.
func (b *binary) kill() {
	b.cmd.Process.Kill()
	b.cmd.Wait()
}

// person takes somebody in and returns a link to sign in with.
func (b *binary) person(name, role string, more ...string) string {
	b.t.Helper()
	return b.run(append([]string{"user", "add", "--dir", b.dir, "--email", name + "@example.org", "--name", name, "--role", role, "--desk", "en"}, more...)...)
}

// get reads an address as a stranger.
func (b *binary) get(path string) (status int, body string) {
	b.t.Helper()
	res, err := http.Get(b.url + path)
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res.StatusCode, string(data)
}

// person at a browser: a tab of Chromium that shares nothing with others'.
type tab struct {
	*binary
	ctx context.Context
}

// signIn opens a tab and signs in with a link.
func (b *binary) signIn(browser context.Context, link string) *tab {
	b.t.Helper()
	if err := chromedp.Do(browser, chromedp.Navigate("about:blank")); err != nil { // it runs from now on
		b.t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	b.t.Cleanup(cancel)
	p := &tab{b, ctx}
	p.visit(link)
	p.click("button", "Sign in")
	p.find("button", "New story")
	return p
}

func (p *tab) visit(address string) {
	p.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.url + address
	}
	if err := chromedp.Do(p.ctx, chromedp.Navigate(address)); err != nil {
		p.t.Fatalf("%s: %v", address, err)
	}
}

func (p *tab) where() string {
	at, err := chromedp.Run(p.ctx, chromedp.Location())
	if err != nil {
		p.t.Fatal(err)
	}
	return strings.TrimPrefix(at, p.url)
}

// until waits for a condition on the page.
func (p *tab) until(condition string) {
	p.t.Helper()
	for range 600 {
		// The page may be going away at this moment.
		if ok, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool]("!!("+condition+")", chromedp.EvalAwaitPromise)); err == nil && ok {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	page, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string]("document.body.innerText"))
	p.t.Fatalf("at %s never: %s\n%s", p.where(), condition, page)
}

// status waits until the status region says so.
func (p *tab) status(want string) {
	p.t.Helper()
	p.until(fmt.Sprintf(`document.querySelector("[role=status]")?.textContent.includes(%q)`, want))
}

// find returns the element of a role and accessible name.
func (p *tab) find(role, name string) cdp.BackendNodeID {
	p.t.Helper()
	for range 400 {
		if id := p.element(role, name); id != 0 {
			return id
		}
		time.Sleep(50 * time.Millisecond)
	}
	page, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string]("document.body.innerText"))
	p.t.Fatalf("at %s there is no %s %q:\n%s", p.where(), role, name, page)
	return 0
}

func (p *tab) element(role, name string) cdp.BackendNodeID {
	document, err := call(p.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document"})
	if err != nil {
		return 0
	}
	found, err := call(p.ctx, accessibility.QueryAXTree, accessibility.QueryAXTreeParams{ObjectID: document.Result.ObjectID, Role: role, AccessibleName: name})
	if err != nil {
		return 0
	}
	for _, n := range found.Nodes {
		if !n.Ignored && n.BackendDOMNodeID != 0 {
			return n.BackendDOMNodeID
		}
	}
	return 0
}

// click clicks an element where it is on the screen.
func (p *tab) click(role, name string) {
	p.t.Helper()
	id := p.find(role, name)
	_, err := call(p.ctx, dom.ScrollIntoViewIfNeeded, dom.ScrollIntoViewIfNeededParams{BackendNodeID: id})
	if err != nil {
		p.t.Fatal(err)
	}
	quads, err := call(p.ctx, dom.GetContentQuads, dom.GetContentQuadsParams{BackendNodeID: id})
	if err != nil || len(quads.Quads) == 0 {
		p.t.Fatalf("%s %q is nowhere: %v", role, name, err)
	}
	q := quads.Quads[0]
	if err := chromedp.Do(p.ctx, chromedp.MouseClickXY((q[0]+q[4])/2, (q[1]+q[5])/2)); err != nil {
		p.t.Fatal(err)
	}
}

// focus puts the caret into a field, as the Tab key would.
func (p *tab) focus(role, name string) {
	p.t.Helper()
	if _, err := call(p.ctx, dom.Focus, dom.FocusParams{BackendNodeID: p.find(role, name)}); err != nil {
		p.t.Fatal(err)
	}
}

// keys types, key by key.
func (p *tab) keys(text string) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, chromedp.KeyEvent(text)); err != nil {
		p.t.Fatal(err)
	}
}

// enter presses that key once, with others held; typing a line's end would be two.
func (p *tab) enter(held int64) {
	p.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{"rawKeyDown", "keyUp"} {
		if _, err := call(p.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, Modifiers: held}); err != nil {
			p.t.Fatal(err)
		}
	}
}

// story makes a new one and returns its address on the desk.
func (p *tab) story() string {
	p.t.Helper()
	p.visit("/desk/")
	p.click("button", "New story")
	p.find("textbox", "Body")
	return strings.SplitN(p.where(), "?", 2)[0]
}

// saved returns what the server has of a story: its version and every text of
// the body.
func (p *tab) saved(story string) (version int64, texts []string) {
	p.t.Helper()
	answer := ask[string](p.t, p.ctx, fmt.Sprintf(`fetch(%q, {headers: {Accept: "application/json"}}).then(r => r.text())`, story+"/state"))
	var state struct {
		Version int64
		Content struct{ Body json.RawMessage }
	}
	if err := json.Unmarshal([]byte(answer), &state); err != nil {
		p.t.Fatalf("%v in %s", err, answer)
	}
	var walk func(data json.RawMessage) string
	walk = func(data json.RawMessage) string {
		var n struct {
			Text    string
			Content []json.RawMessage
		}
		json.Unmarshal(data, &n)
		all := n.Text
		for _, kid := range n.Content {
			all += walk(kid)
		}
		return all
	}
	var body struct{ Content []json.RawMessage }
	json.Unmarshal(state.Content.Body, &body)
	for _, block := range body.Content {
		texts = append(texts, walk(block))
	}
	return state.Version, texts
}

// TestActions counts what an editor does from the desk's home to a live story, to
// correct it, and to take back what was written since; then it puts the mouse away.
func TestActions(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a browser")
	}
	t.Parallel()
	b := openBinary(t)
	p := b.signIn(openBrowser(t, 3*time.Minute), b.person("anna", "editor"))
	actions := 0
	act := func(do func(role, name string), role, name string) {
		t.Helper()
		actions++
		do(role, name)
	}
	p.visit("/desk/")
	act(p.click, "button", "New story")
	act(p.focus, "textbox", "Headline")
	p.keys("A bridge opens at midnight")
	act(p.focus, "combobox", "Section")
	p.keys("City")
	act(p.focus, "textbox", "Body")
	p.keys("The first to cross it was a cyclist.")
	act(p.click, "link", "Publish")
	desk := strings.TrimSuffix(strings.SplitN(p.where(), "?", 2)[0], "/publish")
	act(p.click, "button", "Publish")
	p.until(`document.querySelector("[data-receipt] li")`)
	if actions > 6 {
		t.Errorf("%d actions to publish", actions)
	}
	status, front := b.get("/en/")
	if status != http.StatusOK || !strings.Contains(front, "A bridge opens at midnight") {
		t.Fatalf("the front page answers %d without the story:\n%s", status, front)
	}
	href := ask[string](t, p.ctx, fmt.Sprintf(`fetch(%q).then(r => r.text()).then(t => [...new DOMParser().parseFromString(t, "text/html").links].find(a => a.textContent.includes("A bridge opens at midnight")).getAttribute("href"))`, b.url+"/en/"))
	u, err := url.Parse(href)
	if err != nil {
		t.Fatal(err)
	}
	if status, story := b.get(u.Path); status != http.StatusOK || !strings.Contains(story, "The first to cross it was a cyclist.") {
		t.Errorf("%s answers %d:\n%s", u.Path, status, story)
	}

	// From what readers see, where mistakes are found: "desk" goes into its address.
	p.visit("/desk" + u.Path)
	if p.where() != desk {
		t.Errorf("/desk%s leads to %s, want %s", u.Path, p.where(), desk)
	}
	actions = 0 // from the open story
	act(p.focus, "textbox", "Body")
	p.pick("cyclist")
	p.keys("baker")
	words := p.element("textbox", "What was wrong, for readers")
	p.until(`document.getElementById("correction").value === "An earlier version of this story said “was a cyclist”. It should have said “was a baker”."`)
	act(p.click, "button", "Correct")
	p.until(`document.querySelector("[data-receipt] li")`)
	if _, story := b.get(u.Path); !strings.Contains(story, "it was a baker.") || !strings.Contains(story, "said “was a cyclist”. It should have said “was a baker”.") {
		t.Errorf("%s is not corrected:\n%s", u.Path, story)
	}
	if actions > 2 || words == 0 {
		t.Errorf("%d actions to correct", actions)
	}
	b.words(p, desk, u.Path)

	p.visit(desk)
	p.focus("textbox", "Body")
	p.caretToEnd()
	p.keys(" Or so they say.")
	p.status("Saved")
	actions = 0
	act(p.click, "link", "History")
	act(p.click, "button", "Restore")
	p.find("textbox", "Body")
	if _, texts := p.saved(desk); len(texts) != 1 || strings.Contains(texts[0], "so they say") || !strings.Contains(texts[0], "it was a dancer.") {
		t.Errorf("restored is %q", texts)
	}
	if actions > 2 {
		t.Errorf("%d actions to restore", actions)
	}

	p.onKeysAlone()
}

// pick chooses a word of the text.
func (p *tab) pick(word string) {
	p.t.Helper()
	ask[bool](p.t, p.ctx, fmt.Sprintf(`(() => {
		const walk = document.createTreeWalker(document.querySelector(".ProseMirror"), NodeFilter.SHOW_TEXT)
		for (let n; (n = walk.nextNode()); ) {
			const at = n.data.indexOf(%q)
			if (at >= 0) return getSelection().setBaseAndExtent(n, at, n, at + %[1]q.length), true
		}
		throw new Error("the text has no " + %[1]q)
	})()`, word))
	time.Sleep(50 * time.Millisecond) // the browser tells of the new selection later
}

// words holds that words for readers are sent as somebody saw them, and outlast
// whatever else is pressed.
func (b *binary) words(p *tab, desk, path string) {
	b.t.Helper()
	value := func(want string) {
		p.until(fmt.Sprintf(`document.querySelector("[data-words]").elements.note.value === %q`, want))
	}
	p.visit(desk)
	p.focus("textbox", "Body")
	p.pick("baker")
	p.keys("butcher")
	value("An earlier version of this story said “was a baker”. It should have said “was a butcher”.")
	// pressed before the words could follow the text: they are shown, not sent
	p.focus("textbox", "Body")
	p.pick("butcher")
	p.keys("dancer")
	ask[bool](b.t, p.ctx, `document.querySelector("[data-words]").requestSubmit(), true`)
	value("An earlier version of this story said “was a baker”. It should have said “was a dancer”.")
	p.until(`document.activeElement.id === "correction"`)
	const own = "A dancer crossed first, not a baker."
	ask[bool](b.t, p.ctx, `document.activeElement.select(), true`)
	p.keys(own)
	p.focus("textbox", "Body")
	p.caretToEnd()
	p.keys(" At night.")
	p.status("Saved")
	value(own)
	p.click("link", "Update")
	p.find("heading", "Update")
	value(own)
	p.visit(desk)
	p.find("textbox", "Body")
	value(own)
	p.focus("textbox", "What was wrong, for readers")
	p.enter(2) // Ctrl
	p.until(`document.querySelector("[data-receipt] li")`)
	if _, story := b.get(path); !strings.Contains(story, "it was a dancer. At night.") || !strings.Contains(story, own) || strings.Contains(story, "butcher") {
		b.t.Errorf("%s is not corrected:\n%s", path, story)
	}
	p.visit(desk)
	p.find("textbox", "Body")
	value("")
}

// tabTo presses Tab until an element of a role and name has the focus. Wherever
// it stops on the way is on the screen and looks other than before.
func (p *tab) tabTo(role, name string) {
	p.t.Helper()
	want := p.find(role, name)
	for range 80 {
		p.keys("\t")
		if wrong := ask[string](p.t, p.ctx, `(() => {
			const looks = el => { const s = getComputedStyle(el); return [s.outlineStyle, s.outlineColor, s.borderColor, s.boxShadow, s.insetBlockStart].join() }
			const was = window.tabStop
			const el = document.activeElement
			const {top, bottom, left, right} = el.getBoundingClientRect()
			window.tabStop = {el, looks: looks(el)}
			if (was && was.el !== el && was.el.isConnected && looks(was.el) === was.looks) return "looks the same with the focus: " + was.el.outerHTML
			return el !== document.body && (bottom <= 0 || right <= 0 || top >= innerHeight || left >= innerWidth) ? "is not on the screen: " + el.outerHTML : ""
		})()`); wrong != "" {
			p.t.Errorf("at %s a Tab stop %.200s", p.where(), wrong)
		}
		if p.focused() == want {
			return
		}
	}
	p.t.Fatalf("at %s Tab does not lead to the %s %q", p.where(), role, name)
}

// focused returns the element that has the focus.
func (p *tab) focused() cdp.BackendNodeID {
	p.t.Helper()
	active, err := call(p.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: "document.activeElement"})
	if err != nil {
		p.t.Fatal(err)
	}
	node, err := call(p.ctx, dom.DescribeNode, dom.DescribeNodeParams{ObjectID: active.Result.ObjectID})
	if err != nil {
		p.t.Fatal(err)
	}
	return node.Node.BackendNodeID
}

// onKeysAlone writes and publishes with nothing but a keyboard.
func (p *tab) onKeysAlone() {
	p.t.Helper()
	const enter = "\r"
	has := func(role, name string) {
		p.t.Helper()
		p.find(role, name)
		if p.focused() != p.element(role, name) {
			p.t.Errorf("at %s the focus is not in the %s %q", p.where(), role, name)
		}
	}
	p.visit("/desk/")
	p.tabTo("link", "Skip to content")
	p.tabTo("button", "New story")
	p.keys(enter)
	p.find("textbox", "Body")
	has("textbox", "Headline")
	p.keys("A ferry goes at night")
	p.tabTo("combobox", "Section")
	p.keys("City")
	p.tabTo("textbox", "Body")
	p.keys("It takes eleven minutes.")
	p.tabTo("link", "Publish")
	p.keys(enter)
	has("button", "Publish")
	p.keys(enter)
	p.until(`document.querySelector("[data-receipt] li")`)
	has("heading", "Readers see it everywhere.")
	p.tabTo("link", "A ferry goes at night")
	if status, front := p.get("/en/"); status != http.StatusOK || !strings.Contains(front, "A ferry goes at night") {
		p.t.Errorf("the front page answers %d without the story:\n%s", status, front)
	}
}

// TestNeverALostWord types while everything fails that can.
func TestNeverALostWord(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a browser")
	}
	t.Parallel()
	rounds := 2
	limit := 5 * time.Minute
	if soak {
		rounds, limit = 50, 30*time.Minute
	}
	b := openBinary(t)
	browser := openBrowser(t, limit)
	p := b.signIn(browser, b.person("anna", "editor"))

	typed := ""
	write := func(p *tab, n int) {
		t.Helper()
		for range n {
			word := fmt.Sprintf("word%d ", strings.Count(typed, " "))
			p.keys(word)
			typed += word
		}
	}
	check := func(when, story string) {
		t.Helper()
		_, texts := p.saved(story)
		if got := strings.Join(texts, "\n"); strings.TrimSpace(got) != strings.TrimSpace(typed) {
			t.Fatalf("%s: typed\n%s\nsaved\n%s", when, typed, got)
		}
	}

	story := p.story()
	p.focus("textbox", "Body")
	for round := range rounds {
		write(p, 3+round%5)
		if round%3 > 0 {
			time.Sleep(time.Duration(round*37%900) * time.Millisecond) // so that it dies at every moment of a save
		}
		write(p, 2)
		b.kill()
		write(p, 3)
		if round%2 == 1 { // and the tab with it
			time.Sleep(200 * time.Millisecond) // what was typed is in the journal by then
			p.visit("about:blank")
			b.start()
			p.visit(story)
			p.until(`document.querySelector("[data-recovered]") && !document.querySelector("[data-recovered]").hidden`)
			p.status("Saved")
			check("killed with the tab", story)
			p.focus("textbox", "Body")
			p.caretToEnd()
			continue
		}
		p.status("Offline")
		b.start()
		p.status("Saved")
		check("killed", story)
	}

	offline := func(off bool) {
		t.Helper()
		_, err := call(p.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
			MatchedNetworkConditions: []*network.Conditions{{Offline: off, DownloadThroughput: -1, UploadThroughput: -1}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	offline(true)
	write(p, 4)
	p.status("Offline")
	offline(false)
	write(p, 1)
	p.status("Saved")
	check("offline", story)

	// The session ends while somebody writes; a new one is opened in another tab.
	if _, err := call(p.ctx, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
		t.Fatal(err)
	}
	write(p, 4)
	p.until(`!document.querySelector("[data-notice]").hidden`)
	ctx, cancel := chromedp.NewContext(p.ctx)
	defer cancel()
	again := &tab{b, ctx}
	again.visit(b.run("user", "link", "--dir", b.dir, "--email", "anna@example.org"))
	again.click("button", "Sign in")
	again.find("button", "New story")
	write(p, 1)
	p.status("Saved")
	check("signed in again", story)

	b.together(browser, p)
}

// caretToEnd puts the caret behind the last word.
func (p *tab) caretToEnd() {
	p.t.Helper()
	ask[bool](p.t, p.ctx, `(() => { const s = getSelection(); s.selectAllChildren(document.activeElement); s.collapseToEnd(); return true })()`)
}

// together lets two people write in one article: in different paragraphs, then in
// the same.
func (b *binary) together(browser context.Context, anna *tab) {
	t := b.t
	t.Helper()
	story := anna.story()
	anna.focus("textbox", "Body")
	anna.keys("First paragraph.")
	anna.enter(0)
	anna.keys("Second paragraph.")
	anna.enter(0)
	anna.keys("Third paragraph.")
	anna.status("Saved")
	bela := b.signIn(browser, b.person("bela", "editor"))
	bela.visit(story)
	bela.find("textbox", "Body")
	bela.focus("textbox", "Body")
	caret := func(p *tab, n int) {
		t.Helper()
		ask[bool](t, p.ctx, fmt.Sprintf(`(() => { document.querySelector(".ProseMirror").focus(); const s = getSelection(); s.selectAllChildren(document.querySelectorAll(".ProseMirror > p")[%d]); s.collapseToEnd(); return true })()`, n))
	}
	caret(anna, 0)
	caret(bela, 2)
	for i := range 5 {
		anna.keys(fmt.Sprintf(" anna%d", i))
		bela.keys(fmt.Sprintf(" bela%d", i))
	}
	want := []string{"First paragraph. anna0 anna1 anna2 anna3 anna4", "Second paragraph.", "Third paragraph. bela0 bela1 bela2 bela3 bela4"}
	anna.both(bela, story, want)

	// In the same words each has in front of them what they wrote, one of them is
	// asked, and what that one chooses is saved.
	says := map[*tab]string{anna: " Anna says so.", bela: " Bela says no."}
	for _, choice := range []string{"Both, one after the other", "Mine", "Theirs: {name}"} {
		caret(anna, 1)
		caret(bela, 1)
		anna.keys(says[anna])
		bela.keys(says[bela])
		for _, p := range []*tab{anna, bela} {
			p.until(`/Saved/.test(document.querySelector("[role=status]").textContent) || !document.querySelector("[data-notice]").hidden`)
		}
		var asked []*tab
		for _, p := range []*tab{anna, bela} {
			if text := ask[string](t, p.ctx, `document.querySelector(".ProseMirror").textContent`); !strings.Contains(text, says[p]) {
				t.Errorf("%q is gone from who wrote it: %q", says[p], text)
			}
			if ask[bool](t, p.ctx, `!document.querySelector("[data-notice]").hidden`) {
				asked = append(asked, p)
			}
		}
		if len(asked) != 1 {
			_, texts := anna.saved(story)
			t.Fatalf("%d of the two were asked; saved is %q", len(asked), texts)
		}
		other, who := anna, "anna"
		if asked[0] == anna {
			other, who = bela, "bela"
		}
		mine, theirs := want[1]+says[asked[0]], want[1]+says[other]
		asked[0].click("button", "Choose")
		asked[0].find("group", "Paragraph 2")
		asked[0].click("radio", strings.Replace(choice, "{name}", who, 1))
		asked[0].click("button", "Go on with this")
		switch choice {
		case "Mine":
			want[1] = mine
		case "Theirs: {name}":
			want[1] = theirs
		default:
			want = slices.Insert(want, 1, mine)
			want[2] = theirs
		}
		anna.both(bela, story, want)
	}
}

// both waits until a story is saved as it should be, and is so in two tabs.
func (p *tab) both(other *tab, story string, want []string) {
	p.t.Helper()
	var texts []string
	for range 400 {
		if _, texts = p.saved(story); fmt.Sprint(texts) == fmt.Sprint(want) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if fmt.Sprint(texts) != fmt.Sprint(want) {
		p.t.Fatalf("saved is %q, want %q", texts, want)
	}
	shown, err := json.Marshal(want)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, p := range []*tab{p, other} {
		p.until(fmt.Sprintf(`JSON.stringify([...document.querySelectorAll(".ProseMirror > p")].map(p => p.textContent)) === JSON.stringify(%s)`, shown))
	}
}
