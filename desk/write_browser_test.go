package desk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"stet"
	"stet/desk/frame"
	"stet/prose"
	"stet/store"
	"stet/store/picture"
	"stet/store/storetest"
)

// writing is a desk with a real server, and a browser in which somebody writes.
type writing struct {
	*newsroom
	ctx     context.Context
	url     string
	article stet.ArticleID
	trouble atomic.Int32                  // what saves are answered with instead of being saved; -1 for no answer
	cut     atomic.Bool                   // uploads break off after their first part
	late    atomic.Pointer[chan struct{}] // what the script waits for, if anything

	mu      sync.Mutex
	faults  []string // that the browser complained of
	dialogs int      // it asked whether to leave the page
}

func write(t *testing.T) *writing {
	t.Helper()
	if testing.Short() {
		t.Skip("takes a browser")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("STET_TEST_ALL") != "" {
			t.Fatalf("make test installs what is missing: %v", err)
		}
		t.Skipf("make test installs what is missing: %v", err)
	}
	w := &writing{newsroom: open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))}
	server := httptest.NewServer(http.HandlerFunc(w.serve))
	t.Cleanup(server.Close)
	w.url = server.URL
	if w.desk, err = New(Options{DB: w.db, Receipts: printed{}, Previewer: printed{}, URL: w.url, Now: func() time.Time { return w.now }}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium), chromedp.NoSandbox,
		chromedp.Flag("disable-component-update", true))...)
	t.Cleanup(cancel)
	w.ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	w.listen(w.ctx)
	w.signIn("editor")
	return w
}

func (w *writing) serve(rw http.ResponseWriter, r *http.Request) {
	if late := w.late.Load(); late != nil && strings.Contains(r.URL.Path, "/static/editor") && strings.HasSuffix(r.URL.Path, ".js") {
		<-*late
	}
	if at := r.URL.Query().Get("at"); w.cut.Load() && strings.HasPrefix(r.URL.Path, "/desk/uploads/") && at != "" && at != "0" {
		panic(http.ErrAbortHandler)
	}
	if trouble := w.trouble.Load(); trouble != 0 && r.Method == http.MethodPost {
		if trouble < 0 {
			panic(http.ErrAbortHandler)
		}
		rw.Header().Set("Content-Type", "application/problem+json")
		rw.WriteHeader(int(trouble))
		fmt.Fprintf(rw, `{"status":%d}`, trouble)
		return
	}
	w.desk.ServeHTTP(rw, r)
}

// listen gathers what the browser complains of.
func (w *writing) listen(ctx context.Context) {
	w.t.Helper()
	complain := func(format string, args ...any) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.faults = append(w.faults, fmt.Sprintf(format, args...))
	}
	err := chromedp.Listen(ctx, func(ev any) {
		switch ev := ev.(type) {
		case *runtime.EventExceptionThrown:
			complain("exception: %s %v", ev.ExceptionDetails.Text, ev.ExceptionDetails.Exception)
		case *log.EventEntryAdded:
			if ev.Entry.Level == "error" && !strings.Contains(ev.Entry.Text, "Failed to load resource") {
				complain("%s: %s", ev.Entry.Source, ev.Entry.Text)
			}
		case *page.EventJavascriptDialogOpening:
			w.mu.Lock()
			w.dialogs++
			w.mu.Unlock()
			go call(ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
		}
	})
	if err == nil {
		_, err = call(ctx, log.Enable, cdp.Empty{})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// signIn makes the browser one of somebody.
func (w *writing) signIn(who string) {
	w.t.Helper()
	if _, err := call(w.ctx, network.SetCookie, network.SetCookieParams{Name: "stet", Value: w.cookies[who], URL: w.url}); err != nil {
		w.t.Fatal(err)
	}
}

func call[P, R any](ctx context.Context, command cdp.Command[P, R], params P) (R, error) {
	return chromedp.Run(ctx, func(ctx context.Context, tab *chromedp.Target) (R, error) { return cdp.Call(ctx, tab, command, params) })
}

// ask evaluates a script, which may be a promise.
func ask[T any](w *writing, script string) T {
	w.t.Helper()
	v, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("%s: %v", script, err)
	}
	return v
}

// until waits for a condition of the page.
func (w *writing) until(condition string) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(30 * time.Millisecond) {
		ok, err := chromedp.Run(w.ctx, chromedp.Evaluate[bool]("!!("+condition+")"))
		if ok && err == nil {
			return
		}
		if time.Now().After(end) {
			state, _ := chromedp.Run(w.ctx, chromedp.Evaluate[string](`(({dataset}) => JSON.stringify({...dataset}))(document.querySelector("[data-edit]") ?? document.body) +
				["[data-status]", "[data-notice]", "[data-recovered]", "[data-announce]", "#body"].map(s => "\n" + s + " " + document.querySelector(s)?.innerText).join("")`))
			w.t.Fatalf("this did not come about: %s (%v)\n%s\n%s", condition, err, state, strings.Join(w.faults, "\n"))
		}
	}
}

// begin makes a draft with a body and opens it.
func (w *writing) begin(headline, body string) {
	w.t.Helper()
	w.draft(headline, body)
	w.visit()
}

