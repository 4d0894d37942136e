package site

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"stet"
	"stet/lang"
	"stet/prose"
	"stet/site/format"
	"stet/site/theme"
)

// LoadTheme reads a theme, checks it and tries it on pages of every kind. The
// error is theme.Faults if the theme is to blame. Shipped themes are tried by
// the tests already; to try one costs some milliseconds.
func LoadTheme(over fs.FS) (*theme.Theme, error) {
	t, err := theme.Load(over, views)
	if err != nil {
		return nil, err
	}
	var faults theme.Faults
	for _, tr := range trials(t) {
		for _, message := range tr.run(t) {
			f := theme.Fault{File: tr.template + ".html", Message: tr.name + ": " + message}
			same := func(g theme.Fault) bool { return g.File == f.File && strings.HasSuffix(g.Message, ": "+message) }
			if !slices.ContainsFunc(faults, same) {
				faults = append(faults, f)
			}
		}
	}
	if len(faults) > 0 {
		return nil, faults
	}
	return t, nil
}

// A trial is a page made of what newsrooms do at their extremes.
type trial struct {
	name     string // in words
	template string
	view     any
	paper    *trialPaper
	want     theme.Want
}

// run makes the page and returns what is wrong with it.
func (tr *trial) run(t *theme.Theme) []string {
	parts, err := t.Page(tr.template, tr.want.Lang, tr.view)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	var page []byte
	shown := map[string]bool{}
	for _, p := range parts {
		if p.Block == "" {
			page = append(page, p.HTML...)
			continue
		}
		kind, _, arg := split(p.Block)
		shown[kind] = true
		view := tr.paper.blocks[kind]
		if kind == "latest" {
			var n int
			fmt.Sscan(arg, &n)
			latest := tr.paper.latest
			latest.Items = latest.Items[:min(n, len(latest.Items))]
			for _, i := range latest.Items {
				line := theme.Line{Headline: i.Headline, Href: i.Href, Published: i.Published.Machine}
				if i.Sponsored {
					line.Label = i.Label
				}
				tr.want.Latest = append(tr.want.Latest, line)
			}
			view = latest
		}
		html, err := t.Block(kind, view)
		if err != nil {
			return append(out, err.Error())
		}
		page = append(append(page, html...), '\n')
	}
	if b := tr.paper.blocks["breaking"].(breakingBlock); b.Text != "" {
		tr.want.Breaking = &theme.Line{Headline: b.Text, Href: b.Href}
	}
	for _, kind := range []string{"masthead", "latest", "foot", "breaking"} {
		if !shown[kind] {
			return append(out, fmt.Sprintf("the page has no {{%s}}", kind))
		}
	}
	return append(out, theme.Rendered(page, tr.want)...)
}

// trialPaper is an edition that themes are tried on.
type trialPaper struct {
	*edition
	latest latestBlock
	blocks map[string]any
	items  []item
}

// trialWords are the words of an edition that themes are tried on.
type trialWords struct {
	paper, about, standfirst, text, name, place, note string
	headlines                                         []string
}

var trialWordsOf = map[stet.Lang]trialWords{
	"ru": {
		paper: "Орсанский вестник", about: "Ежедневная газета порта и долины",
		standfirst: "Вода начала уходить в субботу утром, но вернуться в 640 домов можно будет не раньше мая.",
		text:       "Лента Лесты вышла из берегов в ночь на четверг. Спасатели и добровольцы вывели 3200 человек.",
		name:       "Анна Константинопольская-Бестужева", place: "Орсана", note: "В первой версии была неверно названа высота воды.",
		headlines: []string{
			"Старый маяк снова горит — теперь для гостей", "Да", "Городской совет принял бюджет на 2027 год после одиннадцати часов споров",
			"Сверхдлинноеслововзаголовкебезединогопробелаидефисакотороенекудаперенести", "«Мы не уйдём»: жители трёх затопленных кварталов Нижнего города — о том, почему они возвращаются",
			"Поезд с контейнерами вышел в Терсу", "Вода спадает",
		},
	},
	"ar": {
		paper: "بريد أورسانا", about: "صحيفة الميناء والوادي",
		standfirst: "لا وفيات. بدأت المياه تنحسر صباح السبت، لكن العودة إلى 640 منزلا لن تكون ممكنة قبل مايو.",
		text:       "فاض نهر ليستا عن ضفتيه في أسفل الوادي ليلة الخميس. وأخرج رجال الإنقاذ والمتطوعون 3200 شخص.",
		name:       "آنا بيرغ", place: "أورسانا", note: "ورد منسوب المياه خطأ في نسخة سابقة.",
		headlines: []string{
			"نهر ليستا يقترب من منسوب عام 1962 وإجلاء 3,200 شخص", "نعم", "أول قطار حاويات ينطلق من رصيف ميناء أورسانا إلى تيرسا",
			"المجلس البلدي يقر موازنة عام 2027 بعد إحدى عشرة ساعة من النقاش المتواصل في جلسة علنية", "المنارة القديمة تضيء من جديد",
		},
	},
}

