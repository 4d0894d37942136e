package prose

import (
	"net/url"
	"strconv"
	"strings"
)

// HTMLOptions is what the renderer is told about the page.
type HTMLOptions struct {
	// Base is the whole address of the page that the document stands on. With
	// it every address comes out absolute, as feeds and mail need it; pages
	// leave it empty.
	Base string

	// HeadingIDs gives headings an id attribute. Blocks that a link of the
	// same document points at (#id) have one anyhow.
	HeadingIDs bool

	// Outline closes the gaps in the levels of headings: the first is of level 2,
	// and none is more than one below the one before it, as under the page's own.
	Outline bool

	// IDPrefix is put before every id attribute, and into the links to them.
	IDPrefix string

	Labels Labels

	// Player gives the words of an embed that has a player on that host: what a
	// link without a title says, and what readers are told before anything is
	// loaded. Without it no embed names its player.
	Player func(host string) (link, note string)

	// Picture looks up a picture of the newsroom's own; nil for one that is not
	// there. Without it, or without the picture, its words stand for it.
	Picture func(ref string, place Place) *Image
}

// Labels are words in the reader's language. English stands in for an empty
// one, except Table: without it a table that has no caption is no region of
// its own.
type Labels struct {
	Picture string // the link to a foreign picture without alternative text
	Embed   string // "Embedded content", followed by a colon and the host
	Table   string // the name of a table without caption
}

// HTML returns the document as HTML. It is the only way from a document to
// markup: everything is escaped, elements, attributes and schemes come from
// the closed list in the package comment, and nothing is ever loaded from
// another host.
func (d *Doc) HTML(o HTMLOptions) string { return string(d.AppendHTML(nil, o)) }

// AppendHTML appends what HTML returns.
func (d *Doc) AppendHTML(dst []byte, o HTMLOptions) []byte {
	if o.Labels.Picture == "" {
		o.Labels.Picture = "Picture"
	}
	if o.Labels.Embed == "" {
		o.Labels.Embed = "Embedded content"
	}
	r := renderer{b: dst, o: o, targets: d.targets()}
	if o.Base != "" {
		r.base, _ = url.Parse(o.Base) // nil for what is no address: then nothing is resolved
	}
	r.blocks(d.Content)
	return r.b
}

// targets returns the ids that links of the document point at.
func (d *Doc) targets() map[string]bool {
	var ids map[string]bool
	d.Walk(func(n *Node) bool {
		for _, m := range n.Marks {
			if m.Type != Link {
				continue
			}
			if id, ok := strings.CutPrefix(m.Attrs.Get("href"), "#"); ok {
				if ids == nil {
					ids = make(map[string]bool)
				}
				ids[id] = true
			}
		}
		return true
	})
	return ids
}

type renderer struct {
	level   int      // of the last heading
	base    *url.URL // of HTMLOptions.Base; nil for none
	b       []byte
	o       HTMLOptions
	targets map[string]bool
}

func (r *renderer) raw(s string) { r.b = append(r.b, s...) }

func (r *renderer) text(s string) { r.b = appendHTMLEscaped(r.b, s) }

// attr writes ` name="value"`.
func (r *renderer) attr(name, value string) {
	r.b = append(append(append(r.b, ' '), name...), `="`...)
	r.text(value)
	r.b = append(r.b, '"')
}

func (r *renderer) lang(lang string) {
	if lang != "" {
		r.attr("lang", lang)
		r.attr("dir", Direction(lang))
	}
}

// open writes the start tag of a block with its id and language.
func (r *renderer) open(tag, class string, n *Node) {
	r.b = append(append(r.b, '<'), tag...)
	if class != "" {
		r.attr("class", class)
	}
	if id := n.Attrs.Get("id"); id != "" && (r.targets[id] || r.o.HeadingIDs && n.Type == Heading) {
		r.attr("id", r.o.IDPrefix+id)
	}
	r.lang(n.Attrs.Get("lang"))
}

func (r *renderer) close(tag string) {
	r.b = append(append(append(r.b, "</"...), tag...), '>')
}

func (r *renderer) blocks(nodes []*Node) {
	for i, n := range nodes {
		if i > 0 {
			r.raw("\n")
		}
		r.block(n)
	}
}

