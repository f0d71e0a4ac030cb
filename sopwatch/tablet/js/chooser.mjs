// The chooser of a case's views, drawn by the server: the sheet of the page turns by itself, and the mark follows it.
import { TURNED, currentFace } from "./face.mjs"

export class Chooser {
  constructor(root, _tablet, hands) {
    Object.assign(this, { root })
    root.onclick = event => {
      const tapped = event.target.closest("[data-face]")
      if (tapped) hands.turn(tapped.dataset.face)
    }
    this.follow = () => this.turned()
    addEventListener(TURNED, this.follow)
  }

  turned() {
    for (const one of this.root.querySelectorAll("[data-face]")) {
      if (one.dataset.face === currentFace()) one.setAttribute("aria-current", "page")
      else one.removeAttribute("aria-current")
    }
  }

  show({ html, language }) {
    if (html === this.html) return
    const focused = this.root.getRootNode().activeElement?.dataset?.face
    this.html = html
    this.root.lang = language
    this.root.innerHTML = html
    if (focused) this.root.querySelector(`[data-face="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true })
  }

  end() {
    this.root.onclick = null
    removeEventListener(TURNED, this.follow)
  }
}
