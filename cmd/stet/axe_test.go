package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// axeEnv names the variable that holds the path of axe-core's script, which
// make test fetches.
const axeEnv = "STET_TEST_AXE"

// TestAxeFindsNothing opens the sample newsroom's pages in a browser, as wide
// as a phone and as a desk, light and dark, and lets axe judge them. No page may
// be wider than its window either.
func TestAxeFindsNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a browser")
	}
	browser, err := exec.LookPath("chromium")
	script, readErr := os.ReadFile(os.Getenv(axeEnv))
	if err != nil || readErr != nil {
		if os.Getenv("STET_TEST_ALL") != "" {
			t.Fatalf("make test installs what is missing: %v, %v", err, readErr)
		}
		t.Skipf("make test installs what is missing: %v, %v", err, readErr)
	}
	c := defaults()
	c.Dir, c.Addr = t.TempDir(), "127.0.0.1:0"
	if err := c.fillDemo(t.Context()); err != nil {
		t.Fatal(err)
	}
	db, err := c.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s, err := newServer(t.Context(), &c, db, slog.New(slog.DiscardHandler), func() time.Time { return time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC) })
	if err != nil {
		t.Fatal(err)
	}
	s.listener.Close()
	served := httptest.NewServer(s.handler)
	defer served.Close()

	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(browser), chromedp.NoSandbox,
		chromedp.Flag("disable-component-update", true))
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	article := func(lang string) string {
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequest("GET", "/"+lang+"/latest/2026/11", nil))
		m := regexp.MustCompile(`/` + lang + `/20\d\d/\d\d/[a-z0-9-]+`).FindString(w.Body.String())
		if m == "" {
			t.Fatalf("%s has no article", lang)
		}
		return m
	}
	paths := []string{"/ru/", article("ru"), "/ru/city/", "/ru/latest", "/ru/latest/2026/11/22", "/ru/topics/", "/ru/authors/", "/ru/nowhere",
		"/en/", article("en"), "/az/", article("hy"), article("ka"), "/ar/", article("ar"), "/ar/latest"}
	for _, p := range paths {
		for _, view := range []struct {
			width  int64
			scheme string
		}{{360, "light"}, {1280, "dark"}} {
			name := fmt.Sprintf("%s at %d px, %s", p, view.width, view.scheme)
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(view.width, 800)); err != nil {
				t.Fatal(err)
			}
			media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: view.scheme}}}
			if err := chromedp.Do(ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
				_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, media)
				return err
			})); err != nil {
				t.Fatal(err)
			}
			if err := chromedp.Do(ctx, chromedp.Navigate(served.URL+p)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if wide, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.documentElement.scrollWidth > innerWidth`)); err != nil || wide {
				t.Errorf("%s: the page is wider than its window (%v)", name, err)
			}
			found, err := chromedp.Run(ctx, chromedp.Evaluate[string](string(script)+`;
				axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(r => JSON.stringify(
					r.violations.map(v => v.id + ": " + v.nodes.map(n => n.html + " " + (n.any[0]?.message ?? "")).slice(0, 3).join(" | "))))`,
				chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			var violations []string
			if err := json.Unmarshal([]byte(found), &violations); err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				t.Errorf("%s: %s", name, v)
			}
		}
	}
}
