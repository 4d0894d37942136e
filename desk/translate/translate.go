// Package translate is where texts are brought into other languages: which there
// are, and original and translation beside each other.
//
// The page that shows them is the editing form of the translation (package desk),
// which this package tells what stands beside each part of it.
package translate

import (
	"embed"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/lang"
	"stet/prose"
	"stet/prose/parallel"
	"stet/prose/redline"
	"stet/store"
	"stet/store/translation"
	"stet/web"
)

//go:embed templates
var files embed.FS

// Translate serves these pages.
type Translate struct{ *frame.Shell }

// New returns them in a frame.
func New(s *frame.Shell) *Translate { return &Translate{s} }

// Part is their share of the desk. Who may see an original is for
// [stet.Article.Readable] to say: it is more than who may work on it.
func (d *Translate) Part() frame.Part {
	return frame.Part{
		Files: files, Words: words,
		Pages: map[string]frame.View{"glossary": &glossaryPage{}, "languages": &languagesPage{}},
		Routes: []frame.Route{
			{Pattern: "GET /desk/articles/{id}/translate", Serve: d.languages},
			{Pattern: "POST /desk/articles/{id}/translate", Serve: d.begin},
			{Pattern: "GET /desk/glossary", Serve: d.glossary},
			{Pattern: "POST /desk/glossary", Serve: d.keep},
			{Pattern: "GET /desk/glossary/export", Serve: d.export},
			{Pattern: "POST /desk/articles/{id}/gate", Act: stet.ActPublish, Serve: d.gate},
			{Pattern: "GET /desk/articles/{id}/original", Act: stet.ActRead, Serve: d.original},
			{Pattern: "POST /desk/articles/{id}/made", Act: stet.ActWrite, Serve: d.made},
			{Pattern: "POST /desk/articles/{id}/pair", Act: stet.ActWrite, Serve: d.pair},
			{Pattern: "POST /desk/articles/{id}/caught-up", Act: stet.ActWrite, Serve: d.caughtUp},
		},
	}
}

// Path is where a translation stands beside its original.
func Path(id stet.ArticleID) string { return frame.ArticlePath(id) + "/beside" }

// languagesPage lists the languages of a story.
type languagesPage struct {
	frame.Frame
	Story     frame.Subject
	Languages []language
	Error     *frame.Detail
	Gate      bool // the person may set it
	Gated     bool // languages wait for one another
}

// language is one of the site's, with the text in it.
type language struct {
	Code, Dir, Name string
	Original        bool
	State           string // of the text there is; empty for none
	Href            string // of the text, for who may read it
	Beside          string // where it is translated
	Overtaken       *frame.When
	May             bool // the person may begin it
}

// readable loads the original that a request names, for somebody who may see what
// is translated.
func (d *Translate) readable(v *frame.Visit) (*stet.Article, *stet.Revision, error) {
	id, err := frame.ArticleID(v)
	if err != nil {
		return nil, nil, err
	}
	a, err := d.DB.Article(v.Context(), id)
	if err != nil {
		return nil, nil, err
	}
	r, err := a.Readable(v.User())
	return a, r, err
}

func (d *Translate) languages(w http.ResponseWriter, v *frame.Visit) error {
	return d.showLanguages(w, v, http.StatusOK, nil)
}

