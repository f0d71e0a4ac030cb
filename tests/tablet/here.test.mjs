// When a page says that it is there, apart from any browser.
import assert from "node:assert/strict"
import { test } from "node:test"
import { Here, sender } from "../../sopwatch/tablet/js/here.mjs"

function heard(answer = async () => true) {
  const posted = []
  return [new Here(cases => (posted.push(cases), answer())), posted]
}

test("what is shown is told at once, the same again only after some seconds", async () => {
  const [here, posted] = heard()

  await here.tell(["R-1"], 0)
  await here.tell(["R-1"], 7_999)
  await here.tell(["R-1", "R-2", "R-1"], 7_999)
  await here.tell(["R-1", "R-2"], 15_999)

  assert.deepEqual(posted, [["R-1"], ["R-1", "R-2"], ["R-1", "R-2"]])
})

test("a goodbye is said once, and again while it was not heard", async () => {
  let there = false
  const [here, posted] = heard(async () => there)

  await here.tell(["R-1"], 0)
  await here.tell([], 1_000)
  there = true
  await here.tell([], 9_000)
  await here.tell([], 60_000)

  assert.deepEqual(posted, [["R-1"], [], []])
})

test("the last word of a page goes as a beacon, if there is a goodbye to say", async () => {
  const beacons = []
  const beacon = (path, blob) => beacons.push(blob.text())
  const store = () => ({ getItem: () => null, setItem: () => {} })
  const here = new Here(sender({ source: "tablet/1", newId: () => "one", fetcher: async () => ({ ok: true }), beacon, kept: store }))

  await here.tell(["R-1"], 0)
  here.leave()
  await here.tell([], 60_000)
  here.leave()

  const told = (await Promise.all(beacons)).map(text => JSON.parse(text).cases)
  assert.deepEqual(told, [[]])
})

test("a page that shows many cases tells fifty", async () => {
  const [here, posted] = heard()

  await here.tell(Array.from({ length: 60 }, (_, n) => `R-${n}`), 0)

  assert.equal(posted[0].length, 50)
})

test("a tab keeps its name through a reload and counts on", async () => {
  const store = new Map()
  const kept = () => ({ getItem: name => store.get(name) ?? null, setItem: (name, value) => store.set(name, value) })
  const sent = []
  const fetcher = async (path, { body }) => (sent.push([path, JSON.parse(body)]), { ok: true })
  let names = 0
  const named = () => `name${(names += 1)}`

  await sender({ source: "tablet/1", newId: named, fetcher, kept })(["R-1"])
  await sender({ source: "tablet/1", newId: named, fetcher, kept })([])

  const told = { source: "tablet/1", page: "name1" }
  assert.deepEqual(sent, [["/tablet/here", { ...told, number: 1, cases: ["R-1"] }], ["/tablet/here", { ...told, number: 2, cases: [] }]])
})

test("a browser that keeps nothing is heard all the same, and no network is no answer", async () => {
  const forbidden = () => {
    throw new Error("forbidden")
  }
  const told = { source: "tablet/1", newId: () => "one", kept: forbidden }

  assert.equal(await sender({ ...told, fetcher: async () => ({ ok: true }) })(["R-1"]), true)
  assert.equal(await sender({ ...told, fetcher: forbidden })(["R-1"]), false)
})
