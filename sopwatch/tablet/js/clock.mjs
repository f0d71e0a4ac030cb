// The tablet's two clocks, and the service's as it is reckoned from what the service said last.
//
// `local` (Date.now) goes on while the tablet sleeps, but anybody may set it. `steady` (performance.now) nobody can set,
// but on most tablets it stands still in sleep, and a new page begins it anew. So `steady` counts. Where `local` falls
// behind it, somebody has set it back: `steady` is right. Where `local` leaps ahead, the tablet has slept, or somebody
// has set it: sleep is by far the likelier, so the leap counts for now, and the service's next word decides.
const SLIP = 2_000
const SURE = 30_000 // a word that was longer on its way says too little

export class Clock {
  base = null // what the service said: `server` is its time when the two showed `local` and `steady`; `speed` is a demo's
  leaps = [] // since its last word: how far `local` leapt, and the last entry (`n`) before it
  heard = false // whether the service was asked since this page began: what an earlier page kept may be wrong

  // last(): the number of the newest entry of this tablet; keep(told): keeps what a new page begins with.
  constructor({ local = Date.now, steady = () => performance.now(), last = () => 0, keep = () => {} } = {}) {
    Object.assign(this, { local, steady, last, keep })
  }

  // Go on from what an earlier page kept: only `local` can say what passed since, and no time passes backwards.
  open(kept) {
    if (!kept) return
    const server = kept.server + Math.max(0, this.local() - kept.local) * kept.speed
    this.leaps = kept.leaps ?? []
    this.#begin(server, kept.speed)
  }

  // The service's time now, in milliseconds.
  now() {
    if (!this.base) return this.local()
    this.#look()
    return this.#reckoned()
  }

  // How long it is since then, in milliseconds of the tablet: a demonstration's time runs faster.
  since = then => (this.now() - then) / (this.base?.speed ?? 1)

  // What the two clocks show when the service is asked: so it is known how old its answer may be.
  asks = () => ({ local: this.local(), steady: this.steady() })

  // Whether the service should say which clock is right before anything is sent.
  get doubted() {
    this.now()
    return this.leaps.some(leap => leap.size > 0)
  }

  // Hear the service's time; `asked` when it is known when it was asked. Returns what puts right the times of entries
  // since somebody set the clock, if they are wrong: `{ after, at(item) }`.
  hear(server, speed, asked = null) {
    const waited = asked ? Math.max(this.steady() - asked.steady, this.local() - asked.local) + 1 : Infinity
    this.heard ||= !this.base || waited <= SURE
    if (!this.base || this.base.speed !== speed) return this.#take(server, speed)
    const now = this.now()
    const right = Math.min(Math.max(now, server), server + waited * speed)
    const leap = now - right > SLIP * speed ? this.#nearest((now - right) / speed) : null
    const wrong = leap && this.#putRight(leap, right, speed)
    if (waited <= SURE && this.leaps.length) this.#take(right, speed)
    else if (right !== now) this.#begin(right, speed)
    return wrong
  }

  #reckoned() {
    return this.base.server + (this.steady() - this.base.steady) * this.base.speed
  }

  #look() {
    const [local, steady] = [this.local() - this.base.local, this.steady() - this.base.steady]
    const size = local - steady
    if (Math.abs(size) < SLIP) return
    this.leaps.push({ n: this.last(), size })
    this.#begin(this.base.server + Math.max(local, steady) * this.base.speed, this.base.speed)
  }

  #take(server, speed) {
    this.leaps = []
    this.#begin(server, speed)
    return null
  }

  #begin(server, speed) {
    this.base = { server, speed, ...this.asks() }
    this.keep({ server, speed, local: this.base.local, leaps: this.leaps })
  }

  #nearest(ahead) {
    const forward = this.leaps.filter(leap => leap.size > 0)
    return forward.sort((a, b) => Math.abs(a.size - ahead) - Math.abs(b.size - ahead))[0] ?? null
  }

  // An entry's time is reckoned back from now by `local`; where that was set back in between, more has passed than it says.
  #putRight(leap, right, speed) {
    const [local, leaps] = [this.local(), this.leaps]
    const passed = item => leaps.reduce((sum, { n, size }) => (size < 0 && item.n <= n ? sum - size : sum), local - Date.parse(item.clock))
    return { after: leap.n, at: item => Math.floor(right - passed(item) * speed) }
  }
}
