// Cadence on the screen: a card for each room where something recurs now; a tap starts its ring anew at once.
import { Alarm, Voice } from "./alarm.mjs"
import { h, icon } from "./elements.mjs"
import { drawPanel, note } from "./panels.mjs"
import { Press } from "./press.mjs"
import { nameOf } from "./queue.mjs"
import { rhythmOf } from "./rhythm.mjs"
import { refused } from "./row.mjs"
import { keepsThroughReload, newId } from "./tablet.mjs"
import { tileOf, turn } from "./tile.mjs"
import { timeOfDay } from "./words.mjs"

const UNDO = 10_000
const DOUBLE_TAP = 1_000
const TURN = 250

// What was heard stays heard when Cadence is drawn in another place of the same page.
const alarm = new Alarm()
const voice = new Voice()

export class Cadence {
  cards = new Map()
  over = [] // rooms that were here: what was refused there says why, until a hand removes it
  panel = null
  undo = null
  tapped = { key: "", at: -Infinity }
  sounds = true

  constructor(root, tablet) {
    Object.assign(this, { root, tablet, head: h("div"), body: h("div") })
    root.replaceChildren(this.head, this.body)
    this.listener = () => this.draw()
    this.press = new Press(root, this.listener)
    tablet.listeners.add(this.listener)
    this.timer = setInterval(() => this.turn(), TURN)
    this.wake = () => this.sounds && !voice.woken && voice.wake().then(this.listener)
    root.addEventListener("click", this.wake)
    if (navigator.userActivation?.hasBeenActive) this.wake()
    tablet.shelf.note("silent").then(silent => {
      this.sounds = !silent
      this.draw()
    })
  }

  end() {
    clearInterval(this.timer)
    this.press.end()
    this.root.removeEventListener("click", this.wake)
    this.tablet.listeners.delete(this.listener)
    this.tablet.shows(this, [])
  }

  show(told) {
    if (told.texts.language !== this.told?.texts.language) this.panel = null
    const before = [...(this.told?.rooms ?? []), ...this.over].filter(room => !told.rooms.some(one => one.case_id === room.case_id))
    this.over = before.map(room => ({ ...room, over: true }))
    this.told = told
    this.tablet.shows(this, told.may.record ? told.rooms.map(room => room.case_id) : [])
    this.draw()
  }

  // --- drawing: what is another than it was is drawn anew, the rest stays --------------------------------------------

  draw() {
    if (!this.told || this.press.holds()) return
    const items = this.tablet.queue.items()
    if (this.undo && (this.undo.until < performance.now() || isRefused(items, this.undo.name))) this.undo = null
    const rooms = [...this.told.rooms, ...this.over].map(room => running(room, items)).filter(one => one.rules.length || one.wrong.length)
    if (this.panel && !rooms.some(({ room }) => room.case_id === this.panel.room)) this.panel = null
    this.drawHead(rooms.length)
    const cards = rooms.map(one => this.drawCard(one))
    const ids = new Set(rooms.map(({ room }) => room.case_id))
    for (const id of [...this.cards.keys()]) if (!ids.has(id)) this.cards.delete(id)
    if (!same(cards, [...this.body.children])) this.body.replaceChildren(...cards)
    this.turn()
  }

  drawHead(count) {
    const { texts } = this.told
    const asks = this.sounds && !voice.woken
    const { durable } = this.tablet.shelf
    const sign = JSON.stringify([texts.language, this.sounds, asks, count === 0, durable])
    if (sign === this.headSign) return
    this.headSign = sign
    const label = asks ? texts.sound_asks : this.sounds ? texts.sound_on : texts.sound_off
    const on = this.sounds && !asks
    const more = { type: "button", class: "sound", onclick: () => this.hush(), "aria-pressed": String(on) }
    const keeps = !durable ? note(texts.no_shelf, "overdue") : keepsThroughReload() ? null : note(texts.plain_http, "due")
    const notes = [keeps, count ? null : note(texts.none, "info")]
    this.head.replaceChildren(...[
      h("div", { class: "bar" }, h("h2", {}, texts.heading), h("button", more, icon(on ? "sound" : "silent"), label)), ...notes,
    ].filter(Boolean))
  }

  drawCard({ room, rules, wrong }) {
    const card = this.cards.get(room.case_id) ?? newCard(room)
    this.cards.set(room.case_id, card)
    const { texts } = this.told
    const sign = JSON.stringify([room.place, room.title, texts.language, wrong], blobless)
    if (sign !== card.sign) {
      card.sign = sign
      card.head.replaceChildren(
        h("div", {}, h("h3", {}, room.place || room.title), h("span", { class: "quiet" }, `${room.title} · ${room.case_id}`)),
        h("a", { class: "link", href: this.sheetOf(room) }, texts.to_sheet))
      card.wrong.replaceChildren(...wrong.map(item => refused({ ...item, shown: titled(room, item) }, this.about(room))))
    }
    const tiles = rules.map(one => this.drawTile(card, room, one))
    if (!same(tiles, [...card.tiles.children])) card.tiles.replaceChildren(...tiles)
    for (const id of [...card.kept.keys()]) if (!rules.some(({ rule }) => rule.id === id)) card.kept.delete(id)
    if (this.panel?.room !== room.case_id && card.below.childElementCount) card.below.replaceChildren()
    return card.element
  }

