package terms

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"stet"
	"stet/desk/frame"
	"stet/lang"
	"stet/store/term"
)

// termPage is a section, a topic or an author, and all that may be said of it.
type termPage struct {
	frame.Frame
	Kind, Key, List, Href string
	New                   bool
	Whole                 bool // the person may change what is the same in every language
	Version               int64
	Topics                []frame.Option
	Langs                 []tongue
	Email, Links, Picture field
	People                []frame.Option
	TopicWas, PersonWas   string // what others chose meanwhile
	Clash                 bool
	Problems              []frame.Detail // that belong to no field
	Stories               []count
	Under                 string // of a section, the one it is under
}

// field is something to be typed.
type field struct {
	Value string
	Wrong string
	Was   string // what others made of it meanwhile
}

// tongue is a term in a language.
type tongue struct {
	Code, Dir, Language string
	May                 bool
	Address             string // where readers have it; empty for nowhere yet
	Name, Slug, About   field
}

func (d *Terms) fresh(k kind, w http.ResponseWriter, v *frame.Visit) error {
	return d.answer(w, v, http.StatusOK, k, &stet.Term{Kind: k.TermKind}, nil, nil)
}

func (d *Terms) show(k kind, w http.ResponseWriter, v *frame.Visit) error {
	t, err := d.DB.Term(v.Context(), k.TermKind, v.PathValue("key"))
	if err != nil {
		return err
	}
	if t.Key != v.PathValue("key") {
		return frame.SeeOther(w, v, k.at(t.Key))
	}
	return d.answer(w, v, http.StatusOK, k, t, nil, nil)
}

// answer shows a term as the form has it; theirs is what others made of it
// meanwhile, nil if nobody did.
func (d *Terms) answer(w http.ResponseWriter, v *frame.Visit, status int, k kind, t, theirs *stet.Term, refused error) error {
	p := termPage{Kind: string(k.TermKind), Key: t.Key, List: k.list(), Href: k.at(t.Key), New: t.Version == 0, Version: t.Version, Clash: theirs != nil}
	if p.New {
		p.Href = k.list()
	}
	p.Whole = stet.MayTermWhole(v.User(), k.TermKind) == nil
	wrong := map[string]string{}
	var all stet.Errors
	if refused = v.InOwnWords(refused); refused != nil && !errors.As(refused, &all) {
		return refused
	}
	for _, e := range all {
		wrong[e.Field] = e.Message
	}
	fill := func(name, value string, was func(*stet.Term) string) field {
		f := field{Value: value, Wrong: wrong[name]}
		delete(wrong, name)
		if theirs != nil && was(theirs) != value {
			f.Was = was(theirs)
		}
		return f
	}
	var use term.Use
	if !p.New {
		lines, _, err := d.DB.Terms(v.Context(), term.Query{Kind: k.TermKind, Text: t.Key})
		if err != nil {
			return err
		}
		for _, l := range lines {
			if l.Key == t.Key {
				use.Stories = l.Stories
			}
		}
		p.Stories = counts(v, use.Stories)
	}
	for _, l := range v.Site.Langs() {
		in := lang.Get(string(l))
		x := tongue{Code: in.Code, Dir: in.Dir, Language: in.Name, May: p.Whole || may(v, k, l)}
		if use.Stories[l] > 0 {
			x.Address = (&url.URL{Path: string(stet.TermPath(l, k.TermKind, t.In(l).Slug))}).EscapedPath()
		}
		n := t.Names[l]
		x.Name = fill("names."+in.Code, n.Name, func(o *stet.Term) string { return o.Names[l].Name })
		x.Slug = fill("slugs."+in.Code, n.Slug, func(o *stet.Term) string { return o.Names[l].Slug })
		x.About = fill("about."+in.Code, n.About, func(o *stet.Term) string { return o.Names[l].About })
		p.Langs = append(p.Langs, x)
	}
	if k.TermKind == stet.TopicTerm {
		p.Topics = topicOptions(v, t.Topic, false)
		if theirs != nil && theirs.Topic != t.Topic {
			p.TopicWas = topicText(v, theirs.Topic)
		}
	}
	if k.TermKind == stet.AuthorTerm {
		c := t.Card
		p.Email = fill("email", c.Email, func(o *stet.Term) string { return o.Card.Email })
		p.Links = fill("links", strings.Join(c.Links, "\n"), func(o *stet.Term) string { return strings.Join(o.Card.Links, "\n") })
		p.Picture = fill("picture", string(c.Picture), func(o *stet.Term) string { return string(o.Card.Picture) })
		names, err := d.Names(v)
		if err != nil {
			return err
		}
		for _, x := range names.All {
			if x.Disabled.IsZero() || x.ID == c.Person {
				p.People = append(p.People, frame.Option{Value: x.ID, Text: x.Name, Chosen: x.ID == c.Person})
			}
		}
		if theirs != nil && theirs.Card.Person != c.Person {
			p.PersonWas = names.Of(theirs.Card.Person)
		}
	}
	if k.TermKind == stet.SectionTerm && t.Parent != "" {
		parent, err := d.DB.Term(v.Context(), k.TermKind, t.Parent)
		if err == nil {
			p.Under = d.name(v, parent)
		} else if !stet.Is(err, stet.NotFound) {
			return err
		}
	}
	for _, detail := range frame.Details(v, refused) {
		if name := detail.Field; wrong[name] != "" || name == "" {
			p.Problems = append(p.Problems, detail)
		}
	}
	title := d.name(v, t)
	if p.New {
		title = v.T(k.word("new"))
	}
	var err error
	if p.Frame, err = d.Frame(v, title); err != nil {
		return err
	}
	return d.Page(w, status, "term", &p)
}

