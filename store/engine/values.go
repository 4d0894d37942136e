package engine

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Bulk gathers rows of one table, so that many go with one statement: what an
// import costs on a server is the number of its round trips.
type Bulk struct {
	Head, Tail string // around the rows: INSERT INTO … VALUES, ON CONFLICT …
	Refused    int64  // rows that ON CONFLICT DO NOTHING left out
	width      int
	args       []any
	texts      map[int]string // the statement for so many rows
}

// Add adds a row.
func (b *Bulk) Add(ctx context.Context, t Tx, row ...any) error {
	b.width = len(row)
	b.args = append(b.args, row...)
	if len(b.args) < t.engine.together()*b.width {
		return nil
	}
	return b.Flush(ctx, t)
}

// Flush writes what is there, by powers of two, so that few texts are prepared.
func (b *Bulk) Flush(ctx context.Context, t Tx) error {
	args := b.args
	for n := t.engine.together(); n > 0; n /= 2 {
		for len(args) >= n*b.width && len(args) > 0 {
			wrote, err := t.Exec(ctx, b.text(n), args[:n*b.width]...)
			if err != nil {
				return err
			}
			b.Refused += int64(n) - wrote
			args = args[n*b.width:]
		}
	}
	b.args = b.args[:0]
	return nil
}

// text is the statement that writes n rows.
func (b *Bulk) text(n int) string {
	if q, ok := b.texts[n]; ok {
		return q
	}
	var q strings.Builder
	q.WriteString(b.Head)
	for i := range n {
		if i > 0 {
			q.WriteByte(',')
		}
		q.WriteString(Numbers(1+i*b.width, b.width))
	}
	q.WriteString(b.Tail)
	if b.texts == nil {
		b.texts = map[int]string{}
	}
	b.texts[n] = q.String()
	return b.texts[n]
}

// In returns "($1,$2,…)" for a list of n values whose first number is from.
// Lengths are rounded up to a power of two, so that few texts are prepared;
// List pads the values to match.
func In(from, n int) string { return Numbers(from, Padded(n)) }

// Numbers returns "($5,$6,…)": n of them whose first is from.
func Numbers(from, n int) string {
	var b strings.Builder
	b.WriteByte('(')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(from + i))
	}
	b.WriteByte(')')
	return b.String()
}

// Padded is how many values In makes of n.
func Padded(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// List returns values as arguments for In: the last one repeated to its length.
func List[S ~string](values []S) []any {
	out := make([]any, Padded(len(values)))
	for i := range out {
		out[i] = string(values[min(i, len(values)-1)])
	}
	return out
}

// Millis is a nullable time as it is stored.
func Millis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}

// When reads a time as it is stored; NULL is the zero time.
func When(into *time.Time) sql.Scanner { return when{into} }

// AsJSON reads what is stored as JSON.
func AsJSON(into any) sql.Scanner { return asJSON{into} }

type (
	when   struct{ into *time.Time }
	asJSON struct{ into any }
)

func (w when) Scan(v any) error {
	var ms sql.NullInt64
	err := ms.Scan(v)
	if *w.into = (time.Time{}); ms.Valid {
		*w.into = time.UnixMilli(ms.Int64).UTC()
	}
	return err
}

func (j asJSON) Scan(v any) error {
	var text []byte
	switch v := v.(type) {
	case string:
		text = []byte(v)
	case []byte:
		text = v
	default:
		return fmt.Errorf("a %T is no JSON", v)
	}
	return json.Unmarshal(text, j.into)
}

// Storable reports whether a text that came with a request can be in the
// database at all; PostgreSQL answers anything else with an error.
func Storable(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }
