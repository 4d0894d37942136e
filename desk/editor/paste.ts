// What is pasted goes to the server, which knows Word, Google Docs and web pages
// and tells what it had to drop; the place is kept while one writes on. What was
// copied here comes back as it was. Without the server the browser reads it.

import { DOMParser, Node, Slice } from "prosemirror-model"
import { Plugin, PluginKey, Transaction } from "prosemirror-state"
import { Decoration, DecorationSet, EditorView } from "prosemirror-view"
import { maxBytes } from "./attributes"
import type { NodeJSON } from "./content"
import { h } from "./dom"
import { linkOver } from "./insert"
import { harmless, hasID, schema } from "./schema"
import { say } from "./words"

export interface Pasted {
  doc: NodeJSON
  losses: { what: string; n: number }[]
}

export interface PasteHost {
  convert(html: string, lang: string): Promise<Pasted | "away" | "large">
  tell(message: string): void
  lang(view: EditorView): string
}

type Change = { add: { id: object; pos: number } } | { remove: object }
const places = new PluginKey<DecorationSet>("pasting")

export function paste(host: PasteHost): Plugin {
  return new Plugin<DecorationSet>({
    key: places,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set) {
        set = set.map(tr.mapping, tr.doc)
        const change = tr.getMeta(places) as Change | undefined
        if (change && "add" in change)
          return set.add(tr.doc, [Decoration.widget(change.add.pos, () => h("span", { class: "pasting", "aria-hidden": "true" }), { id: change.add.id, side: -1 })])
        if (change) return set.remove(set.find(undefined, undefined, spec => spec.id === change.remove))
        return set
      },
    },
    props: {
      decorations: state => places.getState(state),
      transformPasted: (slice, view) => fresh(harmless(slice), view.state.doc),
      handleDOMEvents: {
        // before ProseMirror makes elements of what was copied who knows where
        paste(view, event) {
          const html = event.clipboardData?.getData("text/html") ?? ""
          const plain = event.clipboardData?.getData("text/plain") ?? ""
          if (!view.editable || view.composing || !taken(view, host, html, plain)) return false
          event.preventDefault()
          return true
        },
      },
    },
  })
}

// taken pastes what is not left to ProseMirror: our own text, and plain text.
function taken(view: EditorView, host: PasteHost, html: string, plain: string): boolean {
  const over = linkOver(view.state, plain)
  if (Math.max(html.length, plain.length) > 4 * maxBytes || plain.length > maxBytes) host.tell(say("paste_large"))
  else if (over) view.dispatch(over)
  else if (!html || ours(html) || view.state.selection.$from.parent.type.spec.code) return false
  else void insert(view, host, html, plain)
  return true
}

const ours = (html: string) => html.includes("data-pm-slice") && html.includes("data-id")

async function insert(view: EditorView, host: PasteHost, html: string, plain: string): Promise<void> {
  const id = {}
  const tr = view.state.tr
  if (!tr.selection.empty) tr.deleteSelection()
  view.dispatch(tr.setMeta(places, { add: { id, pos: tr.selection.from } } satisfies Change))
  const answer = await host.convert(html, host.lang(view))
  if (view.isDestroyed) return
  const place = places.getState(view.state)!.find(undefined, undefined, spec => spec.id === id)[0]
  const done = view.state.tr.setMeta(places, { remove: id } satisfies Change)
  if (answer === "large") {
    host.tell(say("paste_large"))
    return view.dispatch(done)
  }
  const slice = answer === "away" ? byBrowser(html) : whole(Node.fromJSON(schema, { type: "doc", content: answer.doc.content ?? [] }))
  const at = place?.from ?? view.state.selection.from // the place itself was deleted
  const caret = view.state.selection
  const here = caret.empty && caret.from === at
  put(done, fresh(harmless(slice.size || !plain ? slice : new Slice(schema.topNodeType.create(null, schema.nodes.paragraph!.create(null, schema.text(plain))).content, 1, 1)), done.doc), at, here)
  view.dispatch(done.setMeta("paste", true).setMeta("uiEvent", "paste").scrollIntoView())
  const lost = answer === "away" ? [] : answer.losses
  host.tell(answer === "away" ? say("paste_away") : lost.length ? say("paste_losses", { what: lost.map(l => (l.n > 1 ? `${l.what} × ${l.n}` : l.what)).join(", ") }) : say("paste_done"))
}

function put(tr: Transaction, slice: Slice, at: number, follow: boolean): void {
  const old = tr.selection
  tr.replaceRange(at, at, slice)
  if (!follow) tr.setSelection(old.map(tr.doc, tr.mapping))
}

// byBrowser reads HTML by the rules of the schema.
function byBrowser(html: string): Slice {
  const dom = new window.DOMParser().parseFromString(html, "text/html")
  for (const el of dom.querySelectorAll("script, style, template, noscript")) el.remove()
  return whole(DOMParser.fromSchema(schema).parse(dom.body))
}

// whole makes a slice of a document whose first and last paragraph join what is
// around them.
function whole(doc: Node): Slice {
  const open = (n: Node | null) => (n?.type === schema.nodes.paragraph ? 1 : 0)
  return new Slice(doc.content, open(doc.firstChild), open(doc.lastChild))
}

// fresh takes away ids that the document has already.
function fresh(slice: Slice, doc: Node): Slice {
  const taken = new Set<unknown>()
  doc.descendants(n => void (hasID(n) && taken.add(n.attrs.id)))
  const walk = (n: Node): Node => {
    if (n.isText) return n
    const content: Node[] = []
    n.forEach(child => content.push(walk(child)))
    const attrs = hasID(n) && taken.has(n.attrs.id) ? { ...n.attrs, id: null } : n.attrs
    return n.type.create(attrs, content, n.marks)
  }
  const out: Node[] = []
  slice.content.forEach(n => out.push(walk(n)))
  return new Slice(schema.topNodeType.create(null, out).content, slice.openStart, slice.openEnd)
}
