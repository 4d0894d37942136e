package desk

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"stet"
	"stet/desk/frame"
	"stet/desk/say"
	"stet/prose"
	"stet/store"
	"stet/web"
)

// writeRoutes are what the editor asks while somebody writes.
func (d *Desk) writeRoutes() []frame.Route {
	return []frame.Route{
		{Pattern: "POST /desk/articles/{id}/save", Act: stet.ActWrite, Serve: d.save},
		{Pattern: "GET /desk/articles/{id}/state", Act: stet.ActRead, Serve: d.state},
		{Pattern: "POST /desk/articles/{id}/here", Act: stet.ActRead, Serve: d.here},
		{Pattern: "POST /desk/paste", Serve: d.paste},
		{Pattern: "GET /desk/complete", Serve: d.complete},
	}
}

// maxSave bounds a save: two texts of the largest size, and their escapes.
const maxSave = 2 * (prose.MaxBytes + prose.MaxBytes/2)

// wholeText is a content with its body, as scripts send and get it.
type wholeText struct {
	stet.Content
	Body json.RawMessage `json:"body"`
}

func wholeTextOf(c *stet.Content) *wholeText {
	t := &wholeText{Content: *c}
	if c.Body != nil {
		t.Body = c.Body.JSON()
	}
	return t
}

// content returns what the text says. The body obeys the schema.
func (t *wholeText) content() (stet.Content, error) {
	c := t.Content
	c.Body = nil
	if len(t.Body) == 0 || string(t.Body) == "null" {
		return c, nil
	}
	body, err := prose.Parse(t.Body)
	if err != nil {
		return c, stet.Errorf(stet.Invalid, "body", "%s", err)
	}
	c.Body = body
	return c, nil
}

// saving is what the editor sends at a pause.
type saving struct {
	Person  string     `json:"person"`         // who wrote: nobody else's session may save it
	Version int64      `json:"version"`        // of the text that content grew from
	Base    *wholeText `json:"base,omitempty"` // that text, to merge with what is there now
	Content *wholeText `json:"content"`
	Lang    stet.Lang  `json:"lang,omitempty"` // that the text is in from now on
}

// saved is the answer.
type saved struct {
	Version int64        `json:"version"`
	At      time.Time    `json:"at,omitzero"`       // when it was saved
	By      string       `json:"by,omitempty"`      // who saved last
	Content *wholeText   `json:"content,omitempty"` // what is there now, where it is not what was sent
	Merged  *wholeText   `json:"merged,omitempty"`  // what both made, with theirs wherever they clash
	Clashes []stet.Clash `json:"clashes,omitempty"`
	Words   string       `json:"words,omitempty"` // offered to readers with a correction
}

// errConflict ends a transaction that must not save.
var errConflict = errors.New("somebody has saved since")

// save keeps what somebody has written. Where somebody else has saved since, it
// answers what is there; with the text both began with, it merges, and answers
// what it cannot decide.
func (d *Desk) save(w http.ResponseWriter, v *frame.Visit) error {
	id, err := frame.ArticleID(v)
	if err != nil {
		return err
	}
	if v.Header.Get("Content-Type") == "application/x-www-form-urlencoded" {
		return d.saveFields(w, v, id)
	}
	var s saving
	if err := frame.ReadJSON(v, maxSave, &s); err != nil {
		return err
	}
	if s.Content == nil {
		return stet.Errorf(stet.Invalid, "content", "is missing")
	}
	if s.Person != v.Person.ID {
		web.WriteJSON(w, http.StatusUnauthorized, map[string]string{"other": v.Person.Name})
		return nil
	}
	mine, err := s.Content.content()
	if err != nil {
		return err
	}
	if _, ok := v.Site.Edition(s.Lang); s.Lang != "" && !ok {
		return stet.Errorf(stet.Invalid, "lang", "%q is none of the site's languages", s.Lang)
	}
	var base *stet.Content
	if s.Base != nil {
		c, err := s.Base.content()
		if err != nil {
			return err
		}
		base = &c
	}
	var out saved
	var by string // whose changes are among what is answered
	a, err := d.DB.UpdateArticle(v.Context(), id, func(a *stet.Article) error {
		out, by = saved{Version: a.Version}, ""
		if a.New() {
			return stet.Errorf(stet.NotFound, "id", "there is no article %q", id)
		}
		if err := stet.May(v.User(), stet.ActWrite, a); err != nil {
			return err
		}
		if s.Lang != "" {
			if err := a.SetLang(v.User(), s.Lang, v.Now); err != nil {
				return err
			}
		}
		next := mine
		there := a.Latest()
		switch {
		case base != nil:
			merged, clashes := stet.Merge(*base, mine, there.Content)
			if len(clashes) > 0 {
				out.Content, out.Merged, out.Clashes = wholeTextOf(&there.Content), wholeTextOf(&merged), clashes
				by = there.By
				return errConflict
			}
			next = merged
		case a.Version != s.Version && !sameText(&there.Content, &mine):
			out.Content, by = wholeTextOf(&there.Content), there.By
			return errConflict
		}
		if err := a.Save(v.User(), next, v.Now); err != nil {
			return err
		}
		if base != nil && !sameText(&a.Latest().Content, &mine) {
			out.Content, by = wholeTextOf(&a.Latest().Content), there.By
		}
		return nil
	})
	status := http.StatusOK
	switch {
	case errors.Is(err, errConflict):
		status = http.StatusConflict
	case err != nil:
		return err
	default:
		out.Version, out.At, out.Words = a.Version, v.Now, wordsOf(v, a).Offered
	}
	if out.By, err = d.nameOf(v, by); err != nil {
		return err
	}
	web.WriteJSON(w, status, out)
	return nil
}

