// The sheet on the screen: draws the view of a case, and answers a tap at once.
import { h } from "./elements.mjs"
import { nameOf } from "./queue.mjs"
import { drawPanel, note } from "./panels.mjs"
import { drawRow, refused, signOf } from "./row.mjs"
import { contentOf } from "./seal.mjs"
import { keepsThroughReload, newId } from "./tablet.mjs"
import { viewOf } from "./view.mjs"
import { said, timeOfDay } from "./words.mjs"

const UNDO = 10_000
const DOUBLE_TAP = 1_000
const TICKING = 15_000

export class Sheet {
  rows = new Map()
  panel = null
  undo = null
  tapped = { key: "", at: 0 }

  constructor(root, tablet) {
    Object.assign(this, { root, tablet })
    this.notes = h("div")
    this.body = h("div")
    root.replaceChildren(this.notes, this.body)
    this.listener = () => this.draw()
    tablet.listeners.add(this.listener)
    this.timer = setInterval(this.listener, TICKING)
  }

  end() {
    clearInterval(this.timer)
    this.tablet.listeners.delete(this.listener)
  }

  show(snapshot) {
    const language = this.snapshot?.texts.language
    const another = this.snapshot && this.snapshot.case_id !== snapshot.case_id
    this.snapshot = snapshot
    if (another) {
      this.panel = this.undo = null
      this.rows.clear()
      this.body.replaceChildren()
    }
    this.draw()
    if (this.panel && language !== snapshot.texts.language) this.redraw()
  }

  draw() {
    if (!this.snapshot) return
    this.view = viewOf(this.snapshot, this.tablet.queue.items())
    const refused = this.tablet.queue.items().filter(item => item.state === "refused").map(nameOf)
    if (this.undo && (this.undo.until < Date.now() || refused.includes(this.undo.name))) this.undo = null
    this.drawPhases()
    this.drawNotes()
  }

  // What a row is drawn with: the texts, what may be done, and what its buttons do.
  about(row) {
    const { texts, may, state, zone } = this.snapshot
    const open = this.panel?.row === row.id ? this.panel.part : null
    const undo = this.undo?.row === row.id ? this.undo.name : null
    return {
      texts, may, state, zone, open, undo, now: this.tablet.now(),
      tap: (...told) => this.tap(...told),
      act: (...told) => this.act(...told),
      takeBack: (...told) => this.takeBack(...told),
      toggle: (...told) => this.toggle(...told),
      discard: id => this.tablet.discard(id),
      redraw: () => this.redraw(),
      timeOf: at => timeOfDay(at, zone, texts.language),
      content: () => contentOf(this.snapshot, this.tablet.queue.items()),
    }
  }

  drawPhases() {
    for (const phase of this.view.phases) {
      const kept = this.rows.get(`phase ${phase.id}`) ?? this.newPhase(phase.id)
      const progress = said(this.snapshot.texts.progress, { done: phase.done, all: phase.rows.length })
      const sign = JSON.stringify([phase.title, progress])
      if (kept.sign !== sign) {
        kept.sign = sign
        kept.head.replaceChildren(h("h3", {}, phase.title), h("span", {}, progress),
          h("progress", { value: phase.done, max: Math.max(1, phase.rows.length), "aria-label": progress }))
      }
      for (const row of phase.rows) this.drawRow(row, kept.section)
    }
  }

  newPhase(id) {
    const head = h("div", { class: "phase" })
    const section = h("section", {}, head)
    this.body.append(section)
    const kept = { head, section, sign: "" }
    this.rows.set(`phase ${id}`, kept)
    return kept
  }

  drawRow(row, section) {
    const at = this.about(row)
    let kept = this.rows.get(row.id)
    if (!kept) {
      kept = { sign: "", line: h("div"), below: h("div") }
      section.append(h("div", { class: "row", id: `row-${row.id}` }, kept.line, kept.below))
      this.rows.set(row.id, kept)
    }
    kept.row = row
    const sign = signOf(row, at)
    if (kept.sign === sign) return
    const counts = JSON.stringify(row.names)
    kept.sign = sign
    kept.line.replaceChildren(drawRow(row, at))
    if (at.open && row.subject === "list" && kept.counts !== counts) this.redraw()
    kept.counts = counts
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
    if (before) this.rows.get(before.row).below.replaceChildren()
    const same = before?.row === row.id && before.part === part
    this.panel = same ? null : { row: row.id, part, draft: {} }
    this.redraw()
    this.draw()
    if (this.panel) this.rows.get(row.id).below.firstChild.scrollIntoView({ block: "nearest" })
  }

  close() {
    if (this.panel) this.rows.get(this.panel.row).below.replaceChildren()
    this.panel = null
  }

  // --- deeds ----------------------------------------------------------------------------------------------------------

  tap(row, extra = {}) {
    const key = JSON.stringify([row.id, extra.subject, extra.value]) // another figure is no double tap
    const now = Date.now()
    if (this.tapped.key === key && now - this.tapped.at < DOUBLE_TAP) return
    this.tapped = { key, at: now }
    const entry = this.entry({ event: row.id, ...extra })
    this.undo = { row: row.id, name: nameOf({ source: this.tablet.source, id: entry.id }), until: now + UNDO }
    setTimeout(() => this.draw(), UNDO + 100)
    if (row.subject !== "list") this.close()
    this.tablet.add(entry)
  }

  act(row, word, reason) {
    this.close()
    this.tablet.add(this.entry({ event: word, data: { step: row.id, reason } }))
  }

  takeBack(row, name, reason) {
    const undoing = this.undo?.name === name && reason === this.snapshot.texts.undone
    if (undoing && Date.now() - this.tapped.at < DOUBLE_TAP) return // the second tap of a double one
    this.undo = null
    this.close()
    this.tablet.add(this.entry({ event: "retracted", data: { event_id: name, reason, _step: row.id } }))
  }

  // An entry carries who tapped it, whoever is signed in when it is sent.
  entry(told) {
    return { id: newId(), case_id: this.snapshot.case_id, owner: this.snapshot.owner, ...told }
  }

  // --- what is said ---------------------------------------------------------------------------------------------------

  drawNotes() {
    const { texts } = this.snapshot
    const made = this.view.others.map(item => refused(item, this.about({ id: "" })))
    if (!this.tablet.shelf.durable) made.unshift(note(texts.no_shelf, "overdue"))
    else if (!keepsThroughReload() && this.snapshot.may.record) made.unshift(note(texts.plain_http, "due"))
    const sign = JSON.stringify([this.view.others, texts.language, made.length])
    if (sign !== this.notesSign) this.notes.replaceChildren(...made)
    this.notesSign = sign
  }
}
