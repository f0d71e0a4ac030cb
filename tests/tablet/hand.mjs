// A tablet in somebody's hand: its two clocks, as people and sleep treat them, and what the service says.
import { Clock } from "../../sopwatch/tablet/js/clock.mjs"

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const NOON = Date.UTC(2026, 2, 2, 12)

// A tablet whose true time passes, whose clock people set, and which sleeps; `n` counts its entries.
export class Hand {
  true = NOON
  wrong = 0
  slept = 0
  n = 0

  constructor(kept = null, wrong = 0) {
    this.wrong = wrong
    this.clock = new Clock({
      local: () => this.true + this.wrong,
      steady: () => this.true - NOON - this.slept,
      last: () => this.n,
      keep: told => (this.kept = structuredClone(told)),
    })
    this.clock.open(kept)
  }

  passes(span) {
    this.true += span
    this.clock.now()
  }

  sleeps(span) {
    this.true += span
    this.slept += span
    this.clock.now()
  }

  // Somebody sets the clock on or back.
  set(span) {
    this.wrong += span
    this.clock.now()
  }

  // The service answers, so long after it was asked.
  hears(waited = 10) {
    const asked = this.clock.asks()
    this.true += waited
    return this.clock.hear(this.true - waited / 2, 1, asked)
  }

  taps() {
    this.n += 1
    return { n: this.n, clock: new Date(this.true + this.wrong).toISOString(), at: this.clock.now(), tapped: this.true }
  }

  off = () => this.clock.now() - this.true
}
