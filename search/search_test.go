package search

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// TestSame: ways to write the same are the same terms.
func TestSame(t *testing.T) {
	for _, c := range []struct{ lang, a, b string }{
		{"ru", "Ёлка", "елка"},
		{"ru", "ёлки", "ЁЛКА"},
		{"ru", "за́мок", "замок"},
		{"ru", "выборы президента", "ВЫБОРОВ ПРЕЗИДЕНТОВ"},
		{"ru", "CУП", "СУП"}, // a Latin C
		{"ru", "мос\u00adква", "Москва"},
		{"ru", "Apple's", "Apple"},
		{"uk", "п'ять", "п’ять"},
		{"uk", "Ґанок", "ганок"},
		{"en", "Berg’s", "berg"},
		{"en", "elections", "ELECTION"},
		{"en", "Café", "cafe"},
		{"en", "ﬁnance", "finance"},
		{"en", "3,200", "3200"},
		{"en", "3\u00a0200", "3200"},
		{"en", "３２００", "3200"},
		{"en", "Straße", "STRASSE"},
		{"tr", "IŞIK", "ışık"},
		{"tr", "İSTANBUL", "istanbul"},
		{"tr", "İstanbul'da", "İstanbul"},
		{"tr", "kitaplar", "KİTAP"},
		{"az", "İŞIQ", "işıq"},
		{"az", "ölkə", "olke"},
		{"az", "ölkә", "ölkə"}, // a Cyrillic ә
		{"az", "BMT-nin", "BMT"},
		{"ru", "80-х", "80"},
		{"hy", "Երևան", "ԵՐԵՎԱՆ"},
		{"hy", "ի՞նչ", "ինչ"},
		{"ka", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ", "საქართველო"},
		{"ar", "كِتَابٌ", "كتاب"},
		{"ar", "أحمد", "احمد"},
		{"ar", "مـــصر", "مصر"},
		{"ar", "٢٠٢٦", "2026"},
		{"fa", "ایران", "ايران"},
		{"fa", "کتاب", "كتاب"},
		{"fa", "۱۴۰۵", "1405"},
		{"fa", "کتاب‌های", "کتابها"},
		{"el", "Αθήνας", "ΑΘΗΝΑΣ"},
	} {
		a := For(c.lang)
		x, y := a.Terms(c.a, 100, 1000), a.Terms(c.b, 100, 1000)
		if !slices.Equal(x, y) || len(x) == 0 {
			t.Errorf("%s: %s is %q, %s is %q", c.lang, c.a, x, c.b, y)
		}
	}
}

// TestDifferent: what is something else stays something else.
func TestDifferent(t *testing.T) {
	for _, c := range []struct{ lang, a, b string }{
		{"ru", "3,2", "32"},
		{"en", "1,23", "123"},
		{"en", "2019,2020", "20192020"},
		{"ru", "МИ-8", "МИ-24"},
	} {
		a := For(c.lang)
		if x, y := a.Terms(c.a, 100, 1000), a.Terms(c.b, 100, 1000); slices.Equal(x, y) {
			t.Errorf("%s: %s and %s are both %q", c.lang, c.a, c.b, x)
		}
	}
}

func TestTerms(t *testing.T) {
	for _, c := range []struct{ lang, text, want string }{
		{"en", "E-mail arrives", "e mail arriv email"},
		{"en", "COVID-19", "covid 19 covid19"},
		{"en", "state-of-the-art", "state of the art stateoftheart"},
		{"en", "rock'n'roll o'neill", "rocknrol oneil"},
		{"ru", "5-го числа", "5 числ"},
		{"ru", "iPhone-ы и Wi-Fi", "iphon ы и wi fi iphon ы wifi"},
		{"fa", "می‌روم", "روم"},
		{"fa", "پیش‌بینی", "پيش بين پيشبين"},
		{"ja", "東京都知事", "東京 京都 都知 知事"},
		{"en", "½ kg — № 5 …", "1 2 kg 5"},
		{"en", "''' -- 'a' -b- c-", "a b c"},
		{"ru", "Йод", "йод"},
		{"en", "", ""},
	} {
		if got := strings.Join(For(c.lang).Terms(c.text, 100, 1000), " "); got != c.want {
			t.Errorf("%s: %q is %q, want %q", c.lang, c.text, got, c.want)
		}
	}
}

func TestTermsEnd(t *testing.T) {
	a := For("en")
	if got := a.Terms("one two three four", 3, 1000); len(got) != 3 {
		t.Errorf("%q, want three", got)
	}
	if got := a.Terms("one two three four", 100, 9); strings.Join(got, " ") != "one two" {
		t.Errorf("%q, want what has room in nine bytes", got)
	}
}

func TestQuery(t *testing.T) {
	for _, c := range []struct{ lang, text, want string }{
		{"en", "bridges opened", "((bridg)) & ((open))"},
		{"en", "the bridge of the city", "((bridg)) & ((citi))"},
		{"en", "to be or not", "((to)) & ((be)) & ((or)) & ((not))"},
		{"en", "e-mail", "((e & mail) | (email))"},
		{"en", "bridge bridges", "((bridg))"},
		{"ru", "о выборах в Ереване", "((выбор)) & ((ереван))"},
		{"en", `"a" OR b* AND (c:d) NOT ^e NEAR(f) {g} 'h' -i \`, "((b)) & ((c)) & ((d)) & ((e)) & ((near)) & ((f)) & ((g)) & ((h)) & ((i))"},
		{"en", "!!! … \u202e", ""},
	} {
		if got := For(c.lang).Query(c.text).String(); got != c.want {
			t.Errorf("%s: %q asks for %q, want %q", c.lang, c.text, got, c.want)
		}
	}
}

func marked(spans []Span) string {
	var b strings.Builder
	for _, s := range spans {
		if s.Hit {
			b.WriteString("[" + s.Text + "]")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestPassage(t *testing.T) {
	far := strings.Repeat("Nothing happens here at all. ", 40)
	for _, c := range []struct {
		lang, text, query string
		size              int
		want              string
	}{
		{"en", "The bridge\n\nopened.", "bridges", 100, "The [bridge] opened."},
		{"en", far + "The old bridge was opened today. " + far, "opening bridge", 60, "… The old [bridge] was [opened] today. Nothing happens here at…"},
		{"ru", "Мосты открыли: CУП и каша.", "мост суп", 100, "[Мосты] открыли: [CУП] и каша."},
		{"en", "Nothing of it", "bridge", 100, "Nothing of it"},
		{"en", "Nothing of it at all", "bridge", 12, "Nothing of…"},
		{"en", "By e-mail and email", "email", 100, "By e-mail and [email]"},
		{"en", "", "bridge", 100, ""},
	} {
		a := For(c.lang)
		if got := marked(a.Passage(c.text, a.Query(c.query), c.size)); got != c.want {
			t.Errorf("%s in %.20q: %q, want %q", c.query, c.text, got, c.want)
		}
	}
}

// FuzzAnalyse: whatever the text, terms are words that no engine takes for
// syntax, a text is found by itself, and passages are of it.
func FuzzAnalyse(f *testing.F) {
	for _, s := range []string{
		"Мост открыли в 2026-м, 3,200 человек", "İSTANBUL'da ışık", "E-mail ½ ﬁn", "می‌روم کتاب‌ها", "Երևանում", "ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝ",
		"a\xffb\x00c", "\u0301\u200d\u200c", "東京ABCマン", "CУПcуп", strings.Repeat("а", 500), "1,234,567.89",
		`"a" OR b* NEAR(c) {d}: ^e \ ' -- ;`,
	} {
		for _, l := range []string{"ru", "en", "tr", "az", "hy", "ka", "ar", "fa", "uk", "ja"} {
			f.Add(l, s)
		}
	}
	f.Fuzz(func(t *testing.T, lang, text string) {
		a := For(lang)
		terms := a.Terms(text, 1000, 10_000)
		if len(terms) > 1000 || len(strings.Join(terms, " ")) > 10_000 {
			t.Errorf("%d terms of %d bytes", len(terms), len(strings.Join(terms, " ")))
		}
		in := map[string]bool{}
		for _, term := range terms {
			in[term] = true
			if term == "" || !utf8.ValidString(term) || len(term) > 8*maxTerm || strings.ContainsFunc(term, func(r rune) bool { return !wordy(r) || 'A' <= r && r <= 'Z' }) {
				t.Errorf("%q of %q is no term", term, text)
			}
		}
		q := a.Query(text)
		if len(terms) < 900 && len(text) < 5000 {
			for _, g := range q {
				if !slices.ContainsFunc(g, func(all []string) bool {
					return !slices.ContainsFunc(all, func(t string) bool { return !in[t] })
				}) {
					t.Errorf("%q is not found by its own words: %q not in %q", text, g, terms)
				}
			}
			if len(terms) > 0 && len(q) == 0 {
				t.Errorf("%q asks for nothing and is %q", text, terms)
			}
		}
		var back strings.Builder
		for _, s := range a.Passage(text, q, 80) {
			if s.Text == "" {
				t.Errorf("an empty span of %q", text)
			}
			back.WriteString(s.Text)
		}
		folded := strings.Join(strings.FieldsFunc(text, unicode.IsSpace), " ")
		if !strings.Contains("… "+folded+"…", back.String()) && !strings.Contains(folded, strings.TrimSuffix(strings.TrimPrefix(back.String(), "… "), "…")) {
			t.Errorf("%q is no passage of %q", back.String(), folded)
		}
	})
}

// TestForms: the forms of a word are found by each other, but for roots that
// change inside, which are left out here.
func TestForms(t *testing.T) {
	for lang, list := range map[string]string{
		"az": `prezident prezidentin prezidentə prezidenti prezidentdə prezidentdən prezidentlər prezidentlərin prezidentlərə prezidentimiz
			ölkə ölkənin ölkəyə ölkəni ölkədə ölkədən ölkələr ölkələrin ölkəmiz ölkəsi ölkəsinin ölkəsində
			Bakı Bakının Bakıya Bakını Bakıda Bakıdan
			seçki seçkilər seçkilərdə seçkilərin seçkisi seçkidə seçkiyə
			uşaq uşağın uşağa uşaqlar uşaqların uşaqlara uşaqda
			şəhər şəhərin şəhərə şəhərdə şəhərlər şəhərinin şəhərində
			müharibə müharibənin müharibədə müharibəsi müharibəsində`,
		"hy": `նախագահ նախագահի նախագահը նախագահին նախագահից նախագահով նախագահներ նախագահների նախագահներին նախագահները
			հանրապետություն հանրապետության հանրապետությունը հանրապետությունում հանրապետությունից
			Երևան Երևանի Երևանում Երևանից Երևանը ԵՐԵՎԱՆԻ
			քաղաք քաղաքի քաղաքը քաղաքում քաղաքներ քաղաքների քաղաքից`,
		"ka": `პრეზიდენტი პრეზიდენტმა პრეზიდენტის პრეზიდენტს პრეზიდენტად პრეზიდენტები პრეზიდენტების პრეზიდენტთან პრეზიდენტისთვის
			საქართველო საქართველოს საქართველოში საქართველოდან საქართველომ ᲡᲐᲥᲐᲠᲗᲕᲔᲚᲝᲡ
			მთავრობა მთავრობის მთავრობამ მთავრობას მთავრობაში
			ქალაქი ქალაქის ქალაქში ქალაქები ქალაქებში ქალაქების ქალაქიდან`,
		"fa": `کتاب کتاب‌ها کتابها کتاب‌های کتابهای کتابی
			کشور کشورها کشورهای کشوری کشورهایی کشورمان
			نویسنده نویسندگان نویسنده‌ای نویسنده‌ها
			بزرگ بزرگتر بزرگ‌تر بزرگترین بزرگ‌ترین`,
		"uk": `президент президента президенту президентом президенти президентів президентам
			вибори виборів виборам виборами виборах
			країна країни країні країну країною країн країнах
			український українського українською українські українських
			рішення рішенням рішень рішеннях
			область області областей областях`,
		"ru": `президент президента президенту президентом президенты президентов президентам
			выборы выборов выборам выборами выборах`,
		"tr": `seçim seçimler seçimlerin seçimlerde`,
		"ar": `كتاب الكتاب كتابا للكتاب`,
	} {
		a := For(lang)
		for line := range strings.Lines(list) {
			words := strings.Fields(line)
			for _, w := range words[1:] {
				if x, y := a.Query(words[0]).String(), a.Query(w).String(); x != y {
					t.Errorf("%s: %s is %s, %s is %s", lang, words[0], x, w, y)
				}
			}
		}
	}
}

// TestOtherWords: what begins alike is not taken for the same.
func TestOtherWords(t *testing.T) {
	for lang, list := range map[string]string{
		"az": `prezident prezidium prezervativ; kitab kitabxana; neft nefrit; bazar bazalt`,
		"hy": `նախագահ նախարար նախագիծ; քաղաք քաղց`,
		"ka": `პრეზიდენტი პრემიერი; ქალაქი ქალწული; მინისტრი მინიმუმი`,
		"fa": `کتاب کتابخانه; کشور کشته; دولت دوست`,
		"uk": `президент президія; країна край; рішення рішучий; місто місяць`,
	} {
		a := For(lang)
		for group := range strings.SplitSeq(list, ";") {
			seen := map[string]string{}
			for w := range strings.FieldsSeq(group) {
				q := a.Query(w).String()
				if was := seen[q]; was != "" {
					t.Errorf("%s: %s and %s are both %s", lang, was, w, q)
				}
				seen[q] = w
			}
		}
	}
}
