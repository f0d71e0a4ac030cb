// Watches over a tablet that many share: keeps who is signed in, warns, locks, and goes along when another tab locked.
import { button, h, icon } from "./elements.mjs"
import { arrived, gone, isNobody, leave, touchesOf } from "./hands.mjs"
import { WARNING, isDue, whatNow } from "./idle.mjs"
import { addressOf, keepPlace, scrollBack, takePlace } from "./place.mjs"
import { counted } from "./words.mjs"

const LOOK = 1_000
const SLEPT = 5_000
const TOUCHES = ["pointerdown", "keydown", "wheel"]

let watch = null

// The watch of this page, once it has been told who is signed in.
export const theWatch = () => watch

export class Watch {
  warnedAt = null // by performance.now, which nobody can set
  asking = false // whether it waits for the service to say how late it is
  leaving = false
  place = null

  constructor(root, tablet) {
    Object.assign(this, { root, tablet, touches: touchesOf(tablet), lookedAt: tablet.now() })
    watch = this
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("sopwatch-hands") : null
    if (this.channel) this.channel.onmessage = ({ data }) => this.hear(data)
    this.touch = event => this.onTouch(event)
    for (const name of TOUCHES) addEventListener(name, this.touch, { capture: true, passive: false })
    this.shown = ({ persisted }) => persisted && isNobody() && location.reload()
    addEventListener("pageshow", this.shown)
    this.timer = setInterval(() => this.look(), LOOK)
  }

  end() {
    clearInterval(this.timer)
    for (const name of TOUCHES) removeEventListener(name, this.touch, { capture: true })
    removeEventListener("pageshow", this.shown)
    this.channel?.close()
    if (watch === this) watch = null
  }

  // told: { language, appearance, owner, minutes, kept, texts }
  show(told) {
    const first = this.told?.owner.id !== told.owner.id
    if (this.told?.appearance !== told.appearance) globalThis.sopwatchAppearance?.wish(told.appearance)
    this.told = told
    document.documentElement.lang = told.language
    if (this.leaving) return
    this.tablet.shelf.keepNote("owner", told.owner).catch(() => {})
    if (!first) return
    arrived({ id: told.owner.id.replace("person:", ""), name: told.owner.name })
    this.channel?.postMessage({ here: told.owner.id })
    this.place = takePlace(told.owner.id)
    if (this.place) scrollBack(this.place.scroll)
  }

  // The sheet of this page: its open panel is part of the place.
  sheetIs(sheet) {
    this.sheet = sheet
    const panel = this.place?.panel
    if (!panel || !sheet?.rows.get(panel.row)) return
    this.place = null
    sheet.panel = panel
    sheet.redraw()
    sheet.draw()
  }

  state() {
    const { minutes, kept } = this.told
    const { clock, pulse } = this.tablet
    const idle = this.touches.idle()
    const slept = clock.since(this.lookedAt) > SLEPT
    const warned = this.warnedAt === null ? null : performance.now() - this.warnedAt
    return { idle, limit: minutes * 60_000, online: pulse.online, kept, slept, doubted: this.touches.doubted, hidden: document.hidden, warned }
  }

  look() {
    if (!this.told || this.leaving) return
    const now = whatNow(this.state())
    if (now !== "ask") this.lookedAt = this.tablet.now() // whether it slept counts once the service has answered
    if (now === "lock") this.lock()
    else if (now === "warn") this.warn()
    else if (now === "ask") this.ask()
    else this.calm()
  }

  onTouch(event) {
    const state = this.told && this.state()
    const due = this.asking || (state && this.warnedAt === null && isDue(state))
    if (this.leaving || due) {
      event.preventDefault()
      event.stopImmediatePropagation()
      if (this.leaving) return
      if (state.doubted) this.ask()
      else if (isDue(state)) this.lock()
      else this.look()
      return
    }
    if (this.warnedAt === null) this.touches.touched()
    else if (event.type === "keydown") this.stay()
  }

  // The warning goes at a whole tap, so that nothing below it is tapped.
  stay() {
    this.touches.touched()
    this.calm()
  }

  warn() {
    this.asking = false
    this.warnedAt ??= performance.now()
    const left = Math.max(0, Math.ceil((WARNING - (performance.now() - this.warnedAt)) / 1000))
    const text = counted(this.told.texts.soon, left)
    if (this.line) this.line.textContent = text
    else {
      this.line = h("p", { role: "alert" }, text)
      this.cover(h("h2", {}, icon("waiting"), this.told.texts.locking), this.line, button(this.told.texts.stay, () => {}, "main"))
      this.root.firstChild.onclick = () => this.stay()
    }
  }

  // The tablet slept, or somebody has set its clock: the service alone can say which, and until then nothing is tapped.
  async ask() {
    const first = !this.asking
    if (first) {
      this.calm()
      this.asking = true
      this.cover(h("h2", {}, icon("waiting"), this.told.texts.asking))
    }
    await this.tablet.pulse.beat()
    if (first && this.asking) this.look()
  }

  calm() {
    if (this.warnedAt === null && !this.asking) return
    this.warnedAt = this.line = null
    this.asking = false
    this.root.replaceChildren()
  }

  cover(...parts) {
    this.root.replaceChildren(h("div", { class: "cover" }, h("div", { class: "box" }, parts)))
  }

  lock() {
    return this.leaveTo(this.told.owner.id.replace("person:", ""))
  }

  // Leave the tablet to somebody ("": whoever comes). False where the service cannot be reached.
  async leaveTo(person, place = addressOf(location)) {
    if (this.leaving) return true
    this.leaving = true
    this.line = this.warnedAt = null
    this.asking = false
    this.cover(h("h2", {}, icon("waiting"), this.told.texts.locking))
    keepPlace(this.told.owner.id, this.sheet)
    if (await leave(this.tablet, { language: this.told.language, person, place })) {
      this.channel?.postMessage({ gone: true, person })
      return true
    }
    this.leaving = false
    this.root.replaceChildren()
    return false
  }

  hear({ gone: left, here, person }) {
    if (!this.told) return
    if (left && !this.leaving) {
      this.leaving = true
      this.cover(h("h2", {}, icon("waiting"), this.told.texts.locking))
      keepPlace(this.told.owner.id, this.sheet)
      gone(this.tablet, { language: this.told.language, person, place: addressOf(location) })
    } else if (here && here !== this.told.owner.id) location.reload()
  }
}
