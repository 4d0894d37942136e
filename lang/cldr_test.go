package lang

import (
	"bytes"
	"encoding/json"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// cldr is what the CLDR itself says of a language: testdata/cldr/make.mjs.
type cldr struct {
	Months   [12]string
	Alone    [12]string
	Weekdays [7]string // from Sunday
	Halves   [2]string
	Patterns struct{ Date, Full, Month, Year, Clock, DateTime string }
	Numbers  struct {
		Digits, Group, Minus string
		Least                int // digits before the first group
	}
	List    struct{ Pair, Start, Middle, End string }
	Quotes  [2]string
	Inner   [2]string
	Plurals map[string]string // the samples stand behind the rules
	Index   []string          // the letters that names are listed under
}

// withCLDR runs a test for every complete language.
func withCLDR(t *testing.T, test func(*testing.T, *Language, *cldr)) {
	for _, code := range Codes() {
		t.Run(code, func(t *testing.T) {
			text, err := os.ReadFile("testdata/cldr/" + code + ".json")
			if err != nil {
				t.Fatal(err)
			}
			// Browsers write the narrow no-break space of dates as a space, and
			// so do we: pages and their scripts must agree.
			text = bytes.ReplaceAll(text, []byte("\u202f"), []byte(" "))
			var c cldr
			if err := json.Unmarshal(text, &c); err != nil {
				t.Fatal(err)
			}
			test(t, Get(code), &c)
		})
	}
}

// Every day of four years and every hour of one, in every format. The weekday
// of the Persian calendar has no pattern of its own in the CLDR; Intl alone
// says how it is written.
func TestCLDRDates(t *testing.T) {
	withCLDR(t, func(t *testing.T, l *Language, c *cldr) {
		met := map[[2]int]bool{}
		compare := func(when time.Time) {
			date := c.date(l, c.Patterns.Date, when)
			clock := c.date(l, c.Patterns.Clock, when)
			for _, f := range []struct{ name, got, want string }{
				{"Date", l.Date(when), date},
				{"FullDate", l.FullDate(when), c.date(l, c.Patterns.Full, when)},
				{"Month", l.Month(when), c.date(l, c.Patterns.Month, when)},
				{"Year", l.Year(when), c.date(l, c.Patterns.Year, when)},
				{"Clock", l.Clock(when), clock},
				{"DateTime", l.DateTime(when), strings.NewReplacer("{1}", date, "{0}", clock, "'", "").Replace(c.Patterns.DateTime)},
			} {
				if f.got != f.want && f.want != "" {
					t.Errorf("%s of %s: %q, want %q", f.name, when.Format("Mon 2006-01-02 15:04"), f.got, f.want)
				}
			}
			_, month, _ := calendar(l, when)
			if weekday := int(when.Weekday()); strings.Contains(l.FullDate(when), c.Weekdays[weekday]) {
				met[[2]int{month, weekday}] = true
			}
		}
		for when := time.Date(2024, 1, 1, 17, 5, 0, 0, time.UTC); when.Year() < 2028; when = when.AddDate(0, 0, 1) {
			compare(when)
		}
		for when := time.Date(2026, 1, 9, 0, 40, 0, 0, time.UTC); when.Day() == 9; when = when.Add(time.Hour) {
			compare(when)
		}
		if len(met) != 12*7 {
			t.Errorf("%d pairs of a month and a weekday were compared", len(met))
		}
	})
}

func calendar(l *Language, when time.Time) (year, month, day int) {
	if l.Code == "fa" {
		return persianDate(when)
	}
	return when.Year(), int(when.Month()), when.Day()
}

// date fills a pattern of the CLDR. A day is always asked for as a number of one
// digit or two, also where the language's long date has it with a zero.
func (c *cldr) date(l *Language, pattern string, when time.Time) string {
	year, month, day := calendar(l, when)
	return patternField.ReplaceAllStringFunc(pattern, func(field string) string {
		switch field {
		case "d", "dd":
			return c.digits(day, 1)
		case "MMMM":
			return c.Months[month-1]
		case "LLLL":
			return c.Alone[month-1]
		case "y":
			return c.digits(year, 1)
		case "EEEE":
			return c.Weekdays[when.Weekday()]
		case "H", "HH":
			return c.digits(when.Hour(), len(field))
		case "h":
			return c.digits((when.Hour()+11)%12+1, 1)
		case "mm":
			return c.digits(when.Minute(), 2)
		case "a":
			return c.Halves[when.Hour()/12]
		}
		return strings.Trim(field, "'")
	})
}

// Letters are fields, unless they stand between apostrophes.
var patternField = regexp.MustCompile(`'[^']*'|d+|M+|L+|y+|E+|H+|h+|m+|a+`)

// digits writes n in at least width digits.
func (c *cldr) digits(n, width int) string {
	digits := []rune(c.Numbers.Digits)
	var b strings.Builder
	for _, d := range strings.Repeat("0", max(0, width-len(strconv.Itoa(n)))) + strconv.Itoa(n) {
		b.WriteRune(digits[d-'0'])
	}
	return b.String()
}

func TestCLDRNumbers(t *testing.T) {
	withCLDR(t, func(t *testing.T, l *Language, c *cldr) {
		for _, n := range []int{0, 7, 10, 999, 1000, 2021, 9999, 10000, 54321, 123456, 1234567, 9876543210} {
			want := c.digits(n, 1)
			if groups := len(strconv.Itoa(n)) - 3; groups >= c.Numbers.Least {
				want = ""
				rest := n
				for ; rest >= 1000; rest /= 1000 {
					want = c.Numbers.Group + c.digits(rest%1000, 3) + want
				}
				want = c.digits(rest, 1) + want
			}
			if got := l.Number(n); got != want {
				t.Errorf("Number(%d) = %q, want %q", n, got, want)
			}
			if got := l.Number(-n); n > 0 && got != c.Numbers.Minus+want {
				t.Errorf("Number(-%d) = %q, want %q", n, got, c.Numbers.Minus+want)
			}
		}
	})
}

// Every sample number the CLDR gives for every category.
func TestCLDRPlurals(t *testing.T) {
	withCLDR(t, func(t *testing.T, l *Language, c *cldr) {
		compared := 0
		for name, rule := range c.Plurals {
			_, samples, _ := strings.Cut(rule, "@integer ")
			samples, _, _ = strings.Cut(samples, "@decimal")
			for sample := range strings.SplitSeq(samples, ",") {
				if sample = strings.TrimSpace(sample); sample == "" || sample == "…" || strings.Contains(sample, "c") {
					continue
				}
				first, last, isRange := strings.Cut(sample, "~")
				if !isRange {
					last = first
				}
				for n := number(t, first); n <= number(t, last); n++ {
					if got := categoryNames[l.table.plural(n)]; got != name {
						t.Errorf("the category of %d is %s, want %s", n, got, name)
					}
					compared++
				}
			}
			for key, f := range l.counts {
				if !has(f, name) {
					t.Errorf("%s has no form %s", key, name)
				}
			}
		}
		if compared < 20 {
			t.Errorf("%d numbers were compared", compared)
		}
		for key, f := range l.counts {
			for _, name := range categoryNames {
				if _, known := c.Plurals[name]; has(f, name) && !known {
					t.Errorf("%s has a form %s, which the language has not", key, name)
				}
			}
		}
	})
}

func has(f forms, name string) bool {
	for i, n := range categoryNames {
		if n == name {
			return f.of(category(i)) != ""
		}
	}
	return false
}

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCLDRLists(t *testing.T) {
	names := []string{"A", "B", "C", "D", "E"}
	fill := func(pattern, before, after string) string {
		return strings.NewReplacer("{0}", before, "{1}", after).Replace(pattern)
	}
	withCLDR(t, func(t *testing.T, l *Language, c *cldr) {
		for n := range len(names) + 1 {
			want := strings.Join(names[:min(n, 1)], "")
			switch {
			case n == 2:
				want = fill(c.List.Pair, names[0], names[1])
			case n > 2:
				want = fill(c.List.End, names[n-2], names[n-1])
				for i := n - 3; i > 0; i-- {
					want = fill(c.List.Middle, names[i], want)
				}
				want = fill(c.List.Start, names[0], want)
			}
			if got := l.List(names[:n]); got != want {
				t.Errorf("%d names: %q, want %q", n, got, want)
			}
		}
	})
}

// The CLDR puts letters that are ordered as one into one item.
func TestCLDRIndex(t *testing.T) {
	withCLDR(t, func(t *testing.T, l *Language, c *cldr) {
		initial, compare := l.Initials(), l.Comparer()
		last := ""
		for _, item := range c.Index {
			if l.Code == "az" && item == "W" {
				continue // no letter of Azerbaijani; an older CLDR had it before Z, and the collator has
			}
			want := string([]rune(item)[:1])
			for _, letter := range item {
				if got := initial(string(letter)); got != want {
					t.Errorf("%c is listed under %s, want %s", letter, got, want)
				}
			}
			if last != "" && compare(last, want) >= 0 {
				t.Errorf("%s stands before %s", want, last)
			}
			last = want
		}
	})
}
