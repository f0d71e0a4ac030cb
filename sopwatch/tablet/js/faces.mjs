// Which face the sheet shows: the checklist, what closing asks for, or a picture that the server drew (path, timeline); the
// address says which. Each keeps its place.
import { Drawing } from "./drawing.mjs"
import { FIRST, currentFace, placeNow, turnTo } from "./face.mjs"
import { laidOver } from "./laid.mjs"
import { timeOfDay } from "./words.mjs"

const DOUBLE_TAP = 500
const NEAR = 40 // pixels
const SETTLED = 10_000

export class Faces {
  #tap = { x: 0, y: 0, at: -Infinity }
  #turn = -Infinity // when the last tap turned the sheet, if it did
  #last = null // the last turn, while the address might be put back
  #scrolled = {}
  #drawn = null
  #turned = false

  // `sheet`: whose faces they are; `lead` shows the row of a step that was tapped in a picture.
  constructor(sheet, lead) {
    Object.assign(this, { sheet, drawing: new Drawing(lead) })
    sheet.root.addEventListener("click", event => this.#heard(event), { capture: true })
  }

  // The second tap of a double one falls on what came under the finger by the first: it is none.
  #heard(event) {
    const [now, { clientX: x, clientY: y }] = [performance.now(), event]
    if (now - this.#turn < DOUBLE_TAP && Math.hypot(x - this.#tap.x, y - this.#tap.y) < NEAR) event.stopPropagation()
    else this.#tap = { x, y, at: now }
  }

  get now() {
    const asked = currentFace()
    return asked === "close" || this.#picture(asked) !== undefined ? asked : FIRST
  }

  get isPicture() {
    return this.#picture(this.now) !== undefined
  }

  #picture(face) {
    return this.sheet.snapshot.pictures?.[face]
  }

  go(face, row) {
    const now = performance.now()
    this.#turn = now - this.#tap.at < DOUBLE_TAP ? now : -Infinity
    this.#last = { face, row, at: now, place: placeNow() }
    turnTo(face, row)
    this.sheet.draw()
    this.sheet.root.turned?.(face, row)
  }

  // Streamlit's page asks with the address that it last heard of, and puts that back where the language is chosen right after
  // a turn: the turn stands.
  #keep() {
    if (!this.#last || performance.now() - this.#last.at > SETTLED || placeNow() !== this.#last.place) return
    const { face, row } = this.#last
    if (currentFace() === face) return
    turnTo(face, row)
    this.sheet.root.turned?.(face, row)
  }

  // Whoever goes back in the page's history, or to another case, wants what the address says.
  forget() {
    this.#last = null
  }

  // Whether another face is to be drawn than before.
  begin() {
    this.#keep()
    const before = this.#drawn
    this.#drawn = this.now
    if (!before || before === this.now) return false
    this.#scrolled[before] = this.#scroller().scrollTop
    this.#turned = true
    return true
  }

  // A picture is drawn with what waits on this tablet laid over it.
  draw(view, { queue, pulse }) {
    const { snapshot } = this.sheet
    const html = this.#picture(this.now)
    const laid = html === undefined ? null : laidOver(snapshot, view, queue.items())
    const asOf = pulse.online ? "" : timeOfDay(snapshot.clock.now, snapshot.zone, snapshot.texts)
    this.drawing.show(html, snapshot, view, laid, asOf, () => this.go(FIRST))
  }

  // All is drawn: a face that was turned to stands where it was left, or at its beginning.
  end() {
    if (!this.#turned) return
    this.#turned = false
    const place = this.#scrolled[this.now]
    if (place !== undefined) this.#scroller().scrollTop = place
    else if (this.isPicture) this.drawing.begin(this.#scroller())
    else this.sheet.root.scrollIntoView({ block: "start" })
  }

  #scroller() {
    const { root } = this.sheet
    return root.getRootNode().host?.closest(".stMain") ?? root.closest(".stMain") ?? document.scrollingElement
  }
}
