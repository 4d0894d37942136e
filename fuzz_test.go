package stet

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// FuzzOldPath: what is accepted is in the form that paths are compared in.
func FuzzOldPath(f *testing.F) {
	for _, s := range []string{"/", "/a/b/", "https://x.example/?p=1", "//h/%D0%B9", "/%2F%3F", "/\u0438\u0306//"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := OldPath(s)
		if err != nil {
			if fieldsOf(err) != "old_urls" {
				t.Errorf("%v", err)
			}
			return
		}
		path, _, query := strings.Cut(string(p), "?")
		if !strings.HasPrefix(path, "/") || len(p) > 1000 || !utf8.ValidString(path) || strings.ContainsRune(string(p), 0) {
			t.Errorf("%q became %q", s, p)
		}
		if again := ComparePath(path); again != path && !query {
			t.Errorf("%q became %q, which is compared as %q", s, p, again)
		}
	})
}

// FuzzCleanLine: cleaning again changes nothing, and nothing forbidden is left.
func FuzzCleanLine(f *testing.F) {
	for _, s := range []string{"a", " a\tb\x00", "\u202eabc\u2069", "می\u200cخواهم", "\u00a0\u0085"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := CleanLine(s)
		if CleanLine(got) != got {
			t.Errorf("%+q became %+q, and then %+q", s, got, CleanLine(got))
		}
		if i := strings.IndexFunc(got, func(r rune) bool {
			return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069
		}); i >= 0 {
			t.Errorf("%+q became %+q", s, got)
		}
		if !utf8.ValidString(got) && utf8.ValidString(s) {
			t.Errorf("%+q became %+q", s, got)
		}
	})
}

// FuzzWallTime: whatever a form sends as a date with a time is refused, or is
// shown by the clocks at each of the instants found; where there is none, there
// is something in its place.
func FuzzWallTime(f *testing.F) {
	for _, s := range []string{"2026-03-29T02:30", "2026-10-25T02:30:59", "2011-12-30T12:00", "", "9999-99-99T99:99", "1600-01-01T00:00", "2999-12-31T23:59"} {
		for i := range 4 {
			f.Add(s, i)
		}
	}
	zones := []string{"Europe/Berlin", "Asia/Baku", "Pacific/Apia", "Australia/Lord_Howe"}
	f.Fuzz(func(t *testing.T, shown string, i int) {
		zone, err := time.LoadLocation(zones[uint(i)%uint(len(zones))])
		if err != nil {
			t.Fatal(err)
		}
		at, instead, err := WallTime(shown, zone)
		if err != nil {
			if !Is(err, Invalid) {
				t.Fatal(err)
			}
			return
		}
		if (len(at) == 0) == instead.IsZero() || len(at) > 2 {
			t.Fatalf("%q: %v, instead %v", shown, at, instead)
		}
		for _, one := range at {
			if s := one.Format("2006-01-02T15:04:05"); s != shown && s != shown+":00" {
				t.Fatalf("%q: clocks show %s", shown, s)
			}
		}
	})
}
