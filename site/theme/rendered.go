package theme

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Want is what must be found on a page that a theme has made: the part of the
// contract that readers, search engines and other people's tools rely on.
type Want struct {
	Lang, Dir  string
	H1         string // its whole text, unaltered
	Title      string
	Canonical  string   // empty for a page that nobody should keep
	Alternates []string // addresses of the page's other languages
	Style      string   // address of the stylesheet
	Data       bool     // JSON-LD
	Script     string   // address of the script that shows embeds; empty where there are none

	Article     bool
	Corrections int
	Source      bool

	Breaking *Line    // the breaking news, where there is any
	Latest   []Line   // the block of the latest news
	Today    string   // the day, as machines read it
	Texts    []string // that can be read in <main>, as often as they stand here
	HTML     []string // that is there as it was given
	Links    []string // addresses
	Form     string   // address of the search, where it can be asked; else empty
	Query    string   // what was asked
}

// Line is a story in the latest news, or breaking news.
type Line struct {
	Headline, Href, Published string // Href is empty for breaking news that leads nowhere
	Label                     string // that must stand there
}

// Rendered returns what is wrong with a page, in words.
func Rendered(page []byte, w Want) []string {
	r := &rendered{}
	if !bytes.HasPrefix(bytes.ToLower(bytes.TrimSpace(page)), []byte("<!doctype html>")) {
		r.say("the page must begin with <!doctype html>")
	}
	markup(page, func(_ int, format string, args ...any) { r.say(format, args...) }, func(int) {})
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		r.say("%v", err)
		return r.faults
	}
	r.root = root
	r.document(w)
	r.head(w)
	r.blocks(w)
	if w.Article {
		r.article(w)
	}
	if w.Form != "" {
		r.search(w)
	}
	text := words(r.one("main"))
	times := map[string]int{}
	for _, t := range w.Texts {
		times[t]++
		if strings.Count(text, squeeze(t)) < times[t] {
			r.say("its <main> does not show %.80q where it has to", t)
		}
	}
	for _, h := range w.HTML {
		if !bytes.Contains(page, []byte(h)) {
			r.say("the page does not hold the HTML that it was given: %.80q", h)
		}
	}
	there := map[string]bool{}
	for _, a := range r.all(root, "a") {
		there[attr(a, "href")] = true
	}
	for _, l := range w.Links {
		if !there[l] {
			r.say("no link leads to %s", l)
		}
	}
	return r.faults
}

// search looks for the form that asks the search.
func (r *rendered) search(w Want) {
	for _, form := range r.all(r.root, "form") {
		if attr(form, "action") != w.Form || attr(form, "role") != "search" || attr(form, "method") != "" && !strings.EqualFold(attr(form, "method"), "get") {
			continue
		}
		for _, in := range r.all(form, "input") {
			if attr(in, "name") == "q" && attr(in, "value") == w.Query {
				return
			}
		}
	}
	r.say("no <form role=\"search\"> gets %s with an <input name=\"q\"> that holds what was asked", w.Form)
}

type rendered struct {
	root   *html.Node
	faults []string
}

func (r *rendered) say(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(r.faults, text) {
		r.faults = append(r.faults, text)
	}
}

// all are the elements of a name below a node.
func (r *rendered) all(n *html.Node, name string) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name {
			out = append(out, d)
		}
	}
	return out
}

