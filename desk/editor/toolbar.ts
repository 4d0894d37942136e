// The row of buttons over the text: one stop of the Tab key, arrows inside
// (WAI-ARIA's toolbar).

import type { EditorView } from "prosemirror-view"
import type { Action } from "./actions"
import { h } from "./dom"
import { icons } from "./icons"
import { shown } from "./keys"
import { say } from "./words"

const groups = [
  ["strong", "em", "link", "strike", "small_caps", "sub", "sup", "code", "lang"],
  ["heading_2", "heading_3", "heading_4", "bullet_list", "ordered_list", "higher", "deeper"],
  ["quote", "fact_box", "code_block", "divider"],
  ["picture", "gallery", "embed", "table"],
  ["row_after", "column_after", "delete_row", "delete_column", "header_row", "merge_cells"],
  ["block", "undo", "redo", "find", "shortcuts"],
]

const lists = new Set(["higher", "deeper"])
const tables = new Set(groups[4])

export class Toolbar {
  readonly bar: HTMLElement
  private readonly buttons: { action: Action; el: HTMLButtonElement }[] = []

  constructor(
    private readonly view: EditorView,
    actions: Action[],
  ) {
    const byName = new Map(actions.map(a => [a.name, a]))
    this.bar = h("div", { class: "toolbar", role: "toolbar", "aria-label": say("toolbar"), "aria-controls": "body" })
    for (const names of groups) {
      const group = h("div", { class: "group" })
      for (const name of names) {
        const action = byName.get(name)!
        const label = say("do_" + name)
        const el = h("button", { type: "button", tabindex: -1, "aria-label": label, title: action.keys[0] ? `${label} (${shown(action.keys[0])})` : label, "data-action": name })
        el.innerHTML = icons[name] ?? ""
        el.querySelector("svg")?.setAttribute("aria-hidden", "true")
        el.addEventListener("mousedown", e => e.preventDefault()) // the text keeps its selection
        el.addEventListener("click", () => {
          if (el.getAttribute("aria-disabled") === "true") return
          if (!opens.has(name)) view.focus()
          action.run(view.state, view.dispatch, view)
        })
        this.buttons.push({ action, el })
        group.append(el)
      }
      this.bar.append(group)
    }
    this.buttons[0]!.el.tabIndex = 0
    this.bar.addEventListener("keydown", e => this.key(e))
    this.bar.addEventListener("focusin", e => this.stop(e.target as HTMLElement))
    this.update()
  }

  focus(): boolean {
    ;(this.buttons.find(b => b.el.tabIndex === 0) ?? this.buttons[0]!).el.focus()
    return true
  }

  update(): void {
    const { state } = this.view
    for (const { action, el } of this.buttons) {
      const can = action.run(state) || opens.has(action.name)
      el.setAttribute("aria-disabled", String(!can))
      if (action.active) el.setAttribute("aria-pressed", String(action.active(state)))
      if (tables.has(action.name) || lists.has(action.name)) el.hidden = !can
    }
    if (this.buttons.every(b => b.el.tabIndex !== 0 || b.el.hidden)) this.stop(this.buttons[0]!.el)
  }

  private stop(target: HTMLElement): void {
    for (const { el } of this.buttons) el.tabIndex = el === target ? 0 : -1
  }

  private key(e: KeyboardEvent): void {
    const seen = this.buttons.map(b => b.el).filter(el => !el.hidden)
    const i = seen.indexOf(document.activeElement as HTMLButtonElement)
    const step = getComputedStyle(this.bar).direction === "rtl" ? -1 : 1
    const to = { ArrowRight: i + step, ArrowLeft: i - step, Home: 0, End: seen.length - 1 }[e.key]
    if (e.key === "Escape") this.view.focus()
    else if (to !== undefined) seen[(to + seen.length) % seen.length]?.focus()
    else return
    e.preventDefault()
  }
}

// opens are the actions that go on in a dialog or panel of their own.
const opens = new Set(["link", "lang", "picture", "gallery", "embed", "block", "find", "shortcuts"])
