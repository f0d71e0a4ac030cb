// The facts of a case with what this tablet has changed laid over them, in words, and held against what the service demands.
import assert from "node:assert/strict"
import { test } from "node:test"
import { begin, follow, keep } from "../../sopwatch/tablet/js/draft.mjs"
import { changeOf, checked, duesBy, factsOf, toldOf, typedIn, wordsOf } from "../../sopwatch/tablet/js/facts.mjs"
import { viewOf } from "../../sopwatch/tablet/js/view.mjs"

const field = (id, type = "text", more = {}) => ({ id, type, title: id, required: false, options: [], unit: "", amount: "{n}", ...more })
const urgency = field("urgency", "choice", { required: true, options: [["normal", "一般"], ["emergency", "急修"]] })
const texts = {
  language: "zh-Hant", comma: "、", semicolon: "；", changed_to: "{field}：{before} → {after}", field_changed: "「{field}」已變更",
  facts_changed: "資料已變更",
}
const words = {
  needed: "needed", no_number: "no number", choose_one: "choose", too_long: "at most {n}", no_time: "no time", jumped: "next: {time}",
  twice: "which", far_time: "far",
}
const how = { texts: words, zone: "Europe/Berlin", language: "en" }
const snapshot = (values, more = {}) => ({
  case_id: "R-1", seq: 5, ended: { closed: null, cancelled: null }, phases: [], notes: [], says: [], texts, zone: "Asia/Taipei",
  facts: { fields: [urgency, field("phone"), field("guests", "list")], values, since: { urgency: 100, phone: 100 }, deciding: ["urgency"] }, ...more,
})
const amended = (id, at, data, more = {}) => ({
  id, source: "t", case_id: "R-1", event: "amended", at, n: at, state: "waiting", owner: { name: "Lin" }, data, ...more,
})

test("a change that waits is in force at once, and what it does not name stays", () => {
  const facts = factsOf(snapshot({ urgency: "normal", phone: "09" }), [amended("1", 200, { urgency: "emergency" })])

  assert.deepEqual(facts.values, { urgency: "emergency", phone: "09" })
  assert.deepEqual(facts.moved, ["urgency"])
})

test("of two changes of one fact the later instant counts, whichever came first", () => {
  const given = snapshot({ urgency: "normal", phone: "09" })
  const [late, early] = [amended("1", 300, { phone: "late" }), amended("2", 200, { phone: "early" })]

  assert.equal(factsOf(given, [late, early]).values.phone, "late")
  assert.equal(factsOf(given, [amended("1", 99.9, { phone: "before" })]).values.phone, "09")
  assert.equal(factsOf(given, [amended("1", 100.2, { phone: "same instant" })]).values.phone, "same instant")
})

test("a change that the snapshot holds already is not laid over it again", () => {
  const given = snapshot({ urgency: "normal", phone: "09" }, { says: [{ id: "t/1", event: "amended" }] })

  assert.deepEqual(factsOf(given, [amended("1", 200, { phone: "08" })]).changes, [])
})

test("a fact that is taken away is shown as not set while the change waits", () => {
  const given = snapshot({ urgency: "normal", phone: "09" })
  const facts = factsOf(given, [amended("1", 200, { phone: null, _tablet_clock: "x" })])

  assert.deepEqual(facts.values, { urgency: "normal" })
  assert.deepEqual(toldOf(given, facts, 0).map(({ id, text, mark }) => [id, text, mark]), [["urgency", "一般", null], ["phone", "—", "waiting"]])
})

test("a change that was refused or taken back counts for nothing", () => {
  const given = snapshot({ phone: "09" })
  const back = { ...amended("2", 300, {}), event: "retracted", data: { event_id: "t/1", reason: "r", _step: "_facts" } }

  const refused = viewOf(given, [amended("1", 200, { phone: "08" }, { state: "refused", reason: "no" })])
  const undone = viewOf(given, [amended("1", 200, { phone: "08" }), back])

  assert.deepEqual([refused.facts.values.phone, refused.others.length], ["09", 1])
  assert.equal(undone.facts.values.phone, "09")
})