  drawTile(card, room, { rule, since, last, due }) {
    const undo = this.undo?.room === room.case_id && rule.steps.some(step => step.id === this.undo.step)
    const open = this.panel?.room === room.case_id ? this.panel.row.id : null
    const { texts } = this.told
    const sign = JSON.stringify([rule.title, rule.steps, since, last, due, undo, open, texts.language, this.told.may])
    const before = card.kept.get(rule.id)
    if (before?.sign === sign) return before.element
    const focus = before?.element.getRootNode().activeElement?.dataset.step
    const tile = tileOf(room, rule, { ...this.about(room), since, last, due, undo, open })
    if (before && before.element.parentNode) before.element.replaceWith(tile.element)
    if (focus && before.element.querySelector(`[data-step="${focus}"]`)) tile.element.querySelector(`[data-step="${focus}"]`)?.focus()
    card.kept.set(rule.id, { ...tile, sign })
    return tile.element
  }

  // What tiles, panels and refused entries need to know and to do.
  about(room) {
    const { texts, zone, may } = this.told
    return {
      texts, zone, may, names: this.told.names?.[room.procedure], now: this.tablet.now(),
      tap: (...told) => this.tap(room, ...told),
      toggle: step => this.toggle(room, step),
      takeBack: () => this.takeBack(room),
      redraw: () => this.redraw(room),
      discard: id => this.tablet.discard(id),
      sheetOf: step => this.sheetOf(room, step),
      timeOf: at => timeOfDay(at, zone, texts),
    }
  }

  sheetOf(room, step) {
    return `/run?case=${encodeURIComponent(room.case_id)}&lang=${this.told.texts.language}${step ? `&row=${step.id}` : ""}`
  }

  turn() {
    if (!this.told) return
    if (this.undo && this.undo.until < performance.now()) this.draw()
    const now = this.tablet.now()
    const tiles = [...this.cards.values()].flatMap(card => [...card.kept.values()])
    for (const tile of tiles) turn(tile, now, this.told.texts)
    const heard = alarm.ask(tiles, now)
    if (heard && this.sounds) voice.say(heard)
  }

  // --- deeds ----------------------------------------------------------------------------------------------------------

  // Sound on or off; where the browser waited for a tap, this was it.
  async hush() {
    if (!this.sounds || voice.woken) this.sounds = !this.sounds
    await this.tablet.shelf.keepNote("silent", !this.sounds)
    if (this.sounds) await voice.wake()
    if (this.sounds) voice.say("try")
    this.draw()
  }

  toggle(room, row) {
    const shut = this.panel?.room === room.case_id && this.panel.row.id === row.id
    this.panel = shut ? null : { room: room.case_id, row, draft: {} }
    this.draw()
    this.redraw(room)
    if (this.panel) this.cards.get(room.case_id).below.lastChild.scrollIntoView({ block: "nearest" })
  }

  // Draw the open panel anew, with what was typed in it.
  redraw(room) {
    if (this.panel?.room !== room.case_id) return
    const { row, draft } = this.panel
    this.cards.get(room.case_id).below.replaceChildren(h("h4", {}, row.title), drawPanel(row, "do", draft, this.about(room)))
  }

  tap(room, step, extra = {}) {
    const key = `${room.case_id} ${step.id}`
    const now = performance.now()
    if (this.tapped.key === key && now - this.tapped.at < DOUBLE_TAP) return
    this.tapped = { key, at: now }
    const entry = this.entry(room, { event: step.id, ...extra })
    const name = nameOf({ source: this.tablet.source, id: entry.id })
    this.undo = { room: room.case_id, step: step.id, name, until: now + UNDO }
    this.panel = null
    this.tablet.add(entry)
  }

  takeBack(room) {
    if (!this.undo || performance.now() - this.tapped.at < DOUBLE_TAP) return // the second tap of a double one
    const { name, step } = this.undo
    this.undo = null
    this.tablet.add(this.entry(room, { event: "retracted", data: { event_id: name, reason: this.told.texts.undone, _step: step } }))
  }

  // An entry carries who tapped it, whoever is signed in when it is sent.
  entry(room, told) {
    return { id: newId(), case_id: room.case_id, owner: this.told.owner, ...told }
  }
}

// What runs in a room, and what was refused there; of a room that is over the latter alone.
function running(room, items) {
  const rules = (room.over ? [] : room.rules).map(rule => ({ rule, ...rhythmOf(rule, room.case_id, items) })).filter(one => one.due !== null)
  return { room, rules, wrong: items.filter(item => item.case_id === room.case_id && item.state === "refused") }
}

function newCard(room) {
  const [head, wrong, tiles, below] = [h("div", { class: "bar" }), h("div"), h("div", { class: "tiles" }), h("div")]
  const element = h("section", { class: "room", "data-case": room.case_id }, head, wrong, tiles, below)
  return { element, head, wrong, tiles, below, kept: new Map(), sign: "" }
}

function titled(room, item) {
  const step = room.rules.flatMap(rule => rule.steps).find(one => one.id === (item.data?._step ?? item.event))
  return [step?.title, item.shown].filter(Boolean).join(" · ")
}

function isRefused(items, name) {
  return items.some(item => item.state === "refused" && nameOf(item) === name)
}

function same(one, other) {
  return one.length === other.length && one.every((each, n) => each === other[n])
}

const blobless = (key, value) => (key === "blob" ? undefined : value)
