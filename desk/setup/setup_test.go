package setup

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"stet/desk/say"
	"stet/store/storetest"
)

var (
	asked       = regexp.MustCompile(`\.T "([a-z_]+)"`)
	placeholder = regexp.MustCompile(`\{[a-z]+\}`)
)

// TestWords: what the pages ask for is there, in every language with the same
// placeholders.
func TestWords(t *testing.T) {
	found := 0
	for _, page := range []string{"setup", "made"} {
		text, err := files.ReadFile("templates/" + page + ".html")
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range asked.FindAllStringSubmatch(string(text), -1) {
			if found++; words[say.Key(m[1])] == (say.Text{}) {
				t.Errorf("%s asks for %q", page, m[1])
			}
		}
	}
	if found < 10 {
		t.Errorf("found only %d keys: the scan is blind", found)
	}
	for key, in := range words {
		for _, text := range in {
			if strings.TrimSpace(text) == "" || !slices.Equal(placeholder.FindAllString(text, -1), placeholder.FindAllString(in[0], -1)) {
				t.Errorf("%s: %q", key, text)
			}
		}
	}
}

// TestPathIsSecret: each set-up has a link of its own.
func TestPathIsSecret(t *testing.T) {
	db := storetest.Open(t, storetest.DSN(t, "sqlite"))
	var paths []string
	for range 2 {
		d, err := New(Options{DB: db, Now: time.Now, Here: "http://127.0.0.1:8080"})
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, d.Path())
	}
	if paths[0] == paths[1] || len(paths[0]) < len(prefix)+43 {
		t.Errorf("the paths are %q", paths)
	}
}
