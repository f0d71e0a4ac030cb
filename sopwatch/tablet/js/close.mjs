// Closing a case: the signature pads that are open, the way for whoever is absent, and the button that closes it.
import { button, h, icon } from "./elements.mjs"
import { padOf } from "./pad.mjs"
import { counted, said } from "./words.mjs"

// The pad of a row, big and open; who signs for themselves and is not signed in is led there.
export function drawPad(row, draft, at) {
  const { texts } = at
  const box = h("div", { class: "panel open-pad" })
  const absent = button(said(texts.absent, { role: row.signer.role }), () => at.toggle(row, "absent"), "", { "aria-expanded": String(at.open === "absent") })
  const wrong = h("div", { class: "problem", role: "alert" })
  const record = (extra, missing) => {
    wrong.textContent = missing
    if (!missing) at.tap(row, extra)
  }
  if (row.signer.mine) box.append(...padOf(row, draft, at, record).flat(), wrong, absent)
  else box.append(h("p", {}, said(texts.signs_in, { role: row.signer.role })), signIn(said(texts.let_sign_in, { role: row.signer.role })), absent)
  return box
}

export function signIn(label) {
  const next = encodeURIComponent(location.pathname + location.search)
  return h("a", { class: "main", href: `/sign-in?next=${next}`, target: "_self" }, icon("person"), label)
}

// What closing now breaks, rule by rule.
export function breaksOf(breaks, texts) {
  if (!breaks.length) return null
  const lines = breaks.map(({ title, steps }) => {
    return h("li", {}, steps.length ? said(texts.broken_by, { rule: title, steps: steps.join(texts.comma) }) : title)
  })
  return h("div", { class: "breaks", role: "status" }, h("p", {}, icon("flagged"), h("b", {}, texts.closing_breaks)), h("ul", {}, lines))
}

// The last of the closing face.
export function drawEnd(view, closing, at) {
  const { texts } = at
  if (view.state !== "open") return h("div", { class: "foot" }, ended(view, at))
  const label = closing.breaks.length ? texts.close_anyway : texts.close_case
  const kind = closing.breaks.length ? "big warn" : "big main"
  return h("div", { class: "foot" }, breaksOf(closing.breaks, texts) ?? ready(closing, texts), h("p", { class: "quiet" }, texts.late_taken),
    at.may.record && button(label, () => at.close(), kind))
}

function ready(closing, texts) {
  if (closing.due) return h("p", { class: "sop-due" }, icon("due"), counted(texts.due_n, closing.due))
  return h("p", { class: "sop-done" }, icon("done"), h("b", {}, texts.nothing_missing))
}

// The last of the checklist: the way to closing, and how much is missing there.
export function drawGate(view, closing, at) {
  const { texts } = at
  if (view.state !== "open") return h("div", { class: "foot" }, ended(view, at))
  if (!at.may.record) return h("div")
  const n = closing.missing.length
  const missing = n ? h("p", { class: "sop-due" }, icon("due"), counted(texts.missing_n, n)) : ready(closing, texts)
  const close = button(texts.to_close, () => at.go("close"), n || closing.due ? "big" : "big main")
  return h("div", { class: "foot" }, missing, close, ...cancelling(at))
}

// The way to cancel the case: nothing falls due in it any more, so its reason is demanded.
function cancelling(at) {
  const { texts, draft } = at
  const opener = button(texts.cancel_case, at.askCancel, "", { "aria-expanded": String(Boolean(draft)) })
  if (!draft) return [opener]
  const wrong = h("div", { class: "problem", role: "alert" })
  const reason = h("input", { autocomplete: "off", maxlength: 200 })
  reason.value = draft.reason ?? ""
  reason.oninput = () => { draft.reason = reason.value }
  const cancel = () => {
    const told = (draft.reason ?? "").trim()
    wrong.textContent = told ? "" : texts.reason_missing
    if (told) at.cancel(told)
  }
  const field = h("label", {}, h("span", {}, texts.reason), reason)
  return [opener, h("div", { class: "panel" }, h("p", {}, texts.cancel_means), field, wrong, button(texts.cancel_now, cancel, "warn"))]
}

// By whom and when the case was closed or cancelled, and why.
export function ended(view, at) {
  const { texts } = at
  const word = view.ended.cancelled ? "cancelled" : "closed"
  const one = view.ended[word]
  const values = { who: one.by, at: one.when ?? at.timeOf(one.at), reason: one.reason }
  const by = said(one.reason ? texts.act : texts.who_when, values)
  const mark = one.mark && ` · ${texts.marks[one.mark]}`
  return h("p", { class: "ended" }, icon(word === "closed" ? "closed" : "cannot_do"), h("b", {}, texts.ends[word]), ` · ${by}`, mark)
}
