// When a tablet locks itself, apart from any browser.
import assert from "node:assert/strict"
import { test } from "node:test"
import { whatNow } from "../../sopwatch/tablet/js/idle.mjs"
import { addressOf, draftOf } from "../../sopwatch/tablet/js/place.mjs"

const MINUTE = 60_000
const calm = { idle: 0, limit: 5 * MINUTE, online: true, kept: false, slept: false, hidden: false, warned: null }
const say = more => whatNow({ ...calm, ...more })

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
