// The fields of a form: for each type what a thumb can fill in. `set` takes a new value, `typed` one that is being typed.
import { added, suggestions } from "./draft.mjs"
import { button, h, icon } from "./elements.mjs"
import { said } from "./words.mjs"
import { drawWhen } from "./when.mjs"

// Draw what is below the label of a field; `held` keeps what is half typed through a redraw.
export function drawInput(field, value, at, held) {
  const set = now => at.set(field, now)
  switch (field.type) {
    case "choice":
    case "boolean":
      return choices(field, value, set)
    case "datetime":
      return drawWhen(field, value, at, set)
    case "list":
      return names(field, value ?? [], at, held, set)
    case "number":
      return h("div", { class: "figure" }, field.sign && h("b", {}, field.sign), box(field, value, at, { inputmode: "decimal" }), field.unit && h("b", {}, field.unit))
    default:
      return field.known.length ? withKnown(field, value, at, set) : box(field, value, at)
  }
}

function choices(field, value, set) {
  const buttons = field.options.map(([option, title, lines = []], n) => {
    const chosen = value === option
    const about = lines.map(([by, what]) => h("span", { class: "entails" }, by && h("b", {}, icon("due"), by), h("span", {}, what)))
    return button([h("span", { class: "name" }, icon(chosen ? "done" : "todo"), title), about], () => set(option), lines.length ? "entailing" : "",
      { role: "radio", "aria-checked": String(chosen), "aria-label": title, "data-option": n })
  })
  return h("div", { class: "choices", role: "radiogroup", "aria-label": field.title }, buttons)
}

function box(field, value, at, more = {}) {
  const many = field.type === "text"
  const element = h(many ? "textarea" : "input", { autocomplete: "off", rows: many ? 1 : null, maxlength: 4000, name: field.id, "aria-label": field.title + (field.required ? " ＊" : ""), ...more })
  element.value = value ?? ""
  const grow = () => {
    if (!many) return
    element.style.height = "auto"
    if (element.scrollHeight) element.style.height = `${Math.max(56, element.scrollHeight + 4)}px`
  }
  element.oninput = () => {
    grow()
    at.typed(field, element.value)
  }
  element.onchange = () => at.left(field)
  requestAnimationFrame(grow)
  return element
}

// A text with the ones known from earlier cases to tap.
function withKnown(field, value, at, set) {
  const offered = h("div", { class: "picks" })
  const element = box(field, value, at)
  const offer = () => offered.replaceChildren(...suggestions(field.known, element.value).map(one => button(one, () => set(one))))
  const typing = element.oninput
  element.oninput = () => {
    typing()
    offer()
  }
  offer()
  return h("div", {}, element, offered)
}

// A list, one entry added after the other.
function names(field, list, at, held, set) {
  const { texts } = at
  const element = h("input", { autocomplete: "off", maxlength: 200, "aria-label": `${field.title}${field.required ? " ＊" : ""}`, placeholder: texts.add_one })
  element.value = held.typed ?? ""
  element.oninput = () => {
    held.typed = element.value
    at.half(field, element.value)
  }
  const add = () => {
    const now = added(list, element.value)
    held.typed = ""
    held.focus = true
    set(now)
  }
  element.onkeydown = event => {
    if (event.key !== "Enter" || event.isComposing) return
    event.preventDefault()
    add()
  }
  if (held.focus) {
    held.focus = false
    requestAnimationFrame(() => element.focus())
  }
  const entries = list.map(one => h("span", { class: "entry" }, icon("person"), h("b", {}, one),
    button("✕", () => set(list.filter(other => other !== one)), "small", { "aria-label": said(texts.remove, { name: one }) })))
  return h("div", { class: "names" }, entries, h("div", { class: "adding" }, element, button(`＋ ${texts.add}`, add)))
}
