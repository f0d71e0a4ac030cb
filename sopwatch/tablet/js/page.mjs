// The plain page that stands in while the service cannot be reached: the same sheet from what the tablet kept; it goes
// back to the screens by itself.
import { Chip } from "./chip.mjs"
import { h, icon } from "./elements.mjs"
import { isNobody, touched } from "./hands.mjs"
import { note } from "./panels.mjs"
import { Sheet } from "./sheet.mjs"
import { tablet } from "./tablet.mjs"

const LOOK_AGAIN = 2_000

function facts(snapshot) {
  return h("dl", {}, snapshot.told.map(([title, value]) => h("div", {}, h("dt", {}, title), h("dd", {}, value))))
}

// A snapshot that was made for somebody else shows whose tablet it is now: what is tapped is theirs, and so are the rights.
function of(owner, snapshot) {
  if (!owner || !snapshot || snapshot.owner.id === owner.id) return snapshot
  const others = one => ({ ...one, own: false })
  const row = one => ({ ...one, notes: (one.notes ?? []).map(others), ticks: one.ticks.map(others), problems: one.problems.map(others), exempt: one.exempt && others(one.exempt) })
  const phases = snapshot.phases.map(phase => ({ ...phase, rows: phase.rows.map(row) }))
  return { ...snapshot, owner, phases, may: { ...snapshot.may, record: Boolean(owner.token), supervise: false } }
}

async function begin() {
  const held = await tablet()
  const kept = (await held.shelf.snapshots()).sort((a, b) => b.kept - a.kept)
  const asked = new URLSearchParams(location.search).get("case")
  const snapshot = isNobody() ? undefined : of(await held.shelf.note("owner"), kept.find(one => one.case_id === asked))
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, touched, { capture: true })
  const main = document.querySelector("main")
  const words = (snapshot ?? kept[0])?.texts
  if (words) {
    document.documentElement.lang = words.language
    document.title = words.offline_title
    main.append(note(isNobody() ? words.nobody : words.offline, "due"))
  }
  if (snapshot) {
    const root = h("div")
    main.append(h("h2", {}, snapshot.place || snapshot.title), h("p", {}, `${snapshot.title} · ${snapshot.case_id}`),
      h("p", { class: "quiet" }, icon("person"), snapshot.owner.name), facts(snapshot), root)
    new Sheet(root, held).show(snapshot)
    new Chip(main.appendChild(h("div")), held).show({ ...snapshot, always: true })
  } else if (!isNobody()) {
    const cases = kept.map(one => h("a", { class: "case", href: `/run?case=${encodeURIComponent(one.case_id)}` }, `${one.place || one.title} · ${one.case_id}`))
    main.append(...(cases.length ? cases : [h("p", {}, "…")]))
  }
  setInterval(async () => {
    const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null)
    if (answer?.ok) {
      await held.send()
      location.reload()
    }
  }, LOOK_AGAIN)
}

begin()
