package search

import (
	"github.com/blevesearch/snowballstem"
	snowballarabic "github.com/blevesearch/snowballstem/arabic"
	snowballenglish "github.com/blevesearch/snowballstem/english"
	snowballrussian "github.com/blevesearch/snowballstem/russian"
	snowballturkish "github.com/blevesearch/snowballstem/turkish"
)

// snowball makes a stemmer of one of Snowball's.
func snowball(stem func(*snowballstem.Env) bool) func(string) string {
	return func(word string) string {
		env := snowballstem.NewEnv(word)
		stem(env)
		return env.Current()
	}
}

// again stems until nothing changes: Snowball's Turkish takes one ending of
// each kind, so that seçim would be something else than seçimler.
func again(stem func(string) string) func(string) string {
	return func(word string) string {
		for range 4 {
			next := stem(word)
			if next == word {
				break
			}
			word = next
		}
		return word
	}
}

var (
	stemEnglish = snowball(snowballenglish.Stem)
	stemRussian = snowball(snowballrussian.Stem)
	stemTurkish = again(snowball(snowballturkish.Stem))
	stemArabic  = snowball(snowballarabic.Stem)
)

// written are the scripts of the languages that something is known of.
var written = map[string]script{
	"": latin, "en": latin, "tr": latin, "az": latin, "fr": latin, "it": latin, "ca": latin,
	"ru": cyrillic, "uk": cyrillic, "be": cyrillic, "bg": cyrillic, "sr": cyrillic, "mk": cyrillic, "kk": cyrillic, "ky": cyrillic,
	"tg": cyrillic, "tt": cyrillic, "mn": cyrillic,
	"ar": arabic, "fa": arabic, "ur": arabic, "ckb": arabic, "ps": arabic, "ug": arabic,
	"hy": armenian, "ka": georgian, "el": greek, "he": hebrew,
}

func newAnalyser(base string) *Analyser {
	a := &Analyser{base: base, own: written[base], dotted: base == "az" || base == "tr", stops: stops[base]}
	// Words in the script of another language are most often of these.
	for sc, stem := range map[script]func(string) string{latin: stemEnglish, cyrillic: stemRussian, arabic: stemArabic} {
		if a.own != sc {
			a.stems[sc] = stem
		}
	}
	switch base {
	case "en":
		a.stems[latin] = stemEnglish
	case "tr":
		a.stems[latin] = stemTurkish
	case "ru":
		a.stems[cyrillic] = stemRussian
	case "ar":
		a.stems[arabic] = stemArabic
	default:
		if light := lightStems[base]; light != nil {
			a.stems[a.own] = light.stem
		}
	}
	return a
}
