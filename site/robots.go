package site

import (
	"context"
	"fmt"
	"strings"

	"stet"
	"stet/lang"
	"stet/press"
)

// terms is what a setting of stet.AITerms says, in the words of every
// convention there is.
type terms struct {
	usage    string   // Content-Usage, of the IETF's AI Preferences
	signal   string   // Content-Signal, in robots.txt only
	denied   []string // crawlers that are asked to stay away
	reserved bool     // text and data mining, by the TDM Reservation Protocol
	note     lang.Key
}

// The crawlers are those whose operators say what they are for and that they
// obey robots.txt. What makes an ordinary search engine's results too is in
// neither list.
var (
	// What they fetch trains models.
	trainers = []string{
		"Amazonbot", "Applebot-Extended", "Bytespider", "CCBot", "ClaudeBot", "cohere-training-data-crawler", "DeepSeekBot",
		"Diffbot", "Google-Extended", "GPTBot", "ICC-Crawler", "ImagesiftBot", "meta-externalagent", "omgili", "PanguBot",
		"SBIntuitionsBot", "Timpibot", "Webzio-Extended",
	}
	// What they fetch makes answers, of an index or because somebody asked.
	answerers = []string{
		"Amzn-SearchBot", "Amzn-User", "ChatGPT-User", "Claude-SearchBot", "Claude-User", "cohere-ai", "DuckAssistBot",
		"Gemini-Deep-Research", "Google-NotebookLM", "meta-externalfetcher", "meta-webindexer", "MistralAI-User",
		"OAI-SearchBot", "Perplexity-User", "PerplexityBot", "TavilyBot", "YandexAdditional", "YouBot",
	}
)

// termsOf says what the site's setting means. Where nothing is reserved nothing
// is said: a newsroom that has decided nothing has granted nothing.
func termsOf(paper *stet.Site) terms {
	switch paper.Settings.AI {
	case stet.AINoTraining:
		return terms{"train-ai=n, search=y", "search=yes, ai-input=yes, ai-train=no", trainers, true, lang.AINoTraining}
	case stet.AIDeny:
		denied := append(append([]string{}, trainers...), answerers...)
		return terms{"train-ai=n, search=y", "search=yes, ai-input=no, ai-train=no", denied, true, lang.AIDenied}
	}
	return terms{note: lang.AIAllowed}
}

// fields are the header fields of every answer that the terms hold for.
func (t terms) fields() []press.Field {
	if !t.reserved {
		return nil
	}
	return []press.Field{{Name: "Content-Usage", Value: t.usage}, {Name: "TDM-Reservation", Value: "1"}}
}

// robots makes the file that tells crawlers what to leave alone, and where the
// sitemaps are.
func (s *Site) robots(ctx context.Context) (press.Page, error) {
	paper, err := s.site(ctx)
	if err != nil {
		return press.Page{}, err
	}
	t := termsOf(paper)
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	if t.usage != "" {
		fmt.Fprintf(&b, "Content-Usage: %s\nContent-Signal: %s\n", t.usage, t.signal)
	}
	b.WriteString("Disallow: /desk\nDisallow: /api/\n")
	for _, l := range paper.Langs() {
		fmt.Fprintf(&b, "Disallow: /%s/search$\nDisallow: /%[1]s/search?\n", l)
	}
	if len(t.denied) > 0 {
		b.WriteByte('\n')
		for _, name := range t.denied {
			b.WriteString("User-agent: " + name + "\n")
		}
		b.WriteString("Disallow: /\n")
	}
	fmt.Fprintf(&b, "\nSitemap: %s/sitemap.xml\nSitemap: %[1]s/news-sitemap.xml\n", s.url)
	return press.Page{Fields: fields("text/plain; charset=utf-8"), Parts: []press.Part{{HTML: []byte(b.String())}}}, nil
}

// reservation makes the file of the TDM Reservation Protocol.
func (s *Site) reservation(context.Context) (press.Page, error) {
	text := `[{"location":"/","tdm-reservation":1}]` + "\n"
	return press.Page{Fields: fields("application/json"), Parts: []press.Part{{HTML: []byte(text)}}}, nil
}
