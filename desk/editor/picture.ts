// Pictures in the text: how they are shown, chosen, brought in and put in order.

import { Node } from "prosemirror-model"
import { EditorState, NodeSelection, Plugin, PluginKey } from "prosemirror-state"
import { Decoration, DecorationSet, EditorView, NodeView } from "prosemirror-view"
import { put, within } from "./actions"
import { announce } from "./announce"
import { direction, nodeRows, normal } from "./attributes"
import { h } from "./dom"
import { schema } from "./schema"
import { Brought, failed, filesOf, request, row, Shown } from "./upload"
import { say } from "./words"

// Pictures knows the newsroom's pictures that the text shows.
export class Pictures {
  private readonly asked = new Set<string>()
  private readonly watching = new Set<() => void>()

  constructor(
    private readonly known: Record<string, Shown>,
    readonly lang: string, // the story's
    readonly uploads: HTMLElement, // where files on their way are listed
    readonly fetches: boolean, // pictures of the web can be brought in
  ) {}

  // of returns a picture; one that is not known yet is asked for.
  of(id: string): Shown | null {
    const p = this.known[id]
    if (p) return p
    if (id && !this.asked.has(id)) {
      this.asked.add(id)
      void request<{ pictures: Record<string, Shown> }>(`/desk/pictures/shown?${new URLSearchParams({ id, lang: this.lang })}`).then(a => {
        if (failed(a)) return void this.asked.delete(id)
        for (const [k, v] of Object.entries(a.pictures)) this.learn(k, v)
      })
    }
    return null
  }

  learn(id: string, p: Shown): void {
    this.known[id] = p
    for (const tell of this.watching) tell()
  }

  // watch calls back when a picture becomes known, until what it returns is called.
  watch(tell: () => void): () => void {
    this.watching.add(tell)
    return () => void this.watching.delete(tell)
  }

  // bring uploads files; what is done with each is said by then. It is called once
  // more where somebody chooses between a picture and the one that it looks like.
  bring(files: Iterable<File>, then: (p: Shown, was?: Shown) => void, gone?: () => void): void {
    for (const file of files) {
      const upload = row(this.uploads, file, this.lang, b => {
        this.take(b, then)
        if (b.like) this.offer(b.like, b.picture!, then)
      })
      if (gone) this.uploads.lastElementChild!.addEventListener("click", () => upload.state === "cancelled" && gone())
    }
  }

  private offer(like: Shown, was: Shown, then: (p: Shown, was: Shown) => void): void {
    const choice = (key: string, p: Shown) =>
      h("button", { type: "button", "data-does": key, onclick: () => {
        item.remove()
        this.learn(p.id, p)
        then(p, was)
      } }, say(key))
    const told = say("upload_like", { name: like.name })
    const item = h("li", { "data-upload": "like" }, h("img", { src: like.src, alt: "", width: like.width, height: like.height }), h("span", {}, told), h("span", { class: "row" }, choice("upload_like_use", like), choice("upload_like_keep", was)))
    this.uploads.append(item)
    announce(told)
  }

  private take(b: Brought, then: (p: Shown) => void): void {
    const p = b.same ?? b.picture! // the same file is there already, described
    this.learn(p.id, p)
    announce(b.same ? say("upload_same") : p.alt ? say("upload_done") : say("picture_alt_wanted"))
    then(p)
  }

