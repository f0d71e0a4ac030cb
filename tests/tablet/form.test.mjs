// What stands in a form that is not sent yet, and the times that are picked in it.
import assert from "node:assert/strict"
import { test } from "node:test"
import { added, begin, complaints, drop, keep, shownFields, suggestions } from "../../sopwatch/tablet/js/draft.mjs"
import { moved, partsOf, timeOf } from "../../sopwatch/tablet/js/when.mjs"

// A tab's store that keeps its promise: text by name.
function store() {
  const held = new Map()
  return { getItem: name => held.get(name) ?? null, setItem: (name, text) => held.set(name, String(text)), removeItem: name => held.delete(name) }
}

test("what was typed is there again after a reload, under the name that it is sent with", () => {
  const tab = store()
  const first = begin(tab, "mei repair", { token: "t1", initial: { place: "Lobby" } })
  first.values.phone = "02"
  keep(tab, "mei repair", first)

  const again = begin(tab, "mei repair", { token: "t2", initial: {} })

  assert.deepEqual([again.token, again.values, again.found], ["t1", { place: "Lobby", phone: "02" }, true])
})

test("somebody else, another place or another procedure finds an empty form", () => {
  const tab = store()
  keep(tab, "mei repair", { token: "t1", values: { phone: "02" } })

  assert.deepEqual(begin(tab, "li repair", { token: "t2", initial: {} }), { token: "t2", values: {}, base: {}, found: false })
})

test("a form that has opened its case is not offered again", () => {
  const tab = store()
  keep(tab, "mei repair", { token: "t1", values: { phone: "02" } })

  assert.equal(begin(tab, "mei repair", { token: "t2", spent: ["t1"] }).token, "t2")
})

test("what was begun afresh is gone, and rubbish in the store is no draft", () => {
  const tab = store()
  keep(tab, "a", { token: "t1", values: { phone: "02" } })
  drop(tab, "a")
  tab.setItem("sopwatch form b", "{rubbish")
  tab.setItem("sopwatch form c", JSON.stringify({ token: 7 }))

  assert.deepEqual(["a", "b", "c"].map(name => begin(tab, name, { token: "new" }).found), [false, false, false])
})

test("a store that is full or shut loses nothing that stands on the screen", () => {
  const shut = { getItem: () => null, setItem: () => { throw new Error("full") } }

  keep(shut, "a", { token: "t", values: { phone: "02" } })

  assert.equal(begin(shut, "a", { token: "new" }).token, "new")
})

test("a complaint stands until the value is another than the one that was sent", () => {
  const fields = [{ id: "place", wrong: "needed" }, { id: "at", wrong: "no time" }, { id: "late", wrong: "needed", shown_if: ["how", "later"] }]
  const sent = { at: "x" }

  assert.deepEqual(complaints(fields, { at: "x" }, sent).map(f => f.id), ["place", "at"])
  assert.deepEqual(complaints(fields, { at: "y", place: "Lobby" }, sent).map(f => f.id), [])
  assert.deepEqual(shownFields(fields, { how: "later" }).map(f => f.id), ["place", "at", "late"])
})

test("names are added one by one, trimmed, each once", () => {
  assert.deepEqual(added(["Chen"], "  Li   Wei "), ["Chen", "Li Wei"])
  assert.deepEqual([added(["Chen"], "Chen"), added(["Chen"], "  ")], [["Chen"], ["Chen"]])
})

test("known places that hold what is typed are offered, not the one that stands there", () => {
  assert.deepEqual(suggestions(["Lobby", "Lobby bar", "Pool"], "lob"), ["Lobby", "Lobby bar"])
  assert.deepEqual(suggestions(["Lobby", "Lobby bar"], "Lobby"), ["Lobby bar"])
})

test("what is chosen first of a time fills in today and the whole hour", () => {
  assert.equal(timeOf(["", "", "", "14", ""], "2026-11-03"), "2026-11-03T14:00")
  assert.equal(timeOf(["", "", "09", "", ""], "2026-11-03"), "2026-11-09T--:--")
  assert.equal(timeOf(["", "", "", "", ""], "2026-11-03"), "")
})

test("the parts of a time are those of its text, of which of two it is nothing is lost by looking", () => {
  assert.deepEqual(partsOf("2026-10-25T02:30|1"), ["2026", "10", "25", "02", "30"])
  assert.deepEqual(partsOf("2026-11-09T--:--"), ["2026", "11", "09", "", ""])
})

test("a quarter of an hour earlier crosses midnight, and what is no time stays as it is", () => {
  assert.equal(moved("2026-03-01T00:05", -15), "2026-02-28T23:50")
  assert.equal(moved("2026-11-09T--:--", 15), "2026-11-09T--:--")
})
