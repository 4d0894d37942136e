//go:build !race

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"stet"
	"stet/media"
	"stet/site/theme"
	"stet/store"
	"stet/transfer"
)

// toolsEnv names the variable that holds the directory of what .ci/tools names;
// make test fills it.
const toolsEnv = "STET_TEST_TOOLS"

// sampleTime is when the sample newsroom is read.
var sampleTime = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// judged are the editions whose pages of every kind the tools look at: left to
// right and right to left, four scripts.
var judged = []stet.Lang{"ru", "en", "hy", "ar"}

// TestPages lets other people's tools judge the sample newsroom's pages.
func TestPages(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a browser, Java and Node")
	}
	t.Parallel()
	n := openSample(t, theme.Default)
	n.judge(t)
	beside(t, "data", n.linkedData)
	beside(t, "feeds", n.feeds)
}

// TestOtherThemes: what makes pages good holds for every theme that ships.
func TestOtherThemes(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a browser, Java and Node")
	}
	t.Parallel()
	for _, name := range theme.Names() {
		if name == theme.Default {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := openSample(t, name)
			n.few = []stet.Lang{"ru", "ar"}
			n.judge(t)
		})
	}
}

// judge is what holds for every theme. What takes longest is first.
func (n *sample) judge(t *testing.T) {
	beside(t, "walk", n.walk)
	beside(t, "lighthouse", n.lighthouse)
	beside(t, "pictures", n.pictures)
	beside(t, "still", n.still)
	beside(t, "html", n.validHTML)
	beside(t, "small", n.small)
	beside(t, "players", n.players)
}

// beside runs a part of a test beside others: most wait for a browser.
func beside(t *testing.T, name string, part func(*testing.T)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		part(t)
	})
}

// among are the editions that are looked at: all that are named, or those few
// that were chosen.
func (n *sample) among(langs ...stet.Lang) []stet.Lang {
	if n.few == nil {
		return langs
	}
	return n.few
}

// sample is the sample newsroom at sampleTime, with what it lacks to have pages
// of every kind.
type sample struct {
	handler  http.Handler
	server   *server
	url      string
	library  stet.Library
	editions []stet.Lang
	theme    string
	few      []stet.Lang // to be looked at, if not all
	body     string      // every node and mark, with TEXT for text and PICTURE1 … for pictures
	drawn    []stet.PictureID
}

