// The arithmetic of a ring: when a recurrence was done last, also on this tablet, when it is due next, how much is left.
import { isOneOf } from "./guard.mjs"
import { nameOf } from "./queue.mjs"
import { span } from "./words.mjs"

const MINUTE = 60_000
const HOUR = 60 * MINUTE

// Whether an entry is one of those meant: alternatives of [word, the values it may have or null for any].
function meant(selector, { event, value }) {
  return selector.some(([word, values]) => word === event && isOneOf(values, value))
}

// A recurrence as it runs on this tablet: `since` when its window is open (null: it is not), its last deed, when it is due.
export function rhythmOf(rule, caseId, items) {
  const live = items.filter(item => item.case_id === caseId && item.state !== "refused")
  const gone = new Set(live.filter(item => item.event === "retracted").map(item => item.data.event_id))
  const known = new Set(rule.deeds.map(deed => deed.id))
  const told = rule.deeds.map(deed => ({ ...deed, deed: true }))
  const own = live.filter(item => item.event !== "retracted" && !known.has(nameOf(item))).map(item => asEntry(rule, item))
  const entries = [...told, ...own].filter(entry => !gone.has(entry.id)).sort((a, b) => a.at - b.at)
  let [since, last] = [rule.since, null]
  for (const entry of entries) {
    if (since === null) [since, last] = entry.opens ? [entry.at, null] : [null, null]
    else if (entry.ends) since = null
    else if (entry.deed && entry.at >= since) last = entry
  }
  return { since, last, due: since === null ? null : (last?.at ?? since) + rule.every }
}

function asEntry(rule, item) {
  const ends = item.event === "closed" || item.event === "cancelled" || meant(rule.until, item)
  const by = item.actor ?? item.owner.name
  return { id: nameOf(item), at: item.at, by, ends, opens: meant(rule.from, item), deed: meant(rule.do, item) }
}

// How a ring stands: the part of it that is left (1 to 0), and whether that is in time, soon or overdue.
export function ringOf(due, rule, now) {
  const left = due - now
  const part = Math.min(1, Math.max(0, left / rule.every))
  const state = left < 0 ? "overdue" : left <= Math.max(MINUTE, rule.warn) ? "due" : "todo"
  return { left, part, state }
}

// The figure in a ring: minutes and seconds, with a plus what is overdue; from an hour on in words.
export function face(left, texts) {
  if (Math.abs(left) >= HOUR) return span(texts, left)
  const seconds = left < 0 ? Math.floor(-left / 1000) : Math.ceil(left / 1000)
  return `${left < 0 ? "+" : ""}${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}
