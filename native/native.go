// Package native is the native form: the one shape in which texts enter and
// leave, in files and through the API.
package native

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"stet"
	"stet/lang"
	"stet/prose"
)

// Article is an article in the native form.
type Article struct {
	ID            stet.ArticleID   `json:"id,omitempty"`
	Kind          stet.Kind        `json:"kind,omitempty"` // empty means a story
	Lang          stet.Lang        `json:"lang"`
	TranslationOf stet.ArticleID   `json:"translation_of,omitempty"`
	Status        string           `json:"status,omitempty"` // "draft" (also when empty) or "published"
	Headline      string           `json:"headline"`
	Standfirst    string           `json:"standfirst,omitempty"`
	Kicker        string           `json:"kicker,omitempty"`
	Body          json.RawMessage  `json:"body,omitempty"`
	BodyHTML      string           `json:"body_html,omitempty"`
	BodyMarkdown  string           `json:"body_markdown,omitempty"`
	Section       string           `json:"section,omitempty"`
	Topics        []string         `json:"topics,omitempty"`
	Authors       []Author         `json:"authors,omitempty"`
	Dateline      string           `json:"dateline,omitempty"`
	Source        *stet.Source     `json:"source,omitempty"`
	Genre         stet.Genre       `json:"genre,omitempty"`
	Access        stet.Access      `json:"access,omitempty"`
	Slug          string           `json:"slug,omitempty"`
	OldURLs       []string         `json:"old_urls,omitempty"`
	PublishedAt   *time.Time       `json:"published_at,omitempty"`
	UpdatedAt     *time.Time       `json:"updated_at,omitempty"`
	Embargo       *time.Time       `json:"embargo,omitempty"` // not to be published before
	Expires       *time.Time       `json:"expires,omitempty"` // withdrawn then
	Picture       *stet.PictureUse `json:"picture,omitempty"`
	Canonical     string           `json:"canonical,omitempty"`
	Licence       string           `json:"licence,omitempty"`

	draft  *stet.Draft // made when it was decoded and checked
	losses []prose.Loss
}

// Author is an item of authors: a name, or a key with a name.
type Author struct {
	Key  string `json:"key"`
	Name string `json:"name,omitempty"`
}

// Term is a line of type section, topic or author.
type Term struct {
	Type   stet.TermKind
	Key    string
	Names  map[stet.Lang]string
	Slugs  map[stet.Lang]string
	Parent string
	Kind   string // of a topic
}

// MaxBody is the most bytes a body may have in any form.
const MaxBody = 2 << 20

// Decode reads an article in the native form. The error holds every fault
// as Errors whose fields are named as in the text.
func Decode(data []byte) (*Article, error) {
	v, err := decodeLine(data, stet.MaxSlug)
	if err != nil {
		return nil, err
	}
	n, ok := v.(*Article)
	if !ok {
		return nil, stet.Errorf(stet.Invalid, "type", "must be article here")
	}
	return n, nil
}

// DecodeLine reads one line of a native file: a *Article, *Term or
// *stet.Redirect.
//
// A file may give slugs that were addresses elsewhere: longer ones than a slug
// made here, and such with percent-escapes, which are made anew as a loss.
func DecodeLine(data []byte) (any, error) { return decodeLine(data, stet.MaxGivenSlug) }

func decodeLine(data []byte, mostSlug int) (any, error) {
	members, err := object(data)
	if err != nil {
		return nil, err
	}
	d := &decoder{members: members, mostSlug: mostSlug}
	kind := "article"
	d.field("type", &kind)
	var out any
	switch kind {
	case "article":
		out = d.article()
	case string(stet.SectionTerm), string(stet.TopicTerm), string(stet.AuthorTerm):
		t := &Term{Type: stet.TermKind(kind)}
		d.field("key", &t.Key)
		t.Names = d.byLang("names")
		t.Slugs = d.byLang("slugs")
		switch t.Type {
		case stet.SectionTerm:
			d.field("parent", &t.Parent)
		case stet.TopicTerm:
			d.field("kind", &t.Kind)
		}
		d.term(t)
		out = t
	case "redirect":
		r := &stet.Redirect{}
		d.redirect(r)
		out = r
	default:
		return nil, stet.Errorf(stet.Invalid, "type", "%.40q is none of article, section, topic, author, redirect", kind)
	}
	for _, name := range slices.Sorted(maps.Keys(d.members)) {
		d.bad(name, "is not a field of the native form")
	}
	if err := d.errs.Or(); err != nil {
		return nil, err
	}
	return out, nil
}

