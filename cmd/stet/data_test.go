//go:build !race

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"stet"
)

var linkedData = regexp.MustCompile(`(?s)<script type="application/ld\+json">(.*?)</script>`)

// told is what search engines ask of the types they read, as their documents
// for publishers have it.
var told = map[string]struct {
	kinds []string // of pages that have such a node
	has   []string
}{
	"NewsArticle":           {[]string{"article", "whole article"}, []string{"headline", "datePublished", "dateModified", "publisher", "inLanguage", "mainEntityOfPage"}},
	"BreadcrumbList":        {[]string{"article", "whole article", "section", "topic", "author"}, []string{"itemListElement"}},
	"NewsMediaOrganization": {[]string{"front", "article", "whole article"}, []string{"name", "url", "logo"}},
}

// linkedData holds the JSON-LD of a page of every kind to the vocabulary of
// schema.org, as schema-dts has it for the TypeScript compiler, and to what
// search engines ask for.
func (n *sample) linkedData(t *testing.T) {
	node, compiler, types := tool(t, "node"), needs(t, "typescript/lib/tsc.js"), needs(t, "schema-dts/dist/schema.d.ts")
	dir := t.TempDir()
	of := map[string]string{}
	for _, l := range []stet.Lang{"ru", "ar"} {
		for _, p := range n.pages(t, l) {
			where := p.path + " (" + p.kind + ")"
			var module bytes.Buffer
			fmt.Fprintf(&module, "import type {Graph, Thing, WithContext} from %q;\n", strings.TrimSuffix(types, ".d.ts"))
			found := map[string]bool{}
			for i, m := range linkedData.FindAllStringSubmatch(n.get(t, p.path, p.status), -1) {
				var data map[string]any
				if err := json.Unmarshal([]byte(m[1]), &data); err != nil {
					t.Errorf("%s: JSON-LD: %v", where, err)
					continue
				}
				kind := "WithContext<Thing>"
				nodes := []any{data}
				if list, ok := data["@graph"].([]any); ok {
					kind, nodes = "Graph", list
				}
				fmt.Fprintf(&module, "export const data%d: %s = ", i, kind)
				if err := json.Indent(&module, []byte(m[1]), "", " "); err != nil {
					t.Fatal(err)
				}
				module.WriteString(";\n")
				for _, v := range nodes {
					typed, _ := v.(map[string]any)
					name, _ := typed["@type"].(string)
					if strings.HasSuffix(name, "NewsArticle") { // analysis, opinion and so on are kinds of it
						name = "NewsArticle"
					}
					found[name] = true
					for _, want := range told[name].has {
						if typed[want] == nil {
							t.Errorf("%s: JSON-LD: the %s has no %s", where, name, want)
						}
					}
				}
			}
			for name, wants := range told {
				for _, kind := range wants.kinds {
					if kind == p.kind && !found[name] {
						t.Errorf("%s: JSON-LD: there is no %s", where, name)
					}
				}
			}
			file := filepath.Join(dir, fileName(p.path)+".ts")
			of[filepath.Base(file)] = where
			if err := os.WriteFile(file, module.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	const settings = `{"compilerOptions": {"noEmit": true, "strict": true, "skipLibCheck": true, "types": [], "pretty": false}}`
	if err := os.WriteFile(filepath.Join(dir, "tsconfig.json"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, compiler, "--project", dir)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err == nil {
		return
	}
	found := findings{}
	for _, m := range regexp.MustCompile(`(?m)^([^\s(]+\.ts)\((\d+),\d+\): (.*)$`).FindAllStringSubmatch(string(out), -1) {
		line := ""
		if text, err := os.ReadFile(filepath.Join(dir, m[1])); err == nil {
			i, _ := strconv.Atoi(m[2])
			if lines := strings.Split(string(text), "\n"); i > 0 && i <= len(lines) {
				line = strings.TrimSpace(lines[i-1])
			}
		}
		found.add(m[3]+" at "+line, of[filepath.Base(m[1])])
	}
	found.report(t, "schema.org")
	if len(found) == 0 {
		t.Errorf("schema.org: %v\n%s", err, out)
	}
}