test("a list that was changed is the one that is ticked by name", () => {
  const names = [{ name: "Chen", done: 1, wanted: 3 }, { name: "Smith", done: 0, wanted: 3 }]
  const row = {
    id: "g", title: "g", role: "", state: "todo", evidence: { type: "tick", options: [] }, subject: "list", list: "guests", names,
    needs: [], ticks: [{ id: "x", subject: "Chen" }], exempt: null, problems: [], notes: [], due: [], flags: [], repeats: true,
  }
  const given = snapshot({ guests: ["Chen", "Smith"] }, { phases: [{ id: "p", title: "P", rows: [row] }] })

  const view = viewOf(given, [amended("1", 200, { guests: ["Chen", "Wu"] })])

  const shown = view.phases[0].rows[0].names.map(({ name, done, wanted }) => [name, done, wanted])
  assert.deepEqual(shown, [["Chen", 1, 3], ["Wu", 0, 3]])
})

const signed = (more = {}) => ({ id: "s", title: "s", role: "", state: "done", evidence: { type: "signature", options: [] }, subject: null, names: [],
  needs: [], ticks: [{ id: "x/s", subject: null, sealed: true, changed: [], ...more }], exempt: null, problems: [], notes: [], due: [], flags: [] })
const withRow = row => snapshot({ urgency: "normal", phone: "09" }, { phases: [{ id: "p", title: "P", rows: [row] }] })
const sealOf = view => view.phases[0].rows[0].ticks.map(({ sealed, changed }) => [sealed, changed])

test("a signature says at once that a fact which it covered has changed, and no longer when it is as it was", () => {
  const change = amended("1", 200, { urgency: "emergency" })
  const back = amended("2", 300, { urgency: "normal" })

  assert.deepEqual(sealOf(viewOf(withRow(signed()), [change])), [[false, ["「urgency」已變更"]]])
  assert.deepEqual(sealOf(viewOf(withRow(signed()), [change, back])), [[true, []]])
  assert.deepEqual(sealOf(viewOf(withRow(signed({ sealed: false, changed: ["a"] })), [change])), [[false, ["a", "「urgency」已變更"]]])
})

test("a signature that waits covers the changes that its signer was shown, and none after", () => {
  const sign = entries => ({ ...amended("9", 250, { content: { facts: "f", entries } }), event: "s" })
  const row = { ...signed(), ticks: [] }
  const [before, after] = [amended("1", 200, { urgency: "emergency" }), amended("2", 300, { phone: "08" })]

  assert.deepEqual(sealOf(viewOf(withRow(row), [before, sign(["t/1"])])), [[undefined, undefined]])
  assert.deepEqual(sealOf(viewOf(withRow(row), [before, sign(["t/1"]), after])), [[false, ["「phone」已變更"]]])
})

test("a change of somebody else that a waiting signature does not know is told", () => {
  const sign = { ...amended("9", 250, { content: { facts: "f", entries: ["x/1"] } }), event: "s" }
  const given = { ...withRow({ ...signed(), ticks: [] }), says: [{ id: "x/1", event: "opened" }, { id: "x/2", event: "amended" }] }

  assert.deepEqual(sealOf(viewOf(given, [sign])), [[false, ["資料已變更"]]])
})

test("facts are said as the screens say them", () => {
  const at = { texts, zone: "Asia/Taipei", now: Date.parse("2026-03-04T00:00:00Z") }

  assert.equal(wordsOf(field("n", "number", { amount: "NT${n}", sign: "NT$" }), -1200.5, at), "-NT$1,200.50")
  assert.equal(wordsOf(field("at", "datetime"), "2026-03-06T06:05:00+00:00", at), "3月6日 週五 14:05")
  assert.equal(wordsOf(field("at", "datetime"), "2026-03-04T06:05:00+00:00", at), "14:05")
  assert.equal(wordsOf(field("l", "list"), ["周先生", "史密斯"], at), "周先生、史密斯")
  assert.equal(changeOf({ urgency: "emergency", phone: null }, { urgency: "normal", phone: "09" }, { ...at, fields: [urgency, field("phone")] }),
    "urgency：一般 → 急修；phone：09 → —")
})