// saveFields keeps the fields of the form as a browser without scripts sends
// them; what it does not send stays.
func (d *Desk) saveFields(w http.ResponseWriter, v *frame.Visit, id stet.ArticleID) error {
	v.Body = http.MaxBytesReader(w, v.Body, 1<<20)
	if err := v.ParseForm(); err != nil {
		return &web.Refusal{Status: http.StatusBadRequest, Detail: "This form cannot be read. Go back and send it again."}
	}
	_, err := d.DB.UpdateArticle(v.Context(), id, func(a *stet.Article) error {
		if a.New() {
			return stet.Errorf(stet.NotFound, "id", "there is no article %q", id)
		}
		if v.PostForm.Get("version") != strconv.FormatInt(a.Version, 10) {
			return stet.Errorf(stet.Stale, "", "the article has changed since this form was opened")
		}
		c := a.Latest().Content
		for name, field := range map[string]*string{
			"headline": &c.Headline, "kicker": &c.Kicker, "standfirst": &c.Standfirst, "dateline": &c.Dateline, "section": &c.Section,
			"slug": &c.Slug, "canonical": &c.Canonical, "licence": &c.Licence, "genre": (*string)(&c.Genre),
		} {
			if v.PostForm.Has(name) {
				*field = v.PostForm.Get(name)
			}
		}
		if v.PostForm.Has("source.name") {
			source := stet.Source{Name: v.PostForm.Get("source.name"), URL: v.PostForm.Get("source.url"), Kind: v.PostForm.Get("source.kind")}
			if c.Source = &source; source == (stet.Source{}) {
				c.Source = nil
			}
		}
		if v.PostForm.Has("picture.url") {
			picture := stet.PictureUse{URL: v.PostForm.Get("picture.url"), Alt: v.PostForm.Get("picture.alt"),
				Caption: v.PostForm.Get("picture.caption"), Credit: v.PostForm.Get("picture.credit")}
			if picture.ID = stet.PictureID(v.PostForm.Get("picture.id")); !v.PostForm.Has("picture.id") && c.Picture != nil {
				picture.ID = c.Picture.ID
			}
			if c.Picture = &picture; picture == (stet.PictureUse{}) {
				c.Picture = nil
			}
		}
		if v.PostForm.Get("then") == "unlead" {
			c.Picture = nil
		}
		return a.Save(v.User(), c, v.Now)
	})
	if err != nil {
		return err
	}
	if v.PostForm.Get("then") == "lead" {
		return frame.SeeOther(w, v, "/desk/pictures?"+url.Values{"lead": {string(id)}}.Encode())
	}
	return frame.SeeOther(w, v, frame.ArticlePath(id))
}

func sameText(a, b *stet.Content) bool { return bytes.Equal(a.CanonicalForm(), b.CanonicalForm()) }

// state answers the text as it is.
func (d *Desk) state(w http.ResponseWriter, v *frame.Visit) error {
	a, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	out := saved{Version: a.Version, At: a.Latest().At, Content: wholeTextOf(&a.Latest().Content), Words: wordsOf(v, a).Offered}
	if out.By, err = d.nameOf(v, a.Latest().By); err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}

// here notes where somebody is, and tells who else is in the article.
func (d *Desk) here(w http.ResponseWriter, v *frame.Visit) error {
	var in struct {
		Tab     string `json:"tab"`
		Block   string `json:"block"`
		Version int64  `json:"version"`
	}
	if err := frame.ReadJSON(v, 1<<12, &in); err != nil {
		return err
	}
	a, err := d.Article(v, stet.ActRead)
	if err != nil {
		return err
	}
	others, err := d.DB.Here(v.Context(), string(a.ID), store.Presence{Tab: in.Tab, Person: v.Person.ID, Block: in.Block}, v.Now)
	if err != nil {
		return err
	}
	type person struct {
		Name  string `json:"name"`
		Block string `json:"block"`
		Own   bool   `json:"own,omitempty"` // the same person in another window
	}
	out := struct {
		Version int64          `json:"version"`
		Work    stet.WorkState `json:"work"`
		Live    stet.LiveState `json:"live"`
		People  []person       `json:"people"`
	}{a.Version, a.Work, a.Live, []person{}}
	for _, o := range others {
		name, err := d.nameOf(v, o.Person)
		if err != nil {
			return err
		}
		out.People = append(out.People, person{name, o.Block, o.Person == v.Person.ID})
	}
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}

