package lang

import (
	"testing"
	"time"
)

func TestSmoke(t *testing.T) {
	d := time.Date(2026, 1, 14, 17, 5, 0, 0, time.UTC)
	for _, c := range []string{"ru", "en", "de", "he", "en-gb", "xx"} {
		l := Get(c)
		t.Log(l.Code, l.Name, l.Dir, l.Locale, l.Date(d), l.FullDate(d), l.DateTime(d), l.Number(1234567), l.Plural(Stories, 21), l.Text(Copyright, "year", "2026", "name", "X"))
	}
	t.Log(Match("fr, ru-UA;q=0.5, en;q=0.7", []string{"ru", "en"}))
}