// object splits a JSON object into its members, refusing what the standard
// decoder lets through: doubled keys, lone surrogates, invalid UTF-8.
func object(data []byte) (map[string]jsontext.Value, error) {
	var members map[string]jsontext.Value
	if err := jsonv2.Unmarshal(data, &members); err != nil {
		return nil, stet.Errorf(stet.Malformed, "", "is not a JSON object: %s", plainJSON(err))
	}
	if members == nil {
		return nil, stet.Errorf(stet.Malformed, "", "is not a JSON object: it is null")
	}
	return members, nil
}

// plainJSON words a decoder's error without the decoder's own names.
func plainJSON(err error) string {
	var syntactic *jsontext.SyntacticError
	if errors.As(err, &syntactic) {
		msg := syntactic.Err.Error()
		if p := string(syntactic.JSONPointer); p != "" {
			msg += " at " + strings.ReplaceAll(strings.TrimPrefix(p, "/"), "/", ".")
		}
		return msg
	}
	return "it is something else"
}

type decoder struct {
	members  map[string]jsontext.Value
	prefix   string
	mostSlug int
	errs     stet.Errors
}

func (d *decoder) bad(field, format string, args ...any) {
	d.errs = append(d.errs, stet.Errorf(stet.Invalid, d.prefix+field, format, args...))
}

// field takes a member out and decodes it; null counts as absent.
func (d *decoder) field(name string, into any) bool {
	raw, ok := d.members[name]
	delete(d.members, name)
	if !ok || raw.Kind() == 'n' {
		return false
	}
	if err := jsonv2.Unmarshal(raw, into); err != nil {
		d.bad(name, "must be %s", wanted(into))
		return false
	}
	if holdsNUL(raw) {
		d.bad(name, "holds U+0000, which no text may")
		return false
	}
	return true
}

// byLang decodes an object of strings by language, whose codes become those of
// editions, in lower case.
func (d *decoder) byLang(name string) map[stet.Lang]string {
	var m map[stet.Lang]string
	if !d.field(name, &m) {
		return nil
	}
	out := make(map[stet.Lang]string, len(m))
	for l, v := range m {
		code := stet.Lang(strings.ToLower(string(l)))
		if _, ok := out[code]; ok {
			d.bad(name+"."+string(code), "stands twice")
		}
		out[code] = v
	}
	return out
}

// holdsNUL reports whether a JSON value has U+0000 in one of its strings.
func holdsNUL(raw jsontext.Value) bool {
	if !bytes.Contains(raw, []byte(`\u0000`)) {
		return false
	}
	tokens := jsontext.NewDecoder(bytes.NewReader(raw))
	for {
		t, err := tokens.ReadToken()
		if err != nil {
			return false // its end
		}
		if t.Kind() == '"' && strings.ContainsRune(t.String(), 0) {
			return true
		}
	}
}

// named reports whether a fault of a field, or of a part of it, is known.
func (d *decoder) named(field string) bool {
	return slices.ContainsFunc(d.errs, func(e *stet.Error) bool {
		return e.Field == field || strings.HasPrefix(e.Field, field+".") || field == "body" && strings.HasPrefix(e.Field, "body")
	})
}

func wanted(into any) string {
	switch into.(type) {
	case *[]string:
		return "a list of strings"
	case *map[stet.Lang]string:
		return `an object of strings by language, {"ru":"…"}`
	}
	return "a string"
}

// nested decodes an object member, naming its fields "name.field".
func (d *decoder) nested(name string, read func(*decoder)) {
	raw, ok := d.members[name]
	delete(d.members, name)
	if !ok || raw.Kind() == 'n' {
		return
	}
	d.object(name, raw, read)
}

func (d *decoder) object(name string, raw jsontext.Value, read func(*decoder)) {
	members, err := object(raw)
	if err != nil {
		d.bad(name, "must be an object")
		return
	}
	in := &decoder{members: members, prefix: d.prefix + name + "."}
	read(in)
	for _, left := range slices.Sorted(maps.Keys(in.members)) {
		in.bad(left, "is not a field of the native form")
	}
	d.errs = append(d.errs, in.errs...)
}

