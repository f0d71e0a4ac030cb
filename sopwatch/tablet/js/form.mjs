// A form of a case: every field for a thumb, what is missing said at once, what was typed kept until it is sent.
import * as drafts from "./draft.mjs"
import { button, h, icon } from "./elements.mjs"
import { drawInput } from "./fields.mjs"
import { drawDues } from "./when.mjs"
import { counted } from "./words.mjs"

const PATIENCE = 20_000
const CHANGED = ["choice", "boolean", "datetime", "number"]
const SETTLED = 300 // Streamlit lays its page out only after its parts

export class Form {
  lines = new Map()
  held = {}
  attempt = 0

  constructor(root, _tablet, hands) {
    Object.assign(this, { root, hands })
    this.store = globalThis.sessionStorage
  }

  end() {
    clearTimeout(this.waiting)
  }

  // Show what came: a new form is drawn whole, of a known one only what is another.
  show(told) {
    const before = this.told
    const ids = JSON.stringify(told.fields.map(field => field.id))
    const another = before?.name !== told.name || told.spent.includes(this.draft?.token)
    this.told = told
    if (another) this.begin()
    if (another || before.texts.language !== told.texts.language || ids !== this.ids) this.draw()
    else for (const field of told.fields) this.refresh(field)
    this.ids = ids
    this.deadlines()
    if (told.attempt !== this.attempt) this.answered()
    this.attempt = told.attempt
    this.summary()
  }

  begin() {
    this.draft = drafts.begin(this.store, this.told.name, this.told)
    this.said = {}
    this.held = {}
    this.attempt = this.told.attempt
    if (this.draft.found || Object.keys(this.draft.values).length) this.tell()
  }

  get values() {
    return this.draft.values
  }

  // --- drawing --------------------------------------------------------------------------------------------------------

  draw() {
    const { fields, texts, submit } = this.told
    this.lines.clear()
    this.dues = h("div", { role: "status" })
    const lines = away => fields.filter(f => Boolean(f.folded) === away).flatMap(f => [this.line(f), f.id === this.told.dues_after && this.dues])
    const [shown, folded] = [lines(false), lines(true)]
    this.more = h("details", { class: "more-fields" }, h("summary", {}, texts.more), folded)
    this.problems = h("div", { class: "problems", role: "alert" })
    this.send = button(submit, () => this.submit(), "main send")
    this.note = h("div")
    this.root.replaceChildren(h("div", { class: "form" }, this.found(), this.note, shown, folded.length ? this.more : null, this.problems, this.send))
    for (const field of fields) this.refresh(field)
    this.deadlines()
  }

  // What falls due in the case as its fields stand, apart from what its choices say themselves.
  deadlines() {
    const { dues, texts } = this.told
    this.dues.replaceChildren(...(dues.length ? [drawDues(dues, texts)] : []))
  }

  found() {
    if (!this.draft.found) return null
    const { texts } = this.told
    const afresh = () => {
      drafts.drop(this.store, this.told.name)
      this.begin()
      this.tell()
      this.draw()
    }
    return h("div", { class: "note sop-due" }, icon("info"), h("span", {}, texts.kept), button(texts.afresh, afresh))
  }

  line(field) {
    const line = { input: h("div"), wrong: h("div", { class: "wrong", role: "alert" }), sign: "" }
    const half = field.type === "number" || (["choice", "boolean"].includes(field.type) && !field.options.some(option => option[2]))
    line.heading = h("h3")
    line.root = h("div", { class: `field${half ? " half" : ""} field-${field.id.replace(/\W+/g, "-")}` }, line.heading,
      h("div", { class: "label", "aria-hidden": "true" }, field.title, field.required ? " ＊" : ""), line.input, line.wrong)
    this.lines.set(field.id, line)
    return line.root
  }

