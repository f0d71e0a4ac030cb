// A signature pad: draws with finger, pen or mouse; others than staff give their printed name and role.
import { button, h, icon } from "./elements.mjs"
import { said } from "./words.mjs"

const LEAST_INK = 60

export function padOf(row, draft, at, record) {
  const { texts } = at
  const { roles, meaning } = row.signer
  const canvas = h("canvas", { width: 900, height: 300, "aria-label": meaning })
  const name = h("input", { autocomplete: "off", maxlength: 200 })
  const role = h("select", {}, roles.map(([id, title]) => h("option", { value: id }, title)))
  name.value = draft.name ?? ""
  if (draft.role) role.value = draft.role
  name.oninput = () => { draft.name = name.value }
  role.onchange = () => { draft.role = role.value }
  const ink = inked(canvas, draft)
  const [box, covered] = coveredOf(draft, at)
  const outside = roles.length ? [h("label", {}, h("span", {}, texts.printed_name), name), h("label", {}, h("span", {}, texts.role), role)] : []
  const sign = () => {
    const signer = name.value.trim()
    const missing = roles.length && !signer ? texts.name_missing : ink.length < LEAST_INK ? texts.ink_missing : ""
    canvas.toBlob(async blob => {
      const who = roles.length ? { actor: signer, role: role.value } : {}
      const kept = await at.seal(covered().content, row.id, roles.length ? who : { role: row.signer.as ?? null }, meaning)
      record({ blob, ...who, ...kept }, missing)
    }, "image/png")
  }
  return [box, h("p", { class: "meaning" }, meaning), outside, canvas, button(texts.clear, () => ink.wipe()), button(texts.record, sign, "main record")]
}

// What is signed, in short: what is shown is what is signed, so it follows the case until somebody has begun to sign.
function coveredOf(draft, at) {
  const box = h("div", { class: "signed" })
  let [covered, sign] = [null, ""]
  draft.recall = () => {
    const now = at.covered()
    if (covered && (draft.ink || JSON.stringify(now) === sign)) return
    covered = now
    sign = JSON.stringify(now)
    box.replaceChildren(...summary(now, at.texts))
  }
  draft.recall()
  return [box, () => covered]
}

function summary({ facts, done }, texts) {
  const told = facts.map(([title, value]) => h("span", {}, `${title} `, h("b", {}, value)))
  const steps = said(texts.signed_steps, { steps: done.join(texts.comma) || "—" })
  return [h("b", {}, texts.signed_for), h("div", { class: "facts" }, told), h("div", {}, icon("done"), steps)]
}

// Let a canvas be drawn on; what was drawn stays in the draft.
function inked(canvas, draft) {
  const pen = canvas.getContext("2d")
  const ink = { length: draft.length ?? 0, wipe }
  wipe()
  if (draft.ink) {
    pen.putImageData(draft.ink, 0, 0)
    ink.length = draft.length
  }
  function wipe() {
    pen.fillStyle = "#ffffff"
    pen.fillRect(0, 0, canvas.width, canvas.height)
    ink.length = 0
    delete draft.ink
  }
  const at = event => {
    const box = canvas.getBoundingClientRect()
    return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height]
  }
  let last = null
  canvas.onpointerdown = event => {
    canvas.setPointerCapture(event.pointerId)
    last = at(event)
  }
  const draw = ([x, y]) => {
    pen.beginPath()
    pen.moveTo(...last)
    pen.lineTo(x, y)
    pen.stroke()
    ink.length += Math.hypot(x - last[0], y - last[1])
    last = [x, y]
  }
  canvas.onpointermove = event => {
    if (!last) return
    Object.assign(pen, { strokeStyle: "#0a1a2a", lineWidth: 4, lineCap: "round" })
    const between = event.getCoalescedEvents?.() ?? [] // a slow tablet tells of a whole stroke in one event
    for (const one of between.length ? between : [event]) draw(at(one))
  }
  canvas.onpointerup = canvas.onpointercancel = () => {
    last = null
    draft.ink = pen.getImageData(0, 0, canvas.width, canvas.height)
    draft.length = ink.length
  }
  return ink
}
