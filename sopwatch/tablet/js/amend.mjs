// The facts of a case on the sheet: shown above its rows, and changed in a form below them. Nothing of it needs the server:
// what changed is one entry of the queue.
import * as drafts from "./draft.mjs"
import { button, h, icon } from "./elements.mjs"
import { changeOf, checked, duesBy, typedIn } from "./facts.mjs"
import { Form } from "./form.mjs"
import { note } from "./panels.mjs"
import { moment, said } from "./words.mjs"
import { instantsOf, offsetOf, picksOf, wallOf } from "./zone.mjs"

export const FACTS = "_facts" // stands for the facts where else a row's id stands

// The facts in force, as `toldOf` says them; what waits on this tablet says so, and that deadlines which hang on it are
// those from before.
export function drawFacts(told, { texts, facts }, view) {
  const lines = told.map(({ title, text, mark }) => h("div", {}, h("span", { class: "quiet" }, title), text,
    mark && mark !== "sent" && h("b", { class: "sop-due" }, icon("due"), texts.marks[mark])))
  const waits = name => facts?.deciding.includes(name) && view.facts.by[name].state !== "sent"
  const follow = view.facts.moved.some(waits) && note(texts.deadlines_follow, "due")
  return [h("div", { class: "case-facts" }, lines), follow].filter(Boolean)
}

// The button at the end of the checklist, and the form that it opens.
export class Amend {
  sign = ""

  // `deeds` make the entries: amend(changed, line), and undoAmend(undo), which takes the last one back.
  constructor(deeds) {
    this.deeds = deeds
    this.head = h("div")
    this.panel = h("div")
    this.root = h("div", { class: "amend", hidden: true }, this.head, this.panel)
  }

  show(snapshot, view, { offered, undo, now }) {
    Object.assign(this, { snapshot, view, now })
    this.root.hidden = !offered || !snapshot.facts
    if (this.root.hidden) return this.shut()
    const { texts } = snapshot
    const waiting = view.facts.changes.filter(item => item.state !== "sent" && item.shown && item.id !== undo?.id)
    const sign = JSON.stringify([texts.change_facts, Boolean(this.form), undo, undo && this.stateOf(undo), waiting.map(({ id, state }) => [id, state]), Object.values(view.facts.by).map(item => item.id)])
    if (sign !== this.sign) this.head.replaceChildren(...this.lines(waiting, undo))
    this.sign = sign
    if (this.form) this.draw()
  }

  // What was changed just now, with the way back; what else waits; the button.
  lines(waiting, undo) {
    const { texts } = this.snapshot
    const overtaken = id => !Object.values(this.view.facts.by).some(item => item.id === id) && texts.overtaken
    const made = waiting.map(({ id, shown, state }) =>
      h("p", { class: "sop-due" }, icon("due"), [shown, texts.marks[state], overtaken(id)].filter(Boolean).join(" · ")))
    if (undo) made.push(this.undoLine(undo))
    return [...made, button(texts.change_facts, () => this.toggle(), "", { "aria-expanded": String(Boolean(this.form)) })]
  }

  undoLine(undo) {
    const { texts } = this.snapshot
    const mark = this.stateOf(undo)
    const waits = mark && mark !== "sent"
    const line = h("span", { class: waits ? "sop-due" : "sop-done" }, icon(waits ? "due" : "done"), h("b", {}, undo.shown), waits && ` · ${texts.marks[mark]}`)
    return h("p", { class: "changed", role: "status" }, line, button(texts.undo, () => this.deeds.undoAmend(undo), "undo"))
  }

  stateOf({ id }) {
    return this.view.facts.changes.find(item => item.id === id)?.state
  }

  toggle() {
    if (this.form) this.leave()
    else this.open()
    this.deeds.redraw()
  }

  open() {
    const root = h("div")
    this.attempt = 0
    this.tried = null
    this.problem = ""
    this.token = this.deeds.newId()
    const hands = { change: () => queueMicrotask(() => this.draw()), done: () => this.submit() }
    this.form = new Form(root, null, hands)
    this.panel.replaceChildren(h("div", { class: "panel" }, root, button(this.snapshot.texts.leave, () => this.toggle())))
    this.draw()
    this.panel.firstChild.scrollIntoView({ block: "start" })
  }

