package desk

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/blob"
	"stet/desk/frame"
	"stet/media"
	"stet/prose"
	"stet/store"
	"stet/store/picture"
	"stet/store/storetest"
)

// bring takes a picture of 3000 by 2000 pixels into the newsroom.
func (n *newsroom) bring(who, name string, said stet.Description) *stet.Picture {
	n.t.Helper()
	file := stet.PictureFile{Hash: strings.Repeat("0", 64-len(name)) + name, Type: "image/jpeg", Name: name + ".jpg", Bytes: 234567, Width: 3000, Height: 2000}
	p, err := stet.Bring(n.people[who].User(), stet.PictureID(store.NewID()), file, said, n.now)
	if err != nil {
		n.t.Fatal(err)
	}
	if err := n.db.AddPicture(n.t.Context(), p); err != nil {
		n.t.Fatal(err)
	}
	return p
}

func (n *newsroom) picture(id stet.PictureID) *stet.Picture {
	n.t.Helper()
	p, err := n.db.Picture(n.t.Context(), id)
	if err != nil {
		n.t.Fatal(err)
	}
	return p
}

// show makes a live story show a picture, over its text and in it.
func (n *newsroom) show(headline string, p *stet.Picture) stet.ArticleID {
	n.t.Helper()
	id := n.write("editor", headline)
	n.change(id, func(a *stet.Article) error {
		c := a.Latest().Content
		c.Picture = &stet.PictureUse{ID: p.ID}
		c.Body.Content = append(c.Body.Content, &prose.Node{Type: prose.Picture, Attrs: prose.Attrs{{Name: "id", Value: "inside"}, {Name: "ref", Value: string(p.ID)}}})
		if err := a.Save(n.people["editor"].User(), c, n.now); err != nil {
			return err
		}
		return a.Publish(n.people["editor"].User(), time.Time{}, n.now)
	})
	return id
}

// formOf is what the description's form of a picture's page begins with.
func (n *newsroom) formOf(p *stet.Picture) url.Values {
	n.t.Helper()
	site, err := n.db.Site(n.t.Context())
	if err != nil {
		n.t.Fatal(err)
	}
	out := url.Values{}
	for name, value := range pictureFields(p, site) {
		out.Set(name, value)
		out.Set("was."+name, value)
	}
	return out
}

func TestDescribe(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	taken := time.Date(2025, 12, 31, 20, 15, 42, 0, time.UTC)
	p := n.bring("reporter", "bridge", stet.Description{Taken: taken, Source: "http://example.org/other",
		Words: map[stet.Lang]stet.PictureWords{"ka": {Alt: "ხიდი"}}})
	at := picturePath(p.ID)
	page := n.do("reporter", at, nil)
	if page.Code != 200 || !strings.Contains(page.Body.String(), "Without alternative text: English.") {
		t.Fatalf("%d\n%s", page.Code, page.Body)
	}
	form := n.formOf(p)
	form.Set("alt.ru", "Мост")
	form.Set("alt.en", "A bridge")
	form.Set("credit", "Anna")
	form.Set("mining", "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED")
	form.Set("rights_end", "2026-02-01T12:00")
	if w := n.do("reporter", at+"/describe", form); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	got := n.picture(p.ID)
	site, _ := n.db.Site(t.Context())
	if got.Alt("ru") != "Мост" || got.Alt("ka") != "ხიდი" || got.Credit != "Anna" || !got.Taken.Equal(taken) || got.Source != "http://example.org/other" ||
		!got.Expires.Equal(time.Date(2026, 2, 1, 12, 0, 0, 0, site.Zone)) {
		t.Errorf("saved %+v", got.Description)
	}
	form = n.formOf(got)
	form.Set("terms", "no address")
	form.Set("headline", "Mine")
	w := n.do("editor", at+"/describe", form)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), `value="Mine"`) || !strings.Contains(w.Body.String(), "is not an address that starts with https://") {
		t.Errorf("a wrong address is answered %d\n%s", w.Code, w.Body)
	}
	if n.picture(p.ID).Headline != "" {
		t.Error("a refused description was saved")
	}
}

