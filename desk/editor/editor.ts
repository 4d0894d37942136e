// The editing form of an article: fields and text, kept in the journal, saved,
// shared.
//
// What others can hold on to: the form has data-ready when one can write, and
// data-state (saved, saving, offline, signed-out, refused, clash) and data-version
// as they are, and data-recovery once the journal was looked through; it sends stet:state, stet:here and stet:words, with what the server said. Links
// and other forms of the page wait until all is saved.

import { announce, announceIn } from "./announce"
import { Beside, Original } from "./beside"
import { Body } from "./body"
import { choose } from "./clash"
import { Content, same } from "./content"
import { h, one, pause } from "./dom"
import { Fields, Names } from "./fields"
import { Entry, Journal } from "./journal"
import { Lead } from "./lead"
import { Pictures } from "./picture"
import { show as showPeople } from "./presence"
import { showDifferences } from "./recovery"
import type { Typography } from "./rules"
import type { Shown } from "./upload"
import { Server } from "./server"
import { Conflict, Fault, Host, State, Sync } from "./sync"
import { learn, say } from "./words"

// Setup is what the page gives the editor (desk/edit.go).
interface Setup {
  article: string // its address on the desk
  id: string
  person: string
  name: string
  version: number
  content: Content
  lang: string
  editable: boolean
  names: Names
  words: Record<string, string>
  typography: Record<string, Typography>
  pictures: Record<string, Shown>
  fetches: boolean
  beside?: Original
}

const alone = 5000 // ms between asking who is here
const together = 1500

