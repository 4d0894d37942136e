package desk

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"stet"
	"stet/desk/say"
	"stet/store"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return found
}

// book is all that the desk says.
func book(t *testing.T) *say.Book {
	t.Helper()
	d, err := New(Options{DB: &store.DB{}, URL: "https://example.org"})
	if err != nil {
		t.Fatal(err)
	}
	return d.Book
}

// TestEveryTextInEveryLanguage: with the same placeholders.
func TestEveryTextInEveryLanguage(t *testing.T) {
	for key, text := range book(t).All() {
		for code, in := range map[stet.Lang]string{"en": text[0], "ru": text[1], "az": text[2]} {
			if strings.TrimSpace(in) == "" {
				t.Errorf("%s has no %s", code, key)
			}
			if !slices.Equal(placeholders(in), placeholders(text[0])) {
				t.Errorf("%s %s: %q has not the placeholders of %q", code, key, in, text[0])
			}
		}
	}
}

var asked = regexp.MustCompile(`\bT\(?\s?"([a-z0-9_.]+)"`)

var comment = regexp.MustCompile(`(?m)^//.*$`)

// TestEveryTextIsThere: what code and templates ask for by name. Keys that are
// put together end in an underscore and begin a key.
func TestEveryTextIsThere(t *testing.T) {
	found, texts := 0, book(t).All()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if path == "setup" {
			return filepath.SkipDir // it has a book of its own
		}
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
		for _, m := range asked.FindAllStringSubmatch(comment.ReplaceAllString(string(source), ""), -1) {
			found++
			key := say.Key(m[1])
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
