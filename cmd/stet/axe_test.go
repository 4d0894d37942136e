//go:build !race

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"stet/site/theme"
)

// glance is a look at a page: whether axe judges it, and by which of its rules.
type glance struct {
	view
	rules string
}

// walk opens a page of every kind in a browser. Neither as narrow as 320 pixels
// nor as a desk's window shows it at 200 % does anybody have to scroll sideways,
// pictures are as wide as browsers were told, and axe has nothing to say. Editions differ in direction and script, not in colours.
func (n *sample) walk(t *testing.T) {
	script, err := os.ReadFile(needs(t, "axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	narrow := []glance{{view{"320 px", 320, 640, 2, "light"}, ""}, {view{"200 %", 640, 450, 2, "light"}, ""}}
	phone, phoneDark, desktop, desktopDark := glance{views[0], allRules}, glance{views[1], colourRules}, glance{views[2], allRules}, glance{views[3], colourRules}
	found := findings{}
	ctx := openBrowser(t, 10*time.Minute)
	langs := n.among("ru", "hy", "ar")
	if soak {
		langs = n.editions
	}
	for _, l := range langs {
		glances := []glance{phone, desktop}
		switch l {
		case "ru":
			glances = []glance{phone, phoneDark, desktop, desktopDark}
		case "hy":
			glances[1].rules = ""
		}
		for _, p := range n.pages(t, l) {
			n.visit(t, ctx, p.path)
			ask[bool](t, ctx, string(script)+"; true")
			for _, g := range slices.Concat(narrow, glances) {
				where := fmt.Sprintf("%s (%s), %s", p.path, p.kind, g)
				look(t, ctx, g.view)
				if wide := ask[string](t, ctx, tooWide); wide != "" {
					found.add("wider than the window: "+wide, where)
				}
				if wrong := ask[string](t, ctx, wrongSizes); wrong != "" && n.theme == theme.Default {
					found.add("sizes of pictures: "+wrong, where)
				}
				if g.rules != "" {
					judgeAccess(t, ctx, found, g.rules, where)
				}
			}
		}
	}
	found.report(t, "axe")
}

// The rules by which axe judges: all, or those of colours for a view that differs
// from another in nothing else.
const (
	allRules    = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`
	colourRules = `{type: "rule", values: ["color-contrast", "link-in-text-block"]}`
)

// judgeAccess lets axe, whose script has been run on it, judge the page that is
// open, by some rules.
func judgeAccess(t *testing.T, ctx context.Context, found findings, rules, where string) {
	t.Helper()
	var violations []struct{ Rule, Nodes string }
	report := ask[string](t, ctx, `axe.run({runOnly: `+rules+`, resultTypes: ["violations"]})
		.then(r => JSON.stringify(r.violations.map(v => ({rule: v.id + ": " + v.help,
			nodes: v.nodes.map(n => n.html + " " + (n.any[0]?.message ?? "")).slice(0, 3).join(" | ")}))))`)
	if err := json.Unmarshal([]byte(report), &violations); err != nil {
		t.Fatal(err)
	}
	for _, violation := range violations {
		found.add(violation.Rule, where+": "+violation.Nodes)
	}
}
