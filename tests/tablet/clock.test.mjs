// The tablet's two clocks and the service's: whatever people and sleep do to them, the time of a tap is right.
import assert from "node:assert/strict"
import { test } from "node:test"
import { Hand, HOUR, MINUTE, NOON } from "./hand.mjs"

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
