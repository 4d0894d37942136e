package main

import (
	"encoding/json"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func TestSeries(t *testing.T) {
	s := series{5, 1, 3, 2, 4}
	for _, c := range []struct{ p, want float64 }{{0, 1}, {50, 3}, {75, 4}, {90, 4.6}, {100, 5}} {
		if got := s.percentile(c.p); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("percentile %v = %v, want %v", c.p, got, c.want)
		}
	}
	if got := s.over(series{10, 2, 6, 4}); !slices.Equal(got, series{0.5, 0.5, 0.5, 0.5}) {
		t.Errorf("over = %v", got)
	}
	if !math.IsNaN(series(nil).median()) {
		t.Error("nothing has a median")
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %q, want %q", n, got, want)
		}
	}
	for ns, want := range map[float64]string{1.234e6: "1.23 ms", 12.34e6: "12.3 ms", 1234e6: "1234 ms"} {
		if got := millis(ns); got != want {
			t.Errorf("millis(%v) = %q, want %q", ns, got, want)
		}
	}
}

func TestCores(t *testing.T) {
	if got, err := parseCores("0-2,5"); err != nil || !slices.Equal(got, []int{0, 1, 2, 5}) {
		t.Errorf("parseCores = %v, %v", got, err)
	}
	if _, err := parseCores("zero"); err == nil {
		t.Error("a word is no core")
	}
}

// A load that was answered with anything but the page is no measurement.
func TestResult(t *testing.T) {
	line := "Running 1s test\nresult " + `{"requests":100,"bytes":620000,"micros":1000000,"p50":1,"p99":2,"connect":0,"read":0,"write":0,"status":0,"timeout":0}` + "\nmore"
	good, err := parseResult([]byte(line))
	if err != nil || good.Requests != 100 {
		t.Fatal(good, err)
	}
	if err := good.check(load{bytes: 5900}); err != nil {
		t.Error(err)
	}
	for name, r := range map[string]result{
		"status":  {Requests: 100, Bytes: 620000, Status: 1},
		"timeout": {Requests: 100, Bytes: 620000, Timeout: 1},
		"short":   {Requests: 100, Bytes: 30000},
		"long":    {Requests: 100, Bytes: 6200000},
		"nothing": {},
	} {
		if r.check(load{bytes: 5900}) == nil {
			t.Error(name, "was let through")
		}
	}
}

// The archive goes on for ever, and no two of its articles share an id.
func TestArchive(t *testing.T) {
	file := filepath.Join(t.TempDir(), "made.jsonl.gz")
	if err := writeTexts(file); err != nil {
		t.Fatal(err)
	}
	a := &archive{file: file, clock: time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)}
	if err := a.read(); err != nil {
		t.Fatal(err)
	}
	if len(a.base) != madeArticles || !slices.Equal(a.langs, []string{"az", "en", "ru"}) {
		t.Fatal(len(a.base), a.langs)
	}
	seen := map[string]bool{}
	for i := range 3 * madeArticles {
		e := a.entry(i)
		if seen[e.id] || e.at.After(a.clock) {
			t.Fatal(i, e)
		}
		seen[e.id] = true
	}
	line, err := a.line(2*madeArticles + 7)
	if err != nil {
		t.Fatal(err)
	}
	var v struct {
		ID          string
		PublishedAt time.Time `json:"published_at"`
		BodyHTML    string    `json:"body_html"`
	}
	if err := json.Unmarshal(line, &v); err != nil || v.ID != a.base[7].id+":copy:2" || v.BodyHTML == "" || !v.PublishedAt.Before(a.base[7].at) {
		t.Errorf("%+v, %v", v, err)
	}
	if x, y := a.pick(1000, 50, 1, nil), a.pick(1000, 50, 1, nil); !slices.Equal(x, y) || len(x) != 50 {
		t.Error("not the same articles each time")
	}
}

func TestBare(t *testing.T) {
	h := bare(map[string]keptPage{"/a": {http.Header{"Etag": {`"1"`}, "Content-Type": {"text/html"}, "Content-Length": {"4"}, "Vary": {"Accept-Encoding"}}, []byte("body")}})
	for _, c := range []struct {
		path, match string
		status      int
		body, kind  string
	}{
		{"/a", "", 200, "body", "text/html"},
		{"/a", `"1"`, 304, "", ""},
		{"/a", `"2"`, 200, "body", "text/html"},
	} {
		r := httptest.NewRequest(http.MethodGet, c.path, nil)
		if c.match != "" {
			r.Header.Set("If-None-Match", c.match)
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Content-Type") != c.kind || w.Header().Get("Vary") == "" {
			t.Errorf("%+v: %d %q %v", c, w.Code, w.Body, w.Header())
		}
	}
}
