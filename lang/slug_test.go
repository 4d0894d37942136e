package lang

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSlug(t *testing.T) {
	for _, c := range []struct{ code, text, want string }{
		{"ru", "Съезд ещё раз объявил: «щи да каша»", "sezd-eshche-raz-obyavil-shchi-da-kasha"},
		{"ru", "Новый российский подъезд", "novyy-rossiyskiy-podezd"},
		{"ru", "Ёж — 25% (№5)", "ezh-25-no5"},
		{"ru", "за\u0301мок", "zamok"},
		{"ru", "Президент Ilham Əliyev", "prezident-ilham-eliyev"},
		{"uk", "Згурський: Єнакієве, Їжакевич, Йосипівка", "zghurskyi-yenakiieve-yizhakevych-yosypivka"},
		{"uk", "Юрій, Яготин, Щербухи, Знам’янка", "yurii-yahotyn-shcherbukhy-znamianka"},
		{"az", "Azərbaycanda İşığın qiyməti: ÇOX ğ ö ü", "azerbaycanda-isigin-qiymeti-cox-g-o-u"},
		{"tr", "TÜRKİYE'nin IŞIK Şarkısı", "turkiyenin-isik-sarkisi"},
		{"hy", "Երևան և Եւրոպա", "yerevan-ev-yevropa"},
		{"hy", "Հայաստանի ընտրություններ, ո՞ւր, որ, ովքեր", "hayastani-yntrutyunner-ur-vor-ovker"},
		{"ka", "საქართველოს პრეზიდენტი ᲗᲑᲘᲚᲘᲡᲘ ჭაბუკი", "sakartvelos-prezidenti-tbilisi-chabuki"},
		{"fa", "انتخابات ایران ۱۴۰۴", "antkhabat-iran-1404"},
		{"fa", "خانهٔ راه و تهران می‌شود", "khaneh-rah-va-thran-mi-shud"},
		{"ar", "السعودية ٢٠٢٦: أوروبا وإيران", "alsaudya-2026-uruba-wiran"},
		{"ar", "بايدن دولي مـــؤقت ﻻ", "baydn-duli-muqt-la"},
		{"el", "Μπαμπάς, Ευρώπη, αυτός, του, άγγελος", "bampas-evropi-aftos-tou-angelos"},
		{"en", "Don’t panic: Straße, Łódź, Ærø, Þór, naïve", "dont-panic-strasse-lodz-aero-thor-naive"},
		{"en", "½ ﬁsh Ｆｕｌｌ", "1-2-fish-full"},
		{"be", "Ўладзіслаў", "uladzislau"},
		{"kk", "Қазақстан Ғ Ң Ө Ұ", "qazaqstan-g-n-o-u"},
		{"en", "日本語 ☃", "id-7"},
		{"en", "", "id-7"},
		{"en", "--- - ---", "id-7"},
		{"en", "\xff\xfe", "id-7"},
		{"en", "a\xffb", "a-b"},
	} {
		if got := Get(c.code).Slug(c.text, "ID:7"); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.code, c.text, got, c.want)
		}
	}
	if got := Get("en").Slug("", "☃"); got != lastResort {
		t.Errorf("no fallback: %q", got)
	}
}

func TestSlugCut(t *testing.T) {
	word := strings.Repeat("a", 39)
	for _, c := range []struct{ text, want string }{
		{strings.Repeat("a", 200), strings.Repeat("a", 80)},
		{word + " " + word + "b", word + "-" + word + "b"}, // 80
		{word + " " + word + "bc", word},
		{word + " " + word + "b c", word + "-" + word + "b"},
		{word + " " + word + " b", word + "-" + word},
	} {
		if got := Get("en").Slug(c.text, ""); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	if got := Get("ka").UnicodeSlug(strings.Repeat("ა", 100), ""); got != strings.Repeat("ა", 80) {
		t.Errorf("%d characters", utf8.RuneCountInString(got))
	}
	if got := Get("en").UnicodeSlug(strings.Repeat("𐐨", 100), ""); got != strings.Repeat("𐐨", 60) {
		t.Errorf("%d bytes", len(got))
	}
}

func TestUnicodeSlug(t *testing.T) {
	for _, c := range []struct{ code, text, want string }{
		{"ru", "Съезд ещё раз: «Щи»", "съезд-ещё-раз-щи"},
		{"uk", "П’ятниця й пʼять", "пятниця-й-пять"},
		{"az", "İŞIĞIN qiyməti", "işığın-qiyməti"},
		{"tr", "IŞIK", "ışık"},
		{"en", "IŞIK", "işik"},
		{"hy", "Ո՞ւր է Երևանը", "ուր-է-երևանը"},
		{"fa", "می‌شود ۱۴۰۴", "می-شود-۱۴۰۴"},
		{"ar", "مـــؤقتًا", "مؤقتًا"},
		{"en", "e\u0301te\u0301", "été"},
		{"en", "\u0301a \u0301b", "a-b"},
		{"en", "日本語 ☃", "日本語"},
		{"en", "a\u3164b \ufe0f", "ab"},
		{"en", "☃", "wp-7"},
		{"en", "𝐀", "wp-7"},
	} {
		if got := Get(c.code).UnicodeSlug(c.text, "WP:7"); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.code, c.text, got, c.want)
		}
	}
}

