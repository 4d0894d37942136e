package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"html/template"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// declared returns the values of the constants of a type in strings.go.
func declared(t *testing.T, typeName string) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "strings.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == typeName {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, value)
		}
		return true
	})
	slices.Sort(values)
	if len(slices.Compact(slices.Clone(values))) != len(values) || len(values) == 0 {
		t.Fatalf("the values of %s are not unique", typeName)
	}
	return values
}

func TestEveryKeyInEveryLanguage(t *testing.T) {
	keys, countKeys := declared(t, "Key"), declared(t, "CountKey")
	for _, code := range Codes() {
		l := Get(code)
		for _, key := range keys {
			if l.texts[Key(key)] == "" {
				t.Errorf("%s has no %s", code, key)
			}
		}
		for _, key := range countKeys {
			if l.counts[CountKey(key)].other == "" {
				t.Errorf("%s has no %s", code, key)
			}
		}
		if len(l.texts) != len(keys) || len(l.counts) != len(countKeys) {
			t.Errorf("%s has texts without a key", code)
		}
	}
}

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

func placeholders(text string) []string {
	found := placeholder.FindAllString(text, -1)
	slices.Sort(found)
	return found
}

func TestSamePlaceholders(t *testing.T) {
	for _, code := range Codes() {
		l := Get(code)
		for key, text := range l.texts {
			if want := placeholders(english.texts[key]); !slices.Equal(placeholders(text), want) {
				t.Errorf("%s %s: %q has not the placeholders %v", code, key, text, want)
			}
		}
		for key, f := range l.counts {
			for c, name := range categoryNames {
				text := f.of(category(c))
				if text == "" || name == "zero" || name == "one" && code == "ar" || name == "two" {
					continue // nothing, one and two may be said in words
				}
				if !slices.Equal(placeholders(text), []string{"{n}"}) {
					t.Errorf("%s %s: %q has not one {n}", code, key, text)
				}
			}
		}
	}
}

// allTexts returns a language's texts without placeholders.
func allTexts(l *Language) map[string]string {
	texts := map[string]string{}
	for key, text := range l.texts {
		texts[string(key)] = placeholder.ReplaceAllString(text, "")
	}
	for key, f := range l.counts {
		for c, name := range categoryNames {
			if text := f.of(category(c)); text != "" {
				texts[string(key)+"."+name] = placeholder.ReplaceAllString(text, "")
			}
		}
	}
	return texts
}

// The letters each language is written with, in lower case.
var alphabets = map[string]string{
	"ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
	"en": "abcdefghijklmnopqrstuvwxyz",
	"az": "abcçdeəfgğhxıijkqlmnoöprsştuüvyz",
	"hy": "աբգդեզէըթժիլխծկհձղճմյնշոչպջռսվտրցւփքօֆև",
	"ka": "აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ",
	"tr": "abcçdefgğhıijklmnoöprsştuüvyzâî",
	"uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
	"ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويىءآأؤإئة",
	"fa": "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآئأؤ",
}

func TestOwnLettersOnly(t *testing.T) {
	for _, code := range Codes() {
		l := Get(code)
		for key, text := range allTexts(l) {
			for _, r := range strings.Replace(text, "RSS", "", 1) {
				if unicode.IsLetter(r) && !strings.Contains(alphabets[code], l.lower(string(r))) {
					t.Errorf("%s %s: %q holds %q", code, key, text, r)
				}
			}
		}
	}
}

func TestNothingLeftInEnglish(t *testing.T) {
	letters := func(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }
	source := allTexts(Get("en"))
	for _, code := range Codes() {
		for key, text := range allTexts(Get(code)) {
			if code != "en" && letters(text) && text == source[key] {
				t.Errorf("%s %s is English: %q", code, key, text)
			}
		}
	}
}

// The quotation marks that are not the CLDR's: Arabic papers use those that turn
// with the direction of the text.
var ownQuotes = map[string][2]string{"ar": {"«", "»"}}

// The inner ones that are not: those of Arabic follow from the outer; in
// Armenian the CLDR has the outer twice.
var ownInner = map[string][2]string{"ar": {"“", "”"}, "hy": {"„", "“"}}

var (
	glued   = regexp.MustCompile(`[\p{L}’ʼ-]\{|\}[\p{L}’ʼ-]`)
	control = regexp.MustCompile(`[\x{200e}\x{200f}\x{061c}\x{202a}-\x{202e}\x{2066}-\x{2069}]`)
)

