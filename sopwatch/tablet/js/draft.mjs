// What stands in a form that is not sent yet: kept through a reload and a new sign-in of the same person, on this tab.
const PREFIX = "sopwatch form "

// Return the draft kept under a name, else a new one with these values; one whose token is spent has been sent. `base`
// is what stood in it at first.
export function begin(store, name, { initial = {}, spent = [], token }) {
  const kept = name ? read(store, name) : null
  if (kept && !spent.includes(kept.token)) return { base: initial, ...kept, found: Object.keys(kept.values).length > 0 }
  return { token, values: { ...initial }, base: { ...initial }, found: false }
}

function read(store, name) {
  try {
    const kept = JSON.parse(store.getItem(PREFIX + name))
    return kept && typeof kept.token === "string" && typeof kept.values === "object" ? kept : null
  } catch {
    return null
  }
}

export function keep(store, name, { token, values, base }) {
  if (!name) return
  try {
    store.setItem(PREFIX + name, JSON.stringify({ token, values, base }))
  } catch { /* the tab's store is full or shut: what is typed lives on the screen alone */ }
}

export function drop(store, name) {
  store.removeItem(PREFIX + name)
}

// Let a draft follow what stands elsewhere by now: a field that nobody has touched takes the new value.
export function follow(draft, now) {
  for (const name of new Set([...Object.keys(draft.base), ...Object.keys(now)])) {
    if (!same(draft.values[name], draft.base[name])) continue
    if (name in now) draft.values[name] = now[name]
    else delete draft.values[name]
  }
  draft.base = { ...now }
}

// Whether nothing stands in a field.
export function isEmpty(value) {
  return value == null || (typeof value === "string" && !value.trim()) || (Array.isArray(value) && !value.length)
}

// The fields that are asked for, as things stand; one may be shown only where another has a certain value.
export function shownFields(fields, values) {
  return fields.filter(({ off, shown_if: rule }) => !off && (!rule || values[rule[0]] === rule[1]))
}

// What is wrong by field: what the server said, as long as the value is the one that it was said of; else what is missing
// of those fields that were said to be.
export function complaints(fields, values, said) {
  return shownFields(fields, values).filter(field => field.wrong && same(values[field.id], said[field.id]))
}

// Whether two values are the same; nothing is the same as not there.
export function same(one, other) {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null)
}

// The list with what was typed added to it, trimmed, each entry once.
export function added(list, text) {
  const one = text.trim().replace(/\s+/g, " ")
  return one && !list.includes(one) ? [...list, one] : list
}

// The known texts that hold what was typed; none that is typed already.
export function suggestions(known, typed, most = 6) {
  const words = typed.trim().toLowerCase()
  return known.filter(one => one.toLowerCase().includes(words) && one !== typed.trim()).slice(0, most)
}
