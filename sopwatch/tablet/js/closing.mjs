// What is still missing before a case is closed, and what closing it now breaks: the rules as the snapshot tells them,
// counted with what this tablet has tapped since. Pure.
import { holds, isOneOf } from "./guard.mjs"
import { isDue } from "./view.mjs"

// Return { steps: each step asked for, with its needs; missing: the needs not met; later: what is not asked yet; due: how
// many other steps still fall due; breaks: what closing now breaks, a rule each }.
export function closingOf(snapshot, view) {
  const before = tickedIn(snapshot.phases)
  const now = tickedIn(view.phases)
  const needs = asked(snapshot.closing, view.facts, before).map(need => {
    const active = !need.first || count(now, need.first.of, null) > 0
    return { ...need, active, left: left(need, count(before, need.of, need.subject), count(now, need.of, need.subject)) }
  })
  const active = needs.filter(need => need.active)
  const rows = view.phases.flatMap(phase => phase.rows)
  const off = new Set(rows.filter(row => row.off).map(row => row.id))
  const steps = [...new Set(active.flatMap(need => onPath(need, off)))]
  return {
    steps: new Map(steps.map(id => [id, active.filter(need => onPath(need, off).includes(id))])),
    missing: active.filter(need => need.left > 0),
    later: needs.filter(need => !need.active && need.left > 0 && !need.of.every(word => off.has(word.id))),
    due: rows.filter(row => !steps.includes(row.id) && isDue(row)).length,
    breaks: broken(active, snapshot.closing.breaks.filter(rule => holds(rule.when, view.facts.values))),
  }
}

// The steps that would do, without those that no rule can ask for.
function onPath(need, off) {
  const words = need.of.map(word => word.id)
  return words.every(id => off.has(id)) ? words : words.filter(id => !off.has(id))
}

// What is asked for by the facts as they are by now: a guard that holds, each name of a list (`each`: also of one that was
// empty; a snapshot kept by an earlier version has none of it).
function asked({ asked: needs, each = [] }, { values, moved }, ticks) {
  const found = needs.filter(need => holds(need.when, values))
  const perName = found.filter(need => moved.includes(need.each))
  const rules = new Map([...perName, ...each.filter(need => moved.includes(need.each))].map(need => [need.rule, need]))
  const forName = (need, name) => perName.find(one => one.rule === need.rule && one.subject === name)
    ?? { ...need, subject: name, missing: Math.max(0, need.wanted - count(ticks, need.of, name)) }
  const anew = [...rules.values()].flatMap(need => (values[need.each] ?? []).map(name => forName(need, name)))
  return [...found.filter(need => !perName.includes(need)), ...anew]
}

function tickedIn(phases) {
  return new Map(phases.flatMap(phase => phase.rows.map(row => [row.id, row.ticks])))
}

// How many ticks a selector means; with a subject, those of that subject.
function count(ticks, of, subject) {
  const fits = (tick, values) => isOneOf(values, tick.value) && (subject === null || tick.subject === subject)
  return of.reduce((sum, { id, values }) => sum + (ticks.get(id) ?? []).filter(tick => fits(tick, values)).length, 0)
}

// How many are missing: as the server reckoned, less what came since; what was taken back since is missing again.
function left({ missing, wanted }, before, now) {
  const more = now - before
  if (more >= 0) return Math.max(0, missing - more)
  return Math.min(missing - more, Math.max(missing, wanted - now))
}

// A rule each, with the steps that are missing under it.
function broken(active, others) {
  const rules = new Map()
  for (const { rule, title, step, subject, left: n } of active) {
    if (n) rules.set(rule, { title, steps: [...(rules.get(rule)?.steps ?? []), subject ? `${step} · ${subject}` : step] })
  }
  return [...rules.values(), ...others.map(({ title }) => ({ title, steps: [] }))]
}
