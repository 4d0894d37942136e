//go:build !race

package prose

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"
)

var all = flag.Bool("all", false, "read the whole test archive, not every tenth article")

// TestCorpus reads the articles of the newsroom's test archive, where there is
// one.
func TestCorpus(t *testing.T) {
	losses := make(map[string]*Loss)
	var seen, count, words int
	var spent time.Duration
	for _, name := range []string{"news", "others"} {
		f, err := os.Open("../../shared/corpus/" + name + ".jsonl.gz")
		if err != nil {
			t.Skip("no archive")
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			if seen++; !*all && seen%10 != 0 {
				continue
			}
			var a struct {
				ID, Lang string
				HTML     string `json:"body_html"`
				Markdown string `json:"body_markdown"`
			}
			if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			var d *Doc
			var lost []Loss
			if a.HTML != "" {
				d, lost = FromHTML(a.HTML, FromOptions{Lang: a.Lang})
			} else {
				d, lost = FromMarkdown(a.Markdown, FromOptions{Lang: a.Lang})
			}
			spent += time.Since(start)
			checkStable(t, a.Lang, d)
			d.AssignIDs(a.ID)
			checkSound(t, d)
			if d.Empty() {
				t.Errorf("%s: empty", a.ID)
			}
			if t.Failed() {
				t.Fatalf("%s fails", a.ID)
			}
			count++
			words += d.Words()
			for _, l := range lost {
				if losses[l.What] == nil {
					losses[l.What] = &Loss{What: l.What, Sample: l.Sample}
				}
				losses[l.What].Count += l.Count
			}
		}
	}
	t.Logf("%d articles, %d words, %v each", count, words, spent/time.Duration(count))
	for _, l := range losses {
		t.Logf("%6d %s: %s", l.Count, l.What, l.Sample)
	}
}
