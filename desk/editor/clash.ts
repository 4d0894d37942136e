// What two people wrote in the same place, side by side, to choose from.

import type { Content, NodeJSON } from "./content"
import { h } from "./dom"
import { newID } from "./attributes"
import type { Clash, Conflict } from "./sync"
import { say } from "./words"

type Choice = "mine" | "theirs" | "both"

// choose shows a conflict, and returns the text that the person made of it, or
// null if the choice was put off.
export function choose(c: Conflict): Promise<Content | null> {
  return new Promise(done => {
    const groups = c.clashes.map((clash, i) => {
      const option = (choice: Choice, label: string, checked: boolean) =>
        h("label", { class: "check" }, h("input", { type: "radio", name: `clash-${i}`, value: choice, checked }), label)
      return h(
        "fieldset",
        { "data-clash": clash.block ?? clash.field ?? "" },
        h("legend", {}, clash.field ? fieldName(clash.field) : say("clash_paragraph", { n: numberOf(c.merged.body, clash) })),
        h(
          "div",
          { class: "sides" },
          h("div", {}, option("mine", say("clash_mine"), true), h("div", { class: "side", dir: "auto" }, shown(clash.mine, clash.attr))),
          h("div", {}, option("theirs", say("clash_theirs", { name: c.by }), false), h("div", { class: "side", dir: "auto" }, shown(clash.theirs, clash.attr))),
        ),
        clash.block && !clash.attr && clash.mine && clash.theirs ? option("both", say("clash_both"), false) : null,
      )
    })
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "clash-title" }, say("clash_title")),
      h("p", {}, say("clash_text", { name: c.by })),
      ...groups,
      h("div", { class: "row" }, h("button", { class: "primary", value: "ok" }, say("clash_done")), h("button", { value: "" }, say("clash_later"))),
    )
    const dialog = h("dialog", { class: "ask clash", "aria-labelledby": "clash-title", "data-clash-dialog": true }, form)
    dialog.addEventListener("close", () => {
      const chosen = dialog.returnValue === "ok" ? c.clashes.map((_, i) => new FormData(form).get(`clash-${i}`) as Choice) : null
      dialog.remove()
      done(chosen && decide(c, chosen))
    })
    document.body.append(dialog)
    dialog.showModal()
  })
}

// numberOf counts the blocks of a text up to the one of a clash, or up to the
// place where it stood.
function numberOf(body: NodeJSON | null, clash: Clash): number {
  const holds = (n: NodeJSON, id: string): boolean => n.attrs?.id === id || !!n.content?.some(child => holds(child, id))
  const at = (id?: string) => (id ? (body?.content ?? []).findIndex(n => holds(n, id)) : -1)
  const i = at(clash.block)
  return i >= 0 ? i + 1 : at(clash.after) + 2
}

// decide puts what was chosen into the merged text, which has theirs wherever
// the two clash.
function decide(c: Conflict, chosen: Choice[]): Content {
  const out = structuredClone(c.merged)
  c.clashes.forEach((clash, i) => {
    const choice = chosen[i]!
    if (choice === "theirs") return
    if (clash.field) setField(out as unknown as Record<string, unknown>, clash.field.split("."), clash.mine)
    else if (clash.block && out.body) out.body = withMine(out.body, clash, choice === "both")
  })
  return out
}

function setField(at: Record<string, unknown>, [name, ...rest]: string[], value: unknown): void {
  if (!rest.length) at[name!] = value
  else setField((at[name!] ??= {}) as Record<string, unknown>, rest, value)
}

function withMine(body: NodeJSON, clash: Clash, both: boolean): NodeJSON {
  const mine = clash.mine as NodeJSON | null
  let found = false
  const walk = (n: NodeJSON): NodeJSON => {
    if (!n.content) return n
    return {
      ...n,
      content: n.content.flatMap(child => {
        if (child.attrs?.id !== clash.block) return [walk(child)]
        found = true
        if (clash.attr) return [{ ...child, attrs: { ...child.attrs, [clash.attr]: mine?.attrs?.[clash.attr] ?? null } }]
        if (!mine) return both ? [child] : []
        return both ? [mine, { ...child, attrs: { ...child.attrs, id: newID() } }] : [mine]
      }),
    }
  }
  const out = walk(body)
  if (found || !mine) return out
  // theirs has taken it away: it stands again where it stood
  const list = out.content ?? []
  const place = list.findIndex(n => n.attrs?.id === clash.after) + 1
  return { ...out, content: [...list.slice(0, place), mine, ...list.slice(place)] }
}

const fieldName = (name: string) => say("field_" + ({ bylines: "authors", source: "source.name", picture: "picture.url" }[name] ?? name))

function shown(v: unknown, attr?: string): string {
  if (v == null || v === "") return say("clash_nothing")
  if (typeof v === "string") return v
  if (Array.isArray(v)) return v.map(x => (typeof x === "string" ? x : ((x as { name?: string; key?: string }).name ?? (x as { key?: string }).key ?? ""))).join(", ")
  const values = (x: object) => Object.values(x).filter(s => typeof s === "string").join(" · ")
  if (typeof v !== "object" || !("type" in v)) return typeof v === "object" ? values(v) : String(v)
  const { attrs = {}, ...node } = v as NodeJSON
  if (attr) return String(attrs[attr] ?? say("clash_nothing"))
  const { id: _, lang: __, ...said } = attrs
  return node.content?.length ? text(node) : values(said)
}

function text(n: NodeJSON): string {
  if (n.text) return n.text
  const block = n.type !== "paragraph" && n.type !== "heading"
  return (n.content ?? []).map(text).join(block ? "\n" : "")
}
