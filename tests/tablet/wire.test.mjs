// What an answer means, and what is asked: with a fake fetch that answers like the API.
import assert from "node:assert/strict"
import { test } from "node:test"
import { cloudEvent, judged, poster } from "../../sopwatch/tablet/js/wire.mjs"

const item = (id, more = {}) => ({
  id, source: "tablet/1", case_id: "R-1", event: "tea", occurred_at: "2026-03-02T00:00:00.000Z",
  clock: "2026-03-02T00:00:07.000Z", owner: { id: "person:1", name: "Lin", token: "signed" }, ...more,
})
const answer = (status, told = {}) => ({ status, json: async () => told })
const receipt = (id, seq) => ({ id, seq, hash: "00", duplicate: false })

function asking(answers) {
  const asked = []
  const post = poster(async (path, { body }) => {
    asked.push([path, body])
    const next = answers.shift()
    if (next instanceof Error) throw next
    return next
  })
  return { asked, post }
}

test("an entry goes as a CloudEvent with both clocks and who tapped", () => {
  const event = cloudEvent(item("a", { value: 3, data: { note: "x" } }))

  assert.deepEqual(event, {
    specversion: "1.0", type: "org.sopwatch.event.v1", source: "tablet/1", id: "a", by: "signed",
    data: {
      case_id: "R-1", event: "tea", occurred_at: "2026-03-02T00:00:00.000Z", value: 3,
      data: { note: "x", _tablet_clock: "2026-03-02T00:00:07.000Z" },
    },
  })
})

test("after 422 the accepted are in and the refused have their reason", () => {
  const told = { accepted: [receipt("b", 7)], refused: [{ index: 0, reason: "no" }, { index: 2, reason: "wait", waits_for: "owner" }] }

  const verdicts = judged(422, told, [item("a"), item("b"), item("c")])

  assert.deepEqual([...verdicts].map(([id, { state }]) => [id, state]), [["b", "sent"], ["a", "refused"], ["c", "owner"]])
})

test("a refusal keeps its code and params beside its sentence", async () => {
  const [code, params] = ["case_closed", { case: "R-1" }]
  const one = answer(422, { accepted: [], refused: [{ index: 0, reason: "no", code, params }] })
  const whole = answer(413, { error: "too large", code: "too_large", params: { most: 20 } })

  const verdicts = [await asking([one]).post([item("a")]), await asking([whole]).post([item("a", { blob: "PHOTO" })])]

  assert.deepEqual(verdicts.map(({ verdicts: all }) => all.get("a")), [
    { state: "refused", reason: "no", code, params },
    { state: "refused", reason: "too large", code: "too_large", params: { most: 20 } },
  ])
})

test("after 503 what was committed counts, and a refusal is not believed", () => {
  const verdicts = judged(503, { accepted: [receipt("a", 1)], refused: [{ index: 1, reason: "no answer yet" }] }, [item("a"), item("b")])

  assert.deepEqual([...verdicts.keys()], ["a"])
})

for (const [status, why] of [[401, "signed_out"], [403, "signed_out"], [500, "server"], [503, "server"], [429, "server"]]) {
  test(`after ${status} everything is kept: ${why}`, async () => {
    const { post } = asking([answer(status, { error: "x" })])

    const { later, verdicts } = await post([item("a")])

    assert.deepEqual([later, verdicts.size], [why, 0])
  })
}

test("without network everything is kept", async () => {
  const { post } = asking([new TypeError("Failed to fetch")])

  assert.deepEqual((await post([item("a")])).later, "offline")
})

test("a photo is sent first, and its event names it", async () => {
  const { asked, post } = asking([answer(200, { value: "sha256:ab" }), answer(200, { accepted: [receipt("a", 1)], refused: [] })])

  const { verdicts } = await post([item("a", { blob: "PHOTO" })])

  assert.deepEqual(asked.map(([path]) => path), ["/api/v1/attachments", "/api/v1/events"])
  assert.equal(JSON.parse(asked[1][1])[0].data.value, "sha256:ab")
  assert.deepEqual([verdicts.get("a").state, verdicts.get("a").value], ["sent", "sha256:ab"], "its name stays when its bytes go")
})

test("the photo of an act stands in its data, beside the note", async () => {
  const { asked, post } = asking([answer(200, { value: "sha256:ab" }), answer(200, { accepted: [receipt("a", 1)], refused: [] })])

  await post([item("a", { event: "_noted", blob: "PHOTO", data: { step: "tea", note: "hot" } })])

  const [{ data }] = JSON.parse(asked[1][1])
  assert.deepEqual([data.value, data.data.photo, data.data.note, data.data.step], [undefined, "sha256:ab", "hot", "tea"])
})

test("a photo that is too large is refused, what comes after it is sent", async () => {
  const { post } = asking([answer(413, { error: "too large" }), answer(200, { accepted: [receipt("b", 1)], refused: [] })])

  const { verdicts } = await post([item("a", { blob: "PHOTO" }), item("b")])

  assert.deepEqual([verdicts.get("a"), verdicts.get("b").state], [{ state: "refused", reason: "too large", code: undefined, params: undefined }, "sent"])
})

test("a photo without network stops what comes after it, and what came before is sent", async () => {
  const { post } = asking([new TypeError("Failed to fetch"), answer(200, { accepted: [receipt("a", 1)], refused: [] })])

  const { later, verdicts } = await post([item("a"), item("b", { blob: "PHOTO" }), item("c")])

  assert.deepEqual([later, [...verdicts.keys()]], ["offline", ["a"]])
})

test("a batch that is refused as a whole is sent one by one", async () => {
  const { post } = asking([answer(400, { error: "x" }), answer(200, { accepted: [receipt("a", 1)], refused: [] }), answer(400, { error: "no CloudEvent" })])

  const { verdicts } = await post([item("a"), item("b")])

  assert.deepEqual([verdicts.get("a").state, verdicts.get("b").reason, verdicts.get("b").state], ["sent", "no CloudEvent", "refused"])
})

test("what is under way is given up when the connection was cut since, and waits", async () => {
  const post = poster((_path, { signal }) => new Promise((_, failed) => signal.addEventListener("abort", () => failed(new Error("aborted")))))
  const posted = post([item("a")])

  await Promise.resolve()
  post.giveUp()

  const { later, verdicts } = await posted
  assert.deepEqual([later, verdicts.size], ["offline", 0])
})
