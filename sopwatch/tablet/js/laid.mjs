// What of this tablet's own entries is not in the picture that the server drew of a case: in words, and what it changes on
// each step of the picture. Pure.
import { factsOf } from "./facts.mjs"
import { nameOf } from "./queue.mjs"
import { ownOf, rowOf, viewOf } from "./view.mjs"
import { counted, timeOfDay } from "./words.mjs"

// Return { told: how many are not in it, and that some were refused, in words; lines: each of them in words; rows: by step
// the row as it is by now with its own lines, where this tablet changes something of it; facts, values: by now }.
export function laidOver(snapshot, view, items) {
  const own = ownOf(snapshot, items)
  const refused = own.filter(item => item.state === "refused")
  const kept = own.filter(item => item.state !== "refused")
  const rows = new Map(view.phases.flatMap(phase => phase.rows.map(row => [row.id, row])))
  const { texts } = snapshot
  const told = []
  if (kept.length) told.push({ icon: "on_tablet", text: counted(texts.not_drawn, kept.length) })
  if (refused.length) told.push({ icon: "overdue", text: counted(texts.not_recorded_case, refused.length) })
  return { told, lines: own.map(item => lineOf(item, own, rows, snapshot)), rows: changedRows(snapshot, view, kept, own) }
}

// The rows that are another than drawn, with the lines of the entries that make them so.
function changedRows(snapshot, view, kept, own) {
  const changed = new Map()
  if (!kept.length) return changed
  const drawn = new Map(viewOf(snapshot, []).phases.flatMap(phase => phase.rows.map(row => [row.id, row])))
  for (const row of view.phases.flatMap(phase => phase.rows)) {
    const mine = kept.filter(item => rowOf(item, own) === row.id)
    const moved = row.off !== drawn.get(row.id).off
    if (mine.length || moved) changed.set(row.id, { row, moved: moved || row.changed, lines: mine.map(item => shortOf(item, snapshot)) })
  }
  return changed
}

const EXEMPT = { _not_applicable: "not_applicable", _cannot_do: "cannot_do" }

// What an entry is, without the step.
function deedOf(item, { texts }) {
  if (item.event === "retracted") return texts.taken_back
  if (item.event === "_noted") return texts.note
  if (item.event === "_problem") return texts.problem
  return texts.states[EXEMPT[item.event] ?? "done"]
}

function shortOf(item, snapshot) {
  const { texts, zone } = snapshot
  return [deedOf(item, snapshot), item.subject, item.shown, timeOfDay(item.at, zone, texts), texts.marks[item.state]].filter(Boolean).join(" · ")
}

// An entry as a line of its own: what, at which step, when, and what it waits for.
function lineOf(item, own, rows, snapshot) {
  const { texts, zone } = snapshot
  const row = rows.get(rowOf(item, own))
  const what = row ? [row.title, deedOf(item, snapshot)] : [wholeOf(item, own, texts)]
  const state = item.state === "refused" ? texts.refused : texts.marks[item.state]
  const text = [...what, item.subject, item.shown, reasonOf(item), timeOfDay(item.at, zone, texts), state].filter(Boolean).join(" · ")
  return { id: nameOf(item), icon: item.state === "refused" ? "overdue" : item.state === "sent" ? "done" : "on_tablet", text }
}

// What an entry says of the case as a whole.
function wholeOf(item, own, texts) {
  if (item.event === "retracted") return texts.taken_back
  return texts.ends[item.event] ?? (item.event === "amended" ? texts.facts_moved : texts.note)
}

// What somebody wrote beside it; the data of a change of facts are the facts.
const reasonOf = ({ event, data }) => (event === "amended" ? "" : (data?.reason ?? data?.note))
