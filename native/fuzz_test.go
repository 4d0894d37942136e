package native

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"stet"
	"stet/lang"
)

// FuzzDecodeLine: no line makes the decoder panic, and what it accepts can
// be created, published where it says so, saved and read again.
func FuzzDecodeLine(f *testing.F) {
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
		v, err := DecodeLine(data)
		if err != nil {
			if _, ok := stet.KindOf(err); !ok {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		switch v := v.(type) {
		case *Article:
			created(t, v)
		case *Term:
			if !stet.ValidKey(v.Key) {
				t.Errorf("key %q", v.Key)
			}
			for l, name := range v.Names {
				if !lang.Valid(string(l)) || name == "" || stet.CleanLine(name) != name {
					t.Errorf("name %q in %q", name, l)
				}
			}
		case *stet.Redirect:
			if again, err := stet.OldPath(string(v.From)); !strings.ContainsAny(string(v.From), "%?#") && (err != nil || again != v.From) {
				t.Errorf("from %q, again %q, %v", v.From, again, err)
			}
			if !utf8.ValidString(v.To) || v.To == "" || strings.ContainsRune(v.To, 0) {
				t.Errorf("to %q", v.To)
			}
		}
	})
}

func created(t *testing.T, n *Article) {
	d, _, err := n.Draft()
	if err != nil {
		t.Fatalf("decoded, and no draft: %v", err)
	}
	a := &stet.Article{ID: n.ID}
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
	dir, slug := a.Wanted(&stet.Site{Zone: time.UTC}, noon)
	if !stet.ValidSlug(slug, stet.MaxGivenSlug) || !strings.HasPrefix(dir, "/"+string(a.Lang)+"/") {
		t.Errorf("address %q", dir+slug)
	}
	saved, err := json.Marshal(Of(a))
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(saved)
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

// FuzzPatch: a patch is refused or makes a content that keeps the rules.
func FuzzPatch(f *testing.F) {
	for _, patch := range []string{`{}`, `{"headline":"B","source":{"kind":null}}`, `{"body_html":"<p>x","authors":["A"]}`, `{"picture":null,"topics":[]}`, `{"a":{"b":null}}`} {
		f.Add([]byte(patch))
	}
	n, err := Decode([]byte(full))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, patch []byte) {
		d, _, err := n.Draft()
		if err != nil {
			t.Fatal(err)
		}
		a := &stet.Article{ID: "a"}
		must(t, a.Create(chief, d, noon))
		before := string(a.Working.CanonicalForm())
		d, err = Patch(a, patch)
		if string(a.Working.CanonicalForm()) != before {
			t.Fatal("the patch changed the article itself")
		}
		if err != nil {
			if _, ok := stet.KindOf(err); !ok {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		if err := a.Edit(chief, d.Content, noon); err != nil {
			t.Fatalf("patched, and refused: %v", err)
		}
	})
}

// FuzzPatchPicture: a patch is refused or makes a description that says what it
// asks for, and leaves the picture as it was.
func FuzzPatchPicture(f *testing.F) {
	for _, patch := range []string{`{}`, `{"alt":{"ru":"Мост","en":null},"rights_end":null}`, `{"focus":{"x":0.1,"y":1},"crops":{"1x1":{"x":0,"y":0,"width":9,"height":9}}}`,
		`{"crops":null,"taken":"2026-01-01T00:00:00Z"}`, `{"focus":null,"caption":[]}`} {
		f.Add([]byte(patch))
	}
	f.Fuzz(func(t *testing.T, patch []byte) {
		said := stet.Description{Words: map[stet.Lang]stet.PictureWords{"en": {Alt: "Bridge"}}, Credit: "Anna", Expires: noon}
		p, err := stet.Bring(chief, "p", stet.PictureFile{Width: 40, Height: 30}, said, noon)
		must(t, err)
		before, err := json.Marshal(OfPicture(p))
		must(t, err)
		to, err := PatchPicture(p, patch)
		if after, _ := json.Marshal(OfPicture(p)); string(after) != string(before) {
			t.Fatal("the patch changed the picture itself")
		}
		if err != nil {
			if _, ok := stet.KindOf(err); !ok {
				t.Fatalf("%v is no refusal", err)
			}
			return
		}
		if !to.Describes && p.Credit != to.Said.Credit {
			t.Errorf("%s took the credit", patch)
		}
		if p.Describe(chief, to.Said, noon) != nil || to.Cuts && p.Crop(chief, to.Focus, to.Crops, noon) != nil {
			return // by the law
		}
		again, err := PatchPicture(p, []byte(`{}`))
		if err != nil {
			t.Fatalf("patched, and unreadable: %v", err)
		}
		if !to.Said.Expires.Equal(again.Said.Expires) || again.Focus != p.Focus || len(again.Crops) != len(p.Crops) {
			t.Errorf("%s made %+v, read again %+v", patch, to, again)
		}
	})
}
