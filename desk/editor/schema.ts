// The document as ProseMirror knows it: nodes, attributes and marks are those of
// schema.json, which package prose writes from its own table; here stands only
// how they look and how they are read from what was copied.

import { Attrs, DOMOutputSpec, Fragment, Mark, MarkSpec, Node, NodeSpec, ParseRule, Schema, Slice, TagParseRule } from "prosemirror-model"
import { Attribute, direction, docContent, markRows, newID, nodeRows, normal } from "./attributes"
import type { NodeJSON } from "./content"

interface Look extends NodeSpec {
  parse?: TagParseRule[]
}

// dressed are the attributes that every block shows.
function dressed(n: Node, more: Record<string, unknown> = {}): Record<string, unknown> {
  const a = n.attrs
  return { "data-id": a.id, lang: a.lang, dir: a.lang ? direction(String(a.lang)) : null, ...more }
}

// kept writes attributes that HTML has no place for as data-….
function kept(n: Node, ...names: string[]): Record<string, unknown> {
  return dressed(n, Object.fromEntries(names.map(k => ["data-" + k, n.attrs[k]])))
}

const card = (n: Node, kind: string, names: string[], lines: unknown[]): DOMOutputSpec => [
  "figure",
  { class: kind, ...kept(n, ...names) },
  ...lines.filter(Boolean).map((line, i): DOMOutputSpec => ["span", { class: i === 0 ? "first" : "more" }, String(line)]),
]

const cell = (tag: "td" | "th"): Look => ({
  tableRole: tag === "td" ? "cell" : "header_cell",
  isolating: true,
  toDOM: n => [tag, { colspan: n.attrs.colspan > 1 ? n.attrs.colspan : null, rowspan: n.attrs.rowspan > 1 ? n.attrs.rowspan : null }, 0],
  parse: [{ tag }],
})

const looks: Record<string, Look> = {
  paragraph: { toDOM: n => ["p", dressed(n), 0], parse: [{ tag: "p" }] },
  heading: {
    defining: true,
    toDOM: n => ["h" + n.attrs.level, dressed(n), 0],
    parse: [1, 2, 3, 4, 5, 6].map(i => ({ tag: "h" + i, attrs: { level: Math.min(4, Math.max(2, i)) } })),
  },
  bullet_list: { toDOM: n => ["ul", dressed(n), 0], parse: [{ tag: "ul" }] },
  ordered_list: { toDOM: n => ["ol", dressed(n, { start: n.attrs.start === 1 ? null : n.attrs.start }), 0], parse: [{ tag: "ol" }] },
  list_item: { defining: true, toDOM: n => ["li", dressed(n), 0], parse: [{ tag: "li" }] },
  quote: { defining: true, toDOM: n => ["blockquote", kept(n, "attribution"), 0], parse: [{ tag: "blockquote" }] },
  picture: {
    draggable: true,
    toDOM: n => card(n, "picture", ["ref", "url", "alt", "caption", "credit", "wide"], [n.attrs.alt || n.attrs.url || n.attrs.ref, n.attrs.caption, n.attrs.credit]),
    parse: [{ tag: "figure.picture" }, { tag: "img[src]" }],
  },
  gallery: { toDOM: n => ["figure", { class: "gallery", ...kept(n, "caption") }, 0], parse: [{ tag: "figure.gallery" }] },
  embed: {
    draggable: true,
    toDOM: n => card(n, "embed", ["url", "title", "provider"], [n.attrs.title || n.attrs.provider || n.attrs.url, n.attrs.url]),
    parse: [{ tag: "figure.embed" }],
  },
  table: { tableRole: "table", isolating: true, toDOM: n => ["table", kept(n, "caption"), ["tbody", 0]], parse: [{ tag: "table" }] },
  table_row: { tableRole: "row", toDOM: () => ["tr", 0], parse: [{ tag: "tr" }] },
  table_cell: cell("td"),
  table_header: cell("th"),
  fact_box: { defining: true, toDOM: n => ["aside", kept(n, "title"), 0], parse: [{ tag: "aside" }] },
  divider: { toDOM: n => ["hr", dressed(n)], parse: [{ tag: "hr" }] },
  code_block: {
    code: true,
    defining: true,
    marks: "",
    toDOM: n => ["pre", { spellcheck: "false", ...kept(n, "language") }, ["code", 0]],
    parse: [{ tag: "pre", preserveWhitespace: "full" }],
  },
  text: {},
  hard_break: { inline: true, selectable: false, linebreakReplacement: true, leafText: () => "\n", toDOM: () => ["br"], parse: [{ tag: "br" }] },
}

const inline = (tag: string, parse: ParseRule[]): MarkSpec => ({ toDOM: () => [tag, 0], parseDOM: parse })

const markLooks: Record<string, MarkSpec> = {
  link: {
    inclusive: false,
    toDOM: m => ["a", { href: m.attrs.href, title: m.attrs.title, hreflang: m.attrs.hreflang }, 0],
    parseDOM: [{ tag: "a[href]" }],
  },
  lang: { toDOM: m => ["span", { lang: m.attrs.lang, dir: direction(String(m.attrs.lang)) }, 0], parseDOM: [{ tag: "span[lang]" }] },
  strong: inline("strong", [{ tag: "strong" }, { tag: "b" }]),
  em: inline("em", [{ tag: "em" }, { tag: "i" }]),
  strike: inline("s", [{ tag: "s" }, { tag: "del" }, { tag: "strike" }]),
  small_caps: { toDOM: () => ["span", { class: "small-caps" }, 0], parseDOM: [{ tag: "span.small-caps" }] },
  sub: inline("sub", [{ tag: "sub" }]),
  sup: inline("sup", [{ tag: "sup" }]),
  code: inline("code", [{ tag: "code" }]),
}

