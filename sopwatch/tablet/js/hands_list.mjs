// The list under the name in the bar: who was on this tablet lately, somebody else, lock it; a tap leads to a PIN pad.
import { button, h, icon } from "./elements.mjs"
import { people } from "./hands.mjs"
import { note } from "./panels.mjs"
import { theWatch } from "./watch.mjs"

export class HandsList {
  constructor(root) {
    this.root = root
  }

  end() {}

  // told: { id, texts }
  show(told) {
    this.told = told
    const { texts } = told
    const others = people().filter(one => one.id !== told.id)
    this.said = h("div")
    this.root.replaceChildren(h("div", { class: "hands" }, h("h3", {}, texts.who_now), this.said,
      others.map(({ id, name }) => this.row("person", name, id)),
      this.row("new", texts.somebody_else, ""), this.row("waiting", texts.lock_now, told.id),
      this.row("closed", texts.sign_out, "", "/")))
  }

  row(sign, label, person, place) {
    const made = button("", () => this.leave(person, place), "hand")
    made.append(icon(sign), h("span", {}, label))
    return made
  }

  async leave(person, place) {
    const went = await theWatch()?.leaveTo(person, place)
    if (!went) this.said.replaceChildren(note(this.told.texts.unreachable, "due"))
  }
}
