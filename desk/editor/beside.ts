// Original and translation beside each other: each part of the original stands in
// front of the block or field that belongs to it, as far as there is one. What has
// no translation yet has an empty block to write in, which is never saved.

import { DOMSerializer, Node } from "prosemirror-model"
import { Plugin, TextSelection } from "prosemirror-state"
import { Decoration, DecorationSet, EditorView } from "prosemirror-view"
import { announce } from "./announce"
import type { NodeJSON } from "./content"
import { h, one } from "./dom"
import { become } from "./merge"
import { read, schema } from "./schema"
import type { Server } from "./server"
import { say } from "./words"

type State = "fresh" | "missing" | "stale" | "unchecked" | "gone"

// Unit is translate.Unit.
interface Unit {
  id: string
  state: State
  print: string
  text?: string
  node?: NodeJSON
  terms?: { term: string; translation: string; note?: string }[]
  changes?: { name?: string; runs: { change: string; text: string }[] }[]
}

export interface Original {
  lang: string
  dir: string
  language: string
  units: Unit[]
}

const fieldPrefix = "field:"
const often = 15_000 // ms between looks at the original
const wordAttributes = ["alt", "caption", "title", "attribution"]
const atoms = ["picture", "embed", "divider"]

// blank reports whether readers see nothing of a block.
function blank(n: NodeJSON): boolean {
  if (n.text?.trim() || atoms.includes(n.type)) return false
  if (wordAttributes.some(k => n.attrs?.[k])) return false
  return (n.content ?? []).every(blank)
}

// emptied is a block without the words of its language, under its id. A list has
// one item to begin with.
function emptied(n: NodeJSON, top = true): NodeJSON {
  const attrs = Object.fromEntries(Object.entries(n.attrs ?? {}).filter(([k]) => !wordAttributes.includes(k) && k !== "lang" && (top || k !== "id" || atoms.includes(n.type))))
  const content = (n.content ?? []).filter(c => c.type !== "text" && c.type !== "hard_break").map(c => emptied(c, false))
  return { type: n.type, attrs, content: n.type.endsWith("_list") ? content.slice(0, 1) : content }
}

const made = (u: Unit): Node => read({ type: "doc", content: [emptied(u.node!)] }).firstChild!

export interface BesideHost {
  view(): EditorView
  flush(): Promise<boolean> // saves what is unsaved
  field(name: string): HTMLElement | null
}

export class Beside {
  private units: Unit[]
  private readonly claims = new Map<string, string>() // what was begun here, until the server knows
  private readonly fields = new Map<string, HTMLElement>()
  private readonly left: HTMLElement
  private all: HTMLElement | null = null // says of all that is not compared that it is right

  constructor(
    form: HTMLFormElement,
    private readonly original: Original,
    private readonly server: Server,
    private readonly host: BesideHost,
    private readonly editable: boolean,
  ) {
    this.units = original.units
    one(form, ".top").prepend(h("p", {}, say("beside_of", { lang: original.language })))
    this.left = h("p", { class: "left", "data-left": true })
    one(form, ".top").append(this.left)
    for (const u of this.units) {
      const control = u.id.startsWith(fieldPrefix) ? host.field(u.id.slice(fieldPrefix.length)) : null
      const box = control?.closest<HTMLElement>(".field")
      if (!control || !box) continue
      const at = h("div", { class: "source" })
      control.before(at)
      if (u.text) box.classList.add("sided")
      this.fields.set(u.id, at)
    }
    form.addEventListener("keydown", e => {
      const go = { F8: () => this.go(e.shiftKey ? -1 : 1), F9: () => void this.settleHere(), F2: () => this.offer() }[e.key]
      if (!go || e.altKey || e.ctrlKey || e.metaKey) return
      e.preventDefault()
      go()
    })
    if (editable) setInterval(() => document.hidden || void this.look(), often)
  }

  private has(id: string): boolean {
    return this.units.some(u => u.id === id && u.node)
  }

