package terms

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/lang"
	"stet/store/term"
)

// sectionsPage lists the sections as readers meet them, each under its parent.
type sectionsPage struct {
	frame.Frame
	Sections []sectionLine
	Arranges bool   // the person may move them
	Focus    string // the key of the one that was just moved
	Verb     string // by which
	Said     string
}

// sectionLine is a section in the list.
type sectionLine struct {
	Key, Href, Name string
	Depth           int
	First, Last     bool
	Stories         []count
	Missing         string // languages without a name
}

// count is how many stories readers have in a language.
type count struct {
	Lang string
	N    int
}

// move is where a button sends a section.
func place(sections []stet.Term, key, do string) (parent, before string, ok bool) {
	nested := stet.Nested(sections)
	at := slices.IndexFunc(nested, func(b stet.Branch) bool { return b.Key == key })
	if at < 0 {
		return "", "", false
	}
	var among []string // its siblings and itself
	for _, b := range nested {
		if b.Parent == nested[at].Parent {
			among = append(among, b.Key)
		}
	}
	parent = nested[at].Parent
	i := slices.Index(among, key)
	sibling := func(n int) string {
		if n < 0 || n >= len(among) {
			return ""
		}
		return among[n]
	}
	switch {
	case do == "up" && i > 0:
		return parent, sibling(i - 1), true
	case do == "down" && i < len(among)-1:
		return parent, sibling(i + 2), true
	case do == "in" && i > 0:
		return sibling(i - 1), "", true
	case do == "out" && parent != "":
		up := nested[slices.IndexFunc(nested, func(b stet.Branch) bool { return b.Key == parent })]
		for j, b := range nested { // in front of what follows its parent
			if b.Parent == up.Parent && j > at {
				return up.Parent, b.Key, true
			}
		}
		return up.Parent, "", true
	}
	return "", "", false
}

func (d *Terms) sections(_ kind, w http.ResponseWriter, v *frame.Visit) error {
	return d.sectionsPage(w, v, sectionsPage{})
}

func (d *Terms) sectionsPage(w http.ResponseWriter, v *frame.Visit, p sectionsPage) error {
	lines, _, err := d.DB.Terms(v.Context(), term.Query{Kind: stet.SectionTerm})
	if err != nil {
		return err
	}
	p.Arranges = stet.MayTermWhole(v.User(), stet.SectionTerm) == nil
	sections, stories := make([]stet.Term, len(lines)), map[string]*term.Line{}
	for i := range lines {
		sections[i], stories[lines[i].Key] = lines[i].Term, &lines[i]
	}
	for _, b := range stet.Nested(sections) {
		p.Sections = append(p.Sections, sectionLine{
			Key: b.Key, Href: kinds[0].at(b.Key), Name: d.name(v, &b.Term), Depth: min(b.Depth, 5), First: b.First, Last: b.Last,
			Stories: counts(v, stories[b.Key].Stories), Missing: missing(v, &b.Term),
		})
	}
	if p.Frame, err = d.Frame(v, v.T("sections")); err != nil {
		return err
	}
	return d.Page(w, http.StatusOK, "sections", &p)
}

// name is what a term is called in the first language that it has a name in, that
// of the desk before others.
func (d *Terms) name(v *frame.Visit, t *stet.Term) string {
	for _, l := range append([]stet.Lang{stet.Lang(v.Lang)}, v.Site.Langs()...) {
		if n := t.Names[l].Name; n != "" {
			return n
		}
	}
	return t.Key
}

func counts(v *frame.Visit, of map[stet.Lang]int) (out []count) {
	for _, l := range v.Site.Langs() {
		if of[l] > 0 {
			out = append(out, count{string(l), of[l]})
		}
	}
	return out
}

// missing names the languages in which a term has no name.
func missing(v *frame.Visit, t *stet.Term) string {
	var names []string
	for _, l := range v.Site.Langs() {
		if t.Names[l].Name == "" {
			names = append(names, lang.Get(string(l)).Name)
		}
	}
	return v.Language.List(names)
}

