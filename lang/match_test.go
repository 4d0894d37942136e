package lang

import (
	"slices"
	"strings"
	"testing"
)

func TestMatch(t *testing.T) {
	have := []string{"ru", "en", "az", "hy", "zh-hant", "he"}
	for header, want := range map[string]string{
		"":                            "",
		"ru":                          "ru",
		"RU-ru":                       "ru",
		"fr":                          "",
		"fr, en;q=0.5, az;q=0.8":      "az",
		"en;q=0.5,az;q=0.5":           "en",
		"az-Latn-AZ,en;q=0.9":         "az",
		"ka, hy-AM;q=0.1":             "hy",
		"uk":                          "", // Russian is not offered for Ukrainian
		"*":                           "ru",
		"fr, *;q=0.1":                 "ru",
		"ru;q=0, *":                   "en",
		"ru;q=0":                      "",
		"zh-TW":                       "zh-hant",
		"iw":                          "he",
		"en;q=1.5, az;q=0.1":          "az",
		"en;q=x, az;q=0.1":            "az",
		"en;q=NaN, az;q=0.1":          "az",
		"en ; q = 0.3 , az ; q = 0.2": "en",
		";;;,,,=,q=1":                 "",
		"en;level=1;q=0.2,az;q=0.1":   "en",
		"-":                           "",
		"en-":                         "en",
		"\x00\xff,en":                 "en",
		strings.Repeat("a", 1<<20):    "",
		"en," + strings.Repeat("x-y;q=0.1,", 1<<18): "en",
		strings.Repeat("-", 1<<20) + ",en":          "",
	} {
		if got := Match(header, have); got != want {
			t.Errorf("%.60q: %q, want %q", header, got, want)
		}
	}
	if got := Match("en", []string{"ru", "en-gb", "en-us"}); got != "en-gb" {
		t.Errorf("en takes %q", got)
	}
	if got := Match("en-US", []string{"en-gb", "en-us"}); got != "en-us" {
		t.Errorf("en-US takes %q", got)
	}
	if got := Match("*", nil); got != "" {
		t.Errorf("nothing to have, got %q", got)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("ru-RU,ru;q=0.9,en;q=0.8,*;q=0.1")
	f.Add("*;q=0,-;q=1;q=")
	have := []string{"ru", "en", "az-cyrl"}
	f.Fuzz(func(t *testing.T, header string) {
		if got := Match(header, have); got != "" && !slices.Contains(have, got) {
			t.Errorf("%q gives %q", header, got)
		}
	})
}
