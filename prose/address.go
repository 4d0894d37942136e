package prose

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

// link adds the mark of a link, or notes why there is none.
func (h *htmlReader) link(a attributes, marks []Mark) []Mark {
	var href string
	if source := trimAddress(a.href); strings.HasPrefix(source, "#") {
		if href = withoutBreaks(source); len(href) == 1 {
			return marks
		}
		if _, problem := checkHref(href); problem != "" {
			h.lose("link (#)", a.href)
			return marks
		}
		h.hasLinks = true
	} else {
		var what string
		if href, what = h.resolve(a.href); href == "" {
			if what != "" {
				h.lose("link ("+what+")", a.href)
			}
			return marks
		}
	}
	if h.top().pre {
		h.lose("link in preformatted text", href)
		return marks
	}
	m := Mark{Type: Link, Attrs: Attrs{{"href", href}}}
	m.Attrs.Set("title", cut(oneLine(foldLine(repaired(a.title))), maxLine))
	if a.hreflang != "" {
		m.Attrs.Set("hreflang", canonicalLang(a.hreflang))
	}
	if a.data != "" && h.top().class == "embed" {
		m.Attrs.Set("provider", cut(oneLine(foldLine(a.data)), 100))
	}
	return append(marks, m)
}

// resolve makes of a source's address one that the schema allows. Else it says
// what was wrong, in a word.
func (h *htmlReader) resolve(s string) (address, problem string) {
	if len(s) > 2*maxURL {
		return "", "too long"
	}
	if s = trimAddress(s); s == "" {
		return "", "empty"
	}
	scheme, _ := splitScheme(s)
	for _, r := range scheme {
		if r <= ' ' || r >= 0x7f {
			return "", "unclear scheme"
		}
	}
	s = withoutBreaks(s)
	switch scheme {
	case "", "http", "https":
		s = strings.ReplaceAll(s, `\`, "/")
	}
	if strings.ContainsAny(s, " <>\"") {
		s = addressEscapes.Replace(s)
	}
	if strings.HasPrefix(s, "//") {
		s = "https:" + s
	} else if rooted := strings.HasPrefix(s, "/"); scheme == "" && !(rooted && h.o.KeepRooted) {
		// A path without a slash in front means something only where the source stood.
		if s = h.complete(s); !rooted && !strings.Contains(s, "://") {
			return "", "relative address"
		}
	}
	address, wrong := checkHref(s)
	switch {
	case wrong == "":
		return address, ""
	case len(scheme) <= 12 && scheme != "" && scheme != "http" && scheme != "https":
		return "", printable(scheme) + ":"
	case len(s) > maxURL:
		return "", "too long"
	}
	return "", "no address"
}

// trimAddress takes off the ends what browsers take off, and a little more.
func trimAddress(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' || r == 0xa0 || r == 0xfeff || r == utf8.RuneError })
}

// withoutBreaks removes what browsers remove from the middle of an address.
func withoutBreaks(s string) string {
	if !strings.ContainsAny(s, "\n\t\r") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return -1
		}
		return r
	}, s)
}

var addressEscapes = strings.NewReplacer(" ", "%20", "<", "%3C", ">", "%3E", `"`, "%22")

// complete completes a relative address, if it is known where the source stood.
func (h *htmlReader) complete(s string) string {
	if h.base == nil {
		h.base = new(url.URL)
		if u, err := url.Parse(h.o.Base); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
			h.base = u
		}
	}
	if h.base.Host == "" {
		return s
	}
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	return h.base.ResolveReference(u).String()
}

// image adds a picture. Pictures that stand for a character become it, and
// those that nobody was to see are dropped.
func (h *htmlReader) image(a attributes) {
	alt := cut(oneLine(foldLine(repaired(a.alt))), maxCaption)
	source := a.src
	if source == "" || strings.HasPrefix(strings.ToLower(source), "data:") {
		if source = a.lazy; source == "" {
			source, _, _ = strings.Cut(strings.TrimSpace(a.srcset), " ")
		}
	}
	small := tiny(a.width, 40) && tiny(a.height, 40)
	switch {
	case tiny(a.width, 2) || tiny(a.height, 2):
		h.lose("invisible picture", a.src)
	case small && alt == "":
		h.lose("icon", a.src)
	case small || alt != "" && (hasClass(a.class, "emoji") || hasClass(a.class, "wp-smiley")):
		h.text(alt)
	default:
		address, problem := h.resolve(source)
		if problem == "" {
			if address, problem = checkURL(address); problem != "" {
				problem = "no address"
			}
		}
		if problem != "" {
			if strings.HasPrefix(strings.ToLower(a.src), "data:") {
				problem = "data:"
			}
			h.lose("picture ("+problem+")", a.src)
			return
		}
		n := &Node{Type: Picture, Attrs: Attrs{{"url", address}}}
		n.Attrs.Set("alt", alt)
		if title := cut(oneLine(foldLine(a.title)), maxCaption); h.titles && title != alt {
			n.Attrs.Set("caption", title)
		}
		h.object(n)
		h.linkAround()
	}
}

// linkAround notes the link around a picture, unless it leads to the picture
// in another size.
func (h *htmlReader) linkAround() {
	for i := h.top().base; i < len(h.inlines); i++ {
		for _, m := range h.inlines[i].marks {
			if m.Type != Link {
				continue
			}
			href := m.Attrs.Get("href")
			path, _, _ := strings.Cut(strings.ToLower(href), "?")
			switch path[strings.LastIndexByte(path, '.')+1:] {
			case "jpg", "jpeg", "png", "gif", "webp", "avif", "svg":
			default:
				h.lose("link around a picture", href)
			}
			h.inlines[i].added = -1 // it has not been empty
		}
	}
}

// tiny reports whether a length is given and at most limit pixels.
func tiny(length string, limit int) bool {
	n, digits := 0, 0
	for digits < len(length) && digits < 5 && length[digits] >= '0' && length[digits] <= '9' {
		n = n*10 + int(length[digits]-'0')
		digits++
	}
	return digits > 0 && n <= limit && !strings.HasSuffix(length, "%")
}

// frame makes an embed of a frame whose host is known, and drops any other.
func (h *htmlReader) frame(name string, a attributes) {
	source := a.src
	if source == "" || strings.HasPrefix(source, "about:") {
		source = a.lazy
	}
	address, _ := h.resolve(source)
	if n := embedOf(address); n != nil {
		n.Attrs.Set("title", cut(oneLine(foldLine(repaired(a.title))), maxLine))
		h.object(n)
	} else {
		h.lose("element "+name, a.src)
	}
	if name == "iframe" {
		h.pass(name)
	}
}

// media makes an embed of a film or recording.
func (h *htmlReader) media(name string, a attributes) {
	if a.src == "" {
		h.mediaWanted = true // its address stands in a <source>
	} else {
		h.mediaFile(a.src)
	}
	h.pass(name)
	if h.skipName == "" {
		h.mediaWanted = false
	}
}

func (h *htmlReader) mediaFile(source string) {
	h.mediaWanted = false
	address, problem := h.resolve(source)
	if problem == "" {
		if address, problem = checkURL(address); problem == "" {
			h.object(&Node{Type: Embed, Attrs: Attrs{{"url", address}}})
			return
		}
	}
	h.lose("film or recording", source)
}

// mediaSource takes the address of a film from the first of its sources.
func (h *htmlReader) mediaSource(a attributes) {
	if h.mediaWanted && a.src != "" {
		h.mediaFile(a.src)
	}
}
