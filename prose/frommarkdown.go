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
	if err := markdown.Convert([]byte(shallow(h.bounded(src, MaxBytes))), &b); err != nil {
		h.lose("unreadable Markdown", err.Error())
	}
	h.src, h.titles = b.String(), true
	h.read()
	return h.finish()
}

const (
	maxQuotes = 40     // how deep quotes and lists may be nested in one line
	maxCells  = 400000 // of all tables together
)

// shallow disarms with a backslash what nobody writes and what would cost far
// more time and memory than its length: markers of quotes and lists beyond
// maxQuotes at the beginning of a line, and the head of a table so wide that
// its short rows, filled up, would make more than maxCells.
func shallow(src string) string {
	widest := max(2, maxCells/(strings.Count(src, "\n")+1))
	var b strings.Builder
	b.Grow(len(src))
	for line := range strings.Lines(src) {
		if n := strings.Count(line, "|"); n >= widest && strings.Trim(line, "|:->*+ \t\r\n") == "" {
			b.WriteByte('\\')
		}
		if at := tooDeep(line); at >= 0 {
			b.WriteString(line[:at])
			b.WriteByte('\\')
			line = line[at:]
		}
		b.WriteString(line)
	}
	return b.String()
}

// tooDeep returns where in a line a marker is one too many, or -1.
func tooDeep(line string) int {
	for i, count := 0, 0; i < len(line); i++ {
		at := i
		for i < len(line) && at+9 > i && line[i] >= '0' && line[i] <= '9' {
			i++
		}
		if i == len(line) {
			return -1
		}
		switch c := line[i]; {
		case (c == ' ' || c == '\t') && i == at:
			continue
		case c == '>' && i == at:
		case strings.IndexByte("-+*", c) >= 0 && i == at && i+1 < len(line) && line[i+1] <= ' ':
		case (c == '.' || c == ')') && i > at && i+1 < len(line) && line[i+1] <= ' ':
		default:
			return -1
		}
		if count++; count > maxQuotes {
			return i
		}
	}
	return -1
}
