package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"stet"
	"stet/blob"
	"stet/media"
	"stet/native"
	"stet/store"
	"stet/store/storetest"
)

// desk is an API over a newsroom, whose every answer is held against the
// document that describes it.
type desk struct {
	t      *testing.T
	db     *store.DB
	api    *API
	tokens map[string]string
	doc    *document
}

// printed answers receipts at once, as if every page were printed.
type printed struct{}

func (printed) Await(context.Context, int64) ([]string, error) { return []string{"latest/en"}, nil }

var encoder = media.NewEncoder()

func newDesk(t *testing.T, db *store.DB) *desk {
	t.Helper()
	storetest.Init(t, db, "en", "ru")
	d := &desk{t: t, db: db, tokens: map[string]string{"nobody": "", "stranger": "stet_unknown"}, doc: readDocument(t)}
	files, err := blob.OpenDir(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return storetest.Noon }
	limits := media.Defaults
	limits.Bytes = 1 << 20
	pictures := media.NewService(media.Options{DB: db, Files: files, Encoder: encoder, Limits: limits, Log: slog.New(slog.DiscardHandler), Now: now})
	d.api = New(Options{DB: db, Receipts: printed{}, URL: "https://example.org", Media: pictures, Now: now})
	for name, scopes := range map[string][]stet.Scope{
		"writer": {stet.ScopeWrite}, "publisher": {stet.ScopePublish}, "both": {stet.ScopeWrite, stet.ScopePublish},
	} {
		token, err := db.AddToken(t.Context(), stet.Operator, name, scopes, storetest.Noon)
		if err != nil {
			t.Fatal(err)
		}
		d.tokens[name] = token
	}
	return d
}

// do sends a request and returns its status, header and body.
func (d *desk) do(who, method, target string, body any, headers ...string) (int, http.Header, map[string]any) {
	d.t.Helper()
	var text []byte
	switch b := body.(type) {
	case nil:
	case string:
		text = []byte(b)
	default:
		var err error
		if text, err = json.Marshal(b); err != nil {
			d.t.Fatal(err)
		}
	}
	r := httptest.NewRequestWithContext(d.t.Context(), method, target, bytes.NewReader(text))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token := d.tokens[who]; token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.api.ServeHTTP(w, r)
	res := w.Result()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	d.doc.check(d.t, r, res, answer)
	var v map[string]any
	if err := json.Unmarshal(answer, &v); err != nil {
		d.t.Fatalf("%s %s: %d with a body that is no JSON object: %v\n%s", method, target, res.StatusCode, err, answer)
	}
	return res.StatusCode, res.Header, v
}

func each(t *testing.T, fn func(t *testing.T, d *desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, newDesk(t, db)) })
}

// text is an article that may be published.
func text(id, headline string) map[string]any {
	return map[string]any{"id": id, "lang": "en", "headline": headline, "section": "city", "body_html": "<p>Text.</p>"}
}

