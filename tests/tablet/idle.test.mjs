// When a tablet locks itself, apart from any browser.
import assert from "node:assert/strict"
import { test } from "node:test"
import { JUST_NOW, Touches, whatNow } from "../../sopwatch/tablet/js/idle.mjs"
import { addressOf, draftOf } from "../../sopwatch/tablet/js/place.mjs"
import { Hand, HOUR, MINUTE, NOON } from "./hand.mjs"

const calm = { idle: 0, limit: 5 * MINUTE, online: true, kept: false, slept: false, doubted: false, hidden: false, warned: null }
const say = more => whatNow({ ...calm, ...more })

// What all tabs of a tablet see.
class Kept {
  constructor(instant = null) {
    this.instant = instant
  }

  get = () => this.instant
  set = instant => (this.instant = instant)
}

// A tablet that was touched just now, after the service was heard.
function held(kept = new Kept()) {
  const hand = new Hand()
  hand.hears()
  const touches = new Touches({ clock: hand.clock, kept })
  touches.touched()
  return { hand, kept, touches }
}

const near = (figure, wanted) => assert.ok(Math.abs(figure - wanted) <= 50, `${figure} ms, not ${wanted}`)

test("an untouched tablet warns ten seconds before, and locks when the warning has stood so long", () => {
  assert.equal(say({ idle: 5 * MINUTE - 10_001 }), "no")
  assert.equal(say({ idle: 5 * MINUTE - 10_000 }), "warn")
  assert.equal(say({ idle: 5 * MINUTE, warned: 9_999 }), "warn")
  assert.equal(say({ idle: 5 * MINUTE, warned: 10_000 }), "lock")
})

test("without network nothing locks; when it is back the tablet warns first", () => {
  assert.equal(say({ idle: 60 * MINUTE, online: false }), "no")
  assert.equal(say({ idle: 60 * MINUTE }), "warn")
})

test("a tablet that slept past its time locks at once", () => {
  assert.equal(say({ idle: 60 * MINUTE, slept: true }), "lock")
  assert.equal(say({ idle: MINUTE, slept: true }), "no")
})

test("a screen that is kept open and a property that never locks stay open", () => {
  assert.equal(say({ idle: 600 * MINUTE, kept: true }), "no")
  assert.equal(say({ idle: 600 * MINUTE, limit: 0 }), "no")
})

test("a tab that nobody sees leaves the warning to the one that is seen", () => {
  assert.equal(say({ idle: 5 * MINUTE + 20_000, hidden: true, slept: true }), "no")
  assert.equal(say({ idle: 5 * MINUTE + 31_000, hidden: true, slept: true }), "lock")
})

test("of what was typed only texts are kept, of a signature nothing; a place has no language", () => {
  assert.deepEqual(draftOf({ text: "a", number: "3", photo: {}, length: 9 }, false), { text: "a", number: "3" })
  assert.deepEqual(draftOf({ name: "Lin", ink: {} }, false), {})
  assert.deepEqual(draftOf({ name: "Lin" }, true), {})
  assert.equal(addressOf({ pathname: "/run", search: "?case=R-1&lang=en" }), "/run?case=R-1")
  assert.equal(addressOf({ pathname: "/", search: "?lang=en" }), "/")
})

test("while somebody may have set the clock, the service is asked before anything is locked", () => {
  assert.equal(say({ idle: 60 * MINUTE, slept: true, doubted: true }), "ask")
  assert.equal(say({ idle: 60 * MINUTE, hidden: true, doubted: true }), "ask")
  assert.equal(say({ idle: MINUTE, doubted: true }), "no")
  assert.equal(say({ idle: 60 * MINUTE, doubted: true, online: false }), "no")
})

test("a clock that is set back delays no lock", () => {
  const { hand, touches } = held()

  hand.passes(MINUTE)
  hand.set(-3 * HOUR)
  hand.passes(4 * MINUTE)

  near(touches.idle(), 5 * MINUTE)
  assert.equal(touches.doubted, false)
})

test("a clock that is set ahead locks nothing once the service was asked", () => {
  const { hand, touches } = held()

  hand.passes(MINUTE)
  hand.set(3 * HOUR)
  assert.equal(touches.doubted, true)
  hand.hears()

  near(touches.idle(), MINUTE)
  assert.equal(touches.doubted, false)
})

test("sleep counts, once the service was asked", () => {
  const { hand, touches } = held()

  hand.sleeps(40 * MINUTE)
  assert.equal(touches.doubted, true)
  hand.hears()

  near(touches.idle(), 40 * MINUTE)
  assert.equal(touches.doubted, false)
})

test("a touch while the clock was set ahead delays the lock no longer than a touch at the service's next word", () => {
  const { hand, touches } = held()

  hand.set(3 * HOUR)
  touches.touched()
  hand.passes(MINUTE)
  hand.hears()
  near(touches.idle(), 0)
  hand.passes(5 * MINUTE)

  near(touches.idle(), 5 * MINUTE)
})

test("a touch on another tab counts, one on a page that does not know the service's time as one now", () => {
  const { hand, kept, touches } = held()
  const other = new Touches({ clock: hand.clock, kept })

  hand.passes(4 * MINUTE)
  other.touched()
  hand.passes(MINUTE)
  near(touches.idle(), MINUTE)
  hand.passes(MINUTE)
  kept.set(JUST_NOW)

  near(touches.idle(), 0)
  assert.notEqual(kept.get(), JUST_NOW)
})

test("a page that nobody has touched counts from its beginning", () => {
  const hand = new Hand()
  hand.hears()
  const touches = new Touches({ clock: hand.clock, kept: new Kept() })

  hand.sleeps(6 * MINUTE)

  near(touches.idle(), 6 * MINUTE)
})

test("a tablet that keeps nothing counts its own touches", () => {
  const { hand, touches } = held({ get: () => null, set() {} })

  hand.passes(4 * MINUTE)
  near(touches.idle(), 4 * MINUTE)
  touches.touched()

  near(touches.idle(), 0)
})

test("a page that is loaded anew after the clock was set asks the service before it believes how long nobody touched it", () => {
  const { hand, kept } = held()
  hand.passes(MINUTE)
  const next = new Hand(hand.kept, 3 * HOUR)
  next.true = hand.true
  const touches = new Touches({ clock: next.clock, kept })

  assert.equal(touches.doubted, true)
  next.hears()

  near(touches.idle(), MINUTE)
  assert.equal(touches.doubted, false)
})

test("a first page whose clock is three hours slow was touched just now, however late it turns out to be", () => {
  const kept = new Kept()
  const hand = new Hand(null, -3 * HOUR)
  const touches = new Touches({ clock: hand.clock, kept })

  touches.touched()
  assert.equal(touches.idle(), 0)
  hand.hears()

  near(touches.idle(), 0)
})

test("in a demonstration, whose time runs faster, the lock keeps real time", () => {
  const hand = new Hand()
  hand.clock.hear(NOON, 60, hand.clock.asks())
  const touches = new Touches({ clock: hand.clock, kept: new Kept() })
  touches.touched()

  hand.passes(4 * MINUTE)

  near(touches.idle(), 4 * MINUTE)
})
