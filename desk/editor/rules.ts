// What is made of what one types: headings and lists of their signs, and the
// typography of the language. Backspace takes it back.

import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules"
import { Node, ResolvedPos } from "prosemirror-model"
import { EditorState, Plugin, TextSelection } from "prosemirror-state"
import { put } from "./actions"
import { schema } from "./schema"

// Typography is lang.Typography.
export interface Typography {
  quotes: [string, string]
  inner: [string, string]
  apostrophe: string
  dash: string // what a hyphen between spaces becomes, with its spaces
  short: string[] // words after which a line does not break
  pace: number // words a minute
}

export function languageAt($pos: ResolvedPos, article: string): string {
  const inline = ($pos.marks().find(m => m.type === schema.marks.lang)?.attrs.lang ?? null) as string | null
  if (inline) return inline
  for (let d = $pos.depth; d > 0; d--) {
    const lang = $pos.node(d).attrs.lang as string | null
    if (lang) return lang
  }
  return article
}

const opensAfter = /[\s\u00a0\u202f([{—–\-/\ufffc]$/u

export function rules(article: string, typography: (lang: string) => Typography | undefined): Plugin {
  const at = (state: EditorState, pos: number) => typography(languageAt(state.doc.resolve(pos), article))
  const before = (state: EditorState, pos: number): string => {
    const $pos = state.doc.resolve(pos)
    return $pos.parent.textBetween(Math.max(0, $pos.parentOffset - 500), $pos.parentOffset, undefined, "\ufffc")
  }
  // swap types text in place of what matched
  const swap = (re: RegExp, make: (t: Typography, text: string, m: RegExpMatchArray) => string | null) =>
    new InputRule(
      re,
      (state, match, start, end) => {
        const t = at(state, start)
        const typed = t && make(t, before(state, start), match)
        if (typed == null || typed === match[0]) return null
        let same = 0 // what stands there already keeps its marks
        while (same < end - start && typed[same] === match[0][same]) same++
        return state.tr.insertText(typed.slice(same), start + same, end)
      },
      { inCodeMark: false },
    )
  const quote = (t: Typography, text: string, single: boolean): string => {
    const [outer, inner] = [t.quotes, t.inner]
    const opening = text === "" || opensAfter.test(text) || text.endsWith(outer[0]) || text.endsWith(inner[0])
    const open = (pair: [string, string]) => (pair[0] === pair[1] ? 0 : text.split(pair[0]).length - text.split(pair[1]).length)
    if (single) {
      if (opening) return inner[0]
      return open(inner) > 0 && inner[1] !== t.apostrophe ? inner[1] : t.apostrophe
    }
    if (opening) return open(outer) > 0 ? inner[0] : outer[0]
    return open(inner) > 0 && inner[1] !== t.apostrophe ? inner[1] : outer[1]
  }
  const n = schema.nodes as Record<string, (typeof schema.nodes)[string]>
  return inputRules({
    rules: [
      textblockTypeInputRule(/^(#{2,4})\s$/, n.heading!, m => ({ level: m[1]!.length })),
      textblockTypeInputRule(/^```\s$/, n.code_block!),
      wrappingInputRule(/^\s*([-*+•])\s$/, n.bullet_list!),
      wrappingInputRule(/^(\d{1,4})[.)]\s$/, n.ordered_list!, m => ({ start: Number(m[1]) }), (m, node: Node) => node.childCount + Number(node.attrs.start) === Number(m[1])),
      wrappingInputRule(/^\s*>\s$/, n.quote!),
      new InputRule(/^---$/, (state, _, start) => {
        const $start = state.doc.resolve(start)
        if ($start.parent.type !== n.paragraph || $start.depth !== 1) return null
        let made = null as EditorState["tr"] | null
        const cleared = state.apply(state.tr.delete($start.start(), $start.end()))
        put(n.divider!.create())(cleared, tr => void (made = tr))
        if (!made) return null
        const tr = state.tr.delete($start.start(), $start.end())
        for (const step of (made as EditorState["tr"]).steps) tr.step(step)
        return tr.setSelection(TextSelection.near(tr.doc.resolve((made as EditorState["tr"]).selection.from)))
      }),
      swap(/"$/, (t, text) => quote(t, text, false)),
      swap(/'$/, (t, text) => quote(t, text, true)),
      swap(/\.\.\.$/, () => "…"),
      swap(/--$/, () => "—"),
      swap(/ [-–—] $/u, t => t.dash),
      swap(/(?<![\p{L}\p{N}\p{M}'’-])(\p{L}{1,3}) $/u, (t, _, m) => (t.short.includes(m[1]!.toLowerCase()) ? m[1] + "\u00a0" : null)),
    ],
  })
}
