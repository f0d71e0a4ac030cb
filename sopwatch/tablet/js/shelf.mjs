// The shelf: IndexedDB with strict durability. What the browser refuses to keep stays in memory, is tried again, and
// until then `durable` is false: the screens say it. Nothing here ever fails: a shelf that keeps nothing is no reason to stop.
const NAME = "sopwatch"
const STORES = { queue: "id", snapshots: "case_id", notes: "name" }
const MOST_SNAPSHOTS = 30
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

  async #keep(store, value) {
    const key = value[STORES[store]]
    this.#memory[store].set(key, value)
    this.#owe(store, key)
    await this.#pay([[store, key]])
  }

  async #leave(store, key) {
    this.#memory[store].delete(key)
    this.#owe(store, key)
    await this.#pay([[store, key]])
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
    const stores = [...new Set(meant.map(([store]) => store))]
    return new Promise((done, failed) => {
      // strict: done when it is on the disk, not when it is in some buffer
      const transaction = this.#database.transaction(stores, "readwrite", { durability: "strict" })
      transaction.oncomplete = () => done()
      transaction.onerror = transaction.onabort = () => failed(transaction.error)
      for (const [store, key, value] of meant) {
        if (value === undefined) transaction.objectStore(store).delete(key)
        else transaction.objectStore(store).put(value)
      }
    })
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

  all = () => this.#all("queue")
  put = item => this.#keep("queue", item)
  remove = id => this.#leave("queue", id)
  note = async name => (await this.#all("notes")).find(note => note.name === name)?.value
  keepNote = (name, value) => this.#keep("notes", { name, value })
  snapshots = () => this.#all("snapshots")

  // Keep a snapshot; of those of other cases the latest.
  async keepSnapshot(snapshot) {
    const others = (await this.snapshots()).filter(one => one.case_id !== snapshot.case_id).sort((a, b) => b.kept - a.kept)
    const kept = Math.max(Date.now(), (others[0]?.kept ?? 0) + 1) // whatever the clock was set to
    await this.#keep("snapshots", { ...snapshot, kept })
    for (const { case_id } of others.slice(MOST_SNAPSHOTS - 1)) await this.#leave("snapshots", case_id)
  }
}

// Open the shelf of this tablet; where the browser has none, all is kept in memory.
export async function openShelf(indexedDB = globalThis.indexedDB) {
  const shelf = new Shelf(indexedDB)
  await shelf.retry()
  return shelf
}
