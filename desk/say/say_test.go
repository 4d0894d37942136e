package say

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stet"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return found
}

// TestEveryTextInEveryLanguage: with the same placeholders.
func TestEveryTextInEveryLanguage(t *testing.T) {
	for key, text := range texts {
		for _, code := range stet.DeskLangs {
			in := wordsIn[code].in(text)
			if strings.TrimSpace(in) == "" {
				t.Errorf("%s has no %s", code, key)
			}
			if !slices.Equal(placeholders(in), placeholders(text.en)) {
				t.Errorf("%s %s: %q has not the placeholders of %q", code, key, in, text.en)
			}
		}
	}
}

var asked = regexp.MustCompile(`\bT\(?\s?"([a-z0-9_.]+)"`)

// TestEveryTextIsThere: what code and templates ask for by name. Keys that are
// put together end in an underscore and begin a key.
func TestEveryTextIsThere(t *testing.T) {
	found := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if ext := filepath.Ext(path); ext != ".go" && ext != ".html" {
			return nil
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range asked.FindAllStringSubmatch(string(source), -1) {
			found++
			key := Key(m[1])
			_, ok := texts[key]
			for k := range texts {
				ok = ok || strings.HasSuffix(m[1], "_") && strings.HasPrefix(string(k), m[1])
			}
			if !ok {
				t.Errorf("%s asks for %q, which there is not", path, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if found < 10 {
		t.Errorf("found only %d keys: the scan is blind", found)
	}
}
