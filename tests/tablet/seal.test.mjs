// What a signature covers, and its hash: the same bytes as the service reckons (tests/test_signed.py has the same vector).
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { test } from "node:test"
import { canonical, contentOf, resealed, sealed } from "../../sopwatch/tablet/js/seal.mjs"
import { sha256 } from "../../sopwatch/tablet/js/sha256.mjs"

const bytes = text => new TextEncoder().encode(text)
const opened = { id: "x/opened", event: "opened", subject: null, value: null }
const snapshot = { case_id: "R-1", facts_digest: "f", says: [opened] }
const item = (id, event, more = {}) => ({ id, source: "t", case_id: "R-1", event, state: "waiting", data: {}, ...more })
const told = {
  case: "R-1", step: "signed_owner", signer: "周先生", role: "owner", meaning: "簽名者為「業主簽名」簽名。", language: "zh-Hant",
  instant: "2026-03-02T00:00:00.000Z",
}

test("the digest is that of the published vectors", () => {
  const vectors = {
    "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    abc: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq: "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  }
  for (const [text, digest] of Object.entries(vectors)) assert.equal(sha256(bytes(text)), digest)
  assert.equal(sha256(bytes("a".repeat(1_000_000))), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
})

test("the digest is right at every length around a block", () => {
  for (let n = 0; n < 200; n += 1) {
    const some = new Uint8Array(n).map((_, at) => (at * 37 + n) % 256)
    assert.equal(sha256(some), createHash("sha256").update(some).digest("hex"))
  }
})

test("what is the same is written in the same way, as RFC 8785 has it", () => {
  const value = { b: [1e21, 1.5, -0, "\u20ac\n\u0007"], a: null, "\ufb33": true, "\ud83d\ude02": false, none: undefined }

  assert.equal(canonical(value), '{"a":null,"b":[1e+21,1.5,0,"€\\n\\u0007"],"\ud83d\ude02":false,"\ufb33":true}')
})

test("a change of facts that waits is signed with what it says, one that the record has with the digest", async () => {
  const known = { ...snapshot, says: [opened, { id: "t/1", event: "amended", subject: null, value: null }] }
  const waits = item("2", "amended", { data: { phone: "0933", at: "2026-03-02T00:00:00+00:00", note: null } })
  const given = contentOf(known, [item("1", "amended", { data: { phone: "0900" } }), waits])

  const { data: { content } } = await sealed(given, told, "00ff")

  assert.deepEqual(content.changes, ["t/2"])
  assert.deepEqual(content.entries, ["t/1", "t/2", "x/opened"])
  assert.equal(content.hash, "22a1d6f915f9c59fce70d3d83c60679cc455f43d50fd307dbaaff272ad8e9d16")
})

test("a signature covers the facts and what the entries say that stand, those still waiting too", () => {
  const back = item("3", "retracted", { data: { event_id: "t/2" } })
  const items = [item("1", "a", { value: 3 }), item("2", "a"), back, item("4", "_problem"), item("5", "a", { state: "refused" })]

  const { facts, entries, says } = contentOf(snapshot, items)

  assert.deepEqual([facts, entries], ["f", ["t/1", "x/opened"]])
  assert.deepEqual(says.map(one => [one.id, one.event, one.value]), [["t/1", "a", 3], ["x/opened", "opened", null]])
})

test("the hash is the one that the service reckons, a photo that waits counted by its bytes", async () => {
  const photo = item("1", "completed", { blob: new Blob(["jpg"]) })
  const number = item("2", "weighed", { subject: "史密斯", value: 1.5 })

  const { data: { content, salt } } = await sealed(contentOf(snapshot, [photo, number]), told, "00ff")

  assert.equal(content.hash, "f4a7036a40d63e9735410a8f63233080959669370408d319d62f849acad8aecf")
  assert.deepEqual(Object.keys(content).sort(), ["entries", "facts", "hash", "instant", "language", "role"])
  assert.equal(salt, "00ff")
})

test("from a snapshot that an earlier version kept no hash is made", async () => {
  const old = { case_id: "R-1", facts_digest: "f", entries: ["x/opened"] }

  assert.deepEqual(await sealed(contentOf(old, []), told, "00ff"), { data: { content: { facts: "f", entries: ["x/opened"] } } })
})

test("a signature whose time was put right is sealed again as if it had been signed at that time", async () => {
  const photo = item("1", "completed", { blob: new Blob(["jpg"]) })
  const change = item("2", "amended", { data: { phone: "0933" } })
  const given = contentOf(snapshot, [photo, change])
  const wrong = await sealed(given, { ...told, instant: "2026-03-02T03:00:00.000Z" }, "00ff")
  const right = await sealed(given, told, "00ff")

  const again = resealed({ ...item("3", "signed_owner", wrong), occurred_at: told.instant })

  assert.deepEqual(again.data, right.data)
  assert.notEqual(wrong.data.content.hash, right.data.content.hash)
})

test("an entry without what was signed keeps what it says", () => {
  const tick = item("1", "tea_served", { occurred_at: told.instant })

  assert.equal(resealed(tick), tick)
})
