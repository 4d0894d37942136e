package site

import (
	"context"
	"errors"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"stet"
	"stet/press"
	"stet/site/theme"
)

// marked is a theme whose every page and block says its name.
func marked(t *testing.T, name string) *theme.Theme {
	t.Helper()
	folder := fstest.MapFS{"style.css": &fstest.MapFile{Data: []byte("p{} /* " + name + " */")}}
	for _, file := range []string{"article.html", "front.html", "blocks/masthead.html", "blocks/latest.html", "blocks/foot.html", "blocks/front.html"} {
		data, err := fs.ReadFile(theme.Shipped(theme.Default), file)
		if err != nil {
			t.Fatal(err)
		}
		// The first element of the file says it, in whatever tag it has.
		text := regexp.MustCompile(`<(html|header|aside|footer|main)\b`).ReplaceAllString(string(data), `<$1 data-theme="`+name+`"`)
		folder[file] = &fstest.MapFile{Data: []byte(text)}
	}
	other, err := LoadTheme(folder)
	if err != nil {
		t.Fatal(err)
	}
	return other
}

// TestSetTheme: while the theme is switched back and forth and stories appear,
// nobody sees a page of one theme with a block of another, or is led to a
// stylesheet that is not there; and once SetTheme has returned, nobody sees the
// theme before.
func TestSetTheme(t *testing.T) {
	f := newFake("ru")
	seed(f)
	names := []string{"one", "two", "three"}
	var themes []*theme.Theme
	for _, n := range names {
		themes = append(themes, marked(t, n))
	}
	s, err := New(Options{Library: f, URL: "https://news.example", Theme: themes[0], Now: func() time.Time { return morning }})
	if err != nil {
		t.Fatal(err)
	}
	said := regexp.MustCompile(`data-theme="(\w+)"`)
	style := regexp.MustCompile(`rel="stylesheet" href="([^"]+)"`)
	ask := func(path string) (string, int) {
		resp, err := s.press.Respond(context.Background(), press.Request{Method: "GET", Path: path})
		if errors.Is(err, press.ErrUnsettled) {
			return "", 0 // changed again and again meanwhile, as press/doc.go has it
		}
		if err != nil {
			t.Error(err)
			return "", 500
		}
		var b strings.Builder
		for _, part := range resp.AppendBody(nil) {
			b.Write(part)
		}
		return b.String(), resp.Status()
	}
	var done atomic.Bool
	var pages atomic.Int64
	var readers sync.WaitGroup
	for i := range 6 {
		readers.Go(func() {
			for n := i; !done.Load(); n++ {
				path := []string{"/ru/2021/06/report", "/ru/", "/ru/2026/01/n1", "/ru/2026/01/n2"}[n%4]
				text, status := ask(path)
				if status == 0 {
					continue
				}
				if status != 200 {
					t.Errorf("%s: %d", path, status)
					return
				}
				first := ""
				for _, m := range said.FindAllStringSubmatch(text, -1) {
					if first == "" {
						first = m[1]
					}
					if m[1] != first {
						t.Errorf("%s: theme %s with a block of %s", path, first, m[1])
						return
					}
				}
				css, status := ask(style.FindStringSubmatch(text)[1])
				if status == 0 {
					continue
				}
				if status != 200 || !strings.Contains(css, "/* "+first+" */") {
					t.Errorf("%s: the stylesheet of theme %s answers %d: %s", path, first, status, css)
					return
				}
				pages.Add(1)
			}
		})
	}
	next := make(chan int) // one event while one theme is switched on
	var events sync.WaitGroup
	events.Go(func() {
		for n := range next {
			if _, err := s.Reprint(t.Context(), []stet.Event{f.correct("/ru/2026/01/n1", "Уточнение", morning.Add(time.Duration(n)*time.Minute))}); err != nil {
				t.Error(err)
			}
		}
	})
	rounds := 200
	if testing.Short() {
		rounds = 40
	}
	for i := range rounds {
		n := (i + 1) % len(names)
		next <- i
		s.SetTheme(themes[n])
		text, _ := ask("/ru/2021/06/report")
		if m := said.FindAllStringSubmatch(text, -1); len(m) < 4 || m[0][1] != names[n] {
			t.Fatalf("after the change to %s: %q", names[n], m)
		}
	}
	done.Store(true)
	close(next)
	readers.Wait()
	events.Wait()
	if pages.Load() < int64(rounds)/10 {
		t.Errorf("only %d pages were read", pages.Load())
	}
	old := themes[0].Style
	last := marked(t, "last")
	for range 2 * keptThemes {
		s.SetTheme(last)
	}
	if _, status := ask(old); status != 404 {
		t.Errorf("the files of themes long gone are kept: %d", status)
	}
}

// The lengths of the latest news that a theme shows are printed for as long as
// it is on.
func TestLengthsOfATheme(t *testing.T) {
	f := newFake("ru")
	seed(f)
	s := newSite(t, f)
	get(t, s, "/ru/", 200)
	if got := s.lengths("latest/ru"); len(got) != 1 {
		t.Fatalf("the theme shows %v", got)
	}
	s.SetTheme(marked(t, "other"))
	if got := s.lengths("latest/ru"); len(got) != 0 {
		t.Errorf("nothing was asked for since, but %v would be printed", got)
	}
}
