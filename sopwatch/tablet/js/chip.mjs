// The chip: says in words how many entries wait on this tablet, for what, and since when there is no connection.
import { button, h, icon } from "./elements.mjs"
import { counted as howMany } from "./queue.mjs"
import { counted, said, timeOfDay } from "./words.mjs"

const ROOM = "--sop-chip" // how much of the page's foot the chip lies over: so much is left free there
const ONE_LINE = 64 // pixels, whatever it says

export class Chip {
  #sign = ""

  // told: { texts, zone, always }; without `always` it is silent while all is well.
  constructor(root, tablet) {
    Object.assign(this, { tablet, element: h("div", { class: "chip", role: "status" }) })
    root.replaceChildren(this.element)
    this.sizes = new ResizeObserver(() => this.takeRoom())
    this.sizes.observe(this.element)
    this.listener = () => this.draw()
    tablet.listeners.add(this.listener)
  }

  show(told) {
    this.told = told
    this.draw()
  }

  end() {
    this.tablet.listeners.delete(this.listener)
    this.sizes.disconnect()
  }

  takeRoom() {
    const { height, top } = this.element.getBoundingClientRect()
    const room = height ? Math.max(ONE_LINE, Math.ceil(innerHeight - top)) : 0
    if (room === this.room) return // another has the whole page styled anew
    this.room = room
    document.documentElement.style.setProperty(ROOM, `${room}px`)
  }

  draw() {
    if (!this.told) return
    const { state, text, trouble } = this.state()
    const sign = JSON.stringify([state, text, trouble])
    if (sign === this.#sign) return
    this.#sign = sign
    const link = trouble === "signed_out" && button(this.told.texts.sign_in, signIn)
    this.element.className = `chip sop-${state}`
    this.element.replaceChildren(...(text ? [h("div", { class: "note" }, icon(state), h("span", {}, text), link)] : []))
  }

  state() {
    const { texts, zone, always } = this.told
    const { waiting, owner, refused } = howMany(this.tablet.queue.items())
    const stuck = waiting ? this.tablet.queue.trouble : "" // another tab may have sent what was stuck here
    const { online, slow, since } = this.tablet.pulse
    const trouble = !online ? "offline" : stuck || (slow ? "slow" : "")
    const at = timeOfDay(since ?? this.tablet.now(), zone, texts) // a tap may be the first to know
    const parts = []
    if (trouble) parts.push(said(texts.troubles[trouble], { at }))
    const wait = this.tablet.shelf.durable ? texts.wait : texts.wait_unkept
    if (waiting) parts.push(counted(trouble ? wait : texts.saving, waiting))
    if (owner) parts.push(counted(texts.wait_owner, owner))
    if (refused) parts.push(counted(texts.not_recorded, refused))
    const state = refused ? "overdue" : trouble || owner ? "due" : waiting ? "todo" : "done"
    return { state, trouble, text: parts.join(" · ") || (always ? texts.all_saved : "") }
  }
}

function signIn() {
  location.href = `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`
}
