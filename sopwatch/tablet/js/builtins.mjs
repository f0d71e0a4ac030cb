// What Streamlit says of itself it says in English alone: here it is said in the reader's language, and the page is
// marked with that language, for those who hear the screen.
const SPOKEN = ["aria-label", "aria-description", "title", "placeholder"]
const said = new WeakMap() // of each element and text: what Streamlit wrote, and what stands there instead
let words = []

// own: pairs of a pattern (a whole text as Streamlit writes it) and what is said instead, `$1` for what the pattern held;
// a third entry where Streamlit has it as a name alone: a text that is seen is not touched then.
export function speak(language, own) {
  document.documentElement.lang = language
  words = own.map(([pattern, text, heard]) => [new RegExp(`^${pattern}$`, "s"), text, Boolean(heard)])
  everything(document.body)
}

function told(text, place) {
  for (const [pattern, other, heard] of words) {
    if ((!heard || place !== "text") && pattern.test(text)) return text.replace(pattern, other)
  }
  return text
}

// Say what stands at one place of a node; what Streamlit wrote there since is known by being another text than ours.
function say(node, place, now, put) {
  if (!now) return
  const before = said.get(node) ?? {}
  const written = before[place]?.ours === now ? before[place].theirs : now
  const ours = told(written, place)
  if (ours === written && !before[place]) return
  said.set(node, { ...before, [place]: { theirs: written, ours } })
  if (ours !== now) put(ours)
}

function everything(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT)
  for (let node = root; node; node = walker.nextNode()) one(node)
}

function one(node) {
  if (node.nodeType === Node.TEXT_NODE) say(node, "text", node.data, text => { node.data = text })
  else for (const name of SPOKEN) say(node, name, node.getAttribute(name), text => node.setAttribute(name, text))
}

new MutationObserver(changes => {
  if (!words.length) return
  for (const change of changes) {
    if (change.type === "childList") change.addedNodes.forEach(everything)
    else one(change.target)
  }
}).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: SPOKEN })