// trialPicture is a picture of the newsroom's own.
var trialPicture = &stet.Picture{
	ID: "0199d2b1-7a3c-7e21-9f00-3a1d5c7e9b10",
	PictureFile: stet.PictureFile{Hash: "00", Type: "image/jpeg", Width: 2400, Height: 1500,
		Placeholder: "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="},
	Description: stet.Description{Creator: harsh},
	Focus:       stet.Point{X: 0.5, Y: 0.5},
}

// harsh is a text that must come out as it is.
const harsh = `</title></script><script>alert("1")</script><img src=x onerror='x()'> & &amp; "quoted" 'x' {{.}} ` + "\u202e\u2066 %s ` \\"

var trialTime = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// newTrialPaper makes an edition; without stories it is on its first day.
func newTrialPaper(t *theme.Theme, l stet.Lang, stories int) *trialPaper {
	w := trialWordsOf[l]
	paper := &stet.Site{Zone: time.UTC}
	for _, code := range []stet.Lang{"ru", "ar", "en"} {
		paper.Editions = append(paper.Editions, stet.Edition{Lang: code, Name: cmp.Or(trialWordsOf[code].paper, harsh), About: trialWordsOf[code].about})
	}
	s := &Site{url: "https://news.example", now: func() time.Time { return trialTime }}
	s.look.Store(&look{theme: t})
	e, _ := s.edition(paper, l)
	p := &trialPaper{edition: e}
	for i := range stories {
		headline := w.headlines[i%len(w.headlines)]
		if i == 2 {
			headline = harsh
		}
		it := item{
			Headline: headline, Href: fmt.Sprintf("/%s/2026/11/story-%d", l, i), Published: e.date(trialTime.Add(-time.Duration(i) * 7 * time.Hour)),
		}
		if i%3 == 0 {
			it.Standfirst, it.Kicker = w.standfirst, w.place
		}
		if i%4 == 1 {
			it.Authors = e.l.Text(lang.Byline, "names", w.name)
		}
		if i%5 == 3 {
			it.Label, it.Sponsored = e.format.Label("sponsored"), true
		}
		if i%6 == 2 {
			it.Label, it.Kicker, it.Standfirst = e.format.Label("opinion"), harsh, harsh
		}
		if i%6 == 4 {
			it.Picture = safeHTML(e.format.Image(trialPicture, "list").HTML(harsh))
		}
		p.items = append(p.items, it)
	}
	var sections []link
	for i := range min(stories, 12) {
		sections = append(sections, link{w.place + strings.Repeat(" "+w.place, i%3), fmt.Sprintf("/%s/s%d/", l, i)})
	}
	p.latest = latestBlock{e.l, e.home() + "latest", p.items}
	front := frontBlock{L: e.l, Paper: e.name.Name, About: e.name.About}
	if stories > 0 {
		front.Lead, front.Second, front.More = &p.items[0], p.items[1:7], p.items[7:16]
		for i, s := range sections[:8] {
			front.Sections = append(front.Sections, box{s, p.items[16+i : 16+i+1+i%4]})
		}
	}
	section := sectionBlock{L: e.l}
	if stories > 0 {
		section.Section, section.Items = sections[0], p.items[:6]
	}
	breaking := breakingBlock{L: e.l}
	switch {
	case stories > 0 && e.l.Dir == "rtl":
		breaking.Text = harsh
	case stories > 0:
		breaking.Text, breaking.Href = strings.Repeat(w.headlines[2]+" ", 2), p.items[2].Href
	}
	p.blocks = map[string]any{
		"breaking": breaking,
		"masthead": mastheadBlock{
			L: e.l, Paper: e.name.Name, About: e.name.About, Home: e.home(), All: e.home() + "latest", Search: e.searchPath(),
			Today: date{e.l.FullDate(trialTime), "2026-11-23"}, Sections: sections, Editions: e.others(),
		},
		"front": front, "section": section,
		"foot": footBlock{
			L: e.l, Paper: e.name.Name, About: e.name.About, Home: e.home(), All: e.home() + "latest", Search: e.searchPath(),
			Topics: e.home() + "topics/", Authors: e.home() + "authors/", Feed: e.home() + "feed.xml",
			Pages: []link{{harsh, e.home() + "pages/about"}}, Year: "2026", Editions: e.others(),
		},
	}
	return p
}