// one is the first element of a name; the document has it, or is said to lack it.
func (r *rendered) one(name string) *html.Node {
	if found := r.all(r.root, name); len(found) > 0 {
		return found[0]
	}
	return r.root
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// words is the text of a node as it is read: without scripts, spaces squeezed.
func words(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "template") {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return squeeze(b.String())
}

func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// document checks what every page has.
func (r *rendered) document(w Want) {
	root := r.one("html")
	if attr(root, "lang") != w.Lang || attr(root, "dir") != w.Dir {
		r.say(`the page must say its language: <html lang="{{.L.Code}}" dir="{{.L.Dir}}">`)
	}
	switch h1 := r.all(r.root, "h1"); {
	case len(h1) != 1:
		r.say("the page has %d <h1>; it must have one", len(h1))
	case words(h1[0]) != squeeze(w.H1):
		r.say("the text of <h1> must be the headline alone, %.80q, not %.80q", w.H1, words(h1[0]))
	}
	ids := map[string]int{}
	for d := range r.root.Descendants() {
		if id := attr(d, "id"); id != "" {
			if ids[id]++; ids[id] == 2 {
				r.say("two elements have the id %q", id)
			}
		}
	}
	mains := r.all(r.root, "main")
	if len(mains) != 1 {
		r.say("the page has %d <main>; it must have one", len(mains))
		return
	}
	links := r.all(r.one("body"), "a")
	if id := attr(mains[0], "id"); id == "" || len(links) == 0 || attr(links[0], "href") != "#"+id {
		r.say(`the first link of the page must lead to its matter: <a href="#main">{{.L.Text "skip_to_content"}}</a> and <main id="main">`)
	}
	for _, name := range []string{"aria-labelledby", "aria-describedby"} {
		for d := range r.root.Descendants() {
			for _, id := range strings.Fields(attr(d, name)) {
				if ids[id] == 0 {
					r.say("%s=%q names an id that is not there", name, id)
				}
			}
		}
	}
}

// head checks what a page says of itself to machines.
func (r *rendered) head(w Want) {
	head := r.one("head")
	found := map[string][]string{}
	for _, l := range r.all(head, "link") {
		rel := attr(l, "rel")
		if attr(l, "hreflang") != "" {
			rel = "hreflang"
		}
		found[rel] = append(found[rel], attr(l, "href"))
	}
	meta := map[string]string{}
	for _, m := range r.all(head, "meta") {
		meta[attr(m, "name")] = attr(m, "content")
		if attr(m, "charset") != "" {
			meta["charset"] = strings.ToLower(attr(m, "charset"))
		}
	}
	const part = `; {{template "head" .Head}} writes it`
	switch titles := r.all(head, "title"); {
	case len(titles) != 1 || words(titles[0]) != squeeze(w.Title):
		r.say("the head must have the <title> that .Head.Title gives" + part)
	case meta["charset"] != "utf-8":
		r.say(`the head must have <meta charset="utf-8">` + part)
	case !strings.Contains(meta["viewport"], "width=device-width") || strings.Contains(meta["viewport"], "user-scalable") || strings.Contains(meta["viewport"], "maximum-scale"):
		r.say(`the head must have <meta name="viewport" content="width=device-width, initial-scale=1">, and let readers zoom` + part)
	case !slices.Equal(found["stylesheet"], []string{w.Style}):
		r.say("the head must link to the stylesheet that .Head.Style gives, and to no other" + part)
	case w.Canonical != "" && !slices.Equal(found["canonical"], []string{w.Canonical}):
		r.say("the head must have the canonical link that .Head.Canonical gives" + part)
	case !slices.Equal(found["hreflang"], w.Alternates):
		r.say("the head must link to all languages of the page that .Head.Alternates gives" + part)
	case w.Canonical == "" && !strings.Contains(meta["robots"], "noindex"):
		r.say(`a page with .Head.NoIndex must have <meta name="robots" content="noindex">` + part)
	}
	scripts, loaded := 0, []string{}
	for _, s := range r.all(r.root, "script") {
		if s.Parent != head {
			r.say("JSON-LD and the script of embeds stand in the head")
		}
		if src := attr(s, "src"); src != "" {
			loaded = append(loaded, src)
			continue
		}
		scripts++
		if s.FirstChild == nil || !json.Valid([]byte(s.FirstChild.Data)) {
			r.say("the script in the head is not the JSON-LD that .Head.Data gives" + part)
		}
	}
	if w.Data && scripts != 1 {
		r.say("the head must have the JSON-LD that .Head.Data gives, once" + part)
	}
	switch {
	case w.Script != "" && !slices.Equal(loaded, []string{w.Script}):
		r.say("the head must have the script of embeds that .Head.Script gives, once" + part)
	case w.Script == "" && len(loaded) > 0:
		r.say(`a page without embeds has no script: {{with .Script}}<script src="{{.}}" defer></script>{{end}}`)
	}
}

var machineDay = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)

// block is the one element of a name that says which block it is.
func (r *rendered) block(element, name string) *html.Node {
	var found []*html.Node
	for _, n := range r.all(r.root, element) {
		if attr(n, "data-block") == name {
			found = append(found, n)
		}
	}
	if len(found) != 1 {
		r.say(`the page has %d <%s data-block=%q>; it must have one`, len(found), element, name)
		return nil
	}
	return found[0]
}

