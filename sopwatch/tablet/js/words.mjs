// How the sheet speaks: texts come translated from the server, figures are filled in here.
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

// The time of day at the property.
export function timeOfDay(milliseconds, zone, language) {
  return writer("time", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }, zone, language).format(milliseconds)
}

// The same, with the day where it is another than today's.
export function timeOrDay(milliseconds, now, zone, language) {
  const day = writer("day", { month: "numeric", day: "numeric", weekday: "short" }, zone, language)
  const [that, today] = [milliseconds, now].map(at => day.format(at))
  const time = timeOfDay(milliseconds, zone, language)
  return that === today ? time : `${that} ${time}`
}

// Why the server refused an entry, in the reader's words, where they are known; else as the server said it.
export function refusal(texts, reason) {
  const known = texts.refusals.find(([pattern]) => new RegExp(pattern).test(reason))
  return known ? known[1] : reason
}
