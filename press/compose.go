package press

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
)

// A view is a page and its pieces as they were at one moment.
type view struct {
	page   *page
	pieces [maxParts]*piece // as many as the page has parts
}

func (v *view) all() []*piece { return v.pieces[:len(v.page.parts)] }

// The two codings, as indexes of a page's heads.
const (
	identity = 0
	gzip     = 1
)

// A head is what composing had to work out for one coding of a view. It stays
// with the page for as long as the page is composed of the same pieces. It
// remembers them by serial: pointers would keep old blocks in memory on behalf
// of pages nobody asks for.
type head struct {
	serials [maxParts]uint64
	values  [2]string // of ETag and Content-Length, as net/http wants them
	length  int64
	tail    [tailSize]byte
}

func (h *head) etag() string { return h.values[0] }

func (h *head) fits(v *view) bool {
	for i, piece := range v.all() {
		if h.serials[i] != piece.serial {
			return false
		}
	}
	return true
}

func (v *view) head(coding int) *head {
	h := v.page.heads[coding].Load()
	if h == nil || !h.fits(v) {
		h = v.newHead(coding)
		v.page.heads[coding].Store(h)
	}
	return h
}

func (v *view) newHead(coding int) *head {
	h := &head{}
	// What is hashed is of fixed lengths, so no two views have the same text.
	text := make([]byte, 0, 1+16+16*maxParts)
	text = append(text, byte(coding))
	text = append(text, v.page.fields.hash[:]...)
	var crc uint32
	var plain, deflated int64
	for i, piece := range v.all() {
		h.serials[i] = piece.serial
		text = append(text, piece.hash[:]...)
		plain += int64(piece.html)
		if coding == gzip {
			deflated += int64(len(piece.deflate()))
			crc = joinCRC(crc, piece.crc, piece.shift)
		}
	}
	h.length = plain
	if coding == gzip {
		h.length = int64(len(gzipHeader)) + deflated + tailSize
		h.tail = gzipTail(crc, plain)
	}
	sum := sha256.Sum256(text)
	quoted := [24]byte{0: '"', 23: '"'}
	base64.RawURLEncoding.Encode(quoted[1:23], sum[:16])
	h.values = [2]string{string(quoted[:]), strconv.FormatInt(h.length, 10)}
	return h
}

// gzipStart is the segment every compressed body begins with.
var gzipStart = []byte(gzipHeader)

// A Response is one answer as data: what it holds is shared, never changes and
// must not be changed.
type Response struct {
	view   view
	head   *head
	status int
	coding int
	bare   bool // no body follows: HEAD, 304, 412
}

// respond makes the answer to req from what stood there at one moment.
func (v *view) respond(req Request) Response {
	r := Response{view: *v, status: v.page.status, bare: req.Method == http.MethodHead}
	if !v.page.raw && acceptsGzip(req.AcceptEncoding) {
		r.coding = gzip
	}
	r.head = v.head(r.coding)
	if r.status != http.StatusOK {
		return r // validators and preconditions are for what is really there
	}
	switch {
	case req.IfMatch != "" && !matches(req.IfMatch, r.head.etag(), true):
		r.status, r.bare = http.StatusPreconditionFailed, true
	case req.IfNoneMatch != "" && matches(req.IfNoneMatch, r.head.etag(), false):
		r.status, r.bare = http.StatusNotModified, true
	}
	return r
}

// Status is the status code.
func (r *Response) Status() int { return r.status }

// ETag is the strong validator with its quotes; empty if the page's own status
// is not 200.
func (r *Response) ETag() string {
	if r.view.page.status != http.StatusOK {
		return ""
	}
	return r.head.etag()
}

// Gzip tells whether the body is compressed.
func (r *Response) Gzip() bool { return r.coding == gzip }

// Length is the Content-Length: the length of the body that AppendBody gives,
// or would give if the method were GET. It is 0 for 304, which has no such
// field, and for 412.
func (r *Response) Length() int64 {
	if r.conditional() {
		return 0
	}
	return r.head.length
}

// conditional tells whether a precondition took the place of the page.
func (r *Response) conditional() bool { return r.status != r.view.page.status }

// AppendHead appends the header block, "Name: value\r\n" for every field but
// Date and those of the connection, without the empty line that ends it.
func (r *Response) AppendHead(dst []byte) []byte {
	f := r.view.page.fields
	if r.conditional() {
		dst = append(dst, f.kept...)
	} else {
		dst = append(dst, f.block...)
		if r.coding == gzip {
			dst = append(dst, "Content-Encoding: gzip\r\n"...)
		}
	}
	if !r.view.page.raw {
		dst = append(dst, "Vary: Accept-Encoding\r\n"...)
	}
	if etag := r.ETag(); etag != "" {
		dst = append(dst, "ETag: "...)
		dst = append(dst, etag...)
		dst = append(dst, "\r\n"...)
	}
	if r.status != http.StatusNotModified {
		dst = append(dst, "Content-Length: "...)
		dst = strconv.AppendInt(dst, r.Length(), 10)
		dst = append(dst, "\r\n"...)
	}
	return dst
}

// AppendBody appends the segments of the body: none for HEAD, 304 and 412. The
// segments must not be changed.
func (r *Response) AppendBody(dst [][]byte) [][]byte {
	if r.bare {
		return dst
	}
	if r.coding == identity {
		for _, piece := range r.view.all() {
			if piece.html > 0 {
				dst = append(dst, piece.plain())
			}
		}
		return dst
	}
	dst = append(dst, gzipStart)
	for _, piece := range r.view.all() {
		if piece.html > 0 {
			dst = append(dst, piece.deflate())
		}
	}
	return append(dst, r.head.tail[:])
}
