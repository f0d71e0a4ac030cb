// The shelf: IndexedDB with strict durability. What the browser refuses to keep stays in memory, is tried again, and
// until then `durable` is false: the screens say it. Nothing here ever fails: a shelf that keeps nothing is no reason to stop.
const NAME = "sopwatch"
const STORES = { queue: "id", snapshots: "case_id", notes: "name" }
const MOST_SNAPSHOTS = 30
const MARK = "queue changes" // the note that counts the changes of the queue, whichever page made them
const PATIENCE = 5_000

function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result)
    request.onerror = request.onblocked = () => failed(request.error)
  })
}

// Some browsers never answer: that is a refusal, too.
function inTime(answer) {
  let timer
  const late = new Promise((_, failed) => (timer = setTimeout(failed, PATIENCE, new Error("the shelf does not answer"))))
  return Promise.race([answer, late]).finally(() => clearTimeout(timer))
}

function opened(indexedDB) {
  const request = indexedDB.open(NAME, 1)
  request.onupgradeneeded = () => {
    for (const [store, keyPath] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath })
  }
  return asked(request)
}

export class Shelf {
  told = () => {}
  durable = false // whether a reload finds what stands here
  #database = null
  #memory = Object.fromEntries(Object.keys(STORES).map(store => [store, new Map()]))
  #owed = new Map() // what the disk does not hold as memory has it: [store, key] by their text
  #trying = null
  #seen = null // the mark of the queue as memory has it; null: another page has changed it
  #known = false // whether memory has the snapshots

  constructor(indexedDB) {
    this.indexedDB = indexedDB
  }

  // Open the database, and bring to it what it does not hold.
  async retry() {
    if (this.durable) return
    this.#trying ??= this.#open().finally(() => (this.#trying = null))
    await this.#trying
  }

  async #open() {
    try {
      this.#database ??= await inTime(opened(this.indexedDB))
      this.#database.onclose = () => this.#lost()
    } catch {
      return // it is tried again
    }
    await this.#pay([...this.#owed.values()])
  }

  // Somebody has cleared what the browser keeps: all that is known here is brought back.
  #lost() {
    this.#database = null
    for (const [store, kept] of Object.entries(this.#memory)) for (const key of kept.keys()) this.#owe(store, key)
    this.#is(false)
    this.retry()
  }

  #is(durable) {
    if (this.durable === durable) return
    this.durable = durable
    this.told()
  }

  #owe(store, key) {
    this.#owed.set(JSON.stringify([store, key]), [store, key])
  }

  #keep(store, values) {
    for (const value of values) this.#memory[store].set(value[STORES[store]], value)
    return this.#changed(store, values.map(value => value[STORES[store]]))
  }

  #leave(store, keys) {
    for (const key of keys) this.#memory[store].delete(key)
    return this.#changed(store, keys)
  }

  async #changed(store, keys) {
    for (const key of keys) this.#owe(store, key)
    await this.#pay(keys.map(key => [store, key]))
  }

  // Write what memory has of these to the disk, or take off what it has no more.
  async #pay(debts) {
    const meant = debts.map(([store, key]) => [store, key, this.#memory[store].get(key)])
    try {
      if (meant.length) await inTime(this.#write(meant))
    } catch {
      this.#is(false)
      return
    }
    for (const [store, key, value] of meant) {
      if (this.#memory[store].get(key) === value) this.#owed.delete(JSON.stringify([store, key]))
    }
    if (!this.#owed.size) this.#is(true)
  }

  #write(meant) {
    const stores = new Set(meant.map(([store]) => store))
    const marked = stores.has("queue")
    if (marked) stores.add("notes")
    return new Promise((done, failed) => {
      // strict: done when it is on the disk, not when it is in some buffer
      const transaction = this.#database.transaction([...stores], "readwrite", { durability: "strict" })
      const marks = marked ? this.#mark(transaction.objectStore("notes")) : null
      transaction.oncomplete = () => {
        marks?.()
        done()
      }
      transaction.onerror = transaction.onabort = () => failed(transaction.error)
      for (const [store, key, value] of meant) {
        if (value === undefined) transaction.objectStore(store).delete(key)
        else transaction.objectStore(store).put(value)
      }
    })
  }

  // Count a change of the queue; once it is on the disk, see whether another page has made one since.
  #mark(notes) {
    const before = notes.get(MARK)
    const count = () => before.result?.value ?? 0
    before.onsuccess = () => notes.put({ name: MARK, value: count() + 1 })
    return () => {
      this.#seen = this.#seen === count() ? count() + 1 : null
    }
  }

  // The queue. It is read as a whole only where another page has changed it: after hours without network it is long.
  async #queue() {
    const mark = (await this.#one("notes", MARK))?.value ?? 0
    if (mark !== this.#seen) {
      await this.#all("queue")
      this.#seen = mark
    }
    return [...this.#memory.queue.values()]
  }

  // One of a store: as the disk holds it, or should.
  async #one(store, key) {
    const memory = this.#memory[store]
    try {
      const found = await inTime(asked(this.#database.transaction(store).objectStore(store).get(key)))
      if (this.#owed.has(JSON.stringify([store, key]))) return memory.get(key)
      if (found) memory.set(key, found)
      else memory.delete(key)
    } catch {
      // memory alone
    }
    return memory.get(key)
  }

  // Everything of a store: what the disk holds, and what it should.
  async #all(store) {
    const memory = this.#memory[store]
    try {
      const found = await inTime(asked(this.#database.transaction(store).objectStore(store).getAll()))
      const owed = new Set([...this.#owed.values()].filter(debt => debt[0] === store).map(debt => debt[1]))
      for (const key of [...memory.keys()]) if (!owed.has(key)) memory.delete(key)
      for (const value of found) if (!owed.has(value[STORES[store]])) memory.set(value[STORES[store]], value)
    } catch {
      // memory alone
    }
    return [...memory.values()]
  }

  all = () => this.#queue()
  put = (...items) => this.#keep("queue", items)
  remove = (...ids) => this.#leave("queue", ids)
  note = async name => (await this.#one("notes", name))?.value
  keepNote = (name, value) => this.#keep("notes", [{ name, value }])
  snapshots = () => this.#all("snapshots")

  // Keep a snapshot; of those of other cases the latest. They are read once: all of them are long.
  async keepSnapshot(snapshot) {
    if (!this.#known) await this.snapshots()
    this.#known = true
    const others = [...this.#memory.snapshots.values()].filter(one => one.case_id !== snapshot.case_id).sort((a, b) => b.kept - a.kept)
    const kept = Math.max(Date.now(), (others[0]?.kept ?? 0) + 1) // whatever the clock was set to
    await this.#keep("snapshots", [{ ...snapshot, kept }])
    const old = others.slice(MOST_SNAPSHOTS - 1).map(one => one.case_id)
    if (old.length) await this.#leave("snapshots", old)
  }
}

// Open the shelf of this tablet; where the browser has none, all is kept in memory.
export async function openShelf(indexedDB = globalThis.indexedDB) {
  const shelf = new Shelf(indexedDB)
  await shelf.retry()
  return shelf
}
