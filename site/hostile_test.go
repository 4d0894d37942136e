package site

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"stet"
	"stet/prose"
	"stet/site/format"
)

var hostile = []string{
	`<script>alert(1)</script>`,
	`</script><script>alert(1)</script>`,
	`"><img src=x onerror=alert(1)>`,
	`' onmouseover='alert(1)`,
	`<!-- comment --> & &amp; &lt; ]]> <![CDATA[`,
	`{{masthead}} {{.Head}}`,
	"a\u2028b\u2029c",
	"مرحبا \u200fabc\u200e",
	`\u003c/script\u003e`,
	`javascript:alert(1)`,
}

// TestHostile: what anybody writes into a field stays text.
func TestHostile(t *testing.T) {
	for _, h := range hostile {
		f := newFake("ru", "en")
		seed(f)
		f.paper.Editions[0].Name, f.paper.Editions[0].About = h, h
		f.name(stet.SectionTerm, "s", map[stet.Lang]string{"ru": h})
		f.name(stet.TopicTerm, "t", map[stet.Lang]string{"ru": h})
		f.name(stet.AuthorTerm, "a", map[stet.Lang]string{"ru": h})
		st := draft("/ru/2026/01/hostile", h, morning)
		st.Content = stet.Content{
			Headline: h, Standfirst: h, Kicker: h, Section: "s", Topics: []string{"t"},
			Bylines: []stet.Byline{{Key: "a"}, {Key: "b", Name: h}}, Dateline: h, Licence: h, Genre: "opinion",
			Source:  &stet.Source{Name: h, URL: "javascript:alert(1)"},
			Picture: &stet.PictureUse{URL: "https://pictures.example/1.jpg", Alt: h, Caption: h, Credit: h},
			Body:    prose.FromText(h),
		}
		f.publish(st)
		f.correct("/ru/2026/01/hostile", h, morning)
		f.publish(draft("/ru/pages/hostile", h, morning))
		s := newSite(t, f)

		n := get(t, s, "/ru/2026/01/hostile", 200)
		if got := n.one(t, tag("article")).one(t, tag("h1")).text(); got != h {
			t.Errorf("h1: %q, want %q", got, h)
		}
		if got := latest(t, n)[0]; got != h {
			t.Errorf("latest: %q, want %q", got, h)
		}
		if data := dataOf[dataArticle](t, n); data.Headline != h || data.Authors[0].Name != h {
			t.Errorf("JSON-LD: %+v", data)
		}
		for _, a := range n.all(tag("a")) {
			if strings.HasPrefix(a.attr("href"), "javascript:") {
				t.Errorf("a link to %q", a.attr("href"))
			}
		}
		for _, p := range []string{"/ru/", "/ru/s/", "/ru/topics/t/", "/ru/authors/a/", "/ru/topics/", "/ru/authors/", "/ru/latest", "/ru/latest/2026/01/14", "/ru/pages/hostile"} {
			get(t, s, p, 200)
		}
		f.withdraw("/ru/2026/01/hostile", h)
		reprint(t, s, stet.Event{Kind: stet.Set})
		if got := get(t, s, "/ru/2026/01/hostile", 410).one(t, tag("main")).text(); !strings.Contains(got, h) {
			t.Errorf("410: %q", got)
		}
		f.change("/ru/2026/01/hostile", stet.Published, func(t *told) { t.reason = "" })
		for _, under := range []string{"/ru/", "/ru/s/", "/ru/topics/t/", "/ru/authors/a/"} {
			if got := hearAll(t, s, under)[0]; got.Title != h || got.Summary != h && got.Summary != format.Excerpt(h, 300) {
				t.Errorf("%s: %+v", under, got)
			}
		}
		for _, p := range []string{"/sitemap.xml", "/sitemap/ru/2026-01.xml", "/sitemap/ru/pages.xml", "/news-sitemap.xml"} {
			wellFormedXML(t, p, body(t, fetch(s, p)))
		}
	}
}

func wellFormedXML(t *testing.T, path, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
}
