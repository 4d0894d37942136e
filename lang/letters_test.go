//go:build !race

package lang

import (
	"testing"
	"unicode"
)

// Every character there is, alone and between letters.
func TestSlugOfEveryCharacter(t *testing.T) {
	turkish := Get("tr")
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r) || r < 0x3000 {
			checkSlugs(t, turkish, string(r), "")
			checkSlugs(t, turkish, "I"+string(r)+"e "+string(r), "")
		}
	}
}