// TestRoutesAndRoles is the table of every route and everybody who may knock.
func TestRoutesAndRoles(t *testing.T) {
	type statuses struct{ nobody, stranger, writer, publisher, both int }
	table := map[string]statuses{
		"GET /api/v1/openapi.json":            {200, 200, 200, 200, 200},
		"GET /api/v1/articles":                {200, 401, 200, 200, 200},
		"POST /api/v1/articles":               {401, 401, 201, 403, 201},
		"GET /api/v1/articles/{id}":           {404, 401, 200, 200, 200}, // of a draft
		"PATCH /api/v1/articles/{id}":         {401, 401, 200, 403, 200},
		"POST /api/v1/articles/{id}/publish":  {401, 401, 403, 200, 200},
		"POST /api/v1/articles/{id}/correct":  {401, 401, 403, 200, 200},
		"POST /api/v1/articles/{id}/withdraw": {401, 401, 403, 200, 200},

		"GET /api/v1/editions/{lang}/breaking":    {200, 401, 200, 200, 200},
		"PUT /api/v1/editions/{lang}/breaking":    {401, 401, 403, 200, 200},
		"DELETE /api/v1/editions/{lang}/breaking": {401, 401, 403, 200, 200},

		"GET /api/v1/search": {200, 401, 200, 200, 200},

		"GET /api/v1/pictures":                 {401, 401, 200, 403, 200},
		"POST /api/v1/pictures":                {401, 401, 201, 403, 201},
		"GET /api/v1/pictures/{id}":            {401, 401, 200, 403, 200},
		"PATCH /api/v1/pictures/{id}":          {401, 401, 200, 403, 200},
		"DELETE /api/v1/pictures/{id}":         {401, 401, 403, 200, 200},
		"GET /api/v1/pictures/{id}/uses":       {401, 401, 200, 403, 200},
		"POST /api/v1/pictures/{id}/replace":   {401, 401, 403, 200, 200},
		"DELETE /api/v1/pictures/{id}/replace": {401, 401, 403, 200, 200},
	}
	for _, route := range Routes {
		if _, ok := table[route]; !ok {
			t.Errorf("%s is not in the table", route)
		}
	}
	each(t, func(t *testing.T, d *desk) {
		n := 0
		for _, route := range Routes {
			want := table[route]
			for who, status := range map[string]int{"nobody": want.nobody, "stranger": want.stranger,
				"writer": want.writer, "publisher": want.publisher, "both": want.both} {
				n++
				id := fmt.Sprintf("article-%d", n)
				d.do("both", "POST", "/api/v1/articles", text(id, "Headline"))
				if strings.HasSuffix(route, "correct") || strings.HasSuffix(route, "withdraw") {
					d.do("both", "POST", "/api/v1/articles/"+id+"/publish", nil)
				}
				method, path, _ := strings.Cut(strings.NewReplacer("{id}", id, "{lang}", "en").Replace(route), " ")
				line := map[string]any{"text": "Bridge closed " + id, "until": storetest.Noon.Add(time.Hour)}
				if strings.HasSuffix(path, "breaking") {
					d.do("both", "PUT", path, line)
				}
				var body any
				headers := []string{"If-Match", "*"}
				switch {
				case route == "GET /api/v1/pictures":
				case route == "POST /api/v1/pictures":
					form, boundary := pictureForm(t, field{"file", onePicture}, field{"alt", "A bridge"})
					body, headers = form, []string{"Content-Type", boundary}
				case strings.HasPrefix(path, "/api/v1/pictures/"):
					form, boundary := pictureForm(t, field{"file", onePicture})
					_, _, brought := d.do("both", "POST", "/api/v1/pictures", form, "Content-Type", boundary)
					path = strings.Replace(path, id, brought["id"].(string), 1)
					switch {
					case method == "PATCH":
						body = map[string]any{"credit": "Anna"}
					case method == "POST":
						_, _, by := d.do("both", "POST", "/api/v1/pictures", form, "Content-Type", boundary)
						body = map[string]any{"by": by["id"]}
					}
				case method == "PUT":
					body = line
				case method == "PATCH":
					body = map[string]any{"kicker": "New"}
				case strings.HasSuffix(path, "correct"):
					body = map[string]any{"note": "It was wrong."}
				case strings.HasSuffix(path, "withdraw"):
					body = map[string]any{"reason": "It was false."}
				case strings.HasSuffix(path, "search"):
					path += "?lang=en&q=headline"
				case route == "POST /api/v1/articles":
					body = text(id+"-new", "Headline")
				}
				if got, _, answer := d.do(who, method, path, body, headers...); got != status {
					t.Errorf("%s by %s: %d, want %d: %v", route, who, got, status, answer)
				}
			}
		}
	})
}

func TestPublishingNeedsItsScopeAtCreation(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		a := text("one", "Headline")
		a["status"] = "published"
		if got, _, _ := d.do("writer", "POST", "/api/v1/articles", a); got != 403 {
			t.Errorf("writer: %d", got)
		}
		if got, _, _ := d.do("both", "GET", "/api/v1/articles/one", nil); got != 404 {
			t.Errorf("the refused article is there: %d", got)
		}
		got, _, v := d.do("both", "POST", "/api/v1/articles", a)
		if got != 201 || v["live"] != "published" || v["url"] != "https://example.org/en/2026/01/headline" {
			t.Errorf("both: %d %v", got, v)
		}
	})
}

