// Whether the service is there, told by a service that answers late, never, or not at all; timers are turned by hand.
import assert from "node:assert/strict"
import { beforeEach, mock, test } from "node:test"
import { Clock } from "../../sopwatch/tablet/js/clock.mjs"
import { Pulse } from "../../sopwatch/tablet/js/pulse.mjs"

const settled = () => new Promise(done => setImmediate(done))
let now
let line // "there", "gone" (an error at once), "swallowed" (never an answer), or milliseconds there and back
let heard
let asked

beforeEach(() => {
  mock.timers.reset()
  mock.timers.enable({ apis: ["setTimeout"] })
  now = 0
  line = "there"
  heard = []
  asked = 0
})

function fetcher(_path, { signal }) {
  const answer = { ok: true, headers: new Map([["Sopwatch-Time", "1000 1"]]) }
  asked += 1
  return new Promise((done, failed) => {
    signal.addEventListener("abort", () => failed(new Error("aborted")))
    if (line === "there") done(answer)
    else if (line === "gone") failed(new TypeError("no network"))
    else if (line !== "swallowed") setTimeout(() => done(answer), line)
  })
}

function pulse() {
  const clock = new Clock({ local: () => now, steady: () => now })
  return new Pulse({ clock, fetcher, hear: told => heard.push(told), after: () => {}, told: () => {} })
}

async function passes(span) {
  for (let n = 0; n < span; n += 500) {
    now += 500
    mock.timers.tick(500)
    await settled()
  }
}

test("a service that is gone is offline since it was asked, and there again with its first answer", async () => {
  const one = pulse()
  await one.beat()
  assert.equal(one.online, true)

  now = 7_000
  line = "gone"
  await one.beat()
  assert.deepEqual([one.online, one.since], [false, 7_000])
  line = "there"
  await one.beat()

  assert.deepEqual([one.online, one.since, heard.length], [true, null, 2])
})

test("a line that swallows is called slow first, and then cut since it was asked", async () => {
  const one = pulse()
  line = "swallowed"
  one.beat()

  await passes(4_500)
  assert.equal(one.slow, false)
  await passes(1_000)
  assert.deepEqual([one.slow, one.online], [true, true])
  await passes(15_000)

  assert.deepEqual([one.slow, one.online, one.since], [false, false, 0])
})

test("a line of five seconds each way is there, and slow only until that is known of it", async () => {
  const one = pulse()
  line = 10_000
  one.beat()
  await passes(6_000)
  assert.equal(one.slow, true)
  await passes(4_500)
  assert.deepEqual([one.slow, one.online, heard.length], [false, true, 1])

  one.beat()
  await passes(9_500)

  assert.deepEqual([one.slow, one.online], [false, true])
})

test("when the network changes what was asked before is asked anew", async () => {
  const one = pulse()
  line = "swallowed"
  one.beat()
  await passes(6_000)

  line = "there"
  await one.anew()

  assert.deepEqual([one.slow, one.online, heard.length], [false, true, 1])
})

test("while nothing is answered it is asked again, at most three times at once, and the first answer tells", async () => {
  const one = pulse()
  line = "swallowed"
  one.beat()
  await passes(3_000)
  one.beat()
  await passes(3_000)
  one.beat()
  await passes(6_000)
  one.beat()
  one.beat()
  await passes(6_000)
  one.beat()
  await passes(3_000)
  assert.deepEqual([one.online, one.since, asked], [false, 0, 3])

  line = "there"
  await one.beat()

  assert.deepEqual([one.online, one.since, heard.length, asked], [true, null, 1, 4])
})
