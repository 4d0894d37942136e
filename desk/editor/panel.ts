// What is said about the block where the caret is: the attribution of a quote, the
// title of a box, the words under a picture, the language.

import type { Node } from "prosemirror-model"
import { NodeSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { Attribute, normal } from "./attributes"
import { h } from "./dom"
import type { Pictures } from "./picture"
import { attributesOf } from "./schema"
import { say } from "./words"

interface Target {
  node: Node
  attrs: Attribute[]
}

const elsewhere = new Set(["id", "level", "ref", "provider"]) // shown by other means

export class Panel {
  readonly box = h("div", { class: "panel", role: "group", "data-panel": true, hidden: true })
  private id = ""
  private wanted = false // also for a block of which there is only its language to say

  constructor(
    private readonly view: EditorView,
    private readonly article: string, // its language
    private readonly pictures: Pictures,
  ) {
    this.box.addEventListener("keydown", e => {
      if (e.key === "Escape" || (e.key === "Enter" && !e.isComposing)) {
        e.preventDefault()
        this.wanted = false
        view.focus()
        this.update()
      }
    })
  }

  focus(): boolean {
    this.wanted = true
    this.update()
    const first = this.box.querySelector<HTMLElement>("input")
    first?.focus()
    return !!first
  }

  // targets are the blocks around the caret that say something, the innermost
  // first.
  private targets(): Target[] {
    const { selection } = this.view.state
    const nodes: Node[] = []
    if (selection instanceof NodeSelection) nodes.push(selection.node)
    for (let d = selection.$from.depth; d > 0; d--) nodes.push(selection.$from.node(d))
    return nodes
      .filter((n, i) => n.attrs.id && (i === 0 || (attributesOf.get(n.type.name) ?? []).some(a => a.kind !== "lang" && !elsewhere.has(a.name))))
      .map(node => ({ node, attrs: (attributesOf.get(node.type.name) ?? []).filter(a => !elsewhere.has(a.name) && !(a.name === "url" && node.attrs.ref)) }))
  }

  update(): void {
    const targets = this.targets()
    const id = targets.map(t => t.node.attrs.id as string).join(" ")
    const more = targets.some(t => t.attrs.some(a => a.kind !== "lang"))
    if (!this.box.contains(document.activeElement)) {
      if (id !== this.id) this.wanted &&= document.activeElement !== this.view.dom
      this.box.hidden = !more && !this.wanted
    }
    if (id !== this.id && !this.box.contains(document.activeElement)) {
      this.id = id
      this.draw(targets)
    }
    for (const t of targets)
      for (const input of this.box.querySelectorAll<HTMLInputElement>(`[data-of="${CSS.escape(String(t.node.attrs.id))}"]`))
        if (input !== document.activeElement) input.value = String(t.node.attrs[input.name] ?? "")
    for (const field of this.box.querySelectorAll<HTMLElement>(".of-lang")) field.hidden = !this.wanted && !field.querySelector("input")!.value
  }

  private draw(targets: Target[]): void {
    this.box.setAttribute("aria-label", say("do_block"))
    this.box.replaceChildren(
      ...targets.flatMap(t =>
        t.attrs.map(a => {
          const id = `block-${String(t.node.attrs.id)}-${a.name}`
          const yes = a.kind === "int" && a.max === 1
          const input = h("input", {
            id,
            name: a.name,
            "data-of": String(t.node.attrs.id),
            value: String(t.node.attrs[a.name] ?? ""),
            checked: yes && t.node.attrs[a.name] === 1,
            type: yes ? "checkbox" : a.kind === "int" ? "number" : a.kind === "url" ? "url" : "text",
            placeholder: a.kind === "lang" ? this.article : this.own(t.node, a.name),
            list: a.kind === "lang" ? "languages" : null,
            dir: a.kind === "line" ? "auto" : null,
            autocomplete: "off",
          })
          input.addEventListener(a.kind === "line" ? "input" : "change", () => this.set(String(t.node.attrs.id), a, input))
          return h("div", { class: `field of-${a.kind}` }, h("label", { for: id }, a.kind === "lang" ? say("lang_of", { block: say("block_" + t.node.type.name) }) : say("attr_" + a.name)), input)
        }),
      ),
    )
  }

  // own is what a picture says of itself, where this text says nothing else.
  private own(node: Node, name: string): string | null {
    const p = node.attrs.ref ? this.pictures.of(node.attrs.ref as string) : null
    return (p && { alt: p.alt, caption: p.caption, credit: p.credit }[name]) || null
  }

  private set(id: string, a: Attribute, input: HTMLInputElement): void {
    const value = normal(a, input.type === "checkbox" ? Number(input.checked) : input.value.trim())
    const wrong = value === undefined || (value === null && a.required)
    if (wrong) input.setAttribute("aria-invalid", "true")
    else input.removeAttribute("aria-invalid")
    if (wrong) return
    this.view.state.doc.descendants((n, pos) => {
      if (n.attrs.id !== id) return !n.isTextblock
      if (n.attrs[a.name] !== value) this.view.dispatch(this.view.state.tr.setNodeAttribute(pos, a.name, value))
      return false
    })
  }
}
