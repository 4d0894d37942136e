package site

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
)

// bridge is a picture of the newsroom's own, with all that can be said of one.
var bridge = &stet.Picture{
	ID: "0199d2b1-7a3c-7e21-9f00-3a1d5c7e9b11",
	PictureFile: stet.PictureFile{Hash: "b1", Type: "image/jpeg", Width: 3000, Height: 2000,
		Placeholder: "data:image/webp;base64,UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="},
	Description: stet.Description{
		Words:    map[stet.Lang]stet.PictureWords{"ru": {Alt: "Мост над рекой", Caption: "Мост ночью"}},
		Headline: "The bridge", Creator: "Anna Berg", Credit: "Berg / Example", Copyright: "© Example",
		Terms: "https://example.org/terms", Licensor: "https://example.org/licence", Taken: morning.Add(-48 * time.Hour),
	},
	Focus: stet.Point{X: 0.2, Y: 0.5},
}

// mark is small, transparent, and nobody says anything of it.
var mark = &stet.Picture{
	ID: "0199d2b1-7a3c-7e21-9f00-3a1d5c7e9b12", PictureFile: stet.PictureFile{Hash: "b2", Width: 300, Height: 300, Transparent: true, Placeholder: "data:image/webp;base64,AA=="},
}

// pictured is a newsroom with stories that show its own pictures.
func pictured() *fake {
	f := newFake("ru", "en", "ar")
	seed(f)
	st := draft("/ru/2026/01/bridge", "Мост открыт", morning.Add(-time.Hour))
	st.Section, st.Topics, st.Bylines = "politics", []string{"eu"}, []stet.Byline{{Key: "a-mamedova"}}
	st.Picture = &stet.PictureUse{ID: bridge.ID}
	st.Pictures = map[stet.PictureID]*stet.Picture{bridge.ID: bridge, mark.ID: mark}
	st.Body = must(prose.Parse([]byte(`{"type":"doc","content":[
		{"type":"paragraph","content":[{"type":"text","text":"Первый абзац."}]},
		{"type":"picture","attrs":{"ref":"` + string(bridge.ID) + `","wide":1,"alt":"Тот же мост","caption":"Ещё раз","credit":"Другой"}},
		{"type":"picture","attrs":{"ref":"` + string(mark.ID) + `"}},
		{"type":"gallery","attrs":{"caption":"Все"},"content":[
			{"type":"picture","attrs":{"ref":"` + string(bridge.ID) + `"}},
			{"type":"picture","attrs":{"ref":"` + string(mark.ID) + `"}},
			{"type":"picture","attrs":{"ref":"0199d2b1-7a3c-7e21-9f00-3a1d5c7e9bff","alt":"Нет такой"}}]}]}`)))
	f.publish(st)
	return f
}

