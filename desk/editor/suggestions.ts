// What is offered for what is half typed in a field (the combobox pattern of
// WAI-ARIA).

import { announce } from "./announce"
import { h, pause } from "./dom"
import type { Term } from "./server"
import { say } from "./words"

export class Suggestions {
  found: Term[] = []
  at = -1
  private readonly options: HTMLUListElement
  private asked = 0

  constructor(
    readonly input: HTMLInputElement,
    private readonly find: (typed: string) => Promise<Term[]>,
    private readonly text: (t: Term) => string,
    private readonly take: (t: Term) => void,
  ) {
    this.options = h("ul", { class: "options", role: "listbox", id: input.id + "-options", "aria-label": say("suggestions"), hidden: true })
    input.after(this.options)
    for (const [k, v] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.options.id, autocomplete: "off" })) input.setAttribute(k, v)
    const look = pause(150, () => void this.look())
    input.addEventListener("input", look)
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150))
  }

  async look(): Promise<void> {
    const turn = ++this.asked
    const found = await this.find(this.input.value.trim())
    if (turn !== this.asked) return
    this.found = found
    this.at = -1
    this.input.removeAttribute("aria-activedescendant")
    this.options.replaceChildren(
      ...found.map((t, i) =>
        h("li", { role: "option", id: `${this.options.id}-${i}`, "aria-selected": "false", onpointerdown: e => (e.preventDefault(), this.choose(i)) }, h("bdi", {}, this.text(t)), t.note ? h("span", { class: "soft" }, " " + t.note) : null),
      ),
    )
    this.options.hidden = !found.length
    this.input.setAttribute("aria-expanded", String(!!found.length))
    if (found.length) announce(say("suggestions_found", { n: found.length }))
  }

  choose(i: number): void {
    const t = this.found[i]
    if (!t) return
    this.close()
    this.take(t)
  }

  close(): void {
    this.asked++
    this.options.hidden = true
    this.input.setAttribute("aria-expanded", "false")
    this.input.removeAttribute("aria-activedescendant")
    this.at = -1
  }

  // key answers the keys of a list, and reports whether it was one.
  key(e: KeyboardEvent): boolean {
    if (e.isComposing) return false
    if (e.key === "ArrowDown") this.move(this.at + 1)
    else if (e.key === "ArrowUp") this.move(this.at < 0 ? -1 : this.at - 1)
    else if (e.key === "Escape" && !this.options.hidden) this.close()
    else if (e.key === "Enter" && this.at >= 0) this.choose(this.at)
    else return false
    e.preventDefault()
    return true
  }

  private move(to: number): void {
    if (!this.found.length || this.options.hidden) return
    this.at = (to + this.found.length) % this.found.length
    ;[...this.options.children].forEach((el, i) => el.setAttribute("aria-selected", String(i === this.at)))
    this.input.setAttribute("aria-activedescendant", `${this.options.id}-${this.at}`)
    this.options.children[this.at]?.scrollIntoView({ block: "nearest" })
  }
}
