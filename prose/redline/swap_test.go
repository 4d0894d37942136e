package redline

import "testing"

func TestSwap(t *testing.T) {
	for _, c := range []struct {
		before, after []string // the texts of both
		was, is       string   // empty where nothing is told
	}{
		{[]string{"It opens on Friday."}, []string{"It opens on Sunday."}, "opens on Friday", "opens on Sunday"},
		{[]string{"The bridge cost 15 million, the council says."}, []string{"The bridge cost 50 million, the council says."}, "cost 15 million", "cost 50 million"},
		{[]string{"Rents rose 15%."}, []string{"Rents rose 50%."}, "rose 15%", "rose 50%"},
		{[]string{"The mayor did resign."}, []string{"The mayor did not resign."}, "mayor did resign", "mayor did not resign"},
		{[]string{"Almost nobody came."}, []string{"Nobody came."}, "Almost nobody came", "Nobody came"},
		{[]string{"Мост откроют 9 января."}, []string{"Мост откроют 19 января."}, "откроют 9 января", "откроют 19 января"},
		{[]string{"حضر الاجتماع 15 عضوا."}, []string{"حضر الاجتماع 50 عضوا."}, "الاجتماع 15 عضوا", "الاجتماع 50 عضوا"},
		{[]string{"Ulvi Veliyev won", "so Veliyev was told"}, []string{"Ulvi Aliyev won", "so Aliyev was told"}, "Ulvi Veliyev won", "Ulvi Aliyev won"},
		{[]string{"It was fifteen of the people, they say"}, []string{"It was fifty of those people, they say"}, "It was fifteen of the people", "It was fifty of those people"},
		{[]string{"Nine came"}, []string{"Ten came"}, "Nine came", "Ten came"},
		{[]string{"Nine"}, []string{"Ten"}, "Nine", "Ten"},

		{[]string{"It opens on Friday."}, []string{"It opens on Friday."}, "", ""},
		{[]string{"It opens on Friday"}, []string{"It opens, on Friday"}, "", ""},       // a comma
		{[]string{"Nine came", "ten left"}, []string{"Eight came", "two left"}, "", ""}, // two things
		{[]string{"It is so."}, []string{"Nobody knew. It is so."}, "", ""},             // a sentence
		{[]string{"It is so."}, []string{"It is, as everybody now knows, so."}, "", ""}, // an addition
		{[]string{""}, []string{"A new line."}, "", ""},                                 // nothing it was
		{[]string{"a b c d e f g h i j"}, []string{"k l m n o p q r s t"}, "", ""},      // too much
		{[]string{"It is a “bridge of sighs” here"}, []string{"It is a “hotel of sighs” here"}, "bridge of sighs", "hotel of sighs"},
		{[]string{"It is “so” he said"}, []string{"It is “such a” one"}, "", ""}, // holds a quotation mark
	} {
		var texts [][]Run
		for i := range c.before {
			texts = append(texts, Line(c.before[i], c.after[i]))
		}
		was, is, ok := Swap(texts...)
		if !ok {
			was, is = "", ""
		}
		if was != c.was || is != c.is {
			t.Errorf("%q to %q: %q to %q, want %q to %q", c.before, c.after, was, is, c.was, c.is)
		}
	}
}
