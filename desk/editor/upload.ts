// Files on their way into the newsroom: in parts, so that a broken connection
// costs one part, and a file goes on where it stopped.

import { h } from "./dom"
import { say } from "./words"

// Shown is a picture of the newsroom (desk/picture.go).
export interface Shown {
  id: string
  href: string
  src: string
  width: number
  height: number
  name: string
  alt: string
  caption: string
  credit: string
  ended?: string
}

export interface Brought {
  have?: number
  picture?: Shown
  same?: Shown // the oldest with the same bytes
  like?: Shown // without one, the one that looks most like it
}

const part = 1 << 20 // bytes
const patience = 120_000 // ms for a part

export interface Fault {
  fault: string
  away?: boolean // it may go better later
}

// request asks the desk, and says in the person's language what went wrong.
export async function request<T>(url: string, init: RequestInit = {}, signal?: AbortSignal): Promise<T | Fault> {
  let r: Response
  const limit = AbortSignal.timeout(patience)
  try {
    r = await fetch(url, { ...init, headers: { Accept: "application/json", ...init.headers }, signal: signal ? AbortSignal.any([signal, limit]) : limit, redirect: "error" })
  } catch {
    return { fault: say("upload_offline"), away: true }
  }
  let body: unknown = null
  try {
    body = await r.json()
  } catch {
    // said below
  }
  if (r.ok && body) return body as T
  if (r.status === 401) return { fault: say("upload_signed_out"), away: true }
  const p = body as { detail?: string; errors?: { message: string }[] } | null
  const told = p?.errors?.map(e => e.message).join("; ") || p?.detail || say("upload_offline")
  if (r.status === 507) return { fault: told, away: true }
  if (r.status >= 500 || r.status === 429 || !body) return { fault: say("upload_offline"), away: true }
  return { fault: told }
}

export const failed = <T>(answer: T | Fault): answer is Fault => typeof answer === "object" && answer !== null && "fault" in answer

// Upload is one file on its way.
export class Upload {
  state: "going" | "done" | "failed" | "cancelled" = "going"
  sent = 0
  fault = ""
  again = false // it may be tried again
  brought: Brought = {}
  private id = ""
  private stop = new AbortController()

  constructor(
    readonly file: File,
    private readonly lang: string,
    private readonly changed: (u: Upload) => void,
  ) {
    void this.run()
  }

  cancel(): void {
    this.stop.abort()
    this.become("cancelled")
  }

  // retry goes on where the file stopped.
  retry(): void {
    if (this.state !== "failed") return
    this.stop = new AbortController()
    this.become("going")
    void this.run()
  }

  private become(state: Upload["state"]): void {
    this.state = state
    this.changed(this)
  }

  private async run(): Promise<void> {
    const { signal } = this.stop
    const fail = (f: Fault) => {
      if (signal.aborted) return
      this.fault = f.fault
      this.again = !!f.away
      this.become("failed")
    }
    if (!this.id) {
      const begun = await request<{ id: string }>("/desk/uploads", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ name: this.file.name, size: this.file.size }) }, signal)
      if (failed(begun)) return fail(begun)
      this.id = begun.id
    } else {
      const there = await request<{ have: number }>(`/desk/uploads/${this.id}`, {}, signal)
      if (failed(there)) {
        if (!there.away) this.id = "" // the desk no longer has it: the whole file once more
        return fail({ ...there, away: true })
      }
      this.sent = there.have
    }
    for (;;) {
      const answer = await request<Brought>(
        `/desk/uploads/${this.id}?${new URLSearchParams({ at: String(this.sent), lang: this.lang })}`,
        { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: this.file.slice(this.sent, this.sent + part) },
        signal,
      )
      if (failed(answer)) return fail(answer)
      if (signal.aborted) return
      this.sent = answer.have ?? this.sent
      this.brought = answer
      if (answer.picture) return this.become("done")
      this.changed(this)
    }
  }
}

// row shows how a file gets on; what is done when it is here is said by then.
export function row(list: Element, file: File, lang: string, then: (b: Brought) => void): Upload {
  const name = h("span", { dir: "auto" }, file.name || say("upload_unnamed"))
  const bar = h("progress", { max: 100, value: 0, "aria-label": say("upload_progress", { name: file.name }) })
  const fault = h("p", { class: "fault", role: "alert" })
  const cancel = h("button", { type: "button", class: "plain", onclick: () => upload.cancel() }, say("upload_cancel"))
  const again = h("button", { type: "button", class: "plain", hidden: true, onclick: () => upload.retry() }, say("upload_again"))
  const item = h("li", { "data-upload": "going" }, name, bar, h("span", { class: "row" }, again, cancel), fault)
  list.append(item)
  const upload = new Upload(file, lang, u => {
    item.dataset.upload = u.state
    bar.value = file.size ? (100 * u.sent) / file.size : 0
    fault.textContent = u.state === "failed" ? u.fault : ""
    bar.hidden = u.state === "failed"
    again.hidden = !(u.state === "failed" && u.again)
    cancel.textContent = u.state === "failed" && !u.again ? say("upload_dismiss") : say("upload_cancel")
    if (u.state === "cancelled" || u.state === "done") item.remove()
    if (u.state === "done") then(u.brought)
  })
  addEventListener("online", () => upload.again && upload.retry())
  addEventListener("beforeunload", e => (upload.state === "going" || (upload.state === "failed" && upload.again)) && e.preventDefault())
  return upload
}

// filesOf are the files that were dropped or pasted. Those that are no pictures are
// among them: the desk says so of each.
export const filesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])]
