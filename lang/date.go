package lang

import (
	"strings"
	"time"
)

// A dateFormat holds the names and the patterns of dates. The placeholders of
// the patterns are {day}, {month} (the form that stands beside a day), {alone}
// (the form that stands without one), {year}, {weekday}, {hour}, {hour12},
// {half} (of the day), {minute} (two digits), and {day2}, {month2} and {hour2}
// (numbers of two digits).
type dateFormat struct {
	months   [12]string
	alone    [12]string // empty where it is as months
	weekdays [7]string  // from Sunday
	halves   [2]string  // before and after noon
	persian  bool

	date, full, month, year, clock, dateTime string
}

// Date writes the day with the month's name: "9 января 2026 г.".
func (l *Language) Date(t time.Time) string { return l.when(l.format.date, t) }

// FullDate writes the day with its weekday: "пятница, 9 января 2026 г.".
func (l *Language) FullDate(t time.Time) string { return l.when(l.format.full, t) }

// Month writes the month and the year: "январь 2026 г.".
func (l *Language) Month(t time.Time) string { return l.when(l.format.month, t) }

// Year writes the year: "2026".
func (l *Language) Year(t time.Time) string { return l.when(l.format.year, t) }

// Clock writes hours and minutes: "17:45".
func (l *Language) Clock(t time.Time) string { return l.when(l.format.clock, t) }

// DateTime writes the day and the time of day: "9 января 2026 г. в 17:45".
func (l *Language) DateTime(t time.Time) string { return l.when(l.format.dateTime, t) }

// ArchiveMonth names a month of the Gregorian calendar as an archive needs it:
// like Month, but where the language's own calendar divides the time otherwise,
// the first and the last of its months that fall into it.
func (l *Language) ArchiveMonth(year int, month time.Month) string {
	first := time.Date(year, month, 1, 12, 0, 0, 0, time.UTC)
	return l.span(l.Month, " – ", first, first.AddDate(0, 1, -1))
}

// ArchiveYear names a year of the Gregorian calendar as ArchiveMonth names a
// month.
func (l *Language) ArchiveYear(year int) string {
	first := time.Date(year, time.January, 1, 12, 0, 0, 0, time.UTC)
	return l.span(l.Year, "–", first, first.AddDate(1, 0, -1))
}

func (l *Language) span(name func(time.Time) string, dash string, first, last time.Time) string {
	from, to := name(first), name(last)
	if from == to {
		return from
	}
	return from + dash + to
}

func (l *Language) when(pattern string, t time.Time) string {
	f := &l.format
	year, month, day := t.Year(), int(t.Month()), t.Day()
	if f.persian {
		year, month, day = persianDate(t)
	}
	return expand(pattern, func(name string) (string, bool) {
		switch name {
		case "day":
			return l.digits(day, 1), true
		case "day2":
			return l.digits(day, 2), true
		case "month":
			return f.months[month-1], true
		case "month2":
			return l.digits(month, 2), true
		case "alone":
			if f.alone[month-1] != "" {
				return f.alone[month-1], true
			}
			return f.months[month-1], true
		case "year":
			return l.digits(year, 1), true
		case "weekday":
			return f.weekdays[t.Weekday()], true
		case "hour":
			return l.digits(t.Hour(), 1), true
		case "hour2":
			return l.digits(t.Hour(), 2), true
		case "hour12":
			return l.digits((t.Hour()+11)%12+1, 1), true
		case "minute":
			return l.digits(t.Minute(), 2), true
		case "half":
			return f.halves[t.Hour()/12], true
		}
		return "", false
	})
}

// expand replaces each {name} of a pattern by its value; a name without a value
// is left as it stands.
func expand(pattern string, value func(name string) (string, bool)) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, found := strings.Cut(rest, "}")
		v, ok := value(name)
		if !found || !ok {
			b.WriteByte('{')
			pattern = rest
			continue
		}
		b.WriteString(v)
		pattern = after
	}
}