  // weave gives what is not translated an empty block at its place.
  weave(doc: Node): Node {
    const out: Node[] = []
    doc.forEach(n => out.push(n))
    if (out.length === 1 && !out[0]!.textContent && out[0]!.isTextblock && !this.has(out[0]!.attrs.id as string)) out.pop()
    let at = 0
    for (const u of this.units) {
      if (!u.node) continue
      const found = out.findIndex(n => n.attrs.id === u.id)
      if (found >= 0) {
        for (at = found + 1; at < out.length && !this.has(out[at]!.attrs.id as string); ) at++
      } else if (this.editable && u.state === "missing" && blank(emptied(u.node))) out.splice(at++, 0, made(u))
    }
    return out.length ? doc.copy(schema.topNodeType.create(null, out).content) : doc
  }

  // strip takes the empty blocks out again.
  strip(body: NodeJSON): NodeJSON {
    const content = (body.content ?? []).filter(n => !(this.has(String(n.attrs?.id)) && blank(n)))
    return content.length ? { ...body, content } : { type: body.type }
  }

  // plugin shows the original in front of the blocks.
  plugin(): Plugin {
    return new Plugin({
      props: {
        decorations: state => {
          const at = new Map<string, { from: number; to: number; node: Node }>()
          state.doc.forEach((node, from) => at.set(node.attrs.id as string, { from, to: from + node.nodeSize, node }))
          const shown: Decoration[] = []
          let end = 0
          for (const u of this.units) {
            if (u.id.startsWith(fieldPrefix)) continue
            const block = at.get(u.id)
            const now = this.state(u)
            if (!block && u.state === "gone") continue
            const pos = block?.from ?? end
            shown.push(Decoration.widget(pos, () => this.source(u, !block), { side: -1, key: `${u.id} ${now} ${u.print} ${!block}`, ignoreSelection: true, stopEvent: () => true }))
            if (!block) continue
            end = block.to
            if (now !== "fresh") shown.push(Decoration.node(block.from, block.to, { class: "part-" + now, ...(now === "missing" && block.node.type.name === "heading" ? { role: "none" } : {}) }))
          }
          return DecorationSet.create(state.doc, shown)
        },
      },
    })
  }

  private state(u: Unit): State {
    return this.claims.has(u.id) ? "fresh" : u.state
  }

  // source is a part of the original, and what is to be said of it.
  private source(u: Unit, alone: boolean): HTMLElement {
    const state = this.state(u)
    const box = h("div", { class: "source is-" + state, "data-unit": u.id, "data-state": state })
    const text = h("div", { class: "original", lang: this.original.lang, dir: this.original.dir })
    if (u.changes?.length)
      for (const p of u.changes)
        text.append(h("p", {}, ...p.runs.map(r => (r.change === "removed" ? h("del", {}, r.text) : r.change === "added" ? h("ins", {}, r.text) : h("span", {}, r.text)))))
    else if (u.node) text.append(DOMSerializer.fromSchema(schema).serializeNode(read({ type: "doc", content: [u.node] }).firstChild!))
    else if (u.text) text.append(h("p", {}, u.text))
    for (const el of text.querySelectorAll("a")) el.tabIndex = -1
    box.append(text)
    const button = (key: string, does: () => void) => h("button", { type: "button", "data-does": key, onclick: does }, say(key))
    const says: Element[] = []
    if (state !== "fresh") {
      says.push(h("span", { class: "mark" }, say({ missing: "beside_missing", stale: "beside_stale", unchecked: "beside_unchecked", gone: "beside_gone" }[state])))
      if (this.editable) {
        if (state === "missing" && alone && u.node) says.push(button(blank(emptied(u.node)) ? "beside_write" : "beside_take", () => this.put(u)))
        says.push(button({ missing: "beside_out", stale: "beside_right", unchecked: "beside_right", gone: "beside_keep" }[state], () => void this.settle([u])))
      }
    }
    if (u.terms?.length && this.editable)
      box.append(
        h("ul", { class: "terms", "aria-label": say("beside_terms") }, ...u.terms.map(t =>
          h("li", {}, h("bdi", { lang: this.original.lang }, t.term), " → ", h("button", { type: "button", "data-term": true, title: t.note || null, onclick: () => this.insert(u, t.translation) }, t.translation)),
        )),
      )
    if (says.length) box.append(h("div", { class: "row" }, ...says))
    return box
  }