func (d *Translate) showLanguages(w http.ResponseWriter, v *frame.Visit, status int, refused error) error {
	a, from, err := d.readable(v)
	if err != nil {
		return err
	}
	if !a.Original() {
		if stet.May(v.User(), stet.ActRead, a) != nil {
			return stet.May(v.User(), stet.ActRead, a)
		}
		return frame.SeeOther(w, v, Path(a.ID))
	}
	p := languagesPage{}
	if p.Story, err = d.Subject(v, a); err != nil {
		return err
	}
	if p.Story.Headline = from.Headline; stet.May(v.User(), stet.ActRead, a) != nil {
		p.Story.Section = "" // of the text that is being written
	}
	members, err := d.DB.Members(v.Context(), a.Group)
	if err != nil {
		return err
	}
	there := map[stet.Lang]*stet.Article{}
	ids := []stet.ArticleID{}
	for _, m := range members {
		if there[m.Lang], err = d.DB.Article(v.Context(), m.ID); err != nil {
			return err
		}
		ids = append(ids, m.ID)
	}
	overtaken, err := d.DB.Overtaken(v.Context(), ids)
	if err != nil {
		return err
	}
	for _, l := range v.Site.Langs() {
		in := lang.Get(string(l))
		x := language{Code: in.Code, Dir: in.Dir, Name: in.Name, Original: l == a.Lang}
		if t := there[l]; t != nil {
			p.Gated = p.Gated || t.Waits()
			p.Gate = p.Gate || t.Live != stet.LivePublished && stet.May(v.User(), stet.ActPublish, t) == nil
			s, err := d.Subject(v, t)
			if err != nil {
				return err
			}
			x.State = s.WorkText
			if t.Work == stet.WorkNone {
				x.State = s.LiveText
			}
			if stet.May(v.User(), stet.ActRead, t) == nil {
				x.Href = frame.ArticlePath(t.ID)
				if !x.Original {
					x.Beside = Path(t.ID)
				}
			}
			x.Overtaken = v.At(overtaken[t.ID], v.Zone)
		} else {
			draft, err := a.Translation(v.User(), l)
			x.May = err == nil && stet.May(v.User(), stet.ActWrite, &stet.Article{Lang: l, Working: &stet.Revision{Content: draft.Content}}) == nil
		}
		p.Languages = append(p.Languages, x)
	}
	if said := frame.Details(v, v.InOwnWords(refused)); len(said) > 0 {
		p.Error = &said[0]
	}
	if p.Frame, err = d.Frame(v, v.T("translate")); err != nil {
		return err
	}
	return d.Page(w, status, "languages", &p)
}

// begin makes the text in another language, or opens the one there is.
func (d *Translate) begin(w http.ResponseWriter, v *frame.Visit) error {
	a, _, err := d.readable(v)
	if err != nil {
		return err
	}
	l := stet.Lang(v.PostFormValue("lang"))
	if _, ok := v.Site.Edition(l); !ok {
		return d.showLanguages(w, v, http.StatusUnprocessableEntity, stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages", l))
	}
	draft, err := a.Translation(v.User(), l)
	if err != nil {
		if stet.Is(err, stet.Conflict) {
			return d.showLanguages(w, v, http.StatusConflict, err)
		}
		return err
	}
	id := stet.ArticleID(store.NewID())
	err = d.DB.Alone(v.Context(), "translate "+string(a.ID), func() error { // two people begin one text
		members, err := d.DB.Members(v.Context(), a.Group)
		if err != nil {
			return err
		}
		for _, m := range members {
			if m.Lang == l {
				id = m.ID
				return nil
			}
		}
		_, err = d.DB.UpdateArticle(v.Context(), id, func(t *stet.Article) error { return t.Create(v.User(), draft, v.Now) })
		return err
	})
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, Path(id))
}

// gate lets the languages that readers have not got yet wait for one another, or
// lets each go its way.
func (d *Translate) gate(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActPublish)
	if err != nil {
		return err
	}
	on := v.PostFormValue("on") == "yes"
	_, err = d.DB.UpdateGroup(v.Context(), a.Group, func(as []*stet.Article) error {
		for _, b := range as {
			if b.Live == stet.LivePublished || b.Gate == on {
				continue
			}
			if err := b.SetGate(v.User(), on, v.Now); err != nil {
				return err
			}
		}
		return nil
	})
	if stet.Is(err, stet.Conflict) || stet.Is(err, stet.Forbidden) {
		return d.showLanguages(w, v, http.StatusConflict, err)
	}
	if err != nil {
		return err
	}
	return frame.SeeOther(w, v, frame.ArticlePath(a.ID)+"/translate")
}

// Beside is what stands beside a translation, as the editor's script gets it.
type Beside struct {
	Lang      stet.Lang `json:"lang"`
	Dir       string    `json:"dir"`
	Language  string    `json:"language"`
	Units     []Unit    `json:"units"`
	Overtaken bool      `json:"overtaken,omitempty"` // and nobody has said yet that all is well
	Pair      bool      `json:"-"`                   // the two have no part in common yet
	Text      string    `json:"-"`                   // the original, for browsers without scripts
	Headline  string    `json:"-"`
	Glossary  string    `json:"-"` // its address
}

// Unit is a part of the original, and how far its translation is.
type Unit struct {
	ID      string          `json:"id"`
	State   parallel.State  `json:"state"`
	Print   string          `json:"print"`
	Text    string          `json:"text,omitempty"` // of a field
	Node    json.RawMessage `json:"node,omitempty"` // of the body
	Changes []Part          `json:"changes,omitempty"`
	Terms   []Term          `json:"terms,omitempty"` // what the glossary says of it
}

