// A picture of the case that the server drew (path, timeline): its own HTML, escaped there, with what waits on this tablet
// laid over it. A tap on a mark leads to its row of the checklist.
import { button, h, icon } from "./elements.mjs"
import { wordsOf } from "./facts.mjs"
import { decided, equal } from "./guard.mjs"
import { said } from "./words.mjs"

const MOST_LINES = 5
const SETTLED = ["done", "not_applicable", "cannot_do", "not_needed"]

export class Drawing {
  root = h("div", { class: "picture" })
  #sign = ""
  #began = false

  constructor(lead) {
    this.root.onclick = event => {
      const tapped = event.target.closest("[data-go]")
      if (tapped) lead(tapped.dataset.go)
    }
  }

  // Show a picture, or none; `laid`: what is not in it; `asOf`: when it was drawn, where that is not just now.
  show(html, snapshot, view, laid, asOf, toList) {
    const sign = html === undefined ? "" : JSON.stringify([html, laid.told, laid.lines, [...laid.rows], asOf, snapshot.texts.language], blobless)
    if (sign === this.#sign) return
    const focused = this.root.getRootNode().activeElement?.dataset?.go
    this.#sign = sign
    this.root.replaceChildren(...(sign ? [...noteOf(laid, asOf, snapshot.texts, toList), drawn(html, snapshot, view, laid)] : []))
    if (focused) this.root.querySelector(`[data-go="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
    if (!this.#began) this.begin()
  }

  // Bring in sight where a picture begins to be read: the present, else its top.
  begin(scroller) {
    const now = this.root.querySelector(".now")
    if (now) now.scrollIntoView({ block: "center" })
    else if (scroller) scroller.scrollTop = 0
    this.#began = true
  }
}

// What the picture does not hold, in words, of which the head stays in sight; nothing where it holds all and was drawn just now.
function noteOf(laid, asOf, texts, toList) {
  const head = laid.told.map(one => h("p", {}, icon(one.icon), h("b", {}, one.text)))
  if (asOf) head.unshift(h("p", {}, icon("offline"), said(texts.drawn_at, { at: asOf })))
  const lines = laid.lines.slice(-MOST_LINES).map(line => h("li", {}, icon(line.icon), line.text))
  if (laid.lines.length > lines.length) lines.unshift(h("li", {}, "…"))
  const told = h("div", { class: head.length ? "undrawn" : "", role: "status" }, head)
  return lines.length ? [told, h("div", { class: "undrawn-list" }, h("ul", {}, lines), button(texts.to_list, toList))] : [told]
}

function drawn(html, snapshot, view, laid) {
  const box = h("div")
  box.innerHTML = html
  for (const [step, change] of laid.rows) {
    const lines = box.querySelectorAll(`.mark-line[data-go="${CSS.escape(step)}"]:not(.is-happened)`)
    for (const line of lines) layOver(line, change, snapshot.texts)
    const counters = box.querySelector(`.counters[data-go="${CSS.escape(step)}"] .each`)
    if (counters) counters.replaceChildren(...change.row.names.map(tally))
  }
  if (laid.rows.size || view.facts.moved.length) branches(box, snapshot, view)
  return box
}

// A mark of a step: its state by now, why, and what of it waits on this tablet.
function layOver(line, { row, moved, lines }, texts) {
  const what = line.querySelector(".what")
  if (!what || line.closest(".loop")) return
  const before = line.className.match(/is-([a-z_]+)/)?.[1]
  const onAxis = line.closest(".axis") !== null
  const over = before === "late" && row.state === "done"
  if (onAxis && over) return // what was done late long ago is not what waits now
  const turned = moved && !over && (!onAxis || SETTLED.includes(row.state) || SETTLED.includes(before))
  if (turned) {
    line.classList.replace(`is-${before}`, `is-${row.state}`)
    line.querySelector(".sop-mark").replaceWith(mark(row.state, texts.states[row.state]))
    const stale = onAxis ? ":scope > .quiet" : ":scope > span:has(> .why, > .sop-due)"
    for (const old of what.querySelectorAll(stale)) old.remove()
    if (row.why) what.append(h("span", {}, h("span", { class: "quiet why" }, icon("branch"), row.why)))
  }
  for (const text of lines) what.append(h("span", { class: "own" }, icon("on_tablet"), text))
}

function mark(state, word) {
  return h("span", { class: `sop-mark sop-${state}` }, icon(state), h("b", {}, word))
}

function tally({ name, done, wanted }) {
  const state = done >= (wanted ?? 1) ? "done" : "todo"
  return h("span", { class: `tally sop-${state}` }, icon(state), name, " ", h("b", {}, wanted == null ? `${done}` : `${done}/${wanted}`))
}

// The facts that decide, and which way is taken, by the facts and values as they are by now.
function branches(box, snapshot, view) {
  const { texts } = snapshot
  const values = Object.fromEntries(view.phases.flatMap(phase => phase.rows.map(row => [row.id, row.ticks.map(tick => tick.value)])))
  for (const one of box.querySelectorAll("[data-way]")) {
    const state = decided(JSON.parse(one.dataset.way), { facts: view.facts.values, values })
    one.className = `way is-${state}`
    one.querySelector(".sop-mark").replaceWith(mark({ asked: "done", undecided: "todo", off: "not_needed" }[state], texts.ways[state]))
  }
  for (const one of box.querySelectorAll("[data-fact]")) {
    const field = snapshot.facts.fields.find(known => known.id === one.dataset.fact)
    if (field && view.facts.moved.includes(field.id)) one.replaceChildren(one.firstChild, ...optionsOf(field, view.facts.values[field.id], snapshot))
  }
}

function optionsOf(field, value, { texts, zone, clock }) {
  if (value == null) return [mark("todo", texts.ways.undecided)]
  const options = field.options.length ? field.options : [[value, wordsOf(field, value, { texts, zone, now: clock.now })]]
  const option = taken => h("span", { class: `option${taken ? " is-taken" : ""}` }, taken && icon("done"))
  return options.map(([one, title]) => {
    const made = option(equal(one, value))
    made.append(title)
    return made
  })
}

const blobless = (key, value) => (key === "blob" ? undefined : value)
