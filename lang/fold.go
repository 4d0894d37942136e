package lang

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

var folder = strings.NewReplacer("i\u0307", "i", "ı", "i", "ё", "е", "\u00ad", "", "\u200c", "", "\u200d", "")

// Fold returns a text as it is compared where people look for it: without
// regard to case, to the dot of an i, to ё, and to marks that cannot be seen. It
// is the same for all languages.
func Fold(s string) string {
	// In lower case besides: the folding of Cherokee goes to and fro.
	return folder.Replace(norm.NFC.String(strings.ToLower(cases.Fold().String(norm.NFKC.String(s)))))
}
