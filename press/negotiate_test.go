package press

import (
	"strings"
	"testing"
)

func TestAcceptsGzip(t *testing.T) {
	for header, want := range map[string]bool{
		"":                                 false,
		" ":                                false,
		",":                                false,
		"gzip":                             true,
		"GZip":                             true,
		"x-gzip":                           true,
		"gzip, deflate, br, zstd":          true,
		"br;q=1.0, gzip;q=0.8, *;q=0.1":    true,
		"deflate":                          false,
		"identity":                         false,
		"*":                                true,
		"*;q=0":                            false,
		"gzip;q=0":                         false,
		"gzip;q=0.000":                     false,
		"gzip;q=0, *":                      false,
		"gzip;q=0.001":                     true,
		"gzip;q=1.000":                     true,
		"gzip;Q=1":                         true,
		"gzip ; q=0.5":                     true,
		"\tgzip\t;\tq=0.5\t,br":            true,
		"gzip;q=0.5, identity":             false,
		"gzip;q=0.5, identity;q=0.5":       true,
		"gzip, identity;q=0":               true,
		"identity;q=0":                     false,
		"identity;q=0, *;q=0":              false,
		"*, identity;q=0.5":                true,
		"*;q=0.2, identity;q=0.5":          false,
		"gzip;q=2":                         false,
		"gzip;q=1.001":                     false,
		"gzip;q=0.1234":                    false,
		"gzip;q=-1":                        false,
		"gzip;q=":                          false,
		"gzip;q=.5":                        false,
		"gzip;q=0,5":                       false,
		"gzip;x=1":                         false,
		"gzip;q=0.5;x=1":                   false,
		"gzip;":                            false,
		"gzip;;q=1":                        false,
		"gzipp":                            false,
		"gzip deflate":                     false,
		"gzip;q=0, gzip":                   false,
		"gzip, x-gzip;q=0":                 false,
		"gzip;q=0.x":                       false,
		"gzip;q=1x":                        false,
		"deflate;q=y, gzip":                true,
		strings.Repeat("a,", 1000):         false,
		strings.Repeat(",", 1000) + "gzip": true,
	} {
		if got := acceptsGzip(header); got != want {
			t.Errorf("%q: %v, want %v", header, got, want)
		}
	}
}

func TestMatches(t *testing.T) {
	for _, test := range []struct {
		list         string
		weak, strong bool // what the two comparisons say
	}{
		{`"a"`, true, true},
		{`W/"a"`, true, false},
		{`*`, true, true},
		{` * `, true, true},
		{`"b", "a"`, true, true},
		{`"b","a"`, true, true},
		{`"b" ,	"a"`, true, true},
		{`, ,"a",`, true, true},
		{`W/"b", W/"a"`, true, false},
		{`W/"a", "a"`, true, true},
		{`"a,b", "a"`, true, true},
		{`"", "a"`, true, true},
		{`"é", "a"`, true, true},
		{``, false, false},
		{`a`, false, false},
		{`"A"`, false, false},
		{`"a`, false, false},
		{`a"`, false, false},
		{`w/"a"`, false, false},
		{`W/ "a"`, false, false},
		{`W/`, false, false},
		{`"b" "a"`, false, false},
		{`"b"; "a"`, false, false},
		{`*, "a"`, false, false},
		{`"b", *`, false, false},
		{`"b c", "a"`, false, false},
		{`x, "a"`, false, false},
		{`"a"x`, true, true}, // a list is read up to where it stops being one
	} {
		if got := matches(test.list, `"a"`, false); got != test.weak {
			t.Errorf("weakly %s: %v, want %v", test.list, got, test.weak)
		}
		if got := matches(test.list, `"a"`, true); got != test.strong {
			t.Errorf("strongly %s: %v, want %v", test.list, got, test.strong)
		}
	}
}
