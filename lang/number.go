package lang

import (
	"strconv"
	"strings"
)

// A numberFormat says how whole numbers are written.
type numberFormat struct {
	zero   rune   // the digit zero
	group  string // between groups of three digits; empty for none
	lonely bool   // whether a single digit may stand alone before a group: "1,234"
	minus  string
}

// Number writes a whole number with the language's digits and grouping.
func (l *Language) Number(n int) string {
	digits := strconv.Itoa(n)
	var b strings.Builder
	if n < 0 {
		digits = digits[1:]
		b.WriteString(l.numbers.minus)
	}
	grouped := l.numbers.group != "" && (len(digits) > 4 || len(digits) == 4 && l.numbers.lonely)
	for i, d := range digits {
		if grouped && i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(l.numbers.group)
		}
		b.WriteRune(l.numbers.zero + d - '0')
	}
	return b.String()
}

// digits writes n without grouping, in at least width digits.
func (l *Language) digits(n, width int) string {
	s := strconv.Itoa(n)
	if len(s) < width {
		s = strings.Repeat("0", width-len(s)) + s
	}
	if l.numbers.zero == '0' {
		return s
	}
	return strings.Map(func(r rune) rune { return l.numbers.zero + r - '0' }, s)
}

// A listFormat says how the items of a list are joined.
type listFormat struct {
	pair   string // between two items: " и "
	middle string // between all but the last two of a longer list: ", "
	last   string // between the last two of a longer list: " и "
}

// List joins items as one sentence would: "А, Б и В".
func (l *Language) List(items []string) string {
	var b strings.Builder
	for i, item := range items {
		switch {
		case i == 0:
		case len(items) == 2:
			b.WriteString(l.list.pair)
		case i == len(items)-1:
			b.WriteString(l.list.last)
		default:
			b.WriteString(l.list.middle)
		}
		b.WriteString(item)
	}
	return b.String()
}
