// What an article says, as the server's JSON has it.

export interface NodeJSON {
  type: string
  attrs?: Record<string, unknown>
  content?: NodeJSON[]
  marks?: { type: string; attrs?: Record<string, unknown> }[]
  text?: string
}

export interface Byline {
  key: string
  name?: string
}

export interface Content {
  headline: string
  standfirst?: string
  kicker?: string
  slug?: string
  body: NodeJSON | null
  section?: string
  topics?: string[]
  bylines?: Byline[]
  dateline?: string
  source?: { name: string; url?: string; kind?: string }
  genre?: string
  access?: string
  picture?: { id?: string; url?: string; alt?: string; caption?: string; credit?: string }
  canonical?: string
  licence?: string
}

const strings = new WeakMap<object, string>()

// string is JSON of a value that is never changed, made once.
function string(v: object, make: () => string): string {
  let s = strings.get(v)
  if (s === undefined) strings.set(v, (s = make()))
  return s
}

// packed is a content as JSON. Of a text of thousands of blocks only those that
// are new are written anew.
export function packed(c: Content): string {
  return string(c, () => {
    const { body, ...rest } = c
    if (!body) return JSON.stringify(c)
    const { content = [], ...doc } = body
    const blocks = content.map(n => string(n, () => JSON.stringify(n)))
    return `${JSON.stringify(rest).slice(0, -1)},"body":${JSON.stringify(doc).slice(0, -1)},"content":[${blocks.join(",")}]}}`
  })
}

// same compares two values of JSON; the order of fields does not matter, and an
// empty field is as good as none.
export function same(a: unknown, b: unknown): boolean {
  if (a === b || (absent(a) && absent(b))) return true
  if (typeof a !== "object" || typeof b !== "object" || !a || !b) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const x = a as Record<string, unknown>
  const y = b as Record<string, unknown>
  for (const k of new Set([...Object.keys(x), ...Object.keys(y)])) if (!same(x[k], y[k])) return false
  return true
}

function absent(v: unknown): boolean {
  return v == null || v === "" || (Array.isArray(v) && v.length === 0)
}

// cleanLine does to a line what the server does before it stores it, so that
// what was sent and what was stored are the same.
export function cleanLine(s: string): string {
  return s
    .replace(/[\n\r\t\u2028\u2029]/g, " ")
    .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu, "")
    .trim()
}
