package desk

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var said = regexp.MustCompile(`\b(say|counted|button)\(\s*"([a-z0-9_]+)"`)

// TestEditorTexts: the script has a text for all it says, and no other.
func TestEditorTexts(t *testing.T) {
	have := book(t).In("en").Editor()
	wanted := map[string]bool{}
	files, err := filepath.Glob("editor/*.ts")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(source)
		for _, m := range said.FindAllStringSubmatch(string(source), -1) {
			if m[1] == "counted" {
				wanted[m[2]+".other"] = true
			} else {
				wanted[m[2]] = true
			}
		}
	}
	if len(wanted) < 50 {
		t.Fatalf("found only %d texts: the scan is blind", len(wanted))
	}
	// what is put together
	var keys []struct{ Action string }
	var schema struct {
		Nodes []struct {
			Name  string
			Attrs []struct{ Name, Kind string }
		}
	}
	for file, into := range map[string]any{"editor/keys.json": &keys, "editor/schema.json": &schema} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, into); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range keys {
		wanted["do_"+k.Action] = true
	}
	for _, n := range schema.Nodes {
		for _, a := range n.Attrs {
			if a.Kind == "lang" {
				wanted["block_"+n.Name] = true
			}
			if a.Kind == "line" || a.Kind == "lang" || a.Kind == "name" || a.Name == "url" || a.Name == "start" || a.Name == "wide" {
				if a.Name != "provider" {
					wanted["attr_"+a.Name] = true
				}
			}
		}
	}
	for name := range wanted {
		if _, ok := have[name]; !ok && !strings.HasSuffix(name, "_") {
			t.Errorf("there is no text for %q", name)
		}
	}
	for name := range have {
		base, _, _ := strings.Cut(name, ".")
		if !wanted[name] && !strings.HasPrefix(name, "field_") && !strings.Contains(all.String(), `"`+base+`"`) {
			t.Errorf("nobody says %q", name)
		}
	}
}
