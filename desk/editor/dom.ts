// Small help with elements.

type Child = Element | string | null | undefined | false

// h makes an element; names that begin with "on" are listeners.
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attrs: Record<string, string | number | boolean | null | undefined | ((e: Event) => void)> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag)
  for (const [k, v] of Object.entries(attrs)) {
    if (typeof v === "function") el.addEventListener(k.slice(2), v)
    else if (v === true) el.setAttribute(k, "")
    else if (v != null && v !== false) el.setAttribute(k, String(v))
  }
  el.append(...children.filter((c): c is Element | string => c != null && c !== false))
  return el
}

// one finds what a page must have.
export function one<T extends Element>(root: ParentNode, selector: string): T {
  const el = root.querySelector<T>(selector)
  if (!el) throw new Error(`the page has no ${selector}`)
  return el
}

// pause runs fn once things have been quiet for some milliseconds.
export function pause(ms: number, fn: () => void): () => void {
  let timer = 0
  return () => {
    clearTimeout(timer)
    timer = window.setTimeout(fn, ms)
  }
}
