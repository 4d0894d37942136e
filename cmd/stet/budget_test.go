//go:build !race

package main

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"stet"
	"stet/site/theme"
)

// What a reader waits for when an article is opened for the first time.
const (
	firstBytes  = 20 << 10 // the page and its stylesheet, compressed
	firstWeight = 80 << 10 // all of it, with the font

	picturesWeight = 160 << 10 // those of the first view, on a phone
	firstRequests  = 4         // page, stylesheet, font, icon
	frontRequests  = 6         // the web app manifest and its icon too
)

var (
	stylesheets      = regexp.MustCompile(`<link rel="stylesheet" href="([^"]+)"`)
	player           = `<script src="` + theme.Script + `" defer>`
	pictureAddresses = regexp.MustCompile(`/(?:media/[a-v0-9]{16}/\d+\.[a-z]+|[a-z]{2}/\d{4}/\d\d/[^"/]+\.card\.png)`)

	scripts = regexp.MustCompile(`<script[^>]*>|\son[a-z]+="|<[^>]*\sstyle="`)
)

// small holds every story of every edition to firstBytes, and all pages to
// their promise that they work without script: the one that shows embeds is where
// one can be shown.
func (n *sample) small(t *testing.T) {
	size := func(path string) int {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		w := httptest.NewRecorder()
		n.handler.ServeHTTP(w, r)
		if w.Code != http.StatusOK || w.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s answers %d, coded %q", path, w.Code, w.Header().Get("Content-Encoding"))
		}
		return w.Body.Len()
	}
	largest, where := 0, ""
	for _, e := range n.editions {
		heads, err := n.library.Heads(t.Context(), stet.HeadQuery{Lang: e, Limit: 1000})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range heads {
			page := n.get(t, string(h.Path), 200)
			sheets := stylesheets.FindAllStringSubmatch(page, -1)
			sum := size(string(h.Path))
			for _, m := range sheets {
				sum += size(m[1])
			}
			if strings.Contains(page, player) {
				sum += size(theme.Script)
			}
			if len(sheets) != 1 || sum > firstBytes {
				t.Errorf("%s takes %d bytes with its %d stylesheets; want at most %d with one", h.Path, sum, len(sheets), firstBytes)
			}
			if sum > largest {
				largest, where = sum, string(h.Path)
			}
		}
		asked := map[string]bool{}
		for _, p := range n.pages(t, e) {
			page, players := n.get(t, p.path, p.status), 0
			for _, at := range pictureAddresses.FindAllString(page, -1) { // made or not, they answer
				if !asked[at] && e == n.editions[0] {
					n.get(t, at, 200)
				}
				asked[at] = true
			}
			if p.kind == "whole article" && len(asked) < 30 {
				t.Errorf("%s offers %d files of pictures", p.path, len(asked))
			}
			for _, s := range scripts.FindAllString(page, -1) {
				switch s {
				case `<script type="application/ld+json">`:
				case player:
					players++
				default:
					t.Errorf("%s (%s) has %s", p.path, p.kind, s)
				}
			}
			if wanted := strings.Contains(page, " data-player="); players > 1 || (players == 1) != wanted {
				t.Errorf("%s (%s) has the script of embeds %d times; it has embeds to show: %v", p.path, p.kind, players, wanted)
			}
		}
	}
	t.Logf("the largest article takes %d of %d bytes: %s", largest, firstBytes, where)
}

// shifted is how far the layout has moved since the page was opened, once all is
// loaded and the reader has been at its end.
const shifted = `(async () => {
	let sum = 0, what = [];
	new PerformanceObserver(list => list.getEntries().forEach(e => {
		sum += e.value;
		e.sources.forEach(s => what.push(s.node?.nodeName + "." + s.node?.className));
	})).observe({type: "layout-shift", buffered: true});
	await document.fonts.ready;
	scrollTo(0, document.documentElement.scrollHeight);
	await new Promise(done => setTimeout(done, 150));
	return sum > 0 ? sum + " " + what.join(" ") : "";
})()`