// move puts a section elsewhere: by a button, or where it was dropped.
func (d *Terms) move(w http.ResponseWriter, v *frame.Visit) error {
	key, do := v.PathValue("key"), v.PostFormValue("do")
	if err := stet.MayTermWhole(v.User(), stet.SectionTerm); err != nil {
		return err
	}
	parent, before := v.PostFormValue("parent"), v.PostFormValue("before")
	if do != "put" {
		sections, err := d.DB.Sections(v.Context())
		if err != nil {
			return err
		}
		var ok bool
		if parent, before, ok = place(sections, key, do); !ok {
			return d.sectionsPage(w, v, sectionsPage{Focus: key, Verb: do})
		}
	}
	event, err := d.DB.MoveSection(v.Context(), v.User(), key, parent, before, v.Now)
	if err != nil {
		return err
	}
	if event > 0 {
		if err := d.Await(v.Context(), event); err != nil {
			return err
		}
	}
	return d.sectionsPage(w, v, sectionsPage{Focus: key, Verb: do, Said: v.T("terms_moved")})
}

// listPage lists topics or authors.
type listPage struct {
	frame.Frame
	Kind         string // "topic" or "author"
	List         string
	New          say.Key
	Q            string
	Topics       []frame.Option
	Langs, Lacks []frame.Option
	Lines        []termLine
	Total        int
	Next, First  string
}

// termLine is a topic or an author in the list.
type termLine struct {
	Href, Name, Key, Topic, Missing string
	Stories                         []count
}

// pageLength is how many a page of the list has.
const pageLength = 50

func (d *Terms) list(k kind, w http.ResponseWriter, v *frame.Visit) error {
	given := v.URL.Query()
	q := term.Query{
		Kind: k.TermKind, Topic: given.Get("kind"), Lang: stet.Lang(given.Get("lang")), Lacks: stet.Lang(given.Get("lacks")),
		Text: stet.CleanLine(given.Get("q")), Order: stet.Lang(v.Lang), Limit: pageLength,
	}
	if after := given.Get("after"); after != "" {
		n, err := strconv.Atoi(after)
		if err != nil || n < 0 {
			return stet.Errorf(stet.Invalid, "after", "is not one that this list gave out")
		}
		q.Offset = n
	}
	lines, total, err := d.DB.Terms(v.Context(), q)
	if err != nil {
		return err
	}
	p := listPage{Kind: string(k.TermKind), List: k.list(), New: k.word("new"), Q: q.Text, Total: total}
	for i := range lines {
		t := &lines[i].Term
		p.Lines = append(p.Lines, termLine{k.at(t.Key), d.name(v, t), t.Key, topicText(v, t.Topic), missing(v, t), counts(v, lines[i].Stories)})
	}
	page := func(offset int) string {
		to := url.Values{}
		for _, name := range []string{"q", "kind", "lang", "lacks"} {
			if s := given.Get(name); s != "" {
				to.Set(name, s)
			}
		}
		if offset > 0 {
			to.Set("after", strconv.Itoa(offset))
		}
		return k.list() + "?" + to.Encode()
	}
	if q.Offset+len(lines) < total {
		p.Next = page(q.Offset + pageLength)
	}
	if q.Offset > 0 {
		p.First = page(0)
	}
	if k.TermKind == stet.TopicTerm {
		p.Topics = topicOptions(v, q.Topic, true)
	}
	for _, l := range v.Site.Langs() {
		name := lang.Get(string(l)).Name
		p.Langs = append(p.Langs, frame.Option{Value: string(l), Text: name, Chosen: l == q.Lang})
		p.Lacks = append(p.Lacks, frame.Option{Value: string(l), Text: name, Chosen: l == q.Lacks})
	}
	if p.Frame, err = d.Frame(v, v.T(say.Key(k.path))); err != nil {
		return err
	}
	return d.Page(w, http.StatusOK, "topics", &p)
}

func topicText(v *frame.Visit, topic string) string {
	if topic == "" {
		return ""
	}
	return v.T(say.Key("topic_" + topic))
}

// topicOptions are the kinds of topics, one of them chosen.
func topicOptions(v *frame.Visit, chosen string, none bool) (out []frame.Option) {
	for _, topic := range stet.TopicKinds {
		out = append(out, frame.Option{Value: topic, Text: topicText(v, topic), Chosen: topic == chosen})
	}
	if none {
		out = append(out, frame.Option{Value: "none", Text: v.T("topic_none"), Chosen: chosen == "none"})
	}
	return out
}
