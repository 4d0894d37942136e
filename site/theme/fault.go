package theme

import (
	"cmp"
	"errors"
	"fmt"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// A Fault is what is wrong with a theme, and what to do about it.
type Fault struct {
	File    string // within the theme; empty for the theme as a whole
	Line    int    // 0 where it is not known
	Message string
}

func (f Fault) String() string {
	switch {
	case f.File == "":
		return f.Message
	case f.Line == 0:
		return f.File + ": " + f.Message
	}
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
}

// Faults are all that is wrong with a theme, in the order of the files.
type Faults []Fault

func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].String()
	}
	return strings.Join(lines, "\n")
}

// fault notes what is wrong, each once.
func (l *loader) fault(file string, line int, format string, args ...any) {
	l.faults[Fault{file, line, fmt.Sprintf(format, args...)}] = true
}

func (l *loader) sorted() Faults {
	var out Faults
	for f := range l.faults {
		out = append(out, f)
	}
	slices.SortFunc(out, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Message, b.Message))
	})
	return out
}

// at makes an error that names a file a fault, unless it is one that says more.
func at(file string, err error) Fault {
	if f := faultOf(err); f.File != "" {
		return f
	}
	return Fault{file, 0, err.Error()}
}

// where is how the template packages begin their errors.
var where = regexp.MustCompile(`^(?:html/)?template: ?([a-z0-9/_.-]+):(\d+):(?:\d+:)? (?:executing "[^"]*" at )?`)

// faultOf reads file and line out of an error of the template packages.
func faultOf(err error) Fault {
	var f Fault
	if errors.As(err, &f) {
		return f
	}
	text := err.Error()
	if m := where.FindStringSubmatchIndex(text); m != nil {
		line, _ := strconv.Atoi(text[m[4]:m[5]])
		return Fault{text[m[2]:m[3]], line, text[m[1]:]}
	}
	if e := (*template.Error)(nil); errors.As(err, &e) {
		return Fault{e.Name, e.Line, e.Description}
	}
	return Fault{Message: text}
}

func (f Fault) Error() string { return f.String() }
