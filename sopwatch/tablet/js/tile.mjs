// A tile of Cadence: the ring of one recurrence, the button or buttons that start it anew, its last and its next time.
import { button, h, icon } from "./elements.mjs"
import { face, ringOf } from "./rhythm.mjs"
import { said, timeOrDay } from "./words.mjs"

// Return a tile. `at` says how it stands ({ since, last, due, undo, open }), what may be done, and what its buttons do.
export function tileOf(room, rule, at) {
  const [figure, word] = [h("b", { class: "left" }), h("span", { class: "word" })]
  const ring = h("div", { class: "ring" }, h("div", { class: "hand" }), h("div", { class: "inner" }, figure, word))
  const element = h("div", { class: "tile", "data-rule": rule.id, title: rule.title }, buttons(room, rule, ring, at), foot(at))
  return { element, figure, word, ring, rule, due: at.due, name: `${room.case_id} ${rule.id}` }
}

// One step that needs no more than a tap is one huge button around its ring; others stand below it.
function buttons(room, rule, ring, at) {
  const [first, ...more] = rule.steps
  if (!at.may.record) return [ring, h("div", {}, rule.steps.map(step => step.title).join(" / "))]
  if (!more.length && first.here && first.evidence.type === "tick") {
    const what = h("span", { class: "what" }, first.title)
    return [h("button", { type: "button", class: "huge", onclick: () => at.tap(first), ...named(room, first) }, ring, what)]
  }
  return [ring, h("div", { class: "several" }, rule.steps.map(step => oneOf(room, step, at)))]
}

function oneOf(room, step, at) {
  if (!step.here) return h("a", { class: "link", href: at.sheetOf(step), ...named(room, step) }, step.title)
  if (step.evidence.type === "tick") return button(step.title, () => at.tap(step), "", named(room, step))
  return button(`${step.title} …`, () => at.toggle(step), "", { ...named(room, step), "aria-expanded": String(at.open === step.id) })
}

function named(room, step) {
  return { "aria-label": `${step.title}: ${room.place || room.title}`, "data-step": step.id }
}

function foot(at) {
  const { texts, zone, now, last, since, due } = at
  const told = instant => ({ at: timeOrDay(instant, now, zone, texts) })
  const before = last ? [said(texts.last, told(last.at)), last.by].filter(Boolean).join(" · ") : said(texts.began, told(since))
  const lines = [h("div", {}, before), h("div", {}, h("b", {}, said(texts.next, told(due))))]
  return h("div", { class: "foot" }, at.undo ? button(texts.undo, () => at.takeBack(), "undo") : lines)
}

// Turn a ring to where it stands now; nothing is written that stands there already.
export function turn(tile, now, texts) {
  const { left, part, state } = ringOf(tile.due, tile.rule, now)
  const figure = face(left, texts)
  const share = Math.round(part * 720) / 720
  if (tile.figure.textContent !== figure) {
    tile.figure.textContent = figure
    tile.figure.classList.toggle("long", figure.length > 6)
  }
  if (tile.share !== share) tile.ring.style.setProperty("--left", share)
  if (tile.state !== state) {
    const words = { todo: texts.in_time, due: texts.soon, overdue: texts.states.overdue }
    tile.word.replaceChildren(icon(state), words[state])
    tile.ring.className = `ring sop-${state}`
  }
  Object.assign(tile, { share, state })
}
