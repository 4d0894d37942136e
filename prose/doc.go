// Package prose is the structured document of an article: what it may hold,
// and how it becomes and comes from JSON, HTML, Markdown and plain text.
//
// A document is that of ProseMirror, as JSON:
//
//	{"type":"doc","content":[
//	 {"type":"heading","attrs":{"id":"h1","level":2},"content":[{"type":"text","text":"What is new"}]},
//	 {"type":"paragraph","content":[
//	  {"type":"text","text":"The "},
//	  {"type":"text","marks":[{"type":"strong"}],"text":"council"},
//	  {"type":"text","text":" met."}]}]}
//
// One schema says what a document is, and Parse holds everything to it. No
// HTML is ever stored: markup is made from the document, by HTML and nothing
// else, so there is nothing to sanitise.
//
// # Nodes
//
// The groups: "flow" is what stands anywhere, "wide" is what needs the width
// of the page. "id lang" stand before the attributes of every node marked *.
//
//	node            group  holds                 attributes (! required)
//	doc                    (flow|wide|fact_box)*
//	paragraph *     flow   (text|hard_break)*
//	heading *       flow   (text|hard_break)*    level! 2–4
//	bullet_list *   flow   list_item+
//	ordered_list *  flow   list_item+            start 0–999999999 (1)
//	list_item *            paragraph flow*
//	quote *         flow   flow+                 attribution (500)
//	picture *       flow   –                     ref or url!, alt (2000), caption (2000), credit (500),
//	                                             wide (0–1): as wide as there is room
//	gallery *       wide   picture+              caption (2000)
//	embed *         flow   –                     url!, title (500), provider (100)
//	table *         wide   table_row+            caption (2000)
//	table_row              (table_cell|table_header)+
//	table_cell             flow+                 colspan 1–100 (1), rowspan 1–100 (1)
//	table_header           flow+                 colspan 1–100 (1), rowspan 1–100 (1)
//	fact_box *             (flow|wide)+          title (500)
//	divider *       flow   –
//	code_block *    flow   text* without marks   language
//	text                   –                     (has "text", not empty, and "marks")
//	hard_break             –
//
// Numbers in parentheses are the longest text in characters, or the default.
// An attribute that is null or empty counts as absent. Texts in attributes are
// of one line. The remaining kinds of attributes are
//
//	id          1–64 of A–Z a–z 0–9 - _, unique in the document
//	lang        a language tag (BCP 47): ru, az-Latn, pt-BR
//	url         http or https, or relative to the site; at most 4096 bytes
//	ref         the id of a picture of the newsroom: 1–200 visible ASCII characters
//	language    the name of a programming language: 1–40 of A–Z a–z 0–9 + # . - _
//
// Table cells may carry "colwidth":null, as editors write it; it is not kept.
//
// # Marks
//
// In canonical order, the outermost first; an editor's schema lists them in
// the same order.
//
//	link        href!, title (500), hreflang
//	lang        lang!
//	strong em strike small_caps sub sup code
//
// A link leads to an http, https, mailto or tel address, or to one relative to
// the page or site; it holds no white space, control characters, backslashes
// or user name, and names its scheme if it names a host. A text has every mark
// at most once. A hard_break looks like its neighbours: marks on it are not
// kept. The direction of a text follows from its language (Direction).
//
// # Limits and repairs
//
// A document has at most MaxBytes as JSON, and its nodes are nested at most
// MaxDepth deep. Unknown fields, nodes, marks and attributes, doubled keys,
// U+0000, lone surrogates and invalid UTF-8 are refused. Removed without a
// word are, in texts and attributes of text: control characters other than
// newline and tab (a carriage return becomes a newline), U+202A–202E and
// U+2066–2069, which turn the direction of text behind the reader's back, and
// U+FFFE and U+FFFF. ZWJ, ZWNJ, LRM and RLM stay, and text is not normalised.
// A text that is empty afterwards is dropped. JSON writes the canonical form;
// it is never longer than what Parse was given.
//
// # HTML out
//
//	paragraph, heading     <p>, <h2>–<h4>
//	lists                  <ul>, <ol start>, <li>; a lone paragraph stands in <li> without <p>
//	quote                  <blockquote>; with attribution <figure class="quote"><blockquote>…<figcaption>
//	picture                <figure class="picture"><p><a href>alternative text</a></p><figcaption>… <small class="credit">
//	                       or, of the newsroom's own, <figure class="image"><div class="frame"><picture><source><img>…;
//	                       class "wide" where it is asked for, "tall" where it is taller than wide
//	gallery                <figure class="gallery"> of pictures, <figcaption>; the frame of one of the
//	                       newsroom's own is <a href> to the whole picture
//	embed                  <p class="embed"><a href data-embed="provider">; where a player is asked for, the link
//	                       has data-player, its address, data-shape and data-referrer, and <small class="note"> follows
//	table                  <table>, <caption>, <thead>, <tbody>, <th scope>; with a caption or label
//	                       in <div class="table" role="region" tabindex="0" aria-label>
//	fact_box               <aside class="fact-box"><p class="fact-box-title">
//	divider, code_block    <hr>, <pre><code class="language-…">
//	strike, small_caps     <s>, <span class="small-caps">
//	lang                   <span lang dir>; lang and dir on blocks
//
// Pictures and embeds of other hosts are words and a link: there is no img but
// of the newsroom's own pictures, no iframe, script, style sheet or style
// attribute. Links have no target and no rel. Blocks have an id attribute only if a link of the document leads to
// them; headings also if asked.
//
// # HTML in
//
// FromHTML reads what is there as a browser would: unclosed and misnested
// elements, text between table rows, Word and Google Docs. It maps
//
//	h1 h2, h3, h4 h5 h6    headings of level 2, 3, 4
//	b i cite dfn var       strong, em; also font-weight, font-style, vertical-align,
//	s del tt kbd samp …    text-decoration and font-variant of style attributes
//	q                      quotation marks of the language around (“ ” where none is known)
//	dt, dd                 a paragraph in strong, a paragraph
//	br br                  a new paragraph
//	blockquote             quote; <cite> or <footer> at its end, or the <figcaption> around, is the attribution
//	img                    picture; behind the paragraph if it stood inside one
//	figure                 picture with caption and credit, or gallery; also class wp-caption
//	iframe embed           embed of a known service, under the address of its page
//	video audio            embed
//	table                  table; a layout table (one column, nested, role=presentation) is taken apart
//	                       as is one inside a list, quote or cell: short rows join with " | "
//	pre                    code_block, without links
//	id, name               id of a block that a link in the text leads to
//	lang, xml:lang         lang of blocks or of words, where it differs from what is around
//
// White space folds; a line's end between Chinese or Japanese characters is no
// space. What the schema cannot say is dropped and named in the list of
// losses: script, style, form fields, comments, event handlers, links that
// lead nowhere safe, unknown elements (their text stays). Colours, fonts,
// sizes and classes are dropped without a word. A document that came from
// FromHTML, written by HTML and read again, is the same document.
package prose