// TestRefusals holds that bad input is refused with its field named, and that
// nothing is left of it.
func TestRefusals(t *testing.T) {
	long := strings.Repeat("й", 1001)
	cases := []struct {
		body   string
		status int
		field  string
	}{
		{`{`, 400, ""},
		{`[]`, 400, ""},
		{`null`, 400, ""},
		{`{"lang":"en","headline":"a","headline":"b"}`, 400, ""},
		{`{"lang":"en","headline":"\ud800"}`, 400, ""},
		{"{\"lang\":\"en\",\"headline\":\"\xff\"}", 400, ""},
		{`{"lang":"en","headline":"a\u0000b"}`, 422, "headline"},
		{`{"headline":"a"}`, 422, "lang"},
		{`{"lang":null,"headline":"a"}`, 422, "lang"},
		{`{"lang":"fr","headline":"a"}`, 422, "lang"},
		{`{"lang":"en"}`, 422, "headline"},
		{`{"lang":"en","headline":" \u202e "}`, 422, "headline"},
		{`{"lang":"en","headline":"` + long + `"}`, 422, "headline"},
		{`{"lang":"en","headline":7}`, 422, "headline"},
		{`{"lang":"en","headline":"a","colour":"red"}`, 422, "colour"},
		{`{"lang":"en","headline":"a","source":{"name":"x","colour":"red"}}`, 422, "source.colour"},
		{`{"lang":"en","headline":"a","id":"with space"}`, 422, "id"},
		{`{"lang":"en","headline":"a","slug":"Not A Slug"}`, 422, "slug"},
		{`{"lang":"en","headline":"a","slug":"../etc"}`, 422, "slug"},
		{`{"lang":"en","headline":"a","published_at":"1599-06-01T00:00:00Z"}`, 422, "published_at"},
		{`{"lang":"en","headline":"a","published_at":"3000-06-01T00:00:00Z"}`, 422, "published_at"},
		{`{"lang":"en","headline":"a","published_at":"2026-06-01"}`, 422, "published_at"},
		{`{"lang":"en","headline":"a","status":"published","body_html":"<p>x</p>"}`, 422, "section"},
		{`{"lang":"en","headline":"a","status":"published","section":"city"}`, 422, "body"},
		{`{"lang":"en","headline":"a","status":"published","section":"city","body_html":"<script>x</script>"}`, 422, "body"},
		{`{"lang":"en","headline":"a","body":{"type":"doc","content":[{"type":"iframe"}]}}`, 422, "body.content[0]"},
		{`{"lang":"en","headline":"a","body_html":"x","body_markdown":"y"}`, 422, "body"},
		{`{"lang":"en","headline":"a","canonical":"javascript:alert(1)"}`, 422, "canonical"},
		{`{"lang":"en","headline":"a","picture":{"url":"data:image/png;base64,"}}`, 422, "picture.url"},
		{`{"lang":"en","headline":"a","type":"section","key":"x"}`, 422, ""},
	}
	each(t, func(t *testing.T, d *desk) {
		for _, c := range cases {
			status, _, v := d.do("both", "POST", "/api/v1/articles", c.body)
			if status != c.status {
				t.Errorf("%.80s: %d, want %d: %v", c.body, status, c.status, v)
				continue
			}
			if c.field == "" {
				continue
			}
			var fields []string
			errs, _ := v["errors"].([]any)
			for _, e := range errs {
				fields = append(fields, fmt.Sprint(e.(map[string]any)["field"]))
			}
			if !slices.Contains(fields, c.field) {
				t.Errorf("%.80s: names %q, want %q", c.body, fields, c.field)
			}
		}
		head, err := d.db.Head(t.Context())
		if err != nil || head != 1 { // 1: the newsroom was set up
			t.Errorf("%d events, %v: something was written", head, err)
		}
	})
}

func TestTooLargeAndWrongType(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		body := `{"lang":"en","headline":"a","body_html":"` + strings.Repeat("x", 2<<20+1) + `"}`
		if got, _, v := d.do("both", "POST", "/api/v1/articles", body); got != 422 {
			t.Errorf("a body over 2 MB: %d %v", got, v)
		}
		if got, _, _ := d.do("both", "POST", "/api/v1/articles", strings.Repeat(" ", maxRequest+1)); got != 413 {
			t.Errorf("a request over the limit: %d", got)
		}
		if got, _, _ := d.do("both", "POST", "/api/v1/articles", "{}", "Content-Type", "text/plain"); got != 415 {
			t.Errorf("text/plain: %d", got)
		}
	})
}

