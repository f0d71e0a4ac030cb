// A place in Streamlit's page for a part of the tablet's own script: fetches it once, and hands over what comes, the
// latest last. What the part wants to tell goes through its hands: `changed` stays, `done` is told once.
const AGAIN = 1_000
export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component
  const root = parentElement.querySelector(".part")
  root.latest = data.told
  root.turned = (face, row = "") => setTriggerValue("face", [face, row])
  root.hands = { change: value => setStateValue("changed", value), done: value => setTriggerValue("done", value) }
  const hand = async () => {
    try {
      root.script = await import(new URL(`${data.home}/streamlit.mjs`, location.origin))
    } catch {
      root.waiting = setTimeout(hand, AGAIN)
      return
    }
    root.script.show(root, data.part, root.latest, root.hands)
  }
  clearTimeout(root.waiting)
  hand()
  return () => {
    clearTimeout(root.waiting)
    root.script?.end(root)
  }
}