  // fetch brings in a picture that stands elsewhere on the web.
  async fetch(url: string): Promise<Shown | null> {
    announce(say("picture_fetching"))
    const b = await request<Brought>(`/desk/pictures/from?${new URLSearchParams({ lang: this.lang })}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ url }) })
    if (failed(b)) {
      announce(b.fault)
      return null
    }
    let got: Shown | null = null
    this.take(b, p => (got = p))
    return got
  }
}

const lines = ["alt", "caption", "credit"] as const

// PictureView shows a picture as this text uses it.
export class PictureView implements NodeView {
  readonly dom = h("figure", { class: "picture", contenteditable: "false" })
  private readonly unwatch: () => void

  constructor(
    private node: Node,
    private readonly view: EditorView,
    private readonly at: () => number | undefined,
    private readonly pictures: Pictures,
  ) {
    this.unwatch = pictures.watch(() => this.draw())
    this.draw()
  }

  private draw(): void {
    const a = this.node.attrs as Record<string, string | null>
    const p = a.ref ? this.pictures.of(a.ref) : null
    this.dom.setAttribute("data-id", a.id ?? "")
    for (const k of ["ref", "url", ...lines]) a[k] ? this.dom.setAttribute("data-" + k, a[k]!) : this.dom.removeAttribute("data-" + k)
    a.lang ? this.dom.setAttribute("lang", a.lang) : this.dom.removeAttribute("lang")
    a.lang ? this.dom.setAttribute("dir", direction(a.lang)) : this.dom.removeAttribute("dir")
    const own: Record<string, string> = { alt: p?.alt ?? "", caption: p?.caption ?? "", credit: p?.credit ?? "" }
    const alt = a.alt || own.alt
    this.dom.replaceChildren(
      p ? h("img", { src: p.src, alt: alt || p.name, width: p.width, height: p.height, draggable: "false" }) : h("span", { class: "sign", "aria-hidden": "true" }, "▣"),
      h(
        "span",
        { class: "said" },
        alt ? h("span", { class: a.alt ? "first" : "first own" }, alt) : h("span", { class: "missing" }, say("picture_alt_missing")),
        ...(["caption", "credit"] as const).map(k => (a[k] || own[k] ? h("span", { class: a[k] ? "more" : "more own" }, a[k] || own[k]) : null)),
        p?.ended ? h("span", { class: "missing" }, say("picture_right_ended", { date: p.ended })) : null,
        a.ref ? (p ? h("a", { href: p.href, target: "_blank", rel: "noopener" }, say("picture_about")) : null) : h("span", { class: "more", dir: "ltr" }, a.url ?? ""),
        a.ref || !this.view.editable || !this.pictures.fetches ? null : h("button", { type: "button", "data-bring": true, onclick: () => void this.bring() }, say("picture_bring")),
      ),
    )
  }

  private async bring(): Promise<void> {
    const p = await this.pictures.fetch(this.node.attrs.url as string)
    const pos = this.at()
    if (!p || pos === undefined) return
    this.view.dispatch(this.view.state.tr.setNodeMarkup(pos, null, { ...this.node.attrs, url: null, ref: p.id }))
  }

  update(node: Node): boolean {
    if (node.type !== this.node.type) return false
    this.node = node
    this.draw()
    return true
  }

  stopEvent(e: Event): boolean {
    return e.target instanceof Element && !!e.target.closest("button, a")
  }

  ignoreMutation(): boolean {
    return true
  }

  destroy(): void {
    this.unwatch()
  }
}

type Change = { add: { id: object; pos: number } } | { remove: object }
const places = new PluginKey<DecorationSet>("arriving")

// insertAt puts a picture at a place, at the innermost level where it may stand.
function insertAt(view: EditorView, pos: number, node: Node, change: Change): void {
  const tr = view.state.tr.setMeta(places, change)
  const $pos = tr.doc.resolve(Math.min(pos, tr.doc.content.size))
  for (let d = $pos.depth; d >= 0; d--) {
    const parent = $pos.node(d)
    const here = d === $pos.depth
    if (parent.isTextblock) continue
    const empty = d === $pos.depth - 1 && $pos.parent.isTextblock && !$pos.parent.content.size
    const index = $pos.index(d) + (here || empty ? 0 : 1)
    if (!parent.canReplaceWith(index, empty ? index + 1 : index, node.type)) continue
    const from = here ? $pos.pos : empty ? $pos.before(d + 1) : $pos.after(d + 1)
    tr.replaceWith(from, empty ? $pos.after(d + 1) : from, node)
    const end = from + node.nodeSize
    if (end === tr.doc.content.size) tr.insert(end, schema.nodes.paragraph!.create())
    view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, from)))
    return
  }
  view.dispatch(tr)
  announce(say("not_here"))
}

const ofPicture = (name: string) => nodeRows.find(r => r.name === "picture")!.attrs!.find(a => a.name === name)!

export const pictureNode = (p: Shown): Node => schema.nodes.picture!.create({ ref: p.id })

// bringInto uploads files and puts each into the text where it was wanted.
export function bringInto(view: EditorView, pictures: Pictures, files: Iterable<File>, pos: number): void {
  for (const file of files) {
    const id = {}
    view.dispatch(view.state.tr.setMeta(places, { add: { id, pos } } satisfies Change))
    pictures.bring(
      [file],
      (p, was) => {
        if (was) return exchange(view, was, p)
        const place = places.getState(view.state)!.find(undefined, undefined, spec => spec.id === id)[0]
        insertAt(view, place?.from ?? view.state.selection.from, pictureNode(p), { remove: id })
      },
      () => view.dispatch(view.state.tr.setMeta(places, { remove: id } satisfies Change)),
    )
  }
}

// exchange puts a picture in the place of another wherever the text has that.
function exchange(view: EditorView, was: Shown, p: Shown): void {
  const { tr } = view.state
  view.state.doc.descendants((node, pos) => {
    if (node.type === schema.nodes.picture && node.attrs.ref === was.id) tr.setNodeMarkup(pos, null, { ...node.attrs, ref: p.id })
  })
  if (was.id !== p.id) view.dispatch(tr)
  view.focus()
}

// arriving takes files that are dropped or pasted, and keeps their places; in a
// gallery, pictures change places by keys.
export function arriving(pictures: Pictures): Plugin {
  const take = (view: EditorView, event: Event, data: DataTransfer | null, pos: number) => {
    const files = filesOf(data)
    if (!view.editable || !files.length) return false
    event.preventDefault()
    bringInto(view, pictures, files, pos)
    return true
  }
  return new Plugin<DecorationSet>({
    key: places,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set) {
        set = set.map(tr.mapping, tr.doc)
        const change = tr.getMeta(places) as Change | undefined
        if (change && "add" in change) return set.add(tr.doc, [Decoration.widget(change.add.pos, () => h("span", { class: "pasting", "aria-hidden": "true" }), { id: change.add.id, side: -1 })])
        if (change) return set.remove(set.find(undefined, undefined, spec => spec.id === change.remove))
        return set
      },
    },
    props: {
      decorations: state => places.getState(state),
      handleDOMEvents: {
        // a picture that was copied; text with a picture of itself is text
        paste: (view, e) => !e.clipboardData?.getData("text/plain") && take(view, e, e.clipboardData, view.state.selection.to),
        drop: (view, e) => take(view, e, e.dataTransfer, view.posAtCoords({ left: e.clientX, top: e.clientY })?.pos ?? view.state.selection.to),
      },
      handleKeyDown(view, e) {
        const by = { ArrowUp: -1, ArrowLeft: -1, ArrowDown: 1, ArrowRight: 1 }[e.key]
        return !!by && e.altKey && !e.ctrlKey && !e.metaKey && !e.shiftKey && turned(view, e.key === "ArrowLeft" || e.key === "ArrowRight" ? by * (getComputedStyle(view.dom).direction === "rtl" ? -1 : 1) : by)
      },
    },
  })
}

// turned exchanges the chosen picture with its neighbour in a gallery.
function turned(view: EditorView, by: number): boolean {
  const { selection, tr } = view.state
  if (!(selection instanceof NodeSelection) || selection.node.type !== schema.nodes.picture || selection.$from.parent.type !== schema.nodes.gallery) return false
  const { parent } = selection.$from
  const index = selection.$from.index()
  const other = parent.maybeChild(index + by)
  if (!other) return false
  const from = by < 0 ? selection.from - other.nodeSize : selection.from + other.nodeSize
  tr.delete(selection.from, selection.to).insert(from, selection.node)
  view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, from)).scrollIntoView())
  announce(say("picture_place", { n: index + by + 1, all: parent.childCount }))
  return true
}

export type Choice = { files: File[] } | { picture: Shown } | { attrs: Record<string, unknown> } | null

// choose asks for a picture: files of this machine, one of the library, or one
// that stands elsewhere.
export function choose(pictures: Pictures, title: string, elsewhere: boolean): Promise<Choice> {
  return new Promise(done => {
    let chosen: Choice = null
    const answer = (c: Choice) => {
      chosen = c
      dialog.close()
    }
    const files = h("input", { type: "file", id: "ask-files", accept: "image/*,.heic,.tif,.tiff", multiple: elsewhere })
    files.addEventListener("change", () => files.files?.length && answer({ files: [...files.files] }))
    const search = h("input", { type: "search", id: "ask-q", autocomplete: "off", dir: "auto" })
    const results = h("ul", { class: "choices", "aria-label": say("picture_library") })
    const told = h("p", { class: "hint", role: "status" })
    let asked = 0
    const look = async () => {
      const mine = ++asked
      const a = await request<{ pictures: Shown[] }>(`/desk/pictures?${new URLSearchParams({ q: search.value, lang: pictures.lang })}`)
      if (mine !== asked) return
      told.textContent = failed(a) ? a.fault : a.pictures.length ? "" : say("picture_none")
      results.replaceChildren(
        ...(failed(a) ? [] : a.pictures).map(p =>
          h("li", {}, h("button", { type: "button", "data-choose": p.id, onclick: () => (pictures.learn(p.id, p), answer({ picture: p })) }, h("img", { src: p.src, alt: "", width: p.width, height: p.height }), h("span", { dir: "auto" }, p.name), p.ended ? h("span", { class: "missing" }, say("picture_right_ended", { date: p.ended })) : null)),
        ),
      )
    }
    let timer = 0
    search.addEventListener("input", () => {
      clearTimeout(timer)
      timer = window.setTimeout(() => void look(), 250)
    })
    const field = (name: string) => {
      const input = h("input", { id: `ask-${name}`, name, autocomplete: "off", dir: "auto" })
      input.addEventListener("input", () => input.setCustomValidity(""))
      return h("div", { class: "field" }, h("label", { for: `ask-${name}` }, say("attr_" + name)), input)
    }
    const names = ["url", ...lines]
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "ask-title" }, title),
      h("div", { class: "field" }, h("label", { for: "ask-files" }, say("picture_files")), files),
      h("div", { class: "field" }, h("label", { for: "ask-q" }, say("picture_library")), search),
      told,
      results,
      elsewhere ? h("details", {}, h("summary", {}, say("picture_elsewhere")), ...names.map(field)) : null,
      h("div", { class: "row" }, elsewhere ? h("button", { class: "primary", value: "ok" }, say("done")) : null, h("button", { value: "" }, say("cancel"))),
    )
    const dialog = h("dialog", { class: "ask choosing", "aria-labelledby": "ask-title" }, form)
    search.addEventListener("keydown", e => {
      if (e.key !== "Enter") return
      e.preventDefault()
      void look()
    })
    form.addEventListener("submit", e => {
      if ((e.submitter as HTMLButtonElement | null)?.value !== "ok") return
      const attrs: Record<string, unknown> = {}
      for (const name of names) {
        const input = form.elements.namedItem(name) as HTMLInputElement
        const value = normal(ofPicture(name), input.value.trim())
        if (value === undefined || (name === "url" && !value)) {
          input.closest("details")!.open = true
          input.setCustomValidity(say(name === "url" ? "url_wrong" : "too_long"))
          input.reportValidity()
          e.preventDefault()
          return
        }
        attrs[name] = value
      }
      chosen = { attrs }
    })
    dialog.addEventListener("close", () => {
      dialog.remove()
      done(chosen)
    })
    document.body.append(dialog)
    dialog.showModal()
    void look()
  })
}

// picture puts a picture into the text; gallery begins a gallery, or adds to the
// one where the caret is.
export async function picture(view: EditorView, pictures: Pictures): Promise<void> {
  const c = await choose(pictures, say("do_picture"), true)
  view.focus()
  if (!c) return
  if ("files" in c) return bringInto(view, pictures, c.files, view.state.selection.to)
  const node = "picture" in c ? pictureNode(c.picture) : schema.nodes.picture!.create(c.attrs)
  if (!put(node)(view.state, view.dispatch)) announce(say("not_here"))
  else if ("picture" in c && !c.picture.alt) announce(say("picture_alt_wanted"))
}

export async function gallery(view: EditorView, pictures: Pictures): Promise<void> {
  const c = await choose(pictures, say("do_gallery"), true)
  view.focus()
  if (!c) return
  if ("files" in c) return pictures.bring(c.files, (p, was) => void (was ? exchange(view, was, p) : addToGallery(view, pictureNode(p))))
  addToGallery(view, "picture" in c ? pictureNode(c.picture) : schema.nodes.picture!.create(c.attrs))
}

function addToGallery(view: EditorView, node: Node): void {
  const { state } = view
  const found = within(state, schema.nodes.gallery!) ?? before(state)
  if (found) {
    const at = found.pos + found.node.nodeSize - 1
    const tr = state.tr.insert(at, node)
    view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, at)).scrollIntoView())
  } else if (!put(schema.nodes.gallery!.create(null, node))(state, view.dispatch)) announce(say("not_here"))
}

// before is the gallery right before the caret, where the one that was just begun
// stands.
function before(state: EditorState): { node: Node; pos: number } | null {
  const { $from } = state.selection
  if ($from.depth !== 1) return null
  const at = $from.index(0) - 1
  const node = at >= 0 ? state.doc.child(at) : null
  return node && node.type === schema.nodes.gallery ? { node, pos: $from.before(1) - node.nodeSize } : null
}
