// What opens below a row: the evidence that needs more than a tap, reasons, the SOP's sentence. `draft` keeps what was
// typed, so that a panel can be drawn anew, in another language too.
import { breaksOf } from "./close.mjs"
import { button, h, icon } from "./elements.mjs"
import { padOf } from "./pad.mjs"
import { cameraOf, photoOf } from "./photo.mjs"
import { said } from "./words.mjs"

const LONGEST = 4000

const PARTS = { info: behind, more, note: noting, absent, do: doing }

export function drawPanel(row, part, draft, at) {
  const body = PARTS[part](row, draft, at)
  return h("div", { class: "panel" }, body, button(at.texts.leave, () => at.toggle(row, part)))
}

// The server's own HTML: the SOP's sentences and the rules over them, escaped there.
function behind(row) {
  const box = h("div", { class: "behind" })
  box.innerHTML = row.behind
  return [box]
}

function problem() {
  return h("div", { class: "problem", role: "alert" })
}

function field(label, element) {
  return h("label", {}, h("span", {}, label), element)
}

function input(draft, name, more = {}) {
  const element = h(name === "text" ? "textarea" : "input", { autocomplete: "off", maxlength: name === "text" ? LONGEST : 200, ...more })
  element.value = draft[name] ?? ""
  element.oninput = () => { draft[name] = element.value }
  return element
}

// --- evidence --------------------------------------------------------------------------------------------------------

function doing(row, draft, at) {
  if (row.subject === "list" && row.evidence.type === "tick") return [names(row, at)]
  const parts = []
  if (row.subject === "list") parts.push(whom(row, draft, at))
  if (row.subject === "free") parts.push(field(at.texts.whom, input(draft, "subject")))
  if (row.subject === "list" && !draft.subject) return parts
  return [...parts, ...asked(row, draft, at)]
}

function names(row, at) {
  return h("div", { class: "choices" }, row.names.map(name => {
    const count = name.wanted == null ? `${name.done}` : `${name.done}/${name.wanted}`
    return button(`＋ ${name.name} · ${count}`, () => at.tap(row, { subject: name.name }))
  }))
}

function whom(row, draft, at) {
  const chosen = name => {
    draft.subject = name
    at.redraw()
  }
  return h("div", { class: "choices", role: "group", "aria-label": at.texts.who },
    row.names.map(({ name }) => button(name, () => chosen(name), name === draft.subject ? "main" : "", { "aria-pressed": String(name === draft.subject) })))
}

function asked(row, draft, at) {
  const wrong = problem()
  // Record, unless it is missing whom it is about.
  const record = (extra, missing = "") => {
    const subject = row.subject === null ? null : (draft.subject ?? "").trim()
    wrong.textContent = missing || (subject === "" ? at.texts.whom_missing : "")
    if (!wrong.textContent) at.tap(row, { ...extra, subject })
  }
  const keep = onclick => button(at.texts.record, onclick, "main record")
  switch (row.evidence.type) {
    case "choice":
      return [h("div", { class: "choices" }, row.evidence.options.map(([value, title]) => button(title, () => record({ value, shown: title })))), wrong]
    case "number":
      return [...numberPad(row, draft, at), wrong, keep(() => {
        const value = Number(draft.number)
        const missing = !draft.number || !Number.isFinite(value)
        record({ value, shown: `${draft.number} ${row.unit}`.trim() }, missing ? at.texts.needed : "")
      })]
    case "text":
      return [field(at.texts.write, input(draft, "text", { rows: 3 })), wrong, keep(() => {
        const value = (draft.text ?? "").trim()
        record({ value, shown: value }, value ? "" : at.texts.needed)
      })]
    case "photo":
      return [...photoOf(draft, at, blob => record({ blob })), wrong]
    case "signature":
      return [...padOf(row, draft, at, record), wrong]
    default:
      return [wrong, keep(() => record({}))]
  }
}

