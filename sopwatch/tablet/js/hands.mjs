// Whose hands a tablet is in: who was on it lately, when it was last touched, and how somebody leaves it.
import { Touches } from "./idle.mjs"
import { counted } from "./queue.mjs"

const PEOPLE = "sopwatch.people"
const NOBODY = "sopwatch.nobody"
const TOUCHED = "sopwatch.touched"
const MOST = 6
const PATIENCE = 5_000

function kept(name) {
  try {
    return JSON.parse(localStorage.getItem(name))
  } catch {
    return null
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value))
  } catch {
    // a browser that keeps nothing: the list stays empty
  }
}

// --- people ----------------------------------------------------------------------------------------------------------

// Who was on this tablet lately, ids and names, the latest first.
export function people() {
  const known = kept(PEOPLE)
  return Array.isArray(known) ? known.filter(one => one && typeof one.id === "string" && typeof one.name === "string") : []
}

// Somebody is signed in here now.
export function arrived({ id, name }) {
  keep(PEOPLE, [{ id, name }, ...people().filter(one => one.id !== id)].slice(0, MOST))
  keep(NOBODY, false)
}

export const isNobody = () => kept(NOBODY) === true

// --- touches ---------------------------------------------------------------------------------------------------------

let touches = null

// The touches of all tabs; where a browser keeps nothing, each tab counts its own. One a page: its watch may be drawn anew.
export function touchesOf({ clock }) {
  const get = () => (typeof kept(TOUCHED) === "number" ? kept(TOUCHED) : null)
  touches ??= new Touches({ clock, kept: { get, set: instant => keep(TOUCHED, instant) } })
  return touches
}

// --- leaving ---------------------------------------------------------------------------------------------------------

// Send what waits, end the session, and show the pad of `person` (an id, or "" for all names). False where the service
// cannot be reached: then nothing has changed.
export async function leave(tablet, { language, person, place }) {
  const patience = new Promise(done => setTimeout(done, PATIENCE))
  await Promise.race([tablet.send().catch(() => {}), patience])
  try {
    const answer = await fetch("/lock", { method: "POST", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })
    if (!answer.ok) return false
  } catch {
    return false
  }
  await tablet.shelf.keepNote("owner", null).catch(() => {})
  gone(tablet, { language, person, place })
  return true
}

// Show the pad: the session has ended, here or in another tab.
export function gone(tablet, { language, person, place }) {
  keep(NOBODY, true)
  const { waiting, owner } = counted(tablet.queue.items())
  const asked = new URLSearchParams({ next: place, lang: language, locked: waiting + owner })
  if (person) asked.set("person", person)
  location.replace(`/sign-in?${asked}`)
}
