// Package say is what the desk says, in each of its languages: texts by their
// keys, and the sentences in which the law refuses something.
//
// Texts stand in tables, one file for each subject, the languages side by side.
package say

import (
	"cmp"
	"fmt"
	"maps"
	"strings"

	"stet"
	"stet/lang"
)

// Key names a text. Placeholders in texts are written {name}.
type Key string

// Text is what the desk says in English, Russian and Azerbaijani.
type Text [3]string

// Texts are texts by their keys, of one subject.
type Texts map[Key]Text

// Book is all that the desk says.
type Book struct {
	texts Texts
	words map[stet.Lang]*Words
}

// NewBook puts the texts of the desk's parts and those of this package together.
// A key belongs to one of them.
func NewBook(parts ...Texts) (*Book, error) {
	b := &Book{texts: Texts{}, words: map[stet.Lang]*Words{}}
	for _, table := range append([]Texts{pageTexts, articleTexts, pictureTexts, editorTexts}, parts...) {
		for key, t := range table {
			if _, twice := b.texts[key]; twice {
				return nil, fmt.Errorf("say: two texts are called %s", key)
			}
			b.texts[key] = t
		}
	}
	for code, in := range languages {
		b.words[code] = &Words{string(code), lang.Get(string(code)), b.texts, in}
	}
	return b, nil
}

// languages are how to choose of a text.
var languages = map[stet.Lang]func(Text) string{
	"en": func(t Text) string { return t[0] },
	"ru": func(t Text) string { return t[1] },
	"az": func(t Text) string { return t[2] },
}

// Words are the desk's texts in one language, and how dates are written in it.
type Words struct {
	Lang     string // the code, for the lang attribute
	Language *lang.Language
	texts    Texts
	in       func(Text) string
}

// In returns the words of one of stet.DeskLangs.
func (b *Book) In(l stet.Lang) *Words { return b.words[l] }

// All are all texts.
func (b *Book) All() Texts { return maps.Clone(b.texts) }

// For chooses the language for somebody whose own is not known.
func (b *Book) For(acceptLanguage string) *Words {
	var codes []string
	for _, l := range stet.DeskLangs {
		codes = append(codes, string(l))
	}
	return b.words[stet.Lang(cmp.Or(lang.Match(acceptLanguage, codes), codes[0]))]
}

// T returns a text. Args are pairs of a placeholder's name and its value. A
// text that is not there gives its key.
func (w *Words) T(key Key, args ...any) string {
	t, ok := w.texts[key]
	if !ok {
		return string(key)
	}
	if len(args) == 0 {
		return w.in(t)
	}
	pairs := make([]string, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs[i] = fmt.Sprintf("{%v}", args[i])
		pairs[i+1] = fmt.Sprint(args[i+1])
		if n, ok := args[i+1].(int); ok {
			pairs[i+1] = w.Language.Number(n)
		}
	}
	return strings.NewReplacer(pairs...).Replace(w.in(t))
}

// Said is a text whose key came with a request; empty if there is none of that
// key.
func (w *Words) Said(key Key) string {
	if t, ok := w.texts[key]; ok {
		return w.in(t)
	}
	return ""
}

// Field is the name of a field of an article as the desk labels it.
func (w *Words) Field(name string) string {
	if _, ok := w.texts[Key("field_"+name)]; ok {
		return w.T(Key("field_" + name))
	}
	return name
}

// Role is the name of a role.
func (w *Words) Role(r stet.Role) string {
	return w.T(Key("role_" + strings.ReplaceAll(string(r), " ", "_")))
}

var workTexts = map[stet.WorkState]Key{
	stet.WorkNone: "work_none", stet.WorkDraft: "work_draft", stet.WorkInReview: "work_in_review",
	stet.WorkApproved: "work_approved", stet.WorkScheduled: "work_scheduled",
}

// Work is what the newsroom is doing to a text.
func (w *Words) Work(s stet.WorkState) string { return w.T(workTexts[s]) }

// Editor are the texts that the editor's script needs: its own, and the names of
// fields.
func (w *Words) Editor() map[string]string {
	out := map[string]string{}
	for key, t := range w.texts {
		if name, ok := strings.CutPrefix(string(key), "edit_"); ok {
			out[name] = w.in(t)
		}
		if strings.HasPrefix(string(key), "field_") {
			out[string(key)] = w.in(t)
		}
	}
	return out
}