// may tells whether the person may say what a term is called in a language.
func may(v *frame.Visit, k kind, l stet.Lang) bool {
	u := v.User()
	if stet.MayTerm(u, k.TermKind) != nil {
		return false
	}
	if len(u.Langs) == 0 {
		return true
	}
	for _, own := range u.Langs {
		if own == l {
			return true
		}
	}
	return false
}

// typed reads the form over what a term is.
func typed(v *frame.Visit, k kind, t stet.Term) stet.Term {
	names := map[stet.Lang]stet.TermName{}
	for l, n := range t.Names {
		names[l] = n
	}
	given := func(name, was string) string {
		if _, ok := v.PostForm[name]; !ok {
			return was
		}
		return strings.ReplaceAll(v.PostFormValue(name), "\r\n", "\n")
	}
	for _, l := range v.Site.Langs() {
		n := names[l]
		n = stet.TermName{Name: given("name."+string(l), n.Name), Slug: given("slug."+string(l), n.Slug), About: given("about."+string(l), n.About)}
		if names[l] = n; n == (stet.TermName{}) {
			delete(names, l)
		}
	}
	t.Names = names
	switch k.TermKind {
	case stet.TopicTerm:
		t.Topic = given("kind", t.Topic)
	case stet.AuthorTerm:
		t.Card.Email = given("email", t.Card.Email)
		t.Card.Links = strings.Fields(given("links", strings.Join(t.Card.Links, "\n")))
		t.Card.Picture = stet.PictureID(strings.TrimSpace(given("picture", string(t.Card.Picture))))
		t.Card.Person = given("person", t.Card.Person)
	}
	return t
}

// add makes a new term, under a key made of its name.
func (d *Terms) add(k kind, w http.ResponseWriter, v *frame.Visit) error {
	if err := v.ParseForm(); err != nil {
		return stet.Errorf(stet.Malformed, "", "this form cannot be read")
	}
	t := typed(v, k, stet.Term{Kind: k.TermKind})
	for _, l := range v.Site.Langs() {
		if name := stet.CleanLine(t.Names[l].Name); name != "" {
			t.Key = lang.Get(string(l)).Slug(name, string(k.TermKind))
			break
		}
	}
	if t.Key == "" {
		return d.answer(w, v, http.StatusUnprocessableEntity, k, &t, nil,
			stet.Errors{stet.Errorf(stet.Invalid, "names."+string(v.Site.Editions[0].Lang), "is missing")})
	}
	for key, i := t.Key, 2; ; i++ {
		_, err := d.DB.Term(v.Context(), k.TermKind, t.Key)
		if stet.Is(err, stet.NotFound) {
			break
		}
		if err != nil {
			return err
		}
		t.Key = lang.NumberedSlug(key, i)
	}
	event, err := d.DB.ChangeTerm(v.Context(), v.User(), t, v.Now)
	if stet.Is(err, stet.Invalid) {
		t.Version = 0
		return d.answer(w, v, http.StatusUnprocessableEntity, k, &t, nil, listed(err))
	}
	if err != nil {
		return err
	}
	return d.done(w, v, event, k.at(t.Key), "saved")
}

