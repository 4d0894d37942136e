//go:build !race

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// validHTML lets the Nu HTML checker judge a page of every kind, the stylesheet
// and the icon. Its warnings count as well.
func (n *sample) validHTML(t *testing.T) {
	dir := t.TempDir()
	of := map[string]string{} // files to pages
	keep := func(name, page, text string) {
		file := filepath.Join(dir, name)
		of[file] = page
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range n.among(judged...) {
		for _, p := range n.pages(t, l) {
			keep(fileName(p.path)+".html", p.path+" ("+p.kind+")", n.get(t, p.path, p.status))
		}
	}
	front := n.get(t, "/ru/", 200)
	for _, m := range regexp.MustCompile(`href="(/[^"]+\.(?:css|svg))"`).FindAllStringSubmatch(front, -1) {
		keep(fileName(m[1]), m[1], n.get(t, m[1], 200))
	}
	judgeHTML(t, dir, of)
}

// judgeHTML lets the Nu HTML checker judge the files in a directory, which are
// of pages.
func judgeHTML(t *testing.T, dir string, of map[string]string) {
	t.Helper()
	java, jar := tool(t, "java"), needs(t, "vnu-jar/build/dist/vnu.jar")
	cmd := exec.Command(java, "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", "--also-check-css", "--also-check-svg", dir)
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("vnu: %v\n%s", err, exit.Stderr)
		}
		t.Fatal(err)
	}
	var report struct {
		Messages []struct {
			Type, SubType, URL, Message, Extract string
			LastLine                             int
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("vnu: %v\n%s", err, out)
	}
	found := findings{}
	for _, m := range report.Messages {
		if m.Type == "info" && m.SubType != "warning" {
			continue
		}
		found.add(m.Message+" at "+strings.TrimSpace(m.Extract), fmt.Sprintf("%s line %d", of[strings.TrimPrefix(m.URL, "file:")], m.LastLine))
	}
	found.report(t, "vnu")
}
