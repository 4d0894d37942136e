package api

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// onePicture is a JPEG of 40 × 30 pixels.
var onePicture = func() string {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil); err != nil {
		panic(err)
	}
	return b.String()
}()

// field is one of a form; that of the file has a file name.
type field struct{ name, value string }

// pictureForm returns a form and its Content-Type.
func pictureForm(t *testing.T, fields ...field) (body, contentType string) {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, f := range fields {
		create := form.CreateFormField
		if f.name == "file" {
			create = func(name string) (io.Writer, error) { return form.CreateFormFile(name, "picture.jpg") }
		}
		part, err := create(f.name)
		if err == nil {
			_, err = part.Write([]byte(f.value))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String(), form.FormDataContentType()
}

// TestPicture: what is brought in is to be seen at once, and a story that names
// it shows it.
func TestPicture(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		form, contentType := pictureForm(t, field{"alt", "Мост"}, field{"file", onePicture}, field{"caption", "Мост вечером"}, field{"credit", "Анна"}, field{"lang", "ru"})
		status, header, p := d.do("writer", "POST", "/api/v1/pictures", form, "Content-Type", contentType)
		id, _ := p["id"].(string)
		address, _ := p["url"].(string)
		path, ok := strings.CutPrefix(address, "https://example.org/media/")
		if status != 201 || !ok || p["width"] != 40.0 || p["height"] != 30.0 || header.Get("Location") != "/api/v1/pictures/"+id {
			t.Fatalf("%d %v %v", status, header, p)
		}
		w := httptest.NewRecorder()
		d.api.Media.ServeHTTP(w, httptest.NewRequest("GET", "/media/"+path, nil))
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/jpeg" {
			t.Errorf("%s is answered %d %v", address, w.Code, w.Header())
		}
		if status, _, again := d.do("writer", "GET", "/api/v1/pictures/"+id, nil); status != 200 || again["url"] != address ||
			again["credit"] != "Анна" || again["alt"].(map[string]any)["ru"] != "Мост" || again["caption"].(map[string]any)["ru"] != "Мост вечером" {
			t.Errorf("%d %v", status, again)
		}
		if status, _, _ := d.do("writer", "GET", "/api/v1/pictures/nothing", nil); status != 404 {
			t.Errorf("what is not there: %d", status)
		}
		a := text("one", "Headline")
		a["status"], a["picture"] = "published", map[string]any{"id": id}
		if status, _, v := d.do("both", "POST", "/api/v1/articles", a); status != 201 || v["picture"].(map[string]any)["id"] != id {
			t.Errorf("%d %v", status, v)
		}
		a = text("two", "Headline")
		a["picture"] = map[string]any{"id": "nothing"}
		if status, _, _ := d.do("both", "POST", "/api/v1/articles", a); status != 422 {
			t.Errorf("a picture that is not there: %d", status)
		}
	})
}

