package desk

import (
	"fmt"
	"strings"

	"stet"
	"stet/lang"
)

// Key names a text of the desk. Texts stand in the tables of the files
// texts_*.go, one for each subject. Placeholders are written {name}.
type Key string

// text is what the desk says in each of its languages.
type text struct{ en, ru, az string }

// texts are all the texts of the desk.
var texts = func() map[Key]text {
	all := map[Key]text{}
	for _, table := range []map[Key]text{pageTexts, articleTexts, peopleTexts, editorTexts} {
		for key, t := range table {
			if _, twice := all[key]; twice {
				panic("desk: two texts are called " + string(key))
			}
			all[key] = t
		}
	}
	return all
}()

// words are the desk's texts in one language, and how dates are written in it.
type words struct {
	Lang string // the code, for the lang attribute
	l    *lang.Language
	in   func(text) string
}

var wordsIn = map[stet.Lang]*words{
	"en": {"en", lang.Get("en"), func(t text) string { return t.en }},
	"ru": {"ru", lang.Get("ru"), func(t text) string { return t.ru }},
	"az": {"az", lang.Get("az"), func(t text) string { return t.az }},
}

// T returns a text. Args are pairs of a placeholder's name and its value. A
// text that is not there gives its key.
func (w *words) T(key Key, args ...any) string {
	t, ok := texts[key]
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
			pairs[i+1] = w.l.Number(n)
		}
	}
	return strings.NewReplacer(pairs...).Replace(w.in(t))
}

// field is the name of a field of an article as the desk labels it.
func (w *words) field(name string) string {
	if _, ok := texts[Key("field_"+name)]; ok {
		return w.T(Key("field_" + name))
	}
	return name
}

// role is the name of a role.
func (w *words) role(r stet.Role) string {
	return w.T(Key("role_" + strings.ReplaceAll(string(r), " ", "_")))
}