// TestPictures: readers get the newsroom's own pictures in formats and widths to
// choose among, with their shape, words and makers.
func TestPictures(t *testing.T) {
	s := newSite(t, pictured())
	n := get(t, s, "/ru/2026/01/bridge", 200)
	figures := n.all(tag("figure", "class", "image"))
	if len(figures) != 4 { // the lead, the mark, two of the gallery
		t.Fatalf("%d figures", len(figures))
	}
	lead := figures[0]
	img := lead.all(tag("img"))[1]
	if img.attr("alt") != "Мост над рекой" || img.attr("fetchpriority") != "high" || img.attr("loading") != "" {
		t.Errorf("the lead picture: %+v", img)
	}
	if got := lead.one(t, tag("figcaption")).text(); got != "Мост ночью Berg / Example" {
		t.Errorf("under the lead picture: %q", got)
	}
	whole := n.all(tag("figure", "class", "image wide"))
	if len(whole) != 1 || whole[0].all(tag("img"))[1].attr("alt") != "Тот же мост" || whole[0].one(t, tag("figcaption")).text() != "Ещё раз Другой" {
		t.Errorf("the wide picture: %+v", whole)
	}
	if got := figures[1].one(t, tag("img")).attr("alt"); got != "Изображение" {
		t.Errorf("a picture without words is called %q", got)
	}
	if links := n.one(t, tag("figure", "class", "gallery")).all(tag("a", "class", "frame")); len(links) != 2 {
		t.Errorf("%d pictures of the gallery can be seen whole", len(links))
	}
	if !strings.Contains(n.text(), "Нет такой") {
		t.Error("nothing stands for a picture that is not there")
	}
	natural := bridge.Frame(stet.Natural)
	for _, src := range lead.all(tag("source")) {
		if src.attr("type") != "image/webp" || !strings.Contains(src.attr("srcset"), natural.Path(1280, stet.WebP)+" 1280w") || src.attr("sizes") == "" {
			t.Errorf("source %q %q", src.attr("type"), src.attr("srcset"))
		}
	}
	for i, img := range n.one(t, tag("article")).all(tag("img")) {
		if img.attr("class") == "behind" {
			if !strings.HasPrefix(img.attr("src"), "data:image/") || img.attr("alt") != "" || img.attr("aria-hidden") != "true" {
				t.Errorf("behind: %+v", img)
			}
			continue
		}
		w, h := num(t, img.attr("width")), num(t, img.attr("height"))
		if ratio := float64(w) / float64(h); img.attr("alt") == "" || ratio != 1 && (ratio < 1.32 || ratio > 1.51) {
			t.Errorf("picture %d: %d × %d, %q", i, w, h, img.attr("alt"))
		}
		if i > 1 && (img.attr("loading") != "lazy" || img.attr("decoding") != "async") {
			t.Errorf("picture %d is fetched at once", i)
		}
	}
	if got := metas(n, "og:image"); !slices.Equal(got, []string{"https://news.example" + bridge.Frame(stet.Social).Path(1200, stet.JPEG)}) {
		t.Errorf("og:image %q", got)
	}
	for property, want := range map[string]string{"og:image:width": "1200", "og:image:height": "630", "og:image:alt": "Мост над рекой"} {
		if got := metas(n, property); !slices.Equal(got, []string{want}) {
			t.Errorf("%s %q", property, got)
		}
	}
	front := get(t, s, "/ru/", 200)
	first := front.one(t, tag("section", "class", "lead")).one(t, tag("img"))
	if first.attr("alt") != "Мост над рекой" || first.attr("fetchpriority") != "high" {
		t.Errorf("the front's first picture: %+v", first)
	}
	small := get(t, s, "/ru/politics/", 200).one(t, tag("ol", "class", "list")).all(tag("img"))
	if len(small) != 1 || small[0].attr("alt") != "" || small[0].attr("fetchpriority") != "high" {
		t.Errorf("the section's pictures: %+v", small)
	}
	if res := fetch(s, "/ru/"); !strings.Contains(res.Header.Get("Content-Security-Policy"), "; img-src 'self' data:; ") {
		t.Errorf("policy %q", res.Header.Get("Content-Security-Policy"))
	}
}

func num(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Error(err)
	}
	return n
}

// TestMediaHost: pictures can live on a host of their own, which pages then may
// show pictures of, and in one more format.
func TestMediaHost(t *testing.T) {
	s := must(New(Options{Library: pictured(), URL: "https://news.example", Media: "https://media.example", AVIF: true, Now: func() time.Time { return morning }}))
	for _, path := range []string{"/ru/2026/01/bridge", "/ru/", "/ru/politics/", "/ru/feed.xml", "/ru/2026/01/bridge.md", "/ru/2026/01/bridge.ninjs.json", "/sitemap/ru/2026-01.xml"} {
		res := fetch(s, path)
		text := body(t, res)
		if strings.Contains(text, `"/media/`) || strings.Contains(text, "news.example/media/") || !strings.Contains(text, "https://media.example/media/") {
			t.Errorf("%s: pictures of the wrong host", path)
		}
		if got := res.Header.Get("Content-Security-Policy"); !strings.Contains(got, "img-src 'self' data: https://media.example;") {
			t.Errorf("%s: policy %q", path, got)
		}
		if strings.HasSuffix(path, "/") && !strings.Contains(text, `<source type="image/avif"`) {
			t.Errorf("%s: no AVIF", path)
		}
	}
	if _, err := New(Options{Library: pictured(), URL: "https://news.example", Media: "media.example"}); err == nil {
		t.Error("an address of pictures without a scheme")
	}
}