func (d *decoder) instant(name string) *time.Time {
	var s string
	if !d.field(name, &s) {
		return nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || strings.Contains(s, ",") { // the parser takes a comma for a point
		d.bad(name, `%.40q is not a time: write it like "2021-06-02T14:05:00+04:00"`, s)
		return nil
	}
	if t.IsZero() { // which elsewhere means that there is none
		t = t.Add(time.Millisecond)
	}
	if err := stet.CheckTime(name, t); err != nil {
		d.bad(name, "%s", err.(*stet.Error).Message)
		return nil
	}
	t = t.Truncate(time.Millisecond)
	return &t
}

func (d *decoder) article() *Article {
	n := &Article{}
	d.field("id", &n.ID)
	if n.ID != "" && !stet.ValidID(string(n.ID)) {
		d.bad("id", "must be 1–200 visible ASCII characters")
	}
	d.field("kind", &n.Kind)
	if n.Kind != "" && n.Kind != stet.StoryKind && n.Kind != stet.PageKind {
		d.bad("kind", "%.40q is neither story nor page", n.Kind)
	}
	d.field("lang", &n.Lang)
	if n.Lang = stet.Lang(strings.ToLower(string(n.Lang))); n.Lang == "" {
		d.bad("lang", "is missing; an article needs the code of its language")
	} else if !lang.Valid(string(n.Lang)) {
		d.bad("lang", "%.40q is not a language code", n.Lang)
	}
	d.field("translation_of", &n.TranslationOf)
	if n.TranslationOf != "" && !stet.ValidID(string(n.TranslationOf)) {
		d.bad("translation_of", "must be the id of an article")
	}
	d.field("status", &n.Status)
	if n.Status != "" && n.Status != "draft" && n.Status != "published" {
		d.bad("status", "%.40q is neither draft nor published", n.Status)
	}
	d.field("headline", &n.Headline)
	d.field("standfirst", &n.Standfirst)
	d.field("kicker", &n.Kicker)
	bodies := 0
	if raw, ok := d.members["body"]; ok && raw.Kind() != 'n' {
		n.Body = json.RawMessage(raw)
		bodies++
	}
	delete(d.members, "body")
	for _, b := range []struct {
		name string
		text *string
	}{{"body_html", &n.BodyHTML}, {"body_markdown", &n.BodyMarkdown}} {
		if d.field(b.name, b.text) {
			bodies++
		}
		if len(*b.text) > MaxBody {
			d.bad(b.name, "is %d bytes long; at most %d are allowed", len(*b.text), MaxBody)
			*b.text = ""
		}
	}
	if bodies > 1 {
		d.bad("body", "is given more than once; send one of body, body_html and body_markdown")
	}
	d.field("section", &n.Section)
	d.field("topics", &n.Topics)
	d.authors(n)
	d.field("dateline", &n.Dateline)
	d.nested("source", func(in *decoder) {
		n.Source = &stet.Source{}
		in.field("name", &n.Source.Name)
		in.field("url", &n.Source.URL)
		in.field("kind", &n.Source.Kind)
	})
	d.field("genre", &n.Genre)
	d.field("access", &n.Access)
	if d.field("slug", &n.Slug) {
		d.slug(n)
	}
	d.field("old_urls", &n.OldURLs)
	n.PublishedAt = d.instant("published_at")
	n.UpdatedAt = d.instant("updated_at")
	n.Embargo = d.instant("embargo")
	n.Expires = d.instant("expires")
	d.nested("picture", func(in *decoder) {
		n.Picture = &stet.PictureUse{}
		in.field("id", &n.Picture.ID)
		in.field("url", &n.Picture.URL)
		in.field("alt", &n.Picture.Alt)
		in.field("caption", &n.Picture.Caption)
		in.field("credit", &n.Picture.Credit)
	})
	d.field("canonical", &n.Canonical)
	d.field("licence", &n.Licence)
	d.check(n)
	return n
}

func (d *decoder) authors(n *Article) {
	var items []jsontext.Value
	raw, ok := d.members["authors"]
	delete(d.members, "authors")
	if !ok || raw.Kind() == 'n' {
		return
	}
	if err := jsonv2.Unmarshal(raw, &items); err != nil {
		d.bad("authors", `must be a list of names or of objects {"key":"…","name":"…"}`)
		return
	}
	if holdsNUL(raw) {
		d.bad("authors", "holds U+0000, which no text may")
		return
	}
	for _, item := range items {
		var a Author
		if item.Kind() == '"' {
			if err := jsonv2.Unmarshal(item, &a.Name); err != nil {
				d.bad("authors", "must be a list of names")
				continue
			}
		} else {
			before := len(d.errs)
			d.object("authors", item, func(in *decoder) {
				in.field("key", &a.Key)
				in.field("name", &a.Name)
			})
			if len(d.errs) > before {
				continue
			}
		}
		a.Key, a.Name = stet.CleanLine(a.Key), stet.CleanLine(a.Name)
		if a.Name == "" && a.Key == "" {
			d.bad("authors", "has an item without a name")
			continue
		}
		n.Authors = append(n.Authors, a)
	}
}

// check holds the fields to the rules of a Content, so that a file's faults are
// known before anything of it is written. Of a field that could not be read no
// more is said.
func (d *decoder) check(n *Article) {
	draft, losses, found := n.build()
	if len(found) == 0 {
		n.draft, n.losses = &draft, append(n.losses, losses...)
	}
	found = append(found, draft.Faults(n.Status == "published")...)
	found = slices.DeleteFunc(found, func(e *stet.Error) bool { return d.named(e.Field) })
	d.errs = append(d.errs, found...)
}

func (d *decoder) redirect(r *stet.Redirect) {
	var from, to string
	d.field("from", &from)
	d.field("to", &to)
	var err error
	if from == "" {
		d.bad("from", "is missing; a redirect needs an old address")
	} else if r.From, err = stet.OldPath(from); err != nil {
		d.bad("from", "%s", err.(*stet.Error).Message)
	}
	if to == "" {
		d.bad("to", "is missing; a redirect needs a new address")
	} else if r.To, err = stet.CheckTarget(to); err != nil {
		d.bad("to", "%s", err.(*stet.Error).Message)
	}
}

// slug holds a given slug to its rule: it is refused, not repaired. Only one
// that another system had percent-encoded is decoded and made anew.
func (d *decoder) slug(n *Article) {
	if given, err := url.PathUnescape(n.Slug); d.mostSlug == stet.MaxGivenSlug && err == nil && given != n.Slug {
		n.losses = append(n.losses, prose.Loss{What: "slug with percent-escapes, made anew", Count: 1, Sample: n.Slug})
		n.Slug = lang.Get(string(n.Lang)).Slug(given, string(n.ID))
	}
	if !stet.ValidSlug(n.Slug, d.mostSlug) {
		d.bad("slug", "%.90q is not a slug: use a–z, 0–9 and hyphens, 1–%d characters", n.Slug, d.mostSlug)
		n.Slug = ""
	}
}

func (d *decoder) term(t *Term) {
	t.Key, t.Parent = stet.CleanLine(t.Key), stet.CleanLine(t.Parent)
	if !stet.ValidKey(t.Key) {
		d.bad("key", "is missing or not a key: use at most %d visible characters without slashes", stet.MaxKey)
	}
	if t.Parent != "" && (!stet.ValidKey(t.Parent) || t.Parent == t.Key) {
		d.bad("parent", "%.80q is not the key of another section", t.Parent)
	}
	for _, l := range slices.Sorted(maps.Keys(t.Names)) {
		name := stet.CleanLine(t.Names[l])
		if !lang.Valid(string(l)) {
			d.bad("names", "%.40q is not a language code", l)
		}
		if name == "" || utf8.RuneCountInString(name) > stet.MaxKicker {
			d.bad("names."+string(l), "must have 1–%d characters", stet.MaxKicker)
		}
		t.Names[l] = name
	}
	for _, l := range slices.Sorted(maps.Keys(t.Slugs)) {
		if !lang.Valid(string(l)) {
			d.bad("slugs", "%.40q is not a language code", l)
		}
		if !lang.ValidSlug(t.Slugs[l], false) {
			d.bad("slugs."+string(l), "%.90q is not a slug: use a–z, 0–9 and hyphens, at most 80 characters", t.Slugs[l])
		}
	}
	if t.Kind != "" && !slices.Contains(stet.TopicKinds, t.Kind) {
		d.bad("kind", "%.40q is none of %s", t.Kind, strings.Join(stet.TopicKinds, ", "))
	}
}

// Draft turns the native form into what an article starts from, and tells what
// of its body the schema has no place for.
func (n *Article) Draft() (stet.Draft, []prose.Loss, error) {
	if n.draft != nil {
		return *n.draft, n.losses, nil
	}
	d, losses, faults := n.build()
	if err := faults.Or(); err != nil {
		return d, nil, err
	}
	n.draft, n.losses = &d, append(n.losses, losses...)
	return d, n.losses, nil
}

func (n *Article) build() (stet.Draft, []prose.Loss, stet.Errors) {
	var faults stet.Errors
	d := stet.Draft{
		Kind: n.Kind, Lang: n.Lang, Group: n.TranslationOf,
		Content: stet.Content{
			Headline: n.Headline, Standfirst: n.Standfirst, Kicker: n.Kicker, Slug: n.Slug,
			Section: n.Section, Topics: slices.Clone(n.Topics), Dateline: n.Dateline,
			Source: n.Source, Genre: n.Genre, Access: n.Access, Picture: n.Picture,
			Canonical: n.Canonical, Licence: n.Licence,
		},
	}
	if d.Kind == "" {
		d.Kind = stet.StoryKind
	}
	if n.PublishedAt != nil {
		d.PublishedAt = *n.PublishedAt
	}
	if n.UpdatedAt != nil {
		d.UpdatedAt = *n.UpdatedAt
	}
	if n.Embargo != nil {
		d.Embargo = *n.Embargo
	}
	if n.Expires != nil {
		d.Expires = *n.Expires
	}
	for _, u := range n.OldURLs {
		p, err := stet.OldPath(u)
		if err != nil {
			faults = append(faults, err.(*stet.Error))
			continue
		}
		d.OldPaths = append(d.OldPaths, p)
	}
	for _, a := range n.Authors {
		b := stet.Byline(a)
		if b.Key == "" {
			b.Key = stet.AuthorKey(n.Lang, a.Name)
		}
		d.Content.Bylines = append(d.Content.Bylines, b)
	}
	from := prose.FromOptions{Lang: string(n.Lang), KeepRooted: true}
	if n.Source != nil {
		from.Base = n.Source.URL
	}
	var losses []prose.Loss
	switch {
	case len(n.Body) > MaxBody:
		faults = append(faults, stet.Errorf(stet.Invalid, "body", "is %d bytes long; at most %d are allowed", len(n.Body), MaxBody))
	case n.Body != nil:
		doc, err := prose.Parse(n.Body)
		if err != nil {
			field, message := "body", err.Error()
			var at *prose.Error
			if errors.As(err, &at) {
				message = at.Message
				if at.Path != "" {
					field += "." + at.Path
				}
			}
			faults = append(faults, stet.Errorf(stet.Invalid, field, "%s", message))
		} else if size := sizeWithIDs(n.Body); size > prose.MaxBytes {
			faults = append(faults, stet.Errorf(stet.Invalid, "body", "is %d bytes long with the ids of its paragraphs; at most %d are allowed", size, prose.MaxBytes))
		}
		d.Content.Body = doc
	case n.BodyHTML != "":
		d.Content.Body, losses = prose.FromHTML(n.BodyHTML, from)
	case n.BodyMarkdown != "":
		d.Content.Body, losses = prose.FromMarkdown(n.BodyMarkdown, from)
	}
	d.Content.Clean()
	d.ImportHash = n.hash(&d)
	return d, losses, faults
}

// sizeWithIDs is how large a document will be when its nodes have ids: what is
// stored must be readable again. It spares small documents the trouble.
func sizeWithIDs(body []byte) int {
	if len(body) < prose.MaxBytes/4 {
		return len(body)
	}
	doc, err := prose.Parse(body)
	if err != nil {
		return 0
	}
	doc.AssignIDs("")
	return len(doc.JSON())
}

// hash identifies what a line says, whatever the order of its fields.
func (n *Article) hash(d *stet.Draft) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	for _, v := range []any{d.Kind, d.Lang, d.Group, n.Status, d.OldPaths, d.PublishedAt.UnixMilli(), d.UpdatedAt.UnixMilli()} {
		enc.Encode(v) // hashes never fail to write
	}
	if !d.Embargo.IsZero() || !d.Expires.IsZero() { // else a line's hash stays what it was before there were these
		enc.Encode([]any{given(d.Embargo), given(d.Expires)})
	}
	h.Write(d.Content.CanonicalForm())
	return hex.EncodeToString(h.Sum(nil))
}

