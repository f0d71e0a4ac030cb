// The plain page that stands in while the service cannot be reached: the same sheet, or Cadence, from what the tablet
// kept; it goes back to the screens by itself.
import { Cadence } from "./cadence.mjs"
import { Chip } from "./chip.mjs"
import { Chooser } from "./chooser.mjs"
import { h, icon } from "./elements.mjs"
import { isNobody, touchesOf } from "./hands.mjs"
import { note } from "./panels.mjs"
import { Sheet } from "./sheet.mjs"
import { tablet } from "./tablet.mjs"
import { waitingCases } from "./waits.mjs"

const LOOK_AGAIN = 2_000
const QUICK = 5_000 // the service worker waits eight seconds for a page

// A snapshot that was made for somebody else shows whose tablet it is now: what is tapped is theirs, and so are the rights.
function of(owner, snapshot) {
  if (!owner || !snapshot || snapshot.owner.id === owner.id) return snapshot
  const others = one => ({ ...one, own: false })
  const row = one => ({ ...one, notes: (one.notes ?? []).map(others), ticks: one.ticks.map(others), problems: one.problems.map(others), exempt: one.exempt && others(one.exempt) })
  const phases = snapshot.phases.map(phase => ({ ...phase, rows: phase.rows.map(row) }))
  return { ...snapshot, owner, phases, may: { ...snapshot.may, record: Boolean(owner.token), supervise: false } }
}

// The rooms of Cadence likewise; who may not record has none.
function roomsOf(owner, rooms) {
  if (!owner || !rooms || rooms.owner.id === owner.id) return rooms
  return owner.token ? { ...rooms, owner } : undefined
}

const say = (words, text) => {
  document.documentElement.lang = words.language
  document.title = words.offline_title
  return note(text, "due")
}

function drawCase(main, snapshot, held) {
  const [views, root] = [h("div"), h("div")]
  main.append(h("h2", {}, snapshot.place || snapshot.title), h("p", {}, `${snapshot.title} · ${snapshot.case_id}`),
    h("p", { class: "quiet" }, icon("person"), snapshot.owner.name), views, root)
  const sheet = new Sheet(root, held)
  const chooser = new Chooser(views, held, { turn: face => sheet.go(face) })
  chooser.show({ html: snapshot.chooser ?? "", language: snapshot.texts.language })
  chooser.turned()
  sheet.show({ ...snapshot, row: new URLSearchParams(location.search).get("row") })
}

function drawRooms(main, rooms, held) {
  const root = h("div")
  main.append(h("p", { class: "quiet" }, icon("person"), rooms.owner.name), root)
  new Cadence(root, held).show(rooms)
}

function drawLinks(main, kept, rooms, held) {
  const { waiting } = waitingCases(held.queue.items())
  const said = one => (waiting.includes(one.case_id) ? [` `, h("span", { class: "waits sop-due" }, icon("on_tablet"), one.texts.case_waits)] : [])
  const cases = kept.map(one => [`/run?case=${encodeURIComponent(one.case_id)}`, [[one.place || one.title, one.about, one.case_id].filter(Boolean).join(" · "), ...said(one)]])
  const links = [...(rooms ? [["/cadence", rooms.texts.heading]] : []), ...cases]
  main.append(...(links.length ? links.map(([href, text]) => h("a", { class: "case", href }, text)) : [h("p", {}, "…")]))
}

async function begin() {
  const held = await tablet()
  const kept = (await held.shelf.snapshots()).sort((a, b) => b.kept - a.kept)
  const asked = new URLSearchParams(location.search).get("case")
  const [owner, lastRooms] = [await held.shelf.note("owner"), await held.shelf.note("cadence")]
  const snapshot = of(owner, kept.find(one => one.case_id === asked))
  const rooms = roomsOf(owner, lastRooms)
  const touches = touchesOf(held)
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => touches.touched(), { capture: true })
  const main = document.querySelector("main")
  const shown = location.pathname === "/cadence" ? rooms : snapshot
  const words = (shown ?? kept[0] ?? rooms)?.texts
  const nobody = isNobody()
  if (words) main.append(say(words, nobody ? words.nobody : words.offline))
  if (!nobody) {
    if (shown && shown === rooms) drawRooms(main, rooms, held)
    else if (shown) drawCase(main, shown, held)
    else drawLinks(main, kept, rooms, held)
    if (shown) new Chip(main.appendChild(h("div")), held).show({ ...shown, always: true })
  }
  setInterval(async () => {
    const { online, took } = held.pulse
    if (!online || !took || took > QUICK) return
    await held.send()
    location.reload()
  }, LOOK_AGAIN)
}

begin()
