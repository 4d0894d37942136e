// The fields around the body. What is half written, such as an address that is
// none yet, waits in its field.

import { cleanLine, Content } from "./content"
import type { Server, Term } from "./server"
import { Tokens } from "./tokens"
import { counted, say } from "./words"

export interface Names {
  topics: Record<string, string>
  authors: Record<string, string>
}

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement

const lines = ["headline", "kicker", "standfirst", "dateline", "section", "genre", "licence"] as const

export class Fields {
  private readonly topics: Tokens
  private readonly bylines: Tokens
  private rest: Content = { headline: "", body: null } // what no field shows

  constructor(
    private readonly form: HTMLFormElement,
    server: Server,
    lang: string,
    private readonly names: Names,
    changed: () => void,
  ) {
    const list = (name: string, kind: "topic" | "author") =>
      new Tokens(form.querySelector<HTMLElement>(`[data-tokens="${name}"]`)!, q => server.complete(kind, lang, q), changed, kind === "author")
    this.topics = list("topics", "topic")
    this.bylines = list("bylines", "author")
    for (const c of this.controls()) {
      c.addEventListener(c instanceof HTMLSelectElement ? "change" : "input", () => {
        this.check()
        changed()
      })
      if (c instanceof HTMLTextAreaElement)
        c.addEventListener("keydown", e => {
          if (e.key !== "Enter" || e.isComposing) return // a field of one line: Enter goes on
          e.preventDefault()
          const all = this.controls()
          ;(all[all.indexOf(c) + 1] ?? c).focus()
        })
    }
  }

  private controls(): Control[] {
    return [...this.form.querySelectorAll<Control>("[data-field]")]
  }

  private control(name: string): Control | null {
    return this.form.querySelector<Control>(`[data-field="${name}"]`)
  }

  private line(name: string): string {
    return cleanLine(this.control(name)?.value ?? "")
  }

  // good is the value of a field, or what was there before while it is not valid.
  private good(name: string, before: string | undefined): string {
    return this.wrong(name) ? (before ?? "") : this.line(name)
  }

  private wrong(name: string): string {
    const v = this.line(name)
    if (name === "slug") return v && !(/^[a-z0-9-]{1,200}$/.test(v) && /[a-z0-9]/.test(v)) ? say("slug_wrong") : ""
    if (!/url$|^canonical$/.test(name) || !v) return ""
    try {
      return /^https?:$/.test(new URL(v, location.origin).protocol) && (/^https?:\/\//i.test(v) || (name === "picture.url" && v.startsWith("/"))) ? "" : say("url_wrong")
    } catch {
      return say("url_wrong")
    }
  }

  // read returns what the fields say, the body left out.
  read(): Content {
    const was = this.rest
    const out: Content = { ...was, body: null }
    for (const name of lines) out[name] = this.line(name)
    out.slug = this.good("slug", was.slug)
    out.canonical = this.good("canonical", was.canonical)
    out.topics = this.topics.value.map(t => t.key)
    out.bylines = this.bylines.value.map(t => {
      const name = was.bylines?.find(b => b.key === t.key)?.name ?? (t.new ? t.name : "")
      return name ? { key: t.key, name } : { key: t.key }
    })
    const source = { name: this.line("source.name"), url: this.good("source.url", was.source?.url), kind: this.line("source.kind") }
    if (!source.name && source.url) source.name = new URL(source.url).hostname
    if (source.name) out.source = source
    else delete out.source
    const picture = {
      ...was.picture,
      id: this.line("picture.id"),
      url: this.good("picture.url", was.picture?.url),
      alt: this.line("picture.alt"),
      caption: this.line("picture.caption"),
      credit: this.line("picture.credit"),
    }
    if (picture.url || picture.id) out.picture = picture
    else delete out.picture
    return out
  }

  // early keeps what was written before the script was there, and returns what
  // puts it back and says whether there was anything.
  early(): () => boolean {
    const kept: { c: Control; value: string; caret: [number | null, number | null] }[] = []
    for (const c of this.controls()) {
      const choice = c instanceof HTMLSelectElement
      const given = choice ? ([...c.options].find(o => o.defaultSelected) ?? c.options[0])?.value : c.defaultValue
      if (c.value !== given) kept.push({ c, value: c.value, caret: choice ? [null, null] : [c.selectionStart, c.selectionEnd] })
    }
    return () => {
      for (const { c, value, caret } of kept) {
        c.value = value
        if (caret[0] !== null && !(c instanceof HTMLSelectElement)) c.setSelectionRange(...caret)
      }
      this.check()
      return kept.length > 0
    }
  }

  // write shows a content; a field that says the same already is left alone.
  write(c: Content): void {
    const was = this.read()
    this.rest = c
    const set = (name: string, now: string | undefined, old: string | undefined) => {
      const el = this.control(name)
      const value = now ?? ""
      if (!el || value === (old ?? "")) return
      if (el instanceof HTMLSelectElement) {
        if (value && ![...el.options].some(o => o.value === value)) el.add(new Option(value, value))
        el.value = value
        return
      }
      const caret = document.activeElement === el ? [el.selectionStart, el.selectionEnd] : null
      const before = el.value
      el.value = value
      if (caret) {
        const keeps = (at: number | null) => (at !== null && before.slice(0, at) === value.slice(0, at) ? at : value.length - Math.min(value.length, before.length - (at ?? 0)))
        el.setSelectionRange(keeps(caret[0]!), keeps(caret[1]!))
      }
    }
    for (const name of [...lines, "slug", "canonical"] as const) set(name, c[name], was[name])
    for (const name of ["name", "url", "kind"] as const) set("source." + name, c.source?.[name], was.source?.[name])
    for (const name of ["id", "url", "alt", "caption", "credit"] as const) set("picture." + name, c.picture?.[name], was.picture?.[name])
    const term = (names: Record<string, string>) => (key: string): Term => ({ key, name: names[key] ?? key })
    this.topics.value = (c.topics ?? []).map(term(this.names.topics))
    this.bylines.value = (c.bylines ?? []).map(b => ({ key: b.key, name: b.name || term(this.names.authors)(b.key).name }))
    this.check()
  }

  // check shows what is wrong with fields, and how long the headline is.
  private check(): void {
    for (const c of this.controls()) this.blame(c.dataset.field!, this.wrong(c.dataset.field!))
    const hint = this.form.querySelector<HTMLElement>("[data-length]")
    if (!hint) return
    const n = [...this.line("headline")].length
    hint.textContent = n ? counted("characters", n) + (n > 110 ? " · " + say("headline_long") : n > 65 ? " · " + say("headline_search") : "") : ""
  }

  // blame says what is wrong with a field; nothing takes it back.
  blame(name: string, message: string): boolean {
    const c = this.control(name)
    const note = c && this.form.querySelector<HTMLElement>(`[data-fault="${CSS.escape(name)}"]`)
    if (!c || !note) return false
    if (message) c.setAttribute("aria-invalid", "true")
    else c.removeAttribute("aria-invalid")
    note.textContent = message
    return true
  }
}
