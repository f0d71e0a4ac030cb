// What a signature covers: the facts of the case and what the entries said that stood on the sheet, under one hash that
// the service and any outsider can compute again (docs/tablet.md).
import { same } from "./draft.mjs"
import { factsOf, namedIn } from "./facts.mjs"
import { nameOf } from "./queue.mjs"
import { sha256 } from "./sha256.mjs"
import { said } from "./words.mjs"

// The digest of the facts in force, as the server gave it, the changes of facts over them that wait here, and the standing
// entries with what each says, by name; a snapshot kept by an earlier version does not say it (`says` is null).
export function contentOf(snapshot, items) {
  const mine = items.filter(item => item.case_id === snapshot.case_id && item.state !== "refused")
  const gone = new Set(mine.filter(item => item.event === "retracted").map(item => item.data.event_id))
  const stands = new Map((snapshot.says ?? snapshot.entries.map(id => ({ id }))).map(one => [one.id, one]))
  for (const item of mine) {
    if (item.event === "retracted" || item.event.startsWith("_")) continue
    if (!stands.has(nameOf(item))) stands.set(nameOf(item), saying(item))
  }
  const names = [...stands.keys()].filter(name => !gone.has(name)).sort()
  const recorded = new Set((snapshot.says ?? []).map(one => one.id))
  const waiting = mine.filter(item => item.event === "amended" && !gone.has(nameOf(item)) && !recorded.has(nameOf(item)))
  const changes = waiting.map(item => ({ id: nameOf(item), facts: Object.fromEntries(namedIn(item)) }))
  return { facts: snapshot.facts_digest, changes, entries: names, says: snapshot.says ? names.map(name => stands.get(name)) : null }
}

function saying({ event, subject = null, value = null, blob, ...item }) {
  return { id: nameOf(item), event, subject, value, blob }
}

// A signature with what this tablet changed since: it covers the facts that its signer was shown.
export function withSeal(tick, facts) {
  const changed = changedSince(tick, facts)
  return changed.length ? { ...tick, sealed: false, changed: [...new Set([...(tick.changed ?? []), ...changed])] } : tick
}

function changedSince({ sealed = null, content }, { snapshot, values, moved, changes }) {
  if (!snapshot.facts || (sealed === null && !content)) return []
  const { texts } = snapshot
  if (!content) return told(moved, snapshot)
  const seen = new Set(content.entries)
  const unseen = (snapshot.says ?? []).some(one => one.event === "amended" && !seen.has(one.id))
  const then = factsOf(snapshot, changes.filter(item => seen.has(nameOf(item)))).values
  const other = snapshot.facts.fields.map(field => field.id).filter(name => !same(values[name], then[name]))
  return [...(unseen ? [texts.facts_changed] : []), ...told(other, snapshot)]
}

function told(names, { facts, texts }) {
  return facts.fields.filter(field => names.includes(field.id)).map(({ title }) => said(texts.field_changed, { field: title }))
}

// RFC 8785: what is the same is written in the same way.
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`
  if (value === null || typeof value !== "object") return JSON.stringify(value)
  const names = Object.keys(value).filter(name => value[name] !== undefined).sort()
  return `{${names.map(name => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`
}

// The hash of all that is signed, in hex.
function hashOf(signed) {
  return sha256(new TextEncoder().encode(canonical(signed)))
}

// What a signature's entry keeps of its content, and all that was `signed`, from which it can be sealed again. `told`: case,
// step, signer, role, meaning, language, instant.
export async function sealed({ facts, changes, entries, says }, told, salt) {
  if (!says) return { data: { content: { facts, entries } } }
  const spoken = await Promise.all(says.map(withFile))
  const { role, language, instant } = told
  const signed = { ...told, facts, ...(changes.length && { changes }), entries: spoken, salt }
  const named = changes.length ? { changes: changes.map(change => change.id) } : {}
  return { data: { content: { facts, ...named, entries, role, language, instant, hash: hashOf(signed) }, salt }, signed }
}

// An entry whose time was put right: a signature is sealed again with it. One that an earlier version kept cannot be.
export function resealed(item) {
  if (!item.signed) return item
  const signed = { ...item.signed, instant: item.occurred_at }
  const content = { ...item.data.content, instant: signed.instant, hash: hashOf(signed) }
  return { ...item, signed, data: { ...item.data, content } }
}

// A photo that waits to be sent has its name already: that of its bytes.
async function withFile({ blob, ...said }) {
  if (!blob || said.value) return said
  return { ...said, value: `sha256:${sha256(new Uint8Array(await blob.arrayBuffer()))}` }
}
