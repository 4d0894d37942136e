package prose

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// seeds returns the sources of the example files.
func seeds(f *testing.F) {
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range sections(string(data)) {
			f.Add(file.text)
		}
	}
}

func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		d, err := Parse([]byte(src))
		if err != nil {
			if _, ok := err.(*Error); !ok || err.Error() == "" {
				t.Fatalf("error %#v", err)
			}
			return
		}
		if len(d.JSON()) > len(src) {
			t.Fatalf("canonical form is longer: %q", d.JSON())
		}
		checkSound(t, d)
		checkWords(t, d)
	})
}

func FuzzFromHTML(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		d, losses := FromHTML(src, FromOptions{Lang: "ru", Base: "https://old.example/news/1.html"})
		for _, l := range losses {
			if l.What == "" || l.Count < 1 {
				t.Fatalf("loss %+v", l)
			}
		}
		checkSound(t, d)
		checkWords(t, d)
	})
}

func FuzzFromMarkdown(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		d, _ := FromMarkdown(src, FromOptions{Lang: "en"})
		checkSound(t, d)
		again, _ := FromMarkdown(d.Markdown(""), FromOptions{Lang: "en"})
		checkSound(t, again)
	})
}

func FuzzRoundTrip(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		d, _ := FromHTML(src, FromOptions{Lang: "fa"})
		checkStable(t, "fa", d)
		d.AssignIDs("a")
		data := d.JSON()
		d.AssignIDs("b")
		if !bytes.Equal(data, d.JSON()) {
			t.Fatal("ids were not kept")
		}
		if d, err := Parse(data); err != nil {
			t.Fatal(err)
		} else if !bytes.Equal(data, d.JSON()) {
			t.Fatal("Parse changes the canonical form")
		}
	})
}

// checkWords calls what has no promise but to return.
func checkWords(t *testing.T, d *Doc) {
	t.Helper()
	if d.Empty() && d.Text() != "" && d.Words() > 0 {
		for _, n := range d.Content {
			if n.Type == Paragraph || n.Type == Heading {
				t.Fatalf("an empty document with the text %q", d.Text())
			}
		}
	}
	_ = d.Markdown("")
}
