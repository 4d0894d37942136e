package lane

import "bytes"

// A head is what the lane understood of a request. Its slices are of the buffer.
type head struct {
	method, path, query, host           []byte
	encoding, ifMatch, ifNoneMatch      []byte
	hasEncoding, hasMatch, hasNoneMatch bool
	closes                              bool // Connection: close
	size                                int  // of the head with the empty line at its end
}

// A verdict tells what to do with what was read.
type verdict int

const (
	partial verdict = iota // read on
	plain                  // a request that the lane may answer
	odd                    // net/http's
)

// parse reads the head of one request. Whatever is not exactly what it expects
// is odd: there is no second guess at what a client may mean.
func parse(b []byte, h *head) verdict {
	*h = head{}
	end := bytes.Index(b, []byte("\r\n\r\n"))
	if end < 0 {
		if begins(b) {
			return partial
		}
		return odd
	}
	h.size = end + 4
	lines := b[:end+2]
	line, lines, ok := cutLine(lines)
	if !ok || !h.request(line) {
		return odd
	}
	for len(lines) > 0 {
		if line, lines, ok = cutLine(lines); !ok || !h.field(line) {
			return odd
		}
	}
	if h.host == nil {
		return odd
	}
	return plain
}

// begins tells whether b may be the beginning of a head: lines that end with
// CR LF, where neither stands alone, after the name of a method.
func begins(b []byte) bool {
	for _, method := range []string{"GET ", "HEAD "} {
		n := min(len(b), len(method))
		if string(b[:n]) != method[:n] {
			continue
		}
		for i, c := range b {
			switch {
			case c == '\n' && b[i-1] != '\r': // i > 0, as the method has none
				return false
			case c == '\r' && i+1 < len(b) && b[i+1] != '\n':
				return false
			}
		}
		return true
	}
	return false
}

// cutLine cuts off a line that ends with CR LF and has no other CR or LF.
func cutLine(b []byte) (line, rest []byte, ok bool) {
	n := bytes.IndexByte(b, '\n')
	if n < 1 || b[n-1] != '\r' || bytes.IndexByte(b[:n-1], '\r') >= 0 {
		return nil, nil, false
	}
	return b[:n-1], b[n+1:], true
}

// request reads "GET /path?query HTTP/1.1".
func (h *head) request(line []byte) bool {
	method, rest, _ := bytes.Cut(line, []byte(" "))
	target, version, _ := bytes.Cut(rest, []byte(" "))
	if string(method) != "GET" && string(method) != "HEAD" || string(version) != "HTTP/1.1" {
		return false
	}
	h.method = method
	path, query, _ := bytes.Cut(target, []byte("?"))
	if len(path) == 0 || path[0] != '/' || len(path) > 1 && path[1] == '/' || !all(path, inPath) || !all(query, inQuery) {
		return false
	}
	h.path, h.query = path, query
	return true
}

// field reads "Name: value". A field that is understood may come once; one that
// could change how the request is read must not come at all.
func (h *head) field(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	if colon < 1 || !all(line[:colon], inToken) {
		return false
	}
	name, value := line[:colon], bytes.Trim(line[colon+1:], " \t")
	if !all(value, inValue) {
		return false
	}
	switch len(name) {
	case len("Host"):
		if is(name, "host") {
			again := h.host != nil
			h.host = value
			return !again && len(value) > 0 && all(value, inHost)
		}
	case len("Connection"): // and Keep-Alive
		if is(name, "connection") {
			h.closes = is(value, "close")
			return h.closes || is(value, "keep-alive")
		}
	case len("Accept-Encoding"):
		if is(name, "accept-encoding") {
			return once(&h.hasEncoding, &h.encoding, value)
		}
	case len("If-Match"):
		if is(name, "if-match") {
			return once(&h.hasMatch, &h.ifMatch, value)
		}
	case len("If-None-Match"):
		if is(name, "if-none-match") {
			return once(&h.hasNoneMatch, &h.ifNoneMatch, value)
		}
	}
	for _, other := range notOurs {
		if is(name, other) {
			return false
		}
	}
	return true
}

// notOurs are fields that tell of a body, another protocol or a conversation.
var notOurs = []string{"content-length", "transfer-encoding", "upgrade", "expect", "trailer", "te", "http2-settings"}

func once(seen *bool, into *[]byte, value []byte) bool {
	again := *seen
	*seen, *into = true, value
	return !again
}

// is compares without regard to the case of letters; name is in lower case.
func is(b []byte, name string) bool {
	if len(b) != len(name) {
		return false
	}
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			c |= 0x20
		}
		if c != name[i] {
			return false
		}
	}
	return true
}

// The classes of bytes.
const (
	inToken = 1 << iota // RFC 9110, 5.6.2
	inPath              // what stands in a path for itself; an encoded path is odd
	inQuery
	inHost
	inValue // visible ASCII, space and tab
)

var classes = func() (t [256]byte) {
	mark := func(class byte, others string) {
		for c := range t {
			if 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || bytes.IndexByte([]byte(others), byte(c)) >= 0 {
				t[c] |= class
			}
		}
	}
	mark(inToken, "!#$%&'*+-.^_`|~")
	mark(inPath, "-._~/!$&'()*+,;=:@")
	mark(inQuery, "-._~/!$&'()*+,;=:@?%")
	mark(inHost, "-.:[]")
	for c := ' '; c < 0x7f; c++ {
		t[c] |= inValue
	}
	t['\t'] |= inValue
	return t
}()

func all(b []byte, class byte) bool {
	for _, c := range b {
		if classes[c]&class == 0 {
			return false
		}
	}
	return true
}
