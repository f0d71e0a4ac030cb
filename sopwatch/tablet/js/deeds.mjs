// What people do on the sheet: each deed becomes one entry of the tablet's queue, the second tap of a double one none.
import { FACTS } from "./amend.mjs"
import { nameOf } from "./queue.mjs"
import { contentOf, sealed } from "./seal.mjs"
import { newId } from "./tablet.mjs"

const HANDS = ["tap", "act", "note", "takeBack", "close", "cancel", "seal", "covered"]
const UNDO = 10_000
const DOUBLE_TAP = 1_000

export class Deeds {
  undoing = null
  tapped = { key: "", at: -Infinity }

  // `sheet`: its snapshot and its view are what the deeds are done on.
  constructor(sheet, tablet) {
    Object.assign(this, { sheet, tablet, newId })
    this.hands = Object.fromEntries(HANDS.map(name => [name, (...told) => this[name](...told)]))
  }

  // What can be undone now, which a refusal or ten seconds end.
  get undo() {
    const refused = name => this.tablet.queue.items().some(item => item.state === "refused" && nameOf(item) === name)
    if (this.undoing && (this.undoing.until < performance.now() || refused(this.undoing.name))) this.undoing = null
    return this.undoing
  }

  clear() {
    this.undoing = null
  }

  // Whether this is the second tap of a double one; nobody can set this clock.
  isSecond(key) {
    const now = performance.now()
    if (this.tapped.key === key && now - this.tapped.at < DOUBLE_TAP) return true
    this.tapped = { key, at: now }
    return false
  }

  // An entry carries who tapped it, whoever is signed in when it is sent.
  add(told) {
    const { case_id, owner } = this.sheet.snapshot
    return this.tablet.add({ id: newId(), case_id, owner, ...told })
  }

  // The same with ten seconds to undo it in.
  addUndoable(row, told, more = {}) {
    const id = newId()
    this.undoing = { row, id, name: nameOf({ source: this.tablet.source, id }), until: performance.now() + UNDO, ...more }
    setTimeout(() => this.sheet.draw(), UNDO + 100)
    return this.add({ id, ...told })
  }

  tap(row, extra = {}) {
    if (this.isSecond(JSON.stringify([row.id, extra.subject, extra.value]))) return // another figure is no double tap
    if (row.subject !== "list") this.sheet.shut()
    this.addUndoable(row.id, { event: row.id, ...extra })
  }

  act(row, word, reason) {
    this.sheet.shut()
    this.add({ event: word, data: { step: row.id, reason } })
  }

  note(row, note, blob) {
    if (this.isSecond(`${row.id} _noted`)) return
    this.sheet.shut()
    this.add({ event: "_noted", data: { step: row.id, ...(note && { note }) }, ...(blob && { blob }) })
    this.sheet.inSight(row.id, "nearest")
  }

  redraw() {
    this.sheet.draw()
  }

  amend(changed, line) {
    if (this.isSecond("amended")) return
    this.addUndoable(FACTS, { event: "amended", data: changed, shown: line }, { shown: line })
  }

  close() {
    if (this.isSecond("closed") || this.sheet.view.state !== "open") return
    this.sheet.shut()
    this.add({ event: "closed" })
  }

  cancel(reason) {
    if (this.isSecond("cancelled") || this.sheet.view.state !== "open") return
    this.sheet.cancelling = null
    this.sheet.shut()
    this.add({ event: "cancelled", data: { reason } })
  }

  // The change of facts that was made last, taken back at once.
  undoAmend({ name }) {
    this.takeBack({ id: FACTS }, name, this.sheet.snapshot.texts.undone)
  }

  takeBack(row, name, reason) {
    const undoing = this.undo?.name === name && reason === this.sheet.snapshot.texts.undone
    if (undoing && performance.now() - this.tapped.at < DOUBLE_TAP) return // the second tap of a double one
    this.undoing = null
    this.sheet.shut()
    this.add({ event: "retracted", data: { event_id: name, reason, _step: row.id } })
  }

  // What a signature that is made now covers, and what the signer is shown of it: the facts, the steps that are done.
  covered() {
    const { snapshot, view } = this.sheet
    const done = view.phases.flatMap(phase => phase.rows).filter(row => row.ticks.length).map(row => row.title)
    return { content: contentOf(snapshot, this.tablet.queue.items()), facts: this.sheet.facts().map(({ title, text }) => [title, text]), done }
  }

  // What a signature keeps of what it covers, its instant, and what it is sealed again from if that turns out to be wrong.
  async seal(content, step, { actor, role }, meaning) {
    const { case_id, owner, texts } = this.sheet.snapshot
    const at = Math.floor(this.tablet.now())
    const signer = actor ?? owner.id.replace("person:", "")
    const told = { case: case_id, step, signer, role, meaning, language: texts.language, instant: new Date(at).toISOString() }
    const { data, signed } = await sealed(content, told, newId())
    return { at, data: { meaning, ...data }, ...(signed && { signed }) }
  }
}
