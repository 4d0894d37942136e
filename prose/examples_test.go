package prose

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is expected anew: parts of testdata/*.txt, the schema of the desk's editor")

type section struct{ name, text string }

// sections splits an example file at its lines "-- name --".
func sections(data string) []section {
	var list []section
	for line := range strings.Lines(data) {
		name, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "-- ")
		if name, found := strings.CutSuffix(name, " --"); ok && found {
			list = append(list, section{name: name})
		} else if len(list) > 0 {
			list[len(list)-1].text += line
		}
	}
	return list
}

// TestExamples reads the example files. A file begins with a comment; the
// section "html", "markdown", "text" or "json" is the source, "options" may
// hold "lang base"; the sections "to …" are what is expected.
func TestExamples(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatal("no examples", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			example(t, name, string(data))
		})
	}
}

func example(t *testing.T, name, data string) {
	var o FromOptions
	var d *Doc
	var losses []Loss
	var refused error
	out := data[:max(strings.Index(data, "-- "), 0)]
	for _, s := range sections(data) {
		got := s.text
		switch s.name {
		case "options":
			fmt.Sscan(s.text, &o.Lang, &o.Base)
		case "html":
			d, losses = FromHTML(s.text, o)
		case "markdown":
			d, losses = FromMarkdown(s.text, o)
		case "text":
			d = FromText(s.text)
		case "json":
			d, refused = Parse([]byte(s.text))
		case "to error":
			got = fmt.Sprintln(refused)
		case "to json":
			got = lines(string(d.JSON())) + "\n"
		case "to html":
			got = d.HTML(HTMLOptions{}) + "\n"
		case "to feed":
			got = d.HTML(HTMLOptions{Base: "https://news.example", HeadingIDs: true, Labels: Labels{Picture: "Bild", Embed: "Eingebettet", Table: "Tabelle"}}) + "\n"
		case "to text":
			got = d.Text() + "\n"
		case "to markdown":
			got = d.Markdown("")
		case "to whole markdown":
			got = d.Markdown("https://news.example")
		case "losses":
			got = ""
			for _, l := range losses {
				got += strings.TrimSpace(fmt.Sprintf("%d %s: %s", l.Count, l.What, l.Sample)) + "\n"
			}
		default:
			t.Fatalf("unknown section %q", s.name)
		}
		if got != s.text && !*update {
			t.Errorf("%s: got\n%s\nwant\n%s", s.name, got, s.text)
		}
		out += "-- " + s.name + " --\n" + got
	}
	if d != nil {
		checkSound(t, d)
	}
	if *update && out != data {
		if err := os.WriteFile(name, []byte(out), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// lines breaks JSON before every block, for people to read.
func lines(s string) string {
	for _, name := range []string{Paragraph, Heading, BulletList, OrderedList, ListItem, Quote, Picture, Gallery, Embed, Table, TableRow, TableCell,
		TableHeader, FactBox, Divider, CodeBlock} {
		s = strings.ReplaceAll(s, `{"type":"`+name+`"`, "\n"+`{"type":"`+name+`"`)
	}
	return s
}
