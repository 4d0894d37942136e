package plan

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestCalendarFile(t *testing.T) {
	baku := time.FixedZone("Baku", 4*3600)
	var b bytes.Buffer
	c := newCalendar(&b, "Stet; news", "Asia/Baku")
	at := time.Date(2026, 3, 1, 6, 30, 0, 0, time.UTC)
	c.add(&vevent{UID: "a@example.org", Stamp: at, Sequence: 2, Start: at, End: at.Add(time.Hour), Zone: baku,
		Summary: "One, two; three\\\nfour\x00", Place: strings.Repeat("Бакы ", 40), URL: "https://example.org/a"})
	c.add(&vevent{UID: "b@example.org", Stamp: at, Start: at.Add(-6*time.Hour - 30*time.Minute - 4*time.Hour), AllDay: true, Zone: baku, Summary: "Day"})
	c.end()
	text := b.String()
	for _, want := range []string{
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "X-WR-CALNAME:Stet\\; news\r\n", `SUMMARY:One\, two\; three\\\nfour` + "\r\n",
		"DTSTART:20260301T063000Z\r\nDTEND:20260301T073000Z\r\n", "DTSTART;VALUE=DATE:20260301\r\nDTEND;VALUE=DATE:20260302\r\n", "SEQUENCE:2\r\n", "END:VCALENDAR\r\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		if len(line) > lineLength || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("line %q", line)
		}
	}
	if !strings.Contains(strings.ReplaceAll(text, "\r\n ", ""), "LOCATION:"+strings.Repeat("Бакы ", 40)+"\r\n") {
		t.Error("unfolding does not give the text back")
	}
}

// FuzzLine: whatever a text has, lines are short and whole, and a reader gets it back.
func FuzzLine(f *testing.F) {
	f.Add("Бакы, Москва; \\ and\nmore")
	f.Add(strings.Repeat("ə", 200))
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		(&calendarFile{&b}).line("SUMMARY", escape(s))
		out := strings.TrimSuffix(b.String(), "\r\n")
		for line := range strings.SplitSeq(out, "\r\n") {
			if len(line) > lineLength || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
				t.Errorf("line %q of %q", line, s)
			}
		}
		if strings.ReplaceAll(out, "\r\n ", "") != "SUMMARY:"+escape(s) {
			t.Errorf("%q is folded into %q", s, out)
		}
	})
}

func TestSpan(t *testing.T) {
	day := func(s string) time.Time {
		at, err := parseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, test := range []struct {
		view, code, at, from, to string
	}{
		{"month", "ru", "2026-11-24", "2026-10-26", "2026-12-07"},
		{"month", "en", "2026-11-24", "2026-11-01", "2026-12-06"},
		{"month", "az", "2027-02-10", "2027-02-01", "2027-03-01"},
		{"week", "ru", "2026-11-29", "2026-11-23", "2026-11-30"},
		{"week", "en", "2026-11-29", "2026-11-29", "2026-12-06"},
		{"list", "en", "2026-11-29", "2026-11-29", "2026-12-27"},
	} {
		from, to := span(test.view, day(test.at), weekStart(test.code))
		if from.Format(time.DateOnly) != test.from || to.Format(time.DateOnly) != test.to {
			t.Errorf("%+v: %s to %s", test, from, to)
		}
	}
	for _, wrong := range []string{"", "2026-2-1", "2026-02-30", "9999-12-31", "24.11.2026"} {
		if _, err := parseDay(wrong); err == nil {
			t.Errorf("%q is a day", wrong)
		}
	}
}
