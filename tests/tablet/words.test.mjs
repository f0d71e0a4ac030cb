// Times in words.
import assert from "node:assert/strict"
import { test } from "node:test"
import { countdown, counted, moment, refusal, timeOfDay, timeOrDay } from "../../sopwatch/tablet/js/words.mjs"

const texts = {
  s: "{n} s", min: "{m} min", h: "{h} h", h_min: "{h} h {m} min", days: ["{n} day", "{n} days"], days_h: "{days} {h} h",
  left: "{span} left", overdue_by: "{span} overdue", nearly: "less than 1 min left", comma: "、", language: "zh-Hant",
  refusals: { case_closed: "已結案", case_cancelled: "已於 {at} 取消", fields_missing: "尚缺：{fields}", number_needed: "「{step}」", not_to_be_retracted: "「{event}」" },
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
  assert.equal(timeOfDay(Date.parse("2026-03-02T16:05:00Z"), "Asia/Taipei", { language: "zh-Hant" }), "00:05")
})

const chinese = { language: "zh-Hant", clocks: ["{time} 夏令時間", "{time} 標準時間"] }

for (const [instant, zone, text] of [
  ["2026-10-24T23:59:59Z", "Europe/Berlin", "01:59"],
  ["2026-10-25T00:00:00Z", "Europe/Berlin", "02:00 夏令時間"],
  ["2026-10-25T00:59:59Z", "Europe/Berlin", "02:59 夏令時間"],
  ["2026-10-25T01:00:00Z", "Europe/Berlin", "02:00 標準時間"],
  ["2026-10-25T01:59:59Z", "Europe/Berlin", "02:59 標準時間"],
  ["2026-10-25T02:00:00Z", "Europe/Berlin", "03:00"],
  ["2026-03-29T00:59:00Z", "Europe/Berlin", "01:59"],
  ["2026-03-29T01:00:00Z", "Europe/Berlin", "03:00"],
  ["2026-04-04T14:45:00Z", "Australia/Lord_Howe", "01:45 夏令時間"], // half an hour
  ["2026-04-04T15:00:00Z", "Australia/Lord_Howe", "01:30 標準時間"],
  ["2026-04-04T14:15:00Z", "Australia/Lord_Howe", "01:15"],
  ["2015-08-14T14:45:00Z", "Asia/Pyongyang", "23:45 UTC+09:00"], // set back once and for all
  ["2015-08-14T15:15:00Z", "Asia/Pyongyang", "23:45 UTC+08:30"],
]) {
  test(`in the time that a clock shows twice it is said which of the two it is, else nothing: ${instant} ${zone}`, () => {
    assert.equal(timeOfDay(Date.parse(instant), zone, chinese), text)
  })
}

test("a snapshot that an earlier version kept has no word for it, so that it is said how far the clock is from UTC", () => {
  assert.equal(timeOfDay(Date.parse("2026-10-25T00:30:00Z"), "Europe/Berlin", { language: "en" }), "02:30 UTC+02:00")
})

test("the day stands before the time and its word", () => {
  const [then, now] = ["2026-10-25T01:30:00Z", "2026-10-26T12:00:00Z"].map(Date.parse)

  assert.match(timeOrDay(then, now, "Europe/Berlin", chinese), /^10\/25.+ 02:30 標準時間$/)
  assert.equal(moment(then, now, "Europe/Berlin", chinese), "10月25日 週日 02:30 標準時間")
})

const names = { step: { tea: "茶" }, event: { opened: "開案" }, field: { place: "地點" } }
const at = { texts, names, zone: "Asia/Taipei", now: Date.parse("2026-03-02T17:00:00Z") }
const told = (code, params) => refusal({ code, params, reason: "in English" }, at)

for (const [code, params, text] of [
  ["case_closed", { case: "R-1" }, "已結案"],
  ["case_cancelled", { at: "2026-03-02T16:05:00+00:00" }, "已於 00:05 取消"],
  ["case_cancelled", { at: "some day" }, "已於 some day 取消"],
  ["fields_missing", { fields: "place, phone" }, "尚缺：地點、phone"],
  ["number_needed", { step: "tea" }, "「茶」"],
  ["not_to_be_retracted", { event: "opened" }, "「開案」"],
  ["not_to_be_retracted", { event: "tea" }, "「茶」"],
]) {
  test(`a refusal is told in the reader's words, ids by their titles: ${text}`, () => {
    assert.deepEqual(told(code, params), { text, lang: null })
  })
}

for (const [why, code, params] of [
  ["its code is not known here", "something_new", {}], ["its words say more than it tells", "case_cancelled", {}],
  ["it has no code", undefined, undefined],
]) {
  test(`a refusal is told as the service said it, in English, where ${why}`, () => {
    assert.deepEqual(told(code, params), { text: "in English", lang: "en" })
  })
}

test("a refusal is told although a snapshot that was kept by an earlier version has no words for it", () => {
  const old = { ...at, texts: { ...texts, refusals: [["closed", "已結案"]] }, names: undefined }

  assert.deepEqual(refusal({ code: "case_closed", params: {}, reason: "no" }, old), { text: "no", lang: "en" })
  assert.equal(refusal({ code: "number_needed", params: { step: "tea" } }, { ...at, names: undefined }).text, "「tea」")
})
