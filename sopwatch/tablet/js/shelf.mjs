// The shelf: IndexedDB with strict durability, or memory where the browser has none (the sheet then says so).
const NAME = "sopwatch"
const STORES = { queue: "id", snapshots: "case_id", notes: "name" }
const MOST_SNAPSHOTS = 30

function asked(request) {
  return new Promise((done, failed) => {
    request.onsuccess = () => done(request.result)
    request.onerror = () => failed(request.error)
  })
}

// Open the shelf of this tablet.
export async function openShelf(indexedDB = globalThis.indexedDB) {
  try {
    const request = indexedDB.open(NAME, 1)
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath })
    }
    return new Shelf(await asked(request))
  } catch {
    return new MemoryShelf()
  }
}

class Shelf {
  durable = true

  constructor(database) {
    this.database = database
  }

  write(store, deed) {
    return new Promise((done, failed) => {
      // strict: done when it is on the disk, not when it is in some buffer
      const transaction = this.database.transaction(store, "readwrite", { durability: "strict" })
      transaction.oncomplete = () => done()
      transaction.onerror = transaction.onabort = () => failed(transaction.error)
      deed(transaction.objectStore(store))
    })
  }

  read(store, deed) {
    return asked(deed(this.database.transaction(store).objectStore(store)))
  }

  all = () => this.read("queue", store => store.getAll())
  put = item => this.write("queue", store => store.put(item))
  remove = id => this.write("queue", store => store.delete(id))
  note = name => this.read("notes", store => store.get(name)).then(found => found?.value)
  keepNote = (name, value) => this.write("notes", store => store.put({ name, value }))
  snapshot = caseId => this.read("snapshots", store => store.get(caseId))
  snapshots = () => this.read("snapshots", store => store.getAll())

  async keepSnapshot(snapshot) {
    await this.write("snapshots", store => store.put({ ...snapshot, kept: Date.now() }))
    const old = (await this.snapshots()).sort((a, b) => b.kept - a.kept).slice(MOST_SNAPSHOTS)
    for (const { case_id } of old) await this.write("snapshots", store => store.delete(case_id))
  }
}

export class MemoryShelf {
  durable = false
  #kept = { queue: new Map(), snapshots: new Map(), notes: new Map() }

  all = async () => [...this.#kept.queue.values()]
  put = async item => void this.#kept.queue.set(item.id, item)
  remove = async id => void this.#kept.queue.delete(id)
  note = async name => this.#kept.notes.get(name)
  keepNote = async (name, value) => void this.#kept.notes.set(name, value)
  snapshot = async caseId => this.#kept.snapshots.get(caseId)
  snapshots = async () => [...this.#kept.snapshots.values()]
  keepSnapshot = async snapshot => void this.#kept.snapshots.set(snapshot.case_id, snapshot)
}