// Term is a word of the original, and what it is called.
type Term struct {
	Term        string `json:"term"`
	Translation string `json:"translation"`
	Note        string `json:"note,omitempty"`
}

// Part is a text of a unit, or one of its attributes, in which something changed.
type Part struct {
	Name string `json:"name,omitempty"`
	Runs []Run  `json:"runs"`
}

// Run is a stretch of words.
type Run struct {
	Change redline.Change `json:"change"`
	Text   string         `json:"text"`
}

// pairOf returns the original of a translation, with its text.
func (d *Translate) originalOf(v *frame.Visit, t *stet.Article) (*stet.Article, *stet.Revision, error) {
	if t.Original() {
		return nil, nil, stet.Errorf(stet.Conflict, "", "the article is an original; nothing stands beside it")
	}
	a, err := d.DB.Article(v.Context(), t.Group)
	if stet.Is(err, stet.NotFound) {
		return nil, nil, stet.Errorf(stet.Conflict, "", "the original of this translation is not here")
	}
	if err != nil {
		return nil, nil, err
	}
	r, err := a.Readable(v.User())
	return a, r, err
}

// units returns how far a translation is.
func (d *Translate) units(v *frame.Visit, t *stet.Article, from *stet.Revision) ([]parallel.Unit, error) {
	made, err := d.DB.Translated(v.Context(), t.ID)
	if err != nil {
		return nil, err
	}
	return parallel.Compare(from.Translatable(), t.Latest().Translatable(), made), nil
}

// Beside returns what stands beside a translation, for somebody who may see it.
func (d *Translate) Beside(v *frame.Visit, t *stet.Article) (*Beside, error) {
	a, from, err := d.originalOf(v, t)
	if err != nil {
		return nil, err
	}
	return d.beside(v, t, a, from)
}

func (d *Translate) beside(v *frame.Visit, t, a *stet.Article, from *stet.Revision) (*Beside, error) {
	units, err := d.units(v, t, from)
	if err != nil {
		return nil, err
	}
	in := lang.Get(string(a.Lang))
	b := &Beside{Lang: a.Lang, Dir: in.Dir, Language: in.Name, Units: []Unit{}, Headline: from.Headline, Glossary: glossaryPath(a.Lang, t.Lang)}
	if from.Body != nil {
		b.Text = from.Body.Text()
	}
	entries, err := d.DB.Glossary(v.Context(), a.Lang, t.Lang)
	if err != nil {
		return nil, err
	}
	glossary := newLookup(a.Lang, entries)
	for _, u := range units {
		x := Unit{ID: u.ID, State: u.State, Print: u.Print}
		switch s := u.Source.(type) {
		case string:
			x.Text = s
			x.Terms = terms(glossary.find(s))
		case *prose.Node:
			x.Node = s.JSON()
			x.Terms = terms(glossary.find((&prose.Doc{Content: []*prose.Node{s}}).Text()))
		}
		if u.State == parallel.Stale || u.State == parallel.Gone {
			parts, _ := parallel.Changes(u)
			for _, p := range parts {
				y := Part{Name: p.Name}
				for _, r := range p.Runs {
					y.Runs = append(y.Runs, Run{r.Change, r.Text})
				}
				x.Changes = append(x.Changes, y)
			}
		}
		b.Units = append(b.Units, x)
	}
	target := t.Latest().Translatable()
	b.Pair = target.Body != nil && len(target.Body.Content) > 0 && from.Body != nil && len(from.Body.Content) > 0 && !parallel.Paired(from.Translatable(), target)
	since, err := d.DB.Overtaken(v.Context(), []stet.ArticleID{t.ID})
	b.Overtaken = !since[t.ID].IsZero()
	return b, err
}

func terms(found []translation.Entry) []Term {
	var out []Term
	for _, e := range found {
		out = append(out, Term{e.Term, e.Translation, e.Note})
	}
	return out
}

// original answers what stands beside a translation now.
func (d *Translate) original(w http.ResponseWriter, v *frame.Visit) error {
	t, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	b, err := d.Beside(v, t)
	if err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, b)
	return nil
}

// maxMade bounds what is said at once, maxPrint a print, both in bytes.
const (
	maxMade  = 4 << 20
	maxPrint = 64
)

