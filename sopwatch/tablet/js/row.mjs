// A row of the sheet: its state by icon and word, who did it and when, what is due, and its buttons.
import { button, h, icon } from "./elements.mjs"
import { thumbOf } from "./picture.mjs"
import { isDouble, takesMore } from "./view.mjs"
import { countdown, counted, refusal, said, timeOfDay } from "./words.mjs"

const SHOWN_TICKS = 3
const INLINE_OPTIONS = 3

// What a row's drawing depends on: it is drawn anew only when this is another text.
export function signOf(row, at) {
  const blobless = (key, value) => (key === "blob" ? undefined : value)
  const shown = { ...row, behind: "", ticks: [row.ticks.length, ...row.ticks.slice(-SHOWN_TICKS)] }
  const counting = row.due.length > 0 || row.flags.some(flag => flag.at)
  const now = counting ? Math.floor(at.now / 15_000) : 0
  return JSON.stringify([shown, at.undo, at.open, at.state, now, at.texts.language], blobless)
}

export function drawRow(row, at) {
  const off = ["waiting", "not_applicable", "not_needed"].includes(row.state) ? " off" : ""
  const text = h(
    "div",
    { class: "text" },
    h("div", {}, h("span", { class: "title" }, row.title), row.role && h("span", { class: "quiet" }, ` · ${row.role}`)),
    h("div", { class: "more" }, lines(row, at)),
  )
  return h(
    "div",
    { class: `line${off}` },
    h("span", { class: `mark sop-${row.state}` }, icon(row.state), h("b", {}, at.texts.states[row.state])),
    text,
    h("div", { class: "buttons" }, buttons(row, at)),
    opener("i", "info", row, at, at.texts.info),
  )
}

function lines(row, at) {
  const { texts } = at
  const said_ = [...tallies(row), ...ticks(row, at), ...row.due.map(due => dueLine(due, at)), ...row.flags.map(f => flag(f, at))]
  for (const rule of row.askedBy ?? []) said_.push(h("div", { class: "quiet" }, icon("info"), rule))
  if (row.exempt) said_.push(h("div", {}, act(row.exempt, at)))
  for (const one of row.problems) {
    said_.push(h("div", { class: "sop-flagged" }, icon("flagged"), h("b", {}, texts.problem), " · ", act(one, at)))
  }
  for (const one of row.notes ?? []) said_.push(noteLine(one, at))
  if (row.why) said_.push(h("div", { class: "quiet" }, !row.off && icon("branch"), row.why))
  if (row.waits.length) {
    const first = said(texts.first, { steps: row.waits.join(texts.comma) })
    said_.push(h("div", { class: "quiet" }, icon("waiting"), first))
  }
  return [...said_, ...row.refused.map(item => refused(item, at))]
}

function tallies(row) {
  if (!row.names.length) return []
  const parts = row.names.flatMap((name, n) => {
    const count = name.wanted == null ? `${name.done}` : `${name.done}/${name.wanted}`
    return [n ? " · " : "", `${name.name} `, h("b", {}, count)]
  })
  return [h("div", { class: "tallies" }, icon("person"), parts)]
}

function ticks(row, at) {
  const { texts } = at
  const shown = row.ticks.slice(-SHOWN_TICKS).map(tick => tickLine(tick, at))
  if (row.ticks.length > 1) shown.unshift(h("div", {}, h("b", {}, counted(texts.times, row.ticks.length))))
  if (isDouble(row)) shown.unshift(h("div", { class: "sop-due" }, icon("info"), texts.twice))
  return row.names.length ? shown.filter(line => line.dataset.mark) : shown
}

function tickLine(tick, at) {
  const { texts } = at
  const parts = [tick.subject, tick.text, tick.by, tick.when ?? clock(tick.at, at), tick.late, tick.mark && texts.marks[tick.mark]]
  const name = !tick.mark || tick.mark === "sent" ? "done" : "on_tablet"
  const line = h("div", {}, icon(name), parts.filter(Boolean).join(" · "))
  if (tick.mark) line.dataset.mark = tick.mark
  const shown = thumbOf(tick, at)
  if (shown) line.append(" ", shown)
  if (tick.sealed === false) line.append(" ", h("span", { class: "tag sop-bad" }, texts.unsealed), (tick.changed ?? []).join(texts.comma))
  return line
}

