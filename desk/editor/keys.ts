// Keys as people read them, and the sheet that lists them.

import type { Action } from "./actions"
import { h } from "./dom"
import { say } from "./words"

const mac = /Mac|iP(hone|ad|od)/.test(navigator.platform)

const names: Record<string, string> = mac
  ? { Mod: "⌘", Alt: "⌥", Shift: "⇧", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" }
  : { Mod: "Ctrl", ArrowUp: "↑", ArrowDown: "↓", ArrowLeft: "←", ArrowRight: "→" }

// shown writes a key as it stands on the keyboard.
export function shown(key: string): string {
  return key
    .split("-")
    .map(part => names[part] ?? (part.length === 1 ? part.toUpperCase() : part))
    .join(mac ? "" : "+")
}

// sheet shows all shortcuts.
export function sheet(actions: Action[]): void {
  const rows = actions.map(a =>
    h("tr", {}, h("th", { scope: "row" }, say("do_" + a.name)), h("td", {}, ...a.keys.flatMap((k, i) => [i ? " " : null, h("kbd", {}, shown(k))])), h("td", {}, a.typed ? h("kbd", {}, a.typed.replaceAll(" ", "␣")) : null)),
  )
  const dialog = h(
    "dialog",
    { class: "ask sheet", "aria-labelledby": "sheet-title", "data-sheet": true },
    h("h2", { id: "sheet-title" }, say("shortcuts")),
    h("p", {}, say("body_keys")),
    h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, say("sheet_what")), h("th", { scope: "col" }, say("sheet_keys")), h("th", { scope: "col" }, say("sheet_typed")))), h("tbody", {}, ...rows)),
    h("form", { method: "dialog", class: "row" }, h("button", { class: "primary" }, say("close"))),
  )
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}
