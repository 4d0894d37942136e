// Find and replace, in all scripts: the case of every alphabet, whole words by
// Unicode's letters, any space for a space and any quotation mark for "straight" ones.

import { EditorState, Plugin } from "prosemirror-state"
import { findNext, findPrev, getMatchHighlights, replaceAll, replaceNext, search, SearchQuery, setSearchState } from "prosemirror-search"
import type { EditorView } from "prosemirror-view"
import { h } from "./dom"
import { counted, say } from "./words"

export const searching = (): Plugin => search()

function pattern(text: string, whole: boolean): string {
  const source = text
    .normalize("NFC")
    .replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")
    .replace(/[ \u00a0\u202f]+/g, "[ \\u00a0\\u202f]+")
    .replace(/"/g, "[\"«»“”„‟]")
    .replace(/'/g, "['‘’‚‹›]")
    .replace(/\\-/g, "[-\\u2010\\u2011]")
  return whole ? `(?<![\\p{L}\\p{M}\\p{N}])(?:${source})(?![\\p{L}\\p{M}\\p{N}])` : source
}

export class Find {
  readonly bar: HTMLElement
  private readonly what = h("input", { type: "search", id: "find-what", autocomplete: "off", spellcheck: "false" })
  private readonly instead = h("input", { type: "text", id: "find-instead", autocomplete: "off" })
  private readonly exact = h("input", { type: "checkbox" })
  private readonly whole = h("input", { type: "checkbox" })
  private readonly count = h("output", { for: "find-what", class: "hint" })

  constructor(private readonly view: EditorView) {
    const button = (key: string, does: () => void) => h("button", { type: "button", onclick: does, "data-find": key }, say(key))
    this.bar = h(
      "div",
      { class: "find", role: "search", "aria-label": say("find"), hidden: true, "data-find-bar": true },
      h("label", { for: "find-what" }, say("find_what")),
      this.what,
      h("label", { for: "find-instead" }, say("find_instead")),
      this.instead,
      h("label", { class: "check" }, this.exact, say("find_case")),
      h("label", { class: "check" }, this.whole, say("find_whole")),
      this.count,
      button("find_previous", () => this.run(findPrev)),
      button("find_next", () => this.run(findNext)),
      button("replace", () => this.run(replaceNext)),
      button("replace_all", () => this.replaceEverything()),
      button("close", () => this.close()),
    )
    for (const el of [this.what, this.instead, this.exact, this.whole]) el.addEventListener("input", () => this.look())
    this.bar.addEventListener("keydown", e => {
      if (e.key === "Escape") this.close()
      else if (e.key === "Enter" && (e.target === this.what || e.target === this.instead)) this.run(e.target === this.instead ? replaceNext : e.shiftKey ? findPrev : findNext)
      else return
      e.preventDefault()
    })
  }

  open(): void {
    const { from, to, $from } = this.view.state.selection
    const chosen = from < to && to <= $from.end() ? this.view.state.doc.textBetween(from, to) : ""
    if (chosen) this.what.value = chosen
    this.bar.hidden = false
    this.look()
    this.what.select()
    this.what.focus()
  }

  next(): boolean {
    if (this.bar.hidden) this.open()
    else this.run(findNext)
    return true
  }

  private close(): void {
    this.bar.hidden = true
    this.view.dispatch(setSearchState(this.view.state.tr, new SearchQuery({ search: "" })))
    this.view.focus()
  }

  private query(): SearchQuery {
    return new SearchQuery({
      search: this.what.value && pattern(this.what.value, this.whole.checked),
      regexp: true,
      literal: true,
      caseSensitive: this.exact.checked,
      replace: this.instead.value.replaceAll("$", "$$$$"),
    })
  }

  private look(): void {
    this.view.dispatch(setSearchState(this.view.state.tr, this.query()))
    this.tell()
  }

  private tell(): void {
    this.count.value = this.what.value ? counted("found", this.matches(this.view.state)) : ""
  }

  private matches(state: EditorState): number {
    return getMatchHighlights(state).find().length
  }

  private run(command: typeof findNext): void {
    command(this.view.state, this.view.dispatch, this.view)
    this.tell()
  }

  private replaceEverything(): void {
    const n = this.matches(this.view.state)
    replaceAll(this.view.state, this.view.dispatch)
    this.count.value = counted("replaced", n)
  }
}