// TestTypography holds the texts to what a sub-editor looks for. Nothing is glued
// to a placeholder: the ending would depend on the value.
func TestTypography(t *testing.T) {
	withCLDR(t, func(t *testing.T, l *Language, c *cldr) {
		quotes, own := ownQuotes[l.Code]
		if !own {
			quotes = c.Quotes
		}
		foreign := strings.NewReplacer(quotes[0], "", quotes[1], "").Replace("«»“”„")
		stop, wrong := ".", ""
		switch l.Code {
		case "hy":
			stop, wrong = "։", ":;?!"
		case "ar", "fa":
			wrong = ",;?"
		}
		for key, text := range l.texts {
			if text != strings.TrimSpace(text) || strings.Contains(text, "  ") || strings.ContainsAny(text, "'\"\t\n"+foreign+wrong) ||
				strings.Contains(text, "...") || strings.Contains(text, " - ") || glued.MatchString(text) || control.MatchString(text) {
				t.Errorf("%s: %q", key, text)
			}
			if n := strings.Count(text, quotes[0]); n != strings.Count(text, quotes[1]) || n == 0 && key == NothingFound {
				t.Errorf("%s: %q is not quoted as the language does", key, text)
			}
			if sentence := strings.HasSuffix(english.texts[key], "."); sentence != strings.HasSuffix(text, stop) || !sentence && strings.ContainsAny(text[len(text)-1:], ".:,;!?") {
				t.Errorf("%s: %q does not end as a sentence or a label should", key, text)
			}
		}
	})
}

func TestQuotationMarks(t *testing.T) {
	withCLDR(t, func(t *testing.T, l *Language, c *cldr) {
		quotes, inner := c.Quotes, c.Inner
		if own, ok := ownQuotes[l.Code]; ok {
			quotes = own
		}
		if own, ok := ownInner[l.Code]; ok {
			inner = own
		}
		got := l.Typography()
		if got.Quotes != quotes || got.Inner != inner {
			t.Errorf("%q inside %q, want %q inside %q", got.Inner, got.Quotes, inner, quotes)
		}
		if got.Pace < 100 || got.Pace > 300 || got.Short == nil || got.Apostrophe == "" || got.Dash == "" {
			t.Errorf("%+v", got)
		}
		for _, word := range got.Short {
			if n := utf8.RuneCountInString(word); n > 3 || word != strings.ToLower(word) || strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) {
				t.Errorf("%q is no short word in lower case", word)
			}
		}
	})
}

func TestText(t *testing.T) {
	ru := Get("ru")
	for _, c := range []struct{ got, want string }{
		{ru.Text(Latest), "Последние новости"},
		{ru.Text(PageTitle, "title", 1234, "site", "много"), "1\u00a0234 — много"},
		{ru.Text(Copyright, "year", "2026"), "© 2026 {name}"},
		{ru.Text(Source, "name", "{name} {"), "Источник: {name} {"},
		{ru.Text(Source, "name"), "Источник: {name}"},
		{ru.Text("no such key"), "no such key"},
		{ru.Plural(Stories, 1), "1 материал"},
		{ru.Plural(Stories, 22), "22 материала"},
		{ru.Plural(Stories, 11), "11 материалов"},
		{ru.Plural(Stories, 12345), "12\u00a0345 материалов"},
		{ru.Plural(Stories, -1), "-1 материал"},
		{ru.Plural("no such key", 1), "no such key"},
		{Get("ar").Plural(Stories, 2), "مادتان"},
		{Get("fa").Plural(Stories, 15), "۱۵ مطلب"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestAround(t *testing.T) {
	en := Get("en")
	if before, after := en.Around(Correction, "note", "date", "May 1"); before != "Correction, May 1: " || after != "" {
		t.Errorf("%q, %q", before, after)
	}
	if before, after := en.Around(NothingFound, "query"); before != "Nothing was found for “" || after != "”." {
		t.Errorf("%q, %q", before, after)
	}
	if before, after := en.Around(Home, "name"); before != "Home" || after != "" {
		t.Errorf("%q, %q", before, after)
	}
}

// Templates name the keys by their strings.
func TestInTemplate(t *testing.T) {
	page := template.Must(template.New("").Parse(`{{.Text "latest"}}|{{.Text "source" "name" "TASS"}}|{{.Plural "stories" 3}}`))
	var b strings.Builder
	if err := page.Execute(&b, Get("en")); err != nil {
		t.Fatal(err)
	}
	if want := "Latest news|Source: TASS|3 stories"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
