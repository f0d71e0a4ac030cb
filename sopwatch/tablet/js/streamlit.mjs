// The sheet inside Streamlit's page: shows each snapshot that comes, and keeps Streamlit's modal for lost connections
// away, which would lock the sheet that goes on working.
import { Sheet } from "./sheet.mjs"
import { keepsThroughReload, tablet } from "./tablet.mjs"

const sheets = new WeakMap()

export async function show(root, snapshot) {
  const held = await tablet()
  let sheet = sheets.get(root)
  if (!sheet) {
    sheet = new Sheet(root, held)
    sheets.set(root, sheet)
  }
  sheet.show(snapshot)
  await held.caughtUp(snapshot)
}

export function end(root) {
  sheets.get(root)?.end()
  sheets.delete(root)
}

// Streamlit says "Connection error" in a dialog that makes the whole page inert; the chip says it instead.
const modals = new MutationObserver(() => {
  const dialog = document.querySelector('body > [data-testid="stDialog"]')
  if (dialog?.textContent.includes("Connection error")) dialog.querySelector('button[aria-label="Close"]')?.click()
})
modals.observe(document.body, { childList: true, subtree: false })

if (keepsThroughReload()) navigator.serviceWorker.register("/tablet/worker.js", { scope: "/" }).catch(() => {})
