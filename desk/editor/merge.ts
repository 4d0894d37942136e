// Puts another state of the document into the editor block by block, so that
// carets, selections and what is open stay where they are.

import { Node } from "prosemirror-model"
import type { Transaction } from "prosemirror-state"

interface Change {
  from: number
  to: number
  nodes: Node[]
}

// become makes the transaction's document equal to another, by small changes.
export function become(tr: Transaction, to: Node): Transaction {
  const changes: Change[] = []
  compare(tr.doc, to, 0, changes)
  for (const c of changes.reverse()) tr.replaceWith(c.from, c.to, c.nodes)
  return tr
}

const key = (n: Node) => (n.attrs.id as string | undefined) ?? null

// compare lists the changes between the children of two nodes; start is where
// the content of the first begins. Children are matched by their ids.
function compare(a: Node, b: Node, start: number, out: Change[]): void {
  const pairs = match(a, b)
  let i = 0
  let j = 0
  let pos = start
  const gap = (toI: number, toJ: number) => {
    const from = pos
    for (; i < toI; i++) pos += a.child(i).nodeSize
    const nodes: Node[] = []
    for (; j < toJ; j++) nodes.push(b.child(j))
    if (pos > from || nodes.length) out.push({ from, to: pos, nodes })
  }
  for (const [x, y] of pairs) {
    gap(x, y)
    const old = a.child(x)
    const now = b.child(y)
    if (!old.eq(now)) {
      if (!old.sameMarkup(now) || old.isLeaf) out.push({ from: pos, to: pos + old.nodeSize, nodes: [now] })
      else if (old.isTextblock) inside(old, now, pos + 1, out)
      else compare(old, now, pos + 1, out)
    }
    pos += old.nodeSize
    i++
    j++
  }
  gap(a.childCount, b.childCount)
}

// inside changes the part of a text that differs.
function inside(a: Node, b: Node, start: number, out: Change[]): void {
  const from = a.content.findDiffStart(b.content)
  const end = a.content.findDiffEnd(b.content)
  if (from === null || !end) return
  const overlap = Math.max(0, from - Math.min(end.a, end.b))
  const nodes: Node[] = []
  b.slice(from, end.b + overlap).content.forEach(n => nodes.push(n))
  out.push({ from: start + from, to: start + end.a + overlap, nodes })
}

// match pairs children that are the same block, in the order of both: the
// longest such list by ids, and children without ids by their place between.
function match(a: Node, b: Node): [number, number][] {
  if (a.childCount === b.childCount && !a.content.content.some(n => key(n))) return Array.from({ length: a.childCount }, (_, i) => [i, i])
  const where = new Map<string, number>()
  b.forEach((n, _, j) => void (key(n) && where.set(key(n)!, j)))
  const candidates: [number, number][] = []
  a.forEach((n, _, i) => {
    const j = key(n) ? where.get(key(n)!) : undefined
    if (j !== undefined) candidates.push([i, j])
  })
  // the longest run of rising places, by patience
  const tails: number[] = []
  const previous: number[] = []
  candidates.forEach(([, j], c) => {
    let low = 0
    let high = tails.length
    while (low < high) {
      const mid = (low + high) >> 1
      if (candidates[tails[mid]!]![1] < j) low = mid + 1
      else high = mid
    }
    previous[c] = low ? tails[low - 1]! : -1
    tails[low] = c
  })
  const out: [number, number][] = []
  for (let c = tails.at(-1) ?? -1; c >= 0; c = previous[c]!) out.unshift(candidates[c]!)
  return out
}