  // draw shows the fields' parts and how many are open.
  draw(): void {
    for (const u of this.units) {
      const at = this.fields.get(u.id)
      if (!at) continue
      at.hidden = !u.text && u.state !== "stale"
      const now = this.source(u, false)
      if (at.dataset.key !== now.outerHTML) {
        at.dataset.key = now.outerHTML
        at.replaceChildren(now)
      }
    }
    const n = this.units.filter(u => this.open(u)).length
    const unchecked = this.units.filter(u => this.state(u) === "unchecked")
    if (this.editable && unchecked.length > 1 && !this.all) {
      this.all = h("button", { type: "button", "data-does": "beside_right_all", onclick: () => void this.settle(this.units.filter(u => this.state(u) === "unchecked")) }, say("beside_right_all"))
      this.left.after(this.all)
    }
    if (unchecked.length < 2 && this.all) {
      this.all.remove()
      this.all = null
    }
    const text = n ? say("beside_left", { n: n.toLocaleString(document.documentElement.lang) }) : say("beside_all")
    if (this.left.textContent !== text) this.left.textContent = text
  }

  private open(u: Unit): boolean {
    return this.state(u) !== "fresh" && !(u.state === "gone" && !this.block(u.id))
  }

  private block(id: string): { node: Node; pos: number } | null {
    let found: { node: Node; pos: number } | null = null
    this.host.view().state.doc.forEach((node, pos) => {
      if (node.attrs.id === id) found = { node, pos }
    })
    return found
  }

  private written(u: Unit): boolean {
    if (u.id.startsWith(fieldPrefix)) return !!(this.host.field(u.id.slice(fieldPrefix.length)) as HTMLInputElement | null)?.value.trim()
    const b = this.block(u.id)
    if (!b) return false
    return !!b.node.textContent.trim() || wordAttributes.some(k => b.node.attrs[k])
  }

  // touched looks what was begun: from now on it was made of what stands beside it.
  touched(): void {
    let some = false
    for (const u of this.units) {
      if (u.state !== "missing") continue
      const now = this.written(u)
      if (now === this.claims.has(u.id)) continue
      if (now) this.claims.set(u.id, u.print)
      else this.claims.delete(u.id)
      some = true
    }
    if (some) this.show()
  }

  // saved tells the server what was begun, once it has the words.
  async saved(): Promise<void> {
    const claims = new Map([...this.claims].filter(([id]) => this.units.some(u => u.id === id && u.state === "missing")))
    if (claims.size) await this.tell(claims)
  }

  private async tell(said: Map<string, string>): Promise<boolean> {
    const now = await this.server.made<Original>(Object.fromEntries(said))
    if (!now) return false
    for (const [id, print] of said) if (this.claims.get(id) === print) this.claims.delete(id)
    this.become(now.units)
    return true
  }

  private async look(): Promise<void> {
    const now = await this.server.original<Original>()
    if (now) this.become(now.units)
  }

  // become shows another state of the original, or of what was said of it. A field
  // that the original has begun to fill has its place already.
  private become(units: Unit[]): void {
    if (JSON.stringify(units) === JSON.stringify(this.units)) return
    this.units = units
    for (const [id, at] of this.fields) at.closest(".field")!.classList.toggle("sided", units.some(u => u.id === id && !!u.text))
    const view = this.host.view()
    const tr = become(view.state.tr, this.weave(view.state.doc))
    if (tr.docChanged) view.dispatch(tr.setMeta("addToHistory", false).setMeta("beside", true))
    this.show()
  }

