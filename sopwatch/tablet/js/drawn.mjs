// A view that the server has drawn: its own HTML, escaped there. A tap on a mark tells where it leads; what was in sight stays.
import { TURNED, currentFace } from "./face.mjs"

export class Drawn {
  constructor(root, _tablet, hands) {
    Object.assign(this, { root, hands })
    root.onclick = event => {
      const tapped = event.target.closest("[data-go]")
      if (!tapped) return
      if (tapped.dataset.face && this.hands.turn(tapped.dataset.face)) return
      this.hands.done(tapped.dataset.go)
    }
    this.follow = () => this.turned(currentFace())
    addEventListener(TURNED, this.follow)
  }

  // The faces of the sheet are chosen without the service: the mark follows the sheet.
  turned(face) {
    if (!this.root.querySelector("[data-face][aria-current]")) return
    for (const one of this.root.querySelectorAll("[data-face]")) {
      if (one.dataset.face === face) one.setAttribute("aria-current", "page")
      else one.removeAttribute("aria-current")
    }
  }

  show({ html, language }) {
    if (html === this.html) return
    const began = this.html === undefined
    const focused = this.root.getRootNode().activeElement?.dataset?.go
    this.html = html
    this.root.lang = language
    this.root.innerHTML = html
    if (focused) this.root.querySelector(`[data-go="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
    if (began) this.root.querySelector(".now")?.scrollIntoView({ block: "center" })
  }

  end() {
    this.root.onclick = null
    removeEventListener(TURNED, this.follow)
  }
}
