// The one queue of this tablet's page: its shelf, its sending, what other tabs changed, and whether the service is there.
import { Clock } from "./clock.mjs"
import { Here, sender } from "./here.mjs"
import { Pulse } from "./pulse.mjs"
import { Queue } from "./queue.mjs"
import { resealed } from "./seal.mjs"
import { openShelf } from "./shelf.mjs"
import { poster } from "./wire.mjs"

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
  showing = new Map()
  #telling = null

  async open() {
    this.shelf = await openShelf()
    this.shelf.told = () => this.tell()
    this.source = await this.#name()
    this.post = poster((...asked) => fetch(...asked))
    this.queue = new Queue({
      shelf: this.shelf,
      post: this.post,
      lock: alone,
      told: atOnce => (atOnce ? this.tell() : this.tellSoon()),
    })
    await this.queue.reread()
    this.clock = new Clock({ last: () => this.queue.last, keep: told => this.shelf.keepNote("clock", told) })
    this.clock.open(await this.shelf.note("clock"))
    this.channel = "BroadcastChannel" in globalThis ? new BroadcastChannel("sopwatch") : null
    if (this.channel) this.channel.onmessage = () => this.queue.reread()
    const fetcher = (...asked) => fetch(...asked)
    const beacon = (...told) => navigator.sendBeacon(...told)
    this.here = new Here(sender({ source: this.source, newId, fetcher, beacon, kept: () => sessionStorage }))
    addEventListener("pagehide", () => this.here.leave())
    document.addEventListener("visibilitychange", () => this.#tellHere())
    this.pulse = new Pulse({
      clock: this.clock,
      fetcher,
      hear: (...told) => this.hear(...told),
      after: (...told) => this.#after(...told),
      told: () => this.tell(),
    })
    this.pulse.begin()
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

  // The service's time now, in milliseconds.
  now = () => this.clock.now()

  async hear({ now, speed }, asked) {
    const wrong = this.clock.hear(now, speed, asked)
    if (wrong) await this.queue.putRight(wrong, resealed)
  }

  // What follows when the service was asked whether it is there, and whether it is back.
  async #after(there, back) {
    this.shelf.retry()
    if (back) this.post.giveUp()
    if (there) this.#tellHere()
    if (there) await this.send()
  }

  async add(entry) {
    const now = entry.at ?? this.now()
    const times = { at: now, occurred_at: new Date(now).toISOString(), clock: new Date().toISOString() }
    await this.queue.add({ ...entry, ...times, id: entry.id ?? newId(), source: this.source })
    await this.send()
  }

  // Send what waits. Where somebody may have set the clock, the service is asked first how late it is.
  async send() {
    if (!this.queue.items().some(item => item.state === "waiting")) return
    if (this.clock.doubted) return this.pulse.beat()
    await this.queue.flush()
    this.channel?.postMessage("sent")
  }

  async discard(id) {
    await this.queue.discard(id)
    this.channel?.postMessage("discarded")
  }

  // A snapshot came from the server: keep it for a reload without network, and let go of what it holds.
  async caughtUp(snapshot) {
    await this.hear(snapshot.clock)
    await this.shelf.keepSnapshot(snapshot)
    await this.queue.caughtUp(snapshot.case_id, snapshot.seq)
    await this.#retryOf(snapshot.owner)
  }

  // The same of the rooms of Cadence; a room that is there no longer holds all that `seq` has reached.
  async caughtUpRooms(told) {
    await this.hear(told.clock)
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
