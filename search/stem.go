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

var (
	stemEnglish = snowball(snowballenglish.Stem)
	stemRussian = snowball(snowballrussian.Stem)
	stemTurkish = snowball(snowballturkish.Stem)
	stemArabic  = snowball(snowballarabic.Stem)
)

// known are the languages that something is known of.
var known = map[string]bool{"ru": true, "en": true, "az": true, "hy": true, "ka": true, "tr": true, "uk": true, "ar": true, "fa": true}

func newAnalyser(base string) *Analyser {
	a := &Analyser{base: base, own: latin, dotted: base == "az" || base == "tr", stops: stops[base]}
	switch base {
	case "ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg", "tt", "mn", "ba", "cv":
		a.own = cyrillic
	case "ar", "fa", "ur", "ckb", "ps", "ug", "sd", "prs":
		a.own = arabic
	case "hy":
		a.own = armenian
	case "ka":
		a.own = georgian
	case "el":
		a.own = greek
	case "he", "yi":
		a.own = hebrew
	}
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
	}
	return a
}
