package transfer_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"stet"
	"stet/prose"
	"stet/store"
	"stet/store/storetest"
	"stet/transfer"
)

var ctx = context.Background()

// files writes texts to files and returns their names.
func files(t testing.TB, texts ...string) []string {
	t.Helper()
	dir := t.TempDir()
	var out []string
	for i, text := range texts {
		name := filepath.Join(dir, fmt.Sprintf("%d.jsonl", i+1))
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		out = append(out, name)
	}
	return out
}

func newsroom(t *testing.T, db *store.DB) *transfer.Native {
	t.Helper()
	storetest.Init(t, db, "ru", "en")
	return &transfer.Native{DB: db, Now: func() time.Time { return storetest.Noon }}
}

func load(t *testing.T, n *transfer.Native, names ...string) *transfer.Ledger {
	t.Helper()
	l, err := n.Import(ctx, names)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func article(t *testing.T, db *store.DB, id stet.ArticleID) *stet.Article {
	t.Helper()
	a, err := db.Article(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func line(id, headline, more string) string {
	return fmt.Sprintf(`{"id":%q,"lang":"ru","headline":%q,"section":"politics","body_html":"<p>Текст","status":"published","published_at":"2021-06-02T14:05:00+04:00"%s}`, id, headline, more)
}

func sound(t *testing.T, db *store.DB) {
	t.Helper()
	r, err := db.Examine(ctx)
	if err != nil || len(r.Damage) > 0 {
		t.Errorf("%v, %v", r, err)
	}
}

// TestForms: a file may come in every way that files come.
func TestForms(t *testing.T) {
	a, b, c := line("a", "Один", ""), line("b", "Два", ""), line("c", "Три", "")
	var zip bytes.Buffer
	for _, part := range []string{a + "\n" + b[:20], b[20:] + "\n" + c} { // of two members
		w := gzip.NewWriter(&zip)
		if _, err := w.Write([]byte(part)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"plain":             a + "\n" + b + "\n" + c + "\n",
		"without a last LF": a + "\n" + b + "\n" + c,
		"CRLF":              a + "\r\n" + b + "\r\n" + c + "\r\n",
		"BOM":               "\ufeff" + a + "\n" + b + "\n" + c + "\n",
		"blank lines":       "\n\n  \t\n" + a + "\n\r\n" + b + "\n\n" + c + "\n\n\n",
		"white space":       "   " + a + "  \n\t" + b + "\n" + c,
		"gzip":              zip.String(),
	} {
		t.Run(name, func(t *testing.T) {
			db := storetest.Open(t, storetest.DSN(t, "sqlite"))
			l := load(t, newsroom(t, db), files(t, text)...)
			if l.Created != 3 || article(t, db, "c").Current.Headline != "Три" {
				t.Errorf("%+v", l)
			}
		})
	}
	db := storetest.Open(t, storetest.DSN(t, "sqlite"))
	n := newsroom(t, db)
	if l := load(t, n, files(t, "", "\n", "\ufeff")...); l.Created != 0 {
		t.Errorf("empty files: %+v", l)
	}
	for name, text := range map[string]string{"cut gzip": zip.String()[:zip.Len()-9], "broken gzip": "\x1f\x8bxyz"} {
		names := files(t, text)
		if _, err := n.Import(ctx, names); err == nil || !strings.Contains(err.Error(), names[0]) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := n.Import(ctx, []string{filepath.Join(t.TempDir(), "none")}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	if n, err := db.Head(ctx); err != nil || n != 1 {
		t.Errorf("%d events were written, %v", n, err)
	}
}

// TestPlayers: the frame of a film in an archive's HTML is an embed that readers
// can be shown, with the key of one that is not listed; a frame of no service
// that is known is named in the ledger.
func TestPlayers(t *testing.T) {
	db := storetest.Open(t, storetest.DSN(t, "sqlite"))
	text := `{"id":"film","lang":"ru","headline":"A","body_html":"<p>Текст<iframe src=\"https://player.vimeo.com/video/76979871?h=0123abcdef&app_id=1\"></iframe><iframe src=\"https://ads.example/1\"></iframe>"}`
	l := load(t, newsroom(t, db), files(t, text)...)
	if len(l.Losses) == 0 {
		t.Error("nobody hears of the frame that was dropped")
	}
	var got []string
	article(t, db, "film").Latest().Body.Walk(func(n *prose.Node) bool {
		if n.Type == prose.Embed {
			p, _ := prose.PlayerOf(n.Attrs.Get("url"))
			got = append(got, p.URL)
		}
		return true
	})
	if want := []string{"https://player.vimeo.com/video/76979871?dnt=1&h=0123abcdef"}; !slices.Equal(got, want) {
		t.Errorf("the players are %q, want %q", got, want)
	}
}

// TestFaultsByLine: all faults of all files, and nothing is written.
func TestFaultsByLine(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := newsroom(t, db)
		load(t, n, files(t, line("there", "Есть", ""))...)
		before, err := db.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		long := `{"id":"long","lang":"ru","headline":"` + strings.Repeat("x", 14<<20) + `"}`
		ten := `{"id":"ten","lang":"ru","headline":"A","body_html":"` + strings.Repeat("x", 10<<20) + `"}`
		names := files(t,
			line("good", "Хорошо", "")+"\n"+
				`{"id":"a b","lang":"R","headline":"","section":"x/y"}`+"\n\n"+
				"not json\n"+
				line("good", "Дважды", "")+"\n"+
				`{"lang":"ru","headline":"Без id"}`+"\n"+
				`{"id":"fr","lang":"fr","headline":"Bonjour"}`+"\n"+
				long+"\n"+
				`{"id":"after","lang":"ru"}`+"\n"+
				ten+"\n"+
				"{\"id\":\"x\",\"lang\":\"ru\",\"headline\":\"\xff\"}",
			"\r\n"+line("good", "Из другого файла", "")+"\r\n"+
				line("c1", "Круг", `,"translation_of":"c2"`)+"\n"+
				line("c2", "Круг", `,"translation_of":"c3"`)+"\n"+
				line("c3", "Круг", `,"translation_of":"c2"`)+"\n"+
				line("self", "Сам", `,"translation_of":"self"`)+"\n"+
				`{"id":"there","lang":"en","headline":"English now"}`+"\n"+
				`{"type":"redirect","from":"x","to":"y"}`+"\n"+
				`{"type":"section","key":"","names":{"ru":""}}`+"\n"+
				`{"type":"page","id":"p"}`+"\n"+
				line("z", "Слаг", `,"slug":"No","old_urls":["/%ff","/ok","nope"],"x":1`))
		l, err := n.Import(ctx, names)
		var faults transfer.Faults
		if !errors.As(err, &faults) || l != nil {
			t.Fatalf("%v, %v", l, err)
		}
		var got []string
		for _, f := range faults {
			got = append(got, fmt.Sprintf("%d:%d %s", slices.Index(names, f.File)+1, f.Line, f.Field))
			if !strings.HasPrefix(f.String(), fmt.Sprintf("%s:%d: ", f.File, f.Line)) || f.Text == "" {
				t.Errorf("%q", f)
			}
		}
		slices.Sort(got)
		want := []string{
			"1:10 body_html", "1:11 ", "1:2 headline", "1:2 id", "1:2 lang", "1:2 section", "1:4 ", "1:5 id", "1:6 id", "1:7 lang", "1:8 ", "1:9 headline",
			"2:10 type", "2:11 old_urls", "2:11 old_urls", "2:11 slug", "2:11 x", "2:2 id", "2:4 translation_of", "2:5 translation_of", "2:6 translation_of",
			"2:7 lang", "2:8 from", "2:8 to", "2:9 key", "2:9 names.ru",
		}
		if !slices.Equal(got, want) {
			t.Errorf("faults\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if !slices.IsSortedFunc(faults, func(a, b transfer.Fault) int {
			if d := slices.Index(names, a.File) - slices.Index(names, b.File); d != 0 {
				return d
			}
			return a.Line - b.Line
		}) {
			t.Error("they are not in the order of the lines")
		}
		if after, err := db.Head(ctx); err != nil || after != before {
			t.Errorf("%d events were written, %v", after-before, err)
		}
		if e := (transfer.Faults{faults[0]}).Error(); e != faults[0].String() {
			t.Errorf("one fault reads %q", e)
		}
	})
}

// TestLongestLine: a text of the largest size, every character of it escaped.
func TestLongestLine(t *testing.T) {
	db := storetest.Open(t, storetest.DSN(t, "sqlite"))
	words := strings.Repeat(`\u0061\u0061\u0061\u0020`, 1<<18)
	text := `{"id":"big","lang":"ru","headline":"A","body_html":"<p>` + words + `"}`
	if len(text) < 6<<20 {
		t.Fatal("not long enough")
	}
	l := load(t, newsroom(t, db), files(t, text, strings.Replace(text, `"A"`, strings.Repeat(" ", 6<<20)+`"B"`, 1))[:1]...)
	if l.Created != 1 || len(article(t, db, "big").Working.Body.Text()) < 1<<20-1 {
		t.Errorf("%+v", l)
	}
}

// TestAgain: a repeated import changes nothing, a changed line is taken over,
// and what somebody has edited here is left alone, and told.
func TestAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := newsroom(t, db)
		start := []string{
			`{"type":"section","key":"politics","names":{"ru":"Политика"},"slugs":{"ru":"politika"}}`,
			`{"type":"section","key":"latest","names":{"ru":"Последнее"},"slugs":{"ru":"latest"}}`,
			`{"type":"topic","key":"eu","names":{"ru":"ЕС"},"kind":"organisation"}`,
			`{"type":"redirect","from":"/old/imprint","to":"/ru/latest"}`,
			line("a", "Один", ""), line("b", "Два", ""), line("c", "Три", ""),
			`{"id":"d","lang":"ru","headline":"Черновик"}`,
			`{"id":"e","lang":"ru","headline":"Завтра","section":"politics","body_markdown":"Текст","status":"published","published_at":"2026-01-15T08:00:00Z"}`,
		}
		l := load(t, n, files(t, strings.Join(start, "\n"))...)
		if l.Created != 5 || l.Terms != 3 || l.Redirects != 1 || l.Updated+l.Unchanged+len(l.LeftAlone)+len(l.Taken)+len(l.Losses) != 0 {
			t.Errorf("first: %+v", l)
		}
		if d := article(t, db, "d"); d.Live != stet.LiveNever || d.Work != stet.WorkDraft {
			t.Errorf("the draft is %s/%s", d.Live, d.Work)
		}
		if e := article(t, db, "e"); e.Live != stet.LiveNever || e.Work != stet.WorkScheduled || !e.ScheduledFor.Equal(storetest.Noon.Add(24*time.Hour)) {
			t.Errorf("the one of tomorrow is %s/%s for %v", e.Live, e.Work, e.ScheduledFor)
		}
		if a := article(t, db, "a"); a.Live != stet.LivePublished || a.Path != "/ru/2021/06/odin" || a.PublishedAt.Year() != 2021 || a.HandEdited {
			t.Errorf("%+v", a)
		}
		head, err := db.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		l = load(t, n, files(t, strings.Join(start, "\n"))...)
		if l.Unchanged != 5 || l.Created+l.Updated+l.Terms+len(l.LeftAlone) != 0 || l.Redirects != 1 {
			t.Errorf("again: %+v", l)
		}
		if now, err := db.Head(ctx); err != nil || now != head {
			t.Errorf("again: %d events, %v", now-head, err)
		}

		for _, id := range []stet.ArticleID{"b", "c"} {
			if _, err := db.UpdateArticle(ctx, id, func(a *stet.Article) error {
				c := a.Latest().Content
				c.Headline = "Рукой"
				return a.Edit(storetest.Editor, c, storetest.Noon)
			}); err != nil {
				t.Fatal(err)
			}
		}
		start[0] = `{"type":"section","key":"politics","names":{"ru":"Общество"}}`
		start[4] = line("a", "Один, исправлено", `,"updated_at":"2021-06-03T00:00:00Z"`)
		start[5] = line("b", "Два, исправлено", "") // c stays as it was in the file
		start[7] = `{"id":"d","lang":"ru","headline":"Черновик 2"}`
		l = load(t, n, files(t, strings.Join(start, "\n"))...)
		if l.Updated != 2 || l.Unchanged != 2 || l.Terms != 1 || fmt.Sprint(l.LeftAlone) != "[b]" {
			t.Errorf("changed: %+v", l)
		}
		a := article(t, db, "a")
		if a.Current.Headline != "Один, исправлено" || a.Current.Number != 2 || a.Path != "/ru/2021/06/odin" || !a.UpdatedAt.Equal(time.Date(2021, 6, 3, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%+v", a)
		}
		if b := article(t, db, "b"); b.Working == nil || b.Working.Headline != "Рукой" || b.Current.Headline != "Два" {
			t.Errorf("%+v", b)
		}
		if d := article(t, db, "d"); d.Working.Headline != "Черновик 2" {
			t.Errorf("%+v", d)
		}
		// A draft of the file becomes a story.
		start[7] = line("d", "Уже не черновик", "")
		if l = load(t, n, files(t, strings.Join(start, "\n"))...); l.Updated != 1 || article(t, db, "d").Live != stet.LivePublished {
			t.Errorf("published: %+v", l)
		}
		var text strings.Builder
		l.Write(&text)
		if !strings.Contains(text.String(), "1 left alone") || !strings.Contains(text.String(), "left alone: b") || !strings.Contains(text.String(), "losses: none") {
			t.Errorf("%s", &text)
		}
		sound(t, db)
	})
}

// TestResume: an import that is broken off goes on where it was.
func TestResume(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := newsroom(t, db)
		var text strings.Builder
		const count = 1000
		for i := range count {
			text.WriteString(line(fmt.Sprint("a", i), fmt.Sprint("Новость ", i%100), `,"body_markdown":null`) + "\n")
		}
		names := files(t, text.String())
		running, kill := context.WithCancel(ctx)
		defer kill()
		n.Progress = func(done, total int) {
			if total != count {
				t.Errorf("%d of %d", done, total)
			}
			kill()
		}
		if _, err := n.Import(running, names); !errors.Is(err, context.Canceled) {
			t.Fatalf("killed: %v", err)
		}
		r, err := db.Examine(ctx)
		if err != nil || len(r.Damage) > 0 || r.Articles == 0 || r.Articles >= count {
			t.Fatalf("%+v, %v", r, err)
		}
		last := 0
		n.Progress = func(done, total int) {
			if done < last || total != count {
				t.Errorf("%d of %d after %d", done, total, last)
			}
			last = done
		}
		l := load(t, n, names...)
		if int64(l.Unchanged) != r.Articles || l.Created != count-l.Unchanged || last != count {
			t.Errorf("of %d it left %d, then %+v; the progress ended at %d", count, r.Articles, l, last)
		}
		sound(t, db)
	})
}

