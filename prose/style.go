package prose

import (
	"strings"
)

// styleMarks reads from a style attribute the marks it sets and those it takes
// away.
func styleMarks(style string) (on []Mark, off []string) {
	for style != "" {
		var declaration string
		declaration, style, _ = strings.Cut(style, ";")
		name, value, ok := strings.Cut(declaration, ":")
		if !ok {
			continue
		}
		name, value = strings.ToLower(strings.TrimSpace(name)), strings.ToLower(strings.TrimSpace(value))
		value, _, _ = strings.Cut(value, "!")
		value = strings.TrimSpace(value)
		switch name {
		case "font-weight":
			switch value {
			case "bold", "bolder", "600", "700", "800", "900":
				on = append(on, Mark{Type: Strong})
			case "normal", "lighter", "100", "200", "300", "400":
				off = append(off, Strong)
			}
		case "font-style":
			switch value {
			case "italic", "oblique":
				on = append(on, Mark{Type: Em})
			case "normal":
				off = append(off, Em)
			}
		case "text-decoration", "text-decoration-line":
			if strings.Contains(value, "line-through") {
				on = append(withoutMark(on, Strike), Mark{Type: Strike})
			}
		case "vertical-align":
			switch value {
			case "super":
				on = append(on, Mark{Type: Sup})
			case "sub":
				on = append(on, Mark{Type: Sub})
			}
		case "font-variant", "font-variant-caps":
			if strings.Contains(value, "small-caps") {
				on = append(withoutMark(on, SmallCaps), Mark{Type: SmallCaps})
			}
		}
	}
	return on, off
}

// hiddenStyle reports whether a style attribute hides its element.
func hiddenStyle(style string) bool {
	s := strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '\t' || r == '\n' {
			return -1
		}
		return r
	}, style))
	return strings.Contains(s, "display:none") || strings.Contains(s, "visibility:hidden") || strings.Contains(s, "mso-hide:all")
}

// quotes are the quotation marks of <q>, outer and inner, by language. Other
// languages have “ ” ‘ ’.
var quotes = map[string][4]string{}

func init() {
	for _, line := range []string{
		"ru uk be hy kk ky ba tt cv mn = « » „ “",
		"el sq es ca gl pt ast eu it no nb nn tg uz prs ps ku ckb ar = « » “ ”",
		"fa = « » ‹ ›",
		"fr br = «\u00a0 \u00a0» “ ”",
		"ka = „ “ « »",
		"de cs sk bg sl hr mk lt et is lb hsb = „ “ ‚ ‘",
		"pl ro hu sr bs = „ ” ‚ ’",
		"sv fi = ” ” ’ ’",
		"da = » « › ‹",
		"ja zh-Hant zh-TW zh-HK = 「 」 『 』",
		"ur = ” “ ’ ‘",
	} {
		languages, marks, _ := strings.Cut(line, " = ")
		f := strings.Split(marks, " ")
		for _, l := range strings.Fields(languages) {
			quotes[l] = [4]string{f[0], f[1], f[2], f[3]}
		}
	}
}

func quotesOf(lang string) [4]string {
	for lang != "" {
		if q, ok := quotes[lang]; ok {
			return q
		}
		lang = lang[:max(strings.LastIndexByte(lang, '-'), 0)]
	}
	return [4]string{"“", "”", "‘", "’"}
}

// repaired replaces C1 controls, which no page means, by the characters of
// Windows-1252 that their bytes were.
func repaired(s string) string {
	if !hasC1(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= 0x80 && r < 0xa0 {
			return windows1252[r-0x80]
		}
		return r
	}, s)
}

func hasC1(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == 0xc2 && s[i+1] < 0xa0 {
			return true
		}
	}
	return false
}

var windows1252 = [32]rune{
	'€', -1, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', -1, 'Ž', -1,
	-1, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', -1, 'ž', 'Ÿ',
}
