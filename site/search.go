package site

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/search"
	"stet/web"
)

// searchPage is the search, with what it found.
type searchPage struct {
	frame
	Title   string
	Form    searchForm
	Found   string // how many stories, in words; empty where there is nothing to tell
	Problem string // why nothing is shown; else empty
	Advice  string // what to do then
	Items   []result
	Before  *link // the page of results before this one
	After   *link // the page after it
}

// searchForm is what a search is asked with: a form that gets Action with the
// field q.
type searchForm struct {
	L      *lang.Language
	Action string
	Query  string // as it was asked; empty in a fresh form
	Most   int    // characters that may be asked with
}

// result is a story that was found.
type result struct {
	item
	Passage []stretch // of the story, where it has what was asked for
}

// stretch is a part of a passage.
type stretch struct {
	Text string
	Hit  bool // it is what was asked for
}

// How many results a page shows, and about how many characters of each.
const (
	resultsLength = 20
	passageLength = 220
)

// question is what a reader asks the search.
type question struct {
	text string
	page int   // from 1 on
	asOf int64 // stories that came after this place in the order of publication are left out
}

// parseQuestion reads a query string. What is not a question is none.
func parseQuestion(query string) question {
	v, _ := url.ParseQuery(query) // what can be read of it counts
	text := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), '\u202a' <= r && r <= '\u202e', '\u2066' <= r && r <= '\u2069':
			return -1
		}
		return r
	}, strings.ToValidUTF8(v.Get("q"), ""))
	q := question{text: strings.Join(strings.Fields(text), " "), page: 1}
	if runes := []rune(q.text); len(runes) > search.MaxQuery {
		q.text = string(runes[:search.MaxQuery+1]) // enough to tell that it is too long
	}
	if n, err := strconv.Atoi(v.Get("page")); err == nil && n > 1 && n <= maxResultsPage {
		q.page = n
	}
	if n, err := strconv.ParseInt(v.Get("as_of"), 10, 64); err == nil && n > 0 {
		q.asOf = n
	}
	return q
}

// maxResultsPage is more pages than there are results.
const maxResultsPage = 1000

// encode is the query string of a question, by which equal ones are equal.
func (q question) encode() string {
	s := "q=" + url.QueryEscape(q.text)
	if q.page > 1 {
		s += "&page=" + strconv.Itoa(q.page)
	}
	if q.asOf > 0 {
		s += "&as_of=" + strconv.FormatInt(q.asOf, 10)
	}
	return s
}

// searchAt returns the edition whose search is at a path.
func (s *Site) searchAt(paper *stet.Site, path string) (*edition, bool) {
	first, ok := strings.CutSuffix(strings.TrimPrefix(path, "/"), "/search")
	if !ok {
		return nil, false
	}
	return s.edition(paper, stet.Lang(first))
}

// answerSearch answers a question to the search; false for any other request.
func (s *Site) answerSearch(w http.ResponseWriter, r *http.Request, a *Answer) (bool, error) {
	if !strings.HasSuffix(r.URL.Path, "/search") || r.URL.RawQuery == "" {
		return false, nil
	}
	paper, err := s.site(r.Context())
	if err != nil {
		return false, err
	}
	q := parseQuestion(r.URL.RawQuery)
	if _, ok := s.searchAt(paper, r.URL.Path); !ok || q.text == "" {
		return false, nil
	}
	if s.limit != nil {
		if wait := s.limit.Wait(r); wait > 0 {
			w.Header().Set("Retry-After", web.Seconds(wait))
			s.plain(w, r, a, http.StatusTooManyRequests, "")
			return true, nil
		}
	}
	resp, err := s.respond(r, r.URL.Path+withQuery+q.encode())
	if err != nil {
		return true, err
	}
	s.write(w, r, a, resp)
	return true, nil
}

func (e *edition) searchPath() string { return e.home() + "search" }

func (e *edition) searchForm(query string) searchForm {
	return searchForm{e.l, e.searchPath(), query, search.MaxQuery}
}

