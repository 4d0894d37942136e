// The journal in the browser: what was written here and is not yet on the server.
// Entries belong to a person, an article and a tab; nobody else's are ever read.

import { Content, packed } from "./content"

export interface Entry {
  person: string
  article: string
  tab: string
  version: number
  base: Content // the text that content grew from
  level: boolean // base is the server's text at version
  content: Content
  at: number
}

// Kept is an entry as it is written down: a string is copied as it is, while a
// tree of thousands of blocks would be taken apart and built again at every key.
type Kept = Omit<Entry, "base" | "content"> & { base: string | Content; content: string | Content }

const unpacked = (c: string | Content): Content => (typeof c === "string" ? (JSON.parse(c) as Content) : c)

type Key = [person: string, article: string, tab: string]

const store = "texts"

function finished<T>(r: IDBRequest<T>): Promise<T> {
  return new Promise((done, failed) => {
    r.onsuccess = () => done(r.result)
    r.onerror = () => failed(r.error)
  })
}

export class Journal {
  private db: Promise<IDBDatabase>
  private writing = false
  private next: (() => Entry | null) | null = null
  private idle: (() => void)[] = []
  readonly tab: string
  cost = 0 // ms that the page stood still when an entry was written last

  constructor(
    private readonly person: string,
    private readonly article: string,
    private readonly failed: (error: unknown) => void,
  ) {
    this.tab = Array.from(crypto.getRandomValues(new Uint8Array(8)), b => b.toString(16).padStart(2, "0")).join("")
    const open = indexedDB.open("stet-desk", 1)
    open.onupgradeneeded = () => open.result.createObjectStore(store, { keyPath: ["person", "article", "tab"] })
    this.db = finished(open)
    this.db.catch(failed)
    // A lock that lives as long as the page tells other tabs that the entry has an owner.
    void navigator.locks?.request(this.lock(this.tab), () => new Promise(() => {}))
  }

  private lock(tab: string): string {
    return "stet-desk " + tab
  }

  private async act<T>(mode: IDBTransactionMode, fn: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const t = (await this.db).transaction(store, mode)
    return finished(fn(t.objectStore(store)))
  }

  // keep writes down what make returns, as soon as the write before is done;
  // null removes the entry.
  keep(make: () => Entry | null): void {
    this.next = make
    if (!this.writing) void this.write()
  }

  private async write(): Promise<void> {
    this.writing = true
    while (this.next) {
      const entry = this.next()
      this.next = null
      try {
        if (entry) await this.act("readwrite", s => this.put(s, entry))
        else await this.act("readwrite", s => s.delete([this.person, this.article, this.tab] satisfies Key))
      } catch (error) {
        this.failed(error)
      }
    }
    this.writing = false
    for (const done of this.idle.splice(0)) done()
  }

  private put(s: IDBObjectStore, entry: Entry): IDBRequest<IDBValidKey> {
    const began = performance.now()
    const request = s.put({ ...entry, base: packed(entry.base), content: packed(entry.content) } satisfies Kept)
    this.cost = performance.now() - began
    return request
  }

  // quiet returns when all is written down.
  quiet(): Promise<void> {
    return this.writing ? new Promise(done => this.idle.push(done)) : Promise.resolve()
  }

  // orphans returns entries of this person and article whose tab is gone, the
  // newest first.
  async orphans(): Promise<Entry[]> {
    const from = IDBKeyRange.bound([this.person, this.article], [this.person, this.article, []])
    const all = (await this.act("readonly", s => s.getAll(from))) as Kept[]
    const held = new Set((await navigator.locks?.query())?.held?.map(l => l.name))
    return all
      .filter(e => e.tab !== this.tab && !held.has(this.lock(e.tab)))
      .sort((a, b) => b.at - a.at)
      .map(e => ({ ...e, base: unpacked(e.base), content: unpacked(e.content) }))
  }

  forget(e: Entry): Promise<unknown> {
    return this.act("readwrite", s => s.delete([e.person, e.article, e.tab] satisfies Key))
  }

  entry(rest: Pick<Entry, "version" | "base" | "level" | "content">): Entry {
    return { person: this.person, article: this.article, tab: this.tab, at: Date.now(), ...rest }
  }
}
