// What is missing before a case is closed, with what this tablet tapped since the snapshot.
import assert from "node:assert/strict"
import { test } from "node:test"
import { closingOf } from "../../sopwatch/tablet/js/closing.mjs"
import { sectionsOf } from "../../sopwatch/tablet/js/sections.mjs"
import { viewOf } from "../../sopwatch/tablet/js/view.mjs"

const TEXTS = {
  before_closing: "Before", signatures: "Signatures", still_due: "Due", late_too: "late", nothing_asked: "nothing", comma: ", ",
  asked_later: "After {first}: {steps}", one_is_enough: "One of {steps}",
}
const row = (id, more = {}) => ({
  id, title: id, role: "", state: "todo", evidence: { type: "tick", options: [] }, unit: "", repeats: false, subject: null,
  names: [], needs: [], ticks: [], exempt: null, problems: [], due: [], flags: [], signer: null, ...more,
})
const need = (id, more = {}) => ({
  rule: `r.${id}`, title: `Rule ${id}`, step: id, of: [{ id, values: null }], subject: null, wanted: 1, missing: 1, first: null, ...more,
})
const snapshot = (rows, asked, breaks = []) => ({
  case_id: "R-1", seq: 5, ended: { closed: null, cancelled: null }, may: { record: true }, phases: [{ id: "p", title: "P", rows }],
  closing: { asked, breaks },
})
const item = (id, event, more = {}) => ({
  id, source: "t", case_id: "R-1", event, at: 0, state: "waiting", owner: { name: "Lin" }, data: {}, ...more,
})
const ticked = (id, more = {}) => ({ id, by: "Wang", at: 0, own: false, subject: null, value: null, ...more })
const told = (kept, items = []) => closingOf(kept, viewOf(kept, items))

test("what is missing is told by the rule that closing would break", () => {
  const closing = told(snapshot([row("sign"), row("keep")], [need("sign"), need("keep", { rule: "r.sign", title: "Rule sign" })], [{ title: "Who closes", when: {} }]))

  assert.deepEqual(closing.breaks, [{ title: "Rule sign", steps: ["sign", "keep"] }, { title: "Who closes", steps: [] }])
  assert.equal(closing.missing.length, 2)
})

test("a tap on this tablet meets a need at once, and taking it back opens it again", () => {
  const kept = snapshot([row("sign")], [need("sign")])
  const back = item("2", "retracted", { data: { event_id: "t/1", reason: "r" } })

  assert.deepEqual(told(kept, [item("1", "sign")]).breaks, [])
  assert.equal(told(kept, [item("1", "sign"), back]).breaks.length, 1)
})

test("what was done before the snapshot and is taken back on this tablet is missing again", () => {
  const kept = snapshot([row("sign", { ticks: [ticked("x/1")] })], [need("sign", { missing: 0 })])
  const back = item("2", "retracted", { data: { event_id: "x/1", reason: "r" } })

  assert.deepEqual(told(kept).breaks, [])
  assert.equal(told(kept, [back]).breaks.length, 1)
})

test("one of two ticks of the same step taken back leaves the need met", () => {
  const kept = snapshot([row("sign", { ticks: [ticked("x/1"), ticked("x/2")] })], [need("sign", { missing: 0 })])

  assert.deepEqual(told(kept, [item("2", "retracted", { data: { event_id: "x/1", reason: "r" } })]).breaks, [])
})

const change = data => item("9", "amended", { at: 200, n: 1, data })
const about = (values, kept) => ({ ...kept, facts: { fields: [], values, since: {}, deciding: [] } })

test("a rule asks as soon as its guard holds for the facts as this tablet changed them, and no longer when it does not", () => {
  const unit = need("owner", { when: { scope: ["unit"] } })
  const kept = snapshot([row("owner"), row("support")], [unit, need("support", { when: { scope: ["public"] } })],
    [{ title: "Who closes", when: { scope: ["unit"] } }])
  const given = about({ scope: "public" }, kept)

  assert.deepEqual(told(given).breaks, [{ title: "Rule support", steps: ["support"] }])
  assert.deepEqual(told(given, [change({ scope: "unit" })]).breaks.map(one => one.title), ["Rule owner", "Who closes"])
})

