// The sheet on the screen: draws the view of a case, and answers a tap at once.
import { Amend, FACTS, drawFacts } from "./amend.mjs"
import { drawEnd, drawGate, drawPad, ended } from "./close.mjs"
import { closingOf } from "./closing.mjs"
import { Deeds } from "./deeds.mjs"
import { button, h } from "./elements.mjs"
import { FIRST } from "./face.mjs"
import { Faces } from "./faces.mjs"
import { toldOf } from "./facts.mjs"
import { drawPanel, note } from "./panels.mjs"
import { showPicture } from "./picture.mjs"
import { Press } from "./press.mjs"
import { drawRow, noteLine, refused, signOf } from "./row.mjs"
import { sectionsOf } from "./sections.mjs"
import { keepsThroughReload } from "./tablet.mjs"
import { viewOf } from "./view.mjs"
import { said, timeOfDay } from "./words.mjs"

const TICKING = 15_000
const SEEK = 300

export class Sheet {
  rows = new Map()
  sections = new Map()
  panel = null

  constructor(root, tablet) {
    Object.assign(this, { root, tablet })
    this.deeds = new Deeds(this, tablet)
    this.amend = new Amend(this.deeds)
    this.factLines = h("div")
    this.notes = h("div")
    this.body = h("div")
    this.faces = new Faces(this, step => this.leadTo(step))
    this.end_ = h("div")
    root.replaceChildren(this.factLines, this.notes, this.body, this.faces.drawing.root, this.amend.root, this.end_)
    this.listener = () => this.draw()
    this.press = new Press(root, this.listener)
    tablet.listeners.add(this.listener)
    this.back = () => (this.faces.forget(), this.draw())
    addEventListener("popstate", this.back)
    this.timer = setInterval(this.listener, TICKING)
  }

  end() {
    clearInterval(this.timer)
    this.press.end()
    removeEventListener("popstate", this.back)
    this.tablet.listeners.delete(this.listener)
    this.tablet.shows(this, [])
  }

  show(snapshot) {
    const language = this.snapshot?.texts.language
    const another = this.snapshot && this.snapshot.case_id !== snapshot.case_id
    this.snapshot = snapshot
    this.tablet.shows(this, snapshot.may.record ? [snapshot.case_id] : [])
    if (another) this.leave()
    this.draw()
    if (this.panel && language !== snapshot.texts.language) this.redraw()
    this.goTo(snapshot.row)
  }

  // Bring a row that the address names in sight, once; Streamlit's page is laid out only after its parts.
  goTo(row) {
    const kept = this.rows.get(row)
    if (!kept || this.wentTo === row) return
    this.wentTo = row
    kept.element.classList.add("led-to")
    setTimeout(() => this.inSight(row, "center"), SEEK)
  }

  // Show the row of a step on the checklist.
  leadTo(step) {
    this.wentTo = null
    this.go(FIRST, step)
    this.goTo(step)
  }

  // Another case is shown from here on.
  leave() {
    this.press.down = false
    this.wentTo = null
    this.faces.forget()
    this.clear()
  }

  inSight(row, block) {
    this.rows.get(row)?.line.scrollIntoView({ block })
  }

  clear() {
    this.panel = this.cancelling = null
    this.deeds.clear()
    this.amend.shut()
    this.rows.clear()
    this.sections.clear()
    this.body.replaceChildren()
  }

  draw() {
    if (!this.snapshot || this.press.holds()) return
    const items = this.tablet.queue.items()
    this.view = viewOf(this.snapshot, items)
    this.closing = closingOf(this.snapshot, this.view)
    if (this.faces.begin()) this.clear()
    this.drawFacts()
    this.drawBody()
    this.faces.draw(this.view, this.tablet)
    this.drawNotes()
    this.faces.end()
  }

  // Turn to another face, and to a row of it where one leads there.
  go(face, row) {
    this.faces.go(face, row)
  }

  get face() {
    return this.faces.now
  }

  drawBody() {
    const wanted = this.faces.isPicture ? [] : sectionsOf(this.face, this.view, this.closing, this.snapshot.texts)
    for (const section of wanted) this.drawSection(section)
    this.leaveOut(wanted)
    this.drawFoot()
  }

  drawSection(section) {
    const kept = this.sections.get(section.id) ?? this.newSection(section.id)
    const sign = JSON.stringify([section.title, section.told, section.done, section.all])
    if (kept.sign !== sign) {
      kept.sign = sign
      const progress = said(this.snapshot.texts.progress, { done: section.done, all: section.all })
      const bar = h("progress", { value: section.done, max: section.all, "aria-label": progress })
      kept.head.replaceChildren(h("h3", {}, section.title), ...(section.all ? [h("span", {}, progress), bar] : []))
      kept.told.replaceChildren(...section.told.map(line => h("p", {}, line)))
    }
    for (const row of section.rows) this.drawRow(row, kept.section)
  }

  newSection(id) {
    const head = h("div", { class: "phase" })
    const told = h("div", { class: "told quiet" })
    const section = h("section", {}, head, told)
    this.body.append(section)
    const kept = { head, told, section, sign: "" }
    this.sections.set(id, kept)
    return kept
  }

  // What is asked for no longer leaves the screen.
  leaveOut(wanted) {
    const rows = new Set(wanted.flatMap(section => section.rows.map(row => row.id)))
    for (const [id, kept] of this.rows) {
      if (rows.has(id)) continue
      kept.element.remove()
      this.rows.delete(id)
      if (this.panel?.row === id) this.panel = null
    }
    for (const [id, kept] of this.sections) {
      if (wanted.some(section => section.id === id)) continue
      kept.section.remove()
      this.sections.delete(id)
    }
  }

