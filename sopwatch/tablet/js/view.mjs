// What the sheet shows: the server's snapshot of a case, with what this tablet has tapped since laid over it.
import { factsOf } from "./facts.mjs"
import { dependsOn, onlyWhen, weigh } from "./path.mjs"
import { nameOf } from "./queue.mjs"
import { withSeal } from "./seal.mjs"

const EXEMPTIONS = ["_not_applicable", "_cannot_do"]
const ACTS = [...EXEMPTIONS, "_problem", "_noted"]
const ENDS = ["closed", "cancelled"]

// Return the snapshot with the tablet's own entries in it: rows with ticks, states, progress, what is greyed and why.
export function viewOf(snapshot, items) {
  const mine = ownOf(snapshot, items)
  const live = mine.filter(i => i.state !== "refused")
  const gone = new Set(live.filter(i => i.event === "retracted").map(i => i.data.event_id))
  const stands = live.filter(i => i.event !== "retracted" && !(gone.size && gone.has(nameOf(i))))
  const facts = factsOf(snapshot, stands)
  const rows = new Map()
  const own = byRow(stands, mine)
  const refusedAt = byRow(mine.filter(i => i.state === "refused"), mine)
  for (const phase of snapshot.phases) {
    for (const row of phase.rows) {
      rows.set(row.id, laidOver(row, own.get(row.id) ?? [], gone, refusedAt.get(row.id) ?? [], { ...facts, snapshot }))
    }
  }
  const places = placesIn(snapshot, rows, facts.values)
  const placed = new Map([...rows.values()].map(row => [row.id, withPlace(row, places.get(row.id), snapshot.texts)]))
  const phases = snapshot.phases.map(phase => {
    const shown = phase.rows.map(row => withWaits(placed.get(row.id), placed))
    return { ...phase, rows: shown, done: shown.filter(settled).length }
  })
  const ended = Object.fromEntries(ENDS.map(word => [word, endedBy(word, snapshot.ended[word], stands, gone)]))
  const state = ended.cancelled ? "cancelled" : ended.closed ? "closed" : "open"
  const notes = withNotes(snapshot.notes, [], gone)
  return { ...snapshot, facts, phases, notes, ended, state, others: mine.filter(i => i.state === "refused" && !rows.has(rowOf(i, mine))) }
}

// What of this tablet's entries the snapshot does not hold.
export function ownOf(snapshot, items) {
  return items.filter(i => i.case_id === snapshot.case_id && !(i.state === "sent" && i.seq <= snapshot.seq))
}

// The entries of each row: they are many after hours without network, and looked through once.
function byRow(items, mine) {
  const found = new Map()
  for (const item of items) {
    const row = rowOf(item, mine)
    if (found.has(row)) found.get(row).push(item)
    else found.set(row, [item])
  }
  return found
}

function laidOver(row, stands, gone, refused, facts) {
  const own = stands.filter(i => i.event === row.id).map(asTick)
  const here = new Set(row.ticks.map(tick => tick.id))
  const all = [...row.ticks.filter(t => !gone.has(t.id)), ...own.filter(t => !here.has(t.id))]
  const ticks = all.map(tick => withSeal(tick, facts))
  const acts = stands.filter(i => ACTS.includes(i.event)).map(asAct)
  const exempt = acts.findLast(a => EXEMPTIONS.includes(a.word)) ?? (row.exempt && !gone.has(row.exempt.id) ? row.exempt : null)
  const problems = [...row.problems.filter(p => !gone.has(p.id)), ...acts.filter(a => a.word === "_problem")]
  const notes = withNotes(row.notes, acts, gone)
  const names = namesOf(row, facts).map(name => ({ ...name, done: ticks.filter(t => t.subject === name.name).length }))
  const changed = own.length > 0 || acts.some(a => a.word !== "_noted") || row.ticks.some(tick => gone.has(tick.id)) || facts.moved.includes(row.list)
  const shown = { ...row, ticks, names, problems, notes, refused, changed, exempt: ticks.length ? null : exempt }
  return { ...shown, state: changed ? stateOf(shown) : row.state }
}

