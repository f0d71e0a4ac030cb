// The place somebody had on a screen, kept while the tablet is locked or changes hands: address, scroll, and the open panel
// of the sheet. What was typed comes back to who typed it alone, a signature to nobody.
const PLACE = "sopwatch.place"
const TRIES = 40
const PAUSE = 100

// The address of a screen without the language, which is a person's own.
export function addressOf({ pathname, search }) {
  const asked = new URLSearchParams(search)
  asked.delete("lang")
  return asked.size ? `${pathname}?${asked}` : pathname
}

// What of a panel may be kept: texts, and of a signature nothing.
export function draftOf(draft, isSignature) {
  if (isSignature || draft.ink) return {}
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => typeof value === "string"))
}

const scroller = () => document.querySelector('[data-testid="stMain"]') ?? document.scrollingElement

export function keepPlace(who, sheet) {
  const open = sheet?.panel
  const signs = open && sheet.rows.get(open.row)?.row?.evidence.type === "signature"
  const panel = open && { row: open.row, part: open.part, draft: draftOf(open.draft, signs) }
  try {
    sessionStorage.setItem(PLACE, JSON.stringify({ who, at: addressOf(location), scroll: scroller().scrollTop, panel }))
  } catch {
    // a browser that keeps nothing: the address is kept all the same
  }
}

// Take the place that was kept, once; of another person without what was typed.
export function takePlace(who) {
  try {
    const place = JSON.parse(sessionStorage.getItem(PLACE))
    sessionStorage.removeItem(PLACE)
    if (!place || place.at !== addressOf(location)) return null
    if (place.panel && place.who !== who) place.panel.draft = {}
    return place
  } catch {
    return null
  }
}

// Scroll back, as soon as the screen is long enough; a touch ends the trying.
export function scrollBack(top) {
  if (!top) return
  let tries = 0
  const timer = setInterval(() => {
    const main = scroller()
    tries += 1
    if (main.scrollHeight - main.clientHeight < top && tries < TRIES) return
    main.scrollTop = top
    stop()
  }, PAUSE)
  const stop = () => clearInterval(timer)
  addEventListener("pointerdown", stop, { once: true, capture: true })
}
