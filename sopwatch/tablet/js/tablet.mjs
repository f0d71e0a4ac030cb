// The one queue of this tablet's page: its shelf, its sending, what other tabs changed, and whether the service is there.
import { heard, reckoned } from "./clock.mjs"
import { Here, sender } from "./here.mjs"
import { Queue } from "./queue.mjs"
import { openShelf } from "./shelf.mjs"
import { poster } from "./wire.mjs"

const BEAT = 3_000
const PATIENCE = 10_000
const NO_FRAME = 200 // a page that is not in sight draws none

// A random id, also where plain http has no randomUUID.
export function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, "0")).join("")
}

// Only one page of a tablet sends at a time; without locks (plain http) the server's memory of ids must do.
function alone(work) {
  return navigator.locks ? navigator.locks.request("sopwatch-queue", work) : work()
}

// Whether a reload can lose what waits: browsers keep pages offline only over HTTPS or on the machine itself.
export const keepsThroughReload = () => globalThis.isSecureContext && "serviceWorker" in navigator

class Tablet {
  listeners = new Set()
  online = true
  offlineSince = null
  base = null
  showing = new Map()
  #beating = false
  #telling = null

  async open() {
    this.shelf = await openShelf()
    this.source = await this.#name()
    this.base = (await this.shelf.note("clock")) ?? null
    this.queue = new Queue({
      shelf: this.shelf,
      post: poster((...asked) => fetch(...asked)),
      lock: alone,
      told: atOnce => (atOnce ? this.tell() : this.tellSoon()),
    })
    await this.queue.reread()
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("sopwatch") : null
    if (this.channel) this.channel.onmessage = () => this.queue.reread()
    const fetcher = (...asked) => fetch(...asked)
    const beacon = (...told) => navigator.sendBeacon(...told)
    this.here = new Here(sender({ source: this.source, newId, fetcher, beacon, kept: () => sessionStorage }))
    addEventListener("pagehide", () => this.here.leave())
    document.addEventListener("visibilitychange", () => this.#tellHere())
    addEventListener("online", () => this.beat())
    setInterval(() => this.beat(), BEAT)
    this.beat()
    return this
  }

  async #name() {
    const known = await this.shelf.note("source")
    if (known) return known
    const source = `tablet/${newId().slice(0, 12)}`
    await this.shelf.keepNote("source", source)
    return source
  }

  tell() {
    for (const listener of this.listeners) listener()
  }

  // Once for all that changed before the next frame: a tap is shown at once, what becomes of it need not be drawn thrice.
  tellSoon() {
    if (this.#telling) return
    const tell = () => {
      clearTimeout(this.#telling)
      if (this.#telling) this.tell()
      this.#telling = null
    }
    this.#telling = setTimeout(tell, NO_FRAME)
    requestAnimationFrame(tell)
  }

  // The server's time now, in milliseconds, and what it said of it last.
  now = () => reckoned(this.base, Date.now())

  hear({ now, speed }) {
    const base = heard(this.base, now, speed, Date.now())
    if (base !== this.base) this.shelf.keepNote("clock", base)
    this.base = base
  }

  // Look whether the service is there, and send what waits.
  async beat() {
    if (this.#beating) return
    this.#beating = true
    const there = await this.#isThere()
    this.#beating = false
    if (there !== this.online) {
      this.online = there
      this.offlineSince = there ? null : this.now()
      this.tell()
    }
    if (there) this.#tellHere()
    if (there) await this.send()
  }

  async #isThere() {
    const stop = new AbortController()
    const timer = setTimeout(() => stop.abort(), PATIENCE)
    try {
      const answer = await fetch("/healthz", { cache: "no-store", signal: stop.signal })
      const [now, speed] = (answer.headers.get("Sopwatch-Time") ?? "").split(" ").map(Number)
      if (answer.ok && now) this.hear({ now, speed })
      return answer.ok
    } catch {
      return false
    } finally {
      clearTimeout(timer)
    }
  }

  async add(entry) {
    const now = entry.at ?? this.now()
    const times = { at: now, occurred_at: new Date(now).toISOString(), clock: new Date().toISOString() }
    await this.queue.add({ ...entry, ...times, id: entry.id ?? newId(), source: this.source })
    await this.send()
  }

  async send() {
    if (!this.queue.items().some(item => item.state === "waiting")) return
    await this.queue.flush()
    this.channel?.postMessage("sent")
  }

  async discard(id) {
    await this.queue.discard(id)
    this.channel?.postMessage("discarded")
  }

  // A snapshot came from the server: keep it for a reload without network, and let go of what it holds.
  async caughtUp(snapshot) {
    this.hear(snapshot.clock)
    await this.shelf.keepSnapshot(snapshot)
    await this.queue.caughtUp(snapshot.case_id, snapshot.seq)
    await this.#retryOf(snapshot.owner)
  }

  // The same of the rooms of Cadence; a room that is there no longer holds all that `seq` has reached.
  async caughtUpRooms(told) {
    this.hear(told.clock)
    const before = (await this.shelf.note("cadence"))?.rooms ?? []
    await this.shelf.keepNote("cadence", told)
    const left = before.filter(room => !told.rooms.some(one => one.case_id === room.case_id))
    for (const room of left) await this.queue.caughtUp(room.case_id, told.seq)
    for (const room of told.rooms) await this.queue.caughtUp(room.case_id, room.seq)
    await this.#retryOf(told.owner)
  }

  // Who signed in may be the owner of what waited for them.
  async #retryOf(owner) {
    if (this.queue.items().some(i => i.state === "owner" && i.owner.id === owner.id)) await this.queue.retry()
  }

  // Which cases a part of this page shows; none when it is gone.
  shows(part, cases) {
    if (cases.length) this.showing.set(part, cases)
    else this.showing.delete(part)
    this.#tellHere()
  }

  // A hidden page shows none: its browser may let it sleep, which is no outage.
  #tellHere() {
    this.here.tell(document.hidden ? [] : [...this.showing.values()].flat())
  }
}

let opened

// The tablet, opened once a page.
export function tablet() {
  opened ??= new Tablet().open()
  return opened
}