// A comment or a photo: what was noted, by whom and when.
export function noteLine(one, at) {
  const values = { who: one.by, at: one.when ?? clock(one.at, at), reason: one.text }
  const told = one.text ? said(at.texts.act, values) : said(at.texts.who_when, values)
  const shown = thumbOf(one, at)
  return h("div", { class: "noted" }, icon("comment"), told, one.mark && ` · ${at.texts.marks[one.mark]}`, shown && " ", shown)
}

function act(one, at) {
  const values = { who: one.by, at: one.when ?? clock(one.at, at), reason: one.reason }
  return said(at.texts.act, values) + (one.mark ? ` · ${at.texts.marks[one.mark]}` : "")
}

function dueLine(due, at) {
  const whose = due.subject ? ` · ${due.subject}` : ""
  const house = due.house && h("span", { class: "tag" }, at.texts.house)
  const late = due.at < at.now ? "sop-overdue" : "sop-due"
  return h("div", { class: late }, icon(due.at < at.now ? "overdue" : "due"), h("b", {}, countdown(at.texts, due.at, at.now)),
    ` (${due.when}) · ${due.title}${whose} `, house)
}

function flag(one, at) {
  const late = one.at && [h("b", {}, countdown(at.texts, one.at, at.now)), " · "]
  const short = one.short && h("span", { class: "tag" }, at.texts.short)
  return h("div", { class: "sop-flagged" }, icon("flagged"), late, one.title, one.subject ? ` · ${one.subject} ` : " ", short,
    one.offline && h("div", { class: "sop-due" }, icon("offline"), one.offline))
}

// An entry that the server refused: why, and the hand that takes it away.
export function refused(item, at) {
  const { texts } = at
  const why = refusal(item, at)
  const what = [texts.refused, item.subject, item.shown, item.data?.reason, clock(item.at, at)].filter(Boolean).join(" · ")
  return h("div", { class: "refused", role: "alert" }, icon("overdue"),
    h("div", {}, h("b", {}, what), h("div", { lang: why.lang }, why.text)),
    button(texts.discard, () => at.discard(item.id)))
}

function clock(milliseconds, at) {
  return timeOfDay(milliseconds, at.zone, at.texts)
}

function buttons(row, at) {
  const { texts } = at
  const made = []
  if (at.may.record) {
    if (at.undo) made.push(button(texts.undo, () => at.takeBack(row, at.undo, texts.undone), "undo"))
    if (at.state !== "cancelled" && takesMore(row) && !row.open && !row.off) made.push(...evidence(row, at))
    made.push(opener("⋯", "more", row, at, texts.more))
  }
  return made
}

function opener(label, part, row, at, name) {
  const open = at.open === part
  return button(label, () => at.toggle(row, part), "small", { "aria-label": `${name}: ${row.title}`, "aria-expanded": String(open) })
}

function evidence(row, at) {
  const { texts } = at
  const kind = row.waits.length || row.why || row.ticks.length || row.exempt ? "tap" : "tap main"
  const { type, options } = row.evidence
  if (row.subject === null && type === "tick") {
    return [button(row.ticks.length ? texts.again : texts.done, () => at.tap(row), kind)]
  }
  if (row.subject === null && type === "choice" && options.length <= INLINE_OPTIONS && !row.ticks.length) {
    return options.map(([value, title]) => button(title, () => at.tap(row, { value, shown: title }), kind))
  }
  const words = row.subject === "list" ? texts.by_name : row.ticks.length ? texts.more_words[type] : texts.words[type]
  return [button(words, () => at.toggle(row, "do"), kind, { "aria-expanded": String(at.open === "do") })]
}
