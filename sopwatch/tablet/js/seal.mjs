// What a signature covers: the facts of the case and the entries that stood on the sheet when it was signed.
import { nameOf } from "./queue.mjs"

// The digest of the facts in force, as the server gave it, and the names of the standing entries, in order.
export function contentOf(snapshot, items) {
  const mine = items.filter(item => item.case_id === snapshot.case_id && item.state !== "refused")
  const gone = new Set(mine.filter(item => item.event === "retracted").map(item => item.data.event_id))
  const stands = new Set(snapshot.entries)
  for (const item of mine) if (item.event !== "retracted" && !item.event.startsWith("_")) stands.add(nameOf(item))
  return { facts: snapshot.facts_digest, entries: [...stands].filter(name => !gone.has(name)).sort() }
}