func TestCrop(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	p := n.bring("reporter", "bridge", stet.Description{})
	at := picturePath(p.ID)
	if page := n.do("reporter", at, nil); !strings.Contains(page.Body.String(), "The focus is a guess") {
		t.Errorf("a guess is not called one\n%s", page.Body)
	}
	for _, test := range []struct {
		form   url.Values
		status int
		focus  stet.Point
		crops  map[stet.Ratio]stet.Rect
	}{
		{url.Values{"focus.x": {"25"}, "focus.y": {"37.5"}}, 303, stet.Point{X: 0.25, Y: 0.375}, nil},
		{url.Values{"focus.x": {"25"}, "focus.y": {"37,5"}, "move": {"left"}}, 303, stet.Point{X: 0.2, Y: 0.375}, nil},
		{url.Values{"focus.x": {"3"}, "focus.y": {"50"}, "move": {"left"}}, 303, stet.Point{X: 0, Y: 0.5}, nil},
		{url.Values{"focus.x": {"50"}, "focus.y": {"50"}, "crops.1x1.x": {"10"}, "crops.1x1.y": {"20"}, "crops.1x1.width": {"500"}}, 303, stet.Point{X: 0.5, Y: 0.5},
			map[stet.Ratio]stet.Rect{stet.Square: {X: 10, Y: 20, Width: 500, Height: 500}}},
		{url.Values{"focus.x": {"50"}, "focus.y": {"50"}, "crops.16x9.x": {"2999"}, "crops.16x9.y": {"0"}, "crops.16x9.width": {"1600"}}, 422, stet.Point{}, nil},
		{url.Values{"focus.x": {"50"}, "focus.y": {"50"}, "crops.16x9.x": {"1e300"}, "crops.16x9.y": {"0"}, "crops.16x9.width": {"1600"}}, 422, stet.Point{}, nil},
		{url.Values{"focus.x": {"NaN"}, "focus.y": {"50"}}, 422, stet.Point{}, nil},
		{url.Values{"focus.x": {"all"}, "focus.y": {"50"}}, 422, stet.Point{}, nil},
		{url.Values{}, 422, stet.Point{}, nil},
	} {
		before := n.picture(p.ID)
		w := n.do("reporter", at+"/crop", test.form)
		got := n.picture(p.ID)
		if w.Code != test.status {
			t.Errorf("%v: %d\n%s", test.form, w.Code, w.Body)
		}
		if test.status != 303 {
			if got.Version != before.Version {
				t.Errorf("%v was saved", test.form)
			}
			continue
		}
		if d := got.Focus; d.X-test.focus.X > 1e-9 || test.focus.X-d.X > 1e-9 || d.Y != test.focus.Y || got.Guessed || len(got.Crops) != len(test.crops) || got.Crops[stet.Square] != test.crops[stet.Square] {
			t.Errorf("%v: %+v %v", test.form, got.Focus, got.Crops)
		}
	}
	if page := n.do("reporter", at, nil); strings.Contains(page.Body.String(), "The focus is a guess") {
		t.Error("a confirmed focus is called a guess")
	}
}

// TestSimilar: a picture's page shows those that look like it.
func TestSimilar(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	one, two, three := n.bring("reporter", "one", stet.Description{}), n.bring("reporter", "two", stet.Description{}), n.bring("reporter", "three", stet.Description{})
	for id, look := range map[stet.PictureID]picture.Print{one.ID: {Right: 0xff00ff00}, two.ID: {Right: 0xff00ff01}, three.ID: {Right: 0x00ff00ff}} {
		if err := n.db.SetPrint(t.Context(), id, look); err != nil {
			t.Fatal(err)
		}
	}
	page := n.do("reporter", picturePath(one.ID), nil).Body.String()
	if !strings.Contains(page, "Similar pictures") || !strings.Contains(page, picturePath(two.ID)) || strings.Contains(page, picturePath(three.ID)) {
		t.Errorf("like the second is shown\n%s", page)
	}
	if page := n.do("reporter", picturePath(three.ID), nil).Body.String(); strings.Contains(page, "Similar pictures") {
		t.Errorf("like nothing is shown\n%s", page)
	}
}

