package lang

import (
	"slices"
	"testing"
	"time"
)

func TestGet(t *testing.T) {
	for _, c := range []struct{ code, name, dir, locale string }{
		{"ru", "Русский", "ltr", "ru_RU"},
		{"en", "English", "ltr", "en_US"},
		{"az", "Azərbaycanca", "ltr", "az_AZ"},
		{"hy", "Հայերեն", "ltr", "hy_AM"},
		{"ka", "ქართული", "ltr", "ka_GE"},
		{"tr", "Türkçe", "ltr", "tr_TR"},
		{"uk", "Українська", "ltr", "uk_UA"},
		{"ar", "العربية", "rtl", "ar_AR"},
		{"fa", "فارسی", "rtl", "fa_IR"},
		{"en-gb", "English", "ltr", "en_GB"},
		{"he", "עברית", "rtl", "he_IL"},
		{"ur", "اردو", "rtl", "ur_PK"},
		{"ps", "پښتو", "rtl", "ps_AF"},
		{"ckb", "کوردیی ناوەندی", "rtl", "ckb_IQ"},
		{"az-arab", "az-arab", "rtl", "az_IR"},
		{"dv", "dv", "rtl", "dv_MV"},
		{"de", "Deutsch", "ltr", "de_DE"},
		{"qqq", "qqq", "ltr", "qqq"},
		{"", "", "ltr", ""},
		{"no such code", "no such code", "ltr", "no such code"},
	} {
		l := Get(c.code)
		if l.Code != c.code || l.Name != c.name || l.Dir != c.dir || l.Locale != c.locale {
			t.Errorf("Get(%q) = %q %q %q %q", c.code, l.Code, l.Name, l.Dir, l.Locale)
		}
		if l.Text(Latest) == "" || l.Date(time.Unix(0, 0)) == "" {
			t.Errorf("Get(%q) is not complete", c.code)
		}
	}
	if Get("en-gb").Text(Latest) != Get("en").Text(Latest) || Get("az-arab").Text(Latest) == Get("az").Text(Latest) {
		t.Error("a regional form has its language's words, another script has not")
	}
}

func TestCodes(t *testing.T) {
	codes := Codes()
	if want := []string{"ru", "en", "az", "hy", "ka", "tr", "uk", "ar", "fa"}; !slices.Equal(codes, want) {
		t.Errorf("%q", codes)
	}
	for _, code := range codes {
		if !Valid(code) {
			t.Errorf("%q is not valid", code)
		}
	}
}

func TestValid(t *testing.T) {
	for code, want := range map[string]bool{
		"ru": true, "ckb": true, "en-gb": true, "az-arab": true, "zh-hant-tw": true, "qq": true, "sr-latn": true,
		"": false, "r": false, "RU": false, "en_GB": false, "en-GB": false, "русский": false, "feed": false,
		"x-private": false, "en-a-bb": false, "en-": false, "en--gb": false, "en/gb": false, "ru ": false,
		"en-toolongsubtag": false, "en-gb-gb-gb": false,
		"en-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd-eeeeeeee": false,
	} {
		if got := Valid(code); got != want {
			t.Errorf("Valid(%q) = %v", code, got)
		}
	}
}

func TestUpper(t *testing.T) {
	for _, c := range []struct{ code, text, want string }{
		{"az", "istiqlal işıq", "İSTİQLAL İŞIQ"},
		{"tr", "istanbul ılık", "İSTANBUL ILIK"},
		{"en", "istanbul", "ISTANBUL"},
		{"ru", "баку", "БАКУ"},
		{"hy", "երևան", "ԵՐԵՎԱՆ"},
		{"ka", "თბილისი tbilisi", "თბილისი TBILISI"},
		{"de", "straße", "STRASSE"},
		{"el", "Άνθρωπος", "ΑΝΘΡΩΠΟΣ"},
	} {
		if got := Get(c.code).Upper(c.text); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.code, c.text, got, c.want)
		}
	}
}

func TestInitials(t *testing.T) {
	for _, c := range []struct{ code, name, want string }{
		{"ru", "Ёж", "Е"},
		{"ru", "яшин", "Я"},
		{"ru", "Adams", "A"},
		{"uk", "Ґедзь", "Ґ"},
		{"uk", "Їжак", "Ї"},
		{"az", "Əliyev", "Ə"},
		{"az", "işıq", "İ"},
		{"az", "Ulduz", "U"},
		{"tr", "Işık", "I"},
		{"tr", "Çelik", "Ç"},
		{"en", "Österman", "O"},
		{"hy", "Եվա", "Ե"},
		{"ka", "ჯაბა", "ჯ"},
		{"ar", "أحمد", "ا"},
		{"ar", "آمال", "ا"},
		{"ar", "يوسف", "ي"},
		{"fa", "آرش", "آ"},
		{"fa", "احمد", "ا"},
		{"fa", "گیتی", "گ"},
		{"de", "zürich", "Z"},
		{"en", "7 Days", "7"},
	} {
		if got := Get(c.code).Initials()(c.name); got != c.want {
			t.Errorf("%s %q: %q, want %q", c.code, c.name, got, c.want)
		}
	}
}

func TestNumberExtremes(t *testing.T) {
	const least = -1 << 63
	if got := Get("en").Number(least); got != "-9,223,372,036,854,775,808" {
		t.Error(got)
	}
	if got := Get("de").Number(1234567); got != "1234567" {
		t.Error(got)
	}
	if got := Get("ru").Plural(Stories, least); got == "" {
		t.Error("no form for the least number")
	}
	if got := Get("de").List([]string{"A", "B", "C"}); got != "A, B, C" {
		t.Error(got)
	}
}

func FuzzGet(f *testing.F) {
	f.Add("en-GB-u-ca-persian")
	f.Add("az\x00")
	f.Fuzz(func(t *testing.T, code string) {
		l := Get(code)
		if l.Code != code || l.Dir != "ltr" && l.Dir != "rtl" || l.Text(Home) == "" {
			t.Errorf("Get(%q)", code)
		}
		l.Upper("i")
		l.Comparer()("a", "b")
	})
}