// page fills the frame of a page at a path and says what must be found.
func (p *trialPaper) page(path, title string, keep bool) (frame, theme.Want) {
	if !keep {
		path = ""
	}
	f := p.frame(path, title)
	f.Head.NoIndex = !keep
	want := theme.Want{
		Lang: p.l.Code, Dir: p.l.Dir, H1: title, Title: f.Head.Title, Canonical: f.Head.Canonical, Style: p.theme.Style,
		Today: "2026-11-23", Links: []string{p.home(), p.home() + "pages/about", p.home() + "latest", p.searchPath()},
	}
	for _, e := range p.others() {
		if !e.Here {
			want.Links = append(want.Links, e.Href)
		}
	}
	if keep {
		f.Head.Alternates = []alternate{{p.l.Code, f.Head.Canonical}, {"x-default", p.url + "/"}}
		want.Alternates = []string{f.Head.Canonical, p.url + "/"}
		data, err := json.Marshal(map[string]string{"@context": "https://schema.org", "name": harsh})
		if err != nil {
			panic(err) // they are strings
		}
		f.Head.Data, want.Data = safeData(data), true
	}
	return f, want
}

// wantItems says that stories must be found on the page, and what is paid for
// called so.
func wantItems(w *theme.Want, items []item) {
	for _, i := range items {
		w.Links = append(w.Links, i.Href)
		w.Texts = append(w.Texts, i.Headline)
		if i.Sponsored {
			w.Texts = append(w.Texts, i.Label)
		}
	}
}

// wantLinks says that links must be found.
func wantLinks(w *theme.Want, links ...link) {
	for _, l := range links {
		w.Links = append(w.Links, l.Href)
		w.Texts = append(w.Texts, l.Text)
	}
}

// trials are pages of every kind.
func trials(t *theme.Theme) []trial {
	var out []trial
	for _, l := range []stet.Lang{"ru", "ar"} {
		p := newTrialPaper(t, l, 40)
		out = append(out, p.articles()...)
		out = append(out, p.lists()...)
		out = append(out, p.archives()...)
		out = append(out, p.searches()...)
		out = append(out, p.fronts()...)
	}
	empty := newTrialPaper(t, "en", 0)
	return append(out, empty.fronts()...)
}

// in names a page's language.
func (p *trialPaper) in(what string) string { return what + " in " + p.l.Code }