// draft makes a draft with a body.
func (w *writing) draft(headline, body string) {
	w.t.Helper()
	doc, _ := prose.FromHTML(body, prose.FromOptions{})
	w.article = stet.ArticleID(store.NewID())
	if _, err := w.db.UpdateArticle(w.t.Context(), w.article, func(a *stet.Article) error {
		return a.Create(w.people["editor"].User(), stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: stet.Content{Headline: headline, Body: doc}}, w.now)
	}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *writing) visit() {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, chromedp.Navigate(w.url+frame.ArticlePath(w.article))); err != nil {
		w.t.Fatal(err)
	}
	w.until(`document.querySelector("[data-edit][data-ready]")`)
}

// named are the keys that type nothing, or a line's end.
var named = map[string]input.DispatchKeyEventParams{
	"Enter":      {Key: "Enter", Code: "Enter", WindowsVirtualKeyCode: 13, Text: "\r"},
	"Backspace":  {Key: "Backspace", Code: "Backspace", WindowsVirtualKeyCode: 8},
	"Tab":        {Key: "Tab", Code: "Tab", WindowsVirtualKeyCode: 9},
	"Escape":     {Key: "Escape", Code: "Escape", WindowsVirtualKeyCode: 27},
	"F2":         {Key: "F2", Code: "F2", WindowsVirtualKeyCode: 113},
	"F8":         {Key: "F8", Code: "F8", WindowsVirtualKeyCode: 119},
	"F9":         {Key: "F9", Code: "F9", WindowsVirtualKeyCode: 120},
	"End":        {Key: "End", Code: "End", WindowsVirtualKeyCode: 35},
	"Home":       {Key: "Home", Code: "Home", WindowsVirtualKeyCode: 36},
	"ArrowRight": {Key: "ArrowRight", Code: "ArrowRight", WindowsVirtualKeyCode: 39},
	"ArrowDown":  {Key: "ArrowDown", Code: "ArrowDown", WindowsVirtualKeyCode: 40},
	"F10":        {Key: "F10", Code: "F10", WindowsVirtualKeyCode: 121},
}

