// The pulse: asks the service again and again whether it is there and how late it is there.
const BEAT = 3_000
const PATIENCE = 20_000 // a line may need ten seconds there and back, and half as much again
const SLOW = 5_000
const MOST = 3 // questions at a time: a browser has six lines to a service, and ticks need one

export class Pulse {
  online = true
  since = null // since when there is no connection, by the service's time
  slow = false // an answer takes longer than answers took
  took = 0 // how long the last answer took
  #asked = [] // what has no answer yet, the oldest first

  // clock; fetcher; hear(time, asked): takes the service's time; after(there): what follows an answer; told(): something
  // is to be drawn anew.
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
    this.#forget(this.#asked)
    return this.beat()
  }

  // Ask; while there is no answer only seldom: what was asked may be lost on the way. Done when the last was answered.
  beat() {
    const last = this.#asked.at(-1)
    if (last && (this.#asked.length >= MOST || this.clock.asks().steady - last.steady < SLOW)) return last.done
    const asked = { stop: new AbortController(), began: this.clock.now(), ...this.clock.asks() }
    this.#asked.push(asked)
    return (asked.done = this.#ask(asked))
  }

  async #ask(asked) {
    const there = await this.#isThere(asked)
    if (!this.#asked.includes(asked)) return // a later question was answered, or the network has changed
    const began = this.#asked[0].began
    this.#forget(this.#asked.slice(0, this.#asked.indexOf(asked) + 1))
    const back = there && !this.online
    this.#becomes(there, began)
    await this.after(there, back)
  }

  #forget(gone) {
    this.#asked = this.#asked.filter(asked => !gone.includes(asked))
    for (const asked of gone) asked.stop.abort()
  }

  #becomes(online, began) {
    if (online === this.online && !this.slow) return
    if (online !== this.online) this.since = online ? null : began
    Object.assign(this, { online, slow: false })
    this.told()
  }

  #isLate() {
    if (!this.online || this.slow) return
    this.slow = true
    this.told()
  }

  async #isThere(asked) {
    const stop = setTimeout(() => asked.stop.abort(), PATIENCE)
    const late = setTimeout(() => this.#isLate(), Math.max(SLOW, 1.5 * this.took))
    try {
      const answer = await this.fetcher("/healthz", { cache: "no-store", signal: asked.stop.signal })
      const [now, speed] = (answer.headers.get("Sopwatch-Time") ?? "").split(" ").map(Number)
      if (asked.stop.signal.aborted) return false
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