function start(form: HTMLFormElement): void {
  const setup = JSON.parse(one<HTMLElement>(form, "[data-setup]").textContent ?? "") as Setup
  learn(setup.words)
  announceIn(one(form, "[data-announce]"))
  const status = one<HTMLElement>(form, "[data-status]")
  const notice = one<HTMLElement>(form, "[data-notice]")
  const server = new Server(setup.article, setup.person)
  let sync: Sync | null = null
  const touched = () => {
    sync?.touch()
    beside?.touched()
  }
  const look = pause(300, () => void here())
  const fields = new Fields(form, server, setup.lang, setup.names, touched)
  const early = fields.early()
  fields.write(setup.content)
  const pictures = new Pictures(setup.pictures, setup.lang, h("ul", { class: "uploads", "aria-label": say("picture_uploads") }), setup.fetches)
  const lead = setup.editable ? new Lead(one(form, "[data-leading]"), pictures, touched) : null
  const beside =
    setup.beside &&
    new Beside(form, setup.beside, server, { view: () => body.view, flush: () => sync!.flush(), field: name => form.querySelector<HTMLElement>(`[data-field="${name}"]`) }, setup.editable)
  const body: Body = new Body(one(form, "[data-body]"), setup.content.body, setup.lang, setup.editable, {
    convert: (html, lang) => server.paste(html, lang),
    stories: headline => server.complete("story", setup.lang, headline),
    pictures,
    typography: lang => setup.typography[lang] ?? setup.typography[lang.split("-")[0]!],
    changed: touched,
    moved: look,
    save: () => void sync?.now(),
    ...(beside ? { beside } : {}),
  })
  beside?.draw()
  form.addEventListener("submit", e => {
    e.preventDefault()
    void sync?.now()
  })
  form.dataset.ready = ""
  if (!setup.editable) return

  let merges = 0 // how often somebody else's text came in
  const host: Host = {
    read: () => ({ ...fields.read(), body: body.read() }),
    apply(c) {
      fields.write(c)
      lead?.draw()
      body.apply(c.body)
    },
    composing: () => body.view.composing,
    show,
    merged(by) {
      if (by) merges++
      announce(by ? say("merged", { name: by }) : say("merged_own"))
    },
    offer: words => form.dispatchEvent(new CustomEvent("stet:words", { detail: words, bubbles: true })),
  }
  // Another language means other sections, quotes and spelling: the page is made anew.
  const language = one<HTMLSelectElement>(form, "[data-language]")
  language.addEventListener("change", async () => {
    if (await sync!.flush()) {
      const { status, body: said } = await server.save({ version: sync!.version, content: host.read(), lang: language.value })
      if (status === 200) return location.reload()
      if (said.detail) announce(said.detail)
    } else announce(say("not_saved_stay"))
    language.value = setup.lang
  })
  let was: State = "saved"
  function show(state: State, d: { faults: Fault[]; conflict: Conflict | null; other: string; version: number }): void {
    form.dataset.state = state
    form.dataset.version = String(d.version)
    if (state === "saved") void beside?.saved()
    for (const el of document.querySelectorAll<HTMLInputElement>('input[name="version"]')) el.value = String(d.version)
    const text = say({ saved: "saved", saving: "saving", offline: "offline", "signed-out": "not_saved", refused: "not_saved", clash: "not_saved" }[state])
    if (status.textContent !== text) status.textContent = text
    if (state === was && state !== "clash" && state !== "refused") return
    if (state !== "saving") {
      const content = noticeOf(state, d)
      notice.replaceChildren(...content)
      notice.hidden = !content.length
      if (content.length) announce(notice.textContent ?? "")
      else if (was !== "saved" && was !== "saving") announce(say("saved"))
      was = state
    }
    form.dispatchEvent(new CustomEvent("stet:state", { detail: { state, version: d.version }, bubbles: true }))
  }
  function noticeOf(state: State, d: { faults: Fault[]; conflict: Conflict | null; other: string }): HTMLElement[] {
    const button = (key: string, does: () => void) => h("button", { type: "button", onclick: does, "data-does": key }, say(key))
    switch (state) {
      case "offline":
        return [h("p", {}, say("offline_text")), button("try_now", () => void sync?.now())]
      case "signed-out":
        return [
          h("p", {}, d.other ? say("other_person", { name: d.other, mine: setup.name }) : say("signed_out_text")),
          h("a", { class: "button", href: "/desk/sign-in?next=/desk/", target: "_blank", rel: "noopener" }, say("sign_in_window")),
          button("try_now", () => void sync?.now()),
          button("copy_text", () => void copy()),
        ]
      case "refused": {
        const rest = d.faults.filter(f => !fields.blame(f.field ?? "", f.message))
        return [h("p", {}, say("refused_text")), ...rest.map(f => h("p", {}, f.message)), button("try_now", () => void sync?.now()), button("copy_text", () => void copy())]
      }
      case "clash":
        return [h("p", {}, say("clash_notice", { name: d.conflict?.by ?? "" })), button("clash_choose", () => void decide())]
      default:
        return []
    }
  }
  async function copy(): Promise<void> {
    const c = host.read()
    await navigator.clipboard.writeText([c.headline, c.standfirst, body.view.state.doc.textBetween(0, body.view.state.doc.content.size, "\n\n", "\n")].filter(Boolean).join("\n\n"))
    announce(say("copied"))
  }
  // the conflict is asked for anew, so that it is about the text as it is now
  async function decide(): Promise<void> {
    await sync!.now()
    const c = sync!.conflicting
    if (!c) return
    const chosen = await choose(c)
    body.view.focus()
    if (chosen) sync!.resolve(c, chosen)
  }

  const journal = new Journal(setup.person, setup.id, () => {
    if ("journal" in form.dataset) return
    form.dataset.journal = "failed"
    one(form, "[data-people]").before(h("p", {}, say("no_journal")))
  })
  sync = new Sync(host, journal, (message, alive) => server.save(message, alive), setup.version, host.read())
  form.dataset.state = "saved"
  form.dataset.version = String(setup.version)
  if (early()) touched()
  if (language.value !== setup.lang) language.dispatchEvent(new Event("change"))
  void recover().finally(() => (form.dataset.recovery = "done"))

  // recover goes on with what closed tabs left behind, one after the other.
  async function recover(): Promise<void> {
    let left: Entry[]
    try {
      left = await journal.orphans()
    } catch {
      return // no journal in this browser
    }
    for (const entry of left) {
      const before = host.read()
      if (!same(entry.content, before)) {
        if (!(await sync!.flush())) return
        const saved = host.read()
        sync!.recover(entry)
        tellRecovered(entry, saved)
        await journal.quiet()
      }
      await journal.forget(entry)
      if (!(await sync!.flush())) return
    }
  }
  function tellRecovered(entry: Entry, saved: Content): void {
    const box = one<HTMLElement>(form, "[data-recovered]")
    const time = new Date(entry.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })
    const close = () => {
      box.hidden = true
      body.view.focus()
    }
    box.replaceChildren(
      h("p", {}, say("recovered", { time })),
      h("button", { type: "button", "data-does": "recovered_show", onclick: () => showDifferences(saved, host.read()) }, say("recovered_show")),
      h("button", { type: "button", "data-does": "recovered_keep", onclick: close }, say("recovered_keep")),
      h("button", { type: "button", "data-does": "recovered_undo", onclick: () => (host.apply(saved), touched(), close()) }, say("recovered_undo")),
    )
    box.hidden = false
    announce(say("recovered", { time }))
  }

  // here tells the server where one is, and learns who else is in the article.
  let timer = 0
  let asking = false
  async function here(): Promise<void> {
    if (asking || document.hidden) return next(alone)
    asking = true
    clearTimeout(timer)
    const answer = await server.here(journal.tab, body.block(), sync!.version)
    if (answer) {
      showPeople(body.view, answer.people)
      const names = [...new Set(answer.people.map(p => (p.own ? say("own_window") : p.name)))].join(", ")
      const list = one<HTMLElement>(form, "[data-people]")
      const text = names && say("also_here", { names })
      if (list.textContent !== text) list.textContent = text
      form.dispatchEvent(new CustomEvent("stet:here", { detail: answer, bubbles: true }))
      if (answer.version > sync!.version && !sync!.dirty) {
        const s = await server.state()
        if (s?.content && sync!.newer(s.version!, s.content, s.by ?? "")) host.offer(s.words ?? "")
      }
    }
    asking = false
    next(answer?.people.length ? together : alone)
  }
  function next(ms: number): void {
    clearTimeout(timer)
    timer = window.setTimeout(() => void here(), ms)
  }
  void here()
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return void here()
    void sync!.now()
  })
  addEventListener("pagehide", () => sync!.leave())
  addEventListener("beforeunload", e => {
    if (!sync!.leave()) e.preventDefault()
  })

  // Words for readers that are offered are of the text as it is when one looks.
  const words = document.querySelector("[data-words]")
  for (const comes of ["pointerenter", "focusin"]) words?.addEventListener(comes, () => void (sync!.dirty && sync!.now()))

  // What leads away from the text waits until it is saved.
  const safe = (go: () => void) => async () => {
    if (await sync!.flush()) go()
    else announce(say("not_saved_stay"))
  }
  document.addEventListener("click", e => {
    const a = (e.target as Element).closest?.("a[href]") as HTMLAnchorElement | null
    if (!a || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || a.target || !sync!.dirty || a.getAttribute("href")!.startsWith("#")) return
    e.preventDefault()
    void safe(() => location.assign(a.href))()
  })
  document.addEventListener("submit", e => {
    const other = e.target as HTMLFormElement
    if (other === form || other.method === "dialog" || e.defaultPrevented || !sync!.dirty) return
    e.preventDefault()
    const submitter = e.submitter as HTMLElement | null
    const before = merges
    const note = other.elements.namedItem("note") as HTMLTextAreaElement | null
    const words = note?.value
    void safe(() => {
      if (note && note.value !== words) {
        note.focus()
        return announce(say("words_anew"))
      }
      // What came in with this save was not looked at: the desk shows it and asks.
      const looked = other.elements.namedItem("version")
      if (looked instanceof HTMLInputElement && merges !== before) looked.value = "0"
      other.requestSubmit(submitter)
    })()
  })
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-edit]")) start(form)