// nameOf is what an actor is called; empty for one who is no person.
func (d *Desk) nameOf(v *frame.Visit, id string) (string, error) {
	if id == v.Person.ID {
		return v.Person.Name, nil
	}
	p, err := d.DB.Person(v.Context(), id)
	switch {
	case stet.Is(err, stet.NotFound):
		return "", nil
	case err != nil:
		return "", err
	}
	return p.Name, nil
}

// paste makes our document of HTML that was copied elsewhere, and tells what of
// it has no place here.
func (d *Desk) paste(w http.ResponseWriter, v *frame.Visit) error {
	if err := stet.May(v.User(), stet.ActWrite, nil); err != nil {
		return err
	}
	var in struct {
		HTML string `json:"html"`
		Lang string `json:"lang"`
	}
	if err := frame.ReadJSON(v, 4*prose.MaxBytes+1<<20, &in); err != nil {
		return err
	}
	doc, losses := prose.FromHTML(in.HTML, prose.FromOptions{Lang: in.Lang})
	dropVariants(doc, in.Lang)
	type loss struct {
		What string `json:"what"`
		N    int    `json:"n"`
	}
	out := struct {
		Doc    json.RawMessage `json:"doc"`
		Losses []loss          `json:"losses"`
	}{doc.JSON(), []loss{}}
	for _, l := range losses {
		out.Losses = append(out.Losses, loss{l.What, l.Count})
	}
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}

// dropVariants takes away the marks of variants of the article's own language:
// Word writes one on every paragraph, after the keyboard in use.
func dropVariants(doc *prose.Doc, language string) {
	base := func(tag string) string { b, _, _ := strings.Cut(tag, "-"); return b }
	doc.Walk(func(n *prose.Node) bool {
		if base(n.Attrs.Get("lang")) == base(language) {
			n.Attrs.Set("lang", "")
		}
		n.Marks = slices.DeleteFunc(n.Marks, func(m prose.Mark) bool {
			return m.Type == prose.Lang && base(m.Attrs.Get("lang")) == base(language)
		})
		return true
	})
}

// maxSuggestions is how many terms are offered for what is half typed.
const maxSuggestions = 10

// suggestion is a term that may be meant; a new one is nobody's yet. The key of
// a story is its address.
type suggestion struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	New  bool   `json:"new,omitempty"`
	Note string `json:"note,omitempty"` // when a story was published; what kind of topic it is
}

// complete offers topics or authors for what is half typed, and what is typed as
// a new topic or a guest, unless one is called so already; or live stories with
// such words in their headlines, the newest first.
func (d *Desk) complete(w http.ResponseWriter, v *frame.Visit) error {
	kind, l := stet.TermKind(v.FormValue("kind")), stet.Lang(v.FormValue("lang"))
	if kind == "story" {
		return d.completeStory(w, v, l)
	}
	if kind != stet.TopicTerm && kind != stet.AuthorTerm {
		return stet.Errorf(stet.Invalid, "kind", "%.40q is neither topic, author nor story", kind)
	}
	typed := stet.CleanLine(v.FormValue("q"))
	found, err := d.DB.FindTerms(v.Context(), kind, l, typed, maxSuggestions)
	if err != nil {
		return err
	}
	out, known := []suggestion{}, typed == ""
	for _, t := range found {
		s := suggestion{Key: t.Key, Name: t.Name}
		if t.Topic != "" {
			s.Note = v.T(say.Key("topic_" + t.Topic))
		}
		out = append(out, s)
		known = known || strings.EqualFold(t.Name, typed)
	}
	if !known {
		key := typed
		if kind == stet.AuthorTerm {
			key = stet.AuthorKey(l, typed)
		}
		out = append(out, suggestion{Key: key, Name: typed, New: true})
	}
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}

func (d *Desk) completeStory(w http.ResponseWriter, v *frame.Visit, l stet.Lang) error {
	out := []suggestion{}
	if typed := stet.CleanLine(v.FormValue("q")); typed != "" {
		rows, _, err := d.DB.Board(v.Context(), store.BoardQuery{Actor: v.User(), Live: []stet.LiveState{stet.LivePublished}, Lang: l,
			Text: typed, Order: store.ByPublication, Limit: maxSuggestions})
		if err != nil {
			return err
		}
		for _, r := range rows {
			out = append(out, suggestion{Key: (&url.URL{Path: string(r.Path)}).EscapedPath(), Name: r.Headline, Note: v.Language.Date(r.PublishedAt.In(v.Site.Zone))})
		}
	}
	web.WriteJSON(w, http.StatusOK, out)
	return nil
}
