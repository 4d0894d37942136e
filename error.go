package stet

import (
	"errors"
	"fmt"
	"strings"
)

// ErrorKind says what sort of refusal an [Error] is. The web layers turn it
// into a status.
type ErrorKind int

const (
	Invalid      ErrorKind = iota // a field breaks a rule: 422
	NotFound                      // nothing of that name: 404
	Conflict                      // it collides with what is there: 409
	Forbidden                     // this actor may not do this: 403
	Stale                         // it changed since it was read: 412
	Unauthorized                  // who is acting is not known: 401
	Malformed                     // it cannot be read at all: 400
	NoRoom                        // the disk is full: 507
)

// Error is a refusal that a person can act on. Anything that is not an Error
// is internal: it is logged and never shown.
type Error struct {
	Kind    ErrorKind
	Field   string // the field at fault, as the native form names it; may be empty
	Message string // one sentence in English that says what to do

	format string
	args   []any
}

// Words returns what Message was made of, so that it can be said in another
// language. Where the error was not made by Errorf, there are none.
func (e *Error) Words() (format string, args []any) { return e.format, e.args }

func (e *Error) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// Errorf returns an Error of a kind about a field.
func Errorf(kind ErrorKind, field, format string, args ...any) *Error {
	return &Error{Kind: kind, Field: field, Message: fmt.Sprintf(format, args...), format: format, args: args}
}

// Errors are all the refusals of one text, in the order of its fields.
type Errors []*Error

func (es Errors) Error() string {
	var b strings.Builder
	for i, e := range es {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(e.Error())
	}
	return b.String()
}

// Unwrap lets errors.As find the first Error.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// Or returns nil for no errors, so that a validator can end with it.
func (es Errors) Or() error {
	if len(es) == 0 {
		return nil
	}
	return es
}

// KindOf returns the kind of the first Error that err wraps.
func KindOf(err error) (ErrorKind, bool) {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind, true
	}
	return 0, false
}

// Is reports whether err wraps an Error of that kind.
func Is(err error, kind ErrorKind) bool {
	k, ok := KindOf(err)
	return ok && k == kind
}
