package press

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/textproto"
	"strings"
	"sync/atomic"
	"time"
)

// maxParts is how many parts a page may have.
const maxParts = 8

// A Page is what Lay says stands at a path. Its bytes must not change after
// they were handed over.
type Page struct {
	Status    int       // 0 is 200
	Fields    []Field   // header fields, without those that the press sets
	Parts     []Part    // at most eight
	Until     time.Time // when the page runs out; zero: never
	Transient bool      // answered, never held: pages for addresses that anybody can think up
	Raw       bool      // never compressed: fonts, pictures
}

// A Field is one header field.
type Field struct{ Name, Value string }

// A Part is the page's own HTML, or the name of a block.
type Part struct {
	HTML  []byte
	Block string
}

// A Block is what Print says a block shows. Its bytes must not change after
// they were handed over.
type Block struct {
	HTML  []byte
	Until time.Time // when the block runs out; zero: never
}

// A page is a Page made ready to be sent. What readers see of it never
// changes, but for the two heads.
type page struct {
	path   string
	hash   uint64 // of path, in the table
	next   atomic.Pointer[page]
	heads  [2]atomic.Pointer[head] // for identity and gzip
	fields *fields
	parts  []part
	status int
	raw    bool
	timing

	// All below is guarded by Press.mu.
	node
	cost      int64
	transient bool
	holders   int      // the table, requests on the long way: while there are any, the slots are held
	blocks    []string // names for the parts that have no piece; nil once the slots are held
}

// A part has either.
type part struct {
	own  *piece
	slot *slot
}

// A timing says when something runs out.
type timing struct {
	until int64 // Unix milliseconds; 0: never
	retry int64 // when it may be tried again to make it anew after that failed, else 0; guarded by Press.mu
}

func (t *timing) past(now int64) bool { return t.until != 0 && now >= t.until }

// milliseconds keeps apart the zero Time and 1970.
func milliseconds(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return max(1, t.UnixMilli())
}

// What a page takes beside its bytes, as the benchmark of memory finds it: the
// structure, its place in the table and the heads for one coding.
const (
	pageOverhead = 528
	partOverhead = 24
	ownOverhead  = 72
)

// lay asks for the page at path and makes it ready.
func (p *Press) lay(ctx context.Context, path string, _ uint64) (*page, error) {
	from, err := p.options.Lay(ctx, path)
	if err != nil {
		return nil, err
	}
	return p.newPage(path, from)
}

func (p *Press) newPage(path string, from Page) (*page, error) {
	if from.Status == 0 {
		from.Status = 200
	}
	if s := from.Status; s < 200 || s > 599 || s == 204 || s == 205 || s == 304 {
		return nil, fmt.Errorf("status %d has no page", s)
	}
	if len(from.Parts) > maxParts {
		return nil, fmt.Errorf("page of %d parts, the most is %d", len(from.Parts), maxParts)
	}
	f, err := newFields(from.Fields)
	if err != nil {
		return nil, err
	}
	if len(from.Parts) > 0 && !f.has("Content-Type") {
		return nil, errors.New("page without Content-Type")
	}
	made := &page{
		path:      strings.Clone(path),
		parts:     make([]part, len(from.Parts)),
		status:    from.Status,
		raw:       from.Raw || len(from.Parts) == 0,
		timing:    timing{until: milliseconds(from.Until)},
		transient: from.Transient,
	}
	made.fields = p.shared(f)
	made.node.page = made
	var own [][]byte
	for _, part := range from.Parts {
		switch {
		case part.Block == "":
			own = append(own, part.HTML)
		case part.HTML != nil:
			return nil, fmt.Errorf("part with both HTML and the block %s", part.Block)
		default:
			made.blocks = append(made.blocks, strings.Clone(part.Block))
		}
	}
	pieces, size, err := newPieces(own, made.raw, p.serial)
	if err != nil {
		return nil, err
	}
	next := 0
	for i, part := range from.Parts {
		if part.Block == "" {
			made.parts[i].own = &pieces[next]
			next++
		}
	}
	made.cost = int64(pageOverhead + len(path) + partOverhead*len(made.parts) + ownOverhead*len(pieces) + size)
	if made.fields == f {
		made.cost += int64(3 * len(f.block)) // nobody else has these fields
	}
	return made, nil
}

// fields are header fields made ready, shared by all pages that have the same.
type fields struct {
	block   string // "Name: value\r\n…"
	kept    string // those of them that a 304 repeats
	entries []entry
	hash    [16]byte
}

// An entry is one field as net/http has it.
type entry struct {
	name   string
	values []string
	kept   bool
}

func (f *fields) has(name string) bool {
	for _, e := range f.entries {
		if e.name == name {
			return true
		}
	}
	return false
}

// reserved are the fields that the press or the writer sets, that belong to a
// connection, that a page which is the same for all readers cannot have
// (Set-Cookie), or that would promise what a composed page does not keep.
var reserved = map[string]bool{
	"Accept-Ranges": true, "Connection": true, "Content-Encoding": true, "Content-Length": true,
	"Content-Range": true, "Date": true, "Etag": true, "Keep-Alive": true, "Last-Modified": true,
	"Proxy-Connection": true, "Set-Cookie": true, "Te": true, "Trailer": true,
	"Transfer-Encoding": true, "Upgrade": true, "Vary": true,
}

// keptOn304 are the fields that RFC 9110, 15.4.5 wants repeated, but for
// those that the press sets itself.
var keptOn304 = map[string]bool{"Cache-Control": true, "Content-Location": true, "Expires": true}

func newFields(from []Field) (*fields, error) {
	f := &fields{}
	var block, kept strings.Builder
	places := make(map[string]int, len(from))
	for _, field := range from {
		name := textproto.CanonicalMIMEHeaderKey(field.Name)
		switch {
		case !isToken(field.Name) || !isValue(field.Value):
			return nil, fmt.Errorf("bad header field %q: %q", field.Name, field.Value)
		case reserved[name]:
			return nil, fmt.Errorf("header field %s is not the page's to set", name)
		}
		line := field.Name + ": " + field.Value + "\r\n"
		block.WriteString(line)
		if keptOn304[name] {
			kept.WriteString(line)
		}
		i, again := places[name]
		if !again {
			i = len(f.entries)
			places[name] = i
			f.entries = append(f.entries, entry{name: name, kept: keptOn304[name]})
		}
		f.entries[i].values = append(f.entries[i].values, field.Value)
	}
	for i := range f.entries {
		values := f.entries[i].values
		f.entries[i].values = values[:len(values):len(values)] // others may append to a copy only
	}
	f.block, f.kept = block.String(), kept.String()
	sum := sha256.Sum256([]byte(f.block))
	f.hash = [16]byte(sum[:])
	return f, nil
}

// maxShared bounds how many sets of fields are known for sharing.
const maxShared = 1024

// shared returns the fields that an earlier page had, if they are the same.
func (p *Press) shared(f *fields) *fields {
	p.sharing.Lock()
	defer p.sharing.Unlock()
	if known := p.fields[f.block]; known != nil {
		return known
	}
	if len(p.fields) >= maxShared {
		clear(p.fields)
	}
	p.fields[f.block] = f
	return f
}

func isToken(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && !('0' <= c && c <= '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

func isValue(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 && c != '\t' || c == 0x7f {
			return false
		}
	}
	return s == trim(s)
}
