package frame

import (
	"bytes"
	"strconv"
	"unicode/utf16"
)

// storable repairs in the JSON of a script what no text of ours may hold, and
// what a clipboard may bring into one all the same: it would be a pity to refuse
// a day's work for it. U+0000 becomes a control character that is dropped with
// the others, half of a surrogate pair U+FFFD.
func storable(data []byte) []byte {
	if !bytes.Contains(data, []byte(`\u`)) {
		return data
	}
	out := bytes.Clone(data)
	for i := 0; i+1 < len(out); i++ {
		if out[i] != '\\' {
			continue
		}
		if r := escaped(out[i:]); r == 0 {
			copy(out[i:], `\u0001`)
		} else if utf16.IsSurrogate(r) {
			if utf16.DecodeRune(r, escaped(out[i+6:])) != '\uFFFD' {
				i += 6
			} else {
				copy(out[i:], `\ufffd`)
			}
		}
		i++ // what is escaped is no escape
	}
	return out
}

// escaped returns the unit of UTF-16 that data begins with, written as \u and four
// hexadecimal digits; else -1.
func escaped(data []byte) rune {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(data[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(n)
}
