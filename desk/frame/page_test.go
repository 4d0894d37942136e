package frame

import (
	"net/http/httptest"
	"stet/store"
	"strings"
	"testing"
	"time"
)

// TestStaticFiles: every file stands under a name of its content and may be kept.
func TestStaticFiles(t *testing.T) {
	d, err := New(Options{DB: &store.DB{}, URL: "https://example.org", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Mount(); err != nil {
		t.Fatal(err)
	}
	get := func(at string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		d.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", at, nil))
		return w
	}
	for name := range d.static.names {
		at, err := d.static.address(name)
		if err != nil {
			t.Fatal(err)
		}
		if w := get(at); w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Type") == "" {
			t.Errorf("%s answers %d, %v", at, w.Code, w.Header())
		}
		if w := get(strings.Replace(at, "-", "-0", 1)); w.Code != 404 {
			t.Errorf("another hash of %s answers %d", name, w.Code)
		}
	}
}
