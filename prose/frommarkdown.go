package prose

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
)

var markdown = goldmark.New(
	goldmark.WithExtensions(extension.Table, extension.Strikethrough),
	goldmark.WithRendererOptions(html.WithUnsafe()), // what it writes is read by FromHTML
)

// FromMarkdown reads CommonMark with tables and strikethrough. HTML in it is
// read as FromHTML does, and the same is promised.
func FromMarkdown(src string, o FromOptions) (*Doc, []Loss) {
	var h htmlReader
	h.init(o)
	var b strings.Builder
	if err := markdown.Convert([]byte(shallow(h.bounded(src))), &b); err != nil {
		h.lose("unreadable Markdown", err.Error())
	}
	h.src, h.titles = b.String(), true
	h.read()
	return h.finish()
}

// maxQuotes is how deep quotes and lists may be nested in one line.
const maxQuotes = 40

// shallow cuts markers of quotes and lists beyond maxQuotes off the beginning
// of lines: nobody writes them, and they cost time and memory.
func shallow(src string) string {
	var b strings.Builder
	for line := range strings.Lines(src) {
		markers := 0
		for i := 0; i < len(line); i++ {
			c := line[i]
			if strings.IndexByte(">-+* \t", c) >= 0 {
				if c != ' ' && c != '\t' {
					markers++
				}
				if markers > maxQuotes && (c == '>' || strings.IndexAny(line[:i], " \t>") >= 0) {
					continue
				}
			} else {
				b.WriteString(line[i:])
				break
			}
			b.WriteByte(c)
		}
	}
	return b.String()
}
