// The queue by itself: a fake shelf that keeps its promise, a fake service that commits, loses replies, refuses.
import assert from "node:assert/strict"
import { test } from "node:test"
import { counted, nameOf, Queue } from "../../sopwatch/tablet/js/queue.mjs"
import { Shelf } from "../../sopwatch/tablet/js/shelf.mjs"

// A service that stores each name once; `mood` says what becomes of a batch.
class Service {
  stored = new Map()
  batches = []
  mood = "well"
  refuses = new Set()
  owners = new Set()

  post = async items => {
    this.batches.push(items.map(item => item.id))
    const verdicts = new Map()
    if (this.mood === "away") return { later: "offline", verdicts }
    for (const item of items) {
      if (this.refuses.has(item.id)) verdicts.set(item.id, { state: "refused", reason: "no" })
      else if (this.owners.has(item.id)) verdicts.set(item.id, { state: "owner", reason: "later" })
      else {
        if (!this.stored.has(nameOf(item))) this.stored.set(nameOf(item), this.stored.size + 1)
        verdicts.set(item.id, { state: "sent", seq: this.stored.get(nameOf(item)) })
      }
    }
    return this.mood === "mute" ? { later: "offline", verdicts: new Map() } : { verdicts }
  }
}

let locked = Promise.resolve()
const lock = work => (locked = locked.then(work, work))

function tablet(service = new Service(), shelf = new Shelf()) {
  return { service, shelf, queue: new Queue({ shelf, post: service.post, lock }) }
}

const tick = (id, more = {}) => ({ id, source: "tablet/1", case_id: "R-1", event: "tea", ...more })
const states = queue => queue.items().map(item => `${item.id} ${item.state}`)

test("what is tapped while the service is away is sent once it is back, in order, each once", async () => {
  const { queue, service } = tablet()
  service.mood = "away"

  for (let n = 0; n < 30; n += 1) await queue.add(tick(`t${n}`))
  await queue.flush()
  assert.equal(queue.trouble, "offline")
  service.mood = "well"
  await queue.flush()

  assert.deepEqual([...service.stored.keys()], Array.from({ length: 30 }, (_, n) => `tablet/1/t${n}`))
  assert.ok(queue.items().every(item => item.state === "sent"))
  assert.equal(queue.trouble, "")
})

test("a reply that was lost after the commit is asked for again, and nothing is stored twice", async () => {
  const { queue, service } = tablet()
  await queue.add(tick("a"))

  service.mood = "mute"
  await queue.flush()
  const after = states(queue)
  service.mood = "well"
  await queue.flush()

  assert.deepEqual(after, ["a waiting"])
  assert.deepEqual(states(queue), ["a sent"])
  assert.equal(service.stored.size, 1)
})

test("a refused entry blocks nothing, stays with its reason, and leaves by a person's hand only", async () => {
  const { queue, service, shelf } = tablet()
  service.refuses.add("bad")
  await queue.add(tick("bad"))
  await queue.add(tick("good"))

  await queue.flush()
  await queue.flush()
  const kept = states(queue)
  await queue.discard("bad")

  assert.deepEqual(kept, ["bad refused", "good sent"])
  assert.deepEqual(service.batches, [["bad", "good"]])
  assert.deepEqual((await shelf.all()).map(item => item.id), ["good"])
})

test("an entry that is sent cannot be removed by hand", async () => {
  const { queue } = tablet()
  await queue.add(tick("a"))
  await queue.flush()

  await queue.discard("a")

  assert.deepEqual(states(queue), ["a sent"])
})

test("what takes back an entry that waits for its owner waits with it", async () => {
  const { queue, service } = tablet()
  service.owners.add("a")
  await queue.add(tick("a"))
  await queue.flush()
  await queue.add(tick("back", { event: "retracted", data: { event_id: "tablet/1/a" } }))

  await queue.flush()
  const waiting = states(queue)
  service.owners.clear()
  await queue.retry()

  assert.deepEqual(waiting, ["a owner", "back waiting"])
  assert.deepEqual([...service.stored.keys()], ["tablet/1/a", "tablet/1/back"])
})

test("what took back a refused entry leaves with it", async () => {
  const { queue, service } = tablet()
  service.refuses.add("a")
  await queue.add(tick("a"))
  await queue.flush()
  await queue.add(tick("back", { event: "retracted", data: { event_id: "tablet/1/a" } }))

  await queue.discard("a")

  assert.deepEqual(states(queue), [])
})

