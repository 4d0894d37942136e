package lang

import (
	"slices"
	"time"
)

// The Persian (Solar Hijri) calendar has six months of 31 days, five of 30, and
// a last one of 29, in leap years 30. Its leap years follow the spring equinox.
// A cycle of eight leap years in 33 is right for centuries around the present;
// where it puts the leap day one year too early, the years are listed.
var lateLeapYears = []int{
	1502, 1601, 1634, 1667, 1700, 1733, 1766, 1799, 1832, 1865, 1898, 1931, 1964, 1997,
	2030, 2059, 2063, 2096, 2129, 2158, 2162, 2191, 2195, 2224, 2228, 2257, 2261, 2290,
	2294, 2323, 2327, 2356, 2360,
}

// The days from 1 Farvardin of year 1 to 1 January 1970.
const persianEpoch = 492268

// persianNewYear counts the days from 1 Farvardin of year 1 to that of a year.
func persianNewYear(year int) int {
	days := 365*(year-1) + (8*year+21)/33
	if _, late := slices.BinarySearch(lateLeapYears, year-1); late {
		days--
	}
	return days
}

// persianDate converts the day shown by t in its zone.
func persianDate(t time.Time) (year, month, day int) {
	const secondsADay = 24 * 60 * 60
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	days := int(midnight.Unix()/secondsADay) + persianEpoch

	year = 1 + (33*days+3)/12053
	for days >= persianNewYear(year+1) {
		year++
	}
	for days < persianNewYear(year) {
		year--
	}
	rest := days - persianNewYear(year)
	if rest < 6*31 {
		return year, rest/31 + 1, rest%31 + 1
	}
	rest -= 6 * 31
	return year, 7 + rest/30, rest%30 + 1
}