// The parts of a picture are named after the places where the theme shows them.
func TestPlaces(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	at := picturePath(n.bring("reporter", "bridge", stet.Description{}).ID)
	if page := n.do("reporter", at, nil).Body.String(); strings.Contains(page, "The whole picture is shown") || !strings.Contains(page, "for search engines") {
		t.Errorf("where nobody knows what pages show:\n%s", page)
	}
	n.desk.Shapes = func() map[string]stet.Ratio {
		return map[string]stet.Ratio{"lead": stet.Natural, "text": stet.Natural, "first": stet.Wide, "list": stet.Square, "more": stet.Square}
	}
	page := n.do("reporter", at, nil).Body.String()
	for _, want := range []string{"shown over a story and in the text;", "<br>first on the front<", "<br>further down the front and in lists<", "<br>where the story is shared<", "<br>for search engines<"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
}

func TestReplace(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	old, fresh := n.bring("editor", "old", stet.Description{Headline: "Old"}), n.bring("editor", "fresh", stet.Description{Headline: "Fresh"})
	n.show("Bridge opens", old)
	at := picturePath(old.ID)
	page := n.do("editor", at, nil).Body.String()
	if !strings.Contains(page, "Bridge opens") || !strings.Contains(page, "readers have it") || strings.Contains(page, "Remove for good") {
		t.Errorf("a used picture's page says\n%s", page)
	}
	if w := n.do("reporter", at+"/replace?by="+string(fresh.ID), nil); w.Code != 403 {
		t.Errorf("a reporter is asked to replace: %d", w.Code)
	}
	asked := n.do("editor", at+"/replace?by="+string(fresh.ID), nil)
	if asked.Code != 200 || !strings.Contains(asked.Body.String(), "change at once: 1.") || !strings.Contains(asked.Body.String(), "Bridge opens") {
		t.Errorf("%d\n%s", asked.Code, asked.Body)
	}
	if w := n.do("editor", at+"/replace", url.Values{"by": {string(fresh.ID)}}); w.Code != 303 || n.picture(old.ID).Replacement != fresh.ID {
		t.Errorf("%d, %s", w.Code, n.picture(old.ID).Replacement)
	}
	if page := n.do("editor", at, nil).Body.String(); !strings.Contains(page, picturePath(fresh.ID)) || !strings.Contains(page, "Show this one again") {
		t.Errorf("a replaced picture's page says\n%s", page)
	}
	if w := n.do("editor", at+"/replace", url.Values{"by": {""}}); w.Code != 303 || n.picture(old.ID).Replacement != "" {
		t.Errorf("%d, %s", w.Code, n.picture(old.ID).Replacement)
	}
	if w := n.do("editor", at+"/remove", url.Values{}); w.Code != 409 || !strings.Contains(w.Body.String(), strconv.Itoa(1)) {
		t.Errorf("a used picture is removed: %d", w.Code)
	}
	if w := n.do("editor", picturePath(fresh.ID)+"/remove", url.Values{}); w.Code != 303 || n.do("editor", picturePath(fresh.ID), nil).Code != 404 {
		t.Errorf("an unused picture is removed: %d", w.Code)
	}
}

// keep gives the desk a place for pictures.
func (n *newsroom) keep() {
	n.t.Helper()
	files, err := blob.OpenDir(n.t.TempDir())
	if err != nil {
		n.t.Fatal(err)
	}
	e := media.NewEncoder()
	n.t.Cleanup(func() { e.Close() })
	n.desk.Media = media.NewService(media.Options{DB: n.db, Files: files, Encoder: e, Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return n.now }})
	n.desk.Fetch = func(ctx context.Context, actor stet.User, _ stet.Lang, address string) (*stet.Picture, error) {
		return n.desk.Media.Bring(ctx, actor, media.Incoming{Name: path.Base(address), Body: strings.NewReader(photo(n.t, 300))})
	}
}

// photo is a JPEG so wide.
func photo(t *testing.T, wide int) string {
	t.Helper()
	var b strings.Builder
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, wide, 200)), nil); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestLibrary(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	bridge := n.bring("reporter", "bridge", stet.Description{Headline: "The bridge", Credit: "Anna"})
	river := n.bring("editor", "river", stet.Description{Headline: "The river", Words: map[stet.Lang]stet.PictureWords{"en": {Alt: "A river"}}, Expires: n.now.Add(-time.Hour)})
	n.show("Story of the bridge", bridge)
	for _, test := range []struct {
		query         string
		bridge, river bool
	}{
		{"", true, true}, {"?q=bri", true, false}, {"?mine=1", false, true}, {"?uses=unused", false, true}, {"?uses=used", true, false}, {"?rights=ended", false, true}, {"?rights=soon", false, false}, {"?noalt=ru", true, true}, {"?noalt=en", true, false},
		{"?since=2100-01-01", false, false}, {"?until=" + n.now.Format(time.DateOnly), true, true}, {"?until=2001-01-01", false, false},
		{"?for=" + string(bridge.ID), true, true},
	} {
		w := n.do("editor", "/desk/pictures"+test.query, nil)
		grid := w.Body.String()
		grid = grid[strings.Index(grid, "</form>\n<ul class=\"grid\"")+1:]
		if w.Code != 200 || strings.Contains(grid, "The bridge</span>") != test.bridge || strings.Contains(grid, "The river</span>") != test.river {
			t.Errorf("%s: %d\n%s", test.query, w.Code, w.Body)
		}
		w = n.do("editor", "/desk/pictures"+test.query, nil, "Accept", "application/json")
		if strings.Contains(w.Body.String(), "The bridge") != test.bridge || strings.Contains(w.Body.String(), "The river") != test.river {
			t.Errorf("%s: %s", test.query, w.Body)
		}
	}
	if w := n.do("editor", "/desk/pictures?since=yesterday", nil); w.Code != 422 {
		t.Errorf("a day that is none is answered %d", w.Code)
	}
	if w := n.do("editor", "/desk/pictures?for="+string(bridge.ID), nil); !strings.Contains(w.Body.String(), picturePath(bridge.ID)+"/replace?by="+string(river.ID)) {
		t.Errorf("there is no way to choose\n%s", w.Body)
	}
}

