package lang

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write testdata/dates.golden anew, from Node's Intl")

// samples is what testdata/intl.js is asked about.
type samples struct {
	Languages []string            `json:"languages"`
	Seconds   []int64             `json:"seconds"`
	Numbers   []int               `json:"numbers"`
	Counts    []int               `json:"counts"`
	Lists     [][]string          `json:"lists"`
	Names     map[string][]string `json:"names"`
	FirstDay  int                 `json:"firstDay"`
	LastDay   int                 `json:"lastDay"`
}

// reference is its answer.
type reference struct {
	Languages map[string]struct {
		Dates      [][]string `json:"dates"`
		Numbers    []string   `json:"numbers"`
		Lists      []string   `json:"lists"`
		Plurals    []string   `json:"plurals"`
		Categories []string   `json:"categories"`
		Sorted     []string   `json:"sorted"`
	} `json:"languages"`
	Persian [][]int `json:"persian"`
}

// Names whose order differs from that of code points, by language.
var names = map[string][]string{
	"ru": {"Яшин", "Ёлкин", "Елагин", "Жуков", "елка", "Ёж", "Щукин", "Ещё", "Ерёмин", "Йод", "Ива", "Adams"},
	"en": {"Zola", "adams", "Österman", "Adams", "Ångström", "O’Neil", "Oneida", "de Gaulle", "Muñoz", "Munoz"},
	"az": {"Əliyev", "Zeynalov", "Eyvazov", "Xəlilov", "Həsənov", "İsmayılov", "Çingizov", "Qasımov", "Kərimov", "Şahin", "Öməroğlu", "Üzeyir", "Ğ", "Fərid", "Cəfər", "Sabir", "Ulduz", "Osman", "Gülay", "Lalə"},
	"hy": {"Ֆիլիպ", "Արամ", "Եվա", "Երևան", "Զավեն", "Օհան", "Ուրարտու", "Ոսկան", "Ջուլիա", "Էմմա"},
	"ka": {"ჰამლეტ", "ანა", "გიორგი", "ჟორა", "ჯაბა", "თამარ", "ზურა", "ვანო"},
	"tr": {"Zeki", "Çelik", "Ceylan", "Işık", "İnan", "Irmak", "Şahin", "Sönmez", "Öz", "Okan", "Ünal", "Uçar", "Ğ", "Güneş", "Halil", "Jale", "Dede"},
	"uk": {"Ґедзь", "Гончар", "Їжак", "Іваненко", "Йосип", "Єва", "Ева", "Жук", "Щур", "Юрій", "Яна", "Дорош", "Зоя", "Коваль", "Ирій"},
	"ar": {"ياسر", "أحمد", "إبراهيم", "آدم", "بدر", "تامر", "ثامر", "هاني", "وليد", "ابن", "آمال", "اسماعيل", "ائتلاف", "مؤمن", "مومن", "موسى", "عمر", "علي", "قائد", "قادم", "قاسم", "قرآن", "قران", "رئيس", "رباب", "رياض", "سؤال", "سامي", "شيء", "شيخ", "هدى", "هداية", "فاطمة", "فاطمي", "Adams"},
	"fa": {"یاسر", "آرش", "احمد", "پویا", "بهرام", "چنگیز", "جمشید", "ژاله", "زهرا", "گیتی", "کاوه", "هما", "وحید"},
}

func makeSamples() samples {
	s := samples{
		Languages: Codes(),
		Numbers:   []int{0, 1, 9, 12, 123, 999, 1000, 1234, 9999, 10000, 12345, 123456, 1234567, 1234567890, -1, -1234, -12345},
		Lists:     [][]string{{}, {"A"}, {"A", "B"}, {"A", "B", "C"}, {"A", "B", "C", "D", "E"}},
		Names:     names,
		FirstDay:  int(time.Date(1600, 1, 1, 0, 0, 0, 0, time.UTC).Unix() / 86400),
		LastDay:   int(time.Date(2999, 12, 31, 0, 0, 0, 0, time.UTC).Unix() / 86400),
	}
	for n := range 1100 {
		s.Counts = append(s.Counts, n)
	}
	s.Counts = append(s.Counts, 10000, 10001, 99999, 1000000, 1000002, 1000011, 21000000)

	clock := 0
	add := func(day time.Time) {
		clock = (clock + 397) % 1440 // every time of the day in turn
		s.Seconds = append(s.Seconds, day.Unix()+int64(clock)*60)
	}
	for _, year := range []int{1600, 1900, 2000, 2024, 2026, 2999} {
		for day := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, 1) {
			add(day)
		}
	}
	for year := 1601; year < 2999; year++ {
		month := time.Month(year%12 + 1)
		add(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC))
		add(time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC))
	}
	return s
}

