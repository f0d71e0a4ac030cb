// A photo or a signature at its line, small; at a tap it opens in full over the sheet.
import { button, h } from "./elements.mjs"
import { said } from "./words.mjs"

// Who and when, or what a picture shows: told to whoever does not see it.
function told(one) {
  return [one.text, one.by, one.when].filter(Boolean).join(" · ")
}

function picture(one) {
  const image = h("img", { alt: told(one) })
  image.src = one.file ? `/api/v1/attachments/${one.file}` : URL.createObjectURL(one.blob)
  if (!one.file) image.onload = () => URL.revokeObjectURL(image.src)
  return image
}

// The small picture of a tick or a note; null where it has none.
export function thumbOf(one, at) {
  if (!one.file && !one.blob) return null
  const shown = button("", () => at.show(one), "thumb", { "aria-label": said(at.texts.show_photo, { what: told(one) }) })
  shown.append(picture(one))
  return shown
}

// Open the picture in full; it goes with its button, a tap beside it, or the key Escape.
export function showPicture(root, one, texts) {
  const shut = button(texts.shut, () => dialog.close(), "main")
  const dialog = h("dialog", { class: "full", "aria-label": told(one) }, picture(one), h("p", {}, told(one)), shut)
  dialog.onclick = event => { if (event.target === dialog) dialog.close() }
  dialog.onclose = () => dialog.remove()
  root.append(dialog)
  dialog.showModal()
  shut.focus()
}