test("an acknowledged entry stays until a snapshot of its case has reached it", async () => {
  const { queue } = tablet()
  await queue.add(tick("a"))
  await queue.add(tick("b"))
  await queue.flush()

  await queue.caughtUp("R-1", 1)
  await queue.caughtUp("R-2", 9)

  assert.deepEqual(states(queue), ["b sent"])
})

test("a page that is loaded anew goes on with what the shelf kept, after what was there", async () => {
  const shelf = new Shelf()
  const before = tablet(new Service(), shelf)
  before.service.mood = "away"
  await before.queue.add(tick("a"))

  const { queue, service } = tablet(new Service(), shelf)
  await queue.reread()
  await queue.add(tick("b"))
  await queue.flush()

  assert.deepEqual([...service.stored.keys()], ["tablet/1/a", "tablet/1/b"])
})

test("two pages over one shelf send each entry in one batch only", async () => {
  const shelf = new Shelf()
  const service = new Service()
  const [one, two] = [tablet(service, shelf).queue, tablet(service, shelf).queue]
  await one.add(tick("a"))
  await two.add(tick("b"))

  await Promise.all([one.flush(), two.flush()])

  assert.deepEqual(service.batches.flat().sort(), ["a", "b"])
})

test("an entry is sent only once it is on the shelf", async () => {
  const shelf = new Shelf()
  let kept
  shelf.put = () => new Promise(done => { kept = done })
  const { queue, service } = tablet(new Service(), shelf)

  const adding = queue.add(tick("a"))
  const shown = states(queue)
  await queue.flush()
  kept()
  await adding

  assert.deepEqual(shown, ["a waiting"])
  assert.deepEqual(service.batches, [])
})

test("an entry that comes while the shelf is being read is not lost from sight", async () => {
  const shelf = new Shelf()
  const { queue } = tablet(new Service(), shelf)
  const read = shelf.all
  let go
  shelf.all = async () => {
    const kept = await read()
    await new Promise(done => { go = done })
    return kept
  }

  const reading = queue.reread()
  await new Promise(done => setTimeout(done))
  await queue.add(tick("a"))
  shelf.all = read
  go()
  await reading

  assert.deepEqual(states(queue), ["a waiting"])
})

test("a shelf without a disk says so, and loses nothing that can be sent", async () => {
  const shelf = new Shelf()
  const { queue, service } = tablet(new Service(), shelf)

  await queue.add(tick("a"))
  await queue.reread()
  const kept = states(queue)
  await queue.flush()

  assert.equal(shelf.durable, false)
  assert.deepEqual(kept, ["a waiting"])
  assert.equal(service.stored.size, 1)
})

test("a clock that was set back does not change the order", async () => {
  const service = new Service()
  let now = 1_000
  const queue = new Queue({ shelf: new Shelf(), post: service.post, lock, now: () => now })
  await queue.add(tick("a"))
  now = 10
  await queue.add(tick("b"))

  await queue.flush()

  assert.deepEqual(service.batches, [["a", "b"]])
})

test("the counts say what waits for what", async () => {
  const { queue, service } = tablet()
  service.refuses.add("r")
  service.owners.add("o")
  for (const id of ["r", "o", "s"]) await queue.add(tick(id))
  await queue.flush()
  service.mood = "away"
  await queue.add(tick("w"))

  assert.deepEqual(counted(queue.items()), { waiting: 1, owner: 1, refused: 1 })
})

test("what waits since a clock was set wrong gets its time, and with it what follows from that; what was before keeps its own", async () => {
  const { queue, shelf } = tablet()
  const before = await queue.add(tick("a", { occurred_at: "then" }))
  await queue.add(tick("b", { occurred_at: "then" }))

  await queue.putRight({ after: before.n, at: () => 0 }, item => ({ ...item, said: item.occurred_at }))

  const kept = (await shelf.all()).sort((a, b) => a.n - b.n)
  assert.deepEqual(kept.map(item => [item.id, item.occurred_at, item.said]), [["a", "then", undefined], ["b", "1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"]])
})

test("once it is in the record, what a signature was sealed from leaves the tablet", async () => {
  const { queue } = tablet()
  await queue.add(tick("a", { signed: { signer: "周先生" } }))

  await queue.flush()

  assert.deepEqual(queue.items().map(item => [item.state, "signed" in item]), [["sent", false]])
})