// Whom a step is ticked for: the list as it is by now.
function namesOf(row, { moved, values }) {
  if (!moved.includes(row.list)) return row.names
  const wanted = row.wanted ?? row.names[0]?.wanted ?? null
  return (values[row.list] ?? []).map(name => row.names.find(one => one.name === name) ?? { name, wanted })
}

// Comments and photos, what this tablet added last; a snapshot kept by an earlier version has none.
function withNotes(known = [], acts, gone) {
  const here = new Set(known.map(one => one.id))
  return [...known.filter(one => !gone.has(one.id)), ...acts.filter(a => a.word === "_noted" && !here.has(a.id))]
}

// By which entry a case was closed or cancelled, if it was.
function endedBy(word, known, stands, gone) {
  const own = stands.findLast(item => item.event === word)
  if (own) return asAct(own)
  return known && !gone.has(known.id) ? known : null
}

// The row that an entry belongs to: a tick's step, an act's, or that of the entry it takes back.
export function rowOf(item, mine) {
  if (item.event !== "retracted") return ACTS.includes(item.event) ? item.data.step : item.event
  return mine.find(i => nameOf(i) === item.data.event_id)?.event ?? item.data._step
}

function stateOf(row) {
  const complete = row.ticks.length > 0 && row.names.every(name => name.done >= (name.wanted ?? 1))
  if (complete) return row.flags.length && !row.flags.some(flag => flag.at) ? "flagged" : "done"
  if (row.flags.length) return row.flags.some(flag => flag.at) ? "overdue" : "flagged"
  if (row.exempt) return row.exempt.word.slice(1)
  return row.due.length ? "due" : "todo"
}

// Where the steps stand on the path, by the facts and values as this tablet changed them; a snapshot kept by an earlier
// version tells nothing of it.
function placesIn({ path }, rows, facts) {
  if (!path) return new Map()
  const each = [...rows.values()]
  const needs = Object.fromEntries(each.filter(row => row.needs.length).map(row => [row.id, row.needs.map(need => need.id)]))
  const values = Object.fromEntries(each.map(row => [row.id, row.ticks.map(tick => tick.value)]))
  return weigh(path, needs, facts, values)
}

// A step that no rule can ask for is greyed, and counts for nothing, unless somebody has done it, or something is flagged.
function withPlace(row, place, texts) {
  const open = !row.ticks.length && !row.exempt && !row.flags.length
  if (!open || !place || place.state === "asked") return { ...row, off: false, why: "" }
  if (place.state === "undecided") return { ...row, off: false, why: dependsOn(place, texts) }
  return { ...row, off: true, why: onlyWhen(place, texts), state: "not_needed", due: [] }
}

function withWaits(row, rows) {
  const missing = need => !rows.get(need.id)?.ticks.length && !rows.get(need.id)?.off
  const waits = row.ticks.length || row.off ? [] : row.needs.filter(missing).map(need => need.title)
  if (row.state === "todo" && waits.length) return { ...row, waits, state: "waiting" }
  return { ...row, waits, state: row.state === "waiting" && !waits.length ? "todo" : row.state }
}

export function settled(row) {
  const complete = row.names.every(name => name.done >= (name.wanted ?? 1))
  return (row.ticks.length > 0 && complete) || row.exempt !== null
}

// Whether something falls due, or is overdue, at a step that is not done.
export function isDue(row) {
  return !settled(row) && (row.due.length > 0 || row.flags.some(flag => flag.at))
}

export function takesMore(row) {
  return !row.ticks.length || row.repeats || row.subject !== null
}

// Two ticks of a step that is meant to be done once: both are in the record, and the sheet says so.
export function isDouble(row) {
  return row.ticks.length > 1 && !row.repeats && row.subject === null
}

function asTick(item) {
  const { subject = null, shown = "", value = null, blob, at, data } = item
  const by = item.actor ?? item.owner.name
  const file = typeof value === "string" && value.startsWith("sha256:") ? value.slice(7) : null
  return { id: nameOf(item), at, by, text: shown, value, file, subject, own: true, blob, mark: item.state, content: data?.content }
}

function asAct(item) {
  const { event: word, data, at, blob } = item
  const told = { reason: data?.reason ?? "", text: data?.note ?? "", file: data?.photo?.replace("sha256:", ""), blob }
  return { id: nameOf(item), word, at, by: item.owner.name, ...told, own: true, mark: item.state }
}
