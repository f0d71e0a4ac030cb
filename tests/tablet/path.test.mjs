// Which steps the rules can still ask for: the same cases as the service's (tests/test_path.py), and what the sheet makes of it.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { closingOf } from "../../sopwatch/tablet/js/closing.mjs"
import { weigh } from "../../sopwatch/tablet/js/path.mjs"
import { sectionsOf } from "../../sopwatch/tablet/js/sections.mjs"
import { viewOf } from "../../sopwatch/tablet/js/view.mjs"

const CASES = JSON.parse(readFileSync(new URL("path.json", import.meta.url)))
const python = value => ({ null: "None", true: "True", false: "False" })[value] ?? String(value)
const of = one => `${one.name}=${(one.values ?? ["any"]).map(python).join(",")}`
const told = place => place.guards.map(guard => guard.map(group => group.map(of).join("|")).join(" & ")).join(" / ")

for (const one of CASES) {
  test(one.name, () => {
    const found = weigh(one.demands, one.needs, one.facts, one.values)

    assert.deepEqual(Object.fromEntries([...found].map(([word, place]) => [word, [place.state, told(place)]])), one.places)
  })
}

// --- what the sheet makes of it ----------------------------------------------------------------------------------------

const TEXTS = {
  only_when: "Only when {conditions}", depends_on: "Depends on: {what}", is: "{what} is {values}", known: "{what} is known",
  or: " or ", and: " and ", comma: ", ",
}
const row = (id, more = {}) => ({
  id, title: id, role: "", state: "todo", evidence: { type: "tick", options: [] }, unit: "", repeats: false, subject: null,
  names: [], needs: [], ticks: [], exempt: null, problems: [], due: [], flags: [], signer: null, ...more,
})
const decider = (name, of, ...values) => ({ of, name, values, title: name.toUpperCase(), shown: values.map(value => `“${value}”`) })
const demand = (step, ...deciders) => ({ of: [step], stands: false, lost: [], guard: deciders.map(one => [one]) })
const DEMANDS = [
  demand("explained", decider("validity", "step", "invalid")), demand("handled", decider("validity", "step", "valid")),
  demand("written", decider("grade", "fact", "important")),
]
const snapshot = (more = {}, rows = {}) => ({
  case_id: "T-1", seq: 5, texts: TEXTS, ended: { closed: null, cancelled: null },
  phases: [{ id: "p", title: "P", rows: ["validity", "written", "handled", "explained"].map(id => row(id, rows[id])) }],
  path: DEMANDS, facts: { fields: [], values: { grade: "general" }, since: {}, deciding: [] }, ...more,
})
const item = (id, event, more = {}) => ({
  id, source: "t", case_id: "T-1", event, at: 0, state: "waiting", owner: { name: "Lin" }, data: {}, ...more,
})
const shown = (view, id) => view.phases[0].rows.find(one => one.id === id)
const brief = (view, id) => [shown(view, id).state, shown(view, id).why]

test("a tick that waits on the tablet turns the branch at once, and taking it back turns it back", () => {
  const decided = item("1", "validity", { value: "invalid" })
  const back = item("2", "retracted", { data: { event_id: "t/1", reason: "r" } })

  const before = viewOf(snapshot(), [])
  const after = viewOf(snapshot(), [decided])

  assert.deepEqual(brief(before, "handled"), ["todo", "Depends on: VALIDITY"])
  assert.deepEqual([brief(after, "handled"), brief(after, "explained")], [["not_needed", "Only when VALIDITY is “valid”"], ["todo", ""]])
  assert.deepEqual(brief(viewOf(snapshot(), [decided, back]), "handled"), ["todo", "Depends on: VALIDITY"])
})

test("a fact that is changed on the tablet turns the branch at once", () => {
  const changed = item("1", "amended", { data: { grade: "important" } })

  assert.deepEqual(brief(viewOf(snapshot(), []), "written"), ["not_needed", "Only when GRADE is “important”"])
  assert.deepEqual(brief(viewOf(snapshot(), [changed]), "written"), ["todo", ""])
  assert.deepEqual(brief(viewOf(snapshot(), [{ ...changed, state: "refused" }]), "written")[0], "not_needed")
})

test("a step off the path counts for nothing, and nobody waits for it, unless it was done or something is flagged", () => {
  const needy = { explained: { needs: [{ id: "written", title: "Written" }] } }
  const progress = view => sectionsOf("list", view, null, TEXTS).map(section => [section.done, section.all])

  const view = viewOf(snapshot({}, needy), [item("1", "validity", { value: "invalid" })])
  const done = viewOf(snapshot(), [item("1", "written")])
  const flagged = viewOf(snapshot({}, { written: { state: "overdue", flags: [{ id: "v", at: 1 }] } }), [])

  assert.deepEqual(progress(view), [[1, 2]])
  assert.deepEqual(shown(view, "explained").waits, [])
  assert.deepEqual([brief(done, "written"), progress(done)], [["done", ""], [[1, 4]]])
  assert.deepEqual([brief(flagged, "written"), progress(flagged)], [["overdue", ""], [[0, 4]]])
})

test("what is due there no longer is not shown, and a snapshot kept by an earlier version has no path", () => {
  const due = { written: { state: "due", due: [{ at: 9 }] } }

  assert.deepEqual(shown(viewOf(snapshot({}, due), []), "written").due, [])
  assert.deepEqual(brief(viewOf(snapshot({ path: undefined }), []), "written"), ["todo", ""])
})

test("closing asks for no step off the path, and tells of none that would be asked for later", () => {
  const need = (of, more) => ({
    rule: "r", title: "R", step: of.join("|"), of: of.map(id => ({ id, values: null })), subject: null, wanted: 1, missing: 1, first: null, ...more,
  })
  const first = { of: [{ id: "validity", values: ["valid"] }], step: "Validity (valid)" }
  const asked = [need(["handled", "explained"]), need(["handled"], { first })]
  const kept = snapshot({ closing: { asked, breaks: [] } })
  const told = items => closingOf(kept, viewOf(kept, items))

  const before = told([])
  const after = told([item("1", "validity", { value: "invalid" })])

  assert.deepEqual([[...before.steps.keys()], before.later.length], [["handled", "explained"], 1])
  assert.deepEqual([[...after.steps.keys()], after.later.length], [["explained"], 0])
})
