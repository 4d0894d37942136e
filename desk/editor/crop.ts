// What is shown of a picture: the focus, and a part for each shape, by pointer,
// by keys and by numbers. The numbers are the form's own; all else shows them.

import { h, one } from "./dom"
import { say } from "./words"

interface Rect {
  x: number
  y: number
  width: number
  height: number
}

interface Part {
  name: string
  of: number // width by height
  figure: HTMLElement
  fields: { x: HTMLInputElement; y: HTMLInputElement; width: HTMLInputElement }
  button: HTMLButtonElement
}

const svg = <K extends keyof SVGElementTagNameMap>(tag: K, attrs: Record<string, string>): SVGElementTagNameMap[K] => {
  const el = document.createElementNS("http://www.w3.org/2000/svg", tag)
  for (const [k, v] of Object.entries(attrs)) el.setAttribute(k, v)
  return el
}

const within = (n: number, low: number, high: number) => Math.min(Math.max(n, low), high)

export function startCrop(root: HTMLElement): void {
  const form = one<HTMLFormElement>(root, "form")
  if (!form.elements.namedItem("focus.x")) return // only to look at
  const stage = one<SVGSVGElement>(root, "[data-stage]")
  const { width: W, height: H } = stage.viewBox.baseVal
  const field = (name: string) => form.elements.namedItem(name) as HTMLInputElement
  const focus = { x: field("focus.x"), y: field("focus.y") }
  const shade = svg("path", { class: "shade" })
  const frame = svg("rect", { class: "frame" })
  stage.append(shade, frame)
  const told = h("output", { class: "small soft", "aria-live": "polite" })
  const hint = h("p", { class: "hint", id: "stage-keys" }, say("picture_stage_keys"))
  stage.after(h("div", { class: "row stage-tools" }, hint, told))
  stage.setAttribute("tabindex", "0")
  stage.setAttribute("role", "application")
  stage.setAttribute("aria-describedby", hint.id)

  let chosen: Part | null = null // whose rectangle the stage moves; null for the focus
  const parts: Part[] = [...root.querySelectorAll<HTMLElement>("[data-part]")].map(figure => {
    const name = figure.dataset.part!
    const button = h("button", { type: "button", "aria-pressed": "false" })
    const part: Part = { name, of: Number(figure.dataset.of), figure, fields: { x: field(`crops.${name}.x`), y: field(`crops.${name}.y`), width: field(`crops.${name}.width`) }, button }
    button.textContent = say("picture_choose_part")
    button.setAttribute("aria-label", `${say("picture_choose_part")}: ${figure.querySelector("b")?.textContent ?? name}`)
    button.addEventListener("click", () => {
      if (chosen === part) chosen = null
      else {
        chosen = part
        if (!part.fields.width.value) put(part, cut(part))
        stage.focus()
      }
      draw(true)
    })
    const back = h("button", { type: "button", class: "plain", "data-back": true }, say("picture_back_to_focus"))
    back.addEventListener("click", () => {
      for (const f of Object.values(part.fields)) f.value = ""
      if (chosen === part) chosen = null
      draw(true)
    })
    figure.append(h("div", { class: "row" }, button, back))
    return part
  })

  const at = () => ({ x: within(focus.x.valueAsNumber || 0, 0, 100) / 100, y: within(focus.y.valueAsNumber || 0, 0, 100) / 100 })

  // cut is the part that a shape shows, as stet.Picture.Cut has it.
  function cut(p: Part): Rect {
    const given = p.fields.width.valueAsNumber
    if (given > 0) {
      const width = Math.min(given, W, Math.floor(H * p.of))
      const height = Math.max(1, Math.round(width / p.of))
      return { x: within(p.fields.x.valueAsNumber || 0, 0, W - width), y: within(p.fields.y.valueAsNumber || 0, 0, H - height), width, height }
    }
    const width = W > p.of * H ? Math.max(1, Math.round(p.of * H)) : W
    const height = W > p.of * H ? H : Math.max(1, Math.round(W / p.of))
    const f = at()
    return { x: within(Math.round(f.x * W - width / 2), 0, W - width), y: within(Math.round(f.y * H - height / 2), 0, H - height), width, height }
  }

  function put(p: Part, r: Rect): void {
    const width = Math.round(within(r.width, Math.min(W, 40 * p.of), Math.min(W, Math.floor(H * p.of))))
    const height = Math.max(1, Math.round(width / p.of))
    p.fields.x.value = String(Math.round(within(r.x, 0, W - width)))
    p.fields.y.value = String(Math.round(within(r.y, 0, Math.max(0, H - height))))
    p.fields.width.value = String(width)
  }

  function lookAt(x: number, y: number): void {
    focus.x.value = String(Math.round(within(x, 0, 1) * 1000) / 10)
    focus.y.value = String(Math.round(within(y, 0, 1) * 1000) / 10)
  }

  function draw(aloud = false): void {
    const f = at()
    for (const c of stage.querySelectorAll("[data-focus]")) {
      c.setAttribute("cx", String(f.x * W))
      c.setAttribute("cy", String(f.y * H))
      c.toggleAttribute("hidden", !!chosen)
    }
    for (const p of parts) {
      const r = cut(p)
      one(p.figure, "svg").setAttribute("viewBox", `${r.x} ${r.y} ${r.width} ${r.height}`)
      const own = !!p.fields.width.value
      one(p.figure, "[data-how]").textContent = own ? say("picture_is_chosen") : say("picture_is_around")
      one<HTMLElement>(p.figure, "[data-back]").hidden = !own
      p.button.setAttribute("aria-pressed", String(chosen === p))
    }
    stage.classList.toggle("choosing", !!chosen)
    if (chosen) {
      const r = cut(chosen)
      shade.setAttribute("d", `M0 0H${W}V${H}H0ZM${r.x} ${r.y}h${r.width}v${r.height}h${-r.width}Z`)
      for (const [k, v] of Object.entries(r)) frame.setAttribute(k, String(v))
    } else {
      shade.setAttribute("d", "")
      frame.setAttribute("width", "0")
    }
    const name = chosen?.figure.querySelector("b")?.textContent ?? ""
    stage.setAttribute("aria-label", chosen ? say("picture_stage_part", { ratio: name }) : say("picture_stage_focus"))
    if (!aloud) return
    const r = chosen && cut(chosen)
    told.textContent = r ? say("picture_part_is", { ratio: name, x: r.x, y: r.y, width: r.width, height: r.height }) : say("picture_focus_is", { x: focus.x.value, y: focus.y.value })
  }

  // move goes by a part of the picture; grow makes the part larger or smaller.
  function move(x: number, y: number): void {
    if (!chosen) {
      const f = at()
      lookAt(f.x + x, f.y + y)
    } else {
      const r = cut(chosen)
      put(chosen, { ...r, x: r.x + x * W, y: r.y + y * H })
    }
    draw(true)
  }
  function grow(by: number): void {
    if (!chosen) return
    const r = cut(chosen)
    const width = r.width * by
    put(chosen, { width, height: 0, x: r.x + (r.width - width) / 2, y: r.y + (r.height - width / chosen.of) / 2 })
    draw(true)
  }

  stage.addEventListener("keydown", e => {
    if (e.ctrlKey || e.metaKey || e.altKey) return
    const step = e.shiftKey ? 0.05 : 0.01
    const keys: Record<string, () => void> = {
      ArrowLeft: () => move(-step, 0),
      ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step),
      ArrowDown: () => move(0, step),
      "+": () => grow(1.05),
      "=": () => grow(1.05),
      "-": () => grow(1 / 1.05),
      Escape: () => {
        chosen = null
        draw(true)
      },
    }
    const does = keys[e.key]
    if (!does) return
    e.preventDefault()
    does()
  })

  // place is where a pointer is, in the picture's pixels.
  const place = (e: PointerEvent) => new DOMPoint(e.clientX, e.clientY).matrixTransform(stage.getScreenCTM()!.inverse())
  let grabbed: { x: number; y: number; rect: Rect; corner: boolean } | null = null
  const drag = (e: PointerEvent) => {
    const p = place(e)
    if (!chosen) lookAt(p.x / W, p.y / H)
    else if (grabbed?.corner) put(chosen, { ...grabbed.rect, width: within(p.x - grabbed.rect.x, 1, W - grabbed.rect.x), height: 0 })
    else if (grabbed) put(chosen, { ...grabbed.rect, x: grabbed.rect.x + p.x - grabbed.x, y: grabbed.rect.y + p.y - grabbed.y })
    draw()
  }
  stage.addEventListener("pointerdown", e => {
    if (e.button) return
    const p = place(e)
    if (chosen) {
      let r = cut(chosen)
      const near = Math.max(W, H) / 30
      const corner = Math.abs(p.x - r.x - r.width) < near && Math.abs(p.y - r.y - r.height) < near
      const inside = p.x >= r.x && p.x <= r.x + r.width && p.y >= r.y && p.y <= r.y + r.height
      if (!inside && !corner) {
        put(chosen, { ...r, x: p.x - r.width / 2, y: p.y - r.height / 2 })
        r = cut(chosen)
      }
      grabbed = { x: p.x, y: p.y, rect: r, corner }
    }
    stage.setPointerCapture(e.pointerId)
    drag(e)
  })
  stage.addEventListener("pointermove", e => {
    if (stage.hasPointerCapture(e.pointerId)) drag(e)
  })
  stage.addEventListener("pointerup", () => {
    grabbed = null
    draw(true)
  })

  const steps: Record<string, [number, number]> = { left: [-0.05, 0], right: [0.05, 0], up: [0, -0.05], down: [0, 0.05] }
  for (const b of root.querySelectorAll<HTMLButtonElement>("[data-move]"))
    b.addEventListener("click", e => {
      e.preventDefault()
      const [x, y] = steps[b.dataset.move!]!
      chosen = null
      move(x, y)
    })
  form.addEventListener("input", () => draw())
  draw()
  root.dataset.ready = ""
}
