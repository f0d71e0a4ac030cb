// The queue of a tablet: every entry is kept on the shelf until the server's receipt has come and a snapshot of the
// case holds it. Pure: the shelf, the sending, the lock and the clock are handed in, so that it runs without a browser.
//
// An item's `state`: "waiting" (to be sent), "sent" (receipt there, `seq`), "refused" (`reason`, in English, and its
// `code` and `params`; it leaves by a person's hand), "owner" (it waits until who tapped has signed in).
const LARGEST_BATCH = 50

export class Queue {
  #items = new Map()
  #last = 0
  #busy = false
  #again = false
  #changes = 0

  // shelf: all(), put(…items), remove(…ids), each at one go; post(items) → {later?, verdicts}; lock(work) runs work alone on this tablet;
  // told(atOnce) hears of every change, at once of what a person did.
  constructor({ shelf, post, lock, now = Date.now, told = () => {} }) {
    Object.assign(this, { shelf, post, lock, now, told })
    this.trouble = ""
    this.since = null
    this.unkept = new Set()
  }

  // Read the shelf: what another tab or an earlier page kept. What was changed here meanwhile makes it read again.
  async reread() {
    let kept
    for (let before = NaN; before !== this.#changes; ) {
      before = this.#changes
      kept = await this.shelf.all()
    }
    const ids = new Set(kept.map(item => item.id))
    const here = id => ids.has(id) || this.unkept.has(id)
    for (const id of [...this.#items.keys()]) if (!here(id)) this.#items.delete(id)
    for (const item of kept) this.#items.set(item.id, item)
    this.#last = kept.reduce((most, item) => Math.max(most, item.n), this.#last)
    this.told()
  }

  // The number of the newest entry.
  get last() {
    return this.#last
  }

  // The clock was set to a wrong time: what waits since then gets the time at which it was tapped; `righted` makes of
  // each what else follows from that.
  async putRight({ after, at }, righted = item => item) {
    await this.#change(this.items().filter(i => i.state === "waiting" && i.n > after).map(item => {
      const then = at(item)
      return righted({ ...item, at: then, occurred_at: new Date(then).toISOString() })
    }))
  }

  items() {
    return [...this.#items.values()].sort((a, b) => a.n - b.n)
  }

  // Take an entry: at once in memory, then on the shelf, then it may be sent; the shelf never fails.
  async add(entry) {
    this.#last = Math.max(this.#last + 1, this.now())
    const item = { ...entry, n: this.#last, state: "waiting" }
    this.#set(item)
    this.unkept.add(item.id)
    this.told(true)
    await this.shelf.put(item)
    this.unkept.delete(item.id)
    this.told()
    return item
  }

  #set(item) {
    this.#changes += 1
    this.#items.set(item.id, item)
  }

  async #drop(items) {
    this.#changes += 1
    for (const { id } of items) this.#items.delete(id)
    await this.shelf.remove(...items.map(item => item.id))
  }

  // Send what waits. One at a time on a tablet; called while it runs, it runs once more after.
  async flush() {
    if (this.#busy) {
      this.#again = true
      return
    }
    this.#busy = true
    try {
      do {
        this.#again = false
        await this.lock(() => this.#send())
      } while (this.#again)
    } finally {
      this.#busy = false
    }
  }

  async #send() {
    await this.reread()
    for (let batch = this.#ready(); batch.length; batch = this.#ready()) {
      const { later, verdicts } = await this.post(batch)
      await this.#settle(verdicts)
      this.#now(later ?? "")
      if (later || !verdicts.size) return
    }
    this.#now("")
  }

  #now(trouble) {
    if (!trouble) this.since = null
    else if (!this.trouble) this.since = this.now()
    this.trouble = trouble
    this.told()
  }

  // What can be sent now, oldest first. What takes an entry back waits for that entry.
  #ready() {
    const stuck = new Set(this.items().filter(i => i.state === "refused" || i.state === "owner").map(nameOf))
    const waits = item => item.state === "waiting" && !this.unkept.has(item.id)
    return this.items().filter(i => waits(i) && !stuck.has(i.data?.event_id)).slice(0, LARGEST_BATCH)
  }

  async #settle(verdicts) {
    const known = [...verdicts].filter(([id]) => this.#items.has(id))
    await this.#change(known.map(([id, verdict]) => {
      const settled = { ...this.#items.get(id), ...verdict }
      if (settled.state === "sent") for (const name of ["blob", "signed"]) delete settled[name]
      return settled
    }))
  }

  async #change(items) {
    for (const item of items) this.#set(item)
    if (items.length) await this.shelf.put(...items)
  }

  // Whoever signed in may be the owner of what waited for one: try those again.
  async retry() {
    await this.#change(this.items().filter(item => item.state === "owner").map(item => ({ ...item, state: "waiting" })))
    await this.flush()
  }

  // A person's hand takes an entry out that was not recorded, and what only took that entry back.
  async discard(id) {
    const item = this.#items.get(id)
    if (!item || item.state === "sent") return
    const gone = [item, ...this.items().filter(i => i.data?.event_id === nameOf(item) && i.state !== "sent")]
    await this.#drop(gone)
    this.told()
  }

  // A snapshot that holds the entries of a case up to `seq` has come: those need not be kept any longer.
  async caughtUp(caseId, seq) {
    const held = this.items().filter(i => i.case_id === caseId && i.state === "sent" && i.seq <= seq)
    if (!held.length) return
    await this.#drop(held)
    this.told()
  }
}

// The event's name in the record: what a retraction names.
export function nameOf(item) {
  return `${item.source}/${item.id}`
}

// How many entries are not yet in the record, by what they wait for.
export function counted(items) {
  const of = state => items.filter(item => item.state === state).length
  return { waiting: of("waiting"), owner: of("owner"), refused: of("refused") }
}