func TestListPagesAndFilters(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var want []string
		for i := range 7 {
			a := text(fmt.Sprintf("id-%d", i), fmt.Sprintf("Headline %d", i))
			a["status"] = "published"
			a["published_at"] = storetest.Noon.Add(time.Duration(i/2-10) * time.Hour).Format(time.RFC3339)
			if i == 3 {
				a["section"] = "sport"
			}
			d.do("both", "POST", "/api/v1/articles", a)
			want = append([]string{fmt.Sprintf("id-%d", i)}, want...)
		}
		d.do("both", "POST", "/api/v1/articles", text("draft", "Canary"))
		var got []string
		next := ""
		for range 10 {
			_, _, v := d.do("nobody", "GET", "/api/v1/articles?limit=2&lang=en&cursor="+next, nil)
			for _, it := range v["items"].([]any) {
				got = append(got, it.(map[string]any)["id"].(string))
			}
			if next, _ = v["next_cursor"].(string); next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("pages: %q, want %q", got, want)
		}
		for query, n := range map[string]int{"section=sport": 1, "section=none": 0, "lang=ru": 0, "lang=en": 7, "": 7,
			"section=sport&lang=en": 1, "updated_since=2026-01-14T00:00:00Z": 3, "section=%27+OR+1%3D1--": 0} {
			_, _, v := d.do("nobody", "GET", "/api/v1/articles?"+query, nil)
			if got := len(v["items"].([]any)); got != n {
				t.Errorf("%s: %d items, want %d", query, got, n)
			}
		}
	})
}

// TestBreaking: what is set is answered as it is, and ended once.
func TestBreaking(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		const at = "/api/v1/editions/en/breaking"
		if got, _, _ := d.do("nobody", "GET", at, nil); got != 404 {
			t.Errorf("before: %d", got)
		}
		status, _, v := d.do("publisher", "PUT", at, `{"text":" Bridge  closed\u202e","url":"https://example.org/en/2026/01/%D0%B9","until":"2026-01-14T20:00:00+04:00"}`)
		if status != 200 || v["event"] != 2.0 || fmt.Sprint(v["surfaces"]) != "[latest/en]" || v["until"] != "2026-01-14T16:00:00Z" {
			t.Fatalf("%d %v", status, v)
		}
		status, _, v = d.do("nobody", "GET", "/api/v1/editions/EN/breaking", nil)
		if status != 200 || v["text"] != "Bridge  closed" || v["url"] != "https://example.org/en/2026/01/%D0%B9" || v["lang"] != "en" ||
			v["since"] != storetest.Noon.UTC().Format(time.RFC3339) {
			t.Errorf("%d %v", status, v)
		}
		for body, want := range map[string]int{
			`{`: 400, `{"text":"a"}`: 422, `{"text":"a","until":"2020-01-01T00:00:00Z"}`: 422, `{"text":"a","until":"2027-01-01T00:00:00Z"}`: 422,
			`{"text":"a","url":"https://elsewhere.example/","until":"2026-01-14T20:00:00+04:00"}`: 422,
			`{"text":"` + strings.Repeat("a", 201) + `","until":"2026-01-14T20:00:00+04:00"}`:     422,
		} {
			if got, _, v := d.do("publisher", "PUT", at, body); got != want {
				t.Errorf("%.60s: %d %v", body, got, v)
			}
		}
		if got, _, _ := d.do("publisher", "PUT", "/api/v1/editions/fr/breaking", `{"text":"a","until":"2026-01-14T20:00:00+04:00"}`); got != 404 {
			t.Errorf("no edition: %d", got)
		}
		if got, _, v := d.do("publisher", "DELETE", at, nil); got != 200 || v["event"] != 3.0 {
			t.Errorf("ending it: %d %v", got, v)
		}
		if got, _, _ := d.do("publisher", "DELETE", at, nil); got != 404 {
			t.Errorf("ending it twice: %d", got)
		}
		if got, _, _ := d.do("nobody", "GET", at, nil); got != 404 {
			t.Errorf("after its end: %d", got)
		}
		if got, h, _ := d.do("both", "POST", at, "{}"); got != 405 || h.Get("Allow") != "DELETE, GET, HEAD, PUT" {
			t.Errorf("POST: %d, Allow %q", got, h.Get("Allow"))
		}
	})
}

// document is openapi.json with its schemas compiled.
type document struct {
	paths map[string]map[string]struct {
		Responses map[string]json.RawMessage `json:"responses"`
	}
	compiler *jsonschema.Compiler
}

