package lang

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// romanise writes one word, in lower case and NFKC, with ASCII letters and
// digits. What it has no letters for is left out.
//
// The practice, by script:
//
//   - Russian, and Cyrillic of any other language: the simple newsroom form of
//     the passport tables; "ё" is "e", as headlines write it both ways; the soft
//     and the hard sign are left out.
//   - Ukrainian: the national system of 2010.
//   - Armenian: as the country's agencies write it, without apostrophes; "ե" and
//     "ո" at the beginning are "ye" and "vo"; "ու" is "u"; the word "և" is "ev".
//   - Georgian: the national system, without apostrophes.
//   - Greek: ELOT 743, the form of passports.
//   - Arabic and Persian: consonants and long vowels, as the short ones are not
//     written; "ة" is "a"; the Persian final "ه" after a consonant is "eh".
//   - Latin: letters without their diacritics; "ə" is "e".
func (l *Language) romanise(word []rune) string {
	base, _ := l.tag.Base()
	code := base.String()
	if unicode.Is(unicode.Greek, at(word, 0)) {
		word = []rune(bare(string(word)))
	}
	word = slices.DeleteFunc(word, isMark)
	var b strings.Builder
	for i, r := range word {
		switch {
		case r < unicode.MaxASCII:
			b.WriteRune(r)
		case unicode.Is(unicode.Nd, r):
			b.WriteString(digit(r))
		case unicode.Is(unicode.Cyrillic, r):
			b.WriteString(romanCyrillic(code, word, i))
		case unicode.Is(unicode.Armenian, r):
			b.WriteString(romanArmenian(word, i))
		case unicode.Is(unicode.Georgian, r):
			b.WriteString(georgianLetters[r])
		case unicode.Is(unicode.Arabic, r):
			b.WriteString(romanArabic(code, word, i))
		case unicode.Is(unicode.Greek, r):
			b.WriteString(romanGreek(word, i))
		default:
			b.WriteString(romanLatin(r))
		}
	}
	return b.String()
}

// at returns a letter of the word, or zero beyond its ends.
func at(word []rune, i int) rune {
	if i < 0 || i >= len(word) {
		return 0
	}
	return word[i]
}

func digit(r rune) string {
	for _, zero := range []rune{'٠', '۰'} {
		if zero <= r && r <= zero+9 {
			return string('0' + r - zero)
		}
	}
	return ""
}

// bare takes the diacritics off.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s))
}

func romanLatin(r rune) string {
	if letters, ok := latinLetters[r]; ok {
		return letters
	}
	var b strings.Builder
	for _, base := range bare(string(r)) {
		if base < unicode.MaxASCII {
			b.WriteRune(base)
		} else {
			b.WriteString(latinLetters[base])
		}
	}
	return b.String()
}

func romanCyrillic(code string, word []rune, i int) string {
	r := word[i]
	if code == "uk" {
		if letters, ok := ukrainianInitials[r]; ok && i == 0 {
			return letters
		}
		if r == 'г' && at(word, i-1) == 'з' {
			return "gh"
		}
		if letters, ok := ukrainianLetters[r]; ok {
			return letters
		}
	}
	if letters, ok := cyrillicLetters[r]; ok {
		return letters
	}
	return cyrillicLetters[at([]rune(bare(string(r))), 0)]
}

func romanArmenian(word []rune, i int) string {
	before, r, after := at(word, i-1), word[i], at(word, i+1)
	switch {
	case r == 'ո' && after == 'ւ':
		return "u"
	case r == 'ւ' && before == 'ո':
		return ""
	case r == 'ո' && i == 0 && after != 'վ':
		return "vo"
	case r == 'ե' && i == 0 && !(after == 'ւ' && len(word) == 2):
		return "ye"
	}
	return armenianLetters[r]
}

const (
	greekVoiceless = "θκξπστφχψς"
	arabicAlefs    = "اأإآٱ"
	arabicVowels   = arabicAlefs + "ىةوؤيیئ"
)

func romanGreek(word []rune, i int) string {
	before, r, after := at(word, i-1), word[i], at(word, i+1)
	switch {
	case r == 'υ' && before == 'ο':
		return "u"
	case r == 'υ' && (before == 'α' || before == 'ε' || before == 'η'):
		if after == 0 || strings.ContainsRune(greekVoiceless, after) {
			return "f"
		}
		return "v"
	case r == 'γ' && strings.ContainsRune("γξχ", after):
		return "n"
	case r == 'μ' && after == 'π' && i == 0:
		return "b"
	case r == 'π' && before == 'μ' && i == 1:
		return ""
	}
	return greekLetters[r]
}

// romanArabic writes a letter of the Arabic script by the Arabic or, for
// languages that took the script from Persian, the Persian way.
func romanArabic(code string, word []rune, i int) string {
	persian := code == "fa" || code == "ur" || code == "ps" || code == "ckb" || code == "az"
	before, r, after := at(word, i-1), word[i], at(word, i+1)
	last := i == len(word)-1

	// An alef before a long vowel at the beginning says nothing more, nor does
	// an alef with the hamza below: "ایران".
	silentAlef := before == 'إ' || i == 1 && strings.ContainsRune(arabicAlefs, before)
	// "و" and "ي" are consonants at the beginning and beside another vowel.
	consonant := i == 0 || !silentAlef &&
		(strings.ContainsRune(arabicAlefs, before) || strings.ContainsRune(arabicVowels, after))

	switch r {
	case 'ا', 'أ', 'إ', 'ٱ':
		if i == 0 && (after == 'و' || isYeh(after)) || r == 'إ' && isYeh(after) {
			return ""
		}
	case 'و':
		switch {
		case !consonant:
			return "u"
		case persian && len(word) == 1:
			return "va"
		case persian:
			return "v"
		case len(word) == 1:
			return "wa"
		}
		return "w"
	case 'ي', 'ی':
		if consonant || persian && after == 'ه' && i == len(word)-2 {
			return "y"
		}
		return "i"
	case 'ه':
		if persian && last && i > 0 && before != 'و' && !strings.ContainsRune(arabicAlefs, before) {
			return "eh"
		}
	}
	if letters, ok := persianLetters[r]; ok && persian {
		return letters
	}
	return arabicLetters[r]
}

func isYeh(r rune) bool { return r == 'ي' || r == 'ی' }
