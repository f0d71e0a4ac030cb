// How the sheet speaks: texts come translated from the server, figures are filled in here.
import { offsetOf, passOf } from "./zone.mjs"

export function said(text, values = {}) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole)
}

// One form of two for a count; in Chinese both are the same.
export function counted(forms, n) {
  return said(forms[n === 1 ? 0 : 1], { n })
}

// A length of time in its two largest units, as the screens say it.
export function span(texts, milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000)
  if (seconds < 60) return said(texts.s, { n: seconds })
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  if (hours >= 48) {
    const whole = counted(texts.days, days)
    return hours % 24 ? said(texts.days_h, { days: whole, h: hours % 24 }) : whole
  }
  if (hours) return minutes ? said(texts.h_min, { h: hours, m: String(minutes).padStart(2, "0") }) : said(texts.h, { h: hours })
  return said(texts.min, { m: minutes })
}

// How long is left until a deadline, or since when it has passed.
export function countdown(texts, due, now) {
  if (due < now) return said(texts.overdue_by, { span: span(texts, now - due) })
  return due - now < 60_000 ? texts.nearly : said(texts.left, { span: span(texts, due - now) })
}

// How a language writes an instant of a zone; making one takes longer than a hundred instants take to be written.
const writers = new Map()
function writer(name, form, timeZone, language) {
  const key = `${name} ${timeZone} ${language}`
  if (!writers.has(key)) writers.set(key, new Intl.DateTimeFormat(language, { timeZone, ...form }))
  return writers.get(key)
}

// The time of day at the property; where the clock shows it twice, with a word for which it is, or how far it is from UTC.
export function timeOfDay(milliseconds, zone, { language, clocks }) {
  const time = writer("time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, zone, language).format(milliseconds)
  const { pass, yearly } = passOf(milliseconds, zone)
  if (pass === null) return time
  return yearly && clocks ? said(clocks[pass], { time }) : `${time} UTC${offsetOf(milliseconds, zone)}`
}

// The same, with the day where it is another than today's.
export function timeOrDay(milliseconds, now, zone, texts) {
  const day = writer("day", { month: "numeric", day: "numeric", weekday: "short" }, zone, texts.language)
  const [that, today] = [milliseconds, now].map(at => day.format(at))
  const time = timeOfDay(milliseconds, zone, texts)
  return that === today ? time : `${that} ${time}`
}

// Weekday, day and time; today only the time, in another year than `now`'s the year too.
export function moment(milliseconds, now, zone, texts) {
  const { language } = texts
  const date = writer("date", { year: "numeric", month: "short", day: "numeric", weekday: "short" }, zone, language)
  const partsOf = at => Object.fromEntries(date.formatToParts(at).map(({ type, value }) => [type, value]))
  const [that, today] = [milliseconds, now].map(partsOf)
  const time = timeOfDay(milliseconds, zone, texts)
  if (["year", "month", "day"].every(part => that[part] === today[part])) return time
  const year = that.year !== today.year
  if (language === "en") return [that.weekday, that.day, that.month, year && that.year, time].filter(Boolean).join(" ")
  return `${year ? `${that.year}年` : ""}${Number.parseInt(that.month, 10)}月${that.day}日 ${that.weekday} ${time}`
}

// Why the service refused an entry: in the reader's words where its code is known, else in English as the service said
// it. `at`: texts, names (titles by ids, as the service gives them), zone and now.
export function refusal({ code, params = {}, reason }, at) {
  const words = at.texts.refusals?.[code]
  const known = words && [...words.matchAll(/\{(\w+)\}/g)].every(([, name]) => name in params)
  if (!known) return { text: reason, lang: "en" }
  return { text: said(words, Object.fromEntries(Object.entries(params).map(([name, value]) => [name, named(name, value, at)]))), lang: null }
}

// A param as people read it: instants by the property's clock, ids by their titles.
function named(name, value, { texts, names = {}, zone, now }) {
  const instant = name === "at" || name === "now" ? Date.parse(value) : NaN
  if (!Number.isNaN(instant)) return timeOrDay(instant, now, zone, texts)
  if (name === "fields") return value.split(", ").map(id => names.field?.[id] ?? id).join(texts.comma)
  return names[name]?.[value] ?? (name === "event" ? names.step?.[value] : null) ?? value
}
