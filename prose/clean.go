package prose

import (
	"strings"
	"unicode/utf8"
)

// unwanted reports the characters that no text of ours holds: controls other
// than tab and newline, bidirectional embeddings, overrides and isolates, and
// the two noncharacters that XML forbids.
func unwanted(r rune) bool {
	switch {
	case r < ' ':
		return r != '\n' && r != '\t'
	case r < 0x7f:
		return false
	case r < 0xa0:
		return true
	case r < 0x202a:
		return false
	}
	return r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0xfffe || r == 0xffff
}

// clean removes the unwanted characters; a carriage return becomes a newline
// unless one follows.
func clean(s string) string {
	i := firstUnwanted(s)
	if i < 0 {
		return s
	}
	b := make([]byte, i, len(s))
	copy(b, s[:i])
	for i < len(s) {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\r' && (i+1 == len(s) || s[i+1] != '\n'):
			b = append(b, '\n')
		case !unwanted(r):
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return string(b)
}

func firstUnwanted(s string) int {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= ' ' && c < 0x7f, c == '\n', c == '\t':
			continue
		case c < 0x80:
			return i
		case c == 0xc2 || c == 0xe2 || c == 0xef:
			if r, _ := utf8.DecodeRuneInString(s[i:]); unwanted(r) {
				return i
			}
		}
	}
	return -1
}

// oneLine cleans text for an attribute: line breaks and tabs become spaces,
// and the ends are trimmed. It is empty for a text that shows nothing.
func oneLine(s string) string {
	s = clean(s)
	if strings.ContainsAny(s, "\n\t") {
		s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\t' || r == ' ' }), " ")
	}
	if !shows(s) {
		return ""
	}
	return strings.Trim(s, " ")
}

// cut shortens s to at most n characters, marking the cut with an ellipsis.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count, last := 0, 0
	for i := range s {
		if count == n-1 {
			last = i
		}
		if count++; count > n {
			return strings.TrimRight(s[:last], " ") + "…"
		}
	}
	return s
}
