package media

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"stet"
	"stet/store/storetest"
)

// TestReceiveFrom: from the web, and not from the own network.
func TestReceiveFrom(t *testing.T) {
	s := newStudio(t, Limits{Bytes: 100_000, Pixels: 1e6, Memory: 64 << 20, Frames: 10})
	data := asJPEG(t, waves(300, 200))
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/a/bridge.jpg":
			w.Write(data)
		case "/page":
			io.WriteString(w, "<!doctype html>")
		case "/large":
			w.Write(append(data, make([]byte, 100_000)...))
		default:
			http.NotFound(w, r)
		}
	}))
	defer web.Close()
	if _, err := s.ReceiveFrom(t.Context(), storetest.Editor, "en", web.URL+"/a/bridge.jpg"); !stet.Is(err, stet.Invalid) {
		t.Errorf("from the own network: %v", err)
	}
	s.localWeb = true
	p, err := s.ReceiveFrom(t.Context(), storetest.Editor, "en", web.URL+"/a/bridge.jpg?x=y")
	if err != nil || p.Name != "bridge.jpg" || p.Width != 300 {
		t.Error(p, err)
	}
	for _, address := range []string{web.URL + "/page", web.URL + "/large", web.URL + "/none", "http://127.0.0.1:1/", "file:///etc/passwd", "", "nonsense"} {
		if _, err := s.ReceiveFrom(t.Context(), storetest.Editor, "en", address); !stet.Is(err, stet.Invalid) {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := s.ReceiveFrom(t.Context(), stet.User{ID: "nobody"}, "en", web.URL+"/a/bridge.jpg"); !stet.Is(err, stet.Forbidden) {
		t.Error(err)
	}
}
