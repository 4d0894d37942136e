package engine

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"stet/lang"
)

// Where builds the conditions of a statement with their arguments.
type Where struct {
	Args []any
	all  []string
}

// Arg adds an argument and returns how a condition names it.
func (w *Where) Arg(v any) string {
	w.Args = append(w.Args, v)
	return "$" + strconv.Itoa(len(w.Args))
}

// Add adds a condition: all must hold.
func (w *Where) Add(condition string) { w.all = append(w.all, condition) }

// OneOf adds that a column has one of some values, if there are any.
func OneOf[S ~string](w *Where, column string, values []S) {
	if len(values) == 0 {
		return
	}
	numbers := make([]string, len(values))
	for i, v := range values {
		numbers[i] = w.Arg(string(v))
	}
	w.Add(column + ` IN (` + strings.Join(numbers, ", ") + `)`)
}

// maxQueryWords is how many words a query may have: no headline has more.
const maxQueryWords = 50

// Words adds that each word of a query begins a word that a table has for a column:
// from is SELECT … FROM a table with a column word. It reports false where nothing can be
// found.
func (w *Where) Words(column, from, query string) bool {
	words := Words(query)
	if len(words) > maxQueryWords || len(words) == 0 && strings.TrimSpace(query) != "" {
		return false
	}
	for _, word := range words {
		first := []byte(word)
		w.Add(column + ` IN (` + from + ` WHERE word >= ` + w.Arg(first) + ` AND word < ` + w.Arg(append(slices.Clone(first), 0xff)) + `)`)
	}
	return true
}

// String returns the conditions, with the word WHERE if there are any.
func (w *Where) String() string {
	if len(w.all) == 0 {
		return ``
	}
	return ` WHERE ` + strings.Join(w.all, ` AND `)
}

// maxWord is how many bytes of a word are searched.
const maxWord = 64

// Words returns the words of a text that a list is searched by, or of a query, as
// they are compared: each once.
func Words(s string) []string {
	words := strings.FieldsFunc(lang.Fold(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	for i, w := range words {
		words[i] = w[:min(len(w), maxWord)]
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// Mark names the place in a list after the row of a time and an id.
func Mark(at time.Time, id string) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %s", at.UnixMilli(), id))
}

// ParseMark reads what Mark wrote.
func ParseMark(s string) (at int64, id string, err error) {
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return 0, "", err
	}
	ms, id, _ := strings.Cut(string(text), " ")
	if id == "" || !Storable(id) {
		return 0, "", fmt.Errorf("%q is no id", id)
	}
	at, err = strconv.ParseInt(ms, 10, 64)
	return at, id, err
}
