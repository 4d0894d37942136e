package api

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
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
