// The pages of pictures: bringing files in, and choosing what is shown of one.
// Both work without this script; with it they do so at once.

import { startCrop } from "./crop"
import { h, one } from "./dom"
import { filesOf, row } from "./upload"
import { learn, say } from "./words"

const words = document.querySelector("[data-words]")
if (words) learn(JSON.parse(words.textContent ?? "{}") as Record<string, string>)

const bring = document.querySelector<HTMLFormElement>("form[data-bring]")
if (bring) startBring(bring)
const crop = document.querySelector<HTMLElement>("[data-crop]")
if (crop) startCrop(crop)

function startBring(form: HTMLFormElement): void {
  const list = one(form, "[data-uploads]")
  const told = one(form, "[data-told]")
  const input = one<HTMLInputElement>(form, "input[type=file]")
  const button = one<HTMLButtonElement>(form, "button")
  button.hidden = true
  const add = (files: Iterable<File>) => {
    for (const file of files)
      row(list, file, document.documentElement.lang, b => {
        const p = b.picture!
        const other = b.same ?? b.like
        const word = b.same ? say("upload_same") : b.like ? say("upload_like", { name: b.like.name }) : say("upload_done")
        list.prepend(
          h("li", { "data-upload": "done" }, h("a", { href: p.href }, h("img", { src: p.src, alt: "", width: p.width, height: p.height }), h("span", { dir: "auto" }, p.name)), h("span", {}, word), h("a", { href: other ? other.href : p.href }, b.same ? say("upload_same_show") : b.like ? say("upload_like_show") : say("upload_describe"), h("span", { class: "unseen" }, ": " + p.name))),
        )
        told.textContent = `${p.name}: ${word}`
        document.querySelector(".empty")?.remove()
      })
  }
  input.addEventListener("change", () => {
    add(input.files ?? [])
    input.value = ""
  })
  document.addEventListener("dragover", e => {
    if (!e.dataTransfer?.types.includes("Files")) return
    e.preventDefault()
    form.classList.add("over")
  })
  document.addEventListener("dragleave", e => {
    if (!e.relatedTarget) form.classList.remove("over")
  })
  document.addEventListener("drop", e => {
    form.classList.remove("over")
    if (!e.dataTransfer?.files.length) return
    e.preventDefault()
    add(filesOf(e.dataTransfer))
  })
  document.addEventListener("paste", e => {
    const files = filesOf(e.clipboardData)
    if (!files.length) return
    e.preventDefault()
    add(files)
  })
}
