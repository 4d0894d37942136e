// The signs on the toolbar's buttons.

import block from "lucide-static/icons/settings-2.svg"
import bold from "lucide-static/icons/bold.svg"
import bulletList from "lucide-static/icons/list.svg"
import code from "lucide-static/icons/code.svg"
import codeBlock from "lucide-static/icons/square-code.svg"
import columnAfter from "lucide-static/icons/between-vertical-end.svg"
import deeper from "lucide-static/icons/list-indent-increase.svg"
import deleteColumn from "lucide-static/icons/table-columns-split.svg"
import deleteRow from "lucide-static/icons/table-rows-split.svg"
import divider from "lucide-static/icons/minus.svg"
import embed from "lucide-static/icons/monitor-play.svg"
import factBox from "lucide-static/icons/square-menu.svg"
import find from "lucide-static/icons/search.svg"
import gallery from "lucide-static/icons/images.svg"
import headerRow from "lucide-static/icons/panel-top.svg"
import heading2 from "lucide-static/icons/heading-2.svg"
import heading3 from "lucide-static/icons/heading-3.svg"
import heading4 from "lucide-static/icons/heading-4.svg"
import higher from "lucide-static/icons/list-indent-decrease.svg"
import italic from "lucide-static/icons/italic.svg"
import lang from "lucide-static/icons/languages.svg"
import link from "lucide-static/icons/link.svg"
import mergeCells from "lucide-static/icons/table-cells-merge.svg"
import orderedList from "lucide-static/icons/list-ordered.svg"
import picture from "lucide-static/icons/image.svg"
import quote from "lucide-static/icons/text-quote.svg"
import redo from "lucide-static/icons/redo-2.svg"
import rowAfter from "lucide-static/icons/between-horizontal-end.svg"
import shortcuts from "lucide-static/icons/keyboard.svg"
import smallCaps from "lucide-static/icons/a-large-small.svg"
import strike from "lucide-static/icons/strikethrough.svg"
import sub from "lucide-static/icons/subscript.svg"
import sup from "lucide-static/icons/superscript.svg"
import table from "lucide-static/icons/table.svg"
import undo from "lucide-static/icons/undo-2.svg"

export const icons: Record<string, string> = {
  block,
  strong: bold,
  bullet_list: bulletList,
  code,
  code_block: codeBlock,
  column_after: columnAfter,
  deeper,
  delete_column: deleteColumn,
  delete_row: deleteRow,
  divider,
  embed,
  fact_box: factBox,
  find,
  gallery,
  header_row: headerRow,
  heading_2: heading2,
  heading_3: heading3,
  heading_4: heading4,
  higher,
  em: italic,
  lang,
  link,
  merge_cells: mergeCells,
  ordered_list: orderedList,
  picture,
  quote,
  redo,
  row_after: rowAfter,
  shortcuts,
  small_caps: smallCaps,
  strike,
  sub,
  sup,
  table,
  undo,
}
