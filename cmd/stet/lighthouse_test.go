//go:build !race

package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stet"
)

// lighthouseReport is what the test reads of Lighthouse's report.
type lighthouseReport struct {
	RuntimeError struct{ Message string }
	Categories   map[string]struct {
		Score     float64 // 0 to 1
		AuditRefs []struct {
			ID     string
			Weight float64
		}
	}
	Audits map[string]struct {
		Title        string
		Score        *float64 // nil where it does not apply
		NumericValue float64
		DisplayValue string
		Details      json.RawMessage
	}
}

// lighthouse lets Lighthouse judge pages as a cheap phone on a slow network gets
// them. Accessibility, best practices and SEO are 100. The score of performance
// changes with what else the machine does: make soak holds the best of three to
// 100, make test holds what a page is made of.
func (n *sample) lighthouse(t *testing.T) {
	node, cli, chromium := tool(t, "node"), needs(t, "lighthouse/cli/index.js"), tool(t, "chromium")
	ask := func(path string) *lighthouseReport {
		out := filepath.Join(t.TempDir(), "report.json")
		cmd := exec.Command(node, cli, n.url+path, "--output=json", "--output-path="+out, "--quiet", "--no-enable-error-reporting",
			"--disable-full-page-screenshot", "--chrome-flags=--headless=new --no-sandbox --disable-component-update")
		cmd.Env = append(os.Environ(), "CHROME_PATH="+chromium, "TMPDIR="+t.TempDir())
		if said, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("lighthouse: %s: %v\n%s", path, err, said)
		}
		var r lighthouseReport
		if err := json.Unmarshal(readFile(t, out), &r); err != nil || r.RuntimeError.Message != "" {
			t.Fatalf("lighthouse: %s: %s %v", path, r.RuntimeError.Message, err)
		}
		t.Logf("lighthouse: %s: performance %.0f", path, r.Categories["performance"].Score*100)
		return &r
	}
	type sort struct {
		lang stet.Lang
		kind string
	}
	sorts := []sort{{"ar", "article"}} // each takes a quarter of a minute
	if n.few == nil {
		sorts = append(sorts, sort{"ru", "front"}, sort{"ar", "section"}, sort{"ru", "article"})
	}
	if soak {
		sorts = append(sorts, sort{"ru", "section"}, sort{"ar", "front"})
	}
	for _, p := range sorts {
		path := n.page(t, p.lang, p.kind)
		r := ask(path)
		whole := []string{"accessibility", "best-practices", "seo"}
		if soak {
			whole = append(whole, "performance")
			for i := 1; i < 3 && r.Categories["performance"].Score < 1; i++ {
				r = ask(path)
			}
		}
		for _, name := range whole {
			c := r.Categories[name]
			if c.Score == 1 {
				continue
			}
			t.Errorf("lighthouse: %s: %s is %.0f, not 100", path, name, c.Score*100)
			for _, ref := range c.AuditRefs {
				if a := r.Audits[ref.ID]; ref.Weight > 0 && a.Score != nil && *a.Score < 1 {
					t.Errorf("lighthouse: %s: %s: %s %s %s", path, ref.ID, a.Title, a.DisplayValue, a.Details)
				}
			}
		}
		for _, id := range []string{"cumulative-layout-shift", "unused-css-rules", "unused-javascript", "uses-text-compression",
			"uses-long-cache-ttl", "redirects", "dom-size", "font-display", "unsized-images", "third-party-summary"} {
			a, known := r.Audits[id]
			if !known {
				t.Errorf("lighthouse: there is no audit %s any more", id)
			}
			if a.Score != nil && *a.Score < 1 {
				t.Errorf("lighthouse: %s: %s: %s %s %s", path, id, a.Title, a.DisplayValue, a.Details)
			}
		}
		if shift := r.Audits["cumulative-layout-shift"].NumericValue; shift > 0 {
			t.Errorf("lighthouse: %s: the layout shifts by %v", path, shift)
		}
		type request struct {
			URL          string
			TransferSize float64
		}
		var requests struct{ Items []request }
		if err := json.Unmarshal(r.Audits["network-requests"].Details, &requests); err != nil {
			t.Fatal(err)
		}
		most := firstRequests
		if p.kind == "front" {
			most = frontRequests
		}
		var asked []request
		weight, pictures := 0.0, 0.0
		for _, r := range requests.Items {
			if strings.HasPrefix(r.URL, n.url+"/media/") {
				pictures += r.TransferSize
				continue
			}
			if strings.HasPrefix(r.URL, "data:") {
				continue
			}
			weight += r.TransferSize
			asked = append(asked, r)
		}
		if weight == 0 || weight > firstWeight {
			t.Errorf("lighthouse: %s: the first view takes %.0f bytes; want at most %d", path, weight, firstWeight)
		}
		if pictures == 0 || pictures > picturesWeight {
			t.Errorf("lighthouse: %s: the pictures of the first view take %.0f bytes; want at most %d", path, pictures, picturesWeight)
		}
		if len(asked) == 0 || len(asked) > most {
			t.Errorf("lighthouse: %s: the first view takes %d requests: %v", path, len(asked), asked)
		}
	}
}
