package main

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
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
