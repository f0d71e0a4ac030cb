// The sheet and the chip inside Streamlit's page: shows what comes for them, and keeps Streamlit's modal for lost connections
// away, which would lock the sheet that goes on working.
import { Chip } from "./chip.mjs"
import { Drawn } from "./drawn.mjs"
import { Form } from "./form.mjs"
import { Sheet } from "./sheet.mjs"
import { keepsThroughReload, tablet } from "./tablet.mjs"

const PARTS = { sheet: Sheet, chip: Chip, form: Form, drawn: Drawn }
const shown = new WeakMap()

// Show what came for a part of the page, which is made once; by its hands it tells the server.
export async function show(root, part, told, hands) {
  const held = await tablet()
  if (!shown.has(root)) shown.set(root, new PARTS[part](root, held, hands))
  shown.get(root).show(told)
  if (part === "sheet") await held.caughtUp(told)
}

export function end(root) {
  shown.get(root)?.end()
  shown.delete(root)
}

// Streamlit says "Connection error" in a dialog that makes the whole page inert; the chip says it instead.
const modals = new MutationObserver(() => {
  const dialog = document.querySelector('body > [data-testid="stDialog"]')
  if (dialog?.textContent.includes("Connection error")) dialog.querySelector('button[aria-label="Close"]')?.click()
})
modals.observe(document.body, { childList: true, subtree: false })

if (keepsThroughReload()) navigator.serviceWorker.register("/tablet/worker.js", { scope: "/" }).catch(() => {})
