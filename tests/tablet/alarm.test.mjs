// When the rings are to be heard: a minute before a deadline and at it, once each.
import assert from "node:assert/strict"
import { test } from "node:test"
import { Alarm } from "../../sopwatch/tablet/js/alarm.mjs"

const MINUTE = 60_000
const tea = due => ({ name: "M-1 tea", due: due * MINUTE })
const heard = (alarm, deadlines, ...minutes) => minutes.map(now => alarm.ask(deadlines, now * MINUTE))

test("it is heard a minute before and at the deadline, once each, however often it is asked", () => {
  const alarm = new Alarm()

  assert.deepEqual(heard(alarm, [tea(15)], 10, 13.9, 14, 14.01, 14.5, 15, 15.01, 16, 30), [null, null, "soon", null, null, "late", null, null, null])
})

test("what had passed before the page was opened is not heard", () => {
  assert.deepEqual(heard(new Alarm(), [tea(15)], 14.5, 14.6, 15.1), [null, null, "late"])
  assert.deepEqual(heard(new Alarm(), [tea(15)], 20, 21), [null, null])
})

test("a deadline that moved is another one: the old one is silent, the new one is heard", () => {
  const alarm = new Alarm()
  heard(alarm, [tea(15)], 10, 14)

  assert.deepEqual(heard(alarm, [tea(29)], 14.5, 15, 28, 29), [null, null, "soon", "late"])
})

test("a tap that is taken back does not sound what was heard already", () => {
  const alarm = new Alarm()
  heard(alarm, [tea(15)], 10, 14)
  heard(alarm, [tea(29)], 14.2)

  assert.deepEqual(heard(alarm, [tea(15)], 14.3, 14.9, 15), [null, null, "late"])
})

test("a clock that is set back a little does not sound twice", () => {
  assert.deepEqual(heard(new Alarm(), [tea(15)], 13, 14.01, 13.98, 14.02), [null, "soon", null, null])
})

test("of several at once the gravest is heard, each room's own later", () => {
  const alarm = new Alarm()
  const rooms = [tea(15), { name: "M-2 tea", due: 16 * MINUTE }, { name: "M-2 towels", due: 15 * MINUTE }]

  assert.deepEqual(heard(alarm, rooms, 13, 14, 15, 16), [null, "soon", "late", "late"])
})

test("after the tablet slept, what passed meanwhile is heard once", () => {
  assert.deepEqual(heard(new Alarm(), [tea(15)], 13, 40, 41), [null, "late", null])
})