// TestPictureData: machines learn of a picture what readers see, and whose it is.
func TestPictureData(t *testing.T) {
	s := newSite(t, pictured())
	a := dataOf[struct {
		Images []struct {
			URL, Caption, CreditText, CopyrightNotice, License, AcquireLicensePage string
			Width, Height                                                          string
			Creator                                                                struct{ Name string }
		} `json:"image"`
	}](t, get(t, s, "/ru/2026/01/bridge", 200))
	if len(a.Images) != 3 {
		t.Fatalf("%d images", len(a.Images))
	}
	for i, shape := range []stet.Ratio{stet.Wide, stet.Classic, stet.Square} {
		m := a.Images[i]
		if w, h := num(t, strings.TrimSuffix(m.Width, " px")), num(t, strings.TrimSuffix(m.Height, " px")); w < 1200 || h != int(math.Round(float64(w)/shape.Of())) {
			t.Errorf("%s: %s × %s", shape, m.Width, m.Height)
		}
		if m.CreditText != "Berg / Example" || m.CopyrightNotice != "© Example" || m.License != "https://example.org/terms" ||
			m.AcquireLicensePage != "https://example.org/licence" || m.Creator.Name != "Anna Berg" || m.Caption != "Мост ночью" {
			t.Errorf("%+v", m)
		}
	}
	at := "https://news.example" + bridge.Frame(stet.Natural).Path(1920, stet.JPEG)
	for path, wants := range map[string][]string{
		"/ru/feed.xml": {`<enclosure url="` + at + `" length="0" type="image/jpeg">`,
			`<media:content url="` + at + `" type="image/jpeg" medium="image" width="1920" height="1280">`,
			`<media:description type="plain">Мост ночью</media:description>`, `<media:credit role="photographer">Berg / Example</media:credit>`},
		"/ru/atom.xml":            {`<link rel="enclosure" type="image/jpeg" href="` + at + `" title="Мост над рекой">`},
		"/ru/feed.json":           {`"image":"` + at + `"`, `<img src=\"https://news.example/media/`},
		"/sitemap/ru/2026-01.xml": {`<image:image><image:loc>` + at + `</image:loc></image:image>`},
		"/news-sitemap.xml":       {`<image:image><image:loc>` + at + `</image:loc></image:image>`},
		"/ru/2026/01/bridge.md": {`![Мост над рекой](https://news.example/media/`, `"Мост ночью Berg / Example")`,
			`![Тот же мост](https://news.example/media/`},
		"/ru/2026/01/bridge.ninjs.json": {`"rel":"featured"`, `"contentType":"image/jpeg","width":1920,"height":1080`, `"copyrightNotice":"© Example"`,
			`"name":"picture-2","rel":"inline"`},
	} {
		text := body(t, fetch(s, path))
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s has no %s", path, want)
			}
		}
	}
}

var mediaKey = regexp.MustCompile(`/media/([a-v0-9]{16})/`)

