package search

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// The light stemmers are for languages that Snowball has none for here. Each is
// a list of endings that are taken off again and again, the longest first, as
// long as enough of the word is left. So every form of a word comes to the same
// as the word itself, whatever ending it bears; what is left is often shorter than
// the root, which costs some precision and finds more.

// endings are taken off where so many letters are left.
type endings struct {
	list []string // the longest first
	left func(ending string) int
	last func(word string) string // what is done at the end; nil for nothing
}

func newEndings(words string, left func(string) int, last func(string) string) *endings {
	list := strings.Fields(words)
	slices.SortStableFunc(list, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	return &endings{list, left, last}
}

func (e *endings) stem(word string) string {
	for {
		cut := false
		n := utf8.RuneCountInString(word)
		for _, end := range e.list {
			if strings.HasSuffix(word, end) && n-utf8.RuneCountInString(end) >= e.left(end) {
				word, cut = word[:len(word)-len(end)], true
				break
			}
		}
		if !cut {
			break
		}
	}
	if e.last != nil {
		word = e.last(word)
	}
	return word
}

// atLeast leaves short letters for an ending of one letter, else long.
func atLeast(short, long int) func(string) int {
	return func(ending string) int {
		if utf8.RuneCountInString(ending) == 1 {
			return short
		}
		return long
	}
}

// swapped ends a word with the first of two endings where it ends with the other.
func swapped(pairs ...string) func(string) string {
	return func(word string) string {
		for i := 0; i < len(pairs); i += 2 {
			if stem, ok := strings.CutSuffix(word, pairs[i+1]); ok {
				return stem + pairs[i]
			}
		}
		return word
	}
}

var lightStems = map[string]*endings{
	"az": lightAzerbaijani, "hy": lightArmenian, "ka": lightGeorgian, "fa": lightPersian, "uk": lightUkrainian,
}

// Azerbaijani, without diacritics: number, possession, case and what makes a
// noun a predicate; q and k that became ğ and y before a vowel.
var lightAzerbaijani = newEndings(`lar ler
	in un nin nun im um si su i u ni nu yi yu a e ya ye na ne
	imiz umuz iniz unuz miz muz niz nuz lari leri
	da de dan den nda nde ndan nden ki
	dir dur dirlar dirler ir ur dilar diler di du mis mus acaq eceq
	la le yla yle`, func(ending string) int {
	switch ending {
	case "lar", "ler", "da", "de", "dan", "den":
		return 2
	case "a", "e", "i", "u":
		return 3
	}
	return 4
}, swapped("q", "g", "k", "y"))

// Armenian: number, case, the article, and the commonest endings of verbs.
var lightArmenian = newEndings(`ը ն ի ս դ ու ին ից ով ում եր ներ ան
	ության ությամբ ություն ութեան
	ել ալ եց եցին եցի ած ված ող ելու ելիս եցրեց վել վեց վի
	ական ականի յան`, atLeast(4, 3), nil)

// Georgian: number, case and postpositions, which are written together with the
// word.
var lightGeorgian = newEndings(`ი ა ე ო ს მ ც უ მა ის ით ად ვე ებ ნი თა
	ში ზე თან დან იდან მდე ამდე გან თვის კენ ვით ისთვის ისგან ისკენ ისა სა
	ური ული`, atLeast(2, 2), nil)

// Persian, in Arabic letters: number, the indefinite ی, possession and comparison.
var lightPersian = newEndings(`ها هاي هايي هايش هايشان هايم ان ات ي ه م ش يي
	تر ترين گان گي مان تان شان اش ام اي`, func(ending string) int {
	switch ending {
	case "م", "ش", "ان", "ات", "ام", "اش":
		return 4
	}
	return 3
}, nil)

// Ukrainian: the endings of nouns, adjectives and verbs.
var lightUkrainian = newEndings(`а я о е є у ю и і ї ь й
	ам ям ах ях ами ями ою ею єю ом ем єм ів їв ей ові еві єві ія ії ію ією
	ий ій им ім их іх ого ого ому ої ими іми
	ся сь ати яти ити іти оти ути ла ло ли в вся лася лось лися ють уть ять ать ить їть еш єш имо емо ємо ите ете єте`, atLeast(3, 4), swapped("н", "нн", "ост", "іст"))
