package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mostBytes is what the script may weigh, compressed.
const mostBytes = 150 << 10

// installed returns where the npm packages are; without them the test cannot run.
func installed(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("takes npm packages")
	}
	dir := modules()
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("STET_TEST_ALL") != "" {
			t.Fatalf("make test installs what is missing: %v", err)
		}
		t.Skipf("make test installs what is missing: %v", err)
	}
	return dir
}

// TestCommittedBundle: what the desk serves is what the source gives.
func TestCommittedBundle(t *testing.T) {
	files, err := bundle(".", installed(t))
	if err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(files)); !slices.Equal(names, []string{"editor.css", "editor.js", "editor.licences.txt", "pictures.js"}) {
		t.Errorf("the bundle is %v", names)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../static", name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("desk/static/%s is not what the source gives: go run ./desk/editor", name)
		}
	}
}

// TestSize: an editor that opens at once on a phone.
func TestSize(t *testing.T) {
	script, err := os.ReadFile("../static/editor.js")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	w.Write(script)
	w.Close()
	t.Logf("%d bytes, %d compressed", len(script), b.Len())
	if b.Len() > mostBytes {
		t.Errorf("%d bytes compressed, more than %d", b.Len(), mostBytes)
	}
	if len(script) < 100<<10 {
		t.Errorf("%d bytes: that is no editor", len(script))
	}
}

// TestTypes: the TypeScript is sound.
func TestTypes(t *testing.T) {
	dir := t.TempDir()
	packages := installed(t)
	if err := os.Symlink(packages, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	for _, pattern := range []string{"*.ts", "*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
				t.Fatal(err)
			}
		}
	}
	compiler := filepath.Join(packages, "..", "..", "node_modules", "typescript", "bin", "tsc")
	out, err := exec.Command("node", compiler, "--project", dir).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestLock: the lock names versions and hashes, and no host of a registry; it is
// what package.json asks for, to the version.
func TestLock(t *testing.T) {
	text, err := os.ReadFile("package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte("://")) && regexp.MustCompile(`"resolved"`).Match(text) {
		t.Error("the lock names a registry: install with the .npmrc beside it")
	}
	var lock struct {
		Packages map[string]struct{ Version, Integrity string }
	}
	var wanted struct{ Dependencies map[string]string }
	if err := json.Unmarshal(text, &lock); err != nil {
		t.Fatal(err)
	}
	if text, err = os.ReadFile("package.json"); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &wanted); err != nil {
		t.Fatal(err)
	}
	if len(wanted.Dependencies) < 10 {
		t.Fatalf("package.json names %d packages", len(wanted.Dependencies))
	}
	for name, version := range wanted.Dependencies {
		if got := lock.Packages["node_modules/"+name].Version; got != version {
			t.Errorf("%s: package.json has %q, the lock %q", name, version, got)
		}
	}
	for name, p := range lock.Packages {
		if name != "" && !strings.HasPrefix(p.Integrity, "sha512-") {
			t.Errorf("%s has no hash", name)
		}
	}
}

// TestKeysInTheManual: doc/desk.md lists the shortcuts as keys.json has them.
func TestKeysInTheManual(t *testing.T) {
	text, err := os.ReadFile("keys.json")
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		Action string
		Keys   []string
		Typed  string
	}
	if err := json.Unmarshal(text, &rows); err != nil {
		t.Fatal(err)
	}
	manual, err := os.ReadFile("../../doc/desk.md")
	if err != nil {
		t.Fatal(err)
	}
	names := strings.NewReplacer("Mod-", "Ctrl+", "Alt-", "Alt+", "Shift-", "Shift+", "ArrowUp", "↑", "ArrowDown", "↓", "ArrowLeft", "←", "ArrowRight", "→")
	bound := map[string]string{}
	for _, row := range rows {
		var shown []string
		for _, key := range row.Keys {
			if other, twice := bound[key]; twice {
				t.Errorf("%s is both %s and %s", key, other, row.Action)
			}
			bound[key] = row.Action
			k := names.Replace(key)
			at := strings.LastIndex(k, "+") + 1
			if len(k[at:]) == 1 {
				k = k[:at] + strings.ToUpper(k[at:])
			}
			shown = append(shown, "`"+k+"`")
		}
		line := "| " + strings.Join(shown, ", ") + " |"
		if typed := strings.TrimSpace(row.Typed); strings.Contains(typed, "`") {
			line += " ```` " + typed + " ```` |"
		} else if typed != "" {
			line += " `" + typed + "` |"
		}
		if !strings.Contains(string(manual), line) {
			t.Errorf("doc/desk.md does not list %s as %s", row.Action, line)
		}
	}
}
