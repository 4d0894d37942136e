package native

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
)

var (
	noon  = time.Date(2026, 1, 14, 8, 0, 0, 0, time.UTC)
	chief = stet.User{ID: "user:chief", Name: "Chief", Role: stet.ChiefEditor, Origin: stet.ByPerson}
)

func must(t *testing.T, steps ...error) {
	t.Helper()
	for i, err := range steps {
		if err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
}

func fieldsOf(err error) string {
	var out []string
	switch e := err.(type) {
	case stet.Errors:
		for _, e := range e {
			out = append(out, e.Field)
		}
	case *stet.Error:
		out = append(out, e.Field)
	}
	return strings.Join(out, " ")
}

// full is a line with every field of the native form.
const full = `{"type":"article","id":"agency-4711","kind":"story","lang":"ru","translation_of":"agency-4710","status":"published",` +
	`"headline":"Мост открыт","standfirst":"Коротко","kicker":"Город","body_html":"<p>Текст.</p>","section":"politics","topics":["eu","un"],` +
	`"authors":["Имя Фамилия",{"key":"jd","name":"J. Doe"},{"key":"only-key"}],"dateline":"Баку",` +
	`"source":{"name":"пресс-служба","url":"https://example.org/","kind":"release"},"genre":"news","access":"public","slug":"most-otkryt",` +
	`"old_urls":["/news/123.html"],"published_at":"2021-06-02T14:05:00+04:00","updated_at":"2021-06-03T00:00:00.1239Z",` +
	`"embargo":"2021-06-02T14:00:00+04:00","expires":"2031-06-02T00:00:00Z",` +
	`"picture":{"id":"p1","url":"https://example.org/a.jpg","alt":"Мост","caption":"Мост в Баку","credit":"Фото"},` +
	`"canonical":"https://example.org/a","licence":"CC BY 4.0"}`

func TestDecodeEveryField(t *testing.T) {
	n, err := Decode([]byte(full))
	if err != nil {
		t.Fatal(err)
	}
	d, losses, err := n.Draft()
	if err != nil || len(losses) > 0 {
		t.Fatal(losses, err)
	}
	want := stet.Draft{
		Kind: stet.StoryKind, Lang: "ru", Group: "agency-4710",
		PublishedAt: time.Date(2021, 6, 2, 10, 5, 0, 0, time.UTC), UpdatedAt: time.Date(2021, 6, 3, 0, 0, 0, 123e6, time.UTC),
		Embargo: time.Date(2021, 6, 2, 10, 0, 0, 0, time.UTC), Expires: time.Date(2031, 6, 2, 0, 0, 0, 0, time.UTC),
		OldPaths: []stet.Path{"/news/123.html"},
		Content: stet.Content{
			Headline: "Мост открыт", Standfirst: "Коротко", Kicker: "Город", Slug: "most-otkryt", Section: "politics",
			Topics:  []string{"eu", "un"},
			Bylines: []stet.Byline{{Key: stet.AuthorKey("ru", "Имя Фамилия"), Name: "Имя Фамилия"}, {Key: "jd", Name: "J. Doe"}, {Key: "only-key", Name: ""}}, Dateline: "Баку",
			Source: &stet.Source{Name: "пресс-служба", URL: "https://example.org/", Kind: "release"}, Genre: "news", Access: "public",
			Picture:   &stet.PictureUse{ID: "p1", URL: "https://example.org/a.jpg", Alt: "Мост", Caption: "Мост в Баку", Credit: "Фото"},
			Canonical: "https://example.org/a", Licence: "CC BY 4.0",
		},
	}
	if d.Content.Body.Text() != "Текст." {
		t.Errorf("body %q", d.Content.Body.Text())
	}
	d.Content.Body, d.ImportHash = nil, ""
	for _, at := range []*time.Time{&d.PublishedAt, &d.UpdatedAt, &d.Embargo, &d.Expires} {
		*at = at.UTC()
	}
	if !reflect.DeepEqual(d, want) {
		t.Errorf("it became\n%+v, want\n%+v", d, want)
	}
	// No field of the form is left out here.
	var members map[string]any
	if err := json.Unmarshal([]byte(full), &members); err != nil {
		t.Fatal(err)
	}
	fields := reflect.TypeFor[Article]()
	for i := range fields.NumField() {
		name, _, _ := strings.Cut(fields.Field(i).Tag.Get("json"), ",")
		if name != "" && name != "body" && name != "body_markdown" && members[name] == nil {
			t.Errorf("the test has no %s", name)
		}
	}
}

// TestFaultsAreNamed: what is wrong with a line, all of it, by the names of its
// fields.
func TestFaultsAreNamed(t *testing.T) {
	long := func(n int) string { return strings.Repeat("x", n) }
	for _, c := range []struct{ line, want string }{
		{`{}`, "lang headline"},
		{`{"lang":"ru","headline":"A"}`, ""},
		{`{"lang":"ru","headline":""}`, "headline"},
		{`{"lang":"ru","headline":" \u202e "}`, "headline"},
		{`{"lang":"ru","headline":5}`, "headline"},
		{`{"lang":"ru","headline":["A"]}`, "headline"},
		{`{"lang":"R","headline":"A"}`, "lang"},
		{`{"lang":"русский","headline":"A"}`, "lang"},
		{`{"lang":true,"headline":"A"}`, "lang"},
		{`{"id":"a b","lang":"ru","headline":"A","kind":"video","status":"live","translation_of":"ä"}`, "id kind translation_of status"},
		{`{"id":"` + long(201) + `","lang":"ru","headline":"A"}`, "id"},
		{`{"lang":"ru","headline":"A","status":"published"}`, "section body"},
		{`{"lang":"ru","headline":"A","status":"published","section":"s","body_html":"<p> </p>"}`, "body"},
		{`{"lang":"ru","headline":"A","status":"published","kind":"page","body_markdown":"x"}`, ""},
		{`{"lang":"ru","headline":"A","status":"published","section":7,"body_html":7}`, "body_html section"},
		{`{"lang":"ru","headline":"A","published_at":"2021-06-02","updated_at":"yesterday"}`, "published_at updated_at"},
		{`{"lang":"ru","headline":"A","published_at":"1599-01-01T00:00:00Z"}`, "published_at"},
		{`{"lang":"ru","headline":"A","published_at":"2021-02-30T00:00:00Z"}`, "published_at"},
		{`{"lang":"ru","headline":"A","published_at":1622628300}`, "published_at"},
		{`{"lang":"ru","headline":"A","old_urls":["x","/ok","mailto:a"]}`, "old_urls"},
		{`{"lang":"ru","headline":"A","old_urls":"/a"}`, "old_urls"},
		{`{"lang":"ru","headline":"A","topics":["a/b","a"]}`, "topics"},
		{`{"lang":"ru","headline":"A","topics":[null]}`, "topics"},
		{`{"lang":"ru","headline":"A","topics":[["a"]]}`, "topics"},
		{`{"lang":"ru","headline":"A","authors":"N"}`, "authors"},
		{`{"lang":"ru","headline":"A","authors":[""]}`, "authors"},
		{`{"lang":"ru","headline":"A","authors":[null]}`, "authors"},
		{`{"lang":"ru","headline":"A","authors":[7]}`, "authors"},
		{`{"lang":"ru","headline":"A","authors":[{"name":"N","age":7}]}`, "authors.age"},
		{`{"lang":"ru","headline":"A","authors":[{"key":"a/b"}]}`, "authors"},
		{`{"lang":"ru","headline":"A","source":{"kind":"rumour","url":"x","by":1}}`, "source.by source.name source.kind source.url"},
		{`{"lang":"ru","headline":"A","source":"N"}`, "source"},
		{`{"lang":"ru","headline":"A","source":{"name":1}}`, "source.name"},
		{`{"lang":"ru","headline":"A","picture":{"alt":"x"}}`, "picture.url"},
		{`{"lang":"ru","headline":"A","picture":{"url":"javascript:x","width":1}}`, "picture.width picture.url"},
		{`{"lang":"ru","headline":"A","genre":"poetry","slug":"Nope","canonical":"x"}`, "slug genre canonical"},
		{`{"lang":"ru","headline":"A","Headline":"B","byline":"C"}`, "Headline byline"},
		{`{"lang":"ru","headline":"A","body":{"type":"doc","content":[]},"body_html":"<p>x"}`, "body"},
		{`{"lang":"ru","headline":"A","body":{"type":"doc","content":[{"type":"script"}]}}`, "body.content[0]"},
		{`{"lang":"ru","headline":"A","body":"text"}`, "body"},
		{`{"lang":"ru","headline":"A","body":{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"a\u0000"}]}]}}`, "body.content[0].content[0]"},
		{`{"lang":"ru","headline":"a\u0000b","kicker":"\\u0000","topics":["a\u0000"],"authors":[{"name":"\u0000x"}],"licence":"\\\u0000"}`, "headline topics authors licence"},
		{`{"lang":"ru","headline":"A","source":{"name":"\u0000"},"picture":{"url":"https://e.org/","alt":"\u0000"}}`, "source.name picture.alt"},
		{`{"lang":"ru","headline":"A","a\u0000b":1}`, "a\x00b"},
		{`{"type":"video","lang":"ru","headline":"A"}`, "type"},
		{`{"type":7,"lang":"ru","headline":"A"}`, "type"},
		{`{"lang":"ru","headline":"` + long(1001) + `","standfirst":"` + long(2001) + `","kicker":"` + long(201) + `"}`, "headline standfirst kicker"},
		{`{"lang":"ru","headline":"A","body_html":"` + long(MaxBody) + `"}`, ""},
		{`{"lang":"ru","headline":"A","body_html":"` + long(MaxBody+1) + `"}`, "body_html"},
		{`{"lang":"ru","headline":"A","status":"published","section":"s","body_markdown":"` + long(MaxBody+1) + `"}`, "body_markdown"},
		{`{"type":"article","lang":null,"headline":null}`, "lang headline"},

		{`{"type":"section","key":"politics","names":{"ru":"Политика"},"slugs":{"ru":"politika"},"parent":"news"}`, ""},
		{`{"type":"section"}`, "key"},
		{`{"type":"section","key":"a/b","names":{"R":"x","az":""},"slugs":{"ru":"No","X":"ok"},"parent":"a/b","kind":"place"}`, "key parent names.az names slugs slugs.ru kind"},
		{`{"type":"section","key":"a","names":["x"]}`, "names"},
		{`{"type":"section","key":"a","names":{"RU":"x","Sr-Latn":"y"}}`, ""},
		{`{"type":"section","key":"a","names":{"RU":"x","ru":"y"}}`, "names.ru"},
		{`{"type":"section","key":"a","names":{"ru":7}}`, "names"},
		{`{"type":"section","key":"a","names":{"ru":"a\u0000"}}`, "names"},
		{`{"type":"section","key":"a","parent":"a"}`, "parent"},
		{`{"type":"topic","key":"eu","kind":"planet","parent":"x"}`, "kind parent"},
		{`{"type":"topic","key":"eu","kind":"organisation"}`, ""},
		{`{"type":"author","key":"jd","names":{"en":"` + long(201) + `"}}`, "names.en"},
		{`{"type":"redirect"}`, "from to"},
		{`{"type":"redirect","from":"/a","to":"/b"}`, ""},
		{`{"type":"redirect","from":"a","to":"javascript:x","code":301}`, "from to code"},
		{`{"type":"redirect","from":7,"to":"/b"}`, "from from"},
	} {
		_, err := DecodeLine([]byte(c.line))
		if got := fieldsOf(err); !sameWords(got, c.want) {
			t.Errorf("%.200s\nfaults of %q, want %q: %v", c.line, got, c.want, err)
		}
		if err != nil && !stet.Is(err, stet.Invalid) {
			t.Errorf("%.200s: %v is not Invalid", c.line, err)
		}
	}
}

// sameWords compares fields without their order and how often they are named.
func sameWords(a, b string) bool {
	set := func(s string) map[string]bool {
		out := map[string]bool{}
		for w := range strings.FieldsSeq(s) {
			out[w] = true
		}
		return out
	}
	return reflect.DeepEqual(set(a), set(b))
}

// TestMalformed: what is no JSON object, or what a lenient decoder would read
// in one way and a strict one in another.
func TestMalformed(t *testing.T) {
	deep := strings.Repeat(`[`, 100_000) + strings.Repeat(`]`, 100_000)
	for _, line := range []string{
		``, ` `, `null`, `[]`, `"a"`, `7`, `{`, `{"lang":"ru"`, `{"lang":"ru",}`, `{lang:"ru"}`, `{"lang":'ru'}`,
		`{"lang":"ru","headline":"A"} {}`, `{"lang":"ru","headline":"A"}x`,
		`{"lang":"ru","lang":"ru","headline":"A"}`,
		`{"lang":"ru","\u006cang":"ru","headline":"A"}`,
		`{"lang":"ru","headline":"A","source":{"name":"a","name":"b"}}`,
		`{"lang":"ru","headline":"A","authors":[{"key":"a","key":"b"}]}`,
		`{"lang":"ru","headline":"A","body":{"type":"doc","type":"doc"}}`,
		`{"lang":"ru","headline":"\ud800"}`, `{"lang":"ru","headline":"\udc00x"}`, `{"lang":"ru","headline":"\ud800\ud800"}`,
		`{"lang":"ru","topics":["\ud800"]}`, `{"\ud800":1}`,
		"{\"lang\":\"ru\",\"headline\":\"\xff\"}", "{\"lang\":\"ru\",\"headline\":\"\xc0\xaf\"}", "{\"lang\":\"ru\",\"headline\":\"\xed\xa0\x80\"}",
		"{\"lang\":\"ru\",\"headline\":\"a\x00b\"}", "{\"lang\":\"ru\",\"headline\":\"a\nb\"}",
		`{"lang":"ru","headline":"A","body":` + deep + `}`,
		`{"lang":"ru","headline":"A","x":` + strings.Repeat(`{"a":`, 100_000) + `1` + strings.Repeat(`}`, 100_000) + `}`,
		"\ufeff{}",
	} {
		_, err := DecodeLine([]byte(line))
		if !stet.Is(err, stet.Malformed) {
			t.Errorf("%.100q: %v", line, err)
		}
		if err != nil && strings.Contains(err.Error(), "json") {
			t.Errorf("%.100q: the decoder speaks: %v", line, err)
		}
	}
	// A whole pair of surrogates is a character.
	n, err := Decode([]byte(`{"lang":"ru","headline":"\ud83d\ude00 \u0435"}`))
	if err != nil || n.Headline != "😀 е" {
		t.Errorf("%v, %v", n, err)
	}
}

func TestNullIsAbsent(t *testing.T) {
	var members map[string]any
	if err := json.Unmarshal([]byte(full), &members); err != nil {
		t.Fatal(err)
	}
	with := map[string]any{"lang": "ru", "headline": "A", "id": "x"}
	for name := range members {
		if with[name] == nil {
			with[name] = nil
		}
	}
	with["body"], with["body_markdown"] = nil, nil
	line, err := json.Marshal(with)
	if err != nil {
		t.Fatal(err)
	}
	a, err := Decode(line)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Decode([]byte(`{"id":"x","lang":"ru","headline":"A"}`))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%+v, want %+v", a, b)
	}
	for _, line := range []string{
		`{"lang":"ru","headline":"A","source":{"name":"N","url":null},"picture":{"id":"p","alt":null},"authors":[{"key":null,"name":"N"}]}`,
		`{"type":"section","key":"k","names":null,"slugs":null,"parent":null}`,
		`{"type":null,"lang":"ru","headline":"A"}`,
	} {
		if _, err := DecodeLine([]byte(line)); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// TestHash: it tells contents apart, and nothing else.
func TestHash(t *testing.T) {
	hash := func(line string) string {
		t.Helper()
		n, err := Decode([]byte(line))
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		d, _, err := n.Draft()
		if err != nil {
			t.Fatal(err)
		}
		return d.ImportHash
	}
	base := `{"lang":"ru","headline":"A","topics":["a","b"],"source":{"name":"N","kind":"own"},"published_at":"2021-06-02T14:05:00+04:00"}`
	for _, same := range []string{
		`{"published_at":"2021-06-02T10:05:00Z","source":{"kind":"own","name":"N"},"topics":["a","b"],"headline":"A","lang":"ru"}`,
		` { "lang" : "ru", "headline":"\u0041", "kicker":null, "topics":["a","b","a"],"source":{"name":" N ","kind":"own"},"published_at":"2021-06-02T10:05:00.0009Z","kind":"story"}`,
	} {
		if hash(same) != hash(base) {
			t.Errorf("%s has another hash", same)
		}
	}
	seen := map[string]string{hash(base): base}
	for _, other := range []string{
		`{"lang":"az","headline":"A","topics":["a","b"],"source":{"name":"N","kind":"own"},"published_at":"2021-06-02T14:05:00+04:00"}`,
		`{"lang":"ru","headline":"A","topics":["b","a"],"source":{"name":"N","kind":"own"},"published_at":"2021-06-02T14:05:00+04:00"}`,
		`{"lang":"ru","headline":"A"}`,
		`{"lang":"ru","headline":"A","status":"draft"}`,
		`{"lang":"ru","headline":"A","kind":"page"}`,
		`{"lang":"ru","headline":"A","translation_of":"x"}`,
		`{"lang":"ru","headline":"A","old_urls":["/a"]}`,
		`{"lang":"ru","headline":"A","old_urls":["/b"]}`,
		`{"lang":"ru","headline":"A","updated_at":"2021-06-02T14:05:00+04:00"}`,
		`{"lang":"ru","headline":"A","published_at":"2021-06-02T14:05:00+04:00"}`,
		`{"lang":"ru","headline":"A","body_html":"<p>x"}`,
		`{"lang":"ru","headline":"A","body_html":"<p>y"}`,
		`{"lang":"ru","headline":"A","standfirst":"x"}`,
		`{"lang":"ru","headline":"A","kicker":"x"}`,
		`{"lang":"ru","headline":"A","slug":"x"}`,
		`{"lang":"ru","headline":"A","picture":{"id":"x"}}`,
	} {
		if was, ok := seen[hash(other)]; ok {
			t.Errorf("%s has the hash of %s", other, was)
		}
		seen[hash(other)] = other
	}
}

func TestAuthorKeys(t *testing.T) {
	for name, want := range map[string]string{"Jane Doe": "jane-doe", "Лейла Алиева": "leyla-alieva"} {
		if got := stet.AuthorKey("ru", name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	a, b := stet.AuthorKey("en", "!!!"), stet.AuthorKey("en", "???")
	if a == b || !stet.ValidKey(a) {
		t.Errorf("names without letters: %q, %q", a, b)
	}
}

// TestMergePatch: RFC 7396, on an article.
func TestMergePatch(t *testing.T) {
	start := func() *stet.Article {
		n, err := Decode([]byte(full))
		if err != nil {
			t.Fatal(err)
		}
		d, _, err := n.Draft()
		if err != nil {
			t.Fatal(err)
		}
		a := &stet.Article{ID: n.ID}
		must(t, a.Create(chief, d, noon))
		return a
	}
	for _, c := range []struct {
		patch string
		want  func(c *stet.Content) // what it changes
	}{
		{`{}`, func(c *stet.Content) {}},
		{`{"headline":"B"}`, func(c *stet.Content) { c.Headline = "B" }},
		{`{"standfirst":null,"kicker":"K"}`, func(c *stet.Content) { c.Standfirst, c.Kicker = "", "K" }},
		{`{"topics":["x"]}`, func(c *stet.Content) { c.Topics = []string{"x"} }},
		{`{"topics":null,"authors":null}`, func(c *stet.Content) { c.Topics, c.Bylines = nil, nil }},
		{`{"authors":["Имя Фамилия"]}`, func(c *stet.Content) { c.Bylines = c.Bylines[:1] }},
		{`{"source":{"kind":null,"name":"S"}}`, func(c *stet.Content) { c.Source = &stet.Source{Name: "S", URL: c.Source.URL} }},
		{`{"source":null,"picture":null}`, func(c *stet.Content) { c.Source, c.Picture = nil, nil }},
		{`{"picture":{"alt":"новое"}}`, func(c *stet.Content) { p := *c.Picture; p.Alt = "новое"; c.Picture = &p }},
		{`{"body_html":"<p>B"}`, func(c *stet.Content) { c.Body = prose.FromText("B") }},
		{`{"body_markdown":"B"}`, func(c *stet.Content) { c.Body = prose.FromText("B") }},
		{`{"body_html":null,"body_markdown":null}`, func(c *stet.Content) {}},
		{`{"body":null}`, func(c *stet.Content) { c.Body = nil }},
		{`{"body":{"type":"doc","content":[{"type":"paragraph","content":[{"type":"text","text":"B"}]}]}}`, func(c *stet.Content) { c.Body = prose.FromText("B") }},
		{`{"slug":null,"genre":null,"access":null,"canonical":null,"licence":null,"dateline":null,"section":null}`, func(c *stet.Content) {
			c.Slug, c.Genre, c.Access, c.Canonical, c.Licence, c.Dateline, c.Section = "", "", "", "", "", "", ""
		}},
	} {
		a := start()
		before := string(a.Working.CanonicalForm())
		want := a.Working.Content
		c.want(&want)
		got, err := Patch(a, []byte(c.patch))
		if err != nil {
			t.Errorf("%s: %v", c.patch, err)
			continue
		}
		text := func(c stet.Content) string {
			body := ""
			if c.Body != nil {
				body = c.Body.Text()
				c.Body = nil
			}
			return string(c.CanonicalForm()) + body
		}
		if text(got.Content) != text(want) {
			t.Errorf("%s made\n%s, want\n%s", c.patch, text(got.Content), text(want))
		}
		if after := string(a.Working.CanonicalForm()); after != before {
			t.Errorf("%s changed the article itself", c.patch)
		}
	}
	for patch, want := range map[string]string{
		`{"headline":null}`: "headline", `{"headline":5}`: "headline", `{"source":{"name":null}}`: "source.name",
		`{"source":"S"}`: "source", `{"x":1}`: "x", `{"x":null}`: "", `{"slug":"No"}`: "slug",
		`{"id":"x"}`: "id", `{"type":"article"}`: "type", `{"kind":"page"}`: "kind", `{"lang":"az"}`: "lang",
		`{"translation_of":null}`: "translation_of", `{"status":"published"}`: "status", `{"old_urls":[]}`: "old_urls",
		`{"published_at":5}`: "published_at", `{"updated_at":null}`: "updated_at",
		`{"body":{"type":"doc","content":[]},"body_html":"x"}`: "body", `{"body":{"type":"x"}}`: "body",
		`{"headline":"\u0000"}`: "headline", `{"source":{"a":1}}`: "source.a",
	} {
		_, err := Patch(start(), []byte(patch))
		if got := fieldsOf(err); got != want {
			t.Errorf("%s: faults of %q, want %q: %v", patch, got, want, err)
		}
	}
	for _, patch := range []string{``, `null`, `[]`, `"x"`, `{"headline":"A","headline":"B"}`, `{"headline":"\ud800"}`, "{\"headline\":\"\xff\"}",
		`{"source":{"name":"a","name":"b"}}`, `{"x":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`} {
		if _, err := Patch(start(), []byte(patch)); !stet.Is(err, stet.Malformed) {
			t.Errorf("%.60q: %v", patch, err)
		}
	}
}

// TestRFC7396 are the examples of the standard's appendix.
func TestRFC7396(t *testing.T) {
	for _, c := range [][3]string{
		{`{"a":"b"}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"b"}`, `{"b":"c"}`, `{"a":"b","b":"c"}`},
		{`{"a":"b"}`, `{"a":null}`, `{}`},
		{`{"a":"b","b":"c"}`, `{"a":null}`, `{"b":"c"}`},
		{`{"a":["b"]}`, `{"a":"c"}`, `{"a":"c"}`},
		{`{"a":"c"}`, `{"a":["b"]}`, `{"a":["b"]}`},
		{`{"a":{"b":"c"}}`, `{"a":{"b":"d","c":null}}`, `{"a":{"b":"d"}}`},
		{`{"a":[{"b":"c"}]}`, `{"a":[1]}`, `{"a":[1]}`},
		{`["a","b"]`, `["c","d"]`, `["c","d"]`},
		{`{"a":"b"}`, `["c"]`, `["c"]`},
		{`{"a":"foo"}`, `null`, `null`},
		{`{"a":"foo"}`, `"bar"`, `"bar"`},
		{`{"e":null}`, `{"a":1}`, `{"a":1,"e":null}`},
		{`[1,2]`, `{"a":"b","c":null}`, `{"a":"b"}`},
		{`{}`, `{"a":{"bb":{"ccc":null}}}`, `{"a":{"bb":{}}}`},
	} {
		var target, patch any
		must(t, json.Unmarshal([]byte(c[0]), &target), json.Unmarshal([]byte(c[1]), &patch))
		got, err := json.Marshal(mergePatch(target, patch))
		if err != nil || string(got) != c[2] {
			t.Errorf("%s patched by %s is %s, want %s", c[0], c[1], got, c[2])
		}
	}
}

// TestNativeGoesRound: what an article gives out creates the same article.
func TestNativeGoesRound(t *testing.T) {
	n, err := Decode([]byte(full))
	if err != nil {
		t.Fatal(err)
	}
	d, _, _ := n.Draft()
	a := &stet.Article{ID: n.ID}
	must(t, a.Create(chief, d, noon), a.Publish(chief, time.Time{}, noon))
	line, err := json.Marshal(Of(a))
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(line)
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	e, _, _ := back.Draft()
	if string(e.Content.CanonicalForm()) != string(a.Current.CanonicalForm()) || back.Status != "published" || e.Group != d.Group ||
		!e.PublishedAt.Equal(a.PublishedAt) || !e.UpdatedAt.Equal(a.UpdatedAt) {
		t.Errorf("it came back as %s", line)
	}
}

func TestDecodeWord(t *testing.T) {
	if s, err := DecodeWord([]byte(`{"note":"It was nine."}`), "note"); err != nil || s != "It was nine." {
		t.Errorf("%q, %v", s, err)
	}
	for body, want := range map[string]string{`{"note":7}`: "note", `{"x":"y"}`: "x", `{"note":"\u0000"}`: "note", `{}`: ""} {
		if _, err := DecodeWord([]byte(body), "note"); fieldsOf(err) != want {
			t.Errorf("%s: %v", body, err)
		}
	}
	if _, err := DecodeWord([]byte(`[]`), "note"); !stet.Is(err, stet.Malformed) {
		t.Error(err)
	}
}

// TestLargestBody: a text of the largest size, which grows when it becomes a
// document, can still be read after it was stored.
func TestLargestBody(t *testing.T) {
	paragraph := `{"type":"paragraph","content":[{"type":"text","text":"x"}]}`
	count := (MaxBody - 40) / (len(paragraph) + 1)
	body := `{"type":"doc","content":[` + strings.Repeat(paragraph+",", count-1) + paragraph + `]}`
	empty := `{"type":"doc","content":[` + strings.Repeat(`{"type":"divider"},`, MaxBody/40) + paragraph + `]}`
	for name, line := range map[string]string{
		"dividers": `{"lang":"en","headline":"A","body":` + empty + `}`,
		"html":     `{"lang":"en","headline":"A","body_html":"` + strings.Repeat("<p>x", MaxBody/32) + `"}`,
		"markdown": `{"lang":"en","headline":"A","body_markdown":"` + strings.Repeat(`x\n\n`, MaxBody/24) + `"}`,
		"document": `{"lang":"en","headline":"A","body":` + body + `}`,
	} {
		n, err := Decode([]byte(line))
		if err != nil {
			if name != "document" && name != "dividers" || fieldsOf(err) != "body" {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		d, _, _ := n.Draft()
		a := &stet.Article{ID: stet.ArticleID(strings.Repeat("i", 200))}
		must(t, a.Create(chief, d, noon))
		if _, err := prose.Parse(a.Working.Body.JSON()); err != nil {
			t.Errorf("%s: what was stored is refused: %v", name, err)
		}
	}
}

// TestManyFaults: every one of many is told.
func TestManyFaults(t *testing.T) {
	line := `{"lang":"ru","headline":"A"`
	for i := range 1000 {
		line += fmt.Sprintf(`,"f%d":1`, i)
	}
	_, err := DecodeLine([]byte(line + "}"))
	if es, ok := err.(stet.Errors); !ok || len(es) != 1000 {
		t.Errorf("%d faults", len(strings.Fields(fieldsOf(err))))
	}
}

// TestGivenSlugs holds a request's slug to the rule of made ones, and lets a
// file's slug be what was an address elsewhere.
func TestGivenSlugs(t *testing.T) {
	for _, c := range []struct {
		slug          string
		request, file bool
	}{
		{strings.Repeat("a", 80), true, true}, {strings.Repeat("a", 81), false, true}, {strings.Repeat("a", 201), false, false},
		{"", false, false}, {"a ", false, false}, {"A", false, false}, {"../a", false, false}, {"one-%e2%80%8atwo", false, true}, {"%2e%2e%2f", false, true},
	} {
		text, err := json.Marshal(map[string]string{"id": "an-id", "lang": "en", "headline": "H", "slug": c.slug})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Decode(text); (err == nil) != c.request {
			t.Errorf("a request with %q: %v", c.slug, err)
		}
		v, err := DecodeLine(text)
		if (err == nil) != c.file {
			t.Errorf("a file with %q: %v", c.slug, err)
		}
		if err == nil && !stet.ValidSlug(v.(*Article).Slug, stet.MaxGivenSlug) {
			t.Errorf("a file's %q became %q", c.slug, v.(*Article).Slug)
		}
	}
}

func TestDecodeBreaking(t *testing.T) {
	const site = "https://news.example"
	until := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		json string
		want stet.Breaking
		says string
	}{
		{`{"text":"Мост","until":"2026-11-23T13:00:00+04:00"}`, stet.Breaking{Text: "Мост", Until: until}, ""},
		{`{"text":"Мост","url":null,"until":"2026-11-23T09:00:00Z"}`, stet.Breaking{Text: "Мост", Until: until}, ""},
		{`{"text":"Мост","url":"/ru/2026/11/most"}`, stet.Breaking{Text: "Мост", Path: "/ru/2026/11/most"}, ""},
		{`{"url":"https://news.example/ru/%D0%B9"}`, stet.Breaking{Path: "/ru/й"}, ""},
		{`{"url":"https://news.example.evil/ru/"}`, stet.Breaking{}, "url: "},
		{`{"url":"https://other.example/ru/"}`, stet.Breaking{}, "url: "},
		{`{"url":"//other.example/ru/"}`, stet.Breaking{}, "url: "},
		{`{"url":"javascript:alert(1)"}`, stet.Breaking{}, "url: "},
		{`{"url":"/ru/search?q=a"}`, stet.Breaking{}, "url: "},
		{`{"until":"tomorrow"}`, stet.Breaking{}, "until: "},
		{`{"until":5}`, stet.Breaking{}, "until: "},
		{`{"headline":"Мост"}`, stet.Breaking{}, "headline: is not known here"},
		{`{"text":"a","text":"b"}`, stet.Breaking{}, "duplicate"},
		{`[]`, stet.Breaking{}, "object"},
	} {
		got, err := DecodeBreaking([]byte(c.json), site)
		if c.says == "" {
			if got.Until.IsZero() != c.want.Until.IsZero() || !got.Until.Equal(c.want.Until) || got.Text != c.want.Text || got.Path != c.want.Path || err != nil {
				t.Errorf("%s: %+v %v", c.json, got, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", c.json, err, c.says)
		}
	}
}