  drawRow(row, section) {
    const at = this.about(row)
    let kept = this.rows.get(row.id)
    if (!kept) {
      kept = { sign: "", line: h("div"), pad: h("div"), below: h("div"), draft: {} }
      kept.element = h("div", { class: "row", id: `row-${row.id}` }, kept.line, kept.pad, kept.below)
      this.rows.set(row.id, kept)
    }
    if (kept.element.parentElement !== section) section.append(kept.element)
    kept.row = row
    if (at.open === "do") this.panel.draft.recall?.()
    this.drawOpenPad(kept, at)
    const sign = signOf(row, at)
    if (kept.sign === sign) return
    const counts = JSON.stringify(row.names)
    kept.sign = sign
    kept.line.replaceChildren(drawRow(row, at))
    if (at.open && row.subject === "list" && kept.counts !== counts) this.redraw()
    kept.counts = counts
  }

  // Where a case is closed, a signature that is missing has its pad open.
  drawOpenPad(kept, at) {
    const { row } = kept
    const sign = row.open ? JSON.stringify([row.signer, at.texts.language, this.snapshot.owner.id, at.open === "absent"]) : ""
    if (kept.padSign === sign) {
      if (row.open) kept.draft.recall?.()
      return
    }
    kept.padSign = sign
    kept.pad.replaceChildren(...(row.open ? [drawPad(row, kept.draft, at)] : []))
  }

  drawFacts() {
    const told = this.facts()
    const sign = JSON.stringify([told, this.snapshot.texts.language])
    if (sign !== this.factsSign) this.factLines.replaceChildren(...drawFacts(told, this.snapshot, this.view))
    this.factsSign = sign
    const offered = this.snapshot.may.record && this.face === FIRST && this.view.state !== "cancelled"
    const undo = this.deeds.undo?.row === FACTS ? this.deeds.undo : null
    this.amend.show(this.snapshot, this.view, { offered, undo, now: this.tablet.now() })
  }

  // The facts in words.
  facts() {
    return toldOf(this.snapshot, this.view.facts, this.tablet.now())
  }

  // The end of the checklist and of closing: the way to the other, and the button that closes the case.
  drawFoot() {
    const { texts, may } = this.snapshot
    const sign = JSON.stringify([this.face, this.view.ended, this.closing.breaks, this.closing.missing.length, this.closing.due, texts.language, may, Boolean(this.cancelling)])
    if (sign === this.footSign) return
    this.footSign = sign
    const at = { ...this.about({ id: "_case" }), draft: this.cancelling, askCancel: () => this.askCancel() }
    const draw = { close: drawEnd, [FIRST]: drawGate }[this.face]
    this.end_.replaceChildren(...(draw ? [draw(this.view, this.closing, at)] : []))
  }

  // What a row is drawn with: the texts, what may be done, and what its buttons do.
  about(row) {
    const { texts, may, zone, names } = this.snapshot
    const { deeds } = this
    const open = this.panel?.row === row.id ? this.panel.part : null
    const undo = deeds.undo?.row === row.id ? deeds.undo.name : null
    return {
      texts, may, zone, names, open, undo, state: this.view.state, now: this.tablet.now(), breaks: this.closing.breaks,
      ...deeds.hands,
      show: one => showPicture(this.root, one, texts),
      toggle: (...told) => this.toggle(...told),
      go: face => this.go(face),
      discard: id => this.tablet.discard(id),
      redraw: () => this.redraw(),
      timeOf: at => timeOfDay(at, zone, texts),
    }
  }

  // Draw the open panel anew, with what was typed in it.
  redraw() {
    if (!this.panel) return
    const { row, part, draft } = this.panel
    const kept = this.rows.get(row)
    kept.below.replaceChildren(drawPanel(kept.row, part, draft, this.about(kept.row)))
  }

  toggle(row, part) {
    const before = this.panel
    if (before) this.rows.get(before.row)?.below.replaceChildren()
    const same = before?.row === row.id && before.part === part
    this.panel = same ? null : { row: row.id, part, draft: {} }
    this.redraw()
    this.draw()
    if (this.panel) this.rows.get(row.id).below.firstChild.scrollIntoView({ block: "nearest" })
  }

  shut() {
    if (this.panel) this.rows.get(this.panel.row)?.below.replaceChildren()
    this.panel = null
  }

  askCancel() {
    this.cancelling = this.cancelling ? null : {}
    this.draw()
    this.end_.querySelector(".panel")?.scrollIntoView({ block: "nearest" })
  }

  // --- what is said ---------------------------------------------------------------------------------------------------

  drawNotes() {
    const { texts } = this.snapshot
    const made = this.view.others.map(item => refused(item, this.about({ id: "" })))
    if (this.view.state === "cancelled") made.unshift(ended(this.view, this.about({ id: "" })))
    for (const one of this.view.notes) made.push(noteLine(one, this.about({ id: "" })))
    if (!this.tablet.shelf.durable) made.unshift(note(texts.no_shelf, "overdue"))
    else if (!keepsThroughReload() && this.snapshot.may.record) made.unshift(note(texts.plain_http, "due"))
    if (this.face === "close") made.unshift(h("div", { class: "turn" }, button(texts.to_list, () => this.go(FIRST))))
    const sign = JSON.stringify([this.view.others, this.view.notes, this.view.ended, texts.language, made.length, this.tablet.shelf.durable, this.face])
    if (sign !== this.notesSign) this.notes.replaceChildren(...made)
    this.notesSign = sign
  }
}