  // What was typed goes with it.
  leave() {
    drafts.drop(this.form.store, this.name)
    this.shut()
  }

  shut() {
    this.form?.end()
    this.form = null
    this.panel.replaceChildren()
  }

  get name() {
    return `${this.snapshot.owner.id} facts ${this.snapshot.case_id}`
  }

  // --- the form -------------------------------------------------------------------------------------------------------

  draw() {
    if (!this.form) return
    const { facts, texts, zone } = this.snapshot
    const now = typedIn(facts.fields, this.view.facts.values, zone)
    if (this.form.draft) drafts.follow(this.form.draft, now)
    const wrong = this.tried ? this.check(this.tried).wrong : {}
    const values = this.form.draft?.values ?? now
    const changed = this.form.draft ? this.check(values).changed : {}
    const fields = facts.fields.map(field => this.fieldOf(field, values[field.id], wrong[field.id] ?? "", changed))
    this.panel.querySelector(".panel > button").textContent = texts.leave
    this.form.show({
      name: this.name, token: this.token, spent: [], initial: now, fields, dues: [], dues_after: "", problem: this.problem,
      texts: { ...texts.form, language: texts.language }, today: wallOf(this.now, zone).slice(0, 10), submit: texts.form.submit, attempt: this.attempt,
    })
  }

  // A field as it is asked for: what each choice, or the time that was typed, makes due, times that are often meant, which of
  // two times it may be.
  fieldOf({ leads = [], ...field }, value, wrong, changed) {
    const { zone, texts } = this.snapshot
    const filled = ([by, what, at]) => [at === null ? by : said(by, { at: moment(at, this.now, zone, texts) }), what]
    const moved = new Set(this.snapshot.facts.fields.flatMap(one => (one.id in changed ? (one.leads ?? []) : [])).map(lead => lead.title))
    const stands = ([, what, at]) => at === null || !moved.has(what) // what hangs on a time that was typed anew is said there
    const options = field.options.map(([option, title, lines]) => (lines ? [option, title, lines.filter(stands).map(filled)] : [option, title]))
    if (field.type !== "datetime") return { ...field, options, wrong }
    const meant = (value && instantsOf(value.split("|")[0], zone)) || []
    const twice = meant.length > 1 ? meant.map((at, n) => `${texts.form.which_time[n]} (UTC${offsetOf(at, zone)})`) : []
    const dues = changed[field.id] ? this.duesBy(leads, changed[field.id], changed) : []
    return { ...field, wrong, twice, dues, picks: picksOf(this.now, zone, texts.form) }
  }

  duesBy(leads, time, changed) {
    const { zone, texts } = this.snapshot
    const done = new Set(this.view.phases.flatMap(phase => phase.rows).filter(row => row.ticks.length).map(row => row.id))
    const facts = { ...this.view.facts.values, ...changed }
    return duesBy(leads, time, facts, done, zone).map(([at, { title, house }]) => [moment(at, this.now, zone, texts), title, house])
  }

  check(typed) {
    const { facts, texts, zone } = this.snapshot
    const how = { texts: texts.form, zone, language: texts.language }
    return checked(facts.fields, typed, this.form.draft.base, this.view.facts.values, how)
  }

  submit() {
    this.tried = structuredClone(this.form.values)
    const { changed, wrong } = this.check(this.tried)
    const nothing = !Object.keys(changed).length
    if (nothing || Object.keys(wrong).length) {
      this.problem = Object.keys(wrong).length ? "" : this.snapshot.texts.form.unchanged
      this.attempt += 1
      this.draw()
      return
    }
    const line = changeOf(changed, this.view.facts.values, { ...this.snapshot, fields: this.snapshot.facts.fields, now: this.now })
    this.leave()
    this.deeds.amend(changed, line)
    this.head.scrollIntoView({ block: "center" })
  }
}
