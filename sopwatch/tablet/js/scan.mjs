// Scan a code: the tablet's own camera takes a picture (plain http lets no page look through it), the browser reads it where
// it can, else the service does, which alone says where the code leads.
import { h, icon } from "./elements.mjs"
import { note } from "./panels.mjs"
import { isHeic, smaller } from "./photo.mjs"

const ASK = "/api/v1/scan"
const REFUSED = { 401: "signed_out", 403: "signed_out", 413: "too_large", 422: "no_picture", 429: "too_often" }

export class Scan {
  constructor(root) {
    this.said = h("div", { class: "said" })
    this.input = h("input", { type: "file", accept: "image/*", capture: "environment", onchange: () => this.read() })
    this.label = h("span")
    this.element = h("div", {}, h("label", { class: "camera" }, this.input, this.label), this.said)
    root.replaceChildren(this.element)
  }

  end() {}

  // told: { texts, small }
  show({ texts, small }) {
    this.texts = texts
    this.element.className = small ? "scan small" : "scan"
    this.label.replaceChildren(icon("code"), texts.scan)
  }

  async read() {
    const [file] = this.input.files
    if (!file) return
    this.input.disabled = true
    this.tell("reading", "waiting")
    const { to, why } = await leadsTo(file)
    if (to) return location.assign(to)
    this.tell(why)
    this.input.disabled = false
    this.input.value = "" // the same picture may be tried again
  }

  tell(what, state = "overdue") {
    this.said.replaceChildren(note(this.texts[what] ?? this.texts.unreachable, state))
  }
}

// Where the code on a picture leads: { to } or { why }.
export async function leadsTo(file, { detect = detected, shrink = smaller, ask = fetch } = {}) {
  let picture
  try {
    picture = await shrink(file)
  } catch {
    return { why: (await isHeic(file)) ? "heic" : "no_picture" }
  }
  const texts = await detect(picture)
  return texts.length ? told(ask, "application/json", JSON.stringify({ texts })) : told(ask, "image/jpeg", picture)
}

// What the browser itself reads from a picture; nothing where it cannot, or does not see a code that the service may see.
async function detected(picture) {
  if (!("BarcodeDetector" in globalThis)) return []
  try {
    const codes = await new BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(picture))
    return [...new Set(codes.map(code => code.rawValue))]
  } catch {
    return []
  }
}

async function told(ask, type, body) {
  try {
    const answer = await ask(ASK, { method: "POST", headers: { "Content-Type": type }, body })
    if (!answer.ok) return { why: REFUSED[answer.status] ?? "unreachable" }
    const { to, why } = await answer.json()
    return to?.startsWith("/") && !/^\/[/\\]/.test(to) ? { to } : { why: why ?? "unreachable" }
  } catch {
    return { why: "unreachable" }
  }
}
