// The picture over the text: chosen, brought in, described for this story.

import { announce } from "./announce"
import { h, one } from "./dom"
import { choose, Pictures } from "./picture"
import { filesOf, Shown } from "./upload"
import { say } from "./words"

export class Lead {
  private readonly shown = h("div", { class: "lead-picture" })
  private readonly id: HTMLInputElement
  private readonly url: HTMLInputElement

  constructor(
    private readonly root: HTMLElement,
    private readonly pictures: Pictures,
    private readonly changed: () => void,
  ) {
    this.id = one(root, '[data-field="picture.id"]')
    this.url = one(root, '[data-field="picture.url"]')
    one(root, "[data-lead]").replaceChildren(this.shown)
    pictures.watch(() => this.draw())
    this.url.addEventListener("change", () => this.draw())
    root.addEventListener("dragover", e => {
      if (e.dataTransfer?.types.includes("Files")) e.preventDefault()
    })
    root.addEventListener("drop", e => {
      const files = filesOf(e.dataTransfer)
      if (!files.length) return
      e.preventDefault()
      this.bring(files)
    })
    root.addEventListener("paste", e => {
      const files = filesOf(e.clipboardData)
      if (!files.length) return
      e.preventDefault()
      this.bring(files)
    })
    this.draw()
  }

  private bring(files: File[]): void {
    this.pictures.bring(files.slice(0, 1), (p, was) => {
      if (was && this.id.value !== was.id) return // another one has been chosen since
      this.set(p)
      if (was) one<HTMLElement>(this.shown, "button").focus()
    })
  }

  private set(p: Shown | null): void {
    this.id.value = p?.id ?? ""
    this.url.value = ""
    this.draw()
    this.changed()
    const alt = one<HTMLInputElement>(this.root, '[data-field="picture.alt"]')
    if (p && !p.alt && !alt.value) {
      alt.focus()
      announce(say("picture_alt_wanted"))
    }
  }

  // draw shows what the fields say.
  draw(): void {
    const p = this.id.value ? this.pictures.of(this.id.value) : null
    for (const name of ["alt", "caption", "credit"] as const) one<HTMLInputElement>(this.root, `[data-field="picture.${name}"]`).placeholder = p?.[name] ?? ""
    const there = !!this.id.value || !!this.url.value
    this.root.toggleAttribute("data-empty", !there)
    one<HTMLElement>(this.root, "[data-elsewhere]").hidden = !!this.id.value
    const button = (key: string, does: () => void) => h("button", { type: "button", "data-does": key, onclick: does }, say(key))
    this.shown.replaceChildren(
      ...(p ? [h("img", { src: p.src, alt: p.alt || p.name, width: p.width, height: p.height })] : []),
      ...(p?.ended ? [h("p", { class: "missing" }, say("picture_right_ended", { date: p.ended }))] : []),
      h(
        "div",
        { class: "row" },
        button(there ? "picture_other" : "picture_choose", () => void this.choose()),
        ...(this.url.value && !this.id.value && this.pictures.fetches ? [button("picture_bring", () => void this.pictures.fetch(this.url.value).then(got => got && this.set(got)))] : []),
        ...(there ? [button("picture_without", () => this.set(null))] : []),
        p ? h("a", { href: p.href, target: "_blank", rel: "noopener" }, say("picture_about")) : "",
      ),
    )
  }

  private async choose(): Promise<void> {
    const c = await choose(this.pictures, say("picture_lead"), false)
    one<HTMLElement>(this.shown, "button").focus()
    if (!c) return
    if ("files" in c) this.bring(c.files)
    else if ("picture" in c) this.set(c.picture)
  }
}
