package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"
)

// accessible opens a page of every kind in a browser, on a phone and on a desk,
// light and dark, and lets axe judge it.
func (n *sample) accessible(t *testing.T) {
	script, err := os.ReadFile(needs(t, "axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	found := findings{}
	ctx := openBrowser(t, 5*time.Minute)
	for _, l := range n.among("ru", "en", "ka", "ar") {
		for _, p := range n.pages(t, l) {
			n.visit(t, ctx, p.path)
			ask[bool](t, ctx, string(script)+"; true")
			for _, v := range views {
				if l != "ru" && (v.name == "phone") != (v.scheme == "light") { // colours are the same in all languages
					continue
				}
				look(t, ctx, v)
				judgeAccess(t, ctx, found, fmt.Sprintf("%s (%s), %s", p.path, p.kind, v))
			}
		}
	}
	found.report(t, "axe")
}

// judgeAccess lets axe, whose script has been run on it, judge the page that is
// open.
func judgeAccess(t *testing.T, ctx context.Context, found findings, where string) {
	t.Helper()
	var violations []struct{ Rule, Nodes string }
	report := ask[string](t, ctx, `axe.run({runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]})
		.then(r => JSON.stringify(r.violations.map(v => ({rule: v.id + ": " + v.help,
			nodes: v.nodes.map(n => n.html + " " + (n.any[0]?.message ?? "")).slice(0, 3).join(" | ")}))))`)
	if err := json.Unmarshal([]byte(report), &violations); err != nil {
		t.Fatal(err)
	}
	for _, violation := range violations {
		found.add(violation.Rule, where+": "+violation.Nodes)
	}
}
