// A signature pad: draws with finger, pen or mouse; others than staff give their printed name and role.
import { button, h } from "./elements.mjs"

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
  const outside = roles.length ? [h("label", {}, h("span", {}, texts.printed_name), name), h("label", {}, h("span", {}, texts.role), role)] : []
  const sign = () => {
    const signer = name.value.trim()
    const missing = roles.length && !signer ? texts.name_missing : ink.length < LEAST_INK ? texts.ink_missing : ""
    canvas.toBlob(blob => {
      const who = roles.length ? { actor: signer, role: role.value } : {}
      record({ blob, ...who, data: { meaning, content: at.content() } }, missing)
    }, "image/png")
  }
  return [h("p", { class: "meaning" }, meaning), outside, canvas, button(texts.clear, () => ink.wipe()), button(texts.record, sign, "main record")]
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
