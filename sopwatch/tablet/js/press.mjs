// A finger that is down: what it is about to tap must not move away under it, so drawing waits until the tap has landed.
const CLICK = 400 // a tap's click comes so soon after the finger is up
const LONGEST = 3_000

export class Press {
  down = false
  late = false

  // `draw` is called once the finger is up, if something was held back.
  constructor(root, draw) {
    Object.assign(this, { root, draw })
    this.begin = () => {
      this.down = true
      this.until(LONGEST)
    }
    this.lift = () => this.down && this.until(CLICK)
    this.landed = () => {
      this.down = false
      this.until(0)
    }
    root.addEventListener("pointerdown", this.begin, { capture: true })
    for (const [name, heard] of this.heard()) addEventListener(name, heard, { capture: true })
  }

  heard() {
    return [["pointerup", this.lift], ["pointercancel", this.landed], ["click", this.landed]]
  }

  end() {
    clearTimeout(this.timer)
    this.root.removeEventListener("pointerdown", this.begin, { capture: true })
    for (const [name, heard] of this.heard()) removeEventListener(name, heard, { capture: true })
  }

  until(milliseconds) {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => this.release(), milliseconds)
  }

  release() {
    this.down = false
    if (this.late) this.draw()
  }

  // Whether drawing must wait now; it is made up for.
  holds() {
    this.late = this.down
    return this.down
  }
}