// change makes of a term what the form says. Where somebody did so meanwhile, the
// form comes back with both.
func (d *Terms) change(k kind, w http.ResponseWriter, v *frame.Visit) error {
	if err := v.ParseForm(); err != nil {
		return stet.Errorf(stet.Malformed, "", "this form cannot be read")
	}
	is, err := d.DB.Term(v.Context(), k.TermKind, v.PathValue("key"))
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(v.PostFormValue("version"), 10, 64)
	if err != nil {
		return stet.Errorf(stet.Malformed, "version", "this is no request of the editor: %s", "version")
	}
	to := typed(v, k, *is)
	to.Version = version
	event, err := d.DB.ChangeTerm(v.Context(), v.User(), to, v.Now)
	switch {
	case stet.Is(err, stet.Invalid):
		return d.answer(w, v, http.StatusUnprocessableEntity, k, &to, nil, listed(err))
	case stet.Is(err, stet.Stale):
		to.Version = is.Version
		return d.answer(w, v, http.StatusConflict, k, &to, is, nil)
	case err != nil:
		return err
	}
	return d.done(w, v, event, k.at(is.Key), "saved")
}

// listed makes one refusal a list of them.
func listed(err error) error {
	var all stet.Errors
	var one *stet.Error
	if !errors.As(err, &all) && errors.As(err, &one) {
		return stet.Errors{one}
	}
	return err
}

// mergePage asks once before a term becomes another.
type mergePage struct {
	frame.Frame
	Kind, Name, Href string
	Q                string
	Others           []termLine // to choose from
	Into, IntoName   string
	Stories          []count
	Texts, Under     int
	People           string
	Moves            []moved
}

// moved is an address and where it will lead.
type moved struct{ From, To string }

func (d *Terms) askMerge(k kind, w http.ResponseWriter, v *frame.Visit) error {
	if err := stet.MayTermWhole(v.User(), k.TermKind); err != nil {
		return err
	}
	t, err := d.DB.Term(v.Context(), k.TermKind, v.PathValue("key"))
	if err != nil {
		return err
	}
	if t.Key != v.PathValue("key") {
		return frame.SeeOther(w, v, k.at(t.Key))
	}
	p := mergePage{Kind: string(k.TermKind), Name: d.name(v, t), Href: k.at(t.Key), Q: stet.CleanLine(v.FormValue("q"))}
	if into := v.FormValue("into"); into != "" {
		return d.confirm(w, v, k, t, into, p)
	}
	if p.Q != "" || k.TermKind == stet.SectionTerm {
		lines, _, err := d.DB.Terms(v.Context(), term.Query{Kind: k.TermKind, Text: p.Q, Order: stet.Lang(v.Lang), Limit: pageLength})
		if err != nil {
			return err
		}
		for i := range lines {
			if o := &lines[i].Term; o.Key != t.Key {
				p.Others = append(p.Others, termLine{p.Href + "/merge?" + url.Values{"into": {o.Key}}.Encode(), d.name(v, o), o.Key, topicText(v, o.Topic), "", counts(v, lines[i].Stories)})
			}
		}
	}
	if p.Frame, err = d.Frame(v, v.T(k.word("merge"))); err != nil {
		return err
	}
	return d.Page(w, http.StatusOK, "merge", &p)
}

// confirm tells what will happen, in numbers.
func (d *Terms) confirm(w http.ResponseWriter, v *frame.Visit, k kind, t *stet.Term, into string, p mergePage) error {
	other, err := d.DB.Term(v.Context(), k.TermKind, into)
	if err != nil {
		return err
	}
	if other.Key == t.Key {
		return stet.Errorf(stet.Invalid, "into", "choose another one of the same sort")
	}
	use, err := d.DB.TermUse(v.Context(), k.TermKind, t.Key)
	if err != nil {
		return err
	}
	p.Into, p.IntoName, p.Stories, p.Texts, p.Under = other.Key, d.name(v, other), counts(v, use.Stories), use.Texts, use.Under
	p.People = v.Language.List(use.People)
	for _, l := range v.Site.Langs() {
		n, ok := t.Names[l]
		to, there := other.Names[l]
		if ok && there {
			p.Moves = append(p.Moves, moved{string(stet.TermPath(l, k.TermKind, n.Slug)), string(stet.TermPath(l, k.TermKind, to.Slug))})
		}
	}
	if p.Frame, err = d.Frame(v, v.T(k.word("merge"))); err != nil {
		return err
	}
	return d.Page(w, http.StatusOK, "merge", &p)
}

func (d *Terms) merge(k kind, w http.ResponseWriter, v *frame.Visit) error {
	into := v.PostFormValue("into")
	event, err := d.DB.MergeTerm(v.Context(), v.User(), k.TermKind, v.PathValue("key"), into, v.Now)
	if err != nil {
		return err
	}
	return d.done(w, v, event, k.at(into), "terms_merged")
}

func (d *Terms) remove(k kind, w http.ResponseWriter, v *frame.Visit) error {
	if err := d.DB.DeleteTerm(v.Context(), v.User(), k.TermKind, v.PathValue("key"), v.Now); err != nil {
		return err
	}
	return d.done(w, v, 0, k.list(), "terms_deleted")
}
