// Everything that can be done to the text: one list, for the toolbar, for the
// keyboard and for the sheet of shortcuts.

import { chainCommands, createParagraphNear, exitCode, lift, liftEmptyBlock, newlineInCode, setBlockType, splitBlockAs, toggleMark, wrapIn, deleteSelection, joinBackward, selectNodeBackward, joinForward, selectNodeForward, selectAll, joinTextblockBackward, joinTextblockForward } from "prosemirror-commands"
import { redo, undo } from "prosemirror-history"
import { undoInputRule } from "prosemirror-inputrules"
import { Fragment, MarkType, Node, NodeType, ResolvedPos } from "prosemirror-model"
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list"
import { Command, EditorState, NodeSelection, Selection, TextSelection } from "prosemirror-state"
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, isInTable, mergeCells, splitCell, toggleHeaderRow } from "prosemirror-tables"
import keys from "./keys.json"
import { schema } from "./schema"

export interface Action {
  name: string
  keys: string[]
  typed?: string
  run: Command
  active?: (state: EditorState) => boolean
}

const n = (name: string): NodeType => schema.nodes[name]!
const m = (name: string): MarkType => schema.marks[name]!

export function marked(state: EditorState, type: MarkType): boolean {
  const { from, to, empty, $from } = state.selection
  return empty ? !!type.isInSet(state.storedMarks ?? $from.marks()) : state.doc.rangeHasMark(from, to, type)
}

export function within(state: EditorState, ...types: NodeType[]): { node: Node; pos: number } | null {
  const { selection } = state
  if (selection instanceof NodeSelection && types.includes(selection.node.type)) return { node: selection.node, pos: selection.from }
  const $pos: ResolvedPos = selection.$from
  for (let d = $pos.depth; d > 0; d--) if (types.includes($pos.node(d).type)) return { node: $pos.node(d), pos: $pos.before(d) }
  return null
}

const mark = (name: string, instead?: string): Pick<Action, "run" | "active"> => ({
  run: (state, dispatch) =>
    toggleMark(m(name))(
      state,
      dispatch &&
        (tr => {
          if (instead && !marked(state, m(name))) {
            tr.removeMark(state.selection.from, state.selection.to, m(instead))
            tr.removeStoredMark(m(instead))
          }
          dispatch(tr)
        }),
    ),
  active: state => marked(state, m(name)),
})

const text = (name: string, attrs: Record<string, unknown> = {}): Pick<Action, "run" | "active"> => {
  const is = (node: Node) => node.type === n(name) && Object.entries(attrs).every(([k, v]) => node.attrs[k] === v)
  return {
    // the block keeps its id and language
    run: (state, dispatch) => {
      const { $from } = state.selection
      const old = $from.parent.attrs
      const turnBack = name !== "paragraph" && is($from.parent)
      const type = turnBack ? n("paragraph") : n(name)
      return setBlockType(type, { id: old.id ?? null, lang: old.lang ?? null, ...(turnBack ? {} : attrs) })(state, dispatch)
    },
    active: state => is(state.selection.$from.parent),
  }
}

const list = (name: string): Pick<Action, "run" | "active"> => {
  const active = (state: EditorState) => within(state, n("bullet_list"), n("ordered_list"))?.node.type === n(name)
  return {
    run: (state, dispatch, view) => {
      const found = within(state, n("bullet_list"), n("ordered_list"))
      if (!found) return wrapInList(n(name))(state, dispatch, view)
      if (found.node.type === n(name)) return liftListItem(n("list_item"))(state, dispatch)
      dispatch?.(state.tr.setNodeMarkup(found.pos, n(name), { id: found.node.attrs.id, lang: found.node.attrs.lang }).scrollIntoView())
      return true
    },
    active,
  }
}

const wrap = (name: string): Pick<Action, "run" | "active"> => {
  const active = (state: EditorState) => !!within(state, n(name))
  return {
    run: (state, dispatch) => {
      const found = within(state, n(name))
      if (!found) return wrapIn(n(name))(state, dispatch)
      const end = found.pos + found.node.nodeSize
      const whole = state.doc.resolve(found.pos + 1).blockRange(state.doc.resolve(end - 1))
      if (!whole) return lift(state, dispatch)
      dispatch?.(state.tr.lift(whole, whole.depth - 1).scrollIntoView())
      return true
    },
    active,
  }
}

// put inserts a block behind the one where the caret is, or in its place when it
// is empty, at the first level where it may stand.
export function put(node: Node): Command {
  return (state, dispatch) => {
    const { $from } = state.selection
    for (let d = $from.depth; d > 0; d--) {
      const parent = $from.node(d - 1)
      const at = $from.index(d - 1)
      const empty = d === $from.depth && $from.parent.isTextblock && $from.parent.content.size === 0
      if (!parent.canReplaceWith(empty ? at : at + 1, at + 1, node.type)) continue
      if (dispatch) {
        const from = empty ? $from.before(d) : $from.after(d)
        const tr = state.tr.replaceWith(from, $from.after(d), node)
        const end = from + node.nodeSize
        if (end === tr.doc.content.size) tr.insert(end, n("paragraph").create())
        const inside = node.isTextblock || node.type === n("table") ? from + 1 : end
        dispatch(tr.setSelection(Selection.near(tr.doc.resolve(inside))).scrollIntoView())
      }
      return true
    }
    if ($from.depth > 0) return false
    dispatch?.(state.tr.insert(state.selection.to, node).scrollIntoView()) // behind the block that is chosen
    return true
  }
}

