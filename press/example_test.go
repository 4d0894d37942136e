package press_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"stet/press"
)

// A site with one story and a block of headlines.
func Example() {
	headlines := []string{"Rain expected"}
	latest := func() press.Block {
		return press.Block{HTML: []byte("<ol><li>" + strings.Join(headlines, "<li>") + "</ol>")}
	}
	p := press.New(press.Options{
		Lay: func(_ context.Context, path string) (press.Page, error) {
			page := press.Page{Fields: []press.Field{
				{Name: "Content-Type", Value: "text/html; charset=utf-8"},
				{Name: "Cache-Control", Value: "public, no-cache"},
			}}
			if path != "/story" {
				page.Status, page.Transient = http.StatusNotFound, true
				page.Parts = []press.Part{{HTML: []byte("<h1>Not found</h1>")}, {Block: "latest"}}
				return page, nil
			}
			page.Parts = []press.Part{{HTML: []byte("<h1>A story of 2021</h1>")}, {Block: "latest"}}
			return page, nil
		},
		Print: func(context.Context, string) (press.Block, error) { return latest(), nil },
	})
	site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := p.Respond(r.Context(), press.RequestOf(r))
		if err != nil {
			http.Error(w, "We are sorry.", http.StatusServiceUnavailable)
			return
		}
		if err := answer.Write(w); err != nil {
			panic(http.ErrAbortHandler)
		}
	})
	read := func(path string) {
		w := httptest.NewRecorder()
		site.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		fmt.Println(w.Code, w.Body)
	}

	read("/story")
	headlines = append([]string{"Sun came instead"}, headlines...) // the data change, then:
	since := p.Since()
	p.Apply(press.Change{Since: since, Set: map[string]press.Block{"latest": latest()}, Pages: []string{"/new-story"}})
	read("/story")
	read("/elsewhere")
	// Output:
	// 200 <h1>A story of 2021</h1><ol><li>Rain expected</ol>
	// 200 <h1>A story of 2021</h1><ol><li>Sun came instead<li>Rain expected</ol>
	// 404 <h1>Not found</h1><ol><li>Sun came instead<li>Rain expected</ol>
}
