// Every block has an id that stays with its text: merges, notes and the marks of
// who writes where go by it.

import { Node } from "prosemirror-model"
import { Plugin, Transaction } from "prosemirror-state"
import { newID } from "./attributes"
import { hasID } from "./schema"

// ids gives an id to blocks that are new and a new one to blocks whose id is
// taken: where a block was split, the part that holds text keeps it.
export function ids(): Plugin {
  return new Plugin({
    appendTransaction(transactions, _, state) {
      if (!transactions.some(tr => tr.docChanged)) return null
      const first = new Map<string, { node: Node; pos: number }>()
      const anew: number[] = []
      state.doc.descendants((node, pos) => {
        if (hasID(node)) {
          const id = node.attrs.id as string | null
          const before = id === null ? undefined : first.get(id)
          if (id === null) anew.push(pos)
          else if (!before) first.set(id, { node, pos })
          else if (before.node.isTextblock && !before.node.content.size && node.content.size) {
            anew.push(before.pos)
            first.set(id, { node, pos })
          } else anew.push(pos)
        }
        return !node.isTextblock
      })
      if (!anew.length) return null
      const tr: Transaction = state.tr
      for (const pos of anew) tr.setNodeAttribute(pos, "id", newID())
      return tr.setStoredMarks(state.storedMarks)
    },
  })
}

// blockOf returns the id of the outermost block at a position.
export function blockOf(doc: Node, pos: number): string | null {
  const $pos = doc.resolve(pos)
  const node = $pos.depth ? $pos.node(1) : $pos.nodeAfter
  return (node?.attrs.id as string | undefined) ?? null
}