  private show(): void {
    const view = this.host.view()
    view.dispatch(view.state.tr.setMeta("addToHistory", false))
    this.draw()
  }

  private async settle(units: Unit[]): Promise<boolean> {
    const did = (await this.host.flush()) && (await this.tell(new Map(units.map(u => [u.id, u.print]))))
    announce(say(did ? "beside_settled" : "beside_failed"))
    return did
  }

  // here is the part in which one is.
  private here(): Unit | undefined {
    const on = document.activeElement
    const id = on?.closest<HTMLElement>("[data-unit]")?.dataset.unit
    const view = this.host.view()
    if (id) return this.units.find(u => u.id === id)
    if (view.hasFocus()) {
      const { $from } = view.state.selection
      const node = $from.depth ? $from.node(1) : $from.nodeAfter
      return this.units.find(u => u.id === node?.attrs.id)
    }
    return this.units.find(u => u.id.startsWith(fieldPrefix) && this.host.field(u.id.slice(fieldPrefix.length)) === on)
  }

  // go leads to the next part that is open, or the one before.
  private go(by: 1 | -1): void {
    const parts = this.units
    const from = parts.indexOf(this.here()!)
    for (let i = 1; i <= parts.length; i++) {
      const u = parts[(((from < 0 && by < 0 ? 0 : from) + by * i) % parts.length + parts.length) % parts.length]!
      if (this.open(u) && this.enter(u)) return
    }
    announce(say("beside_all"))
  }

  private enter(u: Unit): boolean {
    if (u.id.startsWith(fieldPrefix)) {
      const control = this.host.field(u.id.slice(fieldPrefix.length))
      control?.focus()
      return !!control
    }
    const b = this.block(u.id)
    const view = this.host.view()
    const inside = b && b.node.content.size ? TextSelection.near(view.state.doc.resolve(b.pos + 1)) : b?.node.isTextblock ? TextSelection.create(view.state.doc, b.pos + 1) : null
    if (inside) {
      view.dispatch(view.state.tr.setSelection(inside).scrollIntoView())
      view.focus()
      return true
    }
    const button = view.dom.querySelector<HTMLElement>(`[data-unit="${CSS.escape(u.id)}"] button`)
    button?.focus()
    return !!button
  }

  private async settleHere(): Promise<void> {
    const u = this.here()
    if (u && this.open(u) && this.editable && !(await this.settle([u]))) return
    this.go(1)
  }

  // offer leads to what the glossary has for the part in which one is.
  private offer(): void {
    const u = this.here()
    const all = u ? [...document.querySelectorAll<HTMLElement>(`[data-unit="${CSS.escape(u.id)}"] [data-term]`)] : []
    all[(all.indexOf(document.activeElement as HTMLElement) + 1) % (all.length || 1)]?.focus()
  }

  // insert writes a word where the caret was in a part, else at its end.
  private insert(u: Unit, text: string): void {
    if (u.id.startsWith(fieldPrefix)) {
      const c = this.host.field(u.id.slice(fieldPrefix.length)) as HTMLInputElement | HTMLTextAreaElement
      c.focus()
      c.setRangeText(text, c.selectionStart ?? c.value.length, c.selectionEnd ?? c.value.length, "end")
      c.dispatchEvent(new Event("input", { bubbles: true }))
      return
    }
    const view = this.host.view()
    const { $from } = view.state.selection
    if (($from.depth ? $from.node(1) : null)?.attrs.id !== u.id && !this.enter(u)) return
    view.dispatch(view.state.tr.insertText(text).scrollIntoView())
    view.focus()
  }

  // put gives a part a block of its own.
  private put(u: Unit): void {
    const view = this.host.view()
    let pos = 0
    const before = new Set(this.units.slice(0, this.units.indexOf(u)).map(x => x.id))
    view.state.doc.forEach((n, at) => {
      if (before.has(n.attrs.id as string)) pos = at + n.nodeSize
    })
    view.dispatch(view.state.tr.insert(pos, made(u)))
    this.enter(u)
  }
}
