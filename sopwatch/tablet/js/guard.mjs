// What a guard means on the tablet, for the path and for closing alike: `decided` of rules/path.py and `Rule.holds` of
// rules/kinds.py once more, tried with the same cases (tests/tablet/guards.json). Pure.

// Values are equal as JSON; null, a list or an object equals nothing.
export function equal(one, other) {
  return one !== null && typeof one !== "object" && one === other
}

// Whether a value is one of those wanted; where none is named any will do.
export function isOneOf(wanted, value) {
  return wanted == null || wanted.some(one => equal(one, value))
}

// What is recorded of what a fact or a step must be: "asked" (it is so), "off" (it is something else), or "undecided".
// `values`: by step what its ticks say; `off`: the steps that are off the path, whose values never come.
export function decided({ of, name, values: wanted }, { facts, values = {}, off = new Map() }) {
  const there = of === "step" ? (values[name] ?? []) : [facts[name]].filter(value => value != null)
  if (!there.length) return of === "step" && off.has(name) ? "off" : "undecided"
  return there.some(value => isOneOf(wanted, value)) ? "asked" : "off"
}

// Whether a guard holds: every fact it names has one of the values.
export function holds(when, facts) {
  return Object.entries(when ?? {}).every(([name, values]) => decided({ of: "fact", name, values }, { facts }) === "asked")
}
