package card

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
)

var update = flag.Bool("update", false, "write the pictures in testdata anew")

const light, dark = "#fffdf8", "#101418"

// samples are a card in every language of the interface.
var samples = []Card{
	{Lang: "ru", Script: "cyrl", Kicker: "Город", Headline: "«Мы не уйдём»: жители трёх затопленных кварталов Нижнего города — о том, почему они возвращаются", Paper: "Орсанский вестник", Ground: light},
	{Lang: "uk", Script: "cyrl", Kicker: "Місто", Headline: "Ґанок під’їзду № 4 досі у воді: її рівень наближається до позначки 1962 року", Paper: "Орсанський вісник", Ground: light},
	{Lang: "en", Script: "latn", Kicker: "Opinion", Headline: "The river is nobody’s, and that is why it floods us", Paper: "The Orsana Courier", Ground: light},
	{Lang: "az", Script: "latn", Kicker: "Şəhər", Headline: "Şəhər şurası 2027-ci il büdcəsini on bir saatlıq müzakirədən sonra qəbul etdi", Paper: "Orsana xəbərləri", Ground: light},
	{Lang: "tr", Script: "latn", Kicker: "Şehir", Headline: "İlk konteyner treni Orsana’dan Tirsa’ya doğru yola çıktı", Paper: "Orsana Postası", Ground: dark},
	{Lang: "hy", Script: "armn", Kicker: "Քաղաք", Headline: "Ներքին կամուրջը փակ է. գետի մակարդակը մոտենում է 1962 թվականի նիշին", Paper: "Օրսանայի լրաբեր", Ground: light},
	{Lang: "ka", Script: "geor", Kicker: "ქალაქი", Headline: "ქვედა ხიდი დაკეტილია: წყლის დონე 1962 წლის ნიშნულს უახლოვდება", Paper: "ორსანას მაცნე", Ground: light},
	{Lang: "ar", Script: "arab", Backward: true, Kicker: "المدينة", Headline: "المجلس البلدي يقر موازنة عام 2027 بعد إحدى عشرة ساعة من النقاش في Orsana Hall", Paper: "بريد أورسانا", Ground: light},
	{Lang: "fa", Script: "arab", Backward: true, Kicker: "شهر", Headline: "آب رودخانهٔ لستا به سطح سال ۱۹۶۲ نزدیک می‌شود و ۳۲۰۰ نفر تخلیه شده‌اند", Paper: "پیک اورسانا", Ground: light},
}

// TestCards holds the cards to those that were looked at, by what can be seen.
func TestCards(t *testing.T) {
	for _, c := range samples {
		t.Run(c.Lang, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			if err := Write(&out, c); err != nil {
				t.Fatal(err)
			}
			if out.Len() > 64<<10 {
				t.Errorf("takes %d bytes", out.Len())
			}
			file := "testdata/" + c.Lang + ".png"
			if *update {
				if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if worst := difference(t, decode(t, data), decode(t, out.Bytes())); worst > 24 {
				t.Errorf("differs from %s by %d of 255 somewhere", file, worst)
			}
		})
	}
}

func decode(t *testing.T, data []byte) image.Image {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds() != image.Rect(0, 0, Width, Height) {
		t.Fatal(m.Bounds())
	}
	return m
}

// difference is the greatest one of two pictures in squares of 10 pixels, whose
// mean lightness is compared: what is drawn a little otherwise at edges is not seen.
func difference(t *testing.T, a, b image.Image) int {
	t.Helper()
	worst := 0
	for y := 0; y < Height; y += 10 {
		for x := 0; x < Width; x += 10 {
			sum := 0
			for dy := range 10 {
				for dx := range 10 {
					_, ga, _, _ := a.At(x+dx, y+dy).RGBA()
					_, gb, _, _ := b.At(x+dx, y+dy).RGBA()
					sum += int(ga>>8) - int(gb>>8)
				}
			}
			worst = max(worst, max(sum, -sum)/100)
		}
	}
	return worst
}

