// A view that the server has drawn: its own HTML, escaped there. A tap on a mark tells where it leads; what was in sight stays.
export class Drawn {
  constructor(root, _tablet, hands) {
    Object.assign(this, { root, hands })
    root.onclick = event => {
      const tapped = event.target.closest("[data-go]")
      if (tapped) this.hands.done(tapped.dataset.go)
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
  }
}
