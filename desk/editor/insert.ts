// What needs to be asked for before it stands in the text: links, languages,
// pictures (see picture.ts), embeds.

import { MarkType, Node } from "prosemirror-model"
import { Command, EditorState, TextSelection } from "prosemirror-state"
import type { EditorView } from "prosemirror-view"
import { Action, marked, put } from "./actions"
import { announce } from "./announce"
import { Attribute, markRows, normal } from "./attributes"
import { ask } from "./dialog"
import { Pasted } from "./paste"
import { gallery, picture, Pictures } from "./picture"
import { schema } from "./schema"
import type { Term } from "./server"
import { say } from "./words"

const rowOf = (rows: { name: string; attrs?: Attribute[] }[], name: string) => (attr: string) => rows.find(r => r.name === name)!.attrs!.find(a => a.name === attr)!
const ofLink = rowOf(markRows, "link")
const ofLang = rowOf(markRows, "lang")

// extent returns the stretch around the caret that has a mark.
function extent(state: EditorState, type: MarkType): { from: number; to: number } {
  const { from, to, empty, $from } = state.selection
  if (!empty) return { from, to }
  const mark = type.isInSet($from.marks())
  if (!mark) return { from, to }
  const { parent } = $from
  let start = $from.index()
  let end = start
  if (start > 0 && !($from.nodeAfter && mark.isInSet($from.nodeAfter.marks))) start = end = start - 1
  while (start > 0 && mark.isInSet(parent.child(start - 1).marks)) start--
  while (end < parent.childCount && mark.isInSet(parent.child(end).marks)) end++
  let at = $from.start()
  for (let i = 0; i < start; i++) at += parent.child(i).nodeSize
  let size = 0
  for (let i = start; i < end; i++) size += parent.child(i).nodeSize
  return { from: at, to: at + size }
}

// completed gives an address its scheme.
function completed(s: string): string {
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(s)) return "mailto:" + s
  return /^[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+([/?#:]|$)/u.test(s) ? "https://" + s : s
}

const checked = (a: Attribute, key: string) => (v: string) => {
  const n = normal(a, a.kind === "href" || a.kind === "url" ? completed(v) : v)
  return n === undefined || (n === null && a.required) ? say(key) : ""
}

// isWords tells a headline that one looks for from the beginning of an address.
const isWords = (s: string): boolean => s.length > 1 && !/^[/#?]|:\/\/|^(https?|mailto|tel):/i.test(s) && completed(s) === s

async function link(view: EditorView, stories: Find): Promise<void> {
  const type = schema.marks.link!
  const { from, to } = extent(view.state, type)
  let old: Record<string, string> = {}
  view.state.doc.nodesBetween(from, to, n => {
    const m = type.isInSet(n.marks)
    if (m) old = m.attrs as Record<string, string>
  })
  const there = !!old.href
  const answer = await ask({
    title: say("do_link"),
    remove: there,
    fields: [
      { name: "href", label: say("link_href"), value: old.href ?? "", required: true, hint: say("link_hint"), check: checked(ofLink("href"), "link_wrong"), find: async q => (isWords(q) ? stories(q) : []), names: "text" },
      ...(from === to ? [{ name: "text", label: say("link_text") }] : []),
      { name: "title", label: say("link_title"), value: old.title ?? "", check: checked(ofLink("title"), "too_long") },
    ],
  })
  view.focus()
  if (!answer) return
  const tr = view.state.tr.removeMark(from, to, type)
  if (answer !== "remove") {
    const href = normal(ofLink("href"), completed(answer.href!))
    const mark = type.create({ href, title: answer.title || null, hreflang: old.hreflang ?? null })
    if (from === to) tr.replaceWith(from, to, schema.text(answer.text || String(href), [mark]))
    else tr.addMark(from, to, mark)
    tr.removeStoredMark(type)
  }
  view.dispatch(tr.scrollIntoView())
}

async function lang(view: EditorView): Promise<void> {
  const type = schema.marks.lang!
  const { from, to } = extent(view.state, type)
  if (from === to) return announce(say("choose_words"))
  const there = marked(view.state, type)
  const answer = await ask({
    title: say("do_lang"),
    remove: there,
    fields: [{ name: "lang", label: say("attr_lang"), required: true, hint: say("lang_hint"), check: checked(ofLang("lang"), "lang_wrong") }],
  })
  view.focus()
  if (!answer) return
  const tr = view.state.tr.removeMark(from, to, type)
  if (answer !== "remove") tr.addMark(from, to, type.create({ lang: normal(ofLang("lang"), answer.lang) }))
  view.dispatch(tr)
}

async function embed(view: EditorView, convert: Convert): Promise<void> {
  const answer = await ask({ title: say("do_embed"), fields: [{ name: "url", label: say("attr_url"), type: "url", required: true, hint: say("embed_hint") }] })
  view.focus()
  if (!answer || answer === "remove") return
  const frame = document.createElement("iframe")
  frame.setAttribute("src", answer.url!) // never in the page: its HTML goes to the server
  const made = await convert(frame.outerHTML, "")
  if (typeof made === "string") return announce(say("embed_away"))
  const node = made.doc.content?.find(n => n.type === "embed")
  if (!node) return announce(say("embed_unknown"))
  put(Node.fromJSON(schema, node))(view.state, view.dispatch)
}

type Find = (typed: string) => Promise<Term[]>
type Convert = (html: string, lang: string) => Promise<Pasted | "away" | "large">

const opens = (does: (view: EditorView) => Promise<void>): Command => (_, dispatch, view) => {
  if (dispatch && view) void does(view)
  return true
}

// inserts are the actions that ask first.
export function inserts(convert: Convert, stories: Find, pictures: Pictures): Record<string, Pick<Action, "run" | "active">> {
  return {
    link: { run: opens(view => link(view, stories)), active: state => marked(state, schema.marks.link!) },
    lang: { run: opens(lang), active: state => marked(state, schema.marks.lang!) },
    picture: { run: opens(view => picture(view, pictures)) },
    gallery: { run: opens(view => gallery(view, pictures)) },
    embed: { run: opens(view => embed(view, convert)) },
  }
}

// linkOver makes a link of the words chosen when an address is pasted over them.
export function linkOver(state: EditorState, text: string): EditorState["tr"] | null {
  const href = normal(ofLink("href"), text.trim())
  const { selection } = state
  if (!(selection instanceof TextSelection) || selection.empty || !selection.$from.sameParent(selection.$to)) return null
  if (typeof href !== "string" || !/^(https?|mailto):\S+$/.test(href)) return null
  return state.tr.addMark(selection.from, selection.to, schema.marks.link!.create({ href }))
}
