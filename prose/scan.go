package prose

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Error says what is wrong with a document and where.
type Error struct {
	Path    string // like content[3].content[0].marks[1].attrs.href; empty for the whole
	Message string
}

func (e *Error) Error() string {
	if e.Path == "" {
		return e.Message
	}
	return e.Path + ": " + e.Message
}

// A scanner reads JSON more strictly than the standard decoder: what that one
// repairs or overlooks (lone surrogates, doubled keys) is refused here. It
// knows the path of what it reads. Problems are thrown as *Error and caught by
// Parse.
type scanner struct {
	data string
	pos  int
	path []byte
}

func (s *scanner) fail(message string) {
	panic(&Error{Path: strings.TrimPrefix(string(s.path), "."), Message: message})
}

func (s *scanner) syntax(what string) {
	s.fail("not JSON: " + what + " at byte " + strconv.Itoa(s.pos))
}

// enter adds a name to the path and returns the length to give to leave.
func (s *scanner) enter(name string) int {
	mark := len(s.path)
	s.path = append(append(s.path, '.'), name...)
	return mark
}

func (s *scanner) enterIndex(name string, i int) int {
	mark := s.enter(name)
	s.path = append(strconv.AppendInt(append(s.path, '['), int64(i), 10), ']')
	return mark
}

func (s *scanner) leave(mark int) { s.path = s.path[:mark] }

// peek returns the next byte that is not white space, or 0 at the end.
func (s *scanner) peek() byte {
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; c {
		case ' ', '\n', '\t', '\r':
			s.pos++
		default:
			return c
		}
	}
	return 0
}

func (s *scanner) accept(c byte) bool {
	if s.peek() == c && s.pos < len(s.data) {
		s.pos++
		return true
	}
	return false
}

func (s *scanner) expect(c byte) {
	if !s.accept(c) {
		s.syntax("expected " + strconv.QuoteRune(rune(c)))
	}
}

func (s *scanner) null() bool {
	if s.peek() == 'n' && strings.HasPrefix(s.data[s.pos:], "null") {
		s.pos += len("null")
		return true
	}
	return false
}

// members reads an object and calls f for every key, standing before the
// value.
func (s *scanner) members(what string, f func(key string)) {
	if s.peek() != '{' {
		s.fail(what + " must be an object")
	}
	s.pos++
	if s.accept('}') {
		return
	}
	var seen []string
	for {
		key := s.str("a key")
		for _, k := range seen {
			if k == key {
				s.fail("the key " + strconv.Quote(cut(key, 40)) + " stands twice")
			}
		}
		if len(seen) == 32 {
			s.fail(what + " has too many keys")
		}
		seen = append(seen, key)
		s.expect(':')
		f(key)
		if s.accept('}') {
			return
		}
		s.expect(',')
	}
}

// elements reads an array and calls f for every element, standing before it.
func (s *scanner) elements(name string, f func()) {
	if s.peek() != '[' {
		s.enter(name)
		s.fail("must be an array")
	}
	s.pos++
	if s.accept(']') {
		return
	}
	for i := 0; ; i++ {
		mark := s.enterIndex(name, i)
		f()
		s.leave(mark)
		if s.accept(']') {
			return
		}
		s.expect(',')
	}
}

// str reads a string.
func (s *scanner) str(what string) string {
	if s.peek() != '"' {
		if s.pos == len(s.data) {
			s.syntax("it ends")
		}
		s.fail(what + " must be a string")
	}
	s.pos++
	start := s.pos
	for s.pos < len(s.data) {
		switch c := s.data[s.pos]; {
		case c == '"':
			s.pos++
			return s.data[start : s.pos-1]
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			s.syntax("a control character in a string")
		}
		s.pos++
	}
	s.syntax("it ends in a string")
	return ""
}

// escaped reads the rest of a string that holds escapes.
func (s *scanner) escaped(start int) string {
	b := append(make([]byte, 0, s.pos-start+64), s.data[start:s.pos]...)
	for s.pos < len(s.data) {
		c := s.data[s.pos]
		switch {
		case c == '"':
			s.pos++
			return string(b)
		case c < ' ':
			s.syntax("a control character in a string")
		case c != '\\':
			b = append(b, c)
			s.pos++
			continue
		}
		s.pos++
		if s.pos == len(s.data) {
			break
		}
		c = s.data[s.pos]
		if c == 'u' {
			s.pos--
			b = utf8.AppendRune(b, s.unicode())
			continue
		}
		i := strings.IndexByte(`"\/bfnrt`, c)
		if i < 0 {
			s.syntax("an unknown escape")
		}
		b = append(b, "\"\\/\b\f\n\r\t"[i])
		s.pos++
	}
	s.syntax("it ends in a string")
	return ""
}

// unicode reads \uXXXX, or a pair of them.
func (s *scanner) unicode() rune {
	r := s.hex()
	switch {
	case r == 0:
		s.fail("the text holds U+0000")
	case !utf16.IsSurrogate(r):
		return r
	}
	if strings.HasPrefix(s.data[s.pos:], `\u`) {
		if r = utf16.DecodeRune(r, s.hex()); r != utf8.RuneError {
			return r
		}
	}
	s.fail("the text holds half of a surrogate pair")
	return 0
}

// hex reads \uXXXX as it stands.
func (s *scanner) hex() rune {
	if len(s.data)-s.pos < 6 {
		s.syntax("it ends in an escape")
	}
	n, err := strconv.ParseUint(s.data[s.pos+2:s.pos+6], 16, 32)
	if err != nil {
		s.syntax("a bad \\u escape")
	}
	s.pos += 6
	return rune(n)
}

// integer reads a whole number as it is written.
func (s *scanner) integer() string {
	s.peek()
	start := s.pos
	for s.pos < len(s.data) && strings.IndexByte("+-.eE0123456789", s.data[s.pos]) >= 0 {
		s.pos++
	}
	text := s.data[start:s.pos]
	n, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(n) != text {
		s.fail("must be a whole number")
	}
	return text
}