// blocks checks the blocks that every page shows.
func (r *rendered) blocks(w Want) {
	if n := r.block("time", "today"); n != nil && (attr(n, "datetime") != w.Today || !machineDay.MatchString(w.Today)) {
		r.say(`the time of the day must have datetime="{{.Today.Machine}}"`)
	}
	r.breaking(w)
	n := r.block("section", "latest")
	if n == nil {
		return
	}
	headings := 0
	for d := range n.Descendants() {
		if len(d.Data) == 2 && d.Data[0] == 'h' && d.Data[1] >= '1' && d.Data[1] <= '6' {
			headings++
			if id := attr(n, "aria-labelledby"); id == "" || attr(d, "id") != id {
				r.say("the latest news must be labelled by its heading, with aria-labelledby")
			}
		}
	}
	lists := r.all(n, "ol")
	if headings != 1 || len(lists) != 1 {
		r.say("the latest news must hold one heading and one <ol>, not %d and %d", headings, len(lists))
		return
	}
	var items []*html.Node
	for c := lists[0].FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			items = append(items, c)
		}
	}
	if len(items) != len(w.Latest) {
		r.say("the latest news has %d items where there are %d stories to show", len(items), len(w.Latest))
		return
	}
	for i, li := range items {
		links, times := r.all(li, "a"), r.all(li, "time")
		if li.Data != "li" || len(links) != 1 || len(times) != 1 {
			r.say("an item of the latest news is an <li> with one link and one <time>")
			return
		}
		if attr(links[0], "href") != w.Latest[i].Href || words(links[0]) != squeeze(w.Latest[i].Headline) {
			r.say("the text of a link in the latest news must be the headline alone, in the order given: %.80q, not %.80q", w.Latest[i].Headline, words(links[0]))
		}
		if !strings.Contains(words(li), w.Latest[i].Label) {
			r.say("what is paid for must be called so in the latest news: {{if .Sponsored}}{{.Label}}{{end}}")
		}
		if at := attr(times[0], "datetime"); at != w.Latest[i].Published {
			r.say(`a time of the latest news must have datetime="{{.Published.Machine}}"`)
		} else if _, err := time.Parse(time.RFC3339, at); err != nil {
			r.say("%v", err)
		}
	}
}

func (r *rendered) breaking(w Want) {
	if w.Breaking == nil {
		if slices.ContainsFunc(r.all(r.root, "section"), func(n *html.Node) bool { return attr(n, "data-block") == "breaking" }) {
			r.say("a block without breaking news must be empty: {{if .Text}} … {{end}}")
		}
		return
	}
	n := r.block("section", "breaking")
	if n == nil {
		return
	}
	if attr(n, "aria-label") == "" && attr(n, "aria-labelledby") == "" {
		r.say("breaking news must be labelled, with aria-label or aria-labelledby")
	}
	if !strings.Contains(words(n), squeeze(w.Breaking.Headline)) {
		r.say("breaking news does not show %.80q", w.Breaking.Headline)
	}
	links := r.all(n, "a")
	switch {
	case w.Breaking.Href == "" && len(links) > 0:
		r.say("breaking news that leads nowhere is no link: {{if .Href}} … {{end}}")
	case w.Breaking.Href != "" && (len(links) != 1 || attr(links[0], "href") != w.Breaking.Href || words(links[0]) != squeeze(w.Breaking.Headline)):
		r.say("the text of the one link in breaking news must be the line alone")
	}
}

// article checks the page of a story.
func (r *rendered) article(w Want) {
	articles := r.all(r.root, "article")
	if len(articles) != 1 {
		r.say("the page of a story has %d <article>; it must have one", len(articles))
		return
	}
	a := articles[0]
	if attr(a, "lang") != w.Lang {
		r.say(`the story must say its language: <article lang="{{.L.Code}}">`)
	}
	if len(r.all(a, "h1")) != 1 {
		r.say("the <h1> of a story stands in its <article>")
	}
	if len(r.all(a, "script")) > 0 {
		r.say("no script stands in an <article>")
	}
	if w.Corrections > 0 {
		r.block("section", "corrections")
	}
	if w.Source {
		r.block("p", "source")
	}
}