// TestDifference: another letter is seen, a shift of nothing is not.
func TestDifference(t *testing.T) {
	draw := func(headline string) image.Image {
		c := samples[2]
		c.Headline = headline
		return must(Draw(c))
	}
	if d := difference(t, draw("The river"), draw("The river")); d != 0 {
		t.Errorf("the same differs by %d", d)
	}
	if d := difference(t, draw("The river"), draw("The rivet")); d <= 24 {
		t.Errorf("another letter differs by %d", d)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func newPen(c Card) *pen {
	p := &pen{lang: language.NewLanguage(c.Lang), dir: di.DirectionLTR}
	if c.Backward {
		p.dir = di.DirectionRTL
	}
	for _, script := range append([]string{c.Script}, scripts...) {
		p.faces = append(p.faces, font.NewFace(faces()[script]))
	}
	return p
}

// TestShaping: every letter of the samples has a glyph, and those of Arabic are
// joined: a letter has other forms alone and in a word.
func TestShaping(t *testing.T) {
	for _, c := range samples {
		p := newPen(c)
		text := p.known(c.Headline)
		if string(text) != c.Headline {
			t.Errorf("%s: of %q only %q can be written", c.Lang, c.Headline, string(text))
		}
		lines, short := p.lines(text, 40, 20)
		if short {
			t.Errorf("%s: cut", c.Lang)
		}
		for _, line := range lines {
			for _, run := range line {
				if slices.ContainsFunc(run.Glyphs, func(g shaping.Glyph) bool { return g.GlyphID == 0 }) {
					t.Errorf("%s: a letter without a form", c.Lang)
				}
			}
		}
	}
	p := newPen(samples[7])
	forms := map[font.GID]bool{}
	for _, word := range []string{"ه", "هـ", "ـهـ", "ـه"} {
		lines, _ := p.lines([]rune(strings.ReplaceAll(word, "ـ", "ب")), 40, 1)
		for _, g := range lines[0][0].Glyphs {
			forms[g.GlyphID] = true
		}
	}
	if len(forms) < 4+2 { // of this letter, and of the one beside it
		t.Errorf("%d forms of joined letters", len(forms))
	}
}

// TestAnything: whatever a headline is, a card comes out of it and stays within
// its margins.
func TestAnything(t *testing.T) {
	long := strings.Repeat("Сверхдлинноесловобезпробеловидефисов", 30)
	for i, headline := range []string{"", " ", "😀", "漢字かな", long, strings.Repeat("слово ", 200), "a\u202eb\u2066c", "\u0301\u0301", "ab\u200d\ufeffc", strings.Repeat("ў́", 500)} {
		for _, backward := range []bool{false, true} {
			m, err := Draw(Card{Lang: "ru", Script: "cyrl", Backward: backward, Kicker: headline, Headline: headline, Paper: headline, Ground: "#000000"})
			if err != nil {
				t.Fatal(err)
			}
			for y := range Height {
				for _, x := range []int{0, 10, 20, 30, Width - 30, Width - 20, Width - 10, Width - 1} {
					if m.ColorIndexAt(x, y) != 0 {
						t.Fatalf("headline %d: ink in the margin at %d, %d", i, x, y)
					}
				}
			}
		}
	}
	for _, ground := range []string{"", "#fff", "red", "#12345g", "1234567"} {
		if _, err := Draw(Card{Ground: ground}); err == nil {
			t.Errorf("a ground of %q", ground)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if err := Write(&out, samples[0]); err != nil {
			b.Fatal(err)
		}
	}
}

func ExampleWrite() {
	err := Write(&bytes.Buffer{}, Card{Lang: "en", Script: "latn", Headline: "Yes", Paper: "The Paper", Ground: "white"})
	fmt.Println(err)
	// Output: card: "white" is no colour like #fffdf8
}
