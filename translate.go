package stet

import (
	"strconv"

	"stet/prose/parallel"
)

// Original reports whether other texts may be translations of this one.
func (a *Article) Original() bool { return a.Group == a.ID }

// Readable returns the text that a translation is to follow: what readers have,
// else what is being written, which takes the right to read it. Who may not work
// on a published article may still translate what everybody can read.
func (a *Article) Readable(u User) (*Revision, error) {
	err := May(u, ActRead, a)
	if a.Live == LivePublished && (err == nil || a.Current.Open()) {
		return a.Current, nil
	}
	if err != nil {
		return nil, err
	}
	return a.Latest(), nil
}

// Translation returns what the text of an article in another language begins
// with: where it belongs and what it shows, and no word of the original. What
// holds the original back holds it back too.
func (a *Article) Translation(u User, l Lang) (Draft, error) {
	if !a.Original() {
		return Draft{}, Errorf(Conflict, "lang", "the article is a translation itself; translate its original")
	}
	if l == a.Lang {
		return Draft{}, Errorf(Conflict, "lang", "the article is in %q already", l)
	}
	from, err := a.Readable(u)
	if err != nil {
		return Draft{}, err
	}
	c := Content{Section: from.Section, Topics: from.Topics, Bylines: from.Bylines, Genre: from.Genre, Access: from.Access, Licence: from.Licence}
	if p := from.Picture; p != nil {
		c.Picture = &PictureUse{ID: p.ID, URL: p.URL, Credit: p.Credit}
	}
	if len(from.Bylines) > 0 {
		c.Bylines = make([]Byline, len(from.Bylines))
		for i, b := range from.Bylines {
			c.Bylines[i].Key = b.Key // a name as signed is in the original's script
		}
	}
	c.Body = parallel.Carry(from.Body)
	d := Draft{Kind: a.Kind, Lang: l, Group: a.Group, Content: c, Embargo: a.Embargo, Gate: a.Waits()}
	if a.Expires.After(a.Embargo) {
		d.Expires = a.Expires
	}
	return d, nil
}

// Translatable returns what of a content has words of its language.
func (c *Content) Translatable() parallel.Text {
	t := parallel.Text{Fields: []parallel.Field{{Name: "kicker", Text: c.Kicker}, {Name: "headline", Text: c.Headline}, {Name: "standfirst", Text: c.Standfirst}, {Name: "dateline", Text: c.Dateline}}, Body: c.Body}
	source, picture := "", PictureUse{}
	if c.Source != nil {
		source = c.Source.Name
	}
	if c.Picture != nil {
		picture = *c.Picture
	}
	t.Fields = append(t.Fields, parallel.Field{Name: "source.name", Text: source}, parallel.Field{Name: "picture.alt", Text: picture.Alt}, parallel.Field{Name: "picture.caption", Text: picture.Caption})
	return t
}

const (
	Untranslated FindingKind = "untranslated" // parts of the original; Detail is how many
	Outdated     FindingKind = "outdated"     // parts of which the original has changed or lost; Detail is how many
)

// TranslationFindings are what a look at a translation finds beside
// [Article.Preflight].
func TranslationFindings(units []parallel.Unit) []Finding {
	missing, old := 0, 0
	for _, u := range units {
		switch u.State {
		case parallel.Missing:
			missing++
		case parallel.Stale, parallel.Gone:
			old++
		}
	}
	var out []Finding
	if missing > 0 {
		out = append(out, Finding{Kind: Untranslated, Field: "body", Detail: strconv.Itoa(missing)})
	}
	if old > 0 {
		out = append(out, Finding{Kind: Outdated, Field: "body", Detail: strconv.Itoa(old)})
	}
	return out
}

// Overtake tells a translation that readers have got another text of its
// original, with the words of a correction. It reaches whose the translation is,
// else who began it and who had a hand in it last.
func Overtake(id ArticleID, assignee, author, last string, by Event) Event {
	e := Event{At: by.At, Kind: Overtaken, Origin: by.Origin, Actor: by.Actor, Article: id}
	if by.Kind == Corrected {
		e.Note = by.Note
	}
	people := []string{author, last}
	if isPerson(assignee) {
		people = []string{assignee}
	}
	e.Tell = tell(User{ID: by.Actor, Origin: by.Origin}, people...)
	return e
}

// Overtakes reports whether an event of an original asks something of its
// translations: readers have another text of it, or were told of a mistake.
func (e *Event) Overtakes() bool {
	return (e.Kind == Updated || e.Kind == Corrected) && e.Origin != ByImport
}