// valid returns attributes as the server would have them, or false where one
// that is needed is not allowed.
function valid(rows: Attribute[] | undefined, given: (name: string) => unknown): Attrs | false {
  const out: Record<string, unknown> = {}
  for (const a of rows ?? []) {
    const v = normal(a, given(a.name))
    if ((v == null && a.required) || (v === undefined && a.kind === "url")) return false
    out[a.name] = v ?? (a.kind === "int" ? (a.default ?? 0) : null)
  }
  return out
}

function fromDOM(rows: Attribute[] | undefined, fixed?: Attrs | null): (dom: HTMLElement) => Attrs | false {
  const names: Record<string, string[]> = { url: ["data-url", "src"] }
  return dom =>
    valid(rows, name => fixed?.[name] ?? (names[name] ?? ["data-" + name, name]).map(k => dom.getAttribute(k)).find(v => v) ?? null)
}

const spec = (rows?: Attribute[]) =>
  Object.fromEntries((rows ?? []).map(a => [a.name, a.required && a.kind !== "int" ? {} : { default: a.kind === "int" ? (a.default ?? 0) : null }]))

const nodes: Record<string, NodeSpec> = { doc: { content: `(${docContent})+` } }
for (const row of nodeRows) {
  const { parse, ...look } = looks[row.name]!
  nodes[row.name] = {
    ...look,
    ...(row.content ? { content: row.content } : {}),
    ...(row.group ? { group: row.group } : {}),
    attrs: spec(row.attrs),
    parseDOM: (parse ?? []).map(rule => ({ ...rule, getAttrs: fromDOM(row.attrs, rule.attrs) })),
  }
  if (row.group?.includes("inline") && row.name !== "text") nodes[row.name]!.inline = true
}
const marks: Record<string, MarkSpec> = {}
for (const row of markRows) {
  const look = markLooks[row.name]!
  marks[row.name] = {
    ...look,
    attrs: spec(row.attrs),
    parseDOM: (look.parseDOM ?? []).map(rule => ({ ...rule, getAttrs: (dom: HTMLElement) => fromDOM(row.attrs)(dom) })) as ParseRule[],
  }
}

export const schema = new Schema({ nodes, marks })

export const attributesOf = new Map(nodeRows.map(row => [row.name, row.attrs ?? []]))
const markAttributes = new Map(markRows.map(row => [row.name, row.attrs ?? []]))

export const hasID = (n: Node) => "id" in n.attrs

// read makes a document of the server's JSON; every block gets an id.
export function read(body: NodeJSON | null): Node {
  const doc = body?.content?.length ? Node.fromJSON(schema, { type: "doc", content: body.content }) : schema.topNodeType.createAndFill()!
  doc.check()
  return withIDs(doc)
}

function withIDs(n: Node): Node {
  if (n.isText) return n
  const content: Node[] = []
  n.forEach(child => content.push(withIDs(child)))
  const attrs = hasID(n) && !n.attrs.id ? { ...n.attrs, id: newID() } : n.attrs
  return n.type.create(attrs, content, n.marks)
}

const written = new WeakMap<Node, NodeJSON>()

// write makes the server's JSON of a node: without attributes that are not
// there, as package prose writes it. A node never changes, so that what it makes
// is made once, and must not be changed either.
export function write(n: Node): NodeJSON {
  let out = written.get(n)
  if (!out) written.set(n, (out = writeAnew(n)))
  return out
}

function writeAnew(n: Node): NodeJSON {
  const out: NodeJSON = { type: n.type.name }
  const attrs = present(n.attrs, attributesOf.get(n.type.name))
  if (attrs) out.attrs = attrs
  if (n.isText) out.text = n.text!
  if (n.marks.length && !n.type.spec.linebreakReplacement)
    out.marks = n.marks.map((m: Mark) => {
      const attrs = present(m.attrs, markAttributes.get(m.type.name))
      return attrs ? { type: m.type.name, attrs } : { type: m.type.name }
    })
  if (n.childCount) {
    out.content = []
    n.forEach(child => out.content!.push(write(child)))
  }
  return out
}

function present(attrs: Attrs, rows: Attribute[] = []): Record<string, unknown> | undefined {
  const kept = rows.filter(a => attrs[a.name] != null && (a.required || attrs[a.name] !== a.default)).map(a => [a.name, attrs[a.name]])
  return kept.length ? Object.fromEntries(kept) : undefined
}

// harmless makes content from elsewhere obey the rules of attributes: what they
// forbid goes, and what cannot be without it becomes nothing.
export function harmless(slice: Slice): Slice {
  return new Slice(clean(slice.content), slice.openStart, slice.openEnd)
}

function clean(f: Fragment): Fragment {
  const out: Node[] = []
  f.forEach(n => {
    const marks = n.marks.flatMap(m => {
      const attrs = valid(markAttributes.get(m.type.name), name => m.attrs[name])
      return attrs ? [m.type.create(attrs)] : []
    })
    if (n.isText) return void out.push(n.mark(marks))
    const attrs = valid(attributesOf.get(n.type.name), name => n.attrs[name])
    if (attrs) out.push(n.type.create(attrs, clean(n.content), marks))
  })
  return Fragment.from(out)
}
