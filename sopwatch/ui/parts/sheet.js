// The sheet's place in Streamlit's page: fetches the script once, and hands each snapshot over, the latest last.
const AGAIN = 1_000
export default function (component) {
  const { data, parentElement } = component
  const root = parentElement.querySelector(".sheet")
  root.latest = data.snapshot
  const hand = async () => {
    try {
      root.script = await import(new URL(`${data.home}/streamlit.mjs`, location.origin))
    } catch {
      root.waiting = setTimeout(hand, AGAIN)
      return
    }
    root.script.show(root, root.latest)
  }
  clearTimeout(root.waiting)
  hand()
  return () => {
    clearTimeout(root.waiting)
    root.script?.end(root)
  }
}
