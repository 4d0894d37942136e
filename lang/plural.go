package lang

// A category is one of the CLDR's plural categories of whole numbers.
type category int

const (
	other category = iota
	zero
	one
	two
	few
	many
)

// forms holds one text for each category the language has; an empty form is
// one the language does not use.
type forms struct {
	zero, one, two, few, many, other string
}

func (f forms) of(c category) string {
	return [...]string{f.other, f.zero, f.one, f.two, f.few, f.many}[c]
}

// Plural returns a text that depends on a number, in the form that goes with
// it; {n} is the number as Number writes it. An unknown key gives the key.
func (l *Language) Plural(key CountKey, n int) string {
	f, ok := l.counts[key]
	if !ok {
		return string(key)
	}
	if n < 0 {
		return l.fill(f.of(l.table.plural(-n)), "n", n)
	}
	return l.fill(f.of(l.table.plural(n)), "n", n)
}

// The CLDR's rules for whole numbers from zero.

// pluralOne: one thing is singular.
func pluralOne(n int) category {
	if n == 1 {
		return one
	}
	return other
}

// pluralZeroOne: nothing and one thing are singular.
func pluralZeroOne(n int) category {
	if n <= 1 {
		return one
	}
	return other
}

// pluralSlavic: Russian and Ukrainian.
func pluralSlavic(n int) category {
	switch last, teen := n%10, n%100 >= 11 && n%100 <= 14; {
	case last == 1 && !teen:
		return one
	case last >= 2 && last <= 4 && !teen:
		return few
	}
	return many
}

func pluralArabic(n int) category {
	switch rest := n % 100; {
	case n == 0:
		return zero
	case n == 1:
		return one
	case n == 2:
		return two
	case rest >= 3 && rest <= 10:
		return few
	case rest >= 11:
		return many
	}
	return other
}
