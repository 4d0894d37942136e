package site

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"stet"
)

// robot reads robots.txt as RFC 9309 has it, for a crawler's product token.
type robot map[string][]string // what its group disallows; "*" for the others

func readRobots(t *testing.T, text string) (r robot, lines map[string][]string) {
	t.Helper()
	r, lines = robot{}, map[string][]string{}
	var group []string
	open := false
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, value, ok := strings.Cut(line, ": ")
		if !ok || !strings.HasSuffix(text, "\n") {
			t.Fatalf("robots.txt: %q", line)
		}
		name = strings.ToLower(name)
		switch name {
		case "user-agent":
			if !open {
				group = nil
			}
			if _, twice := r[value]; twice || !regexp.MustCompile(`^([A-Za-z_-]+|\*)$`).MatchString(value) {
				t.Errorf("robots.txt: user agent %q", value)
			}
			group, open = append(group, value), true
			r[value] = []string{}
			continue
		case "disallow":
			for _, g := range group {
				r[g] = append(r[g], value)
			}
		}
		open = false
		lines[name] = append(lines[name], value)
	}
	return r, lines
}

func (r robot) may(agent, path string) bool {
	rules, ok := r[agent]
	if !ok {
		rules = r["*"]
	}
	return !slices.ContainsFunc(rules, func(rule string) bool {
		if exact, ok := strings.CutSuffix(rule, "$"); ok {
			return path == exact
		}
		return strings.HasPrefix(path, rule)
	})
}

// TestAITerms: what the setting says, in every way there is to say it.
func TestAITerms(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	s := newSite(t, f)
	for _, c := range []struct {
		terms             stet.AITerms
		trainer, answerer bool
		usage, signal     string
		says              string
	}{
		{"", true, true, "", "", "могут читать"},
		{stet.AIAllow, true, true, "", "", "могут читать"},
		{stet.AINoTraining, false, true, "train-ai=n, search=y", "search=yes, ai-input=yes, ai-train=no", "Обучать"},
		{stet.AIDeny, false, false, "train-ai=n, search=y", "search=yes, ai-input=no, ai-train=no", "запрещено"},
	} {
		f.mu.Lock()
		f.paper.Settings.AI = c.terms
		f.mu.Unlock()
		reprint(t, s, stet.Event{Kind: stet.Set})
		r, lines := readRobots(t, body(t, fetch(s, "/robots.txt")))
		for _, agent := range []string{"Googlebot", "bingbot", "GPTBot", "OAI-SearchBot"} {
			welcome := map[string]bool{"GPTBot": c.trainer, "OAI-SearchBot": c.answerer}
			in, named := welcome[agent]
			in = in || !named
			for path, open := range map[string]bool{
				"/ru/": in, "/ru/2021/06/report": in, "/sitemap.xml": in, "/ru/search-and-rescue/": in, "/robots.txt": in,
				"/desk": false, "/desk/articles": false, "/api/v1/articles": false, "/ru/search": false, "/en/search?q=a": false,
			} {
				if r.may(agent, path) != open {
					t.Errorf("%q: %s may read %s: %v", c.terms, agent, path, !open)
				}
			}
		}
		if got := strings.Join(lines["content-usage"], "|"); got != c.usage {
			t.Errorf("%q: robots.txt says Content-Usage %q", c.terms, got)
		}
		if got := strings.Join(lines["content-signal"], "|"); got != c.signal {
			t.Errorf("%q: robots.txt says Content-Signal %q", c.terms, got)
		}
		if got := lines["sitemap"]; !slices.Equal(got, []string{"https://news.example/sitemap.xml", "https://news.example/news-sitemap.xml"}) {
			t.Errorf("sitemaps: %q", got)
		}
		for _, path := range []string{"/ru/", "/ru/2021/06/report", "/ru/feed.xml", "/ru/2021/06/report.md", "/robots.txt"} {
			h := fetch(s, path).Header
			if h.Get("Content-Usage") != c.usage || (h.Get("TDM-Reservation") == "1") != (c.usage != "") {
				t.Errorf("%q: %s: Content-Usage %q, TDM-Reservation %q", c.terms, path, h.Get("Content-Usage"), h.Get("TDM-Reservation"))
			}
		}
		res := fetch(s, "/.well-known/tdmrep.json")
		if text := body(t, res); c.usage == "" && res.StatusCode != 404 ||
			c.usage != "" && (res.StatusCode != 200 || text != `[{"location":"/","tdm-reservation":1}]`+"\n" || res.Header.Get("Content-Type") != "application/json") {
			t.Errorf("%q: the reservation: %d %s", c.terms, res.StatusCode, text)
		}
		for _, path := range []string{"/llms.txt", "/ru/llms.txt"} {
			if text := body(t, fetch(s, path)); !strings.Contains(text, c.says) {
				t.Errorf("%q: %s says\n%s", c.terms, path, text)
			}
		}
	}
}

// TestGuide: llms.txt says what the site is, escapes what people wrote, and
// follows what happens.
func TestGuide(t *testing.T) {
	f := newFake("ru", "en")
	seed(f)
	f.paper.Editions[0].Name = "Листок [*утренний*]"
	f.publish(draft("/ru/pages/about", "О редакции", morning))
	s := newSite(t, f)
	text := body(t, fetch(s, "/llms.txt"))
	want := `# Листок \[\*утренний\*\]

> About ru

Каждый материал доступен и в формате Markdown: добавьте .md к его адресу.

## Условия для систем ИИ

Системы искусственного интеллекта могут читать и использовать тексты. При цитировании укажите источник и дайте ссылку.

## Языки

- [Русский](https://news.example/ru/llms.txt): Листок \[\*утренний\*\]. About ru
- [English](https://news.example/en/llms.txt): The Caspian Sheet. About en

## Карты сайта

- [sitemap.xml](https://news.example/sitemap.xml)
- [news-sitemap.xml](https://news.example/news-sitemap.xml)
`
	if text != want {
		t.Errorf("%s\nwant\n%s", text, want)
	}
	shows := func(path, text string, want bool) {
		t.Helper()
		res := fetch(s, path)
		if got := body(t, res); strings.Contains(got, text) != want || res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/plain; charset=utf-8" {
			t.Errorf("%s: %d, shows %s: %v\n%s", path, res.StatusCode, text, !want, got)
		}
	}
	shows("/ru/llms.txt", "](https://news.example/ru/politics/)", true)
	shows("/ru/llms.txt", "](https://news.example/ru/pages/about)", true)
	shows("/ru/llms.txt", "(RSS)](https://news.example/ru/feed.xml)", true)
	shows("/en/llms.txt", "/en/politics/", false)
	reprint(t, s, f.publish(draft("/en/2026/01/first", "First", morning)))
	shows("/en/llms.txt", "[Politics](https://news.example/en/politics/)", true)
	reprint(t, s, f.withdraw("/ru/pages/about", "ошибка"))
	shows("/ru/llms.txt", "/ru/pages/about", false)
	f.mu.Lock()
	f.terms[stet.SectionTerm][0].Names["en"] = stet.TermName{Name: "Power", Slug: "power"}
	f.mu.Unlock()
	reprint(t, s, stet.Event{Kind: stet.Renamed})
	shows("/en/llms.txt", "[Power](https://news.example/en/power/)", true)
	if got := fetch(s, "/ar/llms.txt").StatusCode; got != 404 {
		t.Errorf("an edition that there is not: %d", got)
	}
}