func TestPictureRefusals(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		good := field{"file", onePicture}
		for what, c := range map[string]struct {
			fields []field
			status int
		}{
			"no file":        {[]field{{"alt", "x"}}, 422},
			"two files":      {[]field{good, good}, 422},
			"an empty file":  {[]field{{"file", ""}}, 422},
			"another field":  {[]field{good, {"title", "x"}}, 422},
			"a field twice":  {[]field{good, {"alt", "x"}, {"alt", "x"}}, 422},
			"a language":     {[]field{good, {"lang", "xx"}}, 422},
			"bad letters":    {[]field{good, {"alt", "\xff"}}, 422},
			"U+0000":         {[]field{good, {"alt", "a\x00"}}, 422},
			"a long credit":  {[]field{good, {"credit", strings.Repeat("x", 501)}}, 422},
			"a drawing":      {[]field{{"file", `<svg xmlns="http://www.w3.org/2000/svg"/>`}}, 415},
			"a document":     {[]field{{"file", "%PDF-1.7"}}, 415},
			"half a picture": {[]field{{"file", onePicture[:len(onePicture)/2]}}, 422},
			"much":           {[]field{{"file", onePicture + strings.Repeat("x", 1<<20)}}, 413},
			"very much":      {[]field{{"file", onePicture + strings.Repeat("x", 2<<20)}}, 413},
			"much beside":    {[]field{good, {"alt", strings.Repeat("x", 2<<20)}}, 413},
		} {
			form, contentType := pictureForm(t, c.fields...)
			if status, _, p := d.do("writer", "POST", "/api/v1/pictures", form, "Content-Type", contentType); status != c.status {
				t.Errorf("%s: %d %v", what, status, p)
			}
		}
		form, contentType := pictureForm(t, good)
		for what, c := range map[string]struct {
			body, contentType string
			status            int
		}{
			"json":           {`{}`, "application/json", 415},
			"bare":           {onePicture, "image/jpeg", 415},
			"no boundary":    {form, "multipart/form-data", 415},
			"half a form":    {form[:len(form)/2], contentType, 400},
			"no form at all": {"x", contentType, 400},
		} {
			if status, _, p := d.do("writer", "POST", "/api/v1/pictures", c.body, "Content-Type", c.contentType); status != c.status {
				t.Errorf("%s: %d %v", what, status, p)
			}
		}
	})
}

// TestSimilarPicture: who brings a picture in is told which look like it.
func TestSimilarPicture(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		bring := func(quality int) map[string]any {
			img := image.NewGray(image.Rect(0, 0, 160, 160))
			for i := range img.Pix {
				img.Pix[i] = uint8((i/160/20*8 + i%160/20) * 37 % 64 * 4)
			}
			var b bytes.Buffer
			if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
				t.Fatal(err)
			}
			form, contentType := pictureForm(t, field{"file", b.String()})
			status, _, p := d.do("writer", "POST", "/api/v1/pictures", form, "Content-Type", contentType)
			if status != 201 {
				t.Fatal(status, p)
			}
			return p
		}
		first := bring(90)
		if first["similar"] != nil {
			t.Errorf("the first looks like %v", first["similar"])
		}
		if like, _ := bring(40)["similar"].([]any); len(like) != 1 || like[0] != first["id"] {
			t.Errorf("the second looks like %v", like)
		}
	})
}

// brought is a picture that somebody brings in.
func (d *desk) brought(fields ...field) map[string]any {
	d.t.Helper()
	form, contentType := pictureForm(d.t, append(fields, field{"file", onePicture})...)
	status, _, p := d.do("both", "POST", "/api/v1/pictures", form, "Content-Type", contentType)
	if status != 201 {
		d.t.Fatal(status, p)
	}
	return p
}

