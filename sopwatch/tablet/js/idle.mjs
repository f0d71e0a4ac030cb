// When a tablet that nobody touches locks itself: pure, so that it can be tried without a browser.
export const WARNING = 10_000
const HIDDEN_LATER = 30_000
const SELDOM = 1_000
export const JUST_NOW = 0 // a touch on a page that does not know the service's time (sopwatch/pages/page.js)

// Return "no", "ask", "warn" or "lock". `idle`: since the last touch on any tab; `limit`: 0 for never; `kept`: a screen that
// stays open to be looked at; `slept`: the tablet did not run for a while; `doubted`: somebody may have set its clock, so that
// the service is asked first; `warned`: since the warning came up, or null. All in ms.
// Without network nothing locks: nobody could open it again, and the ticks of who works there would have no place to go.
export function whatNow({ idle, limit, online, kept, slept, doubted, hidden, warned }) {
  if (!isDue({ idle, limit, online }, Math.min(WARNING, limit / 2)) || kept) return "no"
  if (doubted) return "ask"
  if (hidden) return idle > limit + HIDDEN_LATER ? "lock" : "no" // the tab that is looked at warns first
  if (slept && idle >= limit) return "lock"
  return warned !== null && warned >= Math.min(WARNING, limit / 2) ? "lock" : "warn"
}

// Whether it is time to lock; `early` milliseconds sooner.
export function isDue({ idle, limit, online }, early = 0) {
  return limit > 0 && online && idle >= limit - early
}

// When any tab of this tablet was last touched, by the service's time: nobody can set that.
export class Touches {
  #last = null

  // kept: get() and set(instant) of what all tabs see; get() is null where nothing is kept.
  constructor({ clock, kept }) {
    Object.assign(this, { clock, kept })
    this.idle() // a page that begins was touched now, unless another was before
  }

  touched() {
    if (!this.clock.base) return this.kept.set(JUST_NOW)
    if (this.#last === null || !this.kept.get() || this.clock.since(this.#last) > SELDOM) this.kept.set(this.clock.now())
    this.#last = this.clock.now()
  }

  // Whether only the service can say how long nobody has touched it.
  get doubted() {
    return this.clock.doubted || !this.clock.heard
  }

  // How long nobody has touched it. A touch after now was one while somebody had set the clock ahead: it counts as one now.
  idle() {
    if (!this.clock.base) return 0
    const now = this.clock.now()
    const kept = this.kept.get()
    const first = kept === null && this.#last === null
    if (first || kept === JUST_NOW || kept > now) this.kept.set((this.#last = now))
    this.#last = Math.min(now, Math.max(this.#last ?? kept ?? now, kept ?? 0))
    return this.clock.since(this.#last)
  }
}
