package site

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/lang"
	"stet/press"
	"stet/site/format"
)

// listPage is the stories of a section, topic or author.
type listPage struct {
	frame
	Kind     string // "section", "topic", "author"
	Name     string
	Title    string   // the name in a sentence
	Up       *link    // the list of all topics or authors; of a section, the one it is under
	Period   string   // of a page of older stories
	About    []string // paragraphs about the topic, author or section
	Links    []link   // of an author, elsewhere
	Email    string   // of an author
	Portrait safeHTML // of an author
	Under    []link   // the sections under this one
	Items    []item
	Older    *link
	Newest   *link // of a page of older stories: where the newest are
}

// termsPage is all topics or all authors of an edition.
type termsPage struct {
	frame
	Title  string
	Groups []termGroup
}

type termGroup struct {
	Title string
	Links []link
}

// How many stories the page of a section, topic or author shows, and how many
// a page of older ones at most.
const (
	listLength  = 30
	olderLength = 1000
)

// list makes the page of a section, topic or author.
func (e *edition) list(ctx context.Context, t *stet.Term, month stet.Day) (press.Page, error) {
	v, until, err := e.listView(ctx, t, month)
	if err != nil {
		return press.Page{}, err
	}
	page, err := e.page("list", v)
	page.Until = until
	page.Transient = month != "" // what is older changes with stories of other months
	return page, err
}

// listView is what stands on the page of a section, topic or author, and until
// when: its newest stories, in a section those that editors pinned in their slots,
// or the stories of one month.
func (e *edition) listView(ctx context.Context, t *stet.Term, month stet.Day) (v listPage, until time.Time, err error) {
	name := t.In(e.lang)
	path := stet.TermPath(e.lang, t.Kind, name.Slug)
	v = listPage{frame: e.frame(string(path), name.Name), Kind: string(t.Kind), Name: name.Name, Title: name.Name}
	v.Head.Feeds = append(feedLinks(e.l.Text(lang.FeedOf, "site", e.name.Name, "name", name.Name), format.Escaped(path)), v.Head.Feeds...)
	if month == "" {
		if err := e.describe(ctx, t, &v); err != nil {
			return v, until, err
		}
	}
	switch t.Kind {
	case stet.TopicTerm:
		v.Up = &link{e.l.Text(lang.Topics), e.home() + "topics/"}
		v.Head.Description = e.l.Text(lang.StoriesOn, "name", name.Name)
	case stet.AuthorTerm:
		v.Up = &link{e.l.Text(lang.Authors), e.home() + "authors/"}
		v.Head.Description = e.l.Text(lang.StoriesBy, "name", name.Name)
	}
	if len(v.About) > 0 {
		v.Head.Description = v.About[0]
	}
	q := stet.HeadQuery{Term: t.Kind, Key: t.Key, Limit: listLength + 1}
	if month != "" {
		p, _ := parsePeriod([]string{string(month[:4]), string(month[5:7])})
		q.From, q.To, q.Limit = p.from, p.to, olderLength
		v.Period = p.title(e)
		v.frame.Head.Title = e.l.Text(lang.PageTitle, "title", name.Name+", "+v.Period, "site", e.name.Name)
		v.frame.Head.Canonical = e.absolute(olderPath(path, month))
		v.Newest = &link{name.Name, format.Escaped(path)}
	}
	heads, err := e.heads(ctx, q)
	if err != nil {
		return v, until, err
	}
	if t.Kind == stet.SectionTerm && month == "" {
		var laid []stet.Head
		if laid, until, err = e.slots(ctx, t.Key, heads); err != nil {
			return v, until, err
		}
		for _, h := range heads { // and the newest of the others under them
			if !slices.ContainsFunc(laid, func(l stet.Head) bool { return l.ID == h.ID }) {
				laid = append(laid, h)
			}
		}
		heads = laid
	}
	older := month
	if month == "" && len(heads) > listLength {
		older = stet.DayOf(heads[listLength].PublishedAt, e.zone)
		heads = heads[:listLength]
	} else if month != "" {
		before, err := e.heads(ctx, stet.HeadQuery{Term: t.Kind, Key: t.Key, To: dayBefore(q.From), Limit: 1})
		if err != nil {
			return v, until, err
		}
		older = ""
		if len(before) > 0 {
			older = stet.DayOf(before[0].PublishedAt, e.zone)
		}
	}
	if older != "" {
		v.Older = &link{e.l.Text(lang.OlderStories), format.Escaped(olderPath(path, older))}
	}
	if v.Items, err = e.items(ctx, heads); err != nil {
		return v, until, err
	}
	if month == "" { // the pages of months are too long
		e.illustrate(v.Items, heads, "list", true)
	}
	if month == "" {
		if err := e.termAlternates(ctx, t, &v.Head); err != nil {
			return v, until, err
		}
	}
	return v, until, v.Head.tell(e.listData(t, &v, month))
}