// TestLibrary: pictures are found by words and filters, page by page.
func TestLibrary(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		bridge := d.brought(field{"alt", "Bridge"}, field{"credit", "Anna"})["id"]
		park := d.brought(field{"alt", "Парк"}, field{"lang", "ru"})["id"]
		a := text("one", "Headline")
		a["status"], a["picture"] = "published", map[string]any{"id": bridge}
		if status, _, v := d.do("both", "POST", "/api/v1/articles", a); status != 201 {
			t.Fatal(status, v)
		}
		d.do("both", "PATCH", "/api/v1/pictures/"+park.(string), map[string]any{"rights_end": "2026-02-01T00:00:00Z"}, "If-Match", "*")
		for query, want := range map[string][]any{
			"":                                       {park, bridge},
			"?q=anna":                                {bridge},
			"?q=пар":                                 {park},
			"?q=nothing":                             {},
			"?uses=used":                             {bridge},
			"?uses=unused":                           {park},
			"?without_alt=ru":                        {bridge},
			"?since=2030-01-01T00:00:00Z":            {},
			"?until=2030-01-01T00:00:00Z":            {park, bridge},
			"?rights_end_until=2026-03-01T00:00:00Z": {park},
			"?rights_end_since=2026-03-01T00:00:00Z": {},
		} {
			status, _, v := d.do("writer", "GET", "/api/v1/pictures"+query, nil)
			got := []any{}
			for _, item := range v["items"].([]any) {
				got = append(got, item.(map[string]any)["id"])
			}
			slices.SortFunc(got, func(a, b any) int { return strings.Compare(b.(string), a.(string)) })
			slices.SortFunc(want, func(a, b any) int { return strings.Compare(b.(string), a.(string)) })
			if status != 200 || !slices.Equal(got, want) {
				t.Errorf("%q: %d %v, want %v", query, status, got, want)
			}
		}
		var seen []any
		for next := "?limit=1"; next != ""; {
			_, _, v := d.do("writer", "GET", "/api/v1/pictures"+next, nil)
			seen = append(seen, v["items"].([]any)[0].(map[string]any)["id"])
			cursor, _ := v["next_cursor"].(string)
			if next = ""; cursor != "" {
				next = "?limit=1&cursor=" + cursor
			}
		}
		if len(seen) != 2 || seen[0] == seen[1] {
			t.Errorf("page by page: %v", seen)
		}
		for _, query := range []string{"limit=0", "limit=101", "uses=x", "without_alt=xx", "since=today", "cursor=x", "q=%00"} {
			if status, _, v := d.do("writer", "GET", "/api/v1/pictures?"+query, nil); status != 422 {
				t.Errorf("%s: %d %v", query, status, v)
			}
		}
		_, _, uses := d.do("writer", "GET", "/api/v1/pictures/"+bridge.(string)+"/uses", nil)
		if items := uses["items"].([]any); len(items) != 1 || items[0].(map[string]any)["id"] != "one" || items[0].(map[string]any)["live"] != true {
			t.Errorf("uses: %v", uses)
		}
	})
}

// TestPatchPicture: a patch changes what it names and nothing else, of the state
// that was read.
func TestPatchPicture(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		id := d.brought(field{"alt", "Bridge"}, field{"caption", "A bridge"}, field{"credit", "Anna"})["id"].(string)
		at := "/api/v1/pictures/" + id
		_, header, was := d.do("writer", "GET", at, nil)
		if was["focus_guessed"] != true || len(was["shapes"].([]any)) != 5 || len(was["file"].(map[string]any)["sha256"].(string)) != 64 {
			t.Errorf("before: %v", was)
		}
		read := header.Get("ETag")
		status, header, v := d.do("writer", "PATCH", at, `{"alt":{"ru":"Мост"},"rights_end":"2027-01-01T00:00:00+04:00","creator":"B","focus":{"x":0.25,"y":0.5},
			"crops":{"1x1":{"x":0,"y":0,"width":30,"height":30}}}`, "If-Match", read, "Content-Type", "application/merge-patch+json")
		alt, _ := v["alt"].(map[string]any)
		if status != 200 || alt["en"] != "Bridge" || alt["ru"] != "Мост" || v["credit"] != "Anna" || v["rights_end"] != "2026-12-31T20:00:00Z" ||
			v["focus_guessed"] != false || v["focus"].(map[string]any)["x"] != 0.25 || v["crops"].(map[string]any)["1x1"] == nil || header.Get("ETag") == read {
			t.Fatalf("%d %v", status, v)
		}
		if status, _, v := d.do("writer", "PATCH", at, `{"alt":{"ru":null},"rights_end":null,"crops":null}`, "If-Match", header.Get("ETag")); status != 200 ||
			v["alt"].(map[string]any)["ru"] != nil || v["rights_end"] != nil || v["crops"] != nil || v["focus"].(map[string]any)["x"] != 0.25 || v["creator"] != "B" {
			t.Errorf("taken away: %d %v", status, v)
		}
		for what, c := range map[string]struct {
			patch, match string
			status       int
		}{
			"of before":        {`{"credit":"C"}`, read, 412},
			"of nothing":       {`{"credit":"C"}`, "", 428},
			"not JSON":         {`{`, "*", 400},
			"a field twice":    {`{"credit":"a","credit":"b"}`, "*", 400},
			"a field":          {`{"width":1}`, "*", 422},
			"a kind":           {`{"credit":1}`, "*", 422},
			"a language":       {`{"alt":{"xx":"x"}}`, "*", 422},
			"a time":           {`{"rights_end":"tomorrow"}`, "*", 422},
			"an address":       {`{"terms":"javascript:x"}`, "*", 422},
			"half a focus":     {`{"focus":"left"}`, "*", 422},
			"outside":          {`{"focus":{"x":2,"y":0}}`, "*", 422},
			"half a crop":      {`{"crops":{"1x1":{"x":0,"y":0}}}`, "*", 422},
			"half a pixel":     {`{"crops":{"1x1":{"x":0.5,"y":0,"width":9,"height":9}}}`, "*", 422},
			"another shape":    {`{"crops":{"1x1":{"x":0,"y":0,"width":40,"height":10}}}`, "*", 422},
			"an unknown ratio": {`{"crops":{"2x1":{"x":0,"y":0,"width":20,"height":10}}}`, "*", 422},
		} {
			headers := []string{}
			if c.match != "" {
				headers = []string{"If-Match", c.match}
			}
			if status, _, v := d.do("writer", "PATCH", at, c.patch, headers...); status != c.status {
				t.Errorf("%s: %d %v", what, status, v)
			}
		}
		if _, _, v := d.do("writer", "GET", at, nil); v["credit"] != "Anna" || v["focus"].(map[string]any)["x"] != 0.25 {
			t.Errorf("what was refused was saved: %v", v)
		}
	})
}

