package lang

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The size of a slug, and of the text that is read to make one.
const (
	slugRunes  = 80
	slugBytes  = 240 // of a slug that keeps its letters
	sourceSize = 4096
)

// The slug of a text that has no letters and a fallback that has none.
const lastResort = "story"

// Slug makes the part of an address that names a story: ASCII letters in lower
// case, digits and single hyphens, 1 to 80 bytes. A longer text is cut at a
// hyphen where there is one. Letters of other scripts are romanised by the
// language's practice. If nothing is left, the slug is that of the fallback.
func (l *Language) Slug(s, fallback string) string {
	for _, source := range []string{s, fallback} {
		words := slugWords(norm.NFKC.String(clip(source)), strings.ToLower)
		for i, word := range words {
			words[i] = l.romanise([]rune(word))
		}
		if slug := joinWords(words); slug != "" {
			return cutSlug(slug, slugRunes, slugBytes)
		}
	}
	return lastResort
}

// UnicodeSlug is Slug with the letters of the language kept: letters, digits
// and marks in NFC and lower case, and single hyphens, at most 80 characters and
// 240 bytes.
func (l *Language) UnicodeSlug(s, fallback string) string {
	for _, source := range []string{s, fallback} {
		words := slugWords(norm.NFC.String(clip(source)), l.lower)
		slug := norm.NFC.String(joinWords(words))
		if slug = cutSlug(slug, slugRunes, slugBytes); ValidSlug(slug, true) {
			return slug
		}
	}
	return lastResort
}

// ValidSlug tells whether a given slug keeps the rule: characters of [a-z0-9-]
// or, where the site keeps the letters of its languages, such as UnicodeSlug
// makes; within the size; and not hyphens alone. Where the hyphens stand is not
// asked.
func ValidSlug(s string, letters bool) bool {
	if len(s) > slugBytes || utf8.RuneCountInString(s) > slugRunes || !norm.NFC.IsNormalString(s) {
		return false
	}
	named := false
	before := '-'
	for _, r := range s {
		switch {
		case r == '-':
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			named = true
		case letters && slugLetter(r) && !(isMark(r) && before == '-'):
			named = true
		default:
			return false
		}
		before = r
	}
	return named
}

// NumberedSlug appends a number to a slug that is taken: "name-2". The slug is
// cut where the size asks for it.
func NumberedSlug(slug string, n int) string {
	suffix := "-" + strconv.Itoa(n)
	return cutSlug(slug, slugRunes-len(suffix), slugBytes-len(suffix)) + suffix
}

func clip(s string) string {
	if len(s) > sourceSize {
		s = s[:sourceSize]
	}
	return s
}

// slugWords splits a text into its words, in lower case, without the characters
// that stand inside words but are no letters.
func slugWords(s string, lower func(string) string) []string {
	s = strings.Map(func(r rune) rune {
		if insideWord(r) {
			return -1
		}
		return r
	}, s)
	words := strings.FieldsFunc(lower(s), func(r rune) bool { return !slugLetter(r) })
	for i, word := range words {
		words[i] = strings.TrimLeftFunc(word, isMark)
	}
	return words
}

// joinWords joins what is left of the words.
func joinWords(words []string) string {
	var b strings.Builder
	for _, word := range words {
		if word != "" && b.Len() > 0 {
			b.WriteByte('-')
		}
		b.WriteString(word)
	}
	return b.String()
}

// cutSlug shortens a slug to a number of characters and bytes, at a hyphen where
// there is one.
func cutSlug(slug string, runes, bytes int) string {
	end := 0
	for i, r := range slug {
		next := i + utf8.RuneLen(r)
		if runes == 0 || next > bytes {
			if r == '-' {
				return slug[:i]
			}
			if hyphen := strings.LastIndexByte(slug[:i], '-'); hyphen > 0 {
				return slug[:hyphen]
			}
			return slug[:i]
		}
		runes--
		end = next
	}
	return slug[:end]
}

// insideWord tells the characters that are left out without parting a word:
// apostrophes, the Armenian marks of tone, the Arabic stroke that stretches a
// word, and what is invisible, but for the non-joiner, which parts a word.
func insideWord(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', 'ʻ', '′', '`', '՚', '՛', '՜', '՞', '՟', 'ـ':
		return true
	case '\u200c':
		return false
	}
	return unicode.Is(unicode.Cf, r) || ignorable(r)
}

// slugLetter tells what a slug that keeps its letters may hold beside hyphens.
func slugLetter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.Is(unicode.Nd, r) || isMark(r)) &&
		!unicode.IsUpper(r) && !unicode.IsTitle(r) && !ignorable(r)
}

func isMark(r rune) bool { return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Mc, r) }

// ignorable tells the letters and marks that cannot be seen.
func ignorable(r rune) bool {
	return unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// lower knows the two letters i of Turkish and Azerbaijani.
func (l *Language) lower(s string) string {
	if base, _ := l.tag.Base(); base.String() == "az" || base.String() == "tr" {
		return strings.ToLowerSpecial(unicode.TurkishCase, s)
	}
	return strings.ToLower(s)
}