func TestBring(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	if w := n.send("editor", http.MethodPost, "/desk/uploads", `{"name":"a.jpg","size":4}`, "Accept", "application/json"); w.Code != 409 {
		t.Errorf("a newsroom without pictures answers %d", w.Code)
	}
	n.keep()
	form := func(texts ...string) (body, kind string) {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		for i, text := range texts {
			f, err := m.CreateFormFile("file", fmt.Sprintf("%d.jpg", i))
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(f, text)
		}
		m.Close()
		return b.String(), m.FormDataContentType()
	}
	for _, test := range []struct {
		files  []string
		status int
		to     string
	}{
		{[]string{photo(t, 310)}, 303, "/desk/pictures/"}, {[]string{photo(t, 320), photo(t, 330)}, 303, "/desk/pictures?mine=1&did=brought"},
		{[]string{"MZ"}, 422, ""}, {nil, 422, ""},
	} {
		body, kind := form(test.files...)
		if w := n.send("reporter", http.MethodPost, "/desk/pictures", body, "Content-Type", kind); w.Code != test.status || !strings.HasPrefix(w.Header().Get("Location"), test.to) {
			t.Errorf("%q: %d %s\n%s", test.files, w.Code, w.Header().Get("Location"), w.Body)
		}
	}

	script := func(method, at, body string) (int, map[string]any) {
		w := n.send("reporter", method, at, body, "Accept", "application/json", "Content-Type", "application/json")
		var said map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &said); err != nil {
			t.Fatalf("%s %s: %d %s", method, at, w.Code, w.Body)
		}
		return w.Code, said
	}
	file := photo(t, 400)
	_, begun := script(http.MethodPost, "/desk/uploads", fmt.Sprintf(`{"name":"big.jpg","size":%d}`, len(file)))
	at := "/desk/uploads/" + begun["id"].(string)
	if code, said := script(http.MethodPost, at+"?at=0", file[:4]); code != 200 || said["have"] != 4.0 || said["picture"] != nil {
		t.Errorf("a first part is answered %d %v", code, said)
	}
	if code, _ := script(http.MethodPost, at+"?at=0", file[:4]); code != 409 {
		t.Errorf("a part at the wrong place is answered %d", code)
	}
	if code, said := script(http.MethodGet, at, ""); code != 200 || said["have"] != 4.0 {
		t.Errorf("asked what is there: %d %v", code, said)
	}
	if code, said := script(http.MethodPost, at+"?at=4&lang=ru", file[4:]); code != 201 || said["picture"].(map[string]any)["name"] != "big.jpg" || said["same"] != nil {
		t.Errorf("the last part is answered %d %v", code, said)
	}
	code, said := script(http.MethodPost, "/desk/pictures/from", `{"url":"https://example.org/a.jpg"}`)
	if code != 201 || said["picture"].(map[string]any)["name"] != "a.jpg" {
		t.Errorf("%d %v", code, said)
	}
	if _, said := script(http.MethodPost, "/desk/pictures/from", `{"url":"https://example.org/a.jpg"}`); said["same"].(map[string]any)["name"] != "a.jpg" {
		t.Errorf("a doublet is not told: %v", said)
	}
}

