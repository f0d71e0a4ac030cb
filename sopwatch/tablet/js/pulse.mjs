// The pulse: asks the service again and again whether it is there and how late it is there.
const BEAT = 3_000
const PATIENCE = 20_000 // a line may need ten seconds there and back, and half as much again
const SLOW = 5_000

export class Pulse {
  online = true
  since = null // since when there is no connection, by the service's time
  slow = false // an answer takes longer than answers took
  took = 0
  #asking = null

  // clock; fetcher; hear(time, asked): takes the service's time; after(there): what follows an answer; told(): something is to be drawn anew.
  constructor({ clock, fetcher, hear, after, told }) {
    Object.assign(this, { clock, fetcher, hear, after, told })
  }

  begin() {
    setInterval(() => this.beat(), BEAT)
    for (const word of ["online", "offline"]) addEventListener(word, () => this.anew())
    return this.beat()
  }

  // The network has changed: what was asked before may never be answered.
  anew() {
    this.#asking?.abort()
    this.#asking = null
    return this.beat()
  }

  async beat() {
    if (this.#asking) return
    const asking = (this.#asking = new AbortController())
    const began = this.clock.now()
    const there = await this.#isThere(asking)
    if (this.#asking !== asking) return // asked anew meanwhile
    this.#asking = null
    this.#becomes(there, began)
    await this.after(there)
  }

  #becomes(online, began) {
    if (online === this.online && !this.slow) return
    if (online !== this.online) this.since = online ? null : began
    Object.assign(this, { online, slow: false })
    this.told()
  }

  #isLate() {
    this.slow = this.online
    if (this.slow) this.told()
  }

  async #isThere(asking) {
    const stop = setTimeout(() => asking.abort(), PATIENCE)
    const late = setTimeout(() => this.#isLate(), Math.max(SLOW, 1.5 * this.took))
    const asked = this.clock.asks()
    try {
      const answer = await this.fetcher("/healthz", { cache: "no-store", signal: asking.signal })
      const [now, speed] = (answer.headers.get("Sopwatch-Time") ?? "").split(" ").map(Number)
      if (asking.signal.aborted) return false
      this.took = this.clock.asks().steady - asked.steady
      if (answer.ok && now) await this.hear({ now, speed }, asked)
      return answer.ok
    } catch {
      return false
    } finally {
      clearTimeout(stop)
      clearTimeout(late)
    }
  }
}
