//go:build !race

package main

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"stet"
)

var (
	feedLink  = regexp.MustCompile(`<link rel="alternate" type="application/(?:rss\+xml|atom\+xml|feed\+json)"[^>]* href="([^"]+)"`)
	locations = regexp.MustCompile(`<loc>([^<]+)</loc>`)
)

// feedEntry is a story as a reader of feeds understands it.
type feedEntry struct {
	ID, Link, Title string
	Dated           bool
}

// feeds holds the feeds that pages of every kind name to the grammar of their
// standards, reads them with another's parser, and holds the sitemaps to theirs.
func (n *sample) feeds(t *testing.T) {
	java, jar, python := tool(t, "java"), needs(t, "vnu-jar/build/dist/vnu.jar"), "/usr/bin/python3"
	if out, err := exec.Command(python, "-c", "import feedparser").CombinedOutput(); err != nil {
		t.Logf("%s", out)
		lacks(t, err)
	}
	dir := t.TempDir()
	of := map[string]string{}
	byGrammar := map[string][]string{}
	keep := func(grammar, path string) string {
		file := filepath.Join(dir, fileName(path))
		if of[file] == "" {
			of[file] = path
			byGrammar[grammar] = append(byGrammar[grammar], file)
			if err := os.WriteFile(file, []byte(n.get(t, path, 200)), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return file
	}
	path := func(address string) string {
		u, err := url.Parse(html.UnescapeString(address))
		if err != nil {
			t.Fatal(err)
		}
		return u.EscapedPath()
	}
	var forms []string // the file names of an edition's feeds
	for _, l := range n.editions {
		for _, p := range n.pages(t, l) {
			found := feedLink.FindAllStringSubmatch(html.UnescapeString(n.get(t, p.path, p.status)), -1)
			if p.kind == "front" && len(found) == 0 {
				t.Errorf("%s names no feed", p.path)
			}
			for _, m := range found {
				switch feed := path(m[1]); filepath.Base(feed) {
				case "feed.xml":
					keep("rss.rnc", feed)
				case "atom.xml":
					keep("atom.rnc", feed)
				case "feed.json":
					keep("", feed)
				default:
					t.Errorf("%s names %s, and no test knows it", p.path, feed)
				}
				if name := filepath.Base(m[1]); !slices.Contains(forms, name) {
					forms = append(forms, name)
				}
			}
		}
	}
	keep("sitemap.rnc", "/news-sitemap.xml")
	index := keep("sitemap.rnc", "/sitemap.xml")
	text, err := os.ReadFile(index)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range locations.FindAllStringSubmatch(string(text), -1) {
		keep("sitemap.rnc", path(m[1]))
	}

	// The grammars, by Jing, which comes with the Nu HTML checker.
	broken := findings{}
	for _, grammar := range []string{"rss.rnc", "atom.rnc", "sitemap.rnc"} {
		if len(byGrammar[grammar]) == 0 {
			continue
		}
		args := append([]string{"-cp", jar, "nu.validator.vendor.thaiopensource.relaxng.util.Driver", "-c",
			filepath.Join("testdata", "judge", grammar)}, byGrammar[grammar]...)
		out, err := exec.Command(java, args...).CombinedOutput()
		if err == nil {
			continue
		}
		said := false
		for _, m := range regexp.MustCompile(`(?m)^(.*?):(\d+):(\d+): (.*)$`).FindAllStringSubmatch(string(out), -1) {
			said = true
			broken.add(grammar+": "+m[4], of[m[1]]+" at "+m[2]+":"+m[3])
		}
		if !said {
			t.Errorf("jing: %s: %v\n%.1000s", grammar, err, out)
		}
	}
	broken.report(t, "jing")

	// What an aggregator reads.
	read := map[string]struct {
		Version, Fault, Title, Link string
		Entries                     []feedEntry
	}{}
	cmd := exec.Command(python, append([]string{"testdata/judge/feeds.py"}, slices.Concat(byGrammar["rss.rnc"], byGrammar["atom.rnc"])...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("feedparser: %v", err)
	}
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	entries := map[string][]feedEntry{} // by path
	for file, feed := range read {
		if feed.Fault != "" || feed.Version != "rss20" && feed.Version != "atom10" || feed.Title == "" || feed.Link == "" {
			t.Errorf("feedparser: %s: %s, title %q, link %q: %s", of[file], feed.Version, feed.Title, feed.Link, feed.Fault)
		}
		entries[of[file]] = feed.Entries
	}

	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(string(readFile(t, "testdata/judge/jsonfeed.json"))))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("jsonfeed.json", schema); err != nil {
		t.Fatal(err)
	}
	jsonFeed, err := compiler.Compile("jsonfeed.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range byGrammar[""] {
		text := readFile(t, file)
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err == nil {
			err = jsonFeed.Validate(v)
		}
		if err != nil {
			t.Errorf("JSON Feed: %s: %v", of[file], err)
			continue
		}
		var feed struct {
			Items []struct {
				ID, URL, Title string
				Published      string `json:"date_published"`
			}
		}
		if err := json.Unmarshal(text, &feed); err != nil {
			t.Fatal(err)
		}
		for _, i := range feed.Items {
			entries[of[file]] = append(entries[of[file]], feedEntry{i.ID, i.URL, i.Title, i.Published != ""})
		}
	}

	// Every feed has what its readers need, and all forms of one say the same.
	for path, list := range entries {
		seen := map[string]bool{}
		for _, e := range list {
			if e.ID == "" || e.Title == "" || !strings.HasPrefix(e.Link, n.url+"/") || !e.Dated || seen[e.ID] {
				t.Errorf("%s: the entry %+v lacks something, or its id stands twice", path, e)
			}
			seen[e.ID] = true
		}
		if len(list) == 0 {
			t.Errorf("%s has no entries", path)
		}
		rss := entries[strings.TrimSuffix(path, filepath.Base(path))+"feed.xml"]
		if !slices.Equal(list, rss) {
			t.Errorf("%s and its feed.xml differ:\n%+v\n%+v", path, list, rss)
		}
	}
	for _, l := range []stet.Lang{"ru", "ar"} {
		for _, form := range forms {
			if len(entries["/"+string(l)+"/"+form]) < 10 {
				t.Errorf("/%s/%s has %d entries only", l, form, len(entries["/"+string(l)+"/"+form]))
			}
		}
	}
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
