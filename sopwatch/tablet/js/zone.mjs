// The property's wall clock on the tablet, also where it is set forward (a time is left out) or back (a time comes twice).

const DAY = 86_400_000
const HOUR = 3_600_000
const PARTS = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }
const forms = new Map()
const changes = new Map()

// What the wall clock shows at an instant, as milliseconds of a clock without a zone.
function shownAt(instant, zone) {
  if (!forms.has(zone)) forms.set(zone, new Intl.DateTimeFormat("en-US", { ...PARTS, timeZone: zone }))
  const found = Object.fromEntries(forms.get(zone).formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  return Date.UTC(found.year, found.month - 1, found.day, found.hour, found.minute, found.second)
}

const offsetAt = (instant, zone) => shownAt(instant, zone) - Math.floor(instant / 1000) * 1000

// Milliseconds of a clock without a zone for a text such as 2026-11-03T14:05; null where the calendar has no such time.
function read(text) {
  const at = Date.parse(`${text}Z`)
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 16) !== text ? null : at
}

// The instants that a wall clock's time may mean: none where the clock jumps over it, two where it comes twice; null for
// a text that is no time.
export function instantsOf(text, zone) {
  const at = read(text)
  if (at === null) return null
  const offsets = new Set([offsetAt(at - DAY, zone), offsetAt(at + DAY, zone)])
  return [...offsets].map(offset => at - offset).filter(instant => shownAt(instant, zone) === at).sort((a, b) => a - b)
}

// The first instant after a gap of the clock in which a time falls.
export function firstAfter(text, zone) {
  return changeBetween(read(text) - 2 * DAY, read(text) + 2 * DAY, zone)
}

// When the clock is changed between two instants.
function changeBetween(low, high, zone) {
  const before = offsetAt(low, zone)
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(middle, zone) === before) low = middle
    else high = middle
  }
  return Math.floor(high / 1000) * 1000
}

// An instant as the wall clock's time to the minute, with |0 or |1 where the clock shows that time twice.
export function wallOf(instant, zone) {
  const text = new Date(shownAt(instant, zone)).toISOString().slice(0, 16)
  const meant = instantsOf(text, zone)
  return meant.length > 1 ? `${text}|${meant.findLastIndex(one => one <= instant)}` : text
}

// Which of the two it is where the clock shows the time of an instant twice: 0, 1, or null; and whether the clock is set back
// every year, so that the first is summer time.
export function passOf(instant, zone) {
  const { at, back, yearly } = changeNear(instant, zone)
  if (at === null || instant < at - back || instant >= at + back) return { pass: null, yearly }
  return { pass: instant < at ? 0 : 1, yearly }
}

// How the clock is changed near an instant: looked for once a day and zone, since sheets are drawn often.
function changeNear(instant, zone) {
  const day = Math.floor(instant / DAY)
  const key = `${zone} ${day}`
  if (!changes.has(key)) changes.set(key, changeIn((day - 1) * DAY, (day + 2) * DAY, zone))
  return changes.get(key)
}

function changeIn(low, high, zone) {
  const back = offsetAt(low, zone) - offsetAt(high, zone)
  const yearly = offsetAt(high + 91 * DAY, zone) !== offsetAt(high + 273 * DAY, zone)
  return { at: back > 0 ? changeBetween(low, high, zone) : null, back, yearly }
}

// How far the clock of an instant is from UTC: +08:00.
export function offsetOf(instant, zone) {
  const minutes = Math.round(offsetAt(instant, zone) / 60_000)
  const two = n => String(Math.floor(n)).padStart(2, "0")
  return `${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`
}

// Times that are often meant, as [words, wall clock's time].
export function picksOf(now, zone, texts) {
  const [day, hour] = [wallOf(now, zone).slice(0, 10), Number(wallOf(now, zone).slice(11, 13))]
  const tomorrow = new Date(read(`${day}T00:00`) + DAY).toISOString().slice(0, 10)
  const later = [14, 18].filter(one => one > hour).map(one => [texts.today_at.replace("{time}", `${one}:00`), `${day}T${one}:00`])
  const next = ["09:00", "14:00"].map(time => [texts.tomorrow_at.replace("{time}", time), `${tomorrow}T${time}`])
  return [[texts.now, wallOf(now, zone)], [texts.in_an_hour, wallOf(now + HOUR, zone)], ...later, ...next]
}
