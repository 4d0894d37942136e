//go:build !race

package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"stet/store/storetest"
)

var links = regexp.MustCompile(`(?:href|src)="([^"]+)"|<(?:loc|link)>([^<]+)</(?:loc|link)>`)

// crawl reads every page that can be reached from the fronts, the sitemap and
// robots.txt, by its address on the site. A link that leads nowhere is an error.
func crawl(t *testing.T, h http.Handler) map[string]string {
	t.Helper()
	pages := map[string]string{}
	queue := []string{"/ru/", "/sitemap.xml", "/news-sitemap.xml", "/robots.txt"}
	from := map[string]string{}
	for len(queue) > 0 {
		p := queue[0]
		queue = queue[1:]
		if _, seen := pages[p]; seen {
			continue
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", p, nil))
		if p != "/" && w.Code != http.StatusOK {
			t.Errorf("%s links to %s, which answers %d", from[p], p, w.Code)
		}
		pages[p] = w.Body.String()
		for _, m := range links.FindAllStringSubmatch(pages[p], -1) {
			u, err := url.Parse(strings.ReplaceAll(m[1]+m[2], "&amp;", "&"))
			if err != nil || u.Host != "" && u.Host != "example.org" || u.Path == "" || u.Scheme == "mailto" {
				continue
			}
			if _, known := from[u.Path]; !known {
				from[u.Path] = p
				queue = append(queue, u.EscapedPath())
			}
		}
	}
	return pages
}

// TestEnginesServeTheSame imports one archive into both engines and compares
// every page byte for byte.
func TestEnginesServeTheSame(t *testing.T) {
	t.Parallel()
	postgres := storetest.DSN(t, "postgres")
	at := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	var pages [2]map[string]string
	for i, dsn := range []string{filepath.Join(t.TempDir(), "stet.db"), postgres} {
		c := defaults()
		c.Dir, c.URL = t.TempDir(), "https://example.org"
		if i == 1 {
			c.DB = dsn
		}
		if err := c.fillDemo(t.Context()); err != nil {
			t.Fatal(err)
		}
		db, err := c.open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		c.Addr = "127.0.0.1:0"
		s, err := newServer(t.Context(), &c, db, slog.New(slog.DiscardHandler), func() time.Time { return at })
		if err != nil {
			t.Fatal(err)
		}
		s.listener.Close()
		pages[i] = crawl(t, s.handler)
	}
	if len(pages[0]) < 300 {
		t.Errorf("the crawl found %d pages only", len(pages[0]))
	}
	for p, body := range pages[0] {
		if pages[1][p] != body {
			t.Errorf("%s differs between the engines", p)
		}
	}
	if len(pages[0]) != len(pages[1]) {
		t.Errorf("%d pages on SQLite, %d on PostgreSQL", len(pages[0]), len(pages[1]))
	}
}