// Of returns the article's latest revision in the native form, with its
// body as our own document.
func Of(a *stet.Article) *Article {
	c := a.Latest()
	n := &Article{
		ID: a.ID, Kind: a.Kind, Lang: a.Lang, Headline: c.Headline, Standfirst: c.Standfirst, Kicker: c.Kicker,
		Section: c.Section, Topics: c.Topics, Dateline: c.Dateline, Source: c.Source, Genre: c.Genre,
		Access: c.Access, Slug: c.Slug, Picture: c.Picture, Canonical: c.Canonical, Licence: c.Licence,
		Status: "draft",
	}
	if a.Group != a.ID {
		n.TranslationOf = a.Group
	}
	if a.Live == stet.LivePublished {
		n.Status = "published"
	}
	for _, b := range c.Bylines {
		n.Authors = append(n.Authors, Author(b))
	}
	if c.Body != nil {
		n.Body = c.Body.JSON()
	}
	n.PublishedAt, n.UpdatedAt = given(a.PublishedAt), given(a.UpdatedAt)
	n.Embargo, n.Expires = given(a.Embargo), given(a.Expires)
	if n.PublishedAt == nil {
		n.PublishedAt = given(a.Asked)
	}
	return n
}

// given returns a time as an optional field: nil for zero.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

