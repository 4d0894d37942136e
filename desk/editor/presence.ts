// Who else is in the article, and in which block.

import { Plugin, PluginKey } from "prosemirror-state"
import { Decoration, DecorationSet, EditorView } from "prosemirror-view"
import type { Person } from "./server"

const others = new PluginKey<Map<string, string>>("others")

export function presence(): Plugin {
  return new Plugin<Map<string, string>>({
    key: others,
    state: {
      init: () => new Map(),
      apply: (tr, was) => (tr.getMeta(others) as Map<string, string> | undefined) ?? was,
    },
    props: {
      decorations(state) {
        const in_ = others.getState(state)!
        if (!in_.size) return null
        const marks: Decoration[] = []
        state.doc.descendants((node, pos) => {
          const names = in_.get(node.attrs.id as string)
          if (names) marks.push(Decoration.node(pos, pos + node.nodeSize, { class: "other", "data-names": names }))
          return !node.isTextblock
        })
        return DecorationSet.create(state.doc, marks)
      },
    },
  })
}

// show marks the blocks in which others are.
export function show(view: EditorView, people: Person[]): void {
  const now = new Map<string, string>()
  for (const p of people) if (p.block) now.set(p.block, [now.get(p.block), p.name].filter(Boolean).join(", "))
  const was = others.getState(view.state)!
  if (now.size === was.size && [...now].every(([k, v]) => was.get(k) === v)) return
  view.dispatch(view.state.tr.setMeta(others, now).setMeta("addToHistory", false))
}