// TestReplacePicture: another one is shown everywhere, by id or file, and that is
// taken back; what is used is not removed.
func TestReplacePicture(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		old, other := d.brought()["id"].(string), d.brought()["id"].(string)
		a := text("one", "Headline")
		a["picture"] = map[string]any{"id": old}
		if status, _, v := d.do("both", "POST", "/api/v1/articles", a); status != 201 {
			t.Fatal(status, v)
		}
		at := "/api/v1/pictures/" + old
		step := func(method, path string, body any, want int, headers ...string) map[string]any {
			t.Helper()
			status, _, v := d.do("both", method, path, body, headers...)
			if status != want {
				t.Errorf("%s %s: %d, want %d: %v", method, path, status, want, v)
			}
			return v
		}
		if v := step("GET", at, nil, 200); !slices.Equal(v["same"].([]any), []any{other}) {
			t.Errorf("same: %v", v["same"])
		}
		step("DELETE", at, nil, 409) // it is used
		step("POST", at+"/replace", map[string]any{"by": old}, 422)
		step("POST", at+"/replace", map[string]any{"by": "nothing"}, 422)
		step("POST", at+"/replace", map[string]any{}, 422)
		step("POST", "/api/v1/pictures/nothing/replace", map[string]any{"by": other}, 404)
		step("POST", at+"/replace", "x", 415, "Content-Type", "text/plain")
		if v := step("POST", at+"/replace", map[string]any{"by": other}, 200); v["replacement"] != other {
			t.Errorf("by id: %v", v)
		}
		step("DELETE", "/api/v1/pictures/"+other, nil, 409) // it stands in place of another
		if v := step("DELETE", at+"/replace", nil, 200); v["replacement"] != nil {
			t.Errorf("taken back: %v", v)
		}
		step("DELETE", "/api/v1/pictures/"+other, nil, 200)
		step("GET", "/api/v1/pictures/"+other, nil, 404)
		form, contentType := pictureForm(t, field{"file", onePicture}, field{"credit", "Anna"})
		if status, _, _ := d.do("publisher", "POST", at+"/replace", form, "Content-Type", contentType); status != 403 {
			t.Errorf("a file by who may bring none: %d", status)
		}
		by, _ := step("POST", at+"/replace", form, 200, "Content-Type", contentType)["replacement"].(string)
		if v := step("GET", "/api/v1/pictures/"+by, nil, 200); v["credit"] != "Anna" {
			t.Errorf("by file: %v", v)
		}
	})
}
