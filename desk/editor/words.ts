// What the editor says: the texts come with the page, in the person's language.

let texts: Record<string, string> = {}

export function learn(from: Record<string, string>): void {
  texts = from
}

// say returns the text of a key with its placeholders filled.
export function say(key: string, values: Record<string, string | number> = {}): string {
  const text = texts[key]
  if (text === undefined) throw new Error(`no text for ${key}`)
  return text.replace(/\{(\w+)\}/g, (all, name: string) => (name in values ? String(values[name]) : all))
}

// counted says a text that depends on a number.
export function counted(key: string, n: number): string {
  const form = new Intl.PluralRules(document.documentElement.lang || "en").select(n)
  return say(texts[`${key}.${form}`] === undefined ? `${key}.other` : `${key}.${form}`, { n: n.toLocaleString(document.documentElement.lang || "en") })
}

// words counts words as the server does (package prose, Words): in scripts
// without spaces between words two characters, or four, count as one.
export function words(text: string): number {
  const dense = text.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu)?.length ?? 0
  const sparse = text.match(/[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu)?.length ?? 0
  const rest = text.replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu, " ")
  const spaced = rest.match(/[\p{L}\p{Nd}][\p{L}\p{Nd}\p{M}'’\-\u00ad\u200b-\u200f]*/gu)?.length ?? 0
  return spaced + Math.ceil(dense / 2) + Math.ceil(sparse / 4)
}
