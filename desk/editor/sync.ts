// The way of a text to the server and back: saved at every pause, tried again
// when nobody answers, merged when somebody else has saved.

import { Content, same } from "./content"
import type { Entry, Journal } from "./journal"

// Clash is stet.Clash.
export interface Clash {
  field?: string
  block?: string
  attr?: string // of the block
  after?: string // where a block stood that theirs has not
  base: unknown
  mine: unknown
  theirs: unknown
}

export interface Conflict {
  clashes: Clash[]
  merged: Content
  theirs: Content
  version: number
  by: string
}

// State is what the status region shows: clean (nothing to save), then what is
// happening to what was written.
export type State = "saved" | "saving" | "offline" | "signed-out" | "refused" | "clash"

export interface Fault {
  field?: string
  message: string
}

// Host is the form that the text stands in.
export interface Host {
  read(): Content
  apply(c: Content): void // without counting as written here
  composing(): boolean // an input method is in the middle of a word
  show(state: State, detail: { faults: Fault[]; conflict: Conflict | null; other: string; version: number }): void
  merged(by: string): void
  offer(words: string): void // to readers, with a correction
}

export interface Answer {
  status: number // 0 when nobody answered
  body: {
    version?: number
    content?: Content
    by?: string
    clashes?: Clash[]
    merged?: Content
    detail?: string
    errors?: Fault[]
    other?: string
    words?: string // offered to readers with a correction
  }
}

const quiet = 800 // ms of a pause before what was written is saved
const longest = 8000 // ms of writing without a pause
const batch = 100 // ms of keys that go into the journal together
const share = 20 // a long text takes the journal a twentieth of the time at most
const bytesAlive = 60_000 // what a request may hold that outlives its page

export class Sync {
  private edits = 0 // counts what was written
  private savedEdits = 0 // at which the server had all
  private running: Promise<void> | null = null
  private timer = 0
  private keeping = 0
  private waitingSince = 0
  private failures = 0
  private state: State = "saved"
  private conflict: Conflict | null = null
  private faults: Fault[] = []
  private other = ""

  constructor(
    private readonly host: Host,
    private readonly journal: Journal,
    private readonly post: (body: unknown, alive?: boolean) => Promise<Answer>,
    public version: number,
    private base: Content, // an ancestor of the text here and of the server's
    private level = true, // base is the server's text at version
  ) {
    addEventListener("online", () => this.dirty && this.now())
    addEventListener("focus", () => this.dirty && this.state !== "saving" && this.now())
  }

  get dirty(): boolean {
    return this.edits !== this.savedEdits
  }

  // conflicting is what the person has to choose from, if anything.
  get conflicting(): Conflict | null {
    return this.conflict
  }

  // well reports whether nothing is known to stand in the way of saving.
  private get well(): boolean {
    return this.state === "saved" || this.state === "saving"
  }

  // touch is called at everything that is written.
  touch(): void {
    this.edits++
    this.keep(true)
    if (this.well) this.become("saving")
    this.wait(quiet)
  }

  // recover goes on with what the journal kept.
  recover(e: Entry): void {
    this.version = e.version
    this.base = e.base
    this.level = e.level
    this.host.apply(e.content)
    this.touch()
    this.keep()
  }

  // flush saves what is unsaved and reports whether the server has it all.
  async flush(): Promise<boolean> {
    while (this.dirty) {
      const before = this.edits
      await this.now()
      if (this.dirty && this.edits === before) return false
    }
    return true
  }

  // leave is the last chance before the page goes; it reports whether the text
  // is safely on its way.
  leave(): boolean {
    if (!this.dirty) return true
    this.keep()
    const body = this.message()
    if (!this.well || JSON.stringify(body).length > bytesAlive / 2) return false
    void this.post(body, true)
    return true
  }

  now(): Promise<void> {
    clearTimeout(this.timer)
    this.waitingSince = 0
    this.running ??= this.rounds().finally(() => (this.running = null))
    return this.running
  }

