// A date and time of the property's wall clock: 2026-11-03T14:05, with |0 or |1 where the clock shows that time twice.
import { button, h, icon } from "./elements.mjs"

const PARTS = ["year", "month", "day", "hour", "minute"]
const SIZES = { month: [1, 12], day: [1, 31], hour: [0, 23], minute: [0, 59] }

// Return the five parts of a time; empty ones where there is none.
export function partsOf(value) {
  const parts = value ? value.split("|")[0].split(/[-T:]/) : []
  return PARTS.map((_, n) => (/^\d+$/.test(parts[n] ?? "") ? parts[n] : ""))
}

// Return the time of five parts: what is chosen first fills in today, and the whole hour; nothing where nothing is chosen.
export function timeOf(parts, today) {
  if (parts.every(part => !part)) return ""
  const date = today.split("-")
  const [year, month, day] = parts.slice(0, 3).map((part, n) => part || date[n])
  const [hour, minute] = [parts[3] || "--", parts[4] || (parts[3] ? "00" : "--")]
  return `${year}-${month}-${day}T${hour}:${minute}`
}

// Return a time moved by minutes of the wall clock; what is not complete stays as it is.
export function moved(value, minutes) {
  const text = value.split("|")[0]
  const at = Date.parse(`${text}Z`)
  return Number.isNaN(at) ? value : new Date(at + minutes * 60_000).toISOString().slice(0, 16)
}

// Draw a time: quick picks, five lists on a 24-hour clock, a little earlier or later; `set` takes the new value.
export function drawWhen(field, value, at, set) {
  const { texts, today } = at
  const parts = partsOf(value)
  const lists = PARTS.map((name, n) => list(name, parts[n], texts.parts[n], Number(today.slice(0, 4))))
  for (const one of lists) one.onchange = () => set(timeOf(lists.map(l => l.value), today))
  const [year, month, day, hour, minute] = lists
  const [base, which] = (value ?? "").split("|")
  const twice = (field.twice ?? []).map((label, n) =>
    button(label, () => set(`${base}|${n}`), "", { role: "radio", "aria-checked": String(which === String(n)) }))
  return h("div", { class: "when" },
    h("div", { class: "picks" }, (field.picks ?? []).map(([words, time]) =>
      button(words, () => set(time), "", { "aria-pressed": String(time === value) }))),
    h("div", { class: "lists", role: "group", "aria-label": field.title }, year, "-", month, "-", day, h("i"), hour, ":", minute),
    value && h("div", { class: "picks" },
      button(texts.earlier, () => set(moved(value, -15))), button(texts.later, () => set(moved(value, 15))),
      button(texts.clear, () => set(""))),
    twice.length ? h("div", { class: "choices", role: "radiogroup", "aria-label": texts.twice }, h("b", {}, texts.twice), twice) : null,
    field.dues?.length ? drawDues(field.dues, texts) : null)
}

// What falls due by a time: when, what, a house figure or not.
export function drawDues(dues, texts) {
  const lines = dues.map(([at, what, house]) => h("li", {}, icon("due"), h("b", {}, at), ` · ${what} `, house && h("span", { class: "tag" }, texts.house)))
  return h("div", { class: "entailed" }, h("b", {}, texts.due), h("ul", {}, lines))
}

function list(name, value, label, year) {
  const [low, high] = SIZES[name] ?? [year - 1, year + 2]
  const element = h("select", { name, "aria-label": label }, new Option("—", ""))
  for (let n = low; n <= high; n += 1) element.add(new Option(String(n).padStart(2, "0")))
  if (value && ![...element.options].some(option => option.value === value)) element.add(new Option(value))
  element.value = value
  return element
}
