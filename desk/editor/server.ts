// The desk's addresses that the editor asks.

import type { Pasted } from "./paste"
import type { Answer } from "./sync"

export interface Person {
  name: string
  block: string
  own?: boolean // the same person in another window
}

export interface Term {
  key: string
  name: string
  new?: boolean // a topic or guest that has no entry yet
  note?: string // when a story was published; what kind of topic it is
}

export interface Here {
  version: number
  work: string
  live: string
  people: Person[]
}

const patience = 20_000 // ms

async function send(url: string, init: RequestInit, ms = patience): Promise<Response | null> {
  try {
    return await fetch(url, { ...init, headers: { Accept: "application/json", "Content-Type": "application/json", ...init.headers }, signal: AbortSignal.timeout(ms), redirect: "error" })
  } catch {
    return null
  }
}

async function json<T>(r: Response | null): Promise<T | null> {
  try {
    return r ? ((await r.json()) as T) : null
  } catch {
    return null
  }
}

export class Server {
  constructor(
    private readonly article: string, // its address on the desk
    private readonly person: string,
  ) {}

  async save(message: unknown, alive = false): Promise<Answer> {
    const r = await send(`${this.article}/save`, { method: "POST", keepalive: alive, body: JSON.stringify({ person: this.person, ...(message as object) }) })
    const body = await json<Answer["body"]>(r)
    // an answer that is none of the desk's is as good as no answer
    if (!r || !body) return { status: 0, body: {} }
    return { status: r.status, body }
  }

  async state(): Promise<Answer["body"] | null> {
    const r = await send(`${this.article}/state`, {})
    return r?.ok ? json(r) : null
  }

  // made says of which states of the original parts of a translation were made;
  // both answer what stands beside it now.
  async made<T>(units: Record<string, string>): Promise<T | null> {
    const r = await send(`${this.article}/made`, { method: "POST", body: JSON.stringify({ units }) })
    return r?.ok ? json(r) : null
  }

  async original<T>(): Promise<T | null> {
    const r = await send(`${this.article}/original`, {})
    return r?.ok ? json(r) : null
  }

  async here(tab: string, block: string, version: number): Promise<Here | null> {
    const r = await send(`${this.article}/here`, { method: "POST", body: JSON.stringify({ tab, block, version }) })
    return r?.ok ? json(r) : null
  }

  async paste(html: string, lang: string): Promise<Pasted | "away" | "large"> {
    const r = await send("/desk/paste", { method: "POST", body: JSON.stringify({ html, lang }) })
    if (r?.status === 413) return "large"
    return (r?.ok && (await json<Pasted>(r))) || "away"
  }

  async complete(kind: string, lang: string, q: string): Promise<Term[]> {
    const r = await send(`/desk/complete?${new URLSearchParams({ kind, lang, q })}`, {}, 5000)
    return (r?.ok && (await json<Term[]>(r))) || []
  }
}
