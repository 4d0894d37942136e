package press

import (
	"net/http"
	"strings"
	"sync"
)

// A Request is all that the press knows of a request, and so all that can
// change an answer.
type Request struct {
	Method         string
	Path           string
	AcceptEncoding string // several header lines are joined with commas
	IfMatch        string
	IfNoneMatch    string
}

// RequestOf takes from r what the press may know.
func RequestOf(r *http.Request) Request {
	return Request{
		Method:         r.Method,
		Path:           r.URL.Path,
		AcceptEncoding: joined(r.Header["Accept-Encoding"]),
		IfMatch:        joined(r.Header["If-Match"]),
		IfNoneMatch:    joined(r.Header["If-None-Match"]),
	}
}

func joined(lines []string) string {
	if len(lines) == 1 {
		return lines[0]
	}
	return strings.Join(lines, ",")
}

// What many answers have in common. No capacity is left to append in place.
var (
	codingGzip = []string{"gzip"}
	varyOnIt   = []string{"Accept-Encoding"}
)

// maxGathered is the longest body that is worth a copy to be written at once.
const maxGathered = 256 << 10

// buffers are for gathering bodies.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// Write answers w: the same status, fields and body as AppendHead and
// AppendBody give. The body is written at once, as every write to a connection
// may cost a system call.
func (r *Response) Write(w http.ResponseWriter) error {
	r.setHeader(w.Header())
	w.WriteHeader(r.status)
	var room [maxParts + 2][]byte
	segments := r.AppendBody(room[:0])
	switch {
	case len(segments) == 0:
		return nil
	case len(segments) == 1 || r.head.length > maxGathered:
		for _, segment := range segments {
			if _, err := w.Write(segment); err != nil {
				return err
			}
		}
		return nil
	}
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	body := (*buffer)[:0]
	for _, segment := range segments {
		body = append(body, segment...)
	}
	*buffer = body
	_, err := w.Write(body)
	return err
}

func (r *Response) setHeader(h http.Header) {
	conditional := r.conditional()
	for _, e := range r.view.page.fields.entries {
		if e.kept || !conditional {
			h[e.name] = e.values
		}
	}
	if r.coding == gzip && !conditional {
		h["Content-Encoding"] = codingGzip
	}
	if !r.view.page.raw {
		h["Vary"] = varyOnIt
	}
	if r.ETag() != "" {
		h["Etag"] = r.head.values[0:1:1]
	}
	switch {
	case !conditional:
		h["Content-Length"] = r.head.values[1:2:2]
	case r.status != http.StatusNotModified:
		h["Content-Length"] = lengthNone
	}
}

var lengthNone = []string{"0"}
