package translate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"stet"
	"stet/store/translation"
)

// TestReadEntries: what people and spreadsheets write, and what is refused by the
// number of its line.
func TestReadEntries(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Baku\tБаку", "[{Baku Баку }]"},
		{"\uFEFFBaku;Баку;a city\r\nShusha;Шуша\r\n", "[{Baku Баку a city} {Shusha Шуша }]"},
		{"\n\"Doe, Jane\",Джейн Доу\n\n", "[{Doe, Jane Джейн Доу }]"},
		{"term;translation;note\r\nBaku;Баку;a, b", "[{Baku Баку a, b}]"},
		{"a,b\tв\n", "[{a,b в }]"},
		{"'=1+1,два", "[{=1+1 два }]"},
		{"", "lines: is missing; write a term and its translation in each line, with a tab or a comma between"},
		{"Baku", "lines: line 1 has 1 cells; write a term, its translation and, if you like, a note"},
		{"Baku,Баку\na,b,c,d", "lines: line 2 has 4 cells; write a term, its translation and, if you like, a note"},
		{"Baku,Баку\n\n,x", "lines: line 3 has no term, no translation, or one that is longer than 500 characters"},
		{"Baku,Баку\na,\"b\"c", "lines: line 2 cannot be read: a quotation mark stands alone"},
		{"Baku," + strings.Repeat("а", 501), "lines: line 1 has no term, no translation, or one that is longer than 500 characters"},
	} {
		got, err := ReadEntries(c.text)
		said := fmt.Sprint(got)
		if err != nil {
			said = err.Error()
		}
		if said != c.want {
			t.Errorf("%q: %s, want %s", c.text, said, c.want)
		}
	}
}

// FuzzReadEntries: nothing makes it panic, and what was read is written and read
// again as it is.
func FuzzReadEntries(f *testing.F) {
	for _, seed := range []string{"Baku\tБаку", "a;b;c\r\n'=d;e", `"x ""y""",z`, "''-1,'@\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		entries, err := ReadEntries(text)
		if err != nil {
			if !stet.Is(err, stet.Invalid) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, comma := range "\t," {
			written := WriteEntries(entries, comma)
			for _, line := range strings.Split(written, "\n") {
				if line != "" && strings.Contains("=+-@", line[:1]) {
					t.Fatalf("a spreadsheet would run %q", line)
				}
			}
			if again, err := ReadEntries(written); err != nil || !slices.Equal(again, entries) {
				t.Fatalf("%q was read as %q, written as %q and read as %q, %v", text, entries, written, again, err)
			}
		}
	})
}

// TestLookup: names are found whatever ending they have.
func TestLookup(t *testing.T) {
	l := newLookup("ru", []translation.Entry{{Term: "Милли Меджлис", Translation: "Milli Majlis"}, {Term: "Баку", Translation: "Baku"}, {Term: "мост", Translation: "bridge"}, {Term: "!!!", Translation: "?"}})
	for text, want := range map[string]string{
		"В Баку открыли мосты.":                 "[{Баку Baku } {мост bridge }]",
		"Депутаты Милли Меджлиса и мост, мост.": "[{Милли Меджлис Milli Majlis } {мост bridge }]",
		"Милли без него":                        "[]",
		"":                                      "[]",
	} {
		if got := fmt.Sprint(l.find(text)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}
