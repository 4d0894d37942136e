package press

import "strings"

// acceptsGzip reads Accept-Encoding (RFC 9110, 12.5.3): whether gzip is to be
// preferred to the identity. Elements that do not parse are not there; of
// several weights for one coding the lowest counts.
func acceptsGzip(header string) bool {
	const unset = 1001
	gzip, identity, any := unset, unset, unset
	for more := header != ""; more; {
		var element string
		element, header, more = strings.Cut(header, ",")
		coding, weight, ok := parseCoding(element)
		if !ok {
			continue
		}
		switch {
		case coding == "*":
			any = min(any, weight)
		case is(coding, "gzip"), is(coding, "x-gzip"):
			gzip = min(gzip, weight)
		case is(coding, "identity"):
			identity = min(identity, weight)
		}
	}
	if gzip == unset {
		gzip = any
	}
	if gzip == unset || gzip == 0 {
		return false
	}
	// The identity is always acceptable, but nobody's wish unless they say so.
	return identity == unset || gzip >= identity
}

// is compares names; most differ in length.
func is(coding, name string) bool {
	return len(coding) == len(name) && strings.EqualFold(coding, name)
}

// parseCoding reads "coding" or "coding;q=0.5", the weight in thousandths.
func parseCoding(element string) (coding string, weight int, ok bool) {
	coding, parameter, weighted := strings.Cut(element, ";")
	coding = trim(coding)
	if coding == "" {
		return "", 0, false
	}
	if !weighted {
		return coding, 1000, true
	}
	parameter = trim(parameter)
	if len(parameter) < 3 || parameter[0]|0x20 != 'q' || parameter[1] != '=' {
		return "", 0, false
	}
	weight, ok = parseWeight(parameter[2:])
	return coding, weight, ok
}

// parseWeight reads 0 to 1 with at most three decimals, in thousandths.
func parseWeight(s string) (thousandths int, ok bool) {
	if len(s) > 5 || s[0] != '0' && s[0] != '1' || len(s) > 1 && s[1] != '.' {
		return 0, false
	}
	thousandths = int(s[0]-'0') * 1000
	for i, unit := 2, 100; i < len(s); i, unit = i+1, unit/10 {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		thousandths += int(s[i]-'0') * unit
	}
	return thousandths, thousandths <= 1000
}

// matches reads If-None-Match or If-Match (RFC 9110, 13.1): whether the list
// holds tag, a strong one with its quotes, or is "*". The strong comparison
// takes no weak tags. A list is read up to where it stops being one.
func matches(list, tag string, strong bool) bool {
	list = trim(list)
	if list == "*" {
		return true
	}
	for {
		list = strings.TrimLeft(list, " \t,")
		weak := strings.HasPrefix(list, "W/")
		if weak {
			list = list[2:]
		}
		end := endOfTag(list)
		if end == 0 {
			return false
		}
		if list[:end] == tag && !(weak && strong) {
			return true
		}
		list = trim(list[end:])
		if list == "" || list[0] != ',' {
			return false
		}
	}
}

// endOfTag returns the length of the quoted tag that s begins with, or 0.
func endOfTag(s string) int {
	if s == "" || s[0] != '"' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i + 1
		case c < 0x21 || c == 0x7f:
			return 0
		}
	}
	return 0
}

// trim takes away optional white space as HTTP knows it.
func trim(s string) string {
	for s != "" && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for s != "" && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}
