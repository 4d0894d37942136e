// A list of topics or bylines: chosen ones with a button to take them away, and
// a field that completes (the combobox pattern of WAI-ARIA).

import { announce } from "./announce"
import { h, one, pause } from "./dom"
import type { Term } from "./server"
import { say } from "./words"

export class Tokens {
  private chosen: Term[] = []
  private found: Term[] = []
  private at = -1
  private readonly input: HTMLInputElement
  private readonly list: HTMLUListElement
  private readonly options: HTMLUListElement
  private asked = 0

  constructor(
    root: HTMLElement,
    private readonly find: (q: string) => Promise<Term[]>,
    private readonly changed: () => void,
    private readonly guests: boolean, // what is typed may be a name nobody has an entry for
  ) {
    this.input = one<HTMLInputElement>(root, "input")
    this.list = h("ul", { class: "tokens" })
    this.options = h("ul", { class: "options", role: "listbox", id: this.input.id + "-options", "aria-label": say("suggestions"), hidden: true })
    this.input.before(this.list)
    this.input.after(this.options)
    for (const [k, v] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.options.id, autocomplete: "off" })) this.input.setAttribute(k, v)
    const look = pause(150, () => void this.look())
    this.input.addEventListener("input", look)
    this.input.addEventListener("keydown", e => this.key(e))
    this.input.addEventListener("blur", () => setTimeout(() => this.close(), 150))
  }

  get value(): Term[] {
    return this.chosen
  }

  set value(v: Term[]) {
    this.chosen = v
    this.draw()
  }

  private draw(): void {
    this.list.replaceChildren(
      ...this.chosen.map((t, i) =>
        h("li", { "data-key": t.key }, h("bdi", {}, t.name), h("button", { type: "button", class: "plain", "aria-label": say("take_away", { name: t.name }), onclick: () => this.drop(i) }, "×")),
      ),
    )
  }

  private drop(i: number): void {
    const [gone] = this.chosen.splice(i, 1)
    this.draw()
    this.changed()
    if (gone) announce(say("taken_away", { name: gone.name }))
    this.input.focus()
  }

  private async look(): Promise<void> {
    const q = this.input.value.trim()
    const turn = ++this.asked
    const found = q ? await this.find(q) : []
    if (turn !== this.asked) return
    this.found = found.filter(t => !this.chosen.some(c => c.key === t.key))
    if (q && !found.length) this.found.push({ key: q, name: q, new: true }) // nobody answered
    this.at = -1
    this.options.replaceChildren(
      ...this.found.map((t, i) =>
        h("li", { role: "option", id: `${this.options.id}-${i}`, "aria-selected": "false", onpointerdown: e => (e.preventDefault(), this.take(i)) }, t.new ? say(this.guests ? "add_guest" : "add_topic", { name: t.name }) : t.name),
      ),
    )
    this.options.hidden = !this.found.length
    this.input.setAttribute("aria-expanded", String(!!this.found.length))
    if (this.found.length) announce(say("suggestions_found", { n: this.found.length }))
  }

  private take(i: number): void {
    const t = this.found[i]
    if (!t || /[/\\]/.test(t.key)) return
    this.chosen.push(t)
    this.input.value = ""
    this.draw()
    this.close()
    this.changed()
    announce(say("added", { name: t.name }))
  }

  private close(): void {
    this.options.hidden = true
    this.input.setAttribute("aria-expanded", "false")
    this.input.removeAttribute("aria-activedescendant")
    this.at = -1
  }

  private move(to: number): void {
    if (!this.found.length || this.options.hidden) return
    this.at = (to + this.found.length) % this.found.length
    ;[...this.options.children].forEach((el, i) => el.setAttribute("aria-selected", String(i === this.at)))
    this.input.setAttribute("aria-activedescendant", `${this.options.id}-${this.at}`)
    this.options.children[this.at]?.scrollIntoView({ block: "nearest" })
  }

  private key(e: KeyboardEvent): void {
    if (e.isComposing) return
    if (e.key === "ArrowDown") this.move(this.at + 1)
    else if (e.key === "ArrowUp") this.move(this.at < 0 ? -1 : this.at - 1)
    else if (e.key === "Escape" && !this.options.hidden) this.close()
    else if (e.key === "Enter") void this.enter()
    else if (e.key === "Backspace" && !this.input.value && this.chosen.length) this.drop(this.chosen.length - 1)
    else return
    e.preventDefault()
  }

  private async enter(): Promise<void> {
    const q = this.input.value.trim()
    if (!q) return
    if (this.at < 0) {
      await this.look()
      this.at = this.found.findIndex(t => t.new || t.name.toLowerCase() === q.toLowerCase())
    }
    this.take(this.at)
  }
}
