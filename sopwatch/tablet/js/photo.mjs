// A photo: the tablet's own camera, made smaller and freed of what the camera adds, shown, and kept at one tap.
import { button, h } from "./elements.mjs"

const LONGEST = 1600
const QUALITY = 0.85

export async function smaller(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" })
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height))
  const canvas = document.createElement("canvas")
  canvas.width = Math.max(1, Math.round(picture.width * scale))
  canvas.height = Math.max(1, Math.round(picture.height * scale))
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height)
  return new Promise(done => canvas.toBlob(done, "image/jpeg", QUALITY))
}

// Whether a file is a photo of the format HEIC, which few browsers read: by the brand at its beginning, whatever its name.
export async function isHeic(file) {
  const head = await file.slice(4, 12).text().catch(() => "") // a file that has gone meanwhile
  return /^ftyp(hei[cxms]|hev[cx]|mif1|msf1)/.test(head)
}

export function photoOf(draft, at, record) {
  const keep = button(at.texts.record, () => record(draft.photo), "main record")
  return [...cameraOf(draft, at, () => { keep.hidden = !draft.photo }), keep]
}

// The way to take a photo, and the one that was taken: it is in the draft, and `taken` hears of it.
export function cameraOf(draft, at, taken = () => {}) {
  const shown = h("img", { alt: "" })
  const wrong = h("div", { class: "problem", role: "alert" })
  const show = () => {
    shown.hidden = !draft.photo
    taken()
    if (draft.photo) shown.src = URL.createObjectURL(draft.photo)
  }
  const input = h("input", { type: "file", accept: "image/*", capture: "environment" })
  input.onchange = async () => {
    wrong.textContent = ""
    const file = input.files[0]
    if (!file) return
    try {
      draft.photo = await smaller(file)
      show()
    } catch {
      wrong.textContent = (await isHeic(file)) ? at.texts.heic : at.texts.no_picture
    }
  }
  show()
  return [h("label", { class: "camera" }, input, h("span", {}, at.texts.take_photo)), shown, wrong]
}
