package site

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestManifest: what a device installs is the edition, and all it needs is there.
func TestManifest(t *testing.T) {
	f := newFake("ru", "ar")
	seed(f)
	s := newSite(t, f)
	n := get(t, s, "/ar/", 200)
	res := fetch(s, n.one(t, tag("link", "rel", "manifest")).attr("href"))
	if got := res.Header.Get("Content-Type"); got != "application/manifest+json" {
		t.Error(got)
	}
	if !strings.Contains(res.Header.Get("Content-Security-Policy"), "manifest-src 'self'") {
		t.Error("the policy keeps browsers from reading the manifest")
	}
	var m struct {
		ID, Name, Lang, Dir, Scope string
		Start                      string `json:"start_url"`
		Icons                      []struct{ Src, Sizes, Type, Purpose string }
	}
	if err := json.Unmarshal([]byte(body(t, res)), &m); err != nil {
		t.Fatal(err)
	}
	if m.Name != "ورقة قزوين" || m.Lang != "ar" || m.Dir != "rtl" || m.Start != "/ar/" || m.Scope != "/ar/" || m.ID != "/ar/" {
		t.Errorf("%+v", m)
	}
	purposes := map[string]bool{}
	for _, icon := range m.Icons {
		purposes[icon.Purpose+" "+icon.Sizes] = true
		data := body(t, fetch(s, icon.Src))
		if icon.Type != "image/png" {
			continue
		}
		if img, err := png.DecodeConfig(bytes.NewReader([]byte(data))); err != nil || fmt.Sprintf("%dx%d", img.Width, img.Height) != icon.Sizes {
			t.Errorf("%s is of %dx%d, %v; the manifest says %s", icon.Src, img.Width, img.Height, err, icon.Sizes)
		}
	}
	for _, want := range []string{"any any", "any 192x192", "any 512x512", "maskable 192x192", "maskable 512x512"} {
		if !purposes[want] {
			t.Errorf("no icon for %s", want)
		}
	}
	if m := get(t, s, "/ru/2021/06/report", 200).all(tag("link", "rel", "manifest")); len(m) > 0 {
		t.Error("a story asks for the manifest, which is one more request")
	}
}

// TestColours: browsers paint their frames with the ground that the stylesheet
// gives pages.
func TestColours(t *testing.T) {
	css := string(must(os.ReadFile(themeFolder + "style.css")))
	grounds := regexp.MustCompile(`--paper: (#[0-9a-f]{6})`).FindAllStringSubmatch(css, -1)
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	if len(grounds) < 2 || grounds[0][1] != s.theme().Light || grounds[1][1] != s.theme().Dark {
		t.Errorf("the stylesheet has %q, colours.json %s and %s", grounds, s.theme().Light, s.theme().Dark)
	}
	n := get(t, s, "/ru/", 200)
	for scheme, want := range map[string]string{"light": s.theme().Light, "dark": s.theme().Dark} {
		if got := n.one(t, tag("meta", "name", "theme-color", "media", "(prefers-color-scheme: "+scheme+")")).attr("content"); got != want {
			t.Errorf("%s: %s", scheme, got)
		}
	}
}
