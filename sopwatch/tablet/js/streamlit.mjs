// The sheet, Cadence and the chip inside Streamlit's page: shows what comes for them, and keeps Streamlit's modal for lost connections
// away, which would lock the sheet that goes on working.
import { speak } from "./builtins.mjs"
import { Cadence } from "./cadence.mjs"
import { Chip } from "./chip.mjs"
import { Chooser } from "./chooser.mjs"
import { Form } from "./form.mjs"
import { HandsList } from "./hands_list.mjs"
import { Scan } from "./scan.mjs"
import { Sheet } from "./sheet.mjs"
import { keepsThroughReload, tablet } from "./tablet.mjs"
import { Waits } from "./waits.mjs"
import { Watch, theWatch } from "./watch.mjs"

const PARTS = { sheet: Sheet, cadence: Cadence, chip: Chip, watch: Watch, hands: HandsList, form: Form, chooser: Chooser, scan: Scan }
const shown = new WeakMap()
let sheet = null // the one before the person now
let waits

// Show what came for a part of the page, which is made once; by its hands it tells the server.
export async function show(root, part, told, hands) {
  const held = await tablet()
  waits ??= new Waits(held)
  if (!shown.has(root)) shown.set(root, new PARTS[part](root, held, { ...hands, turn }))
  shown.get(root).show(told)
  if (told.builtins) speak(told.texts.language, told.builtins)
  if (part === "sheet") sheet = shown.get(root)
  if (sheet) theWatch()?.sheetIs(sheet)
  if (part === "sheet") await held.caughtUp(told)
  if (part === "cadence") await held.caughtUpRooms(told)
}

// Turn the sheet of this page.
function turn(face) {
  sheet?.go(face)
}

export function end(root) {
  shown.get(root)?.end()
  if (sheet === shown.get(root)) theWatch()?.sheetIs((sheet = null))
  shown.delete(root)
}

// Streamlit says "Connection error" in a dialog that makes the whole page inert; the chip says it instead.
const modals = new MutationObserver(() => {
  const dialog = document.querySelector('body > [data-testid="stDialog"]')
  // its button that closes it is the only one with a label, which is said in the reader's language by then
  if (dialog?.textContent.includes("Connection error")) dialog.querySelector("button[aria-label]")?.click()
})
modals.observe(document.body, { childList: true, subtree: false })

if (keepsThroughReload()) navigator.serviceWorker.register("/tablet/worker.js", { scope: "/" }).catch(() => {})