// Patch applies a JSON Merge Patch (RFC 7396) to the article's latest
// revision and returns the content that comes of it, and the time asked for. A
// patch may replace the body in any of its forms; what names the article cannot
// be patched, nor the time of what has been published.
func Patch(a *stet.Article, patch []byte) (stet.Draft, error) {
	members, err := object(patch)
	if err != nil {
		return stet.Draft{}, err
	}
	fixed := []string{"id", "type", "kind", "lang", "translation_of", "status", "old_urls", "updated_at"}
	if a.Live != stet.LiveNever {
		fixed = append(fixed, "published_at")
	}
	for _, name := range fixed {
		if _, ok := members[name]; ok {
			return stet.Draft{}, stet.Errorf(stet.Invalid, name, "cannot be changed by a patch")
		}
	}
	base := Of(a)
	base.PublishedAt, base.UpdatedAt, base.Status = given(a.Asked), nil, ""
	if _, ok := members["slug"]; !ok {
		base.Slug = "" // it was accepted once, perhaps as a file's
	}
	for _, form := range []string{"body_html", "body_markdown"} {
		if v, ok := members[form]; ok && v.Kind() != 'n' {
			base.Body = nil
		}
	}
	doc, err := json.Marshal(base)
	if err != nil {
		return stet.Draft{}, err
	}
	var target any
	if err := json.Unmarshal(doc, &target); err != nil {
		return stet.Draft{}, err
	}
	var change any
	if err := json.Unmarshal(patch, &change); err != nil {
		return stet.Draft{}, err
	}
	if body, ok := members["body"]; ok {
		delete(change.(map[string]any), "body") // a document is replaced, never merged
		delete(target.(map[string]any), "body")
		if body.Kind() != 'n' {
			target.(map[string]any)["body"] = json.RawMessage(body)
		}
	}
	merged, err := json.Marshal(mergePatch(target, change))
	if err != nil {
		return stet.Draft{}, err
	}
	n, err := Decode(merged)
	if err != nil {
		return stet.Draft{}, err
	}
	d, _, err := n.Draft()
	if _, ok := members["slug"]; !ok {
		d.Content.Slug = a.Latest().Slug
	}
	return d, err
}