const documentURL = "https://example.org/openapi.json"

func readDocument(t *testing.T) *document {
	t.Helper()
	var raw struct {
		Paths map[string]map[string]json.RawMessage `json:"paths"`
	}
	if err := json.Unmarshal(openapi, &raw); err != nil {
		t.Fatal(err)
	}
	d := &document{paths: map[string]map[string]struct {
		Responses map[string]json.RawMessage `json:"responses"`
	}{}, compiler: jsonschema.NewCompiler()}
	for path, item := range raw.Paths {
		d.paths[path] = map[string]struct {
			Responses map[string]json.RawMessage `json:"responses"`
		}{}
		for method, operation := range item {
			if method == "parameters" {
				continue
			}
			var op struct {
				Responses map[string]json.RawMessage `json:"responses"`
			}
			if err := json.Unmarshal(operation, &op); err != nil {
				t.Fatal(err)
			}
			d.paths[path][strings.ToUpper(method)] = op
		}
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(openapi))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.compiler.AddResource(documentURL, v); err != nil {
		t.Fatal(err)
	}
	return d
}

// check holds one answer against the document: its status is listed, its type
// and body are the ones promised.
func (d *document) check(t *testing.T, r *http.Request, res *http.Response, body []byte) {
	t.Helper()
	segments := strings.Split(r.URL.EscapedPath(), "/")
	if len(segments) > 4 {
		segments[4] = map[string]string{"articles": "{id}", "editions": "{lang}", "pictures": "{id}"}[segments[3]]
	}
	path := strings.Join(segments, "/")
	op, ok := d.paths[path][r.Method]
	if !ok {
		return // an address that is refused
	}
	status := fmt.Sprint(res.StatusCode)
	if _, ok := op.Responses[status]; !ok {
		t.Errorf("%s %s answers %s, which the document does not list", r.Method, path, status)
		return
	}
	mediaType, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
	at := fmt.Sprintf("%s#/paths/%s/%s/responses/%s", documentURL, strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(path),
		strings.ToLower(r.Method), status)
	if res.StatusCode >= 400 {
		at = documentURL + "#/components/schemas/Problem"
		if mediaType != "application/problem+json" {
			t.Errorf("%s %s: %s is a %s", r.Method, path, status, mediaType)
		}
	} else {
		at += "/content/application~1json/schema"
		if mediaType != "application/json" {
			t.Errorf("%s %s: %s is a %s", r.Method, path, status, mediaType)
		}
	}
	schema, err := d.compiler.Compile(at)
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("%s %s answers what the document does not allow: %v\n%s", r.Method, path, err, body)
	}
}

// TestDocumentListsEveryRoute holds that document and handlers name the same
// routes, and that the document accepts what the handlers accept.
func TestDocumentListsEveryRoute(t *testing.T) {
	d := readDocument(t)
	var listed []string
	for path, methods := range d.paths {
		for method := range methods {
			listed = append(listed, method+" "+path)
		}
	}
	routes := slices.Clone(Routes)
	slices.Sort(listed)
	slices.Sort(routes)
	if !slices.Equal(listed, routes) {
		t.Errorf("the document lists\n%q\nthere are\n%q", listed, routes)
	}
	schema, err := d.compiler.Compile(documentURL + "#/components/schemas/NewArticle")
	if err != nil {
		t.Fatal(err)
	}
	full := `{"id":"agency-4711","lang":"ru","translation_of":"agency-4710","status":"published","headline":"h","standfirst":"s","kicker":"k",
		"body_html":"<p>x</p>","section":"politics","topics":["eu"],"authors":["Имя Фамилия",{"key":"a","name":"A"}],"dateline":"Баку",
		"source":{"name":"n","url":"https://example.org","kind":"release"},"slug":"h","old_urls":["/news/123.html"],
		"published_at":"2021-06-02T14:05:00+04:00","updated_at":"2021-06-02T14:05:00+04:00","licence":"CC BY",
		"picture":{"url":"https://example.org/a.jpg","alt":"a","caption":"c","credit":"c"}}`
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(full))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(v); err != nil {
		t.Errorf("the document refuses the native form: %v", err)
	}
	if _, err := native.Decode([]byte(full)); err != nil {
		t.Errorf("the handlers refuse it: %v", err)
	}
}
