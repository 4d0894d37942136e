package lang

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// A Language is what is known of one language. Its fields are for reading.
type Language struct {
	Code   string // the edition code, as given to Get
	Name   string // the language's own name of itself: "Русский"; the code where it is not known
	Dir    string // "ltr" or "rtl", for the dir attribute
	Script string // as ISO 15924 calls it: "Cyrl"
	Locale string // for og:locale: "ru_RU"

	tag language.Tag
	*table
}

// A table holds the facts and the words of one language.
type table struct {
	name, locale string
	letters      string // that names are listed under, in no particular order

	format     dateFormat
	numbers    numberFormat
	list       listFormat
	typography Typography
	plural     func(n int) category

	texts  map[Key]string
	counts map[CountKey]forms
}

// The complete languages, in the order Codes gives them.
var complete = []struct {
	code  string
	table *table
}{
	{"ru", &russian}, {"en", &english}, {"az", &azerbaijani},
	{"hy", &armenian}, {"ka", &georgian}, {"tr", &turkish},
	{"uk", &ukrainian}, {"ar", &arabic}, {"fa", &persian},
}

var known = func() map[string]*Language {
	m := make(map[string]*Language, len(complete))
	for _, c := range complete {
		m[c.code] = describe(c.code, c.table)
	}
	return m
}()

// Codes returns the codes of the complete languages.
func Codes() []string {
	codes := make([]string, len(complete))
	for i, c := range complete {
		codes[i] = c.code
	}
	return codes
}

// Get returns what is known of a code and is never nil. A regional form of a
// complete language ("en-gb") has that language's dates and words. Any other
// code has ISO dates, English words, plain numbers, and direction and order by
// what Unicode knows of the language.
func Get(code string) *Language {
	if l := known[code]; l != nil {
		return l
	}
	base, _, _ := strings.Cut(code, "-")
	if l := known[base]; l != nil && Valid(code) && script(l.tag) == script(language.Make(code)) {
		return describe(code, l.table)
	}
	t := fallback
	t.name = autonyms[code]
	return describe(code, &t)
}

func describe(code string, t *table) *Language {
	l := &Language{Code: code, Name: t.name, Dir: "ltr", Locale: t.locale, tag: language.Make(code), table: t}
	l.Script = script(l.tag)
	if rightToLeft[l.Script] {
		l.Dir = "rtl"
	}
	if l.Name == "" {
		l.Name = code
	}
	if l.Locale == "" || strings.Contains(code, "-") {
		l.Locale = locale(l.tag, code)
	}
	return l
}

// locale joins the language and its most likely region; the code where Unicode
// does not know the language.
func locale(tag language.Tag, code string) string {
	base, _ := tag.Base()
	region, confidence := tag.Region()
	if tag == language.Und || confidence == language.No {
		return code
	}
	return base.String() + "_" + region.String()
}

func script(tag language.Tag) string {
	if base, _ := tag.Base(); base.String() == "prs" {
		return "Arab" // Dari, of which the library knows no script
	}
	s, _ := tag.Script()
	return s.String()
}

// The scripts written from right to left that have readers today.
var rightToLeft = map[string]bool{
	"Arab": true, "Aran": true, "Hebr": true, "Syrc": true, "Thaa": true,
	"Nkoo": true, "Adlm": true, "Rohg": true, "Mand": true, "Samr": true, "Yezi": true,
}

var codePattern = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{2,8})*$`)

// Valid tells whether a code can name an edition: a well-formed BCP 47 tag in
// lower case, at most 35 bytes, without single-letter subtags. Whether the
// language exists is not asked.
func Valid(code string) bool {
	if len(code) > 35 || !codePattern.MatchString(code) {
		return false
	}
	_, err := language.Parse(code)
	_, unknown := err.(language.ValueError)
	return err == nil || unknown
}

// Upper returns s in capitals by the language's rules ("işıq" is "İŞIQ" in
// Azerbaijani). Georgian has no capitals in running text and stays as it is.
func (l *Language) Upper(s string) string {
	if base, _ := l.tag.Base(); base.String() == "hy" {
		s = strings.ReplaceAll(s, "և", "եվ") // as it is spelt in Armenia
	}
	return strings.Map(func(r rune) rune {
		const capital, letter = 'Ა', 'ა'
		if unicode.Is(unicode.Georgian, r) && r >= capital {
			return r - capital + letter
		}
		return r
	}, cases.Upper(l.tag).String(s))
}

// Initials returns a function that tells under which letter of the alphabet a
// name is listed: "Ёж" under "Е" in Russian, "İsmayıl" under "İ" in Azerbaijani.
// A name of another script is listed under its own first letter. It is for one
// goroutine at a time.
func (l *Language) Initials() func(name string) string {
	own, plain := l.script(), l.ordered()
	collator := collate.New(l.tag, collate.Loose)
	return func(name string) string {
		initial := ""
		if foreign(own, name) == 0 {
			for _, r := range l.letters {
				letter := string(r)
				if collator.CompareString(letter, plain(name)) <= 0 && collator.CompareString(initial, letter) <= 0 {
					initial = letter
				}
			}
		}
		if initial == "" {
			first, _ := utf8.DecodeRuneInString(name)
			initial = l.Upper(string(first))
		}
		return initial
	}
}

// Comparer returns a function that orders names as the language's dictionaries
// do, for slices.SortFunc; names in the language's own script come before names
// in others. It is for one goroutine at a time.
func (l *Language) Comparer() func(a, b string) int {
	own, plain := l.script(), l.ordered()
	collator := collate.New(l.tag)
	return func(a, b string) int {
		if order := cmp.Compare(foreign(own, a), foreign(own, b)); order != 0 {
			return order
		}
		if order := collator.CompareString(plain(a), plain(b)); order != 0 {
			return order
		}
		if order := collator.CompareString(a, b); order != 0 {
			return order
		}
		return strings.Compare(a, b)
	}
}

// script is the alphabet that names come first in; nil where none does.
func (l *Language) script() *unicode.RangeTable { return scripts[script(l.tag)] }

// ordered returns what makes of a name the letters that it is ordered by.
func (l *Language) ordered() func(string) string {
	if base, _ := l.tag.Base(); base.String() == "ar" {
		return arabicOrder.Replace
	}
	return func(s string) string { return s }
}

// The scripts whose languages put them before the Latin alphabet.
var scripts = map[string]*unicode.RangeTable{
	"Arab": unicode.Arabic, "Armn": unicode.Armenian, "Cyrl": unicode.Cyrillic,
	"Geor": unicode.Georgian, "Grek": unicode.Greek, "Hebr": unicode.Hebrew,
}

// arabicOrder replaces the letters that bear a hamza or a madda by those they
// are ordered as; the mark counts only where all else is equal.
var arabicOrder = strings.NewReplacer("أ", "ا", "إ", "ا", "آ", "اا", "ؤ", "ء", "ئ", "ء")

// foreign is 1 for a name that begins with a letter of another script.
func foreign(own *unicode.RangeTable, name string) int {
	first, _ := utf8.DecodeRuneInString(name)
	if own == nil || !unicode.IsLetter(first) || unicode.Is(own, first) {
		return 0
	}
	return 1
}
