package site

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"stet/site/theme"
)

var update = flag.Bool("update", false, "write what is made of something else anew: the pictures of icon.svg, the fields in doc/themes.md")

const themeFolder = "theme/default/"

// TestIcons: the pictures of a theme's icon are those that its drawing gives.
// "go test ./site -run TestIcons -update" draws them anew.
func TestIcons(t *testing.T) {
	for _, name := range theme.Names() {
		folder := filepath.Join("theme", name)
		if svg, err := os.ReadFile(filepath.Join(folder, "icon.svg")); err == nil {
			t.Run(name, func(t *testing.T) { icons(t, folder, svg) })
		}
	}
}

func icons(t *testing.T, folder string, svg []byte) {
	drawn := map[int]image.Image{}
	if !testing.Short() || *update {
		drawn = draw(t, svg)
	}
	pictures := map[string]int{"icon-192.png": 192, "icon-512.png": 512, "apple-touch-icon.png": 180}
	if *update && len(drawn) > 0 {
		for name, size := range pictures {
			write(t, filepath.Join(folder, name), packed8(t, drawn[size]))
		}
		write(t, filepath.Join(folder, "favicon.ico"), ico(t, drawn[16], drawn[32], drawn[48]))
	}
	for name, size := range pictures {
		compare(t, name, size, must(os.ReadFile(filepath.Join(folder, name))), drawn[size])
	}
	data := must(os.ReadFile(filepath.Join(folder, "favicon.ico")))
	for i, size := range []int{16, 32, 48} {
		entry := data[6+16*i:]
		length, offset := binary.LittleEndian.Uint32(entry[8:]), binary.LittleEndian.Uint32(entry[12:])
		compare(t, "favicon.ico", size, data[offset:offset+length], drawn[size])
	}
}

// compare holds a picture to its drawing, as far as browsers draw alike.
func compare(t *testing.T, name string, size int, data []byte, drawn image.Image) {
	t.Helper()
	kept, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if got := kept.Bounds().Size(); got != image.Pt(size, size) {
		t.Fatalf("%s is of %v, want %d", name, got, size)
	}
	if drawn == nil {
		return
	}
	other := 0
	for y := range size {
		for x := range size {
			a, b, c, _ := kept.At(x, y).RGBA()
			d, e, f, _ := drawn.At(x, y).RGBA()
			if far(a, d) || far(b, e) || far(c, f) {
				other++
			}
		}
	}
	if other > size*size/200 {
		t.Errorf("%s: %d of %d points are not as icon.svg has them", name, other, size*size)
	}
}

func far(a, b uint32) bool { return max(a, b)-min(a, b) > 0x2000 }

// draw returns what a browser makes of the icon, by size.
func draw(t *testing.T, icon []byte) map[int]image.Image {
	const chromium = "/usr/bin/chromium"
	if _, err := os.Stat(chromium); err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	allocator, cancel := chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-dev-shm-usage", true))
	defer cancel()
	tab, cancel := chromedp.NewContext(allocator)
	defer cancel()
	svg := base64.StdEncoding.EncodeToString(icon)
	out := map[int]image.Image{}
	for _, size := range []int{16, 32, 48, 180, 192, 512} {
		page := fmt.Sprintf(`<body style="margin:0"><img width=%[1]d height=%[1]d style="display:block" src="data:image/svg+xml;base64,%[2]s">`, size, svg)
		if err := chromedp.Do(tab, chromedp.EmulateViewport(int64(size), int64(size)),
			chromedp.Navigate("data:text/html;base64,"+base64.StdEncoding.EncodeToString([]byte(page)))); err != nil {
			t.Fatal(err)
		}
		data, err := chromedp.Run(tab, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if out[size], err = png.Decode(bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// packed8 is a picture as small as PNG has it: of at most 256 colours.
func packed8(t *testing.T, img image.Image) []byte {
	t.Helper()
	small := image.NewPaletted(img.Bounds(), nil)
	index := map[[3]uint8]uint8{}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			r, g, b, _ := img.At(x, y).RGBA()
			key := [3]uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8)}
			i, ok := index[key]
			if !ok {
				if len(small.Palette) == 256 {
					t.Fatal("the icon has more than 256 colours")
				}
				i = uint8(len(small.Palette))
				index[key] = i
				small.Palette = append(small.Palette, img.At(x, y))
			}
			small.SetColorIndex(x, y, i)
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, small); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// ico puts pictures into one file of the old kind.
func ico(t *testing.T, images ...image.Image) []byte {
	t.Helper()
	head := []byte{0, 0, 1, 0, byte(len(images)), 0}
	var body []byte
	for _, img := range images {
		data := packed8(t, img)
		size := byte(img.Bounds().Dx())
		head = append(head, size, size, 0, 0, 1, 0, 32, 0)
		head = binary.LittleEndian.AppendUint32(head, uint32(len(data)))
		head = binary.LittleEndian.AppendUint32(head, uint32(6+16*len(images)+len(body)))
		body = append(body, data...)
	}
	return append(head, body...)
}

func write(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
