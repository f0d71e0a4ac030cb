// What waits on a tablet, as it is told over a picture that the server drew without it.
import assert from "node:assert/strict"
import { test } from "node:test"
import { laidOver } from "../../sopwatch/tablet/js/laid.mjs"
import { viewOf } from "../../sopwatch/tablet/js/view.mjs"

const TEXTS = {
  language: "en", comma: ", ", only_when: "Only when {conditions}", depends_on: "Depends on: {what}", is: "{what} is {values}", or: " or ", and: " and ",
  not_drawn: ["{n} entry is not drawn", "{n} entries are not drawn"], not_recorded_case: ["{n} not recorded", "{n} not recorded"],
  taken_back: "Entry taken back", facts_moved: "Facts changed", note: "Comment", problem: "Problem", refused: "Not recorded",
  states: { done: "Done", not_applicable: "Not applicable", cannot_do: "Cannot be done" }, ends: { closed: "Closed", cancelled: "Cancelled" },
  marks: { waiting: "waits", sent: "saved", owner: "waits for its owner" },
}
const row = (id, more = {}) => ({
  id, title: id.toUpperCase(), state: "todo", repeats: false, subject: null, names: [], needs: [], ticks: [], exempt: null, problems: [], due: [], flags: [], ...more,
})
const valid = value => [[{ of: "step", name: "validity", values: [value], title: "Validity", shown: [value] }]]
const snapshot = (rows = {}) => ({
  case_id: "T-1", seq: 5, zone: "UTC", texts: TEXTS, ended: { closed: null, cancelled: null },
  phases: [{ id: "p", title: "P", rows: ["validity", "handled", "explained"].map(id => row(id, rows[id])) }],
  path: ["handled", "explained"].map((step, n) => ({ of: [step], stands: false, lost: [], guard: valid(["valid", "invalid"][n]) })),
  facts: { fields: [], values: {}, since: {}, deciding: [] },
})
const item = (id, event, more = {}) => ({ id, source: "t", case_id: "T-1", event, at: 0, n: Number(id), state: "waiting", owner: { name: "Lin" }, data: {}, ...more })
const over = (items, rows) => {
  const kept = snapshot(rows)
  return laidOver(kept, viewOf(kept, items), items)
}

test("while nothing waits nothing is said, and nothing is laid over the picture", () => {
  const caughtUp = item("1", "validity", { state: "sent", seq: 5 })
  const ofAnother = item("2", "validity", { case_id: "T-2" })

  const laid = over([caughtUp, ofAnother])

  assert.deepEqual([laid.told, laid.lines, laid.rows.size], [[], [], 0])
})

test("what waits is counted and told, also what is saved while the picture is the one before", () => {
  const items = [item("1", "validity", { value: "valid", shown: "Valid", state: "sent", seq: 6 }), item("2", "handled", { state: "owner" })]

  const laid = over(items)

  assert.deepEqual(laid.told, [{ icon: "on_tablet", text: "2 entries are not drawn" }])
  assert.deepEqual(laid.lines.map(line => [line.icon, line.text]), [
    ["done", "VALIDITY · Done · Valid · 00:00 · saved"], ["on_tablet", "HANDLED · Done · 00:00 · waits for its owner"],
  ])
})

test("a step that was done here is done, and the steps on the branches that this takes turn with it", () => {
  const laid = over([item("1", "validity", { value: "valid" })])

  assert.deepEqual([...laid.rows].map(([step, one]) => [step, one.row.state, one.moved, one.lines]), [
    ["validity", "done", true, ["Done · 00:00 · waits"]], ["explained", "not_needed", true, []],
  ])
})

test("what was drawn as done and is taken back here is to be done again", () => {
  const done = { validity: { state: "done", ticks: [{ id: "x/9", value: "valid" }] } }

  const laid = over([item("1", "retracted", { data: { event_id: "x/9", reason: "wrong", _step: "validity" } })], done)

  assert.deepEqual([laid.rows.get("validity").row.state, laid.rows.get("validity").lines], ["todo", ["Entry taken back · 00:00 · waits"]])
  assert.equal(laid.lines[0].text, "VALIDITY · Entry taken back · wrong · 00:00 · waits")
})

test("a comment changes no mark, and what is of the whole case has a line of its own", () => {
  const noted = item("1", "_noted", { data: { step: "handled", note: "wet" } })
  const [changed, closed] = [item("2", "amended", { data: { grade: "x" }, shown: "Grade" }), item("3", "cancelled", { data: { reason: "twice" } })]

  const laid = over([noted, changed, closed])

  assert.deepEqual([[...laid.rows.keys()], laid.rows.get("handled").moved], [["handled"], false])
  assert.deepEqual(laid.lines.map(line => line.text), [
    "HANDLED · Comment · wet · 00:00 · waits", "Facts changed · Grade · 00:00 · waits", "Cancelled · twice · 00:00 · waits",
  ])
})

test("what was refused changes nothing, and is said beside", () => {
  const laid = over([item("1", "handled", { state: "refused" })])

  assert.deepEqual(laid.told, [{ icon: "overdue", text: "1 not recorded" }])
  assert.deepEqual([laid.lines[0].text, laid.rows.size], ["HANDLED · Done · 00:00 · Not recorded", 0])
})