func (p *trialPaper) articles() []trial {
	w := trialWordsOf[p.lang]
	options := p.format.Prose()
	shows := &format.Article{Edition: p.format, Story: &stet.Story{Pictures: map[stet.PictureID]*stet.Picture{trialPicture.ID: trialPicture}}}
	options.Outline, options.IDPrefix, options.Picture = true, "text-", shows.Shown
	var out []trial

	f, want := p.page(p.home()+"2026/11/bare", w.headlines[1], true)
	want.Article = true
	out = append(out, trial{p.in("a page of the newsroom"), "article", articlePage{frame: f, Headline: w.headlines[1]}, p, want})

	for _, c := range []struct{ name, headline string }{
		{"a story with everything", w.headlines[0]},
		{"a long headline", strings.Repeat(w.headlines[3]+" ", 6)},
		{"a story full of signs", harsh},
	} {
		f, want := p.page(p.home()+"2026/11/story", c.headline, true)
		f.Head.Type, f.Head.Image, f.Head.ImageAlt = "article", "https://example.org/lead.jpg", c.headline
		f.Head.Twins = []twin{{typeAttr("text/markdown"), "/x.md"}, {typeAttr("application/json+oembed"), "/x.json"}}
		f.Head.Authors, f.Head.Tags, f.Head.Section = []string{"https://news.example/a/"}, []string{c.headline}, c.headline
		f.Head.Published, f.Head.Modified = format.Time(trialTime), format.Time(trialTime)
		v := articlePage{
			frame: f, Story: true, Headline: c.headline, Standfirst: c.headline + " " + w.standfirst, Kicker: c.headline,
			Section: &link{w.place, p.home() + "s1/"}, SectionKey: "s1", Label: p.format.Label("sponsored"), Sponsored: true,
			Byline: &byline{Before: "—"}, Dateline: w.place, Published: p.dateTime(trialTime),
			Updated: &around{Before: w.place, Date: p.dateTime(trialTime.Add(time.Hour))},
			Source:  &source{Name: c.headline, Href: "https://example.org/?a=1&b=2", Kind: w.place}, Licence: c.headline,
		}
		for i := range 12 {
			a := author{Before: ", ", Name: w.name}
			if i%2 == 0 {
				a.Href = fmt.Sprintf("%sauthors/a%d/", p.home(), i)
			}
			v.Byline.Authors = append(v.Byline.Authors, a)
			v.Topics = append(v.Topics, link{w.place, fmt.Sprintf("%stopics/t%d/", p.home(), i)})
		}
		for i := range 3 {
			v.Corrections = append(v.Corrections, correction{p.date(trialTime.AddDate(0, 0, i)), fmt.Sprint(c.headline, w.note, i)})
			want.Texts = append(want.Texts, v.Corrections[i].Note)
		}
		for _, o := range p.others() {
			if !o.Here {
				o.Href += "2026/11/story"
				v.Languages = append(v.Languages, o)
				want.Links = append(want.Links, o.Href)
			}
		}
		body := prose.FromText(strings.Repeat(w.text+"\n\n", 5) + c.headline)
		if c.headline != harsh {
			for _, wide := range []string{"", "1"} {
				own := &prose.Node{Type: prose.Picture}
				own.Attrs.Set("ref", string(trialPicture.ID))
				own.Attrs.Set("wide", wide)
				body.Content = append(body.Content, own, &prose.Node{Type: prose.Gallery, Content: []*prose.Node{own, own, own}})
			}
			film := &prose.Node{Type: prose.Embed}
			film.Attrs.Set("url", "https://vimeo.com/1")
			film.Attrs.Set("title", c.headline)
			body.Content = append(body.Content, film)
			v.Head.Script, want.Script = theme.Script, theme.Script
		}
		v.Body = safeHTML(body.HTML(p.playing(options)))
		lead := &stet.PictureUse{URL: "https://example.org/p.jpg", Alt: c.headline, Caption: c.headline, Credit: w.name}
		if c.headline != harsh {
			lead.ID, lead.URL = trialPicture.ID, ""
		}
		v.Picture = safeHTML(format.Figure(lead).HTML(options))
		want.Article, want.Corrections, want.Source = true, 3, true
		want.HTML = []string{string(v.Body), string(v.Picture)}
		want.Texts = append(want.Texts, v.Standfirst, v.Label, w.name, v.Published.Text, v.Updated.Date.Text, v.Licence)
		want.Links = append(want.Links, v.Section.Href, v.Byline.Authors[0].Href, v.Topics[11].Href, v.Source.Href)
		out = append(out, trial{p.in(c.name), "article", v, p, want})
	}
	return out
}

func (p *trialPaper) lists() []trial {
	var out []trial
	for _, c := range []struct {
		kind, title string
		items       int
	}{{"section", p.name.Name, 30}, {"topic", harsh, 1}, {"author", harsh, 12}} {
		f, want := p.page(p.home()+"s1/", c.title, true)
		v := listPage{frame: f, Kind: c.kind, Name: c.title, Title: c.title, Items: p.items[:c.items]}
		v.Head.Feeds = append(feedLinks(harsh, p.home()), f.Head.Feeds...)
		if c.kind != "section" {
			v.Up, v.Period = &link{harsh, p.home() + "topics/"}, p.l.ArchiveMonth(2026, time.November)
			v.Older, v.Newest = &link{harsh, p.home() + "s1/2026/10"}, &link{harsh, p.home() + "s1/"}
			wantLinks(&want, *v.Up, *v.Older, *v.Newest)
			want.Texts = append(want.Texts, v.Period)
		}
		switch c.kind {
		case "section":
			v.Under = []link{{harsh, p.home() + "s2/"}}
			wantLinks(&want, v.Under...)
		case "author":
			v.About, v.Email = []string{harsh, p.name.Name}, "name@example.org"
			v.Links = []link{{"example.org/name", "https://example.org/name"}}
			want.Texts = append(want.Texts, v.About...)
			want.Texts = append(want.Texts, v.Email)
			wantLinks(&want, v.Links...)
		}
		wantItems(&want, v.Items)
		out = append(out, trial{p.in("the list of a " + c.kind), "list", v, p, want})
	}
	for _, n := range []int{0, 3} {
		f, want := p.page(p.home()+"topics/", harsh, true)
		v := termsPage{frame: f, Title: harsh}
		for i := range n {
			v.Groups = append(v.Groups, termGroup{Title: []string{"", "А", harsh}[i], Links: []link{{harsh, fmt.Sprintf("/t%d/", i)}}})
			wantLinks(&want, v.Groups[i].Links...)
		}
		out = append(out, trial{p.in("the list of all topics"), "terms", v, p, want})
	}
	return out
}

