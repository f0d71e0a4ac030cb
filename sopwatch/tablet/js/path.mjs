// Which steps the rules can still ask for, with what this tablet recorded since: rules/path.py (`weigh`) once more, tried with
// the same cases (tests/tablet/path.json). Pure.
import { decided, equal } from "./guard.mjs"
import { said } from "./words.mjs"

// Return the place of each step that is demanded, or that needs one off the path: { state: "asked" | "undecided" | "off",
// guards }. A guard is a list of groups that must all hold, a group deciders of which one is enough.
export function weigh(demands, needs, facts, values) {
  const off = new Map()
  for (;;) {
    const known = { facts, values, off }
    const found = places(demands, known)
    for (const [step, needed] of Object.entries(needs)) {
      const missing = needed.find(one => off.has(one) && !values[one]?.length)
      if (missing && !found.has(step)) found.set(step, off.get(missing))
    }
    const newly = [...found].filter(([step, place]) => place.state === "off" && !off.has(step))
    if (!newly.length) return found
    for (const [step, place] of newly) off.set(step, place)
  }
}

function places(demands, known) {
  const judged = demands.map(demand => ({ of: demand.of, place: placeOf(demand, known) }))
  const alone = new Map()
  for (const { of, place } of judged) if (of.length === 1) alone.set(of[0], [...(alone.get(of[0]) ?? []), place])
  const words = [...new Set(judged.flatMap(one => one.of))]
  const shares = word => judged.filter(one => one.of.includes(word)).map(one => share(word, one.of, one.place, alone))
  return new Map(words.map(word => [word, together(shares(word).filter(Boolean))]))
}

const ASKED = { state: "asked", guards: [] }

function placeOf(demand, known) {
  if (demand.stands) return ASKED
  if (demand.lost.length) return { state: "off", guards: [demand.lost] }
  const found = demand.guard.map(group => ofGroup(group, known))
  for (const state of ["off", "undecided"]) {
    const missing = found.filter(one => one.state === state).map(one => one.group)
    if (missing.length) return { state, guards: [missing] }
  }
  return ASKED
}

function ofGroup(group, known) {
  const found = group.map(one => ({ one, state: decided(one, known) }))
  if (found.some(({ state }) => state === "asked")) return { state: "asked", group }
  const open = found.filter(({ state }) => state === "undecided").map(({ one }) => one)
  return open.length ? { state: "undecided", group: open } : { state: "off", group }
}

// Of steps either of which would do, those decide that rules also ask for by themselves: one that is asked for will do, and
// another is not needed; while none is decided, neither is this.
function share(word, of, place, alone) {
  if (of.length === 1) return place
  const own = other => alone.get(other) ?? []
  const byItself = of.filter(other => own(other).some(one => one.state === "asked"))
  if (byItself.length && alone.has(word)) return byItself.includes(word) ? place : null
  if (place.state !== "asked") return place
  const guards = of.flatMap(own).filter(one => one.state === "undecided").flatMap(one => one.guards)
  return guards.length ? { state: "undecided", guards } : place
}

function together(known) {
  if (!known.length || known.some(one => one.state === "asked")) return ASKED
  const state = known.some(one => one.state === "undecided") ? "undecided" : "off"
  return { state, guards: merged(known.filter(one => one.state === state).flatMap(one => one.guards)) }
}

// Guards once each, those that hang on one fact or step alone with all their values, without those that want more than another.
function merged(guards) {
  const found = new Map()
  for (const guard of guards) {
    const [[one]] = guard
    const single = guard.length === 1 && guard[0].length === 1 && one.values !== null
    const key = single ? `${one.of} ${one.name}` : JSON.stringify(guard)
    found.set(key, single && found.has(key) ? [[united(found.get(key)[0][0], one)]] : guard)
  }
  const texts = guard => guard.map(group => JSON.stringify(group))
  const all = [...found.values()]
  return all.filter(guard => !all.some(other => other.length < guard.length && texts(other).every(text => texts(guard).includes(text))))
}

function united(one, other) {
  const more = other.values.flatMap((value, n) => (one.values.some(known => equal(known, value)) ? [] : [n]))
  const both = (mine, theirs) => [...mine, ...more.map(n => theirs[n])]
  return { ...one, values: both(one.values, other.values), shown: both(one.shown ?? [], other.shown ?? []) }
}

// --- in words --------------------------------------------------------------------------------------------------------

// What would have to be so for a step off the path to be asked for.
export function onlyWhen(place, texts) {
  const is = one => (one.values === null ? said(texts.known, { what: one.title }) : said(texts.is, { what: one.title, values: one.shown.join(texts.or) }))
  const all = place.guards.map(guard => guard.map(group => group.map(is).join(texts.or)).join(texts.and))
  return all.length ? said(texts.only_when, { conditions: all.join(texts.or) }) : ""
}

// What decides whether a step is asked for.
export function dependsOn(place, texts) {
  const titles = new Set(place.guards.flat(2).map(one => one.title))
  return said(texts.depends_on, { what: [...titles].join(texts.comma) })
}
