// The rings of Cadence: what is due when, also by this tablet's own taps, and how it is shown.
import assert from "node:assert/strict"
import { test } from "node:test"
import { face, rhythmOf, ringOf } from "../../sopwatch/tablet/js/rhythm.mjs"

const MINUTE = 60_000
const T0 = Date.parse("2026-03-02T01:00:00Z")
const rule = more => ({
  id: "tea", every: 15 * MINUTE, warn: 0, since: T0, deeds: [], do: [["tea_served", null]],
  from: [["started", null], ["resumed", null]], until: [["ended", null], ["break_started", null]], ...more,
})
const item = (id, event, minute, more = {}) => ({
  id, source: "t", case_id: "M-1", event, at: T0 + minute * MINUTE, state: "waiting", owner: { name: "Lin" }, data: {}, ...more,
})
const deed = (id, minute) => ({ id, at: T0 + minute * MINUTE, by: "Wang" })
const due = (told, items) => {
  const found = rhythmOf(told, "M-1", items).due
  return found === null ? null : (found - T0) / MINUTE
}

test("the first deed is due so long after the window opened, the next so long after the last", () => {
  assert.equal(due(rule(), []), 15)
  assert.equal(due(rule({ deeds: [deed("a", 4), deed("b", 13)] }), []), 28)
})

test("a tap starts the ring anew before the server knows of it", () => {
  const { due: at, last } = rhythmOf(rule({ deeds: [deed("a", 4)] }), "M-1", [item("1", "tea_served", 12)])

  assert.equal((at - T0) / MINUTE, 27)
  assert.equal(last.by, "Lin")
})

test("a tap that the server has told is not counted twice, nor is one of another room", () => {
  const told = rule({ deeds: [deed("t/1", 12)] })

  assert.equal(due(told, [item("1", "tea_served", 12, { state: "sent", seq: 9 })]), 27)
  assert.equal(due(told, [item("2", "tea_served", 14, { case_id: "M-2" })]), 27)
})

test("a tap that was refused or taken back leaves the ring where it was", () => {
  const told = rule({ deeds: [deed("a", 4), deed("b", 10)] })

  assert.equal(due(told, [item("1", "tea_served", 12, { state: "refused" })]), 25)
  const undone = item("2", "retracted", 13, { data: { event_id: "t/1" } })
  assert.equal(due(told, [item("1", "tea_served", 12), undone]), 25)
  assert.equal(due(told, [item("3", "retracted", 13, { data: { event_id: "b" } })]), 19)
})

test("a later tick of somebody else counts, whichever came first", () => {
  assert.equal(due(rule({ deeds: [deed("a", 14)] }), [item("1", "tea_served", 12)]), 29)
})

test("a break on this tablet stops the ring, and the time begins anew after it", () => {
  const told = rule({ deeds: [deed("a", 4)] })
  const rest = item("1", "break_started", 10)

  assert.equal(due(told, [rest]), null)
  assert.equal(due(told, [rest, item("2", "tea_served", 12)]), null)
  assert.equal(due(told, [rest, item("3", "resumed", 30)]), 45)
  assert.equal(due(told, [item("4", "closed", 10)]), null)
})

test("a deed with a value counts only with one of the values that are asked for", () => {
  const told = rule({ do: [["checked", ["good", "fair"]], ["tea_served", null]] })

  assert.equal(due(told, [item("1", "checked", 10, { value: "bad" })]), 15)
  assert.equal(due(told, [item("1", "checked", 10, { value: "fair" })]), 25)
})

for (const [left, part, state] of [[15, 1, "todo"], [7.5, 0.5, "todo"], [1, 1 / 15, "due"], [0, 0, "due"], [-4, 0, "overdue"], [20, 1, "todo"]]) {
  test(`with ${left} minutes left a ring of fifteen stands at ${part} and is ${state}`, () => {
    const ring = ringOf(T0 + left * MINUTE, rule(), T0)

    assert.deepEqual([ring.part, ring.state, ring.left], [part, state, left * MINUTE])
  })
}

test("a rule that warns earlier is due soon from then on", () => {
  assert.equal(ringOf(T0 + 9 * MINUTE, rule({ every: 60 * MINUTE, warn: 10 * MINUTE }), T0).state, "due")
})

for (const [left, told] of [
  [15 * MINUTE, "15:00"], [59_001, "1:00"], [9_500, "0:10"], [0, "0:00"], [-1, "+0:00"], [-61_000, "+1:01"], [-59 * MINUTE, "+59:00"],
  [90 * MINUTE, "1 h 30 min"],
]) {
  test(`${left} milliseconds are shown as ${told}`, () => {
    assert.equal(face(left, { h: "{h} h", h_min: "{h} h {m} min" }), told)
  })
}
