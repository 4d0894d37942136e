package site

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"stet"
	"stet/prose"
	"stet/site/format"
)

var suffixes = []string{".md", ".ninjs.json", ".oembed.json"} // of those that are texts

// whole is a newsroom with an article that has everything.
func whole() *fake {
	f := newFake("ru", "en", "ar")
	seed(f)
	for key, kind := range map[string]string{"p": "person", "l": "place", "e": "event", "a": "agreement", "n": ""} {
		f.name(stet.TopicTerm, key, map[stet.Lang]string{"ru": "Тема " + key})
		all := f.terms[stet.TopicTerm]
		all[len(all)-1].Topic = kind
	}
	st := draft("/ru/2026/01/whole", "Всё *сразу* & <ещё>", morning.Add(-time.Hour))
	st.Content = stet.Content{
		Headline: st.Headline, Standfirst: "Коротко о главном.", Kicker: "Обзор", Section: "politics", Genre: "opinion",
		Topics: []string{"eu", "p", "l", "e", "a", "n", "unknown"}, Bylines: []stet.Byline{{Key: "a-mamedova"}, {Key: "g", Name: "Гость"}},
		Dateline: "Баку", Licence: "CC BY 4.0", Source: &stet.Source{Name: "Агентство", URL: "https://agency.example/1", Kind: "agency"},
		Picture: &stet.PictureUse{ID: bridge.ID, Alt: "Мост", Credit: "Фото"},
	}
	st.Pictures = map[stet.PictureID]*stet.Picture{bridge.ID: bridge}
	st.Body, _ = prose.FromHTML(`<h2>Глава</h2><p>Первый <a href="/ru/2021/06/report">абзац</a>.</p><ul><li>раз</li></ul><figure><img src="https://pictures.example/2.jpg" alt="x"><figcaption>Ещё слова</figcaption></figure>`, prose.FromOptions{Lang: "ru"})
	f.publish(st)
	en := draft("/en/2026/01/whole", "All at once", morning)
	en.Group = st.ID
	f.publish(en)
	f.correct("/ru/2026/01/whole", "Было неверно.", morning)
	return f
}

