package lang

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

const goldenFile = "testdata/dates.golden"

// writeGolden keeps a sample of the reference: a line for each language and
// time, with the six formats after them, separated by tabs.
func writeGolden(t *testing.T, s samples, ref reference) {
	t.Helper()
	var b strings.Builder
	for _, code := range s.Languages {
		for i := 0; i < len(s.Seconds); i += 83 {
			when := time.Unix(s.Seconds[i], 0).UTC().Format(time.RFC3339)
			fmt.Fprintf(&b, "%s\t%s\t%s\n", code, when, strings.Join(ref.Languages[code].Dates[i], "\t"))
		}
	}
	if err := os.WriteFile(goldenFile, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestGoldenDates(t *testing.T) {
	golden, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for line := range strings.Lines(string(golden)) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		when, err := time.Parse(time.RFC3339, fields[1])
		if err != nil {
			t.Fatal(err)
		}
		if got := formats(Get(fields[0]), when); !slices.Equal(got, fields[2:]) {
			t.Errorf("%s %s:\n got %q\nwant %q", fields[0], fields[1], got, fields[2:])
		}
		seen[fields[0]]++
	}
	for _, code := range Codes() {
		if seen[code] < 40 {
			t.Errorf("only %d golden dates for %s", seen[code], code)
		}
	}
}

func TestExpectedDates(t *testing.T) {
	when := time.Date(2026, time.January, 9, 17, 5, 0, 0, time.UTC)
	for code, want := range map[string]string{
		"ru": "9 января 2026 г.",
		"en": "January 9, 2026",
		"az": "9 yanvar 2026",
		"hy": "9 հունվարի, 2026 թ.",
		"ka": "9 იანვარი, 2026",
		"ar": "9 يناير 2026",
		"fa": "۱۹ دی ۱۴۰۴",
		"de": "2026-01-09",
	} {
		if got := Get(code).Date(when); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
	wednesday := time.Date(2026, time.January, 14, 0, 0, 0, 0, time.UTC)
	if got := Get("ru").FullDate(wednesday); got != "среда, 14 января 2026 г." {
		t.Error(got)
	}
	if got := Get("de").DateTime(when); got != "2026-01-09 17:05" {
		t.Error(got)
	}
}

// A date is that of the zone the time carries.
func TestDateInZone(t *testing.T) {
	baku := time.FixedZone("", 4*60*60)
	when := time.Date(2026, time.March, 20, 22, 30, 0, 0, time.UTC)
	for code, want := range map[string]string{"ru": "21 марта 2026 г. в 02:30", "fa": "۱ فروردین ۱۴۰۵ ساعت ۲:۳۰"} {
		if got := Get(code).DateTime(when.In(baku)); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}

func TestArchiveNames(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Get("ru").ArchiveMonth(2021, time.June), "июнь 2021 г."},
		{Get("fa").ArchiveMonth(2021, time.June), "۱۴۰۰ خرداد – ۱۴۰۰ تیر"},
		{Get("fa").ArchiveMonth(2021, time.March), "۱۳۹۹ اسفند – ۱۴۰۰ فروردین"},
		{Get("en").ArchiveYear(2021), "2021"},
		{Get("fa").ArchiveYear(2021), "۱۳۹۹–۱۴۰۰"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func BenchmarkDate(b *testing.B) {
	when := time.Date(2026, time.January, 9, 17, 5, 0, 0, time.UTC)
	for _, code := range []string{"ru", "fa"} {
		b.Run(code, func(b *testing.B) {
			for b.Loop() {
				Get(code).Date(when)
			}
		})
	}
}
