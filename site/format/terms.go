package format

import (
	"fmt"
	"strings"

	"stet"
	"stet/lang"
)

// Terms is what a setting of stet.AITerms says, in the words of every
// convention there is.
type Terms struct {
	Usage    string   // Content-Usage, of the IETF's AI Preferences
	Reserved bool     // text and data mining, by the TDM Reservation Protocol
	Note     lang.Key // what people are told

	signal string   // Content-Signal, in robots.txt only
	denied []string // crawlers that are asked to stay away
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

// TermsOf says what a setting means. Where nothing is reserved nothing is said:
// a newsroom that has decided nothing has granted nothing.
func TermsOf(setting stet.AITerms) Terms {
	switch setting {
	case stet.AINoTraining:
		return Terms{"train-ai=n, search=y", true, lang.AINoTraining, "search=yes, ai-input=yes, ai-train=no", trainers}
	case stet.AIDeny:
		denied := append(append([]string{}, trainers...), answerers...)
		return Terms{"train-ai=n, search=y", true, lang.AIDenied, "search=yes, ai-input=no, ai-train=no", denied}
	}
	return Terms{Note: lang.AIAllowed}
}

// Robots writes the file that tells crawlers of a site what to leave alone, and
// where the sitemaps are.
func (t Terms) Robots(site string, editions []stet.Lang) []byte {
	var b strings.Builder
	b.WriteString("User-agent: *\n")
	if t.Usage != "" {
		fmt.Fprintf(&b, "Content-Usage: %s\nContent-Signal: %s\n", t.Usage, t.signal)
	}
	b.WriteString("Disallow: /desk\nDisallow: /api/\n")
	for _, l := range editions {
		fmt.Fprintf(&b, "Disallow: /%s/search$\nDisallow: /%[1]s/search?\n", l)
	}
	if len(t.denied) > 0 {
		b.WriteByte('\n')
		for _, name := range t.denied {
			b.WriteString("User-agent: " + name + "\n")
		}
		b.WriteString("Disallow: /\n")
	}
	fmt.Fprintf(&b, "\nSitemap: %s/sitemap.xml\nSitemap: %[1]s/news-sitemap.xml\n", site)
	return []byte(b.String())
}

// Reservation is the file of the TDM Reservation Protocol that reserves a whole
// site.
func Reservation() []byte { return []byte(`[{"location":"/","tdm-reservation":1}]` + "\n") }