// sticksOut says where a tiny picture is seen beside the one that it stands
// behind.
const sticksOut = `[...document.querySelectorAll(".behind")].map(tiny => {
	const b = tiny.getBoundingClientRect(), p = tiny.parentNode.querySelector("picture img").getBoundingClientRect();
	return Math.abs(b.width - p.width) > 1 || Math.abs(b.height - p.height) > 1 || Math.abs(b.top - p.top) > 1
		? [b.width, b.height, "behind", p.width, p.height].join(" ") : "";
}).filter(Boolean).join("; ")`

// still opens fronts and articles on a slow network as if for the first time:
// nothing moves, everything comes from our host, and it takes firstRequests.
func (n *sample) still(t *testing.T) {
	ctx := openBrowser(t, 5*time.Minute)
	var mu sync.Mutex
	var asked []string
	if err := chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			asked = append(asked, e.Request.URL)
			mu.Unlock()
		}
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := call(ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		t.Fatal(err)
	}
	if _, err := call(ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Latency: 100, DownloadThroughput: 400 << 10, UploadThroughput: 100 << 10}}}); err != nil {
		t.Fatal(err)
	}
	for _, l := range n.among("ru", "hy", "ka", "ar") {
		kinds := []string{"front", "article"}
		if l == "ar" {
			kinds = append(kinds, "whole article") // with pictures
		}
		for _, kind := range kinds {
			for _, v := range []view{views[0], views[2]} {
				path := n.page(t, l, kind)
				look(t, ctx, v)
				if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
					t.Fatal(err)
				}
				mu.Lock()
				asked = nil
				mu.Unlock()
				n.visit(t, ctx, path)
				if moved := ask[string](t, ctx, shifted); moved != "" {
					t.Errorf("%s, %s: the layout shifts by %s", path, v, moved)
				}
				if out := ask[string](t, ctx, sticksOut); out != "" {
					t.Errorf("%s, %s: what stands behind a picture does not have its size: %s", path, v, out)
				}
				most := firstRequests
				if kind == "front" {
					most = frontRequests
				}
				mu.Lock()
				for _, url := range asked {
					if !strings.HasPrefix(url, n.url+"/") && !strings.HasPrefix(url, "data:") {
						t.Errorf("%s, %s: asks another host for %s", path, v, url)
					}
				}
				asked = slices.DeleteFunc(asked, func(url string) bool { // none of which holds the text up
					return strings.HasPrefix(url, n.url+"/media/") || strings.HasPrefix(url, "data:")
				})
				if len(asked) < 2 || len(asked) > most {
					t.Errorf("%s, %s: the first view takes %d requests: %s", path, v, len(asked), strings.Join(asked, " "))
				}
				mu.Unlock()
			}
		}
	}
}

// tooWide says by how much a page is wider than its window, and what sticks out.
const tooWide = `(() => {
	const room = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= room) return "";
	return document.documentElement.scrollWidth + " of " + room + ": " + [...document.querySelectorAll("body *")]
		.filter(e => { const r = e.getBoundingClientRect(); return r.right > room + 1 || r.left < -1; })
		.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(" | ");
})()`

// wrongSizes says where a page tells the browser another width of a picture than
// the one it is shown in: too small looks unsharp, too large is waste.
const wrongSizes = `[...document.querySelectorAll("picture > img[sizes]")].map(img => {
	const rule = img.sizes.split(/,(?![^(]*\))/).map(s => s.trim()).find(s => !s.startsWith("(min") || matchMedia(s.slice(0, s.indexOf(")") + 1)).matches);
	const probe = document.body.appendChild(document.createElement("i"));
	probe.style.position = "absolute";
	probe.style.width = rule.startsWith("(min") ? rule.slice(rule.indexOf(")") + 1) : rule;
	const told = probe.getBoundingClientRect().width, box = img.getBoundingClientRect();
	probe.remove();
	const shown = getComputedStyle(img).objectFit === "cover" ? Math.max(box.width, box.height * img.getAttribute("width") / img.getAttribute("height")) : box.width;
	const least = Math.min(shown, img.getAttribute("width") / devicePixelRatio);
	return shown > 0 && (told < least * .93 || told > shown * 1.25 + 16 && img.getAttribute("width") > shown) ? Math.round(told) + " told, " + Math.round(shown) + " shown: " + (img.closest("[class]")?.className) : "";
}).filter(Boolean).join("; ")`