// TestNewCrop: wherever a picture is shown, a new crop and a new credit are shown
// after the event, and nowhere anything of before.
func TestNewCrop(t *testing.T) {
	f := pictured()
	s := newSite(t, f)
	paths := []string{"/ru/2026/01/bridge", "/ru/2026/01/bridge.md", "/ru/2026/01/bridge.ninjs.json", "/ru/", "/ru/politics/", "/ru/topics/eu/", "/ru/authors/a-mamedova/",
		"/sitemap/ru/2026-01.xml", "/news-sitemap.xml"}
	for _, under := range []string{"/ru/", "/ru/politics/", "/ru/topics/eu/", "/ru/authors/a-mamedova/"} {
		for _, form := range feedForms {
			paths = append(paths, under+form.file)
		}
	}
	keys := func() map[string]map[string]bool {
		out := map[string]map[string]bool{}
		for _, path := range paths {
			out[path] = map[string]bool{}
			for _, m := range mediaKey.FindAllStringSubmatch(body(t, fetch(s, path)), -1) {
				out[path][m[1]] = true
			}
			if len(out[path]) == 0 {
				t.Errorf("%s shows no picture", path)
			}
		}
		return out
	}
	before := keys()
	cropped := *bridge
	cropped.Focus, cropped.Credit = stet.Point{X: 0.9, Y: 0.5}, "Somebody else"
	cropped.Crops = map[stet.Ratio]stet.Rect{stet.Social: {Width: 1200, Height: 630}}
	reprint(t, s, f.change("/ru/2026/01/bridge", stet.Pictured, func(t *told) {
		t.Pictures = map[stet.PictureID]*stet.Picture{bridge.ID: &cropped, mark.ID: mark}
	}))
	unchanged := map[string]bool{}
	for _, r := range stet.Ratios {
		unchanged[mark.Frame(r).Key] = true
	}
	for path, now := range keys() {
		for key := range before[path] {
			if now[key] && !unchanged[key] {
				t.Errorf("%s still shows %s", path, key)
			}
		}
		if len(now) != len(before[path]) {
			t.Errorf("%s shows %d pictures where %d were: %v", path, len(now), len(before[path]), slices.Sorted(maps.Keys(now)))
		}
	}
	if text := body(t, fetch(s, "/ru/2026/01/bridge")); !strings.Contains(text, "Somebody else") || !strings.Contains(text, cropped.Frame(stet.Social).Path(1200, stet.JPEG)) {
		t.Error("the page does not show the new crop")
	}
	reprint(t, s, f.change("/ru/2026/01/bridge", stet.Pictured, func(t *told) { // another stands in its place
		t.Pictures = map[stet.PictureID]*stet.Picture{bridge.ID: mark, mark.ID: mark}
	}))
	for path, now := range keys() {
		for key := range now {
			if !unchanged[key] {
				t.Errorf("%s shows a picture that was replaced", path)
			}
		}
	}
}

// TestManyPictures: a long story with seven pictures stays within the budget.
func TestManyPictures(t *testing.T) {
	f := pictured()
	st := draft("/ru/2026/01/many", "Много", morning)
	st.Pictures = map[stet.PictureID]*stet.Picture{}
	st.Body = prose.FromText(varied(2500))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 7 {
		p := *bridge
		tiny := make([]byte, 220)
		for i := range tiny {
			tiny[i] = byte(random.Uint32())
		}
		p.ID, p.Hash = stet.PictureID(fmt.Sprintf("0199d2b1-7a3c-7e21-9f00-3a1d5c7e9c%02d", i)), fmt.Sprint("c", i)
		p.Placeholder = "data:image/webp;base64," + base64.StdEncoding.EncodeToString(tiny)
		st.Pictures[p.ID] = &p
		if i == 0 {
			st.Picture = &stet.PictureUse{ID: p.ID}
			continue
		}
		n := &prose.Node{Type: prose.Picture}
		n.Attrs.Set("ref", string(p.ID))
		st.Body.Content = append(st.Body.Content, n)
	}
	f.publish(st)
	s := newSite(t, f)
	page := packed(t, body(t, fetch(s, "/ru/2026/01/many")))
	style := packed(t, string(must(os.ReadFile(themeFolder+"style.css"))))
	t.Logf("gzip: stylesheet %d, article of 2,500 words with seven pictures %d bytes", style, page)
	if page+style > 20<<10 {
		t.Errorf("an article takes %d bytes", page+style)
	}
}

// varied is a text of n words that compresses no better than prose does.
func varied(n int) string {
	stems := strings.Fields("вод город мост рек дорог поезд совет договор выбор школ порт театр наук спор берег год врем закон")
	ends := strings.Fields("а у ом е ы ами ах ов ной ского ному ный ности енный ившая ует или ались")
	var b strings.Builder
	x := uint32(1)
	for i := range n {
		x = x*1664525 + 1013904223
		b.WriteString(stems[x>>8%18] + ends[x>>16%18])
		if i%60 == 59 {
			b.WriteString(".\n\n")
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func packed(t *testing.T, text string) int {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write([]byte(text))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Len()
}