// Two people describe one picture from the same page: what only one of them
// changed is kept, what both did is asked about, and nothing that was typed is
// lost.
func TestDescribeTogether(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	p := n.bring("reporter", "bridge", stet.Description{Credit: "Agency", Expires: n.now.Add(time.Hour).Add(42 * time.Second)})
	at := picturePath(p.ID)
	first, second := n.formOf(p), n.formOf(p)
	first.Set("alt.ru", "Мост")
	first.Set("credit", "Anna")
	if w := n.do("reporter", at+"/describe", first); w.Code != http.StatusSeeOther {
		t.Fatalf("%d\n%s", w.Code, w.Body)
	}
	second.Set("caption.ru", "Открытие")
	if w := n.do("editor", at+"/describe", second); w.Code != http.StatusSeeOther {
		t.Fatalf("different fields: %d\n%s", w.Code, w.Body)
	}
	if got := n.picture(p.ID); got.Alt("ru") != "Мост" || got.Caption("ru") != "Открытие" || got.Credit != "Anna" || !got.Expires.Equal(p.Expires) {
		t.Errorf("of both is left %+v", got.Description)
	}

	second.Set("alt.ru", "Мой мост")
	second.Set("credit", "Boris")
	second.Set("headline", "The bridge")
	w := n.do("editor", at+"/describe", second)
	for _, want := range []string{"Мой мост", `value="Boris"`, `value="The bridge"`, `<q dir="auto">Мост</q>`, `<q dir="auto">Anna</q>`, n.people["editor"].Name + " changed the same",
		`name="was.alt.ru" value="Мост"`, `name="theirs" value="credit"`} {
		if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), want) {
			t.Errorf("the same fields: %d without %s\n%s", w.Code, want, w.Body)
		}
	}
	if strings.Contains(w.Body.String(), `name="theirs" value="headline"`) || n.picture(p.ID).Headline != "" {
		t.Error("a field that one of them changed is asked about, or saved before the others")
	}
	decided := n.formOf(n.picture(p.ID)) // as that page's form has it
	decided.Set("alt.ru", "Мой мост")
	decided.Set("credit", "Boris")
	decided.Set("headline", "The bridge")
	decided.Set("theirs", "credit")
	if w := n.do("editor", at+"/describe", decided); w.Code != http.StatusSeeOther {
		t.Fatalf("decided: %d\n%s", w.Code, w.Body)
	}
	if got := n.picture(p.ID); got.Alt("ru") != "Мой мост" || got.Credit != "Anna" || got.Headline != "The bridge" || got.Caption("ru") != "Открытие" {
		t.Errorf("decided is %+v", got.Description)
	}
}