func (r *renderer) block(n *Node) {
	switch n.Type {
	case Paragraph:
		r.textBlock("p", n)
	case Heading:
		level := min(max(n.Attrs.Int("level"), 2), 4)
		if r.o.Outline {
			level = min(level, max(r.level, 1)+1)
		}
		r.level = level
		r.textBlock("h"+strconv.Itoa(r.level), n)
	case BulletList, OrderedList:
		r.list(n)
	case Quote:
		r.quote(n)
	case Picture:
		place := InText
		if n.Attrs.Int("wide") > 0 {
			place = Wide
		}
		r.picture(n, place)
	case Gallery:
		r.open("figure", "gallery", n)
		r.raw(">\n")
		for i, p := range n.Content {
			if i > 0 {
				r.raw("\n")
			}
			r.picture(p, InGallery)
		}
		r.caption(n.Attrs.Get("caption"), "")
		r.raw("\n</figure>")
	case Embed:
		r.embed(n)
	case Table:
		r.table(n)
	case FactBox:
		r.open("aside", "fact-box", n)
		r.raw(">\n")
		if title := n.Attrs.Get("title"); title != "" {
			r.raw(`<p class="fact-box-title">`)
			r.text(title)
			r.raw("</p>\n")
		}
		r.blocks(n.Content)
		r.raw("\n</aside>")
	case Divider:
		r.open("hr", "", n)
		r.raw(">")
	case CodeBlock:
		r.open("pre", "", n)
		r.raw("><code")
		if name := n.Attrs.Get("language"); name != "" {
			r.attr("class", "language-"+name)
		}
		r.raw(">")
		for _, t := range n.Content {
			r.text(t.Text)
		}
		r.raw("</code></pre>")
	}
}

func (r *renderer) textBlock(tag string, n *Node) {
	r.open(tag, "", n)
	r.raw(">")
	r.inline(n.Content)
	r.close(tag)
}

func (r *renderer) list(n *Node) {
	tag := "ul"
	if n.Type == OrderedList {
		tag = "ol"
	}
	r.open(tag, "", n)
	if start := n.Attrs.Int("start"); tag == "ol" && start != 1 {
		r.attr("start", strconv.Itoa(start))
	}
	r.raw(">\n")
	for _, it := range n.Content {
		r.open("li", "", it)
		r.raw(">")
		r.tight(it.Content)
		r.raw("</li>\n")
	}
	r.close(tag)
}

// tight writes the blocks of a list item or cell. A first paragraph stands
// without its tags when only lists follow it.
func (r *renderer) tight(nodes []*Node) {
	if len(nodes) == 0 {
		return
	}
	lists := 1
	for lists < len(nodes) && (nodes[lists].Type == BulletList || nodes[lists].Type == OrderedList) {
		lists++
	}
	first := nodes[0]
	bare := first.Type == Paragraph && first.Attrs.Get("lang") == "" && !r.targets[first.Attrs.Get("id")]
	switch {
	case bare && lists == len(nodes):
		r.inline(first.Content)
		nodes = nodes[1:]
	case bare && len(first.Content) == 0:
		nodes = nodes[1:]
	}
	if len(nodes) > 0 {
		r.raw("\n")
		r.blocks(nodes)
		r.raw("\n")
	}
}

func (r *renderer) quote(n *Node) {
	by := n.Attrs.Get("attribution")
	if by == "" {
		r.open("blockquote", "", n)
	} else {
		r.open("figure", "quote", n)
		r.raw("><blockquote")
	}
	r.raw(">\n")
	r.blocks(n.Content)
	r.raw("\n</blockquote>")
	if by != "" {
		r.caption(by, "")
		r.raw("</figure>")
	}
}

func (r *renderer) caption(text, credit string) {
	if text == "" && credit == "" {
		return
	}
	r.raw("<figcaption>")
	r.text(text)
	if credit != "" {
		if text != "" {
			r.raw(" ")
		}
		r.raw(`<small class="credit">`)
		r.text(credit)
		r.raw("</small>")
	}
	r.raw("</figcaption>")
}

// picture writes a picture. One whose file the newsroom does not hold is words
// and a link, never the picture itself.
func (r *renderer) picture(n *Node, place Place) {
	if ref := n.Attrs.Get("ref"); ref != "" && r.o.Picture != nil {
		if m := r.o.Picture(ref, place); m != nil {
			r.image(n, place, m)
			return
		}
	}
	r.open("figure", "picture", n)
	r.raw(">")
	alt, address := n.Attrs.Get("alt"), n.Attrs.Get("url")
	switch {
	case address != "":
		r.raw("<p><a")
		r.address("href", address)
		r.raw(">")
		if alt == "" {
			r.text(r.o.Labels.Picture)
		} else {
			r.raw("<span class=\"alt\">")
			r.text(alt)
			r.raw("</span>")
		}
		r.raw("</a></p>")
	case alt != "":
		r.raw("<p>")
		r.text(alt)
		r.raw("</p>")
	}
	r.caption(n.Attrs.Get("caption"), n.Attrs.Get("credit"))
	r.raw("</figure>")
}

func (r *renderer) embed(n *Node) {
	address, title, provider := n.Attrs.Get("url"), n.Attrs.Get("title"), n.Attrs.Get("provider")
	r.open("p", "embed", n)
	r.raw("><a")
	r.address("href", address)
	r.attr("data-embed", provider)
	player, plays := Player{}, false
	link, note := "", ""
	if r.o.Player != nil {
		player, plays = PlayerOf(address)
	}
	if plays {
		link, note = r.o.Player(player.Host)
		r.attr("data-player", player.URL)
		r.attr("data-shape", string(player.Shape))
		if player.Referrer {
			r.attr("data-referrer", "strict-origin")
		}
	}
	r.raw(">")
	switch {
	case title != "":
		r.raw(`<span class="title">`)
		r.text(title)
		r.raw("</span>")
	case plays:
		r.text(link)
	default:
		r.text(r.o.Labels.Embed)
		if host := hostOf(address); host != "" {
			r.raw(": ")
			r.text(host)
		}
	}
	r.raw("</a>")
	if plays {
		r.raw(` <small class="note">`)
		r.text(note)
		r.raw("</small>")
	}
	r.raw("</p>")
}

