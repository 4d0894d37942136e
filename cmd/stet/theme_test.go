package main

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/site/theme"
)

// TestWatchTheme: a change of the folder is switched on when it has come to
// rest; one with a fault is told of, and the theme stays as it was.
func TestWatchTheme(t *testing.T) {
	t.Parallel()
	c := defaults()
	c.Dir, c.Addr, c.Theme, c.ThemeWatch = t.TempDir(), "127.0.0.1:0", t.TempDir(), true
	if err := os.CopyFS(c.Theme, theme.Shipped("wire")); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(c.Theme, "blocks", "foot.html")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := c.create(t.Context(), "UTC", []stet.Edition{{Lang: "ru", Name: "Herald"}}); err != nil {
		t.Fatal(err)
	}
	db, err := c.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var log bytes.Buffer
	s, err := newServer(t.Context(), &c, db, slog.New(slog.NewTextHandler(&log, nil)), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.listener.Close()
	page := func() string {
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, httptest.NewRequest("GET", "/ru/", nil))
		return w.Body.String()
	}
	was, err := os.ReadFile("../../site/theme/default/blocks/foot.html")
	if err != nil {
		t.Fatal(err)
	}
	write := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w := watcher{server: s, seen: s.themeStamp}
	first := page()
	w.look()
	w.look()
	if log.Len() > 0 {
		t.Error(&log)
	}

	write(strings.Replace(string(was), `<footer class="foot">`, `<footer class="foot other">`, 1))
	w.look()
	if page() != first {
		t.Error("a change is switched on that may not be finished")
	}
	w.look()
	second := page()
	if !strings.Contains(second, "foot other") || !strings.Contains(log.String(), "theme switched on") {
		t.Errorf("the change is not switched on: %s", &log)
	}

	write("\n{{.Nothing}}")
	w.look()
	w.look()
	if page() != second || !strings.Contains(log.String(), filepath.Join("blocks", "foot.html")+":2: there is no field Nothing") {
		t.Errorf("a fault: %s", &log)
	}
	log.Reset()
	write(string(was))
	w.look()
	w.look()
	if strings.Contains(page(), "foot other") {
		t.Errorf("the change back is not switched on: %s", &log)
	}
}
