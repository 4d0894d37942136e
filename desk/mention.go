package desk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"stet"
	"stet/lang"
)

// mentioned are the people whom a note names: @ and the whole name, whatever
// its case. Of names that begin alike the longest counts.
func mentioned(text string, people []*stet.Person) []string {
	var out []string
	for _, part := range strings.Split(lang.Fold(text), "@")[1:] {
		longest, who := 0, ""
		for _, p := range people {
			name := lang.Fold(p.Name)
			rest, named := strings.CutPrefix(part, name)
			next, _ := utf8.DecodeRuneInString(rest)
			if named && len(name) > longest && !unicode.IsLetter(next) && !unicode.IsDigit(next) {
				longest, who = len(name), p.ID
			}
		}
		if who != "" {
			out = append(out, who)
		}
	}
	return out
}