// emptySearch makes the search before anything is asked.
func (e *edition) emptySearch(context.Context) (press.Page, error) {
	v := searchPage{frame: e.frame(e.searchPath(), e.l.Text(lang.Search)), Title: e.l.Text(lang.Search), Form: e.searchForm("")}
	v.Head.NoIndex = true
	e.offerSearch(&v.Head)
	return e.page("search", v)
}

const openSearchName = "opensearch.xml"

// openSearch tells browsers how the search is asked.
func (e *edition) openSearch(context.Context) (press.Page, error) {
	text, err := e.format.OpenSearch(e.searchPath(), e.searchTitle())
	if err != nil {
		return press.Page{}, fmt.Errorf("OpenSearch: %w", err)
	}
	return press.Page{Fields: e.fields("application/opensearchdescription+xml"), Parts: []press.Part{{HTML: text}}}, nil
}

// searchTitle names the edition's search among those that a browser knows.
func (e *edition) searchTitle() string {
	return e.l.Text(lang.PageTitle, "title", e.l.Text(lang.Search), "site", e.name.Name)
}

// offerSearch says in a page's head how the search is asked.
func (e *edition) offerSearch(h *head) {
	h.Search = &feedLink{e.searchTitle(), typeAttr("application/opensearchdescription+xml"), e.home() + openSearchName}
}

// search makes the page that answers a question. It is nobody's but the asking
// reader's, and held nowhere.
func (e *edition) search(ctx context.Context, q question) (press.Page, error) {
	v := searchPage{
		frame: e.frame("", e.l.Text(lang.ResultsFor, "query", q.text)), Title: e.l.Text(lang.ResultsFor, "query", q.text), Form: e.searchForm(q.text),
	}
	v.Head.NoIndex, v.Head.Description = true, ""
	e.offerSearch(&v.Head)
	switch err := e.answer(ctx, q, &v); {
	case err != nil:
		return press.Page{}, fmt.Errorf("searching: %w", err)
	case v.Problem != "":
		v.Advice = e.l.Text(lang.SearchAdvice)
	}
	page, err := e.page("search", v)
	page.Transient = true
	for i, f := range page.Fields {
		if f.Name == "Cache-Control" {
			page.Fields[i].Value = "private, no-store"
		}
	}
	return page, err
}

// answer fills the page with what is found.
func (e *edition) answer(ctx context.Context, q question, v *searchPage) error {
	if utf8.RuneCountInString(q.text) > search.MaxQuery {
		v.Title = e.l.Text(lang.Search)
		v.Head.Title = e.l.Text(lang.PageTitle, "title", v.Title, "site", e.name.Name)
		v.Problem = e.l.Text(lang.SearchTooLong, "n", search.MaxQuery)
		return nil
	}
	found, err := e.library.Search(ctx, stet.SearchQuery{
		Lang: e.lang, Text: q.text, Offset: (q.page - 1) * resultsLength, Limit: resultsLength, AsOf: q.asOf,
	})
	if err != nil {
		return err
	}
	if found.Total == 0 {
		v.Problem = e.l.Text(lang.NothingFound, "query", q.text)
		return nil
	}
	v.Found = e.l.Plural(lang.Found, found.Total)
	heads := make([]stet.Head, len(found.Matches))
	for i, m := range found.Matches {
		heads[i] = m.Head
	}
	items, err := e.items(ctx, heads)
	if err != nil {
		return err
	}
	analyser := search.For(string(e.lang))
	asked := analyser.Query(q.text)
	for i, m := range found.Matches {
		r := result{item: items[i]}
		for _, s := range analyser.Passage(m.Standfirst+"\n"+m.Text, asked, passageLength) {
			r.Passage = append(r.Passage, stretch{s.Text, s.Hit})
		}
		v.Items = append(v.Items, r)
	}
	turn := func(text lang.Key, page int) *link {
		return &link{e.l.Text(text), e.searchPath() + "?" + question{q.text, page, found.AsOf}.encode()}
	}
	if q.page > 1 {
		last := (found.Most + resultsLength - 1) / resultsLength
		v.Before = turn(lang.ResultsBefore, min(q.page-1, max(last, 1)))
	}
	if found.Most > q.page*resultsLength {
		v.After = turn(lang.ResultsAfter, q.page+1)
	}
	return nil
}