func TestCropTogether(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	p := n.bring("reporter", "bridge", stet.Description{})
	p.Focus = stet.Point{X: 0.51234, Y: 0.49876}
	at := picturePath(p.ID) + "/crop"
	if _, err := n.db.UpdatePictures(t.Context(), n.people["editor"].User(), []stet.PictureID{p.ID}, n.now, func(ps []*stet.Picture) error {
		ps[0].Focus = p.Focus
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	form := func(set ...string) url.Values {
		out := url.Values{"focus.x": {"51.2"}, "focus.y": {"49.9"}}
		for name, value := range partsOf(p) {
			out.Set("was."+name, value)
		}
		for i := 0; i < len(set); i += 2 {
			out.Set(set[i], set[i+1])
		}
		return out
	}
	if w := n.do("reporter", at, form("crops.1x1.x", "10", "crops.1x1.y", "20", "crops.1x1.width", "500")); w.Code != 303 || n.picture(p.ID).Focus != p.Focus {
		t.Fatalf("%d: a focus that nobody moved is %v\n%s", w.Code, n.picture(p.ID).Focus, w.Body)
	}
	if w := n.do("editor", at, form("focus.x", "30")); w.Code != 303 || n.picture(p.ID).Focus.X != 0.3 || n.picture(p.ID).Crops[stet.Square].X != 10 {
		t.Fatalf("%d: of both is left %+v %+v\n%s", w.Code, n.picture(p.ID).Focus, n.picture(p.ID).Crops, w.Body)
	}
	w := n.do("reporter", at, form("focus.x", "70"))
	if w.Code != 409 || n.picture(p.ID).Focus.X != 0.3 || !strings.Contains(w.Body.String(), `name="focus.x" type="number" min="0" max="100" step="0.1" value="70"`) || !strings.Contains(w.Body.String(), `name="was.focus" value="30 49.9"`) {
		t.Errorf("the same focus: %d %v\n%s", w.Code, n.picture(p.ID).Focus, w.Body)
	}
	if w := n.do("reporter", at, url.Values{"focus.x": {"70"}, "focus.y": {"49.9"}, "was.focus": {"30 49.9"}}); w.Code != 303 || n.picture(p.ID).Focus.X != 0.7 {
		t.Errorf("said once more: %d %v", w.Code, n.picture(p.ID).Focus)
	}
}

func TestOriginal(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.keep()
	file := photo(t, 500)
	p, err := n.desk.Media.Bring(t.Context(), n.people["editor"].User(), media.Incoming{Name: "мост", Body: strings.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	if page := n.do("reporter", picturePath(p.ID), nil).Body.String(); !strings.Contains(page, picturePath(p.ID)+"/original") || !strings.Contains(page, "JPEG, 2 KB") {
		t.Errorf("the page does not offer it\n%s", page)
	}
	w := n.do("reporter", picturePath(p.ID)+"/original", nil)
	if w.Code != 200 || w.Body.String() != file {
		t.Fatalf("%d, %d bytes of %d", w.Code, w.Body.Len(), len(file))
	}
	for name, want := range map[string]string{"Content-Disposition": "attachment; filename*=utf-8''%D0%BC%D0%BE%D1%81%D1%82.jpg", "X-Content-Type-Options": "nosniff",
		"Content-Security-Policy": "default-src 'none'; sandbox", "Content-Type": "image/jpeg", "Cache-Control": "private, no-store"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if w := n.do("", picturePath(p.ID)+"/original", nil); w.Code != 303 {
		t.Errorf("somebody without a session gets %d", w.Code)
	}
}

// Without a script: the fields are saved, a picture of the library is chosen and
// stands over the story, and is taken away again.
func TestLeadWithoutScript(t *testing.T) {
	n := open(t, storetest.Open(t, storetest.DSN(t, "sqlite")))
	n.keep()
	p := n.bring("reporter", "bridge", stet.Description{Headline: "The bridge"})
	id := n.write("reporter", "Bridge opens")
	at := frame.ArticlePath(id)
	fields := func(set ...string) url.Values {
		out := url.Values{"version": {strconv.FormatInt(n.article(id).Version, 10)}, "headline": {"Bridge opens"}, "picture.url": {""}}
		for i := 0; i < len(set); i += 2 {
			out.Set(set[i], set[i+1])
		}
		return out
	}
	send := func(to string, form url.Values) *httptest.ResponseRecorder {
		return n.send("reporter", http.MethodPost, to, form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	}
	if page := n.do("reporter", at, nil).Body.String(); !strings.Contains(page, `<noscript><p class="row"><button name="then" value="lead">Save and choose a picture</button></p></noscript>`) {
		t.Errorf("the form does not say how\n%s", page)
	}
	w := send(at+"/save", fields("then", "lead", "headline", "The bridge opens"))
	library := w.Header().Get("Location")
	if w.Code != 303 || library != "/desk/pictures?lead="+string(id) || n.article(id).Latest().Headline != "The bridge opens" {
		t.Fatalf("%d %s\n%s", w.Code, library, w.Body)
	}
	page := n.do("reporter", library, nil).Body.String()
	for _, want := range []string{`action="/desk/pictures?lead=` + string(id) + `"`, `<form method="post" action="` + at + `/lead">`, `name="picture" value="` + string(p.ID) + `"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the library has no %s\n%s", want, page)
		}
	}
	stale := url.Values{"picture": {string(p.ID)}, "version": {"1"}}
	if w := send(at+"/lead", stale); w.Code != 412 && w.Code != 409 || n.article(id).Latest().Picture != nil {
		t.Errorf("a choice for a text that has changed: %d", w.Code)
	}
	if w := send(at+"/lead", url.Values{"picture": {string(p.ID)}, "version": {fields().Get("version")}}); w.Code != 303 || n.article(id).Latest().Picture == nil || n.article(id).Latest().Picture.ID != p.ID {
		t.Fatalf("chosen: %d\n%s", w.Code, w.Body)
	}
	if w := send(at+"/save", fields("then", "unlead", "picture.id", string(p.ID))); w.Code != 303 || n.article(id).Latest().Picture != nil {
		t.Errorf("taken away: %d %+v", w.Code, n.article(id).Latest().Picture)
	}
	n.join("elsewhere", stet.Person{Name: "Elsewhere", Role: stet.Translator, Langs: []stet.Lang{"ru"}})
	if w := n.do("elsewhere", library, nil); w.Code != 403 {
		t.Errorf("somebody who may not write the story is answered %d", w.Code)
	}
}