  // Draw a field anew where what it depends on is another; one in which somebody is typing only when it must be.
  refresh(field, must = false) {
    const line = this.lines.get(field.id)
    const { wrong, ...rest } = field
    const value = this.values[field.id]
    const sign = JSON.stringify([rest, value])
    const active = this.root.getRootNode().activeElement
    const within = line.input.contains(active)
    if (must || (sign !== line.sign && !(within && active.matches("input, textarea, select")))) {
      this.held[field.id] ??= {}
      line.input.replaceChildren(drawInput(field, value, this.about(), this.held[field.id]))
      if (within && active.dataset.option) line.input.querySelector(`[data-option="${active.dataset.option}"]`).focus()
    }
    line.sign = sign
    line.heading.textContent = field.heads ? this.told.texts.done_already : ""
    line.root.hidden = !drafts.shownFields([field], this.values).length
    const stands = drafts.complaints([field], this.values, this.said).length > 0
    line.wrong.replaceChildren(...(stands ? [icon("overdue"), wrong] : []))
    line.root.classList.toggle("is-wrong", stands)
  }

  about() {
    const { texts, today } = this.told
    return {
      texts, today,
      set: (field, value) => this.set(field, value),
      typed: (field, value) => this.keep(field, value),
      left: field => { if (CHANGED.includes(field.type)) this.tell() },
      half: (field, text) => { this.held[field.id].typed = text },
    }
  }

  // --- what stands in it ----------------------------------------------------------------------------------------------

  set(field, value) {
    this.keep(field, value)
    for (const one of this.told.fields) this.refresh(one, one.id === field.id)
    this.tell()
  }

  keep(field, value) {
    if (drafts.isEmpty(value)) delete this.values[field.id]
    else this.values[field.id] = value
    drafts.keep(this.store, this.told.name, this.draft)
    this.refresh(this.told.fields.find(one => one.id === field.id))
    this.summary()
  }

  tell() {
    this.hands.change({ token: this.draft.token, values: this.values })
  }

  // --- sending --------------------------------------------------------------------------------------------------------

  submit() {
    for (const field of this.told.fields.filter(one => one.type === "list")) {
      const half = this.held[field.id]?.typed
      if (half?.trim()) {
        this.held[field.id].typed = ""
        this.keep(field, drafts.added(this.values[field.id] ?? [], half))
        this.refresh(field, true)
      }
    }
    this.said = structuredClone(this.values)
    this.busy(true)
    this.waiting = setTimeout(() => {
      this.busy(false)
      this.note.replaceChildren(this.warning(this.told.texts.no_answer))
    }, PATIENCE)
    this.hands.done({ token: this.draft.token, values: this.values })
  }

  busy(is) {
    clearTimeout(this.waiting)
    this.send.disabled = is
    this.send.textContent = is ? this.told.texts.waiting : this.told.submit
    if (is) this.note.replaceChildren()
  }

  warning(text) {
    return h("div", { class: "note sop-overdue", role: "alert" }, icon("overdue"), h("span", {}, text))
  }

  // The service has answered and the form is still here: say what is missing, and go to the first.
  answered() {
    this.busy(false)
    this.note.replaceChildren(...(this.told.problem ? [this.warning(this.told.problem)] : []))
    for (const field of this.told.fields) this.refresh(field)
    const wrong = this.wrong()
    if (wrong.length) this.goTo(wrong[0])
    else this.note.scrollIntoView({ block: "center" })
  }

  wrong() {
    return drafts.complaints(this.told.fields, this.values, this.said)
  }

  // All that is missing, above the button; each leads to its field.
  summary() {
    const wrong = this.wrong()
    const sign = JSON.stringify(wrong.map(field => [field.id, field.title]))
    if (sign === this.summed) return
    this.summed = sign
    const links = wrong.map(field => button(field.title, () => this.goTo(field)))
    this.problems.replaceChildren(...(wrong.length ? [h("div", {}, icon("overdue"), counted(this.told.texts.missing, wrong.length)), h("div", { class: "picks" }, links)] : []))
  }

  goTo(field) {
    if (field.folded) this.more.open = true
    const { root, input } = this.lines.get(field.id)
    const seek = () => root.scrollIntoView({ block: "center" })
    seek()
    setTimeout(seek, SETTLED)
    input.querySelector("textarea, input, select, button")?.focus({ preventScroll: true })
  }
}
