// One polite region says what a sighted person sees happen.

let region: HTMLElement | null = null

export function announceIn(el: HTMLElement): void {
  region = el
}

export function announce(text: string): void {
  if (!region) return
  region.textContent = ""
  requestAnimationFrame(() => {
    if (region) region.textContent = text
  })
}
