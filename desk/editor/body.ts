// The text itself: ProseMirror with our schema, and what stands over and under it.

import { baseKeymap } from "prosemirror-commands"
import { dropCursor } from "prosemirror-dropcursor"
import { gapCursor } from "prosemirror-gapcursor"
import { history } from "prosemirror-history"
import { keymap } from "prosemirror-keymap"
import type { Node } from "prosemirror-model"
import { Command, EditorState } from "prosemirror-state"
import { tableEditing } from "prosemirror-tables"
import { EditorView } from "prosemirror-view"
import { Action, actions, base } from "./actions"
import { announce } from "./announce"
import type { Beside } from "./beside"
import { direction } from "./attributes"
import type { NodeJSON } from "./content"
import { h, pause } from "./dom"
import { Find, searching } from "./find"
import { blockOf, ids } from "./ids"
import { inserts } from "./insert"
import { sheet } from "./keys"
import { become } from "./merge"
import { Panel } from "./panel"
import { paste, PasteHost } from "./paste"
import { arriving, Pictures, PictureView } from "./picture"
import { presence } from "./presence"
import { languageAt, rules, Typography } from "./rules"
import { read, write } from "./schema"
import type { Term } from "./server"
import { Toolbar } from "./toolbar"
import { say, words } from "./words"

export interface BodyHost {
  convert: PasteHost["convert"]
  stories(headline: string): Promise<Term[]> // that readers have
  pictures: Pictures
  typography(lang: string): Typography | undefined
  changed(): void
  moved(): void
  save(): void
  beside?: Beside // what stands beside the text
}

export class Body {
  readonly view: EditorView
  private readonly toolbar: Toolbar | null = null
  private readonly panel: Panel | null = null
  private applying = false
  private readonly beside: Beside | undefined
  private readonly pace: number

  constructor(root: HTMLElement, body: NodeJSON | null, lang: string, editable: boolean, host: BodyHost) {
    const find: { at?: Find } = {}
    this.beside = host.beside
    this.pace = host.typography(lang)?.pace ?? 200
    const recount = pause(200, () => this.count())
    // a key of ours is never the browser's too: ⌘[ would leave the page
    const bound = (a: Action): Command => (state, dispatch, view) => a.run(state, dispatch, view) || true
    const only = (does: () => unknown): Command => (_, dispatch) => (dispatch ? does() !== false : true)
    const all: Action[] = actions({
      ...inserts(host.convert, host.stories, host.pictures),
      block: { run: only(() => this.panel?.focus() ?? false) },
      find: { run: only(() => find.at?.open()) },
      find_next: { run: only(() => find.at?.next()) },
      save: { run: only(host.save) },
      toolbar: { run: only(() => this.toolbar?.focus() ?? false) },
      shortcuts: { run: only(() => sheet(all)) },
    })
    const { Tab: _, "Shift-Tab": __, ...common } = baseKeymap // Tab leaves the text
    this.view = new EditorView(null, {
      state: EditorState.create({
        doc: this.woven(body),
        plugins: [
          arriving(host.pictures),
          rules(lang, host.typography),
          keymap(Object.fromEntries(all.flatMap(a => a.keys.filter(k => k !== "?").map(k => [k, bound(a)])))),
          keymap({ ...common, ...base }),
          paste({ convert: host.convert, tell: announce, lang: view => languageAt(view.state.selection.$from, lang) }),
          ids(),
          history(),
          tableEditing(),
          dropCursor({ color: false, class: "drop" }),
          gapCursor(),
          searching(),
          presence(),
          ...(host.beside ? [host.beside.plugin()] : []),
        ],
      }),
      editable: () => editable,
      nodeViews: { picture: (node, view, at) => new PictureView(node, view, at, host.pictures) },
      attributes: {
        id: "body",
        class: "text",
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": say("field_body"),
        "aria-describedby": "body-keys",
        "aria-readonly": String(!editable),
        tabindex: "0",
        lang,
        dir: direction(lang),
        spellcheck: "true",
      },
      dispatchTransaction: tr => {
        this.view.updateState(this.view.state.apply(tr))
        if (tr.docChanged && !this.applying && !tr.getMeta("beside")) host.changed()
        if (tr.docChanged || tr.selectionSet) host.moved()
        this.toolbar?.update()
        this.panel?.update()
        if (tr.docChanged) recount()
      },
    })
    root.replaceChildren()
    if (editable) {
      this.toolbar = new Toolbar(this.view, all)
      this.panel = new Panel(this.view, lang, host.pictures)
      find.at = new Find(this.view)
      root.append(h("div", { class: "tools" }, this.toolbar.bar, this.panel.box, find.at.bar, host.pictures.uploads))
      addEventListener("keydown", e => {
        const el = e.target as HTMLElement
        if (e.key === "?" && !el.isContentEditable && !/^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName) && !document.querySelector("dialog[open]")) sheet(all)
      })
    }
    root.append(this.view.dom, h("p", { class: "hint", id: "body-keys" }, say("body_keys")), h("p", { class: "hint", "data-count": true }))
    this.panel?.update()
    this.count()
  }

  private woven(body: NodeJSON | null): Node {
    return this.beside ? this.beside.weave(read(body)) : read(body)
  }

  read(): NodeJSON {
    const body = write(this.view.state.doc)
    return this.beside ? this.beside.strip(body) : body
  }

  // apply puts another state of the text into the editor; what is written here
  // can still be undone, what came from elsewhere is not undone with it.
  apply(body: NodeJSON | null): void {
    const tr = become(this.view.state.tr, this.woven(body))
    if (!tr.docChanged) return
    this.applying = true
    this.view.dispatch(tr.setMeta("addToHistory", false))
    this.applying = false
  }

  // block is the id of the block where the caret is.
  block(): string {
    return blockOf(this.view.state.doc, this.view.state.selection.from) ?? ""
  }

  private count(): void {
    const { doc } = this.view.state
    const n = words(doc.textBetween(0, doc.content.size, "\n", "\n"))
    const el = this.view.dom.parentElement?.querySelector("[data-count]")
    if (el) el.textContent = say("count", { words: n.toLocaleString(document.documentElement.lang), minutes: Math.max(1, Math.round(n / this.pace)) })
  }
}
