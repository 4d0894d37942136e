//go:build !race

package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	browserpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"stet"
	"stet/lang"
	"stet/site/theme"
)

var update = flag.Bool("update", false, "take the pictures in doc anew")

// picturesDir is where the pictures of a theme are, from here.
func picturesDir(name string) string {
	if name == theme.Default {
		return "../../doc/pages"
	}
	return "../../doc/pages-" + name
}

// pictured are the pages that are photographed.
var pictured = []struct {
	lang  stet.Lang
	kinds []string
}{
	{"ru", []string{"front", "article", "section", "results"}},
	{"az", []string{"front", "article"}},
	{"hy", []string{"front", "article"}},
	{"ka", []string{"front", "article"}},
	{"ar", []string{"front", "article", "section", "results"}},
}

// pictures opens pages as a phone and a desk show them, light and dark: they
// show their headline, the console stays silent, and dark is dark. With -update
// it keeps what it sees in doc.
func (n *sample) pictures(t *testing.T) {
	dir := picturesDir(n.theme)
	ctx := openBrowser(t, 5*time.Minute)
	var mu sync.Mutex
	var said []string
	messages := chromedp.Console(ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			mu.Lock()
			said = append(said, m.String()+" "+m.URL)
			mu.Unlock()
		}
	}()
	var table strings.Builder
	fmt.Fprintf(&table, "# Pages\n\nThe sample newsroom on 23 November 2026, in the theme `%s`, on a phone and on a desk, light and dark.\n"+
		"`go test ./cmd/stet -run %s -update` takes the pictures anew.\n", n.theme, t.Name())
	if *update {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range pictured {
		if n.few != nil && !slices.Contains(n.few, p.lang) {
			continue
		}
		name := lang.Get(string(p.lang)).Name
		fmt.Fprintf(&table, "\n## %s\n", name)
		for _, kind := range p.kinds {
			path := n.page(t, p.lang, kind)
			table.WriteString("\n")
			light := map[string]float64{} // how light a view in light colours is
			for i, v := range views {
				look(t, ctx, v)
				if i == 0 || *update {
					n.visit(t, ctx, path)
				}
				seen := ask[struct {
					Heading string
					Visible bool
				}](t, ctx, `document.fonts.ready.then(() => { const h = document.querySelector("h1"); return {heading: h.innerText, visible: h.getBoundingClientRect().bottom > 0}; })`)
				if strings.TrimSpace(seen.Heading) == "" || kind == "article" && !seen.Visible {
					t.Errorf("%s, %s: there is no headline to be seen", path, v)
				}
				ask[bool](t, ctx, hidePictures+`"hidden"), true)`) // they are as light as they are
				img, err := png.Decode(bytes.NewReader(capture(t, ctx, v, browserpage.CaptureScreenshotFormatPng, 0.25)))
				if err != nil {
					t.Fatal(err)
				}
				ask[bool](t, ctx, hidePictures+`""), true)`)
				switch is := lightness(img); v.scheme {
				case "light":
					light[v.name] = is
				case "dark":
					if is > light[v.name]/2 {
						t.Errorf("%s, %s: the page is %.0f light, and %.0f in light colours", path, v, is, light[v.name])
					}
				}
				if *update {
					file := fmt.Sprintf("%s-%s-%s-%s.webp", p.lang, kind, v.name, v.scheme)
					scale := 1.0
					if v.name == "phone" {
						scale = 0.75
					}
					if err := os.WriteFile(filepath.Join(dir, file), capture(t, ctx, v, browserpage.CaptureScreenshotFormatWebp, scale), 0o644); err != nil {
						t.Fatal(err)
					}
					width := 560
					if v.name == "phone" {
						width = 180
					}
					fmt.Fprintf(&table, "<img src=\"%s/%s\" width=\"%d\" alt=\"%s, %s, %s\">\n", filepath.Base(dir), file, width, name, kind, v)
				}
			}
		}
	}
	if *update {
		if err := os.WriteFile(dir+".md", []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	for _, m := range said {
		t.Errorf("the console says: %s", m)
	}
}

// hidePictures begins a script that sets the visibility of all pictures.
const hidePictures = `(document.querySelectorAll("img").forEach(img => img.style.visibility = `

// capture photographs what the window shows.
func capture(t *testing.T, ctx context.Context, v view, format browserpage.CaptureScreenshotFormat, scale float64) []byte {
	t.Helper()
	quality := int64(60)
	p := browserpage.CaptureScreenshotParams{Format: format, Clip: &browserpage.Viewport{Width: float64(v.width), Height: float64(v.height), Scale: scale}}
	if format != browserpage.CaptureScreenshotFormatPng {
		p.Quality = &quality
	}
	shot, err := call(ctx, browserpage.CaptureScreenshot, p)
	if err != nil {
		t.Fatal(err)
	}
	return shot.Data
}

// lightness is the mean lightness of a picture, 0 to 255.
func lightness(img image.Image) float64 {
	sum, b := 0, img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			sum += int(color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y)
		}
	}
	return float64(sum) / float64(b.Dx()*b.Dy())
}