test("only what was touched is sent, as the record writes it", () => {
  const fields = [urgency, field("phone", "text", { required: true }), field("n", "number"), field("at", "datetime"), field("note")]
  const facts = { urgency: "normal", phone: " 09 ", n: 3, at: "2026-03-02T08:00:30+00:00", note: "old" }
  const base = typedIn(fields, facts, "Europe/Berlin")
  const typed = { ...base, urgency: "emergency", n: "１,２００", note: " " }

  assert.equal(base.at, "2026-03-02T09:00")
  assert.deepEqual(checked(fields, typed, base, facts, how), { changed: { urgency: "emergency", n: 1200, note: null }, wrong: {} })
  assert.deepEqual(checked(fields, { ...base, n: "3" }, base, facts, how), { changed: {}, wrong: {} })
})

test("what the service would refuse is said at its field", () => {
  const fields = [urgency, field("n", "number"), field("at", "datetime"), field("t"), field("must", "text", { required: true })]
  const wrong = typed => checked(fields, { urgency: "normal", must: "x", ...typed }, { urgency: "normal", must: "x" }, {}, how).wrong

  assert.deepEqual(wrong({ must: " " }), { must: "needed" })
  assert.deepEqual(wrong({ n: "1e5" }), { n: "no number" })
  assert.deepEqual(wrong({ urgency: "soon" }), { urgency: "choose" })
  assert.deepEqual(wrong({ t: "x".repeat(4001) }), { t: "at most 4000" })
  assert.deepEqual(wrong({ at: "2026-02-30T10:00" }), { at: "no time" })
  assert.deepEqual(wrong({ at: "2026-03-02T--:00" }), { at: "no time" })
  assert.deepEqual(wrong({ at: "1800-03-02T10:00" }), { at: "far" })
})

test("a time that the clock jumps over is refused, and of one that comes twice it is asked which", () => {
  const at = typed => checked([field("at", "datetime")], { at: typed }, {}, {}, how)

  assert.deepEqual(at("2026-03-29T02:30").wrong, { at: "next: Sun 29 Mar 2026 03:00" })
  assert.deepEqual(at("2026-10-25T02:30").wrong, { at: "which" })
  assert.deepEqual(at("2026-10-25T02:30|0").changed, { at: "2026-10-25T00:30:00+00:00" })
  assert.deepEqual(at("2026-10-25T02:30|1").changed, { at: "2026-10-25T01:30:00+00:00" })
  assert.equal(typedIn([field("at", "datetime")], { at: "2026-10-25T01:30:00+00:00" }, how.zone).at, "2026-10-25T02:30|1")
})

test("what falls due by a time that is typed is said soonest first, but for what its guard leaves out and what is done", () => {
  const lead = (title, by, more = {}) => ({ title, by, house: false, do: [[title]], when: {}, ...more })
  const leads = [lead("lobby", 600_000), lead("cards", null), lead("dining", 7_200_000, { when: { meal: [true] } }), lead("gone", 0)]
  const said = (time, facts = {}) => {
    return duesBy(leads, time, facts, new Set(["gone"]), "Europe/Berlin").map(([at, { title }]) => `${new Date(at).toISOString().slice(0, 16)} ${title}`)
  }

  assert.deepEqual(said("2026-10-25T12:00:00+00:00"), ["2026-10-24T22:00 cards", "2026-10-25T11:50 lobby"])
  assert.deepEqual(said("2026-10-25T12:00:00+00:00", { meal: true })[1], "2026-10-25T10:00 dining")
})

test("a form follows what others change, but for the fields that somebody has touched", () => {
  const kept = new Map()
  const store = { getItem: name => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, text) }
  const draft = begin(store, "f", { token: "t", initial: { phone: "09", place: "A" } })

  draft.values.phone = "08"
  keep(store, "f", draft)
  const again = begin(store, "f", { token: "u", initial: { phone: "07", place: "B", note: "n" } })
  follow(again, { phone: "07", place: "B", note: "n" })

  assert.deepEqual(again.values, { phone: "08", place: "B", note: "n" })
})
