// Small dialogs: a form of a few fields, answered or not.

import { h } from "./dom"
import type { Term } from "./server"
import { Suggestions } from "./suggestions"
import { say } from "./words"

export interface Field {
  name: string
  label: string
  type?: string
  value?: string
  required?: boolean
  hint?: string
  check?: (value: string) => string // what is wrong with it; empty if nothing is
  find?: (typed: string) => Promise<Term[]> // what may be meant; its key is filled in
  names?: string // the field that gets the name of what was found, if it is empty
}

export interface DialogOptions {
  title: string
  fields: Field[]
  remove?: boolean // offers to take away what is there
}

// ask returns what was filled in, "remove", or null if the dialog was left.
export function ask(o: DialogOptions): Promise<Record<string, string> | "remove" | null> {
  return new Promise(done => {
    const inputs = o.fields.map(f => {
      const input = h("input", { type: f.type ?? "text", id: `ask-${f.name}`, name: f.name, value: f.value ?? "", required: !!f.required, autocomplete: "off", dir: "auto" })
      input.addEventListener("input", () => input.setCustomValidity(""))
      return input
    })
    const inputOf = (name?: string) => inputs[o.fields.findIndex(f => f.name === name)]
    const form = h(
      "form",
      { method: "dialog" },
      h("h2", { id: "ask-title" }, o.title),
      ...o.fields.map((f, i) => h("div", { class: "field" }, h("label", { for: `ask-${f.name}` }, f.label), inputs[i]!, f.hint ? h("p", { class: "hint" }, f.hint) : null)),
      h(
        "div",
        { class: "row" },
        h("button", { class: "primary", value: "ok" }, say("done")),
        o.remove ? h("button", { value: "remove", formnovalidate: true }, say("remove")) : null,
        h("button", { value: "", formnovalidate: true }, say("cancel")),
      ),
    )
    const dialog = h("dialog", { class: "ask", "aria-labelledby": "ask-title" }, form)
    form.addEventListener("submit", e => {
      if ((e.submitter as HTMLButtonElement | null)?.value !== "ok") return
      for (const [i, f] of o.fields.entries()) {
        const problem = f.check?.(inputs[i]!.value.trim()) ?? ""
        inputs[i]!.setCustomValidity(problem)
        if (problem) {
          inputs[i]!.reportValidity()
          e.preventDefault()
          return
        }
      }
    })
    dialog.addEventListener("close", () => {
      const { returnValue } = dialog
      dialog.remove()
      if (returnValue === "remove") done("remove")
      else done(returnValue === "ok" ? Object.fromEntries(inputs.map(i => [i.name, i.value.trim()])) : null)
    })
    document.body.append(dialog)
    for (const [i, f] of o.fields.entries()) {
      if (!f.find) continue
      const found = new Suggestions(inputs[i]!, f.find, t => t.name, t => {
        inputs[i]!.value = t.key
        const named = inputOf(f.names)
        if (named && !named.value) named.value = t.name
      })
      inputs[i]!.addEventListener("keydown", e => found.key(e))
    }
    dialog.showModal()
  })
}