test("a name that this tablet put on the list is asked for, one that it took off no longer", () => {
  const greet = subject => need("greet", { subject, each: "guests", wanted: 3, missing: 2 })
  const given = about({ guests: ["Chou", "Smith"] }, snapshot([row("greet", { subject: "list", list: "guests" })], [greet("Chou"), greet("Smith")]))

  const [broken] = told(given, [change({ guests: ["Chou", "Wu"] })]).breaks

  assert.deepEqual(broken.steps, ["greet · Chou", "greet · Wu"])
})

test("names that this tablet put on a list that was empty are asked for, each as often as the rule wants", () => {
  const greet = need("greet", { each: "guests", wanted: 3, missing: 3 })
  const kept = about({}, snapshot([row("greet", { subject: "list", list: "guests", wanted: 3 })], []))
  kept.closing.each = [greet]
  const items = [change({ guests: ["Chou", "Wu"] }), item("1", "greet", { subject: "Wu" })]

  const { breaks, missing } = told(kept, items)
  const [shown] = viewOf(kept, items).phases[0].rows

  assert.deepEqual(breaks, [{ title: "Rule greet", steps: ["greet · Chou", "greet · Wu"] }])
  assert.deepEqual(missing.map(one => one.left), [3, 2])
  assert.deepEqual(shown.names, [{ name: "Chou", wanted: 3, done: 0 }, { name: "Wu", wanted: 3, done: 1 }])
  assert.deepEqual(told(kept).breaks, [], "nobody is on the list")
})

test("a need of one value or one subject is met by that alone", () => {
  const visit = need("follow", { of: [{ id: "follow", values: ["visit"] }] })
  const guest = need("greet", { subject: "Chou", wanted: 3, missing: 2 })
  const kept = snapshot([row("follow"), row("greet", { subject: "list" })], [visit, guest])
  const greets = [item("2", "greet", { subject: "Chou" }), item("3", "greet", { subject: "Smith" })]

  assert.equal(told(kept, [item("1", "follow", { value: "phone" })]).missing.length, 2)
  assert.equal(told(kept, [item("1", "follow", { value: "visit" })]).missing.length, 1)
  assert.equal(told(kept, greets).missing.find(one => one.step === "greet").left, 1)
})

test("while what must be first has not been, nothing is asked yet, and that is said", () => {
  const first = { of: [{ id: "done", values: null }], step: "Done" }
  const kept = snapshot([row("done"), row("sign")], [need("sign", { first })])

  const before = told(kept)
  const after = told(kept, [item("1", "done")])

  assert.deepEqual(before.breaks, [])
  assert.deepEqual(sectionsOf("close", viewOf(kept, []), before, TEXTS)[0].told, ["After Done: sign"])
  assert.deepEqual(after.breaks, [{ title: "Rule sign", steps: ["sign"] }])
})

test("pads stand open one under the other until they are signed or somebody says why they cannot be", () => {
  const pad = { evidence: { type: "signature", options: [] } }
  const kept = snapshot([row("one", pad), row("two", pad), row("three", pad)], [need("one"), need("two"), need("three")])
  const items = [item("1", "two"), item("2", "_cannot_do", { data: { step: "three", reason: "away" } })]
  const view = viewOf(kept, items)

  const signatures = sectionsOf("close", view, told(kept, items), TEXTS).find(section => section.id === "signatures")

  assert.deepEqual(signatures.rows.map(one => [one.id, one.open]), [["one", true], ["two", false], ["three", false]])
  assert.equal(signatures.done, 1)
  assert.deepEqual(told(kept, items).missing.map(one => one.step), ["one", "three"], "a reason is no signature")
})

test("what falls due beside what is asked for stands apart", () => {
  const kept = snapshot([row("call", { state: "due", due: [{ at: 1 }] }), row("sign")], [need("sign")])
  const sections = sectionsOf("close", viewOf(kept, []), told(kept), TEXTS)

  assert.deepEqual(sections.map(section => [section.id, section.rows.map(one => one.id)]), [["asked", ["sign"]], ["due", ["call"]]])
  assert.equal(told(kept).due, 1)
})

test("a case closed on this tablet is closed at once", () => {
  const view = viewOf(snapshot([], []), [item("1", "closed")])

  assert.deepEqual([view.state, view.ended.closed.by, view.ended.closed.mark], ["closed", "Lin", "waiting"])
})
