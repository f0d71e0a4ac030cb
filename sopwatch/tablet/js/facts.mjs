// The facts of a case: as the record has them, with what this tablet has changed since laid over them; in words, as they
// stand in a form, and what of a form the service would refuse. Pure.
import { isEmpty, same } from "./draft.mjs"
import { holds } from "./guard.mjs"
import { nameOf } from "./queue.mjs"
import { moment, said } from "./words.mjs"
import { firstAfter, instantsOf, wallOf } from "./zone.mjs"

const LONGEST = 4000
const DECIMAL = /^-?[0-9]{1,15}(\.[0-9]{1,10})?$/
const [EARLIEST, LATEST] = [Date.parse("1900-01-01T00:00:00Z"), Date.parse("2200-01-01T00:00:00Z")]
const NONE = { fields: [], values: {}, since: {}, deciding: [] }

// The facts that an entry names, without what it says of itself.
export const namedIn = item => Object.entries(item.data ?? {}).filter(([name]) => !name.startsWith("_"))

// Return the facts in force: `values`; `by`, which entry of this tablet gave a fact its value; `moved`, which fields are
// another than in the snapshot. Of two changes of one fact the later instant counts, whichever came first.
export function factsOf(snapshot, stands) {
  const { values: known, since } = snapshot.facts ?? NONE
  const recorded = new Set((snapshot.says ?? []).map(entry => entry.id))
  const changes = stands.filter(item => item.event === "amended" && !recorded.has(nameOf(item)))
  const values = { ...known }
  const by = {}
  for (const item of [...changes].sort((a, b) => a.at - b.at || a.n - b.n)) {
    for (const [name, value] of namedIn(item)) {
      if (Math.floor(item.at) < (since[name] ?? 0)) continue
      if (value === null) delete values[name]
      else values[name] = value
      by[name] = item
    }
  }
  const moved = Object.keys(by).filter(name => !same(values[name], known[name]))
  return { values, by, moved, changes }
}

// --- in words --------------------------------------------------------------------------------------------------------

// The facts to be shown: id, title, words, and the mark of a change that is not in the snapshot yet. A snapshot kept by an
// earlier version has nothing but their words.
export function toldOf(snapshot, facts, now) {
  if (!snapshot.facts) return (snapshot.told ?? []).map(([title, text]) => ({ id: title, title, text, mark: null }))
  const { fields } = snapshot.facts
  const shown = fields.filter(field => field.id in facts.values || facts.by[field.id])
  return shown.map(field => {
    const text = wordsOf(field, facts.values[field.id], { ...snapshot, now })
    return { id: field.id, title: field.title, text: text || "—", mark: facts.by[field.id]?.state ?? null }
  })
}

// A fact in words; nothing where it is not set.
export function wordsOf(field, value, { texts, zone, now }) {
  if (value == null) return ""
  if (Array.isArray(value)) return value.join(texts.comma)
  const option = field.options.find(([one]) => one === value)
  if (option) return option[1]
  if (field.type === "number" && typeof value === "number") {
    const least = field.sign && !Number.isInteger(value) ? 2 : 0
    const n = Math.abs(value).toLocaleString("en-US", { minimumFractionDigits: least, maximumFractionDigits: 20 })
    return `${value < 0 ? "-" : ""}${said(field.amount, { n })}`
  }
  const at = field.type === "datetime" ? Date.parse(value) : NaN
  return Number.isNaN(at) ? String(value) : moment(at, now, zone, texts)
}

// What changed, as one line: each fact before and after.
export function changeOf(changed, before, { fields, ...how }) {
  const parts = fields.filter(field => field.id in changed).map(field => {
    const words = value => wordsOf(field, value, how) || "—"
    return said(how.texts.changed_to, { field: field.title, before: words(before[field.id]), after: words(changed[field.id]) })
  })
  return parts.join(how.texts.semicolon)
}

// --- in a form -------------------------------------------------------------------------------------------------------

// The facts as they stand in a form: an instant as the wall clock's time.
export function typedIn(fields, values, zone) {
  const typed = fields.filter(field => values[field.id] != null).map(field => {
    const value = values[field.id]
    const at = field.type === "datetime" ? Date.parse(value) : NaN
    if (field.type === "list" && !Array.isArray(value)) return [field.id, [String(value)]]
    return [field.id, Number.isNaN(at) ? value : wallOf(at, zone)]
  })
  return Object.fromEntries(typed)
}

// Hold what was typed against what the service demands: `changed` is what is another than in force, as it is sent (null:
// not set any more), `wrong` says by field what is wrong. What nobody has touched is left as it is, but must be there.
export function checked(fields, typed, base, facts, how) {
  const [changed, wrong] = [{}, {}]
  for (const field of fields) {
    const value = typed[field.id]
    if (isEmpty(value)) {
      if (field.required) wrong[field.id] = how.texts.needed
      else if (field.id in facts) changed[field.id] = null
    } else if (!same(value, base[field.id])) {
      const { taken, problem } = read(field, value, how)
      if (problem) wrong[field.id] = problem
      else if (!same(taken, facts[field.id])) changed[field.id] = taken
    }
  }
  return { changed, wrong }
}

function read(field, value, how) {
  const { texts } = how
  switch (field.type) {
    case "datetime":
      return instant(value, how)
    case "number": {
      const text = String(value).normalize("NFKC").trim().replaceAll(",", "")
      return DECIMAL.test(text) ? { taken: Number(text) } : { problem: texts.no_number }
    }
    case "choice":
    case "boolean":
      return field.options.some(([option]) => option === value) ? { taken: value } : { problem: texts.choose_one }
    case "list":
      return { taken: value }
    default:
      return value.length > LONGEST ? { problem: said(texts.too_long, { n: LONGEST }) } : { taken: value.trim() }
  }
}

// What falls due by a time that is typed, soonest first, as `lead_due` of rules/segments.py reckons it: [when, rule]; not what
// is done already. `facts`: as they would be then.
export function duesBy(leads, time, facts, done, zone) {
  const [at, midnight] = [Date.parse(time), `${wallOf(Date.parse(time), zone).slice(0, 10)}T00:00`]
  const dayBegins = () => instantsOf(midnight, zone)[0] ?? firstAfter(midnight, zone)
  const open = leads.filter(lead => holds(lead.when, facts) && lead.do.some(steps => !steps.some(step => done.has(step))))
  return open.map(lead => [lead.by === null ? dayBegins() : at - lead.by, lead]).sort((a, b) => a[0] - b[0])
}

// The instant of a wall clock's time, as the record writes it.
function instant(value, { texts, zone, language }) {
  const [text, which] = value.split("|")
  const meant = instantsOf(text, zone)
  if (meant === null) return { problem: texts.no_time }
  if (!meant.length) return { problem: said(texts.jumped, { time: moment(firstAfter(text, zone), 0, zone, { language }) }) }
  if (meant.length > 1 && !["0", "1"].includes(which)) return { problem: texts.twice }
  const at = meant[meant.length > 1 ? Number(which) : 0]
  return at >= EARLIEST && at < LATEST ? { taken: written(at) } : { problem: texts.far_time }
}

const written = at => new Date(at).toISOString().replace(/\.000Z$/, "+00:00")