// made keeps what somebody says of parts of a translation: from which state of
// the original, as they saw it, each was made.
func (d *Translate) made(w http.ResponseWriter, v *frame.Visit) error {
	t, err := d.Article(v, stet.ActWrite)
	if err != nil {
		return err
	}
	var said struct {
		Units map[string]string `json:"units"` // prints of the original's by id; empty for one that is the translation's own now
	}
	if err := frame.ReadJSON(v, maxMade, &said); err != nil {
		return err
	}
	a, from, err := d.originalOf(v, t)
	if err != nil {
		return err
	}
	units, err := d.units(v, t, from)
	if err != nil {
		return err
	}
	var keep []parallel.Made
	var forget []string
	for _, u := range units {
		print, ok := said.Units[u.ID]
		switch {
		case !ok:
		case u.State == parallel.Gone:
			forget = append(forget, u.ID)
		case print != "":
			m := parallel.Made{Unit: u.ID, Source: print, Target: parallel.Print(u.Target)}
			if print == u.Print {
				m.Was = u.JSON()
			}
			if len(print) <= maxPrint && strings.Trim(print, "0123456789abcdef") == "" {
				keep = append(keep, m)
			}
		}
	}
	if err := d.DB.Forget(v.Context(), t.ID, forget); err != nil {
		return err
	}
	if err := d.DB.Settle(v.Context(), t.ID, a.ID, keep, v.Person.ID, v.Now); err != nil {
		return err
	}
	if len(keep)+len(forget) > 0 {
		if units, err = d.units(v, t, from); err != nil {
			return err
		}
		if !slices.ContainsFunc(units, func(u parallel.Unit) bool { return !u.Settled() }) {
			if err := d.DB.CaughtUp(v.Context(), t.ID); err != nil {
				return err
			}
		}
	}
	b, err := d.beside(v, t, a, from)
	if err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, b)
	return nil
}

// pair gives the parts of a translation that was made elsewhere the places of the
// original's.
func (d *Translate) pair(w http.ResponseWriter, v *frame.Visit) error {
	t, err := d.Article(v, stet.ActWrite)
	if err != nil {
		return err
	}
	_, from, err := d.originalOf(v, t)
	if err != nil {
		return err
	}
	if _, err := d.Change(v, func(t *stet.Article) error {
		c := t.Latest().Content
		body := parallel.Pair(from.Body, c.Body)
		if body == nil {
			return stet.Errorf(stet.Conflict, "body", "no paragraph of the two texts seems to belong together")
		}
		c.Body = body
		return t.Save(v.User(), c, v.Now)
	}); err != nil {
		return err
	}
	return frame.SeeOther(w, v, Path(t.ID))
}

// caughtUp says that nothing of what changed in the original asks for anything.
func (d *Translate) caughtUp(w http.ResponseWriter, v *frame.Visit) error {
	t, err := d.Article(v, stet.ActWrite)
	if err != nil {
		return err
	}
	if err := d.DB.CaughtUp(v.Context(), t.ID); err != nil {
		return err
	}
	return frame.SeeOther(w, v, frame.ArticlePath(t.ID)+"?did=did_caught_up")
}

// Standing is how a translation stands to its original, for pages about it.
type Standing struct {
	Original  string // its address; empty where the person may not work on it
	Overtaken *frame.When
	Findings  []stet.Finding
}

// Standing returns how an article stands to its original; nil for an original.
// Numbers of parts tell nobody what they say, so that whoever publishes a
// translation is warned whatever they may read.
func (d *Translate) Standing(v *frame.Visit, t *stet.Article) (*Standing, error) {
	if t.Original() {
		return nil, nil
	}
	a, err := d.DB.Article(v.Context(), t.Group)
	if stet.Is(err, stet.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	from := a.Latest()
	if a.Live == stet.LivePublished {
		from = a.Current
	}
	made, err := d.DB.Translated(v.Context(), t.ID)
	if err != nil {
		return nil, err
	}
	s := &Standing{}
	if stet.May(v.User(), stet.ActRead, a) == nil {
		s.Original = frame.ArticlePath(a.ID)
	}
	if source, target := from.Translatable(), t.Latest().Translatable(); len(made) > 0 || parallel.Paired(source, target) || target.Body == nil || len(target.Body.Content) == 0 {
		s.Findings = stet.TranslationFindings(parallel.Compare(source, target, made))
	}
	since, err := d.DB.Overtaken(v.Context(), []stet.ArticleID{t.ID})
	s.Overtaken = v.At(since[t.ID], v.Zone)
	return s, err
}

// FindingTexts are what a look at a translation finds, in words.
var FindingTexts = map[stet.FindingKind]say.Key{stet.Untranslated: "finding_untranslated", stet.Outdated: "finding_outdated"}