func mergePatch(target, patch any) any {
	p, ok := patch.(map[string]any)
	if !ok {
		return patch
	}
	t, ok := target.(map[string]any)
	if !ok {
		t = map[string]any{}
	}
	for k, v := range p {
		if v == nil {
			delete(t, k)
		} else {
			t[k] = mergePatch(t[k], v)
		}
	}
	return t
}

// DecodeWord reads a JSON object whose only field is a string.
func DecodeWord(data []byte, field string) (string, error) {
	members, err := object(data)
	if err != nil {
		return "", err
	}
	d := &decoder{members: members}
	var s string
	d.field(field, &s)
	for _, name := range slices.Sorted(maps.Keys(d.members)) {
		d.bad(name, "is not known here; only %s is", field)
	}
	return s, d.errs.Or()
}

// DecodeBreaking reads a line of breaking news as the API takes it. An address
// may be whole, if it is of the site, whose scheme and host are given.
func DecodeBreaking(data []byte, site string) (stet.Breaking, error) {
	members, err := object(data)
	if err != nil {
		return stet.Breaking{}, err
	}
	d := &decoder{members: members}
	var b stet.Breaking
	var address string
	d.field("text", &b.Text)
	d.field("url", &address)
	if until := d.instant("until"); until != nil {
		b.Until = *until
	}
	for _, name := range slices.Sorted(maps.Keys(d.members)) {
		d.bad(name, "is not known here; there are text, url and until")
	}
	if b.Path, err = stet.SitePath(address, site); err != nil {
		d.bad("url", "%s", err.(*stet.Error).Message)
	}
	return b, d.errs.Or()
}
