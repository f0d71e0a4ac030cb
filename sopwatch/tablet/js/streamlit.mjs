// The sheet and the chip inside Streamlit's page: shows what comes for them, says Streamlit's own words in the reader's, and keeps Streamlit's modal for lost connections
// away, which would lock the sheet that goes on working.
import { speak } from "./builtins.mjs"
import { Chip } from "./chip.mjs"
import { Sheet } from "./sheet.mjs"
import { keepsThroughReload, tablet } from "./tablet.mjs"

const PARTS = { sheet: Sheet, chip: Chip }
const shown = new WeakMap()

// Show what came for a part of the page, which is made once.
export async function show(root, part, told) {
  const held = await tablet()
  if (!shown.has(root)) shown.set(root, new PARTS[part](root, held))
  shown.get(root).show(told)
  if (told.builtins) speak(told.texts.language, told.builtins)
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