// press presses a key, as in keys.json: Mod-Shift-x, Alt-Enter.
func (w *writing) press(key string) {
	w.t.Helper()
	parts := strings.Split(key, "-")
	p, ok := named[parts[len(parts)-1]]
	if c := parts[len(parts)-1]; !ok {
		p = input.DispatchKeyEventParams{Key: c, Text: c, UnmodifiedText: c, WindowsVirtualKeyCode: int64(strings.ToUpper(c)[0])}
	}
	for _, m := range parts[:len(parts)-1] {
		p.Modifiers |= map[string]int64{"Alt": 1, "Mod": 2, "Shift": 8}[m]
	}
	if p.Modifiers&^8 != 0 {
		p.Text, p.UnmodifiedText = "", "" // a shortcut types nothing
	}
	p.Type = "keyDown"
	_, err := call(w.ctx, input.DispatchKeyEvent, p)
	if p.Type, p.Text, p.UnmodifiedText = "keyUp", "", ""; err == nil {
		_, err = call(w.ctx, input.DispatchKeyEvent, p)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// keys types a text key by key; a line feed is the Enter key.
func (w *writing) keys(text string) {
	w.t.Helper()
	for _, r := range text {
		if r == '\n' {
			w.press("Enter")
			continue
		}
		p := input.DispatchKeyEventParams{Type: "keyDown", Key: string(r), Text: string(r), UnmodifiedText: string(r)}
		if _, err := call(w.ctx, input.DispatchKeyEvent, p); err != nil {
			w.t.Fatal(err)
		}
	}
}

// text puts in text as an input method does, in one go.
func (w *writing) text(s string) {
	w.t.Helper()
	if _, err := call(w.ctx, input.InsertText, input.InsertTextParams{Text: s}); err != nil {
		w.t.Fatal(err)
	}
}

// body puts the caret at the end of the text.
func (w *writing) body() {
	w.t.Helper()
	ask[bool](w, `(() => { const b = document.querySelector("#body"); b.focus(); getSelection().selectAllChildren(b); getSelection().collapseToEnd(); return true })()`)
	time.Sleep(50 * time.Millisecond) // the browser tells of the new selection later
}

func (w *writing) saved() {
	w.t.Helper()
	w.until(`document.querySelector("[data-edit]").dataset.state === "saved"`)
	if got := ask[string](w, `document.querySelector("[role=status][data-status]").textContent`); got != "Saved" {
		w.t.Errorf("the status says %q", got)
	}
}

// stored is the body as the database has it, without ids.
func (w *writing) stored() string {
	w.t.Helper()
	a, err := w.db.Article(w.t.Context(), w.article)
	if err != nil {
		w.t.Fatal(err)
	}
	return plainOf(w.t, a.Latest().Body)
}

// plainOf writes a document as JSON without ids, which differ from run to run.
func plainOf(t *testing.T, d *prose.Doc) string {
	t.Helper()
	seen := map[string]bool{}
	d.Walk(func(n *prose.Node) bool {
		id := n.Attrs.Get("id")
		if id == "" && (n.Type == prose.Paragraph || n.Type == prose.ListItem || n.Type == prose.Table) {
			t.Errorf("a %s without an id", n.Type)
		}
		if id != "" && seen[id] {
			t.Errorf("the id %s stands twice", id)
		}
		seen[id] = true
		n.Attrs.Set("id", "")
		return true
	})
	var content struct {
		Content json.RawMessage `json:"content"`
	}
	if err := json.Unmarshal(d.JSON(), &content); err != nil {
		t.Fatal(err)
	}
	return string(content.Content)
}

func (w *writing) wants(what string) {
	w.t.Helper()
	w.saved()
	if got := w.stored(); got != what {
		w.t.Errorf("the text is\n%s\nwant\n%s", got, what)
	}
}

func (w *writing) quiet() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, f := range w.faults {
		w.t.Errorf("the browser complains: %s", f)
	}
	w.faults = nil
}

// paste pastes as from another program.
func (w *writing) paste(html, plain string) {
	w.t.Helper()
	data, err := json.Marshal(map[string]string{"text/html": html, "text/plain": plain})
	if err != nil {
		w.t.Fatal(err)
	}
	ask[bool](w, `(() => { const d = new DataTransfer(); for (const [k, v] of Object.entries(`+string(data)+`)) if (v) d.setData(k, v);
		document.querySelector("#body").dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true})); return true })()`)
}

// TestWriting: what is typed, by rules and shortcuts, is what is stored.
func TestWriting(t *testing.T) {
	w := write(t)
	w.begin("Bridge", "")
	w.body()
	w.keys("First\n## Head\n- one\ntwo\n\n1. a\n\n> said\n\nend ")
	w.press("Mod-b")
	w.keys("bold")
	w.press("Mod-b")
	w.keys(" x")
	w.wants(`[{"type":"paragraph","content":[{"type":"text","text":"First"}]},` +
		`{"type":"heading","attrs":{"level":2},"content":[{"type":"text","text":"Head"}]},` +
		`{"type":"bullet_list","content":[{"type":"list_item","content":[{"type":"paragraph","content":[{"type":"text","text":"one"}]}]},{"type":"list_item","content":[{"type":"paragraph","content":[{"type":"text","text":"two"}]}]}]},` +
		`{"type":"ordered_list","content":[{"type":"list_item","content":[{"type":"paragraph","content":[{"type":"text","text":"a"}]}]}]},` +
		`{"type":"quote","content":[{"type":"paragraph","content":[{"type":"text","text":"said"}]}]},` +
		`{"type":"paragraph","content":[{"type":"text","text":"end "},{"type":"text","marks":[{"type":"strong"}],"text":"bold"},{"type":"text","text":" x"}]}]`)
	w.everyNode(t)
	w.translate(t)
	w.quiet()
}

// everyNode holds that a document with every node, attribute and mark comes out
// of the editor as it went in.
func (w *writing) everyNode(t *testing.T) {
	source, err := os.ReadFile("../cmd/stet/testdata/judge/body.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := prose.Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	doc.Content = append(doc.Content, &prose.Node{Type: prose.Paragraph, Content: []*prose.Node{{Type: prose.Text, Text: "end"}}})
	for _, id := range (&stet.Content{Body: doc}).Pictures() {
		p, err := stet.Bring(stet.Operator, id, stet.PictureFile{Hash: string(id), Type: "image/jpeg", Width: 1200, Height: 800}, stet.Description{}, w.now)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.db.AddPicture(t.Context(), p); err != nil {
			t.Fatal(err)
		}
	}
	w.article = stet.ArticleID(store.NewID())
	if _, err := w.db.UpdateArticle(t.Context(), w.article, func(a *stet.Article) error {
		return a.Create(w.people["editor"].User(), stet.Draft{Kind: stet.StoryKind, Lang: "en", Content: stet.Content{Headline: "All", Body: doc}}, w.now)
	}); err != nil {
		t.Fatal(err)
	}
	before := w.stored()
	w.visit()
	w.body()
	w.keys("!")
	w.wants(strings.TrimSuffix(before, `"end"}]}]`) + `"end!"}]}]`)
}

const para = `{"type":"paragraph","content":[{"type":"text","text":%q}]}`

// TestNothingIsLost: what is written while the desk fails, is away or has ended
// the session survives the page, is told of, and arrives.
func TestNothingIsLost(t *testing.T) {
	w := write(t)
	w.begin("Bridge", "<p>Old</p>")
	for _, c := range []struct {
		trouble int32
		state   string
		status  string
	}{{500, "offline", "Offline"}, {-1, "offline", "Offline"}, {401, "signed-out", "Not saved"}} {
		t.Run(fmt.Sprint(c.trouble), func(t *testing.T) {
			w.t = t
			before := w.stored()
			w.trouble.Store(c.trouble)
			w.body()
			added := fmt.Sprintf(" and %d", c.trouble)
			w.keys(added)
			w.until(`document.querySelector("[data-edit]").dataset.state === "` + c.state + `"`)
			w.until(`document.querySelector("[data-status]").textContent === "` + c.status + `"`)
			if w.stored() != before {
				t.Fatal("it was saved all the same")
			}
			w.dialogs = 0
			w.visit() // as after a crash: the page goes, and nothing of it is saved
			w.until(`!document.querySelector("[data-recovered]").hidden`)
			w.until(`document.querySelector("#body").textContent.includes(` + fmt.Sprintf("%q", added) + `)`)
			if w.dialogs == 0 {
				t.Error("the browser did not ask before it left")
			}
			w.trouble.Store(0)
			ask[bool](w, `dispatchEvent(new Event("online"))`)
			w.saved()
			if got := w.stored(); !strings.Contains(got, added) {
				t.Errorf("stored is %s", got)
			}
			w.visit()
			w.until(`document.querySelector("[data-recovered]").hidden`)
		})
	}
	w.t = t

	// what was recovered can be taken back
	before := w.stored()
	w.trouble.Store(500)
	w.body()
	w.keys(" unwanted")
	w.until(`document.querySelector("[data-edit]").dataset.state === "offline"`)
	w.visit()
	w.until(`!document.querySelector("[data-recovered]").hidden`)
	w.trouble.Store(0)
	ask[bool](w, `document.querySelector("[data-does=recovered_undo]").click(), dispatchEvent(new Event("online"))`)
	w.wants(before)

	// another window of the same person leaves alone what this one has unsaved,
	// and takes it over once this one has saved it
	w.trouble.Store(500)
	w.body()
	w.keys(" here")
	w.until(`document.querySelector("[data-edit]").dataset.state === "offline"`)
	first := w.ctx
	second, cancel := chromedp.NewContext(first)
	w.ctx = second
	w.listen(second)
	w.visit()
	w.until(`document.querySelector("[data-edit]").dataset.recovery`)
	if ask[bool](w, `!document.querySelector("[data-recovered]").hidden || document.querySelector("#body").textContent.includes(" here")`) {
		t.Error("a window took what another one has unsaved")
	}
	w.trouble.Store(0)
	w.ctx = first
	ask[bool](w, `dispatchEvent(new Event("online"))`)
	w.saved()
	w.ctx = second
	ask[bool](w, `document.dispatchEvent(new Event("visibilitychange")), true`)
	w.until(`document.querySelector("#body").textContent.includes(" here")`)
	w.ctx = first
	cancel()

	// nobody else sees it in the same browser, nor saves it as their own
	w.trouble.Store(500)
	w.body()
	w.keys(" of the editor")
	w.until(`document.querySelector("[data-edit]").dataset.state === "offline"`)
	w.signIn("chief editor")
	w.trouble.Store(0)
	ask[bool](w, `dispatchEvent(new Event("online"))`)
	w.until(`document.querySelector("[data-edit]").dataset.state === "signed-out"`)
	w.until(`document.querySelector("[data-notice]").textContent.includes("The chief editor")`)
	w.visit()
	w.until(`document.querySelector("[data-recovered]").hidden && !document.querySelector("#body").textContent.includes("of the editor")`)
	w.signIn("editor")
	w.visit()
	w.until(`document.querySelector("#body").textContent.includes("of the editor")`)
	w.saved()
	if got := w.stored(); !strings.Contains(got, "of the editor") {
		t.Errorf("stored is %s", got)
	}
	w.quiet()
}

// TestTwoAtOnce: what somebody else saves comes into the text without moving the
// caret; where both changed the same words, one chooses.
func TestTwoAtOnce(t *testing.T) {
	w := write(t)
	w.begin("Bridge", "<p>One</p><p>Two</p><p>Three</p>")
	other := func(change func(c *stet.Content)) {
		t.Helper()
		if _, err := w.db.UpdateArticle(t.Context(), w.article, func(a *stet.Article) error {
			c := a.Latest().Content
			body, err := prose.Parse(c.Body.JSON())
			if err != nil {
				return err
			}
			c.Body = body
			change(&c)
			return a.Save(w.people["chief editor"].User(), c, w.now)
		}); err != nil {
			t.Fatal(err)
		}
	}
	set := func(i int, text string) func(*stet.Content) {
		return func(c *stet.Content) { c.Body.Content[i].Content = []*prose.Node{{Type: prose.Text, Text: text}} }
	}
	doc := func(texts ...string) string {
		var out []string
		for _, s := range texts {
			out = append(out, fmt.Sprintf(para, s))
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	w.body()
	other(func(c *stet.Content) { set(0, "One changed")(c); c.Kicker = "City" })
	w.keys(" here")
	w.wants(doc("One changed", "Two", "Three here"))
	w.keys("!") // the caret is where it was
	w.wants(doc("One changed", "Two", "Three here!"))
	if got := ask[string](w, `document.querySelector("#kicker").value`); got != "City" {
		t.Errorf("the kicker is %q", got)
	}

	for i, c := range []struct{ choice, want string }{{"mine", "my 0"}, {"theirs", "their 1"}, {"both", "my 2|their 2"}} {
		ask[bool](w, `(() => { const p = document.querySelectorAll("#body > p"); getSelection().selectAllChildren(p[p.length-1]); return true })()`)
		time.Sleep(50 * time.Millisecond)
		at := len(strings.Split(w.stored(), `"paragraph"`)) - 2
		other(set(at, fmt.Sprint("their ", i)))
		w.text(fmt.Sprint("my ", i))
		w.until(`document.querySelector("[data-edit]").dataset.state === "clash"`)
		ask[bool](w, `document.querySelector("[data-does=clash_choose]").click(), true`)
		w.until(`document.querySelector("[data-clash-dialog] input[value=` + c.choice + `]")`)
		ask[bool](w, `document.querySelector("[data-clash-dialog] input[value=`+c.choice+`]").click(), document.querySelector("[data-clash-dialog] button.primary").click(), true`)
		w.saved()
		want := append([]string{"One changed", "Two"}, strings.Split(c.want, "|")...)
		if got := w.stored(); got != doc(want...) {
			t.Errorf("%s: the text is %s", c.choice, got)
		}
	}

	// where the other one is, is marked
	a, err := w.db.Article(t.Context(), w.article)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.db.Here(t.Context(), string(w.article), store.Presence{Tab: "other", Person: w.people["chief editor"].ID, Block: a.Latest().Body.Content[1].Attrs.Get("id")}, w.now); err != nil {
		t.Fatal(err)
	}
	ask[bool](w, `document.dispatchEvent(new Event("visibilitychange")), true`)
	w.until(`document.querySelector("#body > p:nth-child(2).other")?.dataset.names === "The chief editor"`)
	w.until(`document.querySelector("[data-people]").textContent.includes("The chief editor")`)

	// without anything unsaved here, what others do just comes in
	other(set(1, "Deux"))
	ask[bool](w, `document.dispatchEvent(new Event("visibilitychange")), true`)
	w.until(`document.querySelector("#body").textContent.includes("Deux")`)
	w.quiet()
}

// pick chooses the words of a block, as by the mouse.
func (w *writing) pick(selector string) {
	w.t.Helper()
	ask[bool](w, `(() => { document.querySelector("#body").focus(); getSelection().selectAllChildren(document.querySelector("#body > `+selector+`")); return true })()`)
	time.Sleep(50 * time.Millisecond)
}

func (w *writing) click(selector string) {
	w.t.Helper()
	w.until(`document.querySelector(` + fmt.Sprintf("%q", selector) + `)`)
	ask[bool](w, `document.querySelector(`+fmt.Sprintf("%q", selector)+`).click(), true`)
}

// TestTools: what stands over and around the text.
func TestTools(t *testing.T) {
	w := write(t)

	// pasting keeps what a document has, at the caret, and tells what was left out
	w.begin("Bridge", "<p>Before after</p>")
	ask[bool](w, `(() => { document.querySelector("#body").focus(); getSelection().collapse(document.querySelector("#body p").firstChild, "Before ".length); return true })()`)
	time.Sleep(50 * time.Millisecond)
	word, err := os.ReadFile("testdata/paste/word.html")
	if err != nil {
		t.Fatal(err)
	}
	w.paste(string(word), "The bridge opens …")
	w.until(`document.querySelector("#body table")`)
	w.until(`document.querySelector("[data-announce]").textContent.startsWith("Pasted without: attribute onclick")`)
	w.keys("!")
	w.saved()
	if got := w.stored(); !strings.HasPrefix(got, `[{"type":"paragraph","content":[{"type":"text","text":"Before "}]},{"type":"heading"`) ||
		!strings.HasSuffix(got, `{"type":"text","text":"The end.!after"}]}]`) || !strings.Contains(got, `"bullet_list"`) || strings.Contains(got, "alert") {
		t.Errorf("pasted: %s", got)
	}
	// without an answer the browser reads it, and nothing runs
	w.trouble.Store(500)
	w.pick("p:last-child")
	w.paste(`<h2>Head<script>document.title = "run"</script></h2><p onclick="x()">one <b>two</b> <a href="javascript:x()">three</a><img src=x onerror="document.title = 'run'"></p>`, "Head")
	w.until(`document.querySelector("[data-announce]").textContent.includes("does not answer")`)
	w.trouble.Store(0)
	ask[bool](w, `dispatchEvent(new Event("online"))`)
	w.saved()
	if got := w.stored(); !strings.Contains(got, `{"type":"text","marks":[{"type":"strong"}],"text":"two"},{"type":"text","text":" three"}`) || strings.Contains(got, "javascript") {
		t.Errorf("pasted away from the desk: %s", got)
	}
	if ask[string](w, `document.title`) == "run" {
		t.Error("a script was run")
	}
	w.mu.Lock()
	w.faults = slices.DeleteFunc(w.faults, func(s string) bool { return strings.Contains(s, "Executing inline event handler") }) // it was kept from it
	w.mu.Unlock()
	// what is copied here is pasted as it was, with ids of its own
	w.begin("Bridge", "<blockquote><p>Said</p><footer>Somebody</footer></blockquote><p>End</p>")
	ask[bool](w, `(() => { const b = document.querySelector("#body"); b.focus(); getSelection().selectAllChildren(b); return true })()`)
	time.Sleep(50 * time.Millisecond)
	copied := ask[string](w, `(() => { const d = new DataTransfer(); document.querySelector("#body").dispatchEvent(new ClipboardEvent("copy", {clipboardData: d, bubbles: true, cancelable: true})); return d.getData("text/html") })()`)
	w.body()
	w.press("Enter")
	w.paste(copied, "Said")
	const said = `{"type":"quote","attrs":{"attribution":"Somebody"},"content":[{"type":"paragraph","content":[{"type":"text","text":"Said"}]}]}`
	w.wants("[" + said + "," + fmt.Sprintf(para, "End") + "," + said + "," + fmt.Sprintf(para, "End") + "]")
	// an address over words makes them a link; too much is refused with a word
	w.pick("p:last-child")
	w.paste("", "https://example.org/")
	w.saved()
	if got := w.stored(); !strings.HasSuffix(got, `{"type":"text","marks":[{"type":"link","attrs":{"href":"https://example.org/"}}],"text":"End"}]}]`) {
		t.Errorf("a link: %s", got)
	}
	ask[bool](w, `(() => { const d = new DataTransfer(); d.setData("text/plain", "x".repeat(2 << 20 | 1)); document.querySelector("#body").dispatchEvent(new ClipboardEvent("paste", {clipboardData: d, bubbles: true, cancelable: true})); return true })()`)
	w.until(`document.querySelector("[data-announce]").textContent.includes("too long")`)

	// find and replace: all scripts, case, whole words, through marks
	w.begin("Bridge", "<p>Мост и МОСТ, мост<b>ик</b>. Մոսկվա ՄՈՍԿՎԱ</p><p>“Bridge” “bridge”</p>")
	found := func(what string, want int) {
		t.Helper()
		ask[bool](w, `(() => { const i = document.querySelector("#find-what"); i.value = `+fmt.Sprintf("%q", what)+`; i.dispatchEvent(new Event("input")); return true })()`)
		if got := ask[string](w, `document.querySelector(".find output").value`); got != fmt.Sprintf("%d found", want) {
			t.Errorf("%s: %s, want %d", what, got, want)
		}
	}
	toggle := func(i int) { w.click(fmt.Sprintf(".find label.check:nth-of-type(%d) input", i+2)) }
	w.body()
	w.press("Mod-f")
	found("мост", 3)
	found("մոսկվա", 2)
	found(`"bridge"`, 2)
	toggle(2)
	found("мост", 2)
	toggle(1)
	found("мост", 0)
	toggle(2)
	found("мост", 1)
	toggle(1)
	found("мост", 3)
	ask[bool](w, `document.querySelector("#find-instead").value = "тоннель $&", document.querySelector("#find-instead").dispatchEvent(new Event("input"))`)
	w.click("[data-find=replace_all]")
	w.until(`document.querySelector(".find output").value === "3 replaced"`)
	w.press("Escape")
	w.saved()
	if got := w.stored(); !strings.Contains(got, `"text":"тоннель $& и тоннель $&, тоннель $&"`) {
		t.Errorf("replaced: %s", got)
	}

	// the keyboard: Tab leaves the text, Alt+F10 is the toolbar, arrows go through it
	w.body()
	w.press("Tab")
	if ask[bool](w, `document.querySelector("#body").contains(document.activeElement)`) {
		t.Error("Tab stays in the text")
	}
	w.body()
	w.press("Alt-F10")
	w.until(`document.activeElement.dataset.action === "strong"`)
	w.press("ArrowRight")
	w.until(`document.activeElement.dataset.action === "em"`)
	w.press("Escape")
	w.until(`document.activeElement.id === "body"`)
	w.press("Mod-/")
	w.until(`document.querySelector("[data-sheet][open]")`)
	w.press("Escape")
	w.until(`!document.querySelector("[data-sheet]")`)

	// a block says its language, and so does the one that goes on from it
	w.begin("Bridge", "<p>x</p>")
	w.body()
	w.press("Alt-Enter")
	w.until(`document.activeElement.name === "lang"`)
	w.keys("ru")
	w.press("Enter")
	w.until(`document.activeElement.id === "body"`)
	w.press("Enter")
	w.keys("да")
	w.wants(`[{"type":"paragraph","attrs":{"lang":"ru"},"content":[{"type":"text","text":"x"}]},{"type":"paragraph","attrs":{"lang":"ru"},"content":[{"type":"text","text":"да"}]}]`)

	// words of a headline find a story that readers have, by the keyboard alone
	ferry := w.newsroom.write("editor", "A ferry goes at night")
	path := w.change(ferry, func(a *stet.Article) error { return a.Publish(w.people["editor"].User(), time.Time{}, w.now) }).Path
	w.begin("Bridge", "<p>See the ferry</p>")
	w.pick("p")
	w.press("Mod-k")
	w.until(`document.activeElement?.name === "href"`)
	const offer = `document.querySelector("#ask-href-options li")?.textContent.startsWith("A ferry goes at night")`
	w.keys("ferr nigh")
	w.until(offer)
	w.press("Escape")
	w.until(`document.querySelector("#ask-href-options").hidden && document.querySelector("dialog[open]")`)
	w.keys("t")
	w.until(offer + ` && !document.querySelector("#ask-href-options").hidden`)
	w.press("ArrowDown")
	w.press("Enter")
	w.until(fmt.Sprintf(`document.activeElement?.value === %q`, path))
	w.press("Enter")
	w.until(`document.querySelector("#body a")`)
	w.wants(fmt.Sprintf(`[{"type":"paragraph","content":[{"type":"text","marks":[{"type":"link","attrs":{"href":%q}}],"text":"See the ferry"}]}]`, path))

	// every button does something here, and what it leads to is stored; a headline
	// is text, whatever it looks like
	const hostile = `</script><script>document.title = "run"</script>"&amp;`
	w.begin(hostile, "<p>x</p>")
	if got := ask[string](w, `document.querySelector("#headline").value`); got != hostile || ask[string](w, `document.title`) == "run" {
		t.Errorf("the headline is %q", got)
	}
	for _, c := range []struct{ button, fill, want string }{
		{"link", `{"href": "example.org/a", "text": "words"}`, `{"type":"text","marks":[{"type":"link","attrs":{"href":"https://example.org/a"}}],"text":"words"}`},
		{"picture", `{"url": "https://example.org/a.jpg", "alt": "A bridge", "credit": "Ann"}`, `{"type":"picture","attrs":{"url":"https://example.org/a.jpg","alt":"A bridge","credit":"Ann"}}`},
		{"gallery", `{"url": "https://example.org/b.jpg"}`, `{"type":"gallery","content":[{"type":"picture","attrs":{"url":"https://example.org/b.jpg"}}]}`},
		{"embed", `{"url": "https://youtu.be/abc"}`, `{"type":"embed","attrs":{"url":"https://youtu.be/abc","provider":"YouTube"}}`},
		{"table", "", `{"type":"table","content":[{"type":"table_row","content":[{"type":"table_header"`},
		{"row_after", "", ""},
		{"column_after", "", ""},
		{"delete_row", "", ""},
		{"delete_column", "", ""},
		{"header_row", "", ""},
	} {
		if !strings.Contains(c.button, "_") || c.button == "table" {
			w.body()
			w.press("Mod-Enter") // out of what stands there
		}
		if c.button == "row_after" {
			w.pick("table tr:nth-child(2) td")
		}
		w.click("[data-action=" + c.button + "]")
		if c.fill != "" {
			w.until(`document.querySelector("dialog[open]")`)
			ask[bool](w, `(() => { const d = document.querySelector("dialog"); for (const [k, v] of Object.entries(`+c.fill+`)) d.querySelector("[name=" + k + "]").value = v; d.querySelector(".primary").click(); return true })()`)
			w.until(`!document.querySelector("dialog")`)
		}
		w.until(`document.querySelector("[data-edit]").dataset.state === "saving"`)
		w.saved()
		if got := w.stored(); !strings.Contains(got, c.want) {
			t.Errorf("%s: %s", c.button, got)
		}
	}
	w.pictures()
	w.quiet()
}

// pictures: a file that is pasted is brought in and stands in the text; one of
// the library stands over it; the focus is moved by keys.
func (w *writing) pictures() {
	w.t.Helper()
	w.keep()
	w.begin("Bridge", "<p>x</p>")
	w.body()
	ask[bool](w, `(async () => {
		const c = new OffscreenCanvas(300, 200)
		c.getContext("2d").fillRect(0, 0, 90, 90)
		const data = new DataTransfer()
		data.items.add(new File([await c.convertToBlob({ type: "image/png" })], "bay.png", { type: "image/png" }))
		document.querySelector("#body").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
		return true
	})()`)
	w.until(`document.querySelector("#body .picture img")`)
	w.saved()
	found, _, err := w.db.FindPictures(w.t.Context(), picture.Query{})
	if err != nil || len(found) != 1 || found[0].PictureFile.Name != "bay.png" {
		w.t.Fatalf("%d pictures, %v", len(found), err)
	}
	if got := w.stored(); !strings.Contains(got, `{"type":"picture","attrs":{"ref":"`+string(found[0].ID)+`"}}`) {
		w.t.Errorf("pasted: %s", got)
	}
	w.click("[data-does=picture_choose]")
	w.until(`document.querySelector("[data-choose]")`)
	w.click("[data-choose]")
	w.until(`document.querySelector(".lead img") && document.activeElement.id === "picture.alt"`)
	w.keys("The bay")
	w.until(`document.querySelector("[data-edit]").dataset.state === "saving"`)
	w.saved()
	// Two files that are dropped on the text stand there; one that is no picture is
	// refused by its name.
	w.body()
	ask[bool](w, `(async () => {
		const data = new DataTransfer()
		for (const fill of ["red", "green"]) {
			const c = new OffscreenCanvas(200, 100), g = c.getContext("2d")
			g.fillStyle = fill
			g.fillRect(0, 0, 90, 90)
			data.items.add(new File([await c.convertToBlob({ type: "image/png" })], fill + ".png", { type: "image/png" }))
		}
		data.items.add(new File(["words"], "notes.txt", { type: "text/plain" }))
		const at = document.querySelector("#body").lastElementChild.getBoundingClientRect()
		document.querySelector("#body").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true, clientX: at.left + 5, clientY: at.top + 5 }))
		return true
	})()`)
	w.until(`document.querySelectorAll("#body .picture img").length === 3`)
	w.until(`document.querySelector("[data-upload=failed]")?.textContent.includes("notes.txt")`)
	w.saved()

	// A gallery, by keys alone.
	for n := range 2 {
		w.body()
		w.press("Mod-Alt-g")
		w.until(`document.querySelectorAll("[data-choose]").length === 3`)
		ask[bool](w, fmt.Sprintf(`(document.querySelectorAll("[data-choose]")[%d].focus(), true)`, n))
		w.press("Enter")
		w.until(fmt.Sprintf(`document.querySelectorAll("#body .gallery .picture img").length === %d`, n+1))
	}
	w.until(`document.querySelector("[data-edit]").dataset.state === "saving"`)
	w.saved()
	if got := w.stored(); strings.Count(got, `"type":"gallery"`) != 1 || strings.Count(got, `"type":"picture"`) != 5 {
		w.t.Errorf("a gallery is kept as %s", got)
	}
	// The same picture in another size: the one that is here can be taken instead.
	for n, width := range []int{400, 200} {
		w.body()
		ask[bool](w, fmt.Sprintf(`(async () => {
			const c = new OffscreenCanvas(%d, %[1]d), g = c.getContext("2d")
			g.scale(%[1]d / 8, %[1]d / 8)
			for (let i = 0; i < 64; i++) {
				g.fillStyle = "hsl(0 0%% " + (i * 37 %% 64) * 100 / 64 + "%%)"
				g.fillRect(i %% 8, i >> 3, 1, 1)
			}
			const data = new DataTransfer()
			data.items.add(new File([await c.convertToBlob({ type: "image/png" })], "tiles%[1]d.png", { type: "image/png" }))
			document.querySelector("#body").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
			return true
		})()`, width))
		w.until(fmt.Sprintf(`document.querySelectorAll("#body .picture img").length === %d`, 6+n))
	}
	w.until(`document.querySelector("[data-upload=like] [data-does=upload_like_use]")`)
	ask[bool](w, `(document.querySelector("[data-does=upload_like_use]").focus(), true)`)
	w.press("Enter")
	w.until(`!document.querySelector("[data-upload=like]") && document.activeElement.id === "body"`)
	w.until(`document.querySelector("[data-edit]").dataset.state === "saving"`)
	w.saved()
	tiles, _, err := w.db.FindPictures(w.t.Context(), picture.Query{Text: "tiles400"})
	if err != nil || len(tiles) != 1 || strings.Count(w.stored(), string(tiles[0].ID)) != 2 {
		w.t.Errorf("%d pictures, %v; the one that is here stands in %s", len(tiles), err, w.stored())
	}
	w.library()
	if p := w.newsroom.article(w.article).Latest().Picture; p == nil || p.ID != found[0].ID || p.Alt != "The bay" {
		w.t.Errorf("the picture over the story is %+v", p)
	}
	if _, err := call(w.ctx, page.Navigate, page.NavigateParams{URL: w.url + picturePath(found[0].ID)}); err != nil {
		w.t.Fatal(err)
	}
	w.until(`document.querySelector("[data-crop][data-ready]")`)
	ask[bool](w, `(document.querySelector("[data-stage]").focus(), true)`)
	w.press("ArrowRight")
	w.press("ArrowRight")
	ask[bool](w, `(document.querySelector("[data-part='1x1'] button").click(), true)`)
	if ask[bool](w, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "-", bubbles: true, cancelable: true }))`) {
		w.t.Error("nobody takes the key that makes a part smaller")
	}
	ask[bool](w, `(document.querySelector("[data-crop] .primary").click(), true)`)
	w.until(`document.querySelector(".did")`)
	p := w.picture(found[0].ID)
	if d := p.Focus.X - found[0].Focus.X; p.Guessed || d < 0.019 || d > 0.021 || p.Crops[stet.Square].Width == 0 || p.Crops[stet.Square].Width >= 200 {
		w.t.Errorf("saved %+v %+v", p.Focus, p.Crops)
	}
}

// library: files are dropped on the library, and a connection that breaks in the
// middle of one costs a part of it.
func (w *writing) library() {
	w.t.Helper()
	if _, err := call(w.ctx, page.Navigate, page.NavigateParams{URL: w.url + "/desk/pictures"}); err != nil {
		w.t.Fatal(err)
	}
	w.until(`document.querySelector("form[data-bring] button")?.hidden`)
	w.cut.Store(true)
	size := ask[int64](w, `(async () => {
		const c = new OffscreenCanvas(800, 600), g = c.getContext("2d"), noise = g.createImageData(800, 600)
		for (let i = 0; i < noise.data.length; i += 65536) crypto.getRandomValues(noise.data.subarray(i, i + 65536))
		for (let i = 3; i < noise.data.length; i += 4) noise.data[i] = 255
		g.putImageData(noise, 0, 0)
		const file = new File([await c.convertToBlob({ type: "image/png" })], "noise.png", { type: "image/png" })
		const data = new DataTransfer()
		data.items.add(file)
		document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }))
		return file.size
	})()`)
	w.until(`document.querySelector("[data-upload=failed] [role=alert]")?.textContent`)
	if sent := ask[float64](w, `document.querySelector("[data-upload=failed] progress").value`); sent <= 0 || sent >= 100 {
		w.t.Errorf("%v %% of the file are there", sent)
	}
	w.cut.Store(false)
	ask[bool](w, `([...document.querySelectorAll("[data-upload=failed] button")].find(b => b.textContent === "Try again").focus(), true)`)
	w.press("Enter")
	w.until(`document.querySelector("[data-upload=done] img")?.complete`)
	if high := ask[int](w, `document.querySelector("[data-upload=done] img").getBoundingClientRect().height`); high > 60 {
		w.t.Errorf("what has arrived is shown %d px high", high)
	}
	found, _, err := w.db.FindPictures(w.t.Context(), picture.Query{Text: "noise"})
	if err != nil || len(found) != 1 || found[0].PictureFile.Bytes != size {
		w.t.Errorf("%d pictures of %d bytes, %v", len(found), size, err)
	}
}