// A pad of big digits: one hand, no keyboard that hides half the screen.
function numberPad(row, draft, at) {
  const shown = h("output", { "aria-live": "polite" }, draft.number || "—")
  const set = text => {
    draft.number = text
    shown.textContent = text || "—"
  }
  const press = key => {
    const now = draft.number ?? ""
    if (key === "⌫") set(now.slice(0, -1))
    else if (key === "±") set(now.startsWith("-") ? now.slice(1) : `-${now}`)
    else if (key === "." ? !now.includes(".") : now.length < 12) set(key === "." && !now.replace("-", "") ? `${now}0.` : now + key)
  }
  const named = { "⌫": { "aria-label": at.texts.erase }, "±": { "aria-label": at.texts.sign_of } }
  const key = name => button(name, () => press(name), "", named[name])
  return [
    h("div", { class: "figure" }, shown, h("span", { class: "quiet" }, row.unit), key("⌫")),
    h("div", { class: "keys" }, ["7", "8", "9", "4", "5", "6", "1", "2", "3", "±", "0", "."].map(key)),
  ]
}

// --- reasons ---------------------------------------------------------------------------------------------------------

function more(row, draft, at) {
  const { texts } = at
  const wrong = problem()
  const reason = input(draft, "reason")
  const withReason = deed => () => {
    const told = (draft.reason ?? "").trim()
    wrong.textContent = told ? "" : texts.reason_missing
    if (told) deed(told)
  }
  const acts = h("div", { class: "choices" }, offered(row, at, withReason))
  const anyway = row.off && at.state !== "cancelled" && button(texts.do_anyway, () => at.toggle(row, "do"), "wide")
  const noted = [anyway, button(texts.note_open, () => at.toggle(row, "note"), "wide")].filter(Boolean)
  if (!acts.childElementCount) return [...noted, h("p", {}, texts.not_yours)]
  return [...noted, field(texts.reason, reason), wrong, acts]
}

// A comment, a photo, or both: it changes nothing of the step.
function noting(row, draft, at) {
  const { texts } = at
  const wrong = problem()
  const add = () => {
    const note = (draft.text ?? "").trim()
    wrong.textContent = note || draft.photo ? "" : texts.note_missing
    if (!wrong.textContent) at.note(row, note, draft.photo)
  }
  return [field(texts.note, input(draft, "text", { rows: 2 })), ...cameraOf(draft, at), wrong, button(texts.note_add, add, "main record")]
}

// Whoever should sign is not there: the reason is kept, no signature is made, and what closing then breaks is said.
function absent(row, draft, at) {
  const { texts } = at
  const wrong = problem()
  const record = () => {
    const told = (draft.reason ?? "").trim()
    wrong.textContent = told ? "" : texts.reason_missing
    if (told) at.act(row, "_cannot_do", told)
  }
  const broken = at.breaks.filter(one => one.steps.includes(row.title))
  return [h("p", {}, texts.no_signature), breaksOf(broken, texts), field(texts.reason, input(draft, "reason")), wrong,
    button(texts.record_absent, record, "main record")].filter(Boolean)
}

function offered(row, at, withReason) {
  const { texts } = at
  const open = at.state !== "cancelled"
  const made = []
  if (open) made.push(button(texts.problem_there, withReason(told => at.act(row, "_problem", told))))
  if (open && !row.ticks.length && !row.exempt) {
    made.push(button(texts.states.not_applicable, withReason(told => at.act(row, "_not_applicable", told))))
    made.push(button(texts.states.cannot_do, withReason(told => at.act(row, "_cannot_do", told))))
  }
  for (const one of [...row.ticks, row.exempt, ...row.problems, ...(row.notes ?? [])].filter(one => one && (one.own || at.may.supervise)).slice(-5).reverse()) {
    const label = said(texts.take_back, { at: one.when ?? at.timeOf(one.at) })
    made.push(button(label, withReason(told => at.takeBack(row, one.id, told))))
  }
  return made
}

export function note(text, state = "info") {
  return h("div", { class: `note sop-${state}`, role: "status" }, icon(state), h("span", {}, text))
}