func TestValidSlug(t *testing.T) {
	for _, s := range []string{"a", "7", "a-b", "a--b", "-a", strings.Repeat("a", 80)} {
		if !ValidSlug(s, false) || !ValidSlug(s, true) {
			t.Errorf("%q is refused", s)
		}
	}
	for _, s := range []string{"", "-", "---", "A", "a b", "a_b", "a.b", "a/b", "a\n", "é\xff", strings.Repeat("a", 81)} {
		if ValidSlug(s, false) || ValidSlug(s, true) {
			t.Errorf("%q is accepted", s)
		}
	}
	for s, want := range map[string]bool{
		"été": true, "съезд-ещё": true, "日本語": true, "می-شود": true, "۱۴۰۴": true, "ışık": true,
		"Été": false, "e\u0301t": false, "\u0301a": false, "a-\u0301": false, "می\u200cشود": false,
		"½": false, "a\u202eb": false, "\u3164": false, strings.Repeat("ა", 81): false, strings.Repeat("𐐨", 61): false,
	} {
		if ValidSlug(s, false) {
			t.Errorf("%q is accepted as ASCII", s)
		}
		if ValidSlug(s, true) != want {
			t.Errorf("%q: not %v", s, want)
		}
	}
}

func TestNumberedSlug(t *testing.T) {
	for _, c := range []struct{ slug, want string }{
		{"name", "name-12"},
		{strings.Repeat("a", 80), strings.Repeat("a", 77) + "-12"},
		{strings.Repeat("a", 77) + "-b", strings.Repeat("a", 77) + "-12"},
		{"съезд", "съезд-12"},
		{strings.Repeat("𐐨", 60), strings.Repeat("𐐨", 59) + "-12"},
	} {
		if got := NumberedSlug(c.slug, 12); got != c.want || !ValidSlug(got, true) {
			t.Errorf("%q: %q, want %q", c.slug, got, c.want)
		}
	}
}

func FuzzSlug(f *testing.F) {
	for _, seed := range []string{"", "Съезд — ещё", "İIıi", "\u0345Σ\u0301", "ﬁ\xffa", "ǅ ᾳ", "\u1e9e K Å", "ا\u064eو ی", "a-\u200c-b", "եւ և"} {
		for _, code := range []string{"ru", "tr", "fa", "el"} {
			f.Add(code, seed, "x")
		}
	}
	f.Fuzz(func(t *testing.T, code, s, fallback string) {
		checkSlugs(t, Get(code), s, fallback)
	})
}

func checkSlugs(t *testing.T, l *Language, s, fallback string) {
	t.Helper()
	slug := l.Slug(s, fallback)
	if !ValidSlug(slug, false) || !tidy(slug) {
		t.Errorf("Slug(%q) = %q", s, slug)
	}
	if again := l.Slug(slug, ""); again != slug {
		t.Errorf("Slug(%q) = %q", slug, again)
	}
	kept := l.UnicodeSlug(s, fallback)
	if !ValidSlug(kept, true) || !tidy(kept) {
		t.Errorf("UnicodeSlug(%q) = %q", s, kept)
	}
	if again := l.UnicodeSlug(kept, ""); again != kept {
		t.Errorf("UnicodeSlug(%q) = %q", kept, again)
	}
	if numbered := NumberedSlug(kept, 2); !ValidSlug(numbered, true) || !strings.HasSuffix(numbered, "-2") {
		t.Errorf("NumberedSlug(%q) = %q", kept, numbered)
	}
}

func tidy(slug string) bool {
	return !strings.HasPrefix(slug, "-") && !strings.HasSuffix(slug, "-") && !strings.Contains(slug, "--")
}

func BenchmarkSlug(b *testing.B) {
	l := Get("ru")
	for b.Loop() {
		l.Slug("Съезд ещё раз объявил о переносе выборов на следующую неделю", "")
	}
}