// describe puts in what readers are told of a section, topic or author, and which
// sections are around it.
func (e *edition) describe(ctx context.Context, t *stet.Term, v *listPage) error {
	for _, p := range strings.Split(t.In(e.lang).About, "\n") {
		if p = strings.TrimSpace(p); p != "" {
			v.About = append(v.About, p)
		}
	}
	if p := t.Portrait; p != nil {
		v.Portrait = safeHTML(e.format.Image(p, "portrait").HTML(e.format.Alt(p)))
	}
	v.Email = t.Card.Email
	for _, at := range t.Card.Links {
		if u, err := url.Parse(at); err == nil {
			v.Links = append(v.Links, link{strings.TrimPrefix(u.Host, "www.") + strings.TrimSuffix(u.Path, "/"), at})
		}
	}
	if t.Kind != stet.SectionTerm {
		return nil
	}
	sections, links, err := e.terms(ctx, stet.SectionTerm)
	if err != nil {
		return err
	}
	for i, s := range sections {
		switch {
		case s.Parent == t.Key:
			v.Under = append(v.Under, links[i])
		case s.Key == t.Parent:
			v.Up = &links[i]
		}
	}
	return nil
}

// listData is what the page of a term says of itself.
func (e *edition) listData(t *stet.Term, v *listPage, month stet.Day) ([]byte, error) {
	here := e.termLink(t)
	p := format.Page{
		Kind: "CollectionPage", Path: string(stet.TermPath(e.lang, t.Kind, t.In(e.lang).Slug)),
		Name: v.Name, Description: v.Head.Description, Stories: linksOf(v.Items),
	}
	var way []link
	if v.Up != nil {
		way = append(way, *v.Up)
	}
	way = append(way, here)
	switch {
	case month != "":
		p.Path = olderPath(stet.Path(p.Path), month)
		p.Name += ", " + v.Period
		way = append(way, link{v.Period, format.Escaped(p.Path)})
	case t.Kind == stet.AuthorTerm:
		p.Kind, p.Person = "ProfilePage", &format.Person{Link: format.Link(here), Email: t.Card.Email, SameAs: t.Card.Links, About: strings.Join(v.About, "\n")}
	case t.Kind == stet.TopicTerm:
		p.Topic = &format.Topic{Link: format.Link(here), Key: t.Key, Kind: t.Topic, About: strings.Join(v.About, "\n")}
	}
	p.Way = written(way...)
	return e.format.PageData(p)
}

// olderPath is where a term's stories of the month of a day are.
func olderPath(path stet.Path, day stet.Day) string {
	return string(path) + string(day[:4]) + "/" + string(day[5:7])
}

// termList makes the page of all topics or all authors.
func (e *edition) termList(ctx context.Context, kind stet.TermKind) (press.Page, error) {
	terms, links, err := e.terms(ctx, kind)
	if err != nil {
		return press.Page{}, err
	}
	title, path := lang.Topics, "topics/"
	if kind == stet.AuthorTerm {
		title, path = lang.Authors, "authors/"
	}
	v := termsPage{frame: e.frame(e.home()+path, e.l.Text(title)), Title: e.l.Text(title)}
	e.alternatives(&v.Head, path, stet.Path("/"+string(e.paper.Editions[0].Lang)+"/"+path))
	err = v.Head.tell(e.format.PageData(format.Page{
		Kind: "CollectionPage", Path: e.home() + path, Name: v.Title, Description: v.Head.Description,
		Way: written(link{v.Title, e.home() + path}),
	}))
	if err != nil {
		return press.Page{}, err
	}
	compare := e.l.Comparer()
	for _, g := range []struct {
		topic string
		title lang.Key
	}{
		{"person", lang.People}, {"organisation", lang.Organisations}, {"place", lang.Places},
		{"event", lang.Events}, {"agreement", lang.Agreements}, {"", ""},
	} {
		group := termGroup{}
		if g.title != "" {
			group.Title = e.l.Text(g.title)
		}
		for i, t := range terms {
			if t.Topic == g.topic {
				group.Links = append(group.Links, links[i])
			}
		}
		slices.SortFunc(group.Links, func(a, b link) int { return compare(a.Text, b.Text) })
		if len(group.Links) > 0 {
			v.Groups = append(v.Groups, group)
		}
	}
	if len(v.Groups) == 1 && v.Groups[0].Title == "" && len(v.Groups[0].Links) > unlettered {
		v.Groups = e.lettered(v.Groups[0].Links)
	}
	return e.page("terms", v)
}

// unlettered is how many names stand together; a longer list is divided.
const unlettered = 40

// lettered divides a list of names by their first letters.
func (e *edition) lettered(names []link) []termGroup {
	var out []termGroup
	initial := e.l.Initials()
	for _, n := range names {
		letter := initial(n.Text)
		if len(out) == 0 || out[len(out)-1].Title != letter {
			out = append(out, termGroup{Title: letter})
		}
		last := &out[len(out)-1]
		last.Links = append(last.Links, n)
	}
	return out
}
