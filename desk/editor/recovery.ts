// What was recovered, beside what was saved.

import { Node } from "prosemirror-model"
import { Content, NodeJSON, same } from "./content"
import { h } from "./dom"
import { schema } from "./schema"
import { say } from "./words"

function text(n: NodeJSON | undefined): string {
  if (!n) return ""
  const node = Node.fromJSON(schema, n)
  return node.textBetween(0, node.content.size, "\n", "\n")
}

// showDifferences shows the fields and blocks in which two texts differ.
export function showDifferences(saved: Content, now: Content): void {
  const rows: HTMLElement[] = []
  const row = (was: string, is: string) => rows.push(h("tr", {}, h("td", { dir: "auto" }, was), h("td", { dir: "auto" }, is)))
  for (const name of ["headline", "kicker", "standfirst", "dateline"] as const) if (!same(saved[name], now[name])) row(saved[name] ?? "", now[name] ?? "")
  const before = new Map((saved.body?.content ?? []).map(n => [n.attrs?.id, n]))
  for (const n of now.body?.content ?? []) {
    const old = before.get(n.attrs?.id)
    before.delete(n.attrs?.id)
    if (!same(old, n)) row(text(old), text(n))
  }
  for (const n of before.values()) row(text(n), "")
  const dialog = h(
    "dialog",
    { class: "ask", "aria-labelledby": "recovered-title" },
    h("h2", { id: "recovered-title" }, say("recovered_title")),
    h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("recovered_saved")), h("th", { scope: "col" }, say("recovered_now")))), h("tbody", {}, ...rows)),
    h("form", { method: "dialog", class: "row" }, h("button", { class: "primary" }, say("close"))),
  )
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}