func TestIntlNode(t *testing.T) {
	if testing.Short() {
		t.Skip("the golden dates alone serve a short test")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed, so only the golden dates were compared") // never demanded: nothing of ours needs it
	}
	version, err := exec.Command(node, "-p", "process.versions.cldr").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(version), "48") {
		t.Skip("node has CLDR " + strings.TrimSpace(string(version)) + "; the reference is 48")
	}
	s := makeSamples()
	cmd := exec.Command(node, "-")
	cmd.Stdin = strings.NewReader("console.log(" + question(t, s) + ")")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	ref := compare(t, s, out)
	if len(ref.Languages) != len(s.Languages) {
		t.Errorf("node has data for %d languages of %d", len(ref.Languages), len(s.Languages))
	}
	if *update {
		writeGolden(t, s, ref)
	}
}

func TestIntlChromium(t *testing.T) {
	if testing.Short() {
		t.Skip("the golden dates alone serve a short test")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, "chromium is not installed, so its Intl was not compared")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-component-update", true))
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	defer cancel()
	ctx, cancel = chromedp.NewContext(ctx)
	defer cancel()

	s := makeSamples()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string](question(t, s)))
	if err != nil {
		t.Fatal(err)
	}
	ref := compare(t, s, []byte(out))
	for _, code := range s.Languages {
		if _, ok := ref.Languages[code]; !ok {
			t.Logf("chromium has no data for %s", code)
		}
	}
	if len(ref.Languages) == 0 {
		t.Error("chromium has no data for any language")
	}
}

// missing skips a test whose tool is not there, or fails where everything was
// asked for.
func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("STET_TEST_ALL") == "1" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// question is the JavaScript expression that answers the samples.
func question(t *testing.T, s samples) string {
	t.Helper()
	script, err := os.ReadFile("testdata/intl.js")
	if err != nil {
		t.Fatal(err)
	}
	arguments, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("(() => {\n%s\nreturn reference(%s);\n})()", script, arguments)
}

func compare(t *testing.T, s samples, answer []byte) reference {
	t.Helper()
	var ref reference
	if err := json.Unmarshal(answer, &ref); err != nil {
		t.Fatal(err)
	}
	for code, want := range ref.Languages {
		t.Run(code, func(t *testing.T) {
			l := Get(code)
			for i, seconds := range s.Seconds {
				when := time.Unix(seconds, 0).UTC()
				if got := formats(l, when); !slices.Equal(got, want.Dates[i]) {
					t.Fatalf("%s:\n got %q\nwant %q", when.Format("2006-01-02 15:04"), got, want.Dates[i])
				}
			}
			for i, n := range s.Numbers {
				if got := l.Number(n); got != want.Numbers[i] {
					t.Errorf("Number(%d) = %q, want %q", n, got, want.Numbers[i])
				}
			}
			for i, items := range s.Lists {
				if got := l.List(items); got != want.Lists[i] {
					t.Errorf("List(%q) = %q, want %q", items, got, want.Lists[i])
				}
			}
			for i, n := range s.Counts {
				if got := categoryNames[l.table.plural(n)]; got != want.Plurals[i] {
					t.Fatalf("category of %d is %s, want %s", n, got, want.Plurals[i])
				}
			}
			for key, f := range l.counts {
				for c, name := range categoryNames {
					if has := f.of(category(c)) != ""; has != slices.Contains(want.Categories, name) {
						t.Errorf("%s: form %q present: %v; the categories are %v", key, name, has, want.Categories)
					}
				}
			}
			sorted := slices.Clone(s.Names[code])
			slices.SortFunc(sorted, l.Comparer())
			if !slices.Equal(sorted, want.Sorted) {
				t.Errorf("order of names\n got %q\nwant %q", sorted, want.Sorted)
			}
		})
	}
	var months [][]int
	for n := s.FirstDay; n <= s.LastDay; n++ {
		if year, month, day := persianDate(time.Unix(int64(n)*86400, 0).UTC()); day == 1 {
			months = append(months, []int{n, year, month})
		}
	}
	if !slices.EqualFunc(months, ref.Persian, slices.Equal[[]int]) {
		t.Error("the Persian months begin on other days")
	}
	return ref
}

var categoryNames = [...]string{other: "other", zero: "zero", one: "one", two: "two", few: "few", many: "many"}

func formats(l *Language, t time.Time) []string {
	return []string{l.Date(t), l.FullDate(t), l.Month(t), l.Year(t), l.Clock(t), l.DateTime(t)}
}
