// What two people wrote in the same place, side by side, to choose from.

import { Node } from "prosemirror-model"
import type { Content, NodeJSON } from "./content"
import { h } from "./dom"
import { newID } from "./attributes"
import { schema } from "./schema"
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
        h("legend", {}, clash.field ? say("field_" + clash.field) : say("clash_paragraph", { n: i + 1 })),
        h(
          "div",
          { class: "sides" },
          h("div", {}, option("mine", say("clash_mine"), true), h("div", { class: "side", dir: "auto" }, shown(clash.mine))),
          h("div", {}, option("theirs", say("clash_theirs", { name: c.by }), false), h("div", { class: "side", dir: "auto" }, shown(clash.theirs))),
        ),
        clash.block && clash.mine && clash.theirs ? option("both", say("clash_both"), false) : null,
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

// decide puts what was chosen into the merged text, which has mine wherever the
// two clash.
function decide(c: Conflict, chosen: Choice[]): Content {
  const out = structuredClone(c.merged)
  const fields = out as unknown as Record<string, unknown>
  c.clashes.forEach((clash, i) => {
    const choice = chosen[i]!
    if (clash.field) fields[clash.field] = choice === "theirs" ? clash.theirs : clash.mine
    else if (clash.block && out.body) out.body = replaced(out.body, clash, choice, c.theirs.body)
  })
  return out
}

function replaced(body: NodeJSON, clash: Clash, choice: Choice, theirs: NodeJSON | null): NodeJSON {
  const mine = clash.mine as NodeJSON | null
  const other = clash.theirs as NodeJSON | null
  const copy = other && { ...other, attrs: { ...other.attrs, id: newID() } }
  const nodes = choice === "theirs" ? [other] : choice === "both" ? [mine, copy] : [mine]
  const wanted = nodes.filter((n): n is NodeJSON => !!n)
  let found = false
  const walk = (n: NodeJSON): NodeJSON => {
    if (!n.content) return n
    return {
      ...n,
      content: n.content.flatMap(child => {
        if (child.attrs?.id !== clash.block) return [walk(child)]
        found = true
        return wanted
      }),
    }
  }
  const out = walk(body)
  if (found || !wanted.length) return out
  // gone from the merged text: it stands again behind its neighbour there
  const list = theirs?.content ?? []
  const at = list.findIndex(n => n.attrs?.id === clash.block)
  const before = at > 0 ? list[at - 1]!.attrs?.id : undefined
  const place = (out.content ?? []).findIndex(n => n.attrs?.id === before) + 1
  return { ...out, content: [...(out.content ?? []).slice(0, place), ...wanted, ...(out.content ?? []).slice(place)] }
}

function shown(v: unknown): string {
  if (v == null || v === "") return say("clash_nothing")
  if (typeof v === "string") return v
  if (Array.isArray(v)) return v.map(x => (typeof x === "string" ? x : ((x as { name?: string; key?: string }).name ?? (x as { key?: string }).key ?? ""))).join(", ")
  try {
    const node = Node.fromJSON(schema, v)
    return node.textBetween(0, node.content.size, "\n", "\n") || Object.values(node.attrs).filter(x => typeof x === "string").join(" ")
  } catch {
    return Object.values(v as object).filter(x => typeof x === "string").join(" ")
  }
}
