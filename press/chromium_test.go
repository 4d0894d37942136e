package press

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

const chromium = "/usr/bin/chromium"

// A browser stops at the end of the first gzip member and says nothing. This
// one has to see every byte of random compositions, by fetch and as a page.
func TestChromium(t *testing.T) {
	if _, err := os.Stat(chromium); err != nil {
		absent(t, chromium)
	}
	pages, blocks := make(map[string]Page), make(map[string]Block)
	r := rand.New(rand.NewPCG(9, 10))
	for i := range 8 {
		blocks[fmt.Sprint(i)] = Block{HTML: randomText(r)}
	}
	sums := make(map[string]string)
	for i := range 40 {
		page := Page{Fields: []Field{{"Content-Type", "application/octet-stream"}}}
		hash := sha256.New()
		for range 1 + r.IntN(maxParts) {
			if r.IntN(2) == 0 {
				name := fmt.Sprint(r.IntN(8))
				page.Parts = append(page.Parts, Part{Block: name})
				hash.Write(blocks[name].HTML)
			} else {
				text := randomText(r)
				page.Parts = append(page.Parts, Part{HTML: text})
				hash.Write(text)
			}
		}
		path := fmt.Sprint("/", i)
		pages[path], sums[path] = page, hex.EncodeToString(hash.Sum(nil))
	}
	long := strings.Repeat("<li>Новости · news · xəbərlər</li>", 500)
	blocks["latest"] = blockOf("<ol id=latest>" + long + "</ol>")
	pages["/"] = pageOf("<!doctype html><html lang=ru><title>Газета</title><body><h1>", "Заголовок</h1>", "@latest", "", "<p id=end>конец</p>")

	p := New(fixed(pages, blocks))
	server := httptest.NewServer(handler(p))
	defer server.Close()

	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	allocator, cancel := chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true))
	defer cancel()
	tab, cancel := chromedp.NewContext(allocator)
	defer cancel()

	if err := chromedp.Do(tab, chromedp.Navigate(server.URL+"/")); err != nil {
		t.Fatal(err)
	}
	seen, err := chromedp.Run(tab, chromedp.Evaluate[string](
		`[document.title, document.querySelector("h1").textContent, document.querySelectorAll("#latest li").length, document.querySelector("#end").textContent].join("|")`))
	if want := "Газета|Заголовок|500|конец"; err != nil || seen != want {
		t.Errorf("the page shows %q, %v; want %q", seen, err, want)
	}

	const script = `(async () => {
		const sums = {};
		for (let i = 0; i < 40; i++) {
			const answer = await fetch("/" + i, {cache: "no-store"});
			const hash = await crypto.subtle.digest("SHA-256", await answer.arrayBuffer());
			sums["/" + i] = [...new Uint8Array(hash)].map(b => b.toString(16).padStart(2, "0")).join("") + answer.headers.get("Content-Encoding");
		}
		return JSON.stringify(sums);
	})()`
	out, err := chromedp.Run(tab, chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	for path, sum := range sums {
		if got[path] != sum+"gzip" {
			t.Errorf("%s: the browser has %s, want %s", path, got[path], sum)
		}
	}

	// A second visit is answered with 304 and shows the same.
	status, err := chromedp.Run(tab, chromedp.Evaluate[string](`fetch("/", {cache: "no-cache"}).then(r => r.text()).then(t => String(t.length))`, chromedp.EvalAwaitPromise))
	whole := respond(t, p, "/", "")
	if want := fmt.Sprint(len([]rune(string(bodyOf(&whole))))); err != nil || status != want {
		t.Errorf("after revalidation %s characters, %v; want %s", status, err, want)
	}
}