// TestTranslations: a translation may come before its original, in another
// file, after it, or name another translation.
func TestTranslations(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := newsroom(t, db)
		en := func(id, of string) string {
			return strings.Replace(line(id, "In English", `,"translation_of":"`+of+`"`), `"lang":"ru"`, `"lang":"en"`, 1)
		}
		load(t, n, files(t, en("early", "original")+"\n"+en("chained", "early"), line("original", "Оригинал", "")+"\n"+en("late", "chained"))...)
		load(t, n, files(t, en("lost", "never-came"))...)
		load(t, n, files(t, strings.Replace(en("second", "late"), "In English", "In English again", 1))...)
		for id, want := range map[stet.ArticleID]stet.ArticleID{
			"original": "original", "early": "original", "chained": "original", "late": "original", "second": "original", "lost": "never-came",
		} {
			if got := article(t, db, id).Group; got != want {
				t.Errorf("%s is of the group %s, want %s", id, got, want)
			}
		}
		s, err := db.Public().Story(ctx, "early")
		if err != nil || len(s.Translations) != 5 || s.Original != "/ru/2021/06/original" {
			t.Errorf("%+v, %v", s, err)
		}
		sound(t, db)
	})
}

// TestLedger: addresses that were taken, and matter there is no place for.
func TestLedger(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := newsroom(t, db)
		text := line("a", "Один", `,"old_urls":["/news/1","/?p=1"]`) + "\n" +
			line("b", "Два", `,"old_urls":["/news/1/","https://old.example/news/2"]`) + "\n" +
			strings.Replace(line("c", "Три", ""), "<p>Текст", `<p>Текст<script>x</script><marquee>Бегом</marquee>`, 1) + "\n" +
			strings.Replace(line("d", "Четыре", ""), "<p>Текст", `<p>Текст<script>y</script>`, 1) + "\n" +
			`{"type":"redirect","from":"/news/2","to":"/ru/latest"}` + "\n" +
			`{"type":"redirect","from":"/news/3","to":"/ru/latest"}` + "\n"
		names := files(t, text)
		for range 2 { // the second time as the first
			l := load(t, n, names...)
			if !slices.Contains(l.Taken, "/news/2") || l.Redirects != 1 {
				t.Errorf("taken: %v, %d redirects", l.Taken, l.Redirects)
			}
			if l.Created == 4 && fmt.Sprint(l.Taken) != "[/news/1 /news/2]" {
				t.Errorf("taken: %v", l.Taken)
			}
			var out strings.Builder
			l.Write(&out)
			if len(l.Losses) == 0 || !strings.Contains(out.String(), names[0]+":3") || !strings.Contains(out.String(), "in use: /news/2") {
				t.Errorf("%s", &out)
			}
			counts := map[string]int{}
			for _, loss := range l.Losses {
				counts[loss.What] += loss.Count
			}
			if counts["element script"] != 2 {
				t.Errorf("losses: %v", counts)
			}
		}
		sound(t, db)
	})
}

// TestBusyNewsroom: an import beside people who write.
func TestBusyNewsroom(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := newsroom(t, db)
		var text strings.Builder
		for i := range 600 {
			text.WriteString(line(fmt.Sprint("a", i), "Новость", `,"topics":["t`+fmt.Sprint(i%7)+`"],"authors":["Имя `+fmt.Sprint(i%5)+`"]`) + "\n")
		}
		stop, done := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(done)
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				_, err := db.UpdateArticle(ctx, stet.ArticleID(fmt.Sprint("own", i)), func(a *stet.Article) error {
					return a.Create(storetest.Editor, stet.Draft{Kind: stet.StoryKind, Lang: "ru",
						Content: stet.Content{Headline: "Новость", Section: "politics", Topics: []string{fmt.Sprint("t", i%9)}}}, storetest.Noon)
				})
				if err != nil {
					t.Error(err)
					return
				}
			}
		}()
		l := load(t, n, files(t, text.String())...)
		close(stop)
		<-done
		if l.Created != 600 {
			t.Errorf("%+v", l)
		}
		sound(t, db)
	})
}
