// What the sheet shows when the tablet's own entries are laid over the server's snapshot.
import assert from "node:assert/strict"
import { test } from "node:test"
import { isDouble, settled, takesMore, viewOf } from "../../sopwatch/tablet/js/view.mjs"

const row = (id, more = {}) => ({
  id, title: id, role: "", state: "todo", evidence: { type: "tick", options: [] }, unit: "", repeats: false, subject: null,
  names: [], needs: [], ticks: [], exempt: null, problems: [], due: [], flags: [], ...more,
})
const snapshot = (...rows) => ({
  case_id: "R-1", seq: 5, ended: { closed: null, cancelled: null }, phases: [{ id: "p", title: "P", rows }],
})
const item = (id, event, more = {}) => ({
  id, source: "t", case_id: "R-1", event, at: 0, state: "waiting", owner: { name: "Lin" }, data: {}, ...more,
})
const shown = (view, id) => view.phases.flatMap(phase => phase.rows).find(one => one.id === id)
const ticked = (id, by = "Wang") => ({ id, by, at: 0, own: false, subject: null })

test("a tap is done at once, and counts in the progress", () => {
  const view = viewOf(snapshot(row("a"), row("b")), [item("1", "a")])

  assert.equal(shown(view, "a").state, "done")
  assert.equal(view.phases[0].done, 1)
  assert.equal(takesMore(shown(view, "a")), false)
})

test("taps of another case change nothing", () => {
  const view = viewOf(snapshot(row("a")), [item("1", "a", { case_id: "R-2" })])

  assert.equal(shown(view, "a").state, "todo")
})

test("an acknowledged tick stays until the snapshot has reached its seq, and is never shown twice", () => {
  const sent = item("1", "a", { state: "sent", seq: 6 })
  const before = viewOf(snapshot(row("a")), [sent])
  const after = viewOf({ ...snapshot(row("a", { state: "done", ticks: [ticked("t/1")] })), seq: 6 }, [sent])
  const unheard = viewOf(snapshot(row("a", { state: "done", ticks: [ticked("t/1")] })), [item("1", "a")])

  assert.equal(shown(before, "a").ticks.length, 1)
  assert.equal(shown(after, "a").ticks.length, 1)
  assert.equal(shown(unheard, "a").ticks.length, 1)
})

test("a tick of somebody else and one of this tablet both stand, and the sheet says that there are two", () => {
  const view = viewOf(snapshot(row("a", { state: "done", ticks: [ticked("x/1")] })), [item("1", "a")])

  assert.deepEqual(shown(view, "a").ticks.map(tick => tick.by), ["Wang", "Lin"])
  assert.ok(isDouble(shown(view, "a")))
  assert.ok(!isDouble({ ...shown(view, "a"), repeats: true }))
})

test("what was taken back is off the sheet at once", () => {
  const back = item("2", "retracted", { data: { event_id: "x/1", reason: "r", _step: "a" } })
  const view = viewOf(snapshot(row("a", { state: "done", ticks: [ticked("x/1")] })), [back])
  const own = viewOf(snapshot(row("a")), [item("1", "a"), { ...back, data: { ...back.data, event_id: "t/1" } }])

  assert.equal(shown(view, "a").state, "todo")
  assert.equal(shown(own, "a").ticks.length, 0)
})

test("a step whose needs are met on the tablet is grey no longer", () => {
  const needy = row("b", { state: "waiting", needs: [{ id: "a", title: "First" }] })

  const before = viewOf(snapshot(row("a"), needy), [])
  const after = viewOf(snapshot(row("a"), needy), [item("1", "a")])

  assert.deepEqual([shown(before, "b").state, shown(before, "b").waits], ["waiting", ["First"]])
  assert.deepEqual([shown(after, "b").state, shown(after, "b").waits], ["todo", []])
})

test("each guest is counted, and the row is done when all have had theirs", () => {
  const names = [{ name: "Chen", done: 0, wanted: 1 }, { name: "Smith", done: 0, wanted: 1 }]
  const greet = row("g", { subject: "list", names })

  const one = viewOf(snapshot(greet), [item("1", "g", { subject: "Chen" })])
  const both = viewOf(snapshot(greet), [item("1", "g", { subject: "Chen" }), item("2", "g", { subject: "Smith" })])

  assert.deepEqual(shown(one, "g").names.map(name => name.done), [1, 0])
  assert.deepEqual([settled(shown(one, "g")), settled(shown(both, "g"))], [false, true])
  assert.equal(shown(both, "g").state, "done")
})

test("a step that does not apply is settled; a problem is said and settles nothing", () => {
  const no = item("1", "_not_applicable", { data: { step: "a", reason: "no car" } })
  const bad = item("2", "_problem", { data: { step: "b", reason: "broken" } })

  const view = viewOf(snapshot(row("a"), row("b")), [no, bad])

  assert.deepEqual([shown(view, "a").state, settled(shown(view, "a"))], ["not_applicable", true])
  assert.deepEqual([shown(view, "b").problems[0].reason, settled(shown(view, "b"))], ["broken", false])
})

test("a refused entry stands at its row and counts for nothing", () => {
  const view = viewOf(snapshot(row("a")), [item("1", "a", { state: "refused", reason: "no" })])

  assert.equal(shown(view, "a").state, "todo")
  assert.equal(shown(view, "a").refused[0].reason, "no")
})

test("a deadline that was met is no longer due, a violation that is no deadline stays", () => {
  const late = row("a", { state: "overdue", flags: [{ id: "v", at: 1 }] })
  const wrong = row("b", { state: "flagged", flags: [{ id: "w", at: null }] })

  const view = viewOf(snapshot(late, wrong), [item("1", "a"), item("2", "b")])

  assert.deepEqual([shown(view, "a").state, shown(view, "b").state], ["done", "flagged"])
})

test("a comment stands at its step at once, changes nothing of it, and can be taken back", () => {
  const known = row("a", { notes: [{ id: "x/1", by: "Wang", text: "hot" }] })
  const own = item("1", "_noted", { data: { step: "a", note: "cold" } })
  const back = item("2", "retracted", { data: { event_id: "x/1", reason: "r", _step: "a" } })

  const view = viewOf(snapshot(known), [own])
  const later = viewOf(snapshot(known), [own, back])

  assert.deepEqual(shown(view, "a").notes.map(note => note.text), ["hot", "cold"])
  assert.deepEqual([shown(view, "a").state, shown(view, "a").exempt, settled(shown(view, "a"))], ["todo", null, false])
  assert.deepEqual(shown(later, "a").notes.map(note => note.text), ["cold"])
})

test("a comment that the snapshot holds is shown once, and a snapshot kept by an earlier version has none", () => {
  const held = row("a", { notes: [{ id: "t/1", by: "Lin", text: "cold" }] })
  const own = item("1", "_noted", { data: { step: "a", note: "cold" } })

  assert.equal(shown(viewOf(snapshot(held), [own]), "a").notes.length, 1)
  assert.deepEqual(shown(viewOf(snapshot(row("a")), []), "a").notes, [])
})

test("a comment that was refused stands at its step", () => {
  const view = viewOf(snapshot(row("a")), [item("1", "_noted", { state: "refused", reason: "no", data: { step: "a" } })])

  assert.equal(shown(view, "a").refused.length, 1)
  assert.deepEqual(shown(view, "a").notes, [])
})
