// A place in Streamlit's page for a part of the tablet's own script: fetches it once, and hands over what comes, the
// latest last.
const AGAIN = 1_000
export default function (component) {
  const { data, parentElement, setTriggerValue } = component
  const root = parentElement.querySelector(".part")
  root.latest = data.told
  root.turned = face => setTriggerValue("face", face)
  const hand = async () => {
    try {
      root.script = await import(new URL(`${data.home}/streamlit.mjs`, location.origin))
    } catch {
      root.waiting = setTimeout(hand, AGAIN)
      return
    }
    root.script.show(root, data.part, root.latest)
  }
  clearTimeout(root.waiting)
  hand()
  return () => {
    clearTimeout(root.waiting)
    root.script?.end(root)
  }
}