function table(): Node {
  const cells = (type: NodeType) => Fragment.from([1, 2, 3].map(() => type.createAndFill()!))
  const row = n("table_row")
  return n("table").create(null, [row.create(null, cells(n("table_header"))), row.create(null, cells(n("table_cell"))), row.create(null, cells(n("table_cell")))])
}

// move exchanges the outermost block with its neighbour.
const move = (by: -1 | 1): Command => (state, dispatch) => {
  const { $from } = state.selection
  const index = $from.index(0)
  const other = index + by
  if (other < 0 || other >= state.doc.childCount) return false
  if (dispatch) {
    const node = state.doc.child(index)
    let pos = 0
    for (let i = 0; i < index; i++) pos += state.doc.child(i).nodeSize
    const offset = state.selection.from - pos
    const tr = state.tr.delete(pos, pos + node.nodeSize)
    const at = by < 0 ? pos - state.doc.child(other).nodeSize : pos + state.doc.child(other).nodeSize
    tr.insert(at, node)
    const to = tr.doc.resolve(at + offset)
    dispatch(tr.setSelection(state.selection instanceof NodeSelection ? NodeSelection.create(tr.doc, to.pos) : TextSelection.near(to)).scrollIntoView())
  }
  return true
}

// leave goes to a new paragraph behind the quote, box, list or table around.
const leave: Command = (state, dispatch) => {
  if (exitCode(state, dispatch)) return true
  const { $from } = state.selection
  const d = $from.depth > 1 ? 1 : $from.depth
  const after = d === 0 ? state.selection.to : $from.after(d)
  if (dispatch) {
    const tr = state.tr.insert(after, n("paragraph").create())
    dispatch(tr.setSelection(TextSelection.create(tr.doc, after + 1)).scrollIntoView())
  }
  return true
}

const insertText = (s: string): Command => (state, dispatch) => {
  dispatch?.(state.tr.insertText(s).scrollIntoView())
  return true
}

const inTable = (c: Command): Command => (state, dispatch) => isInTable(state) && c(state, dispatch)

const runs: Record<string, Pick<Action, "run" | "active">> = {
  undo: { run: undo },
  redo: { run: redo },
  strong: mark("strong"),
  em: mark("em"),
  strike: mark("strike"),
  small_caps: mark("small_caps"),
  sub: mark("sub", "sup"),
  sup: mark("sup", "sub"),
  code: mark("code"),
  paragraph: text("paragraph"),
  heading_2: text("heading", { level: 2 }),
  heading_3: text("heading", { level: 3 }),
  heading_4: text("heading", { level: 4 }),
  code_block: text("code_block"),
  bullet_list: list("bullet_list"),
  ordered_list: list("ordered_list"),
  deeper: { run: sinkListItem(n("list_item")) },
  higher: { run: chainCommands(liftListItem(n("list_item")), lift) },
  quote: wrap("quote"),
  fact_box: wrap("fact_box"),
  divider: { run: put(n("divider").create()) },
  table: { run: (state, dispatch) => !isInTable(state) && put(table())(state, dispatch), active: isInTable },
  row_after: { run: inTable(addRowAfter) },
  column_after: { run: inTable(addColumnAfter) },
  delete_row: { run: inTable(deleteRow) },
  delete_column: { run: inTable(deleteColumn) },
  header_row: { run: inTable(toggleHeaderRow) },
  merge_cells: { run: inTable(chainCommands(mergeCells, splitCell)) },
  move_up: { run: move(-1) },
  move_down: { run: move(1) },
  line_break: {
    run: chainCommands(newlineInCode, (state, dispatch) => {
      if (!state.selection.$from.parent.inlineContent) return false
      dispatch?.(state.tr.replaceSelectionWith(n("hard_break").create()).scrollIntoView())
      return true
    }),
  },
  leave: { run: leave },
  no_break_space: { run: insertText("\u00a0") },
}

// actions returns the list, with what needs dialogs and panels given.
export function actions(more: Record<string, Pick<Action, "run" | "active">>): Action[] {
  const all = { ...runs, ...more }
  return keys.map(row => {
    const does = all[row.action]
    if (!does) throw new Error(`nothing is done at ${row.action}`)
    return { name: row.action, keys: row.keys, ...(row.typed ? { typed: row.typed } : {}), ...does }
  })
}

// Enter at the end of a block goes on with a paragraph of the same language.
const split = splitBlockAs((node, atEnd) => (atEnd ? { type: n("paragraph"), attrs: { lang: node.attrs.lang ?? null } } : null))

// base is what keys do that every editor has.
export const base: Record<string, Command> = {
  Enter: chainCommands(newlineInCode, splitListItem(n("list_item")), createParagraphNear, liftEmptyBlock, split),
  Backspace: chainCommands(undoInputRule, deleteSelection, joinTextblockBackward, joinBackward, selectNodeBackward),
  "Mod-Backspace": chainCommands(deleteSelection, joinTextblockBackward, joinBackward, selectNodeBackward),
  Delete: chainCommands(deleteSelection, joinTextblockForward, joinForward, selectNodeForward),
  "Mod-Delete": chainCommands(deleteSelection, joinTextblockForward, joinForward, selectNodeForward),
  "Mod-a": selectAll,
}
