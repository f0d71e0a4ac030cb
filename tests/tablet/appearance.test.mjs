// Which of light and dark a page takes, and that Streamlit hears of it.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import vm from "node:vm"

const SCRIPT = readFileSync(new URL("../../sopwatch/appearance.js", import.meta.url), "utf8")

function page({ cookie = "", dark = false, told = { zone: "Asia/Taipei" }, stored = {} } = {}) {
  const device = Object.assign(new EventTarget(), { matches: dark })
  const timers = []
  const world = {
    document: { documentElement: { dataset: {} }, cookie },
    location: { protocol: "http:" },
    localStorage: Object.defineProperty({ ...stored }, "removeItem", { value(name) { delete this[name] } }),
    matchMedia: query => (query.includes("color-scheme") ? device : { matches: "other" }),
    setInterval: work => timers.push(work),
    Event, EventTarget,
  }
  world.window = world
  vm.runInNewContext(SCRIPT.replace("(TOLD)", `(${JSON.stringify(told)})`), world)
  const turn = matches => { device.matches = matches; device.dispatchEvent(new Event("change")) }
  return { world, turn, later: () => timers.forEach(work => work()), scheme: () => world.document.documentElement.dataset.scheme }
}

const at = time => ({ zone: "Asia/Taipei", now: Date.parse(`2026-03-02T${time}+08:00`), speed: 1 })

for (const [time, scheme] of [["19:00", "dark"], ["23:59", "dark"], ["00:00", "dark"], ["05:59", "dark"], ["06:00", "light"], ["18:59", "light"]]) {
  test(`at night by the property's zone: ${time} is ${scheme}`, () => {
    assert.equal(page({ cookie: "x=1; appearance=night", told: at(time), dark: scheme === "light" }).scheme(), scheme)
  })
}

test("night comes by itself, by the clock of the service, however fast it goes", async () => {
  const one = page({ cookie: "appearance=night", told: { ...at("18:00:00"), speed: 100_000 } })
  const before = one.scheme()
  await new Promise(done => setTimeout(done, 100))

  one.later()

  assert.deepEqual([before, one.scheme()], ["light", "dark"])
})

test("without a wish a page is as the device, and follows it", () => {
  const one = page({ dark: true })
  const before = one.scheme()

  one.turn(false)

  assert.deepEqual([before, one.scheme()], ["dark", "light"])
})

test("who wishes light stays in the light whatever the device does", () => {
  const one = page({ cookie: "appearance=light", dark: true })

  one.turn(false)
  one.turn(true)

  assert.equal(one.scheme(), "light")
})

test("a wish holds at once, is kept in the cookie, and those who asked for the scheme hear of it", () => {
  const one = page()
  const asked = one.world.matchMedia("(prefers-color-scheme: dark)")
  let heard = 0
  asked.addEventListener("change", () => { heard += 1 })

  one.world.sopwatchAppearance.wish("dark")
  one.world.sopwatchAppearance.wish("dark")

  assert.match(one.world.document.cookie, /^appearance=dark; path=\/; max-age=\d+; samesite=strict$/)
  assert.deepEqual([asked.matches, heard], [true, 1])
  assert.equal(one.world.matchMedia("print").matches, "other")
})

test("another tab's wish is taken over", () => {
  const one = page({ cookie: "appearance=light" })
  one.world.document.cookie = "appearance=dark"

  one.later()

  assert.equal(one.scheme(), "dark")
})

test("what Streamlit's own menu once kept is forgotten, and nothing else", () => {
  const one = page({ stored: { "stActiveTheme-/run-v2": '"Dark"', "sopwatch.people": "[]" } })

  assert.deepEqual(Object.keys(one.world.localStorage), ["sopwatch.people"])
})

test("a cookie of rubbish is no wish", () => {
  assert.equal(page({ cookie: "appearance=constructor; appearance2=dark" }).scheme(), "light")
})
