//go:build !race

package prose

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestHostileSizes reads sources that are deep, long or broken on a large
// scale: nothing may fail, take long, or make a document that Parse refuses.
func TestHostileSizes(t *testing.T) {
	n := 30000
	if testing.Short() {
		n = 10000
	}
	// Time is compared with what plain paragraphs take here and now, by the byte.
	const most = 300
	plain := strings.Repeat("<p>Words that nobody would think twice of.</p>\n", n)
	start := time.Now()
	FromHTML(plain, FromOptions{})
	usual := time.Since(start).Seconds() / float64(len(plain))
	sources := map[string]string{
		"divs":          strings.Repeat("<div>", n) + "x",
		"inline":        strings.Repeat("<b><i><span>", n) + "x" + strings.Repeat("</span></i></b>", n),
		"crossed":       strings.Repeat("<b><i></b></i>x", n),
		"lists":         strings.Repeat("<ul><li>x", n),
		"orphan items":  strings.Repeat("<li>x</li>", n),
		"quotes":        strings.Repeat("<blockquote>x", n),
		"tables":        strings.Repeat("<table><tr><td>x", n),
		"cells":         "<table><tr>" + strings.Repeat("<td>x", n),
		"rows":          "<table>" + strings.Repeat("<tr><td>x<td>y", n),
		"strays":        strings.Repeat("<table><b>x", n),
		"ends":          strings.Repeat("<p>", 1000) + strings.Repeat("</div></b></td>", n),
		"paragraphs":    strings.Repeat("<p>x", n),
		"breaks":        strings.Repeat("x<br>", n),
		"figures":       strings.Repeat("<figure><img src=x>", n) + strings.Repeat("<figcaption>c</figcaption></figure>", n),
		"attributes":    "<p " + strings.Repeat("onclick=x a=b ", n) + ">x",
		"long value":    `<a href="` + strings.Repeat("a", 20*n) + `">x</a>`,
		"long word":     strings.Repeat("a", 30*n),
		"escapes":       strings.Repeat(`"\`, 15*n),
		"zeros":         strings.Repeat("\x00<p>\x00", n),
		"not UTF-8":     strings.Repeat("\xff\xc0<b>\xed\xa0\x80", n),
		"unclosed":      strings.Repeat("<svg><form><object><select><title>", n),
		"markers":       strings.Repeat("<script", n),
		"comments":      strings.Repeat("<!--", n),
		"anchors":       strings.Repeat(`<a name=x href="#x" id=x>x</a>&nbsp;<p id=`, n),
		"many ids":      manyIDs(n),
		"empty anchors": strings.Repeat("<a id=1><p>&nbsp;", n),
		"quotation":     strings.Repeat("<q>", n) + strings.Repeat("</q>", n),
		"ruby":          strings.Repeat("<ruby>x<rp>(<rt>y", n),
		"angles":        strings.Repeat(">", n),
		"brackets":      strings.Repeat("[", n) + strings.Repeat("](x)", n),
		"stars":         strings.Repeat("**a *b ", n),
		"backticks":     backticks(300),
		"markers 2":     strings.Repeat("> - ", n) + "x",
		"numbers":       strings.Repeat("1. ", n) + "x",
		"nested lines":  nestedLines(300),
		"columns":       strings.Repeat("|a", 2000) + "\n" + strings.Repeat("|-", 2000) + "\n" + strings.Repeat("|b\n", 2000),
		"many rows":     strings.Repeat("|a", 20) + "\n" + strings.Repeat("|-", 20) + "\n" + strings.Repeat("|\n", 10*n),
		"references":    strings.Repeat("[a]: b\n\n[a]", n/4),
		"entities":      strings.Repeat("&amp;&#0;&#x110000;&copy", n),
	}
	for name, src := range sources {
		for kind, read := range map[string]func(string, FromOptions) (*Doc, []Loss){"HTML": FromHTML, "Markdown": FromMarkdown} {
			start := time.Now()
			d, _ := read(src, FromOptions{})
			spent := time.Since(start)
			checkSoundJSON(t, d)
			d.AssignIDs("article")
			checkSoundJSON(t, d)
			if times := spent.Seconds() / (float64(len(src)) + 1e5) / usual; times > most {
				t.Errorf("%s as %s: %v for %d bytes, %.0f times as long as plain paragraphs", name, kind, spent, len(src), times)
			}
			if testing.Verbose() {
				t.Logf("%-14s %-8s %8d bytes %10v", name, kind, len(src), spent.Round(time.Millisecond))
			}
		}
	}
}

func checkSoundJSON(t *testing.T, d *Doc) {
	t.Helper()
	if _, err := Parse(d.JSON()); err != nil {
		t.Fatal(err)
	}
}

func manyIDs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<p id=%d><a href="#%d">x</a>`, i, n-i)
	}
	return b.String()
}

func backticks(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("`", i) + "a ")
	}
	return b.String()
}

func nestedLines(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat("  ", i) + "- x\n")
	}
	return b.String()
}
