// The tablet's two clocks and the service's: whatever people and sleep do to them, the time of a tap is right.
import assert from "node:assert/strict"
import { test } from "node:test"
import { Clock } from "../../sopwatch/tablet/js/clock.mjs"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOON = Date.UTC(2026, 2, 2, 12)

// A tablet whose true time passes, whose clock people set, and which sleeps; `n` counts its entries.
class Hand {
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

const near = (figure, most = 10) => assert.ok(Math.abs(figure) <= most, `${figure} ms off`)
const righted = (wrong, item) => (wrong && item.n > wrong.after ? wrong.at(item) : item.at)

for (const wrong of [3 * HOUR, -3 * HOUR]) {
  test(`a clock that is ${wrong / HOUR} hours wrong is right as soon as the service is heard, and on`, () => {
    const hand = new Hand(null, wrong)

    hand.hears()
    hand.passes(40 * MINUTE)

    near(hand.off())
  })

  test(`a clock that is set by ${wrong / HOUR} hours while the service is heard changes no time`, () => {
    const hand = new Hand()
    hand.hears()
    hand.passes(MINUTE)

    hand.set(wrong)
    const item = hand.taps()
    const put = hand.hears()

    near(righted(put, item) - item.tapped)
    near(hand.off())
    assert.equal(hand.clock.doubted, false)
  })
}

test("a clock that is set back without network is not believed", () => {
  const hand = new Hand()
  hand.hears()
  hand.passes(5 * MINUTE)

  hand.set(-3 * HOUR)
  hand.passes(5 * MINUTE)

  near(hand.off())
  assert.equal(hand.clock.doubted, false)
})

test("sleep without network counts as time that passed, and the service says that it was right", () => {
  const hand = new Hand()
  hand.hears()

  hand.sleeps(40 * MINUTE)
  const item = hand.taps()
  near(hand.off())
  assert.equal(hand.clock.doubted, true)

  assert.equal(hand.hears(), null)
  near(item.at - item.tapped)
  assert.equal(hand.clock.doubted, false)
})

test("a clock that was set ahead without network is found out by the service, and what was tapped since is put right", () => {
  const hand = new Hand()
  hand.hears()
  hand.passes(5 * MINUTE)
  const before = hand.taps()

  hand.set(3 * HOUR)
  const during = hand.taps()
  hand.passes(10 * MINUTE)
  const after = hand.taps()
  const put = hand.hears()

  near(during.at - during.tapped - 3 * HOUR)
  for (const item of [before, during, after]) near(righted(put, item) - item.tapped, 20)
  near(hand.off())
})

test("of sleep and a clock set ahead the service's word tells which was which", () => {
  const hand = new Hand()
  hand.hears()

  hand.sleeps(20 * MINUTE)
  const rested = hand.taps()
  hand.set(2 * HOUR)
  const ahead = hand.taps()
  hand.passes(MINUTE)
  hand.set(-1 * HOUR)
  hand.passes(MINUTE)
  const last = hand.taps()
  const put = hand.hears()

  for (const item of [rested, ahead, last]) near(righted(put, item) - item.tapped, 20)
  near(hand.off())
})

test("a page that is loaded anew without network goes on, and still learns that the clock had been set ahead", () => {
  const hand = new Hand()
  hand.hears()
  hand.set(3 * HOUR)
  const item = hand.taps()
  hand.passes(MINUTE)

  const next = new Hand(hand.kept, 3 * HOUR)
  Object.assign(next, { n: hand.n, true: hand.true })
  const put = next.hears()

  near(righted(put, item) - item.tapped, 20)
  near(next.off())
})

test("a page that is loaded anew with a clock that was set back does not go back", () => {
  const hand = new Hand()
  hand.hears()

  const next = new Hand(hand.kept, -3 * HOUR)

  assert.ok(next.off() >= -10)
})

test("an answer that was long on its way moves nothing that it does not prove wrong", () => {
  const hand = new Hand()
  hand.hears()

  hand.hears(10_000)

  near(hand.off())
})

test("a snapshot, which may be of any age, sets no clock back, and one of a service that is ahead sets it on", () => {
  const hand = new Hand()
  hand.hears()

  hand.clock.hear(hand.true - MINUTE, 1)
  near(hand.off())
  hand.clock.hear(hand.true + MINUTE, 1)

  near(hand.off() - MINUTE)
})

test("a demonstration's time runs faster", () => {
  const hand = new Hand()
  hand.clock.hear(NOON, 60, hand.clock.asks())

  hand.passes(1_000)

  assert.equal(hand.clock.now(), NOON + MINUTE)
})

test("before the service was heard the tablet's own clock counts", () => {
  assert.equal(new Hand().clock.now(), NOON)
})