func (r *renderer) table(n *Node) {
	caption := n.Attrs.Get("caption")
	label := caption
	if label == "" {
		label = r.o.Labels.Table
	}
	if label != "" {
		r.raw(`<div class="table" role="region" tabindex="0"`)
		r.attr("aria-label", label)
		r.raw(">")
	}
	r.open("table", "", n)
	r.raw(">\n")
	if caption != "" {
		r.raw("<caption>")
		r.text(caption)
		r.raw("</caption>\n")
	}
	heads := 0
	for heads < len(n.Content)-1 && allHeaders(n.Content[heads]) {
		heads++
	}
	r.rows("thead", n.Content[:heads])
	r.rows("tbody", n.Content[heads:])
	r.raw("</table>")
	if label != "" {
		r.raw("</div>")
	}
}

func allHeaders(row *Node) bool {
	for _, c := range row.Content {
		if c.Type != TableHeader {
			return false
		}
	}
	return true
}

func (r *renderer) rows(section string, rows []*Node) {
	if len(rows) == 0 {
		return
	}
	r.raw("<" + section + ">\n")
	for _, row := range rows {
		r.raw("<tr>")
		for _, c := range row.Content {
			tag := "td"
			if c.Type == TableHeader {
				tag = "th"
			}
			r.raw("<" + tag)
			for _, span := range []string{"colspan", "rowspan"} {
				if size := c.Attrs.Int(span); size > 1 {
					r.attr(span, strconv.Itoa(size))
				}
			}
			if tag == "th" && section == "thead" {
				r.attr("scope", "col")
			} else if tag == "th" {
				r.attr("scope", "row")
			}
			r.raw(">")
			r.tight(c.Content)
			r.close(tag)
		}
		r.raw("</tr>\n")
	}
	r.close(section)
	r.raw("\n")
}

// inline writes texts and breaks, keeping a mark's element open as long as
// neighbours share it. A break looks like its neighbours.
func (r *renderer) inline(nodes []*Node) {
	var open []Mark
	for i, n := range nodes {
		marks := n.Marks
		if n.Type == HardBreak {
			marks = nil
			if next := nextText(nodes[i:]); next != nil {
				marks = next.Marks
			}
		}
		keep := 0
		for keep < len(open) && keep < len(marks) && sameMark(open[keep], marks[keep]) {
			keep++
		}
		for len(open) > keep {
			r.close(markTag(open[len(open)-1].Type))
			open = open[:len(open)-1]
		}
		if n.Type == HardBreak {
			r.raw("<br>")
			continue
		}
		for _, m := range marks[keep:] {
			r.openMark(m)
			open = append(open, m)
		}
		r.text(n.Text)
	}
	for i := len(open) - 1; i >= 0; i-- {
		r.close(markTag(open[i].Type))
	}
}

func nextText(nodes []*Node) *Node {
	for _, n := range nodes {
		if n.Type == Text {
			return n
		}
	}
	return nil
}

func markTag(name string) string {
	switch name {
	case Link:
		return "a"
	case Lang, SmallCaps:
		return "span"
	case Strike:
		return "s"
	}
	return name
}

func (r *renderer) openMark(m Mark) {
	r.raw("<" + markTag(m.Type))
	switch m.Type {
	case Link:
		r.address("href", m.Attrs.Get("href"))
		if title := m.Attrs.Get("title"); title != "" {
			r.attr("title", title)
		}
		if lang := m.Attrs.Get("hreflang"); lang != "" {
			r.attr("hreflang", lang)
		}
	case Lang:
		r.lang(m.Attrs.Get("lang"))
	case SmallCaps:
		r.attr("class", "small-caps")
	}
	r.raw(">")
}

// address writes an address, checked once more: a document built by hand gets
// no further than one that was parsed.
func (r *renderer) address(name, address string) {
	checked, problem := checkHref(address)
	if problem != "" {
		return
	}
	if strings.HasPrefix(checked, "#") {
		checked = "#" + r.o.IDPrefix + checked[1:]
	}
	if scheme, _ := splitScheme(checked); scheme == "" && r.base != nil {
		if u, err := r.base.Parse(checked); err == nil {
			checked = u.String()
		}
	}
	r.attr(name, checked)
}

// hostOf returns the host of an absolute address without www.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(u.Hostname(), "www.")
}

func appendHTMLEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); i++ {
		var entity string
		switch s[i] {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '"':
			entity = "&#34;"
		case '\'':
			entity = "&#39;"
		default:
			continue
		}
		b = append(append(b, s[start:i]...), entity...)
		start = i + 1
	}
	return append(b, s[start:]...)
}
