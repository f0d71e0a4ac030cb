// Which cases have entries that wait on this tablet: beside each case the server writes words for it, hidden; those of these
// cases alone are shown. It is done by the style sheet, which outlives whatever is drawn anew.
const SOON = 250 // a new style sheet has the whole page styled anew: not within a tap, and what is saved at once needs none

export class Waits {
  #sheet = new CSSStyleSheet()
  #text = ""
  #due = null

  constructor(tablet) {
    document.adoptedStyleSheets.push(this.#sheet)
    const tell = () => {
      this.#due = null
      this.show(tablet.queue.items())
    }
    tablet.listeners.add(() => (this.#due ??= setTimeout(tell, SOON)))
    tell()
  }

  show(items) {
    const { waiting, refused } = waitingCases(items)
    const rule = (name, ids) => ids.map(id => `.sop-waits[${name}=${CSS.escape(id)}] { display: inline-flex }`)
    const text = [...rule("data-waits", waiting), ...rule("data-refused", refused)].join("\n")
    if (text !== this.#text) this.#sheet.replaceSync(text)
    this.#text = text
  }
}

// The numbers of the cases with entries that are not in the record yet, and of those with entries that were refused.
export function waitingCases(items) {
  const of = (...states) => [...new Set(items.filter(item => states.includes(item.state)).map(item => item.case_id))]
  return { waiting: of("waiting", "owner"), refused: of("refused") }
}
