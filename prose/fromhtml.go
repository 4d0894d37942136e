package prose

import (
	"bytes"
	"io"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// FromOptions is what is known about a source.
type FromOptions struct {
	// Lang is the language of the article. What the source marks as being in
	// this language is not marked again.
	Lang string

	// Base is the address the source stood at; relative addresses of links
	// and pictures are completed from it. Without it those that do not begin
	// with a slash are dropped: they lead nowhere here.
	Base string
	// KeepRooted leaves addresses that begin with a slash as they are: they are
	// this site's, old or new.
	KeepRooted bool
}

// FromHTML reads HTML of any age and quality: what the schema can say is kept,
// the rest is dropped and named in the losses. The document always passes
// Parse, whatever the source. Time and memory are linear in its length; what
// would make the document larger than MaxBytes is cut off.
func FromHTML(src string, o FromOptions) (*Doc, []Loss) {
	h := htmlReader{}
	h.init(o)
	h.src = h.bounded(src, 4*MaxBytes)
	h.read()
	return h.finish()
}

type htmlReader struct {
	builder
	src    string
	z      *html.Tokenizer
	tag    []byte // the beginning of the tag that is read
	offset int    // where the next token begins

	skip      atom.Atom // inside an element that is passed over
	skipName  string
	skipDepth int
	lower     string         // src in lower case, made when first needed
	lastEnd   map[string]int // where the last end tag of a name stands
	marker    *string        // takes the text of a list marker of Word

	base        *url.URL // of relative addresses
	quoteDepth  int
	titles      bool // titles of pictures are captions
	mediaWanted bool // inside a film whose address is not known yet
}

// attributes holds what we look at in a tag.
type attributes struct {
	id, name, class, style, lang                            string
	href, src, lazy, srcset, alt, title, role, data         string
	hreflang, colspan, rowspan, start, value, width, height string
	linked, hidden                                          bool // href and hidden are there
}

func (h *htmlReader) read() {
	h.z = html.NewTokenizer(strings.NewReader(h.src))
	for {
		kind := h.z.Next()
		if kind == html.ErrorToken {
			if h.z.Err() != io.EOF {
				h.lose("unreadable rest", "")
			}
			return
		}
		h.offset += len(h.z.Raw())
		switch kind {
		case html.TextToken:
			switch {
			case h.skipName == "":
				h.text(repaired(string(h.z.Text())))
			case h.marker != nil && len(*h.marker) < 20:
				*h.marker += string(h.z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			h.tag = h.z.Raw()[:min(len(h.z.Raw()), 400)]
			name, hasAttr := h.z.TagName()
			h.start(atom.Lookup(name), string(name), h.attributes(hasAttr), kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			name, _ := h.z.TagName()
			h.end(atom.Lookup(name), string(name))
		case html.CommentToken:
			h.comment()
		}
	}
}

// comment drops a comment. Word's conditional ones are no loss.
func (h *htmlReader) comment() {
	raw := h.z.Raw()
	if bytes.HasPrefix(raw, []byte("<!--[if")) || bytes.HasPrefix(raw, []byte("<![")) || bytes.HasPrefix(raw, []byte("<?")) ||
		bytes.HasPrefix(raw, []byte("<!--StartFragment")) || bytes.HasPrefix(raw, []byte("<!--EndFragment")) {
		return
	}
	if text := strings.TrimSpace(string(h.z.Text()[:min(len(h.z.Text()), 400)])); text != "" && h.skipName == "" {
		h.lose("comment", text)
	}
}

func (h *htmlReader) attributes(more bool) (a attributes) {
	var key, val []byte
	for more {
		key, val, more = h.z.TagAttr()
		var field *string
		switch string(key) {
		case "id":
			field = &a.id
		case "name":
			field = &a.name
		case "class":
			field = &a.class
		case "style":
			field = &a.style
		case "lang", "xml:lang":
			field = &a.lang
		case "href":
			field, a.linked = &a.href, true
		case "src":
			field = &a.src
		case "data-src", "data-lazy-src", "data-original":
			field = &a.lazy
		case "srcset", "data-srcset":
			field = &a.srcset
		case "alt":
			field = &a.alt
		case "title":
			field = &a.title
		case "role":
			field = &a.role
		case "data-embed":
			field = &a.data
		case "hreflang":
			field = &a.hreflang
		case "colspan":
			field = &a.colspan
		case "rowspan":
			field = &a.rowspan
		case "start":
			field = &a.start
		case "value":
			field = &a.value
		case "width":
			field = &a.width
		case "height":
			field = &a.height
		case "hidden":
			a.hidden = true
		default:
			if len(key) > 2 && key[0] == 'o' && key[1] == 'n' && h.skipName == "" {
				h.lose("attribute "+printable(cut(string(key), 40)), string(val[:min(len(val), 400)]))
			}
		}
		if field != nil && *field == "" {
			*field = string(val)
		}
	}
	return a
}

// following returns the beginning of what has not been read.
func (h *htmlReader) following() string {
	return h.src[h.offset:min(len(h.src), h.offset+400)]
}

// pass begins to pass over an element with all it holds, unless its end tag
// is missing: then only the tag is dropped.
func (h *htmlReader) pass(name string) {
	if rawText(atom.Lookup([]byte(name))) {
		h.skip, h.skipName, h.skipDepth = atom.Lookup([]byte(name)), name, 1
		return // the tokenizer takes the rest for its text
	}
	if h.lastEnd == nil {
		h.lower = strings.ToLower(h.src)
		h.lastEnd = make(map[string]int)
	}
	at, known := h.lastEnd[name]
	if !known {
		at = strings.LastIndex(h.lower, "</"+name)
		h.lastEnd[name] = at
	}
	if at >= h.offset {
		h.skip, h.skipName, h.skipDepth = atom.Lookup([]byte(name)), name, 1
	}
}

func (h *htmlReader) start(tag atom.Atom, name string, a attributes, closed bool) {
	if h.skipName != "" {
		h.passOver(tag, name, a, closed)
		return
	}
	lang := ""
	if a.lang != "" {
		lang = canonicalLang(a.lang)
	}
	if a.id != "" {
		h.anchor(a.id)
	}
	if (a.hidden || a.style != "" && hiddenStyle(a.style)) && !closed && !void(tag) {
		h.lose("hidden text", h.following())
		h.pass(name)
		return
	}
	switch tag {
	case atom.P, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header, atom.Footer, atom.Nav, atom.Center,
		atom.Address, atom.Details, atom.Summary, atom.Fieldset, atom.Hgroup, atom.Dl, atom.Dt, atom.Dd,
		atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Aside, atom.Html, atom.Body, atom.Form, atom.Search:
		h.startBlock(tag, a, lang)
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir, atom.Li:
		h.startList(tag, a, lang)
	case atom.Blockquote, atom.Figure, atom.Figcaption:
		h.flush()
		h.closeParagraph()
		kind := map[atom.Atom]string{atom.Blockquote: Quote, atom.Figure: figure, atom.Figcaption: figcaption}[tag]
		f := h.push(tag, kind, lang)
		f.node.Attrs.Set(classAttr, a.class)
	case atom.Pre, atom.Listing, atom.Xmp, atom.Plaintext:
		h.flush()
		h.closeParagraph()
		f := h.push(tag, "", lang)
		f.pre, h.preStart = true, true
	case atom.Table, atom.Caption, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Td, atom.Th:
		h.startTable(tag, a, lang)
	case atom.Col, atom.Colgroup, atom.Source, atom.Track, atom.Param, atom.Wbr, atom.Rb, atom.Rtc, atom.Meta, atom.Link, atom.Base, atom.Head, atom.Picture:
	case atom.Br:
		h.lineBreak()
	case atom.Hr:
		h.flush()
		h.closeParagraph()
		h.append(&Node{Type: Divider})
	case atom.Img, atom.Image:
		h.image(a)
	case atom.Iframe, atom.Embed:
		h.frame(name, a)
	case atom.Video, atom.Audio:
		h.media(name, a)
	case atom.Script, atom.Style, atom.Noscript, atom.Noembed, atom.Noframes, atom.Template, atom.Svg, atom.Math, atom.Object, atom.Applet,
		atom.Select, atom.Datalist, atom.Textarea, atom.Button, atom.Title, atom.Canvas, atom.Map, atom.Frameset:
		if tag != atom.Title && tag != atom.Noscript || a.src != "" {
			sample := a.src
			if sample == "" {
				sample = h.following()
			}
			h.lose("element "+name, sample)
		}
		if !closed || rawText(tag) {
			h.pass(name)
		}
	case atom.Input, atom.Frame, atom.Bgsound, atom.Keygen:
		h.lose("element "+name, a.src)
	default:
		if !closed {
			h.startInline(tag, name, a, lang)
		}
	}
}

// passOver looks at a start tag inside an element that is passed over.
func (h *htmlReader) passOver(tag atom.Atom, name string, a attributes, closed bool) {
	switch {
	case name == h.skipName && !closed && !rawText(tag):
		h.skipDepth++
	case tag == atom.Embed && a.src != "":
		h.frame(name, a)
	case tag == atom.Source:
		h.mediaSource(a)
	case h.skip == atom.Svg || h.skip == atom.Math:
		switch tag {
		case atom.P, atom.Div, atom.Ul, atom.Ol, atom.Table, atom.Blockquote, atom.H1, atom.H2, atom.H3, atom.H4, atom.Li, atom.Br, atom.Img:
			// HTML breaks out of a drawing that was not closed.
			h.skip, h.skipName = 0, ""
			h.start(tag, name, a, closed)
		}
	}
}

func (h *htmlReader) end(tag atom.Atom, name string) {
	if h.skipName != "" {
		if name == h.skipName {
			if h.skipDepth--; h.skipDepth == 0 {
				if h.marker != nil && numbered(*h.marker) {
					item := &h.top().node.Attrs
					item.Set(wordAttr, strings.TrimSuffix(item.Get(wordAttr), wordBullet)+wordNumber)
				}
				h.skip, h.skipName, h.marker = 0, "", nil
			}
		}
		return
	}
	switch tag {
	case atom.P:
		h.flush()
		h.closeParagraph()
	case atom.Br:
		h.lineBreak()
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		h.flush()
		h.popTo(isHeading, isScope)
	case atom.Ul, atom.Ol, atom.Menu, atom.Dir, atom.Li, atom.Dl, atom.Dt, atom.Dd, atom.Div, atom.Section, atom.Article, atom.Main, atom.Header,
		atom.Footer, atom.Nav, atom.Center, atom.Address, atom.Details, atom.Summary, atom.Fieldset, atom.Hgroup, atom.Aside, atom.Form,
		atom.Blockquote, atom.Figure, atom.Figcaption, atom.Pre, atom.Listing, atom.Xmp, atom.Search:
		h.flush()
		h.popTo(func(t atom.Atom) bool { return t == tag }, isScope)
	case atom.Table, atom.Caption, atom.Thead, atom.Tbody, atom.Tfoot, atom.Tr, atom.Td, atom.Th:
		h.flush()
		h.popTo(func(t atom.Atom) bool { return t == tag }, func(t atom.Atom) bool { return t == atom.Table && tag != atom.Table })
	case atom.Html, atom.Body:
		h.flush()
	default:
		h.endInline(tag, name)
	}
}

func (h *htmlReader) startBlock(tag atom.Atom, a attributes, lang string) {
	h.flush()
	h.closeParagraph()
	kind := ""
	switch tag {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		if isHeading(h.top().tag) {
			h.pop()
		}
	case atom.Dt, atom.Dd:
		h.popTo(func(t atom.Atom) bool { return t == atom.Dt || t == atom.Dd }, func(t atom.Atom) bool { return t == atom.Dl || isScope(t) })
	case atom.Aside:
		if hasClass(a.class, "fact-box") {
			kind = FactBox
		}
	case atom.Div:
		if hasClass(a.class, "wp-caption") {
			kind = figure
		}
	case atom.Form:
		h.lose("element form", a.src)
	}
	word := tag == atom.P && strings.Contains(a.style, "mso-list:")
	switch {
	case word:
		kind = ListItem
	case tag == atom.P && hasClass(a.class, "wp-caption-text"):
		kind = figcaption
	}
	f := h.push(tag, kind, lang)
	f.class = a.class
	on, off := styleMarks(a.style)
	switch {
	case word:
		f.node.Attrs.Set(wordAttr, wordLevel(a.style)+wordBullet)
		f.word = new(string)
	case isHeading(tag):
		f.text, f.level = Heading, min(max(int(tag.String()[1]-'0'), 2), 4)
		on = withoutMark(on, Strong)
	case tag == atom.Dt:
		on = append(on, Mark{Type: Strong})
	case tag == atom.Footer && h.inside(atom.Blockquote):
		on = append(on, Mark{Type: cite})
	}
	if len(on)+len(off) > 0 {
		h.pushInline(0, "", on, off, "")
	}
}

func (h *htmlReader) startList(tag atom.Atom, a attributes, lang string) {
	h.flush()
	if tag != atom.Li {
		h.closeParagraph()
		kind := BulletList
		if tag == atom.Ol {
			kind = OrderedList
		}
		f := h.push(tag, kind, lang)
		if n, err := strconv.Atoi(a.start); err == nil && tag == atom.Ol && n >= 0 && n <= maxStart {
			f.node.Attrs.Set("start", strconv.Itoa(n))
		}
		return
	}
	h.popTo(func(t atom.Atom) bool { return t == atom.Li }, func(t atom.Atom) bool { return isList(t) || isScope(t) })
	h.closeParagraph()
	list := h.top().node
	if n, err := strconv.Atoi(a.value); err == nil && n >= 0 && n <= maxStart && list.Type == OrderedList && len(list.Content) == 0 {
		list.Attrs.Set("start", strconv.Itoa(n))
	}
	h.push(tag, ListItem, lang)
}

func (h *htmlReader) startTable(tag atom.Atom, a attributes, lang string) {
	h.flush()
	within := func(t atom.Atom) bool { return t == atom.Table }
	switch tag {
	case atom.Table:
		h.closeParagraph()
		f := h.push(tag, Table, lang)
		f.node.Attrs.Set("role", a.role)
		return
	case atom.Caption, atom.Thead, atom.Tbody, atom.Tfoot:
		h.popUntil(within)
		kind := ""
		if tag == atom.Caption {
			kind = caption
		}
		h.push(tag, kind, lang)
	case atom.Tr:
		h.popUntil(func(t atom.Atom) bool { return within(t) || t == atom.Thead || t == atom.Tbody || t == atom.Tfoot })
		h.pushRow(lang)
	default:
		h.popUntil(func(t atom.Atom) bool { return within(t) || t == atom.Tr })
		if h.top().tag != atom.Tr {
			h.pushRow("")
		}
		kind := TableCell
		if tag == atom.Th {
			kind = TableHeader
		}
		f := h.push(tag, kind, lang)
		f.node.Attrs.Set("colspan", span(a.colspan))
		f.node.Attrs.Set("rowspan", span(a.rowspan))
	}
}

func (h *htmlReader) pushRow(lang string) {
	head := h.top().tag == atom.Thead
	f := h.push(atom.Tr, TableRow, lang)
	if head {
		f.node.Attrs.Set(classAttr, "head")
	}
}

func span(s string) string {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n <= 1 {
		return ""
	}
	return strconv.Itoa(min(n, 100))
}

func (h *htmlReader) startInline(tag atom.Atom, name string, a attributes, lang string) {
	marks, off := styleMarks(a.style)
	text := ""
	switch tag {
	case atom.A:
		if a.name != "" {
			h.anchor(a.name)
		}
		h.endInline(tag, name)
		if a.linked {
			marks = h.link(a, marks)
		}
	case atom.B, atom.Strong:
		marks = addMark(marks, off, Strong)
	case atom.I, atom.Em, atom.Dfn, atom.Var:
		marks = addMark(marks, off, Em)
	case atom.Cite:
		if h.inside(atom.Figcaption) {
			marks = addMark(marks, off, credit)
		} else {
			marks = addMark(marks, off, cite)
		}
	case atom.S, atom.Strike, atom.Del:
		marks = addMark(marks, off, Strike)
	case atom.Sub:
		marks = addMark(marks, off, Sub)
	case atom.Sup:
		marks = addMark(marks, off, Sup)
	case atom.Code, atom.Tt, atom.Kbd, atom.Samp:
		marks = addMark(marks, off, Code)
		if name, ok := strings.CutPrefix(a.class, "language-"); ok && h.top().pre && len(name) <= maxName && validName(name) {
			h.codeName = name
		}
	case atom.Q:
		text = h.openQuote(lang)
	case atom.Rt:
		text = "("
	case atom.Rp:
		h.pass(name)
		return
	case atom.Abbr, atom.Acronym:
		if a.title != "" {
			h.lose("attribute title of "+name, a.title)
		}
	case atom.Span, atom.Font, atom.Small, atom.Big, atom.U, atom.Ins, atom.Mark, atom.Bdi, atom.Bdo, atom.Time, atom.Data, atom.Label, atom.Legend,
		atom.Nobr, atom.Ruby, atom.Output:
	default:
		if !strings.Contains(name, ":") { // Word's own (o:p) say nothing
			h.lose("element "+printable(cut(name, 40)), string(h.tag))
		}
	}
	if a.class != "" {
		switch {
		case hasClass(a.class, "small-caps"):
			marks = append(marks, Mark{Type: SmallCaps})
		case hasClass(a.class, "alt") && h.inside(atom.Figure):
			marks = append(marks, Mark{Type: altText})
		case hasClass(a.class, "title") && h.top().class == "embed":
			marks = append(marks, Mark{Type: titleText})
		case strings.Contains(a.class, "credit") && h.inside(atom.Figcaption):
			marks = append(marks, Mark{Type: credit})
		}
	}
	if text != "" {
		h.text(text)
	}
	h.preStart = false
	h.pushInline(tag, name, marks, off, lang)
	if f := h.top(); f.word != nil && strings.Contains(a.style, "mso-list:") && strings.Contains(strings.ToLower(a.style), "ignore") {
		h.marker = f.word
		h.pass(name)
	}
}

func (h *htmlReader) endInline(tag atom.Atom, name string) {
	e, ok := h.popInline(tag, name)
	if !ok {
		return
	}
	switch tag {
	case atom.A:
		if e.added == h.added {
			for _, m := range e.marks {
				if m.Type == Link {
					h.lose("link without text", m.Attrs.Get("href"))
				}
			}
		}
	case atom.Q:
		h.text(h.closeQuote(e.lang))
	case atom.Rt:
		h.text(")")
	}
}

// openQuote returns the mark that begins a <q>.
func (h *htmlReader) openQuote(lang string) string {
	h.quoteDepth++
	return h.quote(lang, 0)
}

func (h *htmlReader) closeQuote(lang string) string {
	s := h.quote(lang, 1)
	h.quoteDepth--
	return s
}

// quote returns a quotation mark of the language around.
func (h *htmlReader) quote(lang string, side int) string {
	if lang == "" {
		lang = h.language()
	}
	if h.quoteDepth%2 == 0 {
		side += 2
	}
	return quotesOf(lang)[side]
}

func isHeading(t atom.Atom) bool {
	switch t {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

func isList(t atom.Atom) bool {
	return t == atom.Ul || t == atom.Ol || t == atom.Menu || t == atom.Dir
}

// isScope reports the elements an end tag does not reach through.
func isScope(t atom.Atom) bool {
	return t == atom.Td || t == atom.Th || t == atom.Caption || t == atom.Table
}

func void(t atom.Atom) bool {
	switch t {
	case atom.Br, atom.Hr, atom.Img, atom.Image, atom.Input, atom.Embed, atom.Col, atom.Meta, atom.Link, atom.Base, atom.Source, atom.Track,
		atom.Param, atom.Wbr, atom.Area:
		return true
	}
	return false
}

// rawText reports the elements whose content the tokenizer takes for text.
func rawText(t atom.Atom) bool {
	switch t {
	case atom.Script, atom.Style, atom.Noscript, atom.Noembed, atom.Noframes, atom.Iframe, atom.Textarea, atom.Title, atom.Xmp, atom.Plaintext:
		return true
	}
	return false
}

// What the attribute of an item of Word ends with.
const (
	wordBullet = "-"
	wordNumber = "#"
)

// wordLevel returns the level of an item of Word, "1" to "9".
func wordLevel(style string) string {
	_, list, _ := strings.Cut(style, "mso-list:")
	list, _, _ = strings.Cut(list, ";")
	if _, level, ok := strings.Cut(list, " level"); ok && level != "" && level[0] >= '1' && level[0] <= '9' {
		return level[:1]
	}
	return "1"
}

// numbered reports whether Word's marker of a list item is a number.
func numbered(marker string) bool {
	marker = strings.Trim(marker, " \u00a0\n\r\t")
	return len(marker) > 1 && isAlnum(marker[0]) && strings.ContainsAny(marker, ".)")
}

func hasClass(list, name string) bool {
	for list != "" {
		var field string
		field, list, _ = strings.Cut(list, " ")
		if field == name {
			return true
		}
	}
	return false
}