// draw brings pictures into the newsroom: wide ones, a tall one, and one that can
// be seen through.
func (n *sample) draw(t *testing.T, s *media.Service, db *store.DB) {
	t.Helper()
	site, err := db.Site(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i, size := range []image.Point{{1500, 1000}, {1300, 1000}, {900, 1200}, {400, 400}, {1200, 800}, {1600, 900}} {
		m := image.NewNRGBA(image.Rectangle{Max: size})
		for y := range size.Y {
			for x := range size.X {
				m.SetNRGBA(x, y, color.NRGBA{uint8(x / 8), uint8(y / 8), uint8(40 * i), 255})
			}
		}
		if i == 3 {
			for y := range size.Y / 2 {
				for x := range size.X {
					m.SetNRGBA(x, y, color.NRGBA{})
				}
			}
		}
		var file bytes.Buffer
		if err := png.Encode(&file, m); err != nil {
			t.Fatal(err)
		}
		p, err := s.Bring(t.Context(), stet.Operator, media.Incoming{Name: "drawn.png", Body: &file, Say: func(d *stet.Description) {
			d.Words = map[stet.Lang]stet.PictureWords{}
			for _, l := range site.Langs() {
				d.Words[l] = stet.PictureWords{Alt: fmt.Sprintf("%s %d", l, i), Caption: fmt.Sprintf("(%s) %d", l, i)}
			}
			d.Creator, d.Credit, d.Copyright = "Anna Berg", "Berg / Example", "© Example"
			d.Terms, d.Licensor = "https://example.com/terms", "https://example.com/licence"
		}})
		if err != nil {
			t.Fatal(err)
		}
		n.drawn = append(n.drawn, p.ID)
		n.body = strings.ReplaceAll(n.body, fmt.Sprintf("PICTURE%d", i), string(p.ID))
	}
}

func openSample(t *testing.T, theme string) *sample {
	t.Helper()
	served := httptest.NewUnstartedServer(nil)
	n := &sample{url: "http://" + served.Listener.Addr().String(), theme: theme}
	body, err := os.ReadFile("testdata/judge/body.json")
	if err != nil {
		t.Fatal(err)
	}
	n.body = string(body)
	c := defaults()
	c.Dir, c.URL, c.Addr, c.Theme = t.TempDir(), n.url, "127.0.0.1:0", theme
	if err := c.fillDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := c.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	n.library = db.Public()
	files, err := c.files(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return sampleTime }
	pictures := media.NewService(media.Options{DB: db, Files: files, Encoder: media.NewEncoder(), Log: slog.New(slog.DiscardHandler), Now: now})
	if err := paint(t.Context(), db, pictures, sampleScale, now); err != nil {
		t.Fatal(err)
	}
	develop(t, pictures)
	n.draw(t, pictures, db)
	n.complete(t, db)
	s, err := newServer(t.Context(), &c, db, slog.New(slog.DiscardHandler), func() time.Time { return sampleTime })
	if err != nil {
		t.Fatal(err)
	}
	s.listener.Close()
	n.server, n.handler, served.Config.Handler = s, s.handler, s.handler
	served.Start()
	t.Cleanup(served.Close)
	return n
}

// sampleScale makes the sample pictures as wide as a phone shows them.
const sampleScale = .35

// develop makes all files of the pictures that are there.
func develop(t *testing.T, s *media.Service) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		s.Run(ctx)
		close(done)
	}()
	defer func() {
		stop()
		<-done
	}()
	for {
		waiting, err := s.Waiting(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if waiting.Failed > 0 {
			t.Fatalf("%d files of pictures cannot be made", waiting.Failed)
		}
		if waiting.Wanted == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// complete adds to every edition a story with all that a body can hold and all
// that can stand around one, a page, and a story that was withdrawn; and breaking
// news to some.
func (n *sample) complete(t *testing.T, db *store.DB) {
	t.Helper()
	ctx := t.Context()
	site, err := db.Site(ctx)
	if err != nil {
		t.Fatal(err)
	}
	n.editions = site.Langs()
	var lines strings.Builder
	for _, l := range n.editions {
		heads, err := n.library.Heads(ctx, stet.HeadQuery{Lang: l, Limit: 1})
		if err != nil || len(heads) == 0 {
			t.Fatalf("%s has no story: %v", l, err)
		}
		h, err := n.library.Story(ctx, heads[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(h.Headline)
		if err != nil {
			t.Fatal(err)
		}
		body := json.RawMessage(strings.ReplaceAll(n.body, "TEXT", string(text[1:len(text)-1])))
		at := time.Date(2020, 2, 29, 9, 0, 0, 0, time.UTC)
		whole := map[string]any{
			"id": "whole-" + l, "lang": l, "slug": "whole", "status": "published",
			"kicker": h.Headline, "headline": h.Headline, "standfirst": h.Standfirst, "body": body,
			"section": "city", "topics": []string{"port-of-orsana", "lesta-river"}, "authors": []string{"Anna Berg", "Bela Cruz", "Carl Dahl"},
			"dateline": "Orsana", "genre": "analysis", "licence": "CC BY 4.0", "published_at": at, "updated_at": at.Add(time.Hour),
			"source":  map[string]string{"name": "Example", "url": "https://example.com/", "kind": "release"},
			"picture": map[string]string{"id": string(n.drawn[0]), "caption": h.Headline, "credit": "Example"},
		}
		page := map[string]any{"id": "about-" + l, "kind": "page", "lang": l, "slug": "about",
			"status": "published", "headline": h.Headline, "body": body}
		gone := map[string]any{"id": "gone-" + l, "lang": l, "slug": "gone", "status": "published", "headline": h.Headline,
			"section": "city", "body": body, "published_at": at}
		if first := n.editions[0]; l != first {
			whole["translation_of"], page["translation_of"] = "whole-"+first, "about-"+first
		}
		for _, line := range []map[string]any{whole, page, gone} {
			out, err := json.Marshal(line)
			if err != nil {
				t.Fatal(err)
			}
			lines.Write(out)
			lines.WriteByte('\n')
		}
	}
	file := filepath.Join(t.TempDir(), "more.jsonl")
	if err := os.WriteFile(file, []byte(lines.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	im := transfer.Native{DB: db, Now: func() time.Time { return sampleTime }}
	if _, err := im.Import(ctx, []string{file}); err != nil {
		t.Fatal(err)
	}
	for l, line := range map[stet.Lang]stet.Breaking{
		"hy": {Text: "Ներքին կամուրջը փակ է"},
		"ka": {Text: "ქვედა ხიდი დაკეტილია", Path: "/ka/latest"},
		"ar": {Text: "إغلاق الجسر السفلي بعد ارتفاع منسوب نهر ليستا، والسكان مدعوون إلى التجمع عند المدرسة رقم 4", Path: "/ar/latest"},
	} {
		line.Lang, line.Until = l, sampleTime.Add(time.Hour)
		if _, err := db.Announce(ctx, stet.Operator, line, sampleTime); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range n.editions {
		if _, err := db.UpdateArticle(ctx, "gone-"+stet.ArticleID(l), func(a *stet.Article) error {
			return a.Withdraw(stet.Importer, a.Latest().Headline, sampleTime)
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := db.UpdateArticle(ctx, "whole-"+stet.ArticleID(l), func(a *stet.Article) error {
			return a.Correct(stet.Importer, a.Latest().Headline, sampleTime.Add(-time.Hour))
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// samplePage is a page of the newsroom: what kind it is, where it stands and
// what it answers with.
type samplePage struct {
	kind, path string
	status     int
}

// pages are one page of every kind in an edition.
func (n *sample) pages(t *testing.T, l stet.Lang) []samplePage {
	t.Helper()
	home := "/" + string(l)
	return []samplePage{
		{"front", home + "/", 200},
		{"section", home + "/city/", 200},
		{"section's month", home + "/city/2020/02", 200},
		{"topics", home + "/topics/", 200},
		{"topic", home + "/topics/port-of-orsana/", 200},
		{"authors", home + "/authors/", 200},
		{"author", n.link(t, home+"/authors/", home+`/authors/[^/"]+/`), 200},
		{"latest", home + "/latest", 200},
		{"year", home + "/latest/2026", 200},
		{"month", home + "/latest/2026/11", 200},
		{"day", home + "/latest/2026/11/22", 200},
		{"empty day", home + "/latest/2020/03/02", 200},
		{"article", n.story(t, "demo-water-agreement-"+stet.ArticleID(l)), 200},
		{"every element", n.story(t, "demo-storm-signals-"+stet.ArticleID(l)), 200},
		{"whole article", home + "/2020/02/whole", 200},
		{"page", home + "/pages/about", 200},
		{"search", home + "/search", 200},
		{"results", n.question(t, l), 200},
		{"no results", home + "/search?q=xyzzy", 200},
		{"missing", home + "/nowhere", 404},
		{"withdrawn", home + "/2020/02/gone", 410},
		{"plain error", home + "/bad%2Fpath", 404},
	}
}

// question is the address of a search for the first long word of a headline.
func (n *sample) question(t *testing.T, l stet.Lang) string {
	t.Helper()
	s, err := n.library.Story(t.Context(), "demo-water-agreement-"+stet.ArticleID(l))
	if err != nil {
		t.Fatal(err)
	}
	for word := range strings.FieldsFuncSeq(s.Headline, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) }) {
		if utf8.RuneCountInString(word) > 5 {
			return "/" + string(l) + "/search?q=" + url.QueryEscape(word)
		}
	}
	t.Fatalf("no word to look for in %q", s.Headline)
	return ""
}

// story is the address of a story.
func (n *sample) story(t *testing.T, id stet.ArticleID) string {
	t.Helper()
	s, err := n.library.Story(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return string(s.Path)
}

// link finds the first link on a page whose address is like the pattern.
func (n *sample) link(t *testing.T, page, pattern string) string {
	t.Helper()
	m := regexp.MustCompile(`href="(` + pattern + `)"`).FindStringSubmatch(n.get(t, page, 200))
	if m == nil {
		t.Fatalf("%s has no link to %s", page, pattern)
	}
	return m[1]
}

// page is the page of a kind.
func (n *sample) page(t *testing.T, l stet.Lang, kind string) string {
	t.Helper()
	for _, p := range n.pages(t, l) {
		if p.kind == kind {
			return p.path
		}
	}
	t.Fatalf("there is no kind of page %q", kind)
	return ""
}

// get reads what stands at an address, which has to answer with the status.
func (n *sample) get(t *testing.T, path string, status int) string {
	t.Helper()
	w := httptest.NewRecorder()
	n.handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != status {
		t.Errorf("%s answers %d, want %d", path, w.Code, status)
	}
	return w.Body.String()
}

// needs returns the path of a file in the tools' directory and fails or skips
// the test if it is not there.
func needs(t *testing.T, file string) string {
	t.Helper()
	path := filepath.Join(os.Getenv(toolsEnv), "node_modules", file)
	if _, err := os.Stat(path); err != nil {
		lacks(t, err)
	}
	return path
}

// lacks ends a test that cannot run on this machine.
func lacks(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("STET_TEST_ALL") != "" {
		t.Fatalf("make test installs what is missing: %v", err)
	}
	t.Skipf("make test installs what is missing: %v", err)
}

// program finds a program of the machine.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		lacks(t, err)
	}
	return path
}

// a view is how a reader looks at a page.
type view struct {
	name          string
	width, height int64
	density       float64
	scheme        string // light or dark
}

func (v view) String() string { return v.name + ", " + v.scheme }

var views = []view{
	{"phone", 390, 844, 2, "light"},
	{"phone", 390, 844, 2, "dark"},
	{"desktop", 1280, 900, 1, "light"},
	{"desktop", 1280, 900, 1, "dark"},
}

// openBrowser starts Chromium and returns the context of its tab.
func openBrowser(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(tool(t, "chromium")), chromedp.NoSandbox,
		chromedp.Flag("disable-component-update", true))
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// call sends a command to the browser's tab.
func call[P, R any](ctx context.Context, command cdp.Command[P, R], params P) (R, error) {
	return chromedp.Run(ctx, func(ctx context.Context, tab *chromedp.Target) (R, error) { return cdp.Call(ctx, tab, command, params) })
}

// look sets how the tab is looked at.
func look(t *testing.T, ctx context.Context, v view) {
	t.Helper()
	_, err := call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: v.width, Height: v.height, DeviceScaleFactor: v.density, Mobile: v.name == "phone"})
	if err == nil {
		_, err = call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: v.scheme}}})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// visit opens a page of the newsroom.
func (n *sample) visit(t *testing.T, ctx context.Context, path string) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(n.url+path)); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// ask evaluates a script, which may be a promise, on the page that is open.
func ask[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// fileName makes a file's name of a page's address.
func fileName(path string) string {
	return strings.Trim(strings.NewReplacer("/", "_", "%", "_").Replace(path), "_")
}

// findings are what a tool found, by what it says, and the places where.
type findings map[string][]string

func (f findings) add(what, where string) { f[what] = append(f[what], where) }

// report fails the test if there are any, each once.
func (f findings) report(t *testing.T, tool string) {
	t.Helper()
	for _, what := range slices.Sorted(maps.Keys(f)) {
		at := f[what]
		if len(at) > 4 {
			at = append(at[:4:4], fmt.Sprintf("%d more", len(f[what])-4))
		}
		t.Errorf("%s: %s\n\ton %s", tool, what, strings.Join(at, "\n\ton "))
	}
}
