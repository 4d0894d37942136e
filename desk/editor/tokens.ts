// A list of topics or bylines: chosen ones with a button to take them away, and
// a field that completes.

import { announce } from "./announce"
import { h, one } from "./dom"
import type { Term } from "./server"
import { Suggestions } from "./suggestions"
import { say } from "./words"

export class Tokens {
  private chosen: Term[] = []
  private readonly input: HTMLInputElement
  private readonly list: HTMLUListElement
  private readonly offered: Suggestions

  constructor(
    root: HTMLElement,
    private readonly find: (q: string) => Promise<Term[]>,
    private readonly changed: () => void,
    guests: boolean, // what is typed may be a name nobody has an entry for
  ) {
    this.input = one<HTMLInputElement>(root, "input")
    this.list = h("ul", { class: "tokens" })
    this.input.before(this.list)
    const text = (t: Term) => (t.new ? say(guests ? "add_guest" : "add_topic", { name: t.name }) : t.name)
    this.offered = new Suggestions(this.input, q => this.offers(q), text, t => this.take(t))
    this.input.addEventListener("keydown", e => this.key(e))
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

  private async offers(q: string): Promise<Term[]> {
    const found = q ? await this.find(q) : []
    if (q && !found.length) return [{ key: q, name: q, new: true }] // nobody answered
    return found.filter(t => !this.chosen.some(c => c.key === t.key))
  }

  private take(t: Term): void {
    if (/[/\\]/.test(t.key)) return
    this.chosen.push(t)
    this.input.value = ""
    this.draw()
    this.changed()
    announce(say("added", { name: t.name }))
  }

  private key(e: KeyboardEvent): void {
    if (this.offered.key(e) || e.isComposing) return
    if (e.key === "Enter") void this.enter()
    else if (e.key === "Backspace" && !this.input.value && this.chosen.length) this.drop(this.chosen.length - 1)
    else return
    e.preventDefault()
  }

  private async enter(): Promise<void> {
    const q = this.input.value.trim()
    if (!q) return
    await this.offered.look()
    this.offered.choose(this.offered.found.findIndex(t => t.new || t.name.toLowerCase() === q.toLowerCase()))
  }
}
