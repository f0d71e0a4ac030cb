// Small hands for making elements: text is always text, never markup.
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue
    if (key.startsWith("on")) element[key] = value
    else if (key === "class") element.className = value
    else element.setAttribute(key, value === true ? "" : value)
  }
  element.append(...children.flat(Infinity).filter(child => child != null && child !== false && child !== ""))
  return element
}

// An icon of the style sheet; the word beside it says what it means.
export function icon(name) {
  return h("i", { class: `sop-icon sop-i-${name}`, "aria-hidden": "true" })
}

export function button(label, onclick, kind = "", more = {}) {
  return h("button", { type: "button", class: kind, onclick, ...more }, label)
}
