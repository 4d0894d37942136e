// The values that attributes of nodes and marks may have: the rules of package
// prose, so that nothing gets into the editor that the server would refuse.

import table from "./schema.json"

export interface Attribute {
  name: string
  kind: string
  required?: boolean
  min?: number
  max?: number
  default?: number
}

export interface NodeRow {
  name: string
  group?: string
  content?: string
  attrs?: Attribute[]
}

export const nodeRows: NodeRow[] = table.nodes
export const markRows: { name: string; attrs?: Attribute[] }[] = table.marks
export const docContent: string = table.doc
export const maxBytes: number = table.maxBytes

const maxURL = 4096

// normal returns the form of a value that the server stores, null for none, and
// undefined for what it would refuse.
export function normal(a: Attribute, value: unknown): string | number | null | undefined {
  if (a.kind === "int") {
    const n = typeof value === "number" ? value : typeof value === "string" && value !== "" ? Number(value) : (a.default ?? 0)
    return Number.isInteger(n) && n >= (a.min ?? 0) && n <= (a.max ?? 0) ? n : undefined
  }
  if (a.kind === "null" || value == null || value === "") return null
  const s = String(value)
  switch (a.kind) {
    case "id":
      return /^[A-Za-z0-9_-]{1,64}$/.test(s) ? s : undefined
    case "lang":
      return language(s)
    case "line": {
      const line = oneLine(s)
      return [...line].length <= (a.max ?? 0) ? line || null : undefined
    }
    case "href":
      return address(s)
    case "url": {
      const v = address(s)
      return v && !/^(mailto:|tel:|#)/.test(v) ? v : undefined
    }
    case "ref":
      return /^[!-~]{1,200}$/.test(s) ? s : undefined
    case "name":
      return s.length <= (a.max ?? 0) && /^[A-Za-z0-9+#._-]+$/.test(s) ? s : undefined
  }
  return undefined
}

function oneLine(s: string): string {
  return s
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, "")
    .trim()
}

function language(s: string): string | undefined {
  try {
    const tag = s.length <= 35 ? Intl.getCanonicalLocales(s.replaceAll("_", "-"))[0] : undefined
    return tag && /^[a-z]{2,3}(-|$)/.test(tag) ? tag : undefined
  } catch {
    return undefined
  }
}

function address(s: string): string | undefined {
  if (s.length > maxURL || /[\s\p{Cc}\\\ufffd\u202a-\u202e\u2066-\u2069\ufffe\uffff]/u.test(s)) return undefined
  const m = /^([^:/?#]*):(.*)$/s.exec(s)
  if (!m) return s.startsWith("//") ? undefined : s
  const scheme = m[1]!.toLowerCase()
  const rest = m[2]!
  switch (scheme) {
    case "http":
    case "https": {
      const host = /^\/\/([^/?#]*)/.exec(rest)?.[1]
      if (!host || host.includes("@")) return undefined
      try {
        new URL("http://" + host)
      } catch {
        return undefined
      }
      return scheme + ":" + rest
    }
    case "mailto":
    case "tel":
      return rest ? scheme + ":" + rest : undefined
  }
  return undefined
}

const rightToLeft = new Set(["Arab", "Aran", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg", "Mand", "Samr"])

// direction returns the direction a language is written in.
export function direction(lang: string): "rtl" | "ltr" {
  try {
    return rightToLeft.has(new Intl.Locale(lang).maximize().script ?? "") ? "rtl" : "ltr"
  } catch {
    return "ltr"
  }
}

// newID makes the id of a block.
export function newID(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), b => "abcdefghijklmnopqrstuvwxyz234567"[b & 31]).join("")
}