func (p *trialPaper) archives() []trial {
	here, more := link{p.l.ArchiveYear(2026), p.home() + "latest/2026"}, link{p.l.ArchiveMonth(2026, time.October), p.home() + "latest/2026/10"}
	f, want := p.page(p.home()+"latest", p.l.Text(lang.AllLatest), true)
	newest := archivePage{frame: f, Title: want.H1, Years: []archiveYear{{here, p.l.Plural(lang.Stories, 1234567), []link{more}}}}
	for i := range 4 {
		newest.Groups = append(newest.Groups, archiveGroup{more.Text, more.Href, i%2 == 0, p.items[i*10 : i*10+10]})
		wantItems(&want, newest.Groups[i].Items)
	}
	wantLinks(&want, here, more)
	out := []trial{{p.in("the latest news"), "archive", newest, p, want}}

	f, want = p.page(p.home()+"latest/2026/11/23", harsh, true)
	day := archivePage{frame: f, Title: harsh, Day: true, Groups: []archiveGroup{{Items: p.items[:3]}}, Up: []link{here, more}, Earlier: &more, Later: &here, Days: []link{{"1", "/1"}}, Months: []link{{"2", "/2"}}}
	wantItems(&want, p.items[:3])
	wantLinks(&want, here, more, day.Days[0], day.Months[0])
	out = append(out, trial{p.in("a day of the archive"), "archive", day, p, want})

	f, want = p.page(p.home()+"latest/2026/11/22", p.l.Date(trialTime), false)
	void := archivePage{frame: f, Title: want.H1, Empty: p.l.Text(lang.NoStoriesDay), Up: []link{here}, Earlier: &more}
	want.Texts = append(want.Texts, void.Empty)
	wantLinks(&want, here, more)
	return append(out, trial{p.in("a day without a story"), "archive", void, p, want})
}

// searches are the search before and after it was asked.
func (p *trialPaper) searches() []trial {
	var out []trial
	for _, c := range []struct {
		name, title, query, problem string
		items                       int
	}{
		{"the search", p.l.Text(lang.Search), "", "", 0},
		{"the search with results", p.l.Text(lang.ResultsFor, "query", harsh), harsh, "", 20},
		{"the search that finds nothing", harsh, harsh, p.l.Text(lang.NothingFound, "query", harsh), 0},
	} {
		f, want := p.page("", c.title, false)
		v := searchPage{frame: f, Title: c.title, Form: p.searchForm(c.query), Problem: c.problem}
		want.Form, want.Query = v.Form.Action, c.query
		if c.problem != "" {
			v.Advice = p.l.Text(lang.SearchAdvice)
			want.Texts = append(want.Texts, v.Problem, v.Advice)
		}
		for _, i := range p.items[:c.items] {
			v.Items = append(v.Items, result{i, []stretch{{"… " + harsh, false}, {trialWordsOf[p.lang].place, true}, {harsh, false}}})
		}
		if c.items > 0 {
			v.Found = p.l.Plural(lang.Found, 1234567)
			v.Before, v.After = &link{harsh, p.home() + "search?q=a&page=1"}, &link{harsh, p.home() + "search?q=a&page=3"}
			want.Texts = append(want.Texts, v.Found)
			wantLinks(&want, *v.Before, *v.After)
		}
		wantItems(&want, p.items[:c.items])
		out = append(out, trial{p.in(c.name), "search", v, p, want})
	}
	return out
}

// fronts are the front and the pages that an edition without a story has too.
func (p *trialPaper) fronts() []trial {
	f, want := p.page(p.home(), p.name.Name, true)
	front := p.blocks["front"].(frontBlock)
	if front.Lead != nil {
		wantItems(&want, []item{*front.Lead})
		wantItems(&want, front.Second)
	}
	f.Head.Manifest = p.home() + manifestName
	out := []trial{{p.in("the front"), "front", frontPage{frame: f, Name: p.name.Name, About: p.name.About}, p, want}}
	for _, gone := range []bool{false, true} {
		f, want := p.page("", p.l.Text(lang.NotFoundTitle), false)
		v := missingPage{frame: f, Gone: gone, Title: want.H1, Text: p.l.Text(lang.NotFoundText), Form: p.searchForm(""), Editions: p.others(), Sections: []link{{harsh, p.home() + "s1/"}}}
		want.Texts = append(want.Texts, v.Text)
		if gone {
			v.Reason, v.Editions = harsh, nil
			want.Texts = append(want.Texts, harsh)
		}
		wantLinks(&want, v.Sections...)
		out = append(out, trial{p.in("an address where nothing stands"), "missing", v, p, want})
	}
	return out
}
