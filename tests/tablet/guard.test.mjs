// What a guard means: the same cases as the service's (tests/test_path.py), for the path and for closing.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { decided, holds, isOneOf } from "../../sopwatch/tablet/js/guard.mjs"

const CASES = JSON.parse(readFileSync(new URL("guards.json", import.meta.url)))

for (const { name, when, facts, states } of CASES) {
  test(name, () => {
    const found = Object.entries(when).map(([fact, values]) => [fact, decided({ of: "fact", name: fact, values }, { facts })])

    assert.deepEqual(Object.fromEntries(found), states)
    assert.equal(holds(when, facts), Object.values(states).every(state => state === "asked"))
  })
}

test("a step's value decides as a fact's does: one of several ticks is enough, off the path none will come", () => {
  const one = { of: "step", name: "s", values: ["x"] }
  const state = (values, off = new Map()) => decided(one, { facts: {}, values, off })

  assert.deepEqual([state({ s: ["y", "x"] }), state({ s: ["y"] }), state({ s: [] }), state({})], ["asked", "off", "undecided", "undecided"])
  assert.deepEqual([state({}, new Map([["s", {}]])), state({ s: ["x"] }, new Map([["s", {}]]))], ["off", "asked"])
})

test("where no value is named any will do, and a rule without a guard always holds", () => {
  assert.ok(isOneOf(null, "x") && isOneOf(undefined, null))
  assert.ok(!isOneOf([], "x") && !isOneOf([null], null) && !isOneOf([["x"]], ["x"]))
  assert.ok(holds(undefined, {}))
})
