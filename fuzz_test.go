package stet

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"stet/lang"
)

// FuzzDecodeNativeLine: no line makes the decoder panic, and what it accepts can
// be created, published where it says so, saved and read again.
func FuzzDecodeNativeLine(f *testing.F) {
	for _, line := range []string{
		full, `{}`, `null`, `{"lang":"ru","headline":"A","body_markdown":"# x\n\n* a"}`,
		`{"lang":"fa","headline":"می‌خواهم","kind":"page","body":{"type":"doc","content":[{"type":"paragraph"}]}}`,
		`{"type":"section","key":"politics","names":{"ru":"Политика"},"slugs":{"ru":"p"},"parent":"x"}`,
		`{"type":"topic","key":"eu","kind":"organisation"}`, `{"type":"author","key":"jd","names":{"en":"J"}}`,
		`{"type":"redirect","from":"https://x/a?b","to":"/ru/%D0%B9"}`,
		`{"lang":"ru","headline":"\u0000","authors":[{"key":"a"},"b",null]}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := DecodeNativeLine(data)
		if err != nil {
			if _, ok := KindOf(err); !ok {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		switch v := v.(type) {
		case *Native:
			created(t, v)
		case *NativeTerm:
			if !validKey(v.Key) {
				t.Errorf("key %q", v.Key)
			}
			for l, name := range v.Names {
				if !lang.Valid(string(l)) || name == "" || CleanLine(name) != name {
					t.Errorf("name %q in %q", name, l)
				}
			}
		case *NativeRedirect:
			if again, err := OldPath(string(v.From)); !strings.ContainsAny(string(v.From), "%?#") && (err != nil || again != v.From) {
				t.Errorf("from %q, again %q, %v", v.From, again, err)
			}
			if !utf8.ValidString(v.To) || v.To == "" || strings.ContainsRune(v.To, 0) {
				t.Errorf("to %q", v.To)
			}
		}
	})
}

func created(t *testing.T, n *Native) {
	d, _, err := n.Draft()
	if err != nil {
		t.Fatalf("decoded, and no draft: %v", err)
	}
	a := &Article{ID: n.ID}
	if a.ID == "" {
		a.ID = "made"
	}
	if err := a.Create(chief, d, noon); err != nil {
		t.Fatalf("decoded, and refused: %v", err)
	}
	if n.Status == "published" {
		if err := a.Publish(chief, d.PublishedAt, noon); err != nil {
			t.Fatalf("decoded as published, and refused: %v", err)
		}
	}
	dir, slug := a.Wanted(&Site{Zone: time.UTC}, noon)
	if !validSlug(slug, MaxGivenSlug) || !strings.HasPrefix(dir, "/"+string(a.Lang)+"/") {
		t.Errorf("address %q", dir+slug)
	}
	saved, err := json.Marshal(a.Native())
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeNative(saved)
	if err != nil {
		t.Fatalf("what was saved is refused: %v\n%s", err, saved)
	}
	e, _, err := back.Draft()
	if err != nil {
		t.Fatal(err)
	}
	if was, is := a.Latest().CanonicalForm(), e.Content.CanonicalForm(); string(was) != string(is) {
		t.Errorf("saved\n%s\nand read\n%s", was, is)
	}
}

// FuzzMergePatch: a patch is refused or makes a content that keeps the rules.
func FuzzMergePatch(f *testing.F) {
	for _, patch := range []string{`{}`, `{"headline":"B","source":{"kind":null}}`, `{"body_html":"<p>x","authors":["A"]}`, `{"picture":null,"topics":[]}`, `{"a":{"b":null}}`} {
		f.Add([]byte(patch))
	}
	n, err := DecodeNative([]byte(full))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, patch []byte) {
		d, _, err := n.Draft()
		if err != nil {
			t.Fatal(err)
		}
		a := &Article{ID: "a"}
		must(t, a.Create(chief, d, noon))
		before := string(a.Working.CanonicalForm())
		d, err = a.MergePatch(patch)
		if string(a.Working.CanonicalForm()) != before {
			t.Fatal("the patch changed the article itself")
		}
		if err != nil {
			if _, ok := KindOf(err); !ok {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		if err := a.Edit(chief, d.Content, noon); err != nil {
			t.Fatalf("patched, and refused: %v", err)
		}
	})
}

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