// TestNinjs: the ninjs of every article is as the standard has it.
func TestNinjs(t *testing.T) {
	file, err := os.Open("testdata/ninjs.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	doc, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("ninjs.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("ninjs.json")
	if err != nil {
		t.Fatal(err)
	}
	f := whole()
	f.publish(draft("/ru/pages/about", "О редакции", morning))
	odd := draft("/en/2026/01/odd", "Odd", morning)
	odd.ID = `wp:host:1?a=б "<>%2`
	f.publish(odd)
	s := newSite(t, f)
	for _, st := range f.stories {
		res := fetch(s, string(st.Path)+".ninjs.json")
		text := body(t, res)
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err == nil {
			err = schema.Validate(v)
		}
		if err != nil || res.StatusCode != 200 {
			t.Errorf("%s: %d %v\n%s", st.Path, res.StatusCode, err, text)
		}
	}
	type text struct {
		Value string
		Words int `json:"wordCount"`
	}
	var v struct {
		URI, Language, By, Located                      string
		Copyright                                       string `json:"copyrightHolder"`
		UsageTerms                                      string
		Representation                                  string `json:"representationType"`
		Headlines, Bodies                               []text
		People, Organisations, Places, Events, Subjects []struct{}
		Associations                                    []struct {
			Type      string
			Headlines []text
		}
	}
	if err := json.Unmarshal([]byte(body(t, fetch(s, "/ru/2026/01/whole.ninjs.json"))), &v); err != nil {
		t.Fatal(err)
	}
	if v.URI != format.EntryID("/ru/2026/01/whole") || v.Language != "ru" || v.By != "Айтен Мамедова и Гость" || v.Located != "Баку" ||
		v.Copyright != "" || v.UsageTerms != "CC BY 4.0" || v.Representation != "full" || v.Headlines[0].Value != "Всё *сразу* & <ещё>" {
		t.Errorf("%+v", v)
	}
	if len(v.People) != 3 || len(v.Organisations) != 1 || len(v.Places) != 1 || len(v.Events) != 1 || len(v.Subjects) != 3 {
		t.Errorf("topics by kind: %+v %+v %+v %+v %+v", v.People, v.Organisations, v.Places, v.Events, v.Subjects)
	}
	if !strings.Contains(v.Bodies[0].Value, `href="https://news.example/ru/2021/06/report"`) || v.Bodies[0].Words != 4 {
		t.Errorf("body: %+v", v.Bodies)
	}
	if len(v.Associations) != 2 || v.Associations[0].Type != "picture" || v.Associations[1].Headlines[0].Value != "All at once" {
		t.Errorf("associations: %+v", v.Associations)
	}
}

// TestMarkdown: the Markdown of an article says what its page says, in order.
func TestMarkdown(t *testing.T) {
	s := newSite(t, whole())
	res := fetch(s, "/ru/2026/01/whole.md")
	want := `# Всё \*сразу\* & \<ещё>

Коротко о главном.

Айтен Мамедова и Гость

Баку · 14 января 2026 г. в 08:30

Обновлено 14 января 2026 г. в 09:30

![Мост](https://news.example/media/PICTURE "Мост ночью Фото")

## Глава

Первый [абзац](https://news.example/ru/2021/06/report).

- раз

![x](https://pictures.example/2.jpg "Ещё слова")

## Исправления

14 января 2026 г. · Было неверно.

Источник: [Агентство](https://agency.example/1)

Условия использования: CC BY 4.0

[https://news.example/ru/2026/01/whole](https://news.example/ru/2026/01/whole)
`
	want = strings.Replace(want, "/media/PICTURE", bridge.Frame(stet.Natural).Path(960, stet.JPEG), 1)
	if got := body(t, res); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	for name, want := range map[string]string{
		"Content-Type": "text/markdown; charset=utf-8", "X-Robots-Tag": "noindex", "Content-Language": "ru",
		"Link": `<https://news.example/ru/2026/01/whole>; rel="canonical"`,
	} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// TestOEmbed: a page names its oEmbed answer, whatever other sites ask with it.
func TestOEmbed(t *testing.T) {
	f := whole()
	s := newSite(t, f)
	at := func(path string) string {
		link := get(t, s, path, 200).one(t, tag("link", "type", "application/json+oembed"))
		return strings.TrimPrefix(link.attr("href"), "https://news.example")
	}
	res := fetch(s, at("/ru/2026/01/whole")+"?maxwidth=600&format=xml")
	want := `{"version":"1.0","type":"link","title":"Всё *сразу* & <ещё>","author_name":"Айтен Мамедова и Гость",` +
		`"provider_name":"Каспийский листок","provider_url":"https://news.example/ru/","cache_age":3600}` + "\n"
	if got := body(t, res); got != want || res.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %v", got, res.Header)
	}
	one := draft("/ru/2026/01/one", "Один", morning)
	one.Bylines = []stet.Byline{{Key: "a-mamedova"}}
	f.publish(one)
	if body := body(t, fetch(s, at("/ru/2026/01/one"))); !strings.Contains(body, `"author_url":"https://news.example/ru/authors/a-mamedova/"`) {
		t.Error(body)
	}
}

// TestTwins: a twin goes where its article goes, and is never older than it.
func TestTwins(t *testing.T) {
	f := whole()
	f.moved["/news/1"] = "/ru/2026/01/whole"
	f.moved["/news/2.md"] = "/ru/2026/01/whole"
	f.moved["/ru/2021/06/report.md"] = "/ru/2026/01/whole" // an old address cannot take ours
	s := newSite(t, f)
	expect := func(path string, status int, to string) {
		t.Helper()
		if res := fetch(s, path); res.StatusCode != status || res.Header.Get("Location") != to {
			t.Errorf("%s: %d %q, want %d %q", path, res.StatusCode, res.Header.Get("Location"), status, to)
		}
	}
	expect("/ru/2021/06/report.md", 200, "")
	expect("/news/1.md", 404, "") // was another site's page and had no twin
	expect("/news/2.md", 301, "/ru/2026/01/whole")
	expect("/ru/2026/01/absent.md", 404, "")
	expect("/ru/.md", 404, "")
	expect("/.md", 404, "")
	expect("/ru/politics.md", 404, "")
	expect("/ru/2026/01/whole/.md", 404, "")
	for _, suffix := range suffixes {
		expect("/ru/2026/01/whole"+suffix, 200, "")
		expect("/ru/2026/01/whole"+suffix+"/", 301, "/ru/2026/01/whole"+suffix)
		expect("//ru/2026/01/whole"+suffix, 301, "/ru/2026/01/whole"+suffix)
		expect("/ru/2026/01/whole.md"+suffix, 404, "")
	}
	f.publish(draft("/ru/2026/01/кафе", "Кафе", morning))
	expect("/ru/2026/01/%D0%BA%D0%B0%D1%84%D0%B5.md", 200, "")

	expect("/en/2026/01/whole.ninjs.json", 200, "")
	reprint(t, s, f.change("/ru/2026/01/whole", stet.Updated, func(t *told) { t.Headline = "Иначе" }))
	for _, suffix := range suffixes {
		if text := body(t, fetch(s, "/ru/2026/01/whole"+suffix)); !strings.Contains(text, "Иначе") {
			t.Errorf("%s is old: %s", suffix, text)
		}
	}
	if text := body(t, fetch(s, "/en/2026/01/whole.ninjs.json")); !strings.Contains(text, "Иначе") {
		t.Errorf("the translation's ninjs is old: %s", text)
	}
	reprint(t, s, stet.Event{Kind: stet.Set})
	laid := s.Stats().Laid["twin"]
	for range 3 {
		expect("/ru/2026/01/whole.md", 200, "")
	}
	if n := s.Stats().Laid["twin"] - laid; n != 1 {
		t.Errorf("made %d times", n)
	}
	reprint(t, s, f.withdraw("/ru/2026/01/whole", "ошибка"))
	for _, suffix := range suffixes {
		expect("/ru/2026/01/whole"+suffix, 410, "")
		expect("/ru/2026/01/whole"+suffix+"/", 410, "")
	}
}

// movedLibrary knows where an article was before.
type movedLibrary struct {
	*fake
	from, to stet.Path
}

func (l movedLibrary) Find(ctx context.Context, p stet.Path) (stet.Found, error) {
	if stet.Path(stet.ComparePath(string(p))) == l.from {
		return stet.Found{Kind: stet.FoundMoved, Article: stet.ArticleID(l.to), Lang: "ru", To: string(l.to)}, nil
	}
	return l.fake.Find(ctx, p)
}

// TestMovedTwins: where an article moved, its twins moved too.
func TestMovedTwins(t *testing.T) {
	f := whole()
	s, err := New(Options{Library: movedLibrary{f, "/ru/2026/01/before", "/ru/2026/01/whole"}, URL: "https://news.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, suffix := range suffixes {
		for _, slash := range []string{"", "/"} {
			res := fetch(s, "/ru/2026/01/before"+suffix+slash)
			if got := res.Header.Get("Location"); res.StatusCode != 301 || got != "/ru/2026/01/whole"+suffix {
				t.Errorf("%s: %d %q", suffix+slash, res.StatusCode, got)
			}
		}
	}
}

// TestClosedTwins: a body that is not for everybody is in none of them.
func TestClosedTwins(t *testing.T) {
	f := newFake("ru")
	closed := draft("/ru/2026/01/closed", "Для подписчиков", morning)
	closed.Access, closed.Standfirst = "members", "Начало."
	f.publish(closed)
	s := newSite(t, f)
	for _, suffix := range suffixes {
		text := body(t, fetch(s, "/ru/2026/01/closed"+suffix))
		if strings.Contains(text, "абзац") || !strings.Contains(text, "Для подписчиков") {
			t.Errorf("%s: %s", suffix, text)
		}
	}
	if text := body(t, fetch(s, "/ru/2026/01/closed.ninjs.json")); !strings.Contains(text, `"partial"`) {
		t.Error(text)
	}
}

// TestHostileTwins: what anybody writes into a field stays text there too.
func TestHostileTwins(t *testing.T) {
	for _, h := range hostile {
		f := newFake("ru")
		st := draft("/ru/2026/01/hostile", h, morning)
		st.Standfirst, st.Dateline, st.Licence, st.Body = h, h, h, prose.FromText(h)
		st.Source = &stet.Source{Name: h, URL: "javascript:alert(1)"}
		st.Bylines = []stet.Byline{{Key: "b", Name: h}}
		f.publish(st)
		s := newSite(t, f)
		for _, suffix := range suffixes[1:] {
			var v map[string]any
			if err := json.Unmarshal([]byte(body(t, fetch(s, "/ru/2026/01/hostile"+suffix))), &v); err != nil || v["title"] != h {
				t.Errorf("%s: %v %v", suffix, err, v)
			}
		}
		text := body(t, fetch(s, "/ru/2026/01/hostile.md"))
		doc, _ := prose.FromMarkdown(text, prose.FromOptions{Lang: "ru"})
		if strings.Contains(text, "](<javascript") || !strings.Contains(doc.Text(), strings.Join(strings.Fields(h), " ")) && !strings.ContainsAny(h, "\u2028<") {
			t.Errorf("%q: %s", h, text)
		}
		html := doc.HTML(prose.HTMLOptions{})
		if strings.Contains(html, "<script") || strings.Contains(html, "onerror") && !strings.Contains(html, "&lt;img") {
			t.Errorf("%q: %s", h, html)
		}
	}
}

// TestAddressesOfForms: no two forms share an address, and none can be a slug's.
func TestAddressesOfForms(t *testing.T) {
	var got []string
	for _, f := range forms {
		got = append(got, f.suffix)
		if !strings.HasPrefix(f.suffix, ".") {
			t.Errorf("%s can be the end of a slug", f.suffix)
		}
	}
	if !slices.Equal(got, append(slices.Clone(suffixes), cardSuffix)) {
		t.Error(fmt.Sprint(got))
	}
}
