// Which rows stand where: by phase in the checklist; where a case is closed what is asked for, who signs, what is still due.
// Pure.
import { isDue, settled } from "./view.mjs"
import { said } from "./words.mjs"

export function sectionsOf(face, view, closing, texts) {
  return face === "close" ? closingSections(view, closing, texts) : view.phases.map(phase => section(phase.id, phase.title, phase.rows))
}

function section(id, title, rows, told = [], done = settled) {
  return { id, title, rows, told, done: rows.filter(done).length, all: rows.filter(row => !row.off).length }
}

function closingSections(view, closing, texts) {
  const rows = view.phases.flatMap(phase => phase.rows)
  const wanted = rows.filter(row => closing.steps.has(row.id)).map(row => withNeeds(row, closing, texts))
  const [signed, deeds] = [wanted.filter(signs), wanted.filter(row => !signs(row))]
  const due = rows.filter(row => !closing.steps.has(row.id) && isDue(row))
  const met = row => closing.steps.get(row.id).every(need => !need.left)
  const told = later(closing, texts)
  if (!wanted.length && !told.length) told.unshift(texts.nothing_asked)
  const made = [section("asked", texts.before_closing, deeds, told, met)]
  if (signed.length) made.push(section("signatures", texts.signatures, signed.map(row => withPad(row, view)), [], met))
  if (due.length) made.push({ ...section("due", texts.still_due, due, [texts.late_too]), all: 0 })
  return made
}

const signs = row => row.evidence.type === "signature"

// The rules that want the step, while something is missing of them.
function withNeeds(row, closing, texts) {
  const needs = closing.steps.get(row.id).filter(need => need.left)
  const several = needs.filter(need => need.of.length > 1).map(need => said(texts.one_is_enough, { steps: need.step }))
  return { ...row, askedBy: [...new Set([...several, ...needs.map(need => need.title)])] }
}

// The pad is open while it can be signed: what comes before is done, and nobody said that it cannot be.
function withPad(row, view) {
  const open = !row.ticks.length && !row.waits.length && !row.exempt && view.may.record && view.state !== "cancelled"
  return { ...row, open }
}

// What is not asked for yet, by what must have been first.
function later(closing, texts) {
  const byFirst = new Map()
  for (const need of closing.later) byFirst.set(need.first.step, [...(byFirst.get(need.first.step) ?? []), need.step])
  return [...byFirst].map(([first, steps]) => said(texts.asked_later, { first, steps: [...new Set(steps)].join(texts.comma) }))
}
