// Tells the service that this page is there and for which cases, so that a tablet without network is told from a closed page.
const SELDOM = 8_000
const MOST = 50

export class Here {
  #told = "[]"
  #at = -Infinity
  #missed = true

  // post(cases, going): resolves to whether the service has heard it.
  constructor(post) {
    this.post = post
  }

  // Tell at once what is another than was told; the same cases, or what was not heard, now and then. None is a goodbye.
  async tell(cases, now = performance.now()) {
    const shown = [...new Set(cases)].slice(0, MOST)
    const text = JSON.stringify(shown)
    const same = text === this.#told
    if (same && (now - this.#at < SELDOM || (!shown.length && !this.#missed))) return
    this.#told = text
    this.#at = now
    const heard = await this.post(shown)
    if (this.#told === text) this.#missed = !heard
  }

  // The page goes: its last word.
  leave() {
    if (this.#told === "[]" && !this.#missed) return
    this.#told = "[]"
    this.post([], true)
  }
}

// A tab keeps its name through a reload, and counts its messages; the last one goes as a beacon, which outlives the page.
export function sender({ source, newId, fetcher, beacon, kept }) {
  let page = newId()
  let number = 0
  try {
    const before = JSON.parse(kept().getItem("sopwatch.here"))
    if (before) ({ page, number } = before)
  } catch {
    // a browser that keeps nothing: the page has a new name after a reload
  }
  return async (cases, going) => {
    number += 1
    try {
      kept().setItem("sopwatch.here", JSON.stringify({ page, number }))
    } catch {
      // as above
    }
    const body = JSON.stringify({ source, page, number, cases })
    if (going) return beacon("/tablet/here", new Blob([body], { type: "application/json" }))
    try {
      const headers = { "Content-Type": "application/json" }
      return (await fetcher("/tablet/here", { method: "POST", headers, body, keepalive: true })).ok
    } catch {
      return false
    }
  }
}
