// Times in words.
import assert from "node:assert/strict"
import { test } from "node:test"
import { countdown, counted, refusal, timeOfDay } from "../../sopwatch/tablet/js/words.mjs"

const texts = {
  s: "{n} s", min: "{m} min", h: "{h} h", h_min: "{h} h {m} min", days: ["{n} day", "{n} days"], days_h: "{days} {h} h",
  left: "{span} left", overdue_by: "{span} overdue", nearly: "less than 1 min left", refusals: [["was cancelled at", "cancelled"]],
}
const MINUTE = 60_000

for (const [left, told] of [
  [18 * MINUTE, "18 min left"], [-125 * MINUTE, "2 h 05 min overdue"], [30_000, "less than 1 min left"],
  [24 * 60 * MINUTE, "24 h left"], [76 * 60 * MINUTE, "3 days 4 h left"], [-180 * MINUTE, "3 h overdue"],
]) {
  test(`a countdown is said as the screens say it: ${told}`, () => assert.equal(countdown(texts, left, 0), told))
}

test("one entry and several have their own words", () => {
  assert.deepEqual([1, 2].map(n => counted(["{n} entry", "{n} entries"], n)), ["1 entry", "2 entries"])
})

test("the time is the property's, whatever the tablet's zone", () => {
  assert.equal(timeOfDay(Date.parse("2026-03-02T16:05:00Z"), "Asia/Taipei", "zh-Hant"), "00:05")
})

test("a known refusal is told in the reader's words, another as the service said it", () => {
  assert.equal(refusal(texts, "case R-1 was cancelled at 2026: nothing follows"), "cancelled")
  assert.equal(refusal(texts, "something new"), "something new")
})
