package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A script is a way of writing in which words are treated alike.
type script int

const (
	other script = iota
	latin
	cyrillic
	greek
	armenian
	georgian
	arabic
	hebrew
	unspaced // written without spaces between words
)

func scriptOf(r rune) script {
	switch {
	case r < 0x80:
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return latin
		}
		return other
	case unicode.Is(unicode.Latin, r):
		return latin
	case unicode.Is(unicode.Cyrillic, r):
		return cyrillic
	case unicode.Is(unicode.Arabic, r):
		return arabic
	case unicode.Is(unicode.Armenian, r):
		return armenian
	case unicode.Is(unicode.Georgian, r):
		return georgian
	case unicode.Is(unicode.Greek, r):
		return greek
	case unicode.Is(unicode.Hebrew, r):
		return hebrew
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar):
		return unspaced
	}
	return other
}

// apostrophe holds for the signs that are written for one.
func apostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', 'ʻ', '′', '`', '´', '՚':
		return true
	}
	return false
}

const nonJoiner = '\u200c'

// silent holds for what stands inside words and is no letter of them.
func silent(r rune) bool {
	switch r {
	case 'ـ', '՛', '՜', '՞', '՟':
		return true
	}
	return r >= 0x80 && unicode.Is(unicode.Cf, r) || ignorable(r)
}

// ignorable tells the letters and marks that cannot be seen.
func ignorable(r rune) bool {
	return r >= 0x80 && unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// wordy holds for what a term may hold.
func wordy(r rune) bool {
	if r < 0x80 {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)) && !ignorable(r)
}

func digit(r rune) bool { return '0' <= r && r <= '9' || r >= 0x80 && unicode.Is(unicode.Nd, r) }

// hyphen holds for what joins the parts of a compound.
func hyphen(r rune) bool {
	switch r {
	case '-', '‐', '‑', '֊', '־':
		return true
	}
	return false
}

// grouping holds for what is written between the thousands of a number.
func grouping(r rune) bool {
	switch r {
	case ',', '.', '\'', '’', '٬', '٫', '\u00a0', '\u202f', '\u2009':
		return true
	}
	return false
}

// lower writes in lower case, composed, by the language's rules.
func (a *Analyser) lower(s string) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf || 'A' <= s[i] && s[i] <= 'Z' {
			plain = false
			break
		}
	}
	if plain {
		return s
	}
	if !norm.NFKC.IsNormalString(s) {
		s = norm.NFKC.String(s)
	}
	if a.dotted {
		return strings.ToLowerSpecial(unicode.TurkishCase, s)
	}
	if strings.ContainsAny(s, "ßẞ") { // which capitals are written without
		s = strings.NewReplacer("ß", "ss", "ẞ", "ss").Replace(s)
	}
	if strings.ContainsRune(s, 'İ') { // whose small letter in other languages has its dot as a mark
		s = strings.ReplaceAll(s, "İ", "i")
	}
	return strings.ToLower(s)
}

// oneOf are letters that are written one for another in words of their scripts.
var oneOf = map[rune]rune{
	'ё': 'е', 'ґ': 'г', 'ѐ': 'е', 'ѝ': 'и',
	'ς': 'σ',
	'أ': 'ا', 'إ': 'ا', 'آ': 'ا', 'ٱ': 'ا', 'ى': 'ي', 'ی': 'ي', 'ې': 'ي', 'ێ': 'ي', 'ک': 'ك', 'ڪ': 'ك', 'ة': 'ه', 'ۀ': 'ه', 'ە': 'ه', 'ھ': 'ه',
	'ؤ': 'و', 'ئ': 'ي',
}

// unmarked removes what scripts write above and below letters for those who
// learn to read, or for stress.
func unmarked(sc script, runes []rune) []rune {
	marked := false
	for _, r := range runes {
		if _, ok := oneOf[r]; ok || unicode.IsMark(r) || sc == greek && r >= 0x80 {
			marked = true
			break
		}
	}
	if !marked {
		return runes
	}
	switch sc {
	case greek: // every vowel may be written with a letter of its own
		runes = []rune(norm.NFD.String(string(runes)))
	case cyrillic, arabic, hebrew:
	default:
		return runes
	}
	out := runes[:0]
	for _, r := range runes {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if to, ok := oneOf[r]; ok {
			r = to
		}
		out = append(out, r)
	}
	return out
}

// latinLetters are what Latin letters are without what Unicode does not call a mark.
var latinLetters = map[rune]string{
	'ə': "e", 'ı': "i", 'ß': "ss", 'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h", 'ŧ': "t", 'ŋ': "n", 'ĸ': "k",
}

// bare writes a Latin word without diacritics.
func bare(word string) string {
	plain := true
	for i := 0; i < len(word); i++ {
		if word[i] >= utf8.RuneSelf {
			plain = false
			break
		}
	}
	if plain {
		return word
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(word) {
		switch to, ok := latinLetters[r]; {
		case ok:
			b.WriteString(to)
		case !unicode.Is(unicode.Mn, r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// alike are pairs of a Latin and a Cyrillic letter that look the same, as
// capitals or as small letters.
var alike = []struct{ latin, cyrillic rune }{
	{'a', 'а'}, {'b', 'в'}, {'c', 'с'}, {'e', 'е'}, {'h', 'н'}, {'i', 'і'}, {'j', 'ј'}, {'k', 'к'}, {'m', 'м'},
	{'o', 'о'}, {'p', 'р'}, {'s', 'ѕ'}, {'t', 'т'}, {'x', 'х'}, {'y', 'у'}, {'ə', 'ә'}, {'ï', 'ї'},
}

var toCyrillic, toLatin = func() (c, l map[rune]rune) {
	c, l = map[rune]rune{}, map[rune]rune{}
	for _, p := range alike {
		c[p.latin], l[p.cyrillic] = p.cyrillic, p.latin
	}
	return c, l
}()

// ofOneScript gives a word that mixes Latin and Cyrillic letters those of one
// script, if they look like it.
func (a *Analyser) ofOneScript(runes []rune) {
	var latins, cyrillics, onlyLatin, onlyCyrillic int
	for _, r := range runes {
		switch scriptOf(r) {
		case latin:
			latins++
			if toCyrillic[r] == 0 {
				onlyLatin++
			}
		case cyrillic:
			cyrillics++
			if toLatin[r] == 0 {
				onlyCyrillic++
			}
		}
	}
	if latins == 0 || cyrillics == 0 || onlyLatin > 0 && onlyCyrillic > 0 {
		return
	}
	to := toCyrillic
	if onlyLatin > 0 || onlyCyrillic == 0 && a.own != cyrillic {
		to = toLatin
	}
	for i, r := range runes {
		if t, ok := to[r]; ok {
			runes[i] = t
		}
	}
}
