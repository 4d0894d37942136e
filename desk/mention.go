package desk

import (
	"strings"

	"stet"
	"stet/lang"
)

// mentioned are the people whom a note names: @ and the whole name, whatever
// its case. Of names that begin alike the longest counts.
func mentioned(text string, people []*stet.Person) []string {
	var out []string
	for _, part := range strings.Split(text, "@")[1:] {
		var who *stet.Person
		for _, p := range people {
			if (who == nil || len(p.Name) > len(who.Name)) && strings.HasPrefix(lang.Fold(part), lang.Fold(p.Name)) {
				who = p
			}
		}
		if who != nil {
			out = append(out, who.ID)
		}
	}
	return out
}