  // newer takes over what somebody else has saved, if nothing is unsaved here, and
  // reports whether it did.
  newer(version: number, content: Content, by: string): boolean {
    if (this.dirty || this.running || version <= this.version) return false
    const changed = !same(content, this.host.read())
    if (changed && this.host.composing()) return false
    this.version = version
    if (changed) {
      this.host.apply(content)
      this.host.merged(by)
    }
    this.base = this.host.read()
    this.level = true
    this.become("saved")
    return true
  }

  // resolve goes on with what was chosen of a conflict.
  resolve(c: Conflict, chosen: Content): void {
    this.version = c.version
    this.base = c.theirs
    this.level = true
    this.conflict = null
    this.host.apply(chosen)
    this.touch()
    void this.now()
  }

  private wait(ms: number): void {
    const now = Date.now()
    this.waitingSince ||= now
    clearTimeout(this.timer)
    this.timer = window.setTimeout(() => void this.now(), Math.max(0, Math.min(ms, this.waitingSince + longest - now)))
  }

  private retry(): void {
    clearTimeout(this.timer)
    const delay = Math.min(30_000, 1000 * 2 ** Math.min(this.failures++, 5))
    this.timer = window.setTimeout(() => void this.now(), delay * (0.75 + Math.random() / 2))
  }

  // keep writes what is unsaved into the journal: soon, so that a long text is
  // not written at every key, and at once when the page may go.
  private keep(soon = false): void {
    if (soon) {
      this.keeping ||= window.setTimeout(() => this.keep(), Math.max(batch, share * this.journal.cost))
      return
    }
    clearTimeout(this.keeping)
    this.keeping = 0
    this.journal.keep(() =>
      this.dirty ? this.journal.entry({ version: this.version, base: this.base, level: this.level, content: this.host.read() }) : null,
    )
  }

  private message(): { version: number; base?: Content; content: Content } {
    return { version: this.version, ...(this.level ? {} : { base: this.base }), content: this.host.read() }
  }

  private become(state: State): void {
    this.state = state
    this.host.show(state, { faults: this.faults, conflict: this.conflict, other: this.other, version: this.version })
  }

  private async rounds(): Promise<void> {
    while (this.dirty && (await this.round())) {}
    if (!this.dirty) {
      this.faults = []
      this.become("saved")
    }
  }

  // round sends the text once, and reports whether to go on at once.
  private async round(): Promise<boolean> {
    const at = this.edits
    const sent = this.message()
    if (this.well) this.become("saving")
    const { status, body } = await this.post(sent)
    if (status === 200) {
      this.failures = 0
      this.faults = []
      this.conflict = null
      this.version = body.version!
      this.host.offer(body.words ?? "")
      const untouched = this.edits === at && !this.host.composing()
      if (body.content && !same(body.content, sent.content)) {
        if (untouched) {
          this.host.apply(body.content)
          this.base = this.host.read()
          this.level = true
          this.savedEdits = at
          this.host.merged(body.by ?? "")
        } else {
          this.base = sent.content // of which both texts are children
          this.level = false
        }
      } else {
        this.base = sent.content
        this.level = true
        this.savedEdits = at
      }
      this.keep()
      if (this.dirty) this.wait(quiet)
      return false
    }
    if (status === 409 && body.clashes) {
      this.failures = 0
      this.conflict = { clashes: body.clashes, merged: body.merged!, theirs: body.content!, version: body.version!, by: body.by ?? "" }
      this.become("clash")
      return false
    }
    if (status === 409 && body.content) {
      this.level = false // base stays: the common ancestor
      this.version = body.version!
      this.keep()
      return true
    }
    if (status === 401) {
      this.other = body.other ?? ""
      this.become("signed-out")
      this.retry()
    } else if (status === 0 || status >= 500 || status === 429 || status === 408) {
      this.become("offline")
      this.retry()
    } else {
      this.faults = body.errors?.length ? body.errors : [{ message: body.detail ?? "" }]
      this.become("refused")
    }
    return false
  }
}
